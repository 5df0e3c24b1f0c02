"""Attempts that are not made after all: no error counts them, and what they were to cost is there for others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.engines import Driver, Keys, Made
from support.fault_server import Server, answer

from botobind.errors import EncodeError
from botobind.io import CredentialsMissing, TimedOut
from botobind.io.engine import core
from botobind.io.engine.coreparts import Limits
from botobind.io.engine.data import Credentials
from botobind.io.engine.retries import CAPACITY, COST_OF_THROTTLED, Retries
from botobind_services import dynamodb

GET_ITEM = dynamodb.endpoints.GetItem
REQUEST = dynamodb.GetItemInput(table_name="books", key={"pk": dynamodb.AttributeValue(s="a")})
SLOW = b'{"__type": "com.amazon#ThrottlingException"}'


class Interrupted(BaseException):
    """What ends a pause, as `CancelledError` and `KeyboardInterrupt` do."""


def interrupt(driver: Driver) -> None:
    async def awaited(_: float) -> None:
        raise Interrupted

    def called(_: float) -> None:
        raise Interrupted

    driver.engine._pause = awaited if driver.is_async else called


class Source(Keys):
    """Credentials that are fetched for each attempt, of which the last fetch comes to something else."""

    def __init__(self, last: Callable[[], object], number: int = 1) -> None:
        super().__init__()
        self._last = last
        self._left = number

    def current(self) -> Credentials | None:
        return None

    def fetch(self) -> Any:
        self._left -= 1
        if self._left <= 0:
            self._last()
        return self.known


def refuse(*_: Any, **__: Any) -> None:
    raise EncodeError("not to be signed")


def missing() -> None:
    raise CredentialsMissing("nowhere")


def interrupted() -> None:
    raise Interrupted


UNSENT: dict[str, tuple[type[BaseException], dict[str, Any], Callable[[Driver], object]]] = {
    "no time": (TimedOut, {"limits": Limits(call=1)}, lambda _: None),
    "interrupted": (Interrupted, {}, interrupt),
    "no keys": (CredentialsMissing, {"credentials": Source(missing)}, lambda _: None),
    "no signature": (EncodeError, {"sign": refuse}, lambda _: None),
}


@pytest.mark.parametrize(("raised", "parts", "prepare"), UNSENT.values(), ids=UNSENT)
def test_nobody_waits_for_what_is_not_sent(
    server: Server,
    made: Made,
    raised: type[BaseException],
    parts: dict[str, Any],
    prepare: Callable[[Driver], object],
) -> None:
    retries = Retries("DynamoDB", "adaptive", clock=lambda: 0.0)
    driver = made(dynamodb, retries=retries, **parts)
    retries.limiter.note(is_throttled=True)  # type: ignore[union-attr] # it has one in this mode
    prepare(driver)
    errors = []
    for _ in range(10):
        with pytest.raises(raised) as info:
            driver.call(GET_ITEM, REQUEST)
        errors.append(info)  # with the traceback, which has the frames
    assert server.requests == []
    assert retries.limiter.wait() == 2  # type: ignore[union-attr] # one request at half a request in a second


def test_turns_that_nobody_had_are_not_given_back(server: Server, made: Made) -> None:
    """The service complains of another call meanwhile."""
    retries = Retries("DynamoDB", "adaptive", clock=lambda: 0.0)

    def complained() -> None:
        retries.limiter.note(is_throttled=True)  # type: ignore[union-attr] # it has one in this mode
        missing()

    server.script = [answer(200, b"{}")]
    driver = made(dynamodb, retries=retries, credentials=Source(complained, 2))
    driver.call(GET_ITEM, REQUEST)
    with pytest.raises(CredentialsMissing):
        driver.call(GET_ITEM, REQUEST)
    assert retries.limiter.wait() == 2  # type: ignore[union-attr] # one request at half a request in a second


class Clock:
    """Stands for `monotonic`, and goes on when keys are fetched."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def go_on(self) -> None:
        self.now += 10


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("what", ["no time", "no keys", "no turn", "interrupted"])
def test_attempts_that_are_not_made_are_not_counted(
    server: Server, made: Made, monkeypatch: pytest.MonkeyPatch, what: str, number: int
) -> None:
    clock = Clock()
    monkeypatch.setattr(core, "monotonic", clock)
    server.script = [answer(400, SLOW)]
    retries = Retries("DynamoDB", draw=lambda: 0.0)
    acts = {"no time": clock.go_on, "no keys": missing, "interrupted": interrupted, "no turn": lambda: None}
    parts: dict[str, Any] = {"credentials": Source(acts[what], number), "limits": Limits(call=5)}
    if what == "no turn":
        retries = Retries("DynamoDB", "adaptive", draw=lambda: 0.0, clock=lambda: 0.0)
        waits = iter([0.0] * (number - 1) + [100.0])
        monkeypatch.setattr(retries.limiter, "wait", lambda: next(waits))
    driver = made(dynamodb, retries=retries, **parts)
    with pytest.raises((TimedOut, CredentialsMissing, Interrupted)) as raised:
        driver.call(GET_ITEM, REQUEST)
    assert len(server.requests) == number - 1
    assert getattr(raised.value, "attempts", number - 1) == number - 1
    assert getattr(raised.value, "operation", "GetItem") == "GetItem"
    assert retries.quota.left == CAPACITY - max(0, number - 2) * COST_OF_THROTTLED


def test_a_try_that_is_not_made_costs_nothing(server: Server, made: Made) -> None:
    server.script = [answer(503, b"")]
    driver = made(dynamodb)
    interrupt(driver)
    for _ in range(3):
        with pytest.raises(Interrupted):
            driver.call(GET_ITEM, REQUEST)
    assert (len(server.requests), driver.core._retries.quota.left) == (3, CAPACITY)
