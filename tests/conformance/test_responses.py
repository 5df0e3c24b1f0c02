"""The response vectors: these responses become outputs and errors, and outputs and errors become such responses."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from conformance.comparing import comparable_response, response_of
from conformance.exceptions import params
from conformance.vectors import Case, Generate, cases, comparable, need_vectors, spellings

from botobind.http import HttpResponse

need_vectors()


def written(case: Case, package: ModuleType) -> HttpResponse:
    """The response that a server makes of the vector's value, for a request that has the vector's id."""
    operation = case.operation(package)
    answer = operation.answer_of(response_of(case), protocol=case.protocol)
    value: Any = getattr(package.values, case.shape).of_value(case.value) if case.shape else None
    if case.error:
        # Some errors have a message that is no member of theirs.
        value.message = answer.value.message
    write = operation.error_to_response if case.error else operation.to_response
    return write(value, protocol=case.protocol, request_id=answer.metadata.request_id)


def assert_is_result(case: Case, package: ModuleType, response: HttpResponse) -> None:
    read = case.operation(package).of_response(response, protocol=case.protocol)
    if case.shape is None:
        assert read is None
        assert case.value == {}
        return
    assert type(read) is getattr(package.values, case.shape)
    assert comparable(read.to_value()) == comparable(case.value)
    if case.error:
        assert read.code == case.vector["errorCode"]
        assert read.message == case.vector.get("errorMessage", read.message)
        assert read.status == response.status


def compared(case: Case, response: HttpResponse) -> tuple[dict[str, Any], dict[str, Any]]:
    return comparable_response(case, response), comparable_response(case, response_of(case))


@pytest.mark.parametrize("case", params(cases("output"), "read"))
def test_responses_of_the_vectors_become_results(generate_once: Generate, case: Case) -> None:
    assert_is_result(case, case.package(generate_once), response_of(case))


@pytest.mark.parametrize("case", params(cases("output"), "returned"))
def test_responses_of_ours_become_results(generate_once: Generate, case: Case) -> None:
    package = case.package(generate_once)
    assert_is_result(case, package, written(case, package))


@pytest.mark.parametrize("case", params(cases("output"), "written"))
def test_results_become_the_responses_of_the_vectors(generate_once: Generate, case: Case) -> None:
    response = written(case, case.package(generate_once))
    ours, theirs = next(
        (pair for spelling in spellings(case) if (pair := compared(spelling, response))[0] == pair[1]),
        compared(case, response),
    )
    assert ours == theirs
