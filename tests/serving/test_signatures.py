"""Applications that know secret keys take what is signed by them alone, whatever way it is signed."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPConnection
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit
from zlib import crc32

import boto3
import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.exceptions import ClientError

from botobind.errors import RequestError
from botobind.http import Headers, HttpRequest, HttpResponse, read_all
from botobind.io.engine import sigv4
from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest
from botobind.io.engine.signing import presign, sign
from botobind.server import Application, running, signatures
from botobind.server.claims import claim_of
from botobind_services import dynamodb, s3, sts

KEYS = {"AKID": "right"}
HOST = "s3.localhost:4566"
KEY = {"id": dynamodb.AttributeValue(s="1")}
TABLE = {"TableName": "things", "Key": {"id": {"S": "1"}}}


def put(request: Any) -> Any:
    body = request.body
    return s3.PutObjectOutput(etag=sha256(body if isinstance(body, bytes) else body.read()).hexdigest())


def application(credentials: Any = KEYS) -> Application:
    made = Application(
        dynamodb, {"GetItem": lambda request: dynamodb.GetItemOutput(item=request.key)}, credentials=credentials
    )
    made.serve(s3, {"PutObject": put, "GetObject": lambda _: s3.GetObjectOutput(body=b"content")})
    made.serve(
        sts,
        {
            "GetCallerIdentity": lambda _: sts.GetCallerIdentityResponse(account="1"),
            "AssumeRoleWithWebIdentity": lambda _: sts.AssumeRoleWithWebIdentityResponse(),
        },
    )
    return made


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(application(KEYS.get)) as found:
        yield found


def connect(url: str, service: str, key: str = "AKID/right", token: str | None = None) -> Any:
    config = Config(
        retries={"max_attempts": 0},
        s3={"addressing_style": "path"},
        signature_version="s3v4" if service == "s3" else "v4",
    )
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id=key.partition("/")[0],
        aws_secret_access_key=key.partition("/")[2],
        aws_session_token=token,
        config=config,
    )


CALLS: dict[str, Callable[[Any], Any]] = {
    "dynamodb": lambda client: client.get_item(**TABLE),
    "sts": lambda client: client.get_caller_identity(),
    "s3": lambda client: client.put_object(
        Bucket="box", Key="a b/ä//../c+d", Body=b"x" * 200_000, Metadata={"a": "b  c"}
    ),
}


@pytest.mark.parametrize("token", [None, "token+/="])
@pytest.mark.parametrize("service", CALLS)
def test_clients_of_boto3_are_served(url: str, service: str, token: str | None) -> None:
    client = connect(url, service, token=token)
    assert CALLS[service](client)["ResponseMetadata"]["HTTPStatusCode"] == 200
    client.close()


@pytest.mark.parametrize(
    ("service", "key", "code"),
    [
        ("dynamodb", "AKID", "InvalidSignatureException"),
        ("sts", "AKID", "SignatureDoesNotMatch"),
        ("s3", "AKID", "SignatureDoesNotMatch"),
        ("dynamodb", "OTHER", "UnrecognizedClientException"),
        ("sts", "OTHER", "InvalidClientTokenId"),
        ("s3", "OTHER", "InvalidAccessKeyId"),
    ],
)
def test_clients_of_boto3_with_wrong_keys_are_refused(url: str, service: str, key: str, code: str) -> None:
    client = connect(url, service, f"{key}/wrong")
    with pytest.raises(ClientError) as refused:
        CALLS[service](client)
    response = refused.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, 403)
    assert response["Error"]["Message"].startswith("The ")
    client.close()


@pytest.mark.parametrize(("secret", "status"), [("right", 200), ("wrong", 403)])
def test_urls_that_boto3_presigned(url: str, secret: str, status: int) -> None:
    client = connect(url, "s3", f"AKID/{secret}")
    parameters = {"Bucket": "box", "Key": "a b", "ResponseContentType": "text/x"}
    found = urlsplit(client.generate_presigned_url("get_object", Params=parameters))
    connection = HTTPConnection(found.netloc, timeout=10)
    connection.request("GET", f"{found.path}?{found.query}")
    assert connection.getresponse().status == status
    connection.close()
    client.close()


def outgoing(method: str = "GET", path: str = "/box/key", body: Any = b"", **headers: str) -> OutgoingRequest:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return OutgoingRequest(method=method, scheme="http", host=HOST, path=path, query=[], headers=pairs, body=body)


def came(request: OutgoingRequest, **changes: str | None) -> HttpRequest:
    headers = Headers([("Host", HOST), *request.headers])
    for name, value in changes.items():
        headers.pop(name.replace("_", "-"), None)
        if value is not None:
            headers.add(name.replace("_", "-"), value)
    return HttpRequest(
        method=request.method, path=request.path, query=request.query, headers=headers, body=request.body
    )


LETTERS = "abXY09-_.~!*'()/ +&=%é€\\:@,;$?#[]\t"


@pytest.mark.parametrize("auth", [SigV4Auth, S3SigV4Auth, SigV4QueryAuth, S3SigV4QueryAuth])
def test_whatever_botocore_signs_is_taken(auth: Any) -> None:
    random = Random(auth.__name__)

    def text(longest: int, letters: str = LETTERS) -> str:
        return "".join(random.choice(letters) for _ in range(random.randrange(longest)))

    service = "s3" if auth.__name__.startswith("S3") else "lambda"
    is_query = issubclass(auth, SigV4QueryAuth)
    for _ in range(200):
        query = "&".join(
            f"{quote(text(5) or 'a', safe='~')}={quote(text(6), safe='~')}" for _ in range(random.randrange(4))
        )
        url = f"http://{HOST}/{quote(text(12), safe='/~')}{'?' if query else ''}{query}"
        headers = {} if is_query else {"X-Amz-Meta-One": f"  {text(6, 'a,;  ')}z", "X-Amz-Meta-Two": ""}
        body = b"" if is_query else text(9).encode()
        request = AWSRequest(method=random.choice(["GET", "PUT"]), url=url, headers=headers, data=body)
        auth(BotocoreCredentials("AKID", "right", random.choice([None, "tok/+="])), service, "x").add_auth(request)
        sent = request.prepare()
        target = sent.url.removeprefix(f"http://{HOST}")
        incoming = HttpRequest.of_target(sent.method, target, Headers([("Host", HOST), *sent.headers.items()]), body)
        claim = claim_of(incoming, "json")
        assert claim is not None
        payload = signatures.check_head(incoming, claim, service, "json") or sha256(body).hexdigest()
        verifier = signatures.verifier_of(claim, "right", "json")
        signatures.check(incoming, claim, verifier, payload, incoming.path, "json")
        incoming.query.append(("a", "b"))
        with pytest.raises(RequestError, match="does not match"):
            signatures.check(incoming, claim, verifier, payload, incoming.path, "json")


S3 = AuthScheme(name="sigv4", signing_name="s3", region="eu-west-1", double_encodes=False)
RIGHT = Credentials(access_key="AKID", secret_key="right")
MINUTES = timedelta(minutes=1)


def signed(request: OutgoingRequest, scheme: AuthScheme = S3, at: timedelta = timedelta()) -> OutgoingRequest:
    sign(request, scheme, RIGHT, datetime.now(UTC) + at)
    return request


def code_of(response: HttpResponse) -> str:
    error = s3.endpoints.GetObject.of_response(response)
    return str(getattr(error, "code", ""))


def outdated(request: HttpRequest) -> HttpRequest:
    """The request with a scope of another day."""
    request.headers["authorization"] = re.sub(r"/\d{8}/", "/20200101/", request.headers["authorization"])
    return request


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: came(signed(outgoing())), ""),
        (lambda: came(signed(outgoing(), at=-14 * MINUTES)), ""),
        (lambda: came(signed(outgoing(X_Amz_Meta_One="a   b ", User_Agent="x")), User_Agent="changed"), ""),
        (lambda: came(signed(outgoing()), Content_Type="text/plain"), ""),
        (lambda: came(signed(outgoing(), at=-16 * MINUTES)), "RequestTimeTooSkewed"),
        (lambda: came(signed(outgoing(), at=16 * MINUTES)), "RequestTimeTooSkewed"),
        (lambda: came(outgoing()), "AccessDenied"),
        (lambda: came(signed(outgoing()), X_Amz_Expected_Bucket_Owner="1"), "SignatureDoesNotMatch"),
        (lambda: came(signed(outgoing()), Host="other"), "SignatureDoesNotMatch"),
        (lambda: came(signed(outgoing()), Host=None), "SignatureDoesNotMatch"),
        (
            lambda: came(signed(outgoing()), Authorization="AWS4-HMAC-SHA256 Credential=é"),
            "AuthorizationHeaderMalformed",
        ),
        (lambda: came(signed(outgoing()), Authorization="AWS AKID:0"), "AuthorizationHeaderMalformed"),
        (lambda: came(signed(outgoing()), X_Amz_Date="20240102T000000Z"), "SignatureDoesNotMatch"),
        (lambda: came(signed(outgoing()), X_Amz_Date="yesterday"), "AuthorizationHeaderMalformed"),
        (lambda: outdated(came(signed(outgoing()))), "SignatureDoesNotMatch"),
        (lambda: came(signed(outgoing()), X_Amz_Content_SHA256="UNSIGNED-PAYLOAD"), "SignatureDoesNotMatch"),
        (lambda: came(signed(outgoing("PUT", body=b"a"))), ""),
    ],
)
def test_headers(make: Callable[[], HttpRequest], code: str) -> None:
    response = application().respond(make())
    assert (code_of(response), response.status == 200) == (code, not code)


def test_a_signature_is_for_one_service_and_its_parts() -> None:
    only_s3 = Application(s3, {"GetObject": lambda _: s3.GetObjectOutput(body=b"")}, credentials=KEYS)
    other = AuthScheme(name="sigv4", signing_name="sqs", region="eu-west-1")
    assert code_of(only_s3.respond(came(signed(outgoing(), other)))) == "SignatureDoesNotMatch"
    request = came(signed(outgoing()))
    request.headers["Authorization"] += "\u00e9"
    assert code_of(only_s3.respond(request)) == "SignatureDoesNotMatch"


async def later(body: bytes) -> AsyncIterator[bytes]:
    yield body


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize("path", ["/", "/box/key"])
def test_bodies_have_to_be_those_that_were_signed(path: str, is_streamed: bool) -> None:  # noqa: FBT001 - a row
    if path == "/":
        made = dynamodb.endpoints.GetItem.to_request(dynamodb.GetItemInput(table_name="things", key=KEY))
        scheme, body, other = AuthScheme(name="sigv4", signing_name="dynamodb", region="x"), read_all(made.body), b"{}"
        request = outgoing(
            "POST", path, body, **{name.replace("-", "_"): value for name, value in made.headers.items()}
        )
    else:
        scheme, body, other = S3, b"content", b"another"
        request = outgoing("PUT", path, body)
    signed(request, scheme)
    for sent, is_right in ((body, True), (other, False)):
        request.body = later(sent) if is_streamed else sent
        incoming = came(request)
        response = (
            asyncio.run(application().respond_awaited(incoming)) if is_streamed else application().respond(incoming)
        )
        assert (response.status == 200) == is_right


@pytest.mark.parametrize(
    ("age", "change", "code"),
    [
        (0, "", ""),
        (-59, "", ""),
        (-61, "", "AccessDenied"),
        (16 * 60, "", "RequestTimeTooSkewed"),
        (0, "&versionId=1", "SignatureDoesNotMatch"),
        (0, "&X-Amz-Date=20240101T000000Z", "AuthorizationHeaderMalformed"),
        (0, "&X-Amz-Signature=0", "AuthorizationHeaderMalformed"),
    ],
)
def test_presigned_urls(age: int, change: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr("time.time", now.timestamp)
    made = urlsplit(presign(outgoing(), S3, RIGHT, now + timedelta(seconds=age), 60) + change)
    request = HttpRequest.of_target("GET", f"{made.path}?{made.query}", {"Host": HOST})
    assert code_of(application().respond(request)) == code
    request.headers["Authorization"] = "AWS4-HMAC-SHA256 x"
    assert code_of(application().respond(request)) == "AuthorizationHeaderMalformed"


def test_what_needs_no_signature_goes_without() -> None:
    value = sts.AssumeRoleWithWebIdentityRequest(
        role_arn="a" * 20, role_session_name="name", web_identity_token="token"
    )
    request = sts.endpoints.AssumeRoleWithWebIdentity.to_request(value)
    assert application().respond(request).status == 200
    refused = application().respond(sts.endpoints.GetCallerIdentity.to_request(sts.GetCallerIdentityRequest()))
    assert (refused.status, b"MissingAuthenticationToken" in read_all(refused.body)) == (403, True)


def test_a_function_of_credentials_that_fails_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: str) -> str:
        raise OSError("no database")

    response = application(fail).respond(came(signed(outgoing())))
    assert (response.status, code_of(response)) == (500, "InternalFailure")
    assert "no database" in caplog.text


def test_an_empty_secret_is_none() -> None:
    request = outgoing()
    sign(request, S3, Credentials(access_key="OTHER", secret_key=""), datetime.now(UTC))
    assert code_of(application(lambda _: "").respond(came(request))) == "InvalidAccessKeyId"


def in_chunks(chunks: list[bytes], trailers: list[tuple[str, str]] | None = None) -> HttpRequest:
    """A request whose chunks are signed, as AWS documents it."""
    told = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("" if trailers is None else "-TRAILER")
    length = str(sum(map(len, chunks)))
    headers = {"X_Amz_Content_SHA256": told, "X_Amz_Decoded_Content_Length": length}
    if trailers is not None:
        headers["X_Amz_Trailer"] = ",".join(name for name, _ in trailers)
    request = outgoing("PUT", **headers)
    before = sign(request, S3, RIGHT, datetime.now(UTC))
    stamp = dict(request.headers)["X-Amz-Date"]
    scope, body = sigv4.scope_of(S3, stamp), b""
    for chunk in [*chunks, b""]:
        lines = ["AWS4-HMAC-SHA256-PAYLOAD", stamp, scope, before, sigv4.EMPTY_SHA256, sha256(chunk).hexdigest()]
        before = sigv4.signature_of_text("\n".join(lines), S3, RIGHT, stamp)
        body += b"%x;chunk-signature=%b\r\n%b" % (len(chunk), before.encode(), chunk + b"\r\n" * bool(chunk))
    for name, value in trailers or []:
        body += f"{name}:{value}\r\n".encode()
    if trailers is not None:
        text = "".join(f"{name}:{value}\n" for name, value in trailers)
        lines = ["AWS4-HMAC-SHA256-TRAILER", stamp, scope, before, sha256(text.encode()).hexdigest()]
        body += f"x-amz-trailer-signature:{sigv4.signature_of_text(chr(10).join(lines), S3, RIGHT, stamp)}\r\n".encode()
    request.body = body + b"\r\n"
    return came(request)


CRC = [("x-amz-checksum-crc32", b64encode(crc32(b"a" * 1000 + b"bb").to_bytes(4, "big")).decode())]


@pytest.mark.parametrize("trailers", [None, CRC])
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"", b"", ""),
        (b"aaa", b"aab", "SignatureDoesNotMatch"),
        (b"chunk-signature=", b"chunk-signature=0", "SignatureDoesNotMatch"),
        (b";chunk-signature=", b";x=", "SignatureDoesNotMatch"),
    ],
)
def test_chunks_that_are_signed(trailers: Any, old: bytes, new: bytes, code: str) -> None:
    request = in_chunks([b"a" * 1000, b"bb"], trailers)
    request.body = read_all(request.body).replace(old, new, 1)
    assert code_of(application().respond(request)) == code


def test_trailers_that_are_signed() -> None:
    request = in_chunks([b"a" * 1000, b"bb"], CRC)
    request.body = read_all(request.body).replace(b"x-amz-checksum-crc32:", b"x-amz-checksum-crc32:A")
    assert code_of(application().respond(request)) == "SignatureDoesNotMatch"
