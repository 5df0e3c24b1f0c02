"""The compact tables of classes; see `botobind.tables`. They hold what a service's protocols act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from botobind.rules.naming import ServiceRules
from botobind.tables import Kind, ReferenceSchema, member_of
from botobind_codegen.model import INTEGERS, Member, Reference, Service, Shape

_SCALARS: Mapping[str, Kind] = {
    "string": "string",
    **dict.fromkeys(INTEGERS, "integer"),
    "double": "double",
    "float": "single",
    "boolean": "boolean",
    "blob": "blob",
    "timestamp": "timestamp",
    "list": "list",
    "map": "map",
}


_OF_HEADERS = ("textMember", "md5Member", "asciiHeaders", "percentEncodedBefore")


def kind_of(service: Service, reference: Reference, *, member: bool = False) -> Kind:
    """What an item, a key or a value is; of a structure's `member`, too: an event stream there is a row of events."""
    shape = service.shape(reference)
    if shape.event_stream and member:
        return "events"
    if shape.kind == "structure":
        return "document" if shape.document else "structure"
    if reference.jsonvalue:
        return "jsonvalue"
    if shape.kind == "blob" and reference.streaming:
        return "stream"
    return _SCALARS[shape.kind]


@frozen
class Tables:
    """Writes the tables of a service's classes, which go by the names in `classes`."""

    service: Service
    rules: ServiceRules
    classes: Mapping[str, str]

    def row(self, shape: Shape, member: Member, *, mandatory: bool = False, sensitive: bool = False) -> tuple[Any, ...]:
        """The row of a member."""
        is_required = member.required and not member.idempotency_token
        facts = {
            "mandatory": mandatory,
            "required": is_required and not mandatory,
            "sensitive": sensitive,
            "valueName": member.reference.traits.get("valueName"),
            **self._payload(shape, member),
        }
        more: dict[str, Any] = {name: fact for name, fact in facts.items() if fact}
        prefix = (member.reference.location_name or "").rpartition(":")[0]
        uri = self._prefix_uri(shape, prefix) if member.reference.xml_attribute and self.rules.xml_traits else None
        if uri is not None:
            more["prefixNamespace"] = uri
        return (member.name, *self._parts(member.reference, kind_of(self.service, member.reference, member=True), more))

    def _payload(self, shape: Shape, member: Member) -> dict[str, Any]:
        """What there is to know of a member that is the whole body of a message or an event."""
        if member.name != shape.payload and "eventpayload" not in member.reference.traits:
            return {}
        target = self.service.shape(member.reference)
        if target.kind != "structure" or target.document:
            return {"payload": True}
        own = member.reference.location_name
        # A name that merely repeats the member's says less than what the shape says of itself.
        tag = own if own and own != member.name else target.root_name or own or target.name
        return {"payload": tag, "union": target.union}

    def reference(self, reference: Reference) -> ReferenceSchema:
        """The schema of an item, a key, a value or a member."""
        parts = self._parts(reference, kind_of(self.service, reference, member=True), {})
        return member_of("", ("", *parts)).reference

    def _parts(self, reference: Reference, kind: Kind, more: Mapping[str, Any]) -> tuple[Any, ...]:
        shape = self.service.shape(reference)
        inner: list[Any] = []
        if kind in ("structure", "events"):
            inner = [self.classes[reference.target]]
        elif kind in ("list", "map"):
            inner = [self._reference(each) for each in (shape.item, shape.key, shape.value) if each is not None]
        traits = {**self._traits(reference, shape, kind), **more}
        return (kind, *inner, *([traits] if traits else []))

    def _reference(self, reference: Reference) -> Any:
        parts = self._parts(reference, kind_of(self.service, reference), {})
        return parts[0] if len(parts) == 1 else parts

    def _traits(self, reference: Reference, shape: Shape, kind: Kind) -> dict[str, Any]:
        has_wire_traits = self.rules.xml_traits or self.rules.query_traits
        is_named = has_wire_traits or "rest-json" in self.rules.protocols or reference.location is not None
        namespace = reference.xml_namespace
        found: dict[str, Any] = {
            "location": reference.location,
            "event": next((place for place in ("header", "payload") if f"event{place}" in reference.traits), None),
            "locationName": reference.location_name if is_named else None,
            "queryName": reference.query_name if self.rules.ec2 else None,
            "flattened": reference.flattened and has_wire_traits,
            "xmlAttribute": reference.xml_attribute and self.rules.xml_traits,
            "xmlNamespace": (namespace.uri, namespace.prefix) if namespace and self.rules.xml_traits else None,
            "timestampFormat": reference.timestamp_format if kind == "timestamp" else None,
            "milliseconds": reference.milliseconds,
            "fraction": reference.fraction,
            "sparse": shape.sparse,
            "secret": kind == "map" and hides_keys(self.service, shape),
        }
        found.update((name, {**shape.traits, **reference.traits}.get(name)) for name in _OF_HEADERS)
        return {name: value for name, value in found.items() if value}

    def _prefix_uri(self, shape: Shape, prefix: str) -> str | None:
        """The namespace of a prefix that the places using a structure declare for it."""
        if not prefix:
            return None
        for other in self.service.shapes.values():
            for reference in other.references:
                namespace = reference.xml_namespace
                if reference.target == shape.name and namespace and namespace.prefix == prefix:
                    return namespace.uri
        return None


def hides_keys(service: Service, shape: Shape) -> bool:
    """Whether the keys of a map are sensitive."""
    return shape.sensitive or (shape.key is not None and service.shape(shape.key).sensitive)
