"""Values to bytes and back, in each of the body formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import NOTHING, fields

from botobind import formats
from botobind.bodies import payloads
from botobind.bodies.body_codecs import BODY_CODECS, allocated, bytes_of
from botobind.errors import DecodeError, EncodeError
from botobind.markers import QUERY, class_in_format, in_format
from botobind.tables import values_of
from botobind.wire.fields import pairs_of, values_of_pairs

if TYPE_CHECKING:
    from botobind.bodies.body_codecs import BodyCodec
    from botobind.shapes import Shape
    from botobind.types import AnyShape, QueryChunks
    from botobind.wire.fields import HeaderPairs

T = TypeVar("T", bound="Shape")
S = TypeVar("S", bound="AnyShape")

FORMATS = ("json", "xml", "query", "cbor")


def dump_body(value: AnyShape, body_format: str | None = None) -> bytes:
    """The value as bytes: JSON, an XML document, a form or CBOR. None stands for the service's own format, others are
    called as in `FORMATS`.

    Raises `EncodeError` for what the format cannot hold, members of wrong types included, and for a name that is none.
    """
    shape: Any = value
    name = body_format or shape.BODY
    if name == "query":
        chunks: QueryChunks = []
        in_format(shape, QUERY).write_query(chunks, "&")
        return formats.query.join(chunks)
    return _codec_of(name).dump_whole(shape)


def parse_body(cls: type[S], data: bytes, body_format: str | None = None) -> S:
    """The value of bytes: JSON, an XML document, a form or CBOR. None stands for the service's own format, others are
    called as in `FORMATS`.

    Raises `DecodeError` with path and reason, and `EncodeError` for a name that is no format's.
    """
    shape: Any = cls
    name = body_format or shape.BODY
    if name == "query":
        return cast("S", class_in_format(shape, QUERY).of_query(formats.query.parse(data)))
    return cast("S", _codec_of(name).load_whole(shape, data))


def _codec_of(body_format: str) -> BodyCodec:
    body_codec = BODY_CODECS.get(body_format)
    if body_codec is None:
        raise EncodeError(f"no body format is called {body_format!r}")
    return body_codec


def of_header(cls: type[T], headers: HeaderPairs) -> T:
    """A value of the members in headers, all others absent. Raises `DecodeError` where one of those must not be."""
    return _complete(_headers_alone(cls, headers))


def _complete(value: T) -> T:
    for attribute in fields(cast("Any", type(value))):
        if attribute.default is NOTHING and getattr(value, attribute.name) is None:
            raise DecodeError("required member is missing").under(value.MEMBERS[attribute.name])
    return value


def _headers_alone(cls: type[T], headers: HeaderPairs) -> T:
    value, pairs = allocated(cls), pairs_of(headers)
    value.read_header(values_of_pairs(pairs), pairs)
    return value


def of_header_and_body(cls: type[T], headers: HeaderPairs, body: bytes) -> T:
    """The value of the headers and the body of an HTTP message, but for members in its URI."""
    data = bytes_of(body)
    body_codec = BODY_CODECS.get(cls.BODY)
    if cls.PAYLOAD is not None and body_codec is not None:
        value = _headers_alone(cls, headers)
        payloads.read(value, cls.PAYLOAD, values_of(cls), body_codec, data)
    elif cls.IN_BODY is None:
        value = parse_body(cls, data) if data else _headers_alone(cls, headers)
    else:
        value = _headers_alone(cls, headers)
        if cls.IN_BODY and body_codec is not None:
            body_codec.fill(value, data)
    return _complete(value)
