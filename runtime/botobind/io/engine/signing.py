"""Signing requests: by headers or in the query string, with keys, bearer tokens or not at all.

What is signed and how is in `sigv4`; what of a body is signed is here, and S3 has its own ways.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botobind.errors import EncodeError
from botobind.io.engine import sigv2, sigv4, sigv4a
from botobind.io.engine.data import AuthScheme, BearerToken, Credentials, OutgoingRequest
from botobind.io.faults import CredentialsMissing, EndpointUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botobind.http import Body

__all__ = ["EXPRESS", "keys_of", "presign", "sign"]

EXPRESS = "sigv4-s3express"
"""The scheme of S3's directory buckets, whose sessions have tokens with a name of their own."""

_CHUNK = 1024 * 1024
_LONGEST_EXPIRY = 7 * 24 * 3600
_FORM = "application/x-www-form-urlencoded"
_REPLACED = frozenset({"authorization", "x-amz-date", "x-amz-security-token", "x-amz-s3session-token"})
_NO_CHECKSUMS = frozenset({"x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"})


def sign(
    request: OutgoingRequest,
    scheme: AuthScheme,
    credentials: Credentials | BearerToken | None,
    at: datetime,
    *,
    unsigned: bool = False,
    streams: bool = False,
    signs_payload: bool | None = None,
) -> str:
    """Adds the headers of a signature that is made at a time in UTC, and gives the signature, from which those of a
    stream's events follow. It is empty for bearer tokens, and where nothing is signed.

    A body is signed with the rest, but for operations whose model says that it is `unsigned`. S3's need not be where it
    `streams`, by https and with a checksum, unless the setting `signs_payload` decides. A header `x-amz-content-sha256`
    that is there stands for the body, as that of a body in chunks does. What can be read once is not signed.

    Raises `CredentialsMissing` where there are none of the kind that the scheme wants, `EndpointUnknown` for a token
    that would go over http and a scheme that is unknown, and `EncodeError` for a body that has to be signed and cannot
    be read twice.
    """
    name = scheme.name
    if name == "sigv4" or name == EXPRESS:  # noqa: PLR1714 - the faster way
        keys = keys_of(credentials)
        headers = request.headers
        values = sigv4.values_of(headers)
        if not _REPLACED.isdisjoint(values):
            headers[:] = [pair for pair in headers if pair[0].lower() not in _REPLACED]
            values = sigv4.values_of(headers)
        payload = _payload(request, scheme, values, unsigned=unsigned, streams=streams, signs_payload=signs_payload)
        values["x-amz-date"] = stamp = sigv4.stamp_of(at)
        headers.append(("X-Amz-Date", stamp))
        if keys.session_token is not None:
            token = _token_name(scheme)
            values[token.lower()] = keys.session_token
            headers.append((token, keys.session_token))
        lines, names = sigv4.lines_of(values, request.host)
        query = sigv4.canonical_query(sigv4.encoded(request.query)) if request.query else ""
        canonical = sigv4.canonical_request(request, query, lines, names, payload, scheme)
        scope = sigv4.scope_of(scheme, stamp)
        signature = sigv4.signature_of(canonical, scope, scheme, keys, stamp)
        credential = f"{sigv4.ALGORITHM} Credential={keys.access_key}/{scope}"
        headers.append(("Authorization", f"{credential}, SignedHeaders={names}, Signature={signature}"))
        return signature
    if name == "sigv4a":
        keys = keys_of(credentials)
        values = sigv4.values_of(request.headers)
        payload = _payload(request, scheme, values, unsigned=unsigned, streams=streams, signs_payload=signs_payload)
        return sigv4a.sign(request, scheme, keys, at, payload)
    if name == sigv2.NAME:
        return sigv2.sign(request, keys_of(credentials), at)
    if name == "bearer":
        _add_token(request, credentials)
    elif name != "none":
        raise EndpointUnknown(f"nothing signs requests by the scheme {name!r}")
    return ""


def presign(
    request: OutgoingRequest,
    scheme: AuthScheme,
    credentials: Credentials | BearerToken | None,
    at: datetime,
    expires: int,
    *,
    unsigned: bool = False,
) -> str:
    """The URL of a request with a signature in its query string, good for so many seconds from a time in UTC on.

    Headers of the request are signed, so whoever uses the URL has to send them. A form and an object of JSON become
    part of the query string; S3's bodies are not signed. Raises as `sign` does, and `EncodeError` for more seconds than
    there are in seven days, and for bearer tokens.
    """
    if scheme.name not in {"sigv4", EXPRESS, "sigv4a", "none"}:
        raise EncodeError(f"the scheme {scheme.name!r} has no URLs that are signed beforehand")
    if not 1 <= expires <= _LONGEST_EXPIRY:
        raise EncodeError(f"expected from 1 to {_LONGEST_EXPIRY} seconds, got {expires}")
    query, body = list(request.query), request.body
    if scheme.double_encodes:
        moved, body = _moved(request)
        query += moved
    if scheme.name == "none":
        return _url(request, sigv4.encoded(query))
    keys = keys_of(credentials)
    headers = [pair for pair in request.headers if not _is_left_out(*pair)]
    presigned = OutgoingRequest(
        method=request.method,
        scheme=request.scheme,
        host=request.host,
        path=request.path,
        query=query,
        headers=headers,
        body=body,
    )
    payload = sigv4.UNSIGNED
    if scheme.double_encodes:
        unsigned = unsigned and request.scheme == "https"
        values = sigv4.values_of(headers)
        is_told = sigv4.CONTENT_SHA256 in values
        payload = _payload(presigned, scheme, values, unsigned=unsigned, streams=False, signs_payload=None)
        if not is_told:
            headers[:] = [pair for pair in headers if pair[0].lower() != sigv4.CONTENT_SHA256]
    if scheme.name == "sigv4a":
        return _url(presigned, sigv4a.presigned(presigned, scheme, keys, at, expires, payload))
    return _presigned(presigned, scheme, keys, sigv4.stamp_of(at), expires, payload)


