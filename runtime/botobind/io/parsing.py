"""botocore's parser, by ours: from its response to a dict that views a typed value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from botobind.errors import ResponseError, ServiceError
from botobind.http import make_response
from botobind.io.faults import ConnectionFailed
from botobind.io.streamed_bodies import StreamedBody, has_events, is_streamed
from botobind.io.translating import raise_broken
from botobind.io.views import MemberView
from botobind.serializers import ValueFormat
from botobind.wire.closing import Closing, close
from botobind.wire.fields import length_told

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from botobind.operations import Operation

_OK, _BROKEN = 200, 500
_ROOT = re.compile(rb"(?:\s*<[?!][^>]*>)*\s*<([^\s/>?!]+)")
_BYTES = ("blob", "stream", "string")


class ParsedError(dict[str, Any]):
    """An error as botocore has it, and the typed one."""

    __slots__ = ("error",)

    error: ServiceError


class Parser:
    """Parses the responses of a service. It finds operations by the names that responses have."""

    def __init__(self, operations: Mapping[str, Operation[Any, Any, Any]], service: str) -> None:
        self._operations = operations
        self._is_s3 = service == "s3"

    def parse(self, response: dict[str, Any], shape: object) -> MemberView | ParsedError:  # noqa: ARG002 - as botocore's has it
        """The members of a response, and its `ResponseMetadata` and `Error` as botocore has them.

        Raises `ResponseError` where it cannot be read.
        """
        operation, body = self.operation_of(response), response["body"]
        if body.__class__ is bytes:
            return self.read(operation, response, body)
        read = _body_of(operation.output, body, operation.name)
        try:
            return self.read(operation, response, read)
        except ResponseError:
            close(body)  # nobody gets it
            raise

    def operation_of(self, response: Mapping[str, Any]) -> Operation[Any, Any, Any]:
        """The operation that a response is of."""
        return self._operations[response["context"]["operation_name"]]

    def read(
        self, operation: Operation[Any, Any, Any], response: Mapping[str, Any], body: Any
    ) -> MemberView | ParsedError:
        """What `parse` gives, of a body that is one of ours."""
        status, headers, output = response["status_code"], response["headers"], operation.output
        if body.__class__ is bytes and self._is_s3 and status == _OK and body and _is_error(output, body):
            status = _BROKEN
        pairs = list(headers.items())  # once: each of botocore's is looked up by its name
        try:
            value = operation.of_response(make_response(status, pairs.copy(), body))
        except ResponseError as error:
            raise (_cut_off(headers, body, operation.name) or error) from None
        metadata = {"HTTPStatusCode": status, "HTTPHeaders": {name.lower(): text for name, text in pairs}}
        if isinstance(value, ServiceError):
            if value.request_id:
                metadata["RequestId"] = value.request_id
            members = _members_of(value)
            said = {**members, "Code": value.code, "Message": value.message or ""}
            failed = ParsedError({**members, "ResponseMetadata": metadata, "Error": said})
            failed.error = value
            return failed
        return MemberView(value, {"ResponseMetadata": metadata})


class ParserFactory:
    """What an endpoint of botocore's asks for a parser."""

    _PARSER: ClassVar[type[Parser]] = Parser

    def __init__(self, operations: Mapping[str, Operation[Any, Any, Any]], service: str) -> None:
        self._parser = self._PARSER(operations, service)

    def create_parser(self, protocol_name: str) -> Parser:  # noqa: ARG002 - as botocore's has it
        """The parser, whatever the protocol."""
        return self._parser


def _body_of(output: Any, body: Any, operation: str) -> Any:
    """A body that botocore has not read: all of it where it is no stream in the model, as Lambda's payloads."""
    if has_events(output):
        return Closing(_events_of(body, operation), body)
    streamed = StreamedBody(body, operation, raise_broken)
    if is_streamed(output):
        return streamed
    with streamed:
        return streamed.read()


def _events_of(raw: Any, operation: str) -> Generator[bytes, None, None]:
    """The bytes of an event stream, as they come: of urllib3's response."""
    try:
        yield from raw.stream()
        if left := getattr(raw, "length_remaining", None):
            raise ConnectionFailed(f"the events ended {left} bytes before the end", operation)
    except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
        raise_broken(error, operation)
    finally:
        raw.close()


def _cut_off(headers: Mapping[str, str], body: Any, operation: str) -> ConnectionFailed | None:
    """The reason why a body cannot be read, where that is its end: botocore passes on what it has got of it."""
    length = length_told(headers.get("content-length"))
    if isinstance(body, bytes) and length is not None and len(body) < length:
        return ConnectionFailed(f"the body ended after {len(body)} of {length} bytes", operation)
    return None


def _is_error(output: Any, body: bytes) -> bool:
    """Whether a document of S3's under a status of success is an error, or is cut off: what `_handle_200_error` finds,
    which says what tries again.
    """
    if output is None or (output.PAYLOAD is not None and output.PAYLOAD.kind in _BYTES):
        return False
    root = _ROOT.match(body)
    if root is None:
        return True
    name = root[1]
    end = body.rstrip()
    return name == b"Error" or not end.endswith((b"</" + name + b">", b"/>"))


def _members_of(error: ServiceError) -> dict[str, Any]:
    return error.to_value() if isinstance(error, ValueFormat) else dict(getattr(error, "members", {}))
