"""What is sent: files, bytes, and streams that can be read once. Each part of it is a file of its own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable
from inspect import isawaitable
from io import SEEK_CUR, SEEK_END, SEEK_SET
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from botobind.errors import EncodeError
from botobind.io.engine.chunking import end_of, is_awaited, place_of
from botobind.io.engine.uploads import Watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.transfers.progress import Switch, Teller

__all__ = ["Part", "Source", "source_of", "source_of_path"]


class Part(Watched):
    """A part of what is sent, as a file that can be read again and again. What goes wrong with reading is kept, since
    who sends may raise something else for it.
    """

    def __init__(self, source: Source, at: int, size: int, switch: Switch, teller: Teller) -> None:
        super().__init__()
        self._read_at = source.read_at
        self._at, self._size = at, size
        self._switch, self._teller = switch, teller
        self._place = 0
        self._told = 0
        self._is_sent = False
        self.failure: BaseException | None = None
        """What reading raised."""

    def readable(self) -> bool:
        """True: a part can be read."""
        return True

    def seekable(self) -> bool:
        """True: a part can be read again."""
        return True

    def tell(self) -> int:
        """Where it is read next."""
        return self._place

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Goes to another place in it, and gives that."""
        start = {SEEK_SET: 0, SEEK_CUR: self._place, SEEK_END: self._size}[whence]
        self._place = min(max(0, start + offset), self._size)
        return self._place

    def read(self, size: int | None = -1, /) -> bytes:
        """At most so many bytes, or all that are left. Raises what the file does, `EncodeError` where it has become
        shorter, and `Stopped`.
        """
        left = self._size - self._place
        wanted = left if size is None or size < 0 else min(size, left)
        if not wanted:
            return b""
        try:
            self._switch.check()
            found = self._read_at(self._at + self._place, wanted)
            if not found:
                raise EncodeError("the file became shorter while it was sent")
            self._place += len(found)
            if self._is_sent:
                self._told += len(found)
                self._teller.tell(len(found))
        except BaseException as error:
            self.failure = error
            raise
        return found

    def readinto(self, buffer: Any, /) -> int:
        """Reads into a buffer, and tells how many bytes."""
        room = memoryview(buffer).cast("B")
        found = self.read(len(room))
        room[: len(found)] = found
        return len(found)

    def sending(self) -> None:
        """Notes that an attempt to send it begins: what is read from now on counts, and before it was for checksums."""
        self._is_sent = True
        self._tell_again(0)

    def sent(self) -> None:
        """Notes that all of it was sent."""
        self._is_sent = False
        self._tell_again(self._size)

    def _tell_again(self, count: int) -> None:
        """Tells so many bytes of it in all."""
        more, self._told = count - self._told, count
        self._teller.tell(more)


class Source:
    """What is sent."""

    length: int | None = None
    """How many bytes it has; None where nobody knows: it can be read once then, by `read`."""
    is_async = False
    """Whether `read` has to be awaited."""

    def read(self, size: int) -> Any:
        """So many bytes of a stream, fewer at its end alone."""
        raise NotImplementedError

    def read_at(self, at: int, size: int) -> bytes:
        """At most so many bytes from a place on, of what has a length."""
        raise NotImplementedError

    def verify(self) -> None:
        """Raises `EncodeError` where it has changed since the beginning."""

    def close(self) -> None:
        """Closes what was opened for it."""


class _Held(Source):
    """Bytes."""

    def __init__(self, data: Any) -> None:
        self._view = memoryview(data).cast("B")
        self.length = len(self._view)

    def read_at(self, at: int, size: int) -> bytes:
        return bytes(self._view[at : at + size])


def held(data: bytes) -> Source:
    """Bytes as what is sent."""
    return _Held(data)


