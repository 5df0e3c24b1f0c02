"""Members of every kind that get a value of a wrong type, in every format: what is refused, and with which words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from lxml import etree
from support.hostile import EVERYTHING, refusal, short_name, watchdog
from support.roundtrips import classes_of

from botobind import DecodeError
from botobind.bodies import parse_body
from botobind.shapes import Shape

PACKAGES = ("cloudwatch", "dynamodb", "lambda_", "partnercentral_selling", "s3", "sts")


@pytest.fixture(scope="session")
def values(generate_once: Callable[..., Any]) -> ModuleType:
    package: ModuleType = generate_once(EVERYTHING).values
    return package


TOKENS: dict[str, Any] = {
    "str": "x",
    "int": 7,
    "float": 1.5,
    "bool": True,
    "bytes": b"x",
    "list": [b"x"],
    "object": {"x": b"x"},
    "datetime": datetime(2020, 1, 1, tzinfo=UTC),
    "complex": 1j,
    "type": object,
}

WANTED = {
    "Text": "str",
    "Integer": "int",
    "Double": "number",
    "Single": "number",
    "Flag": "bool",
    "Blob": {"json": "str in base64", "cbor": "bytes", "value": "bytes"},
    "Time": "timestamp",
    "Color": "str",
    "Texts": "list",
    "SparseTexts": "list",
    "Map": "object",
    "SparseMap": "object",
    "Thing": "object",
    "Things": "list",
    "ThingMap": "object",
    "Choice": "object",
    "Document": "document",
    "Next": "object",
    "SecretThing": "object",
}
"""What the refusal of a member says that it expected, where the format makes a difference by format."""

ACCEPTED = {
    ("Text", "str"),
    ("Integer", "int"),
    ("Double", "int"),
    ("Double", "float"),
    ("Single", "int"),
    ("Single", "float"),
    ("Flag", "bool"),
    ("Blob", "bytes", "cbor"),
    ("Blob", "bytes", "value"),
    ("Blob", "str", "value"),
    ("Time", "int"),
    ("Time", "float"),
    ("Time", "datetime", "cbor"),
    ("Time", "datetime", "value"),
    ("Color", "str"),
    ("Thing", "object"),
    ("Next", "object"),
    ("SecretThing", "object"),
    ("Choice", "object"),
    ("Document", "str"),
    ("Document", "int"),
    ("Document", "float"),
    ("Document", "bool"),
    *((member, given, wire) for member in ("Text", "Color") for given in ("int", "float") for wire in ("json", "cbor")),
}
"""Tokens that a member takes; unknown members of structures are passed over, those of unions are kept by name."""

SPECIAL = {
    ("Blob", "str", "json"): "$.Blob: expected base64",
    ("Time", "str"): "$.Time: expected a timestamp",
    ("Time", "bool"): "$.Time: expected a timestamp",
    ("Texts", "list"): "$.Texts[0]: expected str, got bytes",
    ("SparseTexts", "list"): "$.SparseTexts[0]: expected str, got bytes",
    ("Things", "list"): "$.Things[0]: expected object, got bytes",
    ("Map", "object"): "$.Map['x']: expected str, got bytes",
    ("SparseMap", "object"): "$.SparseMap['x']: expected str, got bytes",
    ("ThingMap", "object"): "$.ThingMap['x']: expected object, got bytes",
    ("Document", "list"): "$.Document: expected document, got bytes",
    ("Document", "object"): "$.Document: expected document, got bytes",
}


def _tree_rows() -> Iterator[tuple[str, str, str, str]]:
    for tree_format in ("json", "cbor", "value"):
        for member, wanted in WANTED.items():
            word = wanted[tree_format] if isinstance(wanted, dict) else wanted
            for given in TOKENS:
                keys = ((member, given), (member, given, tree_format))
                text = f"$.{member}: expected {word}, got {given}"
                special = next((SPECIAL[key] for key in keys if key in SPECIAL), text)
                yield tree_format, member, given, "" if any(key in ACCEPTED for key in keys) else special


def test_that_every_kind_is_in_the_table() -> None:
    kinds = set(EVERYTHING["shapes"]["Everything"]["members"])
    assert kinds - set(WANTED) == {"JsonText", "Secret", "Secrets", "SecretMap", "SecretKeys"}


@pytest.mark.parametrize(("tree_format", "member", "given", "text"), list(_tree_rows()))
def test_trees(values: ModuleType, tree_format: str, member: str, given: str, text: str) -> None:
    decode = getattr(values.Everything, f"of_{tree_format}")
    tree = {member: TOKENS[given]}
    assert refusal(lambda: decode(tree)) == text
    # The path begins further out where the structure is inside of others.
    below = text.replace("$", "$.Next.Next", 1) if text else ""
    assert refusal(lambda: decode({"Next": {"Next": tree}})) == below


ROOTS = {**TOKENS, "null": None}


@pytest.mark.parametrize("tree_format", ["json", "cbor", "value"])
@pytest.mark.parametrize("shape", ["Everything", "Choice", "Refused"])
@pytest.mark.parametrize("given", [given for given in ROOTS if given != "object"])
def test_roots(values: ModuleType, tree_format: str, shape: str, given: str) -> None:
    decode = getattr(getattr(values, shape), f"of_{tree_format}")
    assert refusal(lambda: decode(ROOTS[given])) == f"$: expected object, got {given}"


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        ({"Integer": "seven"}, "$.Integer: expected int, got str"),
        ({"Integer": 1e300}, ""),
        ({"Integer": 7.0}, ""),
        ({"Integer": float("nan")}, "$.Integer: expected int, got float"),
        ({"Integer": float("inf")}, "$.Integer: expected int, got float"),
        ({"Double": 10**400}, "$.Double: number out of range"),
        ({"Double": "NaN"}, ""),
        ({"Double": "nan"}, "$.Double: expected number, got str"),
        ({"Flag": 0}, "$.Flag: expected bool, got int"),
        ({"Flag": "yes"}, "$.Flag: expected bool, got str"),
        ({"Time": 10**400}, "$.Time: expected a timestamp, got a number that is too large or not finite"),
        ({"Time": float("nan")}, "$.Time: expected a timestamp, got a number that is too large or not finite"),
        ({"Time": float("-inf")}, "$.Time: expected a timestamp, got a number that is too large or not finite"),
        ({"Time": "1" * 10_000}, "$.Time: expected a timestamp, got a long text"),
        ({"Time": "2020-02-30T00:00:00Z"}, "$.Time: expected a timestamp"),
        ({"Map": {1: "x"}}, "$.Map: expected str as key, got int"),
        ({"Map": {None: "x"}}, "$.Map: expected str as key, got null"),
        ({"Map": {b"x": "x"}}, "$.Map: expected str as key, got bytes"),
        ({"SparseMap": {(): None}}, "$.SparseMap: expected str as key, got tuple"),
        ({"Thing": {1: 2, None: 3}}, ""),
        ({"Things": [{}, {"A": "a"}, {"A": []}]}, "$.Things[2].A: expected str, got list"),
        ({"Things": [None, {"A": True}]}, "$.Things[1].A: expected str, got bool"),
        ({"SparseTexts": [None, {}]}, "$.SparseTexts[1]: expected str, got object"),
        ({"ThingMap": {"a": {"N": "I"}}}, "$.ThingMap['a'].N: expected int, got str"),
        ({"Choice": {}}, "$.Choice: expected exactly one member of the union, got 0"),
        ({"Choice": {"Left": None}}, "$.Choice: expected exactly one member of the union, got 0"),
        ({"Choice": {"__type": "x"}}, "$.Choice: expected exactly one member of the union, got 0"),
        ({"Choice": {"Left": "a", "Right": 1}}, "$.Choice: expected exactly one member of the union, got 2"),
        ({"Choice": {"Left": "a", "Unknown": 1}}, "$.Choice: expected exactly one member of the union, got 2"),
        ({"Choice": {"Left": "a", "Right": None}}, ""),
        ({"Choice": {"Left": False}}, "$.Choice.Left: expected str, got bool"),
        ({"Choice": {"Thing": {"N": "I"}}}, "$.Choice.Thing.N: expected int, got str"),
        ({"Choice": {1: 2}}, "$.Choice: expected str as name of a member, got int"),
        ({"Document": {"a": [{1: 2}]}}, "$.Document: expected str as key of a document, got int"),
        ({"Document": {"a": [1j]}}, "$.Document: expected document, got complex"),
        ({"Text": "\ud800"}, ""),
        (dict.fromkeys(EVERYTHING["shapes"]["Everything"]["members"]), ""),
        ({"Unknown": object}, ""),
    ],
    ids=short_name,
)
@pytest.mark.parametrize("tree_format", ["json", "cbor", "value"])
def test_trees_inside(values: ModuleType, tree_format: str, tree: dict[str, Any], text: str) -> None:
    assert refusal(lambda: getattr(values.Everything, f"of_{tree_format}")(tree)) == text


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        ({"Integer": "7"}, "$.Integer: expected int, got str"),
        ({"Flag": "true"}, "$.Flag: expected bool, got str"),
        ({"Things": [{}, {"A": "a"}, {"A": 1}]}, "$.Things[2].A: expected str, got int"),
        ({"Things": [None, {"A": 1}]}, "$.Things[1].A: expected str, got int"),
        ({"SparseTexts": [None, 1]}, "$.SparseTexts[1]: expected str, got int"),
        ({"ThingMap": {"a": {"N": "1"}}}, "$.ThingMap['a'].N: expected int, got str"),
        ({"Choice": {"Left": 1}}, "$.Choice.Left: expected str, got int"),
        ({"Choice": {"Thing": {"N": "1"}}}, "$.Choice.Thing.N: expected int, got str"),
    ],
    ids=short_name,
)
def test_what_clients_read_and_callers_may_not_write(values: ModuleType, tree: dict[str, Any], text: str) -> None:
    assert refusal(lambda: values.Everything.of_value(tree)) == text
    for decode in (values.Everything.of_json, values.Everything.of_cbor):
        assert refusal(lambda decode=decode: decode(tree)) == ""


NOT_JSON = "not JSON: JSON is malformed: invalid character (byte 0)"

XML = [
    ("Text", "", "", "expected text, got elements"),
    ("Integer", "expected an integer", "", "expected text, got elements"),
    ("Double", "expected a number", "", "expected text, got elements"),
    ("Flag", "expected a boolean", "", "expected text, got elements"),
    ("Blob", "expected base64", "", "expected text, got elements"),
    ("Time", "expected a timestamp", "", "expected text, got elements"),
    ("Color", "", "", "expected text, got elements"),
    ("Texts", "expected a list, got text", "", ""),
    ("Map", "expected a map, got text", "", "[0]: expected an entry with a key"),
    ("SparseMap", "expected a map, got text", "", "[0]: expected an entry with a key"),
    ("Thing", "expected a structure, got text", "", ""),
    ("Things", "expected a list, got text", "", ""),
    ("Choice", "expected a structure, got text", "expected exactly one member of the union, got 0", ""),
    ("Document", NOT_JSON, "not JSON: Input data was truncated", "expected text, got elements"),
    ("JsonText", NOT_JSON, "not JSON: Input data was truncated", "expected text, got elements"),
    ("Next", "expected a structure, got text", "", ""),
]
"""What is said of an element with text, an empty one, and one with an element inside."""

ABSENT = frozenset({"Integer", "Double", "Flag", "Time"})
"""Of these an empty element is as good as none, however often it comes."""


def _expected(member: str, said: str) -> str:
    if not said:
        return ""
    return f"$.{member}{said}" if said.startswith("[") else f"$.{member}: {said}"


@pytest.mark.parametrize(("member", "of_text", "of_nothing", "of_element"), XML)
def test_xml(values: ModuleType, member: str, of_text: str, of_nothing: str, of_element: str) -> None:
    # Of several, the first is read before the next is met.
    several = of_nothing or ("" if member in ABSENT else "expected one element, got several")
    for inside, times, said in [("x", 1, of_text), ("", 1, of_nothing), ("<Q/>", 1, of_element), ("", 2, several)]:
        document = f"<E>{f'<{member}>{inside}</{member}>' * times}</E>"
        element = etree.fromstring(document)
        assert refusal(lambda: values.Everything.of_xml(element)) == _expected(member, said)
        found = refusal(lambda: parse_body(values.Everything, document.encode(), "xml"))
        assert found == _expected(member, said)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<Things><m/><m><N>x</N></m></Things>", "$.Things[1].N: expected an integer"),
        ("<Map><entry>x</entry></Map>", "$.Map[0]: expected a structure, got text"),
        ("<Map><entry><value>x</value></entry></Map>", "$.Map[0]: expected an entry with a key"),
        ("<Map><entry><key>k</key><key>k</key></entry></Map>", "$.Map[0]: expected one element, got several"),
        ("<Map><entry><key><k/></key></entry></Map>", "$.Map[0]: expected text, got elements"),
        (
            "<Map><entry><key>k</key><value/><value/></entry></Map>",
            "$.Map['k']: expected one element, got several",
        ),
        ("<Map><entry><key>k</key><value><v/></value></entry></Map>", "$.Map['k']: expected text, got elements"),
        ("<Map><entry><key>k</key></entry></Map>", ""),
        ("<ThingMap><e><key>k</key><value><N>x</N></value></e></ThingMap>", "$.ThingMap['k'].N: expected an integer"),
        ("<Choice><Left/><Right/></Choice>", "$.Choice: expected exactly one member of the union, got 2"),
        ("<Choice><Left/><Left/></Choice>", "$.Choice.Left: expected one element, got several"),
        ("<Choice><Right>x</Right></Choice>", "$.Choice.Right: expected an integer"),
        ("<Choice><Unknown><x/></Unknown></Choice>", ""),
        ("<Next><Next><Integer>x</Integer></Next></Next>", "$.Next.Next.Integer: expected an integer"),
        ("x<Text>x</Text>x", ""),
    ],
)
def test_xml_inside(values: ModuleType, inside: str, text: str) -> None:
    assert refusal(lambda: parse_body(values.Everything, f"<E>{inside}</E>".encode(), "xml")) == text


QUERY = [
    ("Text", "", "", "expected text, got a structure"),
    ("Integer", "expected an integer", "expected an integer", "expected text, got a structure"),
    ("Double", "expected a number", "expected a number", "expected text, got a structure"),
    ("Flag", "expected a boolean", "expected a boolean", "expected text, got a structure"),
    ("Blob", "expected base64", "", "expected text, got a structure"),
    ("Time", "expected a timestamp", "expected a timestamp", "expected text, got a structure"),
    ("Color", "", "", "expected text, got a structure"),
    ("Texts", "expected a list, got text", "", "expected list items named 'member'"),
    ("Map", "expected a list, got text", "", "expected list items named 'entry'"),
    ("Thing", "expected a structure, got text", "", ""),
    ("Choice", "expected a structure, got text", "expected exactly one member of the union, got 0", ""),
    ("Document", NOT_JSON, "not JSON: Input data was truncated", "expected text, got a structure"),
    ("Next", "expected a structure, got text", "", ""),
]
"""What is said of a parameter with text, an empty one, and one that goes on."""


@pytest.mark.parametrize(("member", "of_text", "of_nothing", "of_more"), QUERY)
def test_query(values: ModuleType, member: str, of_text: str, of_nothing: str, of_more: str) -> None:
    for tail, said in [("=x", of_text), ("=", of_nothing), (".Q=x", of_more)]:
        form = f"{member}{tail}".encode()
        assert refusal(lambda: parse_body(values.Everything, form, "query")) == _expected(member, said)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("Texts.member.x=a", "$.Texts: expected a number that counts list items"),
        ("Texts.member.-1=a", "$.Texts: expected a number that counts list items"),
        ("Texts.member.999999999999=a", "$.Texts: expected a number that counts list items"),
        ("Texts.member.%C2%B2=a", "$.Texts: expected a number that counts list items"),
        ("Texts.member.%D9%A1=a", "$.Texts: expected a number that counts list items"),
        ("Texts.member..1=a", "$.Texts: expected a number that counts list items"),
        ("Texts.1=a", "$.Texts: expected list items named 'member'"),
        ("Texts.member=a", "$.Texts: expected a list, got text"),
        ("Texts=a&Texts.member.1=a", "$.Texts: expected a list, got text"),
        ("Texts.member.1=a&Texts.member.2.x=a", "$.Texts[1]: expected text, got a structure"),
        ("Texts.member.0=a", ""),
        ("Texts.member.999999999=a", ""),
        ("Map.entry.1.value=x", "$.Map[0]: expected an entry with key and value"),
        ("Map.entry.1=x", "$.Map[0]: expected an entry with key and value"),
        ("Map.entry.1.key.x=x", "$.Map[0]: expected text, got a structure"),
        ("Map.entry.1.key=k", "$.Map['k']: expected text, got a structure"),
        ("Map.entry.x.key=k", "$.Map: expected a number that counts list items"),
        ("ThingMap.entry.7.key=k&ThingMap.entry.7.value.N=x", "$.ThingMap['k'].N: expected an integer"),
        ("Choice.Left=a&Choice.Right=1", "$.Choice: expected exactly one member of the union, got 2"),
        ("Choice.Right=x", "$.Choice.Right: expected an integer"),
        ("Choice.Unknown=1", ""),
        ("Text=a&Text.x=b", "$.Text: expected text, got a structure"),
        ("Text.=a", "$.Text: expected text, got a structure"),
        ("Thing=x&Thing.A=a", "$.Thing: expected a structure, got text"),
    ],
)
def test_query_inside(values: ModuleType, form: str, text: str) -> None:
    assert refusal(lambda: parse_body(values.Everything, form.encode(), "query")) == text


PAIRS = "$: expected parameters as pairs of texts"


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        (None, PAIRS),
        ("ab c", PAIRS),
        ([1], PAIRS),
        ([("Text",)], PAIRS),
        ([("Text", "a", "b")], PAIRS),
        ([(1, "a")], PAIRS),
        ([(None, "a")], PAIRS),
        ([(b"Text", "a")], PAIRS),
        ({"Text": "a"}, PAIRS),
        ([("Text", 1)], "$.Text: expected text, got a structure"),
        ([("Text", b"a")], "$.Text: expected text, got a structure"),
        ([("Text", "a")], ""),
        (iter([("Text", "a")]), ""),
    ],
    ids=short_name,
)
def test_pairs(values: ModuleType, pairs: Any, text: str) -> None:
    assert refusal(lambda: values.Everything.of_query(pairs)) == text


NO_PAIRS = "$: expected headers as pairs of texts"


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"x-count": "x"}, "$.x-count: expected an integer"),
        ({"x-count": "1" * 10_000}, "$.x-count: expected an integer"),
        ({"x-count": "", "x-wanted": "", "x-share": "", "x-when": ""}, ""),
        ([("X-Count", "1"), ("x-count", "2")], "$.x-count: expected an integer"),
        ({"x-wanted": "maybe"}, "$.x-wanted: expected a boolean"),
        ({"x-share": "1e400"}, "$.x-share: number out of range"),
        ({"x-share": "half"}, "$.x-share: expected a number"),
        ({"x-when": "Tue, 99 Apr 2014 18:30:38 GMT"}, "$.x-when: expected a timestamp"),
        ({"x-when": "1" * 10_000}, "$.x-when: expected a timestamp, got a long text"),
        ({"x-data": "***"}, "$.x-data: expected base64"),
        ({"x-json": "x"}, f"$.x-json: {NOT_JSON}"),
        ({"x-json": "\ud800"}, "$.x-json: not JSON: invalid UTF-8"),
        ({"x-json": "[" * 100_000}, "$.x-json: nested too deeply"),
        ({"x-json": "true"}, ""),
        ({"x-names": '"a\\'}, ""),
        ({"x-names": "\\" * 10_000 + '"' * 10_000}, ""),
        ({"x-meta-\x00": "\r\n\ud800"}, ""),
        (None, NO_PAIRS),
        ("x-count", NO_PAIRS),
        ([("x-count",)], NO_PAIRS),
        ({"x-count": 1}, NO_PAIRS),
        ({"x-count": b"1"}, NO_PAIRS),
        ({"x-count": None}, NO_PAIRS),
        ({1: "1"}, NO_PAIRS),
        ({b"x-count": "1"}, NO_PAIRS),
    ],
    ids=short_name,
)
def test_headers(values: ModuleType, headers: Any, text: str) -> None:
    assert refusal(lambda: values.Headed.of_header(headers)) == text
    assert refusal(lambda: values.Headed.of_header_and_body(headers, b"{}")) == text


@pytest.mark.parametrize("body_format", ["json", "xml", "query", "cbor"])
@pytest.mark.parametrize("data", [None, 1, [], ["a"], {"Text": "a"}, object], ids=short_name)
def test_no_bytes(values: ModuleType, body_format: str, data: Any) -> None:
    assert refusal(lambda: parse_body(values.Everything, data, body_format)).startswith("$: expected bytes, got ")
    assert refusal(lambda: values.Headed.of_header_and_body({}, data)).startswith("$: expected bytes, got ")


@pytest.mark.parametrize(
    "element",
    [None, "<E/>", b"<E/>", 1, [], etree.Comment("x"), etree.PI("x", "y"), etree.ElementTree(etree.Element("E"))],
    ids=short_name,
)
def test_no_element(values: ModuleType, element: Any) -> None:
    assert refusal(lambda: values.Everything.of_xml(element)).startswith("$: expected element, got ")


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("body_format", ["json", "cbor", "value", "xml", "query"])
def test_every_member_of_every_class(package: str, body_format: str) -> None:
    """No member of the committed packages lets anything but `DecodeError` out."""
    with watchdog(20):
        for cls in classes_of(import_module(f"botobind_services.{package}")):
            for decode, data in _wrong_members(cls, body_format):
                with suppress(DecodeError):
                    decode(data)


def _wrong_members(cls: type[Shape], body_format: str) -> Iterator[tuple[Callable[[Any], Shape], Any]]:
    for name in cls.MEMBERS.values():
        if body_format == "xml":
            for inside in ("", "x", "<x/>", "<x>x</x>", "<entry><key/><value>x</value></entry>"):
                once = f"<{name}>{inside}</{name}>"
                yield cls.of_xml, etree.fromstring(f"<E>{once}</E>")
                yield cls.of_xml, etree.fromstring(f"<E>{once}{once}</E>")
        elif body_format == "query":
            for tail in ("", ".x", ".1", ".member.1", ".member.1.x", ".entry.1.key", ".entry.1.value"):
                yield cls.of_query, [(f"{name}{tail}", "")]
                yield cls.of_query, [(f"{name}{tail}", "x")]
        else:
            decode = getattr(cls, f"of_{body_format}")
            for given in ROOTS.values():
                yield decode, {name: given}
                yield decode, {name: [given, None]}
                yield decode, {name: {"x": given, "y": None}}
