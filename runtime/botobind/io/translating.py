"""botocore's exceptions as ours."""

from __future__ import annotations

from functools import partial
from http.client import HTTPException
from typing import NoReturn

import botocore.exceptions as theirs
from urllib3.exceptions import HTTPError

from botobind.errors import BotobindError, EncodeError, ResponseError
from botobind.io.faults import (
    ConnectionFailed,
    CredentialsMissing,
    EndpointUnknown,
    TimedOut,
    TransportError,
    fault_of,
    is_of,
)
from botobind.io.uploads import ReadOnceError

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


def raise_ours(error: Exception, operation: str | None, *, is_of_body: bool = False) -> NoReturn:
    """Raises what an exception of botocore's, urllib3's or aiohttp's is here; whatever it is not of, as it is. Where a
    body was read, those of sockets are the transport's as well.
    """
    found = ours_of(error, operation)
    if found is None and is_of_body and isinstance(error, (OSError, EOFError, HTTPException)):
        found = fault_of(error, operation)
    try:
        if found is None:
            raise error
        raise found from error
    finally:
        del error, found  # see `raised`


raise_broken = partial(raise_ours, is_of_body=True)


def ours_of(error: Exception, operation: str | None) -> BotobindError | None:
    """What an exception of botocore's, urllib3's or aiohttp's is here; None for all others."""
    if isinstance(error, ReadOnceError):
        return EncodeError(f"{operation}: {error}")
    if isinstance(error, (theirs.BotoCoreError, HTTPError)) and not isinstance(error, AssertionError):
        return _translated(error, operation)
    return fault_of(error, operation) if is_of(error, _ASYNC_LIBRARIES) else None


def _translated(error: Exception, operation: str | None) -> BotobindError:
    reason = str(error)
    if isinstance(error, _OF_PARAMETERS):
        return EncodeError(
            f"{operation or 'client'}: {' '.join(reason.removeprefix('Parameter validation failed:').split())}"
        )
    if isinstance(error, (getattr(theirs, "FlexibleChecksumError", ()), theirs.ChecksumError)):
        return ResponseError(reason)
    for classes, ours in _TABLE:
        if isinstance(error, classes):
            return ours(reason, operation)
    return fault_of(error, operation) if isinstance(error, HTTPError) else TransportError(reason, operation)
