"""Bodies in chunks with checksums behind them, beside botocore's; signed events; forms that post files."""

from __future__ import annotations

import asyncio
import io
import json
import zlib
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import boto3
import botocore.auth
import botocore.signers
import pytest
from botocore.config import Config
from botocore.httpchecksum import _CHECKSUM_CLS, AwsChunkedWrapper

from botobind import EncodeError
from botobind.eventstream import MessageDecoder
from botobind.http import read_all, read_all_async
from botobind.io import CredentialsMissing
from botobind.io.carriers import Form
from botobind.io.engine import sigv4
from botobind.io.engine.checksumming import SIZES, checksum
from botobind.io.engine.chunking import CHUNK_SIZE, Chunked, chunk, encoded_length
from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest
from botobind.io.engine.eventsigning import EventSigner
from botobind.io.engine.posting import post_fields
from botobind.io.engine.signing import sign

S3 = AuthScheme(name="sigv4", signing_name="s3", region="eu-west-1", double_encodes=False)
KEYS = Credentials(access_key="AKID", secret_key="SECRET", session_token="TOKEN")
AT = datetime(2024, 5, 1, 10, tzinfo=UTC)
HASHES = ["CRC32", "SHA1", "SHA256", "SHA512"]
LENGTHS = [0, 1, 15, 16, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE + 5]


def request(body: Any, *headers: tuple[str, str]) -> OutgoingRequest:
    return OutgoingRequest(
        method="PUT", scheme="https", host="h", path="/k", query=[], headers=list(headers), body=body
    )


def headers_of(sent: OutgoingRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in sent.headers}


async def slowly(data: bytes, size: int) -> Any:
    for at in range(0, len(data), size):
        yield data[at : at + size]


class AsyncFile:
    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    async def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


SOURCES: list[tuple[str, Callable[[bytes], Any]]] = [
    ("bytes", bytes),
    ("bytearray", bytearray),
    ("memoryview", memoryview),
    ("file", io.BytesIO),
    ("chunks", lambda data: [data[at : at + 100_003] for at in range(0, len(data), 100_003)]),
    ("async chunks", lambda data: slowly(data, 70_001)),
    ("async file", AsyncFile),
]


