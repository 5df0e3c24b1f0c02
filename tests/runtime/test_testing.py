from __future__ import annotations

import json
import math
import struct
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeAlias

import pytest
from attrs import define
from hypothesis import Phase, find, given, settings
from hypothesis.errors import NoSuchExample

from botobind import schema
from botobind.constraints import Bounds, Len, Matches, WholeSeconds
from botobind.errors import BotobindError
from botobind.shapes import ErrorShape, Shape, Structure, Union
from botobind.testing import MissingHypothesisError, NoExampleError, example, strategy
from botobind.types import AnyJson, EventStreamOf, Single, StreamingBlob
from botobind.validation import violations_of


class Colour(StrEnum):
    RED = "red"
    DARK_GREEN = "dark-green"


@define(eq=False, repr=False, kw_only=True)
class Tag(Structure):
    SHAPE: ClassVar[str] = "Tag"
    MEMBERS: ClassVar[Mapping[str, str]] = {"key": "Key", "value": "Value"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"key"})

    key: Annotated[str, Len(1, 128), Matches("^[a-z]+$")] | None = None
    value: str | None = None


@define(eq=False, repr=False, kw_only=True)
class Scalars(Structure):
    SHAPE: ClassVar[str] = "Scalars"
    MEMBERS: ClassVar[Mapping[str, str]] = {
        "text": "Text",
        "named": "Named",
        "colour": "Colour",
        "dark": "Dark",
        "number": "Number",
        "percent": "Percent",
        "ratio": "Ratio",
        "weight": "Weight",
        "on": "On",
        "blob": "Blob",
        "at": "At",
        "on_day": "OnDay",
        "anything": "Anything",
        "body": "Body",
    }

    text: str | None = None
    named: Annotated[str, Len(20, 24), Matches(r"[\p{L}\p{N}-]+")] | None = None
    colour: Colour | str | None = None
    dark: Annotated[Colour | str, Len(5, 10)] | None = None
    number: int | None = None
    percent: Annotated[int, Bounds(10, 90)] | None = None
    ratio: Annotated[float, Bounds(0, 0.01)] | None = None
    weight: Annotated[Single, Bounds(0.1, 0.7)] | None = None
    on: bool | None = None
    blob: Annotated[bytes, Len(10, 12)] | None = None
    at: datetime | None = None
    on_day: Annotated[datetime, WholeSeconds()] | None = None
    anything: AnyJson | None = None
    body: StreamingBlob | None = None


@define(eq=False, repr=False, kw_only=True)
class Lists(Structure):
    SHAPE: ClassVar[str] = "Lists"
    MEMBERS: ClassVar[Mapping[str, str]] = {
        "tags": "Tags",
        "some": "Some",
        "holes": "Holes",
        "by_colour": "ByColour",
        "by_text": "ByText",
        "none_at_all": "NoneAtAll",
        "nested": "Nested",
    }
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"tags"})

    tags: list[Tag]
    some: Annotated[list[int], Len(4, 5)] | None = None
    holes: list[str | None] | None = None
    by_colour: Annotated[dict[Colour | str, Tag], Len(2, 3)] | None = None
    by_text: Annotated[dict[Annotated[str, Len(1, 3)], str | None], Len(5)] | None = None
    none_at_all: Annotated[list[str], Len(0, 0)] | None = None
    nested: dict[str, list[list[Tag]]] | None = None


@define(eq=False, repr=False, kw_only=True)
class Tree(Structure):
    SHAPE: ClassVar[str] = "Tree"
    MEMBERS: ClassVar[Mapping[str, str]] = {"left": "Left", "branches": "Branches", "leaf": "Leaf", "tag": "Tag"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"branches"})

    left: Tree | None = None
    branches: list[Tree] | None = None
    leaf: str | None = None
    tag: Tag | None = None


@define(eq=False, repr=False, kw_only=True)
class Statement(Structure):
    """Without members of its own kind or others, it would be nothing in the forms of query services."""

    SHAPE: ClassVar[str] = "Statement"
    MEMBERS: ClassVar[Mapping[str, str]] = {"negated": "Negated", "both": "Both", "equals": "Equals"}

    negated: Negation | None = None
    both: Conjunction | None = None
    equals: Tag | None = None


