"""Items of DynamoDB between Python's own types and attribute values: `botobind.dynamodb` beside boto3's serializer and
deserializer, on the same items. `nox -s bench_items` runs it.

Both sides are checked to say the same before any is timed. It prints a table and writes
`benchmarks/results/items.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

import boto3
import typer
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from measuring.calls import Comparison, report

from botobind.dynamodb import AttributeCodec
from botobind_services import dynamodb

_CODEC = AttributeCodec(dynamodb.AttributeValue, decimals=True)
_WRITER, _READER = TypeSerializer(), TypeDeserializer()
_MUST, _AIM = 1.0, 2.0
_VALUES_IN_LOOP = 2_000
"""About as many values as a loop has."""

_FLAT: dict[str, Any] = {
    "id": "user#1",
    "name": "Arooj Aftab",
    "age": 39,
    "score": Decimal("8.50"),
    "is_active": True,
    "note": None,
    "country": "PK",
    "visits": 0,
}
ITEMS: Mapping[str, dict[str, Any]] = {
    "8 scalars": _FLAT,
    "an order of 20 lines": {
        **_FLAT,
        "tags": ["new", "gift"],
        "lines": [{"sku": f"a-{i}", "count": i, "price": Decimal(i) / 4, "size": {"w": i, "h": 2}} for i in range(20)],
    },
    "sets of 50": {"texts": {f"t{i}" for i in range(50)}, "numbers": {Decimal(i) for i in range(50)}},
    "500 numbers": {"values": [Decimal(i) / 8 for i in range(500)]},
    "200 texts": {f"key{i}": "a text of some length" for i in range(200)},
}


def comparisons() -> Iterator[Comparison]:
    """Each item, written and read."""
    for name, item in ITEMS.items():
        count = max(1, _VALUES_IN_LOOP // _size(item))
        ours, theirs = _CODEC.to_item(item), _written(item)
        _check(name, {key: value.to_value() for key, value in ours.items()}, theirs)
        _check(name, _CODEC.of_item(ours), _read(theirs))

        def write(item: Any = item) -> Any:
            return _CODEC.to_item(item)

        def write_theirs(item: Any = item) -> Any:
            return _written(item)

        def read(ours: Any = ours) -> Any:
            return _CODEC.of_item(ours)

        def read_theirs(theirs: Any = theirs) -> Any:
            return _read(theirs)

        yield Comparison(f"to_item, {name}", write_theirs, write, _MUST, _AIM, count)
        yield Comparison(f"of_item, {name}", read_theirs, read, _MUST, _AIM, count)


def _written(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _WRITER.serialize(value) for name, value in item.items()}


def _read(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _READER.deserialize(value) for name, value in item.items()}


def _check(name: str, found: object, expected: object) -> None:
    if _sorted(found) != _sorted(expected):
        raise AssertionError(f"{name}: {found}\nexpected: {expected}")


def _sorted(value: Any) -> Any:
    """A value in which sets that became lists have an order."""
    if isinstance(value, dict):
        return {name: sorted(each) if name in ("SS", "NS") else _sorted(each) for name, each in value.items()}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_size, value.values())) + 1
    return sum(map(_size, value)) + 1 if isinstance(value, (list, set)) else 1


def main(rounds: Annotated[int, typer.Option(help="Loops of each.")] = 100, *, store: bool = True) -> None:
    """Measures, prints and stores."""
    rows = [comparison.row(rounds) for comparison in comparisons()]
    file = "items.json" if store else None
    report(rows, title="Items of DynamoDB", theirs="boto3", versions={"boto3": boto3.__version__}, file=file)


if __name__ == "__main__":
    typer.run(main)
