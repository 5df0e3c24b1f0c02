"""Writing forms: awsQuery and ec2Query. What the service's requests do not hold is left to the walker."""

from __future__ import annotations

from attrs import frozen

from botobind.rules.plans import ValuePlan
from botobind.wire.percent import encode_in_form
from botobind_codegen.codecs.emitting import Emitter, indented
from botobind_codegen.literals import Code, f_string

_EMPTY, _TRUE = '""', '"true"'


@frozen
class QueryWriting(Emitter):
    """Prints the encoder of forms."""

    def methods(self) -> list[list[str]]:
        """The method that appends the parameters of a structure or union."""
        statements = {
            member.attribute: self._value(
                member.value, _Name((encode_in_form(member.name),)), self.source(member), member.attribute
            )
            for member in self.plan("query").members
        }
        head = self.use("def write_query(self, chunks: {QueryChunks}, prefix: str) -> None:")
        return [[head, *indented(self.where_given(statements) or ["return"])]]

    def _value(self, value: ValuePlan, name: _Name, source: str, word: str) -> list[str]:
        """The statements that write a value; what they loop over is called after `word`."""
        match value.kind:
            case "structure":
                return [self.structure(value.target, source, "write_query", f"chunks, {name.then('.')}")]
            case "events":
                events = self.use("{tree}.events_of({it})", it=source)
                event = ValuePlan("structure", value.target)
                items = self._items(value._replace(inner=event), name.then(f".{value.item_name}"), events, word)
                return [f"if not {source}:", f"    {name.add(_EMPTY)}", *items]
            case "list":
                place = name if value.is_flat else name.then(f".{value.item_name}")
                # EC2 has no way to say that a list is empty.
                is_told = "list" not in self.plan("query").nothing_is_empty
                empty = [f"if not {source}:", f"    {name.add(_EMPTY)}"] if is_told else []
                return [*self.check_list(source), *empty, *self._items(value, place, source, word)]
            case "map":
                return self._entries(value, name if value.is_flat else name.then(".entry"), source, word)
            case _:
                return [name.add(self.write("query", value, source))]

    def _items(self, value: ValuePlan, name: _Name, source: str, word: str) -> list[str]:
        # Each loop has variables of its own, since each has items of its own type.
        index, item = f"{word}_index", f"{word}_item"
        statements = self._inner(value, name.then_index(index), item)
        return [f"for {index}, {item} in enumerate({source}, 1):", *indented(statements)]

    def _entries(self, value: ValuePlan, name: _Name, source: str, word: str) -> list[str]:
        index, key, item = f"{word}_index", f"{word}_key", f"{word}_item"
        entry = name.then_index(index)
        return [
            f"for {index}, ({key}, {item}) in enumerate({source}.items(), 1):",
            f"    {entry.then(f'.{value.key_name}').add(key)}",
            *indented(self._inner(value, entry.then(f".{value.value_name}"), item)),
        ]

    def _inner(self, value: ValuePlan, name: _Name, item: str) -> list[str]:
        assert value.inner is not None  # noqa: S101 - for type checkers
        return self.or_null(value, item, name.then(".nil").add(_TRUE), self._value(value.inner, name, item, item))


@frozen
class _Name:
    """The name of a parameter: what follows the prefix, percent-encoded, as the parts of an f-string."""

    parts: tuple[str, ...]

    def then(self, text: str) -> _Name:
        return _Name((*self.parts, encode_in_form(text)))

    def then_index(self, variable: str) -> _Name:
        return _Name((*self.parts, ".", Code(variable)))

    def add(self, value: str) -> str:
        """The statement that adds a parameter."""
        return f"chunks += ({f_string(Code('prefix'), *self.parts, '=')}, {value})"

    def __str__(self) -> str:
        return f_string(Code("prefix"), *self.parts)
