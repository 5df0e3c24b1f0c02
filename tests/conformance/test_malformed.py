"""Smithy's malformed requests: a server refuses each with the status, the code and the paths that it should."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conformance.smithy import Malformed, malformed, need_cases
from conformance.smithy_exceptions import malformed_params
from conformance.vectors import Generate

from botobind.errors import RequestError
from botobind.http import HttpResponse
from botobind.operations import Operation

need_cases()


def answer(operation: Operation[Any, Any, Any], case: Malformed) -> HttpResponse | None:
    try:
        operation.of_request(case.http)
    except RequestError as error:
        return operation.refusal_of(error)
    return None


@pytest.mark.parametrize("case", malformed_params(malformed()))
def test_malformed_requests_are_refused(generate_once: Generate, case: Malformed) -> None:
    response = answer(generate_once(case.model).endpoints.OPERATIONS[case.operation], case)
    assert response is not None
    assert response.status == case.response["code"]
    for name, text in case.response.get("headers", {}).items():
        assert response.headers[name] == text
    wanted = case.response.get("body", {}).get("assertion", {}).get("contents")
    if wanted is not None:
        assert isinstance(response.body, bytes)
        found = json.loads(response.body)
        del found["__type"]
        assert found == json.loads(wanted)
