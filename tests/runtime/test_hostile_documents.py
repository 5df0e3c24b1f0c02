"""Hostile JSON, XML and forms, of which each row gives the text of the refusal, or "" where the rules allow a value."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support.hostile import CANARY, DEEP, DIGITS, EVERYTHING, entities, refusal, short_name, watchdog

from botobind import UnknownOperationError
from botobind.bodies import parse_body
from botobind.formats import header, json
from botobind.http import HttpResponse
from botobind_services import dynamodb


@pytest.fixture(scope="session")
def values(generate_once: Callable[..., Any]) -> ModuleType:
    package: ModuleType = generate_once(EVERYTHING).values
    return package


MALFORMED = "$: not JSON: JSON is malformed"

OUT_OF_RANGE = "got a number out of range"

JSON = [
    (b"", "$: not JSON: Input data was truncated"),
    (b"[" * DEEP, "$: nested too deeply"),
    (b'{"Next":' * DEEP, "$: nested too deeply"),
    (b'{"Next":' * DEEP + b"{}" + b"}" * DEEP, "$: nested too deeply"),
    (b'{"Document":' + b"[" * DEEP + b"]" * DEEP + b"}", "$: nested too deeply"),
    (b'{"Unknown":' + b"[" * DEEP + b"]" * DEEP + b"}", "$: nested too deeply"),
    (f'{{"Integer":{DIGITS}}}'.encode(), f"$.Integer: expected int, {OUT_OF_RANGE}"),
    (f'{{"Integer":-{DIGITS}}}'.encode(), f"$.Integer: expected int, {OUT_OF_RANGE}"),
    (f'{{"Document":[{DIGITS}]}}'.encode(), f"$.Document: expected document, {OUT_OF_RANGE}"),
    (f'{{"Time":{DIGITS}}}'.encode(), f"$.Time: expected timestamp, {OUT_OF_RANGE}"),
    (f'{{"Double":{DIGITS}.5}}'.encode(), f"$.Double: expected number, {OUT_OF_RANGE}"),
    (f'{{"Double":0.{DIGITS}}}'.encode(), ""),
    (f'{{"Integer":{2**64}}}'.encode(), ""),
    (b'{"Integer":1e400}', f"$.Integer: expected int, {OUT_OF_RANGE}"),
    (b'{"Double":1e400}', f"$.Double: expected number, {OUT_OF_RANGE}"),
    (b'{"Double":-1e999999999999}', f"$.Double: expected number, {OUT_OF_RANGE}"),
    (b'{"Double":1e-999999999}', ""),
    (b'{"Time":1e400}', f"$.Time: expected timestamp, {OUT_OF_RANGE}"),
    (b'{"Time":1e300}', "$.Time: expected a timestamp, got a number that is too large or not finite"),
    (b'{"Time":"1e99999"}', "$.Time: expected a timestamp"),
    (b'{"Integer":1.5}', "$.Integer: expected int, got float"),
    (b'{"Double":NaN}', MALFORMED),
    (b'{"Double":Infinity}', MALFORMED),
    (b'{"Double":-Infinity}', MALFORMED),
    (b'{"Double":"NaN"}', ""),
    (b'{"Double":01}', MALFORMED),
    (b'{"Double":-3.11e400e16}', "$: not JSON: Number out of range"),
    (b'{"Double":1e400,"Text":-3.1e40004460622322106e16}', "$: not JSON: Number out of range"),
    (b'{"Double":1e400,"Text":1.5.1e400}', MALFORMED),
    (b'{"Text":"S3CRET\xff"}', "$: not JSON: invalid UTF-8"),
    (b'{"Text":"\xed\xa0\x80"}', "$: not JSON: invalid UTF-8"),
    (b'{"Text":"\\ud800 S3CRET"}', MALFORMED),
    (b'{"Text":"\\udc00"}', MALFORMED),
    (b'{"Text":"\x00"}', MALFORMED),
    (b'{"Text":"\\u0000"}', ""),
    (b"\xef\xbb\xbf{}", MALFORMED),
    ('{"Text":"a"}'.encode("utf-16"), MALFORMED),
    (b'{"Text":"a","Text":"b"}', ""),
    (b'{"Text":1,"Text":"b"}', ""),
    (b'{"Text":"b","Text":[]}', "$.Text: expected str, got list"),
    (b'{"Choice":{"Left":"a","Left":"b"}}', ""),
    (b"{S3CRET:1}", MALFORMED),
    (b'{"Text":"a",}', MALFORMED),
    (b'{"Text":"a"}//S3CRET', MALFORMED),
    (b'{"Blob":"S3CRET"}', "$.Blob: expected base64"),
    (b'{"Blob":"\xc3\xa9"}', "$.Blob: expected base64"),
    (b'{"Blob":"YQ"}', "$.Blob: expected base64"),
    (b'{"Blob":"Y*Q="}', "$.Blob: expected base64"),
    (b'{"Blob":"YQ==YQ=="}', "$.Blob: expected base64"),
    (b'{"Blob":"YQ=="}', ""),
    (b'{"JsonText":"[S3CRET"}', "$.JsonText: not JSON: JSON is malformed: invalid character (byte 1)"),
    (b'{"JsonText":"' + b"[" * DEEP + b'"}', "$.JsonText: nested too deeply"),
    (b"null", "$: expected object, got null"),
    (b'"S3CRET"', "$: expected object, got str"),
]


@pytest.mark.parametrize(("document", "text"), JSON, ids=short_name)
def test_json(values: ModuleType, document: bytes, text: str) -> None:
    found = refusal(lambda: parse_body(values.Everything, document, "json"))
    # Where exactly is for msgspec to say.
    assert found.startswith(text) if text == MALFORMED else found == text
    assert refusal(lambda: values.Everything.of_string(document)) == found


MANY = 60_000


@pytest.mark.parametrize(
    "rest",
    [
        '"' + '\\"' * MANY,
        '"' + '\\"' * MANY + "\\",
        '"' + '\\\n"' * MANY,
        '"",' * MANY,
        '"' * MANY,
        "1e999," * MANY,
        "1." * MANY,
        "-" * MANY,
        "[" * MANY,
        "1" * MANY + "e",
    ],
    ids=lambda rest: repr(rest[:6]),
)
def test_what_is_no_json_behind_a_large_number_is_refused_soon(values: ModuleType, rest: str) -> None:
    # In time that grows with the square of the length, this took a minute.
    document = f'{{"Text":1e999,"Unknown":{rest}'.encode()
    with watchdog():
        assert refusal(lambda: values.Everything.of_string(document)).startswith("$: ")


@pytest.mark.parametrize("digits", ["9" * 1000, "-" + "9" * 1000, "9" * 1000 + ".0"])
def test_integers_where_the_interpreter_reads_fewer_digits(values: ModuleType, digits: str) -> None:
    pair = [("Integer", digits)]
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        assert refusal(lambda: values.Everything.of_query(pair)) == "$.Integer: expected an integer"
        assert refusal(lambda: values.Everything.of_json(dict(pair))) == "$.Integer: expected int, got str"
        assert refusal(lambda: values.Everything.of_cbor(dict(pair))) == "$.Integer: expected int, got str"
        xml = f"<a><Integer>{digits}</Integer></a>".encode()
        assert refusal(lambda: parse_body(values.Everything, xml, "xml")) == "$.Integer: expected an integer"
        assert refusal(lambda: header.read_integer(digits)) == "$: expected an integer"
    finally:
        sys.set_int_max_str_digits(before)
    assert values.Everything.of_query(pair).integer == int(digits.removesuffix(".0"))


@pytest.mark.parametrize("number", [DIGITS, f"-{DIGITS}", "1e400", "-1E400", "1e99999999999999999999", f"{DIGITS}.5"])
def test_large_numbers_of_unknown_members_do_no_harm(values: ModuleType, number: str) -> None:
    # The reader of trees and, from a class's second document on, wire structs pass them by.
    document = f'{{"Unknown":[{{"a":{number}}}],"Integer":1}}'.encode()
    for _ in range(3):
        assert values.Everything.of_string(document).integer == 1
    assert values.Everything.of_json(json.parse(document)).integer == 1


def test_an_error_has_no_number_that_is_out_of_range() -> None:
    body = b'{"__type":"Odd","message":"no","Size":1e400,"Sizes":[{"a":-1e400}],"Count":1}'
    error = dynamodb.endpoints.Query.of_response(HttpResponse(status=400, body=body))
    assert isinstance(error, UnknownOperationError)
    assert (error.message, error.members) == ("no", {"message": "no", "Count": 1})


@pytest.mark.parametrize("rest", ["01", "NaN", '"\\ud800"', "1.", "-", '"\n"', "1e400x", "[1,]"])
def test_what_is_no_json_is_refused_beside_large_numbers(rest: str) -> None:
    assert refusal(lambda: json.parse(f'{{"a":1e400,"b":{rest}}}')).startswith("$: not JSON")


DOCTYPE = "$: not acceptable XML: document type declaration"

BOMBS = [
    f"<!DOCTYPE E [{entities(10)}]><E><Text>&e9;</Text></E>",
    f'<!DOCTYPE E [{entities(10)}]><E x="&e9;"/>',
    f"<!DOCTYPE E [{entities(3)}]><E><Text>&e2;</Text></E>",
    f'<!DOCTYPE E [<!ENTITY e "{"x" * 100_000}">]><E><Text>{"&e;" * 10_000}</Text></E>',
    f'<!DOCTYPE E [<!ENTITY e "{"x" * 100_000}">]><E x="{"&e;" * 10_000}"/>',
    f'<!DOCTYPE E [<!ATTLIST m x CDATA "{"x" * 100_000}">]><E><Texts>{"<m/>" * 10_000}</Texts></E>',
    '<!DOCTYPE E [<!ENTITY e "&e;">]><E><Text>&e;</Text></E>',
    '<!DOCTYPE E [<!ENTITY e "S3CRET">]><E><Text>&e;</Text></E>',
    '<!DOCTYPE E [<!ENTITY e "S3CRET">]><E><Text>a</Text></E>',
    "<!DOCTYPE E [<!ENTITY % e \"<!ENTITY f 'x'>\">%e;]><E><Text>&f;</Text></E>",
    "<!DOCTYPE E [<!ELEMENT E ANY>]><E/>",
    "<!DOCTYPE E><E/>",
    "<!DOCTYPE html><E/>",
    '<!DOCTYPE E PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://localhost:1/x"><E/>',
]


@pytest.mark.parametrize("document", BOMBS, ids=short_name)
def test_document_type_declarations(values: ModuleType, document: str) -> None:
    text = refusal(lambda: parse_body(values.Everything, document.encode(), "xml"))
    assert text == DOCTYPE or text.startswith("$: not XML: malformed at line 1, column ")


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE E [<!ENTITY e SYSTEM "{}">]><E><Text>&e;</Text></E>',
        '<!DOCTYPE E [<!ENTITY e SYSTEM "{}">]><E x="&e;"/>',
        '<!DOCTYPE E [<!ENTITY e PUBLIC "x" "{}">]><E><Text>&e;</Text></E>',
        '<!DOCTYPE E [<!ENTITY % e SYSTEM "{}">%e;]><E><Text>a</Text></E>',
        '<!DOCTYPE E SYSTEM "{}"><E><Text>a</Text></E>',
        '<E xmlns:xi="http://www.w3.org/2001/XInclude"><Text><xi:include href="{}" parse="text"/></Text></E>',
    ],
    ids=short_name,
)
def test_that_nothing_outside_is_opened(values: ModuleType, tmp_path: Path, document: str) -> None:
    canary = tmp_path / "canary"
    canary.write_text(CANARY, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        for uri in (canary.as_uri(), str(canary), "file:///etc/passwd", address):
            assert refusal(lambda: parse_body(values.Everything, document.format(uri).encode(), "xml"))
        with pytest.raises(BlockingIOError):
            server.accept()
    style = f'<?xml-stylesheet href="{canary.as_uri()}"?><E><Text>a</Text></E>'
    assert parse_body(values.Everything, style.encode(), "xml") == values.Everything(text="a")


XML = [
    ("", "$: not XML"),
    (" ", "$: not XML"),
    ("<E><Next>" * DEEP, "$: not XML"),
    ("<Next>" * DEEP + "</Next>" * DEEP, "$: not XML"),
    ("<E>" + "<Unknown>" * 300 + "</Unknown>" * 300 + "</E>", "$: not XML"),
    ("<Next>" * 250 + "</Next>" * 250, ""),
    (f"<E><Integer>{DIGITS}</Integer></E>", "$.Integer: expected an integer"),
    (f"<E><Integer>-{DIGITS}</Integer></E>", "$.Integer: expected an integer"),
    (f"<E><Integer>1.{'0' * 10_000}</Integer></E>", ""),
    (f"<E><Double>{DIGITS}</Double></E>", "$.Double: expected a number"),
    (f"<E><Double>{DIGITS[:4000]}</Double></E>", "$.Double: number out of range"),
    (f"<E><Time>{DIGITS}</Time></E>", "$.Time: expected a timestamp, got a long text"),
    ("<E><Double>1e400</Double></E>", "$.Double: number out of range"),
    ("<E><Double>1e999999999999</Double></E>", "$.Double: expected a number"),
    ("<E><Double>-1e999999999</Double></E>", "$.Double: number out of range"),
    ("<E><Double>NaN</Double></E>", ""),
    ("<E><Double>nan</Double></E>", "$.Double: expected a number"),
    ("<E><Integer>NaN</Integer></E>", "$.Integer: expected an integer"),
    ("<E><Integer>\u0661</Integer></E>", "$.Integer: expected an integer"),
    ("<E><Integer>1_0</Integer></E>", "$.Integer: expected an integer"),
    ("<E><Time>1e99999</Time></E>", "$.Time: expected a timestamp"),
    ("<E><Text>S3CRET&e;</Text></E>", "$: not XML"),
    ("<E><Text>&#0;</Text></E>", "$: not XML"),
    ("<E><Text>&#xD800;</Text></E>", "$: not XML"),
    ("<E><Text>&#99999999999999999999;</Text></E>", "$: not XML"),
    ("<E><Text>S3CRET\x00</Text></E>", "$: not XML"),
    ("<E><Text>S3CRET\x01</Text></E>", "$: not XML"),
    (b"<E><Text>S3CRET\xff</Text></E>", "$: not XML"),
    (b"<E><Text>\xed\xa0\x80</Text></E>", "$: not XML"),
    (b"\xef\xbb\xbf<E><Text>a</Text></E>", ""),
    ("<E><Text>é</Text></E>".encode("utf-16"), ""),
    ('<?xml version="1.0" encoding="S3CRET"?><E/>', "$: not XML"),
    ('<?xml version="1.0" encoding="utf-16"?><E/>', "$: not XML"),
    ("<E/><E/>", "$: not XML"),
    ('<E a="1" a="2"/>', "$: not XML"),
    ("<x:E/>", "$: not XML"),
    ('<E xmlns:x="u"><x:y:z/></E>', "$: not XML"),
    ('<E xmlns="urn:S3CRET"><Text xmlns="">a</Text></E>', ""),
    ("<E " + " ".join(f"a{number}='x'" for number in range(DEEP)) + "/>", ""),
    (f"<E><Text>{'x' * 11_000_000}</Text></E>", "$: not XML"),
    (f"<E><{'x' * 100_000}/></E>", "$: not XML"),
    ("<E><Text>a<!-- S3CRET -->b</Text></E>", ""),
    ("<E><Text>a<![CDATA[<b>]]></Text></E>", ""),
    ("<E><Text>a</Text><Text>S3CRET</Text></E>", "$.Text: expected one element, got several"),
    ("<E><Blob>S3CRET</Blob></E>", "$.Blob: expected base64"),
    ("<E><Flag>S3CRET</Flag></E>", "$.Flag: expected a boolean"),
    (f"<E><Document>{DIGITS}</Document></E>", "$.Document: not JSON: Integer value out of range"),
    (f"<E><Document>{'[' * DEEP}</Document></E>", "$.Document: nested too deeply"),
]


@pytest.mark.parametrize(("document", "text"), XML, ids=short_name)
def test_xml(values: ModuleType, document: str | bytes, text: str) -> None:
    data = document.encode() if isinstance(document, str) else document
    found = refusal(lambda: parse_body(values.Everything, data, "xml"))
    # Where libxml2 gives up differs with its version.
    assert found.startswith(text + ": malformed") if text == "$: not XML" else found == text


NO_FORM = "$: not a form with UTF-8 names and values"

QUERY = [
    ("", ""),
    ("Text", NO_FORM),
    ("&", NO_FORM),
    ("=S3CRET", ""),
    (".=1", ""),
    ("..Text..=1", ""),
    ("a" + ".a" * DEEP + "=1", "$.a: nested too deeply"),
    ("Next." * DEEP + "Text=1", "nested too deeply"),
    ("Things.member.1." * DEEP + "A=1", "$.Things: nested too deeply"),
    (f"Integer={DIGITS}", "$.Integer: expected an integer"),
    (f"Double={DIGITS}", "$.Double: expected a number"),
    (f"Time={DIGITS}", "$.Time: expected a timestamp, got a long text"),
    (f"Texts.member.{DIGITS}=a", "$.Texts: expected a number that counts list items"),
    ("Double=1e400", "$.Double: number out of range"),
    ("Double=NaN", ""),
    ("Integer=NaN", "$.Integer: expected an integer"),
    ("Integer=%D9%A1", "$.Integer: expected an integer"),
    ("Text=S3CRET%FF", NO_FORM),
    ("Text=%ED%A0%80", NO_FORM),
    (b"Text=S3CRET\xff", NO_FORM),
    ("Text=%00", ""),
    ("Text=%", ""),
    ("Text=a&Text=b", ""),
    ("Text=a;Integer=x", ""),
    ("Blob=S3CRET", "$.Blob: expected base64"),
    ("Flag=S3CRET", "$.Flag: expected a boolean"),
    ("Document=" + "[" * DEEP, "$.Document: nested too deeply"),
    ("&".join(["Text=a"] * DEEP), ""),
    ("&".join(f"Texts.member.{number}=a" for number in range(DEEP)), ""),
]


@pytest.mark.parametrize(("form", "text"), QUERY, ids=short_name)
def test_query(values: ModuleType, form: str | bytes, text: str) -> None:
    data = form.encode() if isinstance(form, str) else form
    found = refusal(lambda: parse_body(values.Everything, data, "query"))
    assert found.endswith(text) if text == "nested too deeply" else found == text
    assert bool(found) == bool(text)
