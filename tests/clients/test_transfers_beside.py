"""Transfers beside boto3's: the same requests, header by header, for the members that a request may have."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import boto3
import pytest
from boto3.s3.transfer import TransferConfig as Theirs
from botocore.config import Config
from clients.test_transfers_stored import Client
from support.fault_server import Received
from support.object_server import Bucket

from botobind.io.transfers import TransferConfig
from botobind_services import s3

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
SIZES = {"multipart_threshold": 20_000, "multipart_chunksize": 10_000, "max_concurrency": 2}
CONTENT = bytes(range(256)) * 180
KEY = b"k" * 32
OF_A_CALL = {
    "accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request", "authorization", "connection", "expect", "host",
    "user-agent", "x-amz-content-sha256", "x-amz-date",
}  # fmt: skip
"""Headers that are others with each call, and `Expect`, by which boto3 asks for the smallest bodies as well."""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setattr("botobind.io.transfers.config.SMALLEST_PART", 1)
    for module in ("upload", "copies"):
        name = f"s3transfer.{module}.ChunksizeAdjuster.adjust_chunksize"
        monkeypatch.setattr(name, lambda _, size, __=None: size)
    with Bucket() as running:
        yield running


def taken(bucket: Bucket) -> list[Any]:
    """What a bucket was asked for, but for what each call has of its own."""
    found = sorted(map(shown, bucket.requests), key=str)
    bucket.requests.clear()
    return found


def shown(request: Received) -> tuple[Any, ...]:
    path, _, query = request.target.partition("?")
    headers = {name: text for name, text in request.headers.items() if name not in OF_A_CALL}
    body = request.body or b""
    said: Any = len(body), zlib.crc32(body)
    if request.method == "POST":
        headers = {name: text for name, text in headers.items() if name not in {"content-type", "content-length"}}
        said = [sorted(re.findall(rb"<(\w+)>([^<]*)</", part)) for part in re.findall(rb"<Part>(.*?)</Part>", body)]
    return request.method, path, sorted(parse_qsl(query)), sorted(headers.items()), said


ROWS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    (
        {"content_type": "text/x", "metadata": {"n": "1"}, "acl": "private", "tagging": "a=1",
         "storage_class": "GLACIER", "cache_control": "no-store"},
        {"ContentType": "text/x", "Metadata": {"n": "1"}, "ACL": "private", "Tagging": "a=1", "StorageClass": "GLACIER",
         "CacheControl": "no-store"},
    ),
    (
        {"sse_customer_algorithm": "AES256", "sse_customer_key": KEY, "request_payer": "requester",
         "expected_bucket_owner": "123456789012"},
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY, "RequestPayer": "requester",
         "ExpectedBucketOwner": "123456789012"},
    ),
    (
        {"server_side_encryption": "aws:kms", "ssekms_key_id": "key"},
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "key"},
    ),
    ({"checksum_algorithm": "SHA256"}, {"ChecksumAlgorithm": "SHA256"}),
    ({"checksum_crc32": "AAAAAA=="}, {"ChecksumCRC32": "AAAAAA=="}),
]  # fmt: skip


@pytest.mark.parametrize("sums", ["when_supported", "when_required"])
@pytest.mark.parametrize(("ours", "theirs"), ROWS)
@pytest.mark.parametrize("size", [5, len(CONTENT)])
def test_the_same_uploads(bucket: Bucket, ours: dict[str, Any], theirs: dict[str, Any], size: int, sums: str) -> None:
    config = Config(s3={"addressing_style": "path"}, request_checksum_calculation=sums)
    below = boto3.client("s3", **KEYS, endpoint_url=f"http://{bucket.host}", config=config)
    below.upload_fileobj(io.BytesIO(CONTENT[:size]), "box", "a", ExtraArgs=theirs, Config=Theirs(**SIZES))
    expected = taken(bucket)
    url = f"http://{bucket.host}"
    for client in (Client("sync", url, None, request_checksum_calculation=sums), Client("riding", url, below)):
        request = s3.PutObjectRequest(bucket="box", key="a", **ours)
        client.upload_fileobj(io.BytesIO(CONTENT[:size]), request, config=TransferConfig(**SIZES))
        assert taken(bucket) == expected
        client.close()
    below.close()


def test_what_goes_along_with_each_part_of_a_download(bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects["a"] = CONTENT
    client = Client("sync", f"http://{bucket.host}", None)
    request = s3.GetObjectRequest(
        bucket="box", key="a", version_id="v", sse_customer_algorithm="AES256", sse_customer_key=KEY
    )
    client.download_file(request, tmp_path / "a", config=TransferConfig(**SIZES))
    client.close()
    assert (tmp_path / "a").read_bytes() == CONTENT
    ranges = [(each.headers.get("range"), "if-match" in each.headers) for each in bucket.requests]
    expected = [
        (f"bytes={at}-{min(at + 10_000, len(CONTENT)) - 1}", True) for at in range(10_000, len(CONTENT), 10_000)
    ]
    assert sorted(ranges, key=str) == sorted([(None, False), *expected], key=str)
    same = {(each.target, each.headers["x-amz-server-side-encryption-customer-key"]) for each in bucket.requests}
    assert len(same) == 1
