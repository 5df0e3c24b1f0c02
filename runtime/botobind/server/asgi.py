"""Applications under ASGI 3, such as uvicorn and hypercorn run them.

https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botobind.errors import DecodeError, RequestError
from botobind.http import Body, Headers, HttpRequest, HttpResponse
from botobind.server.messages import headers_of, may_have_body, origin_form, plain
from botobind.server.sources import pieces_later
from botobind.wire.closing import close_awaited

if TYPE_CHECKING:
    from botobind.server.application import Application


def asgi(application: Application) -> Callable[[Any, Any, Any], Coroutine[Any, Any, None]]:
    """Makes an application what ASGI servers run.

    With `app = asgi(application)` in a module, `uvicorn module:app` runs it.
    """

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await _answer(application, scope, receive, send)

    return app


async def _answer(application: Application, scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    if scope["type"] != "http":
        raise NotImplementedError(f"AWS's services have no {scope['type']} connections")
    connection = _Connection(scope, receive)
    try:
        request = request_of(scope, connection.pieces())
    except DecodeError as error:  # the query string is no UTF-8
        response = plain(400, error.reason)
    else:
        response = await application.respond_awaited(request)
    if not await connection.is_kept(response):
        response.headers["Connection"] = "close"
    await _send(response, send, connection, has_body=may_have_body(scope["method"], response.status))


def request_of(scope: Any, body: AsyncIterator[bytes]) -> HttpRequest:
    """The request of a call. Raises `DecodeError` for a query string that is no UTF-8."""
    from urllib.parse import quote

    path = scope.get("raw_path") or quote(scope["path"]).encode()
    target = path.partition(b"?")[0] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return HttpRequest.of_target(scope["method"], origin_form(target.decode("latin-1")), headers, body)


_MOST_BYTES = 1024 * 1024
_MOST_SECONDS = 2.0
"""How much of a body that nobody has read is read for the sake of the connection, and for how long."""


class _Connection:
    """What comes from a client: a body, and that it has gone."""

    def __init__(self, scope: Any, receive: Any) -> None:
        self._scope = scope
        self._receive = receive
        self._has_begun = False
        self.is_read = False
        """Whether the body has come whole, so that nobody else waits for what comes."""

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body."""
        while not self.is_read:
            self._has_begun = True
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise RequestError("the body ends before it should", code="IncompleteBody")
            self.is_read = not message.get("more_body")
            if message.get("body"):
                yield message["body"]

    async def is_kept(self, response: HttpResponse) -> bool:
        """Whether the connection is good for another request when a response is sent. What is left of a body would be
        taken for that: it is read before, within limits, unless the response may read it, or the client waits for a
        word to send it, which a refusal does not say (RFC 9110, 10.1.1).
        """
        if self.is_read or not self._scope.get("http_version", "1.1").startswith("1"):
            return True  # others than HTTP/1 have streams of their own
        headers = {name.lower(): value for name, value in self._scope["headers"]}
        if b"transfer-encoding" not in headers and headers.get(b"content-length", b"0").strip(b"0") == b"":
            return True
        is_told = self._has_begun or b"expect" not in headers or response.status < HTTPStatus.BAD_REQUEST
        has_time = response.status != HTTPStatus.REQUEST_TIMEOUT
        return isinstance(response.body, bytes) and is_told and has_time and await self._drained()

    async def _drained(self) -> bool:
        """Reads the rest of the body, and tells whether that was all of it."""
        left = _MOST_BYTES
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                async for piece in self.pieces():
                    left -= len(piece)
                    if left < 0:
                        return False
        except (RequestError, TimeoutError):
            return False
        return True

    async def end(self, sending: asyncio.Timeout) -> None:
        """Ends what is sent when the client has gone."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        sending.reschedule(asyncio.get_running_loop().time())


async def _send(response: HttpResponse, send: Any, connection: _Connection, *, has_body: bool) -> None:
    body = response.body
    try:
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers_of(response)]
        await send({"type": "http.response.start", "status": response.status, "headers": raw})
        if has_body and isinstance(body, bytes):
            await send({"type": "http.response.body", "body": body})
            return
        if has_body:
            await _send_pieces(body, send, connection)
        await send({"type": "http.response.body", "body": b""})
    finally:
        await close_awaited(body)


async def _send_pieces(body: Body, send: Any, connection: _Connection) -> None:
    """Sends a body that comes bit by bit, to its end or that of the client, which most servers tell nobody who sends:
    events would be made for ever.
    """
    sending = asyncio.timeout(None)
    watching: asyncio.Task[None] | None = None
    pieces = pieces_later(body)
    try:
        async with sending:
            watching = asyncio.create_task(connection.end(sending)) if connection.is_read else None
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
    except TimeoutError:
        if not sending.expired():
            raise
    finally:
        if watching is not None:
            watching.cancel()
        await close_awaited(pieces)


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        kind = message["type"].rpartition(".")[2]
        await send({"type": f"lifespan.{kind}.complete"})
        if kind == "shutdown":
            return
