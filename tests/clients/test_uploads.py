"""Bodies that are sent, over loopback: checksums that trail them over TLS, and servers that refuse them beforehand."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from clients.script_server import Server, step
from clients.tls import certified, crc32_of, unchunked
from urllib3.util import wait_for_read

from botobind import EncodeError, ServiceError
from botobind.io import TransportError
from botobind_services import lambda_, s3

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
CONTENT = bytes(range(250)) * 9000
"""More than two of botocore's chunks of a mebibyte."""
REFUSED = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"


class Reader:
    """What has `read` and no more."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def read(self, size: int = -1, /) -> bytes:
        return self._file.read(size)


def pieces(content: bytes) -> Iterator[bytes]:
    yield b""
    for start in range(0, len(content), 70_000):
        yield content[start : start + 70_000]


Make = Callable[[bytes], Any]

TWICE = ("bytes", "bytearray", "memory", "file")
ONCE: dict[str, Make] = {
    "reader": Reader,
    "generator": pieces,
    "iterator": lambda content: iter([content[:9], content[9:]]),
}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """Makes a body of a kind."""
    files: list[Any] = []

    def opened(content: bytes) -> Any:
        (tmp_path / "content").write_bytes(content)
        files.append((tmp_path / "content").open("rb"))
        return files[-1]

    kinds: dict[str, Make] = {"bytes": bytes, "bytearray": bytearray, "memory": io.BytesIO, "file": opened, **ONCE}
    yield lambda kind: kinds[kind](CONTENT)
    for file in files:
        file.close()


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[..., tuple[Any, Server]]]:
    made: list[tuple[Any, Server]] = []

    def connect(*, tls: bool = True, service: str = "s3", **options: Any) -> tuple[Any, Server]:
        context, trusted = certified(tmp_path) if tls else (None, None)
        server = Server(context)
        server.script = [step(200)]
        settings = Config(
            **{"s3": {"addressing_style": "path"}, "retries": {"total_max_attempts": 1}, **options},
            connect_timeout=5, read_timeout=5,
        )  # fmt: skip
        below = boto3.client(service, **KEYS, endpoint_url=server.url, verify=trusted, config=settings)
        made.append((below, server))
        return below, server

    yield connect
    for below, server in made:
        below.close()
        server.close()


NEW_EACH_TIME = {"amz-sdk-invocation-id", "x-amz-date", "authorization", "user-agent"}


def told(server: Server) -> dict[str, str]:
    return {name: text for name, text in server.heads[-1][2].items() if name not in NEW_EACH_TIME}


@pytest.mark.parametrize("kind", [*TWICE, *ONCE])
def test_checksums_trail_bodies_over_tls(kind: str, connect: Any, make: Callable[[str], Any]) -> None:
    below, server = connect()
    client = s3.io.Client(below)
    client.put_object(bucket="box", key="a", body=make(kind))
    ours, headers = server.requests[-1][1], told(server)
    assert unchunked(ours) == (CONTENT, {"x-amz-checksum-crc32": crc32_of(CONTENT)})
    expected = {
        "content-encoding": "aws-chunked",
        "transfer-encoding": "chunked",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-sdk-checksum-algorithm": "CRC32",
    }
    assert expected.items() <= headers.items()
    assert headers.get("x-amz-decoded-content-length") == (None if kind in ONCE else str(len(CONTENT)))
    if kind in TWICE:
        below.put_object(Bucket="box", Key="a", Body=make(kind))
        assert (server.requests[-1][1], told(server)) == (ours, headers)
    sha256 = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    length = len(CONTENT)
    client.put_object(bucket="box", key="a", body=make(kind), checksum_algorithm="SHA256", content_length=length)
    assert unchunked(server.requests[-1][1]) == (CONTENT, {"x-amz-checksum-sha256": sha256})
    assert told(server)["x-amz-decoded-content-length"] == str(length)


NO_CHECKSUM = {"request_checksum_calculation": "when_required"}


@pytest.mark.parametrize("options", [{"tls": False}, {"tls": False, **NO_CHECKSUM}, NO_CHECKSUM], ids=str)
@pytest.mark.parametrize("kind", [*TWICE, *ONCE])
def test_other_bodies_are_read_before_they_are_sent(
    kind: str, options: dict[str, Any], connect: Any, make: Callable[[str], Any]
) -> None:
    below, server = connect(**options)
    client = s3.io.Client(below)
    if kind in TWICE:
        client.put_object(bucket="box", key="a", body=make(kind))
        assert server.requests[-1][1] == CONTENT
        assert told(server)["x-amz-content-sha256"] == hashlib.sha256(CONTENT).hexdigest()
    else:
        with pytest.raises(EncodeError, match="PutObject: the body can be read once alone"):
            client.put_object(bucket="box", key="a", body=make(kind))
        assert server.requests == []


@pytest.mark.parametrize("kind", [*TWICE, *ONCE])
def test_what_is_read_once_is_sent_once(
    kind: str, connect: Any, make: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    below, server = connect(retries={"total_max_attempts": 3})
    client = s3.io.Client(below)
    server.script = [step(503), step(200)]
    if kind in TWICE:
        client.put_object(bucket="box", key="a", body=make(kind))
        assert [unchunked(body)[0] for _, body in server.requests] == [CONTENT] * 2
    else:
        with pytest.raises(TransportError, match="PutObject: Need to rewind the stream"):
            client.put_object(bucket="box", key="a", body=make(kind))
        assert len(server.requests) == 1


def test_bodies_that_are_awaited_are_for_others(connect: Any) -> None:
    class Awaited:
        async def read(self, _: int = -1) -> bytes:
            return b""

    async def chunks() -> Any:
        yield b""

    below, server = connect()
    for body in (Awaited(), chunks()):
        with pytest.raises(EncodeError, match="PutObject: the body is asynchronous: an AsyncClient sends it"):
            s3.io.Client(below).put_object(bucket="box", key="a", body=body)
    assert server.requests == []
    asyncio.run(body.aclose())


@pytest.mark.parametrize("kind", ["memory", "file", "bytes"])
def test_a_server_that_refuses_a_body_beforehand_does_not_get_it(
    kind: str, connect: Any, make: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # botocore waits a second for the answer, and sends the body then.
    monkeypatch.setattr("urllib3.util.wait_for_read", lambda sock, _: wait_for_read(sock, 20))
    below, server = connect(tls=False)
    server.refuses, server.script, server.headers = True, [step(403, REFUSED)], {"Connection": "close"}
    client = s3.io.Client(below)
    with pytest.raises(ServiceError, match="AccessDenied: no") as raised:
        client.put_object(bucket="box", key="a", body=make(kind))
    assert raised.value.status == 403
    assert server.heads[-1][2]["expect"] == "100-continue"
    assert server.after_refusal.get(timeout=20) == b""


@pytest.mark.parametrize("tls", [False, True])
def test_a_server_that_says_continue_gets_it(tls: bool, connect: Any) -> None:  # noqa: FBT001 - a row
    below, server = connect(tls=tls)
    s3.io.Client(below).put_object(bucket="box", key="a", body=io.BytesIO(CONTENT))
    assert server.heads[-1][2]["expect"] == "100-continue"
    body = server.requests[-1][1]
    assert (unchunked(body)[0] if tls else body) == CONTENT


def test_other_streams_go_as_they_are(connect: Any) -> None:
    below, server = connect(service="lambda")
    lambda_.io.Client(below).invoke(function_name="echo", payload=CONTENT[:99])
    assert server.requests[-1][1] == CONTENT[:99]
