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

    __slots__ = ("apply", "are_any")

    def __init__(
        self,
        lists: Sequence[tuple[int, Callable[[str], list[Any]]]],
        empty: Sequence[tuple[int, int, Callable[[], Any]]],
        structures: Sequence[StructureInside],
    ) -> None:
        self.apply = _applying(lists, empty, structures)
        """Puts values in the places of texts of a list; its second argument says whether these may have signs that
        stand for others.
        """
        self.are_any = bool(lists or empty or structures)
        """Whether there is anything to do."""


def _applying(
    lists: Sequence[tuple[int, Callable[[str], list[Any]]]],
    empty: Sequence[tuple[int, int, Callable[[], Any]]],
    structures: Sequence[StructureInside],
) -> Callable[[list[Any], bool], None]:
    """A function with statements for each of the conversions: it takes two thirds of the time of loops, since the
    interpreter knows then which class it meets where.
    """
    lines: list[str] = []
    namespace: dict[str, Any] = {"new": new, "resolved": _resolved}
    for number, (place, items) in enumerate(lists):
        namespace[f"items{number}"] = items
        lines.append(f" if found[{place}] is not None:\n  found[{place}] = items{number}(found[{place}])\n")
    for number, (place, sign, make) in enumerate(empty):
        namespace[f"make{number}"] = make
        lines.append(f" if found[{sign}] is not None:\n  found[{place}] = make{number}()\n")
    lines.append(" if is_marked:\n  found[:] = map(resolved, found)\n")
    for number, (place, cls, members) in enumerate(structures):
        namespace[f"cls{number}"] = cls
        listed = "".join(f"found[{member}], " if member else "None, " for member in members)
        lines.append(
            f" if found[{place}] is not None:\n  value = new(cls{number})\n"
            f"  value.set_xml(({listed}))\n  found[{place}] = value\n"
        )
    exec(f"def apply(found, is_marked):\n{''.join(lines)}", namespace)  # noqa: S102 - of numbers alone
    apply: Callable[[list[Any], bool], None] = namespace["apply"]
    return apply


def _resolved(found: Any) -> Any:
    if found.__class__ is str:
        return resolved(found)
    return [_resolved(item) for item in found] if found.__class__ is list else found
