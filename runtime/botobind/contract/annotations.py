"""What annotations of generated modules name: `Types` there. No member is called so, while many are called `types`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from botobind.errors import UnknownOperationError
from botobind.types import (
    AnyJson,
    Byte,
    EventStreamOf,
    JsonObject,
    Long,
    QueryChunks,
    QueryNode,
    Short,
    Single,
    StreamingBlob,
    XmlElement,
    XmlTokens,
)

if TYPE_CHECKING:
    from botobind.constraints import Bounds, Len, Matches, Sensitive, WholeSeconds
    from botobind.wire_structs import WireStructReader as WireStructReader  # noqa: PLC0414 - to be had from here, by checkers alone

__all__ = [
    "AnyJson",
    "Bounds",
    "Byte",
    "EventStreamOf",
    "JsonObject",
    "Len",
    "Long",
    "Matches",
    "QueryChunks",
    "QueryNode",
    "Sensitive",
    "Short",
    "Single",
    "StreamingBlob",
    "UnknownOperationError",
    "WholeSeconds",
    "XmlElement",
    "XmlTokens",
]

_CONSTRAINTS = frozenset({"Bounds", "Len", "Matches", "Sensitive", "WholeSeconds"})
"""What few programs look at: loaded when it is first asked for."""


def __getattr__(name: str) -> Any:
    if name not in _CONSTRAINTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    found = getattr(import_module("botobind.constraints"), name)
    globals()[name] = found
    return found
