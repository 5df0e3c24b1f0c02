"""The statements that element patterns are given name nothing but attributes, which are identifiers whatever a model's
members are called.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from support.models import list_of, structure

from botobind.bodies import parse_body
from botobind.formats import elementconversions
from botobind.pace import PACE

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
    for pace, value in (("structures", 0), ("samples", 1), ("pause", 1)):
        monkeypatch.setattr(PACE, pace, value)
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
    for _ in range(6):
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
