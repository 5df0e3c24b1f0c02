"""The elements of a class's members, for those who read XML by patterns; see `botobind.formats.patternbuilders`."""

# Annotations are types here, no texts: `NamedTuple` compiles each text (`records` in benchmarks/tricks.py).

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from botobind.cached import cached_by_class
from botobind.rules.plans import MemberPlan, ShapePlan, ValuePlan, plan_of

__all__ = ["Child", "children_of", "elements_in", "says_whose"]

_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
"""The names of elements that a pattern can have."""


class Child(NamedTuple):
    """An element of a member."""

    name: str
    kind: Literal["text", "list", "item", "other", "structure"]
    """The text of a scalar; a list with an element around its items, scalars or structures; an item of a list without
    such an element; anything else, which is left to the reader of tokens; a structure.
    """
    cls: str | None
    """The class of structures."""


@cached_by_class
def children_of(cls: Any) -> Mapping[str, Child]:
    """The elements of the members in the body, by name, in the members' order. Classes of which no element pattern is
    learnt have none here.
    """
    members = elements_in(plan_of(cls, "xml")) if cls.XML_IS_LEARNT else ()
    return {member.name: _child(member.name, member.value) for member in members}


def elements_in(plan: ShapePlan) -> list[MemberPlan]:
    """The members that are elements of a body."""
    return [member for member in plan.in_body if not member.is_attribute]


def says_whose(plan: ShapePlan) -> bool:
    """Whether of each element in a body it is clear whose it is, and none must be there."""
    body, taken = elements_in(plan), {member.name for member in plan.members}
    others = {member.other_name for member in body} - {None, *taken}
    is_clear = not others and len({member.name for member in body}) == len(body) > 0
    is_optional = not plan.is_union and not any(member.mandatory for member in plan.members)
    return is_clear and is_optional and all(_NAME.fullmatch(member.name) for member in body)


def _child(name: str, value: ValuePlan) -> Child:
    match value.kind:
        case "structure":
            return Child(name, "structure", value.target)
        case "list" if not value.sparse and value.inner is not None and value.inner.kind not in ("list", "map"):
            return Child(name, "item" if value.is_flat else "list", value.inner.target or None)
        case "list" | "map" | "events":
            return Child(name, "other", None)
        case _:
            return Child(name, "text", None)
