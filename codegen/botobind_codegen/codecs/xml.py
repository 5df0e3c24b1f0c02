"""Writing XML: bodies of restXml, answers of awsQuery and ec2Query. What the service's documents do not hold is left to
the walker.

Markup goes to one list, with a hole where a text belongs, and what are texts in the model to another: they are escaped
all at once when the holes are filled.
"""

from __future__ import annotations

from attrs import frozen

from botobind.formats.xml import HOLE
from botobind.tables import Kind
from botobind_codegen.codecs.exact import Exact
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.lines import indented
from botobind_codegen.codecs.query import SCALAR_WRITERS
from botobind_codegen.codecs.writing import source_of, where_given
from botobind_codegen.literals import Code, f_string
from botobind_codegen.model import Member, Namespace, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames

_TEXTS = ("document", "jsonvalue")
"""Kinds of scalars whose texts may have to be escaped."""


@frozen
class XmlWriting:
    """Plans the encoder of XML."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def methods(self, shape: Shape) -> list[list[str]]:
        """The method that writes the members of a structure or union as elements; one that writes those in the body,
        where some are not; and one that writes attributes, where some members are such.
        """
        attributes = [member for member in shape.members if self._is_attribute(member)]
        elements = [member for member in shape.members if member not in attributes]
        found = [self._method(shape, "write_xml", elements)]
        if self.kinds.splits(shape, "xml"):
            inside = [member for member in self.kinds.in_body(shape) if member not in attributes]
            found.append(self._method(shape, "write_xml_body", inside))
        return [*found, self._attributes_method(shape, attributes)] if attributes else found

    def _method(self, shape: Shape, name: str, members: list[Member]) -> list[str]:
        wire_names = self.kinds.wire_names(shape, "xml")
        statements = {}
        for member in members:
            attribute, tag = self.names.attributes[shape.name][member.name], wire_names[member.name]
            source = source_of(shape, attribute)
            statements[attribute] = self._value(member.reference, tag, source, attribute, member=True)
        lines = where_given(shape, statements, self.imports, conditions=self._conditions(shape, wire_names))
        return [f"def {name}(self, markup: list[str], texts: list[str]) -> None:", *indented(lines or ["return"])]

    def _is_attribute(self, member: Member) -> bool:
        return member.reference.xml_attribute

    def _attributes_method(self, shape: Shape, attributes: list[Member]) -> list[str]:
        self.imports.use("botobind.formats", "xml")
        wire_names = self.kinds.wire_names(shape, "xml")
        lines = ["def xml_attributes(self, attributes: str) -> str:", "    text = attributes"]
        for member in attributes:
            lines += self._declared(shape, member, wire_names[member.name])
            source = f"self.{self.names.attributes[shape.name][member.name]}"
            text = self._attribute_text(member.reference, source)
            written = f_string(f' {wire_names[member.name]}="', Code(text), '"')
            lines += [f"    if {source} is not None:", f"        text += {written}"]
        return [*lines, "    return text"]

    def _attribute_text(self, reference: Reference, source: str) -> str:
        kind = self.kinds.of(reference)
        if kind == "string":
            return f"xml.write_attribute({source})"
        written = self._scalar(kind, reference, source)
        return f"xml.write_attribute({written})" if kind in _TEXTS else written

    def _declared(self, shape: Shape, member: Member, name: str) -> list[str]:
        """What declares the prefix of an attribute where the place that uses the structure has not done so."""
        prefix = name.rpartition(":")[0]
        uri = self.kinds.prefix_uri(shape, member)
        if uri is None:
            return []
        declaration = Namespace(uri, prefix).attribute
        return [f"    if {f'xmlns:{prefix}='!r} not in attributes:", f"        text += {f' {declaration}'!r}"]

    def _conditions(self, shape: Shape, wire_names: dict[str, str]) -> dict[str, str]:
        """What members share with a list, by attribute: they are written where it is not, which would say it again."""
        attributes = self.names.attributes[shape.name]
        return {
            attributes[member.name]: f"self.{attributes[other.name]} is None"
            for other in shape.members
            if other.reference.flattened
            for member in shape.members
            if member is not other and wire_names[member.name] == wire_names[other.name]
        }

    def _namespace(self, reference: Reference) -> str:
        return _declaration(reference.xml_namespace)

    def _value(self, reference: Reference, tag: str, source: str, word: str, *, member: bool = False) -> list[str]:
        """The statements that write a value; what they loop over is called after `word`."""
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        shape = self.kinds.service.shape(reference)
        attributes = self._namespace(reference)
        if kind == "structure":
            opening = self._opening(shape, tag, attributes, source)
            write = self.exact.structure(reference, source, "write_xml", "markup, texts")
            return [opening, write, _add_markup(f"</{tag}>")]
        if kind == "events":
            events = f"{self.imports.use('botobind.formats', 'tree')}.events_of({source})"
            return _around(tag, attributes, self._items(Reference(reference.target), "member", events, word))
        flat = self.kinds.is_flat(reference, "xml")
        if kind == "list" and shape.item:
            item_tag = self.kinds.item_name(shape.item, "xml")
            items = self._items(
                shape.item, tag if flat else item_tag, self.exact.items(source), word, sparse=shape.sparse
            )
            return items if flat else _around(tag, attributes, items)
        if kind == "map" and shape.value:
            own = attributes if flat else ""
            entries = self._entries(reference, shape.value, tag if flat else "entry", own, source, word)
            return entries if flat else _around(tag, attributes, entries)
        before, after = f"<{tag}{attributes}>", f"</{tag}>"
        if kind == "string":
            return _add_text(before, source, after)
        written = self._scalar(kind, reference, source)
        return _add_text(before, written, after) if kind in _TEXTS else [_add_scalar(before, written, after)]

    @property
    def exact(self) -> Exact:
        """The checks of types."""
        return Exact(self.kinds, self.names, self.imports)

    def _opening(self, shape: Shape, tag: str, attributes: str, source: str) -> str:
        if any(self._is_attribute(member) for member in shape.members):
            return _add(f"{f'<{tag}'!r} + {source}.xml_attributes({attributes!r}) + '>'")
        return _add_markup(f"<{tag}{attributes}>")

    def _items(self, item: Reference, tag: str, source: str, word: str, *, sparse: bool = False) -> list[str]:
        # Each loop has variables of its own, since each has items of its own type.
        value = f"{word}_item"
        statements = self._or_nil(self._value(item, tag, value, value), tag, value, sparse=sparse)
        return [f"for {value} in {source}:", *indented(statements)]

    def _or_nil(self, statements: list[str], tag: str, value: str, *, sparse: bool) -> list[str]:
        if not sparse:
            return statements
        self.imports.use("botobind.formats", "xml")
        nil = _add(f_string(f"<{tag}", Code("xml.NIL"), " />"))
        return [f"if {value} is None:", *indented([nil]), "else:", *indented(statements)]

    def _entries(
        self, reference: Reference, value: Reference, tag: str, attributes: str, source: str, word: str
    ) -> list[str]:
        shape = self.kinds.service.shape(reference)
        key_name, value_name = self.kinds.entry_names(reference, "xml")
        of_key = self._namespace(shape.key) if shape.key else ""
        key, item = f"{word}_key", f"{word}_item"
        statements = self._or_nil(self._value(value, value_name, item, item), value_name, item, sparse=shape.sparse)
        before = f"<{tag}{attributes}><{key_name}{of_key}>"
        return [
            f"for {key}, {item} in {source}.items():",
            *indented([*_add_text(before, key, f"</{key_name}>"), *statements, _add_markup(f"</{tag}>")]),
        ]

    def _scalar(self, kind: Kind, reference: Reference, source: str) -> str:
        self.imports.use("botobind.formats", "xml")
        if kind == "timestamp":
            name = self.kinds.timestamp_format(reference, "xml")
            return f"xml.write_{name}{'_fraction' if reference.fraction and name == 'iso8601' else ''}({source})"
        written = f"xml.{SCALAR_WRITERS[kind]}({source})"
        # A plain integer is digits in an f-string as it is.
        return f"{source} if type({source}) is int else {written}" if kind == "integer" else written


def _declaration(namespace: Namespace | None) -> str:
    return f" {namespace.attribute}" if namespace else ""


def _add(expression: str) -> str:
    # CPython has an instruction for this: it takes a third of the time that adding a tuple to the list takes.
    return f"markup.append({expression})"


def _add_markup(markup: str) -> str:
    return _add(repr(markup))


def _around(tag: str, attributes: str, statements: list[str]) -> list[str]:
    return [_add_markup(f"<{tag}{attributes}>"), *statements, _add_markup(f"</{tag}>")]


def _add_text(before: str, expression: str, after: str) -> list[str]:
    """Adds markup with a hole in it, and the text that belongs there."""
    return [_add_markup(f"{before}{HOLE}{after}"), f"texts.append({expression})"]


def _add_scalar(before: str, expression: str, after: str) -> str:
    """Adds markup with the value of an expression in it that needs no escaping."""
    return _add(f_string(before, Code(expression), after))
