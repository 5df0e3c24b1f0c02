"""Applications answer whatever comes: by their handlers, or by the error that the service would give."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from zlib import crc32

import pytest

from botobind.errors import BotobindError
from botobind.http import HttpRequest, HttpResponse, read_all
from botobind.server import Application, Limits, problem
from botobind_services import cloudwatch, dynamodb, s3, sts

KEY = {"id": dynamodb.AttributeValue(s="secret-key")}
GET = dynamodb.endpoints.GetItem.to_request(dynamodb.GetItemInput(table_name="things", key=KEY))
CALLER = sts.endpoints.GetCallerIdentity.to_request(sts.GetCallerIdentityRequest())
PUT = s3.PutObjectRequest(bucket="box", key="a/b", body=b"content")


def answer(request: Any) -> Any:
    return dynamodb.GetItemOutput(item=request.key)


async def answer_later(request: Any) -> Any:
    await asyncio.sleep(0)
    return dynamodb.GetItemOutput(item=request.key)


def fail(_: Any) -> Any:
    raise ValueError("the password is hunter2")


def refuse(_: Any) -> Any:
    raise dynamodb.ResourceNotFoundException(message="no such table")


def give_an_error(_: Any) -> Any:
    return dynamodb.ResourceNotFoundException(message="no such table")


def have_a_problem(_: Any) -> Any:
    raise problem("SlowDown", "not so fast", 503)


async def wait_for_ever(_: Any) -> Any:
    await asyncio.sleep(3600)


def take_too_long(_: Any) -> Any:
    raise TimeoutError


def respond(application: Application, request: HttpRequest) -> HttpResponse:
    return application.respond(request)


def respond_awaited(application: Application, request: HttpRequest) -> HttpResponse:
    return asyncio.run(application.respond_awaited(request))


BOTH = pytest.mark.parametrize("way", [respond, respond_awaited])
Way = Callable[[Application, HttpRequest], HttpResponse]


@BOTH
@pytest.mark.parametrize("operation", [dynamodb.endpoints.GetItem, "GetItem", "get_item"])
def test_a_handler_is_called(way: Way, operation: Any) -> None:
    response = way(Application(dynamodb, {operation: answer}), GET)
    assert dynamodb.endpoints.GetItem.of_response(response) == dynamodb.GetItemOutput(item=KEY)


def test_an_asynchronous_handler_is_awaited() -> None:
    response = respond_awaited(Application(dynamodb, {"GetItem": answer_later}), GET)
    assert dynamodb.endpoints.GetItem.of_response(response) == dynamodb.GetItemOutput(item=KEY)


@BOTH
@pytest.mark.parametrize(
    ("handler", "status", "code", "message"),
    [
        (refuse, 400, "ResourceNotFoundException", "no such table"),
        (give_an_error, 400, "ResourceNotFoundException", "no such table"),
        (have_a_problem, 503, "SlowDown", "not so fast"),
        (fail, 500, "InternalFailure", "an internal error"),
        (take_too_long, 408, "RequestTimeout", "the request took too long"),
        (None, 501, "NotImplemented", "nobody has written GetItem yet"),
    ],
)
def test_what_goes_wrong_is_answered(way: Way, handler: Any, status: int, code: str, message: str) -> None:
    response = way(Application(dynamodb, {"GetItem": handler} if handler else {}), GET)
    error = dynamodb.endpoints.GetItem.of_response(response)
    assert isinstance(error, Exception)
    assert (response.status, getattr(error, "code", ""), getattr(error, "message", "")) == (status, code, message)
    assert b"hunter2" not in read_all(response.body)


def fail_late(_: Any) -> Any:
    raise problem("InternalError", "try again", 200)


@BOTH
@pytest.mark.parametrize(
    ("operation", "members"), [("CopyObject", {}), ("UploadPartCopy", {"part_number": 1, "upload_id": "u"})]
)
def test_an_error_may_come_with_the_status_of_success(way: Way, operation: str, members: dict[str, Any]) -> None:
    copy = s3.endpoints.OPERATIONS[operation]
    value = copy.input(bucket="box", key="k", copy_source="box/a", **members)
    response = way(Application(s3, {operation: fail_late}), copy.to_request(value))
    found = copy.of_response(response)
    assert (response.status, found.code, found.fault, found.retryable) == (200, "InternalError", "server", True)


@BOTH
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"headers": {"X-Amz-Target": "DynamoDB_20120810.Get"}}, 404, b"UnknownOperationException"),
        ({"headers": {"Content-Type": "text/plain", "X-Amz-Target": "Other_1.GetItem"}}, 404, b"UnknownOperation"),
        ({"method": "PUT"}, 405, b"UnknownOperationException"),
        ({"body": b'{"TableName": '}, 400, b"SerializationException"),
        ({"body": b'{"TableName": "", "Key": {}}'}, 400, b"ValidationException"),
        ({"body": b"x" * 2000}, 413, b"RequestEntityTooLarge"),
        ({"body": [b"x" * 999, b"y" * 999]}, 413, b"RequestEntityTooLarge"),
        ({"Content-Length": "-1"}, 400, b"InvalidRequest"),
        ({"Content-Length": "1", "Transfer-Encoding": "chunked"}, 400, b"InvalidRequest"),
        ({"Content-Encoding": "aws-chunked", "Content-Length": "3"}, 400, b"IncompleteBody"),
    ],
)
def test_bad_requests_are_refused(way: Way, changes: dict[str, Any], status: int, code: bytes) -> None:
    request = HttpRequest(method=GET.method, path=GET.path, headers=GET.headers, body=GET.body)
    for name, value in changes.items():
        if name in ("method", "body"):
            setattr(request, name, value)
        elif name == "headers":
            request.headers.update(value)
        else:
            request.headers[name] = value
    response = way(Application(dynamodb, {"GetItem": answer}, limits=Limits(document=1000)), request)
    assert (response.status, code in read_all(response.body)) == (status, True), response.body
    assert "x-amzn-requestid" in response.headers
    assert ("allow" in response.headers) == (status == 405)


def scope(name: str) -> dict[str, str]:
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential=AKID/20240501/us-east-1/{name}/aws4_request, Signature=0"}


@pytest.mark.parametrize(
    ("request_", "told", "status"),
    [
        (GET, scope("dynamodb"), 200),
        (GET, {"Host": "dynamodb.eu-west-1.amazonaws.com"}, 200),
        (GET, {}, 200),
        (CALLER, scope("sts"), 200),
        (CALLER, {"Host": "sts.localhost:4566"}, 200),
        (CALLER, {}, 200),
        (GET, scope("sts"), 400),
        (GET, scope("sqs"), 400),
    ],
)
def test_several_services_are_told_apart(request_: HttpRequest, told: dict[str, str], status: int) -> None:
    application = Application(sts, {"GetCallerIdentity": lambda _: sts.GetCallerIdentityResponse(account="1")})
    application.serve(dynamodb, {"GetItem": answer})
    request = HttpRequest(method=request_.method, path=request_.path, body=request_.body, headers=request_.headers)
    request.headers.update(told)
    assert application.respond(request).status == status


def test_a_presigned_url_tells_its_service() -> None:
    application = Application(dynamodb)
    application.serve(s3, {"GetObject": lambda _: s3.GetObjectOutput(body=b"content")})
    query = [("X-Amz-Credential", "AKID/20240501/us-east-1/s3/aws4_request")]
    response = application.respond(HttpRequest(method="GET", path="/box/key", query=query))
    assert (response.status, response.body) == (200, b"content")


def read_whole(request: Any) -> Any:
    body = request.body
    return s3.PutObjectOutput(etag=str(len(body if isinstance(body, bytes) else body.read())))


async def read_chunks(request: Any) -> Any:
    return s3.PutObjectOutput(etag=str(sum([len(chunk) async for chunk in request.body])))


def streamed(pieces: list[bytes]) -> Iterator[bytes]:
    yield from pieces


async def streamed_later(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


PIECES = [b"ab", b"", b"c" * 100_000]
CHECKSUM = b64encode(crc32(b"".join(PIECES)).to_bytes(4, "big"))


@pytest.mark.parametrize(
    ("way", "handler", "source"),
    [
        (respond, read_whole, b"".join),
        (respond_awaited, read_whole, streamed_later),
        (respond_awaited, read_chunks, streamed_later),
    ],
)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_streams_reach_handlers(way: Way, handler: Any, source: Any, is_chunked: bool) -> None:  # noqa: FBT001 - a row
    request = s3.endpoints.PutObject.to_request(PUT)
    pieces = PIECES
    if is_chunked:
        request.headers["Content-Encoding"] = "aws-chunked"
        request.headers["X-Amz-Decoded-Content-Length"] = "100002"
        request.headers["X-Amz-Trailer"] = "x-amz-checksum-crc32"
        end = b"\r\n0\r\nx-amz-checksum-crc32:" + CHECKSUM + b"\r\n\r\n"
        pieces = [b"2;chunk-signature=0\r\nab\r", b"\n186a0\r\n", *PIECES[2:], end]
    request.body = source(pieces)
    response = way(Application(s3, {"PutObject": handler}), request)
    assert (response.status, response.headers.get("etag")) == (200, "100002")


def test_an_asynchronous_handler_is_not_for_wsgi(caplog: pytest.LogCaptureFixture) -> None:
    assert Application(dynamodb, {"GetItem": answer_later}).respond(GET).status == 500
    assert "ASGI servers run it" in caplog.text


def test_the_access_log_tells_nothing_of_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "botobind.server.access"):
        response = Application(dynamodb, {"GetItem": answer}).respond(GET)
    assert caplog.messages[0].startswith("dynamodb GetItem 200 ")
    assert caplog.messages[0].endswith(response.headers["x-amzn-requestid"])
    assert "secret-key" not in caplog.text


def test_handlers_belong_to_services_that_are_served() -> None:
    application = Application(dynamodb)
    with pytest.raises(BotobindError, match="of a service that is not served"):
        application.on(sts.endpoints.GetCallerIdentity)
    with pytest.raises(BotobindError, match=r"cloudwatch has no operation 'GetDashbord'. Did you mean 'GetDashboard'"):
        application.serve(cloudwatch, {"GetDashbord": answer})
    with pytest.raises(BotobindError, match="is no operation of"):
        application.serve(cloudwatch, {sts.endpoints.GetCallerIdentity: answer})
    with pytest.raises(BotobindError, match="serves no service"):
        Application().respond(GET)


def test_a_service_may_be_served_anew() -> None:
    application = Application(dynamodb, {"GetItem": fail})
    application.serve(dynamodb, {"GetItem": answer})
    assert application.respond(GET).status == 200
