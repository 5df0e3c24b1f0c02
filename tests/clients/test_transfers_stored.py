"""Whole objects in moto's server, by clients of each kind: what is stored is what boto3 stores, and what comes back is
what was sent.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from inspect import isawaitable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from support.moto_server import moto_server

from botobind.io.engine.data import Credentials
from botobind.io.transfers import TransferConfig
from botobind_services import s3

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
KIB = 1024
CONFIG = TransferConfig(multipart_threshold=16 * KIB, multipart_chunksize=10 * KIB, max_concurrency=3)
CONTENT = bytes(range(256)) * 180
"""Five parts, the last of which is short."""
SIZES = [0, 16 * KIB - 1, 16 * KIB, len(CONTENT)]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture(scope="module")
def theirs(url: str) -> Iterator[Any]:
    below = boto3.client("s3", **KEYS, endpoint_url=url, config=Config(s3={"addressing_style": "path"}))
    below.create_bucket(Bucket="box")
    yield below
    below.close()


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botobind.io.transfers.config.SMALLEST_PART", 1)
    monkeypatch.setattr("moto.settings.S3_UPLOAD_PART_MIN_SIZE", 1)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1, raising=False)


class Client:
    """A client whose methods are awaited where they have to be."""

    def __init__(self, kind: str, url: str, below: Any, **options: Any) -> None:
        keys = Credentials(access_key="AKID", secret_key="SECRET")
        alone: Any = {"region": "us-east-1", "credentials": keys, "endpoint_url": url, "addressing_style": "path"}
        alone |= options
        self.is_async = kind == "async"
        self._runner = asyncio.Runner() if kind == "async" else None
        self.client: Any = (
            s3.io.Client(below)
            if kind == "riding"
            else (s3.io.AsyncClient if kind == "async" else s3.io.Client)(**alone)
        )

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            return self.run(getattr(self.client, name)(*arguments, **options))

        return call

    def stored(self, key: str) -> bytes:
        """An object, as a call has it."""
        body = self.get_object(bucket="box", key=key).body
        found: bytes = self.run(body.read())
        return found

    def run(self, found: Any) -> Any:
        async def of() -> Any:
            return await found

        return self._runner.run(of()) if self._runner is not None and isawaitable(found) else found

    def close(self) -> None:
        self.run(self.client.close())
        if self._runner is not None:
            self._runner.close()


@pytest.fixture(params=["sync", "async", "riding"])
def client(request: pytest.FixtureRequest, url: str, theirs: Any) -> Iterator[Any]:
    made = Client(request.param, url, theirs)
    yield made
    made.close()


@pytest.fixture(params=["sync", "async"])
def alone(request: pytest.FixtureRequest, url: str, theirs: Any) -> Iterator[Any]:
    made = Client(request.param, url, theirs)
    yield made
    made.close()


class Stream:
    """What can be read once, and gives less than it is asked for."""

    def __init__(self, content: bytes) -> None:
        self.file = io.BytesIO(content)

    def read(self, size: int) -> bytes:
        return self.file.read(min(size, 7000))


class AwaitedStream(Stream):
    async def read(self, size: int) -> bytes:  # type: ignore[override] # it is awaited
        return super().read(size)


async def awaited(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 25_000):
        yield b""
        yield content[at : at + 25_000]


def stands_at_three(content: bytes) -> io.BytesIO:
    file = io.BytesIO(b"abc" + content)
    file.seek(3)
    return file


BODIES: dict[str, Callable[[bytes], Any]] = {
    "bytes": lambda content: content,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "file": io.BytesIO,
    "file that stands elsewhere": stands_at_three,
    "stream": Stream,
    "chunks": lambda content: [b"", content[:25_000], b"", content[25_000:]],
    "generator": lambda content: (content[at : at + 100] for at in range(0, len(content), 100)),
}
AWAITED: dict[str, Callable[[bytes], Any]] = {"awaited stream": AwaitedStream, "awaited chunks": awaited}


@pytest.mark.parametrize("size", SIZES)
def test_files_there_and_back(client: Any, theirs: Any, tmp_path: Path, size: int) -> None:
    up, down = tmp_path / "up", tmp_path / "down"
    up.write_bytes(CONTENT[:size])
    down.write_bytes(b"of before")
    told: list[int] = []
    request = s3.PutObjectRequest(bucket="box", key="a b", content_type="text/x", metadata={"n": "1"})
    client.upload_file(up, request, progress=told.append, config=CONFIG)
    assert sum(told) == size
    assert request.body is None
    found = theirs.get_object(Bucket="box", Key="a b")
    assert found["Body"].read() == CONTENT[:size]
    assert (found["ContentType"], found["Metadata"]) == ("text/x", {"n": "1"})
    parts = -(-size // CONFIG.multipart_chunksize)
    assert found["ETag"].endswith(f'-{parts}"') == (size >= CONFIG.multipart_threshold)
    client.copy(s3.CopyObjectRequest(bucket="box", key="b", copy_source="box/a b"), progress=told.append, config=CONFIG)
    assert sum(told) == 2 * size
    copied = theirs.head_object(Bucket="box", Key="b")
    assert (copied["ETag"], copied["ContentType"], copied["Metadata"]) == (found["ETag"], "text/x", {"n": "1"})
    get = s3.GetObjectRequest(bucket="box", key="b")
    client.download_file(get, str(down), progress=told.append, config=CONFIG)
    assert down.read_bytes() == CONTENT[:size]
    assert sum(told) == 3 * size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["down", "up"]
    assert "Uploads" not in theirs.list_multipart_uploads(Bucket="box")


@pytest.mark.parametrize("size", [0, 10 * KIB, len(CONTENT)])
def test_what_is_sent_and_written_to(alone: Any, size: int) -> None:
    get = s3.GetObjectRequest(bucket="box", key="c")
    for kind, make in ({**BODIES, **AWAITED} if alone.is_async else BODIES).items():
        body = make(CONTENT[:size])
        alone.upload_fileobj(body, s3.PutObjectRequest(bucket="box", key="c"), config=CONFIG)
        assert alone.stored("c") == CONTENT[:size], kind
        if isinstance(body, io.BytesIO):
            assert body.read() == b""
    for target in (stands_at_three(b""), InOrder(), *([InOrderAwaited()] if alone.is_async else [])):
        alone.download_fileobj(get, target, config=CONFIG)
        assert target.getvalue().removeprefix(b"abc") == CONTENT[:size]
        assert getattr(target, "tell", lambda: size + 3)() == size + 3


class InOrder:
    """What is written to, and cannot go back."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> Any:
        self.written += data

    def getvalue(self) -> bytes:
        return self.written


