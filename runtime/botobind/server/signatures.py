"""Signatures of requests (SigV4), checked as AWS's services do: in the header `Authorization`, or in the query string.

A signature is worked out once more, by the engine that makes them, from what the request says is signed.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import TypeAlias

from botobind.attributes import field, frozen
from botobind.errors import RequestError
from botobind.http import Headers, HttpRequest
from botobind.io.engine import sigv4
from botobind.io.engine.authschemes import ENCODE_ONCE
from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest

__all__ = [
    "Claim",
    "DigestCheck",
    "Refusals",
    "Secrets",
    "check",
    "check_head",
    "claim_of",
    "kind_of_service",
    "needs_hash",
    "seal_of",
]

Secrets: TypeAlias = Mapping[str, str] | Callable[[str], str | None]
"""The secret key of each access key, `None` for one that nobody has. A function is called in a thread by ASGI."""

_SKEW = 15 * 60
"""Seconds that a client's clock may be wrong."""
_LONGEST_EXPIRY = 7 * 24 * 3600
_END = "aws4_request"
_PARTS = frozenset({"Credential", "SignedHeaders", "Signature"})
_QUERY = frozenset({"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"})
_SIGNATURE = "X-Amz-Signature"
_is_stamp = re.compile(r"\d{8}T\d{6}Z", re.ASCII).fullmatch
_is_hash = re.compile(r"[0-9a-f]{64}").fullmatch
_STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"


class Refusals:
    """What is wrong with a request, in the codes of a kind of service: S3's, those of forms, and those of JSON."""

    MISSING = "MissingAuthenticationToken"
    UNKNOWN_KEY = "InvalidClientTokenId"
    WRONG = "SignatureDoesNotMatch"
    SKEWED = "RequestTimeTooSkewed"
    EXPIRED = "RequestExpired"
    MALFORMED = "IncompleteSignature"

    CODES: Mapping[str, Mapping[str, str]] = {
        "s3": {
            MISSING: "AccessDenied",
            UNKNOWN_KEY: "InvalidAccessKeyId",
            EXPIRED: "AccessDenied",
            MALFORMED: "AuthorizationHeaderMalformed",
        },
        "query": {},
        "json": {
            MISSING: "MissingAuthenticationTokenException",
            UNKNOWN_KEY: "UnrecognizedClientException",
            WRONG: "InvalidSignatureException",
            MALFORMED: "IncompleteSignatureException",
        },
    }

    @classmethod
    def of(cls, kind: str, code: str, reason: str) -> RequestError:
        """The error to answer with."""
        status = 400 if code == cls.MALFORMED else 403
        return RequestError(reason, status=status, code=cls.CODES[kind].get(code, code))


@frozen(kw_only=True)
class Claim:
    """What a request says of its signature."""

    access_key: str
    day: str
    region: str
    service: str
    names: str
    """The headers that are signed, with `;` between them."""
    signature: str = field(repr=False)
    stamp: str
    expires: int | None = None
    """For how many seconds it is good; `None` for a header, which is good for as long as clocks may differ."""

    @property
    def scheme(self) -> AuthScheme:
        """By which scheme it is signed."""
        return AuthScheme(
            name="sigv4",
            signing_name=self.service,
            region=self.region,
            double_encodes=self.service not in ENCODE_ONCE,
        )


def kind_of_service(signing_name: str, protocols: tuple[str, ...], headers: Headers) -> str:
    """Which codes a service has for a request."""
    if signing_name in ENCODE_ONCE:
        return "s3"
    in_json = "x-amz-target" in headers or "smithy-protocol" in headers
    return "query" if not in_json and not {"query", "ec2", "rest-xml"}.isdisjoint(protocols) else "json"


