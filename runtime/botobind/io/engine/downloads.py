"""What the engine reads bodies of responses from: the raw objects of transports, with checks of what they give. Users
have them as the bodies of `io.streamed_bodies`. An early end is a `TransportError`, and a wrong checksum a
`ResponseError`.
"""

from __future__ import annotations

from io import RawIOBase
from typing import TYPE_CHECKING, Any, Protocol

from botobind.errors import ResponseError
from botobind.io.faults import CUT_OFF, ConnectionFailed
from botobind.wire.fields import length_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botobind.io.engine.checksumming import Checksum

__all__ = ["AsyncRaw", "Check", "CheckedAsyncRaw", "CheckedRaw", "Raw"]

_CHUNK = 65536


class Raw(Protocol):
    """What a transport gives to read a body by. Whatever it raises where the body breaks, or ends before its length,
    becomes an error of ours.
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
    """`Raw`, awaited. More than what comes at once is put together by who reads."""

    async def read1(self, size: int) -> bytes:
        """See `Raw.read1`."""
        ...

    async def aclose(self) -> None:
        """See `Raw.close`."""
        ...


class Check:
    """A checksum that bytes are to have."""

    def __init__(self, name: str, made: Checksum, expected: bytes) -> None:
        self._name = name
        self._made = made
        self._expected = expected

    def update(self, chunk: bytes) -> None:
        """Takes more bytes."""
        self._made.update(chunk)

    def end(self) -> None:
        """Compares, when all bytes were read. Raises `ResponseError`."""
        if self._made.digest() != self._expected:
            raise ResponseError(f"the body does not have the checksum of the header {self._name}")


class _Checked:
    """What is known of a body beforehand, and what of it was read."""

    def __init__(self, raw: Any, headers: Mapping[str, str]) -> None:
        self._raw = raw
        self._length = None if "transfer-encoding" in headers else length_told(headers.get("content-length"))
        self._count = 0
        self._is_over = self._is_closed = False
        self.check: Check | None = None
        """The checksum that the body is to have."""

    def _taken(self, chunk: bytes, *, is_last: bool) -> bytes:
        """Takes what was read, and gives it back. Raises `ConnectionFailed` and `ResponseError`, at the end."""
        self._count += len(chunk)
        if self.check is not None:
            self.check.update(chunk)
        length = self._length
        if (is_last or self._count == length) and not self._is_over:
            if self._is_closed:
                raise ConnectionFailed(CUT_OFF)
            if length is not None and self._count < length:
                raise ConnectionFailed(f"the body ended after {self._count} of {length} bytes")
            self._is_over = True
            if self.check is not None:
                self.check.end()
        if length is not None and self._count > length:
            raise ConnectionFailed(f"the body has more than {length} bytes")
        return chunk


class CheckedRaw(_Checked):
    """A `Raw` as a file, with checks. `headers` are those of the response, by lower-case names."""

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes, fewer at the end alone, or all that are left; `b""` at the end."""
        if size == 0:
            return b""
        wanted = None if size is None or size < 0 else size
        found = self._raw.read(wanted)
        return self._taken(found, is_last=wanted is None or not found)

    def read1(self, size: int = _CHUNK, /) -> bytes:
        """At most so many bytes, as they come; `b""` at the end."""
        found = self._raw.read1(size)
        return self._taken(found, is_last=not found)

    def readinto(self, buffer: Any, /) -> int:
        """Reads into a buffer as many bytes as it has room for, and tells how many they are."""
        room = memoryview(buffer).cast("B")
        found = self.read(len(room))
        room[: len(found)] = found
        return len(found)

    def tell(self) -> int:
        """How many bytes were read."""
        return self._count

    def close(self) -> None:
        """See `Raw.close`."""
        if not self._is_closed:
            self._is_closed = True
            self._raw.close()

    @property
    def closed(self) -> bool:
        """Whether the body was closed, as files tell it."""
        return self._is_closed

    def __getattr__(self, name: str) -> Any:
        # What files have besides, such as `readline`. Few need it, and to make it takes longer than a small body.
        return getattr(_File(self), name)


class _File(RawIOBase):
    """All that files have."""

    def __init__(self, checked: CheckedRaw) -> None:
        super().__init__()
        self.readinto = checked.readinto  # type: ignore[method-assign]

    def readable(self) -> bool:
        return True


class CheckedAsyncRaw(_Checked):
    """An `AsyncRaw` with checks. What a cancelled read has got already is the next one's."""

    def __init__(self, raw: AsyncRaw, headers: Mapping[str, str]) -> None:
        super().__init__(raw, headers)
        self._kept: list[bytes] = []

    async def read(self, size: int | None = None) -> bytes:
        """See `CheckedRaw.read`."""
        kept = self._kept
        held = sum(map(len, kept))
        is_over = False
        while (size is None or held < size) and not is_over:
            chunk = await self._raw.read1(_CHUNK if size is None else size - held)
            kept.append(chunk)
            held += len(chunk)
            is_over = not chunk
        found = b"".join(kept)
        kept[:] = () if size is None or held <= size else (found[size:],)
        return self._taken(found if size is None else found[:size], is_last=is_over)

    async def read1(self, size: int = _CHUNK) -> bytes:
        """See `CheckedRaw.read1`."""
        if self._kept:
            return await self.read(min(size, sum(map(len, self._kept))))
        found = await self._raw.read1(size)
        return self._taken(found, is_last=not found)

    async def aclose(self) -> None:
        """See `Raw.close`."""
        self._is_closed = True
        await self._raw.aclose()
