"""How what an element pattern has matched becomes values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from botobind import formats
from botobind.attributes import frozen
from botobind.formats.xmlreading import resolved
from botobind.markers import new
from botobind.rules.elementplans import elements_in
from botobind.rules.plans import ValuePlan, plan_of_body
from botobind.tables import CONTAINERS, text_kind

if TYPE_CHECKING:
    from botobind.formats.elementpatterns import Match
    from botobind.formats.xmltokens import TextTokens
    from botobind.serializers import XmlFormat

__all__ = ["Conversions", "ReadItems", "SetMembers", "Structure"]

SetMembers = Callable[["XmlFormat", Sequence[Any], bool], None]
"""Sets the members of a structure, made of all groups of its element pattern. The bool says whether texts may have
signs that stand for others.
"""
ReadItems = Callable[["TextTokens", int, list[Any]], int]
"""Adds the structures that come next, one right after the other, to a list. The first of them begins at the place,
which is behind its `<`. Says where the token after the last one begins.
"""


@frozen()
class Structure:
    """A structure and the groups that its members are made of."""

    cls: type[XmlFormat]
    members: Sequence[int]
    """The groups of its members, in their order; 0 for those that were never seen."""
    sign: int = 0
    """Of one that was matched with those that it is in: the group that tells that it is there, whose place it takes."""


@frozen()
class Conversions:
    """The statements that make members of the groups of an element pattern, which are counted from 1.

    They are written out as statements: loops over members take 70 % longer (`statements` in benchmarks/tricks.py).
    """

    size: int
    """The number of groups."""
    lists: Sequence[tuple[int, Callable[[str], list[Any]]]]
    """Texts that are lists, and what finds their items."""
    empty: Sequence[tuple[int, int, Callable[[], Any]]]
    """Members that may be elements without content: their groups, those of what tells, and what makes their values."""
    inside: Sequence[Structure]
    """Structures that were matched with those that they are in, the innermost first."""
    structure: Structure
    """The one whose element pattern it is."""

    def members_setter(self) -> SetMembers:
        """What sets the members of the structure."""
        set_members: SetMembers = self._function(
            "def emitted(value, groups, is_marked):\n  {groups} = groups\n{statements}"
        )
        return set_members

    def items_reader(self, match: Match) -> ReadItems:
        """What reads the structures of a list, each of which is one match."""
        read_items: ReadItems = self._function(
            "def emitted(tokens, place, items):\n"
            " text, is_marked, append = tokens.text, tokens.is_marked, items.append\n"
            " while (matched := match(text, place)) is not None:\n"
            "  {groups} = matched.groups()\n"
            "  value = new(cls)\n"
            "{statements}"
            "  append(value)\n"
            "  place = matched.end()\n"
            " return place\n",
            match=match,
        )
        return read_items

    def _function(self, source: str, **names: Any) -> Any:
        namespace = {"new": new, "resolved": _resolved, "xml": formats.xml, "cls": self.structure.cls, **names}
        statements = self._statements(namespace)
        source = source.format(groups=self._groups, statements=statements)
        exec(source, namespace)  # noqa: S102 - of numbers, and of the names of attributes
        return namespace["emitted"]

    @property
    def _groups(self) -> str:
        return f"[{', '.join(f'group{number}' for number in range(1, self.size + 1))}]"

    def _statements(self, namespace: dict[str, Any]) -> str:
        """The statements that make members of the groups, and set them. What they call is put into the namespace."""
        lines: list[str] = []
        for number, (group, items) in enumerate(self.lists):
            namespace[f"items{number}"] = items
            lines.append(f"if group{group} is not None: group{group} = items{number}(group{group})")
        for number, (group, sign, make) in enumerate(self.empty):
            namespace[f"make{number}"] = make
            lines.append(f"if group{sign} is not None: group{group} = make{number}()")
        lines.append(f"if is_marked: {self._groups} = map(resolved, {self._groups})")
        for number, structure in enumerate(self.inside):
            namespace[f"cls{number}"] = structure.cls
            lines.append(f"if group{structure.sign} is not None:")
            lines.append(f" inner = new(cls{number})")
            lines += (f" {line}" for line in _assigned("inner", structure))
            lines.append(f" group{structure.sign} = inner")
        lines += _assigned("value", self.structure)
        return "".join(f"  {line}\n" for line in lines)


def _assigned(name: str, structure: Structure) -> list[str]:
    """The statements that set the members of a structure. Scalars are still texts, alone and in lists."""
    plan = plan_of_body(structure.cls, "xml")
    absent = [f"{name}.{member.attribute} = None" for member in plan.members if member.is_attribute]
    members = zip(elements_in(plan), structure.members, strict=True)
    return [*absent, *(f"{name}.{member.attribute} = {_made(member.value, group)}" for member, group in members)]


def _made(value: ValuePlan, group: int) -> str:
    """The expression of a member's value."""
    found, inner = f"group{group}", value.inner
    if not group:
        return "None"
    if value.kind == "string":
        return found
    if value.kind not in CONTAINERS:
        return f"xml.optional_{text_kind(value.kind)}({found})"
    if value.kind != "list" or value.sparse or inner is None or inner.kind in (*CONTAINERS, "string"):
        return found
    return f"[xml.parse_{text_kind(inner.kind)}(item) for item in {found}] if {found} is not None else None"


def _resolved(found: Any) -> Any:
    if found.__class__ is str:
        return resolved(found)
    return [_resolved(item) for item in found] if found.__class__ is list else found
