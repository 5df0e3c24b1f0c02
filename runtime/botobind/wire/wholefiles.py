"""Files that are at their place when they are whole: until then they are written beside it, and an old one stays."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex
from typing import Any

_LONGEST_NAME = 60
"""Characters of a file's name that are in the name of one beside it: systems have a longest one."""
_NEW = 0o666
"""The mode of new files, of which the system takes away what the user wants none to have."""
_OURS_ALONE = 0o600


class WholeFile:
    """What is written to at a path.

    A file is written beside its place, which it takes in the end, with the mode of the one that was there. A link goes
    on to be one: the file that it leads to is written. What is no file, such as a device or a pipe, is written to as
    it is.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Raises `IsADirectoryError`, and `OSError` where nobody can tell what is there."""
        self._given = os.fspath(path)
        self._before: os.stat_result | None
        try:
            self._before = os.stat(path)  # noqa: PTH116 - the errors have the path as it was given
        except FileNotFoundError:
            self._before = None
        mode = stat.S_IFREG if self._before is None else self._before.st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), self._given)
        self.is_replaced = stat.S_ISREG(mode)
        """Whether it is a file: others are written from the beginning to the end."""
        self._path = os.path.realpath(path) if self.is_replaced else self._given
        self._written = self._path
        if self.is_replaced:
            folder, name = os.path.split(self._path)
            self._written = os.path.join(folder, f".{name[:_LONGEST_NAME]}.{token_hex(8)}")  # noqa: PTH118 - the path stays a text
        self._file: Any = None
        self._is_open = False

    def open(self, *, buffering: int = -1) -> Any:
        """The file to write into, open for bytes. Raises `OSError`."""
        self._is_open = True  # before it is: an interrupt may come in between
        try:
            if self.is_replaced:
                self._file = open(self._written, "xb", buffering, opener=self._made)  # noqa: SIM115 - see `close`
                self._keep_owner(self._file.fileno())
            else:
                self._file = open(self._path, "wb", buffering)  # noqa: PTH123, SIM115 - the path stays a text, see `close`
        except BaseException as error:
            self.close()
            if isinstance(error, OSError) and error.filename == self._written:
                error.filename = self._given  # the other one says nothing to anybody
            raise
        return self._file

    def _made(self, path: str, flags: int) -> int:
        return os.open(path, flags, _NEW if self._before is None else _OURS_ALONE)

    def _keep_owner(self, descriptor: int) -> None:
        """Gives a new file the owner, the group and the mode of the old one. Where the system does not let it have the
        group, that has no more rights than everybody.
        """
        before = self._before
        if before is None or not hasattr(os, "fchown"):
            return
        mode = before.st_mode & 0o777
        try:
            os.fchown(descriptor, -1, before.st_gid)
        except OSError:
            mode = mode & 0o707 | (mode & 0o007) << 3
        with suppress(OSError):
            os.fchown(descriptor, before.st_uid, -1)
        with suppress(OSError):  # not every file system has modes
            os.fchmod(descriptor, mode)

    def commit(self) -> None:
        """Ends it: all of it was written, and it takes its place. Raises `OSError`; `close` is to be called then."""
        self._file.close()
        if self.is_replaced:
            os.replace(self._written, self._path)  # noqa: PTH105 - the path stays a text
        self._is_open = False

    def close(self) -> None:
        """Takes away what was written where that was not ended. To do it again does nothing."""
        if not self._is_open:
            return
        self._is_open = False
        file, self._file = self._file, None
        with suppress(OSError):  # what is left in its buffer does not matter, and is told by who wrote it
            if file is not None:
                file.close()
        if self.is_replaced:
            with suppress(OSError):  # who holds it open elsewhere may keep it
                os.unlink(self._written)  # noqa: PTH108 - the path stays a text


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Any]:
    """The file to write into, which is at its place when the block has ended, and nowhere where the block raises."""
    whole = WholeFile(path)
    try:
        yield whole.open()
        whole.commit()
    finally:
        whole.close()
