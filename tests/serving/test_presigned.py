"""URLs and forms that botocore signs beforehand are taken as they are, and refused in S3's codes where they are not."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import attrs
import boto3
import pytest
from botocore.config import Config
from urllib3.filepost import encode_multipart_formdata

from botobind.http import HttpRequest, HttpResponse, read_all
from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest
from botobind.io.engine.signing import presign
from botobind.server import Application
from botobind_services import dynamodb, s3

HOST = "s3.localhost:4566"
FILE = b"content\r\n--bound\r\n"
Fields = dict[str, str]


class Stored:
    """The objects that were put."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def put(self, request: Any) -> Any:
        body = request.body.read() if hasattr(request.body, "read") else request.body
        self.requests.append(attrs.evolve(request, body=body))
        return s3.PutObjectOutput(etag='"tag"')

    async def put_later(self, request: Any) -> Any:
        body = b"".join([chunk async for chunk in request.body])
        self.requests.append(attrs.evolve(request, body=body))
        return s3.PutObjectOutput(etag='"tag"')


def application(stored: Stored, *, is_awaited: bool = False, credentials: Any = None) -> Application:
    made = Application(dynamodb, credentials=credentials)
    made.serve(
        s3,
        {
            "PutObject": stored.put_later if is_awaited else stored.put,
            "GetObject": lambda _: s3.GetObjectOutput(body=b"content"),
            "ListObjectsV2": lambda _: s3.ListObjectsV2Output(name="box"),
        },
        router=attrs.evolve(s3.router, hosts=("s3.localhost",)),
    )
    return made


def client(version: str, style: str = "path", token: str | None = None) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=f"http://{HOST}",
        region_name="eu-west-1",
        aws_access_key_id="AKID",
        aws_secret_access_key="right",
        aws_session_token=token,
        config=Config(signature_version=version, s3={"addressing_style": style}),
    )


BOTH = pytest.mark.parametrize("version", ["s3", "s3v4"])
KNOWN = {"AKID": "right"}


def code_of(response: HttpResponse) -> str:
    return str(getattr(s3.endpoints.GetObject.of_response(response), "code", ""))


@BOTH
@pytest.mark.parametrize("style", ["path", "virtual"])
@pytest.mark.parametrize("token", [None, "to/k+en="])
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_object", {"Key": "a b/ü//c+d"}),
        ("get_object", {"Key": "k", "ResponseContentType": "text/x", "VersionId": "1"}),
        ("put_object", {"Key": "k", "ContentType": "text/plain", "Metadata": {"a": "b"}}),
        ("list_objects_v2", {"Prefix": "a/"}),
    ],
)
def test_urls(version: str, style: str, token: str | None, operation: str, parameters: dict[str, Any]) -> None:
    signer = client(version, style, token)
    url = urlsplit(signer.generate_presigned_url(operation, Params={"Bucket": "box", **parameters}))
    method = "PUT" if operation == "put_object" else "GET"
    headers = {"Host": url.netloc}
    if operation == "put_object" and version == "s3v4":
        headers |= {"Content-Type": "text/plain", "x-amz-meta-a": "b"}
    made = application(Stored(), credentials=KNOWN)

    def code(target: str, **other: str) -> str:
        return code_of(made.respond(HttpRequest.of_target(method, target, {**headers, **other})))

    target = f"{url.path}?{url.query}"
    assert code(target) == ""
    assert code(target.replace("AKID", "AKIE")) == "InvalidAccessKeyId"
    assert code(target.replace("?", "x?", 1)) == "SignatureDoesNotMatch"
    assert code(f"{target}&uploadId=1") == "SignatureDoesNotMatch"
    assert code(target, **{"x-amz-acl": "public-read"}) == "SignatureDoesNotMatch"
    assert code(f"{target}&{url.query}") == "AuthorizationHeaderMalformed"


PARAMETERS: dict[str, Any] = {"ACL": "private", "Metadata": {"a": "1"}, "ServerSideEncryption": "AES256"}


