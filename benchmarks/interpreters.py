"""Speed on other interpreters: what is asked for on CPython 3.11 may be missed there by a fifth.

Builds of interpreters differ in how they were compiled, and the C libraries with them, so that times of two of them say
little. botocore and the C library on the same interpreter are the measure for ours. `nox -s bench_interpreters` runs
it, on what `bench.py --store` has measured; the documentation draws from `benchmarks/results/interpreters.json`.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from attrs import asdict, frozen
from measuring.figures import RESULTS, Row
from rich.console import Console

_LEAST = round(1 / 1.2, 3)
"""Nothing may be more than 20 % worse."""

Measured = Mapping[str, Any]


@frozen(kw_only=True)
class Figure:
    """A case on an interpreter: what it reaches, divided by what is asked for; of two limits, the closer one counts."""

    name: str
    value: float
    unit: str = "times"
    must: float = _LEAST
    aim: float = 1


def figures(measured: Measured) -> Iterator[Figure]:
    """The figures of all cases that have a limit."""
    for row in _rows(measured):
        shares = []
        if row.ratio is not None and row.must_ratio is not None:
            shares.append(row.ratio / row.must_ratio)
        if row.over_baseline is not None and row.must_baseline is not None:
            shares.append(row.must_baseline / row.over_baseline)
        if shares:
            value = float(f"{min(shares):.3g}")
            yield Figure(name=f"{measured['python']}: {row.case}, {row.direction}, {row.protocol}", value=value)


def changes(first: Measured, other: Measured) -> Iterator[float]:
    """Of each case that botocore has a part in: how many times faster than it ours is on the other interpreter, divided
    by the same on the first.
    """
    expected = {_case(row): row.ratio for row in _rows(first)}
    for row in _rows(other):
        before = expected[_case(row)]
        if row.ratio is not None and before is not None:
            yield row.ratio / before


def _rows(measured: Measured) -> Iterator[Row]:
    return (Row(**row) for row in measured["rows"])


def _case(row: Row) -> tuple[str, str, str]:
    return row.case, row.direction, row.protocol


def main(
    files: Annotated[list[Path], typer.Argument(help="What was measured on each, the one to compare with first.")],
) -> None:
    """Writes the results, and names what is worse than it may be."""
    first, *others = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    found = [figure for other in others for figure in figures(other)]
    facts = {key: first[key] for key in ("machine", "cores", "date", "versions")}
    facts |= {"title": "Other interpreters: the share of what is asked for on the first", "python": first["python"]}
    path = RESULTS / "interpreters.json"
    path.write_text(json.dumps(facts | {"rows": [asdict(row) for row in found]}, indent=2) + "\n", encoding="utf-8")
    console = Console()
    for other in others:
        console.print(
            f"{other['python']} against {first['python']}, botocore/ours: {_summary([*changes(first, other)])}"
        )
    for row in found:
        if row.value < row.must:
            console.print(f"{row.name}: {row.value:g}, at least {row.must:g} wanted")
    console.print(f"{sum(row.value >= row.must for row in found)} of {len(found)} figures reach what they must.")


def _summary(values: Sequence[float]) -> str:
    return f"median {statistics.median(values):.2f}, from {min(values):.2f} to {max(values):.2f}"


if __name__ == "__main__":
    typer.run(main)
