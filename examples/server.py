"""A server of AWS's protocols: requests in, values to your functions, answers out. Copy it, put in your own functions.

    python examples/server.py 4566
    aws --endpoint-url http://localhost:4566 s3 mb s3://box

`Application` is all of it that knows AWS; the rest is the standard library's HTTP server. It checks no signatures.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any, TypeVar, cast
from uuid import uuid4

from request_bodies import framed_body, without_aws_chunks

from botobind.errors import DecodeError, RequestError, ServiceError, UnknownOperationError
from botobind.http import Body, Headers, HttpRequest, HttpResponse
from botobind.operations import Operation
from botobind.routing import Match, Router, RoutingError
from botobind.types import Readable

Input = TypeVar("Input")
Output = TypeVar("Output")

LARGEST_DOCUMENT = 16 * 1024 * 1024
"""Bodies that have to be in memory as a whole must not have more bytes; streaming payloads are of any size."""

_SCOPE = re.compile(r"(?:Credential=|^)[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
_MARKS = {"smithy-rpc-v2-cbor": "smithy-protocol", "json": "x-amz-target"}
_PIECE = 64 * 1024
_LONGEST_REST = 16 * 1024 * 1024  # of a body that nobody wanted: what is read to use the connection again
_log = logging.getLogger(__name__)


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
        """The answer to a request, whose body is bytes or `Readable`."""
        request_id = str(uuid4())
        router = self._router_of(request)
        if router is None:
            return _text(400, "the signature is of no service that is served here")
        try:
            # Only a form has to be read before it is known what it asks for.
            if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
                request.body = _whole(request.body)
            match = router.match(request)
        except (RoutingError, ServiceError) as error:
            return _refuse(router, request, error, request_id)
        try:
            output = self._output(match, request)
            return match.operation.to_response(output, protocol=match.protocol, request_id=request_id)
        except RequestError as error:
            return match.operation.refusal_of(error, protocol=match.protocol, request_id=request_id)
        except ServiceError as error:
            refusal = error
        except Exception:  # noqa: BLE001 - it is logged, and answered as it has to be
            # What went wrong in here is not for the caller to know.
            _log.exception("%s failed, request %s", match.operation.name, request_id)
            refusal = problem("InternalFailure", "an internal error", 500)
        return match.operation.error_to_response(refusal, protocol=match.protocol, request_id=request_id)

    def _router_of(self, request: HttpRequest) -> Router | None:
        signed = request.headers.get("Authorization") or dict(request.query).get("X-Amz-Credential", "")
        scope = _SCOPE.search(signed)
        return self._routers.get(scope[1]) if scope else None

    def _output(self, match: Match, request: HttpRequest) -> object:
        operation = match.operation
        function = self._functions.get(operation)
        if function is None:
            raise problem("NotImplemented", f"nobody has written {operation.name} yet", 501)
        if not _streams(operation):
            request.body = _whole(request.body)
        return function(operation.of_request(request, protocol=match.protocol))


def problem(code: str, message: str, status: int) -> UnknownOperationError:
    """An error that the service does not model. Functions may raise such errors as well."""
    error = UnknownOperationError(code, message)
    error.status = status
    return error


def _refuse(router: Router, request: HttpRequest, error: RoutingError | ServiceError, request_id: str) -> HttpResponse:
    """The answer where no operation is known: any one can write it, in the protocol that the request looks like."""
    protocols = router.protocols
    marked = [name for name, header in _MARKS.items() if name in protocols and header in request.headers]
    protocol = [*marked, *(name for name in protocols if name not in _MARKS), *protocols][0]
    methods = error.methods if isinstance(error, RoutingError) else ()
    if isinstance(error, RoutingError):
        error = problem("UnknownOperationException", error.reason, error.status)
    operation = next(iter(router.operations.values()))
    response = operation.error_to_response(error, protocol=protocol, request_id=request_id)
    if methods:
        response.headers["Allow"] = ", ".join(methods)
    return response


def _streams(operation: Operation[Any, Any, Any]) -> bool:
    """Whether the function reads the body while it runs."""
    shape = operation.input
    return shape is not None and (
        shape.EVENTS is not None or (shape.PAYLOAD is not None and shape.PAYLOAD.kind == "stream")
    )


def _whole(body: Body) -> bytes:
    data = body if isinstance(body, bytes) else cast("Readable", body).read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise problem("RequestEntityTooLarge", f"a request must not have more than {LARGEST_DOCUMENT} bytes", 413)
    return data


class Server(ThreadingHTTPServer):
    """The application on the loopback interface, a thread for each connection."""

    def __init__(
        self, application: Callable[[HttpRequest], HttpResponse], port: int = 0, tls: SSLContext | None = None
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.application = application
        if tls is not None:
            # The handshake is for the connection's own thread.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


class _Handler(BaseHTTPRequestHandler):
    """One connection, request after request."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def _answer(self) -> None:
        try:
            headers = Headers(self.headers.items())
            body = framed_body(headers, self.rfile)
            request = HttpRequest.of_target(self.command, self.path, headers, body)
        except (ServiceError, DecodeError) as error:
            # Nobody knows where the next request begins.
            self.close_connection = True
            return self._send(_text(400, str(error)))
        if "aws-chunked" in headers.get("Content-Encoding", ""):
            request.headers, request.body = _unwrapped(headers), without_aws_chunks(body)
        response = cast("Server", self.server).application(request)
        try:
            self._send(response)
            for _ in range(_LONGEST_REST // _PIECE):
                if not body.read(_PIECE):
                    break
            else:
                self.close_connection = True
        except Exception:  # noqa: BLE001 - whatever it is, the connection is of no more use
            # The client has gone, or learns from the missing end that this was not all.
            self.close_connection = True
            _log.exception("an answer broke off")
        finally:
            getattr(response.body, "close", lambda: None)()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _answer  # noqa: N815 - names of the standard library

    def _send(self, response: HttpResponse) -> None:
        body, headers = response.body, response.headers
        chunked = not isinstance(body, bytes) and "Content-Length" not in headers
        self.send_response(response.status)
        for name, value in headers.pairs():
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif isinstance(body, bytes) and "Content-Length" not in headers and response.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        for chunk in _chunks(body):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class calls it
        """Says nothing: what is in URIs may be sensitive."""


def _unwrapped(headers: Headers) -> Headers:
    """The headers of what is inside of `aws-chunked`, in which AWS's SDKs send what a checksum comes after."""
    inner = Headers(headers)
    codings = [coding.strip() for coding in inner.pop("Content-Encoding").split(",")]
    if rest := [coding for coding in codings if coding != "aws-chunked"]:
        inner["Content-Encoding"] = ", ".join(rest)
    inner.pop("Content-Length", None)
    if (length := inner.get("X-Amz-Decoded-Content-Length")) is not None:
        inner["Content-Length"] = length
    return inner


def _chunks(body: Body) -> Iterator[bytes]:
    """The chunks of a body, none of them empty. Asynchronous bodies are for other servers."""
    if hasattr(body, "read"):
        readable = cast("Readable", body)
        return iter(lambda: readable.read(_PIECE), b"")
    return filter(None, [body] if isinstance(body, bytes) else cast("Iterable[bytes]", body))


def _text(status: int, text: str) -> HttpResponse:
    return HttpResponse(status=status, headers={"Content-Type": "text/plain; charset=utf-8"}, body=text.encode())


def start(application: Application, port: int = 0, tls: SSLContext | None = None) -> Server:
    """A server on the loopback interface; port 0 takes any that is free. `serve_forever` runs it."""
    return Server(application, port, tls)


if __name__ == "__main__":
    from services import build

    server = start(build(), int(sys.argv[1]) if len(sys.argv) > 1 else 4566)
    print(f"listening on http://127.0.0.1:{server.server_port}")
    server.serve_forever()
