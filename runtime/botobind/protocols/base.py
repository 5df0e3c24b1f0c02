"""What the protocols have in common: the parts of a message that each of them fills in its own way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from botobind import formats, protocols
from botobind.cached import cached_property
from botobind.errors import DecodeError, EncodeError, ServiceError
from botobind.http import HttpRequest, HttpResponse, ResponseMetadata, read_all
from botobind.idempotency import new_token
from botobind.protocols.hints import FIRST_ERROR_STATUS, checked_status, complete_error, status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.operations import Operation
    from botobind.protocols.service import Service
    from botobind.shapes import Shape

__all__ = ["FIRST_ERROR_STATUS", "Protocol", "checked_status", "complete_error", "second_id", "status_of"]

_LONGEST_HOST_LABEL = 63


class Protocol(ABC):
    """A protocol, bound to an operation. The methods of `Operation` come down to these."""

    name: ClassVar[str]

    def __init__(self, operation: Operation[Any, Any, Any], service: Service) -> None:
        self.operation = operation
        self.service = service
        self.input: type[Shape] | None = operation.input
        self.output: type[Shape] | None = operation.output
        self.fixed_host_prefix: str = operation.traits.get("endpoint", {}).get("hostPrefix", "")
        """What comes before the host's name, but for the labels in it."""
        self.may_be_compressed: bool = "requestcompression" in operation.traits
        """Whether requests may be compressed."""

    @abstractmethod
    def _request_writer(self) -> Callable[[Any], HttpRequest]:
        """What writes the requests of inputs whose tokens are filled in; made when the first one is written."""

    @cached_property
    def write_request(self) -> Callable[[Any], HttpRequest]:
        """What writes the request of an input. A call of it is that of a function: nothing is looked up for each."""
        write = self._request_writer()
        complete = self._with_tokens if self._complete is None else self.completed
        found = (lambda value: write(complete(value))) if self.tokens or self._complete is not None else write
        if constants := self.constant_headers():
            found = _with_headers(found, constants)
        return found

    def unpacked(self, request: HttpRequest) -> HttpRequest:
        """A request as it was before it was compressed. Raises `DecodeError`."""
        names = () if self.input is None else protocols.places.in_headers(self.input)
        return protocols.compression.unpacked(
            request, is_member=any(p.name.lower() == "content-encoding" for p in names)
        )

    def constant_headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that requests have whatever the input is. Operations that tell endpoints are asked in a version,
        as botocore does it.
        """
        version = self.service.api_version
        asks_for_endpoint = self.operation.traits.get("endpointoperation") and version
        return (*self.service.request_headers, *([("x-amz-api-version", version)] if asks_for_endpoint else []))

    def member_called(self, name: str) -> str:
        """The member of the input that requests call by a name."""
        return name

    @abstractmethod
    def read_strictly(self, request: HttpRequest) -> tuple[Shape | None, bool]:
        """The input of a request that is as the model asks for, and whether it is known to keep all constraints.

        Raises `DecodeError` for what a server does not take, though readers would.
        """

    @abstractmethod
    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The response with an output."""

    @abstractmethod
    def read_response(
        self, response: HttpResponse, metadata: ResponseMetadata | None = None
    ) -> Shape | ServiceError | None:
        """The output of a response, or its error. What the body says besides goes to `metadata`, where that is
        given.
        """

    @abstractmethod
    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The response with an error."""

    @abstractmethod
    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error of a response with an error status and a body."""

    def error_of(self, response: HttpResponse, metadata: ResponseMetadata | None) -> ServiceError:
        """The error of a response with an error status."""
        known = self.metadata_of(response) if metadata is None else metadata
        body = read_all(response.body)
        try:
            error = self.read_error(response, body, known)
        except DecodeError:
            # A proxy's page, half a document, an error that is not as modelled: the status is what is certain.
            error = self._foreign_error(response, body, known) or protocols.nameless.error_of_status(
                response.status, body
            )
        complete_error(error, known)
        return error

    def _foreign_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError | None:
        """The error of whatever stands before the service and speaks another format."""
        return protocols.foreign.read_foreign_error(self.operation, response, body, metadata)

    @staticmethod
    def metadata_of(response: HttpResponse) -> ResponseMetadata:
        """What the headers of a response say of it."""
        headers = response.headers.by_lower_name()
        return ResponseMetadata(
            status=response.status,
            headers=response.headers,
            request_id=headers.get("x-amzn-requestid") or headers.get("x-amz-request-id"),
            extended_request_id=headers.get("x-amz-id-2"),
        )

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The attributes of the input that are filled in when the caller leaves them out."""
        if self.input is None:
            return ()
        return tuple(name for name, traits in self.input.MEMBER_TRAITS.items() if traits.get("idempotencyToken"))

    @cached_property
    def _complete(self) -> Callable[[Any], Any] | None:
        """What rows of data make of inputs; None for nothing, as for nearly all operations."""
        if self.input is None or not (self.input.MEMBER_TRAITS or "lastSegments" in self.operation.traits):
            return None
        return protocols.completing.completer_of(self.input, self.operation.traits)

    def completed(self, value: Shape | None) -> Any:
        """The input that the request has: with its idempotency token, and what rows of data say of the service. The
        caller's value stays as it is.
        """
        return self._with_tokens(value if self._complete is None else self._complete(value))

    def _with_tokens(self, value: Shape | None) -> Any:
        for attribute in self.tokens:
            if getattr(value, attribute) is None:
                from copy import copy

                value = copy(value)
                setattr(value, attribute, new_token())
        return value

    @cached_property
    def host_labels(self) -> tuple[tuple[str, str], ...]:
        """The labels in the host prefix, each with its attribute; most operations have none."""
        if self.input is None or "{" not in self.fixed_host_prefix:
            return ()
        members = self.input.MEMBERS
        labels = [name for name, traits in self.input.MEMBER_TRAITS.items() if traits.get("hostLabel")]
        return tuple((members[name], name) for name in labels if f"{{{members[name]}}}" in self.fixed_host_prefix)

    def host_prefix(self, value: Shape | None) -> str:
        """What the operation puts before the endpoint's host name. Raises `EncodeError` for what it cannot hold."""
        prefix = self.fixed_host_prefix
        for name, attribute in self.host_labels:
            prefix = prefix.replace(f"{{{name}}}", _host_label(name, getattr(value, attribute)))
            if any(len(part) > _LONGEST_HOST_LABEL for part in prefix.split(".")):
                raise EncodeError("too long for a host name").under(name)
        return prefix

    def stamp(self, request_id: str | None) -> list[tuple[str, str]]:
        """The headers that every response has."""
        if request_id is None:
            return []
        first, *second = self.service.request_id_headers
        found = [(first, formats.header.write_string(request_id))]
        return found + [(name, second_id(request_id)) for name in second]


def second_id(request_id: str) -> str:
    """The second id of a response: of the first one, so that header and document have the same."""
    from base64 import b64encode  # servers of few services write it
    from hashlib import sha256

    return b64encode(sha256(request_id.encode()).digest()).decode()


def _with_headers(
    write: Callable[[Any], HttpRequest], constants: tuple[tuple[str, str], ...]
) -> Callable[[Any], HttpRequest]:
    def write_with_headers(value: Any) -> HttpRequest:
        request = write(value)
        for name, text in constants:
            if name not in request.headers:
                request.headers.add(name, text)
        return request

    return write_with_headers


def _host_label(name: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise EncodeError("required for the host name").under(name)
    if not all(
        part and all(c.isascii() and (c.isalnum() or c == "-") for c in part) and "-" not in (part[0], part[-1])
        for part in value.split(".")
    ):
        raise EncodeError("a host name cannot hold this").under(name)
    return value
