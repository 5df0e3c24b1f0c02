"""Reading: the one pattern that all formats share. `get` looks a member up, `at` remembers which, a decoder turns the
node into a value.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from botobind.rules.naming import BodyFormat
from botobind.tables import Kind, text_kind
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.lines import indented
from botobind_codegen.model import Member, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames


@frozen
class ReadFormat:
    """How a format's decoders are called."""

    name: BodyFormat
    method: str
    parameter: str
    containers: str
    """The module of `botobind.formats` that reads structures, lists and maps."""


FORMATS: dict[BodyFormat, ReadFormat] = {
    "json": ReadFormat("json", "of_json", "data: object", "tree"),
    "cbor": ReadFormat("cbor", "of_cbor", "data: object", "tree"),
    "query": ReadFormat("query", "read_query", "node: QueryNode", "query"),
    "xml": ReadFormat("xml", "read_xml", "tokens: XmlTokens, end: str, inside: str", "xml"),
}

_OPEN = frozenset({"string", "integer", "double", "single", "boolean"})
"""What JSON and CBOR read alike, with the spellings of `botobind.formats.spellings`."""


def required_reader(kind: Kind) -> str:
    """The function of `botobind.formats.tree` that refuses None for a member which must be there."""
    special = {"stream": "required_stream", "document": "required_document", "jsonvalue": "required_document"}
    return special.get(kind, "required")


def scalar_reader(kind: Kind) -> str:
    """The function that reads a scalar, in whichever format."""
    return f"read_{text_kind(kind)}"


