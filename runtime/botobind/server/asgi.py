"""Applications under ASGI 3, such as uvicorn and hypercorn run them.

https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from botobind.errors import DecodeError, RequestError
from botobind.http import Headers, HttpRequest, HttpResponse
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
    try:
        request = request_of(scope, receive)
        async with asyncio.timeout(application.limits.seconds):
            response = await application.respond_awaited(request)
    except DecodeError as error:  # the query string is no UTF-8
        response = _text(400, error.reason)
    except TimeoutError:
        response = _text(408, "the request took too long")
    await _send(response, send, has_body=scope["method"] != "HEAD")


def request_of(scope: Any, receive: Any) -> HttpRequest:
    """The request of a call. Raises `DecodeError` for a query string that is no UTF-8."""
    from urllib.parse import quote

    path = scope.get("raw_path") or quote(scope["path"]).encode()
    target = path.partition(b"?")[0] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return HttpRequest.of_target(scope["method"], target.decode("latin-1"), headers, _pieces(receive))


async def _pieces(receive: Any) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestError("the body ends before it should", code="IncompleteBody")
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return


async def _send(response: HttpResponse, send: Any, *, has_body: bool) -> None:
    body, headers = response.body, response.headers.pairs()
    if isinstance(body, bytes) and "content-length" not in response.headers and response.status != 204:
        headers.append(("Content-Length", str(len(body))))
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    try:
        if has_body:
            async for piece in pieces_later(body):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await close_awaited(body)


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        kind = message["type"].rpartition(".")[2]
        await send({"type": f"lifespan.{kind}.complete"})
        if kind == "shutdown":
            return


def _text(status: int, text: str) -> HttpResponse:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return HttpResponse(status=status, headers=headers, body=text.encode())
