from __future__ import annotations

from pathlib import Path

from botobind_codegen.keys import KEYS
from botobind_codegen.keys_table import table
from botobind_codegen.value_kinds import VALUE_KINDS

PAGE = Path(__file__).parents[2] / "docs" / "model-keys.md"


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == table()


def test_every_ignored_key_has_a_reason() -> None:
    for context, keys in KEYS.items():
        for name, key in keys.items():
            assert key.note, f"{context}.{name}"


def test_every_key_has_a_kind_of_value() -> None:
    assert {name for keys in KEYS.values() for name in keys} == VALUE_KINDS.keys()