def claim_of(request: HttpRequest, kind: str) -> Claim | None:
    """What a request says of its signature; `None` where it has none. Raises `RequestError` for one that is none of
    version 4.
    """
    header = request.headers.get("authorization")
    query = [pair for pair in request.query if pair[0] in _QUERY or pair[0] == _SIGNATURE]
    if header is not None and query:
        raise Refusals.of(kind, Refusals.MALFORMED, "a request is signed in a header or in its query string, not both")
    if header is not None:
        algorithm, _, rest = header.strip().partition(" ")
        given = [part.strip().partition("=") for part in rest.split(",")]
        parts = {name: value for name, _, value in given}
        if algorithm == sigv4.ALGORITHM and parts.keys() == _PARTS and len(given) == len(_PARTS):
            return _claim(kind, parts["Credential"], parts["SignedHeaders"], parts["Signature"], _told(request), None)
    elif query:
        parts = dict(query)
        if parts.keys() == {*_QUERY, _SIGNATURE} and len(query) == len(parts):
            expires = parts["X-Amz-Expires"]
            is_number = expires.isascii() and expires.isdigit() and len(expires) <= 6
            if parts["X-Amz-Algorithm"] == sigv4.ALGORITHM and is_number and 1 <= int(expires) <= _LONGEST_EXPIRY:
                return _claim(
                    kind,
                    parts["X-Amz-Credential"],
                    parts["X-Amz-SignedHeaders"],
                    parts[_SIGNATURE],
                    parts["X-Amz-Date"],
                    int(expires),
                )
    else:
        return None
    raise Refusals.of(kind, Refusals.MALFORMED, f"expected a signature by {sigv4.ALGORITHM} with all of its parts")


def _told(request: HttpRequest) -> str:
    """When a request says that it was signed."""
    if (stamp := request.headers.get("x-amz-date")) is not None:
        return stamp
    try:
        return sigv4.stamp_of(parsedate_to_datetime(request.headers.get("date", "")))
    except (ValueError, OverflowError):
        return ""


def _claim(kind: str, credential: str, names: str, signature: str, stamp: str, expires: int | None) -> Claim:
    parts = credential.split("/")
    if len(parts) != 5 or parts[4] != _END or not all(parts) or not _is_stamp(stamp):
        raise Refusals.of(kind, Refusals.MALFORMED, "expected a scope KEY/DAY/REGION/SERVICE/aws4_request and a date")
    key, day, region, service, _ = parts
    return Claim(
        access_key=key,
        day=day,
        region=region,
        service=service,
        names=names,
        signature=signature,
        stamp=stamp,
        expires=expires,
    )


def check_head(request: HttpRequest, claim: Claim, signing_name: str, kind: str) -> str | None:
    """Checks what takes no key: for which service a signature is, when it was made, and whether all is signed that has
    to be. Gives what stands for the body in it, and `None` where that is the hash of a body that has to be read for it.
    """
    meant = {signing_name, *(ENCODE_ONCE if signing_name in ENCODE_ONCE else ())}
    if claim.service not in meant or claim.day != claim.stamp[:8]:
        raise Refusals.of(kind, Refusals.WRONG, f"the signature has to be for {signing_name}, and for its own day")
    _check_time(claim, kind)
    headers = request.headers
    names = claim.names.split(";")
    has_to_be = {name for name in headers.by_lower_name() if name.startswith("x-amz-")} | {"host"}
    if not has_to_be <= {*names} or names != sorted(set(names)):
        raise Refusals.of(kind, Refusals.WRONG, "the host and all headers x-amz-* have to be signed, in their order")
    told = headers.get(sigv4.CONTENT_SHA256) or dict(request.query).get("X-Amz-Content-Sha256")
    if told is None and claim.expires is not None and not claim.scheme.double_encodes:
        return sigv4.UNSIGNED
    if told is None or _is_hash(told) or told in {sigv4.UNSIGNED, sigv4.TRAILER, sigv4.EVENTS}:
        return told
    if told in {_STREAMING, f"{_STREAMING}-TRAILER"}:
        return told
    raise Refusals.of(kind, Refusals.WRONG, "X-Amz-Content-SHA256 has to be a hash, or one of the words for none")


