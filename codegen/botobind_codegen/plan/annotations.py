"""Annotations of members and the right sides of aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from botobind_codegen.model import INTEGERS, NUMBERS, Reference, Shape
from botobind_codegen.plan.service_facts import ServiceFacts
from botobind_codegen.scope.imports import Imports
from botobind_codegen.scope.names import is_class

if TYPE_CHECKING:
    from botobind_codegen.scope.names import ServiceNames

_BUILTINS = {
    "string": "str",
    "integer": "int",
    "double": "float",
    "boolean": "bool",
    "blob": "bytes",
}

_SIZED = {"float": "Single", "byte": "Byte", "short": "Short", "long": "Long"}
"""Numbers of other sizes."""


@frozen
class Annotations:
    """Writes annotations for one file and records what they import.

    `place` is None in class bodies, where other shapes are reached through the lazy package `Shapes`, so that no
    annotation loads a module before somebody asks for its meaning; in the module of an alias it is that module's name,
    and names within are used as they are.
    """

    facts: ServiceFacts
    names: ServiceNames
    imports: Imports
    place: str | None = None

    def of_member(self, reference: Reference) -> str:
        """The annotation of a member that is there."""
        kind = self.facts.of_member(reference)
        if kind == "events":
            event_stream = self.imports.use("botobind.types", "EventStreamOf")
            return f"{event_stream}[{self._class(reference.target)}]"
        return self.of(reference)

    def of(self, reference: Reference) -> str:
        """The annotation of a member, item, key or value."""
        shape = self.facts.service.shape(reference)
        if reference.streaming and shape.kind == "blob":
            return self.imports.use("botobind.types", "StreamingBlob")
        if reference.jsonvalue:
            return self.imports.use("botobind.types", "AnyJson")
        if shape.kind == "timestamp" and self.facts.whole_seconds(reference):
            datetime = self.imports.use("datetime", "datetime")
            annotated = self.imports.use("typing", "Annotated")
            return f"{annotated}[{datetime}, {self.imports.use('botobind.constraints', 'WholeSeconds')}()]"
        if self._named(shape):
            return self._reach(shape.name)
        return self.right_side(shape)

    def _named(self, shape: Shape) -> bool:
        """Whether to use the alias' name: where it says more than its right side, and can be reached."""
        if is_class(shape):
            return False
        if self.place is not None:
            return self.names.module_of(shape.name) == self.place and not shape.name.startswith("_")
        return bool(constraints_of(shape)) and not shape.name.startswith("_")

    def _reach(self, name: str) -> str:
        python_name = self.names.classes[name]
        if self.place == self.names.module_of(name):
            return python_name
        return f"{self.imports.use_shapes()}.{python_name}"

    def _class(self, name: str) -> str:
        return self._reach(name)

    def right_side(self, shape: Shape) -> str:
        """The type that a shape stands for, with its constraints."""
        base = self._base(shape)
        calls = [
            f"{self.imports.use('botobind.constraints', call.partition('(')[0])}({call.partition('(')[2]}"
            for call in constraints_of(shape)
        ]
        if not calls:
            return base
        return f"{self.imports.use('typing', 'Annotated')}[{', '.join([base, *calls])}]"

    def _base(self, shape: Shape) -> str:
        if shape.kind == "structure":
            return self.imports.use("botobind.types", "AnyJson") if shape.document else self._class(shape.name)
        if shape.enum:
            if self.place not in (None, self.names.module_of(shape.name)):
                return "str"
            return f"{self._class(shape.name)} | str"
        if shape.kind == "list" and shape.item:
            return f"list[{self.element(shape.item, sparse=shape.sparse)}]"
        if shape.kind == "map" and shape.key and shape.value:
            return f"dict[{self.key(shape.key)}, {self.element(shape.value, sparse=shape.sparse)}]"
        if shape.kind == "timestamp":
            return self.imports.use("datetime", "datetime")
        if shape.kind in _SIZED:
            return self.imports.use("botobind.types", _SIZED[shape.kind])
        return _BUILTINS[shape.kind]

    def key(self, reference: Reference) -> str:
        """The type of a map's keys. Those that an enum knows are texts to type checkers, or few dicts would do."""
        key = self.facts.service.shape(reference)
        if not key.enum:
            return self.of(reference)
        if self.place not in (None, self.names.module_of(key.name)):
            return "str"
        return f"{self.imports.use('typing', 'Annotated')}[str, {self._class(key.name)}]"

    def element(self, reference: Reference, *, sparse: bool) -> str:
        """The annotation of an item or value, which may be None where they are sparse."""
        inner = self.of(reference)
        return f"{inner} | None" if sparse else inner


def constraints_of(shape: Shape) -> list[str]:
    """The constraints of a shape as calls of `botobind.constraints`, without those of what it contains."""
    calls = []
    if shape.minimum is not None or shape.maximum is not None:
        if shape.kind in NUMBERS:
            number = int if shape.kind in INTEGERS else float
            least, greatest = (None if bound is None else number(bound) for bound in (shape.minimum, shape.maximum))
            calls.append(f"Bounds({least!r}, {greatest!r})")
        else:
            longest = None if shape.maximum is None else int(shape.maximum)
            calls.append(f"Len({int(shape.minimum or 0)}, {longest!r})")
    if shape.pattern is not None:
        calls.append(f"Matches({shape.pattern!r})")
    if shape.sensitive:
        calls.append("Sensitive()")
    return calls
