"""What status and code of an error mean beyond its members: whose fault it is, and whether to try again.

The codes are those that all AWS SDKs act on, modelled or not: botocore's `retries/standard.py`, and "Retry behavior" in
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.errors import EncodeError, UnknownOperationError
from botobind.formats import exact

if TYPE_CHECKING:
    from botobind.errors import ServiceError
    from botobind.http import ResponseMetadata

FIRST_ERROR_STATUS = 300
"""AWS answers with nothing between success and error, so what botocore takes for an error begins here."""

_FIRST_SERVER_STATUS = 500
_INTERNAL_ERROR, _BAD_REQUEST = 500, 400
_TOO_MANY = 429
"""A throttling status, but of errors that are modelled: of those the model says what they are."""
_FIRST_STATUS, _LAST_STATUS = 200, 599
_TRANSIENT_STATUS = frozenset({500, 502, 503, 504})
_TRANSIENT_CODES = frozenset(
    {
        "ConnectionError", "HTTPClientError", "IDPCommunicationError", "PriorRequestNotComplete", "RequestTimeout",
        "RequestTimeoutException",
    }
)  # fmt: skip
"""The codes of what passes by itself, whatever the status. That of STS is among botocore's `retries/special.py`."""
_THROTTLING_CODES = frozenset(
    {
        "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
        "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling", "ThrottlingException",
        "TooManyRequestsException", "TransactionInProgressException",
    }
)  # fmt: skip
"""The codes of requests that came too fast. `PriorRequestNotComplete` is among both, as botocore has it."""


def complete_error(error: ServiceError, metadata: ResponseMetadata) -> None:
    """Fills in what the response around an error says, and what its status and code mean for trying again.

    An error under a status of success counts as one under 500: the service had begun to answer before it failed.
    """
    error.status = metadata.status
    status = metadata.status if metadata.status >= FIRST_ERROR_STATUS else _INTERNAL_ERROR
    if error.request_id is None:
        error.request_id = metadata.request_id
    if error.fault is None:
        error.fault = "server" if status >= _FIRST_SERVER_STATUS else "client"
    if error.code in _THROTTLING_CODES or (status == _TOO_MANY and isinstance(error, UnknownOperationError)):
        error.throttling = True
    if error.throttling or error.code in _TRANSIENT_CODES or status in _TRANSIENT_STATUS:
        error.retryable = True


def status_of(error: ServiceError) -> int:
    """The HTTP status of an error: its own, or the model's, or that of its fault. `EncodeError` for what is no status.

    One of success is none to send, though an error may have come under it.
    """
    own = checked_status(error.status) if error.status else 0
    if own < FIRST_ERROR_STATUS:
        own = type(error).status or 0
    return own or (_INTERNAL_ERROR if error.fault == "server" else _BAD_REQUEST)


def checked_status(status: object) -> int:
    """The status of a response. `EncodeError` for what is no integer of 200 to 599."""
    number = status if type(status) is int else exact.integer(status)
    if _FIRST_STATUS <= number <= _LAST_STATUS:
        return number
    raise EncodeError(f"a status must be {_FIRST_STATUS} to {_LAST_STATUS}")
