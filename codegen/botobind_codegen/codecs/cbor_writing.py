"""Writing CBOR chunk by chunk, for services that speak it; see `botobind.formats.cborchunks`.

What comes out is what the tree of the value gives, which is written instead where a member is out of the ordinary.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from botobind.formats.cborchunks import head
from botobind.rules.plans import MemberPlan, ValuePlan
from botobind_codegen.codecs.emitting import Emitter, indented

_TEXT = 3
"""The major type of texts."""


@frozen
class CborWriting(Emitter):
    """Prints the encoder of CBOR."""

    def methods(self) -> list[list[str]]:
        """The method that writes a structure or union, and one that writes the members in the body where some are not.
        Errors and streams of events are left to trees.
        """
        plan, found = self.plan("cbor"), []
        if self.tables.writes_cbor(self.shape):
            found.append(self._method("write_cbor", plan.members))
        if self.tables.splits(self.shape, "cbor") and not self.shape.error:
            found.append(self._method("write_cbor_body", plan.in_body))
        return found

    def _method(self, name: str, members: Sequence[MemberPlan]) -> list[str]:
        statements = {
            member.attribute: self._value(member.value, [_name(member.name)], self.source(member), member.attribute)
            for member in members
        }
        if self.shape.is_union:
            lines = [self._add([self._head("MAP", "self.given()")])[0], *self.where_given(statements)]
        else:
            lines = self._structure(statements)
        return [f"def {name}(self, chunks: list[bytes]) -> None:", *indented(lines)]

    def _structure(self, statements: dict[str, list[str]]) -> list[str]:
        attributes = self.tables.names.attributes[self.shape.name]
        # Those that are mostly there are counted beforehand.
        expected = {attributes[member.name] for member in self.shape.members if member.required} & statements.keys()
        # The head comes first, but says how many members there are.
        lines = ["at = len(chunks)", 'chunks.append(b"")', f"count = {len(expected)}"]
        for attribute, inner in statements.items():
            lines.append(f"if self.{attribute} is not None:")
            if attribute in expected:
                lines += [*indented(inner), "else:", "    count -= 1"]
            else:
                lines += indented(["count += 1", *inner])
        return [*lines, self.use("chunks[at] = {cborchunks}.MAP[count]")]

    def _value(self, value: ValuePlan, before: list[str], source: str, word: str) -> list[str]:
        """The statements that write a value after some chunks; what they loop over is called after `word`."""
        if value.kind == "structure":
            return [*self._add(before), self.structure(value.target, source, "write_cbor", "chunks")]
        if value.inner is None:
            written = self.write("cbor", value, source) if value.kind != "string" else source
            is_text = value.kind in ("string", "jsonvalue")
            return self._text(before, written) if is_text else self._add([*before, written])
        # Each loop has variables of its own, since each has items of its own type.
        key, item = f"{word}_key", f"{word}_item"
        null = self.use("chunks.append({cborchunks}.NULL)") if value.sparse else ""
        statements = self.or_null(value, item, null, self._value(value.inner, [], item, item))
        if value.kind == "list":
            head = [*self.check_list(source), *self._add([*before, self._head("LIST", source)])]
            return [*head, f"for {item} in {source}:", *indented(statements)]
        loop = [f"for {key}, {item} in {source}.items():", *indented([*self._text([], key), *statements])]
        return [*self._add([*before, self._head("MAP", source)]), *loop]

    def _head(self, kind: str, source: str) -> str:
        return self.use("{cborchunks}.{kind}[len({it})]", kind=kind, it=source)

    def _text(self, before: list[str], source: str) -> list[str]:
        # Without a call, as most of what is written are texts.
        return [f"data = {source}.encode()", *self._add([*before, self._head("TEXT", "data"), "data"])]

    def _add(self, chunks: list[str]) -> list[str]:
        """The statement that adds chunks."""
        if len(chunks) > 1:
            return [f"chunks += ({', '.join(chunks)})"]
        return [f"chunks.append({chunk})" for chunk in chunks]


def _name(wire_name: str) -> str:
    data = wire_name.encode()
    return repr(head(_TEXT, len(data)) + data)
