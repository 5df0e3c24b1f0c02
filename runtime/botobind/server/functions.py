"""Applications as functions of AWS Lambda, behind a function URL, an API gateway or a load balancer."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from botobind.http import Headers, HttpRequest
from botobind.server.sources import pieces_of

if TYPE_CHECKING:
    from botobind.server.application import Application


def function(application: Application) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    """The application as a handler that Lambda calls with an event of HTTP and a context.

    It takes payloads of version 2.0 (function URLs, HTTP APIs) and 1.0 (REST APIs, load balancers). Bodies are in
    memory as a whole, since events hold them.
    """

    def handle(event: dict[str, Any], _: object = None) -> dict[str, Any]:
        response = application.respond(request_of(event))
        headers = {name.lower(): response.headers[name] for name in response.headers}
        return {
            "statusCode": response.status,
            "headers": headers,
            "body": b64encode(b"".join(pieces_of(response.body))).decode(),
            "isBase64Encoded": True,
        }

    return handle


def request_of(event: dict[str, Any]) -> HttpRequest:
    """The request in an event."""
    body = event.get("body") or ""
    data = b64decode(body) if event.get("isBase64Encoded") else body.encode()
    if event.get("version") == "2.0":
        method, path, query = event["requestContext"]["http"]["method"], event["rawPath"], event["rawQueryString"]
        headers = Headers(event.get("headers") or {})
    else:
        method, path = event["httpMethod"], event["path"]
        many = event.get("multiValueQueryStringParameters") or {}
        pairs = [(name, value) for name, values in many.items() for value in values]
        query = urlencode(pairs or list((event.get("queryStringParameters") or {}).items()))
        headers = Headers(event.get("headers") or {})
        for name, values in (event.get("multiValueHeaders") or {}).items():
            headers.pop(name, None)
            for value in values:
                headers.add(name, value)
    target = quote(path, safe="/%:@!$&'()*+,;=~-._")
    return HttpRequest.of_target(method, f"{target}?{query}" if query else target, headers, data)
