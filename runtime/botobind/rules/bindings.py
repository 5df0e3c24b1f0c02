"""Members of HTTP messages that are not in the body: in headers, in the path and in the query string."""

# Annotations are types here, no texts: `NamedTuple` compiles each text (`records` in benchmarks/tricks.py).

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from botobind import tables
from botobind.cached import cached_by_class
from botobind.rules.naming import ServiceRules, rules_of
from botobind.rules.plans import ValuePlan, value_plan
from botobind.tables import MemberSchema

__all__ = ["Binding", "Location", "bindings", "bindings_of"]

Location = Literal["header", "headers", "uri", "querystring"]


class Binding(NamedTuple):
    """A member and its place in a message."""

    attribute: str
    member: str
    """The member's name in the model."""
    location: Location
    name: str
    """The name of the header, the label or the parameter; the prefix of a map's headers, which may be empty."""
    value: ValuePlan
    mandatory: bool
    text: str | None
    """The attribute that has what a header says where that is no date."""
    is_text: bool
    """Whether it is such an attribute."""
    digest: tuple[str, str] | None
    """The attribute and the header that have the MD5 of a key."""
    encoded_before: str | None
    """What stands behind the part of a text that is percent-encoded."""
    ascii_only: bool
    is_beside: bool
    """Whether a map's headers may have the names of other members'."""

    @property
    def lower_name(self) -> str:
        """A header's name in lower case."""
        return self.name.lower()


@cached_by_class
def bindings_of(cls: Any, *locations: Location) -> tuple[Binding, ...]:
    """The members of a generated class in these places, in the model's order."""
    return bindings(rules_of(cls), tables.members_of(cls), locations)


def bindings(rules: ServiceRules, table: Iterable[MemberSchema], locations: Iterable[Location]) -> tuple[Binding, ...]:
    """The bindings of the members in these places."""
    by_name = {member.name: member for member in table}
    located = [member for member in by_name.values() if member.reference.traits.get("location") in {*locations}]
    texts = {member.reference.traits.get("textMember") for member in located}
    names = {member.name: _name(member) for member in located}

    def binding(member: MemberSchema) -> Binding:
        traits = member.reference.traits
        location: Location = traits["location"]
        text, digest = by_name.get(traits.get("textMember", "")), by_name.get(traits.get("md5Member", ""))
        prefix = names[member.name].lower()
        others = (name.lower() for other, name in names.items() if other != member.name)
        return Binding(
            attribute=member.attribute,
            member=member.name,
            location=location,
            name=names[member.name],
            value=value_plan(rules, member.reference, "header" if location in ("header", "headers") else "uri"),
            mandatory=member.mandatory,
            text=text.attribute if text is not None else None,
            is_text=member.name in texts,
            digest=(digest.attribute, _name(digest)) if digest is not None else None,
            encoded_before=traits.get("percentEncodedBefore"),
            ascii_only=bool(traits.get("asciiHeaders")),
            is_beside=location == "headers" and any(other.startswith(prefix) for other in others),
        )

    return tuple(map(binding, located))


def _name(member: MemberSchema) -> str:
    traits = member.reference.traits
    name: str = traits.get("locationName") or ("" if traits.get("location") == "headers" else member.name)
    return name
