"""What answering a request wants of whoever runs it: each of these is given out, and comes back done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from botobind.http import Body
    from botobind.server.sources import Beginning

__all__ = ["Begun", "Result", "Whole"]


class Whole(NamedTuple):
    """Wants all of a body."""

    body: Body


class Begun(NamedTuple):
    """Wants what a filter lets pass of a body, as soon as that has begun."""

    body: Body
    sieve: Beginning


class Result(NamedTuple):
    """Wants what a function makes of a value."""

    handler: Callable[[Any], Any]
    value: Any
