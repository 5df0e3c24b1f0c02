"""Event streams: the unions of their events as messages of `botobind.eventstream`, in both directions.

A list of events is a body of bytes and the other way round. An iterator of events is an iterator of chunks, each of
them a whole message, and an iterator of chunks, however cut, one of events. Asynchronous iterators become
asynchronous ones. What of an event is in headers and what in the payload:
https://smithy.io/2.0/spec/streaming.html#event-streams
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Mapping,
)
from datetime import datetime
from itertools import chain
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from botobind import bodies, schema, validation
from botobind.bodies.body_codecs import XmlBodyCodec, allocated
from botobind.errors import DecodeError, EncodeError, UnknownOperationError, expected
from botobind.eventstream import Begun, Byte, Int, Message, Short, encode_message, read_messages, read_messages_async
from botobind.formats import errors, exact
from botobind.formats.text import bytes_of
from botobind.shapes import ErrorShape, Shape, Union
from botobind.wire.closing import AsyncClosing, Closing, close, close_awaited

if TYPE_CHECKING:
    from botobind.bodies.body_codecs import BodyCodec
    from botobind.eventstream import HeaderValue
    from botobind.http import Body

_KIND, _EVENT, _EXCEPTION, _CONTENT = ":message-type", ":event-type", ":exception-type", ":content-type"
_NOTHING: Mapping[str, bytes | str] = {"blob": b"", "stream": b"", "string": ""}
_HEADER_TYPES: Mapping[str, type] = {"str": str, "int": int, "bool": bool, "bytes": bytes, "datetime": datetime}
_WRITTEN: Mapping[str, Callable[[Any], HeaderValue]] = {
    "str": exact.text,
    "int": exact.integer,
    "bool": exact.boolean,
    "bytes": bytes_of,
    "datetime": exact.moment,
}
_WIDTHS: Mapping[int, type[int]] = {8: Byte, 16: Short, 32: Int, 64: int}
"""The classes of integers in headers, by their bits."""
_KINDS = ("event", "exception", "error")
_RAW_TYPES = {"blob": "application/octet-stream", "string": "text/plain"}


def initial_message(name: str, document: bytes, media_type: str) -> Message:
    """The first message of a stream in a protocol of one document: the members beside the stream."""
    return Message({_KIND: "event", _EVENT: name, _CONTENT: media_type}, document)


def write(value: Shape, body_codec: BodyCodec, initial: Message | None) -> Body:
    """The body of a value with an event stream."""
    stream = value.EVENTS
    if stream is None:
        raise EncodeError(f"{value.SHAPE} has no event stream")
    events = getattr(value, stream.attribute)
    first: list[bytes] = [] if initial is None else [encode_message(initial)]

    name = value.MEMBERS[stream.attribute]

    def encode(event: object, index: int) -> bytes:
        try:
            return _encoded(event, body_codec)
        except EncodeError as error:
            raise error.under(index).under(name) from None

    def encode_alone(event: object, index: int) -> bytes:
        try:
            return encode(event, index)
        except exact.UNWRITABLE as error:
            # Whoever explains the errors of lists is no longer there when an iterator gives its events.
            validation.explain(error, event, (name, index))

    if events is None or isinstance(events, (list, tuple)):
        return b"".join([*first, *(encode(event, index) for index, event in enumerate(events or ()))])
    if isinstance(events, AsyncIterable):
        iterator = aiter(events)
        return AsyncClosing(_encode_async(first, iterator, encode_alone), iterator)
    if isinstance(events, Iterable):
        return Closing(_encode_later(first, events, encode_alone), events)
    raise EncodeError(f"expected events, got {type(events).__name__}").under(name)


def _encode_later(first: list[bytes], events: Iterable[object], encode: Any) -> Generator[bytes, None, None]:
    yield from first
    try:
        for index, event in enumerate(events):
            yield encode(event, index)
    finally:
        close(events)


async def _encode_async(first: list[bytes], events: AsyncIterator[object], encode: Any) -> AsyncGenerator[bytes, None]:
    for message in first:
        yield message
    index = 0
    try:
        async for event in events:
            yield encode(event, index)
            index += 1
    finally:
        await close_awaited(events)


def _encoded(event: object, body_codec: BodyCodec) -> bytes:
    """The message of an event."""
    if not isinstance(event, Union):
        raise EncodeError(f"expected the union of events, got {type(event).__name__}")
    present = [(name, member) for attr, member in event.given() if (name := event.MEMBERS.get(attr)) is not None]
    if event.unknown_member is not None or len(present) != 1:
        raise EncodeError(f"expected exactly one known member of the union, got {len(present)}")
    name, member = present[0]
    is_error = isinstance(member, ErrorShape)
    headers: dict[str, HeaderValue] = {
        _KIND: "exception" if is_error else "event",
        _EXCEPTION if is_error else _EVENT: name,
    }
    try:
        media_type, payload = _payload_of(member, body_codec)
        if media_type:
            headers[_CONTENT] = media_type
        for attribute in _event_headers(type(member)):
            header = getattr(member, attribute)
            if header is not None:
                headers[member.MEMBERS[attribute]] = _written_header(member, attribute, header)
        return encode_message(Message(headers, payload))
    except EncodeError as error:
        raise validation.locate(error, member).under(name) from None


def _written_header(event: Shape, attribute: str, header: Any) -> HeaderValue:
    """The value of an event's header. Raises `EncodeError` for one of another type than the member's."""
    node = next(member for member in schema.members_of(type(event)) if member.attribute == attribute).node
    check = _WRITTEN.get(node.kind) if isinstance(node, schema.Scalar) else None
    checked = header if check is None else check(header)
    if isinstance(node, schema.Scalar) and node.kind == "int":
        # It may be of a class that says how wide it is: models of botocore's have no bytes and no shorts.
        return header if isinstance(header, Byte | Short | Int) else _WIDTHS[node.bits](cast("int", checked))
    return cast("HeaderValue", checked)


def _event_headers(cls: type[Shape]) -> list[str]:
    return [attribute for attribute, traits in cls.MEMBER_TRAITS.items() if traits.get("eventheader")]


def _payload_of(event: Shape, body_codec: BodyCodec) -> tuple[str, bytes]:
    payload = event.PAYLOAD
    if payload is None:
        return (body_codec.media_type, body_codec.dump(event, event.SHAPE)) if event.IN_BODY != () else ("", b"")
    member = getattr(event, payload.attribute)
    if payload.kind == "structure":
        document = b"" if member is None else body_codec.dump(member, payload.tag, payload.attributes)
        return body_codec.media_type, document
    written = bodies.payloads.write(payload, member)
    if not isinstance(written, bytes):
        raise EncodeError("the payload of an event must be bytes")
    return _RAW_TYPES.get(payload.kind, body_codec.media_type), written


def read(
    cls: type[Shape], values: ModuleType, body_codec: BodyCodec, body: Body, initial: str | None
) -> tuple[bytes, Any]:
    """The document of the initial message, empty where there is none, and the events of a body.

    The events of bytes are a list; of anything else they are read as they are asked for, and `close` or `aclose` of
    their iterator closes that of a body's chunks, too. An exception that the stream models is its last event; a message
    of another error is raised as `UnknownOperationError`. A message that is corrupt raises `DecodeError` with its
    offset.
    """
    stream = cls.EVENTS
    if stream is None:
        raise DecodeError("expected no event stream")
    union: type[Union] = getattr(values, stream.shape)
    name = cls.MEMBERS[stream.attribute]
    if isinstance(body, AsyncIterable):
        head = _initial_of(body, initial) if initial is not None and cls.IN_BODY else b""
        arriving = read_messages_async(body)
        return head, AsyncClosing(_decode_async(arriving, union, values, body_codec, initial, name), arriving)
    messages = read_messages(body)
    ahead: list[Message] = []
    first = b""
    if initial is not None and cls.IN_BODY:
        message = next(messages, None)
        if message is not None and message.headers.get(_EVENT) == initial:
            first = message.payload
        elif message is not None:
            ahead.append(message)
    events = Closing(_decode(ahead, messages, union, values, body_codec, initial, name), messages)
    return first, list(events) if isinstance(body, (bytes, bytearray, memoryview)) else events


def _initial_of(body: object, initial: str) -> bytes:
    if not isinstance(body, Begun):
        raise DecodeError("members beside an asynchronous stream come with its first message: begin() waits for it")
    is_initial = body.first is not None and body.first.headers.get(_EVENT) == initial
    return body.first.payload if body.first is not None and is_initial else b""


def _decode(
    ahead: list[Message],
    messages: Closing[Message],
    union: type[Union],
    values: ModuleType,
    body_codec: BodyCodec,
    initial: str | None,
    name: str,
) -> Generator[Union, None, None]:
    index = 0
    with messages:
        for message in chain(ahead, messages.begun()):
            if initial is not None and message.headers.get(_EVENT) == initial:
                continue
            yield _event_at(message, union, values, body_codec, index, name)
            index += 1


async def _decode_async(
    messages: AsyncClosing[Message],
    union: type[Union],
    values: ModuleType,
    body_codec: BodyCodec,
    initial: str | None,
    name: str,
) -> AsyncGenerator[Union, None]:
    index = 0
    async with messages:
        async for message in messages.begun():
            if initial is not None and message.headers.get(_EVENT) == initial:
                continue
            yield _event_at(message, union, values, body_codec, index, name)
            index += 1


def _event_at(
    message: Message, union: type[Union], values: ModuleType, body_codec: BodyCodec, index: int, name: str
) -> Union:
    try:
        return _event_of(message, union, values, body_codec)
    except DecodeError as error:
        raise error.under(index).under(name) from None


def _event_of(message: Message, union: type[Union], values: ModuleType, body_codec: BodyCodec) -> Union:
    kind = message.headers.get(_KIND)
    if kind not in _KINDS:
        raise DecodeError("a message that does not say of which type it is")
    if kind == "error":
        code, text = (message.headers.get(name) for name in (":error-code", ":error-message"))
        raise UnknownOperationError(str(code or "Unknown"), text if isinstance(text, str) else None)
    member_name = message.headers.get(_EXCEPTION if kind == "exception" else _EVENT)
    if not isinstance(member_name, str):
        raise DecodeError("a message that does not say of which event it is")
    member = next((member for member in schema.members_of(union) if member.name == member_name), None)
    if member is None:
        if kind == "exception":
            raise _without_model(member_name, message.payload, body_codec)
        return union(unknown_member=member_name)
    target = cast("schema.Reference", member.node).target
    try:
        members: dict[str, Any] = {member.attribute: _read_event(target, message, values, body_codec)}
        return union(**members)
    except DecodeError as error:
        raise error.under(member.name) from None


def _without_model(name: str, payload: bytes, body_codec: BodyCodec) -> UnknownOperationError:
    """An exception by what its payload says, whatever the model has of it."""
    if not _is_document(body_codec, payload):
        return UnknownOperationError(name or "Unknown", payload.decode(errors="replace"))
    tree: Any = body_codec.tree(payload)
    unknown: Any = errors.unknown_of_json if isinstance(tree, dict) else errors.unknown_of_xml
    found: UnknownOperationError = unknown(name or "Unknown", tree)
    return found


def _check_header(member: schema.Member, header: object) -> HeaderValue | None:
    """The value of an event's header. Raises `DecodeError` for one of another type than the member's."""
    node = member.node
    wanted = _HEADER_TYPES.get(node.kind) if isinstance(node, schema.Scalar) else None
    if header is None or wanted is None:
        return cast("HeaderValue | None", header)
    if not isinstance(header, wanted) or (isinstance(header, bool) and wanted is not bool):
        raise expected(wanted.__name__, header).under(member.name)
    return cast("HeaderValue", header)


def _read_event(cls: type[Shape], message: Message, values: ModuleType, body_codec: BodyCodec) -> Shape:
    if issubclass(cls, ErrorShape) and not _is_document(body_codec, message.payload):
        # Some exceptions are a sentence, whatever the service speaks and the message says of its type.
        error = allocated(cls)
        error.message = message.payload.decode(errors="replace")
        return error
    if cls.PAYLOAD is None and cls.IN_BODY is None:
        event = body_codec.load(cls, message.payload)
    else:
        event = allocated(cls)
        if cls.PAYLOAD is not None:
            bodies.payloads.read(event, cls.PAYLOAD, values, body_codec, message.payload)
            if not message.payload and cls.PAYLOAD.kind in _NOTHING:
                # An event is there even where its payload is empty.
                setattr(event, cls.PAYLOAD.attribute, _NOTHING[cls.PAYLOAD.kind])
        elif cls.IN_BODY:
            body_codec.fill(event, message.payload)
    located = frozenset(_event_headers(cls))
    for member in schema.members_of(cls) if located else ():
        if member.attribute in located:
            setattr(event, member.attribute, _check_header(member, message.headers.get(member.name)))
    if isinstance(event, ErrorShape) and event.message is None:
        event.message = _without_model("", message.payload, body_codec).message
    return event


def _is_document(body_codec: BodyCodec, payload: bytes) -> bool:
    """Whether a payload may be a structure in the service's format."""
    try:
        tree = body_codec.tree(payload)
    except DecodeError:
        return False
    return tree is None or isinstance(tree, dict) or isinstance(body_codec, XmlBodyCodec)


__all__ = ["initial_message", "read", "write"]
