"""Every error that botobind raises on purpose: one root, four kinds of bad input, and the errors that services answer
with.
"""

# Annotations are types here, no texts: `NamedTuple` compiles each text (`records` in benchmarks/tricks.py).

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

_LONGEST_PATH = 40
_LONGEST_KEY = 40
_JSON_NAMES = {"dict": "object", "list": "list", "str": "str", "NoneType": "null", "Decimal": "a number out of range"}


class BotobindError(Exception):
    """The root of all errors of this library."""


class MapKey(NamedTuple):
    """A step of a path that is the key of a map rather than the name of a member."""

    key: str

    def __str__(self) -> str:
        """The key in brackets, quoted, cut when it is very long."""
        key = self.key if len(self.key) <= _LONGEST_KEY else self.key[:_LONGEST_KEY] + "…"
        return f"[{key!r}]"


class Violation(NamedTuple):
    """One way in which a value breaks a constraint of its model."""

    path: str
    """Such as `$.Items[3].Title`; a JSON pointer in a `RequestError`."""
    reason: str

    def __str__(self) -> str:
        """Path and reason on one line."""
        return f"{self.path}: {self.reason}"


Step = str | int | MapKey
"""A member's name, an index into a list, or the key of a map."""


def format_path(steps: tuple[Step, ...]) -> str:
    """The path as text, such as `$.Items[3].Title`; the middle of a very long one is left out."""
    if len(steps) > _LONGEST_PATH:
        half = _LONGEST_PATH // 2
        left_out = len(steps) - 2 * half
        return f"{format_path(steps[:half])}…({left_out} more)…{_format_steps(steps[-half:])}"
    return "$" + _format_steps(steps)


def _format_steps(steps: tuple[Step, ...]) -> str:
    return "".join(
        f".{step}" if isinstance(step, str) else f"[{step}]" if isinstance(step, int) else str(step) for step in steps
    )


class _PathError(BotobindError):
    """An error at a place inside a value. `steps` grows at its front while the error travels outwards."""

    def __init__(self, reason: str, steps: tuple[Step, ...] = ()) -> None:
        super().__init__(reason, steps)
        self.reason = reason
        self._reversed_steps = list(reversed(steps))

    @property
    def path(self) -> str:
        """Where in the value, such as `$.Items[3].Title`; `$` is the value itself."""
        return format_path(self.steps)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The path as a tuple, outermost step first."""
        return tuple(reversed(self._reversed_steps))

    def under(self, step: Step) -> Self:
        """The error with a step before its path: seen from one level further out."""
        self._reversed_steps.append(step)
        return self

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason, self.steps)


class DecodeError(_PathError):
    """A document is not what the model says: `path` tells where, `reason` what is wrong.

    Neither holds values from the document, since those may be sensitive.
    """


class ResponseError(DecodeError):
    """A response without an error status that cannot be read. It has status, body and the request's id."""

    def __init__(
        self,
        reason: str,
        steps: tuple[Step, ...] = (),
        status: int | None = None,
        body: bytes | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(reason, steps)
        self.status = status
        self.body = body
        self.request_id = request_id

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason, self.steps, self.status, self.body, self.request_id)


class MissingError(DecodeError):
    """A required member is missing."""

    def __init__(self, reason: str = "required member is missing", steps: tuple[Step, ...] = ()) -> None:
        super().__init__(reason, steps)


class RequestError(DecodeError):
    """A request that a server refuses: with which status, and with an error of which code.

    `violations` has the broken constraints, where it is those: their paths are JSON pointers, as Smithy's
    `ValidationException` has them. `Operation.refusal_of` makes the response.
    """

    def __init__(
        self,
        reason: str,
        steps: tuple[Step, ...] = (),
        status: int = 400,
        code: str = "SerializationException",
        violations: tuple[Violation, ...] = (),
    ) -> None:
        super().__init__(reason, steps)
        self.status = status
        self.code = code
        self.violations = violations

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason, self.steps, self.status, self.code, self.violations)


class EncodeError(_PathError):
    """A value cannot be written in the format that was asked for."""


def expected(kind: str, value: object) -> DecodeError:
    """The error for a value of a wrong type. It names types alone, since values may be sensitive."""
    name = type(value).__name__
    return DecodeError(f"expected {kind}, got {_JSON_NAMES.get(name, name)}")


def no_single_member(found: int) -> DecodeError:
    """The error for a document of a union that has so many members."""
    return DecodeError(f"expected exactly one member of the union, got {found}")


def failed_at(step: Step, error: DecodeError | RecursionError) -> DecodeError:
    """The error of a member, seen from its structure. Recursion has an end where the interpreter says so."""
    return error.under(step) if isinstance(error, DecodeError) else nested_too_deeply(step)


