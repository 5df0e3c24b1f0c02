"""The rows of `bench_io.py` with aiobotocore's clients, and ours that ride on them: in an environment of its own, since
it takes few versions of botocore. `nox -s bench_io` runs it after the other one; it writes
`benchmarks/results/io-async.json`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import botocore
import typer
from botocore.config import Config
from measuring import packages
from measuring.calls import CREDENTIALS, FEW, KEY, MANY, QUEUE, Comparison, Row, make_packages, report, server

from botobind_services import dynamodb, s3

aiobotocore: Any = import_module("aiobotocore.session")


def _get_item(below: Any) -> Comparison:
    ours = dynamodb.io.AsyncClient(below)
    return Comparison(
        "GetItem",
        lambda: below.get_item(TableName="table", Key={"pk": {"S": "user#1"}}),
        lambda: ours.get_item(table_name="table", key=KEY),
        1.0, None, MANY,
    )  # fmt: skip


def _send_message(below: Any) -> Comparison:
    ours = packages.package("sqs").io.AsyncClient(below)
    return Comparison(
        "SendMessage",
        lambda: below.send_message(QueueUrl=QUEUE, MessageBody="hello"),
        lambda: ours.send_message(queue_url=QUEUE, message_body="hello"),
        1.0, None, MANY,
    )  # fmt: skip


def _get_object(below: Any) -> Comparison:
    ours = s3.io.AsyncClient(below)

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


def _query(below: Any) -> Comparison:
    ours = dynamodb.io.AsyncClient(below)
    return Comparison(
        "Query of 1 MB", lambda: below.query(TableName="table"), lambda: ours.query(table_name="table"),
        4.0, None, FEW,
    )  # fmt: skip


def _list_objects(below: Any) -> Comparison:
    ours = s3.io.AsyncClient(below)
    return Comparison(
        "ListObjectsV2 of 1000",
        lambda: below.list_objects_v2(Bucket="box"),
        lambda: ours.list_objects_v2(bucket="box"),
        6.0, None, FEW,
    )  # fmt: skip


def _describe_instances(below: Any) -> Comparison:
    ours = packages.package("ec2").io.AsyncClient(below)
    return Comparison("DescribeInstances of 200", below.describe_instances, ours.describe_instances, 7.0, None, FEW)


CALLS: tuple[tuple[str, Callable[[Any], Comparison]], ...] = (
    ("dynamodb", _get_item),
    ("sqs", _send_message),
    ("s3", _get_object),
    ("dynamodb", _query),
    ("s3", _list_objects),
    ("ec2", _describe_instances),
)


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
    rows = []
    with server() as url:
        options = {**CREDENTIALS, "endpoint_url": url, "config": Config(s3={"addressing_style": "path"})}
        for service, make in CALLS:
            async with aiobotocore.get_session().create_client(service, **options) as below:
                rows.append(await make(below).row_awaited(rounds))
    return [*rows, *[await _session(service).row_awaited(rounds) for service in ("dynamodb", "ec2")]]


def main(rounds: Annotated[int, typer.Option(help="Loops of each.")] = 60, *, store: bool = True) -> None:
    """Measures, prints and stores."""
    rows = asyncio.run(measure(rounds))
    versions = {"aiobotocore": import_module("aiobotocore").__version__, "botocore": botocore.__version__}
    file = "io-async.json" if store else None
    report(rows, title="Calls of asynchronous clients", theirs="aiobotocore", versions=versions, file=file)


if __name__ == "__main__":
    typer.run(main)
