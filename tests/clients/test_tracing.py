"""Spans of OpenTelemetry's: one for each call, with what the semantic conventions for clients of AWS have."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from clients.test_riding import KEYS, Wire
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from support.fault_server import Server, answer

import botobind.io
from botobind import EncodeError, ServiceError
from botobind.io import ConnectionFailed, Credentials, tracing
from botobind.io.options import EngineOptions
from botobind.testing import fake
from botobind_services import dynamodb, s3

ITEM = {"pk": dynamodb.AttributeValue(s="a")}
COMMON = {"rpc.system": "aws-api", "rpc.service": "DynamoDB", "rpc.method": "GetItem"}


@pytest.fixture(name="provider")
def fixture_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[TracerProvider]:
    provider = TracerProvider()
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("botobind"))
    yield provider
    provider.shutdown()


@pytest.fixture(name="spans")
def fixture_spans(provider: TracerProvider) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


def only(spans: InMemorySpanExporter) -> ReadableSpan:
    (span,) = spans.get_finished_spans()
    return span


def test_a_call_that_rides(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    below = boto3.client("dynamodb", **KEYS)
    wire = Wire(below)
    wire.answer(b"{}", 500).answer(b'{"Item": {"pk": {"S": "a"}}}', x_amzn_RequestId="id-1")
    dynamodb.io.Client(below).get_item(table_name="books", key=ITEM)
    span = only(spans)
    assert (span.name, span.kind) == ("DynamoDB.GetItem", trace.SpanKind.CLIENT)
    assert dict(span.attributes or {}) == {
        **COMMON,
        "http.response.status_code": 200,
        "aws.request_id": "id-1",
        "http.request.resend_count": 1,
    }
    assert span.status.status_code is trace.StatusCode.UNSET


def test_an_error_of_the_service(spans: InMemorySpanExporter) -> None:
    below = boto3.client("dynamodb", **KEYS)
    answer = b'{"__type": "x#ResourceNotFoundException", "message": "no table"}'
    Wire(below).answer(answer, 400, x_amzn_RequestId="id-1")
    service = fake(dynamodb, {"GetItem": lambda _: dynamodb.ResourceNotFoundException(message="no table")})
    request = dynamodb.GetItemInput(table_name="books", key=ITEM)
    for client, request_id in ((dynamodb.io.Client(below), "id-1"), (dynamodb.io.Client(transport=service), "fake-request")):  # fmt: skip  # noqa: E501
        spans.clear()
        assert isinstance(client.get_item.result(request), ServiceError)
        span = only(spans)
        assert dict(span.attributes or {}) == {
            **COMMON,
            "http.response.status_code": 400,
            "aws.request_id": request_id,
            "error.type": "ResourceNotFoundException",
        }
        assert span.status.status_code is trace.StatusCode.ERROR
        assert span.status.description == "ResourceNotFoundException: no table"
        (event,) = span.events
        assert (event.attributes or {})["exception.message"] == "ResourceNotFoundException: no table"


def test_a_single_call(spans: InMemorySpanExporter) -> None:
    below = boto3.client("dynamodb", **KEYS)
    Wire(below).answer(b'{"Item": {"pk": {"S": "a"}}}', x_amzn_RequestId="id-1")
    request = dynamodb.GetItemInput(table_name="books", key=ITEM)
    for _ in range(2):
        spans.clear()
        botobind.io.send(below, dynamodb.endpoints.GetItem, request)
        attributes = dict(only(spans).attributes or {})
        assert attributes == {**COMMON, "http.response.status_code": 200, "aws.request_id": "id-1"}


def test_what_an_error_came_of_is_not_told(spans: InMemorySpanExporter) -> None:
    def get(_: object) -> dynamodb.GetItemOutput:
        raise error from KeyError("secret".upper())

    below = boto3.client("dynamodb", **KEYS)
    Wire(below).answer(b'{"__type": "x#ResourceNotFoundException", "message": "no table"}', 400)
    here = fake(dynamodb, {"GetItem": get})
    request = dynamodb.GetItemInput(table_name="books", key=ITEM)
    error: Exception
    rows: list[tuple[Any, Exception, str]] = [
        (dynamodb.io.Client(below), dynamodb.ResourceNotFoundException(), "botobind_services.dynamodb.values."),
        (dynamodb.io.Client(transport=here), ConnectionFailed("cut"), "botobind.io.faults.ConnectionFailed"),
        (dynamodb.io.Client(transport=here), ValueError("cut"), "ValueError"),
    ]
    for client, error, name in rows:
        spans.clear()
        with pytest.raises(type(error)) as raised:
            client.get_item.send(request)
        assert raised.value.__cause__ is not None
        (event,) = only(spans).events
        told = dict(event.attributes or {})
        assert str(told["exception.type"]).startswith(name)
        assert str(told["exception.stacktrace"]).splitlines()[-1].endswith(f": {raised.value}")
        for hidden in ("SECRET", "botocore.exceptions", "direct cause"):
            assert hidden not in str(told)


def test_no_response(spans: InMemorySpanExporter) -> None:
    service = fake(dynamodb, {"GetItem": lambda _: dynamodb.GetItemOutput()})
    service.fail(None, ConnectionFailed("cut", "GetItem", 3))
    client = dynamodb.io.Client(transport=service)
    with pytest.raises(ConnectionFailed):
        client.get_item(table_name="books", key=ITEM)
    attributes = dict(only(spans).attributes or {})
    assert attributes == {
        **COMMON,
        "error.type": "botobind.io.faults.ConnectionFailed",
        "http.request.resend_count": 2,
    }
    spans.clear()
    with pytest.raises(EncodeError):
        client.get_item.send(dynamodb.PutItemInput(table_name="books", item=ITEM))  # type: ignore[arg-type]
    assert only(spans).status.status_code is trace.StatusCode.ERROR


def test_spans_nest(spans: InMemorySpanExporter, provider: TracerProvider) -> None:
    inner = dynamodb.io.Client(transport=fake(dynamodb, {"GetItem": lambda _: dynamodb.GetItemOutput()}))

    def get(_: object) -> s3.GetObjectOutput:
        inner.get_item(table_name="books", key=ITEM)
        return s3.GetObjectOutput(body=b"x")

    async def calls() -> None:
        client = s3.io.AsyncClient(transport=fake(s3, {"GetObject": get}, latency=0.001))
        await asyncio.gather(*(client.get_object(bucket="box", key=name) for name in "ab"))

    with provider.get_tracer("test").start_as_current_span("all"):
        asyncio.run(calls())
    found = spans.get_finished_spans()
    by_id = {span.context.span_id: span.name for span in found if span.context}
    parents = sorted((span.name, by_id[span.parent.span_id] if span.parent else None) for span in found)
    assert parents == [
        ("DynamoDB.GetItem", "S3.GetObject"),
        ("DynamoDB.GetItem", "S3.GetObject"),
        ("S3.GetObject", "all"),
        ("S3.GetObject", "all"),
        ("all", None),
    ]
    assert {(span.attributes or {}).get("http.response.status_code") for span in found if span.name != "all"} == {200}


def test_no_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    async def awaited() -> None:
        await dynamodb.io.AsyncClient(transport=service).get_item(table_name="books", key=ITEM)

    service = fake(dynamodb, {"GetItem": lambda _: dynamodb.GetItemOutput()})
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ALWAYS_OFF)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("botobind"))
    dynamodb.io.Client(transport=service).get_item(table_name="books", key=ITEM)
    asyncio.run(awaited())
    assert exporter.get_finished_spans() == ()
    provider.shutdown()


@pytest.mark.parametrize("found", [None, ImportError()])
def test_the_api_is_not_installed(monkeypatch: pytest.MonkeyPatch, found: Exception | None) -> None:
    def find(_: str) -> None:
        if found is not None:
            raise found

    def carry(_: object, __: object) -> None:
        """What carries."""

    monkeypatch.setattr(tracing, "find_spec", find)
    tracing._is_installed.cache_clear()
    try:
        assert tracing.traced(carry) is carry
    finally:
        tracing._is_installed.cache_clear()


def test_a_program_that_does_not_trace_loads_nothing_of_it() -> None:
    code = """
