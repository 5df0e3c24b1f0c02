"""What the whole catalogue costs: generating it, importing from it, checking its types. `nox -s bench_scale` runs it.

Times of interpreters are medians of fresh processes, those that are compared run in turns. It prints a table and writes
`benchmarks/results/scale.json`, from which the documentation draws.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import psutil
import typer
from attrs import asdict, field, frozen
from checkers import SERVICE, Command, files_of, make_tree, mypy, pyright
from measuring.startup import bytecode_in, medians, run_probe
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results")
RUNS = 15
MEGABYTE = 1e6


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


@frozen
class Row:
    """A figure. `must` and `aim` are limits: from above, or from below where the unit is a ratio."""

    name: str
    value: float = field(converter=_rounded)
    unit: str
    must: float | None = None
    aim: float | None = None


@frozen
class Measured:
    """How long a command took, and the most memory that it and its children held at once."""

    seconds: float
    megabytes: float
    output: str


def measure(*command: str, cwd: Path = ROOT, environment: dict[str, str] | None = None, says: str = "") -> Measured:
    """Runs a command that must succeed, and print what it `says`."""
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    peak = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.5):
            peak = max(peak, _held(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if process.returncode or says not in output:
        raise SystemExit(f"{' '.join(command)} failed:\n{output[-4000:]}")
    return Measured(seconds, peak / MEGABYTE, output)


def _held(pid: int) -> float:
    """What a process and its children hold; pages that they share count for each."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    held = 0.0
    for member in family:
        try:
            held += member.memory_info().rss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return held


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder that goes with what is in it, and a cache of its own."""
    with tempfile.TemporaryDirectory(prefix="botobind-bench-") as folder:
        os.environ["BOTOBIND_CACHE_DIR"] = f"{folder}/cache"
        yield Path(folder)


def generation(folder: Path) -> list[Row]:
    """The whole catalogue, cold, again, and with one service changed."""
    out = folder / "all"
    everything = ("botobind", "generate", "--all", "--out", str(out))
    cold = measure(*everything)
    again = measure(*everything)
    changed = out / "sqs" / "values" / "message.py"
    changed.unlink()
    one_of_all = measure(*everything)
    changed.unlink()
    alone = measure("botobind", "generate", "sqs", "--out", str(out))
    shutil.rmtree(out)
    return [
        Row("generate --all, cold", cold.seconds, "s", 90, 45),
        Row("generate --all, cold: memory", cold.megabytes, "MB", 1500),
        Row("generate --all, nothing changed", again.seconds, "s", 3, 1),
        Row("generate --all, one service changed, beyond that service", one_of_all.seconds - alone.seconds, "s", 3),
    ]


def imports(folder: Path) -> list[Row]:
    """What it takes to use EC2 in a fresh interpreter."""
    path = folder / "imports"
    measure("botobind", "generate", "ec2", "--out", str(path / "botobind_services"))
    document = folder / "instances.xml"
    document.write_bytes(_instances(path))
    names = ("package", "regions", "instances", "json", "bare_attrs", "bare_boto3", "bare_regions_request",
             "bare_regions", "bare_instances")  # fmt: skip
    warm = bytecode_in(folder / "bytecode")
    for name in names:
        run_probe(name, path, document, warm)
    turns = [{name: run_probe(name, path, document, warm) for name in names} for _ in range(RUNS)]
    found = {name: medians([turn[name] for turn in turns]) for name in names}
    uncompiled = ("-B", *bytecode_in(folder / "nothing"))
    cold = medians([run_probe("instances", path, document, uncompiled) for _ in range(5)])
    boto3 = found["bare_boto3"]
    return [
        Row("import of the EC2 package", found["package"]["ms"], "ms", 5, 2),
        Row("EC2 DescribeRegions usable", found["regions"]["ms"], "ms", 10, 5),
        Row("EC2 DescribeInstances usable", found["instances"]["ms"], "ms", 35, 20),
        Row("EC2 DescribeInstances usable: memory", found["instances"]["mb"], "MB", 5, 3),
        Row("EC2 DescribeInstances usable, without .pyc", cold["ms"], "ms", 150, 80),
        Row("import botobind and a JSON service's operation", found["json"]["ms"], "ms", 60, 35),
        Row('import boto3, boto3.client("ec2")', boto3["ms"], "ms"),
        Row('import boto3, boto3.client("ec2"): memory', boto3["mb"], "MB"),
        Row("import attrs alone", found["bare_attrs"]["ms"], "ms"),
        Row("bare interpreter to a DescribeRegions request", found["bare_regions_request"]["ms"], "ms"),
        Row("the same, boto3's client / ours", boto3["ms"] / found["bare_regions_request"]["ms"], "times", 7, 10),
        Row("bare interpreter to a DescribeRegions answer", found["bare_regions"]["ms"], "ms"),
        Row("the same, boto3's client / ours", boto3["ms"] / found["bare_regions"]["ms"], "times"),
        Row("bare interpreter to a DescribeInstances answer", found["bare_instances"]["ms"], "ms"),
        Row("EC2 source, all formats, with documentation", _size(path / "botobind_services" / "ec2"), "MB", 25, 15),
    ]


def _instances(path: Path) -> bytes:
    program = (
        f"import sys; sys.path.insert(0, {str(path)!r}); from botobind_services import ec2\n"
        "from botobind.testing import example\n"
        "answer = ec2.endpoints.DescribeInstances.to_response(example(ec2.DescribeInstancesResult))\n"
        "sys.stdout.buffer.write(answer.body)"
    )
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout  # noqa: S603 - ours


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*.py*") if file.suffix in (".py", ".pyi")) / MEGABYTE


def checkers(folder: Path) -> list[Row]:
    """Time and memory of mypy --strict and pyright over the committed packages and EC2."""
    tree = folder / "types"
    packages = make_tree(tree)

    def run(each: Command) -> Measured:
        return measure(*each.words, cwd=tree, environment=each.environment, says=each.says)

    together = run(mypy(tree))
    others = (package.name for package in sorted(packages.iterdir()) if package.name != SERVICE)
    apart = [run(mypy(tree, *others)), run(mypy(tree, SERVICE))]
    before = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        slices = list(pool.map(run, pyright(tree, files_of(packages))))
    seconds = time.perf_counter() - before
    return [
        Row("mypy --strict, committed packages, then EC2", sum(each.seconds for each in apart), "s", 180, 60),
        Row("mypy --strict: memory", max(each.megabytes for each in apart), "MB", 3000),
        Row("mypy --strict, all in one run", together.seconds, "s"),
        Row("mypy --strict, all in one run: memory", together.megabytes, "MB"),
        Row("pyright, committed packages and EC2, two slices at a time", seconds, "s"),
        Row("pyright: memory of a slice", max(each.megabytes for each in slices), "MB"),
    ]


PARTS: dict[str, Callable[[Path], list[Row]]] = {"imports": imports, "generation": generation, "checkers": checkers}


def show(rows: Sequence[Row]) -> None:
    """Prints the rows as a table."""
    table = Table("figure", "value", "must", "aim")
    for row in rows:
        limits = ("" if limit is None else f"{limit:g} {row.unit}" for limit in (row.must, row.aim))
        table.add_row(row.name, f"{row.value:g} {row.unit}", *limits)
    Console(width=120).print(table)


def main(
    parts: Annotated[list[str] | None, typer.Argument(help="Some of: imports, generation, checkers.")] = None,
) -> None:
    """Measures, prints, and writes the results where all parts ran."""
    rows: list[Row] = []
    with workspace() as folder:
        for name in parts or PARTS:
            found = PARTS[name](folder)
            show(found)
            rows += found
    if not parts:
        facts = {
            "title": "Scale: all 439 services",
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "rows": [asdict(row) for row in rows],
        }
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "scale.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
