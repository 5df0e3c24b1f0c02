"""Speed: ours, botocore's and that of C libraries, on the same messages in one process. `nox -s bench` runs it.

Every case is checked on both sides before any is timed: see `comparisons`. It prints a table and writes
`benchmarks/results/speed.json`, from which the documentation draws.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from corpus import CASES, Case, Direction
from corpus.instances import describe_instances_output
from measuring import botocores, packages
from measuring.answers import answer
from measuring.comparisons import Comparison, prepare
from measuring.figures import RESULTS, FirstCall, Row, show, store
from measuring.memory import allocated, resident
from measuring.peer_libraries import peers
from measuring.startup import bytecode_in, run_probe
from measuring.timing import Run, race
from rich.console import Console

_LARGE = 400_000
"""Bytes of a body whose memory is looked at."""
_FIRST_CALLS = 15

_status = Console(stderr=True)


def chosen(names: Sequence[str]) -> list[Case]:
    """The cases in whose names, services or directions one of the words occurs; all without any."""
    words = [name.lower() for name in names]
    return [
        case
        for case in CASES
        if not words or any(word in f"{case.service} {case.name} {case.direction}".lower() for word in words)
    ]


def measure(comparison: Comparison, rounds: int, seconds: float, *, memory: bool) -> Row:
    """The row of a case."""
    runs: dict[str, Run] = {"ours": comparison.ours}
    if comparison.botocore is not None:
        runs["botocore"] = comparison.botocore
    if comparison.baseline is not None:
        runs["baseline"] = comparison.baseline.run
    others = dict(peers(comparison))
    times = race(runs | others, rounds, seconds)
    case, goal = comparison.case, comparison.case.goal
    held = _memory(comparison) if memory else {}
    return Row(
        case=case.name,
        service=case.service,
        direction=case.direction.value,
        protocol=case.protocol,
        body_bytes=len(comparison.body),
        ours_us=times["ours"],
        botocore_us=times.get("botocore"),
        baseline_us=times.get("baseline"),
        baseline=None if comparison.baseline is None else comparison.baseline.name,
        must_ratio=goal.must_ratio,
        aim_ratio=goal.aim_ratio,
        must_baseline=goal.must_baseline,
        aim_baseline=goal.aim_baseline,
        must_memory=goal.must_memory,
        peak_ours=held.get("ours"),
        peak_botocore=held.get("botocore"),
        resident_ours=held.get("resident ours"),
        resident_botocore=held.get("resident botocore"),
        peers_us={name: times[name] for name in others},
    )


def _memory(comparison: Comparison) -> Mapping[str, int | None]:
    if (
        comparison.case.direction is not Direction.DECODE
        or comparison.botocore is None
        or len(comparison.body) < _LARGE
    ):
        return {}
    sides = {"ours": comparison.ours, "botocore": comparison.botocore}
    grown = {f"resident {name}": resident(comparison.case, name, comparison.body, packages.folder()) for name in sides}
    return {name: allocated(run) for name, run in sides.items()} | grown


def first_call(path: Path) -> FirstCall:
    """The first response of fresh processes: imports, classes, decoders, and 10 instances. `path` has the packages.
    Processes that import attrs and nothing else take turns with them: they tell how fast the machine was.
    """
    model = botocores.operation_model("ec2", "DescribeInstances", "ec2")
    with tempfile.TemporaryDirectory(prefix="botobind-bench-") as folder:
        document = Path(folder) / "instances.xml"
        document.write_bytes(answer(model, "ec2", describe_instances_output(10)).body)
        options = bytecode_in(Path(folder) / "bytecode")
        probes = ("bare_first_answer", "bare_attrs")
        runs = [[run_probe(name, path, document, options)["ms"] for name in probes] for _ in range(_FIRST_CALLS + 1)]
        times, attrs_times = zip(*runs[1:], strict=True)  # the first ones compile
    return FirstCall(min(times), statistics.median(times), min(attrs_times))


def _rows(cases: Sequence[Case], rounds: int, seconds: float, *, memory: bool) -> Iterator[Row]:
    for case in cases:
        # One at a time: what others hold would be in the way of processor caches and of the garbage collector.
        comparison = prepare(case, packages.package(case.service))
        _status.print(f"{case.direction:<12} {case.name}")
        yield measure(comparison, rounds, seconds, memory=memory)


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help="Parts of the names of cases, services, directions.")
    ] = None,
    *,
    rounds: Annotated[int, typer.Option(min=1, help="Turns of each side, of which the best counts.")] = 15,
    seconds: Annotated[float, typer.Option(min=0.001, help="The length of a turn.")] = 0.1,
    quick: Annotated[bool, typer.Option("--quick", help="5 short turns, and times only; nothing is written.")] = False,
    no_write: Annotated[bool, typer.Option("--no-write", help="Leave the stored results alone.")] = False,
    store_as: Annotated[Path, typer.Option("--store", help="Where to store results.")] = RESULTS / "speed.json",
) -> None:
    """Measures, prints, and stores the results where all cases ran."""
    if quick:
        rounds, seconds = 5, 0.02
    path = packages.folder()
    cases = chosen(names or [])
    packages.make_packages(path, {case.service for case in cases})
    for case in cases:
        prepare(case, packages.package(case.service))
    rows = list(_rows(cases, rounds, seconds, memory=not quick))
    first = first_call(path) if not names else None
    show(rows, first)
    if first is not None and not quick and not no_write:
        store(rows, first, store_as)
        _status.print(f"written: {store_as}")


if __name__ == "__main__":
    typer.run(main)
