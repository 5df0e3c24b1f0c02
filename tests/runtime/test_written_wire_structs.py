"""JSON that is written by way of wire structs beside that of trees: the same bytes, and the same refusals."""

from __future__ import annotations

import io
import math
from collections import deque
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from support.wire_structs import CLASSES

from botobind import EncodeError, ValidationError
from botobind.formats import json
from botobind.rules.structs import struct_of
from botobind.testing import example, strategy
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling

A = dynamodb.AttributeValue


def both(value: Any) -> list[bytes]:
    """The JSON of the tree, and that of the wire struct."""
    if value.IN_BODY is None:
        return [json.dump(value.to_json()), json.dump(value.to_wire_struct())]
    return [json.dump(value.to_json_body()), json.dump(value.to_wire_struct_body())]


@pytest.mark.parametrize("cls", CLASSES)
def test_wire_structs_are_written_as_trees_are(cls: Any) -> None:
    by_tree, by_wire_struct = both(example(cls))
    assert by_wire_struct == by_tree
    empty = cls.__new__(cls)
    for attribute in cls._attributes():
        setattr(empty, attribute, None)
    assert both(empty) == [b"{}", b"{}"]


@pytest.mark.parametrize(
    "cls",
    [
        dynamodb.PutItemInput,
        dynamodb.BatchWriteItemInput,
        lambda_.UpdateFunctionConfigurationRequest,
        lambda_.PublishLayerVersionRequest,
        partnercentral_selling.CreateOpportunityRequest,
        cloudwatch.PutMetricDataInput,
    ],
)
def test_any_value(cls: Any) -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(strategy(cls))
    def check(value: Any) -> None:
        by_tree, by_wire_struct = both(value)
        assert by_wire_struct == by_tree

    check()


@pytest.mark.parametrize(
    "make",
    [
        lambda: A(b=bytearray(b"ab")),
        lambda: A(b=memoryview(b"ab")),
        lambda: A(bs=[b"", b"a", bytearray(b"b")]),
        lambda: A(ss=("a", "b")),
        lambda: A(ss=(text for text in "ab")),
        lambda: A(ss={"a": 1}.keys()),
        lambda: A(ss=deque(["a", "b"])),
        lambda: A(l=(A(s="a"), A(n="1"))),
        lambda: A(m=MappingProxyType({"k": A(s="a")})),
        lambda: lambda_.Environment(variables=MappingProxyType({"k": "v"})),
        lambda: cloudwatch.MetricDatum(metric_name="m", value=math.inf, values=[1.5, math.nan, -math.inf]),
        lambda: cloudwatch.MetricDatum(metric_name="m", value=2, values=[3]),
        lambda: A(l=(item for item in [A(s="a"), A(m={})])),
        lambda: A(l=[A(), A(s="a", n="1"), A(n="1", ss=["a"], m={"k": A(s="a", b=b"b")})]),
        lambda: A(m={"k": A(), "l": A(l=[], null=False, bool_=False)}),
        lambda: A(s='lines\n\u2028 \U0001f680 "quoted"'),
    ],
    ids=range(16),
)
def test_what_is_unusual_is_written_alike(make: Any) -> None:
    assert json.dump(make().to_wire_struct()) == json.dump(make().to_json())


@pytest.mark.parametrize(
    "value",
    [
        A(b="text"),
        A(b=io.BytesIO(b"stream")),
        A(bs=[b"a", "b"]),
        A(bs=[None]),
        A(s=object()),
        A(ss=object()),
        A(m=5),
        A(l=[None]),
        A(s="\ud800"),
        A(unknown_member="Z"),
        A(l=[A(unknown_member="Z")]),
        A(m={"k": A(s="\ud800")}),
        A(l=7),
        A(l=["a"]),
        A(m={"k": {"S": "a"}}),
        cloudwatch.MetricDatum(metric_name="m", value="1"),
    ],
    ids=range(16),
)
def test_what_trees_refuse_wire_structs_refuse(value: Any) -> None:
    wrong = (EncodeError, ValidationError, TypeError, AttributeError, ValueError)
    with pytest.raises(wrong):
        json.dump(value.to_json())
    with pytest.raises(wrong):
        json.dump(value.to_wire_struct())


def test_a_value_that_holds_itself() -> None:
    value = A()
    value.l = [value]
    with pytest.raises(RecursionError):
        value.to_wire_struct()


def test_a_subclass_is_written_as_its_base() -> None:
    class Mine(A):  # type: ignore[misc, valid-type]
        pass

    assert both(Mine(s="a")) == [b'{"S":"a"}'] * 2
    assert both(A(s="a")) == [b'{"S":"a"}'] * 2


def test_what_has_no_wire_struct_is_written_from_its_tree() -> None:
    error = dynamodb.ResourceNotFoundException(message="gone")
    assert struct_of(type(error)) is None
    assert error.to_wire_struct() == error.to_json()
    assert error.to_wire_struct_body() == error.to_json_body()
