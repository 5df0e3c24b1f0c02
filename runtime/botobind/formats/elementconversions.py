"""How the texts that an element pattern has matched become values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from botobind.formats.xmlreading import resolved
from botobind.markers import new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from botobind.serializers import XmlFormat

__all__ = ["Conversions", "StructureInside"]


class StructureInside(NamedTuple):
    """A structure whose members were matched with those of the one that it is in."""

    place: int
    """The group of what tells that it is there, whose place it takes."""
    cls: type[XmlFormat]
    members: Sequence[int]
    """The groups of its members, in their order; 0 for those that were never seen."""


class Conversions:
    """What is done to the groups of a match.

    `lists` are texts that are lists, and what finds their items. `empty` are members that may be elements without
    content: their places, those of what tells, and what makes their values. `structures` come the innermost first.
    """

    __slots__ = ("_add_structures", "_empty", "_lists", "are_any")

    def __init__(
        self,
        lists: Sequence[tuple[int, Callable[[str], list[Any]]]],
        empty: Sequence[tuple[int, int, Callable[[], Any]]],
        structures: Sequence[StructureInside],
    ) -> None:
        self._lists = tuple(lists)
        self._empty = tuple(empty)
        self._add_structures = _adding(structures)
        self.are_any = bool(lists or empty or structures)
        """Whether there is anything to do."""

    def apply(self, found: list[Any], is_marked: bool) -> None:  # noqa: FBT001 - keywords take longer
        """Puts values in the places of texts; `is_marked` says that these may have signs that stand for others."""
        for place, items in self._lists:
            if found[place] is not None:
                found[place] = items(found[place])
        for place, sign, make in self._empty:
            if found[sign] is not None:
                found[place] = make()
        if is_marked:
            found[:] = map(_resolved, found)
        self._add_structures(found)


def _adding(structures: Sequence[StructureInside]) -> Callable[[list[Any]], None]:
    """A function that puts structures in their places: with statements for each of them it takes two thirds of the
    time of a loop, since the interpreter knows then which class it meets where.
    """
    lines, classes = [], {}
    for number, (place, cls, members) in enumerate(structures):
        classes[f"cls{number}"] = cls
        listed = "".join(f"found[{member}], " if member else "None, " for member in members)
        lines.append(
            f" if found[{place}] is not None:\n  value = new(cls{number})\n"
            f"  value.set_xml(({listed}))\n  found[{place}] = value\n"
        )
    source = f"def add(found):\n{''.join(lines) or ' pass'}"
    namespace: dict[str, Any] = {"new": new, **classes}
    exec(source, namespace)  # noqa: S102 - of numbers alone
    add: Callable[[list[Any]], None] = namespace["add"]
    return add


def _resolved(found: Any) -> Any:
    if found.__class__ is str:
        return resolved(found)
    return [_resolved(item) for item in found] if found.__class__ is list else found