def nested_too_deeply(step: Step) -> DecodeError:
    """What a decoder raises where the document is nested deeper than Python can follow."""
    return DecodeError("nested too deeply").under(step)


class ValidationError(BotobindError):
    """A value breaks constraints of its model; `violations` lists all of them."""

    def __init__(self, shape: str, violations: tuple[Violation, ...]) -> None:
        super().__init__(shape, violations)
        self.shape = shape
        self.violations = violations

    def __str__(self) -> str:
        count = len(self.violations)
        title = f"{self.shape} has {count} violation{'s' if count != 1 else ''}"
        return "\n  ".join([f"{title}:", *map(str, self.violations)])


class ModelError(BotobindError):
    """A service model cannot be used; the text names what is known of file, service, shape or operation, and key."""

    def __init__(
        self,
        reason: str,
        *,
        service: str | None = None,
        shape: str | None = None,
        key: str | None = None,
        file: str | None = None,
        operation: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.service = service
        self.operation = operation
        self.shape = shape
        self.key = key
        self.file = file

    def __str__(self) -> str:
        places = {
            "service": self.service,
            "operation": self.operation,
            "shape": self.shape,
            "key": self.key,
            "file": self.file,
        }
        named = ", ".join(f"{what} {name}" for what, name in places.items() if name is not None)
        return f"{named}: {self.reason}" if named else self.reason

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_model_error, (
            self.reason,
            self.service,
            self.shape,
            self.key,
            self.file,
            self.operation,
        )


class PaginationError(BotobindError):
    """The pages of an operation cannot be followed: it has none, or a service says the same next page twice.

    The tokens of pages are not in the text, since they may be sensitive.
    """

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(operation, reason)
        self.operation = operation
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.operation} {self.reason}"


class WaiterError(BotobindError):
    """What a waiter waits for did not come. `last` is the last response: an output, or the error of the service."""

    def __init__(self, waiter: str, reason: str, last: object, attempts: int) -> None:
        super().__init__(waiter, reason, last, attempts)
        self.waiter = waiter
        self.reason = reason
        self.last = last
        self.attempts = attempts
        """How many requests were sent."""

    def __str__(self) -> str:
        return f"{self.waiter}: {self.reason} (attempt {self.attempts})"


class WaiterFailed(WaiterError):  # noqa: N818 - called as the state of the waiter
    """A response says that it will never come, or is an error that the waiter does not know."""


class WaiterTimedOut(WaiterError):  # noqa: N818 - it says what happened
    """What a waiter waits for did not come in time, or within as many attempts as there may be."""


def _restore_model_error(
    reason: str,
    service: str | None,
    shape: str | None,
    key: str | None,
    file: str | None,
    operation: str | None = None,
) -> ModelError:
    return ModelError(reason, service=service, shape=shape, key=key, file=file, operation=operation)


Fault = Literal["client", "server"]


class ServiceError(BotobindError):
    """The base of every error that a service answers with, modelled or not.

    What the model says of an error are class attributes of its class; what the response adds is set on the instance.
    Two errors are equal when class, members, message and code are equal, wherever they came from.
    """

    SHAPE: ClassVar[str] = ""

    code: str = ""
    """The code by which the service names the error on the wire."""
    message: str | None = None
    """What the service says to people, where it does."""
    status: int | None = None
    """The HTTP status."""
    request_id: str | None = None
    """The id by which the service knows the request."""
    fault: Fault | None = None
    """Who is to blame, as the model says."""
    retryable: bool = False
    """The model says that the same request may succeed later."""
    throttling: bool = False
    """The model says that the caller was too fast."""
    attempts: int | None = None
    """How often the request was sent, where a client of `botobind.io` has sent it."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.message else self.code


class UnknownOperationError(ServiceError):
    """An error that the operation does not model: its code, its message, and all that was said besides.

    `members` is the error as the format gives it: a JSON object, or the texts of an XML element's children.
    """

    SHAPE: ClassVar[str] = "UnknownOperationError"

    def __init__(
        self,
        code: str,
        message: str | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.members = dict(members or {})
        self.body: bytes | None = None
        """The body of a response that was not understood, such as a proxy's page."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, UnknownOperationError):
            return NotImplemented
        return (self.code, self.message, self.members) == (other.code, other.message, other.members)

    def __hash__(self) -> int:
        return hash((UnknownOperationError, self.code))

    def __repr__(self) -> str:
        # What an unknown error carries may be sensitive, so its members stay out.
        return f"UnknownOperationError(code={self.code!r}, message={self.message!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message, self.members), self.__dict__
