"""What cannot be written or read, and with which words that is said; the bytes themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from wire.rows import EPOCH, IN_HEADER, NOON, SHAPES

from botobind import DecodeError, EncodeError
from botobind.bodies import dump_body, parse_body
from botobind.formats import json as json_format

Generate = Callable[..., Any]


def _one(generate_once: Generate, member: str, protocol: str = "rest-xml", **traits: Any) -> Any:
    shapes = {**SHAPES, "Holder": {"type": "structure", "members": {"Value": {"shape": member, **traits}}}}
    return generate_once({"metadata": {"protocol": protocol}, "shapes": shapes}).Holder


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_characters_that_xml_cannot_hold(generate_once: Generate, character: str) -> None:
    cls = _one(generate_once, "Text")
    with pytest.raises(EncodeError, match=rf"U\+{ord(character):04X}"):
        dump_body(cls(value=f"a{character}"), "xml")


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a\nb", "a\x00"])
def test_headers_cannot_hold_line_breaks(generate_once: Generate, text: str) -> None:
    with pytest.raises(EncodeError, match="line break"):
        _one(generate_once, "Text", **IN_HEADER)(value=text).to_header()
    with pytest.raises(EncodeError, match="line break"):
        _one(generate_once, "Map", location="headers", locationName="x-")(value={"a": text}).to_header()
    with pytest.raises(EncodeError, match="line break"):
        _one(generate_once, "Map", location="headers", locationName="x-")(value={text: "a"}).to_header()
    with pytest.raises(EncodeError, match="line break"):
        _one(generate_once, "Texts", **IN_HEADER)(value=["a", text]).to_header()


def test_a_float_that_needs_more_than_four_bytes(generate_once: Generate) -> None:
    with pytest.raises(EncodeError, match="single precision"):
        dump_body(_one(generate_once, "Float")(value=1e300), "cbor")


@pytest.mark.parametrize(
    ("member", "json", "message"),
    [
        ("Text", True, "$.Value: expected str, got bool"),
        ("Text", ["a"], "$.Value: expected str, got list"),
        ("Integer", "one", "$.Value: expected int, got str"),
        ("Integer", 1.5, "$.Value: expected int, got float"),
        ("Integer", True, "$.Value: expected int, got bool"),
        ("Double", "1,5", "$.Value: expected number, got str"),
        ("Double", True, "$.Value: expected number, got bool"),
        ("Flag", "yes", "$.Value: expected bool, got str"),
        ("Flag", 1, "$.Value: expected bool, got int"),
        ("Blob", "no base64!", "$.Value: expected base64"),
        ("Time", "yesterday", "$.Value: expected a timestamp"),
        ("Time", True, "$.Value: expected a timestamp"),
        ("Texts", {"a": 1}, "$.Value: expected list, got object"),
        ("Texts", ["a", {}], "$.Value[1]: expected str, got object"),
        ("Map", [], "$.Value: expected object, got list"),
        ("Map", {"a": []}, "$.Value['a']: expected str, got list"),
        ("ThingMap", {"a": {"A": []}}, "$.Value['a'].A: expected str, got list"),
        ("Things", [{}, {"A": {}}], "$.Value[1].A: expected str, got object"),
        ("Thing", [], "$.Value: expected object, got list"),
        ("Choice", {}, "$.Value: expected exactly one member of the union, got 0"),
        ("JsonText", "{", "$.Value: not JSON: Input data was truncated"),
        ("JsonText", {}, "$.Value: expected str with JSON, got object"),
    ],
)
def test_json_of_a_wrong_type(generate_once: Generate, member: str, json: object, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        _one(generate_once, member, "json").of_json({"Value": json})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("member", "inside", "message"),
    [
        ("Text", "<x/>", "$.Value: expected text, got elements"),
        ("Text", "</Value><Value>", "$.Value: expected one element, got several"),
        ("Integer", "one", "$.Value: expected an integer"),
        ("Integer", "1.5", "$.Value: expected an integer"),
        ("Double", "1,5", "$.Value: expected a number"),
        ("Double", "nan", "$.Value: expected a number"),
        ("Flag", "yes", "$.Value: expected a boolean"),
        ("Blob", "???", "$.Value: expected base64"),
        ("Time", "soon", "$.Value: expected a timestamp"),
        ("Texts", "text", "$.Value: expected a list, got text"),
        ("Integers", "<member>1</member><member>x</member>", "$.Value[1]: expected an integer"),
        ("Map", "<entry><value>1</value></entry>", "$.Value[0]: expected an entry with a key"),
        ("Thing", "text", "$.Value: expected a structure, got text"),
        ("Choice", "<A>a</A><bee>1</bee>", "$.Value: expected exactly one member of the union, got 2"),
    ],
)
def test_xml_of_a_wrong_type(generate_once: Generate, member: str, inside: str, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        parse_body(_one(generate_once, member), f"<Holder><Value>{inside}</Value></Holder>".encode(), "xml")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("member", "pairs", "message"),
    [
        ("Text", [("Value.x", "a")], "$.Value: expected text, got a structure"),
        ("Integer", [("Value", "one")], "$.Value: expected an integer"),
        ("Integers", [("Value.member.1", "1"), ("Value.member.2", "x")], "$.Value[1]: expected an integer"),
        ("Thing", [("Value", "text")], "$.Value: expected a structure, got text"),
        ("Map", [("Value.entry.1.value", "a")], "$.Value[0]: expected an entry with key and value"),
    ],
)
def test_forms_of_a_wrong_type(
    generate_once: Generate, member: str, pairs: list[tuple[str, str]], message: str
) -> None:
    with pytest.raises(DecodeError) as caught:
        _one(generate_once, member, "query").of_query(pairs)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (NOON.astimezone(timezone(timedelta(hours=5, minutes=30))), NOON),
        (NOON.replace(tzinfo=None), NOON),
        (NOON.date(), datetime(2020, 2, 29, tzinfo=UTC)),
        ("2020-02-29T12:00:00Z", NOON),
        (EPOCH, NOON),
    ],
)
def test_times_as_callers_of_boto3_write_them(generate_once: Generate, given: object, read: datetime) -> None:
    value = _one(generate_once, "Time", "json").of_value({"Value": given})
    assert value.value == read
    assert value.to_json() == {"Value": read.timestamp()}


@pytest.mark.parametrize("pairs", [[("Value.item.1", "a")], [("Value.member.x", "a")]])
def test_list_items_of_a_form_have_names_and_numbers(generate_once: Generate, pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(
        DecodeError, match=r"expected list items named 'member'|expected a number that counts list items"
    ):
        _one(generate_once, "Texts", "query").of_query(pairs)


def test_the_bytes_of_json(generate_once: Generate) -> None:
    value = _one(generate_once, "Table", "json")(value=[["é", "\x01"], []])
    assert value.to_string() == '{"Value":[["é","\\u0001"],[]]}'.encode()
    assert json_format.parse(value.to_string()) == value.to_json()


def test_the_bytes_of_a_form(generate_once: Generate) -> None:
    cls = _one(generate_once, "Text", "query")
    assert dump_body(cls(value="a b+c&é~"), "query") == b"Value=a+b%2Bc%26%C3%A9~"
    assert parse_body(cls, b"Value=a+b%2Bc%26%C3%A9~", "query") == cls(value="a b+c&é~")
