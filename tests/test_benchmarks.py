"""The benchmark's messages are what it says that they are, on both sides, and the same in every run."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bench_items
import pytest
import soak
import tricks
from attrs import evolve, fields
from corpus import CASES, Case, Direction, Goal
from measuring import baselines, botocores, comparisons, memory, packages, signatures
from measuring.comparisons import Comparison, WrongError, prepare
from measuring.figures import reached
from measuring.peer_libraries import peers
from measuring.startup import bytecode_in, run_probe
from measuring.timing import race

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
SMALL = 3

DIGEST = """
import hashlib
from corpus import CASES
print(hashlib.sha256(repr([case.build(3) for case in CASES]).encode()).hexdigest())
"""


def prepared(generate_once: Any, case: Case, size: int | None = None) -> Comparison:
    made = packages.is_committed(case.service)
    package = packages.package(case.service) if made else generate_once(case.service, packages.operations(case.service))
    return prepare(case, package, size)


def test_items_of_dynamodb_say_the_same_on_both_sides() -> None:
    assert len([*bench_items.comparisons()]) == 2 * len(bench_items.ITEMS)


def case_of(direction: Direction, operation: str) -> Case:
    return next(case for case in CASES if case.direction is direction and case.operation == operation)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.direction}-{case.name}-{case.protocol}")
def test_messages_say_the_same_to_all_sides(generate_once: Any, case: Case) -> None:
    comparison = prepared(generate_once, case)
    server = case.direction in (Direction.SERVER_DECODE, Direction.SERVER_ENCODE)
    assert (comparison.botocore is None) == server
    assert (comparison.baseline is None) == (case.operation in ("Invoke", "HeadObject"))
    for run in (comparison.ours, comparison.botocore, comparison.baseline and comparison.baseline.run):
        if run is not None:
            assert run() is not None


@pytest.mark.parametrize(
    "operation",
    ["Query", "ListOpportunities", "ListObjectsV2", "ListRoles", "DescribeInstances", "DescribeAlarms", "HeadObject"],
)
def test_what_one_side_misses_is_no_contest(
    generate_once: Any, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    case = case_of(Direction.DECODE, operation)
    parse = botocores.parse

    def forgetful(*arguments: Any) -> Any:
        def run() -> dict[str, Any]:
            read = parse(*arguments)()
            read.pop(next(name for name in read if name != "ResponseMetadata"))
            return read

        return run

    monkeypatch.setattr(comparisons.botocores, "parse", forgetful)
    with pytest.raises(WrongError, match="botocore parses"):
        prepared(generate_once, case, SMALL)


def test_what_is_no_value_of_the_service_is_no_contest(generate_once: Any) -> None:
    case = case_of(Direction.ENCODE, "PutMetricData")

    def misspelt(count: int) -> dict[str, Any]:
        return {**case.build(count), "NameSpace": "x"}

    with pytest.raises(WrongError, match="the value"):
        prepared(generate_once, evolve(case, build=misspelt), SMALL)


def test_the_messages_are_the_same_in_every_run() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", DIGEST], cwd=BENCHMARKS, check=True, capture_output=True, text=True, env=environment
    )
    ours = hashlib.sha256(repr([case.build(3) for case in CASES]).encode()).hexdigest()
    assert done.stdout.strip() == ours


def test_bodies_are_as_large_as_their_names_say(generate_once: Any) -> None:
    query = prepared(generate_once, case_of(Direction.DECODE, "Query"))
    assert 950_000 < len(query.body) < 1_050_000
    points = case_of(Direction.DECODE, "GetMetricData")
    assert sum(len(metric["Values"]) for metric in points.build(points.size)["MetricDataResults"]) == 28_800


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.direction is Direction.ENCODE], ids=lambda case: case.name
)
def test_floors_write_the_same_bodies(generate_once: Any, case: Case) -> None:
    comparison = prepared(generate_once, case, SMALL)
    assert comparison.baseline is not None
    written: Any = comparison.baseline.run()
    body = written.encode() if isinstance(written, str) else written
    assert baselines.content(case.protocol, body) == baselines.content(case.protocol, comparison.body)


def test_peers_read_as_much_as_we_do(generate_once: Any) -> None:
    for operation in ("ListOpportunities", "ListFunctions"):
        comparison = prepared(generate_once, case_of(Direction.DECODE, operation), SMALL)
        found = dict(peers(comparison))
        assert list(found) == ["msgspec Structs", "cattrs"]
        for run in found.values():
            assert run() is not None
    assert not list(peers(prepared(generate_once, case_of(Direction.ENCODE, "GetItem"))))


def test_the_faster_one_wins() -> None:
    times = race({"short": lambda: sum(range(100)), "long": lambda: sum(range(10_000))}, 3, 0.002)
    assert 0 < times["short"] * 5 < times["long"]


def test_memory_is_what_is_held_at_most() -> None:
    held = memory.allocated(lambda: bytearray(1_000_000))
    assert 1_000_000 <= held < 1_100_000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has held at most")
def test_memory_of_a_fresh_process(tmp_path: Path, generate_once: Any) -> None:
    case = case_of(Direction.DECODE, "GetMetricData")
    comparison = prepared(generate_once, case)
    held = [memory.resident(case, side, comparison.body, tmp_path) for side in ("ours", "botocore")]
    assert all(found is not None and found > 2 * len(comparison.body) for found in held)


@pytest.mark.parametrize(
    ("value", "must", "aim", "at_least", "expected"),
    [
        (8.0, 6, 8, True, "aim"),
        (7.9, 6, 8, True, "must"),
        (5.9, 6, 8, True, "no"),
        (1.2, 1.6, 1.35, False, "aim"),
        (1.6, 1.6, 1.35, False, "must"),
        (1.7, 1.6, None, False, "no"),
        (1.7, None, None, False, ""),
        (None, 6, 8, True, ""),
    ],
)
def test_what_counts_as_reached(
    value: float | None, must: float | None, aim: float | None, expected: str, *, at_least: bool
) -> None:
    assert reached(value, must, aim, at_least=at_least) == expected


def test_aims_are_beyond_what_must_be() -> None:
    for goal in (case.goal for case in CASES if case.goal != Goal()):
        assert goal.must_ratio is not None
        assert goal.aim_ratio is not None
        assert goal.must_ratio < goal.aim_ratio
        assert goal.aim_baseline is None or (goal.must_baseline is not None and goal.aim_baseline < goal.must_baseline)


def test_the_command_measures_what_it_is_asked_for(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    stored = BENCHMARKS / "results" / "speed.json"
    before = stored.read_bytes() if stored.exists() else None
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "bench.py"), "--quick", "invoke", "assumerole"],
        cwd=tmp_path, check=True, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    rows = [line for line in done.stdout.splitlines() if "of_response" in line]
    assert [row.split()[1] for row in rows] == ["Invoke", "AssumeRole"]
    assert (stored.read_bytes() if stored.exists() else None) == before


@pytest.mark.parametrize("name", tricks.TRICKS)
def test_a_trick_gives_what_the_plain_way_gives(name: str) -> None:
    trick, plain = tricks.TRICKS[name]()
    made, expected = trick(), plain()
    assert made is not None
    if isinstance(made, type):
        made, expected = ([field.name for field in fields(cls)] for cls in (made, expected))
    assert made == expected


@pytest.mark.parametrize("make", [signatures.small_request, signatures.url_of_an_object])
def test_signatures_are_the_same(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2024, 5, 1, 10, tzinfo=UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: at.replace(tzinfo=None))
    monkeypatch.setattr(signatures, "datetime", SimpleNamespace(now=lambda _: at))
    theirs, ours = make()
    assert ours() == theirs()


@pytest.mark.parametrize("probe", ["bare", "json", "bare_boto3_item"])
def test_what_a_fresh_process_needs(probe: str, tmp_path: Path) -> None:
    found = run_probe(probe, packages.COMMITTED.parent, tmp_path / "none", bytecode_in(tmp_path))
    assert set(found) == {"ms", "mb", "cpu_ms", "peak_mb"}
    assert 0 < found["cpu_ms"] < 60_000
    assert 1 < found["peak_mb"] < 1000


FLAT = soak.Sample(resident=10**8, allocated=10**7, files=20, threads=7, tasks=0)


@pytest.mark.parametrize(
    ("name", "each", "is_growth"),
    [
        ("allocated", 10_000, False), ("allocated", 50_000, True), ("resident", 10**6, True), ("files", 0, False),
        ("files", 2, True), ("threads", 1, True), ("tasks", 1, True), ("tasks", -1, False),
    ],
)  # fmt: skip
def test_what_grows_in_a_soak_is_named(name: str, each: int, *, is_growth: bool) -> None:
    samples = [evolve(FLAT, **{name: getattr(FLAT, name) + number * each}) for number in range(24)]
    assert [sentence.partition(" ")[0] for sentence in soak.grown(samples)] == [name] * is_growth


def test_what_a_soak_warms_up_with_does_not_count() -> None:
    assert soak.grown([evolve(FLAT, files=5), evolve(FLAT, threads=1), *[FLAT] * 6]) == []
    assert soak.grown([FLAT]) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has open")
def test_a_soak_of_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, count in (("_THREADS", 2), ("_TASKS", 4), ("_CALLS", 8)):
        monkeypatch.setattr(soak, name, count)
    said: list[str] = []
    assert soak.soak(0, least=1, say=said.append) == []
    assert said[0].startswith("round 1: resident ")
    assert "'success'" in said[-1]
