"""Errors that all operations have in common: kept in one table, told apart as ever."""

from __future__ import annotations

import typing
from typing import Any

import pytest
from lxml import etree
from support.models import model, operation, structure

from botobind.errors import UnknownOperationError
from botobind.http import HttpResponse

COMMON = tuple(f"Common{number}" for number in range(12))
SHAPES = {
    "Thing": structure(Text="Text"),
    **{name: {**structure(Text="Text"), "exception": True} for name in (*COMMON, "Own")},
}
OPERATIONS = {
    "GetThing": operation("GetThing", "Thing", "Thing", (*COMMON, "Own")),
    "PutThing": operation("PutThing", "Thing", None, COMMON),
}


@pytest.fixture(scope="module", params=["ec2", "query", "json", "rest-xml"])
def package(request: pytest.FixtureRequest, generate_once: Any) -> Any:
    return generate_once(model(SHAPES, request.param, OPERATIONS))


def test_they_are_in_one_place(package: Any) -> None:
    module = __import__(f"{package.__name__}.values.common_errors", fromlist=["_"])
    tables = [value for value in vars(module).values() if isinstance(value, dict) and set(COMMON) <= value.keys()]
    assert tables == [{name: name for name in COMMON}]


def test_operations_know_all_of_theirs(package: Any) -> None:
    operations = package.endpoints.OPERATIONS
    names = {name: [error.__name__ for error in operations[name].errors] for name in OPERATIONS}
    assert sorted(names["PutThing"]) == sorted(COMMON)
    assert sorted(names["GetThing"]) == sorted([*COMMON, "Own"])
    for name, errors in names.items():
        union = getattr(package.values.operation_errors, name)
        assert sorted(each.__name__ for each in typing.get_args(union)) == sorted([*errors, "UnknownOperationError"])


@pytest.mark.parametrize(
    ("code", "get", "put"),
    [("Common7", "Common7", "Common7"), ("Own", "Own", "Other"), ("Nowhere", "Other", "Other")],
)
def test_they_are_decoded(package: Any, code: str, get: str, put: str) -> None:
    for name, expected in (("GetThing", get), ("PutThing", put)):
        one = package.endpoints.OPERATIONS[name]
        error = one.of_response(response(one.protocols[0], code))
        if expected == "Other":
            assert type(error) is UnknownOperationError
        else:
            assert type(error) is getattr(package.values, expected)
            assert error.text == "why"
        assert error.code == code


def response(protocol: str, code: str) -> HttpResponse:
    if protocol == "json":
        return HttpResponse(status=400, headers={}, body=f'{{"__type": "{code}", "Text": "why"}}'.encode())
    error = f"<Error><Code>{code}</Code><Text>why</Text></Error>"
    body = (
        f"<Response><Errors>{error}</Errors></Response>"
        if protocol == "ec2"
        else f"<ErrorResponse>{error}</ErrorResponse>"
    )
    return HttpResponse(status=400, headers={}, body=body.encode())


def test_an_output_decodes_them_too(package: Any) -> None:
    output = package.values.Thing
    element = etree.fromstring("<Error><Text>why</Text></Error>")
    assert type(output.error_of_xml("Common3", element)) is package.values.Common3
    assert type(output.error_of_json("Own", {"Text": "why"})) is package.values.Own
    assert type(output.error_of_json("Nowhere", {})) is UnknownOperationError
