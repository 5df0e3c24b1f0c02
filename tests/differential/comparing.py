"""One operation in one protocol: what botocore writes and reads, and what we do, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import cbor2
from botocore.model import OperationModel, Shape
from differential.botocores import Written, handled_by_botocore, read_by_botocore, written_by_botocore, written_by_us
from differential.differences import REQUEST_HEADERS_OF_OURS
from differential.values import VARIANTS, error_members, parameters, result
from wire.against import tree_of

from botobind.errors import ServiceError
from botobind.operations import Operation

STAMPED = frozenset({"accept", "content-type"})
"""The headers that requests have whatever the value is, though a member may be there."""


def check_request(operation: Operation[Any, Any, Any], model: OperationModel, protocol: str) -> None:
    """Our request is botocore's, and is read as the value that it was written from."""
    for variant in VARIANTS:
        params = parameters(model, variant)
        value = None if operation.input is None else operation.input.of_value(params)
        request = operation.to_request(value, protocol=protocol)
        read = operation.of_request(request, protocol=protocol, constraints=False)
        sent = operation._bind(protocol).completed(value)
        _restore_absent(model, read, sent)
        assert read == sent, f"{operation.name} in {protocol}: read {read!r}, written {sent!r}"
        if not model.has_event_stream_input:
            handled = handled_by_botocore(model, params)
            ours, theirs = written_by_us(request), written_by_botocore(protocol, model, handled)
            mine, yours = comparable(ours, theirs, protocol, model), comparable(theirs, ours, protocol, model)
            assert mine == yours, _difference(mine, yours)


def _restore_absent(model: OperationModel, read: Any, written: Any) -> None:
    """What reads as something where nothing was written: a map of prefixed headers, which botocore has always, too; a
    member in Content-Type or Accept, which requests have besides; the MD5 of a key; and in a map of the query string
    the parameters that are other members.
    """
    if written is None:
        return
    md5_members = {traits.get("md5Member") for traits in written.MEMBER_TRAITS.values()}
    places = {name: shape.serialization for name, shape in model.input_shape.members.items()}
    in_query = {place.get("name", name) for name, place in places.items() if place.get("location") == "querystring"}
    for attribute, name in written.MEMBERS.items():
        place = places[name]
        given, found = getattr(written, attribute), getattr(read, attribute)
        if place.get("location") == "querystring" and isinstance(found, dict):
            known = given or {}
            rest = {key: item for key, item in found.items() if key in known or key not in in_query}
            setattr(read, attribute, rest or given)
        is_map = place.get("location") == "headers" and found == {}
        is_stamped = place.get("location") == "header" and place.get("name", name).lower() in STAMPED
        if given is None and (is_map or is_stamped or name in md5_members):
            setattr(read, attribute, None)


def _difference(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    return "; ".join(
        f"{name}: {ours.get(name)!r}, botocore's {theirs.get(name)!r}"
        for name in {**ours, **theirs}
        if ours.get(name) != theirs.get(name)
    )


def comparable(written: Written, other: Written, protocol: str, model: OperationModel) -> dict[str, Any]:
    """What has to be equal."""
    headers = {
        name: value
        for name, value in written.headers.items()
        if name in other.headers or name not in REQUEST_HEADERS_OF_OURS
    }
    raw = _payload_type(model.input_shape) not in (None, "structure")
    if (raw or protocol == "rest-xml") and "content-type" not in other.headers:
        # See MEDIA_TYPES.
        headers.pop("content-type", None)
    return {
        "method": written.method,
        "path": written.path,
        "query": sorted(written.query),
        "headers": headers,
        "body": comparable_body(written.body, protocol, model.input_shape),
        "host": written.host_prefix,
    }


def _payload_type(shape: Shape | None) -> str | None:
    payload = shape.serialization.get("payload") if shape is not None else None
    return None if payload is None else str(shape.members[payload].type_name)


def comparable_body(body: bytes, protocol: str, shape: Shape | None) -> Any:
    """What a body says, by its format."""
    if not body or _payload_type(shape) not in (None, "structure"):
        return body
    match protocol:
        case "query" | "ec2":
            return sorted(parse_qsl(body.decode(), keep_blank_values=True))
        case "rest-xml":
            return tree_of(body)
        case "smithy-rpc-v2-cbor":
            return cbor2.loads(body)
        case _:
            return json.loads(body)


def check_response(operation: Operation[Any, Any, Any], model: OperationModel, protocol: str) -> None:
    """botocore reads our answer as the value that it was written from, and so do we."""
    for variant in VARIANTS:
        given = result(model, variant)
        value = None if operation.output is None else operation.output.of_value(given)
        response = operation.to_response(value, protocol=protocol, request_id="an-id")
        read = operation.of_response(response, protocol=protocol)
        expected = _with_media_type(given, model, response.headers)
        ours = {} if read is None else read.to_value()
        assert without_nothing(ours) == expected, _difference(without_nothing(ours), expected)
        theirs = read_by_botocore(protocol, model, response)
        assert without_nothing(theirs) == expected, _difference(expected, without_nothing(theirs))


def _with_media_type(given: dict[str, Any], model: OperationModel, headers: Mapping[str, str]) -> dict[str, Any]:
    """The value, and what comes with every response: the type of its body, where a member is that."""
    shape = model.output_shape
    expected = dict(given)
    for name, member in shape.members.items() if shape is not None else ():
        place = member.serialization.get("location")
        wire_name = member.serialization.get("name", name).lower()
        if place == "header" and wire_name == "content-type" and name not in given and "content-type" in headers:
            expected[name] = headers["content-type"]
        if place == "header" and wire_name == "x-amzn-requestid" and name not in given:
            expected[name] = "an-id"
    return without_nothing(expected)


def without_nothing(value: Any) -> Any:
    """The value without empty members: botocore has a map of prefixed headers and a payload structure always."""
    if isinstance(value, dict):
        members = {name: without_nothing(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member not in ({}, b"", "")}
    if isinstance(value, list):
        return [without_nothing(item) for item in value]
    return value


def check_errors(operation: Operation[Any, Any, Any], model: OperationModel, protocol: str) -> None:
    """botocore reads our errors with code, message and members, and so do we."""
    if operation.method == "HEAD":
        # The response has no body, and so no error but its status.
        return
    shapes = {shape.name: shape for shape in model.error_shapes}
    for error_class in operation.errors:
        shape = shapes.get(error_class.SHAPE)
        if shape is None:
            # Documented errors that only our patches know, as EC2's.
            continue
        for variant in VARIANTS:
            members = error_members(shape, variant, protocol)
            error: Any = error_class.of_value(members)  # type: ignore[attr-defined]
            response = operation.error_to_response(error, protocol=protocol, request_id="an-id")
            read: ServiceError = operation.of_response(response, protocol=protocol)
            assert read == error, f"{operation.name} in {protocol}: {read!r} for {error!r}"
            assert (read.code, read.request_id) == (error.code, "an-id")
            theirs = read_by_botocore(protocol, model, response)
            said = theirs["Error"]
            assert said["Code"] in (error.code, error.SHAPE)
            assert said.get("Message", "") == (error.message or "")
