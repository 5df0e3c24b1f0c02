"""Writing XML: bodies of restXml, responses of awsQuery and ec2Query. What the service's documents do not hold is left
to the walker.

The template goes to one list, with a hole where a text belongs, and what are texts in the model to another: they are
escaped all at once when the holes are filled.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from botobind.formats.xml import HOLE
from botobind.rules.plans import MemberPlan, ValuePlan
from botobind.tables import declaration_of
from botobind_codegen.codecs.emitting import Emitter, indented
from botobind_codegen.literals import Code, f_string

_TEXTS = ("string", "document", "jsonvalue")
"""Kinds of scalars whose texts may have to be escaped."""


@frozen
class XmlWriting(Emitter):
    """Prints the encoder of XML."""

    def methods(self) -> list[list[str]]:
        """The method that writes the members of a structure or union as elements; one that writes those in the body,
        where some are not; and one that writes attributes, where some members are such.
        """
        plan = self.plan("xml")
        found = [self._method("write_xml", plan.members)]
        if self.tables.splits(self.shape, "xml"):
            found.append(self._method("write_xml_body", plan.in_body))
        attributes = [member for member in plan.members if member.is_attribute]
        return [*found, self._attributes_method(attributes)] if attributes else found

    def _method(self, name: str, members: Iterable[MemberPlan]) -> list[str]:
        elements = [member for member in members if not member.is_attribute]
        statements = {
            each.attribute: self._value(each.value, each.name, self.source(each), each.attribute) for each in elements
        }
        unless = {each.attribute: each.unless for each in elements if each.unless is not None}
        lines = self.where_given(statements, unless) or ["return"]
        return [f"def {name}(self, template: list[str], texts: list[str]) -> None:", *indented(lines)]

    def _attributes_method(self, attributes: list[MemberPlan]) -> list[str]:
        lines = ["text = attributes"]
        for member in attributes:
            if member.namespace is not None:
                # What declares the prefix where the place that uses the structure has not done so.
                lines.append(f"if {f'xmlns:{member.namespace[1]}='!r} not in attributes:")
                lines.append(f"    text += {declaration_of(*member.namespace)!r}")
            source = f"self.{member.attribute}"
            text = self.write("xml", member.value, source)
            if member.value.kind in _TEXTS:
                text = self.use("{xml}.write_attribute({it})", it=text)
            written = f_string(f' {member.name}="', Code(text), '"')
            lines += [f"if {source} is not None:", f"    text += {written}"]
        return ["def _xml_attributes(self, attributes: str) -> str:", *indented([*lines, "return text"])]

    def _value(self, value: ValuePlan, tag: str, source: str, word: str) -> list[str]:
        """The statements that write a value; what they loop over is called after `word`."""
        before, after = f"<{tag}{value.declaration}>", f"</{tag}>"
        match value.kind:
            case "structure":
                write = self.structure(value.target, source, "write_xml", "template, texts")
                return [self._opening(value, tag, source), write, _add(repr(after))]
            case "events":
                events = self.use("{tree}.events_of({it})", it=source)
                items = self._items(value._replace(inner=ValuePlan("structure", value.target)), "member", events, word)
            case "list":
                items = self._items(value, tag if value.is_flat else value.item_name, self.items(source), word)
            case "map":
                items = self._entries(value, tag if value.is_flat else "entry", source, word)
            case kind if kind in _TEXTS:
                return _add_text(before, self.write("xml", value, source), after)
            case _:
                return [_add(f_string(before, Code(self.write("xml", value, source)), after))]
        return items if value.is_flat else [_add(repr(before)), *items, _add(repr(after))]

    def _opening(self, value: ValuePlan, tag: str, source: str) -> str:
        target = self.tables.plan(self.tables.shapes_by_class[value.target], "xml")
        if any(member.is_attribute for member in target.members):
            return _add(f"{f'<{tag}'!r} + {source}._xml_attributes({value.declaration!r}) + '>'")
        return _add(repr(f"<{tag}{value.declaration}>"))

    def _items(self, value: ValuePlan, tag: str, source: str, word: str) -> list[str]:
        # Each loop has variables of its own, since each has items of its own type.
        return [f"for {word}_item in {source}:", *indented(self._inner(value, tag, f"{word}_item"))]

    def _entries(self, value: ValuePlan, tag: str, source: str, word: str) -> list[str]:
        key, item = f"{word}_key", f"{word}_item"
        own = value.declaration if value.is_flat else ""
        before = f"<{tag}{own}><{value.key_name}{value.key_declaration}>"
        statements = [
            *_add_text(before, key, f"</{value.key_name}>"),
            *self._inner(value, value.value_name, item),
            _add(repr(f"</{tag}>")),
        ]
        return [f"for {key}, {item} in {source}.items():", *indented(statements)]

    def _inner(self, value: ValuePlan, tag: str, item: str) -> list[str]:
        assert value.inner is not None  # noqa: S101 - for type checkers
        nil = _add(f_string(f"<{tag}", Code(self.use("{xml}.NIL")), " />")) if value.sparse else ""
        return self.or_null(value, item, nil, self._value(value.inner, tag, item, item))


def _add(expression: str) -> str:
    # CPython has an instruction for this: it takes a third of the time that adding a tuple to the list takes.
    return f"template.append({expression})"


def _add_text(before: str, expression: str, after: str) -> list[str]:
    """Adds a template with a hole in it, and the text that belongs there."""
    return [_add(repr(f"{before}{HOLE}{after}")), f"texts.append({expression})"]