class _File(Source):
    """A file that can be read from any place, from where it stands on. It is read by one thread at a time."""

    def __init__(self, file: Any, start: int, *, is_ours: bool) -> None:
        self._file, self._start, self._is_ours = file, start, is_ours
        self._lock = Lock()
        self._first = self._state()
        self.length = max(0, self._first[0] - start)

    def _state(self) -> tuple[int, int]:
        """Where it ends, and when it was written to, of one that is opened here."""
        if self._is_ours:
            found = os.fstat(self._file.fileno())
            return found.st_size, found.st_mtime_ns
        with self._lock:
            return end_of(self._file, self._start), 0

    def read_at(self, at: int, size: int) -> bytes:
        with self._lock:
            self._file.seek(self._start + at)
            found = self._file.read(size)
        if not isinstance(found, bytes):
            raise EncodeError(f"expected bytes in the file, got {type(found).__name__}")
        return found

    def verify(self) -> None:
        if self._state() != self._first:
            raise EncodeError("the file changed while it was sent")

    def close(self) -> None:
        if self._is_ours:
            self._file.close()
        else:
            with self._lock:
                self._file.seek(self._start + (self.length or 0))  # where one that is read once stands


class _Stream(Source):
    """What can be read once, by a function that gives `b""` at the end. `file` is closed after it."""

    def __init__(self, read: Any, *, is_async: bool = False, file: Any = None) -> None:
        self._read, self.is_async, self._file = read, is_async, file
        self._kept = bytearray()
        self._is_over = False

    def read(self, size: int) -> Any:
        if self.is_async:
            return self._read_async(size)
        while len(self._kept) < size and not self._is_over:
            self._keep(self._read(size - len(self._kept)))
        return self._taken(size)

    async def _read_async(self, size: int) -> bytes:
        while len(self._kept) < size and not self._is_over:
            found = self._read(size - len(self._kept))
            self._keep(await found if isawaitable(found) else found)
        return self._taken(size)

    def _keep(self, found: object) -> None:
        if not isinstance(found, (bytes, bytearray, memoryview)):
            raise EncodeError(f"expected bytes in the body, got {type(found).__name__}")
        self._is_over = not found
        self._kept += found

    def _taken(self, size: int) -> bytes:
        found = bytes(memoryview(self._kept)[:size])
        del self._kept[:size]  # a chunk may be longer than what is asked for
        return found

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _chunks_of(chunks: Iterable[bytes]) -> Callable[[int], bytes]:
    """Reads chunks of any size as they come."""
    left = filter(None, chunks)  # an empty one is no end
    return lambda _: next(left, b"")


def _chunks_awaited(chunks: AsyncIterable[bytes]) -> Callable[[int], Any]:
    left = aiter(chunks)

    async def read(_: int) -> Any:
        while not (chunk := await anext(left, None)):
            if chunk is None:
                return b""
        return chunk

    return read


def source_of_path(path: str) -> Source:
    """The file of a path. Raises `OSError` where it cannot be opened."""
    file = Path(path).open("rb")  # noqa: SIM115 - it is closed when all was sent
    try:
        return _File(file, 0, is_ours=True) if file.seekable() else _Stream(file.read, file=file)
    except BaseException:
        file.close()
        raise


def source_of(body: Any, *, is_async: bool) -> Source:
    """Files, bytes and chunks of bytes as what is sent. Raises `EncodeError` for anything else, and `ValueError` as
    files do that are closed.
    """
    if isinstance(body, (bytes, bytearray, memoryview)):
        return _Held(body)
    read = getattr(body, "read", None)
    awaits = is_awaited(read) or (read is None and isinstance(body, AsyncIterable))
    if awaits and not is_async:
        raise EncodeError("the file is asynchronous: an AsyncClient sends it")
    if read is not None:
        start = place_of(body)
        return _Stream(read, is_async=awaits) if start is None else _File(body, start, is_ours=False)
    if awaits:
        return _Stream(_chunks_awaited(body), is_async=True)
    if isinstance(body, Iterable) and not isinstance(body, str):
        return _Stream(_chunks_of(body))
    raise EncodeError(f"expected a file, bytes or chunks of bytes, got {type(body).__name__}")
