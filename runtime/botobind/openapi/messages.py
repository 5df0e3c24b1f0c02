"""Requests and responses of operations as OpenAPI describes them, protocol by protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from botobind import schema
from botobind.attributes import frozen
from botobind.bodies.body_codecs import EVENT_STREAM_TYPE
from botobind.jsonschema import SchemaWriter
from botobind.openapi.schemas import BINARY, CborWriter, XmlWriter, form_of, named_in_xml
from botobind.protocols.paths import UriTemplate
from botobind.protocols.rest import PARTIAL_CONTENT, may_be_partial
from botobind.protocols.service import Service, service_of
from botobind.rules.bindings import Binding, bindings_of

if TYPE_CHECKING:
    from botobind.operations import Operation
    from botobind.shapes import ErrorShape, Shape

__all__ = ["AT", "Messages", "Request", "constant_headers", "messages_of"]

AT = "#/components/schemas/"
_REQUEST_ID = {"RequestId": {"type": "string"}}
_IGNORED = frozenset({"accept", "content-type", "authorization"})
"""Headers that OpenAPI describes in other places than among parameters."""

_Schema = dict[str, Any]


@frozen()
class Request:
    """Where an operation's requests go and what they hold."""

    path: str
    """With its labels in braces."""
    marks: tuple[tuple[str, ...], ...]
    """What tells the operation from others of the same path, from what is always said to what is not."""
    parameters: list[dict[str, Any]]
    body: dict[str, Any] | None


class Messages:
    """The messages of a service in a protocol."""

    writer: ClassVar[type[SchemaWriter]] = SchemaWriter
    media_type: str = "application/json"

    def __init__(self, service: Service) -> None:
        self.service = service
        self.schemas = self.writer(lambda target: {"$ref": f"{AT}{target.__name__}"})

    def request(self, operation: Operation[Any, Any, Any]) -> Request:
        """The request of an operation."""
        raise NotImplementedError

    def response(self, operation: Operation[Any, Any, Any]) -> dict[str, Any]:
        """The response of success."""
        raise NotImplementedError

    def statuses(self, operation: Operation[Any, Any, Any]) -> tuple[str, ...]:
        """The statuses of responses that are no errors."""
        return (str(operation.status),)

    def error_schema(self, errors: Iterable[type[ErrorShape]]) -> _Schema:
        """The schema of the body of one of some errors, or of any."""
        raise NotImplementedError

    def error_headers(self) -> dict[str, Any]:
        """The headers of errors."""
        return {}

    def error(self, operation: Operation[Any, Any, Any], errors: list[type[ErrorShape]]) -> dict[str, Any]:
        """The response with one of some errors, or with any."""
        found: dict[str, Any] = {"description": ", ".join(each.__name__ for each in errors) or "Any other error."}
        headers = {**self.error_headers(), **_response_headers(errors)}
        if headers:
            found["headers"] = headers
        if operation.method != "HEAD":
            found["content"] = {self.media_type: {"schema": self.error_schema(errors)}}
        return found

    def body(self, cls: type[Shape]) -> _Schema:
        """The schema of the document that is the body of a class's messages."""
        return self.schemas.structure(cls, in_body=True) if cls.IN_BODY is not None else self.reference(cls)

    def reference(self, cls: type[Shape]) -> _Schema:
        """The reference to a class's schema."""
        return self.schemas.node(schema.Reference(cls), _NO_PLAN)

    def events(self, operation: Operation[Any, Any, Any], cls: type[Shape]) -> dict[str, Any]:
        """The content of an event stream."""
        name = cls.EVENTS.shape if cls.EVENTS is not None else ""
        items = self.reference(getattr(operation.values, name))
        stream = {"type": "string", "contentMediaType": EVENT_STREAM_TYPE}
        return {EVENT_STREAM_TYPE: {"schema": {**stream, "contentSchema": {"type": "array", "items": items}}}}


_NO_PLAN: Any = None


