"""botocore's exceptions as ours."""

from __future__ import annotations

from typing import NoReturn

import botocore.exceptions as theirs
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

from botobind.errors import BotobindError, EncodeError, ResponseError
from botobind.io.faults import (
    ConnectionFailed,
    CredentialsMissing,
    EndpointUnknown,
    TimedOut,
    TransportError,
)

_FAULTS: tuple[tuple[tuple[str, ...], type[TransportError]], ...] = (
    (("ConnectTimeoutError", "ReadTimeoutError"), TimedOut),
    (
        (
            "NoCredentialsError",
            "PartialCredentialsError",
            "CredentialRetrievalError",
            "NoAuthTokenError",
            "TokenRetrievalError",
            "MetadataRetrievalError",
            "SSOError",
            "LoginError",
            "UnknownCredentialError",
            "RefreshWithMFAUnsupportedError",
        ),
        CredentialsMissing,
    ),
    (
        (
            "BaseEndpointResolverError",
            "EndpointProviderError",
            "UnknownRegionError",
            "InvalidRegionError",
            "ServiceNotInRegionError",
            "InvalidEndpointConfigurationError",
            "UnsupportedOutpostResourceError",
            "UnsupportedS3ArnError",
            "UnsupportedS3AccesspointConfigurationError",
            "UnsupportedS3ConfigurationError",
            "UnsupportedS3ControlArnError",
            "UnsupportedS3ControlConfigurationError",
        ),
        EndpointUnknown,
    ),
    (
        (
            "ConnectionError",
            "ConnectionClosedError",
            "ResponseStreamingError",
            "IncompleteReadError",
            "HTTPClientError",
        ),
        ConnectionFailed,
    ),
)
"""The names of botocore's exceptions, and what they are here. The first row that fits counts; not each version has all
of them.
"""

_TABLE = tuple(
    (tuple(found for name in names if (found := getattr(theirs, name, None)) is not None), ours)
    for names, ours in _FAULTS
)

_OF_PARAMETERS = tuple(
    found
    for name in ("ParamValidationError", "ValidationError", "InvalidHostLabelError", "InvalidDNSNameError")
    if (found := getattr(theirs, name, None)) is not None
)


_ASYNC_LIBRARIES = frozenset({"aiohttp", "httpcore", "httpx"})
"""What aiobotocore sends by: exceptions of theirs pass through it where a body breaks."""


def raise_ours(error: Exception, operation: str | None) -> NoReturn:
    """Raises what an exception of botocore's, urllib3's or aiohttp's is here; whatever it is not of, as it is."""
    if isinstance(error, (theirs.BotoCoreError, HTTPError)) and not isinstance(error, AssertionError):
        raise _translated(error, operation) from error
    if type(error).__module__.partition(".")[0] in _ASYNC_LIBRARIES:
        kind = TimedOut if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__ else ConnectionFailed
        raise kind(f"{type(error).__name__}: {error}", operation) from error
    raise error


def _translated(error: Exception, operation: str | None) -> BotobindError:
    reason = str(error)
    if isinstance(error, _OF_PARAMETERS):
        return EncodeError(
            f"{operation or 'client'}: {' '.join(reason.removeprefix('Parameter validation failed:').split())}"
        )
    if isinstance(error, (getattr(theirs, "FlexibleChecksumError", ()), theirs.ChecksumError)):
        return ResponseError(reason)
    if isinstance(error, Urllib3TimeoutError):
        return TimedOut(reason, operation)
    for classes, ours in _TABLE:
        if isinstance(error, classes):
            return ours(reason, operation)
    return (ConnectionFailed if isinstance(error, HTTPError) else TransportError)(reason, operation)
