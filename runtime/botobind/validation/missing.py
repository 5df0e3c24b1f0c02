"""Required members that are missing from a document: all of them at once, by the names that the document has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind import formats
from botobind.errors import MapKey, MissingError, Violation, format_path
from botobind.rules.plans import plan_of

if TYPE_CHECKING:
    from botobind.errors import Step
    from botobind.rules.naming import BodyFormat
    from botobind.rules.plans import MemberPlan, ShapePlan, ValuePlan

__all__ = ["MOST_TOLD", "all_missing"]

MOST_TOLD = 100
"""How many violations are told of what others sent: a small document can break constraints in each of a million places,
and an error with all of them had hundred times its size.
"""

_Path: TypeAlias = "tuple[Step, ...]"


def all_missing(
    error: MissingError,
    body_format: BodyFormat,
    read: Callable[..., Any],
    *arguments: Any,
    names: Mapping[str, str] | None = None,
) -> MissingError:
    """The error of a reader that found a required member missing, with all that are missing in its reason, the first
    hundred of them, where the reader can make something of the rest. `names` are those that members have in a message,
    by attribute, where they are not those of the format.
    """

    def look() -> list[_Path]:
        found = _structure(read(*arguments), (), body_format, names or {})
        return list(islice(found, MOST_TOLD))

    first = error.steps
    paths = formats.tree.second_look(look) or []
    if first in paths:
        paths.remove(first)
    told = (str(Violation(format_path(path), error.reason)) for path in paths[: MOST_TOLD - 1])
    return MissingError("; ".join([error.reason, *told]), first)


def _structure(value: Any, path: _Path, body_format: BodyFormat, names: Mapping[str, str]) -> Iterator[_Path]:
    plan = plan_of(value.__class__, body_format)
    for member in plan.members:
        item = getattr(value, member.attribute, None)
        if item is not None:
            below = (*path, _name(member, names))
            yield from _within(member.value, item, below, body_format)
        elif member.attribute in value.REQUIRED and not _is_traceless(plan, member):
            yield (*path, _name(member, names))


def _name(member: MemberPlan, names: Mapping[str, str]) -> str:
    # Without the prefix of an attribute in XML.
    return names.get(member.attribute) or member.name.rpartition(":")[2]


def _is_traceless(plan: ShapePlan, member: MemberPlan) -> bool:
    """Whether a member that is empty leaves no trace. A reader passes it by where it is not missed."""
    return not member.mandatory and (member.value.is_flat or member.value.kind in plan.nothing_is_empty)


def _within(value: ValuePlan, item: Any, path: _Path, body_format: BodyFormat) -> Iterator[_Path]:
    if value.inner is None:
        if value.kind == "structure":
            yield from _structure(item, path, body_format, {})
        elif value.kind == "events" and isinstance(item, list):
            for index, event in enumerate(item):
                yield from _structure(event, (*path, index), body_format, {})
    elif value.innermost.target:
        entries: Iterable[tuple[Step, Any]] = enumerate(item)
        if value.kind == "map":
            entries = ((MapKey("…" if value.secret else key), entry) for key, entry in item.items())
        for step, entry in entries:
            if entry is not None:
                yield from _within(value.inner, entry, (*path, step), body_format)