def _check_time(claim: Claim, kind: str) -> None:
    try:
        made = datetime.strptime(claim.stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Refusals.of(kind, Refusals.MALFORMED, "the date of the signature is none") from None
    now = time.time()
    if claim.expires is not None and now > made + claim.expires:
        raise Refusals.of(kind, Refusals.EXPIRED, "Request has expired")
    if made > now + _SKEW or (claim.expires is None and made < now - _SKEW):
        reason = "The difference between the request time and the current time is too large."
        raise Refusals.of(kind, Refusals.SKEWED, reason)


def check(request: HttpRequest, claim: Claim, secret: str | None, payload: str, kind: str) -> Credentials:
    """Compares a signature with the one that a secret key makes of the request, and gives the keys. `payload` stands
    for the body.
    """
    if not secret:  # an empty one is none either: anybody could sign with it
        raise Refusals.of(kind, Refusals.UNKNOWN_KEY, "The security token included in the request is invalid.")
    keys, scheme = Credentials(access_key=claim.access_key, secret_key=secret), claim.scheme
    names = claim.names.split(";")
    headers = request.headers
    values = dict.fromkeys(names, "") | sigv4.values_of(
        [(name, _text(value)) for name in names for value in headers.get_all(name)], frozenset()
    )
    lines, names_signed = sigv4.lines_of(values, "")
    outgoing = OutgoingRequest(
        method=request.method, scheme="https", host="", path=request.path, query=[], headers=[], body=b""
    )
    query = sigv4.canonical_query(sigv4.encoded(pair for pair in request.query if pair[0] != _SIGNATURE))
    canonical = sigv4.canonical_request(outgoing, query, lines, names_signed, payload, scheme)
    scope = sigv4.scope_of(scheme, claim.stamp)
    made = sigv4.signature_of(canonical, scope, scheme, keys, claim.stamp)
    if not _are_equal(made, claim.signature):
        raise Refusals.of(kind, Refusals.WRONG, "The request signature we calculated does not match the one provided.")
    return keys


def _are_equal(made: str, given: str) -> bool:
    """Compares in a time that does not tell how much is right."""
    return hmac.compare_digest(made.encode(), given.encode("utf-8", "replace"))


def _text(value: str) -> str:
    """A header's value as it was signed: servers read bytes as Latin-1 that clients wrote in UTF-8."""
    try:
        return value if value.isascii() else value.encode("latin-1").decode()
    except UnicodeError:
        return value


class DigestCheck:
    """A body passes through it, and has the hash that was signed in the end."""

    def __init__(self, expected: str) -> None:
        self._expected = expected
        self._found = sha256()

    def feed(self, data: bytes, /) -> bytes:
        """The same bytes."""
        self._found.update(data)
        return data

    def close(self) -> None:
        """Raises `RequestError` for another body than was signed."""
        if not _are_equal(self._found.hexdigest(), self._expected):
            reason = "The provided 'x-amz-content-sha256' header does not match what was computed."
            raise RequestError(reason, code="XAmzContentSHA256Mismatch")


class ChunkSeal:
    """Checks the signatures of chunks, each of which is made with the one before it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    """

    def __init__(self, claim: Claim, keys: Credentials, *, has_trailers: bool) -> None:
        self._claim, self._keys = claim, keys
        self._before = claim.signature
        self._has_trailers = has_trailers
        self._found = sha256()

    def update(self, data: bytes, /) -> None:
        """Takes bytes of a chunk."""
        self._found.update(data)

    def end_chunk(self, signature: str, /) -> None:
        """Raises `RequestError` where a chunk has another signature."""
        hashes = [sigv4.EMPTY_SHA256, self._found.hexdigest()]
        self._found = sha256()
        self._check("AWS4-HMAC-SHA256-PAYLOAD", hashes, signature)

    def end(self, trailers: list[tuple[str, str]], /) -> None:
        """Raises `RequestError` where the trailers have another signature, or should not be there."""
        if self._has_trailers:
            kept = [f"{name.lower()}:{value}\n" for name, value in trailers if name.lower() != _TRAILER_SIGNATURE]
            signature = {name.lower(): value for name, value in trailers}.get(_TRAILER_SIGNATURE, "")
            self._check("AWS4-HMAC-SHA256-TRAILER", [sha256("".join(kept).encode()).hexdigest()], signature)
        elif trailers:
            raise _wrong_chunk()

    def _check(self, algorithm: str, hashes: list[str], signature: str) -> None:
        scheme, stamp = self._claim.scheme, self._claim.stamp
        text = "\n".join([algorithm, stamp, sigv4.scope_of(scheme, stamp), self._before, *hashes])
        self._before = sigv4.signature_of_text(text, scheme, self._keys, stamp)
        if not _are_equal(self._before, signature):
            raise _wrong_chunk()


_TRAILER_SIGNATURE = "x-amz-trailer-signature"


def _wrong_chunk() -> RequestError:
    return RequestError("the signature of a chunk is wrong", status=403, code=Refusals.WRONG)


def seal_of(claim: Claim, keys: Credentials, payload: str) -> ChunkSeal | None:
    """What checks the chunks of a body, where it has signatures between them."""
    if not payload.startswith(_STREAMING):
        return None
    return ChunkSeal(claim, keys, has_trailers=payload != _STREAMING)


def needs_hash(payload: str) -> bool:
    """Whether the body has to have this hash."""
    return _is_hash(payload) is not None
