"""Bodies of responses that are read bit by bit, whoever carries them. What goes wrong meanwhile is an error of ours,
and closes them.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import suppress
from copy import copy
from io import BytesIO
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeAlias

from botobind.eventstream import begin
from botobind.http import read_all, read_all_async
from botobind.io.faults import CUT_OFF, ConnectionFailed, raise_fault
from botobind.wire.closing import AsyncClosing, Closing, close, close_awaited

if TYPE_CHECKING:
    from botobind.operations import Operation

RaiseOurs: TypeAlias = Callable[[Exception, str], NoReturn]
"""Raises what an exception is among ours, for an operation; one that no transport raises as it is."""

CHUNK = 65536
"""How many bytes are read at once."""

_OF_ONE_DOCUMENT = frozenset({"json", "smithy-rpc-v2-cbor"})
_END = re.compile(rb"[\r\n]")
_ENDS = (b"\r", b"\n")
_READS = frozenset({"read1", "readinto", "readinto1", "readline", "readlines"})
"""The methods by which files and botocore's bodies are read, beside those that are here."""


class _Read:
    """A body that is read once. When it has broken nothing more is read: half of it is never taken for all."""

    def __init__(self, body: Any, operation: str, raise_ours: RaiseOurs = raise_fault) -> None:
        self.below = body
        """What it is read from."""
        self._operation = operation
        self._raise_ours = raise_ours
        self._is_broken = self._is_closed = False

    def _check(self) -> None:
        if self._is_broken:
            raise ConnectionFailed("the body broke before its end", self._operation)

    def _note(self, error: BaseException) -> None:
        """Who is cancelled may go on later, but not where a generator was. Raises `ConnectionFailed` where somebody
        closed what was being read, whatever that has led to.
        """
        self._is_broken = isinstance(error, Exception) or isinstance(self.below, (Chunks, AsyncChunks))
        if self._is_closed and isinstance(error, Exception):
            raise ConnectionFailed(CUT_OFF, self._operation) from error


