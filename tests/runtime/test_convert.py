"""Converters: one table of types that serves both directions in every format, one of what is refused, and of where."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, IntEnum, StrEnum
from io import BytesIO
from types import GenericAlias
from typing import Annotated, Any, ClassVar, Literal, NewType, Self, TypeAlias, TypedDict

import attrs
import cattrs
import msgspec
import pytest
from attrs import define
from cattrs.strategies import configure_tagged_union

from botobind.constraints import Bounds, Len, Sensitive
from botobind.convert import BodyFormat, describe, make_converter
from botobind.errors import DecodeError, EncodeError
from botobind.formats import cbor, json, tree, value
from botobind.serializers import AllFormats
from botobind.shapes import ErrorShape, Structure, Union
from botobind.timestamps import OutOfRangeDatetime
from botobind.types import AnyJson, EventStreamOf, JsonObject, Single, StreamingBlob

FORMATS: tuple[BodyFormat, ...] = ("json", "value", "cbor")


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@define(eq=False, repr=False, kw_only=True)
class Tag(Structure, AllFormats):
    """JSON calls its member `key`, the other formats `Key`."""

    SHAPE: ClassVar[str] = "Tag"
    MEMBERS: ClassVar[Mapping[str, str]] = {"key": "Key", "value": "Value"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"key"})

    key: str | None = None
    value: str | None = None

    def to_json(self) -> JsonObject:
        return {name.lower(): item for name, item in self.to_value().items()}

    @classmethod
    def of_json(cls, data: object) -> Self:
        return cls._of(data, "key", "value")

    def to_value(self) -> dict[str, Any]:
        members = {"Key": self.key, "Value": self.value}
        return {name: item for name, item in members.items() if item is not None}

    @classmethod
    def of_value(cls, data: object) -> Self:
        return cls._of(data, "Key", "Value")

    def to_cbor(self) -> dict[str, Any]:
        return self.to_value()

    @classmethod
    def of_cbor(cls, data: object) -> Self:
        return cls._of(data, "Key", "Value")

    @classmethod
    def _of(cls, data: object, key: str, value: str) -> Self:
        get = tree.members_of(data)
        try:
            return cls(key=json.read_string(get(key)), value=json.read_string(get(value)))
        except DecodeError as error:
            raise error.under(key) from None


@define(eq=False, repr=False, kw_only=True)
class Label(Structure, AllFormats):
    """Required members without a default, by which cattrs would tell it from `Tag`, were bodies keyed by attributes."""

    SHAPE: ClassVar[str] = "Label"
    MEMBERS: ClassVar[Mapping[str, str]] = {"text": "Text"}

    text: str

    def to_json(self) -> JsonObject:
        return {"Text": self.text}

    @classmethod
    def of_json(cls, data: object) -> Self:
        return cls(text=tree.required(json.read_string(tree.members_of(data)("Text"))))


@define(eq=False, repr=False, kw_only=True)
class AttributeValue(Union, AllFormats):
    SHAPE: ClassVar[str] = "AttributeValue"
    MEMBERS: ClassVar[Mapping[str, str]] = {"s": "S", "b": "B", "items": "L"}

    s: str | None = None
    b: bytes | None = None
    items: list[AttributeValue] | None = None

    def to_json(self) -> JsonObject:
        if self.s is not None:
            return {"S": self.s}
        if self.b is not None:
            return {"B": json.write_blob(self.b)}
        return {"L": [item.to_json() for item in self.items or ()]}

    @classmethod
    def of_json(cls, data: object) -> Self:
        return cls._of(data, json.read_blob, cls.of_json)

    def to_value(self) -> dict[str, Any]:
        if self.items is not None:
            return {"L": [item.to_value() for item in self.items]}
        return {"S": self.s} if self.s is not None else {"B": self.b}

    @classmethod
    def of_value(cls, data: object) -> Self:
        return cls._of(data, value.read_blob, cls.of_value)

    def to_cbor(self) -> dict[str, Any]:
        return self.to_value()

    @classmethod
    def of_cbor(cls, data: object) -> Self:
        return cls._of(data, cbor.read_blob, cls.of_cbor)

    @classmethod
    def _of(
        cls, data: object, blob: Callable[[object], bytes | None], item: Callable[[object], AttributeValue]
    ) -> Self:
        name, content = tree.only_member(data)
        try:
            match name:
                case "S":
                    return cls(s=json.read_string(content))
                case "B":
                    return cls(b=blob(content))
                case "L":
                    return cls(items=tree.read_list(content, item))
        except DecodeError as error:
            raise error.under(name) from None
        return cls(unknown_member=name)


@define(eq=False, repr=False, kw_only=True)
class LimitExceeded(ErrorShape, AllFormats):
    SHAPE: ClassVar[str] = "LimitExceeded"
    MEMBERS: ClassVar[Mapping[str, str]] = {"message": "Message"}
    code = "LimitExceeded"

    message: str | None = None

    def to_json(self) -> JsonObject:
        return {"Message": self.message}

    @classmethod
    def of_json(cls, data: object) -> Self:
        return cls(message=json.read_string(tree.members_of(data)("Message")))

    to_value = to_cbor = to_json
    of_value = of_cbor = of_json


TagKey = Annotated[str, Len(1, 2), Sensitive()]
Tags = Annotated[list[Tag], Len(0, 1)]
Percent = Annotated[int, Bounds(0, 100)]
Weight = Annotated[Single, Bounds(0, 1)]
Events: TypeAlias = EventStreamOf[AttributeValue]
MaybeEvents: TypeAlias = EventStreamOf[AttributeValue] | None
MaybeDocument: TypeAlias = AnyJson | None
MaybeBlob: TypeAlias = StreamingBlob | None
MaybeSecretTime: TypeAlias = Annotated[datetime, Sensitive()] | None
Serial = NewType("Serial", bytes)
Size = IntEnum("Size", ["SMALL", "LARGE"])


class OldColour(str, Enum):  # noqa: UP042 - that is what is tested
    RED = "red"


@define
class Item:
    """A user's own class."""

    name: str
    tags: list[Tag]
    attributes: dict[str, AttributeValue]
    colour: Colour | str | None = None
    created: datetime | None = None
    content: bytes = b""
    parts: tuple[Item, ...] = ()
    weight: Single | None = None
    extra: AnyJson = None


