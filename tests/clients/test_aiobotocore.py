"""Clients that ride on aiobotocore's, over loopback. `nox -s io_async` runs these: aiobotocore takes few versions of
botocore, and not that of constraints.txt, so that it has an environment of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.config import Config
from clients.script_server import Server, Step, step
from support.fault_server import nobody

from botobind.errors import ResponseError, UnknownOperationError
from botobind.io import (
    ClientClosed,
    ConnectionFailed,
    CredentialsMissing,
    TimedOut,
    TransportError,
    WrongClient,
)
from botobind_services import dynamodb, lambda_, s3, sts

session = pytest.importorskip(
    "aiobotocore.session", reason="aiobotocore is in the environment of nox -s io_async alone"
)

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
ITEM = {"pk": dynamodb.AttributeValue(s="a")}
FOUND = b'{"Item": {"pk": {"S": "a"}}}'
NOT_FOUND = b'{"__type": "x#ResourceNotFoundException", "message": "no table"}'
SLOW = b'{"__type": "x#ProvisionedThroughputExceededException", "message": "slow down"}'
SKEWED = b'{"__type": "x#InvalidSignatureException", "message": "Signature expired: 10 is now earlier"}'
TOO_SKEWED = b"<Error><Code>RequestTimeTooSkewed</Code><Message>too large</Message></Error>"
ONCE = {"retries": {"total_max_attempts": 1}}


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@asynccontextmanager
async def connected(service: str, url: str, **options: Any) -> AsyncIterator[Any]:
    options = {"s3": {"addressing_style": "path"}, "connect_timeout": 5, "read_timeout": 5, **options}
    made = session.get_session().create_client(service, **KEYS, endpoint_url=url, config=Config(**options))
    async with made as client:
        yield client


def run(of: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        return await of()

    return asyncio.run(main())


NEW_EACH_TIME = {"amz-sdk-invocation-id", "x-amz-date", "authorization", "content-length", "date", "user-agent"}


def told(server: Server) -> tuple[Any, ...]:
    """The last request, but for what is new each time."""
    method, path, headers = server.heads[-1]
    signed = headers["authorization"].partition(", Signature=")[0]
    kept = {name: text for name, text in headers.items() if name not in NEW_EACH_TIME}
    query = sorted(parse_qsl(urlsplit(path).query, keep_blank_values=True))
    return (
        method,
        (urlsplit(path).path, query),
        kept,
        signed,
        server.requests[-1][1].replace(b'": ', b'":').replace(b', "', b',"'),
    )


CALLS: list[tuple[Any, str, Any, bytes, dict[str, str]]] = [
    (dynamodb, "get_item", dynamodb.GetItemInput(table_name="books", key=ITEM), FOUND, {}),
    (dynamodb, "list_tables", dynamodb.ListTablesInput(limit=3), b'{"TableNames": ["books"]}', {}),
    (
        sts,
        "assume_role",
        sts.AssumeRoleRequest(role_arn="arn:aws:iam::123456789012:role/r", role_session_name="me"),
        b"<AssumeRoleResponse><AssumeRoleResult><SourceIdentity>x</SourceIdentity></AssumeRoleResult></AssumeRoleResponse>",
        {},
    ),
    (
        s3,
        "list_objects_v2",
        s3.ListObjectsV2Request(bucket="box", prefix="a b"),
        b"<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a%2B+b</Key></Contents></ListBucketResult>",
        {},
    ),
    (
        s3,
        "get_bucket_location",
        s3.GetBucketLocationRequest(bucket="box"),
        b"<LocationConstraint>EU</LocationConstraint>",
        {},
    ),
    (s3, "put_object", s3.PutObjectRequest(bucket="box", key="a/ü", body=b"hello"), b"", {"ETag": '"1"'}),
    (lambda_, "list_functions", lambda_.ListFunctionsRequest(), b'{"Functions": [{"FunctionName": "f"}]}', {}),
]


@pytest.mark.parametrize(("package", "method", "request_", "body", "headers"), CALLS, ids=lambda each: str(each)[:20])
def test_the_same_request_and_answer(
    server: Server, package: Any, method: str, request_: Any, body: bytes, headers: dict[str, str]
) -> None:
    server.script, server.headers = [step(200, body)], headers

    async def both() -> tuple[Any, Any, Any, Any]:
        async with connected(package.service, server.url) as below:
            theirs = await getattr(below, method)(**request_.to_value())
            asked = told(server)
            ours = package.io.AsyncClient(below)
            found = await getattr(ours, method).send(request_)
            before = dict(below.__dict__)
            assert await getattr(ours, method).result(request_) == found
            assert below.__dict__ == before
            return theirs, asked, found, told(server)

    theirs, asked, found, ours = run(both)
    method_, path, kept, signed, sent = asked
    kept_by_us = {name: text for name, text in ours[2].items() if name in kept or name != "content-type"}
    assert (ours[0], ours[1], ours[4]) == (method_, path, sent)
    assert kept_by_us == kept
    assert ours[3].replace("content-type;", "") == signed.replace("content-type;", "")
    theirs.pop("ResponseMetadata")
    assert found == getattr(package, type(found).__name__).of_value(theirs)


def test_pages_waits_and_errors(server: Server) -> None:
    server.script = [
        step(200, b'{"TableNames": ["a"], "LastEvaluatedTableName": "a"}'),
        step(200, b'{"TableNames": ["b"]}'),
        step(200, b'{"Table": {"TableStatus": "CREATING"}}'),
        step(400, NOT_FOUND),
        step(200, b'{"Table": {"TableStatus": "ACTIVE"}}'),
        step(400, NOT_FOUND),
    ]

    async def use() -> None:
        async with connected("dynamodb", server.url) as below:
            client = dynamodb.io.AsyncClient(below)
            assert [name async for name in client.list_tables.items()] == ["a", "b"]
            found = await client.wait.table_exists(table_name="books", delay=0)
            assert found.table is not None
            assert found.table.table_status == "ACTIVE"
            with pytest.raises(dynamodb.ResourceNotFoundException, match="no table") as raised:
                await client.get_item(table_name="books", key=ITEM)
            assert (raised.value.status, raised.value.request_id, raised.value.attempts) == (400, "id-1", 1)
            assert type(raised.value.__cause__) is below.exceptions.ResourceNotFoundException
            await client.close()
            with pytest.raises(ClientClosed):
                await client.list_tables()

    run(use)


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("failure", [step(503), step(400, SLOW), step(0)], ids=["503", "throttled", "closed"])
def test_what_fails_first_is_tried_again(
    server: Server, monkeypatch: pytest.MonkeyPatch, mode: str, failure: Step
) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr("asyncio.sleep", lambda *_: sleep(0))
    server.script = [failure, failure, step(200, FOUND)]

    async def use() -> Any:
        async with connected("dynamodb", server.url, retries={"mode": mode, "total_max_attempts": 3}) as below:
            return await dynamodb.io.AsyncClient(below).get_item(table_name="books", key=ITEM)

    assert run(use).item == ITEM
    assert [f"attempt={number}" in attempt for number, (attempt, _) in enumerate(server.requests, 1)] == [True] * 3


def test_handlers_change_parameters(server: Server) -> None:
    server.script = [step(200, FOUND)]

    async def change(params: Any, **_: Any) -> None:
        await asyncio.sleep(0)
        params["TableName"] = "films"

    async def use() -> None:
        async with connected("dynamodb", server.url) as below:
            below.meta.events.register("before-parameter-build.dynamodb.GetItem", change)
            await dynamodb.io.AsyncClient(below).get_item(table_name="books", key=ITEM)

    run(use)
    assert dynamodb.GetItemInput.of_string(server.requests[0][1]).table_name == "films"


def test_bodies_are_read_bit_by_bit(server: Server) -> None:
    content = bytes(range(250)) * 400
    server.script = [step(200, content)]

    async def use() -> None:
        async with connected("s3", server.url) as below:
            client = s3.io.AsyncClient(below)
            found: Any = (await client.get_object(bucket="box", key="a")).body
            async with found as body:
                assert await body.read(4) == content[:4]
                assert b"".join([chunk async for chunk in body]) == content[4:]
            whole: Any = (await client.get_object(bucket="box", key="a")).body
            assert await whole.read() == content
        async with connected("lambda", server.url) as below:
            invoked = await lambda_.io.AsyncClient(below).invoke(function_name="echo")
            assert invoked.payload == content

    run(use)


def test_events_come_one_by_one(server: Server) -> None:
    sent = lambda_.InvokeWithResponseStreamResponse(
        event_stream=[
            lambda_.InvokeWithResponseStreamResponseEvent(
                payload_chunk=lambda_.InvokeResponseStreamUpdate(payload=payload)
            )
            for payload in (b"one", b"two")
        ]
    )
    response = lambda_.endpoints.InvokeWithResponseStream.to_response(sent)
    assert isinstance(response.body, bytes)
    server.script = [step(200, response.body), step(200, response.body[:-4], len(response.body))]
    server.headers = {"content-type": "application/vnd.amazon.eventstream"}

    async def use() -> None:
        async with connected("lambda", server.url, **ONCE) as below:
            client = lambda_.io.AsyncClient(below)
            found: Any = (await client.invoke_with_response_stream(function_name="echo")).event_stream
            assert [event async for event in found] == sent.event_stream
            broken: Any = (await client.invoke_with_response_stream(function_name="echo")).event_stream
            with pytest.raises(ConnectionFailed, match="InvokeWithResponseStream: "):
                [event async for event in broken]

    run(use)


def test_what_breaks(server: Server) -> None:
    async def calling(service: Any, method: str, options: dict[str, Any] = ONCE, **members: Any) -> Any:
        async with connected(service.service, server.url, **options) as below:
            found = await getattr(service.io.AsyncClient(below), method)(**members)
            body: Any = getattr(found, "body", None)
            if body is not None:
                async with body:
                    await body.read()
            return found

    get: dict[str, Any] = {"table_name": "books", "key": ITEM}
    box = {"bucket": "box", "key": "a"}
    rows: list[tuple[Step, Any, str, Any, dict[str, Any]]] = [
        (step(0), dynamodb, "get_item", ConnectionFailed, get),
        (step(200, FOUND[:9], len(FOUND)), dynamodb, "get_item", ConnectionFailed, get),
        (step(200, b"hello", 10), s3, "get_object", ConnectionFailed, box),
        (step(200, b"hello", 10), lambda_, "invoke", ConnectionFailed, {"function_name": "echo"}),
        (step(200, b"[]"), dynamodb, "get_item", ResponseError, get),
        (step(400, SKEWED), dynamodb, "get_item", UnknownOperationError, get),
        (step(403, TOO_SKEWED), s3, "get_object", UnknownOperationError, box),
    ]
    for answer, service, method, kind, members in rows:
        server.script = [answer]
        with pytest.raises(kind):
            run(lambda: calling(service, method, **members))
    server.script = [step(200, b"hello")]
    server.headers = {"x-amz-checksum-crc32": "AAAAAA=="}
    with pytest.raises(ResponseError, match="did not match calculated checksum"):
        run(lambda: calling(s3, "get_object", **box))
    server.script = [step(-1)]
    with pytest.raises(TimedOut, match="GetItem: "):
        run(lambda: calling(dynamodb, "get_item", {**ONCE, "read_timeout": 0.2}, **get))


def test_the_same_url_and_post(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: datetime(2024, 5, 1, 10))

    async def use() -> None:
        async with connected("s3", "http://localhost", signature_version="s3v4") as below:
            client = s3.io.AsyncClient(below)
            theirs = await below.generate_presigned_url("get_object", {"Bucket": "box", "Key": "a"}, 60)
            assert await client.get_object.presign(60, bucket="box", key="a") == theirs
            post = await client.presign_post("box", "a")
            made = await below.generate_presigned_post("box", "a")
            assert (post.url, sorted(post.fields)) == (made["url"], sorted(made["fields"]))

    run(use)


def test_nobody_listens() -> None:
    async def use() -> None:
        async with connected("dynamodb", f"http://{host}", **ONCE) as below:
            await dynamodb.io.AsyncClient(below).list_tables()

    with nobody() as host, pytest.raises(ConnectionFailed, match="ListTables: Could not connect"):
        run(use)


def test_cancelled_calls_leave_nothing_open(server: Server) -> None:
    server.script = [step(-1)]

    async def use() -> None:
        async with connected("dynamodb", server.url, read_timeout=20, **ONCE) as below:
            client = dynamodb.io.AsyncClient(below)
            calls = [asyncio.create_task(client.list_tables()) for _ in range(3)]
            while len(server.requests) < len(calls):  # noqa: ASYNC110 - the server is a thread
                await asyncio.sleep(0.01)
            for call in calls:
                call.cancel()
            ended = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(each, asyncio.CancelledError) for each in ended)
            server.script = [step(200, b"{}")]
            assert await client.list_tables() == dynamodb.ListTablesOutput()

    run(use)


def test_cancelled_at_every_await(server: Server) -> None:
    server.script = [step(200, FOUND)]

    async def use() -> int:
        async with connected("dynamodb", server.url, **ONCE) as below:
            client = dynamodb.io.AsyncClient(below)
            turns = 0
            while True:
                call = asyncio.create_task(client.get_item(table_name="books", key=ITEM))
                for _ in range(turns):
                    await asyncio.sleep(0)
                if call.done() or turns > 200:
                    assert (await call).item == ITEM
                    return turns
                call.cancel()
                ended = await asyncio.gather(call, return_exceptions=True)
                assert isinstance(ended[0], asyncio.CancelledError)
                turns += 1 if turns < 20 else 20

    assert run(use) > 3


def test_a_client_below_that_was_closed(server: Server) -> None:
    server.script = [step(200, FOUND)]

    async def use() -> None:
        async with connected("dynamodb", server.url, **ONCE) as below:
            client = dynamodb.io.AsyncClient(below)
            await client.get_item(table_name="books", key=ITEM)
        with pytest.raises(TransportError, match="GetItem: "):
            await client.get_item(table_name="books", key=ITEM)

    run(use)


def test_clients_of_other_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

    async def use() -> None:
        sync = boto3.client("dynamodb", **KEYS)
        with pytest.raises(WrongClient, match="the client is not asynchronous"):
            dynamodb.io.AsyncClient(sync)
        entered = session.get_session().create_client("sqs", **KEYS)
        with pytest.raises(
            WrongClient, match=r"a client of aiobotocore's, got ClientCreatorContext; `async with` gives"
        ):
            dynamodb.io.AsyncClient(entered)
        async with entered as other:
            with pytest.raises(WrongClient, match="expected a client of dynamodb, got one of sqs"):
                dynamodb.io.AsyncClient(other)
            with pytest.raises(WrongClient, match="the client is asynchronous"):
                dynamodb.io.Client(other)
        async with session.get_session().create_client("dynamodb", region_name="eu-west-1") as nobody:
            with pytest.raises(CredentialsMissing, match="ListTables: Unable to locate credentials"):
                await dynamodb.io.AsyncClient(nobody).list_tables()

    run(use)
