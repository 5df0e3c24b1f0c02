"""Events on their way in are signed one by one, and those on their way out end in an error where they have to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from botobind.eventstream import Message, encode_message, read_messages
from botobind.http import Headers, HttpRequest, HttpResponse, read_all, read_all_async
from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest
from botobind.io.engine.eventsigning import EventSigner
from botobind.io.engine.signing import sign
from botobind.server import Application, problem
from botobind.wire.closing import close, close_awaited
from botobind_services import s3

EVENT = s3.SelectObjectContentEventStream(records=s3.RecordsEvent(payload=b"a"))
SELECT = s3.endpoints.SelectObjectContent.to_request(
    s3.SelectObjectContentRequest(
        bucket="box",
        key="key",
        expression="e",
        expression_type="SQL",
        input_serialization=s3.InputSerialization(),
        output_serialization=s3.OutputSerialization(),
    )
)


def events(error: Exception | None, log: list[str]) -> Iterator[Any]:
    try:
        yield EVENT
        if error is not None:
            raise error
    finally:
        log.append("closed")


async def events_later(error: Exception | None, log: list[str]) -> AsyncIterator[Any]:
    try:
        yield EVENT
        if error is not None:
            raise error
    finally:
        log.append("closed")


async def respond(made: Any, *, reads: bool = True) -> HttpResponse:
    application = Application(s3, {"SelectObjectContent": lambda _: s3.SelectObjectContentOutput(payload=made)})
    response = await application.respond_awaited(SELECT)
    if reads:
        response.body = await read_all_async(response.body)
        return response
    if isinstance(made, AsyncIterator):
        body: Any = response.body
        await anext(body)
        await close_awaited(response.body)
    else:
        next(iter(response.body))  # type: ignore[arg-type] # it is no file
        close(response.body)
    return response


WAYS = pytest.mark.parametrize("make", [events, events_later])


@WAYS
@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (None, None, None),
        (problem("SlowDown", "not so fast", 503), "SlowDown", "not so fast"),
        (s3.NoSuchKey(), "NoSuchKey", ""),
        (ValueError("the password is hunter2"), "InternalFailure", "an internal error"),
        # What no header can hold.
        (problem("SlowDown", "m" * 65536, 503), "InternalFailure", "an internal error"),
        (problem("SlowDown", "\ud800", 503), "InternalFailure", "an internal error"),
    ],
)
def test_an_error_between_events_is_told(
    make: Any, error: Exception | None, code: str | None, message: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    log: list[str] = []
    response = asyncio.run(respond(make(error, log)))
    *_, last = read_messages(response.body)  # type: ignore[arg-type] # read above
    found = (last.headers[":message-type"], last.headers.get(":error-code"), last.headers.get(":error-message"))
    assert found == ("event" if error is None else "error", code, message)
    assert ("hunter2" in caplog.text) == isinstance(error, ValueError)
    assert log == ["closed"]


@WAYS
def test_events_that_nobody_reads_to_the_end_are_closed(make: Any) -> None:
    log: list[str] = []
    kept = make(None, log)
    asyncio.run(respond(kept, reads=False))
    assert log == ["closed"]


SCHEME = AuthScheme(name="sigv4", signing_name="s3", region="eu-west-1", double_encodes=False)
KEYS = Credentials(access_key="AKID", secret_key="right")


def signed_events(secret: str, inside: tuple[bytes, ...] = (b"one ", b"two", b"")) -> HttpRequest:
    """Messages as the engine sends them, to an operation that shows what is inside."""
    headers = [("X-Amz-Content-SHA256", "STREAMING-AWS4-HMAC-SHA256-EVENTS")]
    made = OutgoingRequest(method="PUT", scheme="http", host="h", path="/box/key", query=[], headers=headers, body=b"")
    now = datetime.now(UTC)
    signature = sign(made, SCHEME, KEYS, now)
    signer = EventSigner(SCHEME, Credentials(access_key="AKID", secret_key=secret), signature)
    body = b"".join(signer.sign(inner, now) for inner in inside)
    return HttpRequest(method="PUT", path="/box/key", headers=Headers([("Host", "h"), *made.headers]), body=body)


@pytest.mark.parametrize(
    ("secret", "keys", "status"),
    [("right", {"AKID": "right"}, 200), ("wrong", {"AKID": "right"}, 403), ("wrong", None, 200)],
)
def test_events_that_are_signed(secret: str, keys: Any, status: int) -> None:
    handlers = {"PutObject": lambda request: s3.PutObjectOutput(etag=request.body.decode())}
    response = Application(s3, handlers, credentials=keys).respond(signed_events(secret))
    assert (response.status, response.headers.get("etag")) == (status, "one two" if status == 200 else None)


@pytest.mark.parametrize("inside", [(), (b"one ",), (b"one ", b"", b"two")], ids=repr)
def test_signed_events_end_in_a_signature_of_nothing(inside: tuple[bytes, ...]) -> None:
    # Who is on the way can leave out the last of them, and the signatures of the others stay right.
    handlers = {"PutObject": lambda _: s3.PutObjectOutput()}
    response = Application(s3, handlers, credentials={"AKID": "right"}).respond(signed_events("right", inside))
    assert response.status == 400
    assert b"<Code>IncompleteBody</Code>" in read_all(response.body)
    assert Application(s3, handlers).respond(signed_events("right", inside)).status == 200


@pytest.mark.parametrize(
    "cut", [lambda body: body[:-1], lambda body: body[:20] + b"x" + body[21:], lambda _: encode_message(Message())]
)
def test_events_that_cannot_be_read(cut: Any) -> None:
    request = signed_events("right")
    request.body = cut(read_all(request.body))
    assert Application(s3).respond(request).status == 400
