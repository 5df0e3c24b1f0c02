"""Clients that ride on boto3's: handlers have their effect, the user's client stays as it is, errors are typed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

import botobind.io
from botobind import DecodeError, EncodeError, ServiceError, UnknownOperationError
from botobind.errors import ResponseError
from botobind.io import CredentialsMissing, EndpointUnknown, TransportError, WrongClient
from botobind_services import dynamodb, lambda_, s3, sts

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "eu-west-1"}
ITEM = {"pk": dynamodb.AttributeValue(s="a")}


class _Raw(io.BytesIO):
    """What urllib3 gives of a response."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield from iter(lambda: self.read(7), b"")


class Wire:
    """Answers what clients send, and keeps it."""

    def __init__(self, client: Any) -> None:
        self.sent: list[Any] = []
        self.answers: list[tuple[int, bytes, dict[str, str]]] = []
        client.meta.events.register("before-send", self._answer)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> Wire:
        self.answers.append((status, body, {name.replace("_", "-"): text for name, text in headers.items()}))
        return self

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.sent.append(request)
        status, body, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return AWSResponse(request.url, status, headers, _Raw(body))


def connected(service: str, **options: Any) -> tuple[Any, Wire]:
    client = boto3.client(service, **KEYS, **options)
    return client, Wire(client)


def test_a_call_and_the_client_below() -> None:
    client, wire = connected("dynamodb")
    before = dict(client.__dict__)
    wire.answer(b'{"Item": {"pk": {"S": "a"}}}')
    ours = dynamodb.io.Client(client)
    assert ours.get_item(table_name="books", key=ITEM).item == ITEM
    assert client.get_item(TableName="books", Key={"pk": {"S": "a"}})["Item"] == {"pk": {"S": "a"}}
    assert ours.get_item(table_name="books", key=ITEM).item == ITEM
    assert client.__dict__ == before
    assert {type(each.body) for each in wire.sent} == {bytes}
    for request in wire.sent:
        assert request.headers["Authorization"].decode().startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    ours.close()
    assert client.get_item(TableName="books", Key={"pk": {"S": "a"}})["Item"]


def test_errors_are_typed() -> None:
    client, wire = connected("dynamodb")
    wire.answer(b'{"__type": "x#ResourceNotFoundException", "message": "no table"}', 400, x_amzn_requestid="id-1")
    with pytest.raises(dynamodb.ResourceNotFoundException, match="no table") as raised:
        dynamodb.io.Client(client).get_item(table_name="books", key=ITEM)
    error = raised.value
    assert (error.status, error.request_id, error.retryable, error.attempts) == (400, "id-1", False, 1)
    assert isinstance(error.__cause__, ClientError)
    assert error.__cause__.response["Error"]["Code"] == "ResourceNotFoundException"
    assert type(error.__cause__) is client.exceptions.ResourceNotFoundException
    request = dynamodb.GetItemInput(table_name="books", key=ITEM)
    assert dynamodb.io.Client(client).get_item.result(request) == error
    with pytest.raises(dynamodb.ResourceNotFoundException):
        botobind.io.send(client, dynamodb.endpoints.GetItem, request)


Change = Callable[[dict[str, Any]], Any]


def _set(params: dict[str, Any]) -> None:
    params["TableName"] = "films"


def _set_in(params: dict[str, Any]) -> None:
    params["Key"]["pk"]["S"] = "b"


def _delete(params: dict[str, Any]) -> None:
    del params["ProjectionExpression"]


def _update(params: dict[str, Any]) -> None:
    params.update(ConsistentRead=True, ExpressionAttributeNames={"#n": "name"})


def _replace(params: dict[str, Any]) -> dict[str, Any]:
    return {**params, "TableName": "films"}


CHANGES: list[tuple[str, Change, dict[str, Any]]] = [
    ("before-parameter-build", _set, {"table_name": "films"}),
    ("before-parameter-build", _set_in, {"key": {"pk": dynamodb.AttributeValue(s="b")}}),
    ("before-parameter-build", _delete, {"projection_expression": None}),
    ("before-parameter-build", _update, {"consistent_read": True, "expression_attribute_names": {"#n": "name"}}),
    ("provide-client-params", _replace, {"table_name": "films"}),
    ("provide-client-params", lambda params: params.copy() | {"TableName": "films"}, {"table_name": "films"}),
    ("before-parameter-build", lambda params: params.setdefault("TableName", "films"), {}),
    ("before-parameter-build", lambda params: [*params.items(), *params.values(), dict(params)], {}),
    ("before-parameter-build", lambda params: params.pop("ProjectionExpression"), {"projection_expression": None}),
]


