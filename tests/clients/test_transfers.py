"""Transfers of S3: where they look for the source of a copy, and what they raise."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3.exceptions
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from clients.test_riding import KEYS
from clients.test_riding import _Raw as _Whole

from botobind import EncodeError
from botobind.io import ConnectionFailed, SettingWrong, TimedOut, TransportError
from botobind.io.transfers import TransferConfig
from botobind_services import s3

ACCESS_POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/point"
OUTPOST = "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/point"
LAMBDA = "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/point"
COPIED = b"<CopyObjectResult><ETag>1</ETag></CopyObjectResult>"
GET = s3.GetObjectRequest(bucket="box", key="a")
PUT = s3.PutObjectRequest(bucket="box", key="a")


class _Raw:
    """A body that breaks."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def read(self, *_: object) -> Any:
        raise self.error

    def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("botobind.io.transfers.getting.random", lambda: 0)
    return []


def connected(sent: list[Any], raw: Any = None) -> Any:
    below = boto3.client("s3", **KEYS, config=Config(retries={"total_max_attempts": 1}))

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        is_head = request.method == "HEAD"
        has_body = raw is not None and request.method == "GET"
        found = AWSResponse(
            request.url, 200, {"Content-Length": "5", "ETag": '"1"'} if has_body or is_head else {}, raw
        )
        if not has_body:
            found._content = b"" if is_head or request.method == "GET" else COPIED
        return found

    below.meta.events.register("before-send", answer)
    return s3.io.Client(below)


HOST = "s3.eu-west-1.amazonaws.com"
POINT = "point-123456789012.s3-accesspoint.eu-west-1.amazonaws.com"
SOURCES = [
    ("box2/a b", f"box2.{HOST}/a%20b", "box2/a%20b"),
    ("/box2/a/b", f"box2.{HOST}/a/b", "box2/a/b"),
    ("box2/a?versionId=1", f"box2.{HOST}/a?versionId=1", "box2/a?versionId=1"),
    ("b/a?versionId=1?versionId=2", f"{HOST}/b/a%3FversionId%3D1?versionId=2", "b/a%3FversionId%3D1?versionId=2"),
    ("box2/a?versionId=", f"box2.{HOST}/a%3FversionId%3D", "box2/a%3FversionId%3D"),
    ("box2/object/a", f"box2.{HOST}/object/a", "box2/object/a"),
    (f"{ACCESS_POINT}/object/a", f"{POINT}/a", f"{ACCESS_POINT}/object/a"),
    (f"{ACCESS_POINT}/object/b/object/a?versionId=1", f"{POINT}/b/object/a?versionId=1",
     f"{ACCESS_POINT}/object/b/object/a?versionId=1"),
    (f"{OUTPOST}/object/a", "point-123456789012.op-1.s3-outposts.eu-west-1.amazonaws.com/a", f"{OUTPOST}/object/a"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "asked", "told"), SOURCES)
def test_the_source_of_a_copy(sent: list[Any], source: str, asked: str, told: str) -> None:
    client = connected(sent)
    request = s3.CopyObjectRequest(bucket="box", key="b", copy_source=source)
    client.copy(request)
    head, copy = sent
    assert (head.method, head.url) == ("HEAD", f"https://{asked}")
    assert (copy.method, copy.url) == ("PUT", f"https://box.{HOST}/b")
    by_transfer = copy.headers["x-amz-copy-source"].decode()
    client.copy_object.send(request)
    by_call = sent[-1].headers["x-amz-copy-source"].decode()
    plain = told.replace("%3A", ":")
    assert by_transfer.replace("%3A", ":").removeprefix("/") == plain
    assert by_call.replace("%3A", ":").removeprefix("/") == plain


@pytest.mark.parametrize(
    "source", ["", "box2", "/a", "box2/", f"{ACCESS_POINT}/a", ACCESS_POINT, f"{ACCESS_POINT}/object/"]
)
def test_what_is_no_source(sent: list[Any], source: str) -> None:
    with pytest.raises(EncodeError, match="CopyObject: a source is bucket/key, or arn/object/key of an access point"):
        connected(sent).copy(s3.CopyObjectRequest(bucket="box", key="b", copy_source=source))
    assert sent == []


def _told(_: int) -> None:
    raise ValueError("of the program's own")


def _closed() -> Any:
    file = io.BytesIO(b"hello")
    file.close()
    return file


class _Text:
    def read(self, _: int = -1, /) -> bytes:
        return b"\xff".decode().encode()