import sys
from botobind.testing import fake
from botobind_services import dynamodb
service = fake(dynamodb, {"ListTables": lambda _: dynamodb.ListTablesOutput()})
client = dynamodb.io.Client(transport=service)
client.list_tables()
assert "opentelemetry.trace" not in sys.modules
import opentelemetry.trace
client.list_tables()  # the API alone
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
opentelemetry.trace.set_tracer_provider(provider)
client.list_tables()
print([span.name for span in exporter.get_finished_spans()])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.stderr, run.stdout) == ("", "['DynamoDB.ListTables']\n")


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_call_without_botocore(spans: InMemorySpanExporter, is_async: bool) -> None:  # noqa: FBT001 - of a table
    keys = Credentials(access_key="AKID", secret_key="SECRET")
    with Server() as server:
        server.script = [answer(500, b"{}"), answer(200, b'{"Item": {"pk": {"S": "a"}}}')]
        options: EngineOptions = {"region": "eu-west-1", "credentials": keys, "endpoint_url": f"http://{server.host}"}
        if is_async:

            async def run() -> None:
                async with dynamodb.io.AsyncClient(**options) as client:
                    await client.get_item(table_name="books", key=ITEM)

            asyncio.run(run())
        else:
            with dynamodb.io.Client(**options) as client:
                client.get_item(table_name="books", key=ITEM)
    assert dict(only(spans).attributes or {}) == {
        **COMMON,
        "http.response.status_code": 200,
        "aws.request_id": "id-1",
        "http.request.resend_count": 1,
    }
