"""The parts of messages in the REST protocols: headers, the query string, and a body that is a document, a payload or
an event stream. What to do for the bodies of a class is found out once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind import protocols
from botobind.bodies import payloads
from botobind.bodies.body_codecs import EVENT_STREAM_TYPE, bytes_of
from botobind.errors import EncodeError
from botobind.formats import exact
from botobind.tables import values_of

if TYPE_CHECKING:
    from botobind.bodies.body_codecs import BodyCodec
    from botobind.http import Body, Headers
    from botobind.shapes import Shape
    from botobind.tableviews import Payload

CONTENT_TYPE, LOWER_CONTENT_TYPE = "Content-Type", "content-type"

Reader: TypeAlias = "Callable[[Headers, Body], Any]"
"""The value of headers and body; None for the members that live elsewhere."""
BodyWriter: TypeAlias = "Callable[[Any], tuple[Body, str | None]]"
"""The body of a value and its media type; None where that is not for the protocol to say."""
_Filler: TypeAlias = "Callable[[Any, Body], None]"


def reader_of(cls: type[Shape], body_codec: BodyCodec, values: ModuleType, *, is_request: bool = False) -> Reader:
    """What reads the values of a class. `values` has the classes of its service.

    A stream of no bytes is none in a request, unless it is required. In a response it is one: S3 has empty objects.
    """
    if cls.IN_BODY is None and cls.PAYLOAD is None and cls.EVENTS is None:
        return _of_document(cls, body_codec)
    new = cls.__new__
    fill = _filler_of(cls, body_codec, values, is_request=is_request)
    elsewhere = _elsewhere(cls)
    has_headers = bool(cls.HEADERS)
    if has_headers and fill is None and not elsewhere:
        return _of_headers(cls)

    def read(headers: Headers, body: Body) -> Shape:
        value = new(cls)
        for attribute in elsewhere:
            setattr(value, attribute, None)
        if has_headers:
            value.read_header(headers.by_lower_name(), headers._pairs)  # noqa: SLF001 - a copy takes time
        if fill is not None:
            fill(value, body)
        return value

    return read


def _of_headers(cls: type[Shape]) -> Reader:
    """What reads a class all of whose members live in headers."""
    new = object.__new__ if cls.__new__ is object.__new__ else cls.__new__

    def read(headers: Headers, body: Body) -> Shape:  # noqa: ARG001 - nothing is there
        value: Shape = new(cls)
        # Of what is known already nothing is called, and nothing is copied.
        values = headers._by_lower_name or headers.by_lower_name()  # noqa: SLF001
        value.read_header(values, headers._pairs)  # noqa: SLF001
        return value

    return read


def _of_document(cls: type[Shape], body_codec: BodyCodec) -> Reader:
    load = body_codec.loader(cls)

    def read(headers: Headers, body: Body) -> Shape:  # noqa: ARG001 - nothing is there
        return load(body if isinstance(body, bytes) else bytes_of(body))

    return read


def _elsewhere(cls: type[Shape]) -> tuple[str, ...]:
    """The attributes that neither headers nor the body set."""
    in_body = cls.IN_BODY or ()
    whole = [part.attribute for part in (cls.EVENTS, cls.PAYLOAD) if part is not None]
    found = {*cls.HEADERS, *in_body, *whole}
    return tuple(attribute for attribute in cls._attributes() if attribute not in found)


def _filler_of(cls: type[Shape], body_codec: BodyCodec, values: ModuleType, *, is_request: bool) -> _Filler | None:
    if cls.EVENTS is not None:
        return _events(cls, body_codec, values)
    if cls.PAYLOAD is not None:
        is_required = cls.PAYLOAD.attribute in cls.REQUIRED
        if cls.PAYLOAD.kind == "stream":
            return _stream(cls.PAYLOAD.attribute, b"" if is_required or not is_request else None)
        return _payload(cls.PAYLOAD, body_codec, values, b"" if is_required else None)
    if not cls.IN_BODY:
        return None
    fill = body_codec.fill
    return lambda value, body: fill(value, body if isinstance(body, bytes) else bytes_of(body))


def _events(cls: type[Shape], body_codec: BodyCodec, values: ModuleType) -> _Filler:
    def fill(value: Shape, body: Body) -> None:
        _, events = protocols.streams.read(cls, values, body_codec, body, None)
        setattr(value, stream, events)

    stream = "" if cls.EVENTS is None else cls.EVENTS.attribute
    return fill


def _stream(attribute: str, nothing: bytes | None) -> _Filler:
    def fill(value: Shape, body: Body) -> None:
        setattr(value, attribute, nothing if body.__class__ is bytes and not body else body)

    return fill


def _payload(payload: Payload, body_codec: BodyCodec, values: ModuleType, nothing: bytes | None) -> _Filler:
    """What sets a payload that is no stream. `nothing` is what a blob of no bytes is."""
    attribute = payload.attribute
    read = payloads.read

    def fill(value: Shape, body: Body) -> None:
        read(value, payload, values, body_codec, body)

    def fill_with_bytes(value: Shape, body: Body) -> None:
        if body.__class__ is bytes:
            setattr(value, attribute, body or nothing)
        else:
            read(value, payload, values, body_codec, body)

    return fill_with_bytes if payload.kind == "blob" else fill


def body_writer_of(
    cls: type[Shape], body_codec: BodyCodec, payload_types: Mapping[str, str], root: tuple[str, str], absent: bytes
) -> BodyWriter:
    """What writes the bodies of a class.

    `payload_types` has the media types of payloads that are no structures, `root` is the root element of documents with
    the declaration of its namespace, and `absent` what stands for a payload structure that is absent.
    """
    if cls.EVENTS is not None:
        return _write_events(body_codec)
    if cls.PAYLOAD is not None:
        if cls.PAYLOAD.kind == "structure":
            return _write_structure(cls.PAYLOAD, body_codec, absent)
        return _write_payload(cls.PAYLOAD, payload_types.get(cls.PAYLOAD.kind))
    dump, media_type = plain_writer_of(cls, body_codec, root), body_codec.media_type
    return (lambda _: (b"", None)) if dump is None else lambda value: (dump(value), media_type)


def plain_writer_of(cls: type[Shape], body_codec: BodyCodec, root: tuple[str, str]) -> Callable[[Any], bytes] | None:
    """What writes the document of the members that are in the body; None where there is none, or something else."""
    if cls.EVENTS is not None or cls.PAYLOAD is not None:
        return None
    return body_codec.dumper(cls, *root) if (cls.MEMBERS if cls.IN_BODY is None else cls.IN_BODY) else None


def _write_events(body_codec: BodyCodec) -> BodyWriter:
    def write(value: Shape) -> tuple[Body, str | None]:
        return protocols.streams.write(value, body_codec, None), EVENT_STREAM_TYPE

    return write


def _write_structure(payload: Payload, body_codec: BodyCodec, absent: bytes) -> BodyWriter:
    attribute, tag, attributes, shape = payload.attribute, payload.tag, payload.attributes, payload.shape
    dump, media_type = body_codec.dump, body_codec.media_type
    nothing: tuple[Body, str | None] = (absent, media_type) if absent and not payload.is_union else (b"", None)

    def write(value: Shape) -> tuple[Body, str | None]:
        member = getattr(value, attribute)
        if member is None:
            return nothing
        if member.__class__.__name__ != shape:
            _check_payload(value, member, payload)
        return dump(member, tag, attributes), media_type

    return write


def _check_payload(value: Shape, member: object, payload: Payload) -> None:
    """Refuses what is no structure of the payload's class."""
    values = values_of(value.__class__)
    expected = getattr(values, payload.shape or "", None)
    if expected is not None:
        exact.structure(member, expected)


