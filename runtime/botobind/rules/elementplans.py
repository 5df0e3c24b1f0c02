"""The elements of a class's members, for those who read XML by patterns; see `botobind.formats.patternbuilders`."""

# Annotations are types here, no texts: `NamedTuple` compiles each text (`records` in benchmarks/tricks.py).

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from botobind import tables
from botobind.cached import cached_by_class
from botobind.rules.plans import MemberPlan, ShapePlan, ValuePlan, plan_of

__all__ = ["Child", "assignments", "children_of", "elements_in", "says_whose"]

_CONTAINERS = frozenset({"structure", "events", "list", "map"})
"""Kinds of values that are elements with others in them."""

_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
"""The names of elements that a pattern can have."""


class Child(NamedTuple):
    """An element of a member."""

    name: str
    place: int
    """Among the class's members."""
    kind: Literal["text", "list", "item", "other", "structure"]
    """The text of a scalar; a list with an element around its items, scalars or structures; an item of a list without
    such an element; anything else, which is left to the reader of tokens; a structure.
    """
    cls: str | None
    """The class of structures."""


@cached_by_class
def children_of(cls: Any) -> Mapping[str, Child]:
    """The elements of the members in the body, by name: of classes that say of each element whose it is, and in which
    nothing must be there. Others have none here.
    """
    if "set_xml" not in vars(tables.generated(cls)):
        return {}
    members = elements_in(plan_of(cls, "xml"))
    return {member.name: _child(member.name, place, member.value) for place, member in enumerate(members)}


def elements_in(plan: ShapePlan) -> list[MemberPlan]:
    """The members that are elements of a body."""
    return [member for member in plan.in_body if not member.is_attribute]


def assignments(plan: ShapePlan, found: Iterable[str], function: Callable[[str], str]) -> list[tuple[str, str]]:
    """The attributes of a class, and the expressions of their values, where scalars are still texts, alone and in
    lists. `found` are the expressions of what was found of each of `elements_in`; `function` gives what a function of
    `botobind.formats.xml` is called.
    """
    absent = [(member.attribute, "None") for member in plan.members if member.is_attribute]
    made = zip(elements_in(plan), found, strict=True)
    return [*absent, *((member.attribute, _expression(member.value, source, function)) for member, source in made)]


def _expression(value: ValuePlan, source: str, function: Callable[[str], str]) -> str:
    inner = value.inner
    if source == "None" or value.kind == "string":
        return source
    if value.kind not in _CONTAINERS:
        return f"{function(f'optional_{tables.text_kind(value.kind)}')}({source})"
    if value.kind != "list" or value.sparse or inner is None or inner.kind in (*_CONTAINERS, "string"):
        return source
    item = f"{function(f'parse_{tables.text_kind(inner.kind)}')}(item)"
    return f"[{item} for item in {source}] if {source} is not None else None"


def says_whose(plan: ShapePlan) -> bool:
    """Whether of each element in a body it is clear whose it is, and none must be there."""
    body, taken = elements_in(plan), {member.name for member in plan.members}
    others = {member.other_name for member in body} - {None, *taken}
    is_clear = not others and len({member.name for member in body}) == len(body) > 0
    is_optional = not plan.is_union and not any(member.mandatory for member in plan.members)
    return is_clear and is_optional and all(_NAME.fullmatch(member.name) for member in body)


def _child(name: str, place: int, value: ValuePlan) -> Child:
    match value.kind:
        case "structure":
            return Child(name, place, "structure", value.target)
        case "list" if not value.sparse and value.inner is not None and value.inner.kind not in ("list", "map"):
            return Child(name, place, "item" if value.is_flat else "list", value.inner.target or None)
        case "list" | "map" | "events":
            return Child(name, place, "other", None)
        case _:
            return Child(name, place, "text", None)
