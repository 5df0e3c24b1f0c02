"""URLs and posts that are signed beforehand, and transfers of whole objects: beside boto3's, over loopback, fakes."""

from __future__ import annotations

import gc
import io
import time
import weakref
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.auth
import botocore.signers
import pytest
from botocore.config import Config
from clients.script_server import Server, step
from moto import mock_aws

import botobind.io
from botobind import EncodeError, ServiceError
from botobind.io import ClientClosed, ConnectionFailed, CredentialsMissing, WrongClient
from botobind.testing import fake
from botobind_services import dynamodb, lambda_, s3, sts

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "eu-west-1"}
NOW = datetime(2024, 5, 1, 10)


@pytest.fixture
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: NOW)
    monkeypatch.setattr(botocore.signers, "get_current_datetime", lambda *_, **__: NOW)
    # Signatures of version 2 take it from there.
    monkeypatch.setattr(botocore.auth, "time", SimpleNamespace(**{**vars(time), "time": lambda: 1.7e9}))


URLS: list[tuple[Any, str, Any]] = [
    (s3, "get_object", s3.GetObjectRequest(bucket="box", key="a b/ü+", version_id="1")),
    (
        s3,
        "get_object",
        s3.GetObjectRequest(bucket="box", key="a", response_content_type="text/plain", range="bytes=0-9"),
    ),
    (s3, "put_object", s3.PutObjectRequest(bucket="box", key="a")),
    (s3, "put_object", s3.PutObjectRequest(bucket="box", key="a", content_length=5)),
    (
        s3,
        "put_object",
        s3.PutObjectRequest(bucket="box", key="a", content_type="text/plain", metadata={"n": "1"}, expires=NOW),
    ),
    (s3, "upload_part", s3.UploadPartRequest(bucket="box", key="a", part_number=1, upload_id="u")),
    (s3, "list_objects_v2", s3.ListObjectsV2Request(bucket="box", prefix="a")),
    (s3, "get_bucket_location", s3.GetBucketLocationRequest(bucket="box")),
    (s3, "delete_object", s3.DeleteObjectRequest(bucket="box", key="a", version_id="")),
    (sts, "get_caller_identity", sts.GetCallerIdentityRequest()),
    (sts, "assume_role", sts.AssumeRoleRequest(role_arn="arn:aws:iam::123456789012:role/r", role_session_name="me")),
    (lambda_, "get_function", lambda_.GetFunctionRequest(function_name="echo", qualifier="1")),
]


def parts(url: str) -> list[str]:
    """A URL, whose parameters are signed in their alphabetical order."""
    place, _, query = url.partition("?")
    return [place, *sorted(query.split("&"))]


@pytest.mark.usefixtures("_frozen")
@pytest.mark.parametrize("version", ["s3v4", None])
@pytest.mark.parametrize(("package", "method", "request_"), URLS, ids=lambda each: str(each)[:30])
def test_the_same_url(package: Any, method: str, request_: Any, version: str | None) -> None:
    below = boto3.client(package.service, **KEYS, config=Config(signature_version=version if package is s3 else None))
    call = getattr(package.io.Client(below), method)
    for expires, http_method in ((3600, None), (60, "HEAD")):
        theirs = below.generate_presigned_url(
            method, Params=request_.to_value(), ExpiresIn=expires, HttpMethod=http_method
        )
        assert parts(call.presign_of(request_, expires=expires, method=http_method)) == parts(theirs)
    members = {name: given for name in request_.MEMBERS if (given := getattr(request_, name)) is not None}
    assert call.presign(60, **members) == call.presign_of(request_, expires=60)


@pytest.mark.usefixtures("_frozen")
@pytest.mark.parametrize(
    "options",
    [
        {},
        {
            "fields": {"acl": "private"},
            "conditions": [{"acl": "private"}, ["content-length-range", 1, 9]],
            "expires": 60,
        },
    ],
)
def test_the_same_post(options: dict[str, Any]) -> None:
    below = boto3.client("s3", **KEYS)
    post = s3.io.Client(below).presign_post("box", "a/${filename}", **options)
    given = {"Fields": options.get("fields"), "Conditions": options.get("conditions")}
    theirs = below.generate_presigned_post("box", "a/${filename}", **given, ExpiresIn=options.get("expires", 3600))
    assert {"url": post.url, "fields": post.fields} == theirs


