"""Strategies draw valid values, all kinds of them, and say what they cannot draw."""

from __future__ import annotations

import json
import math
import struct
import sys
from datetime import UTC
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.errors import NoSuchExample
from testing.shapes import (
    ANNOTATIONS,
    CLASSES,
    Colour,
    Contradiction,
    Large,
    Lists,
    Scalars,
    Statement,
    Streaming,
    Tag,
    Tree,
    Value,
    holding,
)

from botobind.errors import BotobindError
from botobind.shapes import Shape
from botobind.testing import MissingHypothesisError, strategy
from botobind.validation import violations_of
from botobind_services import lambda_, s3


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


@settings(max_examples=30)
@given(strategy(s3.PutObjectRequest), strategy(lambda_.InvocationResponse))
def test_strategies_draw_what_can_be_sent(request: s3.PutObjectRequest, response: lambda_.InvocationResponse) -> None:
    assert request.content_length is None
    assert response.status_code in (None, 200)
