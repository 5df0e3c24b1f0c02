"""StartEngagementByAcceptingInvitationTask from end to end: its request, its response and each of its errors."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from botobind import DecodeError, ServiceError, UnknownOperationError, ValidationError
from botobind.bodies import dump_body, parse_body
from botobind.shapes import ErrorShape
from botobind_services import partnercentral_selling as selling

Request = selling.StartEngagementByAcceptingInvitationTaskRequest
Response = selling.StartEngagementByAcceptingInvitationTaskResponse

RESPONSE: dict[str, Any] = {
    "TaskId": "task-0123456789abc",
    "TaskArn": "arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/task-0123456789abc",
    "StartTime": "2024-05-01T10:00:00.123Z",
    "TaskStatus": "FAILED",
    "Message": "<&> went wrong",
    "ReasonCode": "InvitationAccessDenied",
    "OpportunityId": "O1234567",
    "ResourceSnapshotJobId": "job-0123456789abc",
    "EngagementInvitationId": "engi-0123456789abc",
}

ERRORS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "AccessDeniedException",
        {"Message": "no", "Reason": "ACCESS_DENIED"},
        {"message": "no", "reason": "ACCESS_DENIED"},
    ),
    ("ConflictException", {"Message": "taken"}, {"message": "taken"}),
    ("InternalServerException", {"Message": "oops"}, {"message": "oops"}),
    ("ResourceNotFoundException", {"Message": "gone"}, {"message": "gone"}),
    ("ServiceQuotaExceededException", {"Message": "full"}, {"message": "full"}),
    ("ThrottlingException", {"Message": "slow"}, {"message": "slow"}),
    (
        "ValidationException",
        {
            "Message": "bad",
            "Reason": "REQUEST_VALIDATION_FAILED",
            "ErrorList": [{"FieldName": "a", "Message": "b", "Code": "c"}],
        },
        {"message": "bad", "reason": "REQUEST_VALIDATION_FAILED"},
    ),
]


def test_the_request() -> None:
    request = Request.make(catalog="AWS", identifier="engi-0123456789abc")
    assert request.to_json() == {"Catalog": "AWS", "Identifier": "engi-0123456789abc"}
    assert request.to_value() == {"Catalog": "AWS", "Identifier": "engi-0123456789abc"}
    assert request.client_token is None, "the token is for the operation to fill in"
    with_token = Request.make(catalog="AWS", identifier="engi-0123456789abc", client_token="t1")
    assert json.loads(with_token.to_string()) == {
        "Catalog": "AWS",
        "Identifier": "engi-0123456789abc",
        "ClientToken": "t1",
    }


def test_every_violation_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Request.make(catalog="A W S", identifier="nobody", client_token="")
    assert [violation.path for violation in caught.value.violations] == ["$.Catalog", "$.ClientToken", "$.Identifier"]


def test_a_request_must_have_what_the_model_requires() -> None:
    with pytest.raises(TypeError, match="identifier"):
        Request(catalog="AWS")  # type: ignore[call-arg] # on purpose
    with pytest.raises(DecodeError, match=r"^\$\.Identifier: required member is missing$"):
        Request.of_json({"Catalog": "AWS"})


def test_the_response() -> None:
    response = Response.of_string(json.dumps(RESPONSE).encode())
    assert response.start_time == datetime(2024, 5, 1, 10, 0, 0, 123_000, tzinfo=UTC)
    assert response.task_status == selling.TaskStatus.FAILED
    assert response.reason_code == selling.ReasonCode.INVITATION_ACCESS_DENIED
    assert response.message == "<&> went wrong"
    assert response.to_json() == RESPONSE


@pytest.mark.parametrize("body_format", ["json", "xml", "query", "cbor"])
def test_the_response_makes_a_round_trip(body_format: str) -> None:
    response = Response.of_json(RESPONSE)
    assert parse_body(Response, dump_body(response, body_format), body_format) == response


def test_the_response_as_trees() -> None:
    response = Response.of_json(RESPONSE)
    assert Response.of_value(response.to_value()) == response
    assert Response.of_xml(response.to_xml()) == response
    assert Response.of_query(response.to_query()) == response
    assert Response.of_cbor(response.to_cbor()) == response
    assert pickle.loads(pickle.dumps(response)) == response
    assert copy.deepcopy(response) == response


def test_a_service_may_leave_out_what_its_model_requires() -> None:
    assert Response.of_json({}) == Response()
    assert Response.of_json({"TaskStatus": "NEW_ONE", "Unknown": 1}).task_status == "NEW_ONE"


def test_a_wrong_type_has_a_path() -> None:
    with pytest.raises(DecodeError, match=r"^\$\.TaskId: expected str, got list$"):
        Response.of_json({"TaskId": [5]})


def xml_of(name: str, members: dict[str, Any]) -> Any:
    root = etree.Element("ErrorResponse")
    error = etree.SubElement(root, "Error")
    etree.SubElement(error, "Code").text = name
    for key, value in members.items():
        if isinstance(value, str):
            etree.SubElement(error, key).text = value
        else:
            child = etree.SubElement(error, key)
            for item in value:
                entry = etree.SubElement(child, "member")
                for inner, text in item.items():
                    etree.SubElement(entry, inner).text = text
    return root


@pytest.mark.parametrize(("name", "members", "attributes"), ERRORS)
@pytest.mark.parametrize("spelling", ["{}", "com.amazonaws.selling#{}", "aws#{}:http://internal.example/coral/"])
def test_each_error(name: str, members: dict[str, Any], attributes: dict[str, Any], spelling: str) -> None:
    cls = getattr(selling, name)
    for error in (
        Response.error_of_json(spelling.format(name), members),
        Response.error_of_xml(spelling.format(name), xml_of(name, members)),
        selling.endpoints.StartEngagementByAcceptingInvitationTask.error_of_json(spelling.format(name), members),
        selling.endpoints.StartEngagementByAcceptingInvitationTask.error_of_xml(
            spelling.format(name), xml_of(name, members)
        ),
    ):
        assert type(error) is cls
        assert isinstance(error, ServiceError)
        assert error.code == name
        assert {key: getattr(error, key) for key in attributes} == attributes
        assert str(error) == f"{name}: {members['Message']}"
        assert isinstance(error, ErrorShape)
        document = Response.error_to_json(error)
        assert document == {"__type": name, **members}
        assert Response.error_of_json(document["__type"], document) == error
        element = Response.error_to_xml(error)
        assert element.findtext("Code") == name
        assert Response.error_of_xml(name, element) == error
        assert pickle.loads(pickle.dumps(error)) == error


def test_an_error_that_is_not_modelled() -> None:
    error = Response.error_of_json("x#TeapotException", {"message": "short and stout", "Spout": 1, "__type": "x"})
    assert error == UnknownOperationError(
        "TeapotException", "short and stout", {"message": "short and stout", "Spout": 1}
    )
    document = Response.error_to_json(error)
    assert document == {"__type": "TeapotException", "message": "short and stout", "Spout": 1}
    assert Response.error_of_json("TeapotException", document) == error
    element = Response.error_to_xml(UnknownOperationError("Teapot", "hot"))
    assert Response.error_of_xml("Teapot", element) == UnknownOperationError("Teapot", "hot", {"Message": "hot"})


def told(error: ServiceError) -> str:
    match error:
        case selling.ConflictException(message=message):
            return f"conflict {message}"
        case selling.ThrottlingException() | selling.InternalServerException():
            return "later"
        case UnknownOperationError(code=code):
            return code
        case _:
            return "other"


def test_errors_match() -> None:
    assert told(Response.error_of_json("ConflictException", {"Message": "m"})) == "conflict m"
    assert told(Response.error_of_json("ThrottlingException", {})) == "later"
    assert told(Response.error_of_json("Nope", {})) == "Nope"


def test_the_operation() -> None:
    operation = selling.endpoints.OPERATIONS["StartEngagementByAcceptingInvitationTask"]
    assert operation is selling.endpoints.StartEngagementByAcceptingInvitationTask
    assert (operation.method, operation.uri, operation.protocols) == ("POST", "/", ("json",))
    assert operation.input is Request
    assert operation.output is Response
    assert sorted(error.__name__ for error in operation.errors) == [name for name, _, _ in ERRORS]
    with pytest.raises(KeyError, match="Did you mean 'StartEngagementFromOpportunityTask'"):
        selling.endpoints.OPERATIONS["StartEngagementFromOpportunityTasks"]


def test_the_example_runs() -> None:
    example = Path(__file__).parents[1] / "examples" / "start_engagement.py"
    done = subprocess.run([sys.executable, str(example)], check=True, capture_output=True, text=True)
    assert "conflict" not in done.stderr
    assert "ConflictException 400 - The invitation was accepted already." in done.stdout
    assert "failed: True" in done.stdout
