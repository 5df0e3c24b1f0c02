"""What answers say of a state, when a waiter asks again, and loops that do so, with a `send` of the test's own."""

from __future__ import annotations

import asyncio
import copy
import importlib
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from support.models import model, operation, structure

from botobind import UnknownOperationError
from botobind.errors import WaiterError, WaiterFailed, WaiterTimedOut
from botobind.http import ResponseMetadata
from botobind.operations import Answer
from botobind.waiters import Attempt, Waiter, Waiting, wait, wait_async
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts

TABLE, GONE, BUCKET, ALARM, STREAMING = (
    dynamodb.waiters.table_exists,
    dynamodb.waiters.table_not_exists,
    s3.waiters.bucket_exists,
    cloudwatch.waiters.alarm_exists,
    dynamodb.waiters.kinesis_streaming_destination_active,
)
REQUEST = dynamodb.DescribeTableInput(table_name="t")
NOT_FOUND = dynamodb.ResourceNotFoundException(message="no such table")


def table(status: str | None) -> dynamodb.DescribeTableOutput:
    return dynamodb.DescribeTableOutput(table=dynamodb.TableDescription(table_status=status))


def unknown(code: str, status: int | None = None) -> UnknownOperationError:
    error = UnknownOperationError(code, "no")
    error.status = status
    return error


def with_status(value: Any, status: int) -> Answer[Any]:
    return Answer(value=value, metadata=ResponseMetadata(status=status, headers={}))


def streaming(*states: str) -> dynamodb.DescribeKinesisStreamingDestinationOutput:
    return dynamodb.DescribeKinesisStreamingDestinationOutput(
        kinesis_data_stream_destinations=[
            dynamodb.KinesisDataStreamDestination(destination_status=state) for state in states
        ]
    )


def imported(status: str, message: str) -> dynamodb.DescribeImportOutput:
    description = dynamodb.ImportTableDescription(import_status=status, failure_message=message)
    return dynamodb.DescribeImportOutput(import_table_description=description)


STATES: list[tuple[Waiter[Any, Any, Any], Any, str | None]] = [
    (TABLE, table("ACTIVE"), "success"),
    (TABLE, table("CREATING"), None),
    (TABLE, table(None), None),
    (TABLE, dynamodb.DescribeTableOutput(), None),
    (TABLE, NOT_FOUND, "retry"),
    (TABLE, unknown("ResourceNotFoundException"), "retry"),
    (TABLE, unknown("Other"), None),
    (GONE, NOT_FOUND, "success"),
    (GONE, table("ACTIVE"), None),
    (BUCKET, s3.HeadBucketOutput(), "success"),
    (BUCKET, with_status(s3.HeadBucketOutput(), 204), None),
    (BUCKET, unknown("301", 301), "success"),
    (BUCKET, unknown("404", 404), "retry"),
    (BUCKET, with_status(unknown("404"), 404), "retry"),
    (BUCKET, unknown("404"), None),
    (ALARM, cloudwatch.DescribeAlarmsOutput(metric_alarms=[cloudwatch.MetricAlarm()]), "success"),
    (ALARM, cloudwatch.DescribeAlarmsOutput(metric_alarms=[]), None),
    # What is absent has no length.
    (ALARM, cloudwatch.DescribeAlarmsOutput(), None),
    (STREAMING, streaming("ENABLING", "ACTIVE"), "success"),
    (STREAMING, streaming("DISABLED", "ENABLE_FAILED"), "failure"),
    (STREAMING, streaming("DISABLED", "ENABLING"), None),
    (STREAMING, streaming(), None),
    (STREAMING, NOT_FOUND, None),
]


@pytest.mark.parametrize(("waiter", "answer", "state"), STATES)
def test_what_an_answer_says(waiter: Waiter[Any, Any, Any], answer: Any, state: str | None) -> None:
    assert waiter.state_of(answer) == state


