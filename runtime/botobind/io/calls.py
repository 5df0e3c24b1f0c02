"""A call of an operation: what a client's methods are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NoReturn, ParamSpec, TypeVar, cast, overload

from botobind.errors import ServiceError
from botobind.io.faults import raised
from botobind.io.names import unknown_to_call
from botobind.shapes import constructed

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.carriers import AsyncCarrier, Carrier
    from botobind.io.clients import AsyncClient, Client
    from botobind.operations import Operation

P = ParamSpec("P")
Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)


def made_input(operation: Operation[Input, Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Input:
    """The input of an operation, of the arguments of its constructor."""
    make: Any = operation.input
    if make is not None:
        return cast("Input", constructed(make, args, kwargs))
    if args or kwargs:
        raise TypeError(f"{operation.name} takes nothing")
    return cast("Input", None)


class BaseCall(Generic[P, Input, Output, Error]):
    """What calls have in common, awaited or not: the operation, and what carries its messages."""

    __slots__ = ("_carrier", "_input", "operation")

    operation: Operation[Input, Output, Error]

    def __init__(self, operation: Operation[Input, Output, Error], carrier: Carrier | AsyncCarrier) -> None:
        self.operation = operation
        self._carrier: Any = carrier
        self._input: Any = operation.input

    def _made(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Input:
        make = self._input
        if make is None:
            return made_input(self.operation, args, kwargs)
        return cast("Input", constructed(make, args, kwargs))

    def _sent(self, operation: Operation[Any, Any, Any], request: Any) -> Any:
        """What loops send by."""
        return self._carrier.carry(operation, request)

    if not TYPE_CHECKING:  # checkers know no others than there are

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):
                raise AttributeError(name)  # whoever copies or pickles asks before anything is set
            raise unknown_to_call(self, name)

    def __repr__(self) -> str:
        return f"<call of {self.operation.name}>"


class Call(BaseCall[P, Input, Output, Error]):
    """Calls an operation: `call(**members)`, or `send` and `result` with a request that is there.

    All of them raise `TransportError` where no response came, `EncodeError` or `ValidationError` for an input that
    cannot be written, and `DecodeError` for a response that cannot be read.
    """

    __slots__ = ()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Output:
        """The output for an input of these members, which are the arguments of its constructor. Raises the error that
        the service answers with.
        """
        return self.send(self._made(args, kwargs))

    def send(self, request: Input) -> Output:
        """The output for an input. Raises the error that the service answers with."""
        output: Output = raised(self._carrier.carry(self.operation, request))
        return output

    def result(self, request: Input) -> Output | Error:
        """The output for an input, or the error that the service answers with: a value of the operation's closed
        union, not raised.
        """
        return cast("Output | Error", self._carrier.carry(self.operation, request))

    def presign(self, expires: int, /, *args: P.args, **kwargs: P.kwargs) -> str:
        """A URL that calls with an input of these members, for so many seconds, without credentials: it is signed with
        those of the client.

        The seconds come first and without a name, since members may be called `expires`. Raises what a call raises
        before it is sent, such as `CredentialsMissing`, and `WrongClient` over a transport, which has none.
        """
        return self.presign_of(self._made(args, kwargs), expires=expires)

    def presign_of(self, request: Input, *, expires: int = 3600, method: str | None = None) -> str:
        """The URL for an input that is there; `method` is another HTTP method than the operation's."""
        return cast("str", self._carrier.presign(self.operation, request, expires, method))


class AsyncCall(BaseCall[P, Input, Output, Error]):
    """Calls an operation as `Call` does, and is awaited."""

    __slots__ = ()

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Output:
        """The output for an input of these members. Raises the error that the service answers with."""
        return await self.send(self._made(args, kwargs))

    async def send(self, request: Input) -> Output:
        """The output for an input. Raises the error that the service answers with."""
        output: Output = raised(await self._carrier.carry(self.operation, request))
        return output

    async def result(self, request: Input) -> Output | Error:
        """The output for an input, or the error that the service answers with, not raised."""
        return cast("Output | Error", await self._carrier.carry(self.operation, request))

    async def presign(self, expires: int, /, *args: P.args, **kwargs: P.kwargs) -> str:
        """A URL that calls with an input of these members, for so many seconds, as `Call.presign` has it."""
        return await self.presign_of(self._made(args, kwargs), expires=expires)

    async def presign_of(self, request: Input, *, expires: int = 3600, method: str | None = None) -> str:
        """The URL for an input that is there; `method` is another HTTP method than the operation's."""
        return cast("str", await self._carrier.presign(self.operation, request, expires, method))


class Method(Generic[P, Input, Output, Error]):
    """The type of a client's method, for stubs: a `Call` of a `Client`, an `AsyncCall` of an `AsyncClient`."""

    @overload
    def __get__(self, client: Client, owner: object = None) -> Call[P, Input, Output, Error]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: object = None) -> AsyncCall[P, Input, Output, Error]: ...
    def __get__(self, client: object, owner: object = None) -> Any:
        """The call."""
        raise NotImplementedError


def method(
    input: Callable[P, Input],  # noqa: A002 - what it is
    operation: Operation[Input, Output, Error],
) -> Method[P, Input, Output, Error]:
    """The type of a client's method, for stubs: the arguments are those of the input's constructor."""
    raise NotImplementedError


def bare_method(operation: Operation[None, Output, Error]) -> Method[[], None, Output, Error]:
    """The type of the method of an operation that takes nothing, for stubs."""
    raise NotImplementedError