@pytest.mark.parametrize(
    ("operation", "parameters", "part", "into"),
    [
        ("upload_part", {"UploadId": "U", "PartNumber": 1}, "&uploadId=U", "&partNumber=1"),
        (
            "get_object",
            {"ResponseContentType": "a&b=c", "VersionId": "3"},
            "&versionId=3",
            "&response-content-type=a%26b%3Dc",
        ),
        ("put_object", PARAMETERS, "&x-amz-server-side-encryption=AES256", "&x-amz-meta-a=1"),
        ("put_object", PARAMETERS, "&x-amz-meta-a=1", "&x-amz-acl=private"),
    ],
)
def test_urls_ask_for_what_was_signed_alone(operation: str, parameters: dict[str, Any], part: str, into: str) -> None:
    """What is signed by S3's own signatures has no quotes: a parameter might be in the value of another one."""
    stored = Stored()
    made = application(stored, credentials=KNOWN)
    made.on(s3.endpoints.UploadPart)(lambda _: s3.UploadPartOutput())
    given = {"Bucket": "box", "Key": "k", **parameters}
    url = urlsplit(client("s3").generate_presigned_url(operation, Params=given))
    method = "GET" if operation == "get_object" else "PUT"
    query = f"&{url.query}"
    hidden = quote(f"\n{part[1:].replace('=', ':')}" if part.startswith("&x-amz") else part, safe="")
    for asked, code in ((query, ""), (query.replace(part, "").replace(into, into + hidden), "SignatureDoesNotMatch")):
        request = HttpRequest.of_target(method, f"{url.path}?{asked[1:]}", {"Host": HOST})
        assert code_of(made.respond(request)) == code
    assert len(stored.requests) == (operation == "put_object")


