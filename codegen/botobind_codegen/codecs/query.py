"""Writing forms: awsQuery and ec2Query. What the service's requests do not hold is left to the walker."""

from __future__ import annotations

from attrs import frozen

from botobind.formats.percent import encode_in_form
from botobind.tables import Kind, text_kind
from botobind_codegen.codecs.exact import Exact
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.lines import indented
from botobind_codegen.codecs.writing import source_of, where_given
from botobind_codegen.literals import Code, f_string
from botobind_codegen.model import Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames

_WRITTEN_BY_CALL: tuple[Kind, ...] = (
    "integer", "double", "single", "boolean", "blob", "stream", "document", "jsonvalue",
)  # fmt: skip
SCALAR_WRITERS = {kind: f"write_{text_kind(kind)}" for kind in _WRITTEN_BY_CALL}

_PREFIX = Code("prefix")
_EMPTY, _TRUE = '""', '"true"'


@frozen
class QueryWriting:
    """Plans the encoder of forms."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def method(self, shape: Shape) -> list[str]:
        """The method that appends the parameters of a structure or union."""
        pieces = self.imports.use("botobind.types", "QueryPieces")
        wire_names = self.kinds.wire_names(shape, "query")
        statements = {}
        for member in shape.members:
            attribute, name = self.names.attributes[shape.name][member.name], _Name.of(wire_names[member.name])
            source = source_of(shape, attribute)
            statements[attribute] = self._value(member.reference, name, source, attribute, member=True)
        lines = where_given(shape, statements, self.imports)
        head = f"def write_query(self, pieces: {pieces}, prefix: str) -> None:"
        return [head, *indented(lines or ["return"])]

    @property
    def _query(self) -> str:
        return self.imports.use("botobind.formats", "query")

    @property
    def exact(self) -> Exact:
        """The checks of types."""
        return Exact(self.kinds, self.names, self.imports)

    def _value(self, reference: Reference, name: _Name, source: str, word: str, *, member: bool = False) -> list[str]:
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        shape = self.kinds.service.shape(reference)
        if kind == "structure":
            return [self.exact.structure(reference, source, "write_query", f"pieces, {name.then('.')}")]
        if kind == "events":
            events = f"{self.imports.use('botobind.formats', 'tree')}.events_of({source})"
            item = Reference(reference.target)
            items = self._items(item, name.then(".member"), events, word, sparse=False)
            return [f"if not {source}:", f"    {_add(name, _EMPTY)}", *items]
        if kind == "list" and shape.item:
            return self._list(reference, shape, shape.item, name, source, word)
        if kind == "map" and shape.value:
            return self._map(reference, shape, shape.value, name, source, word)
        return [_add(name, self._scalar(kind, reference, source))]

    def _list(
        self, reference: Reference, shape: Shape, item: Reference, name: _Name, source: str, word: str
    ) -> list[str]:
        flat, item_name = self.kinds.is_flat(reference, "query"), self.kinds.item_name(item, "query")
        items = self._items(item, name if flat else name.then(f".{item_name}"), source, word, sparse=shape.sparse)
        if self.kinds.ec2:
            return [*self.exact.list(source), *items]
        return [*self.exact.list(source), f"if not {source}:", f"    {_add(name, _EMPTY)}", *items]

    def _items(self, item: Reference, name: _Name, source: str, word: str, *, sparse: bool) -> list[str]:
        # Each loop has variables of its own, since each has items of its own type.
        index, value = f"{word}_index", f"{word}_item"
        inner = name.then_index(index)
        statements = self._value(item, inner, value, value)
        return [
            f"for {index}, {value} in enumerate({source}, 1):",
            *indented(self._or_nil(statements, inner, value, sparse=sparse)),
        ]

    def _or_nil(self, statements: list[str], name: _Name, value: str, *, sparse: bool) -> list[str]:
        if not sparse:
            return statements
        return [
            f"if {value} is None:",
            f"    {_add(name.then('.nil'), _TRUE)}",
            "else:",
            *indented(statements),
        ]

    def _map(
        self, reference: Reference, shape: Shape, value: Reference, name: _Name, source: str, word: str
    ) -> list[str]:
        flat = self.kinds.is_flat(reference, "query")
        index, key, item = f"{word}_index", f"{word}_key", f"{word}_item"
        entry = (name if flat else name.then(".entry")).then_index(index)
        key_name, value_name = self.kinds.entry_names(reference, "query")
        below = entry.then(f".{value_name}")
        statements = self._or_nil(self._value(value, below, item, item), below, item, sparse=shape.sparse)
        return [
            f"for {index}, ({key}, {item}) in enumerate({source}.items(), 1):",
            f"    {_add(entry.then(f'.{key_name}'), key)}",
            *indented(statements),
        ]

    def _scalar(self, kind: Kind, reference: Reference, source: str) -> str:
        if kind == "string":
            return source
        if kind == "timestamp":
            return f"{self._query}.write_{self.kinds.timestamp_format(reference, 'query')}({source})"
        return f"{self._query}.{SCALAR_WRITERS[kind]}({source})"


@frozen
class _Name:
    """The name of a parameter: what follows the prefix, percent-encoded, as the parts of an f-string."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, wire_name: str) -> _Name:
        return cls((encode_in_form(wire_name),))

    def then(self, text: str) -> _Name:
        return _Name((*self.parts, encode_in_form(text)))

    def then_index(self, variable: str) -> _Name:
        return _Name((*self.parts, ".", Code(variable)))

    def then_text(self, text: str) -> str:
        """The expression of the name and what follows it, as it is."""
        return f_string(_PREFIX, *self.parts, text)

    def __str__(self) -> str:
        return self.then_text("")


def _add(name: _Name, value: str) -> str:
    """The statement that adds a parameter."""
    return f"pieces += ({name.then_text('=')}, {value})"
