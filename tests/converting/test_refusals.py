"""What converters refuse, and where they say it is; what they do not guess."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import cattrs
import pytest
from attrs import define
from cattrs.strategies import configure_tagged_union
from converting.classes import (
    TAG,
    AttributeValue,
    Colour,
    Events,
    Item,
    Label,
    LimitExceeded,
    OldColour,
    Record,
    Row,
    Size,
    Tag,
    tag,
)

from botobind.convert import BodyFormat, describe, make_converter
from botobind.errors import DecodeError, EncodeError
from botobind.types import AnyJson, StreamingBlob

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
