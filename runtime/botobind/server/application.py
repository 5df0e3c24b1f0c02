"""Typed handlers of services as one application: it finds the handler of a request, and answers whatever happens."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine, Generator, Mapping
from copy import copy
from functools import partial
from inspect import iscoroutinefunction
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast
from uuid import uuid4

from botobind.errors import BotobindError, RequestError, ServiceError, UnknownOperationError
from botobind.io.engine import sigv4
from botobind.io.engine.authschemes import ENCODE_ONCE
from botobind.io.streamed_bodies import has_events, is_streamed
from botobind.operations import Operation, operation_called, package_of_service
from botobind.protocols.refusals import UNKNOWN_OPERATION
from botobind.routing import Router, RoutingError
from botobind.server import forms
from botobind.server.checksums import HeaderCheck
from botobind.server.choosing import Meant, Services
from botobind.server.chunks import body_inside, check_framing, headers_inside, is_chunked
from botobind.server.claims import hoisted
from botobind.server.events import SignedEvents, with_errors
from botobind.server.gate import Admission, Gate
from botobind.server.limits import Limits
from botobind.server.signatures import Secrets
from botobind.server.sources import begun, begun_later, read_in_threads, through, whole, whole_later
from botobind.server.steps import Begun, Result, Whole
from botobind.wire.blocking import called

if TYPE_CHECKING:
    from botobind.http import HttpRequest, HttpResponse
    from botobind.routing import Match

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)

Handler: TypeAlias = Callable[[Input], Output | Error | Awaitable[Output | Error]]
"""Answers an operation: by the output, or by an error that it raises or returns."""

_log = logging.getLogger("botobind.server")
_access = logging.getLogger("botobind.server.access")


class Application:
    """Answers requests with what handlers make of their inputs.

    `Application(sqs, handlers)` serves one service; `serve` adds others, which are told apart by the signature of a
    request, its `X-Amz-Target`, or its host. A handler takes the input of its operation, and gives the output or raises
    an error of the service; it may be asynchronous, for ASGI. `botobind.server.asgi` and `wsgi` make of it what servers
    of these kinds run; `respond` and `respond_awaited` answer a request that is there.

    With `credentials`, the secret keys by access key, the signatures of requests are checked: a mapping, or a function
    that gives `None` for an access key that nobody has. Without, whoever can connect is served. `limits` say what a
    request may cost. Inputs that break constraints are refused, unless `constraints` is false.
    """

    def __init__(
        self,
        package: ModuleType | None = None,
        handlers: Mapping[Any, Handler[Any, Any, Any]] | None = None,
        *,
        limits: Limits | None = None,
        constraints: bool = True,
        credentials: Secrets | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._gate = Gate(credentials)
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
        operation that the service does not have, and `TypeError` for what is no package of a service.
        """
        package = package_of_service(package)
        found = {operation_called(package, name): handler for name, handler in (handlers or {}).items()}
        # Requests may be under way in other threads: what is added is added whole.
        self._handlers |= found
        self._services.add(package, router)

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
        """The response to a request whose body is bytes or a source that is read without being awaited.

        Whatever a handler raises is answered with an error, and so is a request that cannot be read.
        """
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
        """The response to a request whose body may be asynchronous, as `respond` has it. Handlers that are not run in
        threads.
        """
        steps, seconds = self._steps(request, is_awaited=True), self.limits.seconds
        end = None if seconds is None else asyncio.get_running_loop().time() + seconds
        try:
            step = next(steps)
            while True:
                try:
                    async with asyncio.timeout_at(end):
                        found = await self._done_later(step)
                except Exception as error:  # noqa: BLE001 - the steps know how to answer
                    step = steps.throw(error)
                else:
                    step = steps.send(found)
        except StopIteration as done:
            return cast("HttpResponse", done.value)

    def _done(self, step: Whole | Begun | Result) -> Any:
        if isinstance(step, Whole):
            return whole(step.body, self.limits.document)
        if isinstance(step, Begun):
            return begun(step.body, step.body_filter)
        if not is_asynchronous(step.handler):
            found = step.handler(step.value)
            if not isinstance(found, Coroutine):
                return found
            found.close()
        raise BotobindError("the handler is asynchronous: ASGI servers run it")

    async def _done_later(self, step: Whole | Begun | Result) -> Any:
        if isinstance(step, Whole):
            return await whole_later(step.body, self.limits.document)
        if isinstance(step, Begun):
            return await begun_later(step.body, step.body_filter)
        if is_asynchronous(step.handler):
            return await step.handler(step.value)
        found = await asyncio.to_thread(called, step.handler, step.value)
        return await found if isinstance(found, Awaitable) else found

    def _steps(self, request: HttpRequest, *, is_awaited: bool = False) -> Generator[Any, Any, HttpResponse]:
        """Answers a request. It gives what is to be done outside, and takes what comes of it."""
        began, request_id = time.perf_counter(), str(uuid4())
        request = copy(request)  # its body and its headers are replaced
        meant = self._services.meant(request)
        router = meant.router
        label = router.service
        try:
            check_framing(request.headers)
            if (form := meant.form_operation(request)) is not None:
                router = form[0].router
                label = f"{router.service} {form[1]}"
                upload = yield from self._gate.upload(request, *form)
                response = yield from self._answered(upload.match, request_id, is_awaited=is_awaited)
                response = forms.answer(response, upload.fields, upload.address)
            else:
                admission = yield from self._prepared(request, meant)
                router, found = meant.match(request)
                label = router.service
                if isinstance(found, RoutingError):
                    response = _refused(router, request, found, request_id)
                else:
                    label = f"{router.service} {found.operation.name}"
                    self._gate.check_signed(found, self._services.signing_name(found.operation), admission)
                    response = yield from self._answered(found, request_id, is_awaited=is_awaited)
        except Exception as error:  # noqa: BLE001 - whatever it is, the request gets a response
            response = _refused(router, request, _told(error, label, request_id), request_id)
        milliseconds = 1000 * (time.perf_counter() - began)
        _access.info("%s %d %.1f ms %s", label, response.status, milliseconds, request_id)
        return response

    def _prepared(self, request: HttpRequest, meant: Meant) -> Generator[Any, Any, Admission]:
        """Checks what is said of a request before anybody knows what it asks for. Has its body without chunks, and a
        form whole: only of forms it has to be read what they ask for. Gives what is known of its signature.
        """
        headers = request.headers
        admission = yield from self._gate.admit(request, meant)
        if meant.signing_name in ENCODE_ONCE:
            request.headers = headers = hoisted(request)
        if headers.get(sigv4.CONTENT_SHA256) == sigv4.EVENTS:
            request.body = through(request.body, SignedEvents(admission.signer), at_once=True)
        if is_chunked(headers):
            request.body = body_inside(request.body, headers, admission.chunk_check)
            request.headers = headers_inside(headers)
        is_form = headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded")
        if is_form and meant.reads_forms:
            request.body = yield Whole(request.body)
        return admission

    def _answered(self, match: Match, request_id: str, *, is_awaited: bool) -> Generator[Any, Any, HttpResponse]:
        operation, protocol = match.operation, match.protocol
        refusal: Exception
        try:
            handler, operation = self._handler_of(match)
            request = match.request
            if _SUMMED in operation.traits.get("httpChecksum", ()) and (check := HeaderCheck(request.headers)):
                request.body = through(request.body, check)
            if not is_streamed(operation.input):
                request.body = yield Whole(request.body)
            elif is_awaited and not is_asynchronous(handler) and isinstance(request.body, AsyncIterable):
                request.body = read_in_threads(request.body)
            value = operation.of_request(request, protocol=protocol, constraints=self._constraints)
            outcome = yield Result(handler, value)
            if isinstance(outcome, ServiceError):
                raise outcome
            response = operation.to_response(outcome, protocol=protocol, request_id=request_id)
            if not is_awaited and isinstance(response.body, AsyncIterable):
                raise BotobindError("the body of the response is asynchronous: ASGI servers send it")
            if has_events(operation.output):
                response.body = with_errors(response.body, partial(_told, label=operation.name, request_id=request_id))
        except RequestError as error:
            return operation.refusal_of(error, protocol=protocol, request_id=request_id)
        except Exception as error:  # noqa: BLE001 - it is answered as it has to be
            refusal = _told(error, operation.name, request_id)
        else:
            return response
        try:
            response = operation.error_to_response(refusal, protocol=protocol, request_id=request_id)
        except Exception as error:  # noqa: BLE001 - an error that cannot be written, such as one without its members
            refusal = _told(error, operation.name, request_id)
            response = operation.error_to_response(refusal, protocol=protocol, request_id=request_id)
        if isinstance(refusal, _OwnError):
            response.status = refusal.sent_with
        return response

    def _handler_of(self, match: Match) -> tuple[Handler[Any, Any, Any], Operation[Any, Any, Any]]:
        operations = [match.operation, *(self._services.operation(match, name) for name in match.alternatives)]
        for operation in operations:
            if (handler := self._handlers.get(operation)) is not None:
                return handler, operation
        raise problem("NotImplemented", f"nobody has written {match.operation.name} yet", 501)


