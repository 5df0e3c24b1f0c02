"""What a program may see of its calls: hooks around each attempt, and the log `botobind.io`, which has no secrets: of a
request it tells operation and host, of a response its status, of errors their codes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botobind.attributes import frozen
from botobind.errors import ServiceError

if TYPE_CHECKING:
    from botobind.http import HttpResponse
    from botobind.io.engine.data import OutgoingRequest
    from botobind.operations import Operation

LOG = logging.getLogger("botobind.io")


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
    """Tells of an attempt that is over."""
    if not LOG.isEnabledFor(logging.DEBUG):
        return
    outcome = "no response"
    if attempt.response is not None:
        headers = attempt.response.headers
        told = headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or "none"
        outcome = f"status {attempt.response.status}, request id {told}"
    elif attempt.error is not None:
        outcome = type(attempt.error).__name__
    LOG.debug(
        "%s: attempt %d, %s to %s: %s after %.0f ms",
        attempt.operation.name,
        attempt.number,
        attempt.request.method,
        attempt.request.host,
        outcome,
        (attempt.seconds or 0.0) * 1000,
    )


def log_retry(operation: Operation[Any, Any, Any], attempt: int, error: Exception, pause: float) -> None:
    """Tells that a call is tried again."""
    if LOG.isEnabledFor(logging.DEBUG):
        reason = error.code if isinstance(error, ServiceError) else type(error).__name__
        LOG.debug("%s: attempt %d failed (%s), another in %.2f s", operation.name, attempt, reason, pause)