@define(eq=False, repr=False, kw_only=True)
class Negation(Structure):
    SHAPE: ClassVar[str] = "Negation"
    MEMBERS: ClassVar[Mapping[str, str]] = {"statement": "Statement"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"statement"})

    statement: Statement


@define(eq=False, repr=False, kw_only=True)
class Conjunction(Structure):
    SHAPE: ClassVar[str] = "Conjunction"
    MEMBERS: ClassVar[Mapping[str, str]] = {"statements": "Statements"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"statements"})

    statements: Annotated[list[Statement], Len(2)]


@define(eq=False, repr=False, kw_only=True)
class Value(Union):
    SHAPE: ClassVar[str] = "Value"
    MEMBERS: ClassVar[Mapping[str, str]] = {"endless": "Endless", "items": "Items", "pair": "Pair", "text": "Text"}

    endless: Endless | None = None
    items: list[Value] | None = None
    pair: Tag | None = None
    text: str | None = None


@define(eq=False, repr=False, kw_only=True)
class Section(Structure):
    SHAPE: ClassVar[str] = "Section"
    MEMBERS: ClassVar[Mapping[str, str]] = {"items": "Items"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"items"})

    items: list[Item]


@define(eq=False, repr=False, kw_only=True)
class Item(Union):
    SHAPE: ClassVar[str] = "Item"
    MEMBERS: ClassVar[Mapping[str, str]] = {"section": "Section", "question": "Question"}

    section: Section | None = None
    question: str | None = None


@define(eq=False, repr=False, kw_only=True)
class Endless(Structure):
    SHAPE: ClassVar[str] = "Endless"
    MEMBERS: ClassVar[Mapping[str, str]] = {"again": "Again"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"again"})

    again: Endless | None = None


@define(eq=False, repr=False, kw_only=True)
class Contradiction(Structure):
    SHAPE: ClassVar[str] = "Contradiction"
    MEMBERS: ClassVar[Mapping[str, str]] = {"possible": "Possible", "impossible": "Impossible", "endless": "Endless"}

    possible: int | None = None
    impossible: Annotated[str, Len(5), Matches("^[a-z]{3}$")] | None = None
    endless: Endless | None = None


@define(eq=False, repr=False, kw_only=True)
class Refused(ErrorShape):
    SHAPE: ClassVar[str] = "Refused"
    MEMBERS: ClassVar[Mapping[str, str]] = {"message": "message", "reasons": "Reasons", "_rank": "Rank"}

    code = "Refused"
    message: str | None = None
    reasons: list[Tag] | None = None
    _rank: int | None = None


@define(eq=False, repr=False, kw_only=True)
class Events(Union):
    SHAPE: ClassVar[str] = "Events"
    MEMBERS: ClassVar[Mapping[str, str]] = {"started": "Started", "refused": "Refused"}

    started: Tag | None = None
    refused: Refused | None = None


Stream: TypeAlias = EventStreamOf[Events]


@define(eq=False, repr=False, kw_only=True)
class Streaming(Structure):
    SHAPE: ClassVar[str] = "Streaming"
    MEMBERS: ClassVar[Mapping[str, str]] = {"events": "Events"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"events"})

    events: Stream | None = None


@define(eq=False, repr=False, kw_only=True)
class Nothing(Structure):
    SHAPE: ClassVar[str] = "Nothing"


@define(eq=False, repr=False, kw_only=True)
class _Deep0(Structure):
    SHAPE: ClassVar[str] = "Deep0"
    MEMBERS: ClassVar[Mapping[str, str]] = {"name": "Name"}

    name: str | None = None


def _deeper(inner: type[Structure]) -> type[Structure]:
    body = {
        "__annotations__": {"name": str | None, "inner": inner | None},
        "SHAPE": f"{inner.SHAPE}+",
        "MEMBERS": {"name": "Name", "inner": "Inner"},
        "name": None,
        "inner": None,
    }
    return define(eq=False, repr=False, kw_only=True)(type("Deep", (Structure,), body))


