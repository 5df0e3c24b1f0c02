"""A package of another time than the runtime is refused when it is imported, and told what to run."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from botobind.numbers import NUMBER, OLDEST
from botobind_services import sts

LAZY = "from botobind.lazy import reexport"
CONTRACT = "from botobind.contract import reexport"
PLACES = '"values", "endpoints", "io", router="_router"'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    package = tmp_path / "botobind_services" / "of_another_time"
    package.mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    yield package
    for name in [name for name in sys.modules if name.startswith("botobind_services.of_another_time")]:
        del sys.modules[name]


def written(folder: Path, statement: str, arguments: str, service: str = 'service: str = "of-another-time"') -> None:
    lines = [statement, service, f"__getattr__, __dir__ = reexport(__name__, {arguments})"]
    (folder / "__init__.py").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("statement", "arguments", "says"),
    [
        # From before there was a number.
        (LAZY, PLACES, "older botobind than is installed: `botobind generate of-another-time` writes it anew"),
        (CONTRACT, f"{PLACES}, number={OLDEST - 1}", "older botobind .* `botobind generate of-another-time`"),
        (CONTRACT, f"{PLACES}, number={NUMBER + 1}", "newer botobind .* `pip install --upgrade botobind`"),
    ],
)
@pytest.mark.parametrize("module", ["", ".values", ".endpoints"])
def test_a_package_of_another_time(folder: Path, statement: str, arguments: str, says: str, module: str) -> None:
    written(folder, statement, arguments)
    with pytest.raises(ImportError, match=f"^botobind_services.of_another_time was generated for an? {says}[^.]*$"):
        importlib.import_module(f"botobind_services.of_another_time{module}")


@pytest.mark.parametrize("number", sorted({OLDEST, NUMBER}))
def test_a_package_of_this_time(folder: Path, number: int) -> None:
    written(folder, CONTRACT, f"{PLACES}, number={number}")
    assert importlib.import_module("botobind_services.of_another_time").service == "of-another-time"


def test_generated_packages_have_the_number_of_their_generator() -> None:
    assert f", number={NUMBER})" in Path(sts.__file__).read_text(encoding="utf-8")
