"""The page of the architecture says what is so: every file that it names is there, every module has its place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from docs.blocks import ROOT

PAGE = ROOT / "docs" / "architecture.md"
RUNTIME = ROOT / "runtime" / "botobind"
GENERATOR = ROOT / "codegen" / "botobind_codegen"
RULES = [*(RUNTIME / name for name in ("bodies", "formats", "protocols", "rules", "wire")), GENERATOR / "codecs"]
"""The folders that have the rules of the wire."""


def section(title: str) -> str:
    """The text of a section of the page."""
    _, _, after = PAGE.read_text(encoding="utf-8").partition(f"## {title}\n")
    assert after, f"docs/architecture.md has no section {title!r}"
    return after.partition("\n## ")[0]


def rows_of(title: str) -> list[tuple[str, list[str]]]:
    """The rows of a section's table: the first cell, and what stands in backticks in the last one."""
    cells = [line.strip("| ").split(" | ") for line in section(title).splitlines() if line.startswith("| ")]
    return [(row[0], re.findall(r"`([^`]+)`", row[-1])) for row in cells[2:]]


STAGES = rows_of("The generator's stages")
FLOORS = rows_of("The runtime's floors")
RULE_ROWS = rows_of("Where is the rule for …")


def is_there(name: str, *folders: Path) -> bool:
    return any((folder / name).exists() for folder in folders)


@pytest.mark.parametrize(("stage", "names"), STAGES)
def test_the_files_of_a_stage_are_there(stage: str, names: list[str]) -> None:
    assert names
    assert [name for name in names if not is_there(name, GENERATOR, ROOT)] == [], stage


@pytest.mark.parametrize(("floor", "names"), FLOORS)
def test_the_files_of_a_floor_are_there(floor: str, names: list[str]) -> None:
    assert names
    assert [name for name in names if not is_there(name, RUNTIME)] == [], floor


@pytest.mark.parametrize(("rule", "names"), RULE_ROWS)
def test_the_modules_of_a_rule_are_there(rule: str, names: list[str]) -> None:
    assert names
    assert [name for name in names if not is_there(name, GENERATOR, RUNTIME)] == [], rule


def test_every_module_that_may_have_a_rule_is_in_the_table() -> None:
    named = {name for _, names in RULE_ROWS for name in names}
    modules = {
        file.relative_to(folder.parent).as_posix()
        for folder in RULES
        for file in folder.rglob("*.py")
        if file.name != "__init__.py"
    }
    assert modules - named == set(), "give it a row in docs/architecture.md, under: Where is the rule for …"


def contract(name: str) -> dict[str, Any]:
    """A contract of import-linter, which `nox -s lint` holds the imports against."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(each for each in project["tool"]["importlinter"]["contracts"] if each["id"] == name)
    return found


def test_the_floors_of_the_page_are_those_of_the_contract() -> None:
    layers = [{*layer.split(" : ")} for layer in contract("floors")["layers"]]
    # The ground is below in the contract and first in the table.
    assert layers[::-1] == [{re.sub(r"\.py$|/$", "", name) for name in names} for _, names in FLOORS]


def test_the_picture_has_the_floors_of_the_table() -> None:
    picture = ET.parse(ROOT / "docs" / "_static" / "floors.svg")  # noqa: S314 - our own
    drawn = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text") if text.get("class") == "name"]
    # The ground is below in the picture and first in the table.
    assert list(reversed(drawn)) == [name for name, _ in FLOORS]


@pytest.mark.parametrize("name", ["floors.svg", "message.svg"])
def test_pictures_read_the_same_on_light_and_dark_pages(name: str) -> None:
    text = (ROOT / "docs" / "_static" / name).read_text(encoding="utf-8")
    # Every text stands on a box of a light colour, so that its own dark one can be read.
    assert "currentColor" not in text
    fills = re.findall(r'<rect [^>]*fill="#([0-9a-f]{6})"', text)
    assert len(fills) > 5
    assert all(int(fill[at : at + 2], 16) > 0xC0 for fill in fills for at in (0, 2, 4))
