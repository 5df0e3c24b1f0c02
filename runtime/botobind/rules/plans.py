"""Codec plans: what is written and read of a class in a format, with every name, default and flattening settled.

Executors need nothing else: neither traits nor the protocols of the service.
"""

# Annotations are types here, no texts: `NamedTuple` compiles each text (`records` in benchmarks/tricks.py).

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from botobind import tables
from botobind.cached import cached_by_class
from botobind.markers import is_union_class
from botobind.rules.naming import BodyFormat, ServiceRules, TimestampFormat, WireFormat, rules_of
from botobind.tables import Kind, MemberSchema, ReferenceSchema

__all__ = ["MemberPlan", "ShapePlan", "ValuePlan", "plan_of", "plan_of_body", "shape_plan", "value_plan"]


if TYPE_CHECKING:
    _Inner: TypeAlias = "ValuePlan | None"
else:
    _Inner = Any


class ValuePlan(NamedTuple):
    """How a value is written and read."""

    kind: Kind
    target: str = ""
    """The class of a structure, or of events."""
    inner: _Inner = None
    """The plan of a list's items, or of a map's values."""
    sparse: bool = False
    secret: bool = False
    """Whether errors do not name the keys of a map."""
    is_flat: bool = False
    """Whether nothing stands around the items of a list, or the entries of a map."""
    item_name: str = "member"
    key_name: str = "key"
    value_name: str = "value"
    time_format: TimestampFormat = "iso8601"
    milliseconds: bool = False
    fraction: bool = False
    located: bool = False
    """Whether the value travels outside of bodies, where a `jsonvalue` is a document to boto3."""
    declaration: str = ""
    """What declares the namespace of an element: ` xmlns="…"`."""
    key_declaration: str = ""

    @property
    def innermost(self) -> "ValuePlan":
        """What lists and maps hold in the end."""
        return self if self.inner is None else self.inner.innermost


class MemberPlan(NamedTuple):
    """How a member is written and read."""

    attribute: str
    name: str
    """On the wire."""
    value: ValuePlan
    mandatory: bool = False
    is_attribute: bool = False
    """Whether it is an attribute of the structure's element."""
    namespace: tuple[str, str] | None = None
    """The URI and the prefix of an attribute's name."""
    other_name: str | None = None
    """Another name by which it is read."""
    unless: str | None = None
    """The attribute of a list that has the same name: the member is written where that is absent."""


class ShapePlan(NamedTuple):
    """How a class is written and read in a format."""

    members: tuple[MemberPlan, ...]
    in_body: tuple[MemberPlan, ...]
    """The members in the document that is the body of a message."""
    is_union: bool
    keeps_empty: bool
    """Whether a form says of structures, lists and maps that they are empty, by the general rules."""
    nothing_is_empty: frozenset[str]
    """The kinds that leave no trace in a form where they are empty: mandatory members that are not there are so."""
    by_name: Mapping[str, MemberPlan]
    """The member that is read from each name."""
    copied: tuple[tuple[MemberPlan, MemberPlan], ...]
    """Members whose element belongs to another one, each with that: they take its first item, or all of it."""
    cls: Any = None
    """None to the generator, which has no classes yet."""
    values: Any = None
    """The module with the classes that targets name; None to the generator."""


@cached_by_class
def plan_of(cls: Any, body_format: BodyFormat) -> ShapePlan:
    """The plan of a generated class in a format."""
    plan = shape_plan(rules_of(cls), tables.members_of(cls), body_format, is_union=is_union_class(cls))
    return plan._replace(cls=cls, values=tables.values_of(cls))


@cached_by_class
def plan_of_body(cls: Any, body_format: BodyFormat) -> ShapePlan:
    """The plan of the members of a class that are in the body of a message."""
    plan = plan_of(cls, body_format)
    return plan._replace(members=plan.in_body, **_names(plan.in_body))


