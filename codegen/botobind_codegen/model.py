"""A service model as a frozen tree of resolved shapes and operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from attrs import field, frozen

from botobind_codegen.endpoint_model import RuleSet

Kind = Literal[
    "structure", "list", "map", "string", "blob", "byte", "short", "integer", "long", "float", "double", "boolean",
    "timestamp",
]  # fmt: skip

KINDS: tuple[Kind, ...] = get_args(Kind)

INTEGERS: tuple[Kind, ...] = ("byte", "short", "integer", "long")
"""The kinds of whole numbers, each wider than the one before it. botocore's models have the last two alone."""

NUMBERS: tuple[Kind, ...] = (*INTEGERS, "float", "double")

PROTOCOL_ORDER = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")
"""The order in which botocore picks one of the protocols that a service lists."""

TIMESTAMP_FORMATS = {
    "iso8601": "iso8601",
    "unixTimestamp": "epoch",
    "unixTimestampMillis": "epoch",
    "rfc822": "rfc822",
}


@frozen
class Namespace:
    """An XML namespace, with a prefix or as the default one."""

    uri: str
    prefix: str | None = None

    @property
    def attribute(self) -> str:
        """The declaration, such as `xmlns:xsi="http://…"`."""
        name = f"xmlns:{self.prefix}" if self.prefix else "xmlns"
        return f'{name}="{self.uri}"'


@frozen
class Reference:
    """The use of a shape as member, item, key or value: its own wire traits, overridden by those of the place."""

    target: str
    documentation: str = ""
    location: str | None = None
    location_name: str | None = None
    query_name: str | None = None
    flattened: bool = False
    xml_attribute: bool = False
    xml_namespace: Namespace | None = None
    timestamp_format: str | None = None
    milliseconds: bool = False
    """Whether a number of seconds that lies beyond the year 9999 is one of milliseconds."""
    fraction: bool = False
    """Whether ISO 8601 in XML has a fraction, be it of zeros."""
    streaming: bool = False
    jsonvalue: bool = False
    sensitive: bool = False
    traits: Mapping[str, Any] = field(factory=dict)


@frozen
class Member:
    """A member of a structure."""

    name: str
    reference: Reference
    required: bool

    @property
    def idempotency_token(self) -> bool:
        """Whether the caller may leave it to the operation to fill this in."""
        return bool(self.reference.traits.get("idempotencyToken"))


@frozen
class ErrorTraits:
    """What the model says of an error."""

    code: str
    status: int | None
    fault: Literal["client", "server"] | None
    retryable: bool
    throttling: bool


@frozen
class Shape:
    """A shape. Which of the attributes mean something depends on its kind."""

    name: str
    kind: Kind
    documentation: str = ""
    members: tuple[Member, ...] = ()
    item: Reference | None = None
    key: Reference | None = None
    value: Reference | None = None
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    sensitive: bool = False
    sparse: bool = False
    union: bool = False
    document: bool = False
    event_stream: bool = False
    payload: str | None = None
    root_name: str | None = None
    """What the shape is called as the root of an XML document, where that is not its name."""
    root_namespace: Namespace | None = None
    error: ErrorTraits | None = None
    traits: Mapping[str, Any] = field(factory=dict)

    @property
    def is_union(self) -> bool:
        """Whether exactly one of the members is there: in unions and in events."""
        return self.union or self.event_stream

    @property
    def references(self) -> tuple[Reference, ...]:
        """Everything that the shape refers to, in the model's order."""
        containers = (self.item, self.key, self.value)
        return (
            *(member.reference for member in self.members),
            *(reference for reference in containers if reference is not None),
        )


@frozen
class Pagination:
    """How an operation gives pages; all but names of members of the input are JMESPath expressions over the output."""

    input_tokens: tuple[str, ...]
    output_tokens: tuple[str, ...]
    result_keys: tuple[str, ...] = ()
    more_results: str | None = None
    limit_key: str | None = None
    non_aggregate_keys: tuple[str, ...] = ()


@frozen
class Acceptor:
    """A rule of a waiter. `argument` is a JMESPath expression over the output."""

    state: str
    matcher: str
    expected: str | float | bool
    argument: str | None = None


@frozen
class Waiter:
    """A waiter. `delay` is in seconds."""

    name: str
    delay: float
    max_attempts: int
    acceptors: tuple[Acceptor, ...]
    documentation: str = ""


@frozen
class Operation:
    """An API operation. `wire_name` is what requests call it."""

    name: str
    wire_name: str
    method: str
    uri: str
    status: int | None
    input: str | None
    output: str | None
    errors: tuple[str, ...]
    documentation: str = ""
    input_location_name: str | None = None
    input_namespace: Namespace | None = None
    output_location_name: str | None = None
    output_namespace: Namespace | None = None
    result_wrapper: str | None = None
    pagination: Pagination | None = None
    waiters: tuple[Waiter, ...] = ()
    traits: Mapping[str, Any] = field(factory=dict)


@frozen
class Service:
    """A service model: everything that generation needs to know of a service."""

    name: str
    documentation: str
    metadata: Mapping[str, Any]
    traits: Mapping[str, Any]
    protocols: tuple[str, ...]
    shapes: Mapping[str, Shape]
    operations: Mapping[str, Operation]
    companions: Mapping[str, str] = field(factory=dict)
    """The files beside the model that `pagination`, `waiters` and the rules of endpoints are from, where they are
    known.
    """
    endpoint_rules: RuleSet | None = None
    """Where requests go, where the model says so."""

    @property
    def protocol(self) -> str:
        """The protocol that botocore would pick."""
        return next(name for name in PROTOCOL_ORDER if name in self.protocols)

    def shape(self, reference: Reference) -> Shape:
        """The shape that a reference leads to."""
        return self.shapes[reference.target]


def holds_itself(service: Service, shape: Shape) -> bool:
    """Whether values of a shape may hold others of the same shape."""
    return shape.name in closure(service, (reference.target for reference in shape.references))


def closure(service: Service, roots: Iterable[str]) -> frozenset[str]:
    """The shapes that can be reached from some, these included."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [reference.target for reference in service.shapes[name].references]
    return frozenset(seen)
