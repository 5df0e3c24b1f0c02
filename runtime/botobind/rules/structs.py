"""The types of wire structs: what C decoders of JSON and CBOR take a member for; see `botobind.wire_structs`.

A type is a few words: `str`, `int`, `float`, `bool`, `blob`, `time`, `any`, or `@` and the name of a class; before them
`list` or `map`, each with `sparse` behind it where there may be nulls.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botobind import tables
from botobind.cached import cached_by_class
from botobind.rules.naming import BodyFormat, rules_of

if TYPE_CHECKING:
    from botobind.rules.plans import ShapePlan, ValuePlan
    from botobind.tables import Kind, ReferenceSchema

__all__ = ["fit_a_struct", "struct_of", "wire_names"]

_PLAIN = re.compile(r'[^\s"!\\\x00-\x1f]+')
"""The names that msgspec takes, and that can stand in one text with a type."""

_SCALARS: dict[Kind, str] = {
    "string": "str",
    "integer": "int",
    "double": "float",
    "single": "float",
    "boolean": "bool",
    "blob": "blob",
    "stream": "blob",
    "timestamp": "time",
    "document": "any",
    "jsonvalue": "str",
}


@cached_by_class
def struct_of(cls: Any) -> Mapping[str, str] | None:
    """By attribute, the wire name and the type of each member in the wire struct of a class, as one text: a member that
    must be there has `!` behind its name. None where the class has no wire struct.
    """
    if vars(tables.generated(cls)).keys().isdisjoint(("read_wire_struct", "fill_from_wire_struct")):
        return None
    rules = rules_of(cls)
    body_format: BodyFormat = "json" if "json" in rules.body_formats else "cbor"
    return {
        member.attribute: " ".join(
            (rules.wire_name(member, body_format) + "!" * member.mandatory, *_words(member.reference))
        )
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


def _words(reference: ReferenceSchema) -> list[str]:
    if reference.kind == "structure":
        return [f"@{reference.target}"]
    if reference.inner is not None:
        sparse = ["sparse"] if reference.traits.get("sparse") else []
        return [reference.kind, *sparse, *_words(reference.inner)]
    return [_SCALARS[reference.kind]]


def wire_names(cls: Any) -> dict[str, str]:
    """By attribute, the name of each member of the wire struct in documents."""
    return {attribute: text.split(" ", 1)[0].removesuffix("!") for attribute, text in (struct_of(cls) or {}).items()}
