"""restJson1 and restXml: members in the URI, in headers and in the status, the others in a document or one of them as
the whole body.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from botobind import formats, hosts, protocols
from botobind.bodies.body_codecs import EVENT_STREAM_TYPE, JsonBodyCodec, XmlBodyCodec, allocated, bytes_of
from botobind.cached import cached_property
from botobind.errors import DecodeError, EncodeError, ServiceError
from botobind.http import Headers, HttpRequest, HttpResponse, ResponseMetadata, make_request, make_response
from botobind.markers import is_error
from botobind.protocols import checksums, mediatypes
from botobind.protocols.base import (
    FIRST_ERROR_STATUS,
    Protocol,
    checked_status,
    complete_error,
    second_id,
    status_of,
)
from botobind.protocols.httpbindings import (
    CONTENT_TYPE,
    LOWER_CONTENT_TYPE,
    BodyWriter,
    Reader,
    body_writer_of,
    headers_of,
    parameters_of,
    plain_writer_of,
    reader_of,
    with_length_checked,
)
from botobind.protocols.paths import UriTemplate
from botobind.shapes import Shape
from botobind.walker.addresses import label_reader_of, parameter_reader_of

if TYPE_CHECKING:
    from botobind.http import Body
    from botobind.operations import Operation
    from botobind.protocols.service import Service
    from botobind.protocols.strictcodecs import StrictJsonBodyCodec, StrictXmlBodyCodec

V = TypeVar("V")

_OK, _NO_CONTENT = 200, 204
PARTIAL_CONTENT = 206
"""The status of a response whose header `Content-Range` says which part it has of what there is."""
_CONTENT_RANGE = "content-range"
_begins_error = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<(?:\?[^>]*+|!--(?:[^-]|-(?!->))*+--)>\s*+)*+<(?:[\w.-]+:)?Error(?:Response)?[\s/>]"
).match
"""Whether the root of a document is that of an error. S3 sends blanks before it, any number, to keep a connection open
while it copies an object. An event stream begins with a length, so whatever its first events hold, this is not there.
"""


class RestProtocol(Protocol):
    """What both REST protocols share."""

    body_codec: ClassVar[JsonBodyCodec | XmlBodyCodec]
    of_any_type: ClassVar[tuple[str, ...]] = ("blob", "stream")
    """The kinds of payloads that may have any media type."""
    document_types: ClassVar[tuple[str, ...]]
    """The media types of documents that servers read."""
    payload_types: ClassVar[Mapping[str, str]]
    """The media types of payloads that are no structures, where a header member does not say another."""

    def __init__(self, operation: Operation[Any, Any, Any], service: Service) -> None:
        super().__init__(operation, service)
        # What is found out of the operation is found out when its first message comes.
        self._read_input: Callable[[Headers, Body], tuple[Shape, bool]] | None = None
        self._read_output: Reader | None = None
        self._write_output: BodyWriter | None = None

    @cached_property
    def template(self) -> UriTemplate:
        """The operation's URI."""
        return UriTemplate(self.operation.uri)

    @abstractmethod
    def _absent_structure(self) -> bytes:
        """What stands in the body of a request for a payload structure that is absent."""

    def _absent_output(self) -> bytes:
        """The output that an empty body stands for in a response."""
        return b""

    @abstractmethod
    def _root(self, tag: str | None, namespace: str | None, shape: str) -> tuple[str, str]:
        """The root element and the declaration of its namespace."""

    def _request_writer(self) -> Callable[[Any], HttpRequest]:
        cls, operation, template = self.input, self.operation, self.template
        method, constants = operation.method, template.constants
        host_prefix, prefix = self.host_prefix, self.fixed_host_prefix
        prefix_varies = bool(self.host_labels)
        if cls is None:
            return lambda _: make_request(method, template.expand({}), [*constants], [], b"", host_prefix(None))
        path_of = template.writer(cls)
        write_body = self._body_writer(cls, operation.input_tag, operation.input_namespace, self._absent_structure())
        has_parameters = cls.to_query_string is not Shape.to_query_string
        traits = operation.traits
        has_checksum = checksums.are_required(traits)

        def write(value: Shape) -> HttpRequest:
            before_host = host_prefix(value) if prefix_varies else prefix
            path = path_of(value)
            query = [*constants, *value.to_query_string()] if has_parameters else [*constants]
            body, media_type = write_body(value)
            request = make_request(method, path, query, headers_of(value, media_type), body, before_host)
            if has_checksum:
                checksums.add(traits, value, request)
            return request

        root = self._root(operation.input_tag, operation.input_namespace, cls.SHAPE)
        dump = plain_writer_of(cls, self.body_codec, root)
        if cls.HEADERS or has_parameters or has_checksum or prefix_varies or dump is None:
            return write
        content_type = (CONTENT_TYPE, self.body_codec.media_type)
        return lambda value: make_request(method, path_of(value), [*constants], [content_type], dump(value), prefix)

    def _body_writer(self, cls: type[Shape], tag: str | None, namespace: str | None, absent: bytes) -> BodyWriter:
        root = self._root(tag, namespace, cls.SHAPE)
        write = body_writer_of(cls, self.body_codec, self.payload_types, root, absent)
        # Responses to HEAD have the length of what they leave out.
        return write if self.operation.method == "HEAD" else with_length_checked(cls, write)

    def read_strictly(self, request: HttpRequest) -> tuple[Shape | None, bool]:
        """The input. Media types, texts in the URI and in headers, and the document are held against the model."""
        self._check_media_types(request)
        if self.input is None:
            return None, False
        labels = self.template.labels_of(self._path_of(request))
        parameters = parameters_of(request.query, self.template.constants)
        protocols.strict.check_labels(self.input, labels)
        protocols.strict.check_query_string(self.input, parameters)
        protocols.strict.check_headers(self.input, request.headers.by_lower_name())
        read = self._read_input
        if read is None:
            read = self._read_input = self._input_reader(self.input)
        value, keeps_constraints = read(request.headers, request.body)
        label_reader_of(self.input)(value, labels)
        parameter_reader_of(self.input)(value, parameters)
        return value, keeps_constraints

    def member_called(self, name: str) -> str:
        """The member of the input that requests call by a name."""
        return name if self.input is None else protocols.places.member_called(self.input, name)

    def _check_media_types(self, request: HttpRequest) -> None:
        headers = request.headers.by_lower_name()
        if self._answer_types:
            mediatypes.check_accept(headers, self._answer_types)
        # A document speaks for itself; what text is, has to be said. The SDK for Ruby has an empty header where S3's
        # documents are to have none.
        if request.body and self._body_types and (self._document_class is None or headers.get(LOWER_CONTENT_TYPE)):
            mediatypes.check_content_type(headers, self._body_types)

    def _path_of(self, request: HttpRequest) -> str:
        if self.service.virtual_hosts is None:
            return request.path
        return hosts.in_path(request, self.service.virtual_hosts).path

    def _input_reader(self, cls: type[Shape]) -> Callable[[Headers, Body], tuple[Shape, bool]]:
        values = self.operation.values
        if cls.EVENTS is not None:
            read = reader_of(cls, self.body_codec, values, is_request=True)
        elif cls.PAYLOAD is None and cls.IN_BODY is None:
            load = self._strict_codec().sure_loader(cls)
            return lambda _, body: load(bytes_of(body))
        else:
            read = reader_of(cls, self._strict_codec(), values, is_request=True)
        return lambda headers, body: (read(headers, body), False)

    @abstractmethod
    def _strict_codec(self) -> StrictJsonBodyCodec | StrictXmlBodyCodec:
        """The documents of requests."""

    @cached_property
    def _document_class(self) -> type[Shape] | None:
        """The class of the document in a request."""
        cls = self.input
        if cls is None or cls.EVENTS is not None:
            return None
        if cls.PAYLOAD is None:
            return cls if cls.IN_BODY is None or cls.IN_BODY else None
        is_structure = cls.PAYLOAD.kind == "structure"
        return getattr(self.operation.values, cls.PAYLOAD.shape or "") if is_structure else None

    @cached_property
    def _body_types(self) -> tuple[str, ...]:
        return self._media_types(self.input)

    @cached_property
    def _answer_types(self) -> tuple[str, ...]:
        """The media types that the client has to accept. Where `Accept` is a member it is for the program to read."""
        is_member = self.input is not None and any(
            place.name.lower() == "accept" for place in protocols.places.in_headers(self.input)
        )
        return () if is_member else self._media_types(self.output)

    def _media_types(self, cls: type[Shape] | None) -> tuple[str, ...]:
        """The media types of a class's bodies; none where any will do: a member may say, or a blob's own type, which
        botocore's models don't have.
        """
        if cls is None or any(place.name.lower() == LOWER_CONTENT_TYPE for place in protocols.places.in_headers(cls)):
            return ()
        if cls.EVENTS is not None:
            return (EVENT_STREAM_TYPE,)
        if cls.PAYLOAD is None:
            return self.document_types if cls.MEMBERS and cls.IN_BODY != () else ()
        if cls.PAYLOAD.kind in self.of_any_type:
            return ()
        media_type = self.payload_types.get(cls.PAYLOAD.kind)
        return (media_type,) if media_type else self.document_types

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The response with an output."""
        operation = self.operation
        status, body, headers = operation.status, cast("Body", b""), cast("list[tuple[str, str]]", [])
        if value is not None:
            write = self._write_output
            if write is None:
                cls = self.output or type(value)
                tag, namespace = operation.output_tag, operation.output_namespace
                write = self._write_output = self._body_writer(cls, tag, namespace, self._absent_output())
            body, media_type = write(value)
            headers = headers_of(value, media_type)
            if value.STATUS is not None and (given := getattr(value, value.STATUS)) is not None:
                status = _status_in(value, given)
            elif self._may_be_partial and any(name.lower() == _CONTENT_RANGE for name, _ in headers):
                status = PARTIAL_CONTENT
        if status == _NO_CONTENT:
            if body not in (b"", b"{}"):
                # Some models have both, but HTTP knows no 204 with a body.
                status = _OK
            else:
                body = b""
                headers = [pair for pair in headers if pair[0].lower() != LOWER_CONTENT_TYPE]
        headers += self.stamp(request_id)
        return make_response(status, headers, body)

    @cached_property
    def _may_be_partial(self) -> bool:
        """Whether responses may be of a part of what there is: HTTP has a status of its own for those."""
        return self.output is not None and may_be_partial(self.output)

    def read_response(
        self, response: HttpResponse, metadata: ResponseMetadata | None = None
    ) -> Shape | ServiceError | None:
        """The output of a response, or its error."""
        if response.status >= FIRST_ERROR_STATUS:
            return self.error_of(response, metadata)
        return self.read_output(response)

    def read_output(self, response: HttpResponse) -> Shape | None:
        """The output of a response that is no error."""
        read = self._read_output
        if read is None:
            if self.output is None:
                return None
            read = self._read_output = reader_of(self.output, self.body_codec, self.operation.values)
        # The property that `headers` is takes longer than all that is done with it here.
        value: Shape = read(response._headers, response.body)  # type: ignore[attr-defined] # noqa: SLF001
        if value.STATUS is not None:
            setattr(value, value.STATUS, response.status)
        return value


class RestJsonProtocol(RestProtocol):
    """restJson1.

    https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
    """

    name: ClassVar[str] = "rest-json"
    body_codec = JsonBodyCodec()
    document_types = (JsonBodyCodec.media_type,)
    payload_types: ClassVar[Mapping[str, str]] = {
        "string": "text/plain",
        "blob": "application/octet-stream",
        "stream": "application/octet-stream",
        "document": "application/json",
    }

    def _strict_codec(self) -> StrictJsonBodyCodec:
        return protocols.strictcodecs.StrictJsonBodyCodec()

    def _absent_structure(self) -> bytes:
        return b"{}"

    def _root(self, tag: str | None, namespace: str | None, shape: str) -> tuple[str, str]:  # noqa: ARG002 - JSON has none
        return "", ""

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The response with an output; one that has nothing for the body is an empty object."""
        response = super().write_response(value, request_id)
        if self._answers_with_document and response.body == b"" and response.status != _NO_CONTENT:
            response.body = b"{}"
            if CONTENT_TYPE not in response.headers:
                response.headers[CONTENT_TYPE] = self.body_codec.media_type
        return response

    @cached_property
    def _answers_with_document(self) -> bool:
        return self.output is not None and self.output.PAYLOAD is None and self.output.EVENTS is None

    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The response with the error as its body, named in a header."""
        tree = formats.errors.to_json_body(error)
        error_type = formats.header.write_string(formats.errors.wire_name(error))
        headers = Headers(
            [*formats.errors.to_header(error), (CONTENT_TYPE, self.body_codec.media_type), *self.stamp(request_id)]
        )
        # Some errors have a member in this header, which cannot say anything else.
        headers["x-amzn-errortype"] = error_type
        return HttpResponse(status=status_of(error), headers=headers, body=formats.json.dump(tree))

    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error of the body; a header names it, or `__type`, or `code`."""
        tree = self.body_codec.tree(body)
        if not isinstance(tree, dict):
            raise DecodeError("expected an object")
        name = formats.errors.error_name(response.headers.get("x-amzn-errortype", "")) or formats.errors.type_of(tree)
        if not name:
            return protocols.nameless.with_members(protocols.nameless.error_of_status(metadata.status, body), tree)
        error: ServiceError = self.operation.error_of_json(name, tree)
        if is_error(error) and error.HEADERS:
            error.read_header(response.headers.by_lower_name(), response.headers.pairs())
        return error


