"""Calls of other SDKs beside ours: capo's clients and those of AWS's own new SDK for Python, against a server on
loopback. `nox -s bench_io_peers` gets them and runs it; it writes `benchmarks/results/io-peers.json`.

CPU as in `bench_io.py`. All of them parse what comes: capo into dicts, AWS's into dataclasses. AWS's is asynchronous
alone, and says of itself that it is experimental.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from attrs import evolve
from measuring import packages
from measuring.calls import FEW, KEY, KEYS, MANY, SETTINGS, Comparison, Row, make_packages, report, server

from botobind_services import dynamodb, s3

_CAPO, _SDK = ("capo-dynamodb", "capo-ec2", "capo-s3"), "aws-sdk-dynamodb"
_REGION, _ITEM = "us-east-1", {"pk": {"S": "user#1"}}


def _capo(service: str, name: str, url: str) -> Any:
    package: Any = import_module(f"capo_{service}")
    keys = package.Credentials(access_key=KEYS.access_key, secret_key=KEYS.secret_key)
    return getattr(package, name)(region=_REGION, endpoint=url, credentials=keys)


def _ours(package: Any, kind: str, url: str) -> Any:
    return getattr(package.io, kind)(settings=SETTINGS, credentials=KEYS, endpoint_url=url)


def _of_dynamodb(theirs: Any, ours: Any) -> Iterator[Comparison]:
    yield Comparison(
        "GetItem, capo-dynamodb",
        lambda: theirs.get_item("table", _ITEM),
        lambda: ours.get_item(table_name="table", key=KEY),
        None, None, MANY,
    )  # fmt: skip
    yield Comparison(
        "Query of 1 MB, capo-dynamodb",
        lambda: theirs.query("table"),
        lambda: ours.query(table_name="table"),
        None, None, FEW,
    )  # fmt: skip


def _of_sdk(theirs: Any, ours: Any) -> Iterator[Comparison]:
    models: Any = import_module("aws_sdk_dynamodb.models")
    get = models.GetItemInput(table_name="table", key={"pk": models.AttributeValueS("user#1")})
    query = models.QueryInput(table_name="table")
    yield Comparison(
        f"GetItem, awaited, {_SDK}",
        lambda: theirs.get_item(get),
        lambda: ours.get_item(table_name="table", key=KEY),
        None, None, MANY,
    )  # fmt: skip
    yield Comparison(
        f"Query of 1 MB, awaited, {_SDK}",
        lambda: theirs.query(query),
        lambda: ours.query(table_name="table"),
        None, None, FEW,
    )  # fmt: skip


def _of_capo(url: str) -> Iterator[Comparison]:
    yield from _of_dynamodb(_capo("dynamodb", "DynamoDBClient", url), _ours(dynamodb, "Client", url))
    theirs, ours = _capo("s3", "S3Client", url), _ours(s3, "Client", url)
    yield Comparison(
        "ListObjectsV2 of 1000, capo-s3",
        lambda: theirs.list_objects_v2("box"),
        lambda: ours.list_objects_v2(bucket="box"),
        None, None, FEW,
    )  # fmt: skip
    theirs, ours = _capo("ec2", "EC2Client", url), _ours(packages.package("ec2"), "Client", url)
    run = theirs.describe_instances
    yield Comparison("DescribeInstances of 200, capo-ec2", run, ours.describe_instances, None, None, FEW)


async def _awaited(url: str, rounds: int) -> list[Row]:
    rows = []
    async with _ours(dynamodb, "AsyncClient", url) as ours:
        for comparison in _of_dynamodb(_capo("dynamodb", "AsyncDynamoDBClient", url), ours):
            named = evolve(comparison, name=comparison.name.replace(",", ", awaited,"))
            rows.append(await named.row_awaited(rounds))
        sdk = await _sdk(url)
        rows += [await comparison.row_awaited(rounds) for comparison in _of_sdk(sdk, ours)]
        await sdk.close()
    return rows


async def _sdk(url: str) -> Any:
    sdk: Any = import_module("aws_sdk_dynamodb.client")
    config: Any = import_module("aws_sdk_dynamodb.config").AsyncDynamoDBConfig
    keys = {"aws_access_key_id": KEYS.access_key, "aws_secret_access_key": KEYS.secret_key}
    return sdk.AsyncDynamoDBClient(await config.resolve(region=_REGION, endpoint_uri=url, **keys))


def measure(rounds: int) -> list[Row]:
    """All rows."""
    make_packages()
    with server() as url:
        rows = [comparison.row(rounds) for comparison in _of_capo(url)]
        return [*rows, *asyncio.run(_awaited(url, rounds))]


def main(rounds: Annotated[int, typer.Option(help="Loops of each.")] = 60, *, store: bool = True) -> None:
    """Measures, prints and stores."""
    versions = {name: version(name) for name in (*_CAPO, _SDK)}
    file = "io-peers.json" if store else None
    report(measure(rounds), title="Calls of other SDKs", theirs="peer", versions=versions, file=file)


if __name__ == "__main__":
    typer.run(main)
