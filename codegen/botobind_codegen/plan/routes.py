"""The router of a service: the table by which it tells the requests of one operation from those of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from attrs import frozen

from botobind.errors import ModelError
from botobind.routes import Route
from botobind.tables import REST_PROTOCOLS
from botobind_codegen.literals import literal, tuple_of
from botobind_codegen.model import Operation, Service

_SEGMENT = re.compile(r"(?:[^{}]|\{[^{}+]+\+?\})*")
"""A segment of a path: labels and literals."""
_WHOLE = re.compile(r"\{[^{}+]+\+?\}|[^{}]*")
"""One that is a label as a whole, or a literal."""


@frozen
class RouterPlan:
    """What a router knows of its service."""

    service: str
    protocols: tuple[str, ...]
    target_prefix: str | None
    wire_names: Mapping[str, str]
    routes: tuple[Route, ...]
    virtual_hosts: str | None
    unrouted: tuple[str, ...] = ()
    """The operations that have no route, since nobody can tell their paths from others."""

    @property
    def arguments(self) -> tuple[tuple[str, str], ...]:
        """The arguments of the router but for its routes, as Python source by name."""
        facts: dict[str, object] = {
            "service": self.service,
            "protocols": self.protocols,
            "target_prefix": self.target_prefix,
            "wire_names": dict(self.wire_names),
            "virtual_hosts": self.virtual_hosts,
            "unrouted": self.unrouted,
        }
        return tuple((name, repr(value)) for name, value in facts.items() if value or name == "protocols")

    @property
    def route_rows(self) -> tuple[str, ...]:
        """What each route is made of, as Python source."""
        return tuple(map(_row, self.routes))


def plan_router(
    service: Service, operations: Iterable[Operation], protocols: tuple[str, ...] | None = None
) -> RouterPlan:
    """The router of some operations of a service, in all of its protocols or in some.

    Raises `ModelError` for a URI with a brace that belongs to no label.
    """
    chosen = sorted(operations, key=lambda operation: operation.name)
    spoken = service.protocols if protocols is None else tuple(name for name in service.protocols if name in protocols)
    speaks_rest = not REST_PROTOCOLS.isdisjoint(spoken)
    by_path = chosen if speaks_rest else []
    for operation in by_path:
        _check_uri(service, operation)
    return RouterPlan(
        service=service.name,
        protocols=spoken,
        target_prefix=service.metadata.get("targetPrefix"),
        wire_names={operation.wire_name: operation.name for operation in chosen if _is_called_otherwise(operation)}
        if set(spoken) - REST_PROTOCOLS
        else {},
        virtual_hosts=service.traits.get("virtualHosts") if speaks_rest else None,
        routes=tuple(_route(service, operation) for operation in by_path if _can_be_told(operation)),
        unrouted=tuple(operation.name for operation in by_path if not _can_be_told(operation)),
    )


def _is_called_otherwise(operation: Operation) -> bool:
    return operation.wire_name != operation.name


def _can_be_told(operation: Operation) -> bool:
    """Whether no label that holds slashes is but a part of a segment, or one of two, or before one that is a part."""
    segments = operation.uri.partition("?")[0].split("/")
    greedy = [at for at, segment in enumerate(segments) if "+}" in segment]
    if not greedy:
        return True
    return len(greedy) == 1 and all(_WHOLE.fullmatch(segment) for segment in segments[greedy[0] :])


def _route(service: Service, operation: Operation) -> Route:
    return Route(
        operation=operation.name,
        method=operation.method,
        uri=operation.uri,
        query=_required(service, operation, "querystring"),
        headers=_required(service, operation, "header"),
        deprecated=bool(operation.traits.get("deprecated")),
    )


def _check_uri(service: Service, operation: Operation) -> None:
    segments = operation.uri.partition("?")[0].split("/")
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise ModelError(
            f"{operation.uri!r} has a brace that belongs to no label",
            service=service.name,
            operation=operation.name,
            key="requestUri",
        )


def _required(service: Service, operation: Operation, location: str) -> tuple[str, ...]:
    members = service.shapes[operation.input].members if operation.input else ()
    return tuple(
        member.reference.location_name or member.name
        for member in members
        if member.required and member.reference.location == location
    )


def _row(route: Route) -> str:
    facts: list[object] = [route.query, route.headers, route.deprecated]
    while facts and not facts[-1]:
        facts.pop()
    return tuple_of(map(literal, (route.operation, route.method, route.uri, *facts)))