@pytest.mark.parametrize(("event", "change", "members"), CHANGES)
def test_handlers_change_parameters(event: str, change: Change, members: dict[str, Any]) -> None:
    client, wire = connected("dynamodb")
    wire.answer(b"{}")
    client.meta.events.register(event, lambda params, **_: change(params) if event.startswith("pro") else None)
    client.meta.events.register(event, lambda params, **_: None if event.startswith("pro") else change(params) and None)
    request = dynamodb.GetItemInput(table_name="books", key=ITEM, projection_expression="pk")
    untouched = dynamodb.GetItemInput(table_name="books", key=ITEM, projection_expression="pk")
    dynamodb.io.Client(client).get_item.send(request)
    expected = dynamodb.GetItemInput(**{**{name: getattr(request, name) for name in request.MEMBERS}, **members})
    assert dynamodb.GetItemInput.of_string(wire.sent[0].body) == expected
    assert request == untouched


def test_handlers_see_what_boto3_gives_them() -> None:
    client, wire = connected("dynamodb")
    wire.answer(b"{}")
    seen: list[Any] = []
    client.meta.events.register("before-parameter-build", lambda params, **_: seen.append((dict(params), params)))
    dynamodb.io.Client(client).get_item(table_name="books", key=ITEM, return_consumed_capacity="TOTAL")
    plain, view = seen[0]
    assert plain == {"TableName": "books", "Key": {"pk": {"S": "a"}}, "ReturnConsumedCapacity": "TOTAL"}
    assert view == plain
    assert repr(view) == "<members of GetItemInput: TableName, Key, ReturnConsumedCapacity>"


def test_handlers_that_give_nonsense() -> None:
    client, wire = connected("dynamodb")
    wire.answer(b"{}")
    client.meta.events.register("before-parameter-build", lambda params, **_: params.update(Key=["pk"]))
    with pytest.raises(DecodeError, match=r"\$\.Key: expected object"):
        dynamodb.io.Client(client).get_item(table_name="books", key=ITEM)


