"""Examples are small, valid and new each time, and what has none is said."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from testing.shapes import (
    ANNOTATIONS,
    CLASSES,
    Colour,
    Conjunction,
    Contradiction,
    Endless,
    Events,
    Item,
    Lists,
    Negation,
    Nothing,
    Refused,
    Scalars,
    Section,
    Statement,
    Streaming,
    Tag,
    Tree,
    Value,
    _Deep0,
    _deeper,
    holding,
)

from botobind import schema
from botobind.constraints import Bounds, Len, Matches
from botobind.shapes import Shape, Structure
from botobind.testing import NoExampleError, example
from botobind.validation import violations_of
from botobind_services import lambda_, s3


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


def test_examples_do_without_hypothesis() -> None:
    code = "import sys, botobind.testing as t; t.example(list[str]); sys.exit('hypothesis' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_all_of_the_schema_is_covered() -> None:
    nodes = {type(member.node) for cls in CLASSES for member in schema.members_of(cls)}
    kinds = {member.node.kind for member in schema.members_of(Scalars) if isinstance(member.node, schema.Scalar)}
    assert nodes == {schema.Scalar, schema.ListOf, schema.MapOf, schema.StreamOf, schema.Reference}
    assert kinds == {"str", "int", "float", "bool", "bytes", "datetime", "document", "stream"}


@pytest.mark.parametrize("package", [s3, lambda_], ids=lambda package: package.service)
def test_examples_are_sent_and_received(package: Any) -> None:
    """Lengths fit bodies, and statuses are some."""
    for operation in package.endpoints.OPERATIONS.values():
        request = None if operation.input is None else example(operation.input)
        assert operation.of_request(operation.to_request(request)) == request
        response = None if operation.output is None else example(operation.output)
        assert operation.of_response(operation.to_response(response)) == response
