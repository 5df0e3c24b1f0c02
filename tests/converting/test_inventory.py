"""`examples/inventory.py` makes the same table on one machine as Dask and Ray do."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from pyarrow import dataset

EXAMPLE = Path(__file__).parents[2] / "examples" / "inventory.py"
PRINTED = """\
960 functions of 20 pages in 5 files
java21: 320 functions, 153600 MB
nodejs22.x: 320 functions, 153600 MB
python3.13: 320 functions, 153600 MB
"""


def run(*words: str, folder: Path) -> str:
    command = [sys.executable, "-W", "error", str(EXAMPLE), *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inventory")
    run("record", "pages", folder=folder)
    assert len([*(folder / "pages").iterdir()]) == 20
    assert run("one", "pages", "one", folder=folder) == PRINTED
    return folder


def test_one_machine_has_all_rows(recorded: Path) -> None:
    table = dataset.dataset(recorded / "one").to_table()
    assert table.num_rows == 960
    assert len(set(table["function_arn"].to_pylist())) == 960


@pytest.mark.parametrize("way", ["dask", "ray"])
def test_others_make_the_same_table(recorded: Path, way: str) -> None:
    if find_spec(way) is None:
        pytest.skip(f"{way} is not installed: nothing else of the project needs it")
    assert run(way, "pages", way, folder=recorded) == PRINTED
    tables = [dataset.dataset(recorded / name).to_table() for name in ("one", way)]
    assert tables[0].equals(tables[1])