@pytest.mark.parametrize("algorithm", HASHES)
@pytest.mark.parametrize(("kind", "make"), SOURCES, ids=[kind for kind, _ in SOURCES])
def test_what_is_sent(kind: str, make: Callable[[bytes], Any], algorithm: str) -> None:
    for length in LENGTHS:
        data = bytes(range(256)) * (length // 256) + bytes(length % 256)
        sent = request(make(data), ("Content-Length", str(length)), ("content-encoding", "gzip"))
        chunk(sent, algorithm)
        wrapper = AwsChunkedWrapper(
            io.BytesIO(data), _CHECKSUM_CLS[algorithm.lower()], f"x-amz-checksum-{algorithm.lower()}", CHUNK_SIZE
        )
        found = asyncio.run(read_all_async(sent.body))
        assert found == wrapper.read()
        told = headers_of(sent)
        assert told["content-length"] == str(len(found)) == str(encoded_length(length, algorithm))
        assert told["x-amz-decoded-content-length"] == str(length)
        assert told["content-encoding"] == "gzip,aws-chunked"
        assert told["x-amz-trailer"] == f"x-amz-checksum-{algorithm.lower()}"
        sign(sent, S3, KEYS, AT, streams=True)
        assert headers_of(sent)["x-amz-content-sha256"] == sigv4.TRAILER
        assert "x-amz-trailer" in headers_of(sent)["authorization"]
        if "async" not in kind:
            assert read_all(sent.body) == found, "it can be sent again"


def test_a_file_is_sent_from_where_it_was() -> None:
    file = io.BytesIO(b"before and after")
    file.seek(11)
    chunk(sent := request(file), "CRC32")
    assert read_all(sent.body).startswith(b"5\r\nafter\r\n0\r\n")
    assert read_all(sent.body).startswith(b"5\r\nafter\r\n0\r\n")


def test_a_checksum_that_is_there_is_kept() -> None:
    sent = request(b"body", ("x-amz-checksum-crc32", "abc="))
    chunk(sent, "CRC32")
    assert (sent.body, len(sent.headers)) == (b"body", 1)


def test_no_more_than_a_chunk_is_held() -> None:
    body = Chunked((bytes(1000) for _ in range(5000)), 5_000_000, "CRC32")
    assert max(map(len, body)) < 2 * CHUNK_SIZE
    assert len(body) == encoded_length(5_000_000, "CRC32")


@pytest.mark.parametrize(
    ("body", "length", "text"),
    [
        ([b"abc"], "4", "1 bytes shorter than the 4"),
        ([b"abc", b"de"], "4", "longer than the 4 bytes"),
        ([b"abc"], None, "nothing tells how long the body is"),
        ([b"abc"], "-4", "nothing tells how long the body is"),
    ],
)
def test_lengths_that_are_wrong(body: Any, length: str | None, text: str) -> None:
    sent = request(body, *([] if length is None else [("content-length", length)]))

    def send() -> None:
        chunk(sent, "CRC32")
        read_all(sent.body)

    with pytest.raises(EncodeError, match=text):
        send()


@pytest.mark.parametrize("algorithm", ["CRC32C", "CRC64NVME", "XXHASH3", "XXHASH64", "XXHASH128", "CRC-99"])
def test_checksums_that_there_are_not(algorithm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "awscrt.checksums", None)
    body = b"body"
    sent = request(body)
    with pytest.raises(EncodeError, match="takes the package awscrt" if algorithm in SIZES else "there is no checksum"):
        chunk(sent, algorithm)
    assert (sent.body, sent.headers) == (body, [])


def test_checksums() -> None:
    found = checksum("CRC32")
    found.update(b"bo")
    found.update(b"dy")
    assert found.digest() == zlib.crc32(b"body").to_bytes(4, "big")
    assert {name: len(checksum(name).digest()) for name in HASHES} == {name: SIZES[name] for name in HASHES}


def test_events() -> None:
    # The figures are those of the tests of AWS's SDK for Go.
    scheme = AuthScheme(name="sigv4", signing_name="transcribestreaming", region="us-east-1")
    signer = EventSigner(scheme, KEYS, b"foobarbazqux".hex())
    found = [
        signer.signature_of(data, data, datetime.fromtimestamp(second, UTC))
        for data, second in ((b"foo", 10), (b"bar", 20), (b"baz", 30), (b"", 30))
    ]
    assert found == [
        "e3a136405ec1152f62136742efd41f8639cd647a1cf21fab12aedb22cccd8999",
        "92a6ad677e839d3003672cb2cefc71ef80d42e8cb300fefce0807e8398c74068",
        "46d6660bd40f2ff5d6246a347895cabe7f4e89d9e1f4c6dad6dabdc801923be1",
        "492bcb3e21de447c85f8a9bef6c0eb833e992e405b9b3584be84edaccc5aad18",
    ]


def test_messages_of_events() -> None:
    at = datetime(1973, 11, 29, 21, 33, 9, 1234, tzinfo=UTC)
    seed = sha256(b"last message sts").hexdigest()
    scheme = AuthScheme(name="sigv4", signing_name="testservice", region="us-east-1")
    first, last = EventSigner(scheme, KEYS, seed), EventSigner(scheme, KEYS, seed)
    sent = first.sign(b"event", at) + first.sign(b"", at)
    message, end = MessageDecoder().feed(sent)
    assert (message.payload, end.payload) == (b"event", b"")
    assert message.headers[":date"] == at.replace(microsecond=0)
    # A header's name and type, and milliseconds since 1970.
    date = b"\x05:date\x08" + (123_456_789_000).to_bytes(8, "big")
    assert sha256(date).hexdigest() == "0c0e3b3bf66b59b976181bd7d401927bbd624107303c713fd1e5f3d3c8dd1b1e"
    signatures = [last.signature_of(date, payload, at) for payload in (b"event", b"")]
    assert [bytes(each.headers[":chunk-signature"]).hex() for each in (message, end)] == signatures


@pytest.mark.pinned
@pytest.mark.parametrize("key", ["a b/ü", "uploads/${filename}"])
@pytest.mark.parametrize("token", [None, "TOKEN/+"])
def test_forms(key: str, token: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (botocore.auth, botocore.signers):
        monkeypatch.setattr(module, "get_current_datetime", lambda *_, **__: AT.replace(tzinfo=None))
    below = boto3.client(
        "s3",
        region_name="eu-west-1",
        aws_access_key_id="AKID",
        aws_secret_access_key="SECRET",
        aws_session_token=token,
        config=Config(signature_version="s3v4"),
    )
    given: Any = {"acl": "public-read"}, [{"acl": "public-read"}, ["content-length-range", 1, 9]]
    theirs = below.generate_presigned_post("box", key, *given, ExpiresIn=60)
    keys = Credentials(access_key="AKID", secret_key="SECRET", session_token=token)
    found = post_fields(Form("box", key, *given, expires=60), S3, keys, AT)
    assert found == theirs["fields"]
    with pytest.raises(CredentialsMissing):
        post_fields(Form("box", key), S3, None, AT)


def test_forms_of_directory_buckets() -> None:
    fields = post_fields(Form("box", "k"), AuthScheme(name="sigv4-s3express", signing_name="s3express"), KEYS, AT)
    assert fields["X-Amz-S3session-Token"] == "TOKEN"
    assert {"X-Amz-S3session-Token": "TOKEN"} in json.loads(b64decode(fields["policy"]))["conditions"]
