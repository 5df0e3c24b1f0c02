"""awsJson1.0, awsJson1.1 and rpcv2Cbor: one URI, one document. The operation is named in a header or in the path."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, cast

from botobind.errors import DecodeError, ServiceError, UnknownOperationError
from botobind.formats import errors, header
from botobind.http import Headers, HttpRequest, HttpResponse, ResponseMetadata
from botobind.protocols.base import Protocol, error_of_status, status_of
from botobind.protocols.documents import EVENT_STREAM_TYPE, CborDocuments, JsonDocuments, blank, bytes_of
from botobind.serializers import CborFormat, class_in_format

if TYPE_CHECKING:
    from botobind.http import Body
    from botobind.shapes import ErrorShape, Shape

_SENDER, _RECEIVER = "Sender", "Receiver"


class RpcProtocol(Protocol):
    """What the protocols of one document share."""

    documents: ClassVar[JsonDocuments | CborDocuments]

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

    @property
    def _path(self) -> str:
        return "/"

    @property
    def _empty_request(self) -> bytes:
        """The body where the operation takes nothing."""
        return b""

    def write_request(self, value: Shape | None) -> HttpRequest:
        """The request: the input is the body."""
        value = self.with_tokens(value)
        body: Body = self._empty_request if value is None else self._write(value, "initial-request")
        headers = Headers(self._request_headers())
        if self.service.query_compatible:
            headers.add("x-amzn-query-mode", "true")
        if value is not None and value.EVENTS:
            headers["Content-Type"] = EVENT_STREAM_TYPE
        elif body or self.name == "json":
            headers.add("Content-Type", self.media_type)
        return HttpRequest(
            method="POST", path=self._path, headers=headers, body=body, host_prefix=self.host_prefix(value)
        )

    def _write(self, value: Shape, initial: str) -> Body:
        if value.EVENTS is None:
            return self.documents.dump(value, value.SHAPE)
        from botobind.protocols import streams

        event = streams.initial_message(initial, self.documents.dump(value, value.SHAPE), self.media_type)
        return streams.write(value, self.documents, event)

    def _read(self, cls: type[Shape], body: Body, initial: str) -> Shape:
        if cls.EVENTS is None:
            return self.documents.load(cls, bytes_of(body))
        from botobind.protocols import streams

        value = blank(cls)
        first, events = streams.read(cls, self.operation.values, self.documents, body, initial)
        if cls.IN_BODY:
            self.documents.fill(value, first)
        setattr(value, cls.EVENTS.attribute, events)
        return value

    def read_request(self, request: HttpRequest) -> Shape | None:
        """The input of the body."""
        return None if self.input is None else self._read(self.input, request.body, "initial-request")

    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The answer: the output is the body."""
        body: Body = self._empty_request if value is None else self._write(value, "initial-response")
        media_type = EVENT_STREAM_TYPE if value is not None and value.EVENTS else self.media_type
        return HttpResponse(
            status=self.operation.status,
            headers=Headers([*self._answer_headers(media_type), *self.stamp(request_id)]),
            body=body,
        )

    def _answer_headers(self, media_type: str) -> list[tuple[str, str]]:
        return [("Content-Type", media_type)]

    def read_output(self, response: HttpResponse, metadata: ResponseMetadata) -> Shape | None:  # noqa: ARG002 - see Protocol
        """The output of the body."""
        return None if self.output is None else self._read(self.output, response.body, "initial-response")

    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The answer with the error as its body; services that once spoke awsQuery add the code of that time."""
        headers = Headers([*self._answer_headers(self.media_type), *self.stamp(request_id)])
        if self.service.query_compatible:
            fault = _RECEIVER if error.fault == "server" else _SENDER
            headers.add("x-amzn-query-error", header.write_string(f"{error.code};{fault}"))
        return HttpResponse(status=status_of(error), headers=headers, body=self._dump_tree(self._error_tree(error)))

    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error of the body: `__type` names it, or `code`; for awsQuery's sake a header may know another code."""
        tree = self.documents.tree(body)
        if not isinstance(tree, dict):
            raise DecodeError("expected an object")
        name = errors.type_of(tree) or errors.error_name(response.headers.get("x-amzn-errortype", ""))
        legacy, _, fault = response.headers.get("x-amzn-query-error", "").partition(";")
        code = errors.error_name(legacy)
        if not (name or code):
            return with_members(error_of_status(metadata.status, body), tree)
        if code and self.operation.error_class(name) is None:
            # A name that came after this model; the code may be of old.
            name = code
        error = self._of_tree(name, tree)
        if code and error.code != code:
            error.code = code
        if fault and error.fault is None:
            error.fault = "server" if fault == _RECEIVER else "client"
        return error


def with_members(error: UnknownOperationError, tree: dict[str, Any]) -> UnknownOperationError:
    """An error without a name, with what is known of it."""
    known = errors.unknown_of_json(error.code, tree)
    error.members = known.members
    if known.message is not None:
        error.message = known.message
    return error


class JsonProtocol(RpcProtocol):
    """awsJson1.0 and awsJson1.1."""

    name: ClassVar[str] = "json"
    documents = JsonDocuments()

    @property
    def media_type(self) -> str:
        """`application/x-amz-json-1.0` or `-1.1`."""
        return f"application/x-amz-json-{self.service.json_version}"

    @property
    def _empty_request(self) -> bytes:
        return b"{}"

    def _request_headers(self) -> list[tuple[str, str]]:
        return [("X-Amz-Target", f"{self.service.target_prefix}.{self.operation.wire_name}")]

    def _error_tree(self, error: ServiceError) -> dict[str, Any]:
        return errors.to_json(error)

    def _dump_tree(self, tree: object) -> bytes:
        from botobind.formats import json

        return json.dump(tree)

    def _of_tree(self, name: str, tree: object) -> ServiceError:
        error: ServiceError = self.operation.error_of_json(name, tree)
        return error


class CborProtocol(RpcProtocol):
    """rpcv2Cbor."""

    name: ClassVar[str] = "smithy-rpc-v2-cbor"
    documents = CborDocuments()

    @property
    def media_type(self) -> str:
        """`application/cbor`."""
        return CborDocuments.media_type

    @property
    def _path(self) -> str:
        return f"/service/{self.service.target_prefix}/operation/{self.operation.wire_name}"

    def _request_headers(self) -> list[tuple[str, str]]:
        accept = EVENT_STREAM_TYPE if self.output is not None and self.output.EVENTS else self.media_type
        return [("smithy-protocol", "rpc-v2-cbor"), ("Accept", accept)]

    def _answer_headers(self, media_type: str) -> list[tuple[str, str]]:
        return [("smithy-protocol", "rpc-v2-cbor"), *super()._answer_headers(media_type)]

    def _error_tree(self, error: ServiceError) -> dict[str, Any]:
        return errors.to_cbor(error)

    def _dump_tree(self, tree: object) -> bytes:
        from botobind.formats import cbor

        return cbor.dump(tree)

    def _of_tree(self, name: str, tree: object) -> ServiceError:
        bare = errors.error_name(name)
        error_class = self.operation.error_class(bare)
        if error_class is None:
            return errors.unknown_of_json(bare, tree)
        error = cast("ErrorShape", class_in_format(error_class, CborFormat).of_cbor(tree))
        return errors.with_message(error, tree)
