"""awsQuery and ec2Query: a form goes out, an XML document comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from botobind import formats, protocols
from botobind.bodies.body_codecs import XmlBodyCodec, bytes_of
from botobind.cached import cached_property
from botobind.errors import DecodeError, ServiceError
from botobind.http import Headers, HttpRequest, HttpResponse, ResponseMetadata, make_request, make_response
from botobind.markers import QUERY, XML, class_in_format, in_format, is_error
from botobind.protocols.base import FIRST_ERROR_STATUS, Protocol, status_of
from botobind.serializers import QueryFormat

if TYPE_CHECKING:
    from botobind.formats.xmltokens import TextTokens
    from botobind.operations import Operation
    from botobind.protocols.service import Service
    from botobind.shapes import Shape
    from botobind.types import QueryPairs, XmlDecoder, XmlTokens

FORM_MEDIA_TYPE = "application/x-www-form-urlencoded; charset=utf-8"
XML_MEDIA_TYPE = "text/xml"
_ANSWER_TYPES = (XML_MEDIA_TYPE, "application/xml")
WITHOUT_CONTENT = frozenset({204, 205})
"""The statuses of success that say there is no body."""
_OF_EVERY_REQUEST = ("Action", "Version")
_FORM_HEADER = ("Content-Type", FORM_MEDIA_TYPE)


class QueryProtocol(Protocol):
    """awsQuery.

    https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
    """

    name: ClassVar[str] = "query"
    body_codec: ClassVar[XmlBodyCodec] = XmlBodyCodec()

    def __init__(self, operation: Operation[Any, Any, Any], service: Service) -> None:
        super().__init__(operation, service)
        self._wrapper = operation.result_wrapper or f"{operation.wire_name}Result"

    def _request_writer(self) -> Callable[[Any], HttpRequest]:
        """What writes forms: `Action`, `Version` and the members."""
        if self.input is not None:
            class_in_format(self.input, QUERY)
        common = formats.query.dump(
            [("Action", self.operation.wire_name), ("Version", self.service.api_version)]
        ).decode()
        start = [f"&{common}", ""]
        join, host_prefix, prefix = formats.query.join, self.host_prefix, self.fixed_host_prefix
        prefix_varies = bool(self.host_labels)

        def write(value: QueryFormat | None) -> HttpRequest:
            chunks = [*start]
            if value is not None:
                value.write_query(chunks, "&")
            before_host = host_prefix(value) if prefix_varies else prefix
            return make_request("POST", "/", [], [_FORM_HEADER], join(chunks), before_host)

        return write

    def read_strictly(self, request: HttpRequest) -> tuple[Shape | None, bool]:
        """The input of a form, or of a query string, as GET requests have it, once media types and parameters have been
        held against the model.
        """
        headers = request.headers.by_lower_name()
        protocols.mediatypes.check_accept(headers, _ANSWER_TYPES)
        if request.body and "content-type" in headers:
            protocols.mediatypes.check_content_type(headers, (FORM_MEDIA_TYPE.partition(";")[0],))
        pairs = _without_action(self._parameters_of(request))
        _check_names(pairs, () if self.input is None else protocols.strictbindings.in_form(self.input))
        if self.input is None:
            return None, False
        tree = formats.query.tree_of(pairs)
        protocols.strictbindings.check_form(self.input, tree)
        return class_in_format(self.input, QUERY)._read_query(tree), False  # noqa: SLF001 - of classes that are generated

    def _parameters_of(self, request: HttpRequest) -> QueryPairs:
        """The parameters of the query string and of the form; of the URL, where that is one."""
        pairs = [*request.query, *formats.query.parse(bytes_of(request.body))]
        name = self.service.url_member
        if name is not None and request.path != "/" and self._has_member(name) and name not in dict(pairs):
            host = request.headers.get("host", "")
            pairs.append((name, f"https://{host}{request.path}" if host else request.path))
        return pairs

    def _has_member(self, name: str) -> bool:
        return self.input is not None and name in self.input.MEMBERS.values()

    @property
    def _declaration(self) -> str:
        return f' xmlns="{self.service.xml_namespace}"' if self.service.xml_namespace else ""

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The document: a result inside of a response, with the request's id beside it."""
        chunks = [f"<{self.operation.wire_name}Response{self._declaration}>"]
        if value is not None:
            chunks.append(in_format(value, XML).xml_body_text(self._wrapper))
        if request_id is not None:
            chunks.append(f"<ResponseMetadata>{request_id_element('RequestId', request_id)}</ResponseMetadata>")
        return self._document([*chunks, f"</{self.operation.wire_name}Response>"], self.operation.status, request_id)

    def _document(self, chunks: list[str], status: int, request_id: str | None) -> HttpResponse:
        headers = [("Content-Type", XML_MEDIA_TYPE), *self.stamp(request_id)]
        return make_response(status, headers, formats.xml.dump("".join(chunks)))

    def read_response(
        self, response: HttpResponse, metadata: ResponseMetadata | None = None
    ) -> Shape | ServiceError | None:
        """The output of the result element; a response without one is taken for the result."""
        if response.status >= FIRST_ERROR_STATUS:
            return self.error_of(response, metadata)
        body = response.body if isinstance(response.body, bytes) else bytes_of(response.body)
        if not body:
            if self.output is None:
                return None
            if self.output.MEMBERS and response.status not in WITHOUT_CONTENT:
                raise no_document()
            return self.body_codec.load(self.output, body)
        value, request_id = self.body_codec.read(body, self._read_answer)
        if metadata is not None:
            metadata.request_id = request_id or metadata.request_id
        return value

    @cached_property
    def _read_result(self) -> XmlDecoder[Shape | None]:
        if self.output is None:
            return formats.xml.skip_all
        return class_in_format(self.output, XML)._read_xml  # noqa: SLF001 - of classes that are generated

    def _read_answer(self, tokens: Any, end: str, inside: str) -> tuple[Shape | None, str | None]:
        """The output and the request's id of a response, in the order that services write them; others are looked
        up.
        """
        if isinstance(tokens, formats.xmltokens.TextTokens):
            return self._of_plain_tokens(tokens, end, inside)
        root = tokens.element
        return formats.xmltokens.read_element(self._result(root), self._read_result), self._id_in(root)

    def _of_plain_tokens(self, tokens: TextTokens, end: str, _inside: str) -> tuple[Shape | None, str | None]:
        tag, _, text = next(tokens).partition(">")
        if tag != self._wrapper:
            raise DecodeError("no result")
        value = self._read_result(tokens, f"/{tag}", text)
        request_id = tokens.take(_metadata())
        while (tag := next(tokens).partition(">")[0]) != end:
            if tag == "ResponseMetadata" and request_id is None:
                request_id = _id_in_metadata(tokens)
            else:
                formats.xml.skip(tokens, tag, "RequestId")
        return value, request_id

    def _result(self, root: Any) -> Any:
        for child in root:
            if child.tag == self._wrapper:
                return child
        # Without its wrapper the result is the root, but for the id that may stand in it.
        for child in root.findall("ResponseMetadata"):
            root.remove(child)
        return root

    def _id_in(self, root: Any) -> str | None:
        found: str | None = root.findtext("ResponseMetadata/RequestId") or root.findtext("RequestId")
        return found

    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The document: `Error` inside of `ErrorResponse`."""
        id_element = [] if request_id is None else [request_id_element("RequestId", request_id)]
        chunks = [
            f"<ErrorResponse{self._declaration}>",
            *formats.errors.xml_chunks(error),
            *id_element,
            "</ErrorResponse>",
        ]
        return self._document(chunks, status_of(error), request_id)

    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error inside of the document."""
        return read_xml_error(self, response, body, metadata)


