"""Checks of exact types in what is emitted: a comparison of classes where it stands, a call for all that is uncommon.

See `botobind.formats.exact`, which takes subclasses and refuses the rest. Of structures nothing is compared: what
writes them has, beside the name that all classes have for it, one of its own in each class, such as
`_write_xml_of_s3_Part`, which the decorator of classes gives it. A value of another class has none of that name, so
that it costs nothing to refuse it.
"""

from __future__ import annotations

from attrs import frozen

from botobind.tables import own_name
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.twins import TwinCodec
from botobind_codegen.model import Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames


@frozen
class Exact:
    """Writes the checks of one file."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    @property
    def module(self) -> str:
        """The name of `botobind.formats.exact`."""
        return self.imports.use("botobind.formats", "exact")

    def class_of(self, reference: Reference) -> str:
        """The class of a structure."""
        return f"{self.imports.use_shapes()}.{self.names.classes[reference.target]}"

    def structure(self, reference: Reference, source: str, method: str, arguments: str = "") -> str:
        """The call of a method that writes a structure; a value of another class is refused."""
        shape = self.kinds.service.shape(reference)
        if self._has_own(shape, method):
            return f"{source}.{self._own(shape, method)}({arguments})"
        return self.inherited(reference, source, method, arguments)

    def inherited(self, reference: Reference, source: str, method: str, arguments: str = "") -> str:
        """The same call of a method that all classes have from their base."""
        return f"{self.module}.structure({source}, {self.class_of(reference)}).{method}({arguments})"

    def _own(self, shape: Shape, method: str) -> str:
        return own_name(method, self.names.package, self.names.classes[shape.name])

    def _has_own(self, shape: Shape, method: str) -> bool:
        # Of these some classes have only what their base has.
        match method:
            case "to_twin":
                return TwinCodec(self.kinds, self.names, self.imports).has_twin(shape) and not self.kinds.splits(
                    shape, "json"
                )
            case "write_cbor":
                return self.kinds.writes_cbor(shape)
            case _:
                return not method.endswith("_body")

    def own_class(self, shape: Shape, source: str) -> list[str]:
        """The statements of a class that refuse what is of another."""
        cls = self.names.classes[shape.name]
        return [f"if type({source}) is not {cls}:", f"    {self.module}.structure({source}, {cls})"]

    def list(self, source: str) -> list[str]:
        """The statements that refuse what is no list."""
        return [f"if type({source}) is not list:", f"    {self.module}.items({source})"]

    def items(self, source: str) -> str:
        """The expression of a list."""
        return f"({source} if type({source}) is list else {self.module}.items({source}))"

    def scalar(self, kind: str, source: str) -> str:
        """The expression of a scalar that is written as it is."""
        match kind:
            case "string":
                # What is no text cannot be added to one.
                return f'"" + {source}'
            case "integer":
                return f"({source} if type({source}) is int else {self.module}.integer({source}))"
            case "boolean":
                return f"({source} if {source} is True or {source} is False else {self.module}.boolean({source}))"
            case "double" | "single":
                return f"({source} if type({source}) is float else {self.module}.number({source}))"
            case "timestamp":
                return f"{self.module}.moment({source})"
            case _:
                return f"{self.module}.{kind}({source})"
