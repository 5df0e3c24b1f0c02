"""Where the members of classes are in messages: in trees, headers and the URI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind import schema
from botobind.attributes import frozen
from botobind.cached import cached_by_class
from botobind.rules.bindings import bindings_of
from botobind.rules.plans import plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botobind.rules.bindings import Binding
    from botobind.rules.naming import TimestampFormat
    from botobind.rules.plans import MemberPlan
    from botobind.schema import Node
    from botobind.shapes import Shape


@frozen()
class Place:
    """Where a member is in a message."""

    member: str
    """What the model calls it."""
    name: str
    """What the message calls it."""
    node: Node
    timestamps: TimestampFormat
    """The format of the timestamps in it, if it has any."""


def _places(cls: type[Shape], planned: Iterable[MemberPlan | Binding]) -> tuple[Place, ...]:
    """The places of some members, but for streams of events."""
    members = {member.attribute: member for member in schema.members_of(cls)}
    found = ((members[each.attribute], each) for each in planned if each.value.kind != "events")
    return tuple(Place(member.name, each.name, member.node, each.value.innermost.time_format) for member, each in found)


@cached_by_class
def in_tree(cls: type[Shape]) -> tuple[Place, ...]:
    """The members of a class, in trees of JSON and CBOR."""
    return _places(cls, plan_of(cls, "json").members)


@cached_by_class
def in_body(cls: type[Shape]) -> tuple[Place, ...]:
    """The places of the members that are in the body of a message."""
    return _places(cls, plan_of(cls, "json").in_body)


@cached_by_class
def in_headers(cls: type[Shape]) -> tuple[Place, ...]:
    """The members in headers, each in one of its own."""
    return _places(cls, bindings_of(cls, "header"))


@cached_by_class
def in_query_string(cls: type[Shape]) -> tuple[Place, ...]:
    """The members in the query string, but for maps, whose keys are the parameters' names."""
    found = _places(cls, bindings_of(cls, "querystring"))
    return tuple(place for place in found if not isinstance(place.node, schema.MapOf))


@cached_by_class
def in_labels(cls: type[Shape]) -> tuple[Place, ...]:
    """The members in the path."""
    return _places(cls, bindings_of(cls, "uri"))


def member_called(cls: type[Shape], name: str) -> str:
    """The member that headers, in lower case, or the query string call by a name."""
    headers = {place.name.lower(): place.member for place in in_headers(cls)}
    parameters = {place.name: place.member for place in in_query_string(cls)}
    return headers.get(name) or parameters.get(name, name)


__all__ = [
    "Place",
    "in_body",
    "in_headers",
    "in_labels",
    "in_query_string",
    "in_tree",
    "member_called",
]
