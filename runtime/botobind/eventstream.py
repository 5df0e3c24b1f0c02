"""The framing of event streams (`application/vnd.amazon.eventstream`): messages to bytes and back.

A message is: its length, the length of its headers and the CRC32 of these eight bytes; the headers; the payload; the
CRC32 of all before. Numbers are big-endian. Both checksums are checked:
https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

import struct
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from typing import TYPE_CHECKING, Protocol, cast
from zlib import crc32

from botobind.attributes import field, frozen
from botobind.errors import DecodeError, EncodeError
from botobind.wire.closing import AsyncClosing, Closing, close, close_awaited
from botobind.wire.eventheaders import Byte, HeaderValue, Int, Short, decode_headers, encode_headers

if TYPE_CHECKING:
    from botobind.types import Readable

_LENGTHS = struct.Struct(">II")
_CRC = struct.Struct(">I")
_PRELUDE_SIZE = _LENGTHS.size + _CRC.size
_OVERHEAD = _PRELUDE_SIZE + _CRC.size
_LONGEST_HEADERS = 128 * 1024
_LONGEST_PAYLOAD = 24 * 1024 * 1024
"""What AWS's own SDKs accept."""

_READ_SIZE = 64 * 1024


class AsyncReadable(Protocol):
    """An asynchronous source of bytes that is read once, such as `asyncio.StreamReader`."""

    async def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; `b""` at the end."""
        ...


@frozen()
class Message:
    """A message of an event stream. Its `repr` has the names of its headers and the size of its payload alone."""

    headers: Mapping[str, HeaderValue] = field(factory=dict, repr=lambda headers: repr(list(headers)))
    """The headers by name. Values are of the types that a header may have; integers of 8, 16 and 32 bits are `Byte`,
    `Short` and `Int`, others have 64.
    """
    payload: bytes = field(default=b"", repr=lambda payload: f"{len(payload)} bytes")


def encode_message(message: Message) -> bytes:
    """The bytes of a message.

    Raises `EncodeError` for a header that cannot be written, headers of more than 128 KiB and a payload of more than
    24 MiB.
    """
    headers = encode_headers(message.headers)
    if len(headers) > _LONGEST_HEADERS:
        raise EncodeError("the headers of a message must not be longer than 128 KiB")
    if len(message.payload) > _LONGEST_PAYLOAD:
        raise EncodeError("the payload of a message must not be longer than 24 MiB")
    lengths = _LENGTHS.pack(len(headers) + len(message.payload) + _OVERHEAD, len(headers))
    before = b"".join([lengths, _CRC.pack(crc32(lengths)), headers, message.payload])
    return before + _CRC.pack(crc32(before))


class MessageDecoder:
    """Cuts chunks of bytes, however they come, into messages, in time that is linear in the bytes."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._wanted = _PRELUDE_SIZE
        self._failure: str | None = None
        self.offset = 0
        """Where in the stream the message begins that is read next."""

    def feed(self, chunk: bytes) -> list[Message]:
        """The messages that the chunk completes.

        Raises `DecodeError`, with the offset of the message, for one that is corrupt, as soon as its first twelve bytes
        or its checksum tell. Messages that the chunk completes before it are given first, and the next call raises.
        Nothing can be read after it.
        """
        self._raise_failure()
        self._buffer += chunk
        messages: list[Message] = []
        start = 0
        try:
            while len(self._buffer) - start >= self._wanted:
                self._wanted = self._total_length(start)
                end = start + self._wanted
                if len(self._buffer) < end:
                    break
                messages.append(_decode(bytes(memoryview(self._buffer)[start:end])))
                self._wanted = _PRELUDE_SIZE
                self.offset += end - start
                start = end
        except DecodeError as error:
            self._failure = f"{error.reason}, at offset {self.offset}"
            start = len(self._buffer)
        del self._buffer[:start]
        if not messages:
            self._raise_failure()
        return messages

    def finish(self) -> None:
        """Raises `DecodeError` where the stream ends inside of a message, or was corrupt."""
        self._raise_failure()
        if self._buffer:
            raise DecodeError(f"the stream ends inside of a message, at offset {self.offset}")

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise DecodeError(self._failure)

    def _total_length(self, start: int) -> int:
        lengths = self._buffer[start : start + _LENGTHS.size]
        if crc32(lengths) != _CRC.unpack_from(self._buffer, start + _LENGTHS.size)[0]:
            raise DecodeError("the checksum of a message's lengths is wrong")
        total, headers_length = map(int, _LENGTHS.unpack(lengths))
        if headers_length > _LONGEST_HEADERS:
            raise DecodeError("the headers of a message are longer than 128 KiB")
        if total < _OVERHEAD + headers_length:
            raise DecodeError("the lengths of a message contradict each other")
        if total > _OVERHEAD + headers_length + _LONGEST_PAYLOAD:
            raise DecodeError("the payload of a message is longer than 24 MiB")
        return total