class Ec2Protocol(QueryProtocol):
    """ec2Query: the result is the root itself, errors come in a list of one.

    https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
    """

    name: ClassVar[str] = "ec2"

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The document of the output."""
        tag = f"{self.operation.wire_name}Response"
        chunks = [f"<{tag}{self._declaration}>"]
        if value is not None:
            chunks.append(formats.xml.content_text(in_format(value, XML).write_xml_body))
        if request_id is not None:
            chunks.append(request_id_element("requestId", request_id))
        return self._document([*chunks, f"</{tag}>"], self.operation.status, request_id)

    def _of_plain_tokens(self, tokens: TextTokens, end: str, inside: str) -> tuple[Shape | None, str | None]:
        request_id = tokens.text_at_edge("requestId")
        if request_id is None and tokens.may_have("requestId"):
            raise DecodeError("no request id where services have it")
        return self._read_result(tokens, end, inside), request_id

    def _result(self, root: Any) -> Any:
        return root

    def _id_in(self, root: Any) -> str | None:
        found: str | None = root.findtext("requestId")
        return found

    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The document: `Error` inside of `Errors` inside of `Response`."""
        id_element = [] if request_id is None else [request_id_element("RequestID", request_id)]
        inner = formats.errors.xml_chunks(error, with_fault=False)
        chunks = ["<Response><Errors>", *inner, "</Errors>", *id_element, "</Response>"]
        return self._document(chunks, status_of(error), request_id)