@frozen
class Reading:
    """Plans the decoder of one format."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports
    format: ReadFormat

    def methods(self, shape: Shape, mandatory: frozenset[str]) -> list[list[str]]:
        """The class method that reads a structure or union. `mandatory` are the members that must not be missing."""
        return [self._whole(shape, mandatory)]

    def _head(self) -> list[str]:
        return [
            "@classmethod",
            f"def {self.format.method}(cls, {self._parameters}) -> {self.imports.use('typing', 'Self')}:",
        ]

    @property
    def _parameters(self) -> str:
        """What the method takes, with annotations."""
        annotation = self.format.parameter.partition(": ")[2].partition(",")[0]
        if annotation == "object":
            return self.format.parameter
        return self.format.parameter.replace(annotation, self.imports.use("botobind.types", annotation), 1)

    def _whole(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        body = self._union(shape) if shape.is_union else self._structure(shape, mandatory)
        return [*self._head(), *indented(body)]

    def _module(self, name: str) -> str:
        return self.imports.use("botobind.formats", name)

    @property
    def _source(self) -> str:
        return self.format.parameter.partition(":")[0]

    @property
    def _containers(self) -> str:
        return self._module(self.format.containers)

    def _structure(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        if not shape.members:
            return [f"{self._containers}.members_of({self._source})", "return cls()"]
        members = sorted(shape.members, key=lambda m: self.kinds.splits(shape, "json") and self.kinds.outside_body(m))
        get, *rest = self._assignments(shape, members, mandatory)
        return [get, "self = cls.__new__(cls)", *rest, "return self"]

    def _assignments(self, shape: Shape, members: Iterable[Member], mandatory: frozenset[str]) -> list[str]:
        attributes = self.names.attributes[shape.name]
        wire_names = self.kinds.wire_names(shape, self.format.name)
        statements = [
            f"self.{attributes[member.name]} = {self._member(member, wire_names, mandatory)}" for member in members
        ]
        return [
            f"get = {self._containers}.members_of({self._source})",
            'at = ""',
            "try:",
            *("    " + statement for statement in statements),
            *self._failure(),
        ]

    def _failure(self) -> list[str]:
        error = self.imports.use("botobind.errors", "DecodeError")
        failed_at = self.imports.use("botobind.errors", "failed_at")
        return [
            f"except ({error}, RecursionError) as error:",
            f"    raise {failed_at}(at, error) from None",
        ]

    def _union(self, shape: Shape) -> list[str]:
        attributes = self.names.attributes[shape.name]
        wire_names = self.kinds.wire_names(shape, self.format.name)
        found = "child"
        lines = [f"at, {found} = {self._containers}.only_member({self._source})", "try:"]
        for member in shape.members:
            expression = self._value(member.reference, found, member=True)
            lines += [
                f"    if at == {wire_names[member.name]!r}:",
                f"        return cls({attributes[member.name]}={expression})",
            ]
        if not shape.members:
            return [lines[0], "return cls(unknown_member=at)"]
        return [*lines, *self._failure(), "return cls(unknown_member=at)"]

    def _member(self, member: Member, wire_names: dict[str, str], mandatory: frozenset[str]) -> str:
        name = wire_names[member.name]
        expression = self._from_place(member.reference, name)
        if member.name in mandatory:
            nothing = self._reads_nothing_as(member.reference)
            if nothing == "structure":
                return self._call_class(member.reference, f"get(at := {name!r}) or {{}}")
            if nothing is not None:
                return f"({expression}) or {nothing}" if " if " in expression else f"{expression} or {nothing}"
            required = required_reader(self.kinds.of(member.reference))
            return f"{self.imports.use('botobind.formats', 'tree')}.{required}({expression})"
        return expression

    def _reads_nothing_as(self, reference: Reference) -> str | None:
        """What it means that a member which must be there is not: in some formats empty values leave no trace."""
        kind = self.kinds.of_member(reference)
        if self.format.name == "query":
            empty = {"map": "{}", "structure": "structure", **({"list": "[]"} if self.kinds.ec2 else {})}
            return empty.get(kind)
        return None

    def _from_place(self, reference: Reference, name: str) -> str:
        source = f"get(at := {name!r})"
        if self._loads_classes(reference) or self.kinds.hides_keys(self.kinds.service.shape(reference)):
            # Naming the class would load it: only where there is something to read.
            return f"{self._value(reference, 'child', member=True)} if (child := {source}) is not None else None"
        return self._value(reference, source, member=True)

    def _loads_classes(self, reference: Reference) -> bool:
        kind = self.kinds.of_member(reference)
        if kind in ("structure", "events"):
            return True
        shape = self.kinds.service.shape(reference)
        inner = shape.item or shape.value
        return inner is not None and self._loads_classes(inner)

    def _value(self, reference: Reference, source: str, *, member: bool = False) -> str:
        """The expression that reads the node `source`; None for None, but for structures."""
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        shape = self.kinds.service.shape(reference)
        if kind == "structure":
            return self._call_class(reference, source)
        if kind == "events":
            item_name = ', "member"' if self.format.name == "query" else ""
            return f"{self._containers}.read_list({source}, {self._class_decoder(reference)}{item_name})"
        if kind == "list" and shape.item:
            return self._list(reference, shape, shape.item, source)
        if kind == "map" and shape.value:
            return self._map(reference, shape, shape.value, source)
        return self._in_seconds(reference, f"{self._scalar(kind)}({source})")

    def _in_seconds(self, reference: Reference, expression: str) -> str:
        """The expression of a moment that a service may have given in milliseconds."""
        if not reference.milliseconds:
            return expression
        return f"{self.imports.use('botobind', 'timestamps')}.in_seconds({expression})"

    def _scalar(self, kind: Kind) -> str:
        if self.format.containers == "tree" and kind == "document":
            return f"{self._module('tree')}.read_document"
        if self.format.containers == "tree" and kind in _OPEN:
            return f"{self._module('spellings')}.{scalar_reader(kind)}"
        if kind == "jsonvalue" and self.format.containers == "tree":
            return f"{self._module('json')}.read_json_text"
        return f"{self._module(self.format.name)}.{scalar_reader(kind)}"

    def _method_of_class(self, reference: Reference) -> str:
        shapes = self.imports.use_shapes()
        return f"{shapes}.{self.names.classes[reference.target]}.{self.format.method}"

    def _call_class(self, reference: Reference, source: str) -> str:
        return f"{self._method_of_class(reference)}({source})"

    def _class_decoder(self, reference: Reference) -> str:
        return self._method_of_class(reference)

    def _decoder(self, reference: Reference) -> str:
        """A callable for the items of a list or the values of a map."""
        kind = self.kinds.of(reference)
        if kind == "structure":
            return self._class_decoder(reference)
        if kind in ("list", "map") or reference.milliseconds:
            return f"lambda item: {self._value(reference, 'item')}"
        return self._scalar(kind)

    def _list(self, reference: Reference, shape: Shape, item: Reference, source: str) -> str:
        name, arguments = "read_sparse_list" if shape.sparse else "read_list", [source, self._decoder(item)]
        if self.format.name == "query" and not self.kinds.is_flat(reference, "query"):
            arguments.append(repr(self.kinds.item_name(item, "query")))
        return f"{self._containers}.{name}({', '.join(arguments)})"

    def _map(self, reference: Reference, shape: Shape, value: Reference, source: str) -> str:
        name, arguments = "read_sparse_map" if shape.sparse else "read_map", [source, self._decoder(value)]
        if self.format.name == "query":
            if self.kinds.is_flat(reference, "query"):
                arguments.append("None")
            key_name, value_name = self.kinds.entry_names(reference, "query")
            if key_name != "key":
                arguments.append(f"key_name={key_name!r}")
            if value_name != "value":
                arguments.append(f"value_name={value_name!r}")
        if self.kinds.hides_keys(shape):
            name = name.replace("read_", "read_secret_")
        return f"{self._containers}.{name}({', '.join(arguments)})"
