"""awsJson1.0, awsJson1.1 and rpcv2Cbor: one URI, one document. The operation is named in a header or in the path."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from botobind import formats, protocols
from botobind.bodies.body_codecs import EVENT_STREAM_TYPE, CborBodyCodec, JsonBodyCodec, allocated, bytes_of
from botobind.errors import DecodeError, ServiceError
from botobind.http import Headers, HttpRequest, HttpResponse, ResponseMetadata, make_request, make_response
from botobind.markers import CBOR, class_in_format
from botobind.protocols.base import FIRST_ERROR_STATUS, Protocol, status_of

if TYPE_CHECKING:
    from botobind.http import Body
    from botobind.operations import Operation
    from botobind.protocols.service import Service
    from botobind.protocols.strictcodecs import StrictCborBodyCodec, StrictJsonBodyCodec
    from botobind.shapes import ErrorShape, Shape

_SENDER, _RECEIVER = "Sender", "Receiver"
_PROTOCOL = ("smithy-protocol", "rpc-v2-cbor")


def _check_protocol(response: HttpResponse) -> None:
    """Raises `DecodeError` for a response that is not of the protocol: its header is what tells.

    https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#responses
    """
    name, value = _PROTOCOL
    # A list of pairs is looked through in less time than the names of headers are compared.
    if _PROTOCOL not in response.headers._pairs and response.headers.get(name) != value:  # noqa: SLF001 - a copy takes time
        raise DecodeError("expected the header smithy-protocol: rpc-v2-cbor")


class RpcProtocol(Protocol):
    """What the protocols of one document share."""

    body_codec: ClassVar[JsonBodyCodec | CborBodyCodec]

    def __init__(self, operation: Operation[Any, Any, Any], service: Service) -> None:
        super().__init__(operation, service)
        # What is found out of the operation is found out when its first message comes.
        self._read_input: Callable[[Body], tuple[Shape, bool]] | None = None
        self._read_output: Callable[[Body], Shape] | None = None
        self._write_output: Callable[[Any, list[tuple[str, str]]], HttpResponse] | None = None

    @property
    def type_names(self) -> tuple[str, ...]:
        """The members that name an error."""
        return formats.errors.TYPE_NAMES

    @property
    @abstractmethod
    def media_type(self) -> str:
        """The media type of bodies."""

    @abstractmethod
    def _request_headers(self) -> list[tuple[str, str]]:
        """The headers that name operation and protocol."""

    @abstractmethod
    def _error_tree(self, error: ServiceError) -> dict[str, Any]:
        """The members of an error, with its `__type`."""

    @abstractmethod
    def _dump_tree(self, tree: object) -> bytes: ...

    @abstractmethod
    def _of_tree(self, name: str, tree: object) -> ServiceError:
        """The error that is called `name`."""

    def _name_of(self, tree: dict[str, Any], response: HttpResponse) -> str:
        """The bare name of an error; empty where nothing tells it."""
        return formats.errors.type_of(tree) or formats.errors.error_name(response.headers.get("x-amzn-errortype", ""))

    @property
    def _path(self) -> str:
        return "/"

    @property
    def _empty_request(self) -> bytes:
        """The body where the operation takes nothing."""
        return b""

    def _request_writer(self) -> Callable[[Any], HttpRequest]:
        is_stream = self.input is not None and self.input.EVENTS is not None
        common = self._request_headers()
        if self.service.query_compatible:
            common = [*common, ("x-amzn-query-mode", "true")]
        of_body = [*common, ("Content-Type", EVENT_STREAM_TYPE if is_stream else self.media_type)]
        has_media_type = is_stream or self.name == "json"
        path, empty = self._path, self._empty_request
        write_body = None if self.input is None else self._body_writer(self.input, "initial-request")
        host_prefix, prefix = self.host_prefix, self.fixed_host_prefix
        prefix_varies = bool(self.host_labels)

        def write(value: Shape | None) -> HttpRequest:
            body = empty if write_body is None else write_body(value)
            headers = [*of_body] if has_media_type or body else [*common]
            return make_request("POST", path, [], headers, body, host_prefix(value) if prefix_varies else prefix)

        return write

    def _body_writer(self, cls: type[Shape], initial: str) -> Callable[[Any], Body]:
        dump = self.body_codec.dumper(cls, cls.SHAPE)
        if cls.EVENTS is None:
            return dump

        def write(value: Shape) -> Body:
            return protocols.streams.write(
                value, self.body_codec, protocols.streams.initial_message(initial, dump(value), self.media_type)
            )

        return write

    def _body_reader(self, cls: type[Shape], initial: str) -> Callable[[Body], Shape]:
        if cls.EVENTS is None:
            load = self.body_codec.loader(cls)
            return lambda body: load(body if isinstance(body, bytes) else bytes_of(body))
        stream = cls.EVENTS.attribute

        def read(body: Body) -> Shape:
            value = allocated(cls)
            first, events = protocols.streams.read(cls, self.operation.values, self.body_codec, body, initial)
            if cls.IN_BODY:
                self.body_codec.fill(value, first)
            setattr(value, stream, events)
            return value

        return read

    def read_strictly(self, request: HttpRequest) -> tuple[Shape | None, bool]:
        """The input of the body, which is held against the model while it is read."""
        self._check_media_types(request)
        read = self._read_input
        if read is None:
            if self.input is None:
                return None, False
            read = self._read_input = self._input_reader(self.input)
        return read(request.body)

    def _check_media_types(self, request: HttpRequest) -> None:
        """Holds the media type of a document against the protocol. One that is not said is the protocol's own."""
        cls = self.input
        if cls is None or cls.EVENTS is not None or not request.body:
            return
        headers = request.headers.by_lower_name()
        if "content-type" in headers:
            protocols.mediatypes.check_content_type(headers, self._request_types)

    @property
    def _request_types(self) -> tuple[str, ...]:
        return (self.media_type,)

    def _input_reader(self, cls: type[Shape]) -> Callable[[Body], tuple[Shape, bool]]:
        if cls.EVENTS is None:
            load = self._strict_codec().sure_loader(cls)
            return lambda body: load(bytes_of(body))
        read = self._body_reader(cls, "initial-request")
        return lambda body: (read(body), False)

    @abstractmethod
    def _strict_codec(self) -> StrictJsonBodyCodec | StrictCborBodyCodec:
        """The documents of requests."""

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The response: the output is the body."""
        write = self._write_output
        if write is None:
            write = self._write_output = self._response_writer()
        return write(value, self.stamp(request_id))

    def _response_writer(self) -> Callable[[Any, list[tuple[str, str]]], HttpResponse]:
        is_stream = self.output is not None and self.output.EVENTS is not None
        common = self._answer_headers(EVENT_STREAM_TYPE if is_stream else self.media_type)
        write_body = None if self.output is None else self._body_writer(self.output, "initial-response")
        status = self.operation.status
        if write_body is None:
            common = self._answer_headers(self._media_type_of_nothing)
            return lambda _, stamp: make_response(status, [*common, *stamp], b"")

        def write(value: Shape | None, stamp: list[tuple[str, str]]) -> HttpResponse:
            return make_response(status, [*common, *stamp], write_body(value))

        return write

    @property
    def _media_type_of_nothing(self) -> str:
        """The media type of responses without a body; empty where they have none."""
        return self.media_type

    def _answer_headers(self, media_type: str) -> list[tuple[str, str]]:
        return [("Content-Type", media_type)] if media_type else []

    def read_response(
        self, response: HttpResponse, metadata: ResponseMetadata | None = None
    ) -> Shape | ServiceError | None:
        """The output of the body, or the error."""
        if response.status >= FIRST_ERROR_STATUS:
            return self.error_of(response, metadata)
        read = self._read_output
        if read is None:
            if self.output is None:
                return None
            read = self._read_output = self._body_reader(self.output, "initial-response")
        return read(response.body)

    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The response with the error as its body; services that once spoke awsQuery add the code of that time."""
        headers = Headers([*self._answer_headers(self.media_type), *self.stamp(request_id)])
        if self.service.query_compatible:
            fault = _RECEIVER if error.fault == "server" else _SENDER
            headers.add("x-amzn-query-error", formats.header.write_string(f"{error.code};{fault}"))
        return HttpResponse(status=status_of(error), headers=headers, body=self._dump_tree(self._error_tree(error)))

    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error of the body: `__type` names it, or `code`; for awsQuery's sake a header may know another code."""
        tree = self.body_codec.tree(body)
        if not isinstance(tree, dict):
            raise DecodeError("expected an object")
        name = self._name_of(tree, response)
        legacy, _, fault = response.headers.get("x-amzn-query-error", "").partition(";")
        code = formats.errors.error_name(legacy)
        if not (name or code):
            unnamed = protocols.nameless.error_of_status(metadata.status, body)
            return protocols.nameless.with_members(unnamed, tree, self.type_names)
        if code and self.operation.error_class(name) is None:
            # A name that came after this model; the code may be of old.
            name = code
        error = self._of_tree(name, tree)
        if code and error.code != code:
            error.code = code
        if fault and error.fault is None:
            error.fault = "server" if fault == _RECEIVER else "client"
        return error


