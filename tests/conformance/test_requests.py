"""The request vectors: inputs become these requests, and these requests become inputs."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from conformance.comparing import as_sent, request_of, seen_request, wanted_request
from conformance.exceptions import params
from conformance.losses import left_of_input
from conformance.vectors import TOKEN, Case, Generate, cases, comparable, need_vectors

from botobind import idempotency
from botobind.http import HttpRequest
from botobind.operations import Operation

need_vectors()


def written(case: Case, operation: Operation[Any, Any, Any]) -> HttpRequest:
    value = None if operation.input is None else operation.input.of_value(case.value)
    with idempotency.tokens_from(lambda: TOKEN):
        return operation.to_request(value, protocol=case.protocol)


def assert_is_input(case: Case, package: ModuleType, request: HttpRequest) -> None:
    operation = case.operation(package)
    read = operation.of_request(request, protocol=case.protocol)
    if operation.input is None:
        assert read is None
    else:
        assert type(read) is operation.input
        assert comparable(read.to_value()) == comparable(left_of_input(case, package).to_value())


@pytest.mark.parametrize("case", params(cases("input"), "written"))
def test_inputs_become_the_requests_of_the_vectors(generate_once: Generate, case: Case) -> None:
    operation = case.operation(case.package(generate_once))
    host, request = as_sent(operation, written(case, operation), case.endpoint)
    assert seen_request(case, host, request) == wanted_request(case)


@pytest.mark.parametrize("case", params(cases("input"), "read"))
def test_requests_of_the_vectors_become_inputs(generate_once: Generate, case: Case) -> None:
    package = case.package(generate_once)
    assert_is_input(case, package, request_of(case, written(case, case.operation(package))))


@pytest.mark.parametrize("case", params(cases("input"), "returned"))
def test_requests_of_ours_become_inputs(generate_once: Generate, case: Case) -> None:
    package = case.package(generate_once)
    assert_is_input(case, package, written(case, case.operation(package)))
