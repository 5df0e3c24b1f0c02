"""Lines of the log for each request and response of the engine, without what may be sensitive.

They go to the logger `botobind.io.requests` as debugging messages. Paths, values of queries and headers, and bodies are
left out: they hold members of inputs, keys and tokens.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botobind.io.engine.data import OutgoingRequest

__all__ = ["is_on", "log_failure", "log_request", "log_response"]

_logger = logging.getLogger("botobind.io.requests")

_SHOWN = frozenset(
    {
        "accept",
        "amz-sdk-request",
        "content-encoding",
        "content-length",
        "content-type",
        "smithy-protocol",
        "transfer-encoding",
        "x-amz-date",
        "x-amz-decoded-content-length",
        "x-amz-target",
        "x-amz-trailer",
    }
)
"""Headers whose values say nothing of an input."""

_IDS = ("x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id", "x-amz-id-2")


def is_on() -> bool:
    """Whether anybody reads the lines; one call of it is all that they cost otherwise."""
    return _logger.isEnabledFor(logging.DEBUG)


def log_request(operation: str, request: OutgoingRequest, attempt: int) -> None:
    """A line for a request that is sent for the so-many-th time."""
    if is_on():
        query = f", query {', '.join(name for name, _ in request.query)}" if request.query else ""
        size = f"{len(request.body)} bytes" if isinstance(request.body, (bytes, bytearray)) else "a stream"
        place = f"{request.method} {request.scheme}://{request.host}"
        _logger.debug(
            "%s, attempt %d: %s%s, headers %s, body of %s",
            *(operation, attempt, place, query, _headers(request.headers), size),
        )


def log_response(operation: str, status: int, headers: Iterable[tuple[str, str]], attempt: int, took: float) -> None:
    """A line for a response that came after so many seconds."""
    if is_on():
        pairs = list(headers)
        ids = ", ".join(f"{name} {value}" for name, value in pairs if name.lower() in _IDS)
        _logger.debug(
            "%s, attempt %d: status %d after %d ms%s, headers %s",
            *(operation, attempt, status, took * 1000, f", {ids}" if ids else "", _headers(pairs)),
        )


def log_failure(operation: str, error: BaseException, attempt: int, took: float) -> None:
    """A line for an attempt that ended without a response after so many seconds."""
    if is_on():
        kind = type(error).__name__
        _logger.debug("%s, attempt %d: %s after %d ms", *(operation, attempt, kind, took * 1000))


def _headers(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}: {value}" if name.lower() in _SHOWN else name for name, value in pairs)
