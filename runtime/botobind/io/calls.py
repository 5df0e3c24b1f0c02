"""A call of an operation: what a client's methods are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from botobind.errors import ServiceError
from botobind.io.faults import ClientClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.carriers import Carrier
    from botobind.operations import Operation

P = ParamSpec("P")
Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)


class Call(Generic[P, Input, Output, Error]):
    """Calls an operation: `call(**members)`, or `send` and `result` with a request that is there.

    All of them raise `TransportError` where no response came, `EncodeError` or `ValidationError` for an input that
    cannot be written, and `DecodeError` for a response that cannot be read.
    """

    __slots__ = ("_carry", "_input", "operation")

    operation: Operation[Input, Output, Error]

    def __init__(self, operation: Operation[Input, Output, Error], carrier: Carrier) -> None:
        self.operation = operation
        self._carry = carrier.carry
        self._input: Any = operation.input

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Output:
        """The output for an input of these members, which are the arguments of its constructor. Raises the error that
        the service answers with.
        """
        make = self._input
        if make is None:
            if args or kwargs:
                raise TypeError(f"{self.operation.name} takes nothing")
            return self.send(cast("Input", None))
        return self.send(make(*args, **kwargs))

    def send(self, request: Input) -> Output:
        """The output for an input. Raises the error that the service answers with."""
        found = self._carry(self.operation, request)
        if isinstance(found, ServiceError):
            raise found
        return cast("Output", found)

    def result(self, request: Input) -> Output | Error:
        """The output for an input, or the error that the service answers with: a value of the operation's closed
        union, not raised.
        """
        return cast("Output | Error", self._carry(self.operation, request))

    def close(self) -> None:
        """Ends the call, as its client does when it is closed: from now on it raises `ClientClosed`."""
        self._carry = Closed().carry

    def __repr__(self) -> str:
        return f"<call of {self.operation.name}>"


class Closed:
    """Carries nothing any more: what a client that was closed has instead of its carrier."""

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:  # noqa: ARG002 - as others have it
        """Raises `ClientClosed`."""
        raise ClientClosed("the client was closed", operation.name)


def call(
    input: Callable[P, Input],  # noqa: A002 - what it is
    operation: Operation[Input, Output, Error],
) -> Call[P, Input, Output, Error]:
    """The type of a client's method, for stubs: the arguments are those of the input's constructor."""
    raise NotImplementedError


def bare_call(operation: Operation[None, Output, Error]) -> Call[[], None, Output, Error]:
    """The type of the method of an operation that takes nothing, for stubs."""
    raise NotImplementedError
