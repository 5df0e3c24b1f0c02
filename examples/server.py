"""A server of AWS's protocols: requests in, values to your functions, answers out. Copy it, put in your own functions.

    python examples/server.py 4566
    aws --endpoint-url http://localhost:4566 s3 mb s3://box

`Application` is all of it that knows AWS; the rest is the standard library's HTTP server.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from uuid import uuid4

from botobind.errors import DecodeError, EncodeError, ServiceError, UnknownOperationError, ValidationError
from botobind.http import HttpRequest, HttpResponse
from botobind.operations import Operation
from botobind.routing import Router, RoutingError

Input = TypeVar("Input")
Output = TypeVar("Output")

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


class Application:
    """Answers requests with what functions make of their inputs. A function raises the errors of its operation."""

    def __init__(self) -> None:
        self._routers: dict[str, Router] = {}
        self._functions: dict[Operation[Any, Any, Any], Callable[[Any], Any]] = {}

    def serve(self, package: Any) -> None:
        """Adds a service, by its package. The signature of a request tells which service it is for."""
        self._routers[package.signing_name] = package.router

    def on(
        self, operation: Operation[Input, Output, Any]
    ) -> Callable[[Callable[[Input], Output]], Callable[[Input], Output]]:
        """Makes the decorated function answer an operation. Its types are checked against the operation's."""

        def register(function: Callable[[Input], Output]) -> Callable[[Input], Output]:
            self._functions[operation] = function
            return function

        return register

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request."""
        try:
            match = self._router_of(request).match(request)
        except RoutingError as error:
            return HttpResponse(status=error.status, body=str(error).encode())
        request_id = str(uuid4())
        try:
            output = self._output(match.operation, match.operation.of_request(request, protocol=match.protocol))
            return match.operation.to_response(output, protocol=match.protocol, request_id=request_id)
        except (DecodeError, EncodeError, ValidationError) as error:
            refusal: ServiceError = UnknownOperationError("ValidationException", str(error))
        except ServiceError as error:
            refusal = error
        return match.operation.error_to_response(refusal, protocol=match.protocol, request_id=request_id)

    def _router_of(self, request: HttpRequest) -> Router:
        scope = _SCOPE.search(request.headers.get("Authorization", ""))
        router = self._routers.get(scope[1]) if scope else None
        if router is None:
            raise RoutingError("the signature is of no service that is served here", 400)
        return router

    def _output(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        function = self._functions.get(operation)
        if function is None:
            error = UnknownOperationError("NotImplemented", f"nobody has written {operation.name} yet")
            error.status = 501
            raise error
        return function(value)


def handler_of(application: Callable[[HttpRequest], HttpResponse]) -> type[BaseHTTPRequestHandler]:
    """The application for the standard library's HTTP server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            request = HttpRequest.of_target(self.command, self.path, self.headers.items(), self._body())
            response = application(request)
            self.send_response(response.status)
            for name, value in response.headers.pairs():
                self.send_header(name, value)
            if isinstance(response.body, bytes):
                if "Content-Length" not in response.headers:
                    self.send_header("Content-Length", str(len(response.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(response.body)
            else:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for chunk in _chunks(response.body):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                self.wfile.write(b"0\r\n\r\n")

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _answer  # noqa: N815 - names of the standard library

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Says nothing: what is in URIs may be sensitive."""

    return Handler


def _chunks(body: Any) -> Iterator[bytes]:
    chunks: Iterable[bytes] = iter(lambda: body.read(65536), b"") if hasattr(body, "read") else body
    return (chunk for chunk in chunks if chunk)


def start(application: Application, port: int = 0) -> ThreadingHTTPServer:
    """A server on the loopback interface; port 0 takes any that is free. `serve_forever` runs it."""
    return ThreadingHTTPServer(("127.0.0.1", port), handler_of(application))


if __name__ == "__main__":
    from services import build

    server = start(build(), int(sys.argv[1]) if len(sys.argv) > 1 else 4566)
    print(f"listening on http://127.0.0.1:{server.server_port}")
    server.serve_forever()
