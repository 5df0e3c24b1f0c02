"""What an operation needs so that every protocol of its service can bind it, and a structure so that its members can be
told apart. What lacks something stops generation, with its name.
"""

from __future__ import annotations

import re

from botobind.errors import ModelError
from botobind.protocols.checksums import DIGESTS
from botobind.rules.plans import MemberPlan
from botobind.tables import FORM_PROTOCOLS, Kind
from botobind_codegen.model import Member, Operation, Service, Shape
from botobind_codegen.plan.service_facts import ServiceFacts
from botobind_codegen.scope.schemas import Schemas

_LABEL = re.compile(r"\{([^{}]+?)\+?\}")
_SCALARS: frozenset[Kind] = frozenset({"string", "integer", "double", "single", "boolean", "timestamp", "blob"})
_PAYLOADS: frozenset[Kind] = frozenset({"structure", "blob", "stream", "string", "document", "events"})
_METADATA = {
    "json": ("targetPrefix", "jsonVersion"),
    "smithy-rpc-v2-cbor": ("targetPrefix",),
    "query": ("apiVersion",),
    "ec2": ("apiVersion",),
}
"""What the protocols need to know of the service."""


def check_operation(service: Service, operation: Operation) -> None:
    """Raises `ModelError` for an operation that cannot be bound to HTTP messages in all protocols of its service."""
    _Check(service, operation).run()


