"""Signatures of version 4: what of a request is signed, in which form, and by which key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from botobind.io.engine.remembering import remember
from botobind.wire.percent import encode

if TYPE_CHECKING:
    from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest

ALGORITHM = "AWS4-HMAC-SHA256"
CONTENT_SHA256 = "x-amz-content-sha256"
EMPTY_SHA256 = sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"
TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
EVENTS = "STREAMING-AWS4-HMAC-SHA256-EVENTS"

NOT_SIGNED = frozenset(
    {
        "baggage",
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-amzn-trace-id",
    }
)
"""Headers that proxies and tracers change on the way."""

_KEPT_SIGNERS = 256
_END = "\n"  # no expression of an f-string may have a backslash before Python 3.12
_is_plain_path = re.compile(r"(?:/(?!\.)[A-Za-z0-9\-_.~]+)*/?").fullmatch

_signers: dict[tuple[str, str, str, str], hmac.HMAC] = {}
_last = (0, "19700101T000000Z")
"""The second that was asked for last, since many requests are signed in one."""


def stamp_of(at: datetime) -> str:
    """A time as signatures have it, such as `20240501T100000Z`: in UTC, without fractions of a second."""
    global _last  # noqa: PLW0603 - a pair that is swapped whole, so that no thread sees half of another's
    second = int(at.timestamp())
    known, stamp = _last
    if known != second:
        stamp = datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")
        _last = (second, stamp)
    return stamp


def scope_of(scheme: AuthScheme, stamp: str) -> str:
    """For what a signature is good: a day, a region and a service."""
    return f"{stamp[:8]}/{scheme.region}/{scheme.signing_name}/aws4_request"


def signature_of_text(text: str, scheme: AuthScheme, keys: Credentials, stamp: str) -> str:
    """The signature of a text, in hexadecimal digits."""
    secret, day, region, service = keys.secret_key, stamp[:8], scheme.region, scheme.signing_name
    known = (secret, day, region, service)
    signer = _signers.get(known)
    if signer is None:
        key = f"AWS4{secret}".encode()
        for part in (day, region, service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        # To copy one takes half of the time of another with the same key.
        signer = remember(_signers, known, hmac.new(key, digestmod="sha256"), _KEPT_SIGNERS)
    signing = signer.copy()
    signing.update(text.encode())
    return signing.hexdigest()


def values_of(headers: Iterable[tuple[str, str]], not_signed: frozenset[str] = NOT_SIGNED) -> dict[str, str]:
    """The headers that are signed by their lower-case names: those that are repeated joined, and all spaces between
    words made one.
    """
    found: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if lower in found:
            found[lower] += f",{' '.join(value.split())}"
        elif lower not in not_signed:
            found[lower] = " ".join(value.split())
    return found


def lines_of(values: dict[str, str], host: str) -> tuple[str, str]:
    """The headers as they are signed, a line each, and their names. The host is added where it is not there."""
    if "host" not in values:
        values["host"] = host.lower()
    lines = sorted(values.items())
    return "".join([f"{name}:{value}{_END}" for name, value in lines]), ";".join([line[0] for line in lines])


def canonical_path(path: str, scheme: AuthScheme) -> str:
    """The path as it is signed: encoded once more and without `.`, `..` and empty segments, but for S3, whose keys may
    have all of these.
    """
    if not scheme.double_encodes:
        return path
    if _is_plain_path(path) is not None:
        return path or "/"
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(encode(segment))
    first = "/" if path.startswith("/") else ""
    last = "/" if path.endswith("/") and kept else ""
    return f"{first}{'/'.join(kept)}{last}"


def encoded(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Parameters of the query string, percent-encoded."""
    return [(encode(name), encode(value)) for name, value in query]


def canonical_query(pairs: list[tuple[str, str]]) -> str:
    """The query string as it is signed, of encoded parameters: by their names, those of one name by their values."""
    return "&".join([f"{name}={value}" for name, value in sorted(pairs)])


def canonical_request(
    request: OutgoingRequest,
    query: str,
    lines: str,
    names: str,
    payload: str,
    scheme: AuthScheme,
) -> str:
    """What is signed of a request: its method and path, the canonical query string, these lines of headers and their
    names, and what stands for its body.
    """
    path = request.path
    if path != "/":
        path = canonical_path(path, scheme)
    return f"{request.method}\n{path}\n{query}\n{lines}\n{names}\n{payload}"


def signature_of(canonical: str, scope: str, scheme: AuthScheme, keys: Credentials, stamp: str) -> str:
    """The signature of a canonical request, in hexadecimal digits."""
    digest = sha256(canonical.encode()).hexdigest()
    return signature_of_text(f"{ALGORITHM}\n{stamp}\n{scope}\n{digest}", scheme, keys, stamp)
