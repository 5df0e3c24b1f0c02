"""A fork waits for what other threads must not be doing meanwhile, but not for long; what has locks begins anew then.

A child has no threads but the one that forked, and what another thread had locked stays locked there: whoever needs it
in the child waits for ever. That is so for a module that was being imported (classes are loaded when they are first
used, so it would not be seldom in programs that fork while threads read their first documents), and for libraries that
have locks of their own and let other threads run meanwhile. Objects that have locks of ours get others in the child.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import _bootstrap as importing  # nothing public tells who imports what
from threading import Lock, RLock, get_ident
from time import monotonic, sleep
from typing import Any, Protocol
from weakref import WeakSet

__all__ = ["WithLock", "begin_in_each_process", "inside_library", "watch"]

_LONGEST_WAIT = 5.0
"""Seconds. The thread that imports may itself wait for the one that forks."""
_PAUSE = 0.0005

_watched = {"attr", "attrs", "botobind", "botobind_services", "cattrs", "cbor2", "lxml", "msgspec", "re2", "regex"}
"""Packages by the first part of their names: ours, and what they import when it is first needed. Others may take as
long as they please.
"""

_import_lock: Any = getattr(importing, "_imp", None)
"""Has the interpreter's lock around the making of modules' locks: while it is held, no import begins."""

_library_lock = RLock()


class Beginning(Protocol):
    """What begins anew in a forked child."""

    def begin_process(self) -> None:
        """Gives itself locks that nobody holds. It uses no other object that may begin anew later."""
        ...


_beginning: WeakSet[Beginning] = WeakSet()


def begin_in_each_process(what: Beginning) -> None:
    """Calls `begin_process` of an object, now and in each child that is forked while it lives."""
    what.begin_process()
    _beginning.add(what)


class WithLock:
    """What has a lock, `_lock`: in a forked child another one, since there nobody releases what a thread has held."""

    def __init__(self) -> None:
        begin_in_each_process(self)

    def begin_process(self) -> None:
        """See `Beginning.begin_process`."""
        self._lock = Lock()


@contextmanager
def inside_library() -> Iterator[None]:
    """Surrounds a short call of a library that has locks of its own; no fork happens meanwhile."""
    # The lock that was taken is released, whichever has its name by then.
    with _library_lock:
        yield


def watch(package: str) -> None:
    """Has forks wait for the modules of a package that was generated elsewhere, too."""
    _watched.add(package.partition(".")[0])


def _wait() -> None:
    # Before the imports: a library may import something.
    _library_lock.acquire(timeout=_LONGEST_WAIT)
    until = monotonic() + _LONGEST_WAIT
    _import_lock.acquire_lock()
    while _is_importing() and monotonic() < until:
        _import_lock.release_lock()
        sleep(_PAUSE)
        _import_lock.acquire_lock()


def _is_importing() -> bool:
    """Whether another thread is importing a module of the packages, or may begin before the process is forked: it has
    asked for its lock, which is there for as long as somebody asks.
    """
    locks = getattr(importing, "_module_locks", {})
    locked = (lock for name, find in locks.copy().items() if name.partition(".")[0] in _watched and (lock := find()))
    return any(getattr(lock, "owner", None) != get_ident() for lock in locked)


def _go_on() -> None:
    with suppress(RuntimeError):  # of an interpreter that has released it in the child by itself
        _import_lock.release_lock()
    with suppress(RuntimeError):  # of another thread, which has kept it too long
        _library_lock.release()


def _start_anew() -> None:
    """Gives a forked child locks that nobody holds."""
    global _library_lock  # noqa: PLW0603 - the one name that a child has to change
    _go_on()
    _library_lock = RLock()
    # A module's lock has one of its own, which a thread that merely asks for it may have held. Without an owner a lock
    # is made anew for whoever asks.
    locks = getattr(importing, "_module_locks", {})
    for name, find in list(locks.items()):
        if getattr(find(), "owner", None) is None:
            locks.pop(name)


def _begin_all() -> None:
    for each in list(_beginning):
        each.begin_process()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_all)
    if hasattr(_import_lock, "acquire_lock"):
        os.register_at_fork(before=_wait, after_in_parent=_go_on, after_in_child=_start_anew)
