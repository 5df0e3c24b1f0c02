"""Where the members of classes are in messages; in XML and forms as learnt from what the classes write of samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botobind import schema, tables
from botobind.attributes import frozen
from botobind.bodies.body_codecs import allocated
from botobind.cached import cached_by_class
from botobind.errors import EncodeError
from botobind.rules.naming import BodyFormat, TimestampFormat, WireFormat, rules_of
from botobind.shapes import Shape, Union

if TYPE_CHECKING:
    from botobind.schema import Member, Node
    from botobind.tables import MemberSchema, ReferenceSchema

T = TypeVar("T")

_MOMENT = datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)
_SAMPLES: Mapping[str, Any] = {
    "str": "text", "int": 1, "float": 1.5, "bool": True, "bytes": b"bytes", "datetime": _MOMENT, "document": {},
    "stream": b"bytes",
}  # fmt: skip
_UNWRITABLE = (TypeError, ValueError, AttributeError, KeyError, EncodeError)


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


class _Structure:
    """Stands for a structure in what a class writes of a member."""

    def _xml_attributes(self, attributes: str) -> str:
        return attributes

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return _write_mark if name.startswith("_write_query") else lambda *_: {}


def _write_mark(chunks: list[str], prefix: str) -> None:
    # Without a member a structure would leave no trace in a form.
    chunks += (f"{prefix}_=", "_")


def _sample(node: Node) -> Any:
    """A value of a member. Of items there are two, so that it shows which name is theirs."""
    match node:
        case schema.Scalar(kind=kind):
            return _SAMPLES[kind]
        case schema.ListOf(item=item):
            return [_sample(item), _sample(item)]
        case schema.MapOf(value=value):
            return {"key": _sample(value), "other": _sample(value)}
        case _:
            return _Structure()


def format_of(written: Any) -> TimestampFormat:
    """The format of a timestamp that is written, also of the first in a list or map."""
    while isinstance(written, (list, dict)) and written:
        written = next(iter(written.values() if isinstance(written, dict) else written))
    if not isinstance(written, str):
        return "epoch"
    return "rfc822" if "GMT" in written else "iso8601" if "T" in written else "epoch"


def written_alone(cls: type[Shape], write: Callable[[Any], T]) -> Iterator[tuple[Member, T]]:
    """What is written of each member alone. Members of kinds that the place cannot hold live elsewhere."""
    for member in schema.members_of(cls):
        sample = _sample(member.node)
        try:
            if issubclass(cls, Union):
                value: Any = cls(**{member.attribute: sample})
            else:
                value = allocated(cls)
                setattr(value, member.attribute, sample)
            written = write(value)
        except _UNWRITABLE:
            continue
        yield member, written


def _places(
    cls: type[Shape], members: Iterable[MemberSchema], wire_format: WireFormat, name_of: Callable[[MemberSchema], str]
) -> tuple[Place, ...]:
    """The places of some members, whose timestamps are those of a format."""
    rules, nodes = rules_of(cls), {member.name: member.node for member in schema.members_of(cls)}
    return tuple(
        Place(
            member.name,
            name_of(member),
            nodes[member.name],
            rules.timestamp_format(_innermost(member.reference), wire_format),
        )
        for member in members
    )


def _located(cls: type[Shape], location: str, wire_format: WireFormat) -> tuple[Place, ...]:
    """The members in a place of the HTTP message."""
    members = (member for member in tables.members_of(cls) if member.reference.traits.get("location") == location)
    return _places(cls, members, wire_format, lambda member: member.reference.traits.get("locationName") or member.name)


def _innermost(reference: ReferenceSchema) -> ReferenceSchema:
    """What lists and maps hold in the end."""
    while reference.inner is not None:
        reference = reference.inner
    return reference


@cached_by_class
def in_tree(cls: type[Shape]) -> tuple[Place, ...]:
    """The members of a class, in trees of JSON and CBOR."""
    rules = rules_of(cls)
    body_format: BodyFormat = "json" if "json" in rules.body_formats else "tree"
    members = (member for member in tables.members_of(cls) if member.reference.kind != "events")
    return _places(cls, members, body_format, lambda member: rules.wire_name(member, body_format))


@cached_by_class
def in_body(cls: type[Shape]) -> tuple[Place, ...]:
    """The places of the members that are in the body of a message."""
    if cls.IN_BODY is None:
        return in_tree(cls)
    names = {cls.MEMBERS[attribute] for attribute in cls.IN_BODY}
    return tuple(place for place in in_tree(cls) if place.member in names)


@cached_by_class
def in_headers(cls: type[Shape]) -> tuple[Place, ...]:
    """The members in headers, each in one of its own."""
    return _located(cls, "header", "header")


@cached_by_class
def in_query_string(cls: type[Shape]) -> tuple[Place, ...]:
    """The members in the query string, but for maps, whose keys are the parameters' names."""
    found = _located(cls, "querystring", "uri")
    return tuple(place for place in found if not isinstance(place.node, schema.MapOf))


@cached_by_class
def in_labels(cls: type[Shape]) -> tuple[Place, ...]:
    """The members in the path."""
    return _located(cls, "uri", "uri")


def member_called(cls: type[Shape], name: str) -> str:
    """The member that headers or the query string call by a name."""
    places = (*in_headers(cls), *in_query_string(cls))
    return next((place.member for place in places if place.name == name), name)


__all__ = [
    "Place",
    "TimestampFormat",
    "format_of",
    "in_body",
    "in_headers",
    "in_labels",
    "in_query_string",
    "in_tree",
    "member_called",
    "written_alone",
]
