"""The twins of structures, which C decoders fill: the types of their members, and the copying."""

from __future__ import annotations

import re

from attrs import frozen

from botobind_codegen.codecs.kinds import Kinds, ValueKind
from botobind_codegen.codecs.reading import required_reader
from botobind_codegen.model import Member, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames

_SCALARS: dict[ValueKind, str] = {
    "string": "str",
    "integer": "int",
    "double": "float",
    "single": "float",
    "boolean": "bool",
    "blob": "blob",
    "stream": "blob",
    "timestamp": "time",
    "document": "any",
    "jsonvalue": "str",
}

_PLAIN = re.compile(r'[^\s"!\\\x00-\x1f]+')
"""The names that msgspec takes, and that can stand in one text with a type."""

_COPIED = frozenset({"string", "integer", "double", "single", "boolean", "blob", "stream"})
"""What the decoder in C gives is the value itself."""

_DOCUMENTS = frozenset({"document", "jsonvalue"})


@frozen
class TwinCodec:
    """Plans the twin of a structure or union; see `botobind.twins`."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def has_twin(self, shape: Shape) -> bool:
        """Whether the service's bodies are JSON or CBOR, and this is no error and no stream of events."""
        if shape.error or shape.event_stream or shape.payload or not self.kinds.tree_formats:
            return False
        if shape.members and all(self.kinds.outside_body(member) for member in shape.members):
            return False
        names = [self.kinds.wire_names(shape, wire_format) for wire_format in self.kinds.tree_formats]
        if any(other != names[0] for other in names) or not all(map(_PLAIN.fullmatch, names[0].values())):
            return False
        return all(self._is_simple(member.reference, member=True) for member in self._members(shape))

    def _is_simple(self, reference: Reference, *, member: bool = False) -> bool:
        shape = self.kinds.service.shape(reference)
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        inner = shape.item or shape.value
        if kind in ("list", "map") and inner is not None:
            return self._is_simple(inner)
        return kind != "events" and (kind != "structure" or shape.error is None)

    def _members(self, shape: Shape) -> list[Member]:
        is_part = any(self.kinds.splits(shape, wire_format) for wire_format in self.kinds.tree_formats)
        return [member for member in shape.members if not (is_part and self.kinds.outside_body(member))]

    def types(self, shape: Shape, mandatory: frozenset[str]) -> dict[str, str]:
        """The wire name and the type of each member by attribute, in the words of `botobind.twins`."""
        attributes = self.names.attributes[shape.name]
        wire_names = self.kinds.wire_names(shape, self.kinds.tree_formats[0])
        return {
            attributes[member.name]: " ".join(
                (wire_names[member.name] + "!" * (member.name in mandatory), *self._words(member.reference))
            )
            for member in self._members(shape)
        }

    def _words(self, reference: Reference) -> list[str]:
        shape = self.kinds.service.shape(reference)
        kind = self.kinds.of(reference)
        if kind == "structure":
            return [f"@{self.names.classes[reference.target]}"]
        if kind in ("list", "map"):
            inner = shape.item or shape.value
            return [kind, *(["sparse"] if shape.sparse else []), *(self._words(inner) if inner else [])]
        return [_SCALARS[kind]]

    def methods(self, shape: Shape, mandatory: frozenset[str]) -> list[list[str]]:
        """`read_twin`, and for unions of which there are lists or maps `read_twins`."""
        any_type, reader = self.imports.use("typing", "Any"), self.imports.use("botobind.twins", "TwinReader")
        lines = self._union(shape) if shape.union else self._copies(shape, mandatory)
        head = f"def read_twin(self, twin: {any_type}, of: {reader}) -> {self.imports.use('typing', 'Self')}:"
        one = [head, *(f"    {line}" for line in [*lines, "return self"])]
        if not self._has_loop(shape.name):
            return [one]
        pairs = f"{self.imports.use('collections.abc', 'Iterable')}[tuple[{any_type}, {any_type}]]"
        many = [
            "@classmethod",
            f"def read_twins(cls, items: {any_type}, places: {pairs}, of: {reader}) -> {any_type}:",
            "    for place, twin in places:",
            f"        self = {self.imports.use('botobind.shapes', 'new')}(cls)",
            *(f"        {line}" for line in lines),
            "        items[place] = self",
            "    return items",
        ]
        return [one, many]

    def _has_loop(self, name: str) -> bool:
        """Whether the class of a shape reads all items of a list or map in one call. Unions have little else to do, so
        that a call for each would count.
        """
        return self.kinds.service.shapes[name].union and name in self.kinds.item_shapes

    def _copies(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        attributes = self.names.attributes[shape.name]
        lines = []
        for member in self._members(shape):
            attribute = attributes[member.name]
            source = f"twin.{attribute}"
            if self._passes_none(member.reference) or member.name in mandatory:
                expression = self._value(member.reference, source, mandatory=member.name in mandatory)
            else:
                expression = f"{self._value(member.reference, source)} if {source} is not None else None"
            lines.append(f"self.{attribute} = {expression}")
        return lines

    def _union(self, shape: Shape) -> list[str]:
        attributes = self.names.attributes[shape.name]
        lines = ["self.unknown_member = None", "given = 0"]
        for member in shape.members:
            # To look twice is faster than to keep what is mostly absent.
            attribute = attributes[member.name]
            lines += [
                f"if twin.{attribute} is not None:",
                "    given += 1",
                f"    self.{attribute} = {self._value(member.reference, f'twin.{attribute}')}",
                "else:",
                f"    self.{attribute} = None",
            ]
        return [*lines, "if given != 1:", f"    raise {self.imports.use('botobind', 'twins')}.refuse()"]

    def _is_copied(self, reference: Reference) -> bool:
        """Whether the twin's member is the value itself."""
        shape = self.kinds.service.shape(reference)
        kind = self.kinds.of(reference)
        inner = shape.item or shape.value
        return self._is_copied(inner) if kind in ("list", "map") and inner else kind in _COPIED

    def _passes_none(self, reference: Reference) -> bool:
        """Whether the expression that reads a value also takes what is absent."""
        return self._is_copied(reference) or self.kinds.of(reference) in _DOCUMENTS

    def _value(self, reference: Reference, source: str, *, mandatory: bool = False) -> str:
        shape = self.kinds.service.shape(reference)
        kind = self.kinds.of(reference)
        inner = shape.item or shape.value
        if self._is_copied(reference):
            return source
        if kind == "structure":
            return f"{self.imports.use('botobind.shapes', 'new')}({self._class(reference)}).read_twin({source}, of)"
        if kind in ("list", "map") and inner:
            return self._container(kind, inner, source, sparse=shape.sparse)
        expression = self._scalar(kind, source)
        if not mandatory or kind not in _DOCUMENTS:
            return expression
        return f"{self.imports.use('botobind.formats', 'tree')}.{required_reader(kind)}({expression})"

    def _scalar(self, kind: ValueKind, source: str) -> str:
        if kind == "document":
            return f"{self.imports.use('botobind.formats', 'tree')}.read_document({source})"
        if kind == "jsonvalue":
            return f"{self.imports.use('botobind.formats', 'json')}.read_json_text({source})"
        return f"of.timestamp({source})"

    def _class(self, reference: Reference) -> str:
        return f"{self.imports.use('..', 'values as Shapes')}.{self.names.classes[reference.target]}"

    def _container(self, kind: ValueKind, inner: Reference, source: str, *, sparse: bool) -> str:
        inner_kind = self.kinds.of(inner)
        if not sparse and inner_kind == "structure" and self._has_loop(inner.target):
            places = f"enumerate({source})" if kind == "list" else f"{source}.items()"
            return f"{self._class(inner)}.read_twins({source}, {places}, of)"
        if not sparse and inner_kind == "structure":
            return f"{self.imports.use('botobind', 'twins')}.{kind}_of({source}, {self._class(inner)}, of)"
        if not sparse and kind == "list" and inner_kind == "timestamp":
            return f"of.timestamps({source})"
        value = self._value(inner, "item")
        if sparse:
            value = f"None if item is None else {value}"
        elif inner_kind in _DOCUMENTS:
            value = f"{self.imports.use('botobind.formats', 'tree')}.required_document({value})"
        if kind == "list":
            return f"[{value} for item in {source}]"
        return f"{{key: {value} for key, item in {source}.items()}}"
