"""Applications as functions of AWS Lambda, behind a function URL, an API gateway or a load balancer."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from botobind.errors import DecodeError
from botobind.http import Headers, HttpRequest, HttpResponse
from botobind.server.messages import may_have_body, plain
from botobind.server.sources import pieces_of
from botobind.wire.closing import close

if TYPE_CHECKING:
    from botobind.server.application import Application


def function(application: Application) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    """The application as a handler that Lambda calls with an event of HTTP and a context.

    It takes payloads of version 2.0 (function URLs, HTTP APIs) and 1.0 (REST APIs, load balancers). Bodies are in
    memory as a whole, since events hold them.
    """

    def handle(event: dict[str, Any], _: object = None) -> dict[str, Any]:
        try:
            request = request_of(event)
        except (DecodeError, ValueError):  # the query string is no UTF-8, or the body no Base64
            return _answer(event, "", plain(400, "the event has no request in it that can be read"))
        return _answer(event, request.method, application.respond(request))

    return handle


def _answer(event: dict[str, Any], method: str, response: HttpResponse) -> dict[str, Any]:
    """What Lambda is given for a response."""
    try:
        body = b"".join(pieces_of(response.body)) if may_have_body(method, response.status) else b""
    finally:
        close(response.body)
    headers = {name.lower(): response.headers[name] for name in response.headers}
    # A load balancer that sends several values takes no others.
    told: dict[str, Any] = {"headers": headers}
    if "multiValueHeaders" in event:
        told = {"multiValueHeaders": {name: response.headers.get_all(name) for name in headers}}
    return {
        "statusCode": response.status,
        **told,
        "body": b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def request_of(event: dict[str, Any]) -> HttpRequest:
    """The request in an event. Raises `DecodeError` for a query string that is no UTF-8, and `ValueError` for a body in
    something else than Base64.
    """
    body = event.get("body") or ""
    data = b64decode(body) if event.get("isBase64Encoded") else body.encode()
    if event.get("version") == "2.0":
        method, path, query = event["requestContext"]["http"]["method"], event["rawPath"], event["rawQueryString"]
        headers = Headers(event.get("headers") or {})
    else:
        method, path = event["httpMethod"], event["path"]
        many = event.get("multiValueQueryStringParameters") or {}
        pairs = [(name, value) for name, values in many.items() for value in values]
        pairs = pairs or list((event.get("queryStringParameters") or {}).items())
        # A load balancer hands on what was sent, an API gateway has decoded it.
        is_encoded = "elb" in (event.get("requestContext") or {})
        query = "&".join(f"{name}={value}" for name, value in pairs) if is_encoded else urlencode(pairs)
        headers = Headers(event.get("headers") or {})
        for name, values in (event.get("multiValueHeaders") or {}).items():
            headers.pop(name, None)
            for value in values:
                headers.add(name, value)
    target = quote(path, safe="/%:@!$&'()*+,;=~-._")
    return HttpRequest.of_target(method, f"{target}?{query}" if query else target, headers, data)