class _Check:
    def __init__(self, service: Service, operation: Operation) -> None:
        self.service = service
        self.operation = operation
        self.facts = ServiceFacts(service)
        self.input = service.shapes[operation.input] if operation.input else None
        self.output = service.shapes[operation.output] if operation.output else None

    def refuse(self, reason: str, key: str) -> ModelError:
        reason = f"the operation {self.operation.name} {reason}"
        return ModelError(reason, service=self.service.name, operation=self.operation.name, key=key)

    def run(self) -> None:
        self._metadata()
        self._host_prefix()
        self._patched()
        for shape in (self.input, self.output):
            if shape is not None:
                self._message(shape)
        if self.facts.binds_http:
            self._labels()

    def _metadata(self) -> None:
        for protocol in self.service.protocols:
            for key in _METADATA.get(protocol, ()):
                if not self.service.metadata.get(key):
                    raise self.refuse(f"cannot be spoken in {protocol}: the service's metadata lacks it", key)

    def _patched(self) -> None:
        """Traits that come from patches, on which the runtime acts."""
        unknown = set(self.operation.traits.get("bodyDigests", {}).values()) - DIGESTS.keys()
        if unknown:
            raise self.refuse(f"asks for the unknown digest {min(unknown)!r}", "bodyDigests")
        for path in self.operation.traits.get("lastSegments", ()):
            if not self._leads_to_text(path):
                raise self.refuse(f"has no text at {path!r}", "lastSegments")

    def _leads_to_text(self, path: str) -> bool:
        """Whether a path of members, through lists, ends at a text."""
        shape, target = self.input, None
        for name in path.split("."):
            member = next((member for member in shape.members if member.name == name), None) if shape else None
            if member is None:
                return False
            target = shape = self.service.shape(member.reference)
            while shape.item is not None:
                shape = self.service.shape(shape.item)
        return target is not None and target.kind == "string"

    def _host_prefix(self) -> None:
        prefix = self.operation.traits.get("endpoint", {}).get("hostPrefix", "")
        labels = {
            member.name: member for member in (self.input.members if self.input else ()) if _is_host_label(member)
        }
        for name in _LABEL.findall(prefix):
            member = labels.get(name)
            if member is None or self.facts.of(member.reference) != "string":
                raise self.refuse(f"has no text member for the label {name} of its host prefix", "hostPrefix")

    def _labels(self) -> None:
        path = self.operation.uri.partition("?")[0]
        wanted = _LABEL.findall(path)
        members = [
            member for member in (self.input.members if self.input else ()) if member.reference.location == "uri"
        ]
        given = [member.reference.location_name or member.name for member in members]
        if sorted(wanted) != sorted(given):
            odd = sorted(set(wanted) ^ set(given)) or wanted
            raise self.refuse(f"has a URI whose labels are not its members: {', '.join(odd)}", "requestUri")

    def _message(self, shape: Shape) -> None:
        streams = [member for member in shape.members if self.facts.of_member(member.reference) == "events"]
        if len(streams) > 1:
            raise self.refuse(f"has more than one event stream in {shape.name}", "output")
        if streams and not FORM_PROTOCOLS.isdisjoint(self.service.protocols):
            raise self.refuse(f"has an event stream in {shape.name}, which the protocol cannot hold", "output")
        if streams and self.facts.binds_http and shape.payload != streams[0].name:
            raise self.refuse(f"has an event stream in {shape.name} that is not its payload", "payload")
        for stream in streams:
            self._events(self.service.shape(stream.reference))
        texts = {member.reference.traits.get("textMember") for member in shape.members}
        in_places: dict[tuple[str, str], str] = {}
        for member in shape.members:
            self._place(shape, member)
            # A text is there where its header cannot be read as the other member.
            if member.name not in texts and (place := _own_place(member)) is not None:
                other = in_places.setdefault(place, member.name)
                if other != member.name:
                    raise self.refuse(f"has {other} and {member.name} of {shape.name} in one {place[0]}", "location")

    def _events(self, stream: Shape) -> None:
        """Where an event has a payload, all other members of it have to be headers."""
        for member in stream.members:
            event = self.service.shape(member.reference)
            if event.kind != "structure":
                raise self.refuse(
                    f"has the {event.kind} {member.name} in the event stream {stream.name}", "eventstream"
                )
            payload = next((each for each in event.members if each.reference.traits.get("eventpayload")), None)
            for other in event.members if payload is not None else ():
                if other is not payload and not other.reference.traits.get("eventheader"):
                    raise self.refuse(
                        f"has {other.name} of {event.name} beside the payload, in no place", "eventpayload"
                    )

    def _place(self, shape: Shape, member: Member) -> None:
        reference = member.reference
        kind = self.facts.of_member(reference)
        target = self.service.shape(reference)
        if member.name == shape.payload and kind not in _PAYLOADS:
            raise self.refuse(f"has the {kind} {member.name} of {shape.name} as its payload", "payload")
        item = self.facts.of(target.item) if target.item else None
        value = self.facts.of(target.value) if target.value else None
        fits = {
            "uri": kind in _SCALARS,
            "statusCode": kind == "integer",
            "headers": kind == "map" and value == "string",
            "header": kind in _SCALARS or kind == "jsonvalue" or item in _SCALARS,
            "querystring": kind in _SCALARS or item in _SCALARS or value == "string" or self._is_map_of_lists(target),
            None: True,
        }[reference.location]
        if not fits:
            raise self.refuse(f"has the {kind} {member.name} of {shape.name} in a place for others", "location")
        if shape.payload and reference.location is None and member.name != shape.payload:
            raise self.refuse(f"has {member.name} of {shape.name} beside the payload, in no place", "payload")

    def _is_map_of_lists(self, target: Shape) -> bool:
        if target.value is None:
            return False
        inner = self.service.shape(target.value).item
        return inner is not None and self.facts.of(inner) == "string"


def check_names(schemas: Schemas, shape: Shape) -> None:
    """Raises `ModelError` for a structure of which two members have one name in a format of the service."""
    members = {member.attribute: member.name for member in schemas.members(shape)}
    for body_format in sorted(schemas.rules.formats):
        for member, other in schemas.plan(shape, body_format).copied:
            if not (body_format == "xml" and _shares_its_items(member, other)):
                names = f"{members[other.attribute]} and {members[member.attribute]}"
                raise schemas.refused(shape, f"{names} are of one name in {body_format}", member.attribute)


def _shares_its_items(member: MemberPlan, other: MemberPlan) -> bool:
    """Whether a member can be what a flattened list of the same name has, as in deprecated notifications of S3."""
    source = other.value.inner if other.value.is_flat and other.value.inner else other.value
    return source.kind == member.value.kind and not member.mandatory


def _own_place(member: Member) -> tuple[str, str] | None:
    """The header, the parameter or the status that is a member's alone."""
    location, name = member.reference.location, member.reference.location_name or member.name
    if location == "statusCode":
        return location, ""
    if location not in ("header", "querystring"):
        return None
    return location, name.lower() if location == "header" else name


def _is_host_label(member: Member) -> bool:
    return bool(member.reference.traits.get("hostLabel"))
