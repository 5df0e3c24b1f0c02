"""Transfers while servers, networks, files and callers fail: objects are whole or are not there, and nothing is left of
a transfer that fails: no upload, no file, no thread, no task.
"""

from __future__ import annotations

import asyncio
import gc
import io
import os
import signal
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clients.test_transfers_stored import Client
from support.fault_server import (
    Connection,
    Received,
    answer,
    eventually,
    half,
    half_head,
    hang_up,
    message,
    reset,
    reset_unread,
)
from support.object_server import Bucket, Fault, by

from botobind import EncodeError, ServiceError
from botobind.errors import ResponseError
from botobind.io import ConnectionFailed, TransportError
from botobind.io.transfers import TransferConfig
from botobind_services import s3

CONFIG = TransferConfig(
    multipart_threshold=20_000, multipart_chunksize=10_000, max_concurrency=3, num_download_attempts=3
)
CONTENT = bytes(range(256)) * 180
PUT = s3.PutObjectRequest(bucket="box", key="a")
GET = s3.GetObjectRequest(bucket="box", key="a")
SLOW = b"<Error><Code>SlowDown</Code></Error>"
DENIED = b"<Error><Code>AccessDenied</Code></Error>"
INTERNAL = b"<Error><Code>InternalError</Code></Error>"


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with Bucket() as running:
        yield running


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, bucket: Bucket) -> Iterator[Any]:
    made = Client(request.param, f"http://{bucket.host}", None)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botobind.io.transfers.config.SMALLEST_PART", 1)
    monkeypatch.setattr("botobind.io.engine.retries.LONGEST", 0.01)
    monkeypatch.setattr("botobind.io.transfers.getting.random", lambda: 0)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    # Who is interrupted while a thread starts does not wait for it: it finds that there is nothing to do, and ends.
    assert eventually(lambda: not any(each.name.startswith("botobind-transfer") for each in threading.enumerate()))


