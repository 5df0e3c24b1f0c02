"""The rows of `bench_io.py` with aiobotocore's clients, and ours that ride on them or send requests themselves: in an
environment of its own, since it takes few versions of botocore. `nox -s bench_io` runs it after the other one; it
writes `benchmarks/results/io-async.json`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Annotated, Any

import botocore
import typer
from attrs import evolve
from botocore.config import Config
from measuring import packages
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
    make_packages,
    report,
    server,
)

aiobotocore: Any = import_module("aiobotocore.session")


Connect = Callable[[Any, Any, str], Any]
"""Makes a client of a package, over one of aiobotocore's or without it, for a URL."""

_AT_ONCE = 50


def _riding(package: Any, below: Any, _: str) -> Any:
    return package.io.AsyncClient(below)


def _alone(package: Any, _: Any, url: str) -> Any:
    return package.io.AsyncClient(settings=SETTINGS, credentials=KEYS, endpoint_url=url)


def _get_item(below: Any, ours: Any) -> Comparison:
    return Comparison(
        "GetItem",
        lambda: below.get_item(TableName="table", Key={"pk": {"S": "user#1"}}),
        lambda: ours.get_item(table_name="table", key=KEY),
        1.0, None, MANY,
    )  # fmt: skip


def _get_items(below: Any, ours: Any) -> Comparison:
    """Calls that are on their way together, of which one counts."""
    one = _get_item(below, ours)

    async def all_of(run: Any) -> None:
        await asyncio.gather(*[run() for _ in range(_AT_ONCE)])

    theirs, mine = partial(all_of, one.theirs), partial(all_of, one.ours)
    return Comparison(f"GetItem, {_AT_ONCE} at once", theirs, mine, 1.0, None, calls=_AT_ONCE)


def _send_message(below: Any, ours: Any) -> Comparison:
    return Comparison(
        "SendMessage",
        lambda: below.send_message(QueueUrl=QUEUE, MessageBody="hello"),
        lambda: ours.send_message(queue_url=QUEUE, message_body="hello"),
        1.0, None, MANY,
    )  # fmt: skip


def _get_object(below: Any, ours: Any) -> Comparison:
    async def get_theirs() -> bytes:
        async with (await below.get_object(Bucket="box", Key="a/b"))["Body"] as body:
            found: bytes = await body.read()
            return found

    async def get_ours() -> bytes:
        streamed: Any = (await ours.get_object(bucket="box", key="a/b")).body
        async with streamed as body:
            found: bytes = await body.read()
            return found

    return Comparison("GetObject of 1 kB", get_theirs, get_ours, 1.0, None, MANY)


def _query(below: Any, ours: Any) -> Comparison:
    return Comparison(
        "Query of 1 MB", lambda: below.query(TableName="table"), lambda: ours.query(table_name="table"),
        4.0, None, FEW,
    )  # fmt: skip


def _list_objects(below: Any, ours: Any) -> Comparison:
    return Comparison(
        "ListObjectsV2 of 1000",
        lambda: below.list_objects_v2(Bucket="box"),
        lambda: ours.list_objects_v2(bucket="box"),
        6.0, None, FEW,
    )  # fmt: skip


def _describe_instances(below: Any, ours: Any) -> Comparison:
    return Comparison("DescribeInstances of 200", below.describe_instances, ours.describe_instances, 7.0, None, FEW)


CALLS: tuple[tuple[str, Callable[[Any, Any], Comparison]], ...] = (
    ("dynamodb", _get_item),
    ("dynamodb", _get_items),
    ("sqs", _send_message),
    ("s3", _get_object),
    ("dynamodb", _query),
    ("s3", _list_objects),
    ("ec2", _describe_instances),
)
_LIMITS_ALONE: Mapping[str, tuple[float, float]] = {"GetItem": (3.0, 4.0), f"GetItem, {_AT_ONCE} at once": (3.0, 4.0)}
"""What calls must reach, and what is aimed for, without aiobotocore; for the others nothing is set."""


async def _row(service: str, make: Callable[[Any, Any], Comparison], connect: Connect, url: str, rounds: int) -> Row:
    config = Config(s3={"addressing_style": "path"}, max_pool_connections=_AT_ONCE)
    opened = aiobotocore.get_session().create_client(service, **CREDENTIALS, endpoint_url=url, config=config)
    async with opened as below, connect(packages.package(service), below, url) as ours:
        comparison = make(below, ours)
        if connect is _alone:
            must, aim = _LIMITS_ALONE.get(comparison.name, (None, None))
            name = f"{comparison.name}, without aiobotocore"
            comparison = evolve(comparison, name=name, must=must, aim=aim)
        return await comparison.row_awaited(rounds)


def _session(service: str) -> Comparison:
    ours = packages.package(service).io.AsyncClient

    async def open_theirs() -> None:
        async with aiobotocore.get_session().create_client(service, **CREDENTIALS):
            pass

    async def open_ours() -> None:
        async with ours.of_session(aiobotocore.get_session(), **CREDENTIALS):
            pass

    return Comparison(f"session and client, {service}", open_theirs, open_ours, None, None)


async def measure(rounds: int) -> list[Row]:
    """All rows."""
    make_packages()
    with server() as url:
        rows = [
            await _row(service, make, connect, url, rounds) for connect in (_riding, _alone) for service, make in CALLS
        ]
    return [*rows, *[await _session(service).row_awaited(rounds) for service in ("dynamodb", "ec2")]]


def main(rounds: Annotated[int, typer.Option(help="Loops of each.")] = 60, *, store: bool = True) -> None:
    """Measures, prints and stores."""
    rows = asyncio.run(measure(rounds))
    versions = {"aiobotocore": import_module("aiobotocore").__version__, "botocore": botocore.__version__}
    file = "io-async.json" if store else None
    report(rows, title="Calls of asynchronous clients", theirs="aiobotocore", versions=versions, file=file)


if __name__ == "__main__":
    typer.run(main)
