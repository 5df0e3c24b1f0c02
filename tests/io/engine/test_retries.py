"""Retries beside botocore's: constants, pauses, and the pace of adaptive mode."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.retries import adaptive, bucket, quota, standard, throttling

from botobind import UnknownOperationError
from botobind.http import HttpResponse
from botobind.io import ConnectionFailed
from botobind.io.engine import retries
from botobind.io.engine.pacing import RateLimiter
from botobind.io.engine.retries import Retries, is_retryable
from botobind_services import dynamodb, s3, sts


def error(code: str, *, throttling: bool = False) -> UnknownOperationError:
    found = UnknownOperationError(code)
    found.throttling = throttling
    return found


@pytest.mark.pinned
def test_constants() -> None:
    checker = standard.RetryQuotaChecker
    assert quota.RetryQuota.INITIAL_CAPACITY == retries.CAPACITY
    assert (checker._RETRY_COST, checker._THROTTLING_RETRY_COST) == (retries.COST, retries.COST_OF_THROTTLED)
    assert standard.ExponentialBackoff._MAX_BACKOFF == retries.LONGEST
    assert standard.DEFAULT_MAX_ATTEMPTS == retries.ATTEMPTS
    polls = standard.RetryHandler._LONG_POLLING_OPERATIONS
    assert {name: set(operations) for name, operations in retries._POLLS.items()} == polls


@pytest.mark.pinned
@pytest.mark.parametrize("service", ["DynamoDB", "DynamoDB Streams", "SQS"])
@pytest.mark.parametrize("is_throttled", [True, False])
@pytest.mark.parametrize("asked", [None, "0", "1500", "9000", "-1", "soon", "9" * 30])
def test_pauses(service: str, is_throttled: bool, asked: str | None) -> None:  # noqa: FBT001 - of a table
    headers = {} if asked is None else {"x-amz-retry-after": asked}
    detector = SimpleNamespace(is_throttling_error_from_context=lambda _: is_throttled)
    name = service.lower().replace(" ", "-")
    theirs = standard.ExponentialBackoff(random=lambda: 0.5, service_name=name, throttling_detector=detector)
    ours = Retries(service, draw=lambda: 0.5)
    failure = error("x", throttling=is_throttled)
    for attempt in (1, 2, 3, 8, 100):
        context = SimpleNamespace(attempt_number=attempt, http_response=SimpleNamespace(headers=headers))
        if asked == "9" * 30:
            assert ours.pause(failure, attempt, headers) <= 20
            continue
        assert ours.pause(failure, attempt, headers) == pytest.approx(theirs.delay_amount(context))


@pytest.mark.parametrize(("service", "given", "attempts"), [
    ("DynamoDB", None, 4), ("S3", None, 3), ("S3", 7, 7), ("DynamoDB", 1, 1), ("S3", 0, 1),
])  # fmt: skip
def test_attempts(service: str, given: int | None, attempts: int) -> None:
    assert Retries(service, attempts=given).attempts == attempts


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def current_time(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.mark.parametrize("seed", range(5))
def test_the_pace_of_adaptive_mode(seed: int) -> None:
    draw = random.Random(seed)
    clock = Clock()
    theirs = adaptive.ClientRateLimiter(
        throttling.CubicCalculator(starting_max_rate=0, start_time=clock.time),
        adaptive.RateClocker(clock),
        tokens := bucket.TokenBucket(max_rate=1, clock=clock),
        SimpleNamespace(is_throttling_error=lambda *, answer: answer),
        clock,
    )
    # Where theirs waits for a condition, time passes by so much.
    tokens._new_fill_rate_condition.wait = lambda seconds: setattr(clock, "time", clock.time + seconds + 1e-9)
    ours = RateLimiter(clock.current_time)
    for _ in range(300):
        clock.time += draw.random() * 0.3
        before = clock.time
        theirs.on_sending_request(None)
        waited, clock.time = clock.time - before, before
        # Ours is asked at the same time as theirs, which may wait in several steps.
        assert (ours.wait() or 0.0) == pytest.approx(waited, abs=1e-6)
        clock.time = before + waited
        is_throttled = draw.random() < 0.1
        theirs.on_receiving_response(answer=is_throttled)
        ours.note(is_throttled=is_throttled)
        assert ours.rate == pytest.approx(tokens.max_rate)


ANSWERS: dict[str, tuple[Any, int, bytes, bool, bool]] = {
    "429 of nobody": (dynamodb.endpoints.GetItem, 429, b"", True, True),
    "429, unknown": (dynamodb.endpoints.GetItem, 429, b'{"__type": "Odd"}', True, True),
    "429, modelled": (dynamodb.endpoints.GetItem, 429, b'{"__type": "ResourceNotFoundException"}', False, False),
    "modelled as retryable": (dynamodb.endpoints.GetItem, 400, b'{"__type": "RequestLimitExceeded"}', True, True),
    "identity provider": (
        sts.endpoints.AssumeRoleWithWebIdentity, 400,
        b"<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>", True, False,
    ),
    "200 with an error": (
        s3.endpoints.CopyObject, 200, b"<Error><Code>InternalError</Code></Error>", True, False,
    ),
    "200 too fast": (s3.endpoints.CopyObject, 200, b"<Error><Code>SlowDown</Code></Error>", True, True),
}  # fmt: skip


@pytest.mark.parametrize(("operation", "status", "body", "again", "is_throttled"), ANSWERS.values(), ids=ANSWERS)
def test_what_is_tried_again(
    operation: Any,
    status: int,
    body: bytes,
    again: bool,  # noqa: FBT001 - of a table
    is_throttled: bool,  # noqa: FBT001 - of a table
) -> None:
    found = operation.of_response(HttpResponse(status=status, body=body))
    assert is_retryable(found, operation.method) is again
    assert retries.is_throttling(found) is is_throttled


def test_faults_are_tried_again() -> None:
    assert is_retryable(ConnectionFailed("reset"), "POST")
