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
        found = [self._method(shape, "xml_text", shape.members)]
        if self.kinds.splits(shape, "xml"):
            inside = tuple(member for member in shape.members if not self.kinds.outside_body(member))
            found.append(self._method(shape, "xml_body_text", inside))
        return found

    def _method(self, shape: Shape, name: str, members: tuple[Member, ...]) -> list[str]:
        lines = [f'def {name}(self, tag: str, attributes: str = "") -> str:']
        if shape.union or shape.event_stream:
            lines += unknown_member(self.imports)
        attributes = [member for member in shape.members if self._is_attribute(member)]
        wire_names = self.kinds.wire_names(shape, "xml")
        lines += self._opening(shape, attributes, wire_names)
        for member in members:
            if member not in attributes:
                lines += self._member(shape, member, wire_names)
        return [*lines, '    return f"{text}</{tag}>"']

    def _is_attribute(self, member: Member) -> bool:
        return member.reference.xml_attribute and self.kinds.xml_traits

    def _opening(self, shape: Shape, attributes: list[Member], wire_names: dict[str, str]) -> list[str]:
        if not attributes:
            return ['    text = f"<{tag}{attributes}>"']
        self.imports.use("botobind.formats", "xml")
        lines = ['    text = f"<{tag}{attributes}"']
        for member in attributes:
            lines += self._declared(shape, wire_names[member.name])
            source = f"self.{self.names.attributes[shape.name][member.name]}"
            lines += [
                f"    if {source} is not None:",
                f"        text += f' {wire_names[member.name]}=\"{{xml.write_attribute({source})}}\"'",
            ]
        return [*lines, '    text += ">"']

    def _declared(self, shape: Shape, name: str) -> list[str]:
        """What declares the prefix of an attribute where the place that uses the structure has not done so."""
        prefix = name.rpartition(":")[0]
        uri = self.kinds.prefix_uri(shape, prefix)
        if uri is None:
            return []
        declaration = Namespace(uri, prefix).attribute
        return [f"    if {f'xmlns:{prefix}='!r} not in attributes:", f"        text += {f' {declaration}'!r}"]

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
        value = self._value(member.reference, name, source, member=True)
        return [f"    if {condition}:", f"        text += {value}"]

    def _namespace(self, reference: Reference) -> str:
        return _declaration(reference.xml_namespace) if self.kinds.xml_traits else ""

    def _value(self, reference: Reference, tag: str, source: str, *, member: bool = False) -> str:
        """The expression of the text of a value."""
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        shape = self.kinds.service.shape(reference)
        attributes = self._namespace(reference)
        if kind == "structure":
            arguments = f", {attributes!r}" if attributes else ""
            return f"{source}.xml_text({tag!r}{arguments})"
        if kind == "events":
            events = f"{self.imports.use('botobind.formats', 'tree')}.events_of({source})"
            items = self._items(Reference(reference.target), "member", events, sparse=False)
            return _around(tag, attributes, items)
        flat = self.kinds.xml_traits and reference.flattened
        if kind == "list" and shape.item:
            item_tag = (shape.item.location_name if self.kinds.xml_traits else None) or "member"
            items = self._items(shape.item, tag if flat else item_tag, source, sparse=shape.sparse)
            return items if flat else _around(tag, attributes, items)
        if kind == "map" and shape.value:
            own = attributes if flat else ""
            entries = self._entries(shape, shape.value, tag if flat else "entry", source, own)
            return entries if flat else _around(tag, attributes, entries)
        return _text(f"<{tag}{attributes}>", self._scalar(kind, reference, source), f"</{tag}>")

    def _items(self, item: Reference, tag: str, source: str, *, sparse: bool) -> str:
        value = self._or_nil(self._value(item, tag, "item"), tag, sparse=sparse)
        return f'"".join([{value} for item in {source}])'

    def _or_nil(self, value: str, tag: str, *, sparse: bool) -> str:
        if not sparse:
            return value
        self.imports.use("botobind.formats", "xml")
        return f'f"<{tag}{{xml.NIL}} />" if item is None else {value}'

    def _entries(self, shape: Shape, value: Reference, tag: str, source: str, attributes: str) -> str:
        key_name, value_name = entry_names(shape, traits=self.kinds.xml_traits)
        of_key = self._namespace(shape.key) if shape.key else ""
        self.imports.use("botobind.formats", "xml")
        of_value = self._or_nil(self._value(value, value_name, "item"), value_name, sparse=shape.sparse)
        before = _text(f"<{tag}{attributes}><{key_name}{of_key}>", "xml.write_string(key)", f"</{key_name}>")
        entry = f"{before} + {f'({of_value})' if shape.sparse else of_value} + {f'</{tag}>'!r}"
        return f'"".join([{entry} for key, item in {source}.items()])'

    def _scalar(self, kind: str, reference: Reference, source: str) -> str:
        self.imports.use("botobind.formats", "xml")
        if kind == "timestamp":
            return f"xml.write_{self.kinds.timestamp_format(reference, 'xml')}({source})"
        return f"xml.{SCALAR_WRITERS.get(kind, 'write_string')}({source})"


def _declaration(namespace: Namespace | None) -> str:
    return f" {namespace.attribute}" if namespace else ""


def _around(tag: str, attributes: str, inside: str) -> str:
    return f"{f'<{tag}{attributes}>'!r} + {inside} + {f'</{tag}>'!r}"


def _text(before: str, expression: str, after: str) -> str:
    """An expression between two texts, as one f-string."""
    outside = [text.replace("{", "{{").replace("}", "}}") for text in (before, after)]
    quote = "'" if '"' in "".join(outside) else '"'
    return f"f{quote}{outside[0]}{{{expression}}}{outside[1]}{quote}"