class _RpcMessages(Messages):
    """One document; the operation is named in a header or in the path."""

    def request(self, operation: Operation[Any, Any, Any]) -> Request:
        """The request of an operation."""
        path, mark, headers = self._address(operation)
        cls = operation.input
        if cls is None:
            content: dict[str, Any] = {self.media_type: {"schema": {"type": "object"}}}
        else:
            content = self._content(operation, cls)
        constants = [_constant("header", name, text) for name, text in headers]
        if self.service.query_compatible:
            # For codes of errors as they were when the service spoke awsQuery.
            constants.append({**_constant("header", "x-amzn-query-mode", "true"), "required": False})
        return Request(path, ((mark,),) if mark else (), constants, {"required": True, "content": content})

    def _address(self, operation: Operation[Any, Any, Any]) -> tuple[str, str, list[tuple[str, str]]]:
        raise NotImplementedError

    def response(self, operation: Operation[Any, Any, Any]) -> dict[str, Any]:
        """The response of success."""
        cls = operation.output
        if cls is None:
            return {"description": "Done."}
        return {"description": cls.__name__, "content": self._content(operation, cls)}

    def _content(self, operation: Operation[Any, Any, Any], cls: type[Shape]) -> dict[str, Any]:
        return self.events(operation, cls) if cls.EVENTS is not None else {self.media_type: {"schema": self.body(cls)}}

    def error_headers(self) -> dict[str, Any]:
        """The headers of errors."""
        text = {"description": "The code as awsQuery had it, and whose fault it is.", "schema": {"type": "string"}}
        return {"x-amzn-query-error": text} if self.service.query_compatible else {}

    def error_schema(self, errors: Iterable[type[ErrorShape]]) -> _Schema:
        """The schema of the body of one of some errors, or of any."""
        named = {"type": "object", "properties": {"__type": {"type": "string"}}, "required": ["__type"]}
        return _one_of(named, [self.body(each) for each in errors])


