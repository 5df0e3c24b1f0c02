"""Riding on a client of aiobotocore's: the copy of the client and the table of handlers are those of `riding`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.context import start_as_current_context
from botocore.useragent import register_feature_id

from botobind.errors import ResponseError
from botobind.io.events import AsyncEvents
from botobind.io.parsing import ParsedError, Parser, ParserFactory
from botobind.io.riding import POST, BaseRider, check_client, error_of
from botobind.io.streamed_bodies import AsyncStreamedBody, begun, has_events, is_streamed
from botobind.io.translating import raise_broken, raise_ours
from botobind.io.uploads import body_to_send_awaited
from botobind.io.views import MemberView
from botobind.wire.closing import AsyncClosing, close_awaited

if TYPE_CHECKING:
    from botobind.io.carriers import Form
    from botobind.operations import Operation


class AsyncParser(Parser):
    """`Parser`, awaited: it may have to read a body first."""

    async def parse(self, response: dict[str, Any], shape: object) -> MemberView | ParsedError:  # type: ignore[override] # noqa: ARG002 - as aiobotocore's has it
        """See `Parser.parse`."""
        operation, body = self.operation_of(response), response["body"]
        if body.__class__ is bytes:
            return self.read(operation, response, body)
        read = await _body_of(operation, body)
        try:
            return self.read(operation, response, read)
        except ResponseError:
            await close_awaited(body)
            raise


class AsyncParserFactory(ParserFactory):
    """What an endpoint of aiobotocore's asks for a parser."""

    _PARSER = AsyncParser


async def _body_of(operation: Operation[Any, Any, Any], body: Any) -> Any:
    output = operation.output
    if has_events(output):
        return await begun(operation, AsyncClosing(_events_of(body, operation.name), body))
    streamed = AsyncStreamedBody(body, operation.name, raise_broken)
    if is_streamed(output):
        return streamed
    async with streamed:
        return await streamed.read()


async def _events_of(raw: Any, operation: str) -> AsyncGenerator[bytes, None]:
    """The bytes of an event stream, as they come: of aiohttp's response, or of httpx's."""
    try:
        async for chunk in raw.content.iter_any() if hasattr(raw, "release") else raw.aiter_raw():
            yield chunk
    except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
        raise_broken(error, operation)
    finally:
        await close_awaited(raw)


class AsyncRider(BaseRider):
    """Carries messages over a client of aiobotocore's, which stays as it is."""

    _PARSERS = AsyncParserFactory
    _EVENTS = AsyncEvents
    _body_to_send = staticmethod(body_to_send_awaited)

    @staticmethod
    async def _add_nothing(*_: object) -> None:
        return

    async def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        call, params = self._begin(operation, value)
        try:
            parsed = await call(operation.name, params)
        except Exception as error:  # noqa: BLE001 - what is neither a response nor of the transport's is raised as it is
            return error_of(operation, error)
        return self._end(operation, parsed, value)

    def using(self, use: str) -> Callable[[Operation[Any, Any, Any], Any], Any]:
        """See `Closable.loop`."""

        async def carry(operation: Operation[Any, Any, Any], value: Any) -> Any:
            with start_as_current_context():
                register_feature_id(use)
                return await self.carry(operation, value)

        return carry

    async def post(self, form: Form) -> tuple[str, dict[str, str]]:
        """See `Engine.post`."""
        try:
            made = await self._begin_post(form)
        except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
            raise_ours(error, POST)
        return made["url"], made["fields"]

    async def presign(self, operation: Operation[Any, Any, Any], value: Any, expires: int, method: str | None) -> str:
        """See `Rider.presign`."""
        presign, arguments = self._begin_url(operation, value, expires, method)
        try:
            url: str = await presign(**arguments)
        except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
            raise_ours(error, operation.name)
        return url


def ride_async(client: Any, operations: Mapping[str, Operation[Any, Any, Any]]) -> AsyncRider:
    """The carrier over a client, for the operations of a package. Raises `WrongClient`."""
    first = next(iter(operations), None)
    if first is not None:
        check_client(client, operations[first], is_async=True)
    return AsyncRider(client)