@dataclass
class Record:
    tag: Tag
    content: bytes
    weight: Single
    body: StreamingBlob | None
    extra: AnyJson


class Row(TypedDict, total=False):
    tag: Tag
    at: datetime


NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
EPOCH = 1709208000
TAG = {"json": {"key": "k", "value": "v"}, "value": {"Key": "k", "Value": "v"}, "cbor": {"Key": "k", "Value": "v"}}


def tag() -> Tag:
    return Tag(key="k", value="v")


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


REFUSED: list[tuple[object, object, list[str]]] = [
    (str, 5, ["$: expected str, got int"]),
    (str, None, ["$: expected str, got null"]),
    (int, "5", ["$: expected int, got str"]),
    (int, True, ["$: expected int, got bool"]),
    (int, 0.5, ["$: expected int, got float"]),
    (float, "0.5", ["$: expected number, got str"]),
    (float, True, ["$: expected number, got bool"]),
    (bool, 1, ["$: expected bool, got int"]),
    (bool, "true", ["$: expected bool, got str"]),
    (bytes, "secret?", ["$: expected base64"]),
    (bytes, None, ["$: expected bytes, got null"]),
    (StreamingBlob, None, ["$: expected bytes, got null"]),
    (datetime, "secret", ["$: expected a timestamp"]),
    (datetime, [1], ["$: expected timestamp, got list"]),
    (AnyJson, b"", ["$: expected document, got bytes"]),
    (Colour, "secret", ["$: not a value of Colour"]),
    (Colour, 5, ["$: expected str, got int"]),
    (OldColour, "secret", ["$: not a value of OldColour"]),
    (Size, 9, ["$: not a value of Size"]),
    (Colour | str, 5, ["$: expected str, got int"]),
    (Colour | str, None, ["$: expected str, got null"]),
    (Tag, "secret", ["$: expected object, got str"]),
    (Tag, None, ["$: expected object, got null"]),
    (Tag, tag(), ["$: expected object, got Tag"]),
    (LimitExceeded, [], ["$: expected object, got list"]),
    (Tag | None, {"key": [5]}, ["$.key: expected str, got list"]),
    (list[Tag], {"a": {}}, ["$: expected list, got object"]),
    (list[Tag], None, ["$: expected list, got null"]),
    (list[str], "secret", ["$: expected list, got str"]),
    (tuple[str, ...], "secret", ["$: expected list, got str"]),
    (tuple[str, str], "se", ["$: expected list, got str"]),
    (set[str], "secret", ["$: expected list, got str"]),
    (list[Tag], [{}, None, {"key": True}], ["$[1]: expected object, got null", "$[2].key: expected str, got bool"]),
    (dict[str, Tag], [], ["$: expected object, got list"]),
    (dict[str, Tag], {"a": {"key": [5]}, "b": {}}, ["$['a'].key: expected str, got list"]),
    (dict[str, Tag], {5: {}}, ["$[5]: expected str, got int"]),
    (dict[str, AttributeValue], {"a": {"L": [{"S": [5]}]}}, ["$['a'].L[0].S: expected str, got list"]),
    (Events, [{}], ["$[0]: expected exactly one member of the union, got 0"]),
    (Events, "secret", ["$: expected list, got str"]),
    (Events, None, ["$: expected list, got null"]),
    (Item, [], ["$: expected object, got list"]),
    (Record, "secret", ["$: expected object, got str"]),
    (Row, "secret", ["$: expected object, got str"]),
    (
        Item,
        {"tags": [{"key": [5]}], "attributes": {"a": {"B": "?"}}, "parts": [{"name": 5}], "created": "secret"},
        [
            "$.name: required field missing",
            "$.tags[0].key: expected str, got list",
            "$.attributes['a'].B: expected base64",
            "$.created: expected a timestamp",
            "$.parts[0].name: expected str, got int",
            "$.parts[0].tags: required field missing",
            "$.parts[0].attributes: required field missing",
        ],
    ),
]


