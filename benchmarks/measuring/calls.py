"""Calls of clients against a server on loopback: what they cost this process, and where that is written."""

from __future__ import annotations

import gc
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import frozen
from corpus.instances import describe_instances_output
from rich.console import Console
from rich.table import Table

from botobind.io.engine.data import Credentials
from botobind.io.engine.settings import Settings
from botobind_services import dynamodb
from measuring import botocores, packages
from measuring.answers import answer
from measuring.servers import started

RESULTS = Path(__file__).parents[1] / "results"
QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/orders"
KEY = {"pk": dynamodb.AttributeValue(s="user#1")}
CREDENTIALS: dict[str, Any] = {
    "aws_access_key_id": "AKID",
    "aws_secret_access_key": "SECRET",
    "region_name": "us-east-1",
}
KEYS = Credentials(access_key="AKID", secret_key="SECRET")  # noqa: S106 - no secret
SETTINGS = Settings(region="us-east-1", addressing_style="path", max_connections=50)
FEW, MANY = 1, 10
"""How many calls a loop has: of large responses, and of small ones. Short ones meet a machine that is free at times."""

Run = Callable[[], object]


@frozen
class Row:
    """A comparison: microseconds of a call, of CPU where its name says nothing else, and what theirs ÷ ours must be and
    is aimed for. Without theirs the limits are for ours.
    """

    name: str
    theirs: float | None
    ours: float
    must: float | None = None
    aim: float | None = None
    unit: str = "us"

    @property
    def ratio(self) -> float | None:
        """Theirs ÷ ours."""
        return None if self.theirs is None else self.theirs / self.ours


@frozen
class Comparison:
    """What is compared: the same call of botocore's and of ours, and how often a loop makes it."""

    name: str
    theirs: Run
    ours: Run
    must: float | None
    aim: float | None
    count: int = 1
    calls: int = 1
    """How many calls each of them makes, of which one counts."""

    def row(self, rounds: int) -> Row:
        """What it takes, at its best."""
        with _alone():
            times = race((self.theirs, self.ours), self.count, rounds)
        return self._row(times)

    async def row_awaited(self, rounds: int) -> Row:
        """What calls that are awaited take at their best, in the loop that runs."""
        runs: Any = (self.theirs, self.ours)
        with _alone():
            times = await race_awaited(runs, self.count, rounds)
        return self._row(times)

    def _row(self, times: Sequence[float]) -> Row:
        theirs, ours = (each / self.calls for each in times)
        return Row(self.name, theirs, ours, self.must, self.aim)


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps what the process holds besides out of the garbage collector's sight: a collection of all of it now and then
    would take longer than what is measured, whoever it falls to.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def race(runs: Sequence[Run], count: int, rounds: int) -> list[float]:
    """The microseconds of CPU of a call of each, at its best. They take turns in short loops."""
    best = [float("inf")] * len(runs)
    for run in runs:
        run()
    for _ in range(rounds):
        for place, run in enumerate(runs):
            start = time.process_time()
            for _ in range(count):
                run()
            best[place] = min(best[place], (time.process_time() - start) / count)
    return [seconds * 1e6 for seconds in best]


async def race_awaited(runs: Sequence[Callable[[], Awaitable[object]]], count: int, rounds: int) -> list[float]:
    """The microseconds of CPU of a call that is awaited, of each, at its best. They take turns in short loops."""
    best = [float("inf")] * len(runs)
    for run in runs:
        await run()
    for _ in range(rounds):
        for place, run in enumerate(runs):
            start = time.process_time()
            for _ in range(count):
                await run()
            best[place] = min(best[place], (time.process_time() - start) / count)
    return [seconds * 1e6 for seconds in best]


def race_of_threads(runs: Sequence[Run], threads: int, count: int, rounds: int) -> list[float]:
    """The microseconds of the clock for a call of each, at their best, where so many threads make calls at once. They
    take turns, in loops of so many calls of each thread.
    """
    best = [float("inf")] * len(runs)

    def loop(run: Run) -> None:
        for _ in range(count):
            run()

    with ThreadPoolExecutor(threads) as pool:
        for _ in range(rounds + 1):  # the first one connects
            for place, run in enumerate(runs):
                start = time.perf_counter()
                wait([pool.submit(loop, run) for _ in range(threads)])
                best[place] = min(best[place], (time.perf_counter() - start) / (threads * count))
    for run in runs:
        run()  # raises what the loops may have raised
    return [seconds * 1e6 for seconds in best]


@contextmanager
def server(certificates: Path | None = None) -> Iterator[str]:
    """A server on loopback, by its URL: over TLS where a folder is named with `certificate.pem` and `key.pem`."""
    with TemporaryDirectory() as folder:
        instances = Path(folder, "instances.xml")
        model = botocores.operation_model("ec2", "DescribeInstances", "ec2")
        instances.write_bytes(answer(model, "ec2", describe_instances_output(200)).body)
        scheme, arguments = ("http", ()) if certificates is None else ("https", (certificates,))
        with started("loopback.py", instances, *arguments) as place:
            yield f"{scheme}://{place}"


_MAKE_CERTIFICATE = """
import pathlib, sys
from support.certificates import make_certificate
make_certificate(pathlib.Path(sys.argv[1]))
"""


@contextmanager
def certificates() -> Iterator[Path]:
    """A folder with a certificate for 127.0.0.1 and its key, as the tests have them."""
    tests = Path(__file__).parents[2] / "tests"
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _MAKE_CERTIFICATE, folder]
        subprocess.run(command, check=True, cwd=tests)  # noqa: S603 - our own
        yield Path(folder)


def make_packages() -> None:
    """Has the packages made that are not committed."""
    packages.make_packages(packages.folder().with_name("clients"), ("ec2", "sqs"), whole=True)


def report(rows: Sequence[Row], *, title: str, theirs: str, versions: Mapping[str, str], file: str | None) -> None:
    """Prints rows, and writes them where a file is named."""
    table = Table("CPU of a call", f"{theirs}, µs", "ours, µs", f"{theirs} ÷ ours", "must", "aim")
    for row in rows:
        figures = (row.theirs, row.ours, row.ratio, row.must, row.aim)
        table.add_row(row.name, *("" if figure is None else f"{figure:.3g}" for figure in figures))
    Console().print(table)
    if file is not None:
        facts = {
            "title": title,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "date": datetime.now(UTC).date().isoformat(),
            "versions": dict(versions),
            "rows": [_stored(row, theirs) for row in rows],
        }
        (RESULTS / file).write_text(f"{json.dumps(facts, indent=2)}\n", encoding="utf-8")


def _stored(row: Row, theirs: str) -> dict[str, Any]:
    """A row as the documentation draws it: a quotient, or a time where there is nothing beside it."""
    value, unit = (row.ours, "µs") if row.ratio is None else (row.ratio, "times")
    times = {f"{theirs}_{row.unit}": row.theirs, f"ours_{row.unit}": row.ours}
    shown: dict[str, Any] = {"name": row.name, "value": value, "unit": unit, "must": row.must, "aim": row.aim, **times}
    return {name: float(f"{each:.3g}") if isinstance(each, float) else each for name, each in shown.items()}
