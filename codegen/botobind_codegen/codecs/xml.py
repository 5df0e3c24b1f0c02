"""Writing XML: bodies of restXml, answers of awsQuery and ec2Query, and botobind's general rules for services that have
no XML.

In the general rules each member is an element of its name, list items are called `member`, map entries `entry` with
`key` and `value`.
"""

from __future__ import annotations

from attrs import frozen

from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.query import SCALAR_WRITERS
from botobind_codegen.codecs.reading import entry_names
from botobind_codegen.codecs.writing import unknown_member
from botobind_codegen.model import Member, Namespace, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames


@frozen
class XmlWriting:
    """Plans the encoder of XML."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def methods(self, shape: Shape) -> list[list[str]]:
        """The method that writes a structure or union as an element; and one that writes what is in the body, where
        some of the members are not.
        """
        found = [self._method(shape, "write_xml", shape.members)]
        if self.kinds.splits(shape, "xml"):
            inside = tuple(member for member in shape.members if not self.kinds.outside_body(member))
            found.append(self._method(shape, "write_xml_body", inside))
        return found

    def _method(self, shape: Shape, name: str, members: tuple[Member, ...]) -> list[str]:
        callable_type = self.imports.use("collections.abc", "Callable")
        head = f'def {name}(self, write: {callable_type}[[str], object], tag: str, attributes: str = "") -> None:'
        lines = []
        if shape.union or shape.event_stream:
            lines += unknown_member(self.imports)
        attributes = [member for member in shape.members if self._is_attribute(member)]
        wire_names = self.kinds.wire_names(shape, "xml")
        lines += self._opening(shape, attributes, wire_names)
        for member in members:
            if member not in attributes:
                lines += self._member(shape, member, wire_names)
        return [head, *lines, '    write(f"</{tag}>")']

    def _is_attribute(self, member: Member) -> bool:
        return member.reference.xml_attribute and self.kinds.xml_traits

    def _opening(self, shape: Shape, attributes: list[Member], wire_names: dict[str, str]) -> list[str]:
        if not attributes:
            return ['    write(f"<{tag}{attributes}>")']
        self.imports.use("botobind.formats", "xml")
        lines = ['    write(f"<{tag}{attributes}")']
        for member in attributes:
            lines += self._declared(shape, wire_names[member.name])
            source = f"self.{self.names.attributes[shape.name][member.name]}"
            lines += [
                f"    if {source} is not None:",
                f"        write(f' {wire_names[member.name]}=\"{{xml.write_attribute({source})}}\"')",
            ]
        return [*lines, '    write(">")']

    def _declared(self, shape: Shape, name: str) -> list[str]:
        """What declares the prefix of an attribute where the place that uses the structure has not done so."""
        prefix = name.rpartition(":")[0]
        uri = self.kinds.prefix_uri(shape, prefix)
        if uri is None:
            return []
        declaration = Namespace(uri, prefix).attribute
        return [f"    if {f'xmlns:{prefix}='!r} not in attributes:", f"        write({f' {declaration}'!r})"]

    def _member(self, shape: Shape, member: Member, wire_names: dict[str, str]) -> list[str]:
        attributes = self.names.attributes[shape.name]
        source = f"self.{attributes[member.name]}"
        condition = f"{source} is not None"
        name = wire_names[member.name]
        for other in shape.members:
            shared = wire_names[other.name] == name and other.reference.flattened and self.kinds.xml_traits
            if shared and other is not member:
                # The list holds what the scalar would say again.
                condition += f" and self.{attributes[other.name]} is None"
        statements = self._value(member.reference, name, source, attributes[member.name], member=True)
        return [f"    if {condition}:", *("        " + line for line in statements)]

    def _namespace(self, reference: Reference) -> str:
        return _declaration(reference.xml_namespace) if self.kinds.xml_traits else ""

    def _value(self, reference: Reference, tag: str, source: str, word: str, *, member: bool = False) -> list[str]:
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        shape = self.kinds.service.shape(reference)
        attributes = self._namespace(reference)
        if kind == "structure":
            arguments = f", {attributes!r}" if attributes else ""
            return [f"{source}.write_xml(write, {tag!r}{arguments})"]
        if kind == "events":
            events = f"{self.imports.use('botobind.formats', 'tree')}.events_of({source})"
            return self._around(
                tag, attributes, self._items(Reference(reference.target), "member", events, word, sparse=False)
            )
        flat = self.kinds.xml_traits and reference.flattened
        if kind == "list" and shape.item:
            item_tag = (shape.item.location_name if self.kinds.xml_traits else None) or "member"
            items = self._items(shape.item, tag if flat else item_tag, source, word, sparse=shape.sparse)
            return items if flat else self._around(tag, attributes, items)
        if kind == "map" and shape.value:
            own = attributes if flat else ""
            entries = self._entries(shape, shape.value, tag if flat else "entry", source, word, own)
            return entries if flat else self._around(tag, attributes, entries)
        return [_write(f"<{tag}{attributes}>", self._scalar(kind, reference, source), f"</{tag}>")]

    def _around(self, tag: str, attributes: str, statements: list[str]) -> list[str]:
        return [f"write({f'<{tag}{attributes}>'!r})", *statements, f"write({f'</{tag}>'!r})"]

    def _items(self, item: Reference, tag: str, source: str, word: str, *, sparse: bool) -> list[str]:
        variable = f"{word}_item"
        statements = self._or_nil(self._value(item, tag, variable, variable), tag, variable, sparse=sparse)
        return [f"for {variable} in {source}:", *("    " + line for line in statements)]

    def _or_nil(self, statements: list[str], tag: str, variable: str, *, sparse: bool) -> list[str]:
        if not sparse:
            return statements
        self.imports.use("botobind.formats", "xml")
        return [
            f"if {variable} is None:",
            f'    write(f"<{tag}{{xml.NIL}} />")',
            "else:",
            *("    " + line for line in statements),
        ]

    def _entries(self, shape: Shape, value: Reference, tag: str, source: str, word: str, attributes: str) -> list[str]:
        key_name, value_name = entry_names(shape, traits=self.kinds.xml_traits)
        key, item = f"{word}_key", f"{word}_item"
        of_key = self._namespace(shape.key) if shape.key else ""
        self.imports.use("botobind.formats", "xml")
        statements = self._or_nil(self._value(value, value_name, item, item), value_name, item, sparse=shape.sparse)
        return [
            f"for {key}, {item} in {source}.items():",
            "    " + _write(f"<{tag}{attributes}><{key_name}{of_key}>", f"xml.write_string({key})", f"</{key_name}>"),
            *("    " + line for line in statements),
            f"    write({f'</{tag}>'!r})",
        ]

    def _scalar(self, kind: str, reference: Reference, source: str) -> str:
        self.imports.use("botobind.formats", "xml")
        if kind == "timestamp":
            return f"xml.write_{self.kinds.timestamp_format(reference, 'xml')}({source})"
        return f"xml.{SCALAR_WRITERS.get(kind, 'write_string')}({source})"


def _declaration(namespace: Namespace | None) -> str:
    return f" {namespace.attribute}" if namespace else ""


def _write(before: str, expression: str, after: str) -> str:
    """The statement that writes an expression between two texts, as one f-string."""
    outside = [text.replace("{", "{{").replace("}", "}}") for text in (before, after)]
    quote = "'" if '"' in "".join(outside) else '"'
    return f"write(f{quote}{outside[0]}{{{expression}}}{outside[1]}{quote})"
