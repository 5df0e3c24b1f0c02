"""What is peculiar to a service: rows of the table of patches, and what they make of responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from support.models import list_of, model, structure

from botobind.bodies import parse_body
from botobind.errors import ModelError
from botobind.http import HttpResponse

Generate = Callable[..., Any]
WHEN = datetime(2026, 4, 10, 15, 52, 1, 122_000, tzinfo=UTC)
MILLISECONDS, SECONDS = 1775836321122, 1775836321.122

MILLIS = {
    "Holder": structure(Time="Late", Times="Times", Plain="Time"),
    "Late": {"type": "timestamp", "milliseconds": True},
    "Times": list_of("Late"),
}


@pytest.mark.parametrize("protocol", ["json", "rest-json", "smithy-rpc-v2-cbor"])
@pytest.mark.parametrize("given", [MILLISECONDS, SECONDS, "2026-04-10T15:52:01.122Z"])
def test_milliseconds_where_the_model_says_seconds(generate_once: Generate, protocol: str, given: Any) -> None:
    cls = generate_once(model(MILLIS, protocol)).Holder
    document = json.dumps({"Time": given, "Times": [given], "Plain": SECONDS}).encode()
    if protocol == "smithy-rpc-v2-cbor":
        assert cls.of_cbor({"Time": given, "Times": [given], "Plain": SECONDS}).time == WHEN
        return
    for _ in range(4):
        value = parse_body(cls, document, "json")
        assert (value.time, value.times, value.plain) == (WHEN, [WHEN], WHEN)
    assert value.to_json()["Time"] == SECONDS


@pytest.mark.parametrize(
    ("service", "operation", "body", "attribute"),
    [
        ("devops-agent", "CreateChat", {"executionId": "e", "createdAt": MILLISECONDS}, "created_at"),
        ("wellarchitected", "GetProfileTemplate", {"ProfileTemplate": {"CreatedAt": MILLISECONDS}}, "profile_template"),
        (
            "dms",
            "DescribeTableStatistics",
            {"TableStatistics": [{"FullLoadEndTime": MILLISECONDS * 1.0}]},
            "table_statistics",
        ),
    ],
)
def test_services_that_answer_in_milliseconds(
    generate_once: Generate, service: str, operation: str, body: dict[str, Any], attribute: str
) -> None:
    called = generate_once(service, (operation,)).endpoints.OPERATIONS[operation]
    for _ in range(3):
        found = getattr(called.of_response(HttpResponse(body=json.dumps(body).encode())), attribute)
        found = found[0].full_load_end_time if service == "dms" else getattr(found, "created_at", found)
        assert found == WHEN


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
        ("QueueNameExists", "QueueAlreadyExists"),
        ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"),
        ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"),
        ("KmsThrottled", "KMS.ThrottlingException"),
        ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"),
    ],
)
def test_codes_of_sqs(generate_once: Generate, shape: str, code: str) -> None:
    package = generate_once("sqs", ("SendMessage", "SendMessageBatch", "CreateQueue", "DeleteMessage"))
    operation = next(
        each for each in package.endpoints.OPERATIONS.values() if any(shape == error.SHAPE for error in each.errors)
    )
    error = next(cls for cls in operation.errors if shape == cls.SHAPE)(message="m")
    response = operation.error_to_response(error)
    assert response.headers["x-amzn-query-error"] == f"{code};Sender"
    assert json.loads(response.body)["__type"] == shape
    read = operation.of_response(response)
    assert (type(read), read.code, read.message, read.fault) == (type(error), code, "m", "client")


def test_a_text_beside_a_header_has_to_be_there(generate: Generate) -> None:
    members = {"Time": {"shape": "Time", "location": "header", "textMember": "Missing"}}
    with pytest.raises(ModelError, match="missing member 'Missing'"):
        generate(model({"Holder": {"type": "structure", "members": members}}, "rest-json"))