def _large() -> type[Structure]:
    names = [f"member{index}" for index in range(300)]
    body: dict[str, Any] = {
        "__annotations__": {name: Annotated[str, Matches("^[a-z]{3,9}$")] | None for name in names},
        "SHAPE": "Large",
        "MEMBERS": {name: name.title() for name in names},
        **dict.fromkeys(names),
    }
    return define(eq=False, repr=False, kw_only=True)(type("Large", (Structure,), body))


Large = _large()
CLASSES: list[type[Shape]] = [
    Tag,
    Scalars,
    Lists,
    Tree,
    Statement,
    Negation,
    Conjunction,
    Value,
    Section,
    Item,
    Contradiction,
    Refused,
    Events,
    Streaming,
    Nothing,
    Large,
]
ANNOTATIONS: list[Any] = [
    list[Tag],
    dict[str, Value],
    Annotated[str, Len(3, 3), Matches("^[A-Z]*$")],
    Annotated[list[Annotated[int, Bounds(5, 5)]], Len(3, 3)],
    Colour,
    Colour | str,
    AnyJson,
    StreamingBlob,
    Single,
    Stream,
]


def holding(annotation: Any) -> type[Structure]:
    """A structure of one member of this type, so that `validate` can look at values of it."""
    body = {
        "__annotations__": {"it": annotation | None},
        "SHAPE": "Holding",
        "MEMBERS": {"it": "It"},
        "REQUIRED": {"it"},
        "it": None,
    }
    return define(eq=False, repr=False, kw_only=True)(type("Holding", (Structure,), body))


# Examples


@pytest.mark.parametrize("cls", CLASSES)
def test_examples_are_valid_and_new_each_time(cls: type[Shape]) -> None:
    first, second = example(cls), example(cls)
    assert type(first) is cls
    assert violations_of(first) == ()
    assert first == second
    assert first is not second


@pytest.mark.parametrize("annotation", ANNOTATIONS)
def test_examples_of_annotations_are_valid(annotation: Any) -> None:
    cls: Any = holding(annotation)
    assert violations_of(cls(it=example(annotation))) == ()
    assert example(annotation) == example(annotation)


EXAMPLES = [
    (Tag, Tag(key="a", value="text")),
    (
        Scalars,
        Scalars(
            text="text",
            named="a" * 20,
            colour="red",
            dark="dark-green",
            number=1,
            percent=10,
            ratio=2**-7,
            weight=0.5,
            on=True,
            blob=b"blobblobbl",
            at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
            on_day=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
            anything={"key": ["value", 1, 0.5, True, None]},
            body=b"blob",
        ),
    ),
    (
        Lists,
        Lists(
            tags=[Tag(key="a", value="text")],
            some=[1, 1, 1, 1],
            holes=["text"],
            by_colour={name: Tag(key="a", value="text") for name in ("red", "dark-green")},
            by_text=dict.fromkeys(("a", "b", "d", "f", "g"), "text"),
            none_at_all=[],
            nested={"text": [[Tag(key="a", value="text")]]},
        ),
    ),
    (
        Tree,
        Tree(branches=[Tree(branches=[], leaf="text")], leaf="text", tag=Tag(key="a", value="text")),
    ),
    (
        Negation,
        Negation(
            statement=Statement(
                both=Conjunction(statements=[Statement(equals=Tag(key="a", value="text")) for _ in range(2)]),
                equals=Tag(key="a", value="text"),
            )
        ),
    ),
    (Value, Value(items=[Value(pair=Tag(key="a", value="text"))])),
    (Item, Item(section=Section(items=[Item(question="text")]))),
    (Contradiction, Contradiction(possible=1)),
    (Refused, Refused(message="text", reasons=[Tag(key="a", value="text")], rank=1)),
    (Streaming, Streaming(events=[Events(started=Tag(key="a", value="text"))])),
    (Nothing, Nothing()),
    (Colour, Colour.RED),
    (list[Tag], [Tag(key="a", value="text")]),
]


