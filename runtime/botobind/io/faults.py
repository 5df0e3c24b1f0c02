"""What goes wrong between a client and a service: one family of errors, whoever carries the messages."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from typing import Any, NoReturn, TypeVar

from botobind.errors import BotobindError, ServiceError

_Fault = TypeVar("_Fault", bound=Exception)

NO_REGION = "no region was given: region=…, AWS_DEFAULT_REGION or a profile names one"
"""What to say behind the reason of an `EndpointUnknown` where nothing names a region."""

CLOSED = "the client was closed"
"""The reason of a `ClientClosed`."""
CUT_OFF = "the body was closed before its end"
"""The reason of a `ConnectionFailed` where somebody reads on, or was reading."""


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


class TimedOut(TransportError):  # noqa: N818 - it says what happened
    """Connecting or reading took longer than the client waits."""


class CredentialsMissing(TransportError):  # noqa: N818 - it says what happened
    """There are no credentials to sign with, or they could not be fetched."""


class EndpointUnknown(TransportError):  # noqa: N818 - it says what happened
    """Nothing tells where to send the request: a region is missing, or the service has no endpoint for the input."""


class SettingWrong(BotobindError):  # noqa: N818 - it says what happened
    """A setting has a value that it cannot have, in a call, a variable of the environment or a file: it says where."""


class ClientClosed(TransportError):  # noqa: N818 - it says what happened
    """The client was closed before the call was sent."""


class WrongClient(BotobindError):  # noqa: N818 - it says what happened
    """A client cannot carry these operations: it is one of another service, of another kind, or asynchronous."""


_LIBRARIES = frozenset({"aiohttp", "http", "httpcore", "httpx", "requests", "urllib3"})
"""The top packages of what HTTP is spoken by: `http` is that of `http.client`."""


def fault_of(error: BaseException, operation: str | None, attempts: int | None = None) -> TransportError:
    """What an exception of a transport's is among ours, of whatever library it is."""
    # The text of aiohttp's error for a response that cannot be read has the URL: keys, and members of inputs.
    text = str(getattr(error, "message", "")) if hasattr(error, "request_info") else str(error)
    reason = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return _kind_of(error)(reason, operation, attempts)


def raised(found: Any) -> Any:
    """The output of a call; raises an error of the service instead.

    The name goes before the error does, here and where other errors are raised that have one: an error and a frame that
    has its name hold one another until the collector comes, and with them all that the frames of the callers hold.
    """
    if isinstance(found, ServiceError):
        try:
            raise found
        finally:
            del found
    return found


def raise_fault(error: BaseException, operation: str | None, attempts: int | None = None) -> NoReturn:
    """Raises what an exception of a transport's is among ours; one of botobind's own as it is, with the operation where
    it has none.
    """
    if isinstance(error, TransportError) and error.operation is None:
        error.operation = operation
    try:
        if isinstance(error, BotobindError):
            raise error
        raise fault_of(error, operation, attempts) from error
    finally:
        del error  # see `raised`


def named(error: TransportError, operation: str, attempts: int | None = None) -> TransportError:
    """The error with its operation, where it has none: credentials and endpoints do not know whom they are for."""
    if error.operation is not None:
        return error
    # Several calls may get the same error, such as one of a provider that keeps it.
    made = another(error)
    made.operation, made.attempts = operation, attempts
    return made


def another(error: _Fault) -> _Fault:
    """A copy of an error for somebody else, since tracebacks of one that several raise grow into one another; the error
    itself where its class cannot be copied.
    """
    try:
        made = copy(error)
    except Exception:  # noqa: BLE001 - whatever its class does
        return error
    made.__dict__.update(error.__dict__)
    made.__cause__, made.__context__ = error.__cause__, error.__context__
    made.__suppress_context__ = error.__suppress_context__
    return made.with_traceback(error.__traceback__)


def _kind_of(error: BaseException) -> type[TransportError]:
    within = getattr(error, "reason", None)  # what `urllib.error.URLError` and urllib3's `MaxRetryError` end with
    if _is_timeout(error) or (isinstance(within, Exception) and _is_timeout(within)):
        return TimedOut
    if isinstance(error, (OSError, EOFError)):
        return ConnectionFailed
    # Those for a wrong URL and the like are values, too.
    return ConnectionFailed if is_of(error, _LIBRARIES) and not isinstance(error, ValueError) else TransportError


def _is_timeout(error: BaseException) -> bool:
    """Not all libraries have theirs made of Python's own. urllib3 makes the error for an address that could not be
    connected to of one for a timeout.
    """
    names = [cls.__name__ for cls in type(error).__mro__]
    return isinstance(error, TimeoutError) or (
        any("Timeout" in name for name in names) and "NewConnectionError" not in names
    )


def is_of(error: BaseException, libraries: Collection[str]) -> bool:
    """Whether the class of an exception is one of a library's, or is made of one."""
    return any(cls.__module__.partition(".")[0] in libraries for cls in type(error).__mro__)
