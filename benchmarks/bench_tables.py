"""Tables and pickles of values, beside those of the dicts that botocore makes of the same bytes. `nox -s bench_tables`
runs it.

CPU seconds of this process alone, of the shortest loop of each; the two take turns. It prints a table and writes
`benchmarks/results/tables.json`.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Annotated, Any

import botocore
import pyarrow as pa
import typer
from corpus import CASES
from measuring import botocores, packages
from measuring.answers import answer
from measuring.calls import Comparison, Row, report

from botobind import arrow
from botobind.http import Headers, HttpResponse


def _instances(response: Any) -> list[Any]:
    if isinstance(response, dict):
        return [each for reservation in response["Reservations"] for each in reservation["Instances"]]
    return [each for reservation in response.reservations for each in reservation.instances]


def _objects(response: Any) -> list[Any]:
    found: list[Any] = response["Contents"] if isinstance(response, dict) else response.contents
    return found


SOURCES = (("ec2", "DescribeInstances", "Instance", _instances), ("s3", "ListObjectsV2", "Object", _objects))
LIMITS = {
    "ec2": ((1.3, 1.8), (5.0, 8.0), (0.4, 0.6), (0.7, 1.0)),
    "s3": ((0.6, 1.0), (7.0, 10.0), (0.7, 1.0), (0.9, 1.2)),
}
"""What of each source must be reached and is aimed for: a table of values, one of bytes, pickles written and read."""


def comparisons(service: str, name: str, shape: str, values_of: Any) -> Iterator[Comparison]:
    """The comparisons of one response. `AssertionError` where ours does not say the same."""
    case = next(case for case in CASES if case.operation == name and case.service == service)
    package = packages.package(service)
    operation, cls = package.endpoints.OPERATIONS[name], getattr(package, shape)
    model = botocores.operation_model(service, name, case.protocol)
    given = answer(model, case.protocol, case.build(case.size))
    response = HttpResponse(status=given.status, headers=Headers(given.headers), body=given.body)
    parse = botocores.parse(model, case.protocol, given)
    values, dicts = values_of(operation.of_response(response, protocol=case.protocol)), values_of(parse())
    if [value.to_value() for value in values] != dicts or [*arrow.values(arrow.batches(values, cls), cls)] != values:
        raise AssertionError(name)
    pickled, pickled_dicts = pickle.dumps(values), pickle.dumps(dicts)
    what = f"{name} of {len(values)}"
    in_table, of_bytes, written, read = LIMITS[service]
    yield Comparison(
        f"{what}: table of values",
        lambda: pa.Table.from_pylist(dicts),
        lambda: [*arrow.batches(values, cls)],
        *in_table,
    )
    yield Comparison(
        f"{what}: table of bytes",
        lambda: pa.Table.from_pylist(values_of(parse())),
        lambda: [*arrow.batches(values_of(operation.of_response(response, protocol=case.protocol)), cls)],
        *of_bytes,
    )
    yield Comparison(f"{what}: pickled", lambda: pickle.dumps(dicts), lambda: pickle.dumps(values), *written)
    yield Comparison(f"{what}: unpickled", lambda: pickle.loads(pickled_dicts), lambda: pickle.loads(pickled), *read)  # noqa: S301 - its own


def measure(rounds: int) -> list[Row]:
    """All rows."""
    packages.make_packages(packages.folder(), [service for service, *_ in SOURCES])
    return [each.row(rounds) for source in SOURCES for each in comparisons(*source)]


def main(rounds: Annotated[int, typer.Option(help="Loops of each.")] = 40, *, store: bool = True) -> None:
    """Measures, prints and stores."""
    versions = {"botocore": botocore.__version__, "pyarrow": pa.__version__}
    file = "tables.json" if store else None
    report(measure(rounds), title="Tables and pickles", theirs="botocore", versions=versions, file=file)


if __name__ == "__main__":
    typer.run(main)
