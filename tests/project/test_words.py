"""What stands beside code is understood alone: no docstring points at the one above it, and no reason of a linter's
exception at another.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs.blocks import ROOT, name_of

POINTERS = ("the same", "likewise", "ditto", "as above", "see above")
"""What no docstring and no reason begins with: `help()`, an editor or a list of modules shows it without another."""
OPEN = ("that of", "those", "what becomes of")
"""What no docstring begins with besides: it leaves open what it is of. A reason is of what stands on its line."""
FOLDERS = ("benchmarks", "codegen", "docs", "examples", "runtime", "templates", "tests", "tools")
FILES = [
    *(
        file
        for folder in FOLDERS
        for ext in ("py", "pyi", "jinja")
        for file in sorted((ROOT / folder).rglob(f"*.{ext}"))
    ),
    *ROOT.glob("*.py"),
]

_POINTING = re.compile(
    rf'"""\s*(?:{"|".join(POINTERS + OPEN)})\b'
    rf"|# (?:noqa|type: ignore)[^#\n]*?(?:- |# )(?:{'|'.join(POINTERS)})\b",
    re.IGNORECASE,
)


def pointing_in(text: str) -> list[str]:
    """What in a file points at something else, with its line."""
    return [f"{text.count(chr(10), 0, found.start()) + 1}: {found[0]}" for found in _POINTING.finditer(text)]


@pytest.mark.parametrize(
    "text",
    [
        'def f():\n    """The same, awaited."""',
        'x = 1\n"""\n    Likewise of lists."""',
        'x = 1\n"""Those of lists."""',
        "f()  # noqa: SLF001 - likewise",
        "f()  # type: ignore[misc] # as above",
        "f()  # type: ignore[misc] # noqa: SLF001, S101 - see above",
    ],
)
def test_pointers_are_found(text: str) -> None:
    assert len(pointing_in(text)) == 1


@pytest.mark.parametrize(
    "text", ['"""A call like this one."""', "f()  # noqa: SLF001 - that of the same class", '"""Ends."""\nsame = 1']
)
def test_what_stands_alone_is_left(text: str) -> None:
    assert pointing_in(text) == []


def test_docstrings_and_reasons_stand_alone() -> None:
    own = Path(__file__)
    found = {name_of(file): pointing_in(file.read_text(encoding="utf-8")) for file in FILES if file != own}
    assert len(found) > 500
    assert {name: lines for name, lines in found.items() if lines} == {}
