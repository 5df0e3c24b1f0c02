"""What a server makes of a request, so that two ways can be compared."""

from __future__ import annotations

from typing import Any

from botobind.errors import RequestError


def outcome(operation: Any, request: Any, protocol: str | None = None) -> object:
    """The input as text, or all that the refusal says."""
    try:
        return repr(operation.of_request(request, protocol=protocol))
    except RequestError as error:
        return error.status, error.code, error.steps, error.reason, error.violations
