"""Values to bytes and back, in each of the body formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import NOTHING, fields

from botobind import formats, validation
from botobind.bodies import payloads
from botobind.bodies.body_codecs import BODY_CODECS, allocated, bytes_of
from botobind.errors import EncodeError, MissingError
from botobind.markers import QUERY, class_in_format, in_format
from botobind.rules.bindings import bindings_of
from botobind.tables import values_of
from botobind.wire.fields import pairs_of, values_of_pairs

if TYPE_CHECKING:
    from botobind.bodies.body_codecs import BodyCodec
    from botobind.rules.naming import BodyFormat
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
    name = body_format or cast("type[Shape]", cls).BODY
    try:
        return _parsed(cls, data, name)
    except MissingError as error:
        raise validation.all_missing(error, cast("BodyFormat", name), _parsed, cls, data, name) from None


def _parsed(cls: type[S], data: bytes, body_format: str) -> S:
    shape: Any = cls
    if body_format == "query":
        return cast("S", class_in_format(shape, QUERY)._read_query(formats.query.tree_of(formats.query.parse(data))))  # noqa: SLF001 - of classes that are generated
    return cast("S", _codec_of(body_format).load_whole(shape, data))


def _codec_of(body_format: str) -> BodyCodec:
    body_codec = BODY_CODECS.get(body_format)
    if body_codec is None:
        raise EncodeError(f"no body format is called {body_format!r}")
    return body_codec


def of_header(cls: type[T], headers: HeaderPairs) -> T:
    """A value of the members in headers, all others absent. Raises `DecodeError` where one of those must not be."""
    return _of_parts(cls, headers, None)


def _of_parts(cls: type[T], headers: HeaderPairs, body: bytes | None) -> T:
    pairs = pairs_of(headers)  # an iterator gives them once
    try:
        return _complete(_of_pairs(cls, pairs, body))
    except MissingError as error:
        in_body = () if body is None else cls.MEMBERS if cls.IN_BODY is None else cls.IN_BODY
        names = {attribute: name for attribute, name in cls.MEMBERS.items() if attribute not in in_body}
        names |= {each.attribute: each.lower_name for each in bindings_of(cls, "header")}
        body_format = cast("BodyFormat", cls.BODY)
        raise validation.all_missing(error, body_format, _of_pairs, cls, pairs, body, names=names) from None


def _complete(value: T) -> T:
    for attribute in fields(cast("Any", type(value))):
        if attribute.default is NOTHING and getattr(value, attribute.name) is None:
            raise MissingError().under(value.MEMBERS[attribute.name])
    return value


def _headers_alone(cls: type[T], pairs: list[tuple[str, str]]) -> T:
    value = allocated(cls)
    value.read_header(values_of_pairs(pairs), pairs)
    return value


def of_header_and_body(cls: type[T], headers: HeaderPairs, body: bytes) -> T:
    """The value of the headers and the body of an HTTP message, but for members in its URI."""
    return _of_parts(cls, headers, bytes_of(body))


def _of_pairs(cls: type[T], pairs: list[tuple[str, str]], data: bytes | None) -> T:
    """The value of headers, and of a body where there is one, whatever it lacks."""
    if data is None:
        return _headers_alone(cls, pairs)
    body_codec = BODY_CODECS.get(cls.BODY)
    if cls.PAYLOAD is not None and body_codec is not None:
        value = _headers_alone(cls, pairs)
        payloads.read(value, cls.PAYLOAD, values_of(cls), body_codec, data)
    elif cls.IN_BODY is None:
        value = _parsed(cls, data, cls.BODY) if data else _headers_alone(cls, pairs)
    else:
        value = _headers_alone(cls, pairs)
        if cls.IN_BODY and body_codec is not None:
            body_codec.fill(value, data)
    return value
