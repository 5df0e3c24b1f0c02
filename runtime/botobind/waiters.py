"""Waiters: what an operation's responses say of a state that is waited for, when to ask again, and loops that do so.

A loop needs nothing but a function that sends a request; see `botobind.sending`. Other loops can be built on `Waiting`,
which sends nothing and sleeps for nothing.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from importlib import import_module
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypedDict, TypeVar, Unpack

from botobind.attributes import field, frozen
from botobind.errors import ServiceError, WaiterFailed, WaiterTimedOut
from botobind.memberpaths import Where, find, text_of
from botobind.sending import Answer, AsyncSend, Send, value_of

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import Operation

__all__ = ["Acceptor", "Attempt", "State", "WaitLimits", "Waiter", "Waiting", "wait", "wait_async"]

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)

State = Literal["success", "failure", "retry"]
"""What a response says of what is waited for: it is there, it will never be, or it may be later."""
Matcher = Literal["path", "pathAll", "pathAny", "status", "error"]


@frozen()
class Acceptor:
    """A rule: the state that a response stands for which matches it."""

    state: State
    matcher: Matcher
    """What is compared: what is at a place in an output, all or any of the items there; the HTTP status; or the code of
    an error, or its shape.
    """
    expected: str | float | bool | None
    """What it has to be. Of errors, True stands for any, False for none."""
    where: Where | None = None
    """The place in outputs."""
    text: str = ""
    """The place as the model has it, where that is no path."""

    def accepts(self, value: Any, status: int | None) -> bool:
        """Whether an output or error matches, that came with an HTTP status."""
        if self.matcher == "status":
            return status == self.expected
        if self.matcher == "error":
            return self._accepts_error(value)
        return not isinstance(value, ServiceError) and self._accepts_output(value)

    def _accepts_error(self, value: Any) -> bool:
        is_error = isinstance(value, ServiceError)
        if isinstance(self.expected, bool):
            return is_error is self.expected
        # Models have the one or the other, as Smithy has it: its shape.
        return is_error and self.expected in (value.code, value.SHAPE)

    def _accepts_output(self, value: Any) -> bool:
        try:
            found = find(value, self.where or ())
        except TypeError:
            # An expression that demands what is absent, such as its length.
            return False
        if self.matcher == "path":
            return bool(found == self.expected)
        if not isinstance(found, list) or not found:
            return False
        some = all if self.matcher == "pathAll" else any
        return some(each == self.expected for each in found)

    def __str__(self) -> str:
        if self.matcher in ("status", "error"):
            return f"the {self.matcher} {self.expected}"
        place = self.text or text_of(self.where if isinstance(self.where, tuple) else ())
        which = {"path": "", "pathAll": "all of ", "pathAny": "one of "}[self.matcher]
        return f"{which}{place} being {self.expected!r}"


def _acceptors_of(rows: Iterable[Acceptor | tuple[Any, ...]]) -> tuple[Acceptor, ...]:
    return tuple(row if isinstance(row, Acceptor) else Acceptor(*row) for row in rows)


@frozen(kw_only=True, eq=False)
class Waiter(Generic[Input, Output, Error]):
    """What waits for a state: an operation that is asked again and again, and what its responses say."""

    endpoints: ModuleType = field(repr=False)
    """The `endpoints` package of the service."""
    name: str
    """The waiter's name in Python, such as `table_exists`."""
    operation_name: str
    """The operation's name in the API."""
    delay: float
    """How many seconds there are between two requests."""
    max_attempts: int
    """How many requests are sent at most, unless a time is set."""
    acceptors: tuple[Acceptor, ...] = field(repr=False, converter=_acceptors_of)
    """The rules, or what they are made of, of which the first that matches counts."""

    def __reduce__(self) -> tuple[Any, ...]:
        # By its name in its package: rules may be functions without a name.
        return _waiter_of, (self.endpoints.__name__.rpartition(".")[0], self.name)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @property
    def operation(self) -> Operation[Input, Output, Error]:
        """The operation that is asked."""
        found: Operation[Input, Output, Error] = self.endpoints.OPERATIONS[self.operation_name]
        return found

    def state_of(self, answer: Any) -> State | None:
        """What a response says: an output, an error of the service, or an `Answer` that has one of them.

        None where no rule matches it. The HTTP status of a bare output is the one that the model names.
        """
        acceptor = self.acceptor_of(answer)
        return None if acceptor is None else acceptor.state

    def acceptor_of(self, answer: Any) -> Acceptor | None:
        """The first rule that a response matches."""
        value, status = value_of(answer), self._status_of(answer)
        return next((acceptor for acceptor in self.acceptors if acceptor.accepts(value, status)), None)

    def _status_of(self, answer: Any) -> int | None:
        if isinstance(answer, Answer):
            return answer.metadata.status
        return answer.status if isinstance(answer, ServiceError) else self.operation.status


def _waiter_of(package: str, name: str) -> Waiter[Any, Any, Any]:
    waiter: Waiter[Any, Any, Any] = getattr(import_module(f"{package}.waiters"), name)
    return waiter


