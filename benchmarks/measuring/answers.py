"""What AWS sends: a response written for a value of boto3's, by botocore's model and in each service's own manner.

This is neither our writer nor botocore's, which has none. botocore's parser has to read from it what it was made of.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

import cbor2
from attrs import evolve, field, frozen

from measuring.models import OperationModel, Shape

PROTOCOL = {"smithy-protocol": "rpc-v2-cbor"}
"""What tells a response of smithy-rpc-v2-cbor."""
REQUEST_ID = "9f2c6b1e-6d0a-4c3e-8a56-0c9e1d7b4a21"
_OTHERS: Mapping[str, str] = {"x-amzn-RequestId": REQUEST_ID}
_COMMON: Mapping[str, Mapping[str, str]] = {
    "dynamodb": {
        "Server": "Server",
        "Connection": "keep-alive",
        "x-amzn-RequestId": REQUEST_ID,
        "x-amz-crc32": "2745614147",
    },
    "ec2": {
        "x-amzn-RequestId": REQUEST_ID,
        "Cache-Control": "no-cache, no-store",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "vary": "accept-encoding",
        "Server": "AmazonEC2",
    },
    "lambda": {
        "Connection": "keep-alive",
        "x-amzn-RequestId": REQUEST_ID,
        "x-amzn-Remapped-Content-Length": "0",
        "X-Amzn-Trace-Id": "Root=1-67c2f5a0-1d2c3b4a5f6e7d8c9b0a1f2e;Parent=53995c3f42cd8ad8;Sampled=1",
    },
    "s3": {
        "x-amz-id-2": "4hGk0wCzmYpVtTIh8m9Wc1qkC0oT3Z5yqB7m2xPz1s8eN6uJvL4dRfXaQb3HnEwKcYgUi9rO2tA=",
        "x-amz-request-id": "7K3V9Q2ZP5M1X8RD",
        "Server": "AmazonS3",
    },
}
"""Headers that are about the response, not in it."""


@frozen
class Answer:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


def answer(model: OperationModel, protocol: str, value: Mapping[str, Any]) -> Answer:
    """The response of an operation."""
    shape = model.output_shape
    inside = {name: member for name, member in value.items() if "location" not in shape.members[name].serialization}
    body, media_type = _body(model, protocol, inside)
    headers = {"Date": "Sat, 01 Mar 2025 12:00:00 GMT", **_COMMON.get(model.service_model.service_name, _OTHERS)}
    if protocol == "smithy-rpc-v2-cbor":
        headers |= PROTOCOL
    if body:
        headers |= {"Content-Type": media_type, "Content-Length": str(len(body))}
    return Answer(model.http.get("responseCode", 200), headers | dict(_headers(shape, value)), body)


def _headers(shape: Shape, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, content in value.items():
        place = shape.members[name].serialization
        if place.get("location") == "header":
            yield place["name"], _header_text(content)
        elif place.get("location") == "headers":
            for key, text in content.items():
                yield place["name"] + key, text


def _header_text(content: object) -> str:
    match content:
        case bool():
            return str(content).lower()
        case datetime():
            return format_datetime(content, usegmt=True)
        case _:
            return str(content)


def _body(model: OperationModel, protocol: str, value: Mapping[str, Any]) -> tuple[bytes, str]:
    shape = model.output_shape
    if (payload := shape.serialization.get("payload")) is not None:
        return value[payload], "application/json"
    match protocol:
        case "json":
            media_type = f"application/x-amz-json-{model.metadata.get('jsonVersion', '1.0')}"
            return _json(shape, value), media_type
        case "rest-json":
            return _json(shape, value), "application/json"
        case "smithy-rpc-v2-cbor":
            # Maps and lists are open ended, as in the responses of Smithy's own vectors.
            return cbor2.dumps(_cbor_tree(shape, value), indefinite_containers=True), "application/cbor"
        case _:
            return (_xml(model, protocol, value) if value else b""), "text/xml"


def _json(shape: Shape, value: Mapping[str, Any]) -> bytes:
    return json.dumps(_json_tree(shape, value), separators=(",", ":"), ensure_ascii=False).encode()


def _json_tree(shape: Shape, value: Any) -> Any:
    match shape.type_name:
        case "structure":
            members = {name: shape.members[name] for name in value}
            return {
                member.serialization.get("name", name): _json_tree(member, value[name])
                for name, member in members.items()
            }
        case "list":
            return [_json_tree(shape.member, item) for item in value]
        case "map":
            return {key: _json_tree(shape.value, item) for key, item in value.items()}
        case "blob":
            return b64encode(value).decode()
        case "timestamp" if shape.serialization.get("timestampFormat") == "iso8601":
            return _iso8601(value, "seconds")
        case "timestamp":
            return value.timestamp()
        case _:
            return value


def _cbor_tree(shape: Shape, value: Any) -> Any:
    match shape.type_name:
        case "structure":
            return {name: _cbor_tree(shape.members[name], member) for name, member in value.items()}
        case "list":
            return [_cbor_tree(shape.member, item) for item in value]
        case "timestamp":
            seconds = value.timestamp()
            return cbor2.CBORTag(1, int(seconds) if seconds.is_integer() else seconds)
        case _:
            return value


def _iso8601(moment: datetime, precision: str) -> str:
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


@frozen
class Manner:
    """How a service writes XML."""

    prolog: bool
    indent: int
    """Spaces for each level; nothing but the prolog has a line of its own where it is 0."""
    precision: str = "seconds"
    """Of times."""
    root: str | None = None
    """The root element, where it is not called as the operation."""
    level: int = field(default=0, kw_only=True)

    def deeper(self) -> Manner:
        """For what is inside an element."""
        return evolve(self, level=self.level + 1)

    @property
    def newline(self) -> str:
        """What comes before an element."""
        return "\n" + " " * self.indent * self.level if self.indent else ""


MANNERS: Mapping[str, Manner] = {
    "ec2": Manner(prolog=True, indent=4, precision="milliseconds"),
    "iam": Manner(prolog=False, indent=2),
    "rds": Manner(prolog=False, indent=2, precision="milliseconds"),
    "s3": Manner(prolog=True, indent=0, precision="milliseconds", root="ListBucketResult"),
    "sts": Manner(prolog=False, indent=2),
}
_S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def _xml(model: OperationModel, protocol: str, value: Mapping[str, Any]) -> bytes:
    manner = MANNERS[model.service_model.service_name]
    namespace = model.metadata.get("xmlNamespace", _S3_NAMESPACE)
    inner = manner.deeper()
    match protocol:
        case "ec2":
            # EC2's own namespace ends with a slash, its model's does not.
            namespace += "/"
            parts = [inner.newline, f"<requestId>{REQUEST_ID}</requestId>", *_members(model.output_shape, value, inner)]
        case "query":
            wrapper = model.output_shape.serialization["resultWrapper"]
            parts = [
                *(inner.newline, f"<{wrapper}>", *_members(model.output_shape, value, inner.deeper())),
                *(inner.newline, f"</{wrapper}>", inner.newline, "<ResponseMetadata>"),
                *(inner.deeper().newline, f"<RequestId>{REQUEST_ID}</RequestId>"),
                *(inner.newline, "</ResponseMetadata>"),
            ]
        case _:
            parts = list(_members(model.output_shape, value, inner))
    root = manner.root or f"{model.name}Response"
    prolog = '<?xml version="1.0" encoding="UTF-8"?>\n' if manner.prolog else ""
    text = f'{prolog}<{root} xmlns="{namespace}">{"".join(parts)}{manner.newline}</{root}>'
    return (text + "\n" if manner.indent else text).encode()


def _members(shape: Shape, value: Mapping[str, Any], manner: Manner) -> Iterator[str]:
    for name, content in value.items():
        member = shape.members[name]
        tag = member.serialization.get("name", name)
        if member.type_name == "list" and member.serialization.get("flattened"):
            tag = member.member.serialization.get("name", tag)
            for item in content:
                yield from _element(tag, member.member, item, manner)
        else:
            yield from _element(tag, member, content, manner)


def _element(tag: str, shape: Shape, value: Any, manner: Manner) -> Iterator[str]:
    yield manner.newline
    if shape.type_name not in ("structure", "list"):
        yield f"<{tag}>{_text(shape, value, manner)}</{tag}>"
    elif not value:
        yield f"<{tag}/>"
    else:
        yield f"<{tag}>"
        if shape.type_name == "structure":
            yield from _members(shape, value, manner.deeper())
        else:
            item_tag = shape.member.serialization.get("name", "member")
            for item in value:
                yield from _element(item_tag, shape.member, item, manner.deeper())
        yield f"{manner.newline}</{tag}>"


def _text(shape: Shape, value: Any, manner: Manner) -> str:
    match shape.type_name:
        case "boolean":
            return "true" if value else "false"
        case "timestamp":
            return _iso8601(value, manner.precision)
        case _:
            return escape(str(value), {'"': "&quot;"})
