"""Bodies of responses that are read bit by bit. What breaks is a `TransportError`, and so is an early end; a wrong
checksum is a `ResponseError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Protocol, Self

from botobind.errors import BotobindError, ResponseError
from botobind.io.faults import fault_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from botobind.io.engine.checksumming import Checksum

_CHUNK = 65536


class Raw(Protocol):
    """What a transport gives to read a body by. It raises `OSError` or `TransportError` where the body breaks, or ends
    before its length.
    """

    def read(self, size: int | None) -> bytes:
        """So many bytes, fewer at the end alone; all that are left where it is None."""
        ...

    def read1(self, size: int) -> bytes:
        """At most so many bytes, as they come; `b""` at the end."""
        ...

    def close(self) -> None:
        """Gives the connection back where all was read, and else ends it."""
        ...


class AsyncRaw(Protocol):
    """`Raw`, awaited."""

    async def read(self, size: int | None) -> bytes:
        """See `Raw.read`."""
        ...

    async def read1(self, size: int) -> bytes:
        """See `Raw.read1`."""
        ...

    async def aclose(self) -> None:
        """See `Raw.close`."""
        ...


class Check:
    """A checksum that bytes are to have, which shows when all of them were read."""

    def __init__(self, name: str, made: Checksum, expected: bytes) -> None:
        self._name = name
        self._made = made
        self._expected = expected
        self._is_over = False

    def update(self, chunk: bytes) -> bytes:
        """Takes more bytes, none at the end, and gives them back. Raises `ResponseError`."""
        if chunk:
            self._made.update(chunk)
        elif not self._is_over:
            self._is_over = True
            if self._made.digest() != self._expected:
                raise ResponseError(f"the body does not have the checksum of the header {self._name}")
        return chunk


class _Body:
    def __init__(self, raw: Any, operation: str) -> None:
        self._raw = raw
        self._operation = operation
        self.check: Check | None = None
        """The checksum that the body is to have."""

    def _taken(self, chunk: bytes, size: int | None) -> bytes:
        check = self.check
        if check is not None:
            check.update(chunk)
            if size is None and chunk:
                check.update(b"")
        return chunk

    def _fail(self, error: Exception) -> NoReturn:
        if isinstance(error, BotobindError):
            raise error
        raise fault_of(error, self._operation) from error


class StreamedBody(_Body):
    """The body of a response, to be read once: by `read`, or in chunks. `with` closes it in the end."""

    def read(self, size: int | None = None) -> bytes:
        """So many bytes, fewer at the end alone, or all that are left; `b""` at the end."""
        wanted = None if size is None or size < 0 else size
        if wanted == 0:
            return b""
        try:
            return self._taken(self._raw.read(wanted), wanted)
        except Exception as error:  # noqa: BLE001 - all of them are ours afterwards
            self._fail(error)

    def read1(self, size: int = _CHUNK) -> bytes:
        """At most so many bytes, as they come; `b""` at the end."""
        try:
            return self._taken(self._raw.read1(size), size)
        except Exception as error:  # noqa: BLE001 - likewise
            self._fail(error)

    def iter_chunks(self, chunk_size: int = _CHUNK) -> Iterator[bytes]:
        """The body in chunks of so many bytes, the last one of fewer."""
        while chunk := self.read(chunk_size):
            yield chunk

    def iter_lines(self, chunk_size: int = 1024, *, keepends: bool = False) -> Iterator[bytes]:
        """The lines of the body."""
        pending = b""
        for chunk in self.iter_chunks(chunk_size):
            *lines, pending = (pending + chunk).splitlines(keepends=True)
            yield from (line if keepends else line.splitlines()[0] for line in lines)
        if pending:
            yield pending if keepends else pending.splitlines()[0]

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_chunks()

    def close(self) -> None:
        """Gives the connection back where all was read, and else ends it."""
        self._raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncStreamedBody(_Body):
    """The body of a response, to be read once: by `read`, or by `async for` in chunks. `async with` closes it in the
    end.
    """

    async def read(self, size: int | None = None) -> bytes:
        """So many bytes, fewer at the end alone, or all that are left; `b""` at the end."""
        wanted = None if size is None or size < 0 else size
        if wanted == 0:
            return b""
        try:
            return self._taken(await self._raw.read(wanted), wanted)
        except Exception as error:  # noqa: BLE001 - likewise
            self._fail(error)

    async def read1(self, size: int = _CHUNK) -> bytes:
        """At most so many bytes, as they come; `b""` at the end."""
        try:
            return self._taken(await self._raw.read1(size), size)
        except Exception as error:  # noqa: BLE001 - likewise
            self._fail(error)

    async def iter_chunks(self, chunk_size: int = _CHUNK) -> AsyncIterator[bytes]:
        """The body in chunks of so many bytes, the last one of fewer."""
        while chunk := await self.read(chunk_size):
            yield chunk

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.iter_chunks()

    async def aclose(self) -> None:
        """Gives the connection back where all was read, and else ends it."""
        await self._raw.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def events_of(body: StreamedBody) -> Iterator[bytes]:
    """The bytes of an event stream, as they come. To close the iterator closes the body."""
    with body:
        while chunk := body.read1():
            yield chunk


async def events_of_async(body: AsyncStreamedBody) -> AsyncIterator[bytes]:
    """`events_of`, awaited."""
    async with body:
        while chunk := await body.read1():
            yield chunk
