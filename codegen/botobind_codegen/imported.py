"""What generated modules import and call by name: no class, operation or attribute can be called so in them."""

from __future__ import annotations

import builtins
from collections.abc import Mapping

IMPORTED: Mapping[str, frozenset[str]] = {
    module: frozenset(names.split())
    for module, names in {
        "botobind": "paths timestamps twins",
        "botobind.classes": "define",
        "botobind.constraints": "Bounds Len Matches Sensitive WholeSeconds",
        "botobind.declared": "AllErrors AllFormats CborFormat ErrorShape JsonErrors JsonFormat QueryFormat Structure "
        "Union ValueFormat XmlErrors XmlFormat to_twin write_cbor write_json write_query write_xml",
        "botobind.errors": "DecodeError UnknownOperationError failed_at",
        "botobind.formats": "cbor cborpieces errors exact header json query spellings tree uri value xml",
        "botobind.formats.tree": "TreeReader TreeWriter",
        "botobind.operations": "Operation OperationTable PagedOperation",
        "botobind.serializers": "AllFormats CborFormat JsonFormat QueryFormat ValueFormat XmlFormat",
        "botobind.shapes": "ErrorShape Events Payload Structure Union new unknown_union_member",
        "botobind.twins": "TwinReader",
        "botobind.types": "AnyJson Byte EventStreamOf JsonObject Long QueryNode QueryPieces Short Single StreamingBlob "
        "XmlElement XmlTokens",
        "botobind.waiters": "Acceptor Waiter",
        "collections.abc": "Iterator Mapping",
        "datetime": "datetime",
        "enum": "StrEnum",
        "typing": "Annotated Any ClassVar Self TypeAlias",
        ".": "Shapes endpoints",
        ".values.common_errors": "COMMON_ERRORS",
    }.items()
}
"""The names by module that import records may hold; the records refuse others, so that none is forgotten here."""

_OF_TEMPLATES = frozenset(
    {
        "ModuleTable", "OPERATIONS", "OperationTable", "_CommonErrors", "_MODULES", "annotations", "load_on_use",
        "reexport", "router",
    }
)  # fmt: skip
"""What templates import and define."""

_OF_METHODS = frozenset({"self", "cls", "twin", "of", "blanks"})
"""Arguments of methods that name their class."""

_WITHOUT_USE = frozenset({"AttributeError", "EnvironmentError", "ResourceWarning", "Warning"})
"""Builtins that services have shapes of (lambda, datazone, kendra, textract, arc-region-switch), and that generated
code has no use for: their classes keep the names that they have always had.
"""

BUILTINS = frozenset(dir(builtins)) - _WITHOUT_USE

_IN_OPERATIONS = frozenset(
    {
        *(".", ".values.common_errors", "botobind", "botobind.operations"),
        # What the types of results need.
        *("botobind.constraints", "botobind.types", "datetime", "typing"),
    }
)
_IN_WAITERS = frozenset({".", "botobind", "botobind.waiters"})

OPERATION_MODULE_NAMES = (
    frozenset(name for module in _IN_OPERATIONS for name in IMPORTED[module])
    | {"TypeAlias", "UnknownOperationError"}
    | _OF_TEMPLATES
)
"""Names in the modules of operations and of their errors, and in the folder of the former."""

WAITER_MODULE_NAMES = frozenset(name for module in _IN_WAITERS for name in IMPORTED[module]) | {"annotations"}
"""Names in the module of waiters."""

MODULE_NAMES = (
    frozenset(
        name
        for module, names in IMPORTED.items()
        if module not in {"botobind.operations", "botobind.waiters"}
        for name in names
    )
    | (_OF_TEMPLATES - {"OPERATIONS", "OperationTable"})
    | _OF_METHODS
    | {"endpoints", "io", "operation_errors", "scalars", "values", "waiters"}
) - {"Byte", "Events", "Payload", "Short"}
"""Names in the modules of classes, and in the package that has all of them: a class of that name gets an underscore.

Many services have shapes called like those left out, and few modules import them: there the import is called otherwise.
"""
