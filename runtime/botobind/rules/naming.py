"""By which name a member, an item, a key or a value goes in each format, and in which format a timestamp.

The traits are Smithy's (https://smithy.io/2.0/spec/protocol-traits.html), by the names that botocore's models have for
them: `locationName` is `jsonName` and `xmlName`, `flattened` is `xmlFlattened`, `queryName` is `ec2QueryName`.
"""

# Annotations are types here, no texts: `NamedTuple` compiles each text (`records` in benchmarks/tricks.py).

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from botobind import tables
from botobind.tables import MemberSchema, ReferenceSchema
from botobind.wire.xmlsyntax import element_name

__all__ = ["XML_PROTOCOLS", "BodyFormat", "ServiceRules", "TimestampFormat", "WireFormat", "rules_of"]

BodyFormat: TypeAlias = Literal["json", "cbor", "tree", "query", "xml"]
"""A tree is what boto3's values, CBOR, and JSON of services that do not speak it have in common."""

WireFormat: TypeAlias = BodyFormat | Literal["header", "uri"]
"""A body format, or another place of an HTTP message."""

TimestampFormat: TypeAlias = Literal["epoch", "iso8601", "rfc822"]

XML_PROTOCOLS = frozenset(name for name, body_format in tables.BODY_FORMATS.items() if body_format == "xml")


class ServiceRules(NamedTuple):
    """What the protocols of a service make of its traits.

    Wire traits are those of the service's own formats. In any other format botobind's general rules hold: members and
    elements go by the names of the model, items are called `member`, entries `entry` with `key` and `value`.
    """

    protocols: frozenset[str]

    @property
    def xml_traits(self) -> bool:
        """Whether the service speaks XML, so that its wire traits are XML's."""
        return not XML_PROTOCOLS.isdisjoint(self.protocols)

    @property
    def query_traits(self) -> bool:
        """Whether the service reads forms."""
        return not tables.FORM_PROTOCOLS.isdisjoint(self.protocols)

    @property
    def ec2(self) -> bool:
        """Whether the service reads forms by EC2's rules."""
        return "ec2" in self.protocols

    @property
    def formats(self) -> frozenset[BodyFormat]:
        """The formats of all bodies, forms included."""
        found: set[BodyFormat] = {tables.BODY_FORMATS[name] for name in self.protocols & tables.BODY_FORMATS.keys()}
        if self.query_traits:
            found.add("query")
        return frozenset(found)

    @property
    def body_formats(self) -> frozenset[BodyFormat]:
        """The formats of bodies that have members beside them, in headers or in the URI."""
        return frozenset(
            tables.BODY_FORMATS[name] for name in self.protocols & tables.BODY_FORMATS.keys() - tables.FORM_PROTOCOLS
        )

    def has_traits(self, body_format: WireFormat) -> bool:
        """Whether names and flattening in the format are those of the service's traits."""
        return (body_format == "xml" and self.xml_traits) or (body_format == "query" and self.query_traits)

    def wire_name(self, member: MemberSchema, body_format: BodyFormat) -> str:
        """A member's name in a format. Those that live outside of the body in messages go by their own names."""
        reference = member.reference
        if _is_located(member):
            return element_name(member.name) if body_format == "xml" else member.name
        match body_format:
            case "json":
                # awsJson ignores locationName, restJson1 does not.
                return (reference.traits.get("locationName") if "rest-json" in self.protocols else None) or member.name
            case "xml":
                if not self.xml_traits:
                    return element_name(member.name)
                return reference.traits.get("locationName") or member.name
            case "query":
                return self._query_name(member)
            case _:
                return member.name

    def wire_names(self, table: Sequence[MemberSchema], body_format: BodyFormat) -> list[str]:
        """The names of a class's members in a format. Where a member of the body goes by the name of one that lives
        outside of it, that one goes by its name there (API Gateway's PutIntegration).
        """
        names = [self.wire_name(member, body_format) for member in table]
        if len(set(names)) == len(names):
            return names
        in_body = {name for name, member in zip(names, table, strict=True) if not _is_located(member)}
        own = element_name if body_format == "xml" else str
        return [
            own(member.reference.traits.get("locationName") or member.name)
            if name in in_body and _is_located(member)
            else name
            for name, member in zip(names, table, strict=True)
        ]

    def _query_name(self, member: MemberSchema) -> str:
        traits = member.reference.traits
        if self.ec2:
            # ec2Query: queryName, else locationName or the member's name, with the first letter in upper case.
            # (botocore leaves members' names as they are; it makes no difference to EC2 itself, where all of them are
            # in upper case.)
            name: str = traits.get("locationName") or member.name
            return traits.get("queryName") or name[:1].upper() + name[1:]
        if not self.query_traits:
            return member.name
        # awsQuery: a flattened list is called what its items are called, unless its member says otherwise.
        item = member.reference.inner if member.reference.kind == "list" and traits.get("flattened") else None
        return traits.get("locationName") or (item.traits.get("locationName") if item else None) or member.name

    def is_flat(self, reference: ReferenceSchema, body_format: BodyFormat) -> bool:
        """Whether a list's items or a map's entries stand where the member does, without a name around them."""
        if body_format == "query" and self.ec2 and reference.kind == "list":
            return True
        return self.has_traits(body_format) and bool(reference.traits.get("flattened"))

    def item_name(self, item: ReferenceSchema, body_format: BodyFormat) -> str:
        """What the items of a list are called that is not flat."""
        return self._own_name(item, body_format) or "member"

    def entry_names(self, reference: ReferenceSchema, body_format: BodyFormat) -> tuple[str, str]:
        """What the key and the value of a map's entry are called."""
        key, value = (
            self._own_name(each, body_format) if each is not None else None for each in (reference.key, reference.inner)
        )
        return key or "key", value or "value"

    def _own_name(self, reference: ReferenceSchema, body_format: BodyFormat) -> str | None:
        return reference.traits.get("locationName") if self.has_traits(body_format) else None

    def timestamp_format(self, reference: ReferenceSchema, wire_format: WireFormat) -> TimestampFormat:
        """How a timestamp is written: as the model says where the service speaks the format, else by its default."""
        traits = reference.traits
        if wire_format in ("header", "uri"):
            return traits.get("timestampFormat") or ("rfc822" if wire_format == "header" else "iso8601")
        is_tree = wire_format in ("json", "cbor", "tree")
        speaks_it = "json" in self.body_formats if is_tree else self.has_traits(wire_format)
        own: TimestampFormat | None = traits.get("timestampFormat") if speaks_it and "location" not in traits else None
        return own or ("epoch" if is_tree else "iso8601")

    def whole_seconds(self, reference: ReferenceSchema) -> bool:
        """Whether a timestamp travels in a format that has no fractions of a second."""
        location = reference.traits.get("location")
        places: tuple[WireFormat, ...] = ("json", "xml", "query")
        if location is not None:
            places = ("header",) if location in ("header", "headers") else ("uri",)
        return any(self.timestamp_format(reference, place) == "rfc822" for place in places)


def _is_located(member: MemberSchema) -> bool:
    return "location" in member.reference.traits


def rules_of(cls: type) -> ServiceRules:
    """The rules of the service that a generated class belongs to."""
    return ServiceRules(frozenset(tables.service_of(cls).protocols))
