"""What a client waits for: a method for each waiter of the service, made when it is first used."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, Unpack, cast, overload

from botobind.io.calls import made_input
from botobind.lazy import unknown_attribute
from botobind.waiters import WaitLimits, wait, wait_async

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.carriers import Closable
    from botobind.operations import Operation
    from botobind.waiters import Waiter

P = ParamSpec("P")
Input = TypeVar("Input")
Result = TypeVar("Result")


class BaseWait(Generic[P, Input, Result]):
    """What waits have in common, awaited or not."""

    __slots__ = ("_carrier", "waiter")

    waiter: Waiter[Input, Any, Any]

    def __init__(self, waiter: Waiter[Input, Any, Any], carrier: Closable) -> None:
        self.waiter = waiter
        self._carrier = carrier

    def _sent(self, operation: Operation[Any, Any, Any], request: Any) -> Any:
        return self._carrier.loop("WAITER")(operation, request)

    def _made(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Input, WaitLimits]:
        """The input and the limits; a member that is called as a limit is a member."""
        cls: Any = self.waiter.operation.input
        members = () if cls is None else cls.MEMBERS
        names = [name for name in WaitLimits.__annotations__ if name in kwargs and name not in members]
        limits = {name: kwargs.pop(name) for name in names}
        return made_input(self.waiter.operation, args, kwargs), cast("WaitLimits", limits)

    def __repr__(self) -> str:
        return f"<wait for {self.waiter.name}>"


class Wait(BaseWait[P, Input, Result]):
    """Asks an operation until its response says that what is waited for is there, and gives that response.

    Raises `WaiterFailed` where it will never be and `WaiterTimedOut` where time or attempts are over, both with the
    last response; and `TransportError` where there was none.
    """

    __slots__ = ()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result:
        """The response for an input of these members, which are the arguments of its constructor. Beside them are the
        limits of `botobind.waiters.WaitLimits`: `max_wait` in seconds, `delay`, `max_attempts`, and `progress`.
        """
        request, limits = self._made(args, kwargs)
        return self.send(request, **limits)

    def send(self, request: Input, **limits: Unpack[WaitLimits]) -> Result:
        """The response for an input that is there."""
        return cast("Result", wait(self._sent, self.waiter, request, **limits))


class AsyncWait(BaseWait[P, Input, Result]):
    """Waits as `Wait` does, and is awaited. It can be cancelled while it asks and while it sleeps."""

    __slots__ = ()

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result:
        """The response for an input of these members, with the same limits beside them."""
        request, limits = self._made(args, kwargs)
        return await self.send(request, **limits)

    async def send(self, request: Input, **limits: Unpack[WaitLimits]) -> Result:
        """The response for an input that is there."""
        return cast("Result", await wait_async(self._sent, self.waiter, request, **limits))


def waiters_of(package: str) -> list[str]:
    """The names of the waiters that a package of a service has."""
    module = f"{package}.waiters"
    if find_spec(module) is None:
        return []
    names: list[str] = import_module(module).__all__
    return names


class BaseWaits:
    """What a client's `wait` has, awaited or not: a method for each waiter of the service."""

    _WAIT: type[BaseWait[Any, Any, Any]]

    def __init__(self, package: str, carrier: Closable) -> None:
        self._package = package
        self._carrier = carrier

    if not TYPE_CHECKING:  # stubs have the methods by name, and checkers know no others

        def __getattr__(self, name: str) -> BaseWait[Any, Any, Any]:
            if name.startswith("_"):
                raise AttributeError(name)  # whoever copies or pickles asks before anything is set
            names = waiters_of(self._package)
            if name not in names:
                raise unknown_attribute(f"what {self._package.rpartition('.')[2]} waits for", name, names)
            waiter = getattr(import_module(f"{self._package}.waiters"), name)
            made = self.__dict__[name] = self._WAIT(waiter, self._carrier)
            return made

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *waiters_of(self._package)})


class Waits(BaseWaits):
    """What a `Client` waits for; each is a `Wait`."""

    _WAIT = Wait


class AsyncWaits(BaseWaits):
    """What an `AsyncClient` waits for; each is an `AsyncWait`."""

    _WAIT = AsyncWait


class WaitMethod(Generic[P, Input, Result]):
    """The type of a method of `wait`, for stubs: a `Wait` of a `Client`, an `AsyncWait` of an `AsyncClient`."""

    @overload
    def __get__(self, waits: Waits, owner: object = None) -> Wait[P, Input, Result]: ...
    @overload
    def __get__(self, waits: AsyncWaits, owner: object = None) -> AsyncWait[P, Input, Result]: ...
    def __get__(self, waits: object, owner: object = None) -> Any:
        """The wait."""
        raise NotImplementedError


def waiting(
    input: Callable[..., Input],  # noqa: A002 - what it is
) -> Callable[[Callable[Concatenate[Any, P], Result]], WaitMethod[P, Input, Result]]:
    """Declares a method of `wait` in stubs: the arguments are those of the function below."""
    raise NotImplementedError
