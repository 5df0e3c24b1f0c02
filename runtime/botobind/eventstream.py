"""The framing of event streams (`application/vnd.amazon.eventstream`): messages to bytes and back.

A message is: its length, the length of its headers and the CRC32 of these eight bytes; the headers; the payload; the
CRC32 of all before. Numbers are big-endian. Both checksums are checked.
"""

from __future__ import annotations

import struct
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, cast
from uuid import UUID
from zlib import crc32

from attrs import field, frozen

from botobind import timestamps
from botobind.errors import DecodeError, EncodeError

if TYPE_CHECKING:
    from botobind.types import Readable

_PRELUDE = struct.Struct(">III")
_CRC = struct.Struct(">I")
_SHORT = struct.Struct(">H")
_OVERHEAD = _PRELUDE.size + _CRC.size
_LONGEST_HEADERS = 128 * 1024
_LONGEST_PAYLOAD = 24 * 1024 * 1024
"""What AWS's own SDKs accept."""

_READ_SIZE = 64 * 1024
_TRUE, _FALSE, _BYTE, _SHORT_TYPE, _INT, _LONG, _BYTES, _STRING, _TIMESTAMP, _UUID = range(10)


class Byte(int):
    """An integer that travels in one byte."""


class Short(int):
    """An integer that travels in two bytes."""


class Int(int):
    """An integer that travels in four bytes; a plain one takes eight."""


_INTEGERS: dict[int, tuple[struct.Struct, type[int]]] = {
    _BYTE: (struct.Struct(">b"), Byte),
    _SHORT_TYPE: (struct.Struct(">h"), Short),
    _INT: (struct.Struct(">i"), Int),
    _LONG: (struct.Struct(">q"), int),
}
_MILLISECONDS = struct.Struct(">q")

HeaderValue: TypeAlias = bool | int | bytes | str | datetime | UUID
"""What a header may hold. Times have milliseconds."""


@frozen
class Message:
    """A message of an event stream."""

    headers: Mapping[str, HeaderValue] = field(factory=dict, repr=False)
    payload: bytes = field(default=b"", repr=False)


def encode_message(message: Message) -> bytes:
    """The bytes of a message. Raises `EncodeError` for headers and payloads that are too long or of other types."""
    headers = b"".join(_encode_header(name, value) for name, value in message.headers.items())
    if len(headers) > _LONGEST_HEADERS:
        raise EncodeError("the headers of a message must not be longer than 128 KiB")
    if len(message.payload) > _LONGEST_PAYLOAD:
        raise EncodeError("the payload of a message must not be longer than 24 MiB")
    lengths = struct.pack(">II", len(headers) + len(message.payload) + _OVERHEAD, len(headers))
    before = b"".join([lengths, _CRC.pack(crc32(lengths)), headers, message.payload])
    return before + _CRC.pack(crc32(before))


def _encode_header(name: str, value: HeaderValue) -> bytes:
    try:
        encoded_name = name.encode()
        if not 0 < len(encoded_name) <= 0xFF:
            raise EncodeError("the name of a header must have 1 to 255 bytes")
        return bytes([len(encoded_name)]) + encoded_name + _encode_value(value)
    except (struct.error, UnicodeEncodeError):
        raise EncodeError("the value of a header is out of range").under(name) from None
    except EncodeError as error:
        raise error.under(name) from None


def _encode_value(value: object) -> bytes:
    if isinstance(value, bool):
        return bytes([_TRUE if value else _FALSE])
    if isinstance(value, int):
        kind = next((kind for kind, (_, cls) in _INTEGERS.items() if cls is type(value)), _LONG)
        return bytes([kind]) + _INTEGERS[kind][0].pack(value)
    if isinstance(value, str | bytes):
        data = value.encode() if isinstance(value, str) else value
        return bytes([_STRING if isinstance(value, str) else _BYTES]) + _SHORT.pack(len(data)) + data
    if isinstance(value, datetime):
        milliseconds = round(Decimal(str(timestamps.to_epoch(value))) * 1000)
        return bytes([_TIMESTAMP]) + _MILLISECONDS.pack(milliseconds)
    if isinstance(value, UUID):
        return bytes([_UUID]) + value.bytes
    raise EncodeError(f"a header cannot hold a {type(value).__name__}")


