"""Bodies of requests that are no bytes: files and iterators, sent bit by bit, and again where that can be."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from io import RawIOBase
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from botobind.errors import EncodeError
from botobind.io.engine.chunking import end_of, is_awaited, place_of
from botobind.io.engine.lengths import Countdown

if TYPE_CHECKING:
    from botobind.http import Body
    from botobind.io.engine.checksumming import Checksum

Chunks: TypeAlias = "Iterator[bytes] | AsyncIterator[bytes]"

_BLOCK = 256 * 1024


class Watched(RawIOBase):
    """A file that is told when it is sent: whatever was read before was read for a checksum or a signature."""

    def sending(self) -> None:
        """Is called when an attempt to send it begins."""
        raise NotImplementedError


class Source:
    """A body that is no bytes. It is sent from where it stands, wherever in a file that is."""

    def __init__(self, body: Body) -> None:
        self.body: Any = body
        self._start = place_of(body)
        self.is_repeatable = self._start is not None or isinstance(body, (list, tuple))
        """Whether the body can be sent a second time: iterators cannot, nor files that are pipes."""
        self.length = self._length()
        """The number of bytes; None where nothing tells."""

    def _length(self) -> int | None:
        if self._start is not None:
            return max(0, end_of(self.body, self._start) - self._start)
        return sum(len(chunk) for chunk in self.body) if isinstance(self.body, (list, tuple)) else None

    def rewind(self) -> None:
        """Goes back to where the body stood."""
        if self._start is not None:
            self.body.seek(self._start)

    def begin(self) -> None:
        """Goes back, to be sent."""
        self.rewind()
        if isinstance(self.body, Watched):
            self.body.sending()

    def chunks(self, length: int | None = None) -> Chunks:
        """The bytes from here on, by iterators that raise `EncodeError` for what is none, and where there are others
        than so many.
        """
        chunks = self._chunks()
        if length is None:
            return chunks
        return _measured_async(chunks, length) if isinstance(chunks, AsyncIterator) else _measured(chunks, length)

    def _chunks(self) -> Chunks:
        body = self.body
        read = getattr(body, "read", None)
        if is_awaited(read):  # stream readers are iterable, too, but by lines
            return _read_async(read)
        if isinstance(body, AsyncIterable):
            return _checked_async(body)
        if read is None:
            return map(_checked, cast("Iterable[bytes]", body))
        return iter(lambda: _checked(read(_BLOCK)), b"")

    def sum_up(self, made: Checksum) -> bytes:
        """The checksum of a body that is repeatable."""
        for chunk in cast("Iterator[bytes]", self.chunks()):
            made.update(chunk)
        self.rewind()
        return made.digest()


async def _read_async(read: Any) -> AsyncIterator[bytes]:
    while chunk := _checked(await read(_BLOCK)):
        yield chunk


async def _checked_async(body: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    async for chunk in body:
        yield _checked(chunk)


def _checked(chunk: object) -> bytes:
    if isinstance(chunk, bytes):
        return chunk
    if isinstance(chunk, (bytearray, memoryview)):
        return bytes(chunk)
    raise EncodeError(f"expected bytes in the body, got {type(chunk).__name__}")


def _measured(chunks: Iterator[bytes], length: int) -> Iterator[bytes]:
    measure = _Measure(length)
    for chunk in chunks:
        if measure.lets_pass(chunk):
            yield chunk
    yield measure.last()


async def _measured_async(chunks: AsyncIterator[bytes], length: int) -> AsyncIterator[bytes]:
    measure = _Measure(length)
    async for chunk in chunks:
        if measure.lets_pass(chunk):
            yield chunk
    yield measure.last()


class _Measure:
    """Counts the bytes of a body. The chunk that completes it waits until nothing comes behind."""

    def __init__(self, length: int) -> None:
        self._countdown = Countdown(length)
        self._last = b""

    def lets_pass(self, chunk: bytes) -> bool:
        """Whether a chunk is sent at once. Raises `EncodeError` for one that is too long."""
        self._countdown.take(len(chunk))
        if self._countdown.left == 0:
            self._last += chunk
        return self._countdown.left > 0

    def last(self) -> bytes:
        """The chunk that has waited. Raises `EncodeError` where bytes are missing."""
        self._countdown.end()
        return self._last