class JsonProtocol(RpcProtocol):
    """awsJson1.0 and awsJson1.1.

    https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
    https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
    """

    name: ClassVar[str] = "json"
    body_codec = JsonBodyCodec()

    @property
    def media_type(self) -> str:
        """`application/x-amz-json-1.0` or `-1.1`."""
        return f"application/x-amz-json-{self.service.json_version}"

    @property
    def _request_types(self) -> tuple[str, ...]:
        # Both versions are read alike.
        return ("application/x-amz-json-1.0", "application/x-amz-json-1.1")

    def _strict_codec(self) -> StrictJsonBodyCodec:
        return protocols.strictcodecs.StrictJsonBodyCodec()

    @property
    def _empty_request(self) -> bytes:
        return b"{}"

    def _request_headers(self) -> list[tuple[str, str]]:
        return [("X-Amz-Target", f"{self.service.target_prefix}.{self.operation.wire_name}")]

    def _error_tree(self, error: ServiceError) -> dict[str, Any]:
        return formats.errors.to_json(error)

    def _dump_tree(self, tree: object) -> bytes:
        return formats.json.dump(tree)

    def _of_tree(self, name: str, tree: object) -> ServiceError:
        error: ServiceError = self.operation.error_of_json(name, tree)
        return error


class CborProtocol(RpcProtocol):
    """rpcv2Cbor.

    https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
    """

    name: ClassVar[str] = "smithy-rpc-v2-cbor"
    body_codec = CborBodyCodec()

    @property
    def type_names(self) -> tuple[str, ...]:
        """The member that names an error."""
        return ("__type",)

    @property
    def media_type(self) -> str:
        """`application/cbor`."""
        return CborBodyCodec.media_type

    def _strict_codec(self) -> StrictCborBodyCodec:
        return protocols.strictcodecs.StrictCborBodyCodec()

    def _check_media_types(self, request: HttpRequest) -> None:
        """Holds what the client accepts against the protocol, too, which asks for the header."""
        protocols.mediatypes.check_accept(request.headers.by_lower_name(), (self._answer_type,))
        super()._check_media_types(request)

    @property
    def _answer_type(self) -> str:
        return EVENT_STREAM_TYPE if self.output is not None and self.output.EVENTS else self.media_type

    @property
    def _path(self) -> str:
        return f"/service/{self.service.target_prefix}/operation/{self.operation.wire_name}"

    def _request_headers(self) -> list[tuple[str, str]]:
        return [_PROTOCOL, ("Accept", self._answer_type)]

    @property
    def _media_type_of_nothing(self) -> str:
        return ""

    def _answer_headers(self, media_type: str) -> list[tuple[str, str]]:
        return [_PROTOCOL, *super()._answer_headers(media_type)]

    def read_response(
        self, response: HttpResponse, metadata: ResponseMetadata | None = None
    ) -> Shape | ServiceError | None:
        """The output of the body, or the error: of any status but the operation's own, where its document says so."""
        if response.status < FIRST_ERROR_STATUS:
            _check_protocol(response)
            if response.status != self.operation.status and self._is_error(response.body):
                return self.error_of(response, metadata)
        return super().read_response(response, metadata)

    def _is_error(self, body: Body) -> bool:
        tree = self.body_codec.tree(body) if isinstance(body, bytes) and body else None
        return isinstance(tree, dict) and bool(formats.errors.type_of(tree, self.type_names))

    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error of the body, which `__type` alone names."""
        _check_protocol(response)
        return super().read_error(response, body, metadata)

    def _name_of(self, tree: dict[str, Any], response: HttpResponse) -> str:  # noqa: ARG002 - headers do not name it
        return formats.errors.type_of(tree, self.type_names)

    def _error_tree(self, error: ServiceError) -> dict[str, Any]:
        return formats.errors.to_cbor(error)

    def _dump_tree(self, tree: object) -> bytes:
        return formats.cbor.dump(tree)

    def _of_tree(self, name: str, tree: object) -> ServiceError:
        bare = formats.errors.error_name(name)
        error_class = self.operation.error_class(bare)
        if error_class is None:
            return formats.errors.unknown_of_json(bare, tree, self.type_names)
        error = cast("ErrorShape", class_in_format(error_class, CBOR).of_cbor(tree))
        return formats.errors.with_message(error, tree)
