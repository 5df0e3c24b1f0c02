"""What is written to: a file that has its name when it is whole, or what the caller has opened."""

from __future__ import annotations

import errno
from inspect import isawaitable
from threading import Lock
from typing import Any, Protocol

from botobind.errors import EncodeError
from botobind.io.engine.chunking import is_awaited
from botobind.wire.closing import close
from botobind.wire.wholefiles import WholeFile

__all__ = ["Target", "target_of", "target_of_path"]


class Target(Protocol):
    """What is written to."""

    is_async: bool
    """Whether it is known that `write` gives what has to be awaited."""
    is_ordered: bool
    """Whether it is written from the beginning to the end, and nothing twice."""

    def open(self) -> None:
        """Makes it ready."""
        ...

    def write(self, at: int, data: bytes) -> Any:
        """Writes at a place. Gives what has to be awaited for that, or None."""
        ...

    def commit(self, length: int) -> None:
        """Ends it: all bytes are there."""
        ...

    def close(self) -> None:
        """Closes it, and takes away what was written where that was not ended."""
        ...


class _AtPath:
    """What is at a path: a file that has its name when it is whole, or a pipe and the like."""

    is_async = False

    def __init__(self, path: str) -> None:
        self._whole = WholeFile(path)
        self.is_ordered = not self._whole.is_replaced
        self._file: Any = None
        self._lock = Lock()

    def open(self) -> None:
        self._file = self._whole.open(buffering=0)

    def write(self, at: int, data: bytes) -> None:
        with self._lock:
            if not self.is_ordered:
                self._file.seek(at)
            _write(self._file, data, awaits=False)

    def commit(self, length: int) -> None:  # noqa: ARG002 - as targets have it
        self._whole.commit()

    def close(self) -> None:
        self._whole.close()


class _Given:
    """A file of the caller's."""

    def __init__(self, file: Any, *, awaits: bool) -> None:
        self._file, self._awaits = file, awaits
        self.is_async = is_awaited(file.write)
        start = _place_in_any_order(file)
        self.is_ordered = start is None
        self._start = start or 0
        self._lock = Lock()

    def open(self) -> None:
        """Does nothing: whoever gave the file has opened it."""

    def write(self, at: int, data: bytes) -> Any:
        if self.is_ordered:
            return _write(self._file, data, awaits=self._awaits)
        with self._lock:
            self._file.seek(self._start + at)
            return _write(self._file, data, awaits=False)

    def commit(self, length: int) -> None:
        if not self.is_ordered:
            self._file.seek(self._start + length)

    def close(self) -> None:
        """What was written is the caller's."""


def target_of_path(path: str) -> Target:
    """What is at a path. Raises `IsADirectoryError`."""
    return _AtPath(path)


def target_of(file: Any, *, is_async: bool) -> Target:
    """A file of the caller's. Raises `EncodeError` for what cannot be written to."""
    if not callable(getattr(file, "write", None)):
        raise EncodeError(f"expected a file to write to, got {type(file).__name__}")
    if is_awaited(file.write) and not is_async:
        raise _is_asynchronous()
    return _Given(file, awaits=is_async)


def _is_asynchronous() -> EncodeError:
    return EncodeError("the file is asynchronous: an AsyncClient writes to it, from its beginning to its end")


def _write(file: Any, data: bytes, *, awaits: bool) -> Any:
    """Writes all of the bytes: a file without a buffer may take some of them alone. Gives what has to be awaited for
    that, or None. Raises `EncodeError` for what has to be where nobody `awaits`.
    """
    while data:
        written = file.write(data)
        if isawaitable(written):
            if awaits:
                return _write_awaited(file, data, written)
            close(written)
            raise _is_asynchronous()
        data = _left(data, written)
    return None


async def _write_awaited(file: Any, data: bytes, writing: Any) -> None:
    while data := _left(data, await writing):
        writing = file.write(data)


def _left(data: bytes, written: object) -> bytes:
    """What a file has not taken. Raises `BlockingIOError` where it takes nothing; others than counts tell nothing."""
    if not isinstance(written, int) or isinstance(written, bool) or written >= len(data):
        return b""
    if written <= 0:
        raise BlockingIOError(errno.EAGAIN, "the file takes no more bytes")
    return data[written:]


def _place_in_any_order(file: Any) -> int | None:
    """Where a file stands that can be written to in any order; None for others, such as what is appended to, and what
    does not say that it can go elsewhere: its bytes would be at wrong places.
    """
    if is_awaited(file.write) or not hasattr(file, "seek") or "a" in str(getattr(file, "mode", "")):
        return None
    seekable = getattr(file, "seekable", None)
    if seekable is None or not seekable():
        return None
    return int(file.tell())
