"""Handlers of every kind are called as they have to be, and what they do wrong does not keep anybody waiting."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest

from botobind.http import HttpRequest, HttpResponse, read_all
from botobind.protocols.compression import decompressed
from botobind.server import Application, Limits
from botobind.server.chunks import ChunkDecoder
from botobind_services import dynamodb, s3, sts

GET = dynamodb.endpoints.GetItem.to_request(
    dynamodb.GetItemInput(table_name="things", key={"id": dynamodb.AttributeValue(s="1")})
)
SECONDS = 60
"""Far more than anything here takes, but for what waits for ever."""


def awaited(application: Application, request: HttpRequest) -> HttpResponse:
    return asyncio.run(asyncio.wait_for(application.respond_awaited(request), SECONDS))


async def sized(request: Any) -> Any:
    return s3.PutObjectOutput(etag=str(sum([len(chunk) async for chunk in request.body])))


async def sized_of(_: str, request: Any) -> Any:
    return await sized(request)


class Sized:
    async def __call__(self, request: Any) -> Any:
        return await sized(request)

    async def method(self, request: Any) -> Any:
        return await sized(request)


async def pieces(*found: bytes) -> AsyncIterator[bytes]:
    for piece in found:
        yield piece


async def never() -> AsyncIterator[bytes]:
    await asyncio.sleep(3600)
    yield b""


ASYNCHRONOUS = [sized, Sized(), Sized().method, partial(sized_of, ""), partial(Sized()), partial(partial(sized_of), "")]


@pytest.mark.parametrize("handler", ASYNCHRONOUS)
def test_what_is_asynchronous_gets_a_body_to_await(handler: Any) -> None:
    request = HttpRequest(method="PUT", path="/box/key", body=pieces(b"abc"))
    assert awaited(Application(s3, {"PutObject": handler}), request).headers.get("etag") == "3"


@pytest.mark.parametrize("handler", [*ASYNCHRONOUS, partial(lambda _, given: sized(given), "")])
def test_what_is_asynchronous_is_not_for_wsgi(handler: Any, caplog: pytest.LogCaptureFixture) -> None:
    request = HttpRequest(method="PUT", path="/box/key", body=b"abc")
    assert Application(s3, {"PutObject": handler}).respond(request).status == 500
    assert "the handler is asynchronous" in caplog.text


async def read_at_once(request: Any) -> Any:
    return s3.PutObjectOutput(etag=str(len(request.body.read())))


def test_who_would_wait_for_itself_is_told(caplog: pytest.LogCaptureFixture) -> None:
    request = HttpRequest(method="PUT", path="/box/key", body=pieces(b"abc"))
    cannot_be_told = partial(lambda _, given: read_at_once(given), "")
    assert awaited(Application(s3, {"PutObject": cannot_be_told}), request).status == 500
    assert "a handler that does is `async def`" in caplog.text


def stop(_: Any) -> Any:
    raise StopIteration


def cannot_be_written(_: Any) -> Any:
    raise dynamodb.ResourceNotFoundException(message="\udc80")


def is_no_error_of_the_model(_: Any) -> Any:
    error: Any = dynamodb.ResourceNotFoundException
    raise error(message=5)


@pytest.mark.parametrize("handler", [stop, cannot_be_written, is_no_error_of_the_model])
@pytest.mark.parametrize("way", [awaited, Application.respond])
def test_what_cannot_be_answered_with_is_an_internal_failure(
    way: Callable[[Application, HttpRequest], HttpResponse], handler: Any, caplog: pytest.LogCaptureFixture
) -> None:
    response = way(Application(dynamodb, {"GetItem": handler}), GET)
    assert (response.status, b"InternalFailure" in read_all(response.body)) == (500, True)
    assert "GetItem failed" in caplog.text


async def sleep(_: Any) -> Any:
    await asyncio.sleep(3600)


FORM = sts.endpoints.GetCallerIdentity.to_request(sts.GetCallerIdentityRequest())


@pytest.mark.parametrize(
    ("package", "request_", "body"), [(dynamodb, GET, None), (dynamodb, GET, never), (sts, FORM, never)]
)
def test_what_takes_too_long_is_answered_as_the_service_does(
    package: Any, request_: HttpRequest, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    request = HttpRequest(path=request_.path, headers=request_.headers, body=request_.body if body is None else body())
    name = "GetItem" if package is dynamodb else "GetCallerIdentity"
    caplog.set_level("INFO", "botobind.server.access")
    response = awaited(Application(package, {name: sleep}, limits=Limits(seconds=0.05)), request)
    assert (response.status, b"RequestTimeout" in read_all(response.body)) == (408, True)
    assert " 408 " in caplog.text


def test_a_body_that_breaks_off_before_anybody_knows_what_it_asks_for_is_answered() -> None:
    class Broken:
        def read(self, _: int = -1) -> bytes:
            raise ValueError("the server's own error")

    response = Application(sts).respond(HttpRequest(headers=FORM.headers, body=Broken()))
    assert (response.status, b"InternalFailure" in read_all(response.body)) == (500, True)


def test_a_payload_may_call_itself_a_form() -> None:
    application = Application(s3, {"PutObject": sized}, limits=Limits(document=10))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = HttpRequest(method="PUT", path="/box/key", headers=headers, body=pieces(b"x" * 100))
    assert awaited(application, request).headers.get("etag") == "100"


def test_the_type_of_a_form_is_written_in_any_case() -> None:
    application = Application(sts, {"GetCallerIdentity": lambda _: sts.GetCallerIdentityResponse(account="1")})
    headers = {"Content-Type": "Application/X-WWW-Form-URLEncoded"}
    assert awaited(application, HttpRequest(headers=headers, body=pieces(read_all(FORM.body)))).status == 200


def test_requests_stay_as_they_are() -> None:
    body = b"1\r\na\r\n0\r\n\r\n"
    request = HttpRequest(method="PUT", path="/box/key", headers={"Content-Encoding": "aws-chunked"}, body=body)
    application = Application(s3, {"PutObject": lambda given: s3.PutObjectOutput(etag=given.body.decode())})
    assert [application.respond(request).headers.get("etag") for _ in range(2)] == ["a", "a"]
    assert (request.body, dict(request.headers)) == (body, {"Content-Encoding": "aws-chunked"})


def test_a_signature_for_several_regions_tells_its_service() -> None:
    application = Application(dynamodb)
    application.serve(s3, {"GetObject": lambda _: s3.GetObjectOutput(body=b"content")})
    scope = "AWS4-ECDSA-P256-SHA256 Credential=AKID/20240501/s3/aws4_request, SignedHeaders=host, Signature=0"
    headers = {"Authorization": scope, "Host": "dynamodb.example"}
    assert application.respond(HttpRequest(method="GET", path="/box/key", headers=headers)).body == b"content"


def test_a_service_is_added_whole() -> None:
    application = Application(dynamodb)
    with pytest.raises(Exception, match="Nothing"):
        application.serve(sts, {"GetCallerIdentity": sleep, "Nothing": sleep})
    assert application.respond(FORM).status == 400  # in no protocol of DynamoDB


def chunked(**changes: str) -> HttpRequest:
    headers = {
        "X-Amz-Content-SHA256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "X-Amz-Decoded-Content-Length": "3",
        "X-Amz-Trailer": "x-amz-checksum-sha256",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    checksum = b"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    body = b"3\r\nabc\r\n0\r\nX-Amz-Checksum-SHA256:" + checksum + b"\r\n\r\n"
    return HttpRequest(method="PUT", path="/box/key", headers=headers, body=body)


@pytest.mark.parametrize("content_encoding", [{}, {"Content_Encoding": "AWS-Chunked, gzip"}])
@pytest.mark.parametrize("way", [awaited, Application.respond])
@pytest.mark.parametrize(
    ("old", "new", "changes", "code"),
    [
        (b"", b"", {}, ""),
        (b"", b"", {"X_Amz_Trailer": "x-amz-checksum-sha256,x-other"}, "MalformedTrailerError"),
        (
            b"",
            b"",
            {"X_Amz_Trailer": "x-amz-checksum-md4", "X_Amz_Decoded_Content_Length": "3"},
            "MalformedTrailerError",
        ),
        (b"", b"", {"X_Amz_Decoded_Content_Length": "4"}, "IncompleteBody"),
        (b"", b"", {"X_Amz_Decoded_Content_Length": "2"}, "IncompleteBody"),
        (b"", b"", {"X_Amz_Decoded_Content_Length": "x"}, "InvalidRequest"),
        (b"abc", b"abd", {}, "BadDigest"),
        (b"ung", b"unG", {}, "BadDigest"),
        (b"SHA256", b"SHA1", {}, "MalformedTrailerError"),
    ],
)
def test_checksums_behind_bodies(
    way: Any, old: bytes, new: bytes, changes: dict[str, str], code: str, content_encoding: dict[str, str]
) -> None:
    request = chunked(**changes, **content_encoding)
    body = read_all(request.body).replace(old, new)
    request.body = body if way is Application.respond else pieces(body[:9], body[9:])
    handler = sized if way is awaited else lambda given: s3.PutObjectOutput(etag=str(len(given.body)))
    response = way(Application(s3, {"PutObject": handler}), request)
    assert getattr(s3.endpoints.PutObject.of_response(response), "code", "") == code
    assert (response.headers.get("etag") == "3") == (not code)


@pytest.mark.parametrize("way", [awaited, Application.respond])
@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="),
        ("x-amz-checksum-crc32", "NSRBwg=="),
        ("X-Amz-Checksum-SHA1", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
    ],
)
@pytest.mark.parametrize("body", [b"abc", b"abd"])
def test_checksums_before_bodies(way: Any, name: str, right: str, body: bytes) -> None:
    handler = sized if way is awaited else lambda given: s3.PutObjectOutput(etag=str(len(given.body)))
    request = HttpRequest(method="PUT", path="/box/key", headers={name: right}, body=body)
    if way is awaited:
        request.body = pieces(body[:1], body[1:])
    response = way(Application(s3, {"PutObject": handler}), request)
    code = getattr(s3.endpoints.PutObject.of_response(response), "code", "")
    assert code == ("" if body == b"abc" else "BadDigest")


def test_checksums_of_what_is_no_body_are_not_compared() -> None:
    handlers = {"CompleteMultipartUpload": lambda _: s3.CompleteMultipartUploadOutput(etag="1")}
    body = b"<CompleteMultipartUpload><Part><ETag>a</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>"
    headers = {"x-amz-checksum-crc32": "AAAAAA==", "Content-Type": "application/xml"}
    request = HttpRequest(path="/box/key", query=[("uploadId", "1")], headers=headers, body=body)
    assert Application(s3, handlers).respond(request).status == 200


def test_lines_behind_the_last_chunk_have_an_end() -> None:
    request = chunked()
    request.body = b"0\r\n" + b"x-a:b\r\n" * 1000 + b"\r\n"
    response = Application(s3, {"PutObject": sized}).respond(request)
    assert (response.status, b"more than 64 lines" in read_all(response.body)) == (400, True)


def decode_chunks() -> int:
    return len(ChunkDecoder().feed(b"1\r\na\r\n" * 200_000))


def unpack_members() -> int:
    return len(decompressed(gzip.compress(b"") * 200_000 + gzip.compress(b"x" * 200_000)))


@pytest.mark.parametrize("work", [decode_chunks, unpack_members])
def test_many_small_parts_take_no_more_than_their_bytes(work: Callable[[], int]) -> None:
    began = time.process_time()
    assert work() == 200_000
    # In time that grows with the square of the bytes it was nine seconds of the processor's, and is a quarter of one.
    assert time.process_time() - began < 4