def _decode(data: bytes) -> Message:
    """The message of bytes whose lengths are known to be right."""
    if crc32(memoryview(data)[: -_CRC.size]) != _CRC.unpack(data[-_CRC.size :])[0]:
        raise DecodeError("the checksum of a message is wrong")
    headers_end = _PRELUDE_SIZE + _LENGTHS.unpack_from(data)[1]
    return Message(decode_headers(data[_PRELUDE_SIZE:headers_end]), data[headers_end : -_CRC.size])


def read_messages(chunks: bytes | Readable | Iterable[bytes]) -> Closing[Message]:
    """The messages of bytes, of an open binary file or of an iterable of chunks, each as soon as it is complete.

    Raises `DecodeError` for one that is corrupt or cut off, after all before it. An iterator of chunks that has a
    `close`, such as a generator, is closed when this one ends or is closed; a file stays open, as it is its opener's.
    """
    pieces = _chunks(chunks)
    return Closing(_messages(pieces), pieces)


def _messages(chunks: Iterator[bytes]) -> Generator[Message, None, None]:
    decoder = MessageDecoder()
    try:
        for chunk in chunks:
            yield from decoder.feed(chunk)
            # What is corrupt after these messages is known now, so nobody has to wait for another chunk.
            decoder.feed(b"")
        decoder.finish()
    finally:
        close(chunks)


def _chunks(source: bytes | Readable | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(source, (bytes, bytearray, memoryview)):
        view = memoryview(source)
        return (bytes(view[at : at + _READ_SIZE]) for at in range(0, len(view), _READ_SIZE))
    # Files are iterable, too, but by lines. `read1` gives what there is, where `read` would wait for more.
    read = getattr(source, "read1", None) or getattr(source, "read", None)
    return iter(cast("Iterable[bytes]", source)) if read is None else iter(lambda: read(_READ_SIZE), b"")


class Begun:
    """An asynchronous stream of which the first message has arrived: what `begin` gives."""

    def __init__(self, first: Message | None, head: bytes, rest: AsyncIterator[bytes]) -> None:
        self.first = first
        """The first message; None where the stream has ended without one."""
        self._head = head
        self._rest = rest

    def __aiter__(self) -> AsyncIterator[bytes]:
        return AsyncClosing(self._chunks(), self._rest)

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        try:
            yield self._head
            async for chunk in self._rest:
                yield chunk
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Closes what the rest is read from."""
        await close_awaited(self._rest)


async def begin(chunks: AsyncIterable[bytes] | AsyncReadable) -> Begun:
    """Waits for the first message of a stream. The result has all of the stream still.

    It is for answers with members beside the stream in a protocol of one document, which come with that message:
    `operation.of_response(HttpResponse(..., body=await begin(chunks)))`. Raises `DecodeError` and closes an iterator of
    chunks as `read_messages_async`.
    """
    decoder = MessageDecoder()
    head = bytearray()
    pieces = _chunks_async(chunks)
    try:
        async for chunk in pieces:
            head += chunk
            if messages := decoder.feed(chunk):
                return Begun(messages[0], bytes(head), pieces)
        decoder.finish()
    except BaseException:
        await close_awaited(pieces)
        raise
    return Begun(None, bytes(head), pieces)


def read_messages_async(chunks: AsyncIterable[bytes] | AsyncReadable) -> AsyncClosing[Message]:
    """The messages of an asynchronous iterable of chunks or stream reader, each as soon as it is complete.

    Raises `DecodeError` for one that is corrupt or cut off, after all before it. An iterator of chunks that has an
    `aclose`, such as a generator, is closed when this one ends or is closed; `async with` closes this one when a loop
    is left early.
    """
    pieces = _chunks_async(chunks)
    return AsyncClosing(_messages_async(pieces), pieces)


async def _messages_async(chunks: AsyncIterator[bytes]) -> AsyncGenerator[Message, None]:
    decoder = MessageDecoder()
    try:
        async for chunk in chunks:
            for message in decoder.feed(chunk):
                yield message
            decoder.feed(b"")
        decoder.finish()
    finally:
        await close_awaited(chunks)


def _chunks_async(source: AsyncIterable[bytes] | AsyncReadable) -> AsyncIterator[bytes]:
    # Stream readers are iterable, too, but by lines, and refuse long ones.
    read: Callable[[int], Awaitable[bytes]] | None = getattr(source, "read", None)
    return aiter(cast("AsyncIterable[bytes]", source)) if read is None else _read(read)


async def _read(read: Callable[[int], Awaitable[bytes]]) -> AsyncIterator[bytes]:
    while chunk := await read(_READ_SIZE):
        yield chunk


__all__ = [
    "AsyncReadable",
    "Begun",
    "Byte",
    "HeaderValue",
    "Int",
    "Message",
    "MessageDecoder",
    "Short",
    "begin",
    "encode_message",
    "read_messages",
    "read_messages_async",
]
