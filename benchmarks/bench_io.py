"""What a call costs the client's process: boto3's clients, and ours that ride on them or send requests themselves,
against a server on loopback. `nox -s bench_io` runs it.

CPU seconds of this process alone; the two take turns in short loops, and the shortest loop of each counts. It prints a
table and writes `benchmarks/results/io.json`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import boto3
import botocore
import start
import typer
from attrs import evolve
from botocore.config import Config
from measuring import packages, signatures
from measuring.calls import (
    CREDENTIALS,
    FEW,
    KEY,
    KEYS,
    MANY,
    QUEUE,
    SETTINGS,
    Comparison,
    Row,
    Run,
    certificates,
    make_packages,
    race,
    race_of_threads,
    report,
    server,
)

from botobind.io.engine.endpoints import Endpoints
from botobind.testing import fake
from botobind_services import dynamodb, s3

_THREADS = 8

Connect = Callable[[Any, Any, str], Any]
"""Makes a client of a package, over one of boto3's or without it, for a URL."""


def _connect(service: str, url: str) -> Any:
    config = Config(s3={"addressing_style": "path"})
    return boto3.client(service, **CREDENTIALS, endpoint_url=url, config=config)


def _riding(package: Any, below: Any, _: str) -> Any:
    return package.io.Client(below)


def _alone(package: Any, _: Any, url: str) -> Any:
    return package.io.Client(settings=SETTINGS, credentials=KEYS, endpoint_url=url)


def _get_item(url: str, client: Connect) -> Comparison:
    below = _connect("dynamodb", url)
    return _get_items(below, client(dynamodb, below, url))


def _get_items(below: Any, ours: Any) -> Comparison:
    return Comparison(
        "GetItem",
        lambda: below.get_item(TableName="table", Key={"pk": {"S": "user#1"}}),
        lambda: ours.get_item(table_name="table", key=KEY),
        1.0, 1.3, MANY,
    )  # fmt: skip


def _send_message(url: str, client: Connect) -> Comparison:
    below = _connect("sqs", url)
    ours = client(packages.package("sqs"), below, url)
    return Comparison(
        "SendMessage",
        lambda: below.send_message(QueueUrl=QUEUE, MessageBody="hello"),
        lambda: ours.send_message(queue_url=QUEUE, message_body="hello"),
        1.0, 1.3, MANY,
    )  # fmt: skip


def _get_object(url: str, client: Connect) -> Comparison:
    below = _connect("s3", url)
    ours = client(s3, below, url)
    return Comparison(
        "GetObject of 1 kB",
        lambda: _read(below.get_object(Bucket="box", Key="a/b")["Body"]),
        lambda: _read(ours.get_object(bucket="box", key="a/b").body),
        1.0, 1.3, MANY,
    )  # fmt: skip


def _query(url: str, client: Connect) -> Comparison:
    below = _connect("dynamodb", url)
    ours = client(dynamodb, below, url)
    return Comparison(
        "Query of 1 MB", lambda: below.query(TableName="table"), lambda: ours.query(table_name="table"),
        2.3, 2.5, FEW,
    )  # fmt: skip


def _list_objects(url: str, client: Connect) -> Comparison:
    below = _connect("s3", url)
    ours = client(s3, below, url)
    return Comparison(
        "ListObjectsV2 of 1000",
        lambda: below.list_objects_v2(Bucket="box"),
        lambda: ours.list_objects_v2(bucket="box"),
        5.0, 10.0, FEW,
    )  # fmt: skip


def _describe_instances(url: str, client: Connect) -> Comparison:
    below = _connect("ec2", url)
    ours = client(packages.package("ec2"), below, url)
    return Comparison("DescribeInstances of 200", below.describe_instances, ours.describe_instances, 8.0, 11.0, FEW)


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
        10.0, 15.0, MANY * 10,
    )  # fmt: skip


CALLS: tuple[Callable[[str, Connect], Comparison], ...] = (
    _get_item, _send_message, _get_object, _query, _list_objects, _describe_instances,
)  # fmt: skip
_LIMITS_ALONE = ((2.5, 4.0), (2.5, 4.0), (2.5, 4.0), (3.0, 3.8), (15.0, 25.0), (10.0, 13.0))
"""What the calls must reach, and what is aimed for, without botocore."""


def _made_alone(make: Callable[[str, Connect], Comparison], url: str, limits: tuple[float, float]) -> Comparison:
    made = make(url, _alone)
    must, aim = limits
    return evolve(made, name=f"{made.name}, without botocore", must=must, aim=aim)


def _over_tls(url: str, trusted: Path, rounds: int) -> Row:
    """Calls of threads that share a client: by the clock, which counts calls per second."""
    below: Any = boto3.client("dynamodb", **CREDENTIALS, endpoint_url=url, verify=str(trusted))
    settings = evolve(SETTINGS, ca_bundle=str(trusted))
    ours = dynamodb.io.Client(settings=settings, credentials=KEYS, endpoint_url=url)
    one = _get_items(below, ours)
    theirs, mine = race_of_threads((one.theirs, one.ours), _THREADS, MANY, rounds)
    name = f"GetItem over TLS by {_THREADS} threads, time by the clock, without botocore"
    return Row(name, theirs, mine, 2.0, 3.0)


def _first_calls(rounds: int) -> tuple[Row, Row]:
    """CPU and memory of a fresh process up to its first response."""
    taken = start.measure(rounds, names={"boto3": "bare_boto3_call", "ours": "bare_call"})
    theirs, ours = taken.values()
    return (
        Row("first call of a process, CPU", theirs["cpu_ms"] * 1000, ours["cpu_ms"] * 1000, 1 / 0.9, 1 / 0.5),
        Row("first call of a process, memory", theirs["peak_mb"], ours["peak_mb"], 1 / 0.7, 1 / 0.6, unit="mb"),
    )


def _signature(name: str, runs: tuple[Run, Run], must: float, aim: float) -> Comparison:
    return Comparison(name, *runs, must, aim, MANY * 30)


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
    make_packages()
    with server() as url:
        # One at a time: what other clients hold would be in the way of the garbage collector.
        rows = [make(url, _riding).row(rounds) for make in CALLS]
        of_engine = zip(CALLS, _LIMITS_ALONE, strict=True)
        rows += [_made_alone(make, url, limits).row(rounds) for make, limits in of_engine]
    with certificates() as folder, server(folder) as url:
        rows.append(_over_tls(url, folder / "certificate.pem", rounds))
    rows += _first_calls(max(2, rounds // 4))
    rows += [_session("dynamodb", 2.5, 3.0).row(rounds), _session("ec2", 6.0, 7.0).row(rounds)]
    rows += [_endpoints(kept=kept).row(rounds) for kept in (True, False)]
    for name, runs, must, aim in (
        ("signature of a small request", signatures.small_request(), 6.0, 9.0),
        ("URL signed beforehand", signatures.url_of_an_object(), 3.0, 5.0),
    ):
        rows.append(_signature(name, runs, must, aim).row(rounds))
    (of_fake,) = race((_fake_call(),), MANY * 30, rounds)
    return [*rows, Row("a fake call", None, of_fake, 50, 35)]


def main(rounds: Annotated[int, typer.Option(help="Loops of each.")] = 60, *, store: bool = True) -> None:
    """Measures, prints and stores."""
    versions = {"boto3": boto3.__version__, "botocore": botocore.__version__}
    file = "io.json" if store else None
    report(measure(rounds), title="Calls of clients", theirs="boto3", versions=versions, file=file)


if __name__ == "__main__":
    typer.run(main)
