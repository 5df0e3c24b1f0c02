"""Errors as services and what stands before them send them, word for word."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import pytest

from botobind.errors import ResponseError, ServiceError, UnknownOperationError
from botobind.http import HttpResponse, read_all, read_all_async
from botobind_services import cloudwatch, dynamodb, s3, sts
from botobind_services import lambda_ as functions

XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
S3_ERROR = b"<Error><Code>%b</Code><Message>m</Message><RequestId>r</RequestId><HostId>h</HostId></Error>"
BEFORE = {
    "nothing": b"",
    "a declaration": XML,
    "blanks": b" " * 3,
    "a great many blanks and a declaration": b" \r\n\t" * 20_000 + XML,
    "a byte order mark": b"\xef\xbb\xbf" + XML,
    "a byte order mark and blanks": b"\xef\xbb\xbf \n" + XML,
    "comments": XML + b"<!-- a - b -->\n<!--<Error>-->" * 40,
    "an instruction": XML + b"<?a b?>\n",
}
COPIES = (s3.endpoints.CopyObject, s3.endpoints.CompleteMultipartUpload, s3.endpoints.UploadPartCopy)


@pytest.mark.parametrize("operation", COPIES, ids=lambda operation: operation.name)
@pytest.mark.parametrize("before", BEFORE)
def test_an_error_under_status_200(operation: Any, before: str) -> None:
    answer = operation.answer_of(HttpResponse(status=200, body=BEFORE[before] + S3_ERROR % b"InternalError"))
    error = answer.value
    assert isinstance(error, UnknownOperationError)
    assert (error.code, error.message, error.status, error.request_id) == ("InternalError", "m", 200, "r")
    assert (error.fault, error.retryable, error.throttling) == ("server", True, False)
    assert answer.metadata.extended_request_id == "h"


@pytest.mark.parametrize(
    ("code", "throttling"), [(b"InternalError", False), (b"SlowDown", True), (b"ServiceUnavailable", False)]
)
def test_an_error_under_status_200_is_to_be_tried_again(code: bytes, *, throttling: bool) -> None:
    error = s3.endpoints.CopyObject.of_response(HttpResponse(status=200, body=S3_ERROR % code))
    assert isinstance(error, UnknownOperationError)
    assert (error.status, error.fault, error.retryable, error.throttling) == (200, "server", True, throttling)


def test_an_error_that_came_under_status_200_is_sent_on_as_one() -> None:
    error = s3.endpoints.CopyObject.of_response(HttpResponse(status=200, body=S3_ERROR % b"InternalError"))
    assert isinstance(error, UnknownOperationError)
    sent = s3.endpoints.CopyObject.error_to_response(error)
    assert sent.status == 500
    assert s3.endpoints.CopyObject.of_response(sent) == error


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("root", [b"Errors", b"ErrorDocument", b"CopyObjectResult"])
def test_other_roots_are_no_errors(root: bytes, before: str) -> None:
    body = BEFORE[before] + b"<%b><ETag>e</ETag><!--<Error>--></%b>" % (root, root)
    output = s3.endpoints.CopyObject.of_response(HttpResponse(status=200, body=body))
    assert output == s3.CopyObjectOutput(copy_object_result=s3.CopyObjectResult(etag="e"))


@pytest.mark.parametrize("before", BEFORE)
def test_what_may_stand_before_a_document(before: str) -> None:
    listed = BEFORE[before] + b"<ListBucketResult><Name>b</Name></ListBucketResult>"
    assert s3.endpoints.ListObjectsV2.of_response(HttpResponse(body=listed)) == s3.ListObjectsV2Output(name="b")
    refused = s3.endpoints.GetObject.of_response(
        HttpResponse(status=404, body=BEFORE[before] + S3_ERROR % b"NoSuchKey")
    )
    assert isinstance(refused, s3.NoSuchKey)
    result = b"<GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult>"
    wrapped = b"<GetCallerIdentityResponse>" + result + b"</GetCallerIdentityResponse>"
    identity = sts.endpoints.GetCallerIdentity.of_response(HttpResponse(body=BEFORE[before] + wrapped))
    assert identity == sts.GetCallerIdentityResponse(account="1")


class Hint(NamedTuple):
    """A code and a status, and what they mean for trying again."""

    code: str
    status: int
    retryable: bool
    throttling: bool
    fault: str


HINTS = (
    *(Hint(code, 400, True, False, "client") for code in ("RequestTimeout", "RequestTimeoutException")),
    *(Hint(code, 400, True, False, "client") for code in ("ConnectionError", "HTTPClientError")),
    Hint("PriorRequestNotComplete", 400, True, True, "client"),
    Hint("TransactionInProgressException", 400, True, True, "client"),
    Hint("SlowDown", 503, True, True, "server"),
    *(Hint("Other", status, True, False, "server") for status in (500, 502, 503, 504)),
    Hint("Other", 501, False, False, "server"),
    Hint("Other", 404, False, False, "client"),
)
PROTOCOLS = (
    (s3.endpoints.CreateBucket, "rest-xml"),
    (functions.endpoints.ListFunctions, "rest-json"),
    (sts.endpoints.GetCallerIdentity, "query"),
    (cloudwatch.endpoints.ListMetrics, "json"),
    (cloudwatch.endpoints.ListMetrics, "smithy-rpc-v2-cbor"),
)


@pytest.mark.parametrize("hint", HINTS, ids=lambda hint: f"{hint.code}-{hint.status}")
@pytest.mark.parametrize(("operation", "protocol"), PROTOCOLS)
def test_hints_for_trying_again(operation: Any, protocol: str, hint: Hint) -> None:
    given = UnknownOperationError(hint.code, "m")
    given.status, given.fault = hint.status, hint.fault
    error = operation.of_response(operation.error_to_response(given, protocol=protocol), protocol=protocol)
    assert (error.code, error.status, error.retryable, error.throttling, error.fault) == hint


class Foreign(NamedTuple):
    """A response in a format of somebody else, and what it says."""

    operation: Any
    protocol: str
    body: bytes
    code: str
    message: str | None
    request_id: str | None = None


DENIED = b"<AccessDeniedException><Message>no</Message></AccessDeniedException>"
FOREIGN = (
    Foreign(dynamodb.endpoints.GetItem, "json", DENIED, "AccessDeniedException", "no"),
    Foreign(functions.endpoints.ListFunctions, "rest-json", DENIED, "AccessDeniedException", "no"),
    Foreign(cloudwatch.endpoints.ListMetrics, "smithy-rpc-v2-cbor", DENIED, "AccessDeniedException", "no"),
    Foreign(dynamodb.endpoints.GetItem, "json", b"<UnknownOperationException/>", "UnknownOperationException", None),
    Foreign(
        dynamodb.endpoints.GetItem,
        "json",
        b"<ErrorResponse><Error><Code>Throttling</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        "Throttling",
        "m",
        "r",
    ),
    Foreign(dynamodb.endpoints.GetItem, "json", S3_ERROR % b"Odd", "Odd", "m", "r"),
    Foreign(s3.endpoints.GetObject, "rest-xml", b'{"Error":{"Code":"Denied","Message":"no"}}', "Denied", "no"),
    Foreign(s3.endpoints.GetObject, "rest-xml", b'{"message":"Forbidden, really"}', "403", "Forbidden, really"),
    Foreign(s3.endpoints.GetObject, "rest-xml", b'{"__type":"a.b#Denied","message":"no"}', "Denied", "no"),
    Foreign(
        sts.endpoints.AssumeRole,
        "query",
        b'{"Error":{"Code":"Denied","Message":"no"},"RequestId":"r"}',
        "Denied",
        "no",
        "r",
    ),
    Foreign(
        sts.endpoints.AssumeRole,
        "query",
        b'{"message":"Missing Authentication Token"}',
        "403",
        "Missing Authentication Token",
    ),
    Foreign(cloudwatch.endpoints.ListMetrics, "smithy-rpc-v2-cbor", b'{"message":"no"}', "403", "no"),
    Foreign(functions.endpoints.ListFunctions, "rest-json", b"<html><body>no</body></html>", "403", "Forbidden"),
    Foreign(functions.endpoints.ListFunctions, "rest-json", b"<html/>", "403", "Forbidden"),
    Foreign(s3.endpoints.GetObject, "rest-xml", b"{}", "403", "Forbidden"),
    Foreign(s3.endpoints.GetObject, "rest-xml", b'{"Error": 5}', "403", "Forbidden"),
    Foreign(s3.endpoints.GetObject, "rest-xml", b"{", "403", "Forbidden"),
)


@pytest.mark.parametrize("row", FOREIGN, ids=lambda row: f"{row.protocol} {row.body[:40]!r}")
def test_errors_in_the_format_of_somebody_else(row: Foreign) -> None:
    error = row.operation.of_response(HttpResponse(status=403, body=row.body), protocol=row.protocol)
    assert isinstance(error, UnknownOperationError)
    assert (error.code, error.message, error.request_id) == (row.code, row.message, row.request_id)
    assert (error.status, error.fault) == (403, "client")


def test_a_modelled_error_in_the_format_of_somebody_else() -> None:
    xml = b"<ResourceNotFoundException><message>gone</message></ResourceNotFoundException>"
    error = dynamodb.endpoints.GetItem.of_response(HttpResponse(status=400, body=xml))
    assert isinstance(error, dynamodb.ResourceNotFoundException)
    assert error.message == "gone"
    json = b'{"__type":"NoSuchKey","message":"gone"}'
    missing = s3.endpoints.GetObject.of_response(HttpResponse(status=404, body=json))
    assert isinstance(missing, s3.NoSuchKey)
    assert missing.message == "gone"
    named = HttpResponse(status=404, headers={"x-amzn-errortype": "NoSuchKey:http://a"}, body=b'{"Message":"gone"}')
    assert s3.endpoints.GetObject.of_response(named) == missing


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error":"invalid_grant","error_description":"expired"}', "expired"),
        (b'{"error":"invalid_grant"}', "invalid_grant"),
        (b'{"error":"invalid_grant","error_description":"expired","message":"m"}', "m"),
        (b'{"error":{"a":1}}', None),
    ],
)
@pytest.mark.parametrize(
    ("operation", "protocol"), [(functions.endpoints.ListFunctions, "rest-json"), (dynamodb.endpoints.GetItem, "json")]
)
def test_messages_of_oauth(operation: Any, protocol: str, body: bytes, message: str | None) -> None:
    headers = {"x-amzn-errortype": "InvalidGrantException"}
    error = operation.of_response(HttpResponse(status=400, headers=headers, body=body), protocol=protocol)
    assert (error.code, error.message) == ("InvalidGrantException", message)


class Chunks:
    """A body that is read asynchronously, like those of aiohttp and httpx."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self) -> bytes:
        return self._data


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 7):
        yield data[at : at + 7]


