"""What generated modules import and call by name: no class, operation or attribute can be called so in them."""

from __future__ import annotations

import builtins
from collections.abc import Mapping

IMPORTED: Mapping[str, frozenset[str]] = {
    module: frozenset(names.split())
    for module, names in {
        "botobind.contract": "AllBodyFormats CborFormat ErrorShape JsonFormat QueryFormat Structure Types Union "
        "ValueFormat Waiter XmlFormat cbor cborchunks codec define header operation query uri xml",
        "collections.abc": "Iterator Mapping",
        "datetime": "datetime",
        "enum": "StrEnum",
        "typing": "Annotated Any ClassVar Self TypeAlias",
        ".": "Shapes endpoints",
        ".values.common_errors": "COMMON_ERRORS",
    }.items()
}
"""The names by module that import records of modules may hold; the records refuse others, so that none is forgotten
here.
"""

DECLARED: Mapping[str, frozenset[str]] = {
    module: frozenset(names.split())
    for module, names in {
        "botobind.classes": "define",
        "botobind.constraints": "Bounds Len Matches Sensitive WholeSeconds",
        "botobind.declared": "AllErrors AllBodyFormats CborFormat ErrorShape JsonErrors JsonFormat QueryFormat "
        "Structure Union ValueFormat XmlErrors XmlFormat to_wire_struct write_cbor write_json write_query write_xml",
        "botobind.errors": "UnknownOperationError",
        "botobind.operations": "Operation OperationTable PagedOperation",
        "botobind.types": "AnyJson Byte EventStreamOf Long Short Single StreamingBlob",
        "collections.abc": "Mapping",
        "datetime": "datetime",
        "enum": "StrEnum",
        "typing": "Annotated Any Self TypeAlias",
        ".": "Shapes",
    }.items()
}
"""The names by module that import records of stubs may hold."""

_CODEC = {
    "botobind": ("paths", "timestamps", "wire_structs"),
    "botobind.errors": ("DecodeError", "failed_at"),
    "botobind.formats": ("exact", "json", "spellings", "tree"),
    "botobind.shapes": ("new", "unknown_union_member"),
}
_TYPES = {
    "botobind.constraints": ("Bounds", "Len", "Matches", "Sensitive", "WholeSeconds"),
    "botobind.errors": ("UnknownOperationError",),
    "botobind.wire_structs": ("WireStructReader",),
    "botobind.types": (
        *("AnyJson", "Byte", "EventStreamOf", "JsonObject", "Long", "QueryNode", "QueryChunks", "Short", "Single"),
        *("StreamingBlob", "XmlElement", "XmlTokens"),
    ),
}

CONTRACT: Mapping[tuple[str, str], str] = {
    **{
        (module, name): "codec" if module in ("botobind", "botobind.formats") else f"codec.{name}"
        for module, names in _CODEC.items()
        for name in names
    },
    **{(module, name): f"Types.{name}" for module, names in _TYPES.items() for name in names},
    **{
        (module, name): name
        for module, names in {
            "botobind.classes": ("define",),
            "botobind.formats": ("cbor", "cborchunks", "header", "query", "uri", "xml"),
            "botobind.operations": ("operation",),
            "botobind.serializers": (
                "AllBodyFormats",
                "CborFormat",
                "JsonFormat",
                "QueryFormat",
                "ValueFormat",
                "XmlFormat",
            ),
            "botobind.shapes": ("ErrorShape", "Structure", "Union"),
            "botobind.waiters": ("Waiter",),
        }.items()
        for name in names
    },
}
"""What modules call the runtime's names, by where these are: all of them are imported from `botobind.contract`.

What counts as a name of the contract is what a generated module imports: a class, a function, or a module whose
functions follow a rule (`codec`, and one per format), so that one sentence says what each is for.
"""

_OF_TEMPLATES = frozenset(
    {
        "OPERATIONS", "OperationTable", "_CommonErrors", "annotations", "load_on_use", "reexport", "router",
    }
)  # fmt: skip
"""What templates import and define."""

_OF_METHODS = frozenset({"self", "cls", "wire_struct", "of", "instances"})
"""Arguments of methods that name their class."""

_WITHOUT_USE = frozenset({"AttributeError", "EnvironmentError", "ResourceWarning", "Warning"})
"""Builtins that services have shapes of (lambda, datazone, kendra, textract, arc-region-switch), and that generated
code has no use for: their classes keep the names that they have always had.
"""

BUILTINS = frozenset(dir(builtins)) - _WITHOUT_USE

_FORMERLY = frozenset({"Long", "Mapping", "Matches"})
"""Names that modules imported once, and that services have shapes of: those classes keep the names that they have."""

_IN_INDEXES = frozenset({"operation", "Waiter"})
"""What only modules of operations and of waiters import, where no class is."""

OPERATION_MODULE_NAMES = (
    frozenset().union(
        *(DECLARED[f"botobind.{module}"] for module in ("constraints", "errors", "operations", "types")),
        *(DECLARED[module] for module in ("datetime", "typing", ".")),
        {"COMMON_ERRORS", "codec", "operation"},
    )
    | _OF_TEMPLATES
)
"""Names in the modules of operations and of their errors, and in the folder of the former."""

WAITER_MODULE_NAMES = IMPORTED["."] | {"Waiter", "annotations", "codec"}
"""Names in the module of waiters."""

MODULE_NAMES = (
    (frozenset().union(*IMPORTED.values(), *DECLARED.values()) - _IN_INDEXES - {"Operation", "PagedOperation"})
    | (_OF_TEMPLATES - {"OPERATIONS", "OperationTable"})
    | _OF_METHODS
    | _FORMERLY
    | {"endpoints", "io", "operation_errors", "scalars", "values", "waiters"}
) - {"Byte", "OperationTable", "Short"}
"""Names in the modules of classes, in their stub, and in the package that has all of them: a class of that name gets an
underscore.

Many services have shapes called like those left out, and few modules import them: there the import is called otherwise.
"""
