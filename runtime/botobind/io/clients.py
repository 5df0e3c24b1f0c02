"""The base of the clients in generated packages: a method for each operation, made when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, Unpack, cast

from botobind.errors import ServiceError
from botobind.io.calls import AsyncCall, BaseCall, Call
from botobind.io.carriers import Closable, OverAsyncTransport, OverTransport
from botobind.io.faults import WrongClient
from botobind.io.names import unknown_to_client

if TYPE_CHECKING:
    from botobind.io.carriers import AsyncTransport, Handled, Transport
    from botobind.io.engine.transports import AsyncTransport as AsyncEngineTransport
    from botobind.io.engine.transports import Transport as EngineTransport
    from botobind.io.options import EngineOptions
    from botobind.io.sessions_async import Opening
    from botobind.io.waiting import BaseWaits
    from botobind.operations import Operation, OperationTable, PagedOperation

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)


_ONE_OF_TWO = "a client rides on another one, or has a transport or settings of its own: one of the two"


class BaseClient:
    """What clients have in common: methods that are made of the operations of a package."""

    PACKAGE: ClassVar[str]
    """The package of the service."""
    _carrier: Closable

    if not TYPE_CHECKING:  # stubs have the methods by name, and checkers know no others

        def __getattr__(self, name: str) -> BaseCall[Any, Any, Any, Any]:
            if name == "_carrier" or name.startswith("__"):
                raise AttributeError(name)  # whoever copies or pickles asks before anything is set
            if name == "wait":
                waits = self.__dict__[name] = self._waits()
                return waits
            operations = self._operations()
            operation = operations.by_python_name(name)
            if operation is None:
                raise unknown_to_client(self, name)
            made = self.__dict__[name] = self._call(operation)
            return made

    def _call(self, operation: Operation[Any, Any, Any]) -> BaseCall[Any, Any, Any, Any]:
        raise NotImplementedError

    def _waits(self) -> BaseWaits:
        raise NotImplementedError

    @classmethod
    def _operations(cls) -> OperationTable:
        table: OperationTable = import_module(f"{cls.PACKAGE}.endpoints").OPERATIONS
        return table

    @classmethod
    def _owning(cls, below: Any) -> Self:
        """A client that rides on one of its own."""
        made: Any = cls
        found: Self = made(below)
        found._carrier.owns_below = True
        return found

    def _over(self, carrier: Any) -> Self:
        """A client like this one, whose messages are carried by another carrier."""
        made = object.__new__(type(self))
        made._carrier = Closable(carrier, self._carrier.below)
        made._carrier.owns_below = self._carrier.owns_below
        return made

    def _check(self, operation: Operation[Any, Any, Any]) -> None:
        if operation.values.__name__ != f"{self.PACKAGE}.values":
            raise WrongClient(f"{operation.name} is no operation of {self.PACKAGE}")

    def __dir__(self) -> list[str]:
        from botobind.io.waiting import waiters_of

        waits = ["wait"] if waiters_of(self.PACKAGE) else []
        return sorted({*super().__dir__(), *self._operations().python_names(), *waits})

    def __repr__(self) -> str:
        return f"<client of {self.PACKAGE.rpartition('.')[2]}>"


class Client(BaseClient):
    """A client of a service. Its methods are called as the operations in snake case: each is a `Call`.

    `Client(region="eu-west-1")` sends requests itself, by urllib3, with credentials and settings that AWS's other
    programs have; `EngineOptions` says what it takes, all of which may be left out.
    `Client(client)` rides on a client of boto3's or botocore's: with its credentials, endpoints, retries and hooks.
    `Client(transport=function)` sends by a function from `HttpRequest` to `HttpResponse`, such as a fake of
    `botobind.testing.fake`. Raises `WrongClient` for a client of another service.

    `Client.of_session(session)` has a client of botocore's made, and takes less time than boto3 for that.

    To close it ends its own use of what carries its messages: a client that it was given stays open.
    """

    def __init__(
        self,
        client: Any = None,
        /,
        *,
        transport: Transport | EngineTransport | None = None,
        **options: Unpack[EngineOptions],
    ) -> None:
        is_function = _is_function(transport)
        if client is not None and (transport is not None or options):
            raise TypeError(_ONE_OF_TWO)
        if client is not None:
            self._carrier = Closable(above_botocore("riding").ride(client, self._operations()), client)
        elif is_function and options:
            raise TypeError(_ONE_OF_TWO)
        elif is_function:
            self._carrier = Closable(OverTransport(cast("Transport", transport)))
        else:
            from botobind.io.engine.connecting import engine_of  # who rides on another client does without

            package = import_module(self.PACKAGE)
            self._carrier = Closable(engine_of(package, cast("EngineTransport | None", transport), **options))

    @classmethod
    def of_session(cls, session: Any = None, /, **as_boto3: Any) -> Self:
        """A client that rides on one of its own, which a session of boto3's or botocore's makes for it: with the
        session's credentials, configuration and hooks. Without a session it is a new one of botocore's.

        It takes what the session's own method takes, such as `region_name`, `endpoint_url` and `config`. What boto3
        reads of a service's model is made of the package, operation by operation; so a client takes a third to a
        seventh of the time. `close` closes its connections. Raises `WrongClient` for what is no session,
        `EndpointUnknown` where there is no region, and `CredentialsMissing`.
        """
        sessions = above_botocore("sessions")
        return cls._owning(sessions.client_of(session, import_module(cls.PACKAGE), as_boto3))

    def _call(self, operation: Operation[Any, Any, Any]) -> Call[Any, Any, Any, Any]:
        if operation.paging is None:
            return Call(operation, self._carrier)
        from botobind.io.paging import PagedCall  # not each program has loops

        return PagedCall(cast("PagedOperation[Any, Any, Any, Any]", operation), self._carrier)

    def _waits(self) -> BaseWaits:
        from botobind.io.waiting import Waits

        return Waits(self.PACKAGE, self._carrier)

    def call_of(self, operation: Operation[Input, Output, Error]) -> Call[Any, Input, Output, Error]:
        """The call of an operation of the service. Raises `WrongClient` for one of another."""
        self._check(operation)
        return self._call(operation)

    def close(self) -> None:
        """Ends the client: calls raise `ClientClosed` from now on. To do it again does nothing."""
        self._carrier.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(BaseClient):
    """An asynchronous client of a service: each of its methods is an `AsyncCall`, and is awaited.

    `AsyncClient(region="eu-west-1")` sends requests itself, by aiohttp, and takes what `EngineOptions` says.
    `AsyncClient(client)` rides on a client of aiobotocore's: with its credentials, endpoints, retries and hooks.
    `AsyncClient(transport=function)` sends by an asynchronous function from `HttpRequest` to `HttpResponse`, or asks a
    fake of `botobind.testing.fake`, whose latency it waits for without holding up others.

    `AsyncClient.of_session(session)` has a client of aiobotocore's made, and takes less time than aiobotocore for that.

    To close it ends its own use of what carries its messages: a client that it rides on stays open.
    """

    def __init__(
        self,
        client: Any = None,
        /,
        *,
        transport: AsyncTransport | Handled | AsyncEngineTransport | None = None,
        **options: Unpack[EngineOptions],
    ) -> None:
        is_function = _is_function(transport)
        if client is not None and (transport is not None or options):
            raise TypeError(_ONE_OF_TWO)
        if client is not None:
            self._carrier = Closable(above_botocore("riding_async").ride_async(client, self._operations()), client)
        elif is_function and options:
            raise TypeError(_ONE_OF_TWO)
        elif is_function:
            self._carrier = Closable(OverAsyncTransport(cast("AsyncTransport", transport)))
        else:
            from botobind.io.engine.connecting import async_engine_of

            package = import_module(self.PACKAGE)
            engine = async_engine_of(package, cast("AsyncEngineTransport | None", transport), **options)
            self._carrier = Closable(engine)

    @classmethod
    def of_session(cls, session: Any = None, /, **as_aiobotocore: Any) -> Opening[Self]:
        """A client that rides on one of its own, which a session of aiobotocore's makes for it, as `Client.of_session`
        has it: `async with Client.of_session(session, region_name=…) as client`, or `await` without a block, and
        `close` in the end. Without a session it is a new one.

        It takes what the session's own `create_client` takes. Raises `WrongClient` for what is no such session, and
        when it is awaited `EndpointUnknown` where there is no region, and `CredentialsMissing`.
        """
        opening: Opening[Self] = above_botocore("sessions_async").Opening(
            cls._owning, session, import_module(cls.PACKAGE), as_aiobotocore
        )
        return opening

    def _call(self, operation: Operation[Any, Any, Any]) -> AsyncCall[Any, Any, Any, Any]:
        if operation.paging is None:
            return AsyncCall(operation, self._carrier)
        from botobind.io.paging import AsyncPagedCall

        return AsyncPagedCall(cast("PagedOperation[Any, Any, Any, Any]", operation), self._carrier)

    def _waits(self) -> BaseWaits:
        from botobind.io.waiting import AsyncWaits

        return AsyncWaits(self.PACKAGE, self._carrier)

    def call_of(self, operation: Operation[Input, Output, Error]) -> AsyncCall[Any, Input, Output, Error]:
        """The call of an operation of the service. Raises `WrongClient` for one of another."""
        self._check(operation)
        return self._call(operation)

    async def close(self) -> None:
        """Ends the client: calls raise `ClientClosed` from now on. To do it again does nothing."""
        await self._carrier.close_awaited()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def above_botocore(module: str) -> Any:
    """A module of this package that needs botocore, which not everybody has. Raises `WrongClient` without it."""
    try:
        return import_module(f"botobind.io.{module}")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "botocore":
            raise
        raise WrongClient("to ride on a client takes botocore: pip install 'botobind[io]'") from None


def _is_function(transport: Any) -> bool:
    """Whether a transport is a function from requests to responses. One of the engine's has `send` and `close`; None
    stands for the engine's own. Raises `WrongClient` for what is neither.
    """
    if callable(transport):
        return True
    if transport is None or (callable(getattr(transport, "send", None)) and hasattr(transport, "close")):
        return False
    raise WrongClient(f"a transport is a function from HttpRequest to HttpResponse, or sends itself; not {transport!r}")
