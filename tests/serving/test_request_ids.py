"""Responses have their ids where those of the real services have them."""

from __future__ import annotations

from typing import Any

import pytest

from botobind.http import read_all
from botobind.protocols import bind
from botobind.protocols.base import Protocol
from botobind.server import problem
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

ID = "4442587FB7D0A2F9"
SECOND = "jw/R5sTOVd98Ibc5jvLfX2jkMCUuoWKdpRXzYImXX9U="
AMZN = {"x-amzn-requestid": ID}
OF_S3 = {"x-amz-request-id": ID, "x-amz-id-2": SECOND}


@pytest.mark.parametrize(
    ("operation", "protocol", "headers", "in_output", "in_error"),
    [
        (dynamodb.endpoints.DeleteItem, "json", AMZN, b"", b""),
        (lambda_.endpoints.ListFunctions, "rest-json", AMZN, b"", b""),
        (cloudwatch.endpoints.ListMetrics, "smithy-rpc-v2-cbor", AMZN, b"", b""),
        (cloudwatch.endpoints.ListMetrics, "json", AMZN, b"", b""),
        (
            sts.endpoints.GetCallerIdentity,
            "query",
            AMZN,
            b"<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
            b"</Error><RequestId>%s</RequestId></ErrorResponse>",
        ),
        (
            s3.endpoints.ListObjectsV2,
            "rest-xml",
            OF_S3,
            b"",
            b"<RequestId>%s</RequestId><HostId>" + SECOND.encode() + b"</HostId></Error>",
        ),
        (s3.endpoints.HeadObject, "rest-xml", OF_S3, b"", b""),
    ],
)
def test_ids(operation: Any, protocol: str, headers: dict[str, str], in_output: bytes, in_error: bytes) -> None:
    output = operation.to_response(operation.output(), protocol=protocol, request_id=ID)
    error = operation.error_to_response(problem("SlowDown", "later", 503), protocol=protocol, request_id=ID)
    for response, place in ((output, in_output), (error, in_error)):
        found = response.headers.by_lower_name()
        assert {name: found[name] for name in found if name in {*AMZN, *OF_S3}} == headers
        body = read_all(response.body)
        assert body.endswith(place % ID.encode()) if place else ID.encode() not in body
        metadata = Protocol.metadata_of(response)
        bind(operation, protocol).read_response(response, metadata)
        assert (metadata.request_id, metadata.extended_request_id) == (ID, headers.get("x-amz-id-2"))
