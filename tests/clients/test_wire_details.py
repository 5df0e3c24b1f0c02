"""What riding leaves to botocore, over loopback: endpoints, redirects, checksums, event streams."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from clients.script_server import Server, step
from support.temporary import generated

from botobind.errors import ResponseError
from botobind_codegen.pipeline import GenerateOptions
from botobind_services import dynamodb, s3

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "eu-west-1"}
ACCESS_POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/a"

ENDPOINTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("virtual", {}, "box", "https://box.s3.eu-west-1.amazonaws.com/a"),
    ("path", {"config": Config(s3={"addressing_style": "path"})}, "box", "https://s3.eu-west-1.amazonaws.com/box/a"),
    ("dual-stack", {"config": Config(use_dualstack_endpoint=True)}, "box", "https://box.s3.dualstack.eu-west-1.amazonaws.com/a"),
    ("FIPS", {"config": Config(use_fips_endpoint=True), "region_name": "us-east-1"}, "box",
     "https://box.s3-fips.us-east-1.amazonaws.com/a"),
    ("accelerated", {"config": Config(s3={"use_accelerate_endpoint": True})}, "box", "https://box.s3-accelerate.amazonaws.com/a"),
    ("access point", {}, ACCESS_POINT, "https://a-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/a"),
    ("of a user", {"endpoint_url": "http://localhost:9000/prefix"}, "box", "http://localhost:9000/prefix/box/a"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "bucket", "expected"), [row[1:] for row in ENDPOINTS], ids=[row[0] for row in ENDPOINTS]
)
def test_endpoints(options: dict[str, Any], bucket: str, expected: str) -> None:
    below = boto3.client("s3", **{**KEYS, **options})
    sent: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request.url)
        found = AWSResponse(request.url, 200, {}, None)
        found._content = b""
        return found

    below.meta.events.register("before-send", answer)
    s3.io.Client(below).head_object(bucket=bucket, key="a")
    below.head_object(Bucket=bucket, Key="a")
    assert sent == [expected, expected]


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def connected(server: Server, service: str, **options: Any) -> Any:
    config = Config(**{"s3": {"addressing_style": "path"}, **options})
    return boto3.client(service, **KEYS, endpoint_url=server.url, config=config)


def test_a_redirect_to_the_region_of_a_bucket(server: Server) -> None:
    server.script = [
        step(301, b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>"),
        step(200, b"hello"),
    ]
    server.headers = {"x-amz-bucket-region": "ap-south-1"}
    below = connected(server, "s3")
    found: Any = s3.io.Client(below).get_object(bucket="box", key="a").body
    with found as body:
        assert body.read() == b"hello"
    regions = [head["authorization"].split("/")[2] for _, _, head in server.heads]
    assert regions == ["eu-west-1", "ap-south-1"]
    below.close()


@pytest.mark.parametrize("wanted", ["when_required", "when_supported"])
def test_checksums_of_requests_and_responses(server: Server, wanted: Any) -> None:
    content = b"hello"
    crc = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    server.script, server.headers = [step(200), step(200), step(200, content)], {"x-amz-checksum-crc32": crc}
    below = connected(server, "s3", request_checksum_calculation=wanted, response_checksum_validation=wanted)
    client = s3.io.Client(below)
    client.put_object(bucket="box", key="a", body=content)
    client.put_object(bucket="box", key="a", body=content, checksum_algorithm="SHA256")
    with client.get_object(bucket="box", key="a", checksum_mode="ENABLED").body as body:  # type: ignore[union-attr]
        assert body.read() == content
    heads = [head for _, _, head in server.heads]
    assert [head.get("x-amz-checksum-crc32") for head in heads[:2]] == [
        crc if wanted == "when_supported" else None,
        None,
    ]
    assert "x-amz-checksum-sha256" in heads[1]
    assert heads[2].get("x-amz-checksum-mode") == "ENABLED"
    server.script = [step(200, b"<DeleteResult/>")]
    server.headers = {}
    below.delete_objects(Bucket="box", Delete={"Objects": [{"Key": "a"}]})
    client.delete_objects(bucket="box", delete=s3.Delete(objects=[s3.ObjectIdentifier(key="a")]))
    theirs, ours = ({name for name in head if "checksum" in name or "md5" in name} for _, _, head in server.heads[-2:])
    assert theirs == ours != set()
    below.close()


def test_numbers_of_bytes_are_checked_by_dynamodb(server: Server) -> None:
    body = b'{"TableNames": ["books"]}'
    server.script, server.headers = [step(200, body)], {"x-amz-crc32": "1"}
    below = connected(server, "dynamodb", retries={"total_max_attempts": 1, "mode": "legacy"})
    with pytest.raises(ResponseError, match=r"(?i)crc32|checksum"):
        dynamodb.io.Client(below).list_tables()
    server.headers = {"x-amz-crc32": str(zlib.crc32(body))}
    assert dynamodb.io.Client(below).list_tables().table_names == ["books"]
    below.close()


def test_records_of_a_shard_come_as_events(server: Server, tmp_path: Path) -> None:
    with generated("kinesis", GenerateOptions(("SubscribeToShard",)), tmp_path) as made:
        package: Any = made
        record = package.Record(sequence_number="1", data=b"\xff", partition_key="k")
        event = package.SubscribeToShardEvent(
            records=[record], continuation_sequence_number="2", millis_behind_latest=0
        )
        stream = package.SubscribeToShardEventStream(subscribe_to_shard_event=event)
        sent = package.SubscribeToShardOutput(event_stream=[stream, stream])
        response = package.endpoints.SubscribeToShard.to_response(sent)
        server.script = [step(200, response.body)]
        server.headers = {"content-type": "application/vnd.amazon.eventstream"}
        below = connected(server, "kinesis")
        found = package.io.Client(below).subscribe_to_shard(
            consumer_arn="arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1",
            shard_id="shardId-0",
            starting_position=package.StartingPosition.of_value({"Type": "LATEST"}),
        )
        assert list(found.event_stream) == [stream, stream]
        assert urlsplit(server.heads[0][1]).path == "/"
        below.close()