class StreamedBody(_Read):
    """The body of a response, to be read once: of a file, or of an iterable of chunks. It is called as botocore's
    `StreamingBody`; files keep all other methods that they have. What goes wrong while it is read is a
    `TransportError`, and closes it. `with` closes it in the end.
    """

    def __init__(self, body: Any, operation: str, raise_ours: RaiseOurs = raise_fault) -> None:
        super().__init__(body if hasattr(body, "read") else Chunks(body), operation, raise_ours)

    def read(self, amt: int | None = None) -> bytes:
        """At most `amt` bytes, or all that are left; `b""` at the end."""
        if self._is_broken:
            self._check()
        try:
            return self.below.read() if amt is None or amt < 0 else self.below.read(amt)  # type: ignore[no-any-return]
        except BaseException as error:  # noqa: BLE001 - raised on
            self._end(error)

    def _reading(self, read: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        self._check()
        try:
            return read(*arguments, **options)
        except BaseException as error:  # noqa: BLE001 - raised on
            self._end(error)

    def _end(self, error: BaseException) -> NoReturn:
        """Raises what went wrong, among ours, and closes what it was."""
        try:
            if isinstance(error, StopIteration):
                raise error
            self._note(error)
            if not isinstance(error, Exception):
                raise error
            with suppress(Exception):  # the first one says more
                self.close()
            self._raise_ours(error, self._operation)
        finally:
            del error  # see `raised`

    def iter_chunks(self, chunk_size: int = CHUNK) -> Iterator[bytes]:
        """The body in chunks of at most so many bytes."""
        while chunk := self.read(chunk_size):
            yield chunk

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_chunks()

    def __next__(self) -> bytes:
        if chunk := self.read(CHUNK):
            return chunk
        raise StopIteration

    next = __next__

    def iter_lines(self, chunk_size: int = CHUNK, keepends: bool = False) -> Iterator[bytes]:  # noqa: FBT001, FBT002 - as botocore has it
        """The lines of the body, without their ends or with them. It is read in chunks of at most so many bytes."""
        lines = _Lines(keepends=keepends)
        for chunk in self.iter_chunks(chunk_size):
            yield from lines.ended(chunk)
        yield from lines.last()

    def close(self) -> None:
        """Gives the connection back or ends it. Who reads meanwhile gets a `ConnectionFailed`."""
        self._is_closed = True
        close(self.below)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        if name == "below":
            raise AttributeError(name)
        try:
            found = getattr(self.below, name)
        except AttributeError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None
        if name in _READS:
            return lambda *arguments, **options: self._reading(found, *arguments, **options)
        return found


def chunks_of(body: StreamedBody) -> Iterator[bytes]:
    """The bytes of a body as they come, which event streams are made of. It is closed after them."""
    return Closing(_chunks_of(body), body)


def _chunks_of(body: StreamedBody) -> Generator[bytes, None, None]:
    with body:
        read = getattr(body, "read1", body.read)  # which waits for all that it is asked for, in files
        while chunk := read(CHUNK):
            yield chunk


class AsyncStreamedBody(_Read):
    """The body of a response, to be read once: by `read`, or by `async for` in chunks. What goes wrong meanwhile is a
    `TransportError`, and closes it. `async with` closes it in the end.
    """

    def __init__(self, body: Any, operation: str, raise_ours: RaiseOurs = raise_fault) -> None:
        if not hasattr(body, "read"):
            body = AsyncChunks(body) if isinstance(body, AsyncIterable) else Chunks(body)
        super().__init__(body, operation, raise_ours)

    async def read(self, amt: int | None = None) -> bytes:
        """At most `amt` bytes, or all that are left; `b""` at the end."""
        return await self._reading(self.below.read, *sizes(amt))

    async def read1(self, amt: int = CHUNK) -> bytes:
        """At most `amt` bytes, as they come; `b""` at the end."""
        return await self._reading(getattr(self.below, "read1", self.below.read), amt)

    async def _reading(self, read: Callable[..., Any], *arguments: Any) -> bytes:
        self._check()
        try:
            found: Any = read(*arguments)
            return await found if hasattr(found, "__await__") else found  # type: ignore[no-any-return]
        except BaseException as error:
            self._note(error)
            if not isinstance(error, Exception):
                raise
            with suppress(Exception):
                await self.aclose()
            self._raise_ours(error, self._operation)

    async def iter_chunks(self, chunk_size: int = CHUNK) -> AsyncIterator[bytes]:
        """The body in chunks of at most so many bytes."""
        while chunk := await self.read(chunk_size):
            yield chunk

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.iter_chunks()

    async def __anext__(self) -> bytes:
        if chunk := await self.read(CHUNK):
            return chunk
        raise StopAsyncIteration

    async def iter_lines(self, chunk_size: int = CHUNK, keepends: bool = False) -> AsyncIterator[bytes]:  # noqa: FBT001, FBT002 - as aiobotocore has it
        """The lines of the body, as `StreamedBody.iter_lines` has them."""
        lines = _Lines(keepends=keepends)
        async for chunk in self.iter_chunks(chunk_size):
            for line in lines.ended(chunk):
                yield line
        for line in lines.last():
            yield line

    async def readlines(self) -> list[bytes]:
        """All lines that are left, with their ends."""
        return (await self.read()).splitlines(keepends=True)

    async def readinto(self, buffer: Any) -> int:
        """Reads into a buffer as many bytes as it has room for, and tells how many they are."""
        room = memoryview(buffer).cast("B")
        found = await self.read(len(room))
        room[: len(found)] = found
        return len(found)

    async def aclose(self) -> None:
        """See `StreamedBody.close`."""
        self._is_closed = True
        await close_awaited(self.below)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def chunks_awaited(body: AsyncStreamedBody) -> AsyncIterator[bytes]:
    """See `chunks_of`."""
    return AsyncClosing(_chunks_awaited(body), body)


async def _chunks_awaited(body: AsyncStreamedBody) -> AsyncGenerator[bytes, None]:
    async with body:
        while chunk := await body.read1():
            yield chunk


def has_events(output: Any) -> bool:
    """Whether the bodies of an output's class are event streams."""
    return output is not None and output.EVENTS is not None


def is_streamed(output: Any) -> bool:
    """Whether the bodies of an output's class are read by whoever gets it, bit by bit."""
    return has_events(output) or (output is not None and output.PAYLOAD is not None and output.PAYLOAD.kind == "stream")


def awaiting_body(value: Any) -> Any:
    """An input for a URL: where its streamed body is absent, that is whoever uses the URL to send, with the length that
    the input may say, so that the one is not compared with the other.
    """
    payload = getattr(value, "PAYLOAD", None)
    if payload is None or payload.kind != "stream" or getattr(value, payload.attribute) is not None:
        return value
    made = copy(value)
    setattr(made, payload.attribute, BytesIO())
    return made


def left_to_caller(operation: Operation[Any, Any, Any], body: StreamedBody) -> Any:
    """The body of a response that whoever gets the output reads: itself, or the chunks of an event stream."""
    return chunks_of(body) if has_events(operation.output) else body


async def left_to_caller_awaited(operation: Operation[Any, Any, Any], body: AsyncStreamedBody) -> Any:
    """See `left_to_caller`."""
    return await begun(operation, chunks_awaited(body)) if has_events(operation.output) else body


async def begun(operation: Operation[Any, Any, Any], chunks: AsyncIterable[bytes]) -> AsyncIterable[bytes]:
    """The bytes of an event stream. It is waited for the first message where other members of the output are in it, in
    protocols of one document.
    """
    output: Any = operation.output
    return await begin(chunks) if output.IN_BODY and operation.protocols[0] in _OF_ONE_DOCUMENT else chunks


class _Lines:
    """Cuts chunks into lines, which end as those of `bytes.splitlines` do."""

    def __init__(self, *, keepends: bool) -> None:
        self._keepends = keepends
        self._rest: list[bytes] = []

    def ended(self, chunk: bytes) -> list[bytes]:
        """The lines that are known to have ended. A line may go on in the next chunk, or its end."""
        if not _END.search(chunk) and not (self._rest and self._rest[-1][-1:] in _ENDS):
            self._rest.append(chunk)  # joined once, however long the line is
            return []
        lines = b"".join((*self._rest, chunk)).splitlines(keepends=True)
        self._rest = [lines.pop()]
        return lines if self._keepends else [line.rstrip(b"\r\n") for line in lines]

    def last(self) -> list[bytes]:
        """The line that the body ends in."""
        return b"".join(self._rest).splitlines(self._keepends)


class Chunks:
    """Reads an iterable of chunks as a file: each chunk as it comes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._source: Any = chunks
        self._chunks = iter(chunks)
        self._left = b""

    def read(self, size: int | None = None) -> bytes:
        """At most `size` bytes of a chunk, or all that are left. Raises `DecodeError` for what are no bytes."""
        if size is None:
            return self._taken() + read_all(self._chunks)
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._left = read_all((chunk,))
        return self._taken(size)

    def _taken(self, size: int | None = None) -> bytes:
        found, self._left = self._left[:size], b"" if size is None else self._left[size:]
        return found

    def close(self) -> None:
        """Closes what gives the chunks, and what they are read from, such as a response of requests'."""
        close(self._chunks)
        if self._source is not self._chunks:
            close(self._source)


class AsyncChunks(Chunks):
    """An asynchronous iterable of chunks as a file, whose methods are awaited."""

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._later = aiter(chunks)
        super().__init__(())
        self._source = chunks

    async def read(self, size: int | None = None) -> bytes:  # type: ignore[override] # it is awaited
        """See `Chunks.read`."""
        if size is None:
            return self._taken() + await read_all_async(self._later)
        while not self._left:
            chunk = await anext(self._later, None)
            if chunk is None:
                return b""
            self._left = read_all((chunk,))
        return self._taken(size)

    async def aclose(self) -> None:
        """See `Chunks.close`."""
        await close_awaited(self._later)
        if self._source is not self._later:
            await close_awaited(self._source)


def sizes(size: int | None) -> tuple[int, ...]:
    """What is given to `read`: not all take None or less than nothing for all that is left."""
    return () if size is None or size < 0 else (size,)
