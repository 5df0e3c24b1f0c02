"""The statements that set what element patterns have found: they make of each text what lxml's elements give, and name
nothing but attributes, which are identifiers whatever a model's members are called.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from learnt.variants import outcome
from support.models import list_of, structure

from botobind.bodies import parse_body
from botobind.formats import elementconversions, xmltokens
from botobind.formats.xmllearnt import element_patterns_of
from botobind.pace import PACE
from botobind.wire import elements


@pytest.fixture(autouse=True)
def learnt_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("structures", 0), ("samples", 4), ("pause", 1)):
        monkeypatch.setattr(PACE, name, value)


TEXTS = {
    "Text": ("a", "", " a\n", "&lt;&gt;", "&amp;&quot;"),
    "Integer": ("1", "-2", "1.0", "", " 3 "),
    "Double": ("1.5", "NaN", "-Infinity", "", "1e3"),
    "Single": ("1.5", "0.1", ""),
    "Flag": ("true", "false", "True", ""),
    "Blob": ("YQ==", "", "YWI="),
    "Time": (
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.678+01:00",
        "1767323045",
        "Fri, 02 Jan 2026 03:04:05 GMT",
        "",
    ),
    "Document": ('{"a":[1,"&lt;"]}', "[]", '"&gt;"'),
}
"""Texts of each kind: right ones, empty ones, odd ones. Those of times are read in whichever format they come."""

KINDS: dict[str, Any] = {
    "metadata": {"protocol": "rest-xml"},
    "shapes": {
        "Text": {"type": "string"},
        "Integer": {"type": "integer"},
        "Double": {"type": "double"},
        "Single": {"type": "float"},
        "Flag": {"type": "boolean"},
        "Blob": {"type": "blob"},
        "Time": {"type": "timestamp"},
        "Document": {**structure(), "document": True},
        **{f"{kind}s": list_of(kind) for kind in TEXTS},
        **{
            f"{kind}Level{level}": structure(
                At={"shape": "Flag", "xmlAttribute": True, "locationName": "at"},
                Sign=kind,
                Inner=f"{kind}Level{level - 1}" if level else kind,
                List=f"{kind}s",
                Flat={"shape": f"{kind}s", "flattened": True},
                Other=kind,
            )
            for kind in TEXTS
            for level in range(4)
        },
        **{f"{kind}Levels": list_of(f"{kind}Level3") for kind in TEXTS},
        **{f"{kind}Whole": structure(Items=f"{kind}Levels") for kind in TEXTS},
    },
}


@pytest.mark.parametrize("kind", TEXTS)
def test_each_kind_of_text(monkeypatch: pytest.MonkeyPatch, generate_once: Any, kind: str) -> None:
    """Alone, in lists of both sorts, and in structures in structures, of which its text tells that they are there."""
    values = generate_once(KINDS).values
    read_element = getattr(values, f"{kind}Whole")._read_xml
    documents = [_document(text, other) for text in TEXTS[kind] for other in TEXTS[kind]]
    documents += [re.sub(b"<List>.*?</List>", b"<List></List>", data) for data in documents]
    expected = {data: outcome(lambda: xmltokens.read_element(elements.parse(data), read_element)) for data in documents}
    for data in documents * 4:
        assert outcome(lambda: xmltokens.read(data, read_element)) == expected[data]
    for name in (*(f"{kind}Level{level}" for level in range(4)), f"{kind}Whole"):
        monkeypatch.setattr(element_patterns_of(getattr(values, name)), "read_elements", None)
    taken = [data for data in documents if not expected[data].startswith("refused")]
    assert len(taken) > len(TEXTS[kind]) / 2
    for data in taken:
        value = xmltokens.read(data, read_element)
        assert outcome(lambda: value) == expected[data]
        assert value.items[0].at is value.items[0].inner.at is None


def _document(text: str, other: str) -> bytes:
    inner = text
    for _ in range(4):
        items = f"<member>{text}</member><member>{other}</member>"
        flat = f"<Flat>{other}</Flat><Flat>{text}</Flat>"
        inner = f"<Sign>{text}</Sign><Inner>{inner}</Inner><List>{items}</List>{flat}<Other>{other}</Other>"
    return f"<Whole><Items>{f'<member>{inner}</member>' * 3}</Items></Whole>".encode()


NAMES = (
    *("a;b", "a=b()", "a.b", "a b", "a#", "a\\n", "a[0]", "{groups}", "{statements}", "q'", 'q"', "\\", "(", "1a", "-"),
    *("class", "None", "__class__", "__dict__", "__init__", "_", "ﬁle", "\U0001d4b3", "µ", "import os", "exec"),
    *("value", "inner", "groups", "group1", "xml", "new", "cls", "cls0", "items", "items0", "make0", "append", "match"),
    *("resolved", "is_marked", "matched", "tokens", "text", "place", "emitted", "item", "map", "self"),
)
"""Of members: statements, keywords, names that Python normalizes, and those that emitted functions have."""

_OWN_NAMES = re.compile(
    r"append|groups|inner|is_marked|item|map|match|matched|new|place|resolved|text|tokens|value|xml"
    r"|(?:cls|group|items|make)\d*"
)


def _model(name: str) -> dict[str, Any]:
    members = {
        name: {"shape": "Flag", "locationName": "a"},
        f"{name}s": {"shape": "Flags", "locationName": "b"},
        "Text": "Text",
    }
    return {
        "metadata": {"protocol": "rest-xml"},
        "shapes": {
            "Text": {"type": "string"},
            "Flag": {"type": "boolean"},
            "Flags": list_of("Flag"),
            "Inner": structure(**members),
            "Item": structure(Inner="Inner", **members),
            "Items": list_of("Item"),
            "Whole": structure(Items="Items"),
        },
    }


@pytest.mark.parametrize("name", NAMES)
def test_statements_name_attributes_alone(monkeypatch: pytest.MonkeyPatch, generate: Any, name: str) -> None:
    sources: list[str] = []

    def execute(source: str, namespace: dict[str, Any]) -> None:
        sources.append(source)
        exec(source, namespace)  # noqa: S102 - as it is

    monkeypatch.setattr(elementconversions, "exec", execute, raising=False)
    package = generate(_model(name))
    members = "<a>true</a><b><member>true</member><member>false</member></b><Text>&lt;</Text>"
    items = f"<member>{members}<Inner>{members}</Inner></member>" * 3
    document = f"<Whole><Items>{items}</Items></Whole>".encode()
    first = parse_body(package.Whole, document, "xml")
    for _ in range(12):
        assert parse_body(package.Whole, document, "xml") == first
    assert any("append(value)" in source for source in sources)
    assert any("inner." in source for source in sources)
    attributes = {*package.Item.MEMBERS, *package.Inner.MEMBERS, *package.Whole.MEMBERS}
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Name):
            assert _OWN_NAMES.fullmatch(node.id), node.id
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            assert node.attr in attributes
        assert not isinstance(node, ast.Constant) or node.value is None