@pytest.mark.parametrize(("shape", "expected"), EXAMPLES)
def test_examples(shape: Any, expected: object) -> None:
    made = example(shape)
    if isinstance(made, Lists):
        # Which short texts there are is of no account.
        assert made.by_text is not None
        assert len(made.by_text) == 5
        assert isinstance(expected, Lists)
        expected.by_text = made.by_text
    assert made == expected


def test_optional_members_end_some_levels_down_but_structures_are_not_empty() -> None:
    cls: type[Structure] = _Deep0
    for _ in range(8):
        cls = _deeper(cls)
    value: Any = example(cls)
    levels = 0
    while getattr(value, "inner", None) is not None:
        value, levels = value.inner, levels + 1
    assert 3 <= levels < 8
    assert value.name == "text"


def test_entries_of_lists_have_members_where_they_can() -> None:
    statements = example(Conjunction).statements
    assert len(statements) == 2
    assert all(statement.negated or statement.both or statement.equals for statement in statements)


def test_documents_are_not_shared() -> None:
    example(Scalars).anything["key"].clear()  # type: ignore[index, union-attr, call-overload]
    assert example(Scalars).anything == {"key": ["value", 1, 0.5, True, None]}


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (Endless, "Endless needs itself without end"),
        (list[Endless], "Endless"),
        (Annotated[str, Len(5), Matches("^[a-z]{3}$")], "matches"),
        (Annotated[str, Matches("^[a-z]$"), Matches("^[A-Z]$")], "0 of 1"),
        (Annotated[str, Len(3, 2)], "0 of 1"),
        (Annotated[int, Bounds(5, 4)], "no integer"),
        (Annotated[int, Bounds(1.2, 1.8)], "no integer"),
        (Annotated[float, Bounds(5, 4)], "no number"),
        (Annotated[bytes, Len(5, 4)], "no blob"),
        (Annotated[list[str], Len(5, 4)], "at least 5"),
        (Annotated[dict[Annotated[str, Matches("^(a|b)$")], str], Len(3)], "2 of 3"),
    ],
)
def test_what_has_no_example(shape: Any, reason: str) -> None:
    with pytest.raises(NoExampleError, match=reason):
        example(shape)


@pytest.mark.parametrize("shape", [object, complex, int | str, "Tag"])
def test_what_is_no_shape(shape: Any) -> None:
    with pytest.raises(TypeError, match="not the type of any shape"):
        example(shape)


# Strategies


@pytest.mark.parametrize("alphabet", ["xml", "any"])
@pytest.mark.parametrize("cls", CLASSES)
def test_strategies_draw_valid_values(cls: type[Shape], alphabet: Any) -> None:
    @settings(max_examples=60, phases=[Phase.generate])
    @given(strategy(cls, alphabet=alphabet))
    def check(value: Shape) -> None:
        assert type(value) is cls
        assert violations_of(value) == ()

    check()


@pytest.mark.parametrize("annotation", ANNOTATIONS)
def test_strategies_of_annotations_draw_valid_values(annotation: Any) -> None:
    cls: Any = holding(annotation)

    @settings(max_examples=40, phases=[Phase.generate])
    @given(strategy(annotation))
    def check(value: object) -> None:
        assert value is not None
        assert violations_of(cls(it=value)) == ()

    check()


def texts_in(value: object) -> list[str]:
    if isinstance(value, Shape):
        return [text for name in value.MEMBERS for text in texts_in(getattr(value, name))]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts_in(part)]
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


@settings(max_examples=300, phases=[Phase.generate])
@given(strategy(Scalars))
def test_drawn_scalars_fit_the_formats(value: Scalars) -> None:
    for text in texts_in(value):
        assert all(
            char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
            for char in text
        )
    json.dumps(value.anything, allow_nan=False)
    if value.number is not None:
        assert -(2**63) <= value.number < 2**63
    if value.weight is not None:
        assert struct.unpack("f", struct.pack("f", value.weight)) == (value.weight,)
    if value.ratio is not None:
        assert math.isfinite(value.ratio)
    if value.at is not None:
        assert value.at.tzinfo is UTC
        assert value.at.microsecond % 1000 == 0
    if value.on_day is not None:
        assert value.on_day.microsecond == 0