def _is_left_out(name: str, value: str) -> bool:
    """Whether a header is none of a URL's request: a form has become parameters, and the signature is among them."""
    lower = name.lower()
    return lower in _REPLACED or (lower == "content-type" and value.startswith(_FORM))


def _presigned(
    request: OutgoingRequest, scheme: AuthScheme, keys: Credentials, stamp: str, expires: int, payload: str
) -> str:
    """The URL with its signature of version 4."""
    lines, names = sigv4.lines_of(sigv4.values_of(request.headers), request.host)
    scope = sigv4.scope_of(scheme, stamp)
    query = [
        *request.query,
        ("X-Amz-Algorithm", sigv4.ALGORITHM),
        ("X-Amz-Credential", f"{keys.access_key}/{scope}"),
        ("X-Amz-Date", stamp),
        ("X-Amz-Expires", str(expires)),
        ("X-Amz-SignedHeaders", names),
    ]
    if keys.session_token is not None:
        query.append((_token_name(scheme), keys.session_token))
    pairs = sigv4.encoded(query)
    canonical = sigv4.canonical_request(request, sigv4.canonical_query(pairs), lines, names, payload, scheme)
    pairs.append(("X-Amz-Signature", sigv4.signature_of(canonical, scope, scheme, keys, stamp)))
    return _url(request, pairs)


def _url(request: OutgoingRequest, pairs: list[tuple[str, str]]) -> str:
    """The URL of a request with encoded parameters."""
    query = "&".join([f"{name}={value}" for name, value in pairs])
    return f"{request.scheme}://{request.host}{request.path}{'?' if query else ''}{query}"


def _token_name(scheme: AuthScheme) -> str:
    return "X-Amz-S3session-Token" if scheme.name == EXPRESS else "X-Amz-Security-Token"


def keys_of(credentials: Credentials | BearerToken | None) -> Credentials:
    """The keys to sign with. Raises `CredentialsMissing` where there are none."""
    if not isinstance(credentials, Credentials):
        what = "there are no credentials" if credentials is None else "a bearer token is no key"
        raise CredentialsMissing(f"{what} to sign the request with")
    return credentials


def _add_token(request: OutgoingRequest, credentials: Credentials | BearerToken | None) -> None:
    if not isinstance(credentials, BearerToken):
        raise CredentialsMissing("there is no bearer token for the request")
    if request.scheme != "https":
        raise EndpointUnknown("bearer tokens are sent by https alone, since whoever reads them can use them")
    request.headers[:] = [pair for pair in request.headers if pair[0].lower() != "authorization"]
    request.headers.append(("Authorization", f"Bearer {credentials.token}"))


def _payload(
    request: OutgoingRequest,
    scheme: AuthScheme,
    values: dict[str, str],
    *,
    unsigned: bool,
    streams: bool,
    signs_payload: bool | None,
) -> str:
    """What stands for the body in what is signed. A header says it, too, to S3, and where the body is not signed.

    `values` are those of the request's headers by their lower-case names, to which it is added.
    """
    told = values.get(sigv4.CONTENT_SHA256)
    if told is not None:
        return told
    is_signed = not unsigned
    is_s3 = not scheme.double_encodes
    if is_s3:
        is_left_out = (streams or unsigned) and _is_safe(request, values)
        is_signed = not is_left_out if signs_payload is None else signs_payload
    payload = _hash(request) if is_signed else sigv4.UNSIGNED
    if is_s3 or payload == sigv4.UNSIGNED:
        values[sigv4.CONTENT_SHA256] = payload
        request.headers.append(("X-Amz-Content-SHA256", payload))
    return payload


def _is_safe(request: OutgoingRequest, names: Iterable[str]) -> bool:
    """Whether TLS and a checksum keep a body as it is, so that a large one need not be read twice for a signature."""
    return request.scheme == "https" and any(
        name == "content-md5" or (name.startswith("x-amz-checksum-") and name not in _NO_CHECKSUMS) for name in names
    )


def _hash(request: OutgoingRequest) -> str:
    """The hash of the body; `UNSIGNED` for one that can be read once, by https."""
    body = request.body
    if isinstance(body, (bytes, bytearray, memoryview)):
        return sha256(body).hexdigest() if body else sigv4.EMPTY_SHA256
    if not hasattr(body, "seek") or isinstance(body, AsyncIterable) or not getattr(body, "seekable", lambda: True)():
        if request.scheme == "https":
            return sigv4.UNSIGNED
        raise EncodeError("by http the body has to be signed, and it can be read once: expected bytes or a file")
    file: Any = body
    start, found = file.tell(), sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    file.seek(start)
    return found.hexdigest()


def _moved(request: OutgoingRequest) -> tuple[list[tuple[str, str]], Body]:
    """The parameters that a body becomes, and what is left of it."""
    if not isinstance(request.body, bytes) or not request.body:
        return [], request.body
    media_type = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    if media_type.startswith(_FORM):
        from urllib.parse import parse_qsl

        return parse_qsl(request.body.decode(), keep_blank_values=True), b""
    if request.body.startswith(b"{"):
        import json  # few URLs are of such operations

        members: Mapping[str, Any] = json.loads(request.body)
        return [
            (name, str(value))
            for name, given in members.items()
            for value in (given if isinstance(given, list) else [given])
        ], b""
    return [], request.body
