"""What annotations of generated modules name: `Types` there. No member is called so, while many are called `types`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.constraints import Bounds, Len, Matches, Sensitive, WholeSeconds
from botobind.errors import UnknownOperationError
from botobind.types import (
    AnyJson,
    Byte,
    EventStreamOf,
    JsonObject,
    Long,
    QueryNode,
    QueryPieces,
    Short,
    Single,
    StreamingBlob,
    XmlElement,
    XmlTokens,
)

if TYPE_CHECKING:
    from botobind.twins import TwinReader as TwinReader  # noqa: PLC0414 - to be had from here, by checkers alone

__all__ = [
    "AnyJson",
    "Bounds",
    "Byte",
    "EventStreamOf",
    "JsonObject",
    "Len",
    "Long",
    "Matches",
    "QueryNode",
    "QueryPieces",
    "Sensitive",
    "Short",
    "Single",
    "StreamingBlob",
    "UnknownOperationError",
    "WholeSeconds",
    "XmlElement",
    "XmlTokens",
]
