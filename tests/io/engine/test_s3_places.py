"""S3: buckets in other regions, sessions with directory buckets, and keys in URL encoding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from support.engines import Made, OneEndpoint
from support.fault_server import Act, Connection, Received, Server, answer, hang_up

from botobind.errors import DecodeError, ServiceError
from botobind.http import HttpResponse
from botobind.io import TransportError
from botobind.io.engine import core
from botobind.io.engine.buckets import Buckets
from botobind.io.engine.coreparts import Limits
from botobind.io.engine.data import AuthScheme, Credentials
from botobind.io.engine.steps import Sleep
from botobind_services import s3

OBJECT = s3.GetObjectRequest(bucket="box", key="a")


def malformed(region: str) -> bytes:
    return b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>%s</Region></Error>" % region.encode()


def moved(status: int, code: str = "", region: str | None = "eu-west-1") -> Act:
    body = f"<Error><Code>{code}</Code></Error>".encode() if code else b""
    return answer(status, body, **({} if region is None else {"x_amz_bucket_region": region}))


ARN = "arn:aws:s3:us-east-1:1:accesspoint/x"
ELSEWHERE: dict[str, tuple[Any, Act, str | None]] = {
    "301": (OBJECT, moved(301, "PermanentRedirect"), "eu-west-1"),
    "307": (OBJECT, moved(307, "TemporaryRedirect"), "eu-west-1"),
    "400 with a region": (OBJECT, answer(400, malformed("ap-south-1")), "ap-south-1"),
    "HEAD": (s3.HeadBucketRequest(bucket="box"), moved(301), "eu-west-1"),
    "HEAD, 400": (s3.HeadObjectRequest(bucket="box", key="a"), moved(400), "eu-west-1"),
    "opt-in": (OBJECT, moved(400, "IllegalLocationConstraintException", "af-south-1"), "af-south-1"),
    "a signature of nowhere": (OBJECT, moved(400, "AuthorizationHeaderMalformed", None), None),
    "HEAD, 301 of nowhere": (s3.HeadBucketRequest(bucket="box"), moved(301, "", None), None),
    "an odd region": (OBJECT, moved(301, "PermanentRedirect", "evil.example/"), None),
    "another error": (OBJECT, moved(403, "AccessDenied"), None),
    "an ARN": (s3.GetObjectRequest(bucket=ARN, key="a"), moved(301, "PermanentRedirect"), None),
}


@pytest.mark.parametrize(("value", "first", "region"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_buckets_in_other_regions(server: Server, made: Made, value: Any, first: Act, region: str | None) -> None:
    operation = s3.endpoints.OPERATIONS[type(value).__name__.removesuffix("Request")]
    server.script = [first, answer(200, b"")]
    driver = made(s3, attempts=1)
    found = driver.call(operation, value)
    if region is None:
        assert len(server.requests) == 1
        return
    assert type(found) is operation.output
    driver.call(operation, value)
    # The client remembers it.
    assert [each.headers.get("x-region") for each in server.requests] == [None, region, region]
    assert driver.pauses == []


HEAD = s3.HeadObjectRequest(bucket="box", key="a")
SILENT: dict[str, tuple[Any, Act, list[Act], list[tuple[str, str | None]]]] = {
    "301": (
        OBJECT, moved(301, "PermanentRedirect", None), [moved(301), answer(200, b"")],
        [("GET", None), ("HEAD", None), ("HEAD", "eu-west-1"), ("GET", "eu-west-1")],
    ),
    "opt-in": (
        OBJECT, moved(400, "IllegalLocationConstraintException", None), [moved(400), moved(403)],
        [("GET", None), ("HEAD", None), ("HEAD", "eu-west-1"), ("GET", "eu-west-1")],
    ),
    "HEAD": (
        HEAD, moved(400, "", None), [moved(400), answer(200, b"")],
        [("HEAD", None), ("HEAD", None), ("HEAD", "eu-west-1"), ("HEAD", "eu-west-1")],
    ),
    "not told": (
        OBJECT, moved(301, "PermanentRedirect", None), [moved(404, "", None)], [("GET", None), ("HEAD", None)],
    ),
    "no answer": (OBJECT, moved(301, "PermanentRedirect", None), [hang_up], [("GET", None), ("HEAD", None)]),
    "sent once": (
        s3.PutObjectRequest(bucket="box", key="a", body=b""), moved(301, "PermanentRedirect", None), [],
        [("PUT", None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("value", "first", "answers", "asked"), SILENT.values(), ids=SILENT)
def test_buckets_are_looked_for_where_nothing_tells_their_region(
    server: Server, made: Made, value: Any, first: Act, answers: list[Act], asked: list[tuple[str, str | None]]
) -> None:
    operation = s3.endpoints.OPERATIONS[type(value).__name__.removesuffix("Request")]
    server.script = [first, *answers, answer(200, b"")]
    if asked[0][0] == "PUT":
        value = evolve(value, body=iter([b"x"]))  # that of the row is for one engine alone
    found = made(s3, attempts=1).call(operation, value)
    assert [(each.method, each.headers.get("x-region")) for each in server.requests] == asked
    assert (type(found) is operation.output) is (len(asked) == 4)
    if len(asked) < 4:
        assert found.status in (301, 400)


def test_buckets_that_another_call_has_found_meanwhile(server: Server, made: Made) -> None:
    driver = made(s3, attempts=1)
    buckets = driver.core._parts.buckets

    def first(connection: Connection, request: Received) -> bool:
        buckets._regions["box"] = "eu-west-1"  # type: ignore[union-attr] # there are some
        return moved(301, "PermanentRedirect")(connection, request)

    server.script = [first, answer(200, b"")]
    assert type(driver.call(s3.endpoints.GetObject, OBJECT)) is s3.GetObjectOutput


def test_buckets_that_send_round_and_round(server: Server, made: Made) -> None:
    server.script = [answer(301, b"", x_amz_bucket_region="eu-west-1")]
    assert made(s3).call(s3.endpoints.GetObject, OBJECT).attempts == 2


def test_buckets_that_are_where_they_were_looked_for(server: Server, made: Made) -> None:
    """A refused `HEAD` has no more than the header, which names the region that was asked."""
    server.script = [moved(400)]
    driver = made(s3, buckets=Buckets(s3, "eu-west-1"))
    assert driver.call(s3.endpoints.HeadObject, s3.HeadObjectRequest(bucket="box", key="a")).attempts == 1


def session(left: timedelta) -> Act:
    expires = (datetime.now(UTC) + left).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = (
        "<CreateSessionResult><Credentials><SessionToken>TOKEN</SessionToken><SecretAccessKey>S</SecretAccessKey>"
        f"<AccessKeyId>SESSION</AccessKeyId><Expiration>{expires}</Expiration></Credentials></CreateSessionResult>"
    )
    return answer(200, body.encode())


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("left", "ahead", "sessions"), [
    (timedelta(minutes=5), timedelta(), 1), (timedelta(seconds=30), timedelta(), 2),
    (timedelta(minutes=5) + HOUR, HOUR, 1), (timedelta(minutes=5) - HOUR, -HOUR, 1), (timedelta(minutes=5), HOUR, 2),
])  # fmt: skip
def test_sessions_with_directory_buckets(
    server: Server, made: Made, left: timedelta, ahead: timedelta, sessions: int
) -> None:
    """They end by the service's clock, which may be ahead of this machine's."""
    express = AuthScheme(name="sigv4-s3express", signing_name="s3express", region="eu-west-1")
    driver = made(s3, resolvers=lambda _: OneEndpoint(server.host, schemes=(express,)))
    driver.core._clock._ahead = ahead
    begun = session(left)
    server.script = [begun, answer(200, b"hello"), *([begun] if sessions == 2 else []), answer(200, b"hello")]
    for _ in range(2):
        body = driver.call(s3.endpoints.GetObject, OBJECT).body
        assert driver.run(body.read()) == b"hello"
    keys = [each.headers["authorization"] for each in server.requests]
    assert keys == (["AKID", "SESSION", "SESSION"] if sessions == 1 else ["AKID", "SESSION"] * 2)


UNBEGUN = {
    "refused": answer(403, b"<Error><Code>AccessDenied</Code></Error>"),
    "broken": answer(503, b""),
    "no answer": hang_up,
    "not to be read": answer(200, b"<CreateSessionResult><Credentials>"),
}


@pytest.mark.parametrize("failure", UNBEGUN.values(), ids=UNBEGUN)
@pytest.mark.parametrize("left", [timedelta(seconds=30), timedelta(seconds=-1)])
def test_sessions_are_used_to_their_end_where_no_other_can_be_begun(
    server: Server, made: Made, caplog: pytest.LogCaptureFixture, failure: Act, left: timedelta
) -> None:
    express = AuthScheme(name="sigv4-s3express", signing_name="s3express", region="eu-west-1")
    driver = made(s3, attempts=1, resolvers=lambda _: OneEndpoint(server.host, schemes=(express,)))
    hello = answer(200, b"hello")
    server.script = [session(left), hello, failure, hello]
    driver.run(driver.call(s3.endpoints.GetObject, OBJECT).body.read())
    if left < timedelta():
        with pytest.raises((ServiceError, TransportError, DecodeError)):
            driver.call(s3.endpoints.GetObject, OBJECT)
        return
    for _ in range(2):
        assert driver.run(driver.call(s3.endpoints.GetObject, OBJECT).body.read()) == b"hello"
    keys = [each.headers["authorization"] for each in server.requests]
    assert keys == ["AKID", "SESSION", "AKID", "SESSION", "SESSION"], "nobody tries again"
    assert len(caplog.records) == 1


def test_sessions_that_are_refused(server: Server, made: Made) -> None:
    express = AuthScheme(name="sigv4-s3express", signing_name="s3express", region="eu-west-1")
    driver = made(s3, resolvers=lambda _: OneEndpoint(server.host, schemes=(express,)))
    server.script = [answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")]
    with pytest.raises(s3.NoSuchBucket):
        driver.call(s3.endpoints.GetObject, OBJECT)


def test_sessions_have_the_time_that_their_call_has_left(monkeypatch: pytest.MonkeyPatch, made: Made) -> None:
    now = [100.0]
    monkeypatch.setattr(core, "monotonic", lambda: now[0])
    express = AuthScheme(name="sigv4-s3express", signing_name="s3express", region="eu-west-1")
    driver = made(s3, resolvers=lambda _: OneEndpoint("host", schemes=(express,)), limits=Limits(call=5))
    known = driver.core._parts.buckets._sessions  # type: ignore[union-attr] # there are some
    ends = datetime.now(UTC) + timedelta(minutes=5)
    known["box"] = Credentials(access_key="SESSION", secret_key="S", expires=ends), ends
    steps = driver.core.call(s3.endpoints.GetObject, OBJECT)
    assert next(steps).request.headers  # type: ignore[union-attr] # it is sent
    known.clear()
    now[0] += 4.5
    step = steps.send(HttpResponse(status=503, body=b""))
    assert isinstance(step, Sleep)
    step = next(steps)
    assert step.request.query == [("session", "")]  # type: ignore[union-attr] # a request
    assert step.limit == 0.5  # type: ignore[union-attr] # a request


KEYS = (
    b"<ListBucketResult><EncodingType>url</EncodingType><Prefix>a%2B</Prefix>"
    b"<Contents><Key>a%2Bb+%01%C3%BC</Key></Contents></ListBucketResult>"
)


@pytest.mark.parametrize(("asked", "key"), [(None, "a+b \x01ü"), ("url", "a%2Bb+%01%C3%BC")])
def test_keys_are_asked_for_in_url_encoding(server: Server, made: Made, asked: Any, key: str) -> None:
    server.script = [answer(200, KEYS)]
    value = s3.ListObjectsV2Request(bucket="box", encoding_type=asked)
    found = made(s3).call(s3.endpoints.ListObjectsV2, value)
    assert [each.key for each in found.contents] == [key]
    assert "encoding-type=url" in server.requests[0].target
    assert value.encoding_type == asked
