"""Converters: one table of types that serves both directions in every format."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from types import GenericAlias
from typing import Any, Literal

import attrs
import cattrs
import msgspec
import pytest
from converting.classes import (
    FORMATS,
    TAG,
    AttributeValue,
    Colour,
    Events,
    Item,
    LimitExceeded,
    MaybeBlob,
    MaybeDocument,
    MaybeEvents,
    MaybeSecretTime,
    OldColour,
    Percent,
    Record,
    Row,
    Serial,
    Size,
    Tag,
    TagKey,
    Tags,
    Weight,
    tag,
)

from botobind.convert import BodyFormat, describe, make_converter
from botobind.errors import EncodeError
from botobind.formats import cbor
from botobind.timestamps import OutOfRangeDatetime
from botobind.types import AnyJson, Single, StreamingBlob

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
EPOCH = 1709208000


def per_format(make: Callable[[BodyFormat], object]) -> dict[BodyFormat, object]:
    return {name: make(name) for name in FORMATS}


def blob(name: BodyFormat) -> object:
    return "AP8=" if name == "json" else b"\x00\xff"


def moment(name: BodyFormat) -> object:
    return EPOCH if name == "json" else NOON


def full_item(name: BodyFormat, *, parts: object) -> dict[str, object]:
    return {
        "name": "n",
        "tags": [TAG[name]],
        "attributes": {"a": {"L": [{"S": "s"}, {"B": blob(name)}]}},
        "colour": "blue",
        "created": moment(name),
        "content": blob(name),
        "parts": parts,
        "weight": 0.5,
        "extra": {"deep": [None, 1, "x"]},
    }


def item(*parts: Item) -> Item:
    nested = AttributeValue(items=[AttributeValue(s="s"), AttributeValue(b=b"\x00\xff")])
    deep: AnyJson = {"deep": [None, 1, "x"]}
    return Item("n", [tag()], {"a": nested}, "blue", NOON, b"\x00\xff", parts, 0.5, deep)


SAME: list[tuple[object, object]] = [
    (str, "text"),
    (str, ""),
    (int, 5),
    (int, 10**30),
    (float, 0.5),
    (bool, True),
    (TagKey, "longer than allowed"),
    (Percent, 1000),
    (Weight, 0.5),
    (Colour | str, "red"),
    (Colour | str, "blue"),
    (Colour | str | None, None),
    (dict[Colour | str, int], {"blue": 1}),
    (str | None, None),
    (list[int | None], [1, None]),
    (AnyJson, {"a": [1, None, "x", {"b": 0.5}]}),
    (AnyJson, None),
    (MaybeDocument, None),
    (list[AnyJson], [None, 1, "x"]),
    (MaybeBlob, None),
    (MaybeEvents, None),
    (Mapping[str, bool], {"a": True}),
    (Literal["a"], "a"),
]


@pytest.mark.parametrize("body_format", FORMATS)
@pytest.mark.parametrize(("target", "plain"), SAME, ids=str)
def test_that_plain_values_stay_what_they_are(target: Any, plain: object, body_format: BodyFormat) -> None:
    converter = make_converter(body_format)
    read = converter.structure(plain, target)
    assert read == plain
    assert type(read) is type(plain)
    assert converter.unstructure(read, target) == plain


TABLE: list[tuple[object, object, object]] = [
    (Tag, tag(), TAG),
    (Tag | None, tag(), TAG),
    (Tag | None, None, dict.fromkeys(FORMATS)),
    (list[Tag], [tag()], per_format(lambda name: [TAG[name]])),
    (list[Tag], [], per_format(lambda _: [])),
    (list[Tag | None], [None, tag()], per_format(lambda name: [None, TAG[name]])),
    (Tags, [tag(), tag()], per_format(lambda name: [TAG[name]] * 2)),
    (tuple[Tag, ...], (tag(),), per_format(lambda name: [TAG[name]])),
    (Sequence[Tag], (tag(),), per_format(lambda name: [TAG[name]])),
    (tuple[Tag, bytes], (tag(), b"\x00\xff"), per_format(lambda name: [TAG[name], blob(name)])),
    (frozenset[bytes], frozenset({b"\x00\xff"}), per_format(lambda name: [blob(name)])),
    (dict[str, AttributeValue], {"a": AttributeValue(s="x")}, per_format(lambda _: {"a": {"S": "x"}})),
    (dict[str, list[Tag]], {"a": [tag()]}, per_format(lambda name: {"a": [TAG[name]]})),
    (AttributeValue, AttributeValue(b=b"\x00\xff"), per_format(lambda name: {"B": blob(name)})),
    (LimitExceeded, LimitExceeded(message="m"), per_format(lambda _: {"Message": "m"})),
    (list[LimitExceeded], [LimitExceeded()], per_format(lambda _: [{"Message": None}])),
    (Events, [AttributeValue(s="x")], per_format(lambda _: [{"S": "x"}])),
    (bytes, b"\x00\xff", per_format(blob)),
    (bytes | None, b"\x00\xff", per_format(blob)),
    (bytearray, bytearray(b"\x00\xff"), per_format(blob)),
    (Serial, b"\x00\xff", per_format(blob)),
    (StreamingBlob, b"\x00\xff", per_format(blob)),
    (dict[bytes, str], {b"\x00\xff": "a"}, per_format(lambda name: {blob(name): "a"})),
    (datetime, NOON, per_format(moment)),
    (MaybeSecretTime, NOON, per_format(moment)),
    (float, math.inf, {"json": "Infinity", "value": math.inf, "cbor": math.inf}),
    (Single, -math.inf, {"json": "-Infinity", "value": -math.inf, "cbor": cbor.Single(-math.inf)}),
    (Colour, Colour.RED, per_format(lambda _: "red")),
    (Size, Size(2), per_format(lambda _: 2)),
    (Item, item(), per_format(lambda name: full_item(name, parts=[]))),
    (Item, item(item()), per_format(lambda name: full_item(name, parts=[full_item(name, parts=[])]))),
    (
        Record,
        Record(tag(), b"\x00\xff", 0.5, b"\x00\xff", {"a": [1]}),
        per_format(
            lambda name: {
                "tag": TAG[name],
                "content": blob(name),
                "weight": 0.5,
                "body": blob(name),
                "extra": {"a": [1]},
            }
        ),
    ),
    (Row, {"tag": tag(), "at": NOON}, per_format(lambda name: {"tag": TAG[name], "at": moment(name)})),
    (list[Row], [{}], per_format(lambda _: [{}])),
]


@pytest.mark.parametrize("detailed", [True, False])
@pytest.mark.parametrize("body_format", FORMATS)
@pytest.mark.parametrize(("target", "structured", "trees"), TABLE, ids=lambda part: str(part)[:40])
def test_both_directions(
    target: Any, structured: object, trees: dict[BodyFormat, object], body_format: BodyFormat, *, detailed: bool
) -> None:
    converter = make_converter(body_format).copy(detailed_validation=detailed)
    written = converter.unstructure(structured, target)
    assert written == trees[body_format]
    assert type(written) is type(trees[body_format])
    read = converter.structure(trees[body_format], target)
    assert read == structured
    assert type(read) is type(structured)


@pytest.mark.parametrize(
    ("target", "plain", "structured"),
    [
        (float, "NaN", math.nan),
        (OldColour, "red", OldColour.RED),
        (float, 1, 1.0),
        (int, 5.0, 5),
        (datetime, "2024-02-29T12:00:00Z", NOON),
        (datetime, "Thu, 29 Feb 2024 12:00:00 GMT", NOON),
        (datetime, 1709208000.0, NOON),
        (datetime, 253402300800, OutOfRangeDatetime(253402300800)),
        (list[Tag], (TAG["json"],), [tag()]),
    ],
    ids=str,
)
def test_what_json_may_say_in_other_ways(target: Any, plain: object, structured: object) -> None:
    read = make_converter().structure(plain, target)
    assert repr(read) == repr(structured)


@pytest.mark.parametrize(
    ("structured", "written"),
    [
        (Colour.RED, str),
        ({"a": Colour.RED}, dict),
        ([tag(), b"", NOON, (1, 2), {3}], list),
        (item(item()), dict),
        (LimitExceeded(message="m"), dict),
        (OutOfRangeDatetime(253402300800), int),
        (bytearray(b"x"), str),
        (memoryview(b"x"), str),
        (math.nan, str),
    ],
    ids=lambda part: type(part).__name__,
)
def test_that_values_without_a_type_become_json(structured: object, written: type) -> None:
    plain = make_converter().unstructure(structured)
    assert type(plain) is written
    assert msgspec.json.decode(msgspec.json.encode(plain)) == plain


def test_that_cbor_keeps_single_precision() -> None:
    written = make_converter("cbor").unstructure([0.5], list[Weight])
    assert type(written[0]) is cbor.Single
    with pytest.raises(EncodeError):
        make_converter("cbor").unstructure(1e300, Single)


def test_that_streams_stay_unread() -> None:
    stream = BytesIO(b"x")
    assert make_converter("value").structure(stream, StreamingBlob) is stream  # type: ignore[arg-type]
    assert make_converter("value").unstructure(stream, MaybeBlob) is stream
    with pytest.raises(EncodeError):
        make_converter("json").unstructure(stream, StreamingBlob)
    with pytest.raises(EncodeError):
        make_converter("json").unstructure(iter([tag()]), Events)
    assert stream.tell() == 0


def test_that_generated_classes_never_go_member_by_member() -> None:
    converter = make_converter()
    converter.register_structure_hook_factory(attrs.has, converter.gen_structure_attrs_fromdict)
    converter.register_unstructure_hook_factory(attrs.has, converter.gen_unstructure_attrs_fromdict)
    assert converter.structure({"name": "n", "tags": [TAG["json"]], "attributes": {}}, Item).tags == [tag()]
    assert converter.unstructure(tag()) == TAG["json"]


def test_that_a_hook_for_one_generated_class_wins() -> None:
    converter = make_converter()
    converter.register_structure_hook(Tag, lambda text, _: Tag(key=text))
    converter.register_unstructure_hook(Tag, lambda tag: tag.key)
    assert converter.structure(["k"], list[Tag]) == [Tag(key="k")]
    assert converter.unstructure([tag()], list[Tag]) == ["k"]


@pytest.mark.parametrize("body_format", FORMATS)
def test_a_generated_package(body_format: BodyFormat) -> None:
    dynamodb = pytest.importorskip("botobind_services.dynamodb")
    key: Any = GenericAlias(dict, (str, dynamodb.AttributeValue))
    order = attrs.make_class(
        "Order",
        {
            "key": attrs.field(type=key),
            "table": attrs.field(type=dynamodb.values.TableArn),
            "status": attrs.field(type=dynamodb.TableStatus | str),
            "error": attrs.field(type=dynamodb.ResourceNotFoundException | None, default=None),
        },
    )
    nested = dynamodb.AttributeValue(m={"b": dynamodb.AttributeValue(b=b"\x00\xff")})
    made = order({"a": nested}, "orders", "MELTING", dynamodb.ResourceNotFoundException(message="gone"))
    plain = {
        "key": {"a": {"M": {"b": {"B": blob(body_format)}}}},
        "table": "orders",
        "status": "MELTING",
        "error": {"message": "gone"},
    }
    converter = make_converter(body_format)
    assert converter.unstructure(made) == plain
    assert converter.structure(plain, order) == made
    plain["key"] = {"a": {"M": {"b": {"B": 5}}}}
    with pytest.raises(cattrs.ClassValidationError) as caught:
        converter.structure(plain, order)
    (line,) = describe(caught.value)
    assert line.startswith("$.key['a'].M['b'].B: expected ")
