"""Shapes as the generator writes them, one of every kind, for the tests of examples and strategies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeAlias

from attrs import define

from botobind.constraints import Bounds, Len, Matches, WholeSeconds
from botobind.shapes import ErrorShape, Shape, Structure, Union
from botobind.types import AnyJson, EventStreamOf, Single, StreamingBlob


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
