"""The compact tables of classes, which hold what a service's protocols act on (see `botobind.tables`), and the plans
that `botobind.rules` makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from botobind.errors import ModelError
from botobind.rules.naming import BodyFormat, ServiceRules
from botobind.rules.plans import ShapePlan, shape_plan
from botobind.rules.structs import fit_a_struct
from botobind.tables import Kind, MemberSchema, in_document, member_of
from botobind_codegen.model import INTEGERS, Member, Reference, Service, Shape
from botobind_codegen.scope.names import ServiceNames

_SCALARS: Mapping[str, Kind] = {**dict.fromkeys(INTEGERS, "integer"), "float": "single"}
"""What is called otherwise than in the model."""

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
    return _SCALARS.get(shape.kind, shape.kind)  # type: ignore[arg-type] # the others are called alike


@frozen(slots=False)
class Schemas:
    """The tables and plans of a service's classes. `mandatory` tells which members of a shape are never None."""

    service: Service
    rules: ServiceRules
    names: ServiceNames
    mandatory: Callable[[Shape], frozenset[str]]
    is_sensitive: Callable[[Reference], bool]
    _members: dict[str, tuple[MemberSchema, ...]] = field(factory=dict, init=False)
    _plans: dict[tuple[str, BodyFormat], ShapePlan] = field(factory=dict, init=False)

    @cached_property
    def shapes_by_class(self) -> Mapping[str, Shape]:
        """The shapes by the names of their classes."""
        return {self.names.classes[name]: shape for name, shape in self.service.shapes.items()}

    @cached_property
    def _errors(self) -> frozenset[str]:
        return frozenset(name for name, shape in self.shapes_by_class.items() if shape.error)

    @cached_property
    def item_shapes(self) -> frozenset[str]:
        """The names of the shapes of which there are lists or maps."""
        inner = (shape.item or shape.value for shape in self.service.shapes.values())
        return frozenset(reference.target for reference in inner if reference)

    def rows(self, shape: Shape) -> dict[str, tuple[Any, ...]]:
        """The table of a structure."""
        attributes, mandatory = self.names.attributes[shape.name], self.mandatory(shape)
        return {
            attributes[member.name]: self._row(shape, member, mandatory=member.name in mandatory)
            for member in shape.members
        }

    def members(self, shape: Shape) -> tuple[MemberSchema, ...]:
        """The members of a structure as rules see them."""
        if shape.name not in self._members:
            self._members[shape.name] = tuple(member_of(attribute, row) for attribute, row in self.rows(shape).items())
        return self._members[shape.name]

    def plan(self, shape: Shape, body_format: BodyFormat) -> ShapePlan:
        """The plan of a structure in a format."""
        key = shape.name, body_format
        if key not in self._plans:
            self._plans[key] = shape_plan(self.rules, self.members(shape), body_format, is_union=shape.is_union)
        return self._plans[key]

    @cached_property
    def tree_formats(self) -> list[BodyFormat]:
        """Which of JSON and CBOR the service's bodies are in."""
        formats: tuple[BodyFormat, ...] = ("json", "cbor")
        return [each for each in formats if each in self.rules.body_formats]

    def method(self, shape: Shape, name: str) -> str:
        """What the method of a shape's class is called that writes its documents: as said, or `…_body` where some
        members live beside them. Empty where the walker does it: for streams of events, for errors in CBOR, and for
        structures that are in no document.
        """
        members = self.members(shape)
        inside = in_document(members)
        if name == "to_wire_struct":
            is_emitted = self.has_struct(shape)
        else:
            has_events = shape.event_stream or any(each.reference.kind == "events" for each in members)
            is_seldom = has_events or (shape.error and name == "write_cbor")
            is_emitted = not is_seldom and bool(inside or not members)
        if not is_emitted:
            return ""
        return name if len(inside) == len(members) else f"{name}_body"

    def has_struct(self, shape: Shape) -> bool:
        """Whether a class has a wire struct: its service's bodies are JSON or CBOR, it has members there, none of which
        is an error or a stream of events, and it is none itself.
        """
        if shape.error or shape.event_stream or shape.payload or not self.tree_formats:
            return False
        plans = [self.plan(shape, each) for each in self.tree_formats]
        return bool(plans[0].in_body or not shape.members) and fit_a_struct(plans, self._errors)

    def refused(self, shape: Shape, reason: str, attribute: str) -> ModelError:
        """The error for a combination that no protocol has."""
        key = next(each.name for each in self.members(shape) if each.attribute == attribute)
        return ModelError(reason, service=self.service.name, shape=shape.name, key=key)

    def _row(self, shape: Shape, member: Member, *, mandatory: bool) -> tuple[Any, ...]:
        is_required = member.required and not member.idempotency_token
        facts = {
            "mandatory": mandatory,
            "required": is_required and not mandatory,
            "sensitive": self.is_sensitive(member.reference),
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

    def _parts(self, reference: Reference, kind: Kind, more: Mapping[str, Any]) -> tuple[Any, ...]:
        shape = self.service.shape(reference)
        inner: list[Any] = []
        if kind in ("structure", "events"):
            inner = [self.names.classes[reference.target]]
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
            # Whether the keys are sensitive.
            "secret": kind == "map" and (shape.sensitive or (shape.key and self.service.shape(shape.key).sensitive)),
        }
        found.update((name, {**shape.traits, **reference.traits}.get(name)) for name in _OF_HEADERS)
        return {name: value for name, value in found.items() if value}

    def _prefix_uri(self, shape: Shape, prefix: str) -> str | None:
        """The namespace of a prefix that the places using a structure declare for it."""
        places = (each for other in self.service.shapes.values() for each in other.references if prefix)
        found = (each.xml_namespace for each in places if each.target == shape.name)
        return next((each.uri for each in found if each and each.prefix == prefix), None)
