"""What the protocols have in common: the parts of a message that each of them fills in its own way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar

from botobind.cached import cached_property
from botobind.errors import DecodeError, EncodeError, ServiceError, UnknownOperationError
from botobind.formats import exact, header
from botobind.http import HttpRequest, HttpResponse, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.operations import Operation
    from botobind.protocols.service import Service
    from botobind.shapes import Shape

FIRST_ERROR_STATUS = 300
"""AWS answers with nothing between success and error, so what botocore takes for an error begins here."""

_FIRST_SERVER_STATUS = 500
_FIRST_STATUS, _LAST_STATUS = 200, 599
_LONGEST_HOST_LABEL = 63
_TRANSIENT_STATUS = frozenset({500, 502, 503, 504})
_THROTTLING_CODES = frozenset(
    {
        "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
        "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling", "ThrottlingException",
        "TooManyRequestsException", "TransactionInProgressException",
    }
)  # fmt: skip
"""The codes that all AWS SDKs take for throttling, modelled or not."""


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

    @abstractmethod
    def _request_writer(self) -> Callable[[Any], HttpRequest]:
        """What writes the requests of inputs whose tokens are filled in; made when the first one is written."""

    def write_request(self, value: Shape | None) -> HttpRequest:
        """The request of an input. What the first call finds out takes the place of this method."""
        write, with_tokens = self._request_writer(), self.with_tokens
        found = (lambda value: write(with_tokens(value))) if self.tokens else write
        setattr(self, "write_request", found)  # noqa: B010 - it is a method no more
        return self.write_request(value)

    def check_request(self, request: HttpRequest) -> None:  # noqa: B027 - not all have something to check
        """Raises `DecodeError` for what a server does not take, though readers would."""

    def member_called(self, name: str) -> str:
        """The member of the input that requests call by a name."""
        return name

    @abstractmethod
    def read_request(self, request: HttpRequest) -> Shape | None:
        """The input of a request."""

    @abstractmethod
    def write_response(self, value: Shape | None, request_id: str | None) -> HttpResponse:
        """The answer with an output."""

    @abstractmethod
    def read_response(
        self, response: HttpResponse, metadata: ResponseMetadata | None = None
    ) -> Shape | ServiceError | None:
        """The output of an answer, or its error. What the body says besides goes to `metadata`, where that is given."""

    @abstractmethod
    def write_error(self, error: ServiceError, request_id: str | None) -> HttpResponse:
        """The answer with an error."""

    @abstractmethod
    def read_error(self, response: HttpResponse, body: bytes, metadata: ResponseMetadata) -> ServiceError:
        """The error of an answer with an error status and a body."""

    def error_of(self, response: HttpResponse, metadata: ResponseMetadata | None) -> ServiceError:
        """The error of an answer with an error status."""
        from botobind.protocols.documents import bytes_of

        known = self.metadata_of(response) if metadata is None else metadata
        body = bytes_of(response.body)
        try:
            error = self.read_error(response, body, known)
        except DecodeError:
            # A proxy's page, half a document, an error that is not as modelled: the status is what is certain.
            error = error_of_status(response.status, body)
        complete_error(error, known)
        return error

    @staticmethod
    def metadata_of(response: HttpResponse) -> ResponseMetadata:
        """What the headers of an answer say of it."""
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

    def with_tokens(self, value: Shape | None) -> Any:
        """The input with its idempotency token; the caller's value stays as it is."""
        for attribute in self.tokens:
            if getattr(value, attribute) is None:
                from botobind.idempotency import new_token

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
        return prefix

    def stamp(self, request_id: str | None) -> list[tuple[str, str]]:
        """The headers that every answer has."""
        return [] if request_id is None else [("x-amzn-RequestId", header.write_string(request_id))]


def _host_label(name: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise EncodeError("required for the host name").under(name)
    if not all(
        part
        and len(part) <= _LONGEST_HOST_LABEL
        and all(c.isascii() and (c.isalnum() or c == "-") for c in part)
        and "-" not in (part[0], part[-1])
        for part in value.split(".")
    ):
        raise EncodeError("a host name cannot hold this").under(name)
    return value


def error_of_status(status: int, body: bytes = b"") -> UnknownOperationError:
    """The error of an answer that says nothing but its status, or nothing that is understood."""
    try:
        from http import HTTPStatus

        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = None
    error = UnknownOperationError(str(status), phrase)
    error.body = body or None
    return error


def complete_error(error: ServiceError, metadata: ResponseMetadata) -> None:
    """Fills in what the answer around an error says, and what its status and code mean for trying again."""
    error.status = metadata.status
    if error.request_id is None:
        error.request_id = metadata.request_id
    if error.fault is None:
        error.fault = "server" if metadata.status >= _FIRST_SERVER_STATUS else "client"
    if error.code in _THROTTLING_CODES:
        error.throttling = True
    if error.throttling or metadata.status in _TRANSIENT_STATUS:
        error.retryable = True


def status_of(error: ServiceError) -> int:
    """The HTTP status of an error: its own, or the model's, or that of its fault, also where it came with success."""
    by_fault = 500 if error.fault == "server" else 400
    status = checked_status(error.status or by_fault)
    return status if status >= FIRST_ERROR_STATUS else by_fault


def checked_status(status: object) -> int:
    """The status of a response. `EncodeError` for what is no integer of 200 to 599."""
    if status.__class__ is not int:
        status = exact.integer(status)
    if _FIRST_STATUS <= status <= _LAST_STATUS:
        return status
    raise EncodeError(f"a status must be {_FIRST_STATUS} to {_LAST_STATUS}")
