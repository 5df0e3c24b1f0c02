"""What the caller is told of a transfer, and how its jobs are told to end."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock
from typing import TypeAlias

from botobind.io.faults import SettingWrong

__all__ = ["Progress", "Stopped", "Switch", "Teller", "checked_progress"]

Progress: TypeAlias = Callable[[int], object]
"""Is told how many bytes more were transferred, or, by a number below 0, how many have to be once more."""


class Stopped(Exception):  # noqa: N818 - it says what happened
    """A job ends, since another one has failed: who calls gets the error of that one."""


class Switch:
    """What ends the jobs of a transfer."""

    def __init__(self) -> None:
        self._event = Event()

    def stop(self) -> None:
        """Has all jobs end."""
        self._event.set()

    def check(self) -> None:
        """Raises `Stopped` where the jobs have to end."""
        if self._event.is_set():
            raise Stopped

    def pause(self, seconds: float) -> None:
        """Waits, at most until the jobs have to end, and raises `Stopped` then."""
        self._event.wait(seconds)
        self.check()


def checked_progress(progress: Progress | None) -> Progress | None:
    """What was given. Raises `SettingWrong` for what cannot be called."""
    if progress is not None and not callable(progress):
        raise SettingWrong(f"progress is a function that takes a number, and not {progress!r}")
    return progress


class Teller:
    """Tells of progress, by one thread at a time."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = checked_progress(progress)
        self._lock = Lock()

    def tell(self, count: int) -> None:
        """Tells of so many bytes. Raises what `progress` does."""
        if self._progress is not None and count:
            with self._lock:
                self._progress(count)
