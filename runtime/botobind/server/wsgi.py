"""Applications under WSGI (PEP 3333), such as gunicorn, waitress and werkzeug run them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botobind.errors import DecodeError, RequestError
from botobind.http import Headers, HttpRequest
from botobind.server.messages import headers_of, may_have_body, origin_form, plain
from botobind.server.sources import PIECE, pieces_of, readable_of
from botobind.wire.closing import close
from botobind.wire.fields import length_told

if TYPE_CHECKING:
    from botobind.http import Body, HttpResponse
    from botobind.server.application import Application


def wsgi(application: Application) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Makes an application what WSGI servers run.

    With `app = wsgi(application)` in a module, `gunicorn module:app` runs it.
    """

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return _answered(application, environ, start_response)

    return app


def _answered(application: Application, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    try:
        request = request_of(environ)
    except DecodeError as error:  # the query string is no UTF-8
        response = plain(400, error.reason)
    else:
        response = application.respond(request)
    pieces = _Pieces(response, has_body=may_have_body(environ["REQUEST_METHOD"], response.status))
    try:
        start_response(f"{response.status} {_phrase(response.status)}", headers_of(response))
    except BaseException:
        pieces.close()
        raise
    return pieces


def request_of(environ: dict[str, Any]) -> HttpRequest:
    """The request in the environment of a WSGI call. Raises `DecodeError` for a query string that is no UTF-8."""
    headers = Headers(
        (name[5:].replace("_", "-").lower(), value) for name, value in environ.items() if name.startswith("HTTP_")
    )
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers.add(name.replace("_", "-").lower(), environ[name])
    return HttpRequest.of_target(environ["REQUEST_METHOD"], _target(environ), headers, _body(environ))


def _target(environ: dict[str, Any]) -> str:
    # Servers that keep the path as it was sent do so under one of these names; PATH_INFO is decoded, and a `/` in a
    # label cannot be told from one between two of them.
    for name in ("RAW_URI", "REQUEST_URI"):
        if environ.get(name):
            return origin_form(environ[name])
    from urllib.parse import quote_from_bytes

    path = quote_from_bytes((environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1"))
    query = environ.get("QUERY_STRING")
    return f"{path}?{query}" if query else path


def _body(environ: dict[str, Any]) -> Body:
    source, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH") or ""
    # A server that ends a body which has a length does so, too, when its client has gone.
    is_terminated = not length and bool(environ.get("wsgi.input_terminated"))
    left = length_told(length) or 0

    def piece() -> bytes:
        nonlocal left
        wanted = PIECE if is_terminated else min(left, PIECE)
        try:
            found: bytes = source.read(wanted) if wanted else b""
        except OSError as error:
            raise RequestError(f"the body broke off: {type(error).__name__}", code="IncompleteBody") from error
        left -= len(found)
        if wanted and not found and not is_terminated:
            raise RequestError("the body ends before it should", code="IncompleteBody")
        return found

    return readable_of(piece)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


class _Pieces:
    """The body of a response, which the server closes."""

    def __init__(self, response: HttpResponse, *, has_body: bool) -> None:
        self._body = response.body
        self._has_body = has_body

    def __iter__(self) -> Iterator[bytes]:
        return pieces_of(self._body) if self._has_body else iter(())

    def close(self) -> None:
        close(self._body)
