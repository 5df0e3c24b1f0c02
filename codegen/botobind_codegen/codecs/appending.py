"""Writing CBOR, forms and XML: documents that are appended to lists, a statement for each piece.

What is seldom written is left to the walker: streams of events, attributes of XML, errors in CBOR.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from attrs import frozen

from botobind.formats.cborchunks import head
from botobind.formats.xml import HOLE
from botobind.rules.naming import BodyFormat
from botobind.rules.plans import MemberPlan, ValuePlan
from botobind.wire.percent import encode_in_form
from botobind_codegen.codecs.emitting import Emitter, indented
from botobind_codegen.literals import Code, f_string

_Place = tuple[str, ...]
"""Where a value belongs: what stands before it in CBOR, the parts of its name in a form, the name of its element."""


class _Around(NamedTuple):
    """The statements around the items of a list or the entries of a map."""

    before: list[str]
    inside: _Place
    """Where an item belongs, or the value of an entry."""
    null: list[str]
    key: list[str]
    after_entry: Sequence[str] = ()
    after: Sequence[str] = ()


@frozen
class Appending(Emitter):
    """Prints the encoder of a format."""

    body_format: ClassVar[BodyFormat]
    lists: ClassVar[str]
    """The parameters of the encoder."""
    loop = "for {item} in {items}:"

    def methods(self) -> list[list[str]]:
        """What writes the members of a structure or union that are in the body."""
        name = self.schemas.method(self.shape, f"write_{self.body_format}")
        if not name:
            return []
        written = [
            (each, self._value(each.value, self._place(each.name), self.source(each), each.attribute))
            for each in self.plan(self.body_format).in_body
            if not each.is_attribute
        ]
        head = self.use(f"def {name}(self, {self.lists}) -> None:")
        return [[head, *indented(self._whole(written) or ["return"])]]

    def _whole(self, written: list[tuple[MemberPlan, list[str]]]) -> list[str]:
        """The statements of a method, of those of its members."""
        return self.where_given(written)

    def _value(self, value: ValuePlan, place: _Place, source: str, word: str) -> list[str]:
        """The statements that write a value; what they loop over is called after `word`."""
        if value.kind == "structure":
            return self._of_structure(value, place, source)
        if value.inner is None:
            return self._of_scalar(value, place, source)
        # Each loop has variables of its own, since each has items of its own type.
        around, item, items, check = self._around(value, place, source, word), f"{word}_item", source, []
        lines = self._value(value.inner, around.inside, item, item)
        if value.sparse:
            lines = [f"if {item} is None:", *indented(around.null), "else:", *indented(lines)]
        if value.kind == "list":
            check = [f"if type({source}) is not list:", self.use("    {exact}.items({it})", it=source)]
        else:
            lines = [*around.key, *lines, *around.after_entry]
            item, items = f"({word}_key, {item})", f"{source}.items()"
        loop = self.loop.format(item=item, items=items, word=word)
        return [*check, *around.before, loop, *indented(lines), *around.after]

    @abstractmethod
    def _place(self, name: str) -> _Place:
        """Where a member belongs."""

    @abstractmethod
    def _of_structure(self, value: ValuePlan, place: _Place, source: str) -> list[str]:
        """The statements that write a structure."""

    @abstractmethod
    def _of_scalar(self, value: ValuePlan, place: _Place, source: str) -> list[str]:
        """The statements that write a scalar."""

    @abstractmethod
    def _around(self, value: ValuePlan, place: _Place, source: str, word: str) -> _Around:
        """What is written around the items of a list or the entries of a map."""


@frozen
class CborWriting(Appending):
    """Prints the encoder of CBOR, chunk by chunk; see `botobind.formats.cborchunks`. What comes out is what the tree of
    the value gives, which is written instead where a member is out of the ordinary.
    """

    body_format, lists = "cbor", "chunks: list[bytes]"

    def _place(self, name: str) -> _Place:
        data, text = name.encode(), 3  # the major type
        return (repr(head(text, len(data)) + data),)

    def _whole(self, written: list[tuple[MemberPlan, list[str]]]) -> list[str]:
        if self.shape.is_union:
            return [*_add(self._head("map", "self.given()")), *self.where_given(written)]
        attributes = self.schemas.names.attributes[self.shape.name]
        # Those that are mostly there are counted beforehand.
        required = {attributes[member.name] for member in self.shape.members if member.required}
        expected = required & {member.attribute for member, _ in written}
        # The head comes first, but says how many members there are.
        lines = ["at = len(chunks)", 'chunks.append(b"")', f"count = {len(expected)}"]
        for member, inner in written:
            is_expected = member.attribute in expected
            lines += [f"if self.{member.attribute} is not None:", *indented(["count += 1", *inner][is_expected:])]
            lines += ["else:", "    count -= 1"] if is_expected else []
        return [*lines, self.use("chunks[at] = {cborchunks}.MAP[count]")]

    def _of_structure(self, value: ValuePlan, place: _Place, source: str) -> list[str]:
        return [*_add(*place), self.structure(value.target, source, "write_cbor", "chunks")]

    def _of_scalar(self, value: ValuePlan, place: _Place, source: str) -> list[str]:
        written = source if value.kind == "string" else self.write("cbor", value, source)
        return self._text(place, written) if value.kind in ("string", "jsonvalue") else _add(*place, written)

    def _around(self, value: ValuePlan, place: _Place, source: str, word: str) -> _Around:
        null = _add(self.use("{cborchunks}.NULL")) if value.sparse else []
        return _Around(_add(*place, self._head(value.kind, source)), (), null, self._text((), f"{word}_key"))

    def _head(self, kind: str, source: str) -> str:
        return self.use("{cborchunks}.{kind}[len({it})]", kind=kind.upper(), it=source)

    def _text(self, before: _Place, source: str) -> list[str]:
        # Without a call, as most of what is written are texts.
        return [f"data = {source}.encode()", *_add(*before, self._head("text", "data"), "data")]


@frozen
class QueryWriting(Appending):
    """Prints the encoder of forms: of awsQuery and ec2Query. Names are percent-encoded here."""

    body_format, lists = "query", "chunks: {QueryChunks}, prefix: str"
    loop = "for {word}_index, {item} in enumerate({items}, 1):"

    def _place(self, name: str) -> _Place:
        return (Code("prefix"), encode_in_form(name))

    def _of_structure(self, value: ValuePlan, place: _Place, source: str) -> list[str]:
        return [self.structure(value.target, source, "write_query", f"chunks, {f_string(*place, '.')}")]

    def _of_scalar(self, value: ValuePlan, place: _Place, source: str) -> list[str]:
        return [_parameter(place, self.write("query", value, source))]

    def _around(self, value: ValuePlan, place: _Place, source: str, word: str) -> _Around:
        is_map = value.kind == "map"
        name = () if value.is_flat else (".entry" if is_map else f".{encode_in_form(value.item_name)}",)
        numbered = (*place, *name, ".", Code(f"{word}_index"))
        inside = (*numbered, f".{encode_in_form(value.value_name)}") if is_map else numbered
        # EC2 has no way to say that a list is empty.
        is_told = not is_map and "list" not in self.plan("query").nothing_is_empty
        empty = [f"if not {source}:", f"    {_parameter(place, repr(''))}"] if is_told else []
        key = _parameter((*numbered, f".{encode_in_form(value.key_name)}"), f"{word}_key")
        return _Around(empty, inside, [_parameter((*inside, ".nil"), repr("true"))], [key])


@frozen
class XmlWriting(Appending):
    """Prints the encoder of XML: bodies of restXml, responses of awsQuery and ec2Query.

    The template goes to one list, with a hole where a text belongs, and what are texts in the model to another: they
    are escaped all at once when the holes are filled.
    """

    body_format, lists = "xml", "template: list[str], texts: list[str]"

    def _place(self, name: str) -> _Place:
        return (name,)

    def _of_structure(self, value: ValuePlan, place: _Place, source: str) -> list[str]:
        opening = repr(f"<{place[0]}{value.declaration}>")
        target = self.schemas.plan(self.schemas.shapes_by_class[value.target], "xml")
        if any(member.is_attribute for member in target.members):
            opening = f"{f'<{place[0]}'!r} + {source}._xml_attributes({value.declaration!r}) + '>'"
        write = self.structure(value.target, source, "write_xml", "template, texts")
        return [_template(opening), write, _template(repr(f"</{place[0]}>"))]

    def _of_scalar(self, value: ValuePlan, place: _Place, source: str) -> list[str]:
        before, text, after = f"<{place[0]}{value.declaration}>", self.write("xml", value, source), f"</{place[0]}>"
        if value.kind in ("string", "document", "jsonvalue"):  # which may have to be escaped
            return [_template(repr(f"{before}{HOLE}{after}")), f"texts.append({text})"]
        return [_template(f_string(before, Code(text), after))]

    def _around(self, value: ValuePlan, place: _Place, source: str, word: str) -> _Around:  # noqa: ARG002 - others look at it
        is_map, is_flat = value.kind == "map", value.is_flat
        tag = place[0] if is_flat else "entry" if is_map else value.item_name
        inside = value.value_name if is_map else tag
        opening, closing = repr(f"<{place[0]}{value.declaration}>"), repr(f"</{place[0]}>")
        key = f"<{tag}{value.declaration * is_flat}><{value.key_name}{value.key_declaration}>{HOLE}</{value.key_name}>"
        return _Around(
            before=[] if is_flat else [_template(opening)],
            inside=(inside,),
            null=[_template(f_string(f"<{inside}", Code(self.use("{xml}.NIL")), " />"))] if value.sparse else [],
            key=[_template(repr(key)), f"texts.append({word}_key)"],
            after_entry=[_template(repr(f"</{tag}>"))],
            after=() if is_flat else [_template(closing)],
        )


def _add(*chunks: str) -> list[str]:
    """The statement that adds chunks."""
    return [f"chunks += ({', '.join(chunks)})" if chunks[1:] else f"chunks.append({chunk})" for chunk in chunks[:1]]


def _parameter(name: _Place, value: str) -> str:
    """The statement that adds a parameter."""
    return f"chunks += ({f_string(*name, '=')}, {value})"


def _template(expression: str) -> str:
    # CPython has an instruction for this: it takes a third of the time that adding a tuple to the list takes.
    return f"template.append({expression})"