VARIETY: list[tuple[Any, Any]] = [
    (Tag, lambda tag: tag.value is None),
    (Tag, lambda tag: tag.value and tag.key and len(tag.key) > 3),
    (Scalars, lambda value: sum(getattr(value, name) is not None for name in value.MEMBERS) > 5),
    (Scalars, lambda value: value.colour is not None and value.colour in list(Colour)),
    (Scalars, lambda value: value.colour is not None and value.colour not in list(Colour)),
    (Scalars, lambda value: isinstance(value.anything, dict) and value.anything),
    (Scalars, lambda value: value.at is not None and value.at.microsecond),
    (Scalars, lambda value: value.at is not None and value.at.year < 1900),
    (Scalars, lambda value: value.named is not None and not value.named.isascii()),
    (Lists, lambda value: value.holes is not None and None in value.holes),
    (Lists, lambda value: value.by_text is not None and None in value.by_text.values()),
    (Tree, lambda value: value.left and value.left.branches and value.left.branches[0].leaf),
    (Value, lambda value: value.items and value.items[0].items),
    (Value, lambda value: value.text is not None),
    (Statement, lambda value: value.negated and value.negated.statement.both),
    (Streaming, lambda value: value.events and value.events[0].refused),
    (Large, lambda value: value.member299 is not None),
]


@pytest.mark.parametrize(("shape", "wanted"), VARIETY)
def test_strategies_reach_what_is_possible(shape: Any, wanted: Any) -> None:
    found = find(
        strategy(shape),
        lambda value: bool(wanted(value)),
        settings=settings(max_examples=3000, phases=[Phase.generate]),
    )
    assert wanted(found)


@pytest.mark.parametrize(("alphabet", "possible"), [("any", True), ("xml", False)])
def test_alphabets(alphabet: Any, *, possible: bool) -> None:
    limits = settings(max_examples=2000, phases=[Phase.generate])
    try:
        find(strategy(str, alphabet=alphabet), lambda text: "\x00" in text or "\uffff" in text, settings=limits)
    except NoSuchExample:
        assert not possible
    else:
        assert possible


def test_members_without_values_are_left_out() -> None:
    @settings(max_examples=100, phases=[Phase.generate])
    @given(strategy(Contradiction))
    def check(value: Contradiction) -> None:
        assert value.impossible is None
        assert value.endless is None

    check()


def test_large_structures_draw_few_members() -> None:
    @settings(max_examples=50, phases=[Phase.generate])
    @given(strategy(Large))
    def check(value: Shape) -> None:
        assert sum(getattr(value, name) is not None for name in value.MEMBERS) <= 8

    check()


def test_what_is_no_shape_has_no_strategy() -> None:
    with pytest.raises(TypeError, match="not the type of any shape"):
        strategy(object)


def test_strategies_without_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(MissingHypothesisError, match=r"pip install 'botobind\[hypothesis\]'") as caught:
        strategy(Tag)
    assert isinstance(caught.value, BotobindError)
    assert isinstance(caught.value, ImportError)


def test_examples_do_without_hypothesis() -> None:
    code = "import sys, botobind.testing as t; t.example(list[str]); sys.exit('hypothesis' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_all_of_the_schema_is_covered() -> None:
    nodes = {type(member.node) for cls in CLASSES for member in schema.members_of(cls)}
    kinds = {member.node.kind for member in schema.members_of(Scalars) if isinstance(member.node, schema.Scalar)}
    assert nodes == {schema.Scalar, schema.ListOf, schema.MapOf, schema.StreamOf, schema.Reference}
    assert kinds == {"str", "int", "float", "bool", "bytes", "datetime", "document", "stream"}
