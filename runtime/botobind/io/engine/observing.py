"""What a program may see of its calls: hooks around each attempt, and the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botobind.attributes import frozen
from botobind.errors import ServiceError
from botobind.io.engine import requestlog

if TYPE_CHECKING:
    from botobind.http import HttpResponse
    from botobind.io.engine.data import OutgoingRequest
    from botobind.operations import Operation

_logger = logging.getLogger("botobind.io.requests")


@frozen(kw_only=True)
class Attempt:
    """An attempt of a call, as hooks get it. After it there is a response, or an error of the transport."""

    operation: Operation[Any, Any, Any]
    number: int
    """From 1 on."""
    request: OutgoingRequest
    """Before the attempt it is not signed yet, and its headers may be changed."""
    response: HttpResponse | None = None
    error: Exception | None = None
    seconds: float | None = None
    """How long it took."""


@frozen(kw_only=True)
class Hooks:
    """Functions that are called before and after each attempt of each call, in the thread or task of the call. What
    they raise reaches the caller.
    """

    before_attempt: Callable[[Attempt], object] | None = None
    after_attempt: Callable[[Attempt], object] | None = None


def log_attempt(attempt: Attempt) -> None:
    """Tells of an attempt that is over: of its request, and of what came of it."""
    name, number, took = attempt.operation.name, attempt.number, attempt.seconds or 0.0
    requestlog.log_request(name, attempt.request, number)
    response = attempt.response
    if response is not None:
        requestlog.log_response(name, response.status, response.headers.pairs(), number, took)
    elif attempt.error is not None:
        requestlog.log_failure(name, attempt.error, number, took)


def log_retry(operation: Operation[Any, Any, Any], attempt: int, error: Exception, pause: float) -> None:
    """Tells that a call is tried again."""
    if requestlog.is_on():
        reason = error.code if isinstance(error, ServiceError) else type(error).__name__
        _logger.debug("%s, attempt %d failed: %s; another in %.2f s", operation.name, attempt, reason, pause)
