"""Attribute values of DynamoDB and Python's own types."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from botobind import DecodeError, EncodeError
from botobind.dynamodb import AttributeCodec, make_converter
from botobind_services import dynamodb
from botobind_services.dynamodb import AttributeValue

CODEC = AttributeCodec(AttributeValue)
AS_BOTO3 = AttributeCodec(AttributeValue, decimals=True)


class Level(enum.IntEnum):
    HIGH = 3


class Size(int, enum.Enum):
    LARGE = 7


class Word(enum.StrEnum):
    YES = "yes"


VALUES: list[tuple[Any, AttributeValue]] = [
    (None, AttributeValue(null=True)),
    (True, AttributeValue(bool_=True)),
    (False, AttributeValue(bool_=False)),
    (0, AttributeValue(n="0")),
    (-(10**38) + 1, AttributeValue(n="-" + "9" * 38)),
    (Decimal("1E-130"), AttributeValue(n="1E-130")),
    (Decimal("9.9E+125"), AttributeValue(n="9.9E+125")),
    (Decimal("-8.50"), AttributeValue(n="-8.50")),
    ("", AttributeValue(s="")),
    ("a\0é", AttributeValue(s="a\0é")),
    (b"", AttributeValue(b=b"")),
    (b"\xff", AttributeValue(b=b"\xff")),
    ({"a"}, AttributeValue(ss=["a"])),
    ({1}, AttributeValue(ns=["1"])),
    ({Decimal("1.5")}, AttributeValue(ns=["1.5"])),
    ({b"a"}, AttributeValue(bs=[b"a"])),
    ([], AttributeValue(l=[])),
    ({}, AttributeValue(m={})),
    ([1, [None]], AttributeValue(l=[AttributeValue(n="1"), AttributeValue(l=[AttributeValue(null=True)])])),
    ({"a": {"b": "c"}}, AttributeValue(m={"a": AttributeValue(m={"b": AttributeValue(s="c")})})),
]


@pytest.mark.parametrize(("value", "attribute"), VALUES, ids=lambda value: repr(value)[:40])
def test_values_both_ways(value: Any, attribute: AttributeValue) -> None:
    assert CODEC.to_attribute(value) == attribute
    found = CODEC.of_attribute(attribute)
    assert (found, type(found)) == (value, type(value))


LIKE_OTHERS: list[tuple[Any, AttributeValue]] = [
    (Level.HIGH, AttributeValue(n="3")),
    (Size.LARGE, AttributeValue(n="7")),
    ({Size.LARGE}, AttributeValue(ns=["7"])),
    (Word.YES, AttributeValue(s="yes")),
    (bytearray(b"a"), AttributeValue(b=b"a")),
    (memoryview(b"a"), AttributeValue(b=b"a")),
    (("a",), AttributeValue(l=[AttributeValue(s="a")])),
    (frozenset({"a"}), AttributeValue(ss=["a"])),
    ({"a": 1}.keys(), AttributeValue(ss=["a"])),
    (10**125, AttributeValue(n="1" + "0" * 125)),
]


@pytest.mark.parametrize(("value", "attribute"), LIKE_OTHERS, ids=lambda value: type(value).__name__)
def test_what_is_like_them_is_written_as_they_are(value: Any, attribute: AttributeValue) -> None:
    assert CODEC.to_attribute(value) == attribute


REFUSED: list[tuple[Any, str]] = [
    (1.5, "$: expected an exact number, got float: give a Decimal, such as Decimal(repr(value))"),
    ({"a": [1, object()]}, "$['a'][1]: expected a type that DynamoDB has, got object"),
    ({"a": {"b": set()}}, "$['a']['b']: an empty set, of which DynamoDB has none"),
    ([{1, "a"}], "$[0]: expected a set of numbers, of texts or of bytes alone"),
    ({True}, "$: expected a set of numbers, of texts or of bytes alone"),
    ({"a": {1: 2}}, "$['a']: expected texts as keys, got int"),
    (10**126, "$: a number outside of 1E-130 to 9.9E+125, which is DynamoDB's range"),
    ({Decimal("1E-131")}, "$: a number outside of 1E-130 to 9.9E+125, which is DynamoDB's range"),
    (10**38 + 1, "$: a number of 39 digits: DynamoDB keeps 38"),
    (10**100_000, "$: a number of more digits than DynamoDB has"),
    (Decimal("NaN"), "$: expected a finite number"),
    (Decimal("-Infinity"), "$: expected a finite number"),
    (1j, "$: expected a type that DynamoDB has, got complex"),
]


@pytest.mark.parametrize(("value", "text"), REFUSED, ids=lambda value: repr(value)[:40] if type(value) is str else "")
def test_what_dynamodb_does_not_have_is_refused(value: Any, text: str) -> None:
    with pytest.raises(EncodeError) as caught:
        CODEC.to_attribute(value)
    assert str(caught.value) == text


@attrs.define
class Folder:
    inner: list[Folder] = attrs.Factory(list)


def test_what_holds_itself_is_refused() -> None:
    looped: list[Any] = []
    looped.append(looped)
    with pytest.raises(EncodeError, match="nested too deeply"):
        CODEC.to_attribute(looped)
    folder = Folder()
    folder.inner.append(folder)
    for item in ({"a": looped}, folder):
        with pytest.raises(EncodeError, match="nested too deeply"):
            CODEC.to_item(item)
    attribute = AttributeValue(l=[])
    attribute.l = [attribute]
    with pytest.raises(DecodeError, match="nested too deeply"):
        CODEC.of_attribute(attribute)


WRONG: list[tuple[AttributeValue, str]] = [
    *((AttributeValue(n=text), "$: expected a number") for text in ("abc", "--5", "NaN", "-Infinity")),
    *((AttributeValue(ns=["1", text]), "$: expected a number") for text in ("sNaN", "NaN", "Infinity", "one")),
    (AttributeValue(l=[AttributeValue(ns=["1", ""])]), "$[0]: expected a number"),
    (AttributeValue(), "$: expected an attribute value of one known type, got nothing"),
    (AttributeValue(s="a", n="1"), "$: expected an attribute value of one known type, got s and n"),
    (AttributeValue.of_json({"NEW": 1}), "$: expected an attribute value of one known type, got unknown_member"),
]


@pytest.mark.parametrize(("attribute", "text"), WRONG, ids=lambda value: value if type(value) is str else "")
def test_attribute_values_that_stand_for_nothing(attribute: AttributeValue, text: str) -> None:
    for codec in (CODEC, AS_BOTO3):
        with pytest.raises(DecodeError) as caught:
            codec.of_item({"a": attribute})
        assert str(caught.value) == text.replace("$", "$['a']")


NUMBERS = st.integers(-(10**38) + 1, 10**38 - 1) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=15
)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text() | st.binary()
SETS = st.sets(NUMBERS, min_size=1) | st.sets(st.text(), min_size=1) | st.sets(st.binary(), min_size=1)
TREES = st.recursive(SCALARS | SETS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(st.dictionaries(st.text(), TREES))
def test_items_make_round_trips_and_are_those_of_boto3(item: dict[str, Any]) -> None:
    written = CODEC.to_item(item)
    assert CODEC.of_item(written) == item
    serializer, deserializer = TypeSerializer(), TypeDeserializer()
    theirs = {key: serializer.serialize(value) for key, value in item.items()}
    assert {key: deserializer.deserialize(value.to_value()) for key, value in written.items()} == item
    assert AS_BOTO3.of_item({key: AttributeValue.of_value(value) for key, value in theirs.items()}) == item


@given(NUMBERS)
def test_all_numbers_are_decimals_where_that_is_wanted(number: int | Decimal) -> None:
    found = AS_BOTO3.of_attribute(AS_BOTO3.to_attribute(number))
    assert (found, type(found)) == (number, Decimal)


@attrs.define
class Track:
    title: str
    seconds: int


@dataclass
class Album:
    id: UUID
    artist: str
    year: int
    score: Decimal
    rating: float
    released: datetime
    labels: set[str]
    cover: bytes
    tracks: list[Track]
    level: Level = Level.HIGH
    note: str | None = None


ALBUM = Album(
    UUID(int=1), "Arooj Aftab", 2021, Decimal("8.50"), 0.1, datetime(2021, 4, 23, tzinfo=UTC), {"a", "b"}, b"\0",
    [Track("Baghon Main", 353)],
)  # fmt: skip


def test_instances_of_classes_make_round_trips() -> None:
    item = CODEC.to_item(ALBUM)
    assert item["rating"] == AttributeValue(n="0.1")
    assert item["released"] == AttributeValue(s="2021-04-23T00:00:00+00:00")
    assert item["tracks"].l == [
        AttributeValue(m={"title": AttributeValue(s="Baghon Main"), "seconds": AttributeValue(n="353")})
    ]
    assert CODEC.of_item(item, Album) == ALBUM
    del item["note"]
    assert CODEC.of_item(item, Album) == ALBUM


def test_a_class_that_does_not_take_an_item_says_all_that_is_wrong() -> None:
    item = CODEC.to_item({"title": 1, "seconds": Decimal("1.5")})
    with pytest.raises(DecodeError) as caught:
        CODEC.of_item(item, Track)
    text = str(caught.value)
    assert "$.title: " in text
    assert "$.seconds: " in text
    with pytest.raises(DecodeError, match="seconds"):
        CODEC.of_item({"title": AttributeValue(s="a")}, Track)


@pytest.mark.parametrize("number", ["1E+126", "-1E+900000", "0E+900000"])
def test_whole_numbers_beyond_the_range_are_not_written_out(number: str) -> None:
    item = {"title": AttributeValue(s="a"), "seconds": AttributeValue(n=number)}
    with pytest.raises(DecodeError, match=r"\$\.seconds: invalid value"):
        CODEC.of_item(item, Track)


def test_what_is_no_item_is_refused() -> None:
    with pytest.raises(EncodeError, match="expected a mapping or an instance of an attrs class or dataclass, got list"):
        CODEC.to_item([])


def test_hooks_of_a_programs_own() -> None:
    converter = make_converter()
    converter.register_unstructure_hook(datetime, lambda moment: int(moment.timestamp()))
    codec = AttributeCodec(AttributeValue, converter=converter)
    assert codec.to_item(ALBUM)["released"] == AttributeValue(n="1619136000")


def test_items_go_through_requests_and_responses() -> None:
    request = dynamodb.PutItemInput.make(table_name="albums", item=CODEC.to_item(ALBUM))
    again = dynamodb.PutItemInput.of_json(request.to_json())
    assert CODEC.of_item(again.item, Album) == ALBUM
