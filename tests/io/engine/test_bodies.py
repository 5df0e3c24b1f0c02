"""Bodies up and down: sent again where they can be, in bounded pieces, and checked."""

from __future__ import annotations

import gzip
import io
import zlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.engines import Made, OneEndpoint
from support.fault_server import (
    Act,
    Connection,
    Received,
    Server,
    answer,
    half,
    hang_up,
    message,
    refuse_body,
    reset,
    trickle_head_unasked,
)  # fmt: skip

from botobind.errors import EncodeError, ResponseError
from botobind.io import ConnectionFailed, TimedOut, TransportError
from botobind.io.engine.chunking import Chunked
from botobind.io.engine.data import Endpoint
from botobind.io.engine.operationfacts import Habits
from botobind.io.engine.transports import TransportOptions
from botobind_services import cloudwatch, lambda_, s3

PUT, GET = s3.endpoints.PutObject, s3.endpoints.GetObject
OBJECT = s3.GetObjectRequest(bucket="box", key="a")
LARGE = bytes(range(256)) * 8192
"""Two megabytes."""
UNSUMMED = Habits(sums_when_supported=False)


def put(body: Any, **members: Any) -> s3.PutObjectRequest:
    return s3.PutObjectRequest(bucket="box", key="a", body=body, **members)


def opened(body: bytes, at: int = 0) -> io.BytesIO:
    file = io.BytesIO(body)
    file.seek(at)
    return file


@pytest.mark.parametrize("failure", [answer(503, b""), reset, hang_up])
@pytest.mark.parametrize(
    "body",
    [lambda: b"hello", lambda: bytearray(b"hello"), lambda: opened(b"oh, hello", 4), lambda: [b"he", b"llo"]],
    ids=["bytes", "bytearray", "file", "list"],
)
def test_bodies_are_sent_again_from_where_they_stood(
    server: Server, made: Made, body: Callable[[], Any], failure: Act
) -> None:
    server.script = [failure, failure, answer()]
    made(s3).call(PUT, put(body()))
    assert [each.body for each in server.requests] == [b"hello"] * 3
    assert {each.headers["content-length"] for each in server.requests} == {"5"}


