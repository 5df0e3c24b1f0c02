"""Recordings: what is written of calls, what is hidden, and clients that are answered from them."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from clients.test_riding import KEYS, Wire
from support.models import list_of, map_of, model, operation, structure

from botobind import EncodeError, ServiceError, UnknownOperationError, ValidationError
from botobind.http import HttpRequest, HttpResponse, read_all, read_all_async
from botobind.io import ClientClosed, ConnectionFailed, TimedOut
from botobind.testing import fake
from botobind.testing.messageforms import Form, RecordedBody, value_of
from botobind.testing.recording import Recorder, RecordingError, Replay, UnrecordedCallError
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts

KEY = {"pk": dynamodb.AttributeValue(s="a")}
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def recorded(path: Path, client: Any, *calls: Callable[[Any], Any], **options: tuple[str, ...]) -> list[Any]:
    """What calls of a client give while they are recorded."""
    with Recorder(path, **options) as recorder:
        over = recorder.client(client)
        return [outcome(call, over) for call in calls]


def outcome(call: Callable[[Any], Any], client: Any) -> Any:
    try:
        return call(client)
    except (ServiceError, ConnectionFailed, TimedOut) as error:
        return error


def calls_of(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))["calls"]


def answer(_: object) -> dynamodb.GetItemOutput:
    return dynamodb.GetItemOutput(item={"pk": dynamodb.AttributeValue(s="a"), "b": dynamodb.AttributeValue(b=b"\0\1")})


def put(request: Any) -> Any:
    raise dynamodb.ConditionalCheckFailedException(message="there already", item=request.item)


CASES: list[tuple[str, ModuleType, dict[str, Callable[[Any], Any]], Callable[[Any], Any]]] = [
    ("json", dynamodb, {"GetItem": answer}, lambda client: client.get_item(table_name="books", key=KEY)),
    ("error", dynamodb, {"PutItem": put}, lambda client: client.put_item(table_name="books", item=KEY)),
    (
        "xml",
        s3,
        {"ListBuckets": lambda _: s3.ListBucketsOutput(buckets=[s3.Bucket(name="ü", creation_date=NOON)])},
        lambda client: client.list_buckets(max_buckets=5),
    ),
    (
        "query",
        sts,
        {"GetCallerIdentity": lambda _: sts.GetCallerIdentityResponse(account="111122223333")},
        lambda client: client.get_caller_identity(),
    ),
    (
        "cbor",
        cloudwatch,
        {"GetMetricData": lambda _: cloudwatch.GetMetricDataOutput(
            metric_data_results=[cloudwatch.MetricDataResult(id="a", timestamps=[NOON], values=[1.5, float("inf")])])},
        lambda client: client.get_metric_data(metric_data_queries=[], start_time=NOON, end_time=NOON),
    ),
    (
        "token",
        partnercentral_selling,
        {"CreateEngagement": lambda _: partnercentral_selling.CreateEngagementResponse(id="eng-1")},
        lambda client: client.create_engagement(catalog="AWS", title="t", description="d"),
    ),
    (
        "payload",
        lambda_,
        {"Invoke": lambda request: lambda_.InvocationResponse(status_code=200, payload=request.payload)},
        lambda client: client.invoke(function_name="echo", payload=b'{"a": 1}'),
    ),
    (
        "events",
        s3,
        {"SelectObjectContent": lambda _: s3.SelectObjectContentOutput(payload=[
            s3.SelectObjectContentEventStream(records=s3.RecordsEvent(payload=b"1,2\n")),
            s3.SelectObjectContentEventStream(end=s3.EndEvent()),
        ])},
        lambda client: client.select_object_content(
            bucket="box", key="a", expression="SELECT 1", expression_type="SQL",
            input_serialization=s3.InputSerialization(csv=s3.CSVInput()),
            output_serialization=s3.OutputSerialization(csv=s3.CSVOutput()),
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("package", "handlers", "call"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_was_recorded_is_answered(
    package: Any, handlers: dict[str, Callable[[Any], Any]], call: Callable[[Any], Any], tmp_path: Path
) -> None:
    path = tmp_path / "recordings" / "calls.json"
    below = package.io.Client(transport=fake(package, handlers, constraints=False))
    (found,) = recorded(path, below, call, show=("Payload",))
    replay = Replay(package, path)
    client = package.io.Client(transport=replay)
    assert replay.left() == list(handlers)
    again = outcome(call, client)
    assert again == found
    if isinstance(found, ServiceError):
        assert (again.status, again.request_id) == (found.status, found.request_id)
    assert replay.left() == []
    with pytest.raises(UnrecordedCallError, match=rf"calls.json has this call of {next(iter(handlers))} once, and it"):
        call(client)
    assert recorded(
        tmp_path / "again.json", package.io.Client(transport=Replay(package, path)), call, show=("Payload",)
    ) == [found]
    assert (tmp_path / "again.json").read_text() == path.read_text()


def test_the_file(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    client = dynamodb.io.Client(transport=fake(dynamodb, {"GetItem": answer, "PutItem": put}))
    recorded(
        path, client, lambda c: c.get_item(table_name="books", key=KEY), lambda c: c.put_item(table_name="b", item=KEY)
    )
    assert calls_of(path) == [
        {
            "service": "dynamodb",
            "operation": "GetItem",
            "request": {"TableName": "books", "Key": {"pk": {"S": "a"}}},
            "response": {"Item": {"pk": {"S": "a"}, "b": {"B": {"$base64": "AAE="}}}},
        },
        {
            "service": "dynamodb",
            "operation": "PutItem",
            "request": {"TableName": "b", "Item": {"pk": {"S": "a"}}},
            "error": {
                "code": "ConditionalCheckFailedException",
                "status": 400,
                "request_id": "fake-request",
                "members": {"message": "there already", "Item": {"pk": {"S": "a"}}},
            },
        },
    ]


def test_a_client_that_rides(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    below = boto3.client("s3", **KEYS)
    wire = Wire(below)
    wire.answer(b"hello\nthere", Content_Length="11", ETag='"1"')
    wire.answer(b"", ETag='"2"')
    wire.answer(b"<Error><Code>SlowDown</Code><Message>no</Message></Error>", 400)

    def get(client: s3.io.Client) -> Any:
        return client.get_object(bucket="box", key="a")

    def put_file(client: s3.io.Client) -> Any:
        return client.put_object(bucket="box", key="a", body=io.BytesIO(b"\xff"), sse_customer_key=b"k" * 32)

    def refused(client: s3.io.Client) -> Any:
        return client.list_buckets()

    found, stored, error = recorded(path, s3.io.Client(below), get, put_file, refused)
    assert found.body.read() == b"hello\nthere"
    assert stored.etag == '"2"'
    text = path.read_text(encoding="utf-8")
    for secret in ("AKID", "SECRET", "Signature", "authorization", "kkkk", "amazonaws"):
        assert secret.lower() not in text.lower()
    assert calls_of(path)[0]["response"]["Body"] == {"$stream": {"$text": "hello\nthere"}}
    assert calls_of(path)[1]["request"]["Body"] == {"$base64": "/w=="}

    client = s3.io.Client(transport=Replay(s3, path))
    with get(client).body as body:
        assert list(body.iter_lines()) == [b"hello", b"there"]
    assert put_file(client).etag == '"2"'
    with pytest.raises(UnknownOperationError, match="SlowDown: no") as again:
        refused(client)
    assert (again.value.code, again.value.status) == (error.code, error.status)


def test_secrets_are_hidden_and_not_compared(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    url = "https://x.example/?X-Amz-Credential=AKIA1&X-Amz-Security-Token=tok&X-Amz-Signature=abc&versionId=1"
    code = lambda_.FunctionCodeLocation(location=url)
    granted = sts.AssumeRoleResponse(
        credentials=sts.Credentials(
            access_key_id="ASIA", secret_access_key="s3cret", session_token="t0ken", expiration=NOON
        )
    )
    handlers: dict[str, Any] = {"AssumeRole": lambda _: granted}
    role = "arn:aws:iam::111122223333:role/r"
    recorded(
        path,
        sts.io.Client(transport=fake(sts, handlers)),
        lambda c: c.assume_role(role_arn=role, role_session_name="me", external_id="hush", token_code="123456"),
        hide=("external_id",),
    )
    text = path.read_text()
    assert [word for word in ("s3cret", "t0ken", "hush") if word in text] == []
    client = sts.io.Client(transport=Replay(sts, path))
    found = client.assume_role(role_arn=role, role_session_name="me", external_id="other", token_code="123456")
    assert found.credentials.secret_access_key == "hidden"  # noqa: S105 - so that it is none
    assert found.credentials.expiration == NOON
    with pytest.raises(UnrecordedCallError, match=r"nearest one differs in \$.RoleSessionName$"):
        client.assume_role(role_arn=role, role_session_name="you", external_id="other", token_code="123456")
    form = Form()
    written = form.members_of(code)
    assert written == {"Location": "https://x.example/?X-Amz-Credential=hidden&X-Amz-Security-Token=hidden&"
                                   "X-Amz-Signature=hidden&versionId=1"}  # fmt: skip
    invoked = lambda_.InvocationResponse(status_code=200, payload=b"secret")
    assert form.members_of(invoked) == {"StatusCode": 200, "Payload": {"$hidden": "bytes"}}
    environment = lambda_.Environment(variables={"A": "b"})
    assert form.members_of(environment) == {"Variables": {"$hidden": "map"}}
    assert value_of(lambda_.Environment, form.members_of(environment)) == lambda_.Environment(variables={})


CANONICAL = "GET\n/\n\nhost:x\n{}:{}\nx-amz-date:20240501T120000Z\n\nhost;x-amz-date;{}\nUNSIGNED-PAYLOAD"
TOKENS = ("x-amz-security-token", "X-Amz-Security-Token", "x-amz-s3session-token")


@pytest.mark.parametrize("name", TOKENS)
def test_errors_that_repeat_what_was_signed_tell_no_token(name: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    canonical = CANONICAL.format(name, "t0ken/+==", name)
    members = {
        "Token-0": "t0ken/+==",
        "CanonicalRequest": canonical,
        "CanonicalRequestBytes": canonical.encode().hex(" "),
        "Resource": f"/box?{name}=t0ken%2F&versionId=1",
    }
    service = fake(s3)
    service.fail(None, UnknownOperationError("SignatureDoesNotMatch", f"should have been '{canonical}'", members))
    recorded(path, s3.io.Client(transport=service), lambda c: c.list_buckets())
    text = path.read_text()
    assert "t0ken" not in text
    assert b"t0ken".hex(" ") not in text
    error = calls_of(path)[0]["error"]
    assert error["message"] == f"should have been '{CANONICAL.format(name, 'hidden', name)}'"
    assert {key: error["members"][key] for key in members} == {
        "Token-0": {"$hidden": "text"},
        "CanonicalRequest": CANONICAL.format(name, "hidden", name),
        "CanonicalRequestBytes": {"$hidden": "text"},
        "Resource": f"/box?{name}=hidden&versionId=1",
    }


SECRETS: dict[str, Any] = {
    "Asked": structure(Text="Text", Hidden="Hidden", Inner="Inner", Plain="Plain", Rows="Rows", Times="Times"),
    "Hidden": map_of("Text", sensitive=True),
    "Inner": {**structure(Map="TextMap"), "sensitive": True},
    "Plain": structure(Map="Hidden"),
    "Rows": list_of("Inner"),
    "Times": list_of("Time", sensitive=True),
}
SECRET_VALUES = {
    "Hidden": {"a": "b"},
    "Inner": {"Map": {"a": "b"}},
    "Plain": {"Map": {"a": "b"}},
    "Rows": [{"Map": {"a": "b"}}],
    "Times": [NOON],
}


@pytest.mark.parametrize("protocol", ["json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"])
def test_what_is_hidden_is_not_compared_in_any_protocol(generate_once: Any, protocol: str, tmp_path: Path) -> None:
    # Forms have no empty maps, which is what hidden ones are when they are read.
    package = generate_once(model(SECRETS, protocol, {"Ask": operation("Ask", "Asked")}))
    below = package.io.Client(transport=fake(package, {"Ask": lambda _: None}))
    for name, value in SECRET_VALUES.items():
        path = tmp_path / f"{name}.json"
        request, other = (package.Asked.of_value({"Text": text, name: value}) for text in "ab")
        with Recorder(path) as recorder:
            recorder.client(below).ask.send(request)
        assert "$hidden" in path.read_text()
        client = package.io.Client(transport=Replay(package, path))
        with pytest.raises(UnrecordedCallError, match=r"nearest one differs in \$.Text$"):
            client.ask.send(other)
        client.ask.send(request)


def test_what_breaks_breaks_again(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"

    class Broken:
        def __init__(self) -> None:
            self._chunks = [b"some"]

        def read(self, _: int = -1) -> bytes:
            if self._chunks:
                return self._chunks.pop()
            raise ConnectionFailed("cut")

        def iter_chunks(self) -> Any:
            while True:
                yield self.read()

    def transport(request: HttpRequest) -> HttpResponse:
        if request.method == "GET":
            return HttpResponse(body=Broken())
        raise TimeoutError("too slow: https://box.example/key?X-Amz-Signature=abc")

    def get(client: s3.io.Client) -> Any:
        return client.get_object(bucket="box", key="a")

    def head(client: s3.io.Client) -> Any:
        return client.head_object(bucket="box", key="a")

    found, fault = recorded(path, s3.io.Client(transport=transport), get, head)
    assert isinstance(fault, TimedOut)
    client = s3.io.Client(transport=Replay(s3, path))
    for body in (found.body, get(client).body):
        assert body.read(4) == b"some"
        with pytest.raises(ConnectionFailed, match="cut"):
            body.read(4)
    with pytest.raises(TimedOut, match=r"^HeadObject: TimeoutError: too slow: hidden$"):
        head(client)


def test_events_that_break(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    _, _, handlers, call = next(case for case in CASES if case[0] == "events")
    below = fake(s3, handlers)

    def cut(request: HttpRequest) -> HttpResponse:
        def chunks() -> Any:
            yield read_all(below(request).body)
            raise ConnectionFailed("cut")

        return HttpResponse(body=chunks())

    (found,) = recorded(path, s3.io.Client(transport=cut), call)
    for output in (found, call(s3.io.Client(transport=Replay(s3, path)))):
        events = iter(output.payload)
        assert next(events).records.payload == b"1,2\n"
        assert next(events).end is not None
        with pytest.raises(ConnectionFailed, match="cut"):
            next(events)


def test_asynchronous_clients(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"

    async def transport(request: HttpRequest) -> HttpResponse:
        if request.method == "PUT":
            return HttpResponse(headers={"ETag": f'"{len(await read_all_async(request.body))}"'})

        async def chunks() -> Any:
            yield b"he"
            yield b"llo"

        return HttpResponse(body=chunks())

    async def calls(client: s3.io.AsyncClient) -> tuple[Any, Any]:
        async def chunks() -> Any:
            yield b"xyz"

        found = await client.get_object(bucket="box", key="a")
        stored = await client.put_object(bucket="box", key="a", body=chunks())
        return await read_all_async(found.body), stored

    async def run() -> tuple[Any, Any]:
        with Recorder(path) as recorder:
            client = recorder.client(s3.io.AsyncClient(transport=transport))
            first = await calls(client)
            await client.close()
            with pytest.raises(ClientClosed):
                await client.list_buckets()
        return first, await calls(s3.io.AsyncClient(transport=Replay(s3, path)))

    first, again = asyncio.run(run())
    assert first == again == (b"hello", s3.PutObjectOutput(etag='"3"'))
    assert len(calls_of(path)) == 2


def test_what_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    for text in ("{", "[]", '{"botobind": 2}'):
        path.write_text(text)
        with pytest.raises(RecordingError, match="is no recording"):
            Replay(sts, path)
    with pytest.raises(RecordingError, match="is no recording"):
        Replay(sts, tmp_path / "missing.json")
    Recorder(path).save()
    with pytest.raises(RecordingError, match="has no calls of sts"):
        Replay(sts, path)
    client = dynamodb.io.Client(transport=fake(dynamodb, {"GetItem": answer}))
    recorded(path, client, lambda c: c.get_item(table_name="books", key=KEY))
    replay = Replay(dynamodb, path)
    assert repr(replay) == "<replay of dynamodb: calls.json>"
    with pytest.raises(UnrecordedCallError, match="no call of ListTables; it has: GetItem"):
        dynamodb.io.Client(transport=replay).list_tables()


def test_what_cannot_be_sent_is_not_recorded(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    with Recorder(path) as recorder:
        client = recorder.client(dynamodb.io.Client(transport=fake(dynamodb, {"GetItem": answer})))
        with pytest.raises(EncodeError, match="expected GetItemInput for GetItem, got str"):
            client.get_item.send("books")  # type: ignore[arg-type]
        with pytest.raises(ValidationError):
            client.get_item(table_name="books", key={"pk": 1})  # type: ignore[dict-item]
        client.close()
        with pytest.raises(ClientClosed):
            client.get_item(table_name="books", key=KEY)
        assert recorder.calls == []


def test_marks_in_documents() -> None:
    written = Form().plain_members_of(
        {"$time": {"$a": 1.5, "x": [None, True, float("nan")]}, "password": "p", "b": b"\xe9"}
    )
    assert written == {
        "$$time": {"$$a": 1.5, "x": [None, True, {"$number": "nan"}]},
        "password": {"$hidden": "text"},
        "b": {"$base64": "6Q=="},
    }
    body = RecordedBody(b"abc")
    assert list(body.iter_chunks(2)) == [b"ab", b"c"]
    assert body.read() == b""


def test_requests_that_fit_two_operations(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    rules = [s3.LifecycleRule(id="1", status="Enabled")]
    configured = fake(
        s3, {"GetBucketLifecycleConfiguration": lambda _: s3.GetBucketLifecycleConfigurationOutput(rules=rules)}
    )
    plain = fake(s3, {"GetBucketLifecycle": lambda _: s3.GetBucketLifecycleOutput()})
    with Recorder(path) as recorder:
        recorder.client(s3.io.Client(transport=plain)).get_bucket_lifecycle(bucket="old")
        recorder.client(s3.io.Client(transport=configured)).get_bucket_lifecycle_configuration(bucket="new")
    replay = Replay(s3, path)
    client = s3.io.Client(transport=replay)
    assert client.get_bucket_lifecycle_configuration(bucket="new").rules == rules
    assert client.get_bucket_lifecycle(bucket="old").rules is None
    assert replay.left() == []
    with pytest.raises(UnrecordedCallError, match="this call of GetBucketLifecycleConfiguration once"):
        client.get_bucket_lifecycle_configuration(bucket="new")