class InOrderAwaited(InOrder):
    async def write(self, data: bytes) -> None:
        super().write(data)


def test_one_at_a_time_is_in_the_thread_that_calls(client: Any, tmp_path: Path) -> None:
    config = boto3.s3.transfer.TransferConfig(  # type: ignore[attr-defined] # untyped
        multipart_threshold=CONFIG.multipart_threshold, multipart_chunksize=10 * KIB, use_threads=False
    )
    client.upload_fileobj(CONTENT, s3.PutObjectRequest(bucket="box", key="d"), config=config)
    client.download_file(s3.GetObjectRequest(bucket="box", key="d"), tmp_path / "d", config=config)
    assert (tmp_path / "d").read_bytes() == CONTENT


def test_a_copy_keeps_what_its_source_has(client: Any, theirs: Any) -> None:
    put = s3.PutObjectRequest(
        bucket="box",
        key="e",
        cache_control="no-store",
        content_language="en",
        tagging="a=1&b=x%20y",
        metadata={"n": "1"},
    )
    client.upload_fileobj(CONTENT, put, config=CONFIG)
    client.copy(s3.CopyObjectRequest(bucket="box", key="f", copy_source="box/e"), config=CONFIG)
    found = theirs.head_object(Bucket="box", Key="f")
    assert (found["CacheControl"], found["ContentLanguage"], found["Metadata"]) == ("no-store", "en", {"n": "1"})
    tags = {each["Key"]: each["Value"] for each in theirs.get_object_tagging(Bucket="box", Key="f")["TagSet"]}
    assert tags in ({"a": "1", "b": "x y"}, {})  # not all versions of moto tell of tags
    replaced = s3.CopyObjectRequest(
        bucket="box", key="g", copy_source="box/e", metadata_directive="REPLACE", metadata={"m": "2"}
    )
    client.copy(replaced, config=CONFIG)
    found = theirs.head_object(Bucket="box", Key="g")
    assert ("CacheControl" in found, found["Metadata"]) == (False, {"m": "2"})
