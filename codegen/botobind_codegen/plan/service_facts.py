"""What plans of a service ask again and again: which operation takes or gives a shape, what a reference leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from attrs import frozen

from botobind.rules.naming import ServiceRules
from botobind.tables import BODY_FORMATS, REST_PROTOCOLS, Kind, ReferenceSchema
from botobind_codegen.model import Operation, Reference, Service
from botobind_codegen.scope.schemas import kind_of

_ENOUGH_FOR_A_TABLE = 10
"""Errors that all operations have in common are kept in one place where there are as many, as in EC2."""


@frozen(slots=False)
class ServiceFacts:
    """What is known of a service as a whole."""

    service: Service

    @cached_property
    def operations_by_output(self) -> Mapping[str, tuple[Operation, ...]]:
        """The operations that answer with each shape."""
        return self._operations_by(lambda operation: operation.output)

    @cached_property
    def operations_by_input(self) -> Mapping[str, tuple[Operation, ...]]:
        """The operations that take each shape."""
        return self._operations_by(lambda operation: operation.input)

    def _operations_by(self, shape_of: Callable[[Operation], str | None]) -> Mapping[str, tuple[Operation, ...]]:
        found: dict[str, tuple[Operation, ...]] = {}
        for operation in self.service.operations.values():
            name = shape_of(operation)
            if name:
                found[name] = (*found.get(name, ()), operation)
        return found

    @cached_property
    def nested_shapes(self) -> frozenset[str]:
        """The names of the shapes that others hold, as members, items, keys or values."""
        shapes = self.service.shapes.values()
        return frozenset(reference.target for shape in shapes for reference in shape.references)

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

    @property
    def binds_http(self) -> bool:
        """Whether the service speaks REST, so that members may be in URIs, headers and payloads."""
        return not REST_PROTOCOLS.isdisjoint(self.service.protocols)

    @property
    def body(self) -> str:
        """The format of the service's own bodies; where requests are forms, that of its responses."""
        return BODY_FORMATS[self.service.protocol]

    def whole_seconds(self, reference: Reference) -> bool:
        """Whether the format in which a timestamp travels has no fractions of a second."""
        traits = {"location": reference.location, "timestampFormat": reference.timestamp_format}
        given = {name: trait for name, trait in traits.items() if trait}
        return self.rules.whole_seconds(ReferenceSchema("timestamp", traits=given))
