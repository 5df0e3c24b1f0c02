"""An inventory of Lambda functions as tables: the same on one machine and, by Dask or Ray, on many.

    python examples/inventory.py record pages      # pages of functions, as clients of many regions would get them
    python examples/inventory.py one pages table
    python examples/inventory.py dask pages table
    python examples/inventory.py ray pages table

Each task reads some pages and writes one Parquet file of what is in them; only paths and numbers travel. What reads the
folder then, be it pyarrow, DuckDB, polars or Spark, sees one table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import dataset

from botobind import arrow
from botobind.testing import fake
from botobind_services import lambda_

REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2")
COLUMNS = ("function_name", "function_arn", "runtime", "memory_size", "timeout", "architectures", "vpc_config")
PAGES_OF_A_TASK = 4


def record(folder: Path) -> None:
    """Writes each page of each region into a file, as the service has it in the body of its response."""
    folder.mkdir(parents=True, exist_ok=True)
    for region in REGIONS:
        # Of AWS: `lambda_.io.Client(region=region)`.
        client = lambda_.io.Client(transport=fake(lambda_, {"ListFunctions": _functions_of(region)}))
        for number, page in enumerate(client.list_functions.pages()):
            (folder / f"{region}-{number:03}.json").write_bytes(page.to_string())


def functions_of(files: Sequence[Path]) -> Iterator[lambda_.FunctionConfiguration]:
    """What is in recorded pages, one page at a time."""
    for file in files:
        yield from lambda_.ListFunctionsResponse.of_string(file.read_bytes()).functions or ()


def write_part(files: Sequence[Path], path: Path) -> int:
    """A task: some pages to one part of the table."""
    return arrow.write_parquet(path, functions_of(files), lambda_.FunctionConfiguration, members=COLUMNS)


Task = tuple[Sequence[Path], Path]


def on_one_machine(tasks: Sequence[Task]) -> list[int]:
    """One task after the other."""
    return [write_part(*task) for task in tasks]


def on_dask(tasks: Sequence[Task]) -> list[int]:
    """Tasks in processes; with a `distributed.Client`, on its machines."""
    dask: Any = import_module("dask")
    delayed = dask.delayed(write_part)
    counts: tuple[int, ...] = dask.compute(*(delayed(*task) for task in tasks), scheduler="processes", num_workers=2)
    return list(counts)


def on_ray(tasks: Sequence[Task]) -> list[int]:
    """Tasks on the machines of a Ray cluster, or in processes of this one."""
    ray: Any = import_module("ray")
    remote = ray.remote(write_part)
    counts: list[int] = ray.get([remote.remote(*task) for task in tasks])
    return counts


WAYS: dict[str, Callable[[Sequence[Task]], list[int]]] = {"one": on_one_machine, "dask": on_dask, "ray": on_ray}


def inventory(way: str, pages: Path, table: Path) -> pa.Table:
    """Runs all tasks, and sums up the table: functions and memory by runtime."""
    table.mkdir(parents=True, exist_ok=True)
    files = sorted(pages.glob("*.json"))
    chunks = [files[start : start + PAGES_OF_A_TASK] for start in range(0, len(files), PAGES_OF_A_TASK)]
    counts = WAYS[way]([(chunk, table / f"{number:03}.parquet") for number, chunk in enumerate(chunks)])
    print(f"{sum(counts)} functions of {len(files)} pages in {len(counts)} files")
    found = dataset.dataset(table, format="parquet").to_table(columns=["runtime", "memory_size"])
    summed = found.group_by("runtime").aggregate([("memory_size", "count"), ("memory_size", "sum")])
    return summed.sort_by("runtime")


def _functions_of(region: str) -> Callable[[lambda_.ListFunctionsRequest], lambda_.ListFunctionsResponse]:
    """Functions as one might have them, 50 on a page."""
    runtimes = ("python3.13", "nodejs22.x", "java21")
    all_ = [
        lambda_.FunctionConfiguration(
            function_name=f"job-{number}",
            function_arn=f"arn:aws:lambda:{region}:123456789012:function:job-{number}",
            runtime=runtimes[number % len(runtimes)],
            memory_size=128 << number % 4,
            timeout=30,
            code_size=number * 1_000,
            architectures=["arm64"],
            vpc_config=lambda_.VpcConfigResponse(subnet_ids=["subnet-1"]) if number % 5 == 0 else None,
        )
        for number in range(240)
    ]

    def answer(request: lambda_.ListFunctionsRequest) -> lambda_.ListFunctionsResponse:
        start = int(request.marker or 0)
        end = start + 50
        return lambda_.ListFunctionsResponse(
            functions=all_[start:end], next_marker=str(end) if end < len(all_) else None
        )

    return answer


def main(way: str, *folders: str) -> None:
    """Records pages, or makes a table of them."""
    if way == "record":
        record(*map(Path, folders))
        return
    for row in inventory(way, *map(Path, folders)).to_pylist():
        print(f"{row['runtime']}: {row['memory_size_count']} functions, {row['memory_size_sum']} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
