"""The steps of answering a request, for whoever runs it: each of these is given out, and comes back done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from botobind.http import Body
    from botobind.server.sources import Beginning

__all__ = ["Begun", "Result", "Whole"]


class Whole(NamedTuple):
    """Reads all of a body."""

    body: Body


class Begun(NamedTuple):
    """Reads what a filter lets pass of a body, as soon as that has begun."""

    body: Body
    body_filter: Beginning


class Result(NamedTuple):
    """Calls a function with a value."""

    handler: Callable[[Any], Any]
    value: Any
