"""A span of OpenTelemetry's for each call, where `opentelemetry-api` is installed; elsewhere calls are not touched.

Names and attributes are those of the semantic conventions for clients of AWS.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from traceback import format_exception
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from botobind import __version__
from botobind.errors import ServiceError
from botobind.io.faults import TransportError

if TYPE_CHECKING:
    from types import TracebackType

    from opentelemetry.trace import Span, Tracer

    from botobind.operations import Operation

Carry: TypeAlias = "Callable[[Operation[Any, Any, Any], Any], Any]"

_REQUEST_IDS = ("x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id")

_span: ContextVar[Span | None] = ContextVar("the span of the call that is carried", default=None)


_API = "opentelemetry.trace"


@cache
def _is_installed() -> bool:
    try:
        return find_spec(_API) is not None
    except ImportError:  # another package has that name
        return False


@cache
def _tracer() -> Tracer:
    from opentelemetry.trace import get_tracer

    return get_tracer("botobind", __version__)


def is_on() -> bool:
    """Whether there is a span of the call that is carried."""
    return _span.get() is not None


def traced(carry: Carry) -> Carry:
    """What carries messages in spans; `carry` itself where the API is not installed. Until the program has imported it
    there is nothing that records, and the ten milliseconds that this takes are left to the program.
    """
    if not _is_installed():
        return carry
    from inspect import iscoroutinefunction  # takes longer to load than a call

    begin = _Beginnings().span_of
    if iscoroutinefunction(carry):

        async def carry_awaited(operation: Operation[Any, Any, Any], value: Any) -> Any:
            if _API not in sys.modules or not (span := begin(operation)).is_recording():
                return await carry(operation, value)
            with _Current(span) as current:
                return current.ended(await carry(operation, value))

        return carry_awaited

    def carry_traced(operation: Operation[Any, Any, Any], value: Any) -> Any:
        if _API not in sys.modules or not (span := begin(operation)).is_recording():
            return carry(operation, value)
        with _Current(span) as current:
            return current.ended(carry(operation, value))

    return carry_traced


class _Beginnings:
    """Begins the spans of operations."""

    def __init__(self) -> None:
        self._starts: dict[Operation[Any, Any, Any], Callable[[], Span]] = {}

    def span_of(self, operation: Operation[Any, Any, Any]) -> Span:
        """A span, which is not the current one yet."""
        start = self._starts.get(operation)
        if start is None:
            start = self._starts[operation] = _start_of(operation)
        return start()


def _start_of(operation: Operation[Any, Any, Any]) -> Callable[[], Span]:
    from opentelemetry.trace import SpanKind

    package: Any = import_module(operation.values.__name__.rpartition(".")[0])
    service = package.service_id or package.service
    attributes = {"rpc.system": "aws-api", "rpc.service": service, "rpc.method": operation.name}
    return partial(_tracer().start_span, f"{service}.{operation.name}", kind=SpanKind.CLIENT, attributes=attributes)


class _Current:
    """A span that is the current one while a call is carried, and ends with it."""

    def __init__(self, span: Span) -> None:
        from opentelemetry.trace import use_span

        self._span = span
        self._current = use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False)

    def __enter__(self) -> Self:
        self._current.__enter__()
        self._token = _span.set(self._span)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _span.reset(self._token)
        if isinstance(error, Exception):
            self._fail(error)
        self._current.__exit__(kind, error, at)

    def ended(self, found: Any) -> Any:
        """The outcome of a call: an error of the service is recorded."""
        if isinstance(found, ServiceError):
            self._fail(found)
        return found

    def _fail(self, error: Exception) -> None:
        from opentelemetry.trace import Status, StatusCode

        span = self._span
        span.set_status(Status(StatusCode.ERROR, str(error)))
        module, name = type(error).__module__, type(error).__qualname__
        name = name if module == "builtins" else f"{module}.{name}"
        # `record_exception` would have the causes, too: botocore's, whose texts may hold sensitive members.
        trace = "".join(format_exception(error, chain=False))
        said = {"exception.type": name, "exception.message": str(error), "exception.stacktrace": trace}
        span.add_event("exception", said)
        if isinstance(error, ServiceError):
            span.set_attribute("error.type", error.code)
            _say(span, error.status, error.request_id)
        else:
            span.set_attribute("error.type", name)
        attempts = error.attempts if isinstance(error, (ServiceError, TransportError)) else None
        if attempts is not None and attempts > 1:
            span.set_attribute("http.request.resend_count", attempts - 1)


def note_response(status: int, headers: Mapping[str, str], retries: int = 0) -> None:
    """Has the span of the call that is carried say what its response was."""
    span = _span.get()
    if span is not None:
        _say(span, status, next((headers[name] for name in _REQUEST_IDS if name in headers), None))
        if retries:
            span.set_attribute("http.request.resend_count", retries)


def _say(span: Span, status: int | None, request_id: str | None) -> None:
    if status is not None:
        span.set_attribute("http.response.status_code", status)
    if request_id is not None:
        span.set_attribute("aws.request_id", request_id)
