"""Clients that ride on boto3's over loopback: what is tried again, and what breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from clients.script_server import Server, Step, step
from support.fault_server import nobody

from botobind.errors import ResponseError
from botobind.io import ConnectionFailed, TimedOut
from botobind_services import dynamodb, lambda_, s3

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
ITEM = {"pk": dynamodb.AttributeValue(s="a")}
FOUND = b'{"Item": {"pk": {"S": "a"}}}'
SLOW = b'{"__type": "x#ProvisionedThroughputExceededException", "message": "slow down"}'


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


Connect = Callable[..., Any]


@pytest.fixture
def connect(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    monkeypatch.setattr("time.sleep", lambda _: None)
    clients = []

    def connect(service: str, **options: Any) -> Any:
        options = {"s3": {"addressing_style": "path"}, "connect_timeout": 5, "read_timeout": 5, **options}
        clients.append(boto3.client(service, **KEYS, endpoint_url=server.url, config=Config(**options)))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("failure", [step(503), step(400, SLOW), step(0)], ids=["503", "throttled", "closed"])
def test_what_fails_first_is_tried_again(server: Server, connect: Connect, mode: str, failure: Step) -> None:
    server.script = [failure, failure, step(200, FOUND)]
    ours = dynamodb.io.Client(connect("dynamodb", retries={"mode": mode, "total_max_attempts": 3}))
    assert ours.get_item(table_name="books", key=ITEM).item == ITEM
    assert [f"attempt={number}" in attempt for number, (attempt, _) in enumerate(server.requests, 1)] == [True] * 3
    assert {body for _, body in server.requests} == {b'{"TableName":"books","Key":{"pk":{"S":"a"}}}'}


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_what_keeps_failing_says_how_often(server: Server, connect: Connect, mode: str) -> None:
    server.script = [step(400, SLOW)]
    ours = dynamodb.io.Client(connect("dynamodb", retries={"mode": mode, "total_max_attempts": 3}))
    with pytest.raises(dynamodb.ProvisionedThroughputExceededException, match="slow down") as raised:
        ours.get_item(table_name="books", key=ITEM)
    error = raised.value
    assert (error.attempts, error.request_id, error.throttling, error.retryable) == (3, "id-1", True, True)
    assert len(server.requests) == 3


def test_connections_that_fail(server: Server, connect: Connect) -> None:
    once = {"retries": {"total_max_attempts": 1}}
    server.script = [step(0)]
    with pytest.raises(ConnectionFailed, match="GetItem: Connection was closed before we received a valid response"):
        dynamodb.io.Client(connect("dynamodb", **once)).get_item(table_name="books", key=ITEM)
    server.script = [step(-1)]
    with pytest.raises(TimedOut, match="GetItem: Read timeout"):
        dynamodb.io.Client(connect("dynamodb", read_timeout=0.2, **once)).get_item(table_name="books", key=ITEM)
    with nobody() as host:
        below = boto3.client("dynamodb", **KEYS, endpoint_url=f"http://{host}", config=Config(**once))
        with pytest.raises(ConnectionFailed, match="GetItem: Could not connect"):
            dynamodb.io.Client(below).get_item(table_name="books", key=ITEM)
        below.close()


def test_bodies_that_break(server: Server, connect: Connect) -> None:
    server.script = [step(200, b"hello", 10)]
    body = s3.io.Client(connect("s3")).get_object(bucket="box", key="a").body
    assert body is not None
    with body, pytest.raises(ConnectionFailed, match="GetObject: "):  # type: ignore[union-attr]
        b"".join(iter(lambda: body.read(5), b""))  # type: ignore[union-attr]
    with pytest.raises(ConnectionFailed, match="Invoke: "):
        lambda_.io.Client(connect("lambda", retries={"total_max_attempts": 1})).invoke(function_name="echo")
    server.script = [step(200, FOUND[:9], len(FOUND))]
    # Older versions of botocore find it out themselves.
    ended = f"GetItem: (the body ended after 9 of {len(FOUND)} bytes|Connection was closed)"
    with pytest.raises(ConnectionFailed, match=ended):
        dynamodb.io.Client(connect("dynamodb")).get_item(table_name="books", key=ITEM)


def test_a_checksum_that_does_not_fit(server: Server, connect: Connect) -> None:
    server.script = [step(200, b"hello")]
    server.headers = {"x-amz-checksum-crc32": "AAAAAA=="}
    body = s3.io.Client(connect("s3")).get_object(bucket="box", key="a").body
    assert body is not None
    with body, pytest.raises(ResponseError, match="did not match calculated checksum"):  # type: ignore[union-attr]
        body.read()  # type: ignore[union-attr]


def test_bodies_that_are_sent_in_chunks(server: Server, connect: Connect) -> None:
    server.script = [step(200)]
    content = bytes(range(250)) * 4000
    found = s3.io.Client(connect("s3", request_checksum_calculation="when_required"))
    with open(__file__, "rb") as file:  # noqa: PTH123 - as users do
        found.put_object(bucket="box", key="a", body=file)
        file.seek(0)
        assert server.requests[0][1] == file.read()
    found.put_object(bucket="box", key="a", body=content)
    assert server.requests[1][1] == content
