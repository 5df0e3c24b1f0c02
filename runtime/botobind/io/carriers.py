"""What carries an operation's messages: from a value to the output or the error that the service answers with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol, TypeAlias, cast

from botobind.attributes import evolve
from botobind.errors import DecodeError, ServiceError
from botobind.http import read_all, read_all_async
from botobind.io.faults import CLOSED, ClientClosed, TransportError, WrongClient, raise_fault
from botobind.io.streamed_bodies import (
    AsyncStreamedBody,
    StreamedBody,
    is_streamed,
    left_to_caller,
    left_to_caller_awaited,
)
from botobind.io.tracing import is_on, note_response, traced
from botobind.protocols.hints import FIRST_ERROR_STATUS
from botobind.wire.closing import close, close_awaited

if TYPE_CHECKING:
    from botobind.http import HttpRequest, HttpResponse
    from botobind.operations import Operation

Transport: TypeAlias = "Callable[[HttpRequest], HttpResponse]"
"""A function that sends a request and gives the response: the simplest way to carry messages."""


AsyncTransport: TypeAlias = "Callable[[HttpRequest], Awaitable[HttpResponse]]"
"""A function that sends a request and gives the response, awaited: what asynchronous clients may be made over."""


class Carrier(Protocol):
    """What clients and calls need of a way to carry messages."""

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """The output, or the error that the service answers with, as a value.

        Raises `TransportError` where there is no response, `EncodeError` and `ValidationError` for a value that cannot
        be written, and `DecodeError` for a response that cannot be read.
        """
        ...


class AsyncCarrier(Protocol):
    """What asynchronous clients need of a way to carry messages."""

    async def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        ...


class Form(NamedTuple):
    """What is asked of a form that posts a file to S3."""

    bucket: str
    key: str
    """Where it ends in `${filename}`, any name may be there."""
    fields: Mapping[str, str] | None = None
    conditions: Sequence[Any] | None = None
    expires: int = 3600
    """For how many seconds it is good."""


class Closable:
    """A carrier until it is closed. From then on whatever holds it, such as a call or a loop, raises `ClientClosed`.

    `below` is the client that is ridden on, which has to live as long: botocore's handlers refer weakly to it.
    """

    __slots__ = ("_loops", "below", "carrier", "carry", "owns_below")

    def __init__(self, carrier: Carrier | AsyncCarrier, below: Any = None) -> None:
        self.carrier: Any = carrier
        self.carry: Any = traced(carrier.carry)
        self._loops: dict[str, Any] = {}
        self.below = below
        self.owns_below = False
        """Whether to close it closes that client as well."""

    def loop(self, use: str) -> Any:
        """What carries the messages of a loop, so that the header `User-Agent` tells of it: by the name that botocore
        has for that, such as `WAITER`.
        """
        found = self._loops.get(use)
        if found is None:
            using = getattr(self.carrier, "using", None)
            if using is None:
                return self.carry
            found = self._loops[use] = traced(using(use))
        return found

    def presign(self, operation: Operation[Any, Any, Any], value: Any, expires: int, method: str | None) -> Any:
        """The URL of a call. Raises `WrongClient` where nothing signs, and `TypeError` for what are no seconds."""
        return self._signer("presign", operation.name, "URL", expires)(operation, value, expires, method)

    def post(self, form: Form) -> Any:
        """The URL and the fields of a form. Raises as `presign` does."""
        return self._signer("post", "presign_post", "post", form.expires)(form)

    def _signer(self, method: str, what: str, made: str, expires: int) -> Any:
        """A method of the carrier's that signs something for so many seconds."""
        if not isinstance(expires, int):
            raise TypeError(f"a signature is good for a whole number of seconds, not for {expires!r}")
        signer = getattr(self.open(what), method, None)
        if signer is None:
            raise WrongClient(
                f"{what}: a {made} is signed by a client that rides on one of botocore's, or sends itself"
            )
        return signer

    def open(self, what: str) -> Any:
        """The carrier. Raises `ClientClosed` where it was closed."""
        if self.carrier is None:
            raise ClientClosed(CLOSED, what)
        return self.carrier

    def close(self) -> None:
        """Ends it. What is on its way goes on, and needs the client below. To do so again does nothing."""
        for end in self._ends():
            end()

    async def close_awaited(self) -> None:
        """Ends one whose client below, or whose connections, are asynchronous."""
        for end in self._ends():
            await end()

    def _ends(self) -> list[Any]:
        """Ends it, and gives what is yet to be called: it closes the client below, and connections of its own."""
        carrier, self.carrier, self.carry = self.carrier, None, _closed
        self._loops = {}
        owns, self.owns_below = self.owns_below, False
        disconnect = getattr(carrier, "disconnect", None)
        return [*([self.below.close] if owns else []), *([disconnect] if disconnect is not None else [])]


