"""Hostile input of all formats: documents cut short, what costs memory, trees that never end, keys and headers.

Each row gives the text of the refusal, or "" where the rules allow a value. `refusal` fails for whatever else comes
out, for what takes long, and for errors that quote the document.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from lxml import etree
from support.hostile import CANARY, DEEP, EVERYTHING, cbor_head, entities, refusal, short_name

from botobind.bodies import dump_body, parse_body
from botobind.formats import header
from botobind.shapes import Shape

FORMATS = ("json", "xml", "query", "cbor")
MEGABYTE = 1 << 20


@pytest.fixture(scope="session")
def values(generate_once: Callable[..., Any]) -> ModuleType:
    package: ModuleType = generate_once(EVERYTHING).values
    return package


def _sample(values: ModuleType) -> Shape:
    thing = values.Thing(a="ä €", n=7)
    sample: Shape = values.Everything(
        text="two\nlines <&>",
        integer=-(10**12),
        double=1.5,
        flag=True,
        blob=b"\x00\xff",
        time=datetime(2020, 2, 29, 12, 30, 1, 678_000, tzinfo=UTC),
        texts=["a", ""],
        sparse_texts=[None, "b"],
        map={"k": "v", "": "w"},
        things=[thing, values.Thing()],
        thing_map={"k": thing},
        choice=values.Choice(thing=thing),
        document={"a": [1, None, True]},
        json_text=["x"],
        next=values.Everything(single=0.5, secrets=["s"]),
    )
    return sample


@pytest.mark.parametrize("body_format", FORMATS)
def test_truncation_at_every_byte(values: ModuleType, body_format: str) -> None:
    sample = _sample(values)
    whole = dump_body(sample, body_format)
    assert parse_body(values.Everything, whole, body_format) == sample
    for size in range(len(whole)):
        text = refusal(lambda: parse_body(values.Everything, whole[:size], body_format))
        # A form that was cut may still be one.
        assert text or body_format == "query"


@pytest.mark.parametrize("body_format", FORMATS)
def test_more_after_the_document(values: ModuleType, body_format: str) -> None:
    whole = dump_body(_sample(values), body_format)
    for more in (b"x", b"\x00", b"{}", b"<E/>", b"\xff"):
        text = refusal(lambda: parse_body(values.Everything, whole + more, body_format))
        assert text or body_format == "query"


@pytest.mark.parametrize(
    ("body_format", "document"),
    [
        ("query", b"Texts.member.999999999=a"),
        ("query", b"Texts.member.999999999999=a"),
        ("query", b"Map.entry.999999999.key=a&Map.entry.999999999.value=b"),
        ("cbor", b"\xa1\x64Blob" + cbor_head(2, 2**40)),
        ("cbor", b"\xa1\x64Text" + cbor_head(3, 2**40)),
        ("cbor", b"\xa1\x65Texts" + cbor_head(4, 2**40)),
        ("cbor", b"\xa1\x63Map" + cbor_head(5, 2**40)),
        ("cbor", b"\xa1\x66Double" + b"\xc4\x82\x1a\x3b\x9a\xca\x00\x01"),
        ("json", b'{"Time":"1e99999"}'),
        ("xml", f"<!DOCTYPE E [{entities(10)}]><E><Text>&e9;</Text></E>".encode()),
        ("xml", f'<!DOCTYPE E [{entities(10)}]><E x="&e9;"/>'.encode()),
    ],
    ids=short_name,
)
def test_memory(values: ModuleType, body_format: str, document: bytes) -> None:
    refusal(lambda: parse_body(values.Everything, document, body_format))  # imports cost memory once
    tracemalloc.start()
    try:
        refusal(lambda: parse_body(values.Everything, document, body_format))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTE


def _deep_tree(wrap: Callable[[Any], Any]) -> Any:
    tree: Any = {}
    for _ in range(DEEP):
        tree = wrap(tree)
    return tree


def _cyclic_trees() -> Iterator[dict[str, Any]]:
    structure: dict[str, Any] = {}
    structure["Next"] = structure
    yield structure
    items: list[Any] = []
    items.append(items)
    yield {"Document": items}
    document: dict[str, Any] = {}
    document["a"] = [document, document]
    yield {"Document": document}
    yield {"Next": structure, "Things": None}


@pytest.mark.parametrize("tree_format", ["json", "cbor", "value"])
def test_deep_and_cyclic_trees(values: ModuleType, tree_format: str) -> None:
    decode = getattr(values.Everything, f"of_{tree_format}")
    for tree in (*_cyclic_trees(), {"Document": _deep_tree(lambda inner: [inner])}):
        text = refusal(lambda: decode(tree))
        assert text.startswith("$.")
        assert text.endswith(": nested too deeply")
    deep = refusal(lambda: decode(_deep_tree(lambda inner: {"Next": inner})))
    assert deep.startswith("$.Next.Next.Next")
    assert " more)…" in deep
    looped: list[Any] = []
    looped.append(looped)
    assert refusal(lambda: decode({"Things": looped})) == "$.Things[0]: expected object, got list"
    assert refusal(lambda: decode({"Unknown": looped})) == ""


@pytest.mark.parametrize("namespace", ["", "{urn:x}"])
def test_deep_elements(values: ModuleType, namespace: str) -> None:
    builder = etree.TreeBuilder()
    for _ in range(DEEP):
        builder.start(f"{namespace}Next", {})
    for _ in range(DEEP):
        builder.end(f"{namespace}Next")
    root = builder.close()
    assert refusal(lambda: values.Everything.of_xml(root)).endswith(": nested too deeply")


def test_entities_in_elements(values: ModuleType) -> None:
    root = etree.fromstring("<E><Text/></E>")
    root[0].append(etree.Entity("e"))
    assert refusal(lambda: values.Everything.of_xml(root)) == "$: not acceptable XML: entity reference"
    dtd = '<!DOCTYPE E [<!ENTITY e "S3CRET">]><E><Text>&e;</Text></E>'
    parsed = etree.fromstring(dtd, etree.XMLParser(resolve_entities=False))
    assert refusal(lambda: values.Everything.of_xml(parsed)) == "$: not acceptable XML: entity reference"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("k" * 10_000, f"['{'k' * 40}…']"),
        ("\x00\x1b[31m\r\n", r"['\x00\x1b[31m\r\n']"),
        ("\ud800", r"['\ud800']"),
        ("'\"", "['\\'\"']"),
        ("a.b", "['a.b']"),
        ("", "['']"),
        ("\u202e", r"['\u202e']"),
    ],
    ids=short_name,
)
def test_hostile_keys_in_paths(values: ModuleType, key: str, shown: str) -> None:
    for tree_format in ("json", "cbor", "value"):
        decode = getattr(values.Everything, f"of_{tree_format}")
        text = refusal(lambda: decode({"Things": None, "ThingMap": {key: {"N": object()}}}))
        assert text == f"$.ThingMap{shown}.N: expected int, got object"
    pairs = [("ThingMap.entry.1.key", key), ("ThingMap.entry.1.value.N", "x")]
    assert refusal(lambda: values.Everything.of_query(pairs)) == f"$.ThingMap{shown}.N: expected an integer"
    if key.isprintable():
        root = etree.fromstring("<E><ThingMap><entry><key/><value><N>x</N></value></entry></ThingMap></E>")
        root[0][0][0].text = key
        assert refusal(lambda: values.Everything.of_xml(root)) == f"$.ThingMap{shown}.N: expected an integer"


def test_long_headers(values: ModuleType) -> None:
    repeated = [("x-names", "abcdefghij")] * DEEP
    found: list[Any] = []
    assert refusal(lambda: found.append(values.Headed.of_header(repeated))) == ""
    assert found[0].names == ["abcdefghij"] * DEEP
    for text in ('"' * DEEP, '\\"' * DEEP, "," * DEEP, " " * DEEP + '"', '"' + "\\a" * DEEP, '"a" ' * DEEP):
        assert refusal(lambda: header.read_list(text, header.read_string)) == ""
        refusal(lambda: header.read_dates(text))


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ({"x-count": "1"}, b"{", "$: not JSON: Input data was truncated"),
        ({"x-count": "1"}, b"[]", "$: expected object, got list"),
        ({"x-count": "1"}, b'{"x-count":"S3CRET"}', ""),
        ({"x-count": "1"}, b'{"Body":[]}', "$.Body: expected str, got list"),
        ({"x-meta-a": "\x00\ud800"}, b'{"Body":"a"}', ""),
        ({"x-count": "S3CRET"}, b'{"Body":"a"}', "$.x-count: expected an integer"),
    ],
    ids=short_name,
)
def test_headers_and_body(values: ModuleType, headers: dict[str, str], body: bytes, text: str) -> None:
    assert refusal(lambda: values.Headed.of_header_and_body(headers, body)) == text


def test_headers_beside_xml() -> None:
    from botobind_services import s3

    read = s3.ListPartsOutput.of_header_and_body
    # XML could not hold this, but it is no part of the document.
    assert read({"x-amz-request-charged": "\x00"}, b"<E/>").request_charged == "\x00"
    doubled = b"<E><x-amz-request-charged>a</x-amz-request-charged><x-amz-request-charged/></E>"
    assert read({"x-amz-request-charged": "requester"}, doubled).request_charged == "requester"


@pytest.mark.parametrize("name", ["Refused", "", "#:", "x#Refused:y", "Unknown", "\x00", "é" * 10_000])
def test_errors(name: str) -> None:
    from botobind_services import dynamodb

    operation = dynamodb.endpoints.PutItem
    trees: tuple[object, ...] = (None, {}, {"message": 1}, {1: 2}, {"Item": object}, [], CANARY, 1)
    for tree in trees:
        refusal(lambda: operation.error_of_json(name, tree))
    for element in (
        "<E/>",
        "<Error><Message><x/></Message></Error>",
        "<E><Errors><Error>x</Error></Errors></E>",
        "<E>x</E>",
    ):
        refusal(lambda: operation.error_of_xml(name, etree.fromstring(element)))
    no_element: Any = None
    assert refusal(lambda: operation.error_of_xml(name, no_element))
