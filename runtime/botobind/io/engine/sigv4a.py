"""Signatures that are good in several regions (SigV4a), made by `awscrt`: they take elliptic curves."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from botobind.io.engine import sigv4
from botobind.io.faults import EndpointUnknown

if TYPE_CHECKING:
    from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest

_REFUSED = frozenset({"authorization", "x-amz-date", "x-amz-region-set", "x-amz-security-token", sigv4.CONTENT_SHA256})
"""Headers that `awscrt` adds, and refuses to see."""


def sign(request: OutgoingRequest, scheme: AuthScheme, keys: Credentials, at: datetime, payload: str) -> str:
    """Adds the headers of a signature that is made at a time, and gives the signature.

    `payload` stands for the body; a header says so where the request has one that does. Raises `EndpointUnknown` where
    `awscrt` is not installed.
    """
    is_told = any(name.lower() == sigv4.CONTENT_SHA256 for name, _ in request.headers)
    signed = _signed(request, scheme, keys, at, payload, is_told=is_told)
    kept = {name.lower() for name, _ in request.headers} - _REFUSED
    request.headers[:] = [pair for pair in request.headers if pair[0].lower() not in _REFUSED]
    request.headers += [pair for pair in signed.headers if pair[0].lower() not in {*kept, "host"}]
    return str(signed.headers.get("Authorization")).rpartition("Signature=")[2]


def presigned(
    request: OutgoingRequest, scheme: AuthScheme, keys: Credentials, at: datetime, expires: int, payload: str
) -> list[tuple[str, str]]:
    """The encoded parameters of the query string, with those of a signature that is good for so many seconds from a
    time on. Raises as `sign` does.
    """
    path = _signed(request, scheme, keys, at, payload, expires=expires).path
    pairs = [pair.partition("=") for pair in path.partition("?")[2].split("&")]
    return [(name, value) for name, _, value in pairs]


def _signed(
    request: OutgoingRequest,
    scheme: AuthScheme,
    keys: Credentials,
    at: datetime,
    payload: str,
    *,
    is_told: bool = False,
    expires: int | None = None,
) -> Any:
    try:
        auth, http = import_module("awscrt.auth"), import_module("awscrt.http")
    except ImportError:
        raise EndpointUnknown("the endpoint wants signatures by sigv4a, which take the package awscrt") from None
    headers = [pair for pair in request.headers if pair[0].lower() not in _REFUSED]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.append(("host", request.host.lower()))
    message = http.HttpRequest(method=request.method, path=request.target, headers=http.HttpHeaders(headers))
    kind = auth.AwsSignatureType
    told = auth.AwsSignedBodyHeaderType
    config = auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4_ASYMMETRIC,
        signature_type=kind.HTTP_REQUEST_HEADERS if expires is None else kind.HTTP_REQUEST_QUERY_PARAMS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(
            keys.access_key, keys.secret_key, keys.session_token
        ),
        region=",".join(scheme.region_set) or scheme.region,
        service=scheme.signing_name,
        date=at,
        should_sign_header=lambda name: name.lower() not in sigv4.NOT_SIGNED,
        use_double_uri_encode=scheme.double_encodes,
        should_normalize_uri_path=scheme.double_encodes,
        signed_body_value=payload,
        signed_body_header_type=told.X_AMZ_CONTENT_SHA_256 if is_told else told.NONE,
        expiration_in_seconds=expires,
    )
    auth.aws_sign_request(message, config).result()
    return message
