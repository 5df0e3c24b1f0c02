"""Messages on both sides: what botocore writes and reads, and what we do, for one operation and one value."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from botocore.model import OperationModel, ServiceModel, Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from lxml import etree

from botobind.bodies import dump_body, parse_body
from botobind.formats import xml
from botobind.wire import elements
from botobind_codegen.load import load_service
from botobind_codegen.naming import package_name

Generate = Callable[..., Any]

EC2_OPERATIONS = (
    "AllocateAddress",
    "AssignPrivateIpAddresses",
    "AuthorizeSecurityGroupIngress",
    "CreateFleet",
    "CreateLaunchTemplate",
    "CreateTags",
    "CreateVolume",
    "DescribeImages",
    "DescribeInstanceTypes",
    "DescribeInstances",
    "DescribeKeyPairs",
    "DescribeRegions",
    "DescribeSecurityGroups",
    "DescribeSpotPriceHistory",
    "DescribeSubnets",
    "DescribeVolumes",
    "DescribeVpcs",
    "GetConsoleOutput",
    "ImportKeyPair",
    "ModifyInstanceAttribute",
    "RunInstances",
    "StartInstances",
    "TerminateInstances",
)

COMMITTED = Path(__file__).parents[2] / "generated" / "botobind_services"

XML_PROTOCOLS = ("query", "ec2", "rest-xml")


@cache
def service_model(name: str) -> ServiceModel:
    # With our patches, so that DynamoDB's AttributeValue is a union for botocore, too.
    return ServiceModel(load_service(name).document, name)


def streams(shape: Shape | None) -> bool:
    """Whether the body is no document: a stream, plain bytes, events, or nothing."""
    if shape is None:
        return True
    payload = shape.serialization.get("payload")
    events = any(member.serialization.get("eventstream") for member in shape.members.values())
    return events or (payload is not None and shape.members[payload].type_name in ("blob", "string"))


def package_of(generate_once: Generate, service: str) -> Any:
    """The committed package of a service, or else one that is generated for this session."""
    name = package_name(service)
    if (COMMITTED / name).is_dir():
        return import_module(f"botobind_services.{name}")
    return generate_once(service, EC2_OPERATIONS if service == "ec2" else ())


# Values


SCALARS: Mapping[str, tuple[Any, Any]] = {
    "string": ("a <b> & \"c\" 'd' é𝄞/+%=", "x"),
    "character": ("c", "d"),
    "integer": (7, -1),
    "long": (2**40, 0),
    "float": (0.5, 2.0),
    "double": (0.1, -1e300),
    "boolean": (True, False),
    "blob": (b"\x00\xff\xfe", b"text"),
    "timestamp": (datetime(2020, 2, 29, 12, 30, 15, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
}


def sample(shape: Shape, variant: int, above: tuple[str, ...] = ()) -> Any:
    """A value of a shape: variant 0 has everything in it, variant 1 less and other. Recursion ends after one turn."""
    if shape.type_name == "structure":
        return _sample_structure(shape, variant, above)
    if shape.serialization.get("jsonvalue") and shape.type_name != "blob":
        # In a header boto3 takes what the JSON says, elsewhere its text.
        return {"a": [variant]} if "location" in shape.serialization else f'{{"a":[{variant}]}}'
    below = (*above, shape.name)
    if shape.type_name == "list":
        item = sample(shape.member, variant, below)
        return [] if item is None else [item] if variant else [item, item]
    if shape.type_name == "map":
        item = sample(shape.value, variant, below)
        return {} if item is None else {"k": item} if variant else {"k 1": item, "é": item}
    if getattr(shape, "enum", None):
        return shape.enum[variant % len(shape.enum)]
    return SCALARS[shape.type_name][variant]


def _sample_structure(shape: Shape, variant: int, above: tuple[str, ...]) -> Any:
    if getattr(shape, "is_document_type", False):
        return {"a": [1, None, "b"]}
    if above.count(shape.name) > 1 - variant:
        return None
    names = list(shape.members)
    if shape.is_tagged_union:
        found = ((name, sample(shape.members[name], variant, (*above, shape.name))) for name in names[variant:] + names)
        return next(({name: value} for name, value in found if value not in (None, [])), None)
    if variant and len(names) > 1:
        kept = {*shape.required_members, shape.serialization.get("payload")}
        names = [name for index, name in enumerate(names) if index % 2 or name in kept]
    values = {name: sample(shape.members[name], variant, (*above, shape.name)) for name in names}
    # What recursion has cut off is left out, since by some protocols an empty list or map leaves no trace.
    return {
        name: value
        for name, value in values.items()
        if value is not None and (value not in ([], {}) or (value == {} and name in shape.required_members))
    }


def located(shape: Shape) -> set[str]:
    return {name for name, member in shape.members.items() if "location" in member.serialization}


def botocore_body(protocol: str, model: OperationModel, params: dict[str, Any]) -> Any:
    serializer = create_serializer(protocol, include_validation=False)
    return serializer.serialize_to_request(params, model)["body"]


def input_class(package: Any, model: OperationModel) -> Any:
    return package.endpoints.OPERATIONS[model.name].input


def botocore_json(protocol: str, model: OperationModel, params: dict[str, Any]) -> object:
    return json.loads(botocore_body(protocol, model, params) or b"{}")


def our_json(package: Any, model: OperationModel, params: dict[str, Any]) -> object:
    value = input_class(package, model).of_value(params)
    payload = model.input_shape.serialization.get("payload")
    if payload is not None:
        inner = getattr(value, value.PAYLOAD.attribute)
        return {} if inner is None else json.loads(dump_body(inner, "json"))
    elsewhere = located(model.input_shape)
    return {name: item for name, item in json.loads(dump_body(value, "json")).items() if name not in elsewhere}


def forms(protocol: str, package: Any, model: OperationModel, params: dict[str, Any]) -> tuple[object, object]:
    theirs = {
        name: str(text)
        for name, text in botocore_body(protocol, model, params).items()
        if name not in ("Action", "Version")
    }
    written = dump_body(input_class(package, model).of_value(params), "query").decode()
    return theirs, dict(parse_qsl(written, keep_blank_values=True))


def our_xml(package: Any, model: OperationModel, params: dict[str, Any]) -> object:
    operation = package.endpoints.OPERATIONS[model.name]
    value = operation.input.of_value(params)
    payload = model.input_shape.serialization.get("payload")
    if payload is not None:
        member = model.input_shape.members[payload].serialization
        inner = getattr(value, value.PAYLOAD.attribute)
        if inner is None:
            return None
        namespace = _declaration(member.get("xmlNamespace", {}).get("uri"))
        return tree_of(xml.dump(inner.xml_text(member.get("name", payload), namespace)))
    elsewhere = located(model.input_shape)
    if not params.keys() - elsewhere:
        return None
    text = value.xml_text(operation.input_tag or value.SHAPE, _declaration(operation.input_namespace))
    return tree_of(xml.dump(text), without=elsewhere)


def _declaration(namespace: str | None) -> str:
    return f' xmlns="{namespace}"' if namespace else ""


def tree_of(document: bytes, *, without: set[str] | frozenset[str] = frozenset()) -> object:
    """The names with their namespaces, attributes and texts of a document; None for no document."""
    if not document:
        return None
    root = etree.fromstring(document)
    for child in list(root):
        if etree.QName(child).localname in without:
            root.remove(child)
    return _node(root)


def _node(element: Any) -> tuple[Any, ...]:
    children = [_node(child) for child in element]
    return element.tag, dict(element.attrib), "" if children else element.text or "", children


def body_format_of(protocol: str) -> str:
    return "xml" if protocol in XML_PROTOCOLS else "json" if "json" in protocol else "cbor"


def answer(protocol: str, model: OperationModel, value: Any) -> bytes:
    """The body of a response, as a server sends it."""
    body_format = body_format_of(protocol)
    payload = model.output_shape.serialization.get("payload")
    if payload is not None:
        inner = getattr(value, value.PAYLOAD.attribute)
        return b"" if inner is None else dump_body(inner, body_format)
    if protocol != "query" or "resultWrapper" not in model.output_shape.serialization:
        return dump_body(value, body_format)
    result = value.xml_text(model.output_shape.serialization["resultWrapper"])
    return xml.dump(f"<Response>{result}<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></Response>")


def botocore_answer(protocol: str, shape: Shape, body: bytes) -> dict[str, Any]:
    parsed = create_parser(protocol).parse({"body": body, "headers": {}, "status_code": 200}, shape)
    return {name: item for name, item in parsed.items() if name != "ResponseMetadata" and name not in located(shape)}


def our_answer(protocol: str, model: OperationModel, cls: Any, body: bytes) -> dict[str, Any]:
    body_format = body_format_of(protocol)
    payload = model.output_shape.serialization.get("payload")
    if payload is not None:
        whole: dict[str, Any] = cls.of_header_and_body({}, body).to_value()
        return {name: item for name, item in whole.items() if name not in located(model.output_shape)}
    value: dict[str, Any]
    if protocol == "query" and "resultWrapper" in model.output_shape.serialization:
        result = elements.parse(body).find(model.output_shape.serialization["resultWrapper"])
        value = cls.of_xml(result).to_value()
    else:
        value = parse_body(cls, body, body_format).to_value()
    return value