class _Awaited:
    async def read(self, _: int) -> bytes:
        return b""

    async def write(self, _: bytes) -> None:
        """Is awaited."""


ERRORS: list[tuple[Callable[..., Any], type[Exception], str]] = [
    (lambda client: client.upload_fileobj(_closed(), PUT), ValueError, "closed file"),
    (lambda client: client.upload_fileobj(_Text(), PUT), UnicodeDecodeError, "utf-8"),
    (lambda client: client.download_fileobj(GET, io.BytesIO(), progress=_told), ValueError, "of the program's own"),
    (lambda client: client.upload_fileobj(io.BytesIO(), s3.PutObjectRequest(bucket="box", key="c", content_length=3)),
     EncodeError, "PutObject: a transfer takes no content_length"),
    (lambda client: client.download_file(s3.GetObjectRequest(bucket="box", key="c", range="bytes=0-1"), "a"),
     EncodeError, "GetObject: a transfer takes no range"),
    (lambda client: client.upload_fileobj(3, PUT), EncodeError, "expected a file, bytes or chunks of bytes, got int"),
    (lambda client: client.upload_fileobj("text", PUT), EncodeError, "expected a file, .* got str"),
    (lambda client: client.upload_fileobj(["text"], PUT), EncodeError, "got str"),
    (lambda client: client.upload_fileobj(_Awaited(), PUT), EncodeError, "an AsyncClient sends it"),
    (lambda client: client.download_fileobj(GET, _Awaited()), EncodeError, "an AsyncClient writes to it"),
    (lambda client: client.download_fileobj(GET, 3), EncodeError, "expected a file to write to, got int"),
    (lambda client: client.download_file(GET, "/"), IsADirectoryError, "/"),
    (lambda client: client.download_file(GET, "/no/where"), FileNotFoundError, "/no/where"),
    (lambda client: client.upload_file("/no/where", PUT), FileNotFoundError, "/no/where"),
    (lambda client: client.upload_file("/", PUT), IsADirectoryError, "/"),
    (lambda client: client.upload_fileobj(b"", GET), EncodeError, "expected PutObjectRequest for PutObject, got"),
    *((lambda client, config=config: client.upload_fileobj(b"", PUT, config=config), SettingWrong, text)
      for config, text in (
          (TransferConfig(max_concurrency=0), "max_concurrency is a whole number from 1 on, and not 0"),
          (TransferConfig(multipart_threshold=-1), "multipart_threshold is a whole number from 0 on, and not -1"),
          (TransferConfig(multipart_chunksize=1.5), "multipart_chunksize .* not 1.5"),  # type: ignore[arg-type]
          (TransferConfig(num_download_attempts=True), "num_download_attempts .* not True"),
          (object(), "multipart_threshold .* not None"),
      )),
    (lambda client: client.upload_fileobj(io.BytesIO(), s3.PutObjectRequest(bucket="no bucket", key="c")),
     EncodeError, "PutObject: Invalid bucket name"),
]  # fmt: skip


@pytest.mark.parametrize(("transfer", "kind", "text"), ERRORS, ids=lambda each: getattr(each, "__name__", None))
def test_what_is_wrong_with_what_they_get(
    sent: list[Any], transfer: Callable[[Any], Any], kind: type[Exception], text: str
) -> None:
    client = connected(sent, _Whole(b"hello"))
    with pytest.raises(kind, match=text) as raised:
        transfer(client)
    assert type(raised.value) is kind


BREAKS: list[tuple[BaseException, type[TransportError]]] = [
    (urllib3.exceptions.ReadTimeoutError(None, "/", "Read timed out"), TimedOut),  # type: ignore[arg-type]
    (TimeoutError("10 s"), TimedOut),
    (urllib3.exceptions.ProtocolError("Connection broken"), ConnectionFailed),
    (ConnectionResetError("by peer"), ConnectionFailed),
]


@pytest.mark.parametrize(("error", "kind"), BREAKS, ids=lambda each: type(each).__name__)
def test_downloads_that_break(
    sent: list[Any], tmp_path: Path, error: BaseException, kind: type[TransportError]
) -> None:
    client = connected(sent, _Raw(error))
    with pytest.raises(TransportError, match=r"^GetObject: ") as raised:
        client.download_file(GET, tmp_path / "a")
    assert type(raised.value) is kind
    assert [each.method for each in sent] == ["GET"] * 5
    assert [each.headers.get("If-Match") for each in sent] == [None, *[b'"1"'] * 4]
    assert list(tmp_path.iterdir()) == []