@pytest.mark.parametrize(("told", "code"), [
    ("UNSIGNED-PAYLOAD", ""),
    ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", ""),
    ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "XAmzContentSHA256Mismatch"),
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "SignatureDoesNotMatch"),
    ("STREAMING-AWS4-HMAC-SHA256-EVENTS", "SignatureDoesNotMatch"),
])  # fmt: skip
def test_what_urls_say_of_bodies(told: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("botobind.io.engine.sigv4.UNSIGNED", told)
        url = urlsplit(in_query(("X-Amz-Content-Sha256", told)))
    request = HttpRequest.of_target("PUT", f"{url.path}?{url.query}", {"Host": HOST})
    assert code_of(application(Stored(), credentials=KNOWN).respond(request)) == code


def in_query(*query: tuple[str, str]) -> str:
    """The URL of an upload with headers in its query string, as the SDK for JavaScript signs it."""
    scheme = AuthScheme(name="sigv4", signing_name="s3", region="eu-west-1", double_encodes=False)
    asked = OutgoingRequest(method="PUT", scheme="http", host=HOST, path="/box/k", query=[*query], headers=[], body=b"")
    return presign(asked, scheme, Credentials(access_key="AKID", secret_key="right"), datetime.now(UTC), 60)


@pytest.mark.parametrize(("body", "code"), [(b"", ""), (b"xyz", "BadDigest")])
def test_checksums_may_be_in_urls(body: bytes, code: str) -> None:
    # Who signs a URL for a body that is not there yet signs the checksum of nothing, which S3 believes.
    url = urlsplit(in_query(("x-amz-checksum-crc32", "AAAAAA=="), ("x-amz-sdk-checksum-algorithm", "CRC32")))
    request = HttpRequest.of_target("PUT", f"{url.path}?{url.query}", {"Host": HOST}, body)
    assert code_of(application(Stored(), credentials=KNOWN).respond(request)) == code


@pytest.mark.parametrize("version", ["s3", "in a query"])
@pytest.mark.parametrize("credentials", [None, KNOWN])
def test_headers_may_be_in_urls(version: str, credentials: Any) -> None:
    stored = Stored()
    made, parameters = (
        application(stored, credentials=credentials),
        {"Bucket": "box", "Key": "k", "Metadata": {"a": "b"}},
    )
    if version == "s3":
        url = client(version).generate_presigned_url("put_object", Params={**parameters, "ACL": "private"})
    else:
        url = in_query(("x-amz-acl", "private"), ("x-amz-meta-a", "b"))
    parts = urlsplit(url)
    request = HttpRequest.of_target("PUT", f"{parts.path}?{parts.query}", {"Host": HOST})
    assert made.respond(request).status == 200
    (put,) = stored.requests
    assert (put.acl, put.metadata) == ("private", {"a": "b"})
    request.headers["x-amz-acl"] = "public-read"
    assert (made.respond(request).status == 403) == (credentials is not None)


@BOTH
def test_urls_end(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = urlsplit(
        client(version).generate_presigned_url("get_object", Params={"Bucket": "box", "Key": "k"}, ExpiresIn=9)
    )
    made = application(Stored(), credentials=KNOWN)
    now = __import__("time").time()
    for seconds, code in ((0, ""), (20, "AccessDenied")):
        monkeypatch.setattr("time.time", lambda seconds=seconds: now + seconds)
        request = HttpRequest.of_target("GET", f"{url.path}?{url.query}", {"Host": HOST})
        assert code_of(made.respond(request)) == code


def form(
    fields: Fields, file: bytes = FILE, host: str = HOST, path: str = "/box", name: str = "a\\b/photo é.txt"
) -> HttpRequest:
    body, media_type = encode_multipart_formdata([*fields.items(), ("file", (name, file, "text/x")), ("submit", "Go")])
    return HttpRequest(path=path, headers={"Content-Type": media_type, "Host": host}, body=body)


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def post(version: str = "s3v4", key: str = "k", style: str = "path", **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = client(version, style).generate_presigned_post("box", key, **given)
    return made


@BOTH
@pytest.mark.parametrize("style", ["path", "virtual"])
@pytest.mark.parametrize("size", [0, 1, 1000])
def test_forms(version: str, style: str, size: int) -> None:
    signed = post(version, "in/${filename}", style, Fields={"acl": "private"}, Conditions=[{"acl": "private"}])
    url, stored = urlsplit(signed["url"]), Stored()
    request = form(signed["fields"], host=url.netloc, path=url.path)
    made = application(stored, is_awaited=size > 0, credentials=KNOWN)
    if size:
        request.body = pieces(read_all(request.body), size)
        response = asyncio.run(made.respond_awaited(request))
    else:
        response = made.respond(request)
    assert (response.status, read_all(response.body)) == (204, b"")
    (put,) = stored.requests
    assert (put.bucket, put.key, put.body, put.acl) == ("box", "in/photo é.txt", FILE, "private")
    assert response.headers["Location"] == f"http://{HOST}/box/in/photo%20%C3%A9.txt"


def without(name: str) -> Callable[[Fields], Fields]:
    return lambda fields: {key: value for key, value in fields.items() if key != name}


def having(**changes: str) -> Callable[[Fields], Fields]:
    return lambda fields: fields | {name.replace("_", "-"): value for name, value in changes.items()}


def with_policy(change: Callable[[dict[str, Any]], object]) -> Callable[[Fields], Fields]:
    def changed(fields: Fields) -> Fields:
        policy = json.loads(b64decode(fields["policy"]))
        change(policy)
        return {**fields, "policy": b64encode(json.dumps(policy).encode()).decode()}

    return changed


RANGE = ["content-length-range", 5, 20]


@pytest.mark.parametrize("credentials", [KNOWN, KNOWN.get])
@pytest.mark.parametrize(
    ("conditions", "change", "file", "code"),
    [
        ([RANGE], dict, FILE, ""),
        ([RANGE], dict, b"four", "EntityTooSmall"),
        ([RANGE], dict, b"x" * 21, "EntityTooLarge"),
        ([["starts-with", "$Content-Type", "image/"]], having(Content_Type="image/png"), FILE, ""),
        ([["starts-with", "$Content-Type", "image/"]], having(Content_Type="image/png,image/x"), FILE, ""),
        ([["starts-with", "$Content-Type", "image/"]], having(Content_Type="image/png,text/x"), FILE, "AccessDenied"),
        ([["starts-with", "$Content-Type", "image/"]], dict, FILE, "AccessDenied"),
        ([["eq", "$acl", "private"]], having(acl="public-read"), FILE, "AccessDenied"),
        ([], having(acl="private"), FILE, "AccessDenied"),
        ([], having(x_ignore_me="1"), FILE, ""),
        ([], having(key="other"), FILE, "AccessDenied"),
        ([], without("key"), FILE, "InvalidArgument"),
        ([], without("policy"), FILE, "AccessDenied"),
        ([], without("x-amz-signature"), FILE, "AuthorizationHeaderMalformed"),
        ([], without("x-amz-date"), FILE, "AuthorizationHeaderMalformed"),
        ([], having(x_amz_signature="0" * 64), FILE, "SignatureDoesNotMatch"),
        ([], having(x_amz_credential="AKID/20200101/eu-west-1/s3/aws4_request"), FILE, "SignatureDoesNotMatch"),
        ([], having(x_amz_algorithm="AWS4"), FILE, "AuthorizationHeaderMalformed"),
        ([], having(policy="!"), FILE, "SignatureDoesNotMatch"),
        (
            [],
            with_policy(lambda policy: policy.update(expiration="2100-01-01T00:00:00Z")),
            FILE,
            "SignatureDoesNotMatch",
        ),
        ([{"x-amz-meta-a": "b\n"}], having(x_amz_meta_a="b\n"), FILE, "InvalidArgument"),
        ([{"x-amz-meta-a": "x" * 20_000}], having(x_amz_meta_a="x" * 20_000), FILE, "MaxPostPreDataLengthExceeded"),
        ([{"x-amz-copy-source": "box/secret"}], having(x_amz_copy_source="box/secret"), FILE, ""),
    ],
)
def test_policies(
    conditions: Any, change: Callable[[Fields], Fields], file: bytes, code: str, credentials: Any
) -> None:
    stored = Stored()
    request = form(change(post(Conditions=conditions)["fields"]), file)
    response = application(stored, credentials=credentials).respond(request)
    assert (code_of(response), len(stored.requests)) == (code, not code)


def test_policies_end_and_are_of_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, fields = Stored(), post("s3", ExpiresIn=60)["fields"]
    made = application(stored, credentials=KNOWN)
    assert code_of(made.respond(form(fields, path="/another"))) == "AccessDenied"
    assert code_of(made.respond(form(fields | {"bucket": "box"}, path="/another"))) == "AccessDenied"
    assert code_of(made.respond(form(fields | {"signature": "x"}))) == "SignatureDoesNotMatch"
    assert code_of(made.respond(form(fields | {"AWSAccessKeyId": "OTHER"}))) == "InvalidAccessKeyId"
    assert code_of(made.respond(form(fields))) == ""
    now = __import__("time").time()
    monkeypatch.setattr("time.time", lambda: now + 61)
    assert b"Policy expired" in read_all(made.respond(form(fields)).body)


@pytest.mark.parametrize(
    "policy",
    [
        b"!",
        b"{",
        b"[]",
        b'{"expiration": "x", "conditions": []}',
        b'{"expiration": "2100-01-01T00:00:00Z", "conditions": 5}',
        b'{"expiration": "2100-01-01T00:00:00Z", "conditions": [["ends-with", "$key", "k"]]}',
        b'{"expiration": "2100-01-01T00:00:00Z", "conditions": [{"key": []}]}',
        b'{"expiration": "2100-01-01T00:00:00Z", "conditions": [["content-length-range", "a", null]]}',
    ],
)
def test_what_is_no_policy(policy: bytes) -> None:
    request = form({"key": "k", "policy": b64encode(policy).decode()})
    assert code_of(application(Stored()).respond(request)) == "InvalidPolicyDocument"


@pytest.mark.parametrize(
    ("fields", "status", "location", "body"),
    [
        ({}, 204, f"http://{HOST}/box/a/%26", b""),
        ({"success_action_status": "200"}, 200, f"http://{HOST}/box/a/%26", b""),
        ({"success_action_status": "500"}, 204, f"http://{HOST}/box/a/%26", b""),
        (
            {"success_action_status": "201"},
            201,
            f"http://{HOST}/box/a/%26",
            f"<PostResponse><Location>http://{HOST}/box/a/%26</Location><Bucket>box</Bucket><Key>a/&amp;</Key>".encode()
            + b"<ETag>&quot;tag&quot;</ETag></PostResponse>",
        ),
        (
            {"success_action_redirect": "https://here/?a=1#b"},
            303,
            "https://here/?a=1&bucket=box&key=a%2F%26&etag=%22tag%22#b",
            b"",
        ),
        ({"redirect": "http://here"}, 303, "http://here?bucket=box&key=a%2F%26&etag=%22tag%22", b""),
        ({"redirect": "javascript:alert()"}, 204, f"http://{HOST}/box/a/%26", b""),
        ({"redirect": "http://here/\r\nX: y"}, 204, f"http://{HOST}/box/a/%26", b""),
    ],
)
def test_answers_to_forms(fields: Fields, status: int, location: str, body: bytes) -> None:
    response = application(Stored()).respond(form({"key": "a/&", **fields}))
    assert (response.status, response.headers["Location"]) == (status, location)
    assert read_all(response.body).replace(b'"', b"&quot;") == body


def test_fields_are_headers_of_the_object() -> None:
    stored = Stored()
    tags = "<Tagging><TagSet><Tag><Key>a b</Key><Value>&amp;</Value></Tag></TagSet></Tagging>"
    fields = {"key": "k", "Content-Type": "text/x", "x-amz-meta-A": "1", "tagging": tags, "Cache-Control": "no-store"}
    assert application(stored).respond(form(fields)).status == 204
    (put,) = stored.requests
    assert (put.content_type, put.metadata, put.tagging) == ("text/x", {"a": "1"}, "a+b=%26")
    assert put.cache_control == "no-store"
    assert code_of(application(stored).respond(form(fields | {"tagging": "<"}))) == "MalformedXML"
    assert code_of(application(stored).respond(form(fields | {"x-amz-checksum-crc32": "AAAAAA=="}))) == "BadDigest"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MalformedPOSTRequest"),
        (b"garbage", "MalformedPOSTRequest"),
        (b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b--\r\n', "InvalidArgument"),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nk\r\n--b--\r\n', "InvalidArgument"),
        (b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n' * 2 + b"--b--\r\n", "InvalidArgument"),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nk\r\n--b--\r\n", "MalformedPOSTRequest"),
        (b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n\xff\r\n--b--\r\n', "MalformedPOSTRequest"),
        (b"--b\r\nX: " + b"x" * 30_000 + b"\r\n\r\nk\r\n--b--\r\n", "MalformedPOSTRequest"),
        (b"--b\r\n" + b"X: x\r\n" * 30 + b"\r\nk\r\n--b--\r\n", "MalformedPOSTRequest"),
        (b'--b\r\nContent-Disposition: form-data; name="k"\r\n\r\n' + b"x" * 30_000, "MaxPostPreDataLengthExceeded"),
    ],
)
@pytest.mark.parametrize("is_streamed", [False, True])
def test_what_is_no_form(body: bytes, code: str, is_streamed: bool) -> None:  # noqa: FBT001 - a row
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    request = HttpRequest(path="/box", headers=headers, body=pieces(body, 100) if is_streamed else body)
    made = application(Stored(), is_awaited=is_streamed)
    response = asyncio.run(made.respond_awaited(request)) if is_streamed else made.respond(request)
    assert code_of(response) == code


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [("/", HOST, 405), ("/box/key", HOST, 501), ("/key", f"box.{HOST}", 501), ("/", "x", 405)],
)
def test_forms_are_for_buckets(path: str, host: str, status: int) -> None:
    response = application(Stored()).respond(form({"key": "k"}, path=path, host=host))
    assert response.status == status


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "b" * 5000, "; boundary=€"])
def test_forms_have_a_boundary(boundary: str) -> None:
    request = HttpRequest(path="/box", headers={"Content-Type": f"multipart/form-data{boundary}"})
    assert code_of(application(Stored()).respond(request)) == "MalformedPOSTRequest"
