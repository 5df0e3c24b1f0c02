"""Smithy's cases: requests and responses in both directions, as for the vectors of botocore."""

from __future__ import annotations

import pytest
from conformance.comparing import as_sent, comparable_response, request_of, response_of, seen_request, wanted_request
from conformance.smithy import SmithyCase, cases, need_cases
from conformance.smithy_exceptions import params
from conformance.test_requests import assert_is_input
from conformance.test_requests import written as written_request
from conformance.test_responses import assert_is_result
from conformance.test_responses import written as written_response
from conformance.vectors import Generate

need_cases()


def _of(peer: str, side: str) -> list[SmithyCase]:
    return [case for case in cases("input" if side == "input" else "output") if case.applies_to(peer)]


@pytest.mark.parametrize("case", params(_of("client", "input"), "written"))
def test_inputs_become_the_requests_of_the_cases(generate_once: Generate, case: SmithyCase) -> None:
    operation = case.operation(case.package(generate_once))
    host, request = as_sent(operation, written_request(case, operation), case.endpoint)
    assert seen_request(case, host, request) == wanted_request(case)


@pytest.mark.parametrize("case", params(_of("server", "input"), "read"))
def test_requests_of_the_cases_become_inputs(generate_once: Generate, case: SmithyCase) -> None:
    package = case.package(generate_once)
    assert_is_input(case, package, request_of(case, written_request(case, case.operation(package))))


@pytest.mark.parametrize("case", params(_of("client", "output"), "read"))
def test_responses_of_the_cases_become_results(generate_once: Generate, case: SmithyCase) -> None:
    assert_is_result(case, case.package(generate_once), response_of(case))


@pytest.mark.parametrize("case", params(_of("server", "output"), "written"))
def test_results_become_the_responses_of_the_cases(generate_once: Generate, case: SmithyCase) -> None:
    response = written_response(case, case.package(generate_once))
    assert comparable_response(case, response) == comparable_response(case, response_of(case))
