"""What generated modules use of the runtime: few names of one module, which has all of them and no others."""

from __future__ import annotations

import inspect
import re
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from botobind import contract, numbers
from botobind.io.engine import rulefunctions
from botobind_codegen import imported
from botobind_services import sts

GENERATED = Path(sts.__file__).parents[1]
OF_THE_NUMBER = {1: "dd56c8c1f129"}
"""The digest of all names and their parameters, by number."""

_IMPORT = re.compile(r"^from (botobind[\w.]*) import (\([^)]*\)|.*)$|^import (botobind.*)$", re.MULTILINE)
_CALL = re.compile(r"(?<![\w.])([a-zA-Z]\w*)\.([a-zA-Z]\w*)")


def sources() -> list[str]:
    return [file.read_text(encoding="utf-8") for file in GENERATED.rglob("*.py")]


@pytest.fixture(scope="module")
def used() -> set[tuple[str, str]]:
    """The names, or names of modules and what is used of them."""
    found = set()
    for source in sources():
        here: set[str] = set()
        for module, names, whole in _IMPORT.findall(source):
            assert (module, whole) == ("botobind.contract", ""), source[:400]
            here |= {name.split(" as ")[0] for name in re.sub(r"[()\s]+", " ", names).strip(" ,").split(", ")}
        found |= {(name, "") for name in here}
        found |= {(name, attribute) for name, attribute in _CALL.findall(source) if name in here}
    return found


def test_the_contract_is_small(used: set[tuple[str, str]]) -> None:
    assert len({name for name, _ in used}) <= 20


def test_what_is_imported_is_in_the_contract(used: set[tuple[str, str]]) -> None:
    names = imported.IMPORTED["botobind.contract"] | {"OperationTable", "Router", "io"}
    assert names | {"load_on_use", "reexport"} == {*contract.__all__}
    assert {name for name, _ in used} <= {*contract.__all__}
    for name in contract.__all__:
        assert getattr(contract, name) is not None


def test_what_is_called_is_there(used: set[tuple[str, str]]) -> None:
    for name, attribute in used:
        found = getattr(contract, name)
        if (
            not attribute or not isinstance(found, ModuleType) or attribute == "WireStructReader"
        ):  # known to checkers alone
            continue
        assert hasattr(found, attribute), (name, attribute)
        if found.__name__.startswith("botobind.contract."):
            assert attribute in found.__all__, (name, attribute)


def test_what_rules_of_endpoints_call_is_there() -> None:
    found = {name for source in sources() for name in re.findall(r"(?<!\w)_rules\.(\w+)", source)}
    assert found <= {*rulefunctions.__all__}
    assert len(found) > 10


def parameters(value: Any) -> str:
    return f"({', '.join(inspect.signature(value).parameters)})" if inspect.isfunction(value) else ""


def test_a_change_of_the_contract_raises_the_number(used: set[tuple[str, str]]) -> None:
    """Should it fail: raise `NUMBER` in `botobind.numbers`, and `OLDEST` where something went or means something else;
    then put the new digest beside the number. Before the release that has the number first, the digest is enough.
    """
    spaces = {name: getattr(contract, name) for name, attribute in used if attribute}
    lines = [*contract.__all__, *contract.codec.__all__, *contract.Types.__all__]
    lines += [
        f"{name}.{attribute}{parameters(getattr(spaces[name], attribute, None))}"
        for name, attribute in sorted(used)
        if attribute and isinstance(spaces[name], ModuleType)
    ]
    lines += [f"rules.{name}{parameters(getattr(rulefunctions, name))}" for name in rulefunctions.__all__]
    digest = sha256("\n".join(lines).encode()).hexdigest()[:12]
    assert OF_THE_NUMBER[numbers.NUMBER] == digest
    assert 1 <= numbers.OLDEST <= numbers.NUMBER


def test_names_that_keep_an_underscore_are_those_of_somebody() -> None:
    """What modules import no more is free for classes, but where that would rename one."""
    assert {"Long", "Mapping", "Matches"} == imported._FORMERLY
    assert imported._FORMERLY <= imported.MODULE_NAMES
