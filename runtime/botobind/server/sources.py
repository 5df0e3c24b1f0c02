"""Bodies of requests and responses, piece by piece: for handlers that wait, and for those that are awaited."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from botobind.errors import BotobindError, RequestError
from botobind.http import Body
from botobind.types import Readable
from botobind.wire.blocking import in_thread

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

PIECE = 64 * 1024
"""Bytes that are read at once."""


class _Source(io.RawIOBase):
    """A binary file over pieces that come one after the other."""

    def __init__(self, next_piece: Callable[[], bytes]) -> None:
        self._next_piece = next_piece
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if not self._rest:
            self._rest = memoryview(self._next_piece())
        with memoryview(buffer).cast("B") as view:
            count = min(len(view), len(self._rest))
            view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def readable(pieces: Iterator[bytes]) -> Readable:
    """A binary file over pieces, none of which is empty."""
    return cast("Readable", io.BufferedReader(_Source(lambda: next(pieces, b"")), PIECE))


def readable_of(next_piece: Callable[[], bytes]) -> Readable:
    """A binary file over what a function gives: `b""` at the end."""
    return cast("Readable", io.BufferedReader(_Source(next_piece), PIECE))


class Filter(Protocol):
    """What all of a body passes through."""

    def feed(self, data: bytes, /) -> bytes:
        """What is left of a piece of it."""
        ...

    def close(self) -> None:
        """Ends the body, or raises what is wrong with it."""
        ...


def through(body: Body, body_filter: Filter, *, at_once: bool = False) -> Body:
    """A body that has passed through a filter, as it comes: bytes of bytes, and a source of a source.

    The last piece waits for what the filter says of the whole: who knows how long a body is does not read on to its
    end. A body of which each piece counts by itself passes `at_once`.
    """
    if isinstance(body, bytes):
        found = body_filter.feed(body)
        body_filter.close()
        return found
    if isinstance(body, AsyncIterable):
        return _passed_later(body, body_filter, at_once=at_once)
    return readable(_passed(pieces_of(body), body_filter, at_once=at_once))


class _Passing:
    """What comes out of a filter, and when."""

    def __init__(self, body_filter: Filter, last: bytes, *, at_once: bool) -> None:
        self._filter, self._last, self._at_once = body_filter, last, at_once

    def take(self, piece: bytes) -> bytes:
        """Takes a piece, and gives what may go on."""
        found = self._filter.feed(piece)
        if self._at_once or not found:
            return found
        found, self._last = self._last, found
        return found

    def end(self) -> bytes:
        """The last piece. Raises what is wrong with the whole."""
        self._filter.close()
        return self._last


def _passed(
    pieces: Iterable[bytes], body_filter: Filter, first: bytes = b"", *, at_once: bool = False
) -> Iterator[bytes]:
    passing = _Passing(body_filter, first, at_once=at_once)
    for piece in pieces:
        if found := passing.take(piece):
            yield found
    if last := passing.end():
        yield last


async def _passed_later(
    pieces: AsyncIterable[bytes], body_filter: Filter, first: bytes = b"", *, at_once: bool = False
) -> AsyncIterator[bytes]:
    passing = _Passing(body_filter, first, at_once=at_once)
    async for piece in pieces:
        if found := passing.take(piece):
            yield found
    if last := passing.end():
        yield last


class Beginning(Filter, Protocol):
    """A filter that takes what is before the body that it lets pass."""

    @property
    def has_begun(self) -> bool:
        """Whether that body has."""
        ...


def begun(body: Body, body_filter: Beginning) -> Body:
    """What a filter lets pass of a body that nobody has to await, as `through` gives it. It has begun then."""
    if isinstance(body, bytes):
        return through(body, body_filter)
    pieces = pieces_of(body)
    for piece in pieces:
        found = body_filter.feed(piece)
        if body_filter.has_begun:
            return readable(_passed(pieces, body_filter, found))
    body_filter.close()
    return b""


async def begun_later(body: Body, body_filter: Beginning) -> Body:
    """What a filter lets pass of a body that may be asynchronous. The filter has begun then."""
    if not isinstance(body, AsyncIterable):
        return begun(body, body_filter)
    pieces = aiter(body)
    async for piece in pieces:
        found = body_filter.feed(piece)
        if body_filter.has_begun:
            return _passed_later(pieces, body_filter, found)
    body_filter.close()
    return b""


def pieces_of(body: Body) -> Iterator[bytes]:
    """The pieces of a body that nobody has to await, none of them empty."""
    if isinstance(body, bytes):
        return iter([body] if body else [])
    read = getattr(body, "read", None)
    if read is not None:
        return iter(lambda: cast("bytes", read(PIECE)), b"")
    return filter(None, cast("Iterable[bytes]", body))


def whole(body: Body, limit: int) -> bytes:
    """All of a body. Raises `RequestError` for one of more bytes than the limit."""
    if isinstance(body, bytes):
        return _within(body, limit)
    found = bytearray()
    for piece in pieces_of(body):
        found += piece
        _within(found, limit)
    return bytes(found)


async def whole_later(body: Body, limit: int) -> bytes:
    """All of a body that may be asynchronous. Raises `RequestError` for one of more bytes than the limit."""
    if not isinstance(body, AsyncIterable):
        return whole(body, limit)
    found = bytearray()
    async for piece in body:
        found += piece
        _within(found, limit)
    return bytes(found)


async def pieces_later(body: Body) -> AsyncIterator[bytes]:
    """The pieces of any body, none of them empty; a source that waits is read in a thread."""
    if isinstance(body, AsyncIterable):
        async for piece in body:
            if piece:
                yield piece
        return
    pieces = pieces_of(body)
    while piece := await in_thread(lambda: next(pieces, b"")):
        yield piece


def read_in_threads(body: AsyncIterable[bytes]) -> Readable:
    """An asynchronous body as a handler in a thread reads it. To be called in the loop of the body."""
    loop, pieces = asyncio.get_running_loop(), aiter(pieces_later(body))

    async def piece() -> bytes:
        return await anext(pieces, b"")

    def next_piece() -> bytes:
        if _running_loop() is loop:
            # It would wait for what comes when it has ended.
            raise BotobindError("the body is read in the thread of its loop: a handler that does is `async def`")
        return asyncio.run_coroutine_threadsafe(piece(), loop).result()

    return readable_of(next_piece)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _within(data: bytes | bytearray, limit: int) -> bytes:
    if len(data) > limit:
        reason = f"a request must not have more than {limit} bytes"
        raise RequestError(reason, status=413, code="RequestEntityTooLarge")
    return cast("bytes", data)
