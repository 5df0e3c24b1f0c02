"""What a call costs the client's process: boto3's clients, and ours that ride on them or send requests themselves,
against a server on loopback. `nox -s bench_io` runs it.

CPU seconds of this process alone; the two take turns in short loops, and the shortest loop of each counts. It prints a
table and writes `benchmarks/results/io.json`.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import boto3
import botocore
import typer
from attrs import evolve, frozen
from botocore.config import Config
from corpus.instances import describe_instances_output
from measuring import botocores, packages, signatures
from measuring.answers import answer
from rich.console import Console
from rich.table import Table

from botobind.io.engine.data import Credentials
from botobind.io.engine.endpoints import Endpoints
from botobind.io.engine.settings import Settings
from botobind.testing import fake
from botobind_services import dynamodb, s3

RESULTS = Path(__file__).with_name("results")
QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/orders"
KEY = {"pk": dynamodb.AttributeValue(s="user#1")}
CREDENTIALS: dict[str, Any] = {
    "aws_access_key_id": "AKID",
    "aws_secret_access_key": "SECRET",
    "region_name": "us-east-1",
}
_CALLS = 5
"""Of a loop of the large ones; of the small ones there are twenty times as many."""

Run = Callable[[], object]
Connect = Callable[[Any, Any, str], Any]
"""Makes a client of a package, over one of boto3's or without it, for a URL."""


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


@frozen
class Comparison:
    """What is compared: the same call of boto3's and of ours, and how often a loop makes it."""

    name: str
    theirs: Run
    ours: Run
    must: float
    aim: float
    count: int = 1


@contextmanager
def _server(instances: Path) -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("loopback.py")), str(instances)]
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


def _connect(service: str, url: str) -> Any:
    config = Config(s3={"addressing_style": "path"})
    return boto3.client(service, **CREDENTIALS, endpoint_url=url, config=config)


def _riding(package: Any, below: Any, _: str) -> Any:
    return package.io.Client(below)


def _alone(package: Any, _: Any, url: str) -> Any:
    keys = Credentials(access_key="AKID", secret_key="SECRET")  # noqa: S106 - no secret
    settings = Settings(region="us-east-1", addressing_style="path")
    return package.io.Client(settings=settings, credentials=keys, endpoint_url=url)


def _get_item(url: str, client: Connect) -> Comparison:
    below = _connect("dynamodb", url)
    ours = client(dynamodb, below, url)
    return Comparison(
        "GetItem",
        lambda: below.get_item(TableName="table", Key={"pk": {"S": "user#1"}}),
        lambda: ours.get_item(table_name="table", key=KEY),
        1.0, 1.3, _CALLS * 20,
    )  # fmt: skip


def _send_message(url: str, client: Connect) -> Comparison:
    below = _connect("sqs", url)
    ours = client(packages.package("sqs"), below, url)
    return Comparison(
        "SendMessage",
        lambda: below.send_message(QueueUrl=QUEUE, MessageBody="hello"),
        lambda: ours.send_message(queue_url=QUEUE, message_body="hello"),
        1.0, 1.3, _CALLS * 20,
    )  # fmt: skip


def _get_object(url: str, client: Connect) -> Comparison:
    below = _connect("s3", url)
    ours = client(s3, below, url)
    return Comparison(
        "GetObject of 1 kB",
        lambda: _read(below.get_object(Bucket="box", Key="a/b")["Body"]),
        lambda: _read(ours.get_object(bucket="box", key="a/b").body),
        1.0, 1.3, _CALLS * 20,
    )  # fmt: skip


def _query(url: str, client: Connect) -> Comparison:
    below = _connect("dynamodb", url)
    ours = client(dynamodb, below, url)
    return Comparison(
        "Query of 1 MB", lambda: below.query(TableName="table"), lambda: ours.query(table_name="table"),
        2.3, 2.5, _CALLS,
    )  # fmt: skip


def _list_objects(url: str, client: Connect) -> Comparison:
    below = _connect("s3", url)
    ours = client(s3, below, url)
    return Comparison(
        "ListObjectsV2 of 1000",
        lambda: below.list_objects_v2(Bucket="box"),
        lambda: ours.list_objects_v2(bucket="box"),
        5.0, 10.0, _CALLS,
    )  # fmt: skip


def _describe_instances(url: str, client: Connect) -> Comparison:
    below = _connect("ec2", url)
    ours = client(packages.package("ec2"), below, url)
    return Comparison("DescribeInstances of 200", below.describe_instances, ours.describe_instances, 8.0, 11.0, _CALLS)


def _session(service: str, must: float, aim: float) -> Comparison:
    ours = packages.package(service).io.Client
    return Comparison(
        f"session and client, {service}",
        lambda: boto3.Session().client(service, **CREDENTIALS),
        lambda: ours.of_session(boto3.Session(), **CREDENTIALS),
        must, aim,
    )  # fmt: skip


