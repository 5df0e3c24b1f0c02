"""What goes wrong between a client and a service ends in an error of ours, and leaves no connection open."""

from __future__ import annotations

import asyncio
import gc
import io
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import psutil
import pytest
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import CredentialRetrievalError
from botocore.session import Session
from clients.script_server import Server, Step, step

from botobind import BotobindError, DecodeError, ServiceError, UnknownOperationError
from botobind.errors import ResponseError
from botobind.eventstream import Message, encode_message
from botobind.http import HttpRequest, HttpResponse, make_request, make_response
from botobind.io import ConnectionFailed, CredentialsMissing, TransportError
from botobind_services import dynamodb, lambda_, s3, sts

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
ONCE = {"total_max_attempts": 1}


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def connected(server: Server, service: str) -> Any:
    config = Config(s3={"addressing_style": "path"}, retries=ONCE, connect_timeout=5, read_timeout=5)
    return boto3.client(service, **KEYS, endpoint_url=server.url, config=config)


def connections(server: Server) -> int:
    """How many connections of this process to a server are open, on the client's side."""
    gc.collect()
    found = psutil.Process().net_connections("tcp")
    return sum(
        1 for each in found if each.raddr and each.raddr.port == server.http.server_port and each.status != "CLOSE_WAIT"
    )


def _get(client: Any) -> Any:
    return client.get_item(table_name="books", key={"pk": dynamodb.AttributeValue(s="a")})


def _read(client: Any) -> Any:
    with client.get_object(bucket="box", key="a").body as body:
        return body.read()


def _leave(client: Any) -> Any:
    body = client.get_object(bucket="box", key="a").body
    body.read(2)
    del body  # which the traceback would hold
    raise ConnectionFailed("left in the middle")


def _list(client: Any) -> Any:
    return client.list_objects_v2(bucket="box")


def _who(client: Any) -> Any:
    return client.get_caller_identity()


def _stream(client: Any) -> Any:
    return list(client.invoke_with_response_stream(function_name="echo").event_stream)


EVENT = encode_message(
    Message(
        {":message-type": "event", ":event-type": "PayloadChunk", ":content-type": "application/octet-stream"}, b"hi"
    )
)
EVENTS = {"content-type": "application/vnd.amazon.eventstream"}
HTML = b"<html><body>Bad Gateway</body></html>"

ROWS: list[tuple[str, Any, Callable[[Any], Any], Step, dict[str, str], type[BotobindError], str]] = [
    ("closed", dynamodb, _get, step(0), {}, ConnectionFailed, "GetItem: Connection was closed"),
    ("half a body", dynamodb, _get, step(200, b'{"It', 99), {}, ConnectionFailed, "GetItem: "),
    ("half a stream", s3, _read, step(200, b"hello", 99), {}, ConnectionFailed, "GetObject: "),
    ("left", s3, _leave, step(200, b"hello" * 99999), {}, ConnectionFailed, "left in the middle"),
    ("a header", s3, _read, step(200, b"hello" * 99999), {"x-amz-mp-parts-count": "x"}, ResponseError, "parts-count"),
    ("half an event", lambda_, _stream, step(200, EVENT + EVENT[:9]), EVENTS, DecodeError, "inside of a message"),
    ("a broken event", lambda_, _stream, step(200, EVENT[:-1] + b"\0"), EVENTS, DecodeError, "CRC|checksum"),
    ("events that break", lambda_, _stream, step(200, EVENT + EVENT[:9], 999), EVENTS, ConnectionFailed, "InvokeWithR"),
    ("no JSON", dynamodb, _get, step(200, HTML), {}, ResponseError, r"\$: "),
    ("no JSON of an error", dynamodb, _get, step(502, HTML), {}, UnknownOperationError, "502|Bad Gateway"),
    ("another type", dynamodb, _get, step(200, b'{"Item": 3}'), {}, ResponseError, r"\$\.Item: expected object"),
    ("no UTF-8", dynamodb, _get, step(200, b'{"Item": {"pk": {"S": "\xff"}}}'), {}, ResponseError, r"\$"),
    ("nested", dynamodb, _get, step(200, b'{"Item":' * 9999), {}, ResponseError, r"\$"),
    ("no XML", sts, _who, step(200, b"{}"), {}, ResponseError, r"\$"),
    ("half an XML", sts, _who, step(200, b"<GetCallerIdentityResponse><Get"), {}, ResponseError, r"\$"),
    ("an entity", sts, _who, step(200, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), {}, ResponseError, r"\$"),
    ("XML of S3 under 200", s3, _list, step(200, b"<ListBucketResult><Name>"), {}, ServiceError, "500|Unknown|."),
    ("a skewed clock", dynamodb, _get,
     step(400, b'{"__type": "x#InvalidSignatureException", "message": "Signature expired: 10 is now earlier"}'),
     {}, UnknownOperationError, "InvalidSignatureException: Signature expired"),
    ("a skewed clock in S3", s3, _list,
     step(403, b"<Error><Code>RequestTimeTooSkewed</Code><Message>too large</Message></Error>"),
     {}, UnknownOperationError, "RequestTimeTooSkewed: too large"),
]  # fmt: skip