def test_an_error_is_known_by_its_code_and_by_its_shape(generate_once: Any) -> None:
    # A waiter of RDS expects DBInstanceNotFoundFault, whose code is DBInstanceNotFound.
    rules = [
        {"state": "success", "matcher": "error", "expected": "GoneFault"},
        {"state": "retry", "matcher": "error", "expected": "Busy"},
    ]
    waiter = {"delay": 0, "operation": "Ask", "maxAttempts": 2, "acceptors": rules}
    faults = {f"{code}Fault": {**structure(), "exception": True, "error": {"code": code}} for code in ("Gone", "Busy")}
    asks = {**operation("Ask", None, None, tuple(faults)), "waiters": {"Gone": waiter}}
    package = generate_once(model(faults, "query", {"Ask": asks}))
    gone = package.waiters.gone
    assert gone.state_of(package.GoneFault()) == "success"
    assert gone.state_of(package.BusyFault()) == "retry"
    assert gone.state_of(unknown("GoneFault")) == "success"
    assert gone.state_of(unknown("Gone")) is None


class Clock:
    """Time that goes on when somebody sleeps, and a little with each request."""

    def __init__(self, per_request: float = 0) -> None:
        self.now = 100.0
        self.pauses: list[float] = []
        self._per_request = per_request

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)

    def script(self, *answers: Any) -> Callable[[Any, Any], Any]:
        """A `send` that gives one response after the other, the last one again and again."""
        waiting = list(answers)

        def send(operation: Any, request: Any) -> Any:
            assert (operation, request) == (dynamodb.endpoints.DescribeTable, REQUEST)
            self.now += self._per_request
            answer = waiting.pop(0) if waiting[1:] else waiting[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return send


def waited(clock: Clock, *answers: Any, waiter: Any = TABLE, is_async: bool = False, **limits: Any) -> Any:
    send = clock.script(*answers)
    if not is_async:
        return wait(send, waiter, REQUEST, sleep=clock.sleep, clock=clock, **limits)

    async def send_async(operation: Any, request: Any) -> Any:
        await asyncio.sleep(0)
        return send(operation, request)

    return asyncio.run(wait_async(send_async, waiter, REQUEST, sleep=clock.sleep_async, clock=clock, **limits))


IS_ASYNC = pytest.mark.parametrize("is_async", [False, True])


@IS_ASYNC
def test_until_it_is_there(is_async: bool) -> None:  # noqa: FBT001 - a parameter
    clock, told = Clock(1), list[Attempt]()
    answers = (NOT_FOUND, table("CREATING"), with_status(table("ACTIVE"), 200))
    assert waited(clock, *answers, is_async=is_async, progress=told.append) == table("ACTIVE")
    assert clock.pauses == [20, 20]
    assert told == [
        Attempt("table_exists", 1, 1, "retry", 20, NOT_FOUND),
        Attempt("table_exists", 2, 22, None, 20, table("CREATING")),
        Attempt("table_exists", 3, 43, "success", None, table("ACTIVE")),
    ]
    assert "CREATING" not in repr(told)
    assert waited(Clock(), table("ACTIVE"), NOT_FOUND, waiter=GONE, is_async=is_async) is NOT_FOUND


@IS_ASYNC
@pytest.mark.parametrize(
    ("answer", "waiter", "reason", "cause"),
    [
        (unknown("AccessDenied", 400), TABLE, "the service answered AccessDenied: no", UnknownOperationError),
        (
            imported("FAILED", "secret"),
            dynamodb.waiters.import_completed,
            "the response says so by import_table_description.import_status being 'FAILED'",
            None,
        ),
        (
            streaming("DISABLED"),
            STREAMING,
            "the response says so by length(KinesisDataStreamDestinations) > `0`  && length(",
            None,
        ),
    ],
)
def test_where_it_will_never_be(
    answer: Any,
    waiter: Any,
    reason: str,
    cause: Any,
    is_async: bool,  # noqa: FBT001 - a parameter
) -> None:
    told: list[Attempt] = []

    def send(*_: Any) -> Any:
        return answer

    async def send_async(*_: Any) -> Any:
        return answer

    def run() -> None:
        if is_async:
            asyncio.run(wait_async(send_async, waiter, None, progress=told.append))
        else:
            wait(send, waiter, None, progress=told.append)

    with pytest.raises(WaiterFailed) as caught:
        run()
    error = caught.value
    assert str(error).startswith(f"{waiter.name}: {reason}")
    assert str(error).endswith(" (attempt 1)")
    assert (error.waiter, error.attempts, error.last) == (waiter.name, 1, answer)
    assert "secret" not in str(error)
    assert error.__cause__ is (answer if cause else None)
    assert [each.pause for each in told] == [None]
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert isinstance(error, WaiterError)


LIMITS = [
    # The model's: 25 attempts, 20 s.
    ({}, [20] * 24),
    ({"max_attempts": 3}, [20, 20]),
    ({"max_attempts": 1}, []),
    ({"delay": 1, "max_attempts": 3}, [1, 1]),
    # The last request goes out when the time is over.
    ({"max_wait": 50}, [20, 20, 10]),
    ({"max_wait": 40}, [20, 20]),
    ({"max_wait": 5}, [5]),
    ({"max_wait": 0}, []),
    ({"max_wait": 1000, "delay": 100}, [100] * 10),
    ({"max_wait": 1000, "max_attempts": 2}, [20]),
]


@IS_ASYNC
@pytest.mark.parametrize(("limits", "pauses"), LIMITS)
def test_where_it_does_not_come_in_time(
    limits: dict[str, Any],
    pauses: list[float],
    is_async: bool,  # noqa: FBT001 - a parameter
) -> None:
    clock = Clock()
    with pytest.raises(WaiterTimedOut) as caught:
        waited(clock, NOT_FOUND, table("CREATING"), is_async=is_async, **limits)
    assert clock.pauses == pauses
    attempts = len(pauses) + 1
    assert str(caught.value) == f"table_exists: not there after {sum(pauses):.0f} s (attempt {attempts})"
    assert caught.value.last == (table("CREATING") if pauses else NOT_FOUND)
    assert caught.value.attempts == attempts


def test_time_that_requests_take_counts() -> None:
    clock = Clock(per_request=30)
    with pytest.raises(WaiterTimedOut):
        waited(clock, table("CREATING"), max_wait=100)
    assert clock.pauses == [20, 20]


def test_a_course_without_a_loop() -> None:
    course = Waiting(TABLE, max_attempts=2)
    assert course.after(NOT_FOUND) == 20
    assert course.attempts == 1
    assert course.after(table("ACTIVE")) is None


@IS_ASYNC
def test_other_exceptions_pass(is_async: bool) -> None:  # noqa: FBT001 - a parameter
    with pytest.raises(ConnectionError, match="lost"):
        waited(Clock(), ConnectionError("lost"), is_async=is_async)


@pytest.mark.parametrize("place", ["send", "sleep"])
def test_waiting_can_be_cancelled(place: str) -> None:
    async def main() -> list[str]:
        done = []

        async def send(*_: Any) -> Any:
            done.append("send")
            await asyncio.sleep(60 if place == "send" else 0)
            return table("CREATING")

        task = asyncio.create_task(wait_async(send, TABLE, REQUEST))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return done

    assert asyncio.run(main()) == ["send"]


def test_waiters_of_a_package() -> None:
    module = importlib.import_module("botobind_services.dynamodb.waiters")
    assert dynamodb.waiters is module
    assert [getattr(module, name).name for name in module.__all__] == sorted(module.__all__)
    assert "table_exists" in module.__all__
    assert TABLE.operation is dynamodb.endpoints.DescribeTable
    assert (TABLE.delay, TABLE.max_attempts) == (20, 25)
    assert "waiters" in dir(lambda_)
    for package in (sts, partnercentral_selling):
        assert "waiters" not in dir(package)
        with pytest.raises(AttributeError):
            package.waiters  # noqa: B018


@pytest.mark.parametrize("waiter", [TABLE, STREAMING, ALARM])
def test_waiters_are_copied_by_name(waiter: Any) -> None:
    assert pickle.loads(pickle.dumps(waiter)) is copy.copy(waiter) is copy.deepcopy(waiter) is waiter
    assert f"name='{waiter.name}'" in repr(waiter)
