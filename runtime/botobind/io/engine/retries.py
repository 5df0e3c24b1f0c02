"""When a call is tried again, and after which pause: the standard mode and the adaptive one.

The constants are those of botocore's `retries/standard.py`, `quota.py` and `adaptive.py`, and of "Retry behavior" in
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import random
from time import monotonic
from typing import TYPE_CHECKING

from botobind.errors import DecodeError, ServiceError
from botobind.forking import WithLock
from botobind.io.engine.pacing import RateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botobind.operations import Operation

CAPACITY = 500
"""The tokens of a client's quota when it is made, and at most."""
COST, COST_OF_THROTTLED = 14, 5
"""What another try takes from the quota. A response of success gives it back."""
_REWARD = 1
"""What a call gives back that has succeeded at once."""

LONGEST = 20.0
"""Seconds that a pause has at most, but for what the service asks for."""
BASE, BASE_OF_THROTTLED = 0.05, 1.0
"""Seconds of the first pause at most; each other may be twice as long."""
_LONGEST_ADDITION = 5.0
"""How many seconds a service may add to a pause."""

ATTEMPTS = 3
_OF_SERVICES: Mapping[str, tuple[int, float]] = {"dynamodb": (4, 0.025), "dynamodbstreams": (4, 0.025)}
"""Attempts and the base of pauses of services that have their own, as botocore has them."""

_POLLS = {
    "kinesis": ("ReceiveDeadLetterQueueRecords", "ReceiveQueueRecords"),
    "sfn": ("GetActivityTask",),
    "sqs": ("ReceiveMessage",),
    "swf": ("PollForActivityTask", "PollForDecisionTask"),
}
"""Operations that programs call in a loop: they pause even where the quota has no other try for them, so that the loop
does not spin. By the ids of services; botocore has the same.
"""

_RETRY_AFTER = "x-amz-retry-after"
"""Milliseconds. `Retry-After` is for programs, and no SDK of AWS's reads it."""
_LONGEST_NUMBER = 12


class Quota(WithLock):
    """The tokens that tries of a client take, so that a service in trouble is not asked three times as often."""

    def __init__(self) -> None:
        super().__init__()
        self.left = CAPACITY

    def take(self, cost: int) -> bool:
        """Whether there were as many tokens, which are taken then."""
        with self._lock:
            if cost > self.left:
                return False
            self.left -= cost
            return True

    def give(self, cost: int) -> None:
        """Gives tokens back."""
        if self.left < CAPACITY:
            with self._lock:
                self.left = min(CAPACITY, self.left + cost)


class Retries:
    """What decides on other tries for all calls of a client.

    `mode` is `standard` or `adaptive`; `legacy` is taken for the first. `attempts` counts the first one.
    """

    def __init__(
        self,
        service_id: str,
        mode: str = "standard",
        attempts: int | None = None,
        *,
        draw: Callable[[], float] = random.random,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        own, self._base = _OF_SERVICES.get(_plain(service_id), (ATTEMPTS, BASE))
        self.attempts = max(1, own if attempts is None else attempts)
        self.quota = Quota()
        self.limiter = RateLimiter(clock) if mode == "adaptive" else None
        self._polls = _POLLS.get(_plain(service_id), ())
        self._draw = draw

    def succeeded(self, cost: int) -> None:
        """Takes note of a response of success; `cost` is what its last try took."""
        self.quota.give(cost or _REWARD)
        if self.limiter is not None:
            self.limiter.note(is_throttled=False)

    def failed(self, error: Exception) -> None:
        """Takes note of an attempt that failed, whether or not there is another."""
        if self.limiter is not None:
            self.limiter.note(is_throttled=is_throttling(error))

    def cost_of(self, error: Exception) -> int:
        """What another try after this error costs, and takes it from the quota; 0 where there is none."""
        cost = COST_OF_THROTTLED if is_throttling(error) else COST
        return cost if self.quota.take(cost) else 0

    def pause(self, error: Exception, attempt: int, headers: Mapping[str, str]) -> float:
        """The seconds between this attempt, counted from 1, and the next. `headers` are by lower-case names."""
        base = BASE_OF_THROTTLED if is_throttling(error) else self._base
        # Beyond this power the longest pause is reached, whatever the base.
        drawn = self._draw() * min(base * 2.0 ** min(attempt - 1, 32), LONGEST)
        asked = _seconds(headers.get(_RETRY_AFTER, ""))
        return drawn if asked is None else max(drawn, min(asked, drawn + _LONGEST_ADDITION))

    def pauses_anyway(self, operation: Operation[object, object, ServiceError]) -> bool:
        """Whether a call pauses though there is no quota for another try."""
        return operation.name in self._polls


def is_retryable(error: Exception, method: str) -> bool:
    """Whether an attempt with this error may be made again: models, codes and statuses say so of a service's errors;
    faults of transports pass by themselves. A response that cannot be read is asked for again where HTTP says that the
    method may be repeated.
    """
    if isinstance(error, ServiceError):
        return error.retryable or error.throttling
    return not isinstance(error, DecodeError) or method in _IDEMPOTENT


def is_throttling(error: Exception) -> bool:
    """Whether a service says that requests come too fast."""
    return isinstance(error, ServiceError) and error.throttling


_IDEMPOTENT = frozenset({"DELETE", "GET", "HEAD", "PUT"})


def own_attempts(service_id: str) -> int | None:
    """The attempts of a service that has its own number of them, by its id."""
    found = _OF_SERVICES.get(_plain(service_id))
    return None if found is None else found[0]


def _plain(service_id: str) -> str:
    return service_id.replace(" ", "").replace("-", "").lower()


def _seconds(text: str) -> float | None:
    return int(text) / 1000 if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
