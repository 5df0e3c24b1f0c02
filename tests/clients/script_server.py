"""A server on loopback that answers by a script, and keeps what it was asked."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

Step = tuple[int, bytes, int]
"""A status, a body, and the length that the headers promise."""


class Server:
    """Answers by a script; a status of 0 closes the connection, one of -1 answers when the test is over."""

    def __init__(self) -> None:
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

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self._thread = Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
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


def step(status: int, body: bytes = b"", length: int | None = None) -> Step:
    return status, body, len(body) if length is None else length