def test_files_are_sent_again(server: Server, made: Made, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    server.script = [answer(500, b""), answer()]
    with path.open("rb") as file:
        file.seek(1000)
        made(s3).call(PUT, put(file))
    assert [each.body for each in server.requests] == [LARGE[1000:]] * 2


class Pipe(io.RawIOBase):
    """A file that is read once."""

    def __init__(self) -> None:
        self._left = io.BytesIO(b"hello")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._left.readinto(buffer)


ONCE: dict[str, Callable[[], Any]] = {
    "an iterator": lambda: iter([b"he", b"llo"]),
    "a pipe": Pipe,
}


@pytest.mark.parametrize("body", ONCE.values(), ids=ONCE)
@pytest.mark.parametrize("failure", [answer(503, b""), reset])
def test_what_can_be_read_once_is_sent_once(server: Server, made: Made, body: Any, failure: Act) -> None:
    server.script = [failure]
    driver = made(s3)
    if failure is reset:
        with pytest.raises(ConnectionFailed) as raised:
            driver.call(PUT, put(body()))
        assert raised.value.attempts == 1
    else:
        assert driver.call(PUT, put(body())).attempts == 1
    assert [each.body for each in server.requests] == [b"hello"]


def test_bodies_that_are_awaited(server: Server, made: Made) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"he"
        yield b"llo"

    class File:
        def __init__(self) -> None:
            self._left = io.BytesIO(b"hello")

        async def read(self, size: int = -1) -> bytes:
            return self._left.read(size)

    server.script = [answer()]
    driver = made(s3)
    for body in (chunks(), File()):
        if driver.is_async:
            driver.call(PUT, put(body, content_length=5))
            assert server.requests[-1].body == b"hello"
        else:
            with pytest.raises(EncodeError, match="asynchronous"):
                driver.call(PUT, put(body))


def test_bodies_of_what_is_no_bytes(server: Server, made: Made) -> None:
    server.script = [answer()]
    with pytest.raises(EncodeError, match="expected bytes in the body, got str"):
        made(s3).call(PUT, put(iter(["text"])))


def test_a_body_that_breaks_is_not_sent_again(server: Server, made: Made) -> None:
    def broken() -> Iterator[bytes]:
        yield b"hello"
        raise ValueError("the program's own")

    server.script = [answer()]
    driver = made(s3)
    with pytest.raises((ValueError, ConnectionFailed)):
        driver.call(PUT, put(broken()))
    driver.call(PUT, put(b"small"))  # whose connection comes behind all others
    assert server.connections == 2


class Secure(OneEndpoint):
    """Says that requests are sent by TLS."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.endpoint = Endpoint(scheme="https", host=host)


class Sink:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def send(self, request: Any, **_: Any) -> Any:
        from botobind.http import make_response

        body = request.body
        request.body = body if isinstance(body, bytes) else b"".join(body)
        self.requests.append(request)
        status = 503 if len(self.requests) == 1 else 200
        return make_response(status, [], b"")

    def close(self) -> None:
        """Has nothing to close."""


@pytest.mark.parametrize("size", [5, 300_000])
def test_streams_by_tls_have_their_checksum_behind_them(made: Made, size: int) -> None:
    driver = made(s3, resolvers=lambda _: Secure("box.example"))
    if driver.is_async:
        pytest.skip("the transport of this test is not awaited")
    sink = driver.engine._transport = Sink()
    body = LARGE[:size]
    driver.call(PUT, put(opened(body)))
    first, second = sink.requests
    headers = dict(second.headers)
    assert first.body == second.body == b"".join(Chunked(body, size, "CRC32"))
    assert headers["X-Amz-Trailer"] == "x-amz-checksum-crc32"
    assert headers["X-Amz-Content-SHA256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert headers["X-Amz-Decoded-Content-Length"] == str(size)
    assert headers["Content-Length"] == str(len(second.body))
    assert headers["Content-Encoding"] == "aws-chunked"


SUMS: dict[str, tuple[dict[str, Any], Habits, str | None]] = {
    "supported": ({}, Habits(), "crc32"),
    "not required": ({}, UNSUMMED, None),
    "named": ({"checksum_algorithm": "SHA256"}, UNSUMMED, "sha256"),
    "given": ({"checksum_sha1": "x"}, Habits(), None),
}


@pytest.mark.parametrize(("members", "habits", "name"), SUMS.values(), ids=SUMS)
@pytest.mark.parametrize("body", [lambda: b"hello", lambda: opened(b"hello")], ids=["bytes", "file"])
def test_checksums_of_requests(
    server: Server, made: Made, members: dict[str, Any], habits: Habits, name: str | None, body: Any
) -> None:
    server.script = [answer()]
    made(s3, habits=habits).call(PUT, put(body(), **members))
    headers = server.requests[0].headers
    found = [each for each in headers if each.startswith("x-amz-checksum-") and headers[each] != "x"]
    assert found == ([] if name is None else [f"x-amz-checksum-{name}"])
    if name == "crc32":
        assert headers["x-amz-checksum-crc32"] == b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
        assert headers["x-amz-sdk-checksum-algorithm"] == "CRC32"


def test_checksums_that_cannot_be_made(server: Server, made: Made) -> None:
    server.script = [answer()]
    with pytest.raises(EncodeError, match="there is no checksum 'CRC0'"):
        made(s3).call(PUT, put(b"hello", checksum_algorithm="CRC0"))


@pytest.mark.parametrize("wants", [True, False])
def test_checksums_of_responses_are_asked_for(server: Server, made: Made, wants: bool) -> None:  # noqa: FBT001 - of a table
    server.script = [answer(200, b"hello")]
    made(s3, habits=Habits(checks_when_supported=wants)).call(GET, OBJECT)
    assert server.requests[0].headers.get("x-amz-checksum-mode") == ("ENABLED" if wants else None)


def read_whole(driver: Any, body: Any, size: int | None = None) -> bytes:
    if size is None:
        found: bytes = driver.run(body.read())
        return found
    chunks = []
    while chunk := driver.run(body.read(size)):
        assert len(chunk) <= size
        chunks.append(chunk)
    return b"".join(chunks)


@pytest.mark.parametrize("size", [None, 1000, 65536])
def test_bodies_are_read_bit_by_bit(server: Server, made: Made, size: int | None) -> None:
    right = b64encode(zlib.crc32(LARGE).to_bytes(4, "big")).decode()
    server.script = [answer(200, LARGE, x_amz_checksum_crc32=right)]
    driver = made(s3)
    for _ in range(2):
        body = driver.call(GET, OBJECT).body
        assert read_whole(driver, body, size) == LARGE
        assert driver.run(body.read()) == driver.run(body.read(10)) == b""
    assert server.connections == 1  # it went back when all was read


def test_bodies_that_are_closed_early(server: Server, made: Made) -> None:
    server.script = [answer(200, LARGE)]
    driver = made(s3)
    for _ in range(3):
        body = driver.call(GET, OBJECT).body
        driver.run(body.read(10))
        driver.run(body.aclose() if driver.is_async else body.close())
    assert server.connections == 3


FEW = TransportOptions(connect_timeout=1, read_timeout=5, max_connections=2, proxies={})


def test_bodies_that_are_kept_keep_their_connection(server: Server, made: Made) -> None:
    server.script = [answer(200, LARGE)]
    driver = made(s3, options=FEW, attempts=1)
    kept = [driver.call(GET, OBJECT).body for _ in range(2)]
    driver.limit(attempt=0.3)
    with pytest.raises(TimedOut):
        driver.call(GET, OBJECT)
    driver.limit()
    driver.run(kept[0].aclose() if driver.is_async else kept[0].close())
    assert read_whole(driver, driver.call(GET, OBJECT).body) == LARGE
    driver.run(kept[1].aclose() if driver.is_async else kept[1].close())


@pytest.mark.parametrize("size", [None, 1000])
def test_bodies_that_end_early(server: Server, made: Made, size: int | None) -> None:
    server.script = [half(LARGE)]
    driver = made(s3)
    with pytest.raises(ConnectionFailed) as raised:
        read_whole(driver, driver.call(GET, OBJECT).body, size)
    assert raised.value.operation in ("GetObject", None)


@pytest.mark.parametrize("size", [None, 1000])
def test_bodies_with_a_wrong_checksum(server: Server, made: Made, size: int | None) -> None:
    server.script = [answer(200, LARGE, x_amz_checksum_crc32="AAAAAA==")]
    driver = made(s3)
    with pytest.raises(ResponseError, match="x-amz-checksum-crc32"):
        read_whole(driver, driver.call(GET, OBJECT).body, size)


@pytest.mark.parametrize("sum_", ["AAAAAA==-3", "no base 64"])
def test_checksums_that_are_none_of_the_body(server: Server, made: Made, sum_: str) -> None:
    server.script = [answer(200, b"hello", x_amz_checksum_crc32=sum_)]
    driver = made(s3)
    assert driver.run(driver.call(GET, OBJECT).body.read()) == b"hello"


def test_errors_of_streaming_operations_are_read(server: Server, made: Made) -> None:
    server.script = [answer(404, b"<Error><Code>NoSuchKey</Code><Message>m</Message></Error>")]
    assert isinstance(made(s3).call(GET, OBJECT), s3.NoSuchKey)


def test_connections_are_used_again_after_files(server: Server, made: Made) -> None:
    server.script = [answer()]
    driver = made(s3)
    for _ in range(8):
        driver.call(PUT, put(opened(LARGE[: 512 * 1024])))
    assert server.connections < 4  # a response may be there before the last byte is told to be sent


def asks_late(connection: Connection, request: Received) -> bool:
    """Says nothing of a body, and answers when it is there."""
    request.headers.pop("expect")
    return answer()(connection, request)


def says_more(connection: Connection, request: Received) -> bool:
    """Says that it has begun, and later that the body is wanted."""
    connection.sock.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n")
    return answer()(connection, request)


@pytest.mark.parametrize("act", [answer(), says_more])
def test_large_bodies_are_announced(server: Server, made: Made, act: Act) -> None:
    server.script = [act]
    driver = made(s3)
    for body in (LARGE, opened(LARGE), b"small"):
        driver.call(PUT, put(body))
    assert [each.headers.get("expect") for each in server.requests] == ["100-continue", "100-continue", None]
    assert [each.body for each in server.requests] == [LARGE, LARGE, b"small"]


@pytest.mark.parametrize("body", [LARGE, LARGE[: 256 * 1024]], ids=["asked for", "not asked for"])
@pytest.mark.parametrize(("count", "is_read"), [(10, True), (100, False)])
def test_responses_to_come_are_not_announced_without_an_end(
    server: Server, made: Made, body: bytes, count: int, *, is_read: bool
) -> None:
    def announces(connection: Connection, request: Received) -> bool:
        connection.body(request)
        connection.sock.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" * count + message(200, b"", {}))
        return True

    server.script = [announces]
    driver = made(s3, attempts=1)
    for kind in (bytes, opened):
        for _ in range(2):
            if is_read:
                assert type(driver.call(PUT, put(kind(body)))) is s3.PutObjectOutput
                continue
            with pytest.raises(ConnectionFailed):
                driver.call(PUT, put(kind(body)))
    assert is_read or server.connections == 4


@pytest.fixture
def be_patient(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets for how many seconds a body waits to be asked for."""

    def be_patient(seconds: float) -> None:
        for module in ("aiohttp_transport", "connections"):
            monkeypatch.setattr(f"botobind.io.engine.{module}.PATIENCE", seconds)

    return be_patient


def test_what_is_said_before_a_body_has_a_limit(server: Server, made: Made) -> None:
    server.script = [trickle_head_unasked]
    driver = made(s3, attempts=1)
    driver.limit(attempt=0.5)
    with pytest.raises(TimedOut):
        driver.call(PUT, put(opened(LARGE)))


def test_bodies_that_nobody_asks_for_are_sent_after_a_while(
    server: Server, made: Made, be_patient: Callable[[float], None]
) -> None:
    be_patient(0.05)
    asked: list[str | None] = []

    def act(connection: Connection, request: Received) -> bool:
        asked.append(request.headers.get("expect"))
        return asks_late(connection, request) if asked[-1] else answer()(connection, request)

    server.script = [act]
    driver = made(s3)
    for body in (LARGE, opened(LARGE), b"small"):
        driver.call(PUT, put(body))
    assert asked == ["100-continue", "100-continue", None]
    assert [each.body for each in server.requests] == [LARGE, LARGE, b"small"]


@pytest.mark.parametrize("body", [lambda: LARGE, lambda: opened(LARGE)], ids=["bytes", "file"])
def test_bodies_that_are_not_wanted_are_not_sent(
    server: Server, made: Made, be_patient: Callable[[float], None], body: Callable[[], Any]
) -> None:
    be_patient(20)
    refused = refuse_body(403, b"<Error><Code>AccessDenied</Code></Error>")
    server.script = [refused, answer()]
    driver = made(s3)
    assert driver.call(PUT, put(body())).code == "AccessDenied"
    driver.call(PUT, put(b"small"))
    assert server.connections == 2
    assert [each.body for each in server.requests] == [b"", b"small"]


def test_who_hangs_up_instead_of_asking(server: Server, made: Made) -> None:
    def hangs_up(*_: object) -> bool:
        return False

    server.script = [hangs_up, answer()]
    driver = made(s3, attempts=2)
    driver.call(PUT, put(opened(LARGE)))
    assert [each.body for each in server.requests] == [None, LARGE]


@pytest.mark.parametrize(("size", "habits", "is_small"), [
    (20_000, Habits(), True), (20, Habits(), False), (20_000, Habits(compresses=False), False),
    (20, Habits(smallest_compressed=1), True),
])  # fmt: skip
def test_requests_are_compressed(
    server: Server,
    made: Made,
    size: int,
    habits: Habits,
    is_small: bool,  # noqa: FBT001 - of a table
) -> None:
    server.script = [answer()]
    value = cloudwatch.PutMetricDataInput(namespace="x" * size)
    made(cloudwatch, habits=habits).call(cloudwatch.endpoints.PutMetricData, value)
    request = server.requests[0]
    assert (request.headers.get("content-encoding") == "gzip") is is_small
    body = gzip.decompress(request.body or b"") if is_small else request.body
    assert b"x" * size in (body or b"")


def test_event_streams_come_as_they_are_sent(server: Server, made: Made) -> None:
    operation = lambda_.endpoints.InvokeWithResponseStream
    chunk = lambda_.InvokeResponseStreamUpdate(payload=b"hello")
    event = lambda_.InvokeWithResponseStreamResponseEvent(payload_chunk=chunk)
    output = lambda_.InvokeWithResponseStreamResponse(event_stream=[event, event])
    response = operation.to_response(output)
    media_type = {"Content_Type": response.headers["Content-Type"]}
    server.script = [answer(200, response.body, **media_type)]
    driver = made(lambda_)
    found = driver.call(operation, lambda_.InvokeWithResponseStreamRequest(function_name="f")).event_stream

    async def all_of() -> list[Any]:
        return [each async for each in found]

    assert (driver.run(all_of()) if driver.is_async else list(found)) == [event, event]


def test_streams_of_events_up_are_refused(made: Made) -> None:
    class Facts:
        sends_events = True
        operation = PUT

    from botobind.io.engine.messages import Message

    with pytest.raises(TransportError, match="HTTP/2"):
        Message(Facts(), None)  # type: ignore[arg-type] # as one of Transcribe's
    assert made
