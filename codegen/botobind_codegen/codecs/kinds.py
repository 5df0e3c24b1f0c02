"""What a reference is to a codec, and by which name it goes on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from attrs import frozen

from botobind.errors import ModelError
from botobind.rules.naming import XML_PROTOCOLS, BodyFormat, ServiceRules, WireFormat
from botobind.tables import Kind, MemberSchema, member_of
from botobind_codegen.codecs.tables import Tables, hides_keys, kind_of
from botobind_codegen.model import Member, Operation, Reference, Service, Shape

_ENOUGH_FOR_A_TABLE = 10
"""Errors that all operations have in common are kept in one place where there are as many, as in EC2."""


def _outside_of_cycles(graph: Mapping[str, set[str]]) -> set[str]:
    """The nodes from which no cycle can be reached."""
    sorter = TopologicalSorter(graph)
    # It still gives what comes before cycles.
    with suppress(CycleError):
        sorter.prepare()
    found: set[str] = set()
    while ready := sorter.get_ready():
        sorter.done(*ready)
        found.update(ready)
    return found


@frozen(slots=False)
class Kinds:
    """The rules of a service's protocols that all codecs share."""

    service: Service

    @cached_property
    def operations_by_output(self) -> Mapping[str, tuple[Operation, ...]]:
        """The operations that answer with each shape."""
        found: dict[str, tuple[Operation, ...]] = {}
        for operation in self.service.operations.values():
            if operation.output:
                found[operation.output] = (*found.get(operation.output, ()), operation)
        return found

    @cached_property
    def operations_by_input(self) -> Mapping[str, tuple[Operation, ...]]:
        """The operations that take each shape."""
        found: dict[str, tuple[Operation, ...]] = {}
        for operation in self.service.operations.values():
            if operation.input:
                found[operation.input] = (*found.get(operation.input, ()), operation)
        return found

    @cached_property
    def item_shapes(self) -> frozenset[str]:
        """The names of the shapes of which there are lists or maps."""
        inner = (shape.item or shape.value for shape in self.service.shapes.values())
        return frozenset(reference.target for reference in inner if reference)

    @cached_property
    def nested_shapes(self) -> frozenset[str]:
        """The names of the shapes that others hold, as members, items, keys or values."""
        shapes = self.service.shapes.values()
        return frozenset(reference.target for shape in shapes for reference in shape.references)

    @cached_property
    def recursive_shapes(self) -> frozenset[str]:
        """The names of the shapes whose values may hold others of the same shape; those between such are among them."""
        graph = {
            name: {reference.target for reference in shape.references} for name, shape in self.service.shapes.items()
        }
        for _ in range(2):
            # What refers to nothing goes first, then what nothing refers to.
            names = graph.keys() - _outside_of_cycles(graph)
            turned: dict[str, set[str]] = {name: set() for name in names}
            for name in names:
                for target in graph[name] & names:
                    turned[target].add(name)
            graph = turned
        return frozenset(graph)

    @cached_property
    def common_errors(self) -> tuple[str, ...]:
        """The errors of every operation, where they are worth a table of their own."""
        each = [operation.errors for operation in self.service.operations.values()]
        common = [error for error in each[0] if all(error in errors for errors in each)] if len(each) > 1 else []
        return tuple(common) if len(common) >= _ENOUGH_FOR_A_TABLE else ()

    def of_member(self, reference: Reference) -> Kind:
        """The kind of a structure's member: an event stream there is a sequence of events."""
        return kind_of(self.service, reference, member=True)

    def of(self, reference: Reference) -> Kind:
        """The kind of an item, key or value."""
        return kind_of(self.service, reference)

    @cached_property
    def rules(self) -> ServiceRules:
        """What the service's protocols make of traits."""
        return ServiceRules(frozenset(self.service.protocols))

    @cached_property
    def _tables(self) -> Tables:
        # What names depend on does not depend on what classes are called.
        return Tables(self.service, self.rules, {name: name for name in self.service.shapes})

    @cached_property
    def _members_by_shape(self) -> Mapping[str, Mapping[str, MemberSchema]]:
        """The members of each structure by name, as rules see them."""
        return {
            name: {member.name: member_of("", self._tables.row(shape, member)) for member in shape.members}
            for name, shape in self.service.shapes.items()
        }

    @property
    def xml_traits(self) -> bool:
        """Whether the service speaks XML, so that its wire traits are XML's. Otherwise general rules hold."""
        return self.rules.xml_traits

    @property
    def query_traits(self) -> bool:
        """Whether the service reads forms."""
        return self.rules.query_traits

    @property
    def binds_http(self) -> bool:
        """Whether the service speaks REST, so that members may be in URIs, headers and payloads."""
        return not {"rest-json", "rest-xml"}.isdisjoint(self.service.protocols)

    @property
    def ec2(self) -> bool:
        """Whether the service reads forms by EC2's rules."""
        return self.rules.ec2

    @property
    def body(self) -> str:
        """The format of the service's own bodies; where requests are forms, that of its answers."""
        protocol = self.service.protocol
        if protocol in XML_PROTOCOLS:
            return "xml"
        return "cbor" if protocol == "smithy-rpc-v2-cbor" else "json"

    def outside_body(self, member: Member) -> bool:
        """Whether a member of a message or event is not in its document; event streams have messages of their own."""
        return member.reference.outside_body or self.of_member(member.reference) == "events"

    def in_body(self, shape: Shape) -> list[Member]:
        """The members of a message or event that are in its document."""
        return [member for member in shape.members if not self.outside_body(member)]

    def body_members(self, shape: Shape, wire_format: BodyFormat) -> list[Member]:
        """The same where that splits the structure; all members elsewhere."""
        return self.in_body(shape) if self.splits(shape, wire_format) else list(shape.members)

    def splits(self, shape: Shape, wire_format: BodyFormat) -> bool:
        """Whether some members of a structure are in bodies of this format and others outside of them."""
        if shape.payload is not None or wire_format not in self._body_formats:
            return False
        outside = {self.outside_body(member) for member in shape.members}
        return outside == {True, False} and not any("eventpayload" in m.reference.traits for m in shape.members)

    def writes_cbor(self, shape: Shape) -> bool:
        """Whether a shape is written in CBOR piece by piece. Errors and streams of events are left to trees."""
        if "cbor" not in self.tree_formats or shape.error or shape.event_stream:
            return False
        return not any(self.of_member(member.reference) == "events" for member in shape.members)

    @property
    def speaks_json(self) -> bool:
        """Whether bodies are JSON, so that JSON has names and functions of its own."""
        return "json" in self._body_formats

    @property
    def tree_formats(self) -> list[BodyFormat]:
        """Those of JSON and CBOR in which the service's bodies are."""
        formats: tuple[BodyFormat, ...] = ("json", "cbor")
        return [each for each in formats if each in self._body_formats]

    @property
    def _body_formats(self) -> frozenset[BodyFormat]:
        return self.rules.body_formats

    def wire_names(self, shape: Shape, wire_format: BodyFormat) -> dict[str, str]:
        """The wire name of each member in a format, by member name."""
        members = self._members_by_shape[shape.name].items()
        return {name: self.rules.wire_name(member, wire_format) for name, member in members}

    def is_flat(self, reference: Reference, wire_format: BodyFormat) -> bool:
        """Whether a list's items or a map's entries stand where the member does."""
        return self.rules.is_flat(self._tables.reference(reference), wire_format)

    def item_name(self, item: Reference, wire_format: BodyFormat) -> str:
        """What the items of a list are called that is not flat."""
        return self.rules.item_name(self._tables.reference(item), wire_format)

    def entry_names(self, reference: Reference, wire_format: BodyFormat) -> tuple[str, str]:
        """What the key and the value of a map's entry are called."""
        return self.rules.entry_names(self._tables.reference(reference), wire_format)

    def timestamp_format(self, reference: Reference, wire_format: WireFormat) -> str:
        """`epoch`, `iso8601` or `rfc822`."""
        return self.rules.timestamp_format(self._tables.reference(reference), wire_format)

    def whole_seconds(self, reference: Reference) -> bool:
        """Whether the format in which a timestamp travels has no fractions of a second."""
        if reference.location in ("header", "headers"):
            return self.timestamp_format(reference, "header") == "rfc822"
        if reference.location is not None:
            return self.timestamp_format(reference, "uri") == "rfc822"
        return any(self.timestamp_format(reference, name) == "rfc822" for name in ("json", "xml", "query"))

    def prefix_uri(self, shape: Shape, member: Member) -> str | None:
        """The namespace of the prefix of an attribute's name, which the places using its structure declare."""
        traits = self._members_by_shape[shape.name][member.name].reference.traits
        uri: str | None = traits.get("prefixNamespace")
        return uri

    def hides_keys(self, shape: Shape) -> bool:
        """Whether the keys of a map are sensitive."""
        return hides_keys(self.service, shape)

    def refuse(self, reason: str, shape: Shape, member: str) -> ModelError:
        """The error for a combination that no protocol has."""
        return ModelError(reason, service=self.service.name, shape=shape.name, key=member)