class MessageDecoder:
    """Cuts chunks of bytes, however they come, into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._wanted = _PRELUDE.size
        self.offset = 0
        """Where in the stream the message begins that is read next."""

    def feed(self, chunk: bytes) -> list[Message]:
        """The messages that the chunk completes.

        Raises `DecodeError`, with the offset of the message, for one that is corrupt; nothing can be read after it.
        """
        self._buffer += chunk
        messages: list[Message] = []
        start = 0
        while len(self._buffer) - start >= self._wanted:
            total = self._total_length(start)
            if len(self._buffer) - start < total:
                self._wanted = total
                break
            messages.append(self._message(bytes(memoryview(self._buffer)[start : start + total])))
            start += total
            self.offset += total
            self._wanted = _PRELUDE.size
        if start:
            del self._buffer[:start]
        return messages

    def finish(self) -> None:
        """Raises `DecodeError` where the stream ends inside of a message."""
        if self._buffer:
            raise self._corrupt("the stream ends inside of a message")

    def _corrupt(self, reason: str) -> DecodeError:
        return DecodeError(f"{reason}, at offset {self.offset}")

    def _total_length(self, start: int) -> int:
        total, headers_length, checksum = _PRELUDE.unpack_from(self._buffer, start)
        if crc32(self._buffer[start : start + 8]) != checksum:
            raise self._corrupt("the checksum of a message's lengths is wrong")
        if headers_length > _LONGEST_HEADERS:
            raise self._corrupt("the headers of a message are longer than 128 KiB")
        if total < _OVERHEAD + headers_length:
            raise self._corrupt("the lengths of a message contradict each other")
        if total - _OVERHEAD - headers_length > _LONGEST_PAYLOAD:
            raise self._corrupt("the payload of a message is longer than 24 MiB")
        return int(total)

    def _message(self, data: bytes) -> Message:
        if crc32(data[: -_CRC.size]) != _CRC.unpack(data[-_CRC.size :])[0]:
            raise self._corrupt("the checksum of a message is wrong")
        end = _PRELUDE.size + _PRELUDE.unpack_from(data)[1]
        try:
            headers = _decode_headers(data[_PRELUDE.size : end])
        except DecodeError as error:
            raise self._corrupt(error.reason) from None
        except (struct.error, IndexError):
            raise self._corrupt("the headers of a message end too early") from None
        except UnicodeDecodeError:
            raise self._corrupt("a header is not UTF-8") from None
        return Message(headers, data[end : -_CRC.size])


def _decode_headers(data: bytes) -> dict[str, HeaderValue]:
    headers: dict[str, HeaderValue] = {}
    at = 0
    while at < len(data):
        name_end = at + 1 + data[at]
        name = data[at + 1 : name_end].decode()
        if not name:
            raise DecodeError("a header without a name")
        if name in headers:
            raise DecodeError("a header that is there twice")
        headers[name], at = _decode_value(data, data[name_end], name_end + 1)
    return headers


def _decode_value(data: bytes, kind: int, at: int) -> tuple[HeaderValue, int]:
    """A header's value and where the next header begins."""
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind in _INTEGERS:
        layout, cls = _INTEGERS[kind]
        return cls(layout.unpack_from(data, at)[0]), at + layout.size
    if kind in (_BYTES, _STRING):
        start = at + _SHORT.size
        end = start + _SHORT.unpack_from(data, at)[0]
        value = _exactly(data, start, end)
        return value.decode() if kind == _STRING else value, end
    if kind == _TIMESTAMP:
        milliseconds = _MILLISECONDS.unpack_from(data, at)[0]
        return timestamps.of_epoch(Decimal(milliseconds) / 1000), at + _MILLISECONDS.size
    if kind == _UUID:
        return UUID(bytes=_exactly(data, at, at + 16)), at + 16
    raise DecodeError(f"a header of the unknown type {kind}")


def _exactly(data: bytes, start: int, end: int) -> bytes:
    if end > len(data):
        raise IndexError(end)
    return data[start:end]


def read_messages(chunks: bytes | Readable | Iterable[bytes]) -> Iterator[Message]:
    """The messages of bytes, of an open binary file or of an iterable of chunks, each as soon as it is complete.

    Raises `DecodeError` for one that is corrupt or cut off.
    """
    decoder = MessageDecoder()
    for chunk in _chunks(chunks):
        yield from decoder.feed(chunk)
    decoder.finish()


def _chunks(source: bytes | Readable | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(source, bytes | bytearray | memoryview):
        return (bytes(source),)
    # Files are iterable, too, but by lines. `read1` gives what there is, where `read` would wait for more.
    read = getattr(source, "read1", None) or getattr(source, "read", None)
    return cast("Iterable[bytes]", source) if read is None else iter(lambda: read(_READ_SIZE), b"")


async def read_messages_async(chunks: AsyncIterable[bytes]) -> AsyncIterator[Message]:
    """The messages of an asynchronous iterable of chunks; its iterator is closed when this one is."""
    decoder = MessageDecoder()
    iterator = aiter(chunks)
    try:
        async for chunk in iterator:
            for message in decoder.feed(chunk):
                yield message
        decoder.finish()
    finally:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            await close()


__all__ = [
    "Byte",
    "HeaderValue",
    "Int",
    "Message",
    "MessageDecoder",
    "Short",
    "encode_message",
    "read_messages",
    "read_messages_async",
]
