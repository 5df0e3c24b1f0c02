"""Bodies in chunks with a checksum behind them (`aws-chunked`), which is worked out while they are sent.

A chunk is its size in hexadecimal digits, a line's end, the bytes, a line's end. The last one has no bytes, and the
headers that come behind it instead: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable, Iterator
from io import SEEK_END
from typing import TYPE_CHECKING, Any

from botobind.errors import EncodeError
from botobind.io.engine import sigv4
from botobind.io.engine.checksumming import SIZES, checksum
from botobind.io.engine.lengths import Countdown
from botobind.wire.fields import length_told

if TYPE_CHECKING:
    from botobind.http import Body
    from botobind.io.engine.data import OutgoingRequest

__all__ = ["CHUNK_SIZE", "AsyncChunked", "Chunked", "chunk", "encoded_length"]

CHUNK_SIZE = 128 * 1024
"""How many bytes of a body a chunk has, but for the last one. Services want 8 KiB at least."""


def chunk(request: OutgoingRequest, algorithm: str) -> None:
    """Has the body of a request sent in chunks, with a checksum of an algorithm such as `CRC32` behind it, and the
    headers say so. Signing does not read the body then, and no more of it than a chunk is held at a time.

    Nothing is changed where the request has a checksum of the algorithm already. Raises `EncodeError` for a body whose
    length nothing tells, neither it nor a header `content-length`, and for an algorithm that there is not.
    """
    trailer = f"x-amz-checksum-{algorithm.lower()}"
    headers = request.headers
    by_name = {name.lower(): value for name, value in headers}
    if trailer in by_name:
        return
    checksum(algorithm)  # fails here, where nothing is sent yet
    length = _length(request.body, by_name.get("content-length"))
    encodings = [*filter(None, [by_name.get("content-encoding")]), "aws-chunked"]
    replaced = {"content-encoding", "content-length", "transfer-encoding", sigv4.CONTENT_SHA256}
    headers[:] = [pair for pair in headers if pair[0].lower() not in replaced]
    headers += [
        ("Content-Encoding", ",".join(encodings)),
        ("X-Amz-Trailer", trailer),
        ("X-Amz-Decoded-Content-Length", str(length)),
        ("Content-Length", str(encoded_length(length, algorithm))),
        ("X-Amz-Content-SHA256", sigv4.TRAILER),
    ]
    is_async = isinstance(request.body, AsyncIterable) or is_awaited(getattr(request.body, "read", None))
    request.body = (AsyncChunked if is_async else Chunked)(request.body, length, algorithm)


def encoded_length(length: int, algorithm: str) -> int:
    """How long a body of some length is in chunks, with the checksum of an algorithm behind it."""
    whole, rest = divmod(length, CHUNK_SIZE)
    name = len("x-amz-checksum-") + len(algorithm)
    value = (SIZES[algorithm] + 2) // 3 * 4
    return whole * _framed(CHUNK_SIZE) + (_framed(rest) if rest else 0) + len("0\r\n:\r\n\r\n") + name + value


def _framed(size: int) -> int:
    return len(f"{size:x}\r\n\r\n") + size


class Chunked:
    """A body in chunks. It may be read as often as what it is made of: a file is read from where it was."""

    def __init__(self, body: Any, length: int, algorithm: str) -> None:
        self._body, self._length, self._algorithm = body, length, algorithm
        self._start = place_of(body)

    def __iter__(self) -> Iterator[bytes]:
        """The chunks, in order. Raises `EncodeError` for a body that is not as long as it was said to be."""
        if self._start is not None:
            self._body.seek(self._start)
        cutter = _Cutter(self._length, self._algorithm)
        for piece in _pieces(self._body):
            yield from cutter.feed(piece)
        yield cutter.finish()

    def __len__(self) -> int:
        """How many bytes the chunks have together."""
        return encoded_length(self._length, self._algorithm)


class AsyncChunked:
    """An asynchronous body in chunks."""

    def __init__(self, body: Any, length: int, algorithm: str) -> None:
        self._body, self._length, self._algorithm = body, length, algorithm

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The chunks, in order. Raises `EncodeError` as those of a `Chunked`."""
        cutter = _Cutter(self._length, self._algorithm)
        async for piece in _pieces_async(self._body):
            for framed in cutter.feed(piece):
                yield framed
        yield cutter.finish()

    def __len__(self) -> int:
        """How many bytes the chunks have together."""
        return encoded_length(self._length, self._algorithm)


class _Cutter:
    """Makes chunks of pieces of any size."""

    def __init__(self, length: int, algorithm: str) -> None:
        self._countdown = Countdown(length)
        self._algorithm = algorithm
        self._checksum = checksum(algorithm)
        self._waiting = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The chunks that a piece completes."""
        self._countdown.take(len(piece))
        self._waiting += piece
        while len(self._waiting) >= CHUNK_SIZE:
            yield self._frame(bytes(memoryview(self._waiting)[:CHUNK_SIZE]))
            del self._waiting[:CHUNK_SIZE]

    def finish(self) -> bytes:
        """What comes after the last whole chunk."""
        self._countdown.end()
        last = self._frame(bytes(self._waiting)) if self._waiting else b""
        name, value = self._algorithm.lower().encode(), b64encode(self._checksum.digest())
        return b"%b0\r\nx-amz-checksum-%b:%b\r\n\r\n" % (last, name, value)

    def _frame(self, data: bytes) -> bytes:
        self._checksum.update(data)
        return b"%x\r\n%b\r\n" % (len(data), data)


def _length(body: Body, told: str | None) -> int:
    """How long a body is from where it is."""
    if isinstance(body, (bytes, bytearray)):
        return len(body)
    if isinstance(body, memoryview):
        return body.nbytes
    start = place_of(body)
    if start is not None:
        return max(end_of(body, start) - start, 0)
    if (length := length_told(told)) is not None:
        return length
    raise EncodeError("nothing tells how long the body is: expected bytes, a file, or a header content-length")


def place_of(file: Any) -> int | None:
    """Where a file stands that can be read again from there; None for what can be read once alone. Raises `ValueError`
    as files do that are closed.
    """
    if not all(hasattr(file, name) for name in ("read", "seek", "tell")) or is_awaited(file.read):
        return None
    seekable = getattr(file, "seekable", None)
    try:
        return int(file.tell()) if seekable is None or seekable() else None
    except OSError:
        return None


def end_of(file: Any, start: int) -> int:
    """Where a file ends that stands at `start`, also afterwards."""
    end = file.seek(0, SEEK_END)
    end = file.tell() if end is None else end
    file.seek(start)
    return int(end)


def is_awaited(read: object) -> bool:
    """Whether it is an asynchronous function that a body is read by."""
    if read is None:
        return False
    from inspect import iscoroutinefunction  # takes longer to load than a call, and few bodies are files

    return iscoroutinefunction(read)


def _pieces(body: Any) -> Iterable[bytes]:
    if isinstance(body, (bytes, bytearray, memoryview)):
        view = memoryview(body).cast("B")
        return (bytes(view[at : at + CHUNK_SIZE]) for at in range(0, len(view), CHUNK_SIZE))
    read = getattr(body, "read", None)
    found: Iterable[bytes] = body if read is None else iter(lambda: read(CHUNK_SIZE), b"")
    return found


async def _pieces_async(body: Any) -> AsyncIterator[bytes]:
    read = getattr(body, "read", None)
    if read is None:
        async for piece in body:
            yield piece
        return
    while True:
        found = read(CHUNK_SIZE)
        piece = await found if isinstance(found, Awaitable) else found
        if not piece:
            return
        yield piece