def test_handlers_change_requests_and_responses() -> None:
    client, wire = connected("dynamodb")
    wire.answer(b'{"Item": {"pk": {"S": "a"}}, "ConsumedCapacity": {"TableName": "books"}}')

    def before_call(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["X-Trace"] = "1"

    def after_call(parsed: dict[str, Any], **_: Any) -> None:
        assert parsed["ResponseMetadata"]["HTTPStatusCode"] == 200
        parsed["Item"]["more"] = {"N": "1"}
        del parsed["ConsumedCapacity"]

    client.meta.events.register("before-call.dynamodb.GetItem", before_call)
    client.meta.events.register("after-call.dynamodb.GetItem", after_call)
    found = dynamodb.io.Client(client).get_item(table_name="books", key=ITEM)
    assert found == dynamodb.GetItemOutput(item={**ITEM, "more": dynamodb.AttributeValue(n="1")})
    assert wire.sent[0].headers["X-Trace"] == b"1"


def test_a_stubber() -> None:
    client = boto3.client("dynamodb", **KEYS)
    stubber = Stubber(client)
    expected = {"TableName": "books", "Key": {"pk": {"S": "a"}}}
    stubber.add_response("get_item", {"Item": {"pk": {"S": "a"}}}, expected)
    stubber.add_client_error("get_item", "ResourceNotFoundException", "no table", 404, {"RetryAfter": 3})
    stubber.add_client_error("get_item", "Odd", "odd", 503, {"More": "x"}, response_meta={"RequestId": "id-1"})
    stubber.add_response("get_item", {}, {**expected, "TableName": "films"})
    ours = dynamodb.io.Client(client)
    with stubber:
        assert ours.get_item(table_name="books", key=ITEM).item == ITEM
        with pytest.raises(dynamodb.ResourceNotFoundException, match="no table") as known:
            ours.get_item(table_name="books", key=ITEM)
        with pytest.raises(UnknownOperationError, match="Odd: odd") as unknown:
            ours.get_item(table_name="books", key=ITEM)
        with pytest.raises(AssertionError, match="films"):
            ours.get_item(table_name="books", key=ITEM)
    assert known.value.status == 404
    assert (unknown.value.status, unknown.value.request_id, unknown.value.retryable) == (503, "id-1", True)
    assert unknown.value.members["More"] == "x"


def test_listings_are_decoded_where_the_caller_has_not_asked_for_encoded_keys() -> None:
    client, wire = connected("s3")
    wire.answer(
        b"<?xml version='1.0'?><ListBucketResult><EncodingType>url</EncodingType><Prefix>a%2B</Prefix>"
        b"<Contents><Key>a%2B+b</Key></Contents><CommonPrefixes><Prefix>%C3%BC/</Prefix></CommonPrefixes></ListBucketResult>"
    )
    ours = s3.io.Client(client)
    found = ours.list_objects_v2(bucket="box")
    assert (found.prefix, found.contents, found.common_prefixes) == (
        "a+",
        [s3.Object(key="a+ b")],
        [s3.CommonPrefix(prefix="ü/")],
    )
    assert "encoding-type=url" in wire.sent[0].url
    kept = ours.list_objects_v2(bucket="box", encoding_type="url")
    assert kept.contents == [s3.Object(key="a%2B+b")]


ERROR = b"<?xml version='1.0'?>\n<Error><Code>InternalError</Code><Message>again</Message></Error>"
COPIED = b"<CopyObjectResult><ETag>1</ETag></CopyObjectResult>"


@pytest.mark.parametrize("broken", [ERROR, COPIED[:-5], b"<CopyObjectResult><ETag>1</ETag>", b"no XML"])
def test_an_error_or_half_a_document_under_200_is_tried_again(broken: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    client, wire = connected("s3")
    wire.answer(broken).answer(COPIED)
    found = s3.io.Client(client).copy_object(bucket="box", key="b", copy_source="box/ü %20?versionId=1%")
    assert found.copy_object_result == s3.CopyObjectResult(etag="1")
    assert len(wire.sent) == 2
    assert wire.sent[0].headers["x-amz-copy-source"] == b"box/%C3%BC%20%2520?versionId=1%"


def test_an_error_under_200_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    client, wire = connected("s3", config=Config(retries={"total_max_attempts": 3}))
    wire.answer(ERROR)
    with pytest.raises(ServiceError, match="InternalError: again") as raised:
        s3.io.Client(client).copy_object(bucket="box", key="b", copy_source="box/a")
    assert (raised.value.status, raised.value.attempts, len(wire.sent)) == (500, 3, 3)


def test_objects() -> None:
    client, wire = connected("s3")
    wire.answer(b"hello", ETag='"1"', Expires="tomorrow", content_length="5")
    ours = s3.io.Client(client)
    found = ours.get_object(bucket="box", key="a/ü", sse_customer_algorithm="AES256", sse_customer_key=b"k" * 32)
    assert (found.etag, found.expires, found.expires_string) == ('"1"', None, "tomorrow")
    assert found.body is not None
    with found.body as body:  # type: ignore[union-attr] # a stream that can be closed
        assert body.read(2) == b"he"
        assert list(body) == [b"llo"]
    sent = wire.sent[0]
    assert sent.url == "https://box.s3.eu-west-1.amazonaws.com/a/%C3%BC"
    assert sent.headers["x-amz-server-side-encryption-customer-key"] == b"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    assert sent.headers["x-amz-server-side-encryption-customer-key-MD5"]
    lines = ours.get_object(bucket="box", key="a").body
    assert list(lines.iter_lines()) == [b"hello"]  # type: ignore[union-attr] # as botocore's bodies
    wire.answers = [(200, b"", {"ETag": '"2"'})]
    assert ours.put_object(bucket="box", key="a", body=io.BytesIO(b"hello")).etag == '"2"'
    assert wire.sent[-1].headers["Expect"] == b"100-continue"
    with pytest.raises(EncodeError, match="Invalid bucket name"):
        ours.get_object(bucket="no bucket", key="a")
    with pytest.raises(EncodeError, match=r"PutObject: Non ascii characters found in S3 metadata"):
        ours.put_object(bucket="box", key="a", metadata={"a": "ü"})


def test_functions() -> None:
    client, wire = connected("lambda")
    wire.answer(b"[1]", X_Amz_Executed_Version="$LATEST")
    found = lambda_.io.Client(client).invoke(function_name="echo", payload=b"{}")
    assert (found.payload, found.executed_version, found.status_code) == (b"[1]", "$LATEST", 200)
    events = lambda_.InvokeWithResponseStreamResponse(
        event_stream=[
            lambda_.InvokeWithResponseStreamResponseEvent(
                payload_chunk=lambda_.InvokeResponseStreamUpdate(payload=b"one")
            ),
            lambda_.InvokeWithResponseStreamResponseEvent(
                invoke_complete=lambda_.InvokeWithResponseStreamCompleteEvent()
            ),
        ]
    )
    response = lambda_.endpoints.InvokeWithResponseStream.to_response(events)
    assert isinstance(response.body, bytes)
    client, wire = connected("lambda")
    wire.answer(response.body, content_type="application/vnd.amazon.eventstream")
    streamed = lambda_.io.Client(client).invoke_with_response_stream(function_name="echo")
    assert list(streamed.event_stream) == events.event_stream  # type: ignore[arg-type] # they come one by one


def test_times_and_forms() -> None:
    client, wire = connected("sts")
    wire.answer(
        b"<AssumeRoleResponse><AssumeRoleResult><Credentials><Expiration>2024-05-01T10:00:00Z</Expiration></Credentials>"
        b"</AssumeRoleResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></AssumeRoleResponse>"
    )
    found = sts.io.Client(client).assume_role(role_arn="arn:aws:iam::123456789012:role/r", role_session_name="me")
    assert found.credentials == sts.Credentials(expiration=datetime(2024, 5, 1, 10, tzinfo=UTC))


def test_what_botocore_refuses_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    session = boto3.Session(region_name="eu-west-1")
    with pytest.raises(CredentialsMissing, match="ListTables: Unable to locate credentials"):
        dynamodb.io.Client(session.client("dynamodb")).list_tables()
    client, wire = connected("s3")
    wire.answer(b"")
    with pytest.raises(EndpointUnknown, match=r"PutObject: .*ARN"):
        s3.io.Client(client).put_object(bucket="arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/a", key="a")
    client, wire = connected("dynamodb")
    wire.answer(b"[]")
    with pytest.raises(ResponseError, match=r"\$: expected object"):
        dynamodb.io.Client(client).get_item(table_name="books", key=ITEM)
    with pytest.raises(EncodeError, match="expected GetItemInput for GetItem, got PutItemInput"):
        botobind.io.send(client, dynamodb.endpoints.GetItem, dynamodb.PutItemInput(table_name="a", item={}))  # type: ignore[misc]
    assert not issubclass(EncodeError, TransportError)


def test_clients_of_other_kinds() -> None:
    client = boto3.client("sqs", **KEYS)
    for ride in (
        dynamodb.io.Client,
        lambda given: botobind.io.send(given, dynamodb.endpoints.ListTables, dynamodb.ListTablesInput()),
    ):
        with pytest.raises(WrongClient, match="expected a client of dynamodb, got one of sqs"):
            ride(client)


@mock_aws
def test_moto_in_this_process() -> None:
    ours = dynamodb.io.Client(boto3.client("dynamodb", **KEYS))
    ours.create_table(
        table_name="books",
        attribute_definitions=[dynamodb.AttributeDefinition(attribute_name="pk", attribute_type="S")],
        key_schema=[dynamodb.KeySchemaElement(attribute_name="pk", key_type="HASH")],
        billing_mode="PAY_PER_REQUEST",
    )
    ours.put_item(table_name="books", item=ITEM)
    assert ours.get_item(table_name="books", key=ITEM).item == ITEM
    assert ours.batch_get_item(request_items={"books": dynamodb.KeysAndAttributes(keys=[ITEM])}).responses == {
        "books": [ITEM]
    }
    with pytest.raises(dynamodb.ResourceNotFoundException):
        ours.describe_table(table_name="films")
    box = s3.io.Client(boto3.client("s3", **KEYS))
    box.create_bucket(
        bucket="box", create_bucket_configuration=s3.CreateBucketConfiguration(location_constraint="eu-west-1")
    )
    box.put_object(bucket="box", key="a b+ü", body=b"hello")
    assert [each.key for each in box.list_objects_v2(bucket="box").contents or ()] == ["a b+ü"]
    assert box.get_object(bucket="box", key="a b+ü").body.read() == b"hello"  # type: ignore[union-attr]
    assert box.get_bucket_location(bucket="box").location_constraint == "eu-west-1"
    with pytest.raises(s3.NoSuchKey):
        box.get_object(bucket="box", key="none")
    assert sts.io.Client(boto3.client("sts", **KEYS)).get_caller_identity().account == "123456789012"