def _write_payload(payload: Payload, media_type: str | None) -> BodyWriter:
    attribute = payload.attribute

    def write(value: Shape) -> tuple[Body, str | None]:
        member = getattr(value, attribute)
        try:
            return payloads.write(payload, member), None if member is None else media_type
        except EncodeError as error:
            raise error.under(value.MEMBERS[attribute]) from None

    return write


def with_length_checked(cls: type[Shape], write: BodyWriter) -> BodyWriter:
    """A writer that refuses a length which is not the body's, where a member says it: in all models by one name."""
    attribute = next((name for name in cls.HEADERS if cls.MEMBERS[name] == "ContentLength"), None)
    if attribute is None:
        return write
    length_of = attrgetter(attribute)

    def write_and_check(value: Shape) -> tuple[Body, str | None]:
        body, media_type = write(value)
        given = length_of(value)
        if given is not None and isinstance(body, bytes) and given != len(body):
            raise EncodeError(f"the body has {len(body)} bytes").under(value.MEMBERS[attribute])
        return body, media_type

    return write_and_check


def headers_of(value: Shape, media_type: str | None) -> list[tuple[str, str]]:
    """The headers of a value; a member that is the media type goes before the protocol's."""
    pairs = value.to_header()
    if media_type is not None:
        for name, _ in pairs:
            if name.lower() == LOWER_CONTENT_TYPE:
                return pairs
        pairs.append((CONTENT_TYPE, media_type))
    return pairs


def parameters_of(query: list[tuple[str, str]], constants: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """The values of each parameter, without the constant ones."""
    parameters: dict[str, list[str]] = {}
    rest = list(query)
    for constant in constants:
        if constant in rest:
            rest.remove(constant)
    for name, value in rest:
        parameters.setdefault(name, []).append(value)
    return parameters
