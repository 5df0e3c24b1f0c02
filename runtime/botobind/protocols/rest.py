"""restJson1 and restXml: members in the URI, in headers and in the status, the others in a document or one of them as
the whole body.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from botobind.errors import DecodeError, ServiceError
from botobind.formats import errors, header
from botobind.http import Headers, HttpRequest, HttpResponse, ResponseMetadata
from botobind.protocols import checksums, payloads
from botobind.protocols.base import Protocol, error_of_status, status_of
from botobind.protocols.documents import EVENT_STREAM_TYPE, JsonDocuments, XmlDocuments, blank, bytes_of
from botobind.protocols.paths import UriTemplate
from botobind.protocols.query import error_of_root

if TYPE_CHECKING:
    from botobind.http import Body
    from botobind.shapes import Shape

_OK, _NO_CONTENT = 200, 204
_CONTENT_TYPE = "Content-Type"
_LONGEST_PROLOG = 500
"""Where an answer is an error, its root begins within so many bytes."""


class RestProtocol(Protocol):
    """What both REST protocols share."""

    documents: ClassVar[JsonDocuments | XmlDocuments]
    payload_types: ClassVar[Mapping[str, str]]
    """The media types of payloads that are no structures, where a header member does not say another."""

    @cached_property
    def template(self) -> UriTemplate:
        """The operation's URI."""
        return UriTemplate(self.operation.uri)

    @abstractmethod
    def _absent_structure(self) -> bytes:
        """What stands in a body for a payload structure that is absent, or for members none of which is there."""

    @abstractmethod
    def _root(self, tag: str | None, namespace: str | None, shape: str) -> tuple[str, str]:
        """The root element and the declaration of its namespace."""

    def write_request(self, value: Shape | None) -> HttpRequest:
        """The request of an input."""
        value = self.with_tokens(value)
        operation = self.operation
        request = HttpRequest(
            method=operation.method, query=list(self.template.constants), host_prefix=self.host_prefix(value)
        )
        if value is None:
            request.path = self.template.expand({})
            return request
        request.path = self.template.expand(value.to_labels())
        request.query += value.to_query_string()
        root = self._root(operation.input_tag, operation.input_namespace, value.SHAPE)
        body, media_type = self._write_body(value, root)
        request.headers = _headers(value, media_type)
        request.body = body
        checksums.add(operation.traits, value, request)
        return request

    def _write_body(self, value: Shape, root: tuple[str, str]) -> tuple[Body, str | None]:
        """The body and its media type; None where that is not for the protocol to say."""
        if value.EVENTS is not None:
            from botobind.protocols import streams

            return streams.write(value, self.documents, None), EVENT_STREAM_TYPE
        if value.PAYLOAD is not None:
            member = getattr(value, value.PAYLOAD.attribute)
            if value.PAYLOAD.kind != "structure":
                media_type = None if member is None else self.payload_types.get(value.PAYLOAD.kind)
                return payloads.write(value.PAYLOAD, member), media_type
            if member is None:
                absent = b"" if value.PAYLOAD.is_union else self._absent_structure()
                return absent, self.documents.media_type if absent else None
            return self.documents.dump(member, value.PAYLOAD.tag, value.PAYLOAD.attributes), self.documents.media_type
        if self._has_body(value):
            return self.documents.dump(value, *root), self.documents.media_type
        return b"", None

    def _has_body(self, value: Shape) -> bool:
        return bool(value.MEMBERS if value.IN_BODY is None else value.IN_BODY)

    def read_request(self, request: HttpRequest) -> Shape | None:
        """The input of a request."""
        if self.input is None:
            return None
        value = self._read_body(self.input, request.body, request.headers)
        value.read_labels(self.template.labels_of(request.path))
        value.read_query_string(_parameters(request.query, self.template.constants))
        return value

    def _read_body(self, cls: type[Shape], body: Body, headers: Headers) -> Shape:
        """The value of headers and body; the members that are elsewhere are still to be read."""
        if cls.IN_BODY is None and cls.PAYLOAD is None and cls.EVENTS is None:
            return self.documents.load(cls, bytes_of(body))
        value = blank(cls)
        if cls.HEADERS:
            value.read_header(header.values_of(headers.pairs()))
        if cls.EVENTS is not None:
            from botobind.protocols import streams

            _, events = streams.read(cls, self.operation.values, self.documents, body, None)
            setattr(value, cls.EVENTS.attribute, events)
        elif cls.PAYLOAD is not None:
            payloads.read(value, cls.PAYLOAD, self.operation.values, self.documents, body)
        elif cls.IN_BODY:
            self.documents.fill(value, bytes_of(body))
        return value

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The answer with an output."""
        operation = self.operation
        response = HttpResponse(status=operation.status)
        if value is not None:
            root = self._root(operation.output_tag, operation.output_namespace, value.SHAPE)
            response.body, media_type = self._write_body(value, root)
            response.headers = _headers(value, media_type)
            if value.STATUS is not None and (status := getattr(value, value.STATUS)) is not None:
                response.status = status
        if response.status == _NO_CONTENT:
            if response.body not in (b"", b"{}"):
                # Some models have both, but HTTP knows no 204 with a body.
                response.status = _OK
            else:
                response.body = b""
                response.headers.pop(_CONTENT_TYPE, None)
        for name, text in self.stamp(request_id):
            response.headers.add(name, text)
        return response

    def read_output(self, response: HttpResponse, metadata: ResponseMetadata) -> Shape | ServiceError | None:
        """The output of an answer."""
        if self.output is None:
            return None
        value = self._read_body(self.output, response.body, response.headers)
        if value.STATUS is not None:
            setattr(value, value.STATUS, metadata.status)
        return value


class RestJsonProtocol(RestProtocol):
    """restJson1."""

    name: ClassVar[str] = "rest-json"
    documents = JsonDocuments()
    payload_types: ClassVar[Mapping[str, str]] = {
        "string": "text/plain",
        "blob": "application/octet-stream",
        "stream": "application/octet-stream",
        "document": "application/json",
    }

    def _absent_structure(self) -> bytes:
        return b"{}"

    def _root(self, tag: str | None, namespace: str | None, shape: str) -> tuple[str, str]:  # noqa: ARG002 - JSON has none
        return "", ""

    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The answer with the error as its body, named in a header."""
        from botobind.formats import json

        tree = errors.to_json_body(error)
        error_type = header.write_string(errors.wire_name(error))
        headers = Headers(
            [*errors.to_header(error), (_CONTENT_TYPE, self.documents.media_type), *self.stamp(request_id)]
        )
        # Some errors have a member in this header, which cannot say anything else.
        headers["x-amzn-errortype"] = error_type
        return HttpResponse(status=status_of(error), headers=headers, body=json.dump(tree))

    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error of the body; a header names it, or `__type`, or `code`."""
        from botobind.protocols.rpc import with_members

        tree = self.documents.tree(body)
        if not isinstance(tree, dict):
            raise DecodeError("expected an object")
        name = errors.error_name(response.headers.get("x-amzn-errortype", "")) or errors.type_of(tree)
        if not name:
            return with_members(error_of_status(metadata.status, body), tree)
        error: ServiceError = self.operation.error_of_json(name, tree)
        if isinstance(error, errors.ErrorShape) and error.HEADERS:
            error.read_header(header.values_of(response.headers.pairs()))
        return error


class RestXmlProtocol(RestProtocol):
    """restXml."""

    name: ClassVar[str] = "rest-xml"
    documents = XmlDocuments()
    # None for blobs: S3 would keep it as the type of the object.
    payload_types: ClassVar[Mapping[str, str]] = {"string": "text/plain"}

    def _absent_structure(self) -> bytes:
        return b""

    def _root(self, tag: str | None, namespace: str | None, shape: str) -> tuple[str, str]:
        uri = namespace or self.service.xml_namespace
        return tag or shape, f' xmlns="{uri}"' if uri else ""

    @property
    def _is_unwrapped(self) -> bool:
        # S3's GetBucketLocation answers with its only member as the root element (Smithy: s3UnwrappedXmlOutput).
        return bool(self.operation.traits.get("s3UnwrappedXmlOutput"))

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The answer with an output."""
        response = super().write_response(value, request_id)
        if self._is_unwrapped and value is not None:
            from botobind.formats import xml

            ((attribute, name),) = value.MEMBERS.items()
            text = getattr(value, attribute) or ""
            declaration = self._root(None, None, "")[1]
            response.body = xml.dump([f"<{name}{declaration}>{xml.write_string(text)}</{name}>"])
        return response

    def read_output(self, response: HttpResponse, metadata: ResponseMetadata) -> Shape | ServiceError | None:
        """The output of an answer. S3 reports some errors after it has begun to answer with 200: their root tells."""
        payload = self.output.PAYLOAD if self.output else None
        is_raw = payload is not None and payload.kind != "structure"
        if is_raw or not isinstance(response.body, bytes) or not _may_be_error(response.body[:_LONGEST_PROLOG]):
            return self._read_output(response, metadata)
        root: Any = self.documents.tree(response.body)
        if root.tag in ("Error", "ErrorResponse"):
            return error_of_root(self, root, {}, metadata)
        return self._read_output(response, metadata)

    def _read_output(self, response: HttpResponse, metadata: ResponseMetadata) -> Shape | ServiceError | None:
        if not self._is_unwrapped or self.output is None:
            return super().read_output(response, metadata)
        root: Any = self.documents.tree(bytes_of(response.body))
        value = blank(self.output)
        ((attribute, name),) = value.MEMBERS.items()
        found = root if root.tag == name and not len(root) else root.find(name)
        setattr(value, attribute, (found.text if found is not None else None) or None)
        return value

    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The answer with `Error` inside of `ErrorResponse`, or, as S3 has it, without that."""
        from botobind.formats import xml
        from botobind.protocols.query import request_id_element

        inner = errors.xml_pieces(error, with_fault=self.service.wraps_errors)
        id_element = [] if request_id is None else [request_id_element("RequestId", request_id)]
        if self.service.wraps_errors:
            declaration = self._root(None, None, "")[1]
            pieces = [f"<ErrorResponse{declaration}>", *inner, *id_element, "</ErrorResponse>"]
        else:
            pieces = [*inner[:-1], *id_element, inner[-1]]
        headers = Headers(
            [(_CONTENT_TYPE, self.documents.media_type), *errors.to_header(error), *self.stamp(request_id)]
        )
        body = b"" if self.operation.method == "HEAD" else xml.dump(pieces)
        return HttpResponse(status=status_of(error), headers=headers, body=body)

    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error inside of the document; without one the status has to do."""
        if not body:
            return error_of_status(metadata.status)
        root: Any = self.documents.tree(body)
        return error_of_root(self, root, header.values_of(response.headers.pairs()), metadata)


def _may_be_error(start: bytes) -> bool:
    # An event stream begins with a length, so whatever its first events hold, this is not the root of a document.
    return b"<Error" in start and start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _headers(value: Shape, media_type: str | None) -> Headers:
    """The headers of a value; a member that is the media type goes before the protocol's."""
    headers = Headers(value.to_header())
    if media_type is not None and _CONTENT_TYPE not in headers:
        headers.add(_CONTENT_TYPE, media_type)
    return headers


def _parameters(query: list[tuple[str, str]], constants: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """The values of each parameter, without the constant ones."""
    parameters: dict[str, list[str]] = {}
    rest = list(query)
    for constant in constants:
        if constant in rest:
            rest.remove(constant)
    for name, value in rest:
        parameters.setdefault(name, []).append(value)
    return parameters