@frozen()
class Attempt:
    """A request of a waiter and what came of it: what `progress` is told."""

    waiter: str
    number: int
    """The first is 1."""
    elapsed: float
    """Seconds since the beginning."""
    state: State | None
    """None where no rule matches the response."""
    pause: float | None
    """Seconds until the next request; None where there will be none."""
    answer: Any = field(repr=False)
    """The output, or the error of the service."""


class WaitLimits(TypedDict, total=False):
    """What can be said of waiting."""

    max_wait: float | None
    """How many seconds it may take: the last request is sent when they are over, however many there were."""
    delay: float | None
    """How many seconds there are between two requests; the model's, where nothing is said."""
    max_attempts: int | None
    """How many requests are sent at most; the model's, where there is no `max_wait` either."""
    progress: Callable[[Attempt], object] | None
    """What is told each attempt."""


def _check_number(name: str, given: Any, of: type, kind: str, least: int | None = None) -> None:
    if given is None:
        return
    is_right = isinstance(given, of) and not isinstance(given, bool)
    # NaN is out of all bounds.
    if not is_right or not (given == given if least is None else given >= least):  # noqa: PLR0124 - true of NaN alone
        wanted = kind if least is None else f"{kind} from {least} on"
        raise (ValueError if is_right else TypeError)(f"{name} is {wanted}, and not {given!r}")


class Waiting(Generic[Input, Output, Error]):
    """The course of a waiter, without input and output: told each response, it says how long to wait until the next
    request.
    """

    def __init__(
        self,
        waiter: Waiter[Input, Output, Error],
        *,
        max_wait: float | None = None,
        delay: float | None = None,
        max_attempts: int | None = None,
        progress: Callable[[Attempt], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """The limits are those of `WaitLimits`. Raises `TypeError` and `ValueError` for what is none."""
        _check_number("max_wait", max_wait, Real, "a number")
        _check_number("delay", delay, Real, "a number", least=0)
        _check_number("max_attempts", max_attempts, Integral, "a whole number", least=1)
        if progress is not None and not callable(progress):
            raise TypeError(f"progress is a function that takes an attempt, and not {progress!r}")
        self.waiter = waiter
        self.delay = waiter.delay if delay is None else delay
        self.max_wait = max_wait
        self.max_attempts = waiter.max_attempts if max_attempts is None and max_wait is None else max_attempts
        self.attempts = 0
        self._progress = progress
        self._clock = clock
        self._began = clock()

    def after(self, answer: Any) -> float | None:
        """How many seconds to wait after a response; None where what was waited for is there.

        Raises `WaiterFailed` where it will never be, and where no rule matches an error; `WaiterTimedOut` where time or
        attempts are over. Both have the response.
        """
        self.attempts += 1
        elapsed = self._clock() - self._began
        value = value_of(answer)
        acceptor = self.waiter.acceptor_of(answer)
        state = acceptor.state if acceptor is not None else None
        failed = state == "failure" or (state is None and isinstance(value, ServiceError))
        pause = None if failed or state == "success" else self._pause(elapsed)
        if self._progress is not None:
            self._progress(Attempt(self.waiter.name, self.attempts, elapsed, state, pause, value))
        if state == "success" or pause is not None:
            return pause
        cause = value if isinstance(value, ServiceError) else None
        if failed:
            reason = f"the service answered {value}" if acceptor is None else f"the response says so by {acceptor}"
            raise WaiterFailed(self.waiter.name, reason, value, self.attempts) from cause
        raise WaiterTimedOut(self.waiter.name, f"not there after {elapsed:.0f} s", value, self.attempts) from cause

    def _pause(self, elapsed: float) -> float | None:
        if self.max_attempts is not None and self.attempts >= self.max_attempts:
            return None
        if self.max_wait is None:
            return self.delay
        left = self.max_wait - elapsed
        return min(self.delay, left) if left > 0 else None


def wait(
    send: Send,
    waiter: Waiter[Input, Output, Error],
    request: Input,
    *,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    **limits: Unpack[WaitLimits],
) -> Output | Error:
    """Waits until what is waited for is there, and gives the response that says so: an output, or an error.

    The limits are those of `WaitLimits`. Raises `WaiterFailed` and `WaiterTimedOut`, which have the last response.
    """
    waiting = Waiting(waiter, **limits, clock=clock)
    while True:
        try:
            answer = send(waiter.operation, request)
        except ServiceError as error:
            answer = error
        pause = waiting.after(answer)
        if pause is None:
            value: Output | Error = value_of(answer)
            return value
        sleep(pause)


async def wait_async(
    send: AsyncSend,
    waiter: Waiter[Input, Output, Error],
    request: Input,
    *,
    sleep: Callable[[float], Awaitable[object]] | None = None,
    clock: Callable[[], float] = time.monotonic,
    **limits: Unpack[WaitLimits],
) -> Output | Error:
    """`wait` for a `send` that is awaited. It can be cancelled while it sends and while it sleeps.

    `sleep` is asyncio's, unless another is given.
    """
    if sleep is None:
        from asyncio import sleep as sleep_of_asyncio

        sleep = sleep_of_asyncio
    waiting = Waiting(waiter, **limits, clock=clock)
    while True:
        try:
            answer = await send(waiter.operation, request)
        except ServiceError as error:
            answer = error
        pause = waiting.after(answer)
        if pause is None:
            value: Output | Error = value_of(answer)
            return value
        await sleep(pause)