@pytest.mark.parametrize(("package", "call", "answer", "headers", "kind", "text"), [row[1:] for row in ROWS],
                         ids=[row[0] for row in ROWS])  # fmt: skip
def test_what_a_service_answers_with(
    server: Server,
    package: Any,
    call: Callable[[Any], Any],
    answer: Step,
    headers: dict[str, str],
    kind: Any,
    text: str,
) -> None:
    server.script, server.headers = [answer], headers
    below = connected(server, package.service)
    client = package.io.Client(below)
    with pytest.raises(kind, match=text):
        call(client)
    client.close()
    below.close()
    assert connections(server) == 0


def test_nobody_holds_the_last_message() -> None:
    makes: list[Callable[[Any], Any]] = [
        lambda body: make_response(200, [], body),
        lambda body: make_request("GET", "/", [], [], body, ""),
    ]
    for make in makes:
        body = io.BytesIO(b"secret")
        kept = weakref.ref(body)
        assert make(body).body is body
        del body
        gc.collect()
        assert kept() is None


def test_credentials_that_cannot_be_fetched(server: Server) -> None:
    def refresh() -> Any:
        raise CredentialRetrievalError(provider="custom", error_msg="no answer")

    session = Session()
    session._credentials = RefreshableCredentials.create_from_metadata(
        {"access_key": "A", "secret_key": "S", "token": "T", "expiry_time": "2020-01-01T00:00:00Z"}, refresh, "custom"
    )
    below = session.create_client("dynamodb", region_name="us-east-1", endpoint_url=server.url)
    with pytest.raises(CredentialsMissing, match=r"GetItem: .*no answer"):
        _get(dynamodb.io.Client(below))
    assert server.requests == []
    below.close()


def test_a_server_that_speaks_no_tls(server: Server) -> None:
    server.script = [step(200, b"{}")]
    url = server.url.replace("http", "https")
    below = boto3.client("dynamodb", **KEYS, endpoint_url=url, config=Config(retries=ONCE))
    with pytest.raises(ConnectionFailed, match="GetItem: SSL validation failed") as raised:
        _get(dynamodb.io.Client(below))
    assert raised.value.__cause__ is not None
    below.close()


class _Suspended:
    """Suspends as often as it is told, as sockets and locks do."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __await__(self) -> Iterator[None]:
        for _ in range(self.times):
            yield


class _Body:
    def __init__(self) -> None:
        self.is_open = False

    async def __aiter__(self) -> Any:
        self.is_open = True
        try:
            for chunk in (b'{"TableNames": ', b'["a"], "LastEvaluated', b'TableName": "a"}'):
                await _Suspended(1)
                yield chunk
        finally:
            self.is_open = False


def test_cancelled_at_every_await() -> None:
    """Each call, loop and wait ends at whichever await it is cancelled, and the client goes on."""
    bodies: list[_Body] = []

    async def transport(_: HttpRequest) -> HttpResponse:
        await _Suspended(2)
        bodies.append(_Body())
        return HttpResponse(body=bodies[-1])

    client = dynamodb.io.AsyncClient(transport=transport)

    async def loop() -> list[str]:
        return [name async for name in client.list_tables.limited(max_items=1).items()]

    async def read() -> bytes:
        found: Any = await s3.io.AsyncClient(transport=transport).get_object(bucket="box", key="a")
        async with found.body as body:
            return b"".join([await body.read(2), await body.read()])

    uses: list[Callable[[], Any]] = [
        client.list_tables,
        loop,
        lambda: client.wait.table_exists(table_name="a", delay=0, max_attempts=2),
        read,
    ]
    for use in uses:
        awaits = 0
        while True:
            coroutine = use()
            try:
                for _ in range(awaits + 1):
                    coroutine.send(None)
            except (StopIteration, BotobindError, RuntimeError):
                break  # it has fewer awaits
            with pytest.raises(asyncio.CancelledError):
                coroutine.throw(asyncio.CancelledError())
            awaits += 1
        assert awaits >= 5
    gc.collect()
    assert len(bodies) > len(uses)
    assert not any(body.is_open for body in bodies)
    assert asyncio.run(client.list_tables()).table_names == ["a"]


@pytest.mark.parametrize("given", [None, 3, HttpResponse(status=200, headers={}, body="text")])  # type: ignore[arg-type]
def test_transports_that_give_something_else(given: Any) -> None:
    with pytest.raises(BotobindError):
        _get(dynamodb.io.Client(transport=lambda _: given))

    async def transport(_: HttpRequest) -> Any:
        await asyncio.sleep(0)
        return given

    with pytest.raises(BotobindError):
        asyncio.run(_get(dynamodb.io.AsyncClient(transport=transport)))


def test_an_asynchronous_function_for_a_client_and_the_other_way_round() -> None:
    async def transport(_: HttpRequest) -> HttpResponse:
        raise AssertionError  # nobody awaits it

    with pytest.raises(TransportError, match="the transport gave coroutine instead of an HttpResponse"):
        _get(dynamodb.io.Client(transport=transport))  # type: ignore[arg-type]
    with pytest.raises(TransportError, match="GetItem: TypeError: object HttpResponse can't be used in 'await'"):
        asyncio.run(_get(dynamodb.io.AsyncClient(transport=lambda _: HttpResponse())))  # type: ignore[arg-type,return-value]
