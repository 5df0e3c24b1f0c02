"""JSON → model, of what the files beside a model say of an operation: its pages and its waiters.

Whether JMESPath expressions lead anywhere is for `plan.paths` to tell, which compiles them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botobind_codegen.model import Acceptor, Pagination, Waiter
from botobind_codegen.table_reader import TableReader

WAITERS_VERSION = 2
"""The version of the format of waiters, the only one that botocore reads, too."""
_STATES = ("success", "failure", "retry")
_OF_OUTPUTS = ("path", "pathAll", "pathAny")
_MATCHERS = (*_OF_OUTPUTS, "status", "error")


def pagination_of(reader: TableReader, operation: str, raw: Mapping[str, Any]) -> Pagination | None:
    """What an operation says of its pages; None where it says nothing."""
    if "pagination" not in raw:
        return None
    table = reader.table(raw["pagination"], "pagination", operation)
    given, taken = (_required(reader, operation, table, key) for key in ("input_token", "output_token"))
    if len(given) != len(taken):
        raise reader.error(f"expected as many as input_token has, which is {len(given)}", operation, "output_token")
    return Pagination(
        given,
        taken,
        _several(table.get("result_key", ())),
        reader.optional_text(table, "more_results", operation),
        reader.optional_text(table, "limit_key", operation),
        tuple(table.get("non_aggregate_keys", ())),
    )


def _required(reader: TableReader, operation: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = _several(table.get(key, ()))
    if not found:
        raise reader.error("missing" if key not in table else "is empty", operation, key)
    return found


def _several(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def waiters_of(reader: TableReader, operation: str, raw: Mapping[str, Any]) -> tuple[Waiter, ...]:
    """The waiters that ask an operation, in the model's order."""
    named = reader.named(raw.get("waiters", {}), "waiters", operation)
    return tuple(_waiter(reader, operation, name, inner) for name, inner in named.items())


def _waiter(reader: TableReader, operation: str, name: str, raw: object) -> Waiter:
    place = f"{operation}.{name}"
    table = reader.table(raw, "waiter", place)
    for key in ("delay", "maxAttempts", "acceptors"):
        if key not in table:
            raise reader.error("missing", place, key)
    if table["delay"] < 0:
        raise reader.error(f"expected no less than 0, got {table['delay']}", place, "delay")
    if table["maxAttempts"] < 1 or table["maxAttempts"] % 1:
        raise reader.error(f"expected a whole number above 0, got {table['maxAttempts']}", place, "maxAttempts")
    acceptors = tuple(_acceptor(reader, place, each) for each in table["acceptors"])
    documentation = reader.text(table, "description", place, default="")
    return Waiter(name, table["delay"], int(table["maxAttempts"]), acceptors, documentation)


def _acceptor(reader: TableReader, place: str, raw: object) -> Acceptor:
    table = reader.table(raw, "acceptor", place)
    if "expected" not in table:
        raise reader.error("missing", place, "expected")
    for key, known in (("state", _STATES), ("matcher", _MATCHERS)):
        if reader.text(table, key, place) not in known:
            raise reader.error(f"expected one of {', '.join(known)}, got {table[key]!r}", place, key)
    argument = reader.text(table, "argument", place) if table["matcher"] in _OF_OUTPUTS else None
    return Acceptor(table["state"], table["matcher"], table["expected"], argument)