def _endpoints(*, kept: bool) -> Comparison:
    """Where GetObject goes: as it was found before, or by the rules, which have the bucket of any call new."""
    client: Any = boto3.client("s3", **CREDENTIALS)
    resolver: Any = client._ruleset_resolver  # noqa: SLF001 - what its calls ask
    model = client.meta.service_model.operation_model("GetObject")
    endpoints, numbers = Endpoints(s3, {"AWS::Region": "us-east-1"}), itertools.count()
    operation = s3.endpoints.GetObject

    def bucket() -> str:
        return "box" if kept else f"box-{next(numbers)}"

    return Comparison(
        f"endpoint of GetObject, {'kept' if kept else 'by the rules'}",
        lambda: resolver.construct_endpoint(model, {"Bucket": bucket(), "Key": "a/b"}, {}),
        lambda: endpoints.of(operation, s3.GetObjectRequest(bucket=bucket(), key="a/b")),
        10.0, 15.0, _CALLS * 20,
    )  # fmt: skip


CALLS: tuple[Callable[[str, Connect], Comparison], ...] = (
    _get_item, _send_message, _get_object, _query, _list_objects, _describe_instances,
)  # fmt: skip
_LIMITS_ALONE = ((2.5, 4.0), (2.5, 4.0), (2.5, 4.0), (3.0, 3.8), (15.0, 25.0), (10.0, 13.0))
"""What the calls must reach and shall without botocore."""


def _made_alone(make: Callable[[str, Connect], Comparison], url: str, limits: tuple[float, float]) -> Comparison:
    made = make(url, _alone)
    must, aim = limits
    return evolve(made, name=f"{made.name}, without botocore", must=must, aim=aim)


def _signature(name: str, runs: tuple[Run, Run], must: float, aim: float) -> Comparison:
    return Comparison(name, *runs, must, aim, _CALLS * 100)


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


def _write_instances(path: Path) -> None:
    model = botocores.operation_model("ec2", "DescribeInstances", "ec2")
    path.write_bytes(answer(model, "ec2", describe_instances_output(200)).body)


def measure(rounds: int) -> list[Row]:
    """All rows."""
    packages.make_packages(packages.folder().with_name("clients"), ("ec2", "sqs"), whole=True)
    with TemporaryDirectory() as folder:
        instances = Path(folder, "instances.xml")
        _write_instances(instances)
        with _server(instances) as url:
            # One at a time: what other clients hold would be in the way of the garbage collector.
            rows = [_raced(make(url, _riding), rounds) for make in CALLS]
            of_engine = zip(CALLS, _LIMITS_ALONE, strict=True)
            rows += [_raced(_made_alone(make, url, limits), rounds) for make, limits in of_engine]
    rows += [_raced(_session("dynamodb", 2.5, 3.0), rounds), _raced(_session("ec2", 6.0, 7.0), rounds)]
    rows += [_raced(_endpoints(kept=kept), rounds) for kept in (True, False)]
    for name, runs, must, aim in (
        ("signature of a small request", signatures.small_request(), 6.0, 9.0),
        ("URL signed beforehand", signatures.url_of_an_object(), 3.0, 5.0),
    ):
        rows.append(_raced(_signature(name, runs, must, aim), rounds))
    (of_fake,) = _race((_fake_call(),), _CALLS * 100, rounds)
    return [*rows, Row("a fake call", None, of_fake, 50, 35)]


def _raced(comparison: Comparison, rounds: int) -> Row:
    gc.collect()
    of_boto3, of_us = _race((comparison.theirs, comparison.ours), comparison.count, rounds)
    return Row(comparison.name, of_boto3, of_us, comparison.must, comparison.aim)


def main(rounds: Annotated[int, typer.Option(help="Loops of each.")] = 30, *, store: bool = True) -> None:
    """Measures, prints and stores."""
    rows = measure(rounds)
    table = Table("CPU of a call", "boto3, µs", "ours, µs", "boto3 ÷ ours", "must", "aim")
    for row in rows:
        figures = (row.boto3, row.ours, row.ratio, row.must, row.aim)
        table.add_row(row.name, *("" if figure is None else f"{figure:.3g}" for figure in figures))
    Console().print(table)
    if store:
        facts = {
            "title": "Calls of clients",
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "date": datetime.now(UTC).date().isoformat(),
            "versions": {"boto3": boto3.__version__, "botocore": botocore.__version__},
            "rows": [_stored(row) for row in rows],
        }
        (RESULTS / "io.json").write_text(f"{json.dumps(facts, indent=2)}\n", encoding="utf-8")


def _stored(row: Row) -> dict[str, Any]:
    """A row as the documentation draws it: a quotient, or a time where there is nothing beside it."""
    times = {"boto3_us": row.boto3, "ours_us": row.ours}
    value, unit = (row.ours, "µs") if row.ratio is None else (row.ratio, "times")
    shown: dict[str, Any] = {"name": row.name, "value": value, "unit": unit, "must": row.must, "aim": row.aim, **times}
    return {name: float(f"{each:.3g}") if isinstance(each, float) else each for name, each in shown.items()}


if __name__ == "__main__":
    typer.run(main)