def _iterated(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 7] for at in range(0, len(data), 7))


MISSING = XML + S3_ERROR % b"NoSuchKey"


@pytest.mark.parametrize("stream", [bytes, bytearray, memoryview, io.BytesIO, _iterated, lambda data: [data]])
def test_an_error_that_arrives_as_a_stream(stream: Any) -> None:
    error = s3.endpoints.GetObject.of_response(HttpResponse(status=404, body=stream(MISSING)))
    assert isinstance(error, s3.NoSuchKey)
    assert error.message == "m"
    body = b'{"Type":"User","Message":"gone"}'
    response = HttpResponse(status=404, headers={"x-amzn-ErrorType": "ResourceNotFoundException"}, body=stream(body))
    refused = functions.endpoints.InvokeWithResponseStream.of_response(response)
    assert isinstance(refused, functions.ResourceNotFoundException)
    assert refused.message == "gone"


@pytest.mark.parametrize("stream", [Chunks, _chunks])
def test_an_error_that_arrives_asynchronously(stream: Any) -> None:
    with pytest.raises(ResponseError, match="asynchronous: read_all_async"):
        s3.endpoints.GetObject.of_response(HttpResponse(status=404, body=stream(MISSING)))

    async def read() -> ServiceError | s3.GetObjectOutput:
        response = HttpResponse(status=404, body=stream(MISSING))
        response.body = await read_all_async(response.body)
        return s3.endpoints.GetObject.of_response(response)

    assert isinstance(asyncio.run(read()), s3.NoSuchKey)


