"""JSON → model. Reading is strict: each key must be classified in `keys`, each reference must lead to a shape, each
value must be of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from attrs import evolve

from botobind.errors import ModelError
from botobind.rules.naming import XML_PROTOCOLS
from botobind.tables import REST_PROTOCOLS
from botobind_codegen.model import (
    KINDS,
    PROTOCOL_ORDER,
    TIMESTAMP_FORMATS,
    ErrorTraits,
    Kind,
    Member,
    Namespace,
    Operation,
    Reference,
    Service,
    Shape,
)
from botobind_codegen.names_check import refuse_names
from botobind_codegen.nesting_check import refuse_nesting
from botobind_codegen.query_labels import without_labels
from botobind_codegen.read_companions import pagination_of, waiters_of
from botobind_codegen.read_endpoints import KEY as RULES_KEY
from botobind_codegen.read_endpoints import rules_of
from botobind_codegen.table_reader import TableReader
from botobind_codegen.value_kinds import fault_of_document, fault_of_name

_REQUEST_PLACES = frozenset({"header", "headers", "uri", "querystring"})
_WITH_ELEMENTS = ("structure", "list", "map")
_RESPONSE_PLACES = frozenset({"header", "headers", "statusCode"})


class _Reader(TableReader):
    """Reads one model; holds what its errors name."""

    def __init__(
        self,
        service: str,
        file: str | None,
        document: Mapping[str, Any],
        ignored: AbstractSet[str] | None,
        companions: Mapping[str, str],
    ) -> None:
        super().__init__(service, file, ignored)
        self.companions = companions
        self.document = document
        self.raw_shapes: Mapping[str, Any] = {}
        self.error_shapes: set[str] = set()
        self.binds_http = self.speaks_xml = False
        self.requests: set[str | None] = set()
        self.responses: set[str | None] = set()
        self.nested: set[str | None] = set()
        self.query_labels: dict[str | None, dict[str, str]] = {}
        """The labels in the query strings of URIs, by the shape of the input: the parameter of each."""

    @contextmanager
    def reading_file_of(self, key: str) -> Iterator[None]:
        """Has errors name the file beside the model from which a key of operations is."""
        of_model = self.file
        self.file = self.companions.get(key, of_model)
        yield
        self.file = of_model

    def service_model(self) -> Service:
        if fault := fault_of_name(self.service):
            raise ModelError(f"the name of the service {fault}", service=ascii(self.service)[1:-1], file=self.file)
        if unsound := fault_of_document(self.document):
            reason, (*above, key) = unsound
            raise self.error(reason, ".".join(above) or None, key)
        top = self.table(self.document, "service")
        for key in ("metadata", "operations", "shapes"):
            if key not in top:
                raise self.error("missing", key=key)
        metadata = self.table(top["metadata"], "metadata")
        self.namespace(metadata, None)
        protocols = self.protocols(metadata)
        # Only the REST protocols put members into headers, URIs and payloads; the others ignore these traits.
        self.binds_http = not REST_PROTOCOLS.isdisjoint(protocols)
        self.speaks_xml = not XML_PROTOCOLS.isdisjoint(protocols)
        self.raw_shapes = self.named(top["shapes"], "shapes")
        self.in_operations = True
        raw_operations = self.named(top["operations"], "operations")
        operations = {name: self.operation(name, raw) for name, raw in raw_operations.items()}
        self.in_operations = False
        self.error_shapes = {name for operation in operations.values() for name in operation.errors}
        self.requests = {operation.input for operation in operations.values()}
        self.responses = {operation.output for operation in operations.values()} | self.error_shapes
        self.nested = _referenced(self.raw_shapes)
        shapes = {name: self.shape(name, raw) for name, raw in self.raw_shapes.items()}
        with self.reading_file_of(RULES_KEY):
            endpoint_rules = rules_of(self, top)
        service = Service(
            name=self.service,
            documentation=self.text(top, "documentation", default=""),
            metadata=metadata,
            traits={**self.data(metadata, "metadata"), **self.data(top, "service")},
            protocols=protocols,
            shapes=shapes,
            operations=operations,
            companions=self.companions,
            endpoint_rules=endpoint_rules,
        )
        self.refuse_unknown_keys()
        refuse_nesting(service, self.file)
        refuse_names(service, self.file)
        return service

    def protocols(self, metadata: Mapping[str, Any]) -> tuple[str, ...]:
        listed = metadata.get("protocols") or [self.text(metadata, "protocol")]
        known = tuple(name for name in PROTOCOL_ORDER if name in listed)
        if not known:
            raise self.error(f"none of the protocols {listed} is known", key="protocols")
        return known

    def operation(self, name: str, raw: object) -> Operation:
        table = self.table(raw, "operation", name)
        http = self.table(table.get("http", {}), "http", name)
        given = self.table(table.get("input", {}), "input", name)
        taken = self.table(table.get("output", {}), "output", name)
        target = self.message(given, name) if given else None
        uri = self.text(http, "requestUri", name, default="/")
        if self.binds_http:
            uri = self.without_labels(name, uri, target)
        with self.reading_file_of("pagination"):
            pagination = pagination_of(self, name, table)
        with self.reading_file_of("waiters"):
            waiters = waiters_of(self, name, table)
        errors = tuple(
            self.message(self.table(error, "errors", name), name, may_be_union=False)
            for error in table.get("errors", ())
        )
        return Operation(
            name=name,
            wire_name=self.text(table, "name", name, default=name),
            method=self.text(http, "method", name, default="POST"),
            uri=uri,
            status=http.get("responseCode"),
            input=target,
            output=self.message(taken, name) if taken else None,
            errors=tuple(dict.fromkeys(errors)),
            documentation=self.text(table, "documentation", name, default=""),
            input_location_name=self.optional_text(given, "locationName", name),
            input_namespace=self.namespace(given, name),
            output_location_name=self.optional_text(taken, "locationName", name),
            output_namespace=self.namespace(taken, name),
            result_wrapper=self.optional_text(taken, "resultWrapper", name),
            pagination=pagination,
            waiters=waiters,
            traits=self.data(table, "operation"),
        )

    def without_labels(self, name: str, uri: str, target: str | None) -> str:
        """The URI without labels in its query string. Members of the input that are such become parameters."""
        try:
            rest, labels = without_labels(uri)
        except ValueError as error:
            raise self.error(f"{uri!r} {error}", name, "requestUri") from None
        if self.query_labels.setdefault(target, labels) != labels:
            raise self.error(f"another operation takes {target}, too, but with other labels", name, "requestUri")
        members = self.mapping(self.raw_shapes[target], "shape", target).get("members", {}) if target and labels else {}
        places = [
            (key, raw) for key, raw in self.mapping(members, "members", target).items() if isinstance(raw, Mapping)
        ]
        # What is malformed is left to the reader of shapes, which says where.
        given = {str(raw.get("locationName", key)) for key, raw in places if raw.get("location") == "uri"}
        if missing := sorted(labels.keys() - given):
            raise self.error(f"{uri!r} has labels that are not members: {', '.join(missing)}", name, "requestUri")
        return rest

    def known(self, target: str, shape: str) -> str:
        if target not in self.raw_shapes:
            raise self.error(f"refers to the missing shape {target!r}", shape, "shape")
        return target

    def message(self, table: Mapping[str, Any], operation: str, *, may_be_union: bool = True) -> str:
        """The shape of an operation's input or output, or of an error: a structure."""
        target = self.known(self.text(table, "shape", operation), operation)
        raw = self.mapping(self.raw_shapes[target], "shape", target)
        kind: Kind | None = next((known for known in KINDS if known == raw.get("type")), None)
        found = "union" if raw.get("union") and not may_be_union else kind
        # A type that nobody knows is left to the reader of shapes.
        if found not in ("structure", None):
            raise self.error(f"expected a structure, {target} is a {found}", operation, "shape")
        return target

    def namespace(self, table: Mapping[str, Any], shape: str | None) -> Namespace | None:
        raw = table.get("xmlNamespace")
        if raw is None:
            return None
        if isinstance(raw, str):
            return Namespace(raw)
        inner = self.table(raw, "xmlNamespace", shape)
        return Namespace(self.text(inner, "uri", shape), self.optional_text(inner, "prefix", shape))

    def reference(self, raw: object, context: str, shape: str) -> Reference:
        """The reference; like botocore, it begins with the wire traits of its target."""
        place = self.table(raw, context, shape)
        target = self.known(self.text(place, "shape", shape), shape)
        own = self.mapping(self.raw_shapes[target], "shape", target)
        merged = {**own, **place}
        timestamp_format = merged.get("timestampFormat")
        if timestamp_format is not None and timestamp_format not in TIMESTAMP_FORMATS:
            raise self.error(f"unknown timestamp format {timestamp_format!r}", shape, "timestampFormat")
        is_attribute = bool(place.get("xmlAttribute"))
        if is_attribute and self.speaks_xml and own.get("type") in _WITH_ELEMENTS and not own.get("document"):
            raise self.error(f"a {own['type']} cannot be an attribute of XML", shape, "xmlAttribute")
        # The locationName of a structure is what it is called as the root of a document, not as a member.
        names = place if own.get("type") == "structure" else merged
        return Reference(
            target=target,
            documentation=self.text(place, "documentation", shape, default=""),
            location=self.optional_text(place, "location", shape) if self.binds_http else None,
            location_name=self.optional_text(names, "locationName", shape),
            query_name=self.optional_text(place, "queryName", shape),
            flattened=bool(merged.get("flattened")),
            xml_attribute=is_attribute,
            xml_namespace=self.namespace(merged, shape),
            timestamp_format=TIMESTAMP_FORMATS[timestamp_format] if timestamp_format else None,
            milliseconds=bool(merged.get("milliseconds")),
            fraction=bool(merged.get("fraction")),
            streaming=bool(merged.get("streaming")),
            # botocore acts on it for strings alone; 1.44.8 has a blob with it, which is none the less bytes.
            jsonvalue=bool(merged.get("jsonvalue")) and own.get("type") == "string",
            sensitive=bool(merged.get("sensitive")),
            traits=self.data(place, context),
        )

    def member(self, shape: str, name: str, raw: object, *, required: bool) -> Member:
        """The member; one that is a label in a query string is a parameter there."""
        reference = self.member_reference(shape, name, raw)
        parameter = self.query_labels.get(shape, {}).get(reference.location_name or name)
        if reference.location != "uri" or parameter is None:
            return Member(name, reference, required)
        # As every label it has to be there.
        return Member(name, evolve(reference, location="querystring", location_name=parameter), required=True)

    def member_reference(self, shape: str, member: str, raw: object) -> Reference:
        """The reference of a member. A location counts in the messages that have such a place; elsewhere the member is
        in the body, as Smithy has it for a label in an output, say. A shape that nothing uses may be any message's.
        """
        reference = self.reference(raw, "member", f"{shape}.{member}")
        if reference.location is None:
            return reference
        is_free = not any(shape in used for used in (self.nested, self.requests, self.responses))
        places = (_REQUEST_PLACES if is_free or shape in self.requests else frozenset()) | (
            _RESPONSE_PLACES if is_free or shape in self.responses else frozenset()
        )
        if reference.location not in _REQUEST_PLACES | _RESPONSE_PLACES:
            raise self.error(f"unknown location {reference.location!r}", shape, member)
        return reference if reference.location in places else evolve(reference, location=None)

    def shape(self, name: str, raw: object) -> Shape:
        given = self.mapping(raw, "shape", name).get("type")
        kind: Kind | None = next((known for known in KINDS if known == given), None)
        if kind is None:
            raise self.error(f"unknown type {given!r}", name, "type")
        table = self.table(raw, kind, name)
        for key in ("min", "max"):
            if (
                kind not in ("float", "double")
                and isinstance(bound := table.get(key), float)
                and not bound.is_integer()
            ):
                raise self.error(f"expected a whole number, got {bound}", name, key)
        read = {"structure": self.structure, "list": self.list, "map": self.map}.get(kind)
        return Shape(
            name=name,
            kind=kind,
            documentation=self.text(table, "documentation", name, default=""),
            sensitive=bool(table.get("sensitive")),
            sparse=bool(table.get("sparse")),
            enum=tuple(table.get("enum", ())),
            minimum=table.get("min"),
            maximum=table.get("max"),
            pattern=self.optional_text(table, "pattern", name),
            traits=self.data(table, kind),
            **(read(name, table) if read else {}),
        )

    def structure(self, name: str, table: Mapping[str, Any]) -> dict[str, Any]:
        raw_members = self.named(table.get("members", {}), "members", name)
        required = table.get("required", ())
        for member in required:
            if member not in raw_members:
                raise self.error(f"requires the missing member {member!r}", name, "required")
        for member, raw in raw_members.items():
            if isinstance(raw, Mapping):
                self.check_other_members(name, member, raw, raw_members)
        payload = self.optional_text(table, "payload", name) if self.binds_http else None
        if payload is not None and payload not in raw_members:
            raise self.error(f"names the missing member {payload!r}", name, "payload")
        return {
            "members": tuple(
                self.member(name, member, raw, required=member in required) for member, raw in raw_members.items()
            ),
            "root_name": self.optional_text(table, "locationName", name),
            "root_namespace": self.namespace(table, name),
            "union": bool(table.get("union")),
            "document": bool(table.get("document")),
            "event_stream": bool(table.get("eventstream")),
            "payload": payload,
            "error": self.error_traits(name, table),
        }

    def check_other_members(
        self, name: str, member: str, raw: Mapping[str, Any], raw_members: Mapping[str, Any]
    ) -> None:
        """Refuses a member that names another one that is missing, or has the name of another one beside its own."""
        shape, alias = raw.get("shape"), raw.get("valueName")
        target = self.raw_shapes.get(shape) if isinstance(shape, str) else None
        for key, table in (("textMember", raw), ("md5Member", target)):
            other = table.get(key) if isinstance(table, Mapping) else None
            if isinstance(other, str) and other not in raw_members:
                raise self.error(f"names the missing member {other!r}", f"{name}.{member}", key)
        if isinstance(alias, str) and alias in raw_members:
            raise self.error(f"is the name of the member {alias!r}", f"{name}.{member}", "valueName")

    def error_traits(self, name: str, table: Mapping[str, Any]) -> ErrorTraits | None:
        if not (table.get("exception") or table.get("fault") or name in self.error_shapes):
            return None
        error = self.table(table.get("error", {}), "error", name)
        status = error.get("httpStatusCode")
        retryable = table.get("retryable")
        is_server = bool(table.get("fault") or error.get("fault")) or (status is not None and status >= 500)
        is_client = bool(error.get("senderFault")) or (status is not None and status < 500)
        return ErrorTraits(
            code=self.text(error, "code", name, default=name),
            status=status,
            fault="server" if is_server else "client" if is_client else None,
            retryable=isinstance(retryable, Mapping) or retryable is True,
            throttling=isinstance(retryable, Mapping) and bool(retryable.get("throttling")),
        )

    def list(self, name: str, table: Mapping[str, Any]) -> dict[str, Any]:
        if "member" not in table:
            raise self.error("missing", name, "member")
        return {"item": self.reference(table["member"], "item", name)}

    def map(self, name: str, table: Mapping[str, Any]) -> dict[str, Any]:
        for key in ("key", "value"):
            if key not in table:
                raise self.error("missing", name, key)
        key_reference = self.reference(table["key"], "key", name)
        if self.raw_shapes[key_reference.target].get("type") != "string":
            raise self.error("expected a string shape", name, "key")
        return {"key": key_reference, "value": self.reference(table["value"], "value", name)}


def _referenced(raw_shapes: Mapping[str, Any]) -> set[str | None]:
    """The shapes that other shapes refer to. What is malformed is left to the reader, which says where."""
    places: list[Any] = []
    for raw in raw_shapes.values():
        if isinstance(raw, Mapping):
            members = raw.get("members")
            places += members.values() if isinstance(members, Mapping) else ()
            places += (raw.get(key) for key in ("member", "key", "value"))
    return {name for place in places if isinstance(place, Mapping) and isinstance(name := place.get("shape"), str)}


def read_service(
    name: str,
    document: Mapping[str, Any],
    file: str | None = None,
    ignored: AbstractSet[str] | None = frozenset(),
    companions: Mapping[str, str] = MappingProxyType({}),
) -> Service:
    """The service of a model's JSON. Keys that nobody classified are passed by where they are `ignored`, as `key` or as
    `context.key`; all of them where that is None. `companions` has the files that `pagination` and `waiters` are from.
    Raises `ModelError` that names service, shape and key.
    """
    return _Reader(name, file, document, ignored, companions).service_model()
