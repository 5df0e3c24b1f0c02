"""Fakes of services: typed functions that answer a client's calls in this process, by the service's own wire format.

A call goes the whole way: the client writes its request, the service's router finds the operation, the server's side
reads the input and checks its constraints, a handler makes the output, and the client reads the response.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from types import CoroutineType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar, cast

from botobind.errors import BotobindError, RequestError, ServiceError
from botobind.forking import WithLock
from botobind.operations import Operation, operation_called, package_of_service

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.http import HttpRequest, HttpResponse

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)

Handler: TypeAlias = Callable[[Input], Output | Error | Awaitable[Output | Error]]
"""Answers an operation: by the output, or by an error that it raises or returns. One that is asynchronous serves
asynchronous clients alone.
"""

_REQUEST_ID = "fake-request"


class MissingHandlerError(BotobindError):
    """A fake was called for an operation that it has no handler for."""


class FakeCall(NamedTuple):
    """A call that a fake has answered."""

    operation: Operation[Any, Any, Any]
    request: Any
    """The input; None where the operation takes nothing, and for a request that was refused."""
    outcome: Any
    """The output, the error that was answered with, or the exception that was raised instead."""
    http_request: HttpRequest
    http_response: HttpResponse | None
    """None where an exception was raised."""


class _Failure:
    """An error that is waiting for calls."""

    __slots__ = ("error", "left")

    def __init__(self, error: Exception, left: int | None) -> None:
        self.error = error
        self.left = left


class Fake(WithLock):
    """A service that answers in this process: a transport for `io.Client`. `calls` has what it was called for. Several
    threads may call it.

    `latency` is how many seconds each call takes. A few requests fit two operations: of S3, those of
    GetBucketLifecycle and GetBucketLifecycleConfiguration. Then the first of them is called that a failure is planned
    for, or else the first that has a handler.
    """

    in_process = True
    """Exceptions of handlers reach whoever called."""

    def __init__(
        self,
        package: ModuleType,
        handlers: Mapping[Any, Callable[[Any], Any]] | None = None,
        *,
        latency: float = 0.0,
        constraints: bool = True,
    ) -> None:
        super().__init__()
        self.package = package_of_service(package)
        self.latency = latency
        self.calls: list[FakeCall] = []
        self._router: Any = package.router
        self._constraints = constraints
        self._handlers: dict[str, Callable[[Any], Any]] = {}
        self._failures: dict[str | None, deque[_Failure]] = {}
        for called, handler in (handlers or {}).items():
            self._handlers[self._name_of(called)] = handler

    def on(
        self, operation: Operation[Input, Output, Error]
    ) -> Callable[[Handler[Input, Output, Error]], Handler[Input, Output, Error]]:
        """Has a function answer an operation, in place of the one that did so far: a decorator.

        Raises `BotobindError` for an operation that the service does not have, and so do `fail`, `requests` and
        `responses`.
        """
        name = self._name_of(operation)

        def register(handler: Handler[Input, Output, Error]) -> Handler[Input, Output, Error]:
            self._handlers[name] = handler
            return handler

        return register

    def fail(
        self, operation: Operation[Any, Any, Any] | str | None, error: Exception, *, times: int | None = 1
    ) -> None:
        """Has the next calls of an operation, or of any where it is None, end in an error; all of them where `times` is
        None. An error of the service is answered with. Others are raised, such as `ConnectionFailed`.
        """
        name = None if operation is None else self._name_of(operation)
        with self._lock:
            self._failures.setdefault(name, deque()).append(_Failure(error, times))

    def requests(self, operation: Operation[Input, Any, Any]) -> list[Input]:
        """The inputs that an operation was called with so far."""
        name = self._name_of(operation)
        return [call.request for call in self.calls if call.operation.name == name]

    def responses(self, operation: Operation[Any, Output, Error]) -> list[Output | Error]:
        """What an operation was answered with so far: outputs and errors."""
        name = self._name_of(operation)
        return [
            call.outcome
            for call in self.calls
            if call.operation.name == name
            and call.http_response is not None
            and not isinstance(call.outcome, RequestError)
        ]

    def pending_failures(self) -> list[str]:
        """What was to fail and has not been called since; not what fails at all times."""
        with self._lock:
            return [
                f"{name or 'any operation'}: {type(failure.error).__name__}"
                for name, failures in self._failures.items()
                for failure in failures
                if failure.left is not None
            ]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response to a request. Raises what a handler raises but for errors of the service, and
        `MissingHandlerError`.
        """
        if self.latency:
            time.sleep(self.latency)
        return self.respond(request)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to a request, without the latency."""
        steps = self._steps(request)
        try:
            outcome = next(steps)
            if outcome.__class__ is CoroutineType:
                outcome.close()
                steps.throw(
                    BotobindError("the handler is asynchronous: the clients that await it are asynchronous, too")
                )
            steps.send(outcome)
        except StopIteration as done:
            response: HttpResponse = done.value
            return response
        raise AssertionError

    async def respond_awaited(self, request: HttpRequest) -> HttpResponse:
        """The response to a request, without the latency, where the handler may be asynchronous."""
        steps = self._steps(request)
        try:
            outcome = next(steps)
            if isinstance(outcome, Awaitable):
                try:
                    outcome = await outcome
                except BaseException as error:  # noqa: BLE001 - all that a handler may raise
                    steps.throw(error)
            steps.send(outcome)
        except StopIteration as done:
            response: HttpResponse = done.value
            return response
        raise AssertionError

    def _steps(self, request: HttpRequest) -> Generator[Any, Any, HttpResponse]:
        """Answers a request. It gives what the handler gives, and takes the outcome."""
        match = self._router.match(request)
        operation, protocol = match.operation, match.protocol
        planned = None
        if self._failures or match.alternatives:
            name, planned = self._chosen((operation.name, *match.alternatives))
            if name != operation.name:
                operation = self._router.operations[name]
        handler = self._handlers.get(operation.name)
        value = None
        try:
            if planned is not None:
                raise planned.with_traceback(None)  # the one of the call before would be in front of its own
            value = operation.of_request(match.request, protocol=protocol, constraints=self._constraints)
            if handler is None:
                raise self._missing(operation.name)
            outcome = yield handler(value)
            if isinstance(outcome, ServiceError):
                raise outcome
            response = operation.to_response(outcome, protocol=protocol, request_id=_REQUEST_ID)
        except RequestError as error:
            outcome, response = error, operation.refusal_of(error, protocol=protocol, request_id=_REQUEST_ID)
        except ServiceError as error:
            outcome, response = error, operation.error_to_response(error, protocol=protocol, request_id=_REQUEST_ID)
        except Exception as error:
            self.calls.append(FakeCall(operation, value, error, request, None))
            raise
        self.calls.append(FakeCall(operation, value, outcome, request, response))
        return cast("HttpResponse", response)

    def _chosen(self, names: tuple[str, ...]) -> tuple[str, Exception | None]:
        """The one that is called of the operations that a request fits, and what is planned for the call."""
        with self._lock:
            for name in names:
                if failures := self._failures.get(name):
                    return name, _taken(failures)
            name = next((name for name in names if name in self._handlers), names[0])
            failures = self._failures.get(None)
            return name, _taken(failures) if failures else None

    def _missing(self, name: str) -> MissingHandlerError:
        known = ", ".join(sorted(self._handlers)) or "none"
        return MissingHandlerError(
            f"the fake of {self.package.service} has no handler for {name}; it has: {known}. Its method `on` adds one"
        )

    def _name_of(self, called: Operation[Any, Any, Any] | str) -> str:
        return operation_called(self.package, called).name

    def __repr__(self) -> str:
        return f"<fake of {self.package.service}: {', '.join(sorted(self._handlers))}>"


def _taken(failures: deque[_Failure]) -> Exception:
    """The error of the next failure, which then waits for a call less."""
    failure = failures[0]
    if failure.left is not None:
        failure.left -= 1
        if failure.left <= 0:
            failures.popleft()
    return failure.error


def fake(
    package: ModuleType,
    handlers: Mapping[Any, Callable[[Any], Any]] | None = None,
    *,
    latency: float = 0.0,
    constraints: bool = True,
) -> Fake:
    """A fake of a service for `io.Client(transport=…)`.

    `handlers` are functions from the input to the output, by operation, or by its name in the API or in snake case; an
    error of the service may be raised or returned. `Fake.on` adds others with their types checked. Inputs that break
    constraints are refused as by a server, unless `constraints` is false. Raises `BotobindError` for a name that the
    service does not have, and `TypeError` for what is no package of a service.
    """
    return Fake(package, handlers, latency=latency, constraints=constraints)


def fakes_of_a_test() -> Iterator[Callable[..., Fake]]:
    """Makes fakes, and looks in the end whether all failures that were planned have come: what the fixture does."""
    made: list[Fake] = []

    def make(package: ModuleType, handlers: Mapping[Any, Callable[[Any], Any]] | None = None, **options: Any) -> Fake:
        made.append(fake(package, handlers, **options))
        return made[-1]

    yield make
    pending = [text for each in made for text in each.pending_failures()]
    if pending:
        raise AssertionError(f"planned failures that no call has met: {'; '.join(pending)}")
