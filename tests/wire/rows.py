"""Rows of wire rules, and the shapes that they are about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NOON = datetime(2020, 2, 29, 12, tzinfo=UTC)
FRACTION = datetime(2020, 2, 29, 12, 0, 0, 678_000, tzinfo=UTC)
BEFORE = datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)
EPOCH = 1582977600
"""`NOON` in seconds since 1970."""


def _list(item: str, *, flattened: bool = False, sparse: bool = False, **traits: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "list", "member": {"shape": item, **traits}}
    return {**shape, **({"flattened": True} if flattened else {}), **({"sparse": True} if sparse else {})}


def _map(value: str, key_name: str = "", value_name: str = "", **traits: Any) -> dict[str, Any]:
    def place(target: str, name: str) -> dict[str, str]:
        return {"shape": target, "locationName": name} if name else {"shape": target}

    return {"type": "map", "key": place("Text", key_name), "value": place(value, value_name), **traits}


SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "State": {"type": "string", "enum": ["ON"]},
    "Byte": {"type": "byte"},
    "Short": {"type": "short"},
    "Integer": {"type": "integer"},
    "Long": {"type": "long"},
    "Double": {"type": "double"},
    "Float": {"type": "float"},
    "Flag": {"type": "boolean"},
    "Blob": {"type": "blob"},
    "Time": {"type": "timestamp"},
    "Iso": {"type": "timestamp", "timestampFormat": "iso8601"},
    "Epoch": {"type": "timestamp", "timestampFormat": "unixTimestamp"},
    "Http": {"type": "timestamp", "timestampFormat": "rfc822"},
    "Json": {"type": "structure", "members": {}, "document": True},
    "JsonText": {"type": "string", "jsonvalue": True},
    "Thing": {"type": "structure", "members": {"A": {"shape": "Text"}, "B": {"shape": "Text", "locationName": "bee"}}},
    "Empty": {"type": "structure", "members": {}},
    "Choice": {
        "type": "structure",
        "members": {"A": {"shape": "Text"}, "B": {"shape": "Integer", "locationName": "bee"}},
        "union": True,
    },
    "Typed": {
        "type": "structure",
        "members": {
            "Type": {"shape": "Text", "locationName": "xsi:type", "xmlAttribute": True},
            "A": {"shape": "Text"},
        },
    },
    "Spaced": {"type": "structure", "members": {"A": {"shape": "Text"}}, "xmlNamespace": {"uri": "http://a/"}},
    "Texts": _list("Text"),
    "Named": _list("Text", locationName="item"),
    "Flat": _list("Text", flattened=True),
    "FlatNamed": _list("Text", flattened=True, locationName="item"),
    "Sparse": _list("Text", sparse=True),
    "SparseThings": _list("Thing", sparse=True),
    "SpacedItems": _list("Text", xmlNamespace={"uri": "http://a/"}),
    "Integers": _list("Integer"),
    "Flags": _list("Flag"),
    "Times": _list("Time"),
    "IsoTimes": _list("Time", timestampFormat="iso8601"),
    "Things": _list("Thing"),
    "Table": _list("Texts"),
    "Map": _map("Text"),
    "NamedMap": _map("Text", "Name", "Text"),
    "FlatMap": _map("Text", flattened=True),
    "FlatNamedMap": _map("Text", "Name", "Text", flattened=True),
    "SparseMap": _map("Text", sparse=True),
    "ThingMap": _map("Thing"),
    "TableMap": _map("Texts"),
}

ABSENT = object()
"""The value of a member that is not there."""


class Row(NamedTuple):
    """A member (its shape and wire traits), a value as boto3 has it, and what is on the wire."""

    rule: str
    protocol: str
    body_format: str
    member: dict[str, Any]
    value: Any
    wire: Any
    read_only: bool = False


def table(protocol: str, body_format: str, *rows: tuple[Any, ...], read_only: bool = False) -> list[Row]:
    """The rows of one protocol and format: rule, shape (or shape and traits), value, wire."""
    return [
        Row(
            f"{protocol}/{body_format}: {rule}",
            protocol,
            body_format,
            {"shape": member} if isinstance(member, str) else member,
            value,
            wire,
            read_only,
        )
        for rule, member, value, wire in rows
    ]


def member(shape: str, **traits: Any) -> dict[str, Any]:
    """A member of a structure with traits of its own."""
    return {"shape": shape, **traits}


IN_HEADER = {"location": "header", "locationName": "X-V"}
