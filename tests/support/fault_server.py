"""A server on loopback that answers by a script of functions, in ways in which servers and networks fail."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from ssl import SSLContext
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Self

from attrs import define, field


@define
class Received:
    """A request as it came: a head and its body, which is None where the script did not read it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None = None
    connection: int = 0


Act = Callable[["Connection", Received], bool]
"""Answers a request. Whether the connection goes on."""


@define
class Connection:
    """A connection that a client has made."""

    sock: socket.socket
    over: Event
    number: int
    buffer: bytearray = field(factory=bytearray)

    def fill(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError
        self.buffer += data

    def take(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self.fill()
        taken = bytes(self.buffer[:size])
        del self.buffer[:size]
        return taken

    def line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            self.fill()
        return self.take(self.buffer.index(b"\r\n") + 2)[:-2]

    def head(self) -> Received:
        method, target, _ = self.line().decode().split(" ", 2)
        headers = {}
        while line := self.line():
            name, _, text = line.decode("latin-1").partition(":")
            headers[name.lower()] = text.strip()
        return Received(method, target, headers, None, self.number)

    def body(self, request: Received) -> None:
        """Reads the body, asking for it where the client waits for that."""
        if request.headers.get("expect") == "100-continue":
            self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if request.headers.get("transfer-encoding") == "chunked":
            found = bytearray()
            while size := int(self.line(), 16):
                found += self.take(size)
                self.line()
            self.line()
            request.body = bytes(found)
        else:
            request.body = self.take(int(request.headers.get("content-length", 0)))

    def reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something holds before so many seconds are over: a server's threads see late what clients did."""
    until = monotonic() + seconds
    while not (found := holds()) and monotonic() < until:
        sleep(0.01)
    return found


@contextmanager
def nobody() -> Iterator[str]:
    """A host that refuses connections: its port is taken, so that no other process listens there meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


class Server:
    """Answers each request by the next function of a script, and by the last one from then on."""

    def __init__(self, tls: SSLContext | None = None) -> None:
        self._tls = tls
        self.script: list[Act] = []
        self.requests: list[Received] = []
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.over = Event()
        self._lock = Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._sockets: list[socket.socket] = []
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                number = self.connections
                self._sockets.append(sock)
            thread = Thread(target=self._serve, args=(Connection(sock, self.over, number),), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: Connection) -> None:
        with suppress(OSError, ValueError), connection.sock:
            if self._tls is not None:
                connection.sock = self._tls.wrap_socket(connection.sock, server_side=True)
            with connection.sock:
                self._answer(connection)
        with self._lock:
            self.open -= 1

    def _answer(self, connection: Connection) -> None:
        goes_on = True
        while goes_on:
            request = connection.head()
            with self._lock:
                self.requests.append(request)
                act = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            goes_on = act(connection, request)

    def close(self) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def message(status: int, body: bytes, headers: Mapping[str, str], length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Some Reason", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name}: {text}" for name, text in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> Act:
    """A response; names of headers are spelt with underscores."""

    def act(connection: Connection, request: Received) -> bool:
        connection.body(request)
        shown = b"" if request.method == "HEAD" else body
        named = {"x-amzn-requestid": "id-1", **{name.replace("_", "-"): text for name, text in headers.items()}}
        connection.sock.sendall(message(status, shown, named, len(body)))
        return True

    return act


def reset(connection: Connection, request: Received) -> bool:
    """The connection is reset after the request."""
    connection.body(request)
    connection.reset()
    return False


def hang_up(connection: Connection, request: Received) -> bool:
    """The connection is closed after the request."""
    connection.body(request)
    return False


def reset_unread(connection: Connection, _: Received) -> bool:
    """The connection is reset while the request comes."""
    connection.reset()
    return False


def half(body: bytes = b'{"Item": {}}') -> Act:
    """A response that ends in the middle of its body."""

    def act(connection: Connection, request: Received) -> bool:
        connection.body(request)
        connection.sock.sendall(message(200, body[: len(body) // 2], {}, len(body)))
        return False

    return act


def half_head(connection: Connection, request: Received) -> bool:
    """A response that ends in the middle of its head."""
    connection.body(request)
    connection.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
    return False


def no_http(connection: Connection, request: Received) -> bool:
    """What is no HTTP."""
    connection.body(request)
    connection.sock.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    return False


def silent(connection: Connection, request: Received) -> bool:
    """No response until the test is over."""
    connection.body(request)
    connection.over.wait(20)
    return False


def trickle(body: bytes, pause: float) -> Act:
    """A response whose body comes byte by byte."""

    def act(connection: Connection, request: Received) -> bool:
        connection.body(request)
        connection.sock.sendall(message(200, b"", {}, len(body)))
        for byte in body:
            if connection.over.wait(pause):
                return False
            connection.sock.sendall(bytes([byte]))
        return True

    return act


def trickle_head(connection: Connection, request: Received) -> bool:
    """A response whose head comes byte by byte, and has no end."""
    connection.body(request)
    return trickle_head_unasked(connection, request)


def trickle_head_unasked(connection: Connection, _: Received) -> bool:
    """A response whose head comes byte by byte, and has no end; the body of the request is not read."""
    for byte in chain(b"HTTP/1.1 200 OK\r\nX-Long: ", repeat(ord("x"))):
        if connection.over.wait(0.02):
            return False
        connection.sock.sendall(bytes([byte]))
    return True


def refuse_body(status: int, body: bytes = b"", **headers: str) -> Act:
    """A response to the head alone, without a look at the body. Whatever else comes is kept as the body."""

    def act(connection: Connection, request: Received) -> bool:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        request.body = b""  # before the response, with which the test may be over
        connection.sock.sendall(message(status, body, named))
        try:
            while True:
                connection.fill()
        except OSError:
            request.body = bytes(connection.buffer)
        return False

    return act