def _closed(operation: Operation[Any, Any, Any], value: Any) -> NoReturn:  # noqa: ARG001 - as carriers have it
    raise ClientClosed(CLOSED, operation.name)


class Handled(Protocol):
    """A transport that runs the program's own functions in this process."""

    in_process: bool
    """Whether its exceptions are the program's own, which reach the caller as they are."""
    latency: float
    """How many seconds each call takes."""

    def __call__(self, request: HttpRequest, /) -> HttpResponse:
        """The response to a request."""
        ...

    def respond(self, request: HttpRequest, /) -> HttpResponse:
        """The response to a request at once, without the latency."""
        ...


class OverTransport:
    """Carries messages by a function from request to response. Each call is sent once."""

    def __init__(self, transport: Transport | Handled) -> None:
        self._send = transport
        self._is_in_process = bool(getattr(transport, "in_process", False))

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`. Whatever the function raises becomes a `TransportError`, and so does what its bodies
        raise, but for errors of botobind's own and for those of functions of this process.
        """
        request = operation.to_request(value)
        try:
            response = self._send(request)
        except Exception as error:
            if self._is_in_process:
                raise
            _raise_fault(error, operation.name)
        _check(response, operation)
        body = response.body
        if body.__class__ is bytes:
            return _found(operation, response)
        response = evolve(response, body=self._body_of(operation, response))
        try:
            return _found(operation, response)
        except DecodeError:
            close(body)  # nobody gets it
            raise

    def _body_of(self, operation: Operation[Any, Any, Any], response: HttpResponse) -> Any:
        """A body that is read now, or by whoever gets the output."""
        body = response.body
        if self._is_in_process or not (hasattr(body, "read") or _is_of_chunks(body)):
            return body if _is_left(operation, response) else read_all(body)
        streamed = StreamedBody(body, operation.name, _raise_fault)
        if not _is_left(operation, response):
            with streamed:
                return read_all(streamed)
        return left_to_caller(operation, streamed)


class OverAsyncTransport:
    """Carries messages by an asynchronous function, or by one of this process. Each call is sent once."""

    def __init__(self, transport: AsyncTransport | Handled) -> None:
        self._is_in_process = bool(getattr(transport, "in_process", False))
        self._send: Any = _waiting(cast("Handled", transport)) if self._is_in_process else transport

    async def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `OverTransport.carry`."""
        request = operation.to_request(value)
        try:
            response = await self._send(request)
        except Exception as error:
            if self._is_in_process:
                raise
            _raise_fault(error, operation.name)
        _check(response, operation)
        body = response.body
        if body.__class__ is bytes:
            return _found(operation, response)
        response = evolve(response, body=await self._body_of(operation, response))
        try:
            return _found(operation, response)
        except DecodeError:
            await close_awaited(body)
            raise

    async def _body_of(self, operation: Operation[Any, Any, Any], response: HttpResponse) -> Any:
        body: Any = response.body
        if self._is_in_process or not (hasattr(body, "read") or hasattr(body, "__aiter__") or _is_of_chunks(body)):
            return body if _is_left(operation, response) else await read_all_async(body)
        streamed = AsyncStreamedBody(body, operation.name, _raise_fault)
        if not _is_left(operation, response):
            async with streamed:
                return read_all(await streamed.read())
        return await left_to_caller_awaited(operation, streamed)


def _waiting(transport: Handled) -> AsyncTransport:
    import asyncio  # takes longer to load than all that others need

    awaited: AsyncTransport | None = getattr(transport, "respond_awaited", None)

    async def send(request: HttpRequest) -> HttpResponse:
        # Others have their turn, as they would while a socket is waited for.
        await asyncio.sleep(transport.latency)
        if request.body.__class__ is not bytes:  # asynchronous, perhaps, which the function is not
            request = evolve(request, body=await read_all_async(request.body))
        return transport.respond(request) if awaited is None else await awaited(request)

    return send


def _check(response: object, operation: Operation[Any, Any, Any]) -> None:
    if not hasattr(response, "status"):
        if isinstance(response, Coroutine):
            response.close()  # nobody will await it, which is told here
        raise TransportError(f"the transport gave {type(response).__name__} instead of an HttpResponse", operation.name)


def _found(operation: Operation[Any, Any, Any], response: HttpResponse) -> Any:
    if is_on():
        note_response(response.status, response.headers)
    found = operation.of_response(response)
    if isinstance(found, ServiceError):
        found.attempts = 1
    return found


def _is_left(operation: Operation[Any, Any, Any], response: HttpResponse) -> bool:
    """Whether a body is left to whoever gets the output. That of an error is not."""
    return is_streamed(operation.output) and response.status < FIRST_ERROR_STATUS


def _is_of_chunks(body: object) -> bool:
    return isinstance(body, Iterable) and not isinstance(body, (bytearray, memoryview, str))


_raise_fault = partial(raise_fault, attempts=1)