PASSING: dict[str, Fault] = {
    "reset": by(reset),
    "reset in the middle": by(reset_unread),
    "hung up": by(hang_up),
    "half of a head": by(half_head),
    "500": by(answer(500, INTERNAL)),
    "slow down": by(answer(503, SLOW)),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_uploads_go_through_what_passes(client: Any, bucket: Bucket, fault: Fault, tmp_path: Path) -> None:
    (tmp_path / "up").write_bytes(CONTENT)
    places = ("PUT /box/a?partNumber=2", "PUT /box/a?partNumber=5", "POST /box/a?uploadId")
    for upload in (
        lambda tell: client.upload_file(tmp_path / "up", PUT, progress=tell, config=CONFIG),
        lambda tell: client.upload_fileobj(iter([CONTENT]), PUT, progress=tell, config=CONFIG),
    ):
        bucket.faults = {place: [fault] for place in places}
        told: list[int] = []
        upload(told.append)
        assert bucket.objects.pop("a") == CONTENT
        assert not any(bucket.faults.values())
        assert sum(told) == len(CONTENT)
    assert (bucket.uploads, bucket.aborted) == (2, 0)


def broken(content: bytes) -> Fault:
    """A part whose body ends in the middle."""

    def act(bucket: Bucket, connection: Connection, request: Received) -> bool:
        connection.body(request)
        status, headers, body = bucket._answer_of(request)
        assert body in content
        connection.sock.sendall(message(status, body[: len(body) // 2], headers, len(body)))
        return False

    return act


@pytest.mark.parametrize("fault", [broken(CONTENT), *PASSING.values()], ids=["broken", *PASSING])
def test_downloads_go_through_what_passes(client: Any, bucket: Bucket, fault: Fault, tmp_path: Path) -> None:
    bucket.objects["a"] = CONTENT
    for ranges in (("bytes=10000-19999", "bytes=40000-"), ("GET /box/a ",)):
        told: list[int] = []
        for download in (
            lambda tell: client.download_file(GET, tmp_path / "a", progress=tell, config=CONFIG),
            lambda tell: client.download_fileobj(GET, Written(tmp_path / "a"), progress=tell, config=CONFIG),
        ):
            bucket.faults = {each: [fault] for each in ranges}
            told.clear()
            download(told.append)
            assert (tmp_path / "a").read_bytes() == CONTENT
            assert not any(bucket.faults.values())
            assert sum(told) == len(CONTENT)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


class Written:
    """A file that is written to in order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(b"")

    def write(self, data: bytes) -> int:
        with self.path.open("ab") as file:
            return file.write(data)


LASTING: list[tuple[str, Fault, type[Exception], str]] = [
    ("PUT /box/a?partNumber=3", by(answer(403, DENIED)), ServiceError, "AccessDenied"),
    ("PUT /box/a?partNumber=3", by(reset), ConnectionFailed, "UploadPart: "),
    ("PUT /box/a?partNumber=3", by(answer(503, SLOW)), ServiceError, "SlowDown"),
    ("POST /box/a?uploadId", by(answer(400, DENIED)), ServiceError, "AccessDenied"),
    ("POST /box/a?uploadId", by(answer(200, INTERNAL)), ServiceError, "InternalError"),
]


@pytest.mark.parametrize(("place", "fault", "kind", "text"), LASTING)
def test_uploads_are_given_up(
    client: Any, bucket: Bucket, place: str, fault: Fault, kind: type[Exception], text: str
) -> None:
    bucket.faults = {place: [fault] * 9}
    with pytest.raises(kind, match=text):
        client.upload_fileobj(CONTENT, PUT, config=CONFIG)
    assert (bucket.objects, bucket.aborted) == ({}, 1)
    assert bucket.asked[-1].startswith("DELETE /box/a?uploadId=u-1")


def test_uploads_are_given_up_when_nothing_of_them_is_on_its_way(client: Any, bucket: Bucket) -> None:
    """A part that comes after that would be kept, and paid for."""
    begun, denied, aborted = threading.Event(), threading.Event(), []

    def denies(*arguments: Any) -> bool:
        connection, request = arguments[1:]
        begun.wait(10)
        goes_on = answer(403, DENIED)(connection, request)
        denied.set()
        return goes_on

    def is_late(bucket: Bucket, *_: object) -> None:
        begun.set()
        denied.wait(10)
        time.sleep(0.1)
        aborted.append(bucket.aborted)

    bucket.faults = {"PUT /box/a?partNumber=1": [denies], "PUT /box/a?partNumber=2": [is_late]}
    with pytest.raises(ServiceError, match="AccessDenied"):
        client.upload_fileobj(CONTENT, PUT, config=CONFIG)
    assert (aborted, bucket.aborted) == ([0], 1)


def test_an_upload_that_cannot_be_given_up_says_so(client: Any, bucket: Bucket) -> None:
    bucket.faults = {"partNumber=1": [by(answer(403, DENIED))], "DELETE": [by(answer(403, DENIED))]}
    with pytest.raises(ServiceError, match="AccessDenied") as raised:
        client.upload_fileobj(CONTENT, PUT, config=CONFIG)
    assert "the upload u-1 could not be given up, and its parts are kept" in raised.value.__notes__[0]


def changes(bucket: Bucket, *_: object) -> None:
    """The object is another one from now on."""
    bucket.objects["a"] = CONTENT[::-1]


def ignores(**headers: str) -> Fault:
    """A server that looks at no conditions."""

    def act(bucket: Bucket, connection: Connection, request: Received) -> bool:
        connection.body(request)
        _, found, body = bucket._answer_of(request)
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        connection.sock.sendall(message(206, body, {**found, **named}))
        return True

    return act


WRONG: list[tuple[str, Fault, type[Exception], str]] = [
    ("bytes=20000-", changes, TransportError, "GetObject: the object changed while it was fetched"),
    ("bytes=20000-", ignores(ETag='"2"'), TransportError, "GetObject: the object changed while it was fetched"),
    ("bytes=20000-", ignores(Content_Range="bytes 0-9999/46080"), ResponseError, "another range came than"),
    ("bytes=20000-", ignores(Content_Range="none"), ResponseError, "another range came than"),
    ("bytes=20000-", by(half(CONTENT[:10_000])), TransportError, "the object changed"),
    ("bytes=20000-", by(answer(403, DENIED)), ServiceError, "AccessDenied"),
    ("bytes=20000-", broken(CONTENT), ConnectionFailed, "GetObject: "),
    ("bytes=40000-", by(reset), ConnectionFailed, "GetObject: "),
    ("GET /box/a", by(answer(404, b"<Error><Code>NoSuchKey</Code></Error>")), s3.NoSuchKey, "NoSuchKey"),
]


@pytest.mark.parametrize(("place", "fault", "kind", "text"), WRONG)
def test_downloads_that_fail(
    client: Any, bucket: Bucket, place: str, fault: Fault, kind: type[Exception], text: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(b"of before")
    for download in (
        lambda: client.download_file(GET, tmp_path / "a", config=CONFIG),
        lambda: client.download_fileobj(GET, Written(tmp_path / "b"), config=CONFIG),
    ):
        bucket.objects["a"] = CONTENT
        bucket.faults = {place: [fault] * 9}
        with pytest.raises(kind, match=text):
            download()
    assert (tmp_path / "a").read_bytes() == b"of before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert (tmp_path / "b").read_bytes() == CONTENT[: (tmp_path / "b").stat().st_size]


def test_a_small_object_has_its_checksum_checked(client: Any, bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects["a"] = b"hello"
    wrong = by(answer(200, b"hallo", ETag='"1"', x_amz_checksum_crc32="NhCmhg=="))
    right = by(answer(200, b"hello", ETag='"1"', x_amz_checksum_crc32="NhCmhg=="))
    told: list[int] = []
    bucket.faults = {"GET": [wrong, wrong, right]}
    client.download_file(GET, tmp_path / "a", progress=told.append, config=CONFIG)
    assert (tmp_path / "a").read_bytes() == b"hello"
    assert told == [5]  # what has a wrong checksum is not handed out
    bucket.faults = {"GET": [wrong] * 3}
    with pytest.raises(ResponseError, match="does not have the checksum"):
        client.download_file(GET, tmp_path / "b", config=CONFIG)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_large_object_has_its_checksum_checked(client: Any, bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects["a"] = CONTENT
    right = b64encode(zlib.crc32(CONTENT).to_bytes(4, "big")).decode()
    bucket.faults = {"GET /box/a ": [ignores(x_amz_checksum_crc32=right, x_amz_checksum_type="FULL_OBJECT")]}
    client.download_file(GET, tmp_path / "a", config=CONFIG)
    assert (tmp_path / "a").read_bytes() == CONTENT
    wrong = ignores(x_amz_checksum_crc32="AAAAAA==", x_amz_checksum_type="FULL_OBJECT")
    bucket.faults = {"GET /box/a ": [wrong]}
    with pytest.raises(ResponseError, match="the object does not have its checksum CRC32"):
        client.download_file(GET, tmp_path / "b", config=CONFIG)
    bucket.faults = {"GET /box/a ": [wrong]}
    with pytest.raises(ResponseError, match="the object does not have its checksum CRC32"):
        client.download_fileobj(GET, Written(tmp_path / "c"), config=CONFIG)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_more_connections_are_made_than_a_client_may_have(bucket: Bucket, kind: str, tmp_path: Path) -> None:
    config = TransferConfig(multipart_threshold=20_000, multipart_chunksize=3000, max_concurrency=9)
    client = Client(kind, f"http://{bucket.host}", None, max_connections=2, connect_timeout=0.5)

    def takes_time(*_: object) -> None:
        time.sleep(0.02)

    bucket.faults = {"partNumber": [takes_time] * 20, "bytes=": [takes_time] * 20}
    client.upload_fileobj(CONTENT, PUT, config=config)
    client.download_file(GET, tmp_path / "a", config=config)
    client.close()
    assert bucket.most_open <= 3  # one that is closed by the client may be there still


def test_files_that_change(client: Any, bucket: Bucket, tmp_path: Path) -> None:
    path = tmp_path / "up"

    def shortens(*_: object) -> None:
        os.truncate(path, 15_000)

    def grows(*_: object) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    def is_rewritten(*_: object) -> None:
        path.write_bytes(CONTENT[::-1])
        os.utime(path, (1, 1))

    rows: list[tuple[int, str, Fault, str]] = [
        (46_080, "PUT /box/a?partNumber=1", shortens, "the file became shorter while it was sent"),
        (46_080, "PUT /box/a?partNumber=1", grows, "the file changed while it was sent"),
        (46_080, "PUT /box/a?partNumber=5", is_rewritten, "the file (changed|became shorter) while it was sent"),
    ]
    one = TransferConfig(multipart_threshold=20_000, multipart_chunksize=10_000, max_concurrency=1)
    for size, place, fault, text in rows:
        path.write_bytes(CONTENT[:size])
        bucket.faults = {place: [fault]}
        with pytest.raises(EncodeError, match=text):
            client.upload_file(path, PUT, config=one)
    assert (bucket.objects, bucket.aborted) == ({}, 3)


class Fails:
    """A file of the program's own that fails at some place."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.file = io.BytesIO(CONTENT)

    def read(self, size: int = -1) -> bytes:
        if self.file.tell() >= 20_000:
            raise self.error
        return self.file.read(min(size, 10_000))

    def write(self, data: bytes) -> int:
        if self.file.tell() >= 20_000:
            raise self.error
        return self.file.write(data)


class FailsAnywhere(Fails):
    def seek(self, *place: int) -> int:
        return self.file.seek(*place)

    def tell(self) -> int:
        return self.file.tell()

    def seekable(self) -> bool:
        return True


class OwnError(Exception):
    """A program's own."""


@pytest.mark.parametrize("error", [OwnError(), OSError("disk"), KeyError("a"), TransportError("of theirs")])
def test_what_files_and_progress_raise(client: Any, bucket: Bucket, error: Exception, tmp_path: Path) -> None:
    bucket.objects["b"] = CONTENT

    def tell(_: int) -> None:
        raise error

    get = s3.GetObjectRequest(bucket="box", key="b")
    for transfer in (
        lambda: client.upload_fileobj(Fails(error), PUT, config=CONFIG),
        lambda: client.upload_fileobj(FailsAnywhere(error), PUT, config=CONFIG),
        lambda: client.upload_fileobj(CONTENT, PUT, progress=tell, config=CONFIG),
        lambda: client.download_fileobj(get, Fails(error), config=CONFIG),
        lambda: client.download_fileobj(get, FailsAnywhere(error), config=CONFIG),
        lambda: client.download_file(get, tmp_path / "b", progress=tell, config=CONFIG),
    ):
        with pytest.raises(type(error)) as raised:
            transfer()
        assert raised.value is error
    assert "a" not in bucket.objects
    assert bucket.aborted == bucket.uploads == 3
    assert list(tmp_path.iterdir()) == []


def waits(_: Bucket, connection: Connection, request: Received) -> bool:
    """Says nothing until the client has hung up."""
    connection.body(request)
    while True:
        connection.fill()


def test_who_is_cancelled(bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects["b"] = CONTENT
    get = s3.GetObjectRequest(bucket="box", key="b")

    said: list[Any] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        async with Client("async", f"http://{bucket.host}", None).client as client:
            for place, make in (
                ("PUT /box/a?partNumber=2", lambda: client.upload_fileobj(CONTENT, PUT, config=CONFIG)),
                ("PUT /box/a?partNumber=2", lambda: client.upload_fileobj(iter([CONTENT]), PUT, config=CONFIG)),
                ("bytes=20000", lambda: client.download_file(get, tmp_path / "b", config=CONFIG)),
            ):
                came = asyncio.Event()
                loop = asyncio.get_running_loop()

                def hangs(*arguments: Any, came: asyncio.Event = came, loop: Any = loop) -> bool:
                    loop.call_soon_threadsafe(came.set)
                    return waits(*arguments)

                bucket.faults = {place: [hangs] * 9}
                task = asyncio.create_task(make())
                await asyncio.wait_for(came.wait(), 10)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())
    gc.collect()
    assert said == []
    assert (bucket.objects.keys(), bucket.aborted, bucket.uploads) == ({"b"}, 2, 2)
    assert list(tmp_path.iterdir()) == []


def interrupts(*_: object) -> None:
    """The user presses Ctrl-C."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


@pytest.fixture
def heeded() -> Iterator[None]:
    """Ctrl-C as it is in a terminal: tests that run in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("most", [1, 3])
def test_who_is_interrupted(bucket: Bucket, most: int, tmp_path: Path) -> None:
    config = TransferConfig(multipart_threshold=20_000, multipart_chunksize=10_000, max_concurrency=most)
    bucket.objects["b"] = CONTENT
    client = Client("sync", f"http://{bucket.host}", None)
    bucket.faults = {"partNumber=3": [interrupts], "bytes=20000": [interrupts]}
    with pytest.raises(KeyboardInterrupt):
        client.upload_fileobj(CONTENT, PUT, config=config)
    with pytest.raises(KeyboardInterrupt):
        client.download_file(s3.GetObjectRequest(bucket="box", key="b"), tmp_path / "b", config=config)
    assert (bucket.objects.keys(), bucket.aborted, bucket.uploads) == ({"b"}, 1, 1)
    assert list(tmp_path.iterdir()) == []
    client.close()
