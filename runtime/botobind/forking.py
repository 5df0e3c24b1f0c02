"""A fork waits for modules that other threads are importing, but not for long.

A child has no threads but the one that forked. The lock of a module that another thread was importing stays taken
there: whoever needs the module in the child waits for ever. Classes are loaded when they are first used, so this would
not be seldom in programs that fork while threads read their first documents.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import _bootstrap as importing  # nothing public tells who imports what
from threading import get_ident
from time import monotonic, sleep
from typing import Any

__all__ = ["watch"]

_LONGEST_WAIT = 5.0
"""Seconds. The thread that imports may itself wait for the one that forks."""
_PAUSE = 0.0005

_watched = {"attr", "attrs", "botobind", "botobind_services", "cattrs", "cbor2", "lxml", "msgspec", "regex"}
"""Packages by the first part of their names: ours, and what they import when it is first needed. Others may take as
long as they please.
"""

_import_lock: Any = getattr(importing, "_imp", None)
"""Has the interpreter's lock around the making of modules' locks: while it is held, no import begins."""


def watch(package: str) -> None:
    """Has forks wait for the modules of a package that was generated elsewhere, too."""
    _watched.add(package.partition(".")[0])


def _wait() -> None:
    until = monotonic() + _LONGEST_WAIT
    _import_lock.acquire_lock()
    while _is_importing() and monotonic() < until:
        _import_lock.release_lock()
        sleep(_PAUSE)
        _import_lock.acquire_lock()


def _is_importing() -> bool:
    """Whether another thread is importing a module of the packages."""
    locks = getattr(importing, "_module_locks", {})
    held = (lock for name, find in locks.copy().items() if name.partition(".")[0] in _watched and (lock := find()))
    return any(getattr(lock, "owner", None) not in (None, get_ident()) for lock in held)


def _go_on() -> None:
    with suppress(RuntimeError):  # of an interpreter that has released it in the child by itself
        _import_lock.release_lock()


if hasattr(os, "register_at_fork") and hasattr(_import_lock, "acquire_lock"):
    os.register_at_fork(before=_wait, after_in_parent=_go_on, after_in_child=_go_on)
