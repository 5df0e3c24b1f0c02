"""SQS in query: what clients of before 2023 send, at `/` and at the URLs of queues, and what they read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from botobind.http import HttpRequest
from botobind_codegen.load import load_service
from botobind_codegen.patches import load_patches

_FORM = "application/x-www-form-urlencoded"
_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/q"


@pytest.fixture
def sqs(generate_once: Any) -> Any:
    names = ["SendMessage", "SendMessageBatch", "ReceiveMessage", "SetQueueAttributes", "ListQueues", "CreateQueue"]
    return generate_once("sqs", names)


def request(pairs: dict[str, str], target: str = "/", *, in_url: bool = False, **headers: str) -> HttpRequest:
    form = urlencode({"Version": "2012-11-05", **pairs})
    named = {"Content-Type": _FORM, "Host": "sqs.eu-west-1.amazonaws.com", **headers}
    if in_url:
        return HttpRequest.of_target("GET", f"{target}?{form}", named)
    return HttpRequest.of_target("POST", target, named, form.encode())


FORMS = [
    (
        {
            "Action": "SendMessage",
            "MessageBody": "hi",
            "MessageAttribute.1.Name": "n",
            "MessageAttribute.1.Value.DataType": "String",
            "MessageAttribute.1.Value.StringValue": "v",
        },
        {"MessageBody": "hi", "MessageAttributes": {"n": {"DataType": "String", "StringValue": "v"}}},
    ),
    (
        {"Action": "ReceiveMessage", "AttributeName.1": "All", "MessageAttributeName.1": "n"},
        {"AttributeNames": ["All"], "MessageAttributeNames": ["n"]},
    ),
    (
        {"Action": "SetQueueAttributes", "Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "5"},
        {"Attributes": {"DelaySeconds": "5"}},
    ),
    (
        {"Action": "SendMessageBatch", **{f"SendMessageBatchRequestEntry.1.{k}": "x" for k in ("Id", "MessageBody")}},
        {"Entries": [{"Id": "x", "MessageBody": "x"}]},
    ),
]


@pytest.mark.parametrize(("pairs", "value"), FORMS)
@pytest.mark.parametrize("in_url", [False, True])
def test_forms_at_queue_urls(sqs: Any, pairs: dict[str, str], value: dict[str, Any], in_url: bool) -> None:  # noqa: FBT001 - a row
    given = request(pairs, "/123456789012/q", in_url=in_url)
    match = sqs.router.match(given)
    assert (match.operation.name, match.protocol) == (pairs["Action"], "query")
    wanted = match.operation.input.of_value({"QueueUrl": _URL, **value})
    assert match.operation.of_request(given, protocol="query") == wanted
    at_root = request({**pairs, "QueueUrl": _URL}, in_url=in_url)
    assert match.operation.of_request(at_root, protocol="query") == wanted
    assert match.operation.of_request(match.operation.to_request(wanted, protocol="query"), protocol="query") == wanted


def test_what_has_no_queue_gets_none(sqs: Any) -> None:
    given = request({"Action": "CreateQueue", "QueueName": "q", "Tag.1.Key": "k", "Tag.1.Value": "v"}, "/1/q")
    read = sqs.router.match(given).operation.of_request(given, protocol="query")
    assert read == sqs.CreateQueueRequest(queue_name="q", tags={"k": "v"})


def test_answers(sqs: Any) -> None:
    message = sqs.Message(body="hi", attributes={"SenderId": "s"})
    response = sqs.endpoints.ReceiveMessage.to_response(
        sqs.ReceiveMessageResult(messages=[message]), protocol="query", request_id="7"
    )
    assert response.body == (
        b'<ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult><Message>'
        b"<Body>hi</Body><Attribute><Name>SenderId</Name><Value>s</Value></Attribute></Message></ReceiveMessageResult>"
        b"<ResponseMetadata><RequestId>7</RequestId></ResponseMetadata></ReceiveMessageResponse>"
    )
    error = sqs.QueueDoesNotExist(message="none")
    refused = sqs.endpoints.SendMessage.error_to_response(error, protocol="query")
    assert b"<Code>AWS.SimpleQueueService.NonExistentQueue</Code>" in refused.body


def test_json_is_the_default_and_stays_as_it_is(sqs: Any) -> None:
    value = sqs.SendMessageRequest.of_value({"QueueUrl": "u", **FORMS[0][1]})
    written = sqs.endpoints.SendMessage.to_request(value)
    assert written.headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert b'"MessageAttributes":{"n":' in written.body
    assert sqs.router.match(written).protocol == "json"


def test_rows_speak_of_shapes_and_members_that_there_are() -> None:
    (row,) = load_patches()["names"]
    model = load_service("sqs").document
    shapes = model["shapes"]
    assert row["items"].keys() | row["entries"].keys() <= shapes.keys()
    for path in row["members"]:
        shape, _, member = path.partition(".")
        assert member in shapes[shape]["members"]
