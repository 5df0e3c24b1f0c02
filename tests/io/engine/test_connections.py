"""Heads of responses beside http.client's, and how requests are put on the wire."""

from __future__ import annotations

import io
import socket
from base64 import b64encode
from http.client import HTTPException, HTTPResponse
from typing import Any

import pytest
from support.engines import KINDS, Driver
from support.fault_server import Act, Connection, Received, Server, answer, no_http

from botobind.io import ConnectionFailed
from botobind.io.engine import connections
from botobind.io.engine.connections import POOLS, Response
from botobind.io.engine.data import OutgoingRequest
from botobind.io.engine.transports import TransportOptions
from botobind.io.engine.urllib3_transport import Urllib3Transport
from botobind_services import dynamodb, s3


class Socket:
    """A socket that has received something."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _: str, buffering: int | None = None) -> io.BufferedIOBase:
        raw: Any = io.BytesIO(self._data)
        return raw if buffering == 0 else io.BufferedReader(raw)

    def gettimeout(self) -> float | None:
        return None


def outcome(cls: type[HTTPResponse], data: bytes, method: str) -> Any:
    response = cls(Socket(data), method=method)  # type: ignore[arg-type] # it is read, and no more
    response.begin()
    headers = [(name, " ".join(text.split())) for name, text in response.headers.items()]
    will_close: bool = response.will_close  # type: ignore[attr-defined] # it has that
    return response.status, response.reason, response.version, headers, will_close, response.read()


HEADS = {
    "plain": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a b\r\n\r\nokrest",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    "repeated": b"HTTP/1.1 200 OK\r\nX: a\r\nx: b\r\nContent-Length:0\r\n\r\n",
    "folded": b"HTTP/1.1 200 OK\r\nX: a\r\n  b\r\n\tc\r\nContent-Length: 0\r\n\r\n",
    "line feeds": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "no ASCII": b"HTTP/1.1 200 OK\r\nX: \xe9\xff\r\nContent-Length: 0\r\n\r\n",
    "empty values": b"HTTP/1.1 200 OK\r\nX:\r\nContent-Length: 0\r\n\r\n",
    "to the end": b"HTTP/1.1 200 OK\r\n\r\nall of it",
    "closed": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    "1.0": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "1.0, kept": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "continue": b"HTTP/1.1 100 Continue\r\nX: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "odd length": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
    "length beyond numbers": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 9000 + b"\r\n\r\nok",
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "304": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("data", HEADS.values(), ids=HEADS)
def test_heads_are_those_of_http_client(data: bytes, method: str) -> None:
    assert outcome(Response, data, method) == outcome(HTTPResponse, data, method)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: nameless\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100 + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_heads_that_are_none(data: bytes) -> None:
    with pytest.raises((HTTPException, OSError)):
        outcome(Response, data, "GET")


def saying(before: bytes) -> Act:
    """Reads a body without a word to go on, but for others that come before."""

    def act(connection: Connection, request: Received) -> bool:
        connection.sock.sendall(before)
        request.body = connection.take(int(request.headers["content-length"]))
        connection.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        return True

    return act


GO_ON, HINTS = b"HTTP/1.1 100 Continue\r\nX: a\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
LARGE = s3.PutObjectRequest(bucket="box", key="a", body=b"x" * 2**21)


@pytest.mark.parametrize("before", [b"", GO_ON, HINTS, HINTS + GO_ON, HINTS + HINTS])
def test_bodies_are_sent_whatever_the_server_says_before(
    server: Server, monkeypatch: pytest.MonkeyPatch, before: bytes
) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.05)
    server.script = [saying(before)]
    driver = Driver("sync", s3, server.host, attempts=1)
    driver.call(s3.endpoints.PutObject, LARGE)
    assert [each.body for each in server.requests] == [LARGE.body]
    driver.close()


@pytest.mark.parametrize("before", [HINTS * 1000, b"HTTP/1.1 2000 OK\r\n\r\n", b"HTTP/1.1 " + b"9" * 9000 + b" OK\r\n"])
def test_servers_that_never_come_to_the_point(server: Server, before: bytes) -> None:
    server.script = [saying(before)]
    driver = Driver("sync", s3, server.host, attempts=1)
    with pytest.raises(ConnectionFailed):
        driver.call(s3.endpoints.PutObject, LARGE)
    driver.close()


def test_small_requests_are_sent_in_one_piece(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    connection = POOLS["http"].ConnectionCls.__mro__[2]
    send = connection.send  # type: ignore[attr-defined] # that of urllib3's

    def counted(self: Any, data: bytes) -> None:
        sent.append(len(data))
        send(self, data)

    monkeypatch.setattr(connection, "send", counted)
    driver = Driver("sync", dynamodb, server.host)
    server.script = [answer()]
    driver.call(dynamodb.endpoints.GetItem, dynamodb.GetItemInput(table_name="books", key={}))
    assert len(sent) == 1
    driver.close()


def test_proxies(server: Server) -> None:
    """A proxy is asked for whole URLs by http, and for tunnels by https."""
    tunnels: list[Received] = []

    def tunnel(connection: Connection, request: Received) -> bool:
        if request.method == "CONNECT":
            tunnels.append(request)
            return False
        return answer()(connection, request)

    server.script = [tunnel]
    proxies = {"http": server.host, "https": f"http://us%40er:p%3Ass@{server.host}"}
    transport = Urllib3Transport(TransportOptions(proxies=proxies))
    driver = Driver("sync", dynamodb, "box.example", attempts=1)
    driver.engine._transport.close()
    driver.engine._transport = transport
    driver.call(dynamodb.endpoints.ListTables, dynamodb.ListTablesInput())
    assert server.requests[0].target.startswith("http://box.example/")
    request = OutgoingRequest(
        method="GET", scheme="https", host="box.example", path="/", query=[], headers=[], body=b""
    )
    with pytest.raises(ConnectionFailed):
        transport.send(request, streams=False, limit=None)
    assert tunnels[0].target == "box.example:443"
    assert tunnels[0].headers["proxy-authorization"] == f"Basic {b64encode(b'us@er:p:ss').decode()}"
    driver.close()


@pytest.mark.parametrize(("scheme", "host", "proxy"), [
    ("https", "box.example", "http://proxy:3128"), ("http", "box.example", None), ("https", "here.internal", None),
])  # fmt: skip
def test_proxies_of_the_environment(monkeypatch: pytest.MonkeyPatch, scheme: str, host: str, proxy: str | None) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", ".internal")
    assert TransportOptions().proxy_of(scheme, host) == proxy
    assert TransportOptions(proxies={}).proxy_of(scheme, host) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keeps", [False, True])
def test_connections_are_kept_alive_where_that_is_set(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    keeps: bool,  # noqa: FBT001 - of a table
) -> None:
    made: list[bool] = []
    set_option = socket.socket.setsockopt

    def noted(self: socket.socket, level: int, option: int, value: Any) -> None:
        made.append((level, option, value) == (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
        set_option(self, level, option, value)

    monkeypatch.setattr(socket.socket, "setsockopt", noted)
    server.script = [answer()]
    driver = Driver(kind, dynamodb, server.host, options=TransportOptions(tcp_keepalive=keeps, proxies={}))
    driver.call(dynamodb.endpoints.ListTables, dynamodb.ListTablesInput())
    driver.close()
    assert any(made) is keeps


@pytest.mark.parametrize("kind", KINDS)
def test_errors_have_no_keys(server: Server, kind: str) -> None:
    server.script = [no_http]
    driver = Driver(kind, s3, server.host, attempts=1)
    with pytest.raises(ConnectionFailed) as raised:
        driver.call(s3.endpoints.GetObject, s3.GetObjectRequest(bucket="box", key="classified", version_id="secret"))
    driver.close()
    assert "classified" not in str(raised.value)
    assert "secret" not in str(raised.value)
