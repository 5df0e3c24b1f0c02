"""Writing JSON and CBOR as trees. One statement per member; absent members are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from botobind_codegen.codecs.exact import Exact
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.lines import indented
from botobind_codegen.model import Member, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames

TreeFormat = Literal["json", "cbor"]

_IDENTITY = {
    "json": frozenset({"string", "integer", "boolean", "document"}),
    "cbor": frozenset({"string", "integer", "boolean", "double", "timestamp", "document"}),
}
"""The kinds that are written as they are, once their types are checked."""
_TIMESTAMPS = {"epoch": "to_epoch", "iso8601": "to_iso8601", "rfc822": "to_rfc822"}
METHODS: dict[TreeFormat, str] = {"json": "write_json", "cbor": "to_cbor"}


@frozen
class Writing:
    """Plans the encoder of one tree format."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports
    format: TreeFormat

    def methods(self, shape: Shape) -> list[list[str]]:
        """The method that writes a structure or union."""
        name = METHODS[self.format]
        members = sorted(shape.members, key=lambda m: self.kinds.splits(shape, "json") and self.kinds.outside_body(m))
        return [self._method(shape, name, "{}", members)]

    def _method(self, shape: Shape, name: str, start: str, members: Iterable[Member]) -> list[str]:
        if self.format == "json":
            result = self.imports.use("botobind.types", "JsonObject")
        else:
            result = f"dict[str, {self.imports.use('typing', 'Any')}]"
        entries = self._entries(shape, members)
        statements = {attribute: [f"data[{name!r}] = {value}"] for attribute, name, value in entries}
        return [
            f"def {name}(self) -> {result}:",
            f"    data: {result} = {start}",
            *indented(where_given(shape, statements, self.imports)),
            "    return data",
        ]

    def _entries(self, shape: Shape, members: Iterable[Member]) -> Iterator[tuple[str, str, str]]:
        """The attribute of each member, its name on the wire, and the expression that writes it."""
        wire_names = self.kinds.wire_names(shape, self.format)
        for member in members:
            attribute = self.names.attributes[shape.name][member.name]
            value = self._value(member.reference, source_of(shape, attribute), member=True)
            yield attribute, wire_names[member.name], value

    def _value(self, reference: Reference, source: str, depth: int = 0, *, member: bool = False) -> str:
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        shape = self.kinds.service.shape(reference)
        item = f"item{depth or ''}"
        if kind == "structure":
            return self._structure(reference, source)
        if kind == "events":
            events = f"{self.imports.use('botobind.formats', 'tree')}.events_of({source})"
            return f"[{self._structure(Reference(reference.target), item)} for {item} in {events}]"
        if kind == "list" and shape.item:
            if self._are_texts(shape.item, sparse=shape.sparse):
                return self._copy("list", f"{self.exact.module}.texts({source})")
            written = self._element(shape.item, item, depth, sparse=shape.sparse)
            return f"[{written} for {item} in {self.exact.items(source)}]"
        if kind == "map" and shape.value:
            if self._are_texts(shape.value, sparse=shape.sparse):
                return self._copy("dict", f"{self.exact.module}.text_map({source})")
            written = self._element(shape.value, item, depth, sparse=shape.sparse)
            key = f"key{depth or ''}"
            return f'{{"" + {key}: {written} for {key}, {item} in {source}.items()}}'
        return self._scalar(kind, reference, source)

    @property
    def exact(self) -> Exact:
        """The checks of types."""
        return Exact(self.kinds, self.names, self.imports)

    def _structure(self, reference: Reference, source: str) -> str:
        if self.format == "cbor":
            writer = f"{self.imports.use('botobind.formats', 'cbor')}.WRITER"
            return self.exact.inherited(reference, source, "write_tree", writer)
        return self.exact.structure(reference, source, METHODS[self.format])

    def _copy(self, kind: str, source: str) -> str:
        """A container whose items are written as they are."""
        return f"{kind}({source})"

    def _are_texts(self, reference: Reference, *, sparse: bool) -> bool:
        """Whether items are texts, which are checked all at once."""
        return self.kinds.of(reference) == "string" and not sparse

    def _element(self, reference: Reference, item: str, depth: int, *, sparse: bool) -> str:
        written = self._value(reference, item, depth + 1)
        return f"None if {item} is None else {written}" if sparse else written

    def _scalar(self, kind: str, reference: Reference, source: str) -> str:
        if kind in _IDENTITY[self.format]:
            return self.exact.scalar(kind, source)
        if kind == "jsonvalue":
            return f"{self.imports.use('botobind.formats', 'json')}.write_json_text({source})"
        if kind == "timestamp":
            function = _TIMESTAMPS[self.kinds.timestamp_format(reference, "json")]
            return f"{self.imports.use('botobind', 'timestamps')}.{function}({source})"
        writer = {"stream": "blob", "single": "single" if self.format == "cbor" else "double"}.get(kind, kind)
        return f"{self.imports.use('botobind.formats', self.format)}.write_{writer}({source})"


def source_of(shape: Shape, attribute: str) -> str:
    """What stands for a member in the statements of `where_given`."""
    return "value" if shape.is_union else f"self.{attribute}"


def where_given(
    shape: Shape,
    statements: Mapping[str, list[str]],
    imports: Imports,
    *,
    conditions: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """Statements by attribute, each to be run where its member is there, and its condition holds if it has one. A union
    whose member is not known is refused.
    """
    if not shape.is_union:
        found = []
        for attribute, inner in statements.items():
            more = f" and {conditions[attribute]}" if attribute in conditions else ""
            found += [f"if self.{attribute} is not None{more}:", *indented(inner)]
        return found
    unknown = f"{imports.use('botobind.shapes', 'unknown_union_member')}(self)"
    return ["for member, value in self.given():", *indented(by_member({**statements, "unknown_member": [unknown]}))]


def by_member(statements: Mapping[str, list[str]]) -> list[str]:
    """Statements by attribute, of which one is to be run: that of the attribute in the variable `member`."""
    found: list[str] = []
    for attribute, inner in statements.items():
        found += [f"{'elif' if found else 'if'} member == {attribute!r}:", *indented(inner)]
    return found
