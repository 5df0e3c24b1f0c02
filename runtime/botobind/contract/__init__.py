"""What generated modules use of the runtime: these names and nothing else, so that all others are free to move.

Emitted statements call functions of `codec` (`botobind.contract.statements`) and of one module per format; annotations
name `Types` (`botobind.contract.annotations`). A name is loaded when it is first imported: a service that speaks JSON
needs nothing of XML. What changes here changes the number in `botobind.numbers`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botobind import io
    from botobind.classes import define
    from botobind.contract import annotations as Types  # noqa: N812 - lower-case names are those of members, in whose scope it stands
    from botobind.contract import statements as codec
    from botobind.formats import cbor, cborchunks, header, query, uri, xml
    from botobind.lazy import load_on_use, reexport
    from botobind.operations import OperationTable, operation
    from botobind.routing import Router
    from botobind.serializers import AllBodyFormats, CborFormat, JsonFormat, QueryFormat, ValueFormat, XmlFormat
    from botobind.shapes import ErrorShape, Structure, Union
    from botobind.waiters import Waiter

__all__ = [
    "AllBodyFormats",
    "CborFormat",
    "ErrorShape",
    "JsonFormat",
    "OperationTable",
    "QueryFormat",
    "Router",
    "Structure",
    "Types",
    "Union",
    "ValueFormat",
    "Waiter",
    "XmlFormat",
    "cbor",
    "cborchunks",
    "codec",
    "define",
    "header",
    "io",
    "load_on_use",
    "operation",
    "query",
    "reexport",
    "uri",
    "xml",
]

_MODULES = {
    "Types": "botobind.contract.annotations",
    "codec": "botobind.contract.statements",
    "io": "botobind.io",
    **{name: f"botobind.formats.{name}" for name in ("cbor", "cborchunks", "header", "query", "uri", "xml")},
}
_PLACES = {
    "define": "botobind.classes",
    **dict.fromkeys(("load_on_use", "reexport"), "botobind.lazy"),
    **dict.fromkeys(("OperationTable", "operation"), "botobind.operations"),
    "Router": "botobind.routing",
    **dict.fromkeys(
        ("AllBodyFormats", "CborFormat", "JsonFormat", "QueryFormat", "ValueFormat", "XmlFormat"),
        "botobind.serializers",
    ),
    **dict.fromkeys(("ErrorShape", "Structure", "Union"), "botobind.shapes"),
    "Waiter": "botobind.waiters",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        found: Any = import_module(_MODULES[name])
    elif name in _PLACES:
        found = getattr(import_module(_PLACES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    globals()[name] = found
    return found
