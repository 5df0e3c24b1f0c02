"""Errors: the table of classes by code of each operation, its closed union, and the functions on outputs that awso has
on the type of an operation's output.
"""

from __future__ import annotations

from attrs import frozen

from botobind_codegen.literals import literal
from botobind_codegen.model import Shape
from botobind_codegen.plan.service_facts import ServiceFacts
from botobind_codegen.scope.imports import Imports
from botobind_codegen.scope.names import ServiceNames

COMMON_MODULE = "common_errors"
COMMON_TABLE = "COMMON_ERRORS"
COMMON_UNION = "_CommonErrors"


@frozen
class ErrorCodec:
    """Plans what one file says of errors, and records what it imports."""

    facts: ServiceFacts
    names: ServiceNames
    imports: Imports
    inside: bool = False
    """Whether the file is the stub of `values`, which has all shapes itself."""

    def errors_of(self, shape: Shape) -> tuple[str, ...]:
        """The errors of all operations that answer with this shape."""
        operations = self.facts.operations_by_output.get(shape.name, ())
        return tuple(dict.fromkeys(error for operation in operations for error in operation.errors))

    def is_output(self, shape: Shape) -> bool:
        """Whether some operation answers with this shape."""
        return shape.name in self.facts.operations_by_output

    @property
    def _shapes(self) -> str:
        return self.imports.use_shapes()

    def _reach(self, name: str) -> str:
        return name if self.inside else f"{self._shapes}.{name}"

    def union_of_output(self, shape: Shape) -> str:
        """The closed union of the errors of the operations that answer with this shape, as an annotation."""
        operation, *others = self.facts.operations_by_output[shape.name]
        if others:
            # A part of the service may lack the others' unions.
            return self.union(self.errors_of(shape))
        return self._reach(f"operation_errors.{self.names.operations[operation.name]}")

    def union(self, errors: tuple[str, ...], common: str = "") -> str:
        """The closed union of error classes, as an annotation; `common` names that of the common ones."""
        unknown = self.imports.use("botobind.errors", "UnknownOperationError")
        shared = set(self.facts.common_errors) if common else set()
        own = [self._reach(self.names.classes[error]) for error in errors if error not in shared]
        return " | ".join([*([common] if shared else []), *own, unknown])

    def common_union(self) -> str:
        """The union of the common errors."""
        return " | ".join(f"{self._shapes}.{self.names.classes[error]}" for error in self.facts.common_errors)

    def table(self, errors: tuple[str, ...]) -> str:
        """The classes by code, as an expression; the common ones are imported."""
        shared = set(self.facts.common_errors)
        own = self.classes_by_code(tuple(error for error in errors if error not in shared))
        if not shared:
            return literal(own)
        common = self.imports.use(f".values.{COMMON_MODULE}", COMMON_TABLE)
        entries = "".join(f", {code!r}: {name!r}" for code, name in own.items())
        return f"{{**{common}{entries}}}" if own else common

    def classes_by_code(self, errors: tuple[str, ...]) -> dict[str, str]:
        """The class of each code: that of the model, and the shape's name. Where two errors share one, the first has
        it.
        """
        found: dict[str, str] = {}
        for error in errors:
            traits = self.facts.service.shapes[error].error
            for code in (traits.code if traits else error, error):
                found.setdefault(code, self.names.classes[error])
        return found
