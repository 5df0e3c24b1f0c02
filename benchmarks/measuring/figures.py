"""What was measured: rows, how they are shown, and how they are stored for the documentation."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrs import asdict, frozen
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parents[1] / "results"

_LIBRARIES = ("botocore", "msgspec", "lxml", "cbor2", "attrs", "cattrs")


@frozen(kw_only=True)
class Row:
    """A case: microseconds of a call, bytes held at most, and what is wanted of the quotients of times."""

    case: str
    service: str
    direction: str
    protocol: str
    body_bytes: int
    ours_us: float
    botocore_us: float | None
    baseline_us: float | None
    baseline: str | None
    must_ratio: float | None
    aim_ratio: float | None
    must_baseline: float | None
    aim_baseline: float | None
    must_memory: float | None
    peak_ours: int | None
    peak_botocore: int | None
    resident_ours: int | None
    resident_botocore: int | None
    peers_us: dict[str, float]

    @property
    def ratio(self) -> float | None:
        """How many times as long botocore takes."""
        return None if self.botocore_us is None else self.botocore_us / self.ours_us

    @property
    def over_baseline(self) -> float | None:
        """Our time divided by that of the C library."""
        return None if self.baseline_us is None else self.ours_us / self.baseline_us

    @property
    def memory(self) -> float | None:
        """Our peak divided by botocore's, as Python allocates memory."""
        return _quotient(self.peak_ours, self.peak_botocore)

    @property
    def resident(self) -> float | None:
        """Our peak divided by botocore's, as the operating system sees it, with what C libraries hold."""
        return _quotient(self.resident_ours, self.resident_botocore)


def _quotient(ours: int | None, theirs: int | None) -> float | None:
    return ours / theirs if ours is not None and theirs else None


@frozen
class FirstCall:
    """Milliseconds from a bare interpreter to the first response: 10 instances of EC2."""

    best_ms: float
    median_ms: float
    attrs_ms: float
    """What importing attrs takes of that, at best."""
    must_ms: float = 60


def reached(value: float | None, must: float | None, aim: float | None, *, at_least: bool) -> str:
    """`aim`, `must` or `no`; nothing where nothing is wanted."""
    if value is None or (must is None and aim is None):
        return ""
    for limit, word in ((aim, "aim"), (must, "must")):
        if limit is not None and (value >= limit if at_least else value <= limit):
            return word
    return "no"


_COLOURS = {"aim": "green", "must": "yellow", "no": "red"}


def _judged(value: float | None, must: float | None, aim: float | None, *, at_least: bool) -> tuple[str, str]:
    if value is None:
        return "", ""
    word = reached(value, must, aim, at_least=at_least)
    colour = _COLOURS.get(word)
    limits = "; ".join("-" if limit is None else f"{limit:g}" for limit in (must, aim)) if word else ""
    text = f"{value:.2f} {word}".strip()
    return f"[{colour}]{text}[/]" if colour else text, limits


def _time(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}"


def show(rows: Sequence[Row], first_call: FirstCall | None) -> None:
    """Prints what was measured, with what is wanted (`must; aim`) beside it."""
    table = Table(title="Times in microseconds", title_justify="left")
    for name in ("case", "direction"):
        table.add_column(name, no_wrap=True)
    for name in (
        "kB",
        "ours",
        "botocore",
        "baseline",
        "botocore/ours",
        "wanted",
        "ours/baseline",
        "wanted",
        "memory",
        "resident",
    ):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("peers")
    for row in rows:
        ratio, wanted_ratio = _judged(row.ratio, row.must_ratio, row.aim_ratio, at_least=True)
        baseline, wanted_baseline = _judged(row.over_baseline, row.must_baseline, row.aim_baseline, at_least=False)
        memory, _ = _judged(row.memory, row.must_memory, None, at_least=False)
        peers = ", ".join(f"{name} {_time(taken)}" for name, taken in row.peers_us.items())
        times = (_time(row.ours_us), _time(row.botocore_us), _time(row.baseline_us))
        size = f"{row.body_bytes / 1000:,.1f}"
        resident = "" if row.resident is None else f"{row.resident:.2f}"
        found = (ratio, wanted_ratio, baseline, wanted_baseline, memory, resident)
        table.add_row(row.case, row.direction, size, *times, *found, peers)
    console = Console(width=200)
    console.print(table)
    wanted = [
        row for row in rows for value in (row.must_ratio, row.must_baseline, row.must_memory) if value is not None
    ]
    missed = len(wanted) - sum(_reached_of(row) for row in rows)
    console.print(f"{len(wanted) - missed} of {len(wanted)} figures reach what they must.")
    if first_call is not None:
        console.print(
            f"First call in a fresh process: {first_call.best_ms:.1f} ms at best, "
            f"median {first_call.median_ms:.1f} ms; at most {first_call.must_ms:g} ms wanted. "
            f"Importing attrs takes {first_call.attrs_ms:.1f} ms of it."
        )


def _reached_of(row: Row) -> int:
    found = (
        reached(row.ratio, row.must_ratio, None, at_least=True),
        reached(row.over_baseline, row.must_baseline, None, at_least=False),
        reached(row.memory, row.must_memory, None, at_least=False),
    )
    return found.count("must")


def store(rows: Sequence[Row], first_call: FirstCall, path: Path) -> None:
    """Writes what was measured to a file."""
    facts = {
        "title": "Speed: botobind, botocore, and the C parser or writer",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in _LIBRARIES},
        "first_call": _rounded(asdict(first_call)),
        "rows": [_rounded(asdict(row)) for row in rows],
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value
