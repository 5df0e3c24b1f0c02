"""Speed on other interpreters: how many times faster than botocore, beside the same on the first of them.

Builds of interpreters differ in how they were compiled, and the C libraries with them, so that times of two of them say
little. botocore's time on the same interpreter is the measure for both. `nox -s bench_interpreters` runs it, on what
`bench.py --store` has measured; the documentation draws from `benchmarks/results/interpreters.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from attrs import asdict, frozen
from figures import RESULTS
from rich.console import Console

_WORST = round(1 / 1.2, 3)
"""Nothing may be more than 20 % worse."""

Measured = Mapping[str, Any]


@frozen(kw_only=True)
class Figure:
    """A case on an interpreter: its quotient there, divided by that on the first interpreter."""

    name: str
    value: float
    unit: str = "times"
    must: float = _WORST
    aim: float | None = None


def figures(first: Measured, others: Sequence[Measured]) -> Iterator[Figure]:
    """The figures of all cases that botocore has a part in."""
    expected = {_case(row): _quotient(row) for row in first["rows"] if row["botocore_us"]}
    for other in others:
        for row in other["rows"]:
            if row["botocore_us"]:
                value = _quotient(row) / expected[_case(row)]
                yield Figure(name=f"{other['python']}: {', '.join(_case(row))}", value=float(f"{value:.3g}"))


def _case(row: Measured) -> tuple[str, str]:
    return row["case"], row["direction"]


def _quotient(row: Measured) -> float:
    return float(row["botocore_us"] / row["ours_us"])


def main(
    files: Annotated[list[Path], typer.Argument(help="What was measured on each, the one to compare with first.")],
) -> None:
    """Writes the results, and names what is worse than it may be."""
    first, *others = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    found = list(figures(first, others))
    facts = {key: first[key] for key in ("machine", "cores", "date", "versions")}
    facts |= {"title": "Other interpreters: botocore/ours, divided by the same on the first", "python": first["python"]}
    path = RESULTS / "interpreters.json"
    path.write_text(json.dumps(facts | {"rows": [asdict(row) for row in found]}, indent=2) + "\n", encoding="utf-8")
    console = Console()
    for row in found:
        if row.value < row.must:
            console.print(f"{row.name}: {row.value:g}, at least {row.must:g} wanted")
    console.print(f"{sum(row.value >= row.must for row in found)} of {len(found)} figures reach what they must.")


if __name__ == "__main__":
    typer.run(main)
