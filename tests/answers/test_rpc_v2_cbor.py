"""Answers of smithy-rpc-v2-cbor: what names an error, and what is no response of the protocol."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

from botobind.errors import ResponseError, UnknownOperationError
from botobind.http import HttpResponse
from botobind_services import cloudwatch

LIST = cloudwatch.endpoints.ListMetrics
DASHBOARD = cloudwatch.endpoints.GetDashboard
PROTOCOL = {"Smithy-Protocol": "rpc-v2-cbor"}


def _answer(operation: Any, tree: Any, status: int = 200, **headers: str) -> Any:
    given = {name.replace("_", "-"): text for name, text in headers.items()}
    response = HttpResponse(status=status, headers={**PROTOCOL, **given}, body=cbor2.dumps(tree))
    return operation.of_response(response, protocol="smithy-rpc-v2-cbor")


@pytest.mark.parametrize(
    ("tree", "headers", "code", "members"),
    [
        ({"__type": "a.b#Odd", "message": "m"}, {}, "Odd", {"message": "m"}),
        ({"__type": "Odd", "code": "c", "Code": "C"}, {}, "Odd", {"code": "c", "Code": "C"}),
        ({"code": "Odd", "message": "m"}, {}, "400", {"code": "Odd", "message": "m"}),
        ({"Code": "Odd"}, {}, "400", {"Code": "Odd"}),
        ({}, {"x_amzn_errortype": "Odd"}, "400", {}),
        ({"message": "m"}, {"x_amzn_query_error": "Old.Code;Sender"}, "Old.Code", {"message": "m"}),
    ],
)
def test_what_names_an_error(tree: Any, headers: dict[str, str], code: str, members: Any) -> None:
    error = _answer(LIST, tree, 400, **headers)
    assert isinstance(error, UnknownOperationError)
    assert (error.code, error.members, error.message) == (code, members, members.get("message", error.message))


def test_that_other_json_protocols_know_more_names() -> None:
    error = LIST.of_response(HttpResponse(status=400, body=b'{"code":"Odd"}'), protocol="json")
    assert isinstance(error, UnknownOperationError)
    assert error.code == "Odd"


@pytest.mark.parametrize("headers", [{}, {"smithy-protocol": "rpc-v2-json"}, {"Content-Type": "application/cbor"}])
def test_an_answer_of_no_protocol(headers: dict[str, str]) -> None:
    body = cbor2.dumps({"Metrics": []})
    with pytest.raises(ResponseError, match="expected the header smithy-protocol") as refused:
        LIST.of_response(HttpResponse(headers=headers, body=body), protocol="smithy-rpc-v2-cbor")
    assert refused.value.body == body
    named = HttpResponse(status=403, headers=headers, body=cbor2.dumps({"__type": "Denied"}))
    error = LIST.of_response(named, protocol="smithy-rpc-v2-cbor")
    assert isinstance(error, UnknownOperationError)
    assert (error.code, error.message) == ("403", "Forbidden")


@pytest.mark.parametrize("status", [201, 202, 299])
def test_an_error_under_another_status_of_success(status: int) -> None:
    error = _answer(DASHBOARD, {"__type": "ResourceNotFound", "message": "gone"}, status)
    assert isinstance(error, cloudwatch.DashboardNotFoundError)
    assert (error.message, error.status, error.retryable) == ("gone", status, True)
    assert _answer(DASHBOARD, {"DashboardName": "d"}, status) == cloudwatch.GetDashboardOutput(dashboard_name="d")
    assert _answer(DASHBOARD, {"__type": "x", "DashboardName": "d"}).dashboard_name == "d"


def test_the_header_in_any_case() -> None:
    assert _answer(LIST, {}) == cloudwatch.ListMetricsOutput()
    written = LIST.to_response(cloudwatch.ListMetricsOutput(), protocol="smithy-rpc-v2-cbor")
    assert LIST.of_response(written, protocol="smithy-rpc-v2-cbor") == cloudwatch.ListMetricsOutput()