@pytest.mark.parametrize("body", ["text", 5, None, ["text"], io.StringIO("text")])
def test_what_is_no_body(body: Any) -> None:
    with pytest.raises(ResponseError, match=r"expected bytes, got \w+"):
        s3.endpoints.GetObject.of_response(HttpResponse(status=404, body=body))


def test_bodies_that_are_at_hand_are_read_either_way() -> None:
    for stream in (bytes, bytearray, memoryview, io.BytesIO, _iterated):
        assert read_all(stream(MISSING)) == asyncio.run(read_all_async(stream(MISSING))) == MISSING


WITH_A_MEMBER_CALLED_ERROR = "<Type>Sender</Type><Code>A</Code><Error>e</Error><Message>m</Message>"


@pytest.mark.parametrize(
    ("operation", "protocol", "before", "after"),
    [
        (sts.endpoints.AssumeRole, "query", "<ErrorResponse><Error>", "</Error></ErrorResponse>"),
        (s3.endpoints.GetObject, "rest-xml", "<Error>", "</Error>"),
        (cloudwatch.endpoints.PutMetricData, "query", "<Response><Errors><Error>", "</Error></Errors></Response>"),
    ],
)
def test_an_error_with_a_member_called_error(operation: Any, protocol: str, before: str, after: str) -> None:
    body = (before + WITH_A_MEMBER_CALLED_ERROR + after).encode()
    error = operation.of_response(HttpResponse(status=400, body=body), protocol=protocol)
    assert error == UnknownOperationError("A", "m", {"Type": "Sender", "Error": "e", "Message": "m"})
    assert operation.of_response(operation.error_to_response(error, protocol=protocol), protocol=protocol) == error
