"""Signatures beside botocore's, of random requests: all headers that signing adds, and whole URLs."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import botocore.credentials
import pytest
from attrs import evolve
from botocore.awsrequest import AWSRequest
from botocore.tokens import FrozenAuthToken
from support.signed_requests import Case, added, cases, theirs

from botobind import EncodeError
from botobind.http import encode_query
from botobind.io import CredentialsMissing, EndpointUnknown
from botobind.io.engine import sigv4
from botobind.io.engine.data import AuthScheme, BearerToken, Credentials, OutgoingRequest
from botobind.io.engine.eventsigning import EventSigner
from botobind.io.engine.signing import presign, sign

FEW = 150
MANY = [FEW, pytest.param(20_000, marks=pytest.mark.differential)]
AT = datetime(2024, 5, 1, 10, tzinfo=UTC)
KEYS = Credentials(access_key="AKID", secret_key="SECRET-KEY", session_token="SESSION-TOKEN")
TOKEN = BearerToken(token="BEARER-TOKEN")
ADDED = {"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "x-amz-s3session-token"}


def scheme(name: str = "sigv4", *, is_s3: bool = False) -> AuthScheme:
    service = "s3" if is_s3 else "sts"
    return AuthScheme(name=name, signing_name=service, region="eu-west-1", double_encodes=not is_s3)


def request(**given: Any) -> OutgoingRequest:
    plain = {"method": "GET", "scheme": "https", "host": "sts.amazonaws.com", "path": "/", "query": [], "headers": []}
    return OutgoingRequest(**{**plain, "body": b"", **given})


def header(signed: OutgoingRequest, name: str) -> str | None:
    return {known.lower(): value for known, value in signed.headers}.get(name)


def ours(case: Case) -> dict[str, str]:
    signed = case.sent()
    given: Any = {"unsigned": case.unsigned, "streams": case.streams, "signs_payload": case.signs_payload}
    signature = sign(signed, case.scheme, case.keys, case.at, **given)
    found = added(case.request.headers, signed.headers)
    assert found["authorization"].endswith(f"Signature={signature}")
    return found


def beside(case: Case, make: Callable[..., Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in theirs(case, make).headers.items() if name.lower() in ADDED}


@pytest.mark.pinned
@pytest.mark.parametrize("count", MANY)
@pytest.mark.parametrize("is_s3", [False, True])
def test_headers(count: int, *, is_s3: bool) -> None:
    make = botocore.auth.S3SigV4Auth if is_s3 else botocore.auth.SigV4Auth
    for case in cases(count, count, is_s3=is_s3):
        assert ours(case) == beside(case, make), case


@pytest.mark.pinned
def test_headers_of_a_session_of_a_directory_bucket() -> None:
    def make(*given: Any) -> Any:
        return botocore.auth.S3ExpressAuth(*given, identity_cache=None)

    for each in cases(3, FEW, is_s3=True):
        keys = evolve(each.keys, session_token="TOKEN")  # sessions have one
        case = evolve(each, scheme=evolve(each.scheme, name="sigv4-s3express"), keys=keys)
        assert ours(case) == beside(case, make), case


@pytest.mark.pinned
@pytest.mark.parametrize("count", MANY)
@pytest.mark.parametrize(
    ("is_s3", "name", "make"),
    [
        (False, "sigv4", botocore.auth.SigV4QueryAuth),
        (True, "sigv4", botocore.auth.S3SigV4QueryAuth),
        (True, "sigv4-s3express", botocore.auth.S3ExpressQueryAuth),
    ],
    ids=["query", "s3", "s3express"],
)
def test_urls(name: str, make: Any, count: int, *, is_s3: bool) -> None:
    # botocore keeps one of several parameters of a name, and takes any body for JSON.
    for each in cases(count + 1, count, is_s3=is_s3, repeats=False):
        case = evolve(each, scheme=evolve(each.scheme, name=name), request=evolve(each.request, body=b""))
        more = {"identity_cache": None} if name == "sigv4-s3express" else {}
        wanted = theirs(case, make, expires=60, **more).url
        assert presign(case.sent(), case.scheme, case.keys, case.at, 60, unsigned=case.unsigned) == wanted, case


@pytest.mark.pinned
@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("at", [AT, AT.astimezone(timezone(timedelta(hours=5)))])
def test_version_2(method: str, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(gmtime=AT.utctimetuple, strftime=time.strftime)
    monkeypatch.setattr(botocore.auth, "time", clock)
    drawn = random.Random(method)
    for _ in range(FEW):
        names = ["".join(drawn.choices("aZ9.-_~ +&=/%ü", k=4)) for _ in range(drawn.randrange(6))]
        given = {"Action": "Select", **{name: drawn.choice(("", "a b", "x=&+%~ü")) for name in names}}
        keys = drawn.choice((KEYS, evolve(KEYS, session_token=None)))
        wanted = AWSRequest(method, "https://sdb.amazonaws.com/", **{"data" if method == "POST" else "params": given})
        theirs_keys = botocore.credentials.Credentials(keys.access_key, keys.secret_key, keys.session_token)
        botocore.auth.SigV2Auth(theirs_keys).add_auth(wanted)
        pairs = [*given.items(), ("Signature", "of an attempt before")]
        parts: dict[str, Any] = {"body": encode_query(pairs).encode()} if method == "POST" else {"query": pairs}
        signed = request(method=method, host="sdb.amazonaws.com", **parts)
        signature = sign(signed, scheme("sigv2"), keys, at)
        found = parse_qsl(signed.body.decode(), keep_blank_values=True) if method == "POST" else signed.query
        assert dict(found) == (wanted.data or wanted.params)
        assert (len(found), signature) == (len(dict(found)), dict(found)["Signature"])


@pytest.mark.parametrize(
    ("media_type", "body", "moved"),
    [
        ("application/x-www-form-urlencoded; charset=utf-8", b"Action=A&B=x+y%2F&C=", "Action=A&B=x%20y%2F&C="),
        ("application/json", b'{"Text": "a b", "Marks": ["s", "w"], "N": 1}', "Text=a%20b&Marks=s&Marks=w&N=1"),
        ("text/plain", b"text", ""),
    ],
)
def test_bodies_of_urls(media_type: str, body: bytes, moved: str) -> None:
    made = presign(request(method="POST", headers=[("Content-Type", media_type)], body=body), scheme(), KEYS, AT, 60)
    assert made.startswith(f"https://sts.amazonaws.com/?{moved}{'&' if moved else ''}X-Amz-Algorithm=")
    names = dict(parse_qsl(urlsplit(made).query))["X-Amz-SignedHeaders"]
    assert names == ("host" if "form" in media_type else "content-type;host")


def test_a_request_that_was_signed_before() -> None:
    for is_s3 in (False, True):
        first, again = request(headers=[("A", "b")]), request(headers=[("A", "b")])
        sign(first, scheme(is_s3=is_s3), KEYS, AT)
        sign(again, scheme("sigv4-s3express", is_s3=is_s3), KEYS, AT + timedelta(days=1))
        sign(again, scheme(is_s3=is_s3), KEYS, AT)
        assert dict(again.headers) == dict(first.headers)
        assert presign(again, scheme(), KEYS, AT, 60).count("Signature=") == 1


@pytest.mark.parametrize("at", [AT, AT.astimezone(timezone(timedelta(hours=5))), AT.replace(microsecond=999_999)])
def test_the_time(at: datetime) -> None:
    signed = request()
    sign(signed, scheme(), KEYS, at)
    assert header(signed, "x-amz-date") == "20240501T100000Z"


class Once:
    """A source that can be read once."""

    def __init__(self) -> None:
        self.read = io.BytesIO(b"body").read


async def pieces() -> Any:
    yield b"body"


HASH = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"


@pytest.mark.parametrize(
    ("make", "place", "told"),
    [
        (lambda: b"body", "http", HASH),
        (lambda: bytearray(b"body"), "http", HASH),
        (lambda: memoryview(b"body"), "http", HASH),
        (lambda: io.BytesIO(b"body"), "http", HASH),
        (Once, "https", sigv4.UNSIGNED),
        (lambda: iter([b"body"]), "https", sigv4.UNSIGNED),
        (pieces, "https", sigv4.UNSIGNED),
        (Once, "http", None),
        (lambda: iter([b"body"]), "http", None),
        (pieces, "http", None),
    ],
)
@pytest.mark.parametrize("is_s3", [False, True])
def test_bodies(make: Any, place: str, told: str | None, *, is_s3: bool) -> None:
    signed = request(method="PUT", scheme=place, body=make())
    if told is None:
        with pytest.raises(EncodeError, match="it can be read once"):
            sign(signed, scheme(is_s3=is_s3), KEYS, AT)
        return
    sign(signed, scheme(is_s3=is_s3), KEYS, AT)
    assert header(signed, "x-amz-content-sha256") == (told if is_s3 or told == sigv4.UNSIGNED else None)
    if isinstance(signed.body, io.BytesIO):
        assert signed.body.read() == b"body"


def test_a_header_stands_for_the_body() -> None:
    for is_s3 in (False, True):
        signed = request(method="PUT", body=object(), scheme="http", headers=[("X-Amz-Content-SHA256", sigv4.TRAILER)])
        sign(signed, scheme(is_s3=is_s3), KEYS, AT)
        assert [name for name, _ in signed.headers].count("X-Amz-Content-SHA256") == 1


def test_bearer_tokens_and_no_signature() -> None:
    signed = request(headers=[("authorization", "old")])
    assert sign(signed, scheme("bearer"), TOKEN, AT) == ""
    beside_it = botocore.awsrequest.AWSRequest("GET", "https://sts.amazonaws.com/")
    botocore.auth.BearerAuth(FrozenAuthToken(TOKEN.token)).add_auth(beside_it)
    assert signed.headers == [("Authorization", beside_it.headers["Authorization"])]
    assert sign(bare := request(), scheme("none"), None, AT) == ""
    assert bare.headers == []
    assert presign(request(query=[("a", "b c")]), scheme("none"), None, AT, 1) == "https://sts.amazonaws.com/?a=b%20c"


FAULTS: list[tuple[Any, type[Exception], str]] = [
    (lambda: sign(request(), scheme(), None, AT), CredentialsMissing, "there are no credentials"),
    (lambda: sign(request(), scheme(), TOKEN, AT), CredentialsMissing, "a bearer token is no key"),
    (lambda: sign(request(), scheme("sigv4a"), None, AT), CredentialsMissing, "there are no credentials"),
    (lambda: sign(request(), scheme("bearer"), KEYS, AT), CredentialsMissing, "there is no bearer token"),
    (lambda: sign(request(scheme="http"), scheme("bearer"), TOKEN, AT), EndpointUnknown, "by https alone"),
    (lambda: sign(request(), scheme("sigv9"), KEYS, AT), EndpointUnknown, "by the scheme 'sigv9'"),
    (lambda: presign(request(), scheme("bearer"), TOKEN, AT, 60), EncodeError, "no URLs"),
    (lambda: presign(request(), scheme("sigv2"), KEYS, AT, 60), EncodeError, "no URLs"),
    (lambda: sign(request(), scheme("sigv2"), TOKEN, AT), CredentialsMissing, "no key"),
    (lambda: presign(request(), scheme(), KEYS, AT, 0), EncodeError, "from 1 to 604800 seconds, got 0"),
    (lambda: presign(request(), scheme(), KEYS, AT, 604_801), EncodeError, "got 604801"),
]


@pytest.mark.parametrize(("act", "error", "text"), FAULTS)
def test_faults(act: Callable[[], object], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text) as caught:
        act()
    assert "SECRET" not in repr(caught.value)
    assert "TOKEN" not in repr(caught.value)


def test_no_secret_is_shown() -> None:
    signed = request()
    signer = EventSigner(scheme(), KEYS, sign(signed, scheme(), KEYS, AT))
    shown = f"{KEYS!r} {TOKEN!r} {signed!r} {signer!r}"
    assert "AKID" in shown
    assert "SECRET" not in shown
    assert "TOKEN" not in shown


def test_regions_together_take_awscrt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "awscrt.auth", None)
    for act in (sign, lambda *given: presign(*given, 60)):
        with pytest.raises(EndpointUnknown, match="which take the package awscrt"):
            act(request(), scheme("sigv4a"), KEYS, AT)
