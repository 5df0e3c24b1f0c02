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
        if not shape.members:
            return super()._structure(shape, mandatory)
        # Exceptions have a `__new__` of their own.
        new = "cls.__new__" if shape.error else self.imports.use("botobind.shapes", "new")
        return [f"self = {new}(cls)", *self._assignments(shape, shape.members, mandatory), "return self"]

    def _assignments(self, shape: Shape, members: Iterable[Member], mandatory: frozenset[str]) -> list[str]:
        found = tuple(members)
        names = self.kinds.wire_names(shape, "xml")
        if self._is_plain(found, names, mandatory):
            return self._comparisons(shape, found, names)
        return self._look_ups(shape, found, names, mandatory)

    def _is_plain(self, members: tuple[Member, ...], names: dict[str, str], mandatory: frozenset[str]) -> bool:
        """Whether each member is the children of a name of its own, and may be missing."""
        by_name = all(self._is_looked_up(member, names) for member in members)
        return 0 < len(members) <= _MOST_COMPARED and by_name and mandatory.isdisjoint(each.name for each in members)

    def _is_flat(self, member: Member) -> bool:
        is_container = self.kinds.of_member(member.reference) in ("list", "map")
        return self.kinds.xml_traits and member.reference.flattened and is_container

    def _comparisons(self, shape: Shape, members: tuple[Member, ...], names: dict[str, str]) -> list[str]:
        attributes = self.names.attributes[shape.name]
        xml = self._containers
        flat = [member for member in members if self._is_flat(member)]
        single = [member for member in members if member not in flat]
        lines = [
            *_absent(attributes[member.name] for member in members),
            *(f"{_found(attributes[member.name])}: {xml}.Found = None" for member in flat),
            'at = ""',
            "try:",
            f"    for child in {xml}.children(element):",
            "        at = child.tag",
        ]
        word = "if"
        for member in members:
            attribute, name = attributes[member.name], names[member.name]
            if member in flat:
                found = _found(attribute)
                lines += [f"        {word} at == {name!r}:", f"            {found} = {xml}.one_more({found}, child)"]
            else:
                lines += [
                    f"        {word} at == {name!r} and self.{attribute} is None:",
                    f"            self.{attribute} = {self._of_child(member)}",
                ]
            word = "elif"
        if single:
            known = " ".join(names[member.name] for member in single)
            lines += ["        else:", f"            {xml}.check_unknown(at, {known!r})"]
        for member in flat:
            found = _found(attributes[member.name])
            value = self._value(member.reference, found, member=True)
            lines += [
                f"    if {found} is not None:",
                f"        at = {names[member.name]!r}",
                f"        self.{attributes[member.name]} = {value}",
            ]
        return [*lines, *self._failure(), "if not at:", f"    {xml}.check_empty(element)"]

    def _of_child(self, member: Member) -> str:
        """What reads the element of a member. Texts are most of what there is, so they save a call each."""
        value = self._value(member.reference, "child", member=True)
        if self.kinds.of_member(member.reference) == "string":
            return f'{value} if len(child) else child.text or ""'
        return value

    def _look_ups(
        self, shape: Shape, members: tuple[Member, ...], names: dict[str, str], mandatory: frozenset[str]
    ) -> list[str]:
        attributes = self.names.attributes[shape.name]
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
                f"    {target} = {self._of_child(member)}",
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


def _found(attribute: str) -> str:
    """The local name of the elements of a flattened list or map."""
    return f"{attribute}_found"


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
