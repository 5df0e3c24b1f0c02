"""A model's JSON, checked as far as a comparison needs it, and what follows from it for the code that is generated.

A comparison works on the JSON and not on what `read_service` makes of it: an older model may have keys that nobody has
classified, and these must be compared as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import frozen

from botobind_codegen import naming
from botobind_codegen.diff.changes import Use
from botobind_codegen.model import PROTOCOL_ORDER

Json = Mapping[str, Any]


@frozen(slots=False, eq=False)
class Document:
    """A model that `check_document` has passed."""

    json: Json

    @property
    def metadata(self) -> Json:
        """What the model says of the service."""
        found: Json = self.json["metadata"]
        return found

    @property
    def operations(self) -> Mapping[str, Json]:
        """The operations by name."""
        found: Mapping[str, Json] = self.json["operations"]
        return found

    @property
    def shapes(self) -> Mapping[str, Json]:
        """The shapes by name."""
        found: Mapping[str, Json] = self.json["shapes"]
        return found

    @cached_property
    def protocols(self) -> tuple[str, ...]:
        """The protocols in the order in which one is chosen; those that nobody knows at the end."""
        listed = self.metadata.get("protocols") or [self.metadata.get("protocol")]
        known = [name for name in PROTOCOL_ORDER if name in listed]
        return (*known, *sorted(str(name) for name in listed if name not in PROTOCOL_ORDER))

    @cached_property
    def errors(self) -> frozenset[str]:
        """The shapes that become exception classes."""
        named = {error for name in self.operations for error in self.errors_of(name)}
        return frozenset(
            name for name, shape in self.shapes.items() if name in named or shape.get("exception") or shape.get("fault")
        )

    def errors_of(self, operation: str) -> dict[str, Json]:
        """What an operation says of each of its errors."""
        return {error["shape"]: error for error in self.operations[operation].get("errors", ())}

    @cached_property
    def inputs(self) -> frozenset[str]:
        """The shapes that are the input of an operation."""
        return frozenset(
            operation["input"]["shape"] for operation in self.operations.values() if operation.get("input")
        )

    @cached_property
    def uses(self) -> Mapping[str, frozenset[str]]:
        """From where each shape is reached: `input`, `output`, both or neither."""
        outputs = {operation["output"]["shape"] for operation in self.operations.values() if operation.get("output")}
        errors = {error for name in self.operations for error in self.errors_of(name)}
        of_requests, of_responses = self._reached(self.inputs), self._reached(outputs | errors)
        sides = (("input", of_requests), ("output", of_responses))
        return {name: frozenset(side for side, reached in sides if name in reached) for name in self.shapes}

    @cached_property
    def locations(self) -> Mapping[str, frozenset[str | None]]:
        """The places in HTTP messages where members, items, keys and values of each shape are; None is the body."""
        found: dict[str, set[str | None]] = {}
        for shape in self.shapes.values():
            for _, reference in references(shape):
                found.setdefault(reference["shape"], set()).add(reference.get("location"))
        return {name: frozenset(places) for name, places in found.items()}

    def _reached(self, roots: set[str] | frozenset[str]) -> set[str]:
        seen: set[str] = set()
        waiting = list(roots)
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += [reference["shape"] for _, reference in references(self.shapes[name])]
        return seen

    def is_class(self, name: str) -> bool:
        """Whether a shape becomes a class: a structure that is no document, or an enum."""
        shape = self.shapes[name]
        return (shape["type"] == "structure" and not shape.get("document")) or bool(shape.get("enum"))

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """The class or alias of each shape."""
        return naming.class_names(self.shapes)

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """The module of each shape that is a class."""
        return naming.module_names((name for name in self.shapes if self.is_class(name)), self.classes.values())

    @cached_property
    def operation_names(self) -> Mapping[str, str]:
        """The Python name of each operation."""
        return naming.operation_names(self.operations)

    def attributes(self, name: str) -> Mapping[str, str]:
        """The attribute of each member of a structure."""
        return naming.attribute_names(self.shapes[name].get("members", ()), exception=name in self.errors)

    @cached_property
    def required(self) -> Mapping[str, frozenset[str]]:
        """The members of each shape that `validate` demands: tokens may be left to the operation."""
        return {
            name: frozenset(
                member
                for member in shape.get("required", ())
                if not shape.get("members", {}).get(member, {}).get("idempotencyToken")
            )
            for name, shape in self.shapes.items()
        }

    def mandatory(self, name: str) -> frozenset[str]:
        """The members that are never None: the required ones of structures that requests alone hold."""
        is_free = self.shapes[name].get("union") or name in self.errors
        return self.required[name] if self.uses[name] == {"input"} and not is_free else frozenset()


def references(shape: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    """What a shape refers to, each with its place in the shape: `("members", "Key")`, or `("member",)` of a list."""
    for name, member in shape.get("members", {}).items():
        yield ("members", name), member
    for key in ("member", "key", "value"):
        if key in shape:
            yield (key,), shape[key]


def joined_use(*uses: frozenset[str]) -> Use:
    """How a shape is used in either of two models."""
    sides = frozenset().union(*uses)
    return "input" if sides == {"input"} else "output" if sides == {"output"} else "both"
