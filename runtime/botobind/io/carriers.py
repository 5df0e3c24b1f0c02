"""What carries an operation's messages: from a value to the output or the error that the service answers with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from attrs import evolve

from botobind.errors import BotobindError, ServiceError
from botobind.http import read_all
from botobind.io.faults import ConnectionFailed, TimedOut, TransportError

if TYPE_CHECKING:
    from botobind.http import HttpRequest, HttpResponse
    from botobind.operations import Operation

Transport: TypeAlias = "Callable[[HttpRequest], HttpResponse]"
"""A function that sends a request and gives the response: the simplest way to carry messages."""


class Carrier(Protocol):
    """What clients and calls need of a way to carry messages."""

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """The output, or the error that the service answers with, as a value.

        Raises `TransportError` where there is no response, `EncodeError` and `ValidationError` for a value that cannot
        be written, and `DecodeError` for a response that cannot be read.
        """
        ...


class Handled(Protocol):
    """A transport that runs the program's own functions in this process."""

    in_process: bool
    """Whether its exceptions are the program's own, which reach the caller as they are."""

    def __call__(self, request: HttpRequest, /) -> HttpResponse:
        """The response to a request."""
        ...


class OverTransport:
    """Carries messages by a function from request to response. Each call is sent once."""

    def __init__(self, transport: Transport | Handled) -> None:
        self._send = transport
        self._is_in_process = bool(getattr(transport, "in_process", False))

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`. `OSError` and whatever else the function raises becomes a `TransportError`, but for
        errors of botobind's own and for those of functions of this process.
        """
        request = operation.to_request(value)
        try:
            response = self._send(request)
        except BotobindError:
            raise
        except Exception as error:
            if self._is_in_process:
                raise
            raise fault_of(error, operation.name) from error
        if not hasattr(response, "status"):
            reason = f"the transport gave {type(response).__name__} instead of an HttpResponse"
            raise TransportError(reason, operation.name)
        try:
            if response.body.__class__ is not bytes and not is_streamed(operation.output):
                response = evolve(response, body=read_all(response.body))
            found = operation.of_response(response)
        except OSError as error:  # the body was a stream, and broke
            raise fault_of(error, operation.name) from error
        if isinstance(found, ServiceError):
            found.attempts = 1
        return found


def is_streamed(output: Any) -> bool:
    """Whether the bodies of an output's class are read by whoever gets it, bit by bit."""
    return output is not None and (
        output.EVENTS is not None or (output.PAYLOAD is not None and output.PAYLOAD.kind == "stream")
    )


def fault_of(error: Exception, operation: str) -> TransportError:
    """What an exception of a transport's is among ours."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, TimeoutError):
        return TimedOut(reason, operation, 1)
    if isinstance(error, (OSError, EOFError)):
        return ConnectionFailed(reason, operation, 1)
    return TransportError(reason, operation, 1)
