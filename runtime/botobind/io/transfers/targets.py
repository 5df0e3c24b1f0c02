"""What is written to: a file that has its name when it is whole, or what the caller has opened."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from inspect import isawaitable
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any, Protocol

from botobind.errors import EncodeError
from botobind.io.engine.chunking import is_awaited
from botobind.wire.closing import close

__all__ = ["Target", "target_of", "target_of_path"]

_LONGEST_NAME = 60
"""Of what the name of a file is made of that is written beside it: systems have a longest one."""


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


class _Named:
    """A file that is written beside its place, and takes it in the end."""

    is_async = is_ordered = False

    def __init__(self, path: str) -> None:
        self._path = Path(path).resolve()  # a link goes on to be one
        self._beside = self._path.with_name(f"{self._path.name[:_LONGEST_NAME]}.{token_hex(4)}")
        self._file: Any = None
        self._lock = Lock()

    def open(self) -> None:
        self._file = self._beside.open("xb", buffering=0)

    def write(self, at: int, data: bytes) -> None:
        with self._lock:
            self._file.seek(at)
            _write(self._file, data, awaits=False)

    def commit(self, length: int) -> None:  # noqa: ARG002 - as targets have it
        self._file.close()
        self._beside.replace(self._path)
        self._file = None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            with suppress(OSError):
                self._beside.unlink()  # who holds it open elsewhere may keep it


class _Special:
    """What has a path and is no file, such as a pipe: it is written to as it is."""

    is_async = False
    is_ordered = True

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._file: Any = None

    def open(self) -> None:
        self._file = self._path.open("wb")

    def write(self, at: int, data: bytes) -> None:  # noqa: ARG002 - as targets have it
        self._file.write(data)

    def commit(self, length: int) -> None:  # noqa: ARG002 - likewise
        file, self._file = self._file, None
        file.close()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class _Given:
    """A file of the caller's."""

    def __init__(self, file: Any, *, awaits: bool) -> None:
        self._file, self._awaits = file, awaits
        self.is_async = is_awaited(file.write)
        start = _place_of(file)
        self.is_ordered = start is None
        self._start = start or 0
        self._lock = Lock()

    def open(self) -> None:
        """It is open."""

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
    """The file of a path. Raises `IsADirectoryError`."""
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return _Named(path)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    return _Named(path) if stat.S_ISREG(mode) else _Special(path)


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


def _place_of(file: Any) -> int | None:
    """Where a file stands that can be written to in any order: what is appended to cannot."""
    if is_awaited(file.write) or not hasattr(file, "seek") or "a" in str(getattr(file, "mode", "")):
        return None
    seekable = getattr(file, "seekable", None)
    if seekable is None or not seekable():
        return None
    return int(file.tell())
