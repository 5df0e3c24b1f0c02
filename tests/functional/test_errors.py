"""Errors of operations, and parts of services."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from support.models import PROTOCOLS, Generate, classes_of, model, operation, structure

from botobind import EncodeError, ModelError, UnknownOperationError

FAILING: dict[str, Any] = {
    "In": structure(Text="Text"),
    "Out": structure(Text="Text"),
    "Missing": {
        **structure(message="Text", Resource="Text"),
        "exception": True,
        "error": {"code": "NotFound", "httpStatusCode": 404, "senderFault": True},
    },
    "Broken": {**structure(Message="Text"), "exception": True, "fault": True, "retryable": {"throttling": True}},
    "Other": {**structure(Count="Count"), "exception": True},
}


def _failing(generate_once: Generate, protocol: str = "json") -> Any:
    operations = {
        "Go": operation("Go", "In", "Out", ("Missing", "Broken")),
        "Stay": operation("Stay", "In", "Out", ("Other",)),
        "Wait": operation("Wait", "In", None, ("Broken",)),
    }
    return generate_once(model(FAILING, protocol, operations))


def _told(package: Any, error: Any) -> str:
    match error:
        case package.Missing(resource=str(resource)):
            return f"missing {resource}"
        case package.Broken(message=message, throttling=True):
            return f"broken: {message}"
        case package.Other(count=int(count)):
            return f"other {count}"
        case UnknownOperationError(code=code):
            return f"unknown {code}"
    return "not an error"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("name", "json", "told"),
    [
        ("NotFound", {"Resource": "r"}, "missing r"),
        ("com.example#NotFound:http://example.com/", {"Resource": "r"}, "missing r"),
        ("Missing", {"Resource": "r"}, "missing r"),
        ("Broken", {"message": "m"}, "broken: m"),
        ("Broken", {"Message": "m"}, "broken: m"),
        ("Other", {"Count": 3}, "other 3"),
        ("Unheard", {"message": "m"}, "unknown Unheard"),
    ],
)
def test_errors_can_be_matched(
    generate_once: Generate, protocol: str, name: str, json: dict[str, Any], told: str
) -> None:
    package = _failing(generate_once, protocol)
    error = package.Out.error_of_json(name, json)
    assert _told(package, error) == told
    assert package.Out.error_of_json(name, package.Out.error_to_json(error)) == error
    assert package.Out.error_of_xml(name, package.Out.error_to_xml(error)).code == error.code
    operation = {"Other": package.endpoints.Stay, "Broken": package.endpoints.Wait}.get(name, package.endpoints.Go)
    assert operation.error_of_json(name, operation.error_to_json(error)) == error
    assert operation.error_of_xml(name, operation.error_to_xml(error)).code == error.code


@pytest.mark.parametrize("value", ["x", None, ValueError("x"), {"__type": "NotFound"}])
@pytest.mark.parametrize("method", ["error_to_json", "error_to_xml"])
def test_what_is_no_error_is_not_written(generate_once: Generate, method: str, value: object) -> None:
    package = _failing(generate_once)
    for owner in (package.Out, package.endpoints.Go, package.endpoints.Wait):
        with pytest.raises(EncodeError, match=f"expected an error of .*, got {type(value).__name__}"):
            getattr(owner, method)(value)


def test_facts_of_errors_are_on_their_classes(generate_once: Generate) -> None:
    package = _failing(generate_once)
    facts = [
        (cls.code, cls.status, cls.fault, cls.retryable, cls.throttling)
        for cls in (package.Missing, package.Broken, package.Other)
    ]
    assert facts == [
        ("NotFound", 404, "client", False, False),
        ("Broken", None, "server", True, True),
        ("Other", None, None, False, False),
    ]
    assert str(package.Missing(message="gone")) == "NotFound: gone"


def test_errors_can_be_raised_and_pickled(generate_once: Generate) -> None:
    package = _failing(generate_once)
    error = package.Missing(message="gone", resource="r")
    error.request_id = "id"
    with pytest.raises(package.Missing, match=r"^NotFound: gone$") as caught:
        raise error
    assert caught.value is error
    for copied in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error), copy.copy(error)):
        assert copied == error
        assert (copied.message, copied.resource, copied.request_id) == ("gone", "r", "id")
        assert hash(copied) == hash(error)
    assert error != package.Missing(message="gone", resource="s")
    unknown = UnknownOperationError("Odd", "why", {"a": 1})
    assert pickle.loads(pickle.dumps(unknown)) == unknown


def test_a_part_has_the_same_classes_as_the_whole(generate: Generate) -> None:
    operations = {
        "Go": operation("Go", "In", "Out", ("Missing",)),
        "Stay": operation("Stay", "In", "Out", ("Other",)),
        "Leave": operation("Leave", "Leaving", None, ("Broken",)),
    }
    shapes = {
        **FAILING,
        "Leaving": structure(Deep="Deep"),
        "Deep": structure(Text="Text"),
        "text": structure(),
        "Unused": structure(),
    }
    whole = generate(model(shapes, operations=operations))
    part = generate(model(shapes, operations=operations), operations=["Go"])
    assert list(part.endpoints.OPERATIONS) == ["Go"]
    assert [cls.SHAPE for cls in classes_of(part)] == ["In", "Missing", "Other", "Out"]
    for cls in classes_of(part):
        wire_struct = getattr(whole, cls.__name__)
        assert (cls.MEMBERS, cls.__annotations__, cls.__module__.rpartition(".")[2]) == (
            wire_struct.MEMBERS,
            wire_struct.__annotations__,
            wire_struct.__module__.rpartition(".")[2],
        )
    # Its operation is no part of it, but it answers with the same output.
    assert part.Out.error_of_json("Other", {"Count": 1}) == part.Other(count=1)


def test_a_part_needs_operations_that_exist(generate: Generate) -> None:
    with pytest.raises(ModelError, match="has no operation Fly"):
        generate(model(FAILING), operations=["Fly"])
