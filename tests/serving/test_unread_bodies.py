"""Bodies that no handler has read: the next request of the connection is answered nevertheless."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config

from botobind.server import Application, Limits, asgi, running
from botobind_services import s3

LARGE = 3_000_000
"""More than is read for the sake of a connection."""


def takes(_: Any) -> Any:
    return s3.PutObjectOutput(etag="1")


def refuses(_: Any) -> Any:
    raise s3.NoSuchBucket(message="there is no box")


async def waits(_: Any) -> Any:
    await asyncio.sleep(60)


@pytest.mark.parametrize("handler", [takes, refuses])
def test_clients_of_boto3_that_wait_for_a_word(handler: Callable[[Any], Any]) -> None:
    application = Application(s3, {"PutObject": handler, "HeadBucket": lambda _: s3.HeadBucketOutput()})
    config = Config(retries={"max_attempts": 0, "mode": "standard"}, read_timeout=10)
    with running(application) as url:
        client = boto3.client(
            "s3", "us-east-1", endpoint_url=url, aws_access_key_id="a", aws_secret_access_key="b", config=config
        )
        for size in (10, 300_000, LARGE):
            for _ in range(2):
                if handler is takes:
                    client.put_object(Bucket="box", Key="k", Body=io.BytesIO(bytes(size)))
                else:
                    with pytest.raises(client.exceptions.NoSuchBucket, match="there is no box"):
                        client.put_object(Bucket="box", Key="k", Body=io.BytesIO(bytes(size)))
                client.head_bucket(Bucket="box")
        client.close()


ROWS: list[tuple[dict[str, Any], list[Any], bool, int]] = [
    # the scope besides, the messages, whether the connection is kept, how many messages are asked for
    ({}, [], True, 0),
    ({"content-length": "0"}, [], True, 0),
    ({"content-length": "4"}, [(b"ab", True), (b"cd", False)], True, 2),
    ({"content-length": "4", "expect": "100-continue"}, [(b"abcd", False)], True, 1),
    ({"transfer-encoding": "chunked"}, [(b"ab", True), (b"", False)], True, 2),
    ({"content-length": str(LARGE)}, [(bytes(LARGE // 2), True), (bytes(LARGE // 2), False)], False, 1),
    ({"content-length": "4"}, [(b"ab", True)], False, 2),  # the client has gone
    ({"content-length": "4", "http_version": "2"}, [], True, 0),
]


@pytest.mark.parametrize(("headers", "messages", "is_kept", "asked"), ROWS)
def test_what_is_left_of_a_body_is_read_within_limits(
    headers: dict[str, str],
    messages: list[Any],
    is_kept: bool,  # noqa: FBT001 - a row
    asked: int,
) -> None:
    status, sent, came = answered(Application(s3, {"PutObject": takes}), "PUT", headers, messages)
    assert (status, b"connection" not in sent, came) == (200, is_kept, asked)


@pytest.mark.parametrize(("handler", "method", "headers", "status"), [
    (refuses, "PUT", {"content-length": "4", "expect": "100-continue"}, 404),
    (waits, "PUT", {"content-length": "4"}, 408),
])  # fmt: skip
def test_nobody_asks_for_a_body_that_is_refused(
    handler: Any, method: str, headers: dict[str, str], status: int
) -> None:
    application = Application(s3, {"PutObject": handler}, limits=Limits(seconds=0.05))
    assert answered(application, method, headers, [(b"abcd", False)]) == (status, {b"connection": b"close"}, 0)


def answered(
    application: Application, method: str, headers: dict[str, str], messages: list[Any]
) -> tuple[int, dict[bytes, bytes], int]:
    """Status, the header `Connection`, and how many messages were asked for."""
    incoming, sent, asked = iter(messages), [], 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        body, more = next(incoming, (None, False))
        return (
            {"type": "http.disconnect"} if body is None else {"type": "http.request", "body": body, "more_body": more}
        )

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers.items() if name != "http_version"]
    scope = {
        "type": "http", "method": method, "raw_path": b"/box/k", "path": "", "query_string": b"", "headers": pairs,
        "http_version": headers.get("http_version", "1.1"),
    }  # fmt: skip
    asyncio.run(asgi(application)(scope, receive, send))
    told = {name: value for name, value in sent[0]["headers"] if name == b"connection"}
    return sent[0]["status"], told, asked
