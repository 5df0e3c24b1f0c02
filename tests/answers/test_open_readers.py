"""What clients read without loss though no protocol writes it, in every format, cold and warm."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from support.models import list_of, map_of, model, structure

from botobind import DecodeError
from botobind.bodies import parse_body
from botobind.formats import spellings

Generate = Callable[..., Any]
NOON = datetime(2020, 2, 29, 12, tzinfo=UTC)

SHAPES = {
    "Holder": structure(
        Text="Text",
        State="State",
        Count="Count",
        Size="Size",
        Ratio="Ratio",
        Share="Share",
        Flag="Flag",
        Time="Time",
        Texts="Texts",
        Counts="Counts",
        TextMap="TextMap",
        Inner="Holder",
        Choice="Choice",
        Held="Held",
    ),
    "Counts": list_of("Count"),
    "Choice": {**structure(Text="Text", Count="Count"), "union": True},
    "Held": map_of("Holder"),
}

TREES: list[tuple[Any, Any]] = [
    ({"Text": 12}, {"Text": "12"}),
    ({"Text": -(10**30)}, {"Text": "-1" + "0" * 30}),
    ({"Text": 1.5}, {"Text": "1.5"}),
    ({"State": 3}, {"State": "3"}),
    ({"Count": "12"}, {"Count": 12}),
    ({"Count": "-12"}, {"Count": -12}),
    ({"Count": 12.0}, {"Count": 12}),
    ({"Size": "9007199254740993"}, {"Size": 9007199254740993}),
    ({"Ratio": "1.5"}, {"Ratio": 1.5}),
    ({"Ratio": 2}, {"Ratio": 2.0}),
    ({"Ratio": "-Infinity"}, {"Ratio": float("-inf")}),
    ({"Share": "0.5"}, {"Share": 0.5}),
    ({"Flag": "true"}, {"Flag": True}),
    ({"Flag": "false"}, {"Flag": False}),
    ({"Time": "2020-02-29T12:00:00Z"}, {"Time": NOON}),
    ({"Time": 1582977600}, {"Time": NOON}),
    ({"Texts": ["a", 1, None]}, {"Texts": ["a", "1"]}),
    ({"Counts": ["1", 2]}, {"Counts": [1, 2]}),
    ({"TextMap": {"a": 1}}, {"TextMap": {"a": "1"}}),
    ({"Inner": {"Inner": {"Count": "1"}}}, {"Inner": {"Inner": {"Count": 1}}}),
    ({"Choice": {"Text": 1}}, {"Choice": {"Text": "1"}}),
    ({"Held": {"k": {"Flag": "true"}}}, {"Held": {"k": {"Flag": True}}}),
]
REFUSED: list[Any] = [
    {"Text": True},
    {"Text": []},
    {"Text": {}},
    {"Count": "1.5"},
    {"Count": "one"},
    {"Count": ""},
    {"Count": True},
    {"Count": 1.5},
    {"Ratio": "1,5"},
    {"Ratio": False},
    {"Flag": "yes"},
    {"Flag": 1},
    {"Flag": ""},
    {"Time": "soon"},
]
WARM = 40


@pytest.mark.parametrize("protocol", ["json", "rest-json", "rest-xml", "query", "smithy-rpc-v2-cbor"])
@pytest.mark.parametrize(("tree", "value"), TREES, ids=repr)
def test_trees(generate_once: Generate, protocol: str, tree: Any, value: Any) -> None:
    cls = generate_once(model(SHAPES, protocol)).Holder
    usual = {"Text": "a", "Count": 1}
    for body_format, dump in (("json", lambda tree: json.dumps(tree).encode()), ("cbor", cbor2.dumps)):
        for _ in range(3):
            assert repr(parse_body(cls, dump(tree), body_format).to_value()) == repr(value)
        assert parse_body(cls, dump(usual), body_format).to_value() == usual
        assert repr(parse_body(cls, dump(tree), body_format).to_value()) == repr(value)


@pytest.mark.parametrize("tree", REFUSED, ids=repr)
def test_trees_that_nobody_reads(generate_once: Generate, tree: Any) -> None:
    cls = generate_once(model(SHAPES, "json")).Holder
    for decode in (cls.of_json, cls.of_cbor, cls.of_value):
        with pytest.raises(DecodeError):
            decode(tree)


@pytest.mark.parametrize(("tree", "value"), TREES, ids=repr)
def test_that_strict_readers_know_none_of_it(tree: Any, value: Any) -> None:
    ((name, given),) = tree.items()
    kind = {
        "Text": "string",
        "State": "string",
        "Count": "integer",
        "Size": "integer",
        "Ratio": "double",
        "Flag": "boolean",
    }.get(name)
    if kind is None or repr(given) == repr(value[name]) or not isinstance(given, str | int | float):
        return
    is_json = (kind != "string" and isinstance(given, int | float)) or given == "-Infinity"
    if is_json:
        assert spellings.STRICT[kind](given) == value[name]
    else:
        with pytest.raises(DecodeError):
            spellings.STRICT[kind](given)


ELEMENTS = [
    ("<Count/>", {}),
    ("<Count></Count>", {}),
    ("<Count>\n  </Count>", {}),
    ("<Ratio/><Text/>", {"Text": ""}),
    ("<Share/>", {}),
    ("<Flag/><Count>1</Count>", {"Count": 1}),
    ("<Time/>", {}),
    ("<Time> </Time><Size>2</Size>", {"Size": 2}),
    ("<Inner><Time/><Count/></Inner>", {"Inner": {}}),
    ("<Text/>", {"Text": ""}),
]


@pytest.mark.parametrize("protocol", ["rest-xml", "query", "ec2", "json"])
@pytest.mark.parametrize(("inside", "value"), ELEMENTS)
def test_empty_elements(generate_once: Generate, protocol: str, inside: str, value: Any) -> None:
    cls = generate_once(model(SHAPES, protocol)).Holder
    assert parse_body(cls, f"<Holder>{inside}</Holder>".encode(), "xml").to_value() == value
    assert parse_body(cls, f'<Holder a="b">{inside}</Holder>'.encode(), "xml").to_value() == value


def test_empty_elements_of_structures_that_are_known(generate_once: Generate) -> None:
    shapes = {
        "Page": structure(Items="Items"),
        "Items": list_of("Item"),
        "Item": structure(Name="Text", Count="Count", Flag="Flag", Ratio="Ratio", Time="Time"),
    }
    cls = generate_once(model(shapes, "rest-xml")).Page
    scalars = "<Count>1</Count><Flag>true</Flag><Ratio>1.5</Ratio><Time>2020-02-29T12:00:00Z</Time>"
    full = f"<member><Name>a</Name>{scalars}</member>"
    empty = "<member><Name/><Count/><Flag></Flag><Ratio> </Ratio><Time/></member>"
    document = f"<Page><Items>{(full * 5 + empty) * WARM}</Items></Page>".encode()
    for _ in range(5):
        items = parse_body(cls, document, "xml").to_value()["Items"]
        assert items[5::6] == [{"Name": ""}] * WARM
        assert items[4] == {"Name": "a", "Count": 1, "Flag": True, "Ratio": 1.5, "Time": NOON}


HEADED = {
    "Headed": {
        "type": "structure",
        "members": {
            name: {"shape": name, "location": "header", "locationName": f"X-{name}"}
            for name in ("Text", "Count", "Ratio", "Flag", "Time", "Counts", "Data")
        },
    },
    "Counts": list_of("Count"),
}


def test_empty_headers(generate_once: Generate) -> None:
    cls = generate_once(model(HEADED, "rest-json")).Headed
    names = ("Text", "Count", "Ratio", "Flag", "Time", "Counts", "Data")
    assert cls.of_header({f"x-{name}": "" for name in names}).to_value() == {"Text": "", "Counts": [], "Data": b""}
    assert cls.of_header({"X-Counts": "1, ,2,"}).to_value() == {"Counts": [1, 2]}
    with pytest.raises(DecodeError, match=r"\$\.x-count: expected an integer"):
        cls.of_header({"X-Count": "one"})


def test_the_table_of_spellings_is_complete() -> None:
    assert {row.where for row in spellings.SPELLINGS} == {"tree", "element", "header"}
    assert len(set(spellings.SPELLINGS)) == len(spellings.SPELLINGS)
    assert set(spellings.STRICT) <= {row.kind for row in spellings.SPELLINGS}