class _JsonMessages(_RpcMessages):
    """awsJson1.0 and awsJson1.1: all operations are at one path."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.media_type = f"application/x-amz-json-{service.json_version}"

    def _address(self, operation: Operation[Any, Any, Any]) -> tuple[str, str, list[tuple[str, str]]]:
        target = f"{self.service.target_prefix}.{operation.wire_name}"
        return "/", f"X-Amz-Target={target}", [("X-Amz-Target", target)]


class _CborMessages(_RpcMessages):
    """rpcv2Cbor."""

    writer = CborWriter
    media_type = "application/cbor"

    def _address(self, operation: Operation[Any, Any, Any]) -> tuple[str, str, list[tuple[str, str]]]:
        path = f"/service/{self.service.target_prefix}/operation/{operation.wire_name}"
        return path, "", [("smithy-protocol", "rpc-v2-cbor")]


class _QueryMessages(Messages):
    """awsQuery: a form, and a document of XML."""

    writer = XmlWriter
    media_type = "text/xml"
    has_result = True

    def request(self, operation: Operation[Any, Any, Any]) -> Request:
        """The request of an operation."""
        constants = {"Action": operation.wire_name, "Version": self.service.api_version}
        content = {"application/x-www-form-urlencoded": {"schema": form_of(operation.input, constants)}}
        return Request("/", ((f"Action={operation.wire_name}",),), [], {"required": True, "content": content})

    def response(self, operation: Operation[Any, Any, Any]) -> dict[str, Any]:
        """The response of success."""
        cls = operation.output
        found = {"type": "object"} if cls is None else self.body(cls)
        if self.has_result:
            wrapper = operation.result_wrapper or f"{operation.wire_name}Result"
            metadata = {"type": "object", "properties": dict(_REQUEST_ID)}
            found = {"type": "object", "properties": {wrapper: found, "ResponseMetadata": metadata}}
        root = named_in_xml(found, f"{operation.wire_name}Response", self.service.xml_namespace)
        description = "Done." if cls is None else cls.__name__
        return {"description": description, "content": {self.media_type: {"schema": root}}}

    def error_schema(self, errors: Iterable[type[ErrorShape]]) -> _Schema:
        """The schema of the body of one of some errors, or of any."""
        found = {"type": "object", "properties": {"Error": xml_error(self, errors), **_REQUEST_ID}}
        return named_in_xml(found, "ErrorResponse", self.service.xml_namespace)


def xml_error(messages: Messages, errors: Iterable[type[ErrorShape]]) -> _Schema:
    """The schema of the element `Error`."""
    text = {"type": "string"}
    named = {"type": "object", "properties": {"Type": text, "Code": text, "Message": text}, "required": ["Code"]}
    return _one_of(named, [messages.body(each) for each in errors])


class _Ec2Messages(_QueryMessages):
    """ec2Query."""

    has_result = False

    def error_schema(self, errors: Iterable[type[ErrorShape]]) -> _Schema:
        """The schema of the body of one of some errors, or of any."""
        items = {"type": "array", "items": named_in_xml(xml_error(self, errors), "Error"), "xml": {"wrapped": True}}
        return named_in_xml(
            {"type": "object", "properties": {"Errors": items, "RequestID": {"type": "string"}}}, "Response"
        )


class _RestMessages(Messages):
    """Members in the URI, in headers and in the body."""

    payload_types: ClassVar[Mapping[str, str]] = {"string": "text/plain", "document": "application/json"}

    def request(self, operation: Operation[Any, Any, Any]) -> Request:
        """The request of an operation."""
        template = UriTemplate(operation.uri)
        cls = operation.input
        located = [] if cls is None else bindings_of(cls, "uri", "querystring", "header", "headers")
        own = [_parameter(cls, each, template) for each in located if cls and each.lower_name not in _IGNORED]
        parameters = [_constant("query", *pair) for pair in template.constants]
        required: dict[str, list[str]] = {"query": [], "header": []}
        for each in own:
            if each["in"] != "path" and each.get("required"):
                required[each["in"]].append(each["name"])
        constants = tuple(f"{name}={value}" if value else name for name, value in template.constants)
        marks = (constants, tuple(required["query"]), tuple(required["header"]))
        body = None if cls is None else self._request_body(operation, cls)
        return Request(operation.uri.partition("?")[0].replace("+}", "}"), marks, [*parameters, *own], body)

    def _request_body(self, operation: Operation[Any, Any, Any], cls: type[Shape]) -> dict[str, Any] | None:
        content = self._content(operation, cls, operation.input_tag, operation.input_namespace)
        if not content:
            return None
        in_body = [member.attribute for member in schema.members_of(cls) if _is_in_body(cls, member.attribute)]
        return {"required": not cls.REQUIRED.isdisjoint(in_body), "content": content}

    def response(self, operation: Operation[Any, Any, Any]) -> dict[str, Any]:
        """The response of success."""
        cls = operation.output
        if cls is None:
            return {"description": "Done."}
        found: dict[str, Any] = {"description": cls.__name__}
        headers = _response_headers([cls])
        if headers:
            found["headers"] = headers
        content = self._content(operation, cls, operation.output_tag, operation.output_namespace)
        if content and operation.method != "HEAD" and operation.status != 204:
            found["content"] = content
        return found

    def statuses(self, operation: Operation[Any, Any, Any]) -> tuple[str, ...]:
        """See `Messages.statuses`. A member may say another one."""
        output = operation.output
        found = super().statuses(operation)
        if output is not None and output.STATUS is not None:
            return (*found, "2XX")
        if output is not None and may_be_partial(output):
            return (*found, str(PARTIAL_CONTENT))
        return found

    def _content(
        self, operation: Operation[Any, Any, Any], cls: type[Shape], tag: str | None, namespace: str | None
    ) -> dict[str, Any]:
        if cls.EVENTS is not None:
            return self.events(operation, cls)
        payload = cls.PAYLOAD
        if payload is None:
            if not cls.MEMBERS or cls.IN_BODY == ():
                return {}
            if operation.traits.get("s3UnwrappedXmlOutput") and cls is operation.output:
                # The only member is the root.
                [tag] = cls.MEMBERS.values()
                found: _Schema = {"type": "string"}
            else:
                found = self.body(cls)
            root = self.root(found, tag or cls.SHAPE, namespace or self.service.xml_namespace)
            return {self.media_type: {"schema": root}}
        if payload.kind == "structure":
            inner = getattr(operation.values, payload.shape or "")
            [reference] = [row for attribute, row in cls.SCHEMA.items() if attribute == payload.attribute]
            uri = (reference[-1].get("xmlNamespace") or (None,))[0]
            return {self.media_type: {"schema": self.root(self.reference(inner), payload.tag, uri)}}
        [node] = (each.node for each in schema.members_of(cls) if each.attribute == payload.attribute)
        if payload.kind in ("blob", "stream"):
            has_type = any(each.lower_name == "content-type" for each in bindings_of(cls, "header"))
            return {"*/*" if has_type else "application/octet-stream": {"schema": dict(BINARY)}}
        found = self.schemas.node(node, _NO_PLAN) if payload.kind == "string" else {}
        return {self.payload_types.get(payload.kind, self.media_type): {"schema": found}}

    def root(self, found: _Schema, tag: str, namespace: str | None) -> _Schema:  # noqa: ARG002 - for XML
        """The schema of a document."""
        return found

    def error_headers(self) -> dict[str, Any]:
        """The headers of errors."""
        return {"x-amzn-errortype": {"description": "The name of the error.", "schema": {"type": "string"}}}

    def error_schema(self, errors: Iterable[type[ErrorShape]]) -> _Schema:
        """The schema of the body of one of some errors, or of any."""
        return _one_of({"type": "object"}, [self.body(each) for each in errors])


class _RestXmlMessages(_RestMessages):
    """restXml."""

    writer = XmlWriter
    media_type = "application/xml"

    def root(self, found: _Schema, tag: str, namespace: str | None) -> _Schema:
        """The schema of a document."""
        return named_in_xml(found, tag, namespace)

    def error_headers(self) -> dict[str, Any]:
        """The headers of errors."""
        return {}

    def error_schema(self, errors: Iterable[type[ErrorShape]]) -> _Schema:
        """The schema of the body of one of some errors, or of any."""
        inner = xml_error(self, errors)
        if not self.service.wraps_errors:
            return named_in_xml(inner, "Error")
        found = {"type": "object", "properties": {"Error": inner, **_REQUEST_ID}}
        return named_in_xml(found, "ErrorResponse", self.service.xml_namespace)


_MESSAGES: Mapping[str, type[Messages]] = {
    "json": _JsonMessages,
    "smithy-rpc-v2-cbor": _CborMessages,
    "query": _QueryMessages,
    "ec2": _Ec2Messages,
    "rest-json": _RestMessages,
    "rest-xml": _RestXmlMessages,
}


def messages_of(values: Any, protocol: str) -> Messages:
    """The messages of a service, of its module `values`, in a protocol."""
    return _MESSAGES[protocol](service_of(values))


def _one_of(named: _Schema, errors: list[_Schema]) -> _Schema:
    """The schema of what has some members, and all those of one of several errors."""
    return {**named, "anyOf": errors} if errors else named


def constant_headers(headers: Iterable[tuple[str, str]], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parameters of headers that always have the same value, but for those that members or OpenAPI speak of."""
    known = {each["name"].lower() for each in others if each["in"] == "header"} | _IGNORED
    return [_constant("header", name, value) for name, value in headers if name.lower() not in known]


