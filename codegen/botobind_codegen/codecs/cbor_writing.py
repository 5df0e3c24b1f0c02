"""Writing CBOR piece by piece, for services that speak it; see `botobind.formats.cborpieces`.

What comes out is what the tree of the value gives, which is written instead where a member is out of the ordinary.
"""

from __future__ import annotations

from attrs import frozen

from botobind.formats.cborpieces import head
from botobind_codegen.codecs.exact import Exact
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.lines import indented
from botobind_codegen.codecs.writing import source_of, where_given
from botobind_codegen.model import Member, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames

_TEXT = 3
"""The major type of texts."""


@frozen
class CborWriting:
    """Plans the encoder of CBOR."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def methods(self, shape: Shape) -> list[list[str]]:
        """The method that writes a structure or union, and one that writes the members in the body where some are not.
        Errors and streams of events are left to trees.
        """
        if "cbor" not in self.kinds.tree_formats or shape.error or shape.event_stream:
            return []
        found = []
        if self.kinds.writes_cbor(shape):
            found.append(self._method(shape, "write_cbor", list(shape.members)))
        if self.kinds.splits(shape, "cbor"):
            found.append(self._method(shape, "write_cbor_body", self.kinds.in_body(shape)))
        return found

    def _method(self, shape: Shape, name: str, members: list[Member]) -> list[str]:
        wire_names = self.kinds.wire_names(shape, "cbor")
        statements = {}
        for member in members:
            word = self.names.attributes[shape.name][member.name]
            before = [_name(wire_names[member.name])]
            statements[word] = self._value(member.reference, before, source_of(shape, word), word)
        lines = self._union(shape, statements) if shape.union else self._structure(shape, members, statements)
        return [f"def {name}(self, pieces: list[bytes]) -> None:", *indented(lines)]

    def _union(self, shape: Shape, statements: dict[str, list[str]]) -> list[str]:
        head = f"pieces.append({self._pieces}.MAP[len(self.given())])"
        return [head, *where_given(shape, statements, self.imports)]

    def _structure(self, shape: Shape, members: list[Member], statements: dict[str, list[str]]) -> list[str]:
        attributes = self.names.attributes[shape.name]
        # Those that are mostly there are counted beforehand.
        expected = {attributes[member.name] for member in members if member.required}
        # The head comes first, but says how many members there are.
        lines = ["at = len(pieces)", 'pieces.append(b"")', f"count = {len(expected)}"]
        for word, inner in statements.items():
            lines.append(f"if self.{word} is not None:")
            if word in expected:
                lines += [*indented(inner), "else:", "    count -= 1"]
            else:
                lines += indented(["count += 1", *inner])
        return [*lines, f"pieces[at] = {self._pieces}.MAP[count]"]

    @property
    def _pieces(self) -> str:
        return self.imports.use("botobind.formats", "cborpieces")

    @property
    def exact(self) -> Exact:
        """The checks of types."""
        return Exact(self.kinds, self.names, self.imports)

    def _value(self, reference: Reference, before: list[str], source: str, word: str) -> list[str]:
        """The statements that write a value after some pieces; what they loop over is called after `word`."""
        kind = self.kinds.of(reference)
        shape = self.kinds.service.shape(reference)
        if kind == "structure":
            return [*_add(before), self.exact.structure(reference, source, "write_cbor", "pieces")]
        if kind == "list" and shape.item:
            head = f"{self._pieces}.LIST[len({source})]"
            check = self.exact.list(source)
            return [*check, *_add([*before, head]), *self._items(shape.item, source, word, sparse=shape.sparse)]
        if kind == "map" and shape.value:
            key, item = f"{word}_key", f"{word}_item"
            statements = self._or_null(self._value(shape.value, [], item, item), item, sparse=shape.sparse)
            return [
                *_add([*before, f"{self._pieces}.MAP[len({source})]"]),
                f"for {key}, {item} in {source}.items():",
                *indented([*self._text([], key), *statements]),
            ]
        if kind == "string":
            return self._text(before, source)
        if kind == "jsonvalue":
            return self._text(before, f"{self.imports.use('botobind.formats', 'json')}.write_json_text({source})")
        return _add([*before, self._scalar(kind, source)])

    def _items(self, item: Reference, source: str, word: str, *, sparse: bool) -> list[str]:
        # Each loop has variables of its own, since each has items of its own type.
        value = f"{word}_item"
        statements = self._or_null(self._value(item, [], value, value), value, sparse=sparse)
        return [f"for {value} in {source}:", *indented(statements)]

    def _or_null(self, statements: list[str], value: str, *, sparse: bool) -> list[str]:
        if not sparse:
            return statements
        null = f"pieces.append({self._pieces}.NULL)"
        return [f"if {value} is None:", *indented([null]), "else:", *indented(statements)]

    def _text(self, before: list[str], source: str) -> list[str]:
        # Without a call, as most of what is written are texts.
        return [f"data = {source}.encode()", *_add([*before, f"{self._pieces}.TEXT[len(data)]", "data"])]

    def _scalar(self, kind: str, source: str) -> str:
        return f"{self._pieces}.{'blob' if kind == 'stream' else kind}({source})"


def _name(wire_name: str) -> str:
    data = wire_name.encode()
    return repr(head(_TEXT, len(data)) + data)


def _add(pieces: list[str]) -> list[str]:
    """The statement that adds pieces."""
    if len(pieces) > 1:
        return [f"pieces += ({', '.join(pieces)})"]
    return [f"pieces.append({piece})" for piece in pieces]
