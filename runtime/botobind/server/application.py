"""Typed handlers of services as one application: it finds the handler of a request, and answers whatever happens."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Generator, Mapping
from inspect import iscoroutinefunction
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar, cast
from uuid import uuid4

from botobind.errors import BotobindError, RequestError, ServiceError, UnknownOperationError
from botobind.operations import Operation
from botobind.routing import Router, RoutingError
from botobind.server.choosing import Services
from botobind.server.chunks import body_inside, check_framing, headers_inside, is_chunked
from botobind.server.limits import Limits
from botobind.server.sources import read_in_threads, whole, whole_later

if TYPE_CHECKING:
    from botobind.http import Body, HttpRequest, HttpResponse
    from botobind.routing import Match

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)

Handler: TypeAlias = Callable[[Input], Output | Error | Awaitable[Output | Error]]
"""Answers an operation: by the output, or by an error that it raises or returns."""

_log = logging.getLogger("botobind.server")
_access = logging.getLogger("botobind.server.access")


class _Whole(NamedTuple):
    """Wants all of a body."""

    body: Body


class _Result(NamedTuple):
    """Wants what a handler makes of an input."""

    handler: Callable[[Any], Any]
    value: Any


class Application:
    """Answers requests with what handlers make of their inputs.

    `Application(sqs, handlers)` serves one service; `serve` adds others, which are told apart by the signature of a
    request, its `X-Amz-Target`, or its host. A handler takes the input of its operation, and gives the output or raises
    an error of the service; it may be asynchronous, for ASGI. `botobind.server.asgi` and `wsgi` make of it what servers
    of these kinds run; `respond` and `respond_awaited` answer a request that is there.
    """

    def __init__(
        self,
        package: ModuleType | None = None,
        handlers: Mapping[Any, Handler[Any, Any, Any]] | None = None,
        *,
        limits: Limits | None = None,
        constraints: bool = True,
    ) -> None:
        self.limits = limits or Limits()
        self._constraints = constraints
        self._services = Services()
        self._handlers: dict[Operation[Any, Any, Any], Handler[Any, Any, Any]] = {}
        if package is not None:
            self.serve(package, handlers)

    def serve(
        self,
        package: ModuleType,
        handlers: Mapping[Any, Handler[Any, Any, Any]] | None = None,
        *,
        router: Router | None = None,
    ) -> None:
        """Adds a service by its package, and handlers by operation, or by its name in the API or in snake case.

        `router` is another one than the package's, such as one that knows your hosts. Raises `BotobindError` for an
        operation that the service does not have.
        """
        self._services.add(package, router)
        for called, handler in (handlers or {}).items():
            self._handlers[_operation_of(package, called)] = handler

    def on(
        self, operation: Operation[Input, Output, Error]
    ) -> Callable[[Handler[Input, Output, Error]], Handler[Input, Output, Error]]:
        """Has a function answer an operation, in place of the one that did so far: a decorator whose types are checked.

        Raises `BotobindError` for an operation of a service that is not served.
        """
        if not self._services.has(operation):
            raise BotobindError(f"{operation.name} is of a service that is not served: `serve` adds its package")

        def register(function: Handler[Input, Output, Error]) -> Handler[Input, Output, Error]:
            self._handlers[operation] = function
            return function

        return register

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to a request whose body is bytes or a source that is read without being awaited."""
        steps = self._steps(request)
        try:
            step = next(steps)
            while True:
                try:
                    found = self._done(step)
                except Exception as error:  # noqa: BLE001 - the steps know how to answer
                    step = steps.throw(error)
                else:
                    step = steps.send(found)
        except StopIteration as done:
            return cast("HttpResponse", done.value)

    async def respond_awaited(self, request: HttpRequest) -> HttpResponse:
        """The response to a request whose body may be asynchronous. Handlers that are not run in threads."""
        steps = self._steps(request, is_awaited=True)
        try:
            step = next(steps)
            while True:
                try:
                    found = await self._done_later(step)
                except Exception as error:  # noqa: BLE001 - the steps know how to answer
                    step = steps.throw(error)
                else:
                    step = steps.send(found)
        except StopIteration as done:
            return cast("HttpResponse", done.value)

    def _done(self, step: _Whole | _Result) -> Any:
        if isinstance(step, _Whole):
            return whole(step.body, self.limits.document)
        if iscoroutinefunction(step.handler):
            raise BotobindError("the handler is asynchronous: ASGI servers run it")
        return step.handler(step.value)

    async def _done_later(self, step: _Whole | _Result) -> Any:
        if isinstance(step, _Whole):
            return await whole_later(step.body, self.limits.document)
        if iscoroutinefunction(step.handler):
            return await step.handler(step.value)
        found = await asyncio.to_thread(step.handler, step.value)
        return await found if isinstance(found, Awaitable) else found

    def _steps(self, request: HttpRequest, *, is_awaited: bool = False) -> Generator[Any, Any, HttpResponse]:
        """Answers a request. It gives what is to be done outside, and takes what comes of it."""
        began, request_id = time.perf_counter(), str(uuid4())
        refusal: RequestError | None = yield from _prepared(request)
        router, match = self._services.match(request)
        if refusal is not None:
            label, response = router.service, _refused(router, request, refusal, request_id)
        elif isinstance(match, RoutingError):
            label, response = router.service, _refused(router, request, match, request_id)
        else:
            label = f"{router.service} {match.operation.name}"
            response = yield from self._answered(match, request_id, is_awaited=is_awaited)
        milliseconds = 1000 * (time.perf_counter() - began)
        _access.info("%s %d %.1f ms %s", label, response.status, milliseconds, request_id)
        return response

    def _answered(self, match: Match, request_id: str, *, is_awaited: bool) -> Generator[Any, Any, HttpResponse]:
        operation, protocol = match.operation, match.protocol
        try:
            handler, operation = self._handler_of(match)
            request = match.request
            if not is_streamed(operation):
                request.body = yield _Whole(request.body)
            elif is_awaited and not iscoroutinefunction(handler) and isinstance(request.body, AsyncIterable):
                request.body = read_in_threads(request.body)
            value = operation.of_request(request, protocol=protocol, constraints=self._constraints)
            outcome = yield _Result(handler, value)
            if isinstance(outcome, ServiceError):
                raise outcome
            return operation.to_response(outcome, protocol=protocol, request_id=request_id)
        except RequestError as error:
            return operation.refusal_of(error, protocol=protocol, request_id=request_id)
        except ServiceError as error:
            refusal: ServiceError = error
        except TimeoutError:
            refusal = problem("RequestTimeout", "the request took too long", 408)
        except Exception:  # noqa: BLE001 - it is logged, and answered as it has to be
            # What went wrong in here is not for the caller to know.
            _log.exception("%s failed, request %s", operation.name, request_id)
            refusal = problem("InternalFailure", "an internal error", 500)
        return operation.error_to_response(refusal, protocol=protocol, request_id=request_id)

    def _handler_of(self, match: Match) -> tuple[Handler[Any, Any, Any], Operation[Any, Any, Any]]:
        operations = [match.operation, *(self._services.operation(match, name) for name in match.alternatives)]
        for operation in operations:
            if (handler := self._handlers.get(operation)) is not None:
                return handler, operation
        raise problem("NotImplemented", f"nobody has written {match.operation.name} yet", 501)


