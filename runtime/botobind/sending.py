"""What carries a request and brings its response: all that pages and waiters need of a client."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from botobind.attributes import frozen
from botobind.errors import ServiceError

if TYPE_CHECKING:
    from botobind.http import ResponseMetadata
    from botobind.operations import Operation

__all__ = ["Answer", "AsyncSend", "Send", "output_of"]

Result = TypeVar("Result", covariant=True)  # noqa: PLC0105 - the name that readers see in types


@frozen(kw_only=True)
class Answer(Generic[Result]):
    """What an operation answered: the output or an error, and what the response says besides."""

    value: Result
    metadata: ResponseMetadata
    """The status, the headers and the id of the request."""


class Send(Protocol):
    """A function that sends the request of an operation."""

    def __call__(self, operation: Operation[Any, Any, Any], request: Any, /) -> Any:
        """What the operation answered: its output, an `Answer` with it, or its error, which may be raised, too."""


class AsyncSend(Protocol):
    """`Send` for `async` programs."""

    def __call__(self, operation: Operation[Any, Any, Any], request: Any, /) -> Awaitable[Any]:
        """Sends a request, to be awaited."""
        ...


def value_of(answer: Any) -> Any:
    """The output or error of what a `Send` gives."""
    return answer.value if isinstance(answer, Answer) else answer


def output_of(answer: Any) -> Any:
    """The output of what a `Send` gives. Raises its error where it has one."""
    value = value_of(answer)
    if isinstance(value, ServiceError):
        raise value
    return value
