"""Reading XML. Elements are visited rather than looked up: to reach one costs more than to compare its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from botobind_codegen.codecs.reading import Reading
from botobind_codegen.model import Member, Shape

_MOST_COMPARED = 32
"""With more members than these a dict of the children takes less time than comparisons."""

_WIDTH = 80


@frozen
class XmlReading(Reading):
    """Plans the decoder of XML."""

    def _structure(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        if not shape.members or not self._is_plain(shape, mandatory):
            return super()._structure(shape, mandatory)
        return ["self = cls()", *self._comparisons(shape), "return self"]

    def _is_plain(self, shape: Shape, mandatory: frozenset[str]) -> bool:
        """Whether each member is one child of its own name, and may be missing."""
        names = self.kinds.wire_names(shape, "xml")
        apart = any(
            self.kinds.xml_traits and (member.reference.xml_attribute or self._is_flat(member))
            for member in shape.members
        )
        return (
            len(shape.members) <= _MOST_COMPARED
            and not mandatory
            and not apart
            and len({*names.values()}) == len(names)
        )

    def _is_flat(self, member: Member) -> bool:
        return member.reference.flattened and self.kinds.of_member(member.reference) in ("list", "map")

    def _comparisons(self, shape: Shape) -> list[str]:
        attributes = self.names.attributes[shape.name]
        names = self.kinds.wire_names(shape, "xml")
        xml = self._containers
        lines = ['at = ""', "try:", f"    for child in {xml}.children(element):", "        at = child.tag"]
        word = "if"
        for member in shape.members:
            attribute = attributes[member.name]
            lines += [
                f"        {word} at == {names[member.name]!r} and self.{attribute} is None:",
                f"            self.{attribute} = {self._value(member.reference, 'child', member=True)}",
            ]
            word = "elif"
        known = tuple(names[member.name] for member in shape.members)
        test = f"at in {known!r}" if len(known) > 1 else f"at == {known[0]!r}"
        lines += [f"        elif {test}:", f"            raise {xml}.several_elements()"]
        return [*lines, *self._failure(), "if not at:", f"    {xml}.check_empty(element)"]

    def _assignments(self, shape: Shape, members: Iterable[Member], mandatory: frozenset[str]) -> list[str]:
        attributes = self.names.attributes[shape.name]
        names = self.kinds.wire_names(shape, "xml")
        optional: list[str] = []
        statements: list[str] = []
        for member in members:
            target = f"self.{attributes[member.name]}"
            if member.name in mandatory or not self._is_looked_up(member, names):
                statements.append(f"{target} = {self._member(shape, member, names, mandatory)}")
                continue
            optional.append(attributes[member.name])
            statements += [
                f"if (child := get(at := {names[member.name]!r})) is not None:",
                f"    {target} = {self._value(member.reference, 'child', member=True)}",
            ]
        return [
            f"get = {self._containers}.members_of({self._source})",
            *_absent(optional),
            'at = ""',
            "try:",
            *("    " + statement for statement in statements),
            *self._failure(),
        ]

    def _is_looked_up(self, member: Member, names: dict[str, str]) -> bool:
        """Whether a member is nothing but the children of one name."""
        name = names[member.name]
        if not self.kinds.xml_traits:
            return True
        shared = list(names.values()).count(name) > 1
        return not (member.reference.xml_attribute or shared or self._second_name(member.reference, name) is not None)


def _absent(attributes: Iterable[str]) -> Iterator[str]:
    """Statements that set attributes to None, several in each."""
    line = ""
    for attribute in attributes:
        if line and len(line) + len(attribute) > _WIDTH:
            yield f"{line}None"
            line = ""
        line += f"self.{attribute} = "
    if line:
        yield f"{line}None"
