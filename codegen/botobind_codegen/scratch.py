"""A folder for what a run needs while it lasts, in memory where the system has such folders."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "botobind-scratch-"
_LOCK = "lock"
_AGE = 600.0
"""Seconds after which a folder without a holder is a leftover: before, its run may just have made it."""
_ROOM = 1 << 30
"""Bytes that a folder in memory must have free. Containers often have much less."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Makes the folder, and removes it afterwards. What killed runs have left beside it is removed, too."""
    parent = memory_folder() or Path(tempfile.gettempdir())
    _clear(parent)
    # The system takes the lock from a run that is killed.
    with (
        tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent, ignore_cleanup_errors=True) as folder,
        FileLock(Path(folder, _LOCK)),
    ):
        yield Path(folder)


def memory_folder() -> Path | None:
    """A folder that is kept in memory, where the system has one with room and `TMPDIR` does not ask for another: files
    come and go there at no cost.
    """
    if "TMPDIR" in os.environ:
        return None
    folder = Path("/dev/shm")  # noqa: S108 - folders below it are made with names of their own
    usable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free >= _ROOM
    return folder if usable else None


def _clear(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError, Timeout):
            status = folder.lstat()
            mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
            if mine and time.time() - status.st_mtime > _AGE:
                with FileLock(folder / _LOCK, timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)
