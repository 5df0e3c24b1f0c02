"""A server on loopback that answers by a script, and keeps what it was asked."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from ssl import SSLContext
from threading import Event, Thread
from typing import BinaryIO

Step = tuple[int, bytes, int]
"""A status, a body, and the length that the headers promise."""


class Server:
    """Answers by a script; a status of 0 closes the connection, one of -1 answers when the test is over. With `tls` it
    is for `https://localhost`. `refuses` has it answer to who expects to be told to continue, and keep what comes then.
    """

    def __init__(self, tls: SSLContext | None = None) -> None:
        self.refuses = False
        self.after_refusal: Queue[bytes] = Queue()
        self.script: list[Step] = []
        self.headers: dict[str, str] = {}
        self.requests: list[tuple[str, bytes]] = []
        self.heads: list[tuple[str, str, dict[str, str]]] = []
        self.over = Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                server._handle(self)

            do_GET = do_HEAD = do_POST = do_PUT = handle_any  # noqa: N815 - http.server calls them so

            def handle_expect_100(self) -> bool:
                if not server.refuses:
                    return super().handle_expect_100()
                server._answer(self, b"")
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_WR)
                server.after_refusal.put(self.rfile.read())
                self.close_connection = True
                return False

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        if tls is not None:
            self.url = f"https://localhost:{self.http.server_port}"
            self.http.socket = tls.wrap_socket(self.http.socket, server_side=True)
        self._thread = Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("Transfer-Encoding") == "chunked":
            body = b"".join(_chunks(handler.rfile))
        else:
            body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        self._answer(handler, body)

    def _answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.requests.append((handler.headers.get("amz-sdk-request", ""), body))
        self.heads.append(
            (handler.command, handler.path, {name.lower(): text for name, text in handler.headers.items()})
        )
        status, answer, length = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if status == -1:
            self.over.wait(20)
        if status <= 0:
            handler.close_connection = True
            return
        handler.send_response(status)
        for name, text in {"Content-Length": str(length), "x-amzn-RequestId": "id-1", **self.headers}.items():
            handler.send_header(name, text)
        handler.end_headers()
        if handler.command == "HEAD":
            return
        handler.wfile.write(answer)
        if length > len(answer):
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_WR)
            handler.close_connection = True

    def close(self) -> None:
        self.over.set()
        self.http.shutdown()
        self._thread.join()
        self.http.server_close()


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The chunks of a body in HTTP's own encoding, which ends in an empty one."""
    while size := int(file.readline().partition(b";")[0], 16):
        yield file.read(size)
        file.readline()
    while file.readline().strip():
        """What comes behind them is passed by."""


def step(status: int, body: bytes = b"", length: int | None = None) -> Step:
    return status, body, len(body) if length is None else length
