"""The page of the architecture says what is so: every file that it names is there, every module has its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from docs.blocks import ROOT

PAGE = ROOT / "docs" / "architecture.md"
RUNTIME = ROOT / "runtime" / "botobind"
GENERATOR = ROOT / "codegen" / "botobind_codegen"
RULES = [*(RUNTIME / name for name in ("formats", "protocols", "rules")), *(GENERATOR / n for n in ("codecs", "emit"))]
"""The folders that have the rules of the wire, as far as they are there."""

UPWARDS = {
    "bodies.py": {"protocols/documents.py", "protocols/payloads.py"},
    "formats/cbor.py": {"shapes.py"},
    "formats/elements.py": {"formats/tree.py"},
    "formats/errors.py": {"shapes.py"},
    "formats/json.py": {"shapes.py"},
    "formats/xmldrafts.py": {"shapes.py"},
    "formats/xmllayouts.py": {"shapes.py"},
    "http.py": {"formats/header.py", "formats/tree.py"},
    "replacing.py": {"shapes.py"},
    "rules/plans.py": {"shapes.py"},
    "schema.py": {"shapes.py"},
    "serializers.py": {"explaining.py", "shapes.py"},
    "shapes.py": {"explaining.py", "validation.py"},
    "testing/__init__.py": {"testing/fakes.py"},
    "twins.py": {"shapes.py"},
    "walker/forms.py": {"shapes.py"},
    "walker/markup.py": {"shapes.py"},
}
"""Imports that go to a floor above. None comes in here; those that are gone may be taken out at any time."""


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


def floor_of(module: str) -> int:
    """The number of the floor on which a module stands, the ground's being 0: by its own name, else by its folder's."""
    for matches in (module.__eq__, lambda name: name.endswith("/") and module.startswith(name)):
        found = [number for number, (_, names) in enumerate(FLOORS) if any(map(matches, names))]
        if found:
            assert len(found) == 1, f"{module} stands on several floors"
            return found[0]
    raise AssertionError(f"{module} stands on no floor: put it into docs/architecture.md, under: The runtime's floors")


MODULES = sorted(file.relative_to(RUNTIME).as_posix() for file in RUNTIME.rglob("*.py"))


@pytest.mark.parametrize("module", [name for name in MODULES if name != "__init__.py"])
def test_imports_go_down(module: str) -> None:
    floor = floor_of(module)
    above = {name for name in imported_by(RUNTIME / module) if floor_of(name) > floor}
    assert above <= UPWARDS.get(module, set())


def imported_by(file: Path) -> Iterator[str]:
    """The modules of the runtime that a file imports, but for its types."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    branches = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    for_types = {id(inner) for branch in branches for inner in ast.walk(branch)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types and f"{node.module}.".startswith("botobind."):
            package = str(node.module).replace(".", "/").removeprefix("botobind").removeprefix("/")
            for name in node.names:
                places = (Path(package, f"{name.name}.py").as_posix(), f"{package}.py", f"{package}/__init__.py")
                yield from [each for each in places if (RUNTIME / each).is_file()][:1]


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