def _without_action(pairs: QueryPairs) -> QueryPairs:
    """The parameters without those that every request has; a member of such a name comes after them."""
    rest = list(pairs)
    for name in _OF_EVERY_REQUEST:
        at = next((at for at, pair in enumerate(rest) if pair[0] == name), None)
        if at is not None:
            del rest[at]
    return rest


def _check_names(pairs: QueryPairs, members: Collection[str]) -> None:
    """Raises `DecodeError` for a parameter that is given twice, in the query string, in the form, or in both: which of
    them counts is not for a server to guess. `pairs` are without the action and the version.
    """
    given: set[str] = set()
    for name, _ in pairs:
        if name in given or (name in _OF_EVERY_REQUEST and name not in members):
            error = DecodeError("expected one value, got several")
            member = name.partition(".")[0]
            raise error.under(member) if member in members or member in _OF_EVERY_REQUEST else error
        given.add(name)


@cache
def _metadata() -> re.Pattern[str]:
    """What comes after a result, for the most part."""
    return re.compile("ResponseMetadata>[^<]*<RequestId>([^<]*)</RequestId>[^<]*</ResponseMetadata>[^<]*<?")


def _id_in_metadata(tokens: XmlTokens) -> str | None:
    """The request's id in the `ResponseMetadata` that has begun."""
    found: str | None = None
    for token in tokens:
        tag, _, text = token.partition(">")
        if tag == "/ResponseMetadata":
            break
        if tag == "RequestId" and found is None:
            found = formats.xml.read_string(tokens, "/RequestId", text)
        else:
            formats.xml.skip(tokens, tag)
    return found


def no_document() -> DecodeError:
    """What is raised for a response without a body where its members are in one: it broke off, and is no success."""
    return DecodeError("expected an XML document, got an empty body")


def request_id_element(tag: str, request_id: str) -> str:
    """The element of a request's id."""
    return f"<{tag}>{formats.xml.write_string(request_id)}</{tag}>"


def read_xml_error(protocol: Protocol, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
    """The error of an XML document. Raises `DecodeError` where there is none in it."""
    root: Any = XmlBodyCodec().tree(body) if body else None
    if root is None:
        raise DecodeError("an error without a body")
    return error_of_root(protocol, root, response.headers, metadata)


def error_of_root(protocol: Protocol, root: Any, headers: Headers, metadata: ResponseMetadata) -> ServiceError:
    """The error that an XML document with this root tells."""
    element = formats.errors.error_element(root)
    code = formats.errors.error_name(element.findtext("Code") or "")
    if not code:
        raise DecodeError("an error without a code")
    metadata.request_id = _first_text(root, element, ("RequestId", "RequestID")) or metadata.request_id
    metadata.extended_request_id = _first_text(root, element, ("HostId",)) or metadata.extended_request_id
    error: ServiceError = protocol.operation.error_of_xml(code, element)
    if error.fault is None and (fault := element.findtext("Type")):
        error.fault = "server" if fault == "Receiver" else "client"
    if is_error(error) and error.HEADERS:
        error.read_header(headers.by_lower_name(), headers.pairs())
    return error


def _first_text(root: Any, element: Any, names: tuple[str, ...]) -> str | None:
    return next((text for name in names for place in (root, element) if (text := place.findtext(name))), None)