class RestXmlProtocol(RestProtocol):
    """restXml.

    https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
    """

    name: ClassVar[str] = "rest-xml"
    body_codec = XmlBodyCodec()
    # S3's bucket policies are texts that are JSON, and come as such or as nothing.
    of_any_type = ("blob", "stream", "string")
    document_types = (XmlBodyCodec.media_type, "text/xml")
    # None for blobs: S3 would keep it as the type of the object.
    payload_types: ClassVar[Mapping[str, str]] = {"string": "text/plain"}

    def _strict_codec(self) -> StrictXmlBodyCodec:
        payload = self.input.PAYLOAD if self.input else None
        # Smithy calls the root of a payload as its structure, botocore as its member, unless the model says a name.
        roots = (self.operation.input_tag,) if payload is None else (payload.tag, payload.shape)
        return protocols.strictcodecs.StrictXmlBodyCodec(tuple(dict.fromkeys(root for root in roots if root)))

    def _absent_structure(self) -> bytes:
        return b""

    def _absent_output(self) -> bytes:
        # To a client a response that lacks its document has broken off.
        payload = self.output.PAYLOAD if self.output else None
        return b"" if payload is None else f"<{payload.tag}{payload.attributes}/>".encode()

    def _root(self, tag: str | None, namespace: str | None, shape: str) -> tuple[str, str]:
        uri = namespace or self.service.xml_namespace
        return tag or shape, f' xmlns="{uri}"' if uri else ""

    @cached_property
    def _is_unwrapped(self) -> bool:
        # S3's GetBucketLocation answers with its only member as the root element (Smithy: s3UnwrappedXmlOutput).
        return bool(self.operation.traits.get("s3UnwrappedXmlOutput"))

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The response with an output."""
        return self._with_references(self._write_output_of, value, request_id)

    def _with_references(
        self, write: Callable[[V, str | None], HttpResponse], value: V, request_id: str | None
    ) -> HttpResponse:
        """What a writer makes of a value; control characters become references where the service writes them so."""
        try:
            return write(value, request_id)
        except EncodeError:
            if not self.service.control_references:
                raise
        response = write(protocols.controls.hold(value), request_id)
        if isinstance(response.body, bytes):
            response.body = protocols.controls.release(response.body)
        response.headers = Headers(
            [(name, protocols.controls.release_text(text)) for name, text in response.headers.pairs()]
        )
        return response

    def _write_output_of(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        response = super().write_response(value, request_id)
        if self._is_unwrapped and value is not None:
            ((attribute, name),) = value.MEMBERS.items()
            text = getattr(value, attribute) or ""
            declaration = self._root(None, self.operation.output_namespace, "")[1]
            response.body = formats.xml.dump(f"<{name}{declaration}>{formats.xml.write_string(text)}</{name}>")
        return response

    def read_response(
        self, response: HttpResponse, metadata: ResponseMetadata | None = None
    ) -> Shape | ServiceError | None:
        """The output of a response, or its error. S3 reports some errors after it has begun to answer with 200: their
        root tells.
        """
        if response.status >= FIRST_ERROR_STATUS:
            return self.error_of(response, metadata)
        body = response.body
        if not body:
            if self._has_document and response.status not in protocols.query.WITHOUT_CONTENT:
                raise protocols.query.no_document()
        elif isinstance(body, bytes) and not self._is_raw and _begins_error(body):
            root: Any = self.body_codec.tree(body)
            known = self.metadata_of(response) if metadata is None else metadata
            error = protocols.query.error_of_root(self, root, Headers(), known)
            complete_error(error, known)
            return error
        return self._unwrapped(response) if self._is_unwrapped else self.read_output(response)

    @cached_property
    def _has_document(self) -> bool:
        """Whether the body of a response is a document that is never left out: it holds members, or the payload
        does.
        """
        cls = self.output
        if cls is None or cls.EVENTS is not None or self.operation.method == "HEAD":
            return False
        if cls.PAYLOAD is not None:
            return cls.PAYLOAD.kind == "structure" and not cls.PAYLOAD.is_union
        return bool(cls.MEMBERS if cls.IN_BODY is None else cls.IN_BODY)

    @cached_property
    def _is_raw(self) -> bool:
        """Whether the body of a response is no document."""
        payload = self.output.PAYLOAD if self.output else None
        return payload is not None and payload.kind != "structure"

    def _unwrapped(self, response: HttpResponse) -> Shape | None:
        if self.output is None:
            return None
        root: Any = self.body_codec.tree(bytes_of(response.body))
        value = allocated(self.output)
        ((attribute, name),) = value.MEMBERS.items()
        found = root if root.tag == name and not len(root) else root.find(name)
        setattr(value, attribute, (found.text if found is not None else None) or None)
        return value

    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The response with `Error` inside of `ErrorResponse`, or, as S3 has it, without that."""
        return self._with_references(self._write_error_of, error, request_id)

    def _write_error_of(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        inner = formats.errors.xml_chunks(error, with_fault=self.service.wraps_errors)
        ids = [] if request_id is None else self._id_elements(request_id)
        if self.service.wraps_errors:
            declaration = self._root(None, None, "")[1]
            chunks = [f"<ErrorResponse{declaration}>", *inner, *ids, "</ErrorResponse>"]
        else:
            chunks = [*inner[:-1], *ids, inner[-1]]
        headers = Headers(
            [(CONTENT_TYPE, self.body_codec.media_type), *formats.errors.to_header(error), *self.stamp(request_id)]
        )
        body = b"" if self.operation.method == "HEAD" else formats.xml.dump("".join(chunks))
        return HttpResponse(status=status_of(error), headers=headers, body=body)

    def _id_elements(self, request_id: str) -> list[str]:
        element = protocols.query.request_id_element
        second = self.service.request_id_headers[1:]
        return [element("RequestId", request_id)] + [element("HostId", second_id(request_id)) for _ in second]

    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error inside of the document; without one the status has to do."""
        if not body:
            return protocols.nameless.error_of_status(metadata.status)
        root: Any = self.body_codec.tree(body)
        return protocols.query.error_of_root(self, root, response.headers, metadata)


def may_be_partial(output: type[Shape]) -> bool:
    """Whether a response with an output of a class may have a part of what there is."""
    return any(place.name.lower() == _CONTENT_RANGE for place in protocols.places.in_headers(output))


def _status_in(value: Shape, status: object) -> int:
    """The status that a member says."""
    try:
        return checked_status(status)
    except EncodeError as error:
        raise error.under(value.MEMBERS[value.STATUS or ""]) from None
