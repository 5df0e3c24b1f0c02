"""How fast a client in adaptive mode sends: a bucket of tokens that fills at a rate, which follows a cubic function of
the time since a service last said that requests come too fast.

The numbers are those of botocore's `retries/adaptive.py`, `bucket.py` and `throttling.py`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from botobind.forking import WithLock

if TYPE_CHECKING:
    from collections.abc import Callable

_SCALE, _BETA = 0.4, 0.7
_SLOWEST = 0.5
"""Requests in a second."""
_SMOOTHING = 0.8
_WINDOWS = 2
"""In a second, for which the rate of requests is measured."""
_STEEPEST = 2.0
"""How many times the measured rate the allowed one may be."""


class RateLimiter(WithLock):
    """Says how long a request has to wait. Nothing waits until the service has once complained."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        now = clock()
        self._is_on = False
        # The cubic function.
        self._top_rate, self._since, self._turn = 0.0, now, 0.0
        # The bucket.
        self.rate, self._size, self._tokens, self._filled = 1.0, 1.0, 0.0, now
        # The rate that is measured.
        self._measured, self._window, self._count = 0.0, float(math.floor(now)), 0

    def wait(self) -> float | None:
        """The seconds until a request may be sent, whose token is taken; None where it takes none."""
        if not self._is_on:
            return None
        with self._lock:
            self._fill()
            # Tokens that are not there yet are owed: who comes next waits the longer.
            self._tokens -= 1
            return max(0.0, -self._tokens / self.rate)

    def give_back(self) -> None:
        """Gives the token of a request back that is not sent, so that nobody waits for it."""
        with self._lock:
            self._tokens = min(self._size, self._tokens + 1)

    def note(self, *, is_throttled: bool) -> None:
        """Follows what the response of a request was."""
        with self._lock:
            now = self._clock()
            measured = self._measure(now)
            if is_throttled:
                rate = min(measured, self.rate) if self._is_on else measured
                self._top_rate, self._since = rate, now
                self._turn = (rate * (1 - _BETA) / _SCALE) ** (1 / 3)
                wanted = rate * _BETA
                self._is_on = True
            else:
                wanted = _SCALE * (now - self._since - self._turn) ** 3 + self._top_rate
            self._set_rate(min(wanted, _STEEPEST * measured))

    def _set_rate(self, wanted: float) -> None:
        self._fill()
        self.rate = max(wanted, _SLOWEST)
        self._size = max(wanted, 1.0)
        self._tokens = min(self._tokens, self._size)

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._size, self._tokens + (now - self._filled) * self.rate)
        self._filled = now

    def _measure(self, now: float) -> float:
        window = math.floor(now * _WINDOWS) / _WINDOWS
        self._count += 1
        if window > self._window:
            rate = self._count / (window - self._window)
            self._measured = rate * _SMOOTHING + self._measured * (1 - _SMOOTHING)
            self._count, self._window = 0, window
        return self._measured
