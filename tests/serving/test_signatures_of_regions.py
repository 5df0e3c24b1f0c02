"""Signatures that are good in several regions (SigV4a) are checked; these were made by awscrt."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from botobind.http import Headers, HttpRequest, HttpResponse
from botobind.io.engine import sigv4
from botobind.server import Application, asymmetric
from botobind.server.signatures import Secrets
from botobind_services import s3

HOST = "box.mrap.accesspoint.s3-global.amazonaws.com"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
STAMP = "20261128T120000Z"
SCOPE = "20261128/s3/aws4_request"
ALGORITHM = "AWS4-ECDSA-P256-SHA256"
IN_HEADERS = (
    "/box/a%20b/..//k",
    {
        "x-amz-meta-a": "b  c",
        "X-Amz-Date": STAMP,
        "X-Amz-Region-Set": "*",
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
        "Authorization": f"{ALGORITHM} Credential=AKID/{SCOPE}, "
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-a;x-amz-region-set, "
        "Signature=3046022100f3b020d67861cc5cccf0ee31ebbfe5a28e055bc5d6da4c84ac87da5bfe290b31022100c8e878e214306a113429c7f2"
        "64885088aa2d8641d2fe6c04aa9e0caf81523542",
    },
)
IN_QUERY: tuple[str, dict[str, str]] = (
    (
        "/box/a%20b?x-id=GetObject&X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKID%2F20261128%2Fs3%2Faws4_request"
        f"&X-Amz-Date={STAMP}&X-Amz-SignedHeaders=host&X-Amz-Expires=600&X-Amz-Region-Set=%2A&X-Amz-Signature=3046022100e0afab"
        "fb9f41461f62088a3aff523156abe4fbc8caeb7b71235b21676920616a022100f38c2e90597cad02331fd3069c89db957429b848d0b617ce493b45"
        "ce7c14d58a"
    ),
    {},
)


@pytest.fixture(autouse=True)
def at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", NOW.timestamp)


def put(request: Any) -> Any:
    body = request.body if isinstance(request.body, bytes) else request.body.read()
    return s3.PutObjectOutput(etag=body.decode())


def respond(request: HttpRequest, credentials: Secrets | None = None) -> HttpResponse:
    handlers: Any = {"GetObject": lambda _: s3.GetObjectOutput(body=b""), "PutObject": put}
    return Application(s3, handlers, credentials=credentials or {"AKID": "right"}).respond(request)


def code_of(response: HttpResponse) -> str:
    return str(getattr(s3.endpoints.GetObject.of_response(response), "code", ""))


def came(target: str, headers: dict[str, str], old: str = "", new: str = "") -> HttpRequest:
    changed = {name: value.replace(old, new) if old else value for name, value in headers.items()}
    path = target.replace(old, new) if old else target
    return HttpRequest.of_target("GET", path, Headers([("Host", HOST), *changed.items()]))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", ""),
        ("/box/", "/bax/", "SignatureDoesNotMatch"),
        ("AKID", "AKIE", "InvalidAccessKeyId"),
        ("20261128T120000Z", "20261128T120001Z", "SignatureDoesNotMatch"),
        ("20261128T120000Z", "20261128T080000Z", "Ago"),
        ("3046022100", "3046022101", "SignatureDoesNotMatch"),
        ("3046022100", "zz", "SignatureDoesNotMatch"),
        ("/s3/aws4_request", "/eu-west-1/s3/aws4_request", "AuthorizationHeaderMalformed"),
        ("%2Fs3%2Faws4_request", "%2Feu-west-1%2Fs3%2Faws4_request", "AuthorizationHeaderMalformed"),
        ("/s3/aws4_request", "/sqs/aws4_request", "SignatureDoesNotMatch"),
        ("AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA256", "AuthorizationHeaderMalformed"),
    ],
)
@pytest.mark.parametrize("request_", [IN_HEADERS, IN_QUERY])
def test_signatures(request_: tuple[str, dict[str, str]], old: str, new: str, code: str) -> None:
    is_in_query = request_ is IN_QUERY
    if code == "Ago":
        code = "AccessDenied" if is_in_query else "RequestTimeTooSkewed"
    if old and old not in request_[0] and not any(old in value for value in request_[1].values()):
        code = ""
    assert code_of(respond(came(*request_, old, new))) == code
    assert code_of(respond(came(*request_), {"AKID": "wrong"})) == "SignatureDoesNotMatch"


def signed(text: str) -> str:
    return asymmetric.key_of("AKID", "right").sign(text.encode(), ec.ECDSA(SHA256())).hex()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [(b"", b"", ""), (b"abc", b"abd", "SignatureDoesNotMatch"), (b"=30", b"=31", "SignatureDoesNotMatch")],
)
def test_chunks(old: bytes, new: bytes, code: str) -> None:
    lines = {
        "host": HOST,
        "x-amz-content-sha256": f"STREAMING-{ALGORITHM}-PAYLOAD",
        "x-amz-date": STAMP,
        "x-amz-decoded-content-length": "3",
        "x-amz-region-set": "*",
    }
    names = ";".join(lines)
    head = "".join(f"{name}:{value}\n" for name, value in lines.items())
    canonical = f"PUT\n/box/k\n\n{head}\n{names}\n{lines['x-amz-content-sha256']}"
    before = signed(f"{ALGORITHM}\n{STAMP}\n{SCOPE}\n{sha256(canonical.encode()).hexdigest()}")
    lines["authorization"] = f"{ALGORITHM} Credential=AKID/{SCOPE}, SignedHeaders={names}, Signature={before}"
    body = b""
    for chunk in (b"abc", b""):
        text = "\n".join([f"{ALGORITHM}-PAYLOAD", STAMP, SCOPE, before, sigv4.EMPTY_SHA256, sha256(chunk).hexdigest()])
        before = signed(text)
        body += b"%x;chunk-signature=%b\r\n%b\r\n" % (len(chunk), before.ljust(144, "*").encode(), chunk)
    request = HttpRequest(method="PUT", path="/box/k", headers=lines, body=body.replace(old, new) if old else body)
    response = respond(request)
    assert (code_of(response), response.headers.get("etag")) == (code, None if code else "abc")


def test_they_take_cryptography(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    assert code_of(respond(came(*IN_HEADERS), {"AKID": "never seen"})) == "InternalFailure"
    assert "pip install 'botobind[sigv4a]'" in caplog.text
