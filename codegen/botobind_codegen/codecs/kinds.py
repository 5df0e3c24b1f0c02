"""What a reference is to a codec, and by which name it goes on the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from attrs import frozen

from botobind.errors import ModelError
from botobind_codegen.model import XML_PROTOCOLS, Member, Operation, Reference, Service, Shape
from botobind_codegen.value_kinds import is_xml_name

ValueKind = Literal[
    "string", "integer", "double", "single", "boolean", "blob", "stream", "timestamp", "document", "jsonvalue",
    "list", "map", "structure", "events",
]  # fmt: skip

Format = Literal["json", "cbor", "tree", "query", "xml"]
"""What codecs are planned for. A tree is what JSON, CBOR and boto3's values have in common; JSON and CBOR have codecs
of their own where a service speaks them.
"""

_SCALARS: dict[str, ValueKind] = {
    "string": "string",
    "integer": "integer",
    "long": "integer",
    "double": "double",
    "float": "single",
    "boolean": "boolean",
    "blob": "blob",
    "timestamp": "timestamp",
    "list": "list",
    "map": "map",
}

_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4,6}_")
"""What would be taken for a character in digits."""

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

    def of_member(self, reference: Reference) -> ValueKind:
        """The kind of a structure's member: an event stream there is a sequence of events."""
        shape = self.service.shape(reference)
        return "events" if shape.event_stream else self.of(reference)

    def of(self, reference: Reference) -> ValueKind:
        """The kind of an item, key or value."""
        shape = self.service.shape(reference)
        if shape.kind == "structure":
            return "document" if shape.document else "structure"
        if reference.jsonvalue:
            return "jsonvalue"
        if shape.kind == "blob" and reference.streaming:
            return "stream"
        return _SCALARS[shape.kind]

    @property
    def xml_traits(self) -> bool:
        """Whether the service speaks XML, so that its wire traits are XML's. Otherwise general rules hold."""
        return not XML_PROTOCOLS.isdisjoint(self.service.protocols)

    @property
    def query_traits(self) -> bool:
        """Whether the service reads forms."""
        return self.ec2 or "query" in self.service.protocols

    @property
    def binds_http(self) -> bool:
        """Whether the service speaks REST, so that members may be in URIs, headers and payloads."""
        return not {"rest-json", "rest-xml"}.isdisjoint(self.service.protocols)

    @property
    def ec2(self) -> bool:
        """Whether the service reads forms by EC2's rules."""
        return "ec2" in self.service.protocols

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

    def body_members(self, shape: Shape, wire_format: Format) -> list[Member]:
        """The same where that splits the structure; all members elsewhere."""
        return self.in_body(shape) if self.splits(shape, wire_format) else list(shape.members)

    def splits(self, shape: Shape, wire_format: Format) -> bool:
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
    def tree_formats(self) -> list[Format]:
        """Those of JSON and CBOR in which the service's bodies are."""
        formats: tuple[Format, ...] = ("json", "cbor")
        return [each for each in formats if each in self._body_formats]

    @property
    def _body_formats(self) -> set[str]:
        formats = {"rest-json": "json", "json": "json", "rest-xml": "xml", "smithy-rpc-v2-cbor": "cbor"}
        return {formats[name] for name in self.service.protocols if name in formats}

    def wire_names(self, shape: Shape, wire_format: Format) -> dict[str, str]:
        """The wire name of each member in a format, by member name.

        Members that live outside of the body in HTTP messages go by their own names.
        """
        return {member.name: self._wire_name(member, wire_format) for member in shape.members}

    def _wire_name(self, member: Member, wire_format: Format) -> str:
        reference = member.reference
        if reference.location is not None:
            return element_name(member.name) if wire_format == "xml" else member.name
        match wire_format:
            case "json":
                # awsJson ignores locationName, restJson1 does not.
                return (reference.location_name if "rest-json" in self.service.protocols else None) or member.name
            case "xml":
                if not self.xml_traits:
                    return element_name(member.name)
                return reference.location_name or member.name
            case "query":
                return self._query_name(member)
            case _:
                return member.name

    def _query_name(self, member: Member) -> str:
        reference = member.reference
        if self.ec2:
            # ec2Query: queryName, else locationName or the member's name, with the first letter in upper case.
            # (botocore leaves members' names as they are; it makes no difference to EC2 itself, where all of them are
            # in upper case.)
            name = reference.location_name or member.name
            return reference.query_name or name[:1].upper() + name[1:]
        if not self.query_traits:
            return member.name
        # awsQuery: a flattened list is called what its items are called, unless its member says otherwise.
        item = self.service.shape(reference).item if reference.flattened else None
        return reference.location_name or (item.location_name if item else None) or member.name

    def timestamp_format(self, reference: Reference, wire_format: str) -> str:
        """`epoch`, `iso8601` or `rfc822`: the model's format where the service speaks this one, else the format's
        default.
        """
        default = {"json": "epoch", "header": "rfc822"}.get(wire_format, "iso8601")
        own = {
            "json": not {"json", "rest-json"}.isdisjoint(self.service.protocols),
            "xml": self.xml_traits,
            "query": self.query_traits,
            "header": True,
            "uri": True,
        }[wire_format]
        located = reference.location is not None and wire_format not in ("header", "uri")
        return (reference.timestamp_format if own and not located else None) or default

    def whole_seconds(self, reference: Reference) -> bool:
        """Whether the format in which a timestamp travels has no fractions of a second."""
        if reference.location in ("header", "headers"):
            return self.timestamp_format(reference, "header") == "rfc822"
        if reference.location is not None:
            return self.timestamp_format(reference, "uri") == "rfc822"
        return any(self.timestamp_format(reference, name) == "rfc822" for name in ("json", "xml", "query"))

    def prefix_uri(self, shape: Shape, prefix: str) -> str | None:
        """The namespace of a prefix that the places using a structure declare for it."""
        if not prefix:
            return None
        for other in self.service.shapes.values():
            for reference in other.references:
                namespace = reference.xml_namespace
                if reference.target == shape.name and namespace and namespace.prefix == prefix:
                    return namespace.uri
        return None

    def hides_keys(self, shape: Shape) -> bool:
        """Whether the keys of a map are sensitive."""
        return shape.sensitive or (shape.key is not None and self.service.shape(shape.key).sensitive)

    def refuse(self, reason: str, shape: Shape, member: str) -> ModelError:
        """The error for a combination that no protocol has."""
        return ModelError(reason, service=self.service.name, shape=shape.name, key=member)


def element_name(name: str) -> str:
    """The element of a member in a service that speaks no XML, so that its members may be called as they like.

    What an element's name cannot have is there in digits, as .NET, Excel and SQL have it: `$ref` is `_x0024_ref`.
    """
    if is_xml_name(name) and ":" not in name and not _ESCAPED.search(name):
        return name
    escaped = _ESCAPED.sub(lambda match: f"_x005F_{match[0][1:]}", name)
    characters = [
        character if is_xml_name(f"_{character}") and character != ":" else _digits(character) for character in escaped
    ]
    if characters and not is_xml_name(characters[0]):
        characters[0] = _digits(characters[0])
    return "".join(characters)


def _digits(character: str) -> str:
    return f"_x{ord(character):04X}_"