def test_what_cannot_be_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    client = s3.io.Client(transport=fake(s3))
    with pytest.raises(WrongClient, match="GetObject: a URL is signed by a client that rides"):
        client.get_object.presign(60, bucket="box", key="a")
    with pytest.raises(WrongClient, match="presign_post: a post is signed by a client that rides"):
        client.presign_post("box", "a")
    client.close()
    with pytest.raises(ClientClosed, match="GetObject: the client was closed"):
        client.get_object.presign(60, bucket="box", key="a")
    with pytest.raises(ClientClosed, match="presign_post: the client was closed"):
        client.presign_post("box", "a")
    with pytest.raises(ClientClosed, match="PutObject: the client was closed"):
        client.upload_file("nowhere", s3.PutObjectRequest(bucket="box", key="a"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    for name, text in (("EC2_METADATA_DISABLED", "true"), ("SHARED_CREDENTIALS_FILE", "/no"), ("CONFIG_FILE", "/no")):
        monkeypatch.setenv(f"AWS_{name}", text)
    nobody = s3.io.Client(boto3.Session(region_name="eu-west-1").client("s3"))
    with pytest.raises(CredentialsMissing, match="GetObject: Unable to locate credentials"):
        nobody.get_object.presign(60, bucket="box", key="a")
    with pytest.raises(CredentialsMissing, match="presign_post: Unable to locate credentials"):
        nobody.presign_post("box", "a")
    with pytest.raises(EncodeError, match=r"GetObject: .*Invalid bucket name"):
        s3.io.Client(boto3.client("s3", **KEYS)).get_object.presign(60, bucket="no bucket", key="a")
    with pytest.raises(AttributeError, match="presign_post"):
        dynamodb.io.Client(transport=fake(dynamodb)).presign_post  # type: ignore[attr-defined] # noqa: B018


def test_a_client_below_is_not_kept_for_ever() -> None:
    below = boto3.client("dynamodb", **KEYS)
    with pytest.raises(EncodeError):
        botobind.io.send(below, dynamodb.endpoints.GetItem, dynamodb.PutItemInput(table_name="a", item={}))  # type: ignore[misc]
    kept = weakref.ref(below)
    del below
    gc.collect()
    assert kept() is None


CONTENT = bytes(range(256)) * 40_000
"""More than one part of 8 MB."""


@mock_aws
def test_files_up_down_and_across(tmp_path: Path) -> None:
    client = s3.io.Client(boto3.client("s3", **KEYS))
    client.create_bucket(
        bucket="box", create_bucket_configuration=s3.CreateBucketConfiguration(location_constraint="eu-west-1")
    )
    (tmp_path / "up").write_bytes(CONTENT)
    told: list[int] = []
    request = s3.PutObjectRequest(bucket="box", key="a b", content_type="text/x", metadata={"n": "1"})
    client.upload_file(tmp_path / "up", request, progress=told.append)
    assert sum(told) == len(CONTENT)
    head = client.head_object(bucket="box", key="a b")
    assert (head.content_length, head.content_type, head.metadata) == (len(CONTENT), "text/x", {"n": "1"})
    assert (head.etag or "").endswith('-2"')  # in two parts
    client.copy(s3.CopyObjectRequest(bucket="box", key="b", copy_source="box/a b"))
    client.download_file(s3.GetObjectRequest(bucket="box", key="b"), tmp_path / "down", progress=told.append)
    assert (tmp_path / "down").read_bytes() == CONTENT
    assert sum(told) == 2 * len(CONTENT)
    client.upload_fileobj(io.BytesIO(b"hello"), s3.PutObjectRequest(bucket="box", key="c"))
    found = io.BytesIO()
    client.download_fileobj(s3.GetObjectRequest(bucket="box", key="c"), found)
    assert found.getvalue() == b"hello"
    with pytest.raises(ServiceError) as missing:
        client.download_file(s3.GetObjectRequest(bucket="box", key="none"), tmp_path / "none")
    assert missing.value.status == 404
    with pytest.raises(ServiceError, match="NoSuchBucket"):
        client.upload_fileobj(io.BytesIO(b"hello"), s3.PutObjectRequest(bucket="nobox", key="c"))
    with pytest.raises(EncodeError, match="expected GetObjectRequest for GetObject, got PutObjectRequest"):
        client.download_fileobj(s3.PutObjectRequest(bucket="box", key="c"), found)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        client.upload_file(tmp_path / "nothing", s3.PutObjectRequest(bucket="box", key="c"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["down", "up"]


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_transfers_that_break(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    below = boto3.client("s3", **KEYS, endpoint_url=server.url, config=config)
    client = s3.io.Client(below)
    server.script = [step(200, b"", 5), step(200, b"hel", 5)]
    with pytest.raises(ConnectionFailed, match="GetObject: "):
        client.download_file(s3.GetObjectRequest(bucket="box", key="a"), tmp_path / "a")
    server.script = [step(0)]
    with pytest.raises(ConnectionFailed, match="PutObject: "):
        client.upload_fileobj(io.BytesIO(b"hello"), s3.PutObjectRequest(bucket="box", key="a"))
    assert list(tmp_path.iterdir()) == []
    below.close()