def _constant(place: str, name: str, value: str) -> dict[str, Any]:
    empty = {} if value or place != "query" else {"allowEmptyValue": True}
    return {"name": name, "in": place, "required": True, **empty, "schema": {"type": "string", "const": value}}


def _parameter(cls: type[Shape], binding: Binding, template: UriTemplate) -> dict[str, Any]:
    """The parameter of a member in the URI or in a header."""
    found, is_required = _located(cls, binding)
    if binding.location == "uri":
        greedy = any(is_greedy for name, is_greedy, _ in template.labels if name == binding.name)
        more: dict[str, Any] = {"x-greedy": True, "description": "May have slashes."} if greedy else {}
        return {"name": binding.name, "in": "path", "required": True, "schema": found, **more}
    needed = {"required": True} if is_required else {}
    if binding.location == "querystring":
        name = binding.name or binding.member
        return {"name": name, "in": "query", **needed, "schema": found, "style": "form", "explode": True}
    return {"name": _header_name(binding), "in": "header", **needed, **_of_prefix(binding), "schema": found}


def _response_headers(classes: Iterable[type[Shape]]) -> dict[str, Any]:
    """The headers of responses of some classes."""
    return {
        _header_name(each): {**_of_prefix(each), "schema": _located(cls, each)[0]}
        for cls in classes
        for each in bindings_of(cls, "header", "headers")
        if each.lower_name != "content-type"
    }


def _header_name(binding: Binding) -> str:
    return f"{binding.name}*" if binding.location == "headers" else binding.name


def _of_prefix(binding: Binding) -> dict[str, Any]:
    if binding.location != "headers":
        return {}
    return {"description": f"Each header whose name begins with {binding.name or 'nothing else'}.", "x-prefix": True}


def _located(cls: type[Shape], binding: Binding) -> tuple[_Schema, bool]:
    """The schema of a member that is not in the body, and whether it is required."""
    [member] = (each for each in schema.members_of(cls) if each.attribute == binding.attribute)
    node: Any = member.node
    if binding.location == "headers":
        return {"type": "string"}, member.required
    if isinstance(node, schema.Scalar) and node.kind == "document":
        return {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"}, member.required
    # Texts of headers and URIs are those of JSON, but for the format of timestamps, which the plan says.
    return SchemaWriter(lambda _: {}).node(node, binding.value), member.required


def _is_in_body(cls: type[Shape], attribute: str) -> bool:
    if cls.PAYLOAD is not None:
        return attribute == cls.PAYLOAD.attribute
    return cls.IN_BODY is None or attribute in cls.IN_BODY
