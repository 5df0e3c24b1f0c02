"""Typed errors of what boto3 raises: the `response` of a `ClientError`."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from botobind import DecodeError, UnknownOperationError
from botobind_services import cloudwatch, dynamodb, s3

METADATA = {"RequestId": "id-1", "HTTPStatusCode": 400, "HTTPHeaders": {"date": "today"}, "RetryAttempts": 2}


def response(code: str, message: str | None = "why", **members: Any) -> dict[str, Any]:
    said = {"Code": code, **({} if message is None else {"Message": message}), **members.pop("said", {})}
    return {"Error": said, "ResponseMetadata": METADATA, **members}


def test_modelled_errors_have_members_and_what_is_said_of_them() -> None:
    item = {"pk": {"S": "a"}}
    raised = response("ConditionalCheckFailedException", message=None, Item=item, Message="why")
    error = dynamodb.endpoints.PutItem.error_of_value(raised)
    assert isinstance(error, dynamodb.ConditionalCheckFailedException)
    assert (error.message, error.item) == ("why", {"pk": dynamodb.AttributeValue(s="a")})
    assert (error.status, error.request_id, error.attempts, error.fault) == (400, "id-1", 3, "client")


Throttled = dynamodb.ProvisionedThroughputExceededException
THROTTLED = "ProvisionedThroughputExceededException"
OTHERS = [
    (dynamodb.endpoints.GetItem, response(THROTTLED), Throttled, "why", True),
    (
        dynamodb.endpoints.GetItem,
        response(f"a.b#{THROTTLED}:c"),
        Throttled,
        "why",
        True,
    ),
    (dynamodb.endpoints.GetItem, response("SlowDown"), UnknownOperationError, "why", True),
    (dynamodb.endpoints.GetItem, response("Odd", said={"Region": "x"}, More=1), UnknownOperationError, "why", False),
    (dynamodb.endpoints.GetItem, response("Odd", message=None), UnknownOperationError, None, False),
    (dynamodb.endpoints.GetItem, {}, UnknownOperationError, None, False),
    (s3.endpoints.GetObject, response("NoSuchKey", message=None, said={"Key": "a"}), s3.NoSuchKey, None, False),
    (cloudwatch.endpoints.GetDashboard, response("ResourceNotFound"), cloudwatch.DashboardNotFoundError, "why", False),
]


@pytest.mark.parametrize(("operation", "raised", "kind", "message", "retryable"), OTHERS)
def test_errors(operation: Any, raised: dict[str, Any], kind: type, message: str | None, retryable: object) -> None:
    error = operation.error_of_value(raised)
    assert (type(error), error.message, error.retryable) == (kind, message, retryable)
    if kind is UnknownOperationError and "More" in raised:
        assert error.members == {"Region": "x", "More": 1}
    assert error.request_id == raised.get("ResponseMetadata", {}).get("RequestId")


def test_codes_of_old(generate_once: Callable[..., ModuleType]) -> None:
    sqs: Any = generate_once("sqs", ("SendMessage", "GetQueueUrl"))
    legacy = "AWS.SimpleQueueService.NonExistentQueue"
    for said in ({"QueryErrorCode": "QueueDoesNotExist"}, {}):
        error = sqs.endpoints.SendMessage.error_of_value(response(legacy, said=said))
        assert isinstance(error, sqs.QueueDoesNotExist)
        assert (error.code, error.message) == (legacy, "why")


@pytest.mark.parametrize("raised", [None, "error", [("Error", {})]])
def test_what_is_no_response(raised: Any) -> None:
    with pytest.raises(DecodeError, match="expected object"):
        dynamodb.endpoints.GetItem.error_of_value(raised)
    with pytest.raises(DecodeError, match=r"\$\.Item: expected object"):
        dynamodb.endpoints.PutItem.error_of_value(response("ConditionalCheckFailedException", Item=3))