@pytest.mark.parametrize(("target", "plain", "lines"), REFUSED, ids=lambda part: str(part)[:40])
def test_what_is_refused(target: Any, plain: object, lines: list[str]) -> None:
    converter = make_converter()
    with pytest.raises((DecodeError, cattrs.BaseValidationError)) as caught:
        converter.structure(plain, target)
    assert describe(caught.value) == lines
    assert "secret" not in str(caught.value)

    with pytest.raises((DecodeError, KeyError)) as first:
        converter.copy(detailed_validation=False).structure(plain, target)
    if isinstance(first.value, DecodeError):
        assert any(str(first.value).removeprefix("$") in line for line in lines)


@pytest.mark.parametrize("body_format", ["value", "cbor"])
@pytest.mark.parametrize("target", [bytes, datetime, Tag, list[Tag]], ids=str)
def test_that_the_other_formats_refuse_too(target: Any, body_format: BodyFormat) -> None:
    with pytest.raises(DecodeError):
        make_converter(body_format).structure(object(), target)


@pytest.mark.parametrize("detailed", [True, False])
def test_that_depth_is_an_error_like_others(*, detailed: bool) -> None:
    deep: dict[str, object] = {}
    for _ in range(100_000):
        deep = {"name": "n", "tags": [], "attributes": {}, "parts": [deep]}
    with pytest.raises((DecodeError, cattrs.BaseValidationError)) as caught:
        make_converter().copy(detailed_validation=detailed).structure(deep, Item)
    lines = describe(caught.value)
    assert len(lines) == 1
    assert lines[0].endswith(": nested too deeply")


def test_that_errors_can_be_caught_in_groups() -> None:
    converter = make_converter()
    caught = []
    for target, plain in ((Tag, {"key": [5]}), (list[Tag], [{"key": [5]}])):
        try:
            converter.structure(plain, target)
        except* DecodeError as group:
            caught.append(group)
    assert len(caught) == 2
    with pytest.raises(cattrs.IterableValidationError) as error:
        converter.structure([{"key": [5]}], list[Tag])
    assert cattrs.transform_error(error.value) == ["unknown error ($.key: expected str, got list) @ $[0]"]


@define
class Either:
    one: Tag | Label


UNGUESSABLE: list[object] = [Tag | Label, Tag | Label | None, Label | Item, list[Tag | Label], Either, Tag | str]


@pytest.mark.parametrize("target", UNGUESSABLE, ids=str)
def test_that_unions_of_generated_classes_are_not_guessed(target: Any) -> None:
    with pytest.raises(cattrs.StructureHandlerNotFoundError, match="configure_tagged_union") as caught:
        make_converter().get_structure_hook(target)
    assert "does not say which" in describe(caught.value)[0]


@pytest.mark.parametrize("union", [Tag | Label, Tag | Label | None], ids=str)
def test_that_a_registered_hook_decides_a_union(union: Any) -> None:
    converter = make_converter()
    converter.register_structure_hook(
        union, lambda plain, _: converter.structure(plain, Label if "Text" in plain else Tag)
    )
    for one in (converter, converter.copy()):
        assert one.structure([{"Text": "t"}, {"key": "k"}], list[union]) == [Label(text="t"), Tag(key="k")]


def test_that_a_hook_is_registered_by_its_annotation() -> None:
    converter = make_converter()

    def either(plain: Any, _: object) -> Tag | Label:
        return Tag(key=plain)

    either.__annotations__["return"] = Tag | Label
    converter.register_structure_hook(either)
    assert converter.structure("k", Tag | Label) == Tag(key="k")  # type: ignore[arg-type]


def test_that_a_tag_decides_a_union() -> None:
    converter = make_converter()
    configure_tagged_union(Tag | AttributeValue, converter, tag_name="__type")
    both: list[Tag | AttributeValue] = [tag(), AttributeValue(s="x")]
    written = converter.unstructure(both, list[Tag | AttributeValue])
    assert written == [{**TAG["json"], "__type": "Tag"}, {"S": "x", "__type": "AttributeValue"}]
    assert converter.structure(written, list[Tag | AttributeValue]) == both


def test_that_unknown_formats_are_refused() -> None:
    with pytest.raises(EncodeError, match="'yaml'"):
        make_converter("yaml")  # type: ignore[arg-type]


@pytest.mark.parametrize("body_format", FORMATS)
def test_a_generated_package(body_format: BodyFormat) -> None:
    dynamodb = pytest.importorskip("botobind_services.dynamodb")
    key: Any = GenericAlias(dict, (str, dynamodb.AttributeValue))
    order = attrs.make_class(
        "Order",
        {
            "key": attrs.field(type=key),
            "table": attrs.field(type=dynamodb.TableArn),
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
