"""Pickles and copies of values: everything comes back, in other processes as well, and what is absent takes no room."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.models import EVERYTHING, Generate, model

from botobind import UnknownOperationError, pickling
from botobind.http import Headers, HttpRequest, HttpResponse
from botobind.pickling import maker_of
from botobind.testing import example, strategy
from botobind.timestamps import OutOfRangeDatetime
from botobind_services import dynamodb, lambda_, s3
from botobind_services import partnercentral_selling as selling

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


class Labelled(s3.Object):
    """A user's own class, whose values have more to keep."""


def labelled() -> Labelled:
    value = Labelled(key="a")
    value.label = "mine"  # type: ignore[attr-defined]
    return value


def answered() -> s3.InvalidObjectState:
    error = s3.InvalidObjectState(storage_class="GLACIER")
    error.message, error.status, error.request_id, error.attempts = "cold", 403, "r1", 2
    return error


VALUES: list[Any] = [
    s3.Object(),
    s3.Object(key="", size=0, checksum_algorithm=[], owner=s3.Owner()),
    s3.Object(last_modified=OutOfRangeDatetime(300_000_000_000)),
    s3.SimplePrefix(),
    lambda_.EnvironmentResponse(variables={"a": "b"}),
    dynamodb.AttributeValue(s="a"),
    dynamodb.AttributeValue(m={"a": dynamodb.AttributeValue(l=[dynamodb.AttributeValue(null=True)])}),
    dynamodb.AttributeValue(unknown_member="T"),
    dynamodb.AttributeValue(),
    dynamodb.AttributeValue(s="a", n="1"),
    example(selling.GetOpportunityResponse),
    labelled(),
    answered(),
    UnknownOperationError("Odd", "text", {"a": 1}),
    Headers({"a": "b"}),
    HttpRequest(method="GET", headers=Headers({"a": "b"})),
    HttpResponse(status=204),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_copies_are_equal_and_of_the_same_class(value: Any) -> None:
    pickled = [pickle.loads(pickle.dumps(value, protocol)) for protocol in PROTOCOLS]
    for copied in (copy.copy(value), copy.deepcopy(value), *pickled):
        assert type(copied) is type(value)
        assert copied == value
        assert repr(copied) == repr(value)
        assert getattr(copied, "__dict__", None) == getattr(value, "__dict__", None)


def test_a_copy_shares_members_and_a_deep_copy_none() -> None:
    value = dynamodb.AttributeValue(l=[dynamodb.AttributeValue(ss=["a"])])
    assert copy.copy(value).l is value.l
    deep = copy.deepcopy(value)
    assert deep.l is not None
    assert deep.l[0] is not value.l[0]  # type: ignore[index]
    # Two places that have the same value have the same copy.
    tag = s3.Tag(key="a", value="b")
    first, second = pickle.loads(pickle.dumps([tag, tag]))
    assert first is second


@settings(max_examples=20)
@given(st.lists(strategy(dynamodb.QueryOutput) | strategy(s3.Object), max_size=3))
def test_drawn_values_come_back(values: list[Any]) -> None:
    for copied in (pickle.loads(pickle.dumps(values)), copy.deepcopy(values)):
        assert copied == values
        assert repr(copied) == repr(values)


def test_values_from_another_process() -> None:
    values = [value for value in VALUES if not isinstance(value, Labelled)]
    program = "import pickle, sys; sys.stdout.buffer.write(pickle.dumps(pickle.load(sys.stdin.buffer)))"
    there = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], input=pickle.dumps(values), capture_output=True, check=True
    )
    assert pickle.loads(there.stdout) == values


def test_pickles_are_smaller_than_those_of_dicts() -> None:
    objects = [
        s3.Object(key=f"{n}", size=n, etag='"a"', last_modified=datetime(2024, 1, 1, 0, 0, n, tzinfo=UTC))
        for n in range(50)
    ]
    items = [{"id": dynamodb.AttributeValue(s=f"{n}"), "n": dynamodb.AttributeValue(n=f"{n}")} for n in range(50)]
    dicts = [value.to_value() for value in objects]
    assert len(pickle.dumps(objects)) < len(pickle.dumps(dicts))
    # Unions hold one member with a short name: what one more takes is about the same.
    tree = [{name: value.to_value() for name, value in item.items()} for item in items]
    ours, theirs = (len(pickle.dumps(all_)) - len(pickle.dumps(all_[:-10])) for all_ in (items, tree))
    assert ours < theirs * 1.2


def test_a_copy_of_headers_has_a_list_of_its_own() -> None:
    headers = Headers([("a", "b"), ("A", "c")])
    copied = copy.copy(headers)
    copied.add("d", "e")
    assert headers.pairs() == [("a", "b"), ("A", "c")]
    plain = len(pickle.dumps(headers))
    headers.by_lower_name()
    assert len(pickle.dumps(headers)) == plain


@pytest.mark.parametrize(
    ("cls", "names", "expected"),
    [
        (s3.Tag, ("key", "gone"), s3.Tag(key="1")),  # type: ignore[call-arg]
        (s3.Tag, (), s3.Tag.__new__(s3.Tag)),
        (dynamodb.AttributeValue, ("gone",), dynamodb.AttributeValue(unknown_member="gone")),
        (dynamodb.AttributeValue, ("s",), dynamodb.AttributeValue(s="1")),
    ],
)
def test_members_that_another_model_has_not(cls: type[Any], names: tuple[str, ...], expected: Any) -> None:
    made = maker_of(cls, names)(*map(str, range(1, len(names) + 1)))
    if names:
        assert made == expected
    else:
        assert (made.key, made.value) == (None, None)


@pytest.mark.parametrize("times", [1, pickling._MANY - 1, pickling._MANY, pickling._MANY + 1, 100])
def test_functions_are_compiled_for_many(generate_once: Generate, times: int) -> None:
    package = generate_once({**model(EVERYTHING), "metadata": {"serviceId": f"Times{times}"}})
    values = [package.Everything(text=f"{n}", count=n, empty=package.Empty()) for n in range(times)]
    pickled = pickle.dumps(values)
    for _ in range(3):
        assert pickle.loads(pickled) == values
        assert pickle.dumps(pickle.loads(pickled)) == pickled


def test_sets_of_members_are_not_remembered_without_end(generate_once: Generate) -> None:
    package = generate_once(model(EVERYTHING))
    names = [*package.Everything.MEMBERS][:11]
    values = []
    for number in range(2**11):
        value = package.Everything()
        for place, name in enumerate(names):
            setattr(value, name, "x" if number >> place & 1 else None)
        values.append(value)
    assert pickle.loads(pickle.dumps(values)) == values
    members = pickling._members_of(package.Everything)
    assert len(members._makers) <= pickling._MOST_SETS
    assert len(members._by_mask) <= pickling._MOST_SETS
