"""What a call costs the client's process: boto3's clients, and ours that ride on them, against a server on loopback.
`nox -s bench_io` runs it.

CPU seconds of this process alone; the two take turns in short loops, and the shortest loop of each counts. It prints a
table and writes `benchmarks/results/io.json`.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import boto3
import botocore
import typer
from attrs import asdict, frozen
from botocore.config import Config
from rich.console import Console
from rich.table import Table

from botobind.testing import fake
from botobind_services import dynamodb, s3

RESULTS = Path(__file__).with_name("results")
KEY = {"pk": dynamodb.AttributeValue(s="user#1")}
CREDENTIALS: dict[str, Any] = {
    "aws_access_key_id": "AKID",
    "aws_secret_access_key": "SECRET",
    "region_name": "us-east-1",
}
_CALLS = 5
"""Of a loop of the large ones; of the small ones there are twenty times as many."""

Run = Callable[[], object]


@frozen
class Row:
    """A comparison: microseconds of CPU of a call, and what boto3 ÷ ours must be and shall be. Without boto3 the limits
    are for ours.
    """

    name: str
    boto3: float | None
    ours: float
    must: float | None = None
    aim: float | None = None

    @property
    def ratio(self) -> float | None:
        """boto3 ÷ ours."""
        return None if self.boto3 is None else self.boto3 / self.ours


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("loopback.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            yield f"http://127.0.0.1:{next(iter(process.stdout or ())).strip()}"
        finally:
            process.terminate()


def _race(runs: tuple[Run, ...], count: int, rounds: int) -> list[float]:
    """The microseconds of CPU of a call of each, at its best."""
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


def _over_loopback(url: str) -> Iterator[tuple[str, Run, Run, int, float, float]]:
    def connect(service: str) -> Any:
        config = Config(s3={"addressing_style": "path"})
        return boto3.client(service, **CREDENTIALS, endpoint_url=url, config=config)

    below, box = connect("dynamodb"), connect("s3")
    ours, our_box = dynamodb.io.Client(below), s3.io.Client(box)
    yield (
        "GetItem",
        lambda: below.get_item(TableName="table", Key={"pk": {"S": "user#1"}}),
        lambda: ours.get_item(table_name="table", key=KEY),
        _CALLS * 20,
        1.0,
        1.3,
    )
    yield (
        "GetObject of 1 kB",
        lambda: _read(box.get_object(Bucket="box", Key="a/b")["Body"]),
        lambda: _read(our_box.get_object(bucket="box", key="a/b").body),
        _CALLS * 20,
        1.0,
        1.3,
    )
    yield (
        "Query of 1 MB",
        lambda: below.query(TableName="table"),
        lambda: ours.query(table_name="table"),
        _CALLS,
        2.3,
        2.5,
    )
    yield (
        "ListObjectsV2 of 1000",
        lambda: box.list_objects_v2(Bucket="box"),
        lambda: our_box.list_objects_v2(bucket="box"),
        _CALLS,
        5.0,
        10.0,
    )


def _read(body: Any) -> bytes:
    found: bytes = body.read()
    return found


def _fake_call() -> Run:
    service = fake(dynamodb, {"GetItem": lambda request: dynamodb.GetItemOutput(item=request.key)})
    client = dynamodb.io.Client(transport=service)

    def call() -> None:
        client.get_item(table_name="table", key=KEY)
        service.calls.clear()

    return call


def measure(rounds: int) -> list[Row]:
    """All rows."""
    with _server() as url:
        rows = []
        for name, theirs, ours, count, must, aim in _over_loopback(url):
            of_boto3, of_us = _race((theirs, ours), count, rounds)
            rows.append(Row(name, of_boto3, of_us, must, aim))
    (of_fake,) = _race((_fake_call(),), _CALLS * 100, rounds)
    below = boto3.client("dynamodb", **CREDENTIALS)
    of_boto3, of_us = _race(
        (lambda: boto3.Session().client("dynamodb", **CREDENTIALS), lambda: dynamodb.io.Client(below)), 1, rounds
    )
    rows.append(Row("a fake call", None, of_fake, 50, 35))
    rows.append(Row("session and client; ours on one that is there", of_boto3, of_us))
    return rows


def main(rounds: Annotated[int, typer.Option(help="Loops of each.")] = 30, *, store: bool = True) -> None:
    """Measures, prints and stores."""
    rows = measure(rounds)
    table = Table("CPU of a call", "boto3, µs", "ours, µs", "boto3 ÷ ours", "must", "aim")
    for row in rows:
        figures = (row.boto3, row.ours, row.ratio, row.must, row.aim)
        table.add_row(row.name, *("" if figure is None else f"{figure:.3g}" for figure in figures))
    Console().print(table)
    if store:
        versions = {"python": platform.python_version(), "botocore": botocore.__version__}
        rounded = [
            {name: float(f"{value:.3g}") if isinstance(value, float) else value for name, value in asdict(row).items()}
            for row in rows
        ]
        text = json.dumps({"versions": versions, "rows": rounded}, indent=2)
        (RESULTS / "io.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
