"""State that is learnt while a program runs: it changes speed, never a result.

Decoders learn how documents look. What they learn is made by one thread at a time, on the side, and put in place by
single assignments, so that readers see all of it or nothing. Nobody waits for it: a thread that finds another at work
reads its document the slow way. So does a child that was forked meanwhile: it starts with what was in place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["alone"]

_lock = Lock()


@contextmanager
def alone() -> Iterator[bool]:
    """Whether the caller may learn: false while another thread does. It never waits.

    What the caller makes must not be seen by others before it is complete: the process may be forked at any time.
    """
    # The lock that was taken is released, whichever has its name by then.
    lock = _lock
    taken = lock.acquire(blocking=False)
    try:
        yield taken
    finally:
        if taken:
            lock.release()


def _start_anew() -> None:
    """Gives a forked child a lock of its own: whoever held the old one is not there any more."""
    global _lock  # noqa: PLW0603 - the one name that a child has to change
    _lock = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
