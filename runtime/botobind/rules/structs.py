"""What wire structs have: the members that C decoders of JSON and CBOR fill; see `botobind.wire_structs`."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from botobind import tables
from botobind.cached import cached_by_class
from botobind.rules.naming import BodyFormat, rules_of

if TYPE_CHECKING:
    from botobind.rules.plans import ShapePlan, ValuePlan
    from botobind.tables import ReferenceSchema

__all__ = ["WireMember", "fit_a_struct", "struct_of", "wire_names"]

_PLAIN = re.compile(r'[^\s"!\\\x00-\x1f]+')
"""The names that msgspec takes."""


class WireMember(NamedTuple):
    """A member of a wire struct."""

    name: str
    """In documents."""
    mandatory: bool
    reference: ReferenceSchema


@cached_by_class
def struct_of(cls: Any) -> Mapping[str, WireMember] | None:
    """By attribute, the members of the wire struct of a class. None where the class has none."""
    if vars(tables.generated(cls)).keys().isdisjoint(("read_wire_struct", "fill_from_wire_struct")):
        return None
    rules = rules_of(cls)
    body_format: BodyFormat = "json" if "json" in rules.body_formats else "cbor"
    return {
        member.attribute: WireMember(rules.wire_name(member, body_format), member.mandatory, member.reference)
        for member in tables.in_document(tables.members_of(cls))
    }


def fit_a_struct(plans: Sequence[ShapePlan], errors: Container[str]) -> bool:
    """Whether the members in the body fit a wire struct, whose names are those of all formats that it is for: none is
    an event stream or one of the `errors`, which are classes.
    """
    names = [{member.attribute: member.name for member in plan.members} for plan in plans]
    is_same = all(other == names[0] for other in names) and all(map(_PLAIN.fullmatch, names[0].values()))
    return is_same and all(_fits(member.value, errors) for member in plans[0].in_body)


def _fits(value: ValuePlan, errors: Container[str]) -> bool:
    if value.inner is not None:
        return _fits(value.inner, errors)
    return value.kind != "events" and not (value.kind == "structure" and value.target in errors)


def wire_names(cls: Any) -> dict[str, str]:
    """By attribute, the name of each member of the wire struct in documents."""
    return {attribute: member.name for attribute, member in (struct_of(cls) or {}).items()}