def _told(error: Exception, label: str, request_id: str) -> ServiceError | RequestError | RoutingError:
    """What whoever called is told of an error: what went wrong in here is not for them to know, and is logged."""
    if isinstance(error, (ServiceError, RequestError, RoutingError)):
        return error
    if isinstance(error, TimeoutError):
        return problem("RequestTimeout", "the request took too long", 408)
    _log.error("%s failed, request %s", label, request_id, exc_info=error)
    return problem("InternalFailure", "an internal error", 500)


def is_asynchronous(handler: Callable[..., Any]) -> bool:
    """Whether what a handler gives has to be awaited: a function, a method, or an object that is called like one."""
    while isinstance(handler, partial):
        handler = handler.func
    return iscoroutinefunction(handler) or iscoroutinefunction(type(handler).__call__)


class _OwnError(UnknownOperationError):
    """An error of a handler's own, whose status counts as it is."""

    sent_with = 400


def problem(code: str, message: str, status: int) -> UnknownOperationError:
    """An error that the service's model does not have, to be raised by handlers.

    Its status may be 200: S3 has begun to answer some requests so when it finds what is wrong.
    """
    error = _OwnError(code, message)
    error.status = error.sent_with = status
    error.fault = "client" if status < 500 else "server"
    return error


_SUMMED = "requestAlgorithmMember"
"""What models say of operations whose requests may have checksums of their bodies in headers."""
_MARKS = {"smithy-rpc-v2-cbor": "smithy-protocol", "json": "x-amz-target"}
"""The headers that tell a protocol."""


def _refused(
    router: Router, request: HttpRequest, error: RoutingError | RequestError | ServiceError, request_id: str
) -> HttpResponse:
    """The answer where no operation is known: any one can write it, in the protocol that the request looks like."""
    protocols = router.protocols
    marked = [name for name, header in _MARKS.items() if name in protocols and header in request.headers]
    protocol = [*marked, *(name for name in protocols if name not in _MARKS), *protocols][0]
    operation = next(iter(router.operations.values()))
    if isinstance(error, RequestError):
        return operation.refusal_of(error, protocol=protocol, request_id=request_id)
    if isinstance(error, ServiceError):
        return operation.error_to_response(error, protocol=protocol, request_id=request_id)
    unknown = RequestError(error.reason, status=error.status, code=UNKNOWN_OPERATION)
    response = operation.refusal_of(unknown, protocol=protocol, request_id=request_id)
    if error.methods:
        response.headers["Allow"] = ", ".join(error.methods)
    return response
