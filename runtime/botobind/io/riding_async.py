"""Riding on a client of aiobotocore's: the copy of the client and the table of handlers are those of `riding`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from botobind.eventstream import begin
from botobind.io.carriers import is_streamed
from botobind.io.events import AsyncEvents
from botobind.io.parsing import ParsedError, Parser, ParserFactory
from botobind.io.riding import BaseRider, check_client, error_of
from botobind.io.translating import raise_ours
from botobind.io.views import MemberView

if TYPE_CHECKING:
    from botobind.operations import Operation

_CHUNK = 65536
_FIRST_MESSAGES = frozenset({"json", "smithy-rpc-v2-cbor"})
"""The protocols whose event streams begin with the other members of the output."""


class AsyncStreamedBody:
    """The body of a response, to be read once: by `read`, or by `async for` in chunks. What goes wrong meanwhile is a
    `TransportError`. `async with` closes it in the end.
    """

    def __init__(self, body: Any, operation: str) -> None:
        self._body = body
        self._operation = operation

    async def read(self, size: int | None = None) -> bytes:
        """At most `size` bytes, or all that are left; `b""` at the end."""
        try:
            found: bytes = await self._body.read(*() if size is None or size < 0 else (size,))
        except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
            raise_ours(error, self._operation)
        return found

    async def iter_chunks(self, chunk_size: int = _CHUNK) -> AsyncIterator[bytes]:
        """The body in chunks of at most so many bytes."""
        while chunk := await self.read(chunk_size):
            yield chunk

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.iter_chunks()

    async def aclose(self) -> None:
        """Gives the connection back or ends it."""
        await self._body.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class AsyncParser(Parser):
    """`Parser`, awaited: it may have to read a body first."""

    async def parse(self, response: dict[str, Any], shape: object) -> MemberView | ParsedError:  # type: ignore[override] # noqa: ARG002 - as aiobotocore's has it
        """See `Parser.parse`."""
        operation, body = self.operation_of(response), response["body"]
        if body.__class__ is not bytes:
            body = await _body_of(operation, body)
        return self.read(operation, response, body)


class AsyncParserFactory(ParserFactory):
    """What an endpoint of aiobotocore's asks for a parser."""

    _PARSER = AsyncParser


async def _body_of(operation: Operation[Any, Any, Any], body: Any) -> Any:
    output = operation.output
    if output is not None and output.EVENTS is not None:
        events = _events_of(body, operation.name)
        return await begin(events) if operation.protocols[0] in _FIRST_MESSAGES else events
    streamed = AsyncStreamedBody(body, operation.name)
    if is_streamed(output):
        return streamed
    async with streamed:
        return await streamed.read()


async def _events_of(raw: Any, operation: str) -> AsyncIterator[bytes]:
    """The bytes of an event stream, as they come: of aiohttp's response, or of httpx's."""
    try:
        async for chunk in raw.content.iter_any() if hasattr(raw, "release") else raw.aiter_raw():
            yield chunk
    except Exception as error:  # noqa: BLE001 - likewise
        raise_ours(error, operation)
    finally:
        if hasattr(raw, "aclose"):
            await raw.aclose()
        else:
            raw.close()


class AsyncRider(BaseRider):
    """Carries messages over a client of aiobotocore's, which stays as it is."""

    _PARSERS = AsyncParserFactory
    _EVENTS = AsyncEvents

    @staticmethod
    async def _add_nothing(*_: object) -> None:
        return

    async def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        call, params = self._begin(operation, value)
        try:
            parsed = await call(operation.name, params)
        except Exception as error:  # noqa: BLE001 - likewise
            return error_of(operation, error)
        return self._end(operation, parsed, value)

    async def presign(self, operation: Operation[Any, Any, Any], value: Any, expires: int, method: str | None) -> str:
        """See `Rider.presign`."""
        presign, arguments = self._begin_url(operation, value, expires, method)
        try:
            url: str = await presign(**arguments)
        except Exception as error:  # noqa: BLE001 - likewise
            raise_ours(error, operation.name)
        return url


def ride_async(client: Any, operations: Mapping[str, Operation[Any, Any, Any]]) -> AsyncRider:
    """The carrier over a client, for the operations of a package. Raises `WrongClient`."""
    first = next(iter(operations), None)
    if first is not None:
        check_client(client, operations[first], is_async=True)
    return AsyncRider(client)
