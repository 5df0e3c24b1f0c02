"""Where values differ is told by the paths of the API, without secrets."""

from __future__ import annotations

from typing import Any

import pytest

from botobind.testing.differences import Difference, differences, explained
from botobind.testing.fixtures import pytest_assertrepr_compare
from botobind_services import dynamodb, s3, sts

X, Y = dynamodb.AttributeValue(s="x"), dynamodb.AttributeValue(s="y")
GET = dynamodb.GetItemInput(table_name="things", key={"a": X})


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (GET, dynamodb.GetItemInput(table_name="things", key={"a": X}), []),
        (GET, dynamodb.GetItemInput(table_name="others", key={"a": X}), ["$.TableName: 'things' != 'others'"]),
        (GET, dynamodb.GetItemInput(table_name="things", key={"a": Y}), ["$.Key['a'].S: 'x' != 'y'"]),
        (
            GET,
            dynamodb.GetItemInput(table_name="things", key={"b": X}, consistent_read=True),
            [
                "$.Key['a']: AttributeValue(s='x') != nothing",
                "$.Key['b']: nothing != AttributeValue(s='x')",
                "$.ConsistentRead: None != True",
            ],
        ),
        (
            dynamodb.ScanOutput(items=[{"a": X}, {"a": X}]),
            dynamodb.ScanOutput(items=[{"a": Y}]),
            ["$.Items[0]['a'].S: 'x' != 'y'", "$.Items: 2 items != 1 items"],
        ),
        (X, dynamodb.AttributeValue(n="1"), ["$.S: 'x' != None", "$.N: None != '1'"]),
        (
            s3.ServerSideEncryptionByDefault(sse_algorithm="aws:kms", kms_master_key_id="hunter2"),
            s3.ServerSideEncryptionByDefault(sse_algorithm="aws:kms", kms_master_key_id="hunter3"),
            ["$.KMSMasterKeyID: a sensitive value != a sensitive value"],
        ),
        (
            sts.MalformedPolicyDocumentException(message="a" * 200),
            sts.MalformedPolicyDocumentException(message="b"),
            [f"$.message: '{'a' * 118}… != 'b'"],
        ),
        (s3.NoSuchKey(message="a"), s3.NoSuchKey(), ["$.message: 'a' != None"]),
    ],
)
def test_differences(left: Any, right: Any, found: list[str]) -> None:
    assert [*map(str, differences(left, right))] == found
    lines = explained(left, right)
    assert (lines or [""])[1:] == found
    assert pytest_assertrepr_compare("==", left, right) == lines
    assert pytest_assertrepr_compare("!=", left, right) is None


def test_others_are_left_to_pytest() -> None:
    assert explained(GET, X) is None
    assert explained([GET], [GET]) is None


def test_many_differences_are_counted() -> None:
    left, right = (dynamodb.ScanOutput(items=[{"n": dynamodb.AttributeValue(n=n)}] * 30) for n in ("1", "2"))
    assert (explained(left, right) or [])[-1] == "and 10 more"
    assert differences(left, right)[0] == Difference("$.Items[0]['n'].N", "'1'", "'2'")


def said_by_a_member() -> s3.InvalidObjectState:
    """An error as it is read where a member is the message, as OAuth's errors are."""
    error = s3.InvalidObjectState(storage_class="GLACIER")
    error.message = "GLACIER"
    return error


def test_errors_whose_message_is_a_member() -> None:
    written = s3.InvalidObjectState(storage_class="GLACIER")
    assert written == said_by_a_member()
    assert list(differences(written, said_by_a_member())) == []
    other = s3.InvalidObjectState(storage_class="GLACIER", message="gone")
    assert written != other
    assert [str(each) for each in differences(written, other)] == ["$.message: None != 'gone'"]
