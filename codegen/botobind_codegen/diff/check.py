"""Whether a model's JSON has the form that a comparison relies on; what it holds beyond that may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from botobind.errors import ModelError
from botobind_codegen.diff.document import Document, references


@frozen
class _Checker:
    service: str
    file: str | None
    shapes: Mapping[str, Any]
    in_operations: bool = False

    def error(self, reason: str, shape: str | None = None, key: str | None = None) -> ModelError:
        place = {"operation" if self.in_operations else "shape": shape}
        return ModelError(reason, service=self.service, key=key, file=self.file, **place)

    def table(self, value: object, shape: str | None, key: str | None = None) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self.error(f"expected an object, got {type(value).__name__}", shape, key)
        return value

    def target(self, value: object, shape: str, key: str) -> None:
        target = self.table(value, shape, key).get("shape")
        if not isinstance(target, str) or target not in self.shapes:
            raise self.error(f"refers to the missing shape {target!r}", shape, key)

    def texts(self, value: object, shape: str | None, key: str) -> None:
        if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
            raise self.error("expected a list of texts", shape, key)

    def metadata(self, metadata: Mapping[str, Any]) -> None:
        for key in ("protocols", "auth"):
            if metadata.get(key) is not None:
                self.texts(metadata[key], None, key)

    def operation(self, name: str, value: object) -> None:
        operation = self.table(value, name)
        self.table(operation.get("http", {}), name, "http")
        self.table(operation.get("waiters", {}), name, "waiters")
        for key in ("input", "output"):
            if self.table(operation.get(key, {}), name, key):
                self.target(operation[key], name, key)
        errors = operation.get("errors", ())
        if not isinstance(errors, list | tuple):
            raise self.error("expected a list", name, "errors")
        for error in errors:
            self.target(error, name, "errors")
        if operation.get("auth") is not None:
            self.texts(operation["auth"], name, "auth")

    def shape(self, name: str, value: object) -> None:
        shape = self.table(value, name)
        kind = shape.get("type")
        if not isinstance(kind, str):
            raise self.error("expected text", name, "type")
        self.table(shape.get("members", {}), name, "members")
        self.table(shape.get("error", {}), name, "error")
        for place, reference in references(shape):
            self.target(reference, name, place[-1])
        for key in ("required", "enum"):
            self.texts(shape.get(key, ()), name, key)
        for member in shape.get("required", ()):
            if member not in shape.get("members", {}):
                raise self.error(f"requires the missing member {member!r}", name, "required")
        for key in {"list": ("member",), "map": ("key", "value")}.get(kind, ()):
            if key not in shape:
                raise self.error("missing", name, key)
        for key in ("min", "max"):
            bound = shape.get(key)
            if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int | float)):
                raise self.error(f"expected a number, got {type(bound).__name__}", name, key)


def check_document(service: str, json: Mapping[str, Any], file: str | None = None) -> Document:
    """The document of a model. Raises `ModelError` that names service, shape and key."""
    nothing = _Checker(service, file, {})
    for key in ("metadata", "operations", "shapes"):
        if key not in json:
            raise nothing.error("missing", key=key)
        nothing.table(json[key], None, key)
    checker = _Checker(service, file, json["shapes"])
    checker.metadata(json["metadata"])
    for name, shape in json["shapes"].items():
        checker.shape(name, shape)
    of_operations = evolve(checker, in_operations=True)
    for name, operation in json["operations"].items():
        of_operations.operation(name, operation)
    return Document(json)
