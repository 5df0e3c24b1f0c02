"""What there is to compare of each part of a model: its keys, under the subjects by which the rules judge them.

Where several keys or a default say the same, what they come to is compared; see `Stated`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from botobind.rules.naming import XML_PROTOCOLS
from botobind.tables import FORM_PROTOCOLS, REST_PROTOCOLS
from botobind_codegen.diff import meanings
from botobind_codegen.diff.document import Document, Json
from botobind_codegen.keys import KEYS
from botobind_codegen.model import KINDS, NUMBERS

Facts = dict[str, object]
"""JSON values by subject. A key that is missing, null or false is no fact."""


@frozen
class Stated:
    """What keys come to, and how the model states it."""

    means: object
    says: object


_PREFIXES: dict[str, str] = {**dict.fromkeys(KINDS, "shape"), "key": "item", "value": "item"}
_WHOLE = {
    **dict.fromkeys(("paginators-1", "pagination"), "operation.pagination"),
    **dict.fromkeys(("waiters-2", "waiter", "acceptor"), "waiter"),
}
"""Contexts whose keys are judged together."""

_SUBJECTS = {
    ("service", "metadata"): "metadata.apiVersion",
    ("service", "operations"): "operation",
    ("service", "shapes"): "shape",
    ("metadata", "protocol"): "metadata.protocols",
    ("operation", "http"): "http.method",
    ("operation", "authtype"): "operation.auth",
    ("operation", "input"): "operation.input",
    ("operation", "output"): "operation.output",
    ("operation", "errors"): "error",
    ("operation", "waiters"): "waiter",
    ("errors", "shape"): "error",
    ("structure", "members"): "member",
    ("structure", "required"): "member.required",
    ("structure", "error"): "error.code",
    ("structure", "locationName"): "shape.root",
    ("list", "member"): "target.class",
    ("map", "key"): "target.class",
    ("map", "value"): "target.class",
    ("error", "senderFault"): "shape.fault",
    ("error", "fault"): "shape.fault",
    ("xmlNamespace", "uri"): "shape.xmlNamespace",
    ("xmlNamespace", "prefix"): "shape.xmlNamespace",
    **{(context, "shape"): "target.class" for context in ("input", "output", "member", "item", "key", "value")},
}
"""The subjects of the keys that are not simply compared where they stand."""


def subject_of(context: str, key: str) -> str:
    """The subject under which a key of a model is judged, by the contexts of `keys.KEYS`."""
    return _WHOLE.get(context) or _SUBJECTS.get((context, key)) or f"{_PREFIXES.get(context, context)}.{key}"


def _plain(context: str, table: Json, *apart: str) -> Facts:
    """The keys that are compared as they stand."""
    prefix = _PREFIXES.get(context, context)
    return {f"{prefix}.{key}": value for key, value in table.items() if key not in apart}


def _namespace(prefix: str, table: Json) -> Facts:
    raw = table.get("xmlNamespace")
    if raw is None:
        return {}
    means = (raw.get("uri"), raw.get("prefix")) if isinstance(raw, Mapping) else (raw, None)
    return {f"{prefix}.xmlNamespace": Stated(means, raw)}


def service_facts(document: Document) -> Facts:
    """What the model says outside of its parts."""
    return _plain("service", document.json, "metadata", "operations", "shapes")


def metadata_facts(document: Document) -> Facts:
    """What the model says of the service."""
    metadata, protocols = document.metadata, set(document.protocols)
    return {
        **_plain("metadata", metadata, "protocol", "protocols", "auth", "xmlNamespace", "protocolSettings"),
        **_namespace("metadata", metadata),
        "metadata.protocols": Stated(document.protocols, (metadata.get("protocol"), metadata.get("protocols"))),
        "metadata.default protocol": document.protocols[0],
        "metadata.wire traits": {
            "headers and URIs": not protocols.isdisjoint(REST_PROTOCOLS),
            "names in JSON": "rest-json" in protocols,
            "timestamps in JSON": not protocols.isdisjoint({"json", "rest-json"}),
            "names in XML": not protocols.isdisjoint(XML_PROTOCOLS),
            "names in forms": not protocols.isdisjoint(FORM_PROTOCOLS),
            "names of EC2": "ec2" in protocols,
        },
        "metadata.signingName": Stated(
            metadata.get("signingName") or metadata.get("endpointPrefix"), metadata.get("signingName")
        ),
        "metadata.auth": Stated(meanings.authentication(document), metadata.get("auth")),
        "metadata.protocolSettings": meanings.other_settings(document),
        "metadata.h2": meanings.http2(document),
    }


def operation_facts(document: Document, name: str) -> Facts:
    """What the model says of an operation, but for the shapes that it names."""
    operation = document.operations[name]
    http = operation.get("http", {})
    facts: Facts = {
        **_plain("operation", operation, "http", "input", "output", "errors", "auth", "authtype", "name"),
        **_plain("http", http),
        "http.method": Stated(http.get("method", "POST"), http.get("method")),
        "http.requestUri": Stated(meanings.uri(document, operation), http.get("requestUri")),
        "operation.name": Stated(operation.get("name", name), operation.get("name")),
        "operation.auth": Stated(meanings.authentication(document, operation), _says(operation, "auth", "authtype")),
        "operation.unsignedPayload": Stated(meanings.leaves_body_unsigned(operation), operation.get("unsignedPayload")),
        "operation.checksum": meanings.demands_checksum(operation),
        "operation.asking for an endpoint": meanings.demands_discovery(operation),
        "operation.HTTP/2": meanings.demands_http2(document, operation),
        "operation.pagination": Stated(meanings.pages(operation.get("pagination")), operation.get("pagination")),
    }
    for place in ("input", "output"):
        facts |= _plain(place, operation.get(place, {}), "shape", "xmlNamespace")
        facts |= _namespace(place, operation.get(place, {}))
    return facts


def _says(table: Json, *keys: str) -> object:
    """What some keys say together; None where they say nothing."""
    return {key: table[key] for key in keys if table.get(key)} or None


def error_facts(entry: Json) -> Facts:
    """What an operation says of one of its errors, but for its shape."""
    return _plain("errors", entry, "shape")


def shape_facts(document: Document, name: str) -> Facts:
    """What the model says of a shape, but for its type, its members, and the shapes that it names."""
    shape = document.shapes[name]
    error = shape.get("error", {})
    code = error.get("code")
    is_error = name in document.errors
    apart = ("type", "members", "member", "key", "value", "error", "exception", "fault", "locationName")
    is_form = name in document.inputs and document.protocols[0] in FORM_PROTOCOLS
    root = "shape.root" if shape["type"] == "structure" else "shape.locationName"
    return {
        **_plain("structure", shape, *apart, "xmlNamespace", "min", "max"),
        **_plain("error", error, "code", "fault", "senderFault"),
        **_namespace("shape", shape),
        **{f"shape.{key}": _bound(shape, key) for key in ("min", "max")},
        "shape.timestampFormat": Stated(
            meanings.time_format(document, shape, document.locations.get(name, frozenset())),
            shape.get("timestampFormat"),
        ),
        root: shape.get("locationName"),
        "shape.exception": Stated(is_error, shape.get("exception")),
        "shape.fault": Stated(_fault(shape, error) if is_error else None, (shape.get("fault"), *_faults(error))),
        "shape.body": "form" if is_form else None,
        "error.code": Stated(code or name if is_error else code, code),
    }


def _bound(shape: Json, key: str) -> Stated:
    # A length is never less than 0.
    raw = shape.get(key)
    counts = raw != 0 or key == "max" or shape["type"] in NUMBERS
    return Stated(raw if counts else None, raw)


def _faults(error: Json) -> tuple[object, object]:
    return error.get("fault"), error.get("senderFault")


def _fault(shape: Json, error: Json) -> str | None:
    """Whose fault an error is, as the generated class has it."""
    status = error.get("httpStatusCode")
    known = status if isinstance(status, int) else None
    if shape.get("fault") or error.get("fault") or (known is not None and known >= 500):
        return "server"
    return "client" if error.get("senderFault") or known is not None else None


def member_facts(document: Document, name: str, member: str) -> Facts:
    """What the model says of a member, but for its shape."""
    shape = document.shapes[name]
    raw: Json = shape["members"][member]
    own_name = raw.get("locationName")
    return {
        **_plain("member", raw, "shape", "locationName", "xmlNamespace", "timestampFormat"),
        **_namespace("member", raw),
        **_wire_name(member, raw.get("location"), own_name),
        "member.timestampFormat": Stated(
            meanings.time_format(document, raw, frozenset({raw.get("location")})), raw.get("timestampFormat")
        ),
        "member.required": Stated(member in document.required[name], member in shape.get("required", ())),
        "member.mandatory": member in document.mandatory(name),
    }


def _wire_name(member: str, location: str | None, own: str | None) -> Facts:
    name = own or member
    match location:
        case None:
            return {"member.locationName": Stated(name, own)}
        case "uri" | "statusCode":
            return {"member.label": own}
        case "header" | "headers":
            # Headers' names have no case.
            return {"member.parameter": Stated(name.lower(), own)}
        case _:
            return {"member.parameter": Stated(name, own)}


def item_facts(reference: Json, key: str) -> Facts:
    """What the model says of the items of a list, or the keys or values of a map, but for their shape."""
    own_name = reference.get("locationName")
    return {
        **_plain("item", reference, "shape", "locationName", "xmlNamespace"),
        **_namespace("item", reference),
        "item.locationName": Stated(own_name or key, own_name),
    }


def known_keys() -> list[tuple[str, str]]:
    """Every key of a model that is known, with its context."""
    return [(context, key) for context, keys in KEYS.items() for key in keys]


def bare(facts: Mapping[str, Any]) -> Facts:
    """The facts without documentation, and without what depends on the names of other shapes or on use."""
    apart = {"member.mandatory", "shape.body"}
    return {
        subject: value
        for subject, value in facts.items()
        if subject not in apart
        and not subject.endswith((".documentation", ".documentationUrl"))
        and value is not None
        and value is not False
    }
