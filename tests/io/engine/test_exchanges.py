"""The short way of small requests: the same on the wire as libraries have it, and the same of what comes back."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import isawaitable
from threading import Timer
from time import monotonic
from typing import Any
from weakref import ref

import pytest
from attrs import evolve
from support.engines import KINDS, Driver, Made
from support.fault_server import (
    Act,
    Connection,
    Received,
    Server,
    answer,
    eventually,
    half,
    message,
    silent,
    trickle,
    trickle_head,
)

from botobind.errors import EncodeError, ServiceError
from botobind.io import ConnectionFailed, TimedOut
from botobind.io.engine.aiohttp_transport import AiohttpTransport
from botobind.io.engine.coreparts import Limits
from botobind.io.engine.data import OutgoingRequest
from botobind.io.engine.heads import IN_ONE_PIECE, headers_of, written
from botobind.io.engine.observing import Hooks
from botobind.io.engine.transports import TransportOptions
from botobind.io.engine.urllib3_transport import Urllib3Transport
from botobind_services import dynamodb, s3

AGENT = ("User-Agent", "botobind")
ONE = TransportOptions(connect_timeout=2, read_timeout=2, max_connections=1, proxies={})
Send = Callable[..., Any]


def outgoing(server: Server, method: str = "POST", body: Any = b"", *headers: tuple[str, str]) -> OutgoingRequest:
    return OutgoingRequest(
        method=method, scheme="http", host=server.host, path="/a%20b/c", query=[("q", "ä b"), ("r", "")],
        headers=[AGENT, *headers], body=body,
    )  # fmt: skip


@contextmanager
def sending(kind: str, options: TransportOptions = ONE) -> Iterator[Send]:
    """Sends by a transport of one connection, and reads the body where it is left to the caller."""
    made: Any = {"sync": Urllib3Transport, "async": AiohttpTransport}[kind](options)
    with asyncio.Runner() as runner:

        async def awaited(found: Any) -> Any:
            return await found if isawaitable(found) else found

        def send(request: OutgoingRequest, *, streams: bool = False, limit: float | None = None) -> Any:
            return runner.run(awaited(made.send(request, streams=streams, limit=limit)))

        send.run = lambda found: runner.run(awaited(found))  # type: ignore[attr-defined] # for bodies
        try:
            yield send
        finally:
            runner.run(awaited(made.close()))


REQUESTS: dict[str, tuple[Any, ...]] = {
    "a body": ("POST", b"hello", ("X-Amz-Target", "a")),
    "none": ("GET", b""),
    "HEAD": ("HEAD", b""),
    "DELETE": ("DELETE", b""),
    "POST without a body": ("POST", b""),
    "PUT without a body": ("PUT", b"", ("Content-Type", "text/plain")),
    "a length": ("PUT", b"hello", ("Content-Length", "5")),
    "an encoding": ("GET", b"", ("Accept-Encoding", "gzip")),
    "no ASCII": ("PUT", b"x", ("x-amz-meta-a", "grün")),
    "repeated": ("GET", b"", ("X-A", "1"), ("X-A", "2")),
    "the largest": ("PUT", b"x" * IN_ONE_PIECE),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("parts", REQUESTS.values(), ids=REQUESTS)
def test_requests_are_those_of_urllib3(server: Server, kind: str, parts: tuple[Any, ...]) -> None:
    """Its own way is that of the first request of a connection."""
    request = outgoing(server, *parts)
    assert written(request, headers_of(request)) is not None
    server.script = [answer()]
    with sending("sync") as send:
        send(request)
    with sending(kind) as send:
        send(request)
        send(request)
    theirs, *ours = (evolve(each, connection=0) for each in server.requests)
    assert ours == [theirs, theirs]
    assert server.connections == 2


ODD: dict[str, tuple[Any, ...]] = {
    "a line break": ("POST", b"", ("X-A", "1\r\nX-B: 2")),
    "a line feed": ("POST", b"", ("X-A", "1\nX-B: 2")),
    "a carriage return": ("POST", b"", ("X-A", "1\rX-B: 2")),
    "NUL": ("POST", b"", ("X-A", "X-B\0")),
    "a name of two": ("POST", b"", ("X-A: 1\r\nX-B", "2")),
    "a name with a colon": ("POST", b"", ("X-A: X-B", "2")),
    "a name with a space": ("POST", b"", ("X A", "2")),
    "a name that is empty": ("POST", b"", ("", "2")),
    "a method of two": ("POST / HTTP/1.1\r\nX-B: 2\r\n\r\nGET", b""),
    "a question": ("PUT", b"x", ("Expect", "100-continue")),
    "chunks": ("PUT", b"x", ("Transfer-Encoding", "chunked")),
    "a large body": ("PUT", b"x" * (IN_ONE_PIECE + 1)),
    "an iterator": ("PUT", [b"x"]),
}


@pytest.mark.parametrize("parts", ODD.values(), ids=ODD)
def test_what_is_odd_goes_the_long_way(server: Server, parts: tuple[Any, ...]) -> None:
    request = outgoing(server, *parts)
    assert written(request, headers_of(request)) is None


@pytest.mark.parametrize("path", ["", "a", "/a b", "/a\r\nX: b", "/ä", "*"])
def test_paths_that_are_none_go_the_long_way(server: Server, path: str) -> None:
    request = outgoing(server)
    request.path = path
    assert written(request, headers_of(request)) is None


SPLIT = ["a line break", "a line feed", "a carriage return", "a name of two", "NUL"]


@pytest.mark.parametrize("proxies", [{}, {"http": "http://127.0.0.1:9"}], ids=["direct", "proxy"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SPLIT)
def test_headers_do_not_become_two(server: Server, kind: str, name: str, proxies: dict[str, str]) -> None:
    """What is in them may be secret, such as a token that was read with the end of its line."""
    server.script = [answer()]
    with sending(kind, evolve(ONE, proxies=proxies)) as send:
        if not proxies:
            send(outgoing(server))
        with pytest.raises(EncodeError, match="has a line break or NUL") as raised:
            send(outgoing(server, *ODD[name]))
    assert "X-B" not in f"{raised.value!r} {raised.value}"
    assert len(server.requests) == (0 if proxies else 1)


def raw(data: bytes, *, stays: bool) -> Act:
    def act(connection: Connection, request: Received) -> bool:
        connection.body(request)
        connection.sock.sendall(data)
        return stays

    return act


RESPONSES: dict[str, tuple[bytes, bytes | None, bool]] = {
    "plain": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a b\r\n\r\n{}", b"{}", True),
    "empty": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", True),
    "an error": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", b"404", True),
    "chunked": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", b"{}", True),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
    "hints": (
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"{}",
        True,
    ),
    "closing": (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", b"{}", False),
    "1.0": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"{}", False),
    "to the end": (b'HTTP/1.1 200 OK\r\n\r\n{"a": 1}', b'{"a": 1}', False),
    "switched": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n", b"", False),
    "switched, and no word of it": (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b"", False),
    "hints without an end": (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100, None, False),
    "nothing": (b"", None, False),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le", None, False),
    "half a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", None, False),
    "half a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}", None, False),
    "no chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxy\r\n{}", None, False),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", None, False),
}


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize(("data", "body", "stays"), RESPONSES.values(), ids=RESPONSES)
def test_responses_on_connections_that_are_kept(
    server: Server, made: Made, data: bytes, body: bytes | None, *, streams: bool, stays: bool
) -> None:
    """A client of one connection: what does not come back to its pool is missed by the next call."""
    server.script = [answer(), raw(data, stays=stays), answer(200, b'{"Item": {}}')]
    package, call = (s3, get_object) if streams else (dynamodb, get_item)
    driver = made(package, attempts=1, options=ONE)
    call(driver)
    if body is None:
        with pytest.raises(ConnectionFailed):
            call(driver)
    else:
        assert call(driver) in (body, None)
    call(driver)
    assert len(server.requests) == 3
    assert server.connections == (1 if stays else 2)


def get_object(driver: Driver) -> Any:
    found = driver.call(s3.endpoints.GetObject, s3.GetObjectRequest(bucket="box", key="a"))
    return found.code.encode() if isinstance(found, ServiceError) else driver.run(found.body.read())


def get_item(driver: Driver) -> Any:
    found = driver.call(dynamodb.endpoints.DescribeLimits, dynamodb.DescribeLimitsInput())
    return found.code.encode() if isinstance(found, ServiceError) else None


@pytest.mark.parametrize("way", ["closed", "dropped", "read and closed"])
def test_bodies_that_are_not_read(server: Server, made: Made, way: str) -> None:
    server.script = [answer(), answer(200, b"x" * 5_000_000), answer()]
    driver = made(s3, attempts=1, options=ONE)
    get_object(driver)
    body = driver.call(s3.endpoints.GetObject, s3.GetObjectRequest(bucket="box", key="a")).body
    if way == "read and closed":
        assert len(driver.run(body.read())) == 5_000_000
    if way != "dropped":
        driver.run(body.aclose() if driver.is_async else body.close())
    del body
    gc.collect()
    get_object(driver)
    assert server.connections == (1 if way == "read and closed" else 2)


@pytest.mark.parametrize("act", [trickle(b"x" * 1000, 0.02), trickle_head, half()])
def test_limits_of_connections_that_are_kept(server: Server, made: Made, act: Act) -> None:
    server.script = [answer(), act, answer()]
    driver = made(dynamodb, attempts=1, options=ONE)
    get_item(driver)
    driver.limit(attempt=0.2)
    with pytest.raises((TimedOut, ConnectionFailed)):
        get_item(driver)
    driver.limit()
    get_item(driver)
    assert server.connections == 2


@pytest.mark.parametrize("first", [False, True], ids=["the short way", "urllib3's way"])
def test_who_is_interrupted_gives_the_connection_back(
    server: Server, monkeypatch: pytest.MonkeyPatch, *, first: bool
) -> None:
    """At any time, such as between two pieces of a body."""
    server.script = [answer()]
    with sending("sync") as send:
        if not first:
            send(outgoing(server))

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Urllib3Transport, "_read_until", interrupt)
            with pytest.raises(KeyboardInterrupt) as raised:
                send(outgoing(server), limit=5)
        send(outgoing(server), limit=5)
    assert raised.tb is not None, "the frames are there still"


def test_to_wait_for_a_connection_is_part_of_a_limit(server: Server) -> None:
    """A connection that is not kept comes back: the next one has what is left of the time."""
    server.script = [trickle(b"x" * 1000, 0.02), silent]
    with sending("sync") as send:
        first = send(outgoing(server), streams=True)
        begun = monotonic()
        Timer(1.9, first.body.close).start()
        with pytest.raises(TimedOut):
            send(outgoing(server), limit=2)
        assert monotonic() - begun < 3  # with a limit of its own it would have 3.9


def stalls(connection: Connection, request: Received) -> bool:
    """Nothing more comes after the first byte of a body."""
    connection.body(request)
    connection.sock.sendall(message(200, b"{", {}, 100))
    connection.over.wait(20)
    return False


@pytest.mark.parametrize("act", [silent, stalls])
def test_silence_ends_an_attempt_before_its_own_limit(server: Server, made: Made, act: Act) -> None:
    """The server of this test would hang up before the limit of the attempt."""
    server.script = [answer(), act]
    options = TransportOptions(connect_timeout=2, read_timeout=0.5, max_connections=1, proxies={})
    driver = made(dynamodb, attempts=1, limits=Limits(attempt=600), options=options)
    get_item(driver)
    with pytest.raises(TimedOut):
        get_item(driver)


@pytest.mark.parametrize("data", [b"{}" * 50, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
def test_what_comes_besides_is_no_response(server: Server, made: Made, data: bytes) -> None:
    plain = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    server.script = [answer(), raw(plain + data, stays=True), answer(200, b'{"AccountMaxReadCapacityUnits": 7}')]
    driver = made(dynamodb, attempts=2, options=ONE)
    get_item(driver)
    get_item(driver)
    found = driver.call(dynamodb.endpoints.DescribeLimits, dynamodb.DescribeLimitsInput())
    assert found.account_max_read_capacity_units == 7


def test_clients_close_what_errors_hold(server: Server, made: Made) -> None:
    """An error has its traceback, and that all that the call had."""
    server.script = [half(), answer()]
    driver = made(dynamodb, attempts=1)
    with pytest.raises(ConnectionFailed) as raised:
        get_item(driver)
    get_item(driver)
    driver.run(driver.engine.disconnect())
    assert eventually(lambda: server.open == 0)
    assert raised.value.__traceback__ is not None


def test_errors_of_attempts_before_are_not_kept(server: Server, made: Made) -> None:
    """Their tracebacks have connections and bodies, which would wait for the garbage collector."""
    errors: list[Any] = []
    hooks = Hooks(after_attempt=lambda attempt: attempt.error and errors.append(ref(attempt.error)))
    server.script = [half(), half(), answer()]
    driver = made(dynamodb, hooks=hooks)
    gc.disable()
    try:
        get_item(driver)
        found = [each() for each in errors]
    finally:
        gc.enable()
    assert found == [None, None]