def _prepared(request: HttpRequest) -> Generator[Any, Any, RequestError | None]:
    """Has the request's body without chunks, and a form whole: only of forms it has to be read what they ask for. Gives
    what is wrong with it.
    """
    headers = request.headers
    try:
        check_framing(headers)
        if is_chunked(headers):
            request.body, request.headers = body_inside(request.body), headers_inside(headers)
        if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            request.body = yield _Whole(request.body)
    except RequestError as error:
        return error
    return None


def problem(code: str, message: str, status: int) -> UnknownOperationError:
    """An error that the service's model does not have, to be raised by handlers."""
    error = UnknownOperationError(code, message)
    error.status = status
    error.fault = "client" if status < 500 else "server"
    return error


def is_streamed(operation: Operation[Any, Any, Any]) -> bool:
    """Whether a handler reads the body of its request while it runs."""
    shape = operation.input
    return shape is not None and (
        shape.EVENTS is not None or (shape.PAYLOAD is not None and shape.PAYLOAD.kind == "stream")
    )


_MARKS = {"smithy-rpc-v2-cbor": "smithy-protocol", "json": "x-amz-target"}
"""The headers that tell a protocol."""


def _refused(router: Router, request: HttpRequest, error: RoutingError | RequestError, request_id: str) -> HttpResponse:
    """The answer where no operation is known: any one can write it, in the protocol that the request looks like."""
    protocols = router.protocols
    marked = [name for name, header in _MARKS.items() if name in protocols and header in request.headers]
    protocol = [*marked, *(name for name in protocols if name not in _MARKS), *protocols][0]
    operation = next(iter(router.operations.values()))
    if isinstance(error, RequestError):
        return operation.refusal_of(error, protocol=protocol, request_id=request_id)
    unknown = problem("UnknownOperationException", error.reason, error.status)
    response = operation.error_to_response(unknown, protocol=protocol, request_id=request_id)
    if error.methods:
        response.headers["Allow"] = ", ".join(error.methods)
    return response


def _operation_of(package: ModuleType, called: Operation[Any, Any, Any] | str) -> Operation[Any, Any, Any]:
    operations: Any = package.router.operations
    if isinstance(called, Operation):
        if called.values.__name__ != f"{package.__name__}.values":
            raise BotobindError(f"{called.name} is no operation of {package.__name__}")
        return called
    found = operations.get(called) or operations.by_python_name(called)
    if found is None:
        raise BotobindError(f"{package.__name__} has no operation {called!r}")
    return cast("Operation[Any, Any, Any]", found)
