"""What ends and is fetched anew before: keys and tokens that many threads use, of which one fetches."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from time import time
from typing import Generic, TypeVar

from botobind.forking import WithLock
from botobind.io.engine.data import BearerToken, Credentials
from botobind.io.faults import CredentialsMissing, another

__all__ = ["ADVISORY", "MANDATORY", "PAUSE", "Kept", "Refreshed"]

Key = TypeVar("Key", bound=Credentials | BearerToken)

ADVISORY, MANDATORY = 900.0, 600.0
"""So many seconds before their end new keys are fetched while the old ones still serve, and nobody goes on without.

They are a fourth and a sixth of the time of what does not last for an hour: a role that is assumed for 15 minutes would
be assumed again with each call.
"""

PAUSE = 60.0
"""Seconds until the next try after one that brought nothing newer."""

_logger = logging.getLogger("botobind.io")


class Kept(Generic[Key]):
    """Keys or a token that are given and do not end."""

    def __init__(self, key: Key, features: tuple[str, ...] = ()) -> None:
        self._key = key
        self.features = features
        """What `User-Agent` tells of where they are from."""

    def current(self) -> Key:
        """What was given."""
        return self._key

    def fetch(self) -> Key:
        """What was given."""
        return self._key


class Refreshed(WithLock, Generic[Key]):
    """Keys or a token that a function loads, whenever their end comes near.

    The function may take its time; of many threads one calls it. What it raises is raised where no thread can go on,
    and for all that have waited for it, for each as an exception of its own.
    """

    def __init__(self, load: Callable[[], Key], features: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._load = load
        self._features = features
        self._held: Key | None = None
        self._fresh_until = self._serves_until = 0.0
        self._failure: Exception | None = None
        self._loads = 0

    @property
    def features(self) -> tuple[str, ...]:
        """What `User-Agent` tells of where they are from: what was said, or what the function has found."""
        found: tuple[str, ...] = getattr(self._load, "features", self._features)
        return found

    def current(self) -> Key | None:
        """What is there and is good for a while, without waiting; `None` where `fetch` has to be called."""
        return self._held if time() < self._fresh_until else None

    def held(self) -> Key | None:
        """What is there and is good, be its end near; `None` where there is none. It serves while others fetch."""
        return self._held if self._serves() else None

    def fetch(self) -> Key:
        """What is good. Where its end is near, not close, one thread loads it anew, and the others get what is there.
        Raises what the function raises, and `CredentialsMissing` where it gives what has ended already.
        """
        loads, lock = self._loads, self._lock
        if not lock.acquire(blocking=not self._serves()):
            held = self._held
            if held is not None:
                return held
            lock.acquire()
        try:
            held = self._held
            if held is not None and time() < self._fresh_until:
                return held
            if self._loads != loads and self._failure is not None and not self._serves():
                raise another(self._failure)
            return self._load_anew()
        finally:
            lock.release()

    def _serves(self) -> bool:
        """Whether what is there is good until others are fetched."""
        return time() < self._serves_until

    def _load_anew(self) -> Key:
        self._failure = None
        try:
            key = self._load()
            now = time()
            left = float("inf") if key.expires is None else _seconds_of(key.expires) - now
            if left <= 0:
                raise CredentialsMissing("the credentials have ended, and no others were found")
        except Exception as error:
            self._failure = another(error)
            held = self._held
            if held is None or not self._serves():
                raise
            # The text of the error is for those who call: logs are read by more.
            _logger.warning("no new credentials could be fetched (%s): the old ones are used on", type(error).__name__)
            self._fresh_until = min(time() + PAUSE, self._serves_until)
            return held
        finally:
            # Threads that have waited tell by the number that one has tried, and by the failure how it ended.
            self._loads += 1
        if key == self._held:
            # Nothing newer is to be had: botocore gives the old ones, too, while they are good.
            self._fresh_until = now + min(PAUSE, left)
            return key
        self._held = key
        self._serves_until = now + left - min(MANDATORY, left / 6)
        self._fresh_until = now + left - min(ADVISORY, left / 4)
        return key


def _seconds_of(end: datetime) -> float:
    """When something ends, since 1970. A time without a zone is one in UTC, whatever the zone of the machine."""
    return (end if end.tzinfo is not None else end.replace(tzinfo=UTC)).timestamp()
