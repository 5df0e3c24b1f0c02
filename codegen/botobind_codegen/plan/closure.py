"""What is emitted of a service, and what follows from how its shapes are used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

from botobind.errors import ModelError
from botobind.rules.naming import ServiceRules
from botobind.tables import FORM_PROTOCOLS
from botobind_codegen.model import Operation, Reference, Service, Shape, closure
from botobind_codegen.model_options import Pins
from botobind_codegen.plan.service_facts import ServiceFacts
from botobind_codegen.scope.names import ServiceNames, name_service
from botobind_codegen.scope.schemas import Schemas

FORMAT_BASES = {
    "json": "JsonFormat",
    "value": "ValueFormat",
    "cbor": "CborFormat",
    "query": "QueryFormat",
    "xml": "XmlFormat",
}
"""The class in `botobind.serializers` of each format that can be emitted."""
ALL_FORMATS = frozenset(FORMAT_BASES)


@frozen(slots=False)
class Plan:
    """A service and the part of it that is emitted. Everything that depends on use is decided on the whole model, so
    that a part of a service has the same classes as the whole.
    """

    service: Service
    names: ServiceNames
    facts: ServiceFacts
    shapes: Mapping[str, Shape]
    operations: Mapping[str, Operation]
    formats: frozenset[str] = ALL_FORMATS

    @cached_property
    def schemas(self) -> Schemas:
        """The tables of the service's classes, and the plans of their codecs."""
        return Schemas(self.service, self.facts.rules, self.names, self.mandatory, self.is_sensitive)

    @property
    def format_bases(self) -> tuple[str, ...]:
        """The classes in `botobind.serializers` that stand for the formats."""
        if self.formats == ALL_FORMATS:
            return ("AllBodyFormats",)
        return tuple(base for name, base in FORMAT_BASES.items() if name in self.formats)

    def protocols(self) -> tuple[str, ...]:
        """The protocols of the service whose formats are all emitted, the default one first."""
        service = self.service
        listed = (service.protocol, *(other for other in service.protocols if other != service.protocol))
        return tuple(name for name in listed if ServiceRules(frozenset({name})).formats <= self.formats)

    @cached_property
    def _from_responses(self) -> frozenset[str]:
        roots = [
            name for operation in self.service.operations.values() for name in (operation.output, *operation.errors)
        ]
        return closure(self.service, (name for name in roots if name))

    @cached_property
    def _from_requests(self) -> frozenset[str]:
        inputs = (operation.input for operation in self.service.operations.values())
        return closure(self.service, (name for name in inputs if name))

    @cached_property
    def _inputs(self) -> frozenset[str]:
        return frozenset(operation.input for operation in self.service.operations.values() if operation.input)

    def mandatory(self, shape: Shape) -> frozenset[str]:
        """The members that are never None: those that requests must have, in structures that no response holds."""
        if shape.name in self._from_responses or shape.name not in self._from_requests or shape.union or shape.error:
            return frozenset()
        return frozenset(member.name for member in shape.members if member.required and not member.idempotency_token)

    def body(self, shape: Shape) -> str:
        """The body format of a shape: inputs of query services are forms."""
        is_form = self.service.protocol in FORM_PROTOCOLS and shape.name in self._inputs
        return "query" if is_form else self.facts.body

    def is_in_requests(self, shape: Shape) -> bool:
        """Whether a request may hold a shape."""
        return shape.name in self._from_requests

    def is_in_forms(self, shape: Shape) -> bool:
        """Whether a form that the service reads may hold a shape."""
        return self.facts.rules.query_traits and self.is_in_requests(shape)

    def is_in_xml(self, shape: Shape) -> bool:
        """Whether a document that the service reads or writes in XML may hold a shape."""
        if "rest-xml" in self.service.protocols:
            return True
        return self.facts.rules.xml_traits and shape.name in self._from_responses

    def is_sensitive(self, reference: Reference) -> bool:
        """Whether the value of a member is sensitive as a whole: it, its shape, or the scalars in it. Structures hide
        their own.
        """
        if reference.sensitive:
            return True
        shape = self.service.shape(reference)
        return shape.sensitive or any(
            self.is_sensitive(inner) for inner in (shape.item, shape.key, shape.value) if inner is not None
        )


def plan_service(
    service: Service,
    operations: tuple[str, ...] = (),
    formats: frozenset[str] = ALL_FORMATS,
    pins: Pins | None = None,
) -> Plan:
    """The plan of a service, or of the closure of some of its operations, in all formats or in some.

    Raises `ModelError` for operations that the service does not have, and for pins that hold nothing.
    """
    unknown = [name for name in operations if name not in service.operations]
    if unknown:
        raise ModelError(f"has no operation {', '.join(unknown)}", service=service.name)
    chosen = {name: operation for name, operation in service.operations.items() if not operations or name in operations}
    shapes = service.shapes
    if operations:
        roots = [
            name
            for operation in chosen.values()
            for name in (operation.input, operation.output, *operation.errors)
            if name
        ]
        kept = _with_errors(service, closure(service, roots))
        shapes = {name: shape for name, shape in service.shapes.items() if name in kept}
    return Plan(service, name_service(service, pins), ServiceFacts(service), shapes, chosen, formats)


def _with_errors(service: Service, kept: frozenset[str]) -> frozenset[str]:
    """The shapes and the errors that their classes name: an output knows those of all operations it answers."""
    named = {
        error for operation in service.operations.values() if operation.output in kept for error in operation.errors
    }
    return kept if named <= kept else _with_errors(service, closure(service, kept | named))
