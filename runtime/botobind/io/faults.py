"""What goes wrong between a client and a service: one family of errors, whoever carries the messages."""

from __future__ import annotations

from typing import Any

from botobind.errors import BotobindError


class TransportError(BotobindError):
    """A call has no response that could be read: it was not sent, or nothing came back, or not all of it.

    `operation` is the operation's name in the API where one was called. `attempts` tells how often the request was
    sent, where that is known. The cause, such as an exception of botocore's, is the `__cause__`.
    """

    def __init__(self, reason: str, operation: str | None = None, attempts: int | None = None) -> None:
        super().__init__(reason, operation, attempts)
        self.reason = reason
        self.operation = operation
        self.attempts = attempts

    def __str__(self) -> str:
        return f"{self.operation}: {self.reason}" if self.operation else self.reason

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason, self.operation, self.attempts)


class ConnectionFailed(TransportError):  # noqa: N818 - it says what happened
    """There is no connection, or it broke before the end of the response."""


class TimedOut(TransportError):  # noqa: N818 - likewise
    """Connecting or reading took longer than the client waits."""


class CredentialsMissing(TransportError):  # noqa: N818 - likewise
    """There are no credentials to sign with, or they could not be fetched."""


class EndpointUnknown(TransportError):  # noqa: N818 - likewise
    """Nothing tells where to send the request: a region is missing, or the service has no endpoint for the input."""


class ClientClosed(TransportError):  # noqa: N818 - likewise
    """The client was closed before the call."""


class WrongClient(BotobindError):  # noqa: N818 - likewise
    """A client cannot carry these operations: it is one of another service, of another kind, or asynchronous."""