def shape_plan(
    rules: ServiceRules, table: Sequence[MemberSchema], body_format: BodyFormat, *, is_union: bool
) -> ShapePlan:
    """The plan of a structure or union with these members. The generator prints it before there is a class."""
    members = tuple(map(_Planning(rules, body_format).member, table, rules.wire_names(table, body_format)))
    if body_format == "xml":
        members = _with_shared_names(members)
    inside = {each.attribute for each in tables.in_document(table)}
    in_body = tuple(member for member in members if member.attribute in inside)
    if body_format == "json":
        # What is wrong in a body is told before what is wrong beside it.
        members = (*in_body, *(member for member in members if member not in in_body))
    return ShapePlan(
        members=members,
        in_body=in_body,
        is_union=is_union,
        keeps_empty=not rules.query_traits,
        nothing_is_empty=_traceless(rules) if body_format == "query" else frozenset(),
        **_names(members),
    )


def _names(members: tuple[MemberPlan, ...]) -> dict[str, Any]:
    """Which member is read from which name."""
    by_name = _by_name(members)
    copied = (
        (member, by_name[member.name])
        for member in members
        if not member.is_attribute and member not in by_name.values()
    )
    return {"by_name": by_name, "copied": tuple(copied)}


def _traceless(rules: ServiceRules) -> frozenset[str]:
    return frozenset({"map", "structure", *(["list"] if rules.ec2 else [])} if rules.query_traits else ())


def value_plan(rules: ServiceRules, reference: ReferenceSchema, wire_format: WireFormat) -> ValuePlan:
    """The plan of a value by itself."""
    return _Planning(rules, wire_format).value(reference)


class _Planning(NamedTuple):
    rules: ServiceRules
    body_format: Any
    """A `WireFormat`: that of a body where members have names."""

    def member(self, member: MemberSchema, name: str) -> MemberPlan:
        traits = member.reference.traits
        value = self.value(member.reference)
        item = member.reference.inner
        item_name = item.traits.get("locationName") if item is not None and member.reference.kind == "list" else None
        is_attribute = self.body_format == "xml" and bool(traits.get("xmlAttribute"))
        uri = traits.get("prefixNamespace")
        return MemberPlan(
            attribute=member.attribute,
            name=name,
            value=value,
            mandatory=member.mandatory,
            is_attribute=is_attribute,
            namespace=(uri, name.rpartition(":")[0]) if uri else None,
            # The list's own name is what requests have, but some responses use that of its items (sdb).
            other_name=item_name if self.body_format == "xml" and value.is_flat else None,
        )

    def value(self, reference: ReferenceSchema) -> ValuePlan:
        traits, inner = reference.traits, reference.inner
        key_name, value_name = self.rules.entry_names(reference, self.body_format)
        return ValuePlan(
            kind=reference.kind,
            target=reference.target,
            inner=self.value(inner) if inner is not None else None,
            sparse=bool(traits.get("sparse")),
            secret=bool(traits.get("secret")),
            is_flat=reference.kind in ("list", "map") and self.rules.is_flat(reference, self.body_format),
            item_name=self.rules.item_name(inner, self.body_format) if inner is not None else "member",
            key_name=key_name,
            value_name=value_name,
            time_format=self.rules.timestamp_format(reference, self.body_format),
            milliseconds=bool(traits.get("milliseconds")),
            fraction=bool(traits.get("fraction")),
            located="location" in traits,
            declaration=self._declaration(reference),
            key_declaration=self._declaration(reference.key) if reference.key is not None else "",
        )

    def _declaration(self, reference: ReferenceSchema) -> str:
        namespace = reference.traits.get("xmlNamespace")
        if self.body_format != "xml" or namespace is None:
            return ""
        return tables.declaration_of(*namespace)


def _with_shared_names(members: tuple[MemberPlan, ...]) -> tuple[MemberPlan, ...]:
    """The members, of which some share their element with a flat list (deprecated notifications of S3)."""
    lists = {member.name: member for member in members if member.value.is_flat}
    shared = {name for name, count in Counter(member.name for member in members).items() if count > 1} & lists.keys()
    return tuple(
        member._replace(unless=lists[member.name].attribute)
        if member.name in shared and member is not lists[member.name]
        else member
        for member in members
    )


def _by_name(members: tuple[MemberPlan, ...]) -> dict[str, MemberPlan]:
    children = [member for member in members if not member.is_attribute]
    names = {member.name for member in members}
    found: dict[str, MemberPlan] = {}
    for member in children:
        found.setdefault(member.name, member)
        if member.other_name is not None and member.other_name not in names:
            found.setdefault(member.other_name, member)
    # Of members that share their name the flat list, which takes all elements, is read.
    found.update({member.name: member for member in children if member.value.is_flat})
    return found
