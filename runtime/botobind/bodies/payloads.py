"""Members that are the whole body of a message."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from botobind import formats
from botobind.bodies.body_codecs import bytes_of
from botobind.errors import DecodeError, EncodeError
from botobind.formats import exact
from botobind.formats.text import bytes_of as bytes_of_blob

if TYPE_CHECKING:
    from botobind.bodies.body_codecs import BodyCodec
    from botobind.http import Body
    from botobind.shapes import Shape
    from botobind.tableviews import Payload


def write(payload: Payload, member: Any) -> Body:
    """The body of a payload that is no structure. A stream is passed on unread."""
    if member is None:
        return b""
    match payload.kind:
        case "stream":
            if member.__class__ is bytes:
                return member
            stream: Body = bytes(member) if isinstance(member, (bytes, bytearray, memoryview)) else exact.chunks(member)
            return stream
        case "blob":
            return bytes_of_blob(member)
        case "document":
            return formats.json.dump_document(member)
        case _:
            if not isinstance(member, str):
                raise exact.refuse("str", member)
            try:
                return member.encode()
            except UnicodeEncodeError:
                raise EncodeError("text cannot be written in UTF-8") from None


def read(value: Shape, payload: Payload, values: ModuleType, body_codec: BodyCodec, body: Body) -> None:
    """Sets the payload of a value. A stream is passed on unread. In a body without bytes it is absent, unless it is
    text or bytes that the model requires.
    """
    name = value.MEMBERS[payload.attribute]
    try:
        member = body if payload.kind == "stream" else _read(value, payload, values, body_codec, bytes_of(body))
    except DecodeError as error:
        raise error.under(name) from None
    setattr(value, payload.attribute, member)


def _read(value: Shape, payload: Payload, values: ModuleType, body_codec: BodyCodec, body: bytes) -> Any:
    if not body and payload.attribute not in value.REQUIRED:
        return None
    match payload.kind:
        case "structure":
            cls: type[Shape] = getattr(values, payload.shape or "")
            return body_codec.load(cls, body) if body else None
        case "blob":
            return body
        case "document":
            return formats.json.parse_document(body) if body else None
        case _:
            try:
                return body.decode()
            except UnicodeDecodeError:
                raise DecodeError("expected text in UTF-8") from None
