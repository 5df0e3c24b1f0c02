"""Decoders of error variants: what awso has on the type of an operation's output."""

from __future__ import annotations

from attrs import frozen

from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.model import Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames


@frozen
class ErrorCodec:
    """Plans the error functions of output classes."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def errors_of(self, shape: Shape) -> tuple[str, ...]:
        """The errors of all operations that answer with this shape."""
        operations = self.kinds.service.operations.values()
        return tuple(
            dict.fromkeys(
                error for operation in operations if operation.output == shape.name for error in operation.errors
            )
        )

    def is_output(self, shape: Shape) -> bool:
        """Whether some operation answers with this shape."""
        return any(operation.output == shape.name for operation in self.kinds.service.operations.values())

    def methods(self, shape: Shape) -> list[list[str]]:
        """`error_of_json`, `error_of_xml`, `error_to_json` and `error_to_xml`."""
        self.imports.use("botobind.formats", "errors")
        json_object = self.imports.use("botobind.types", "JsonObject")
        xml_element = self.imports.use("botobind.types", "XmlElement")
        return [
            self._of(shape, "json", "data: object"),
            self._of(shape, "xml", "element: XmlElement"),
            self._to(shape, "json", json_object),
            self._to(shape, "xml", xml_element),
        ]

    def union(self, errors: tuple[str, ...]) -> str:
        """The closed union of error classes, as an annotation."""
        unknown = self.imports.use("botobind.errors", "UnknownOperationError")
        if not errors:
            return unknown
        shapes = self.imports.use("..", "values as Shapes")
        return " | ".join([*(f"{shapes}.{self.names.classes[error]}" for error in errors), unknown])

    def _of(self, shape: Shape, body_format: str, parameter: str) -> list[str]:
        errors = self.errors_of(shape)
        source = parameter.partition(":")[0]
        lines = [
            "@classmethod",
            f"def error_of_{body_format}(cls, name: str, {parameter}) -> {self.union(errors)}:",
        ]
        if not errors:
            return [*lines, f"    return errors.unknown_of_{body_format}(errors.error_name(name), {source})"]
        lines.append("    match errors.error_name(name):")
        for names, error in self.cases(errors):
            pattern = " | ".join(map(repr, names))
            lines += [
                f"        case {pattern}:",
                f"            return errors.of_{body_format}(Shapes.{self.names.classes[error]}, {source})",
            ]
        return [
            *lines,
            "        case unknown:",
            f"            return errors.unknown_of_{body_format}(unknown, {source})",
        ]

    def cases(self, errors: tuple[str, ...]) -> list[tuple[list[str], str]]:
        """The codes by which each error goes: that of the model and its shape's name, each code once."""
        taken: set[str] = set()
        cases = []
        for error in errors:
            traits = self.kinds.service.shapes[error].error
            codes = [code for code in dict.fromkeys([traits.code if traits else error, error]) if code not in taken]
            taken.update(codes)
            if codes:
                cases.append((codes, error))
        return cases

    def _to(self, shape: Shape, body_format: str, result: str) -> list[str]:
        return [
            "@classmethod",
            f"def error_to_{body_format}(cls, error: {self.union(self.errors_of(shape))}) -> {result}:",
            f"    return errors.to_{body_format}(error)",
        ]
