"""Signatures of requests, checked as AWS's services do: those of version 4 and 4a, and S3's own of URLs and forms.

A signature is worked out once more, by the engine that makes them, from what the request says is signed.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias

from botobind.errors import RequestError
from botobind.http import HttpRequest
from botobind.io.engine import sigv4
from botobind.io.engine.authschemes import ENCODE_ONCE
from botobind.io.engine.data import Credentials, OutgoingRequest
from botobind.server import asymmetric, oldsignatures
from botobind.server.claims import ASYMMETRIC, OLD, SIGNATURE, Claim
from botobind.server.codes import Refusals

__all__ = [
    "ChunkSignatureCheck",
    "DigestCheck",
    "Secrets",
    "Verifier",
    "check",
    "check_head",
    "check_service",
    "check_text",
    "chunk_check_of",
    "needs_hash",
    "verifier_of",
]

Secrets: TypeAlias = Mapping[str, str] | Callable[[str], str | None]
"""The secret key of each access key, `None` for one that nobody has. A function is called in a thread by ASGI."""

_SKEW = 15 * 60
"""Seconds that a client's clock may be wrong."""
_is_hash = re.compile(r"[0-9a-f]{64}").fullmatch
_CHUNKS = {name: f"STREAMING-{name}-PAYLOAD" for name in (sigv4.ALGORITHM, ASYMMETRIC)}
"""What stands for a body whose chunks are signed, by the algorithm."""


class Verifier:
    """Compares signatures with those that a secret key makes, by the algorithm and for the scope of a claim."""

    def __init__(self, claim: Claim, secret: str) -> None:
        self.keys = Credentials(access_key=claim.access_key, secret_key=secret)
        self._claim = claim

    def has_signed(self, text: str, signature: str) -> bool:
        """Whether a text has this signature."""
        claim, keys = self._claim, self.keys
        if claim.algorithm == ASYMMETRIC:
            return asymmetric.is_signed(text, signature, keys.access_key, keys.secret_key)
        if claim.algorithm == OLD:
            return _are_equal(oldsignatures.signature_of(text, keys.secret_key), signature)
        return _are_equal(sigv4.signature_of_text(text, claim.scheme, keys, claim.stamp), signature)


def check_head(request: HttpRequest, claim: Claim, signing_name: str, kind: str) -> str | None:
    """Checks what takes no key: for which service a signature is, when it was made, and whether all is signed that has
    to be. Gives what stands for the body in it, and `None` where that is the hash of a body that has to be read for it.
    """
    if claim.algorithm == OLD:
        _check_time(claim, kind)
        return sigv4.UNSIGNED
    check_service(claim, signing_name, kind)
    _check_time(claim, kind)
    headers = request.headers
    names = claim.names.split(";")
    has_to_be = {name for name in headers.by_lower_name() if name.startswith("x-amz-")} | {"host"}
    if not has_to_be <= {*names} or names != sorted(set(names)):
        raise Refusals.of(kind, Refusals.WRONG, "the host and all headers x-amz-* have to be signed, in their order")
    in_header = headers.get(sigv4.CONTENT_SHA256)
    told = in_header or dict(request.query).get("X-Amz-Content-Sha256")
    if told is None and claim.expires is not None and not claim.scheme.double_encodes:
        return sigv4.UNSIGNED
    if told is None or _is_hash(told) or told == sigv4.UNSIGNED:
        return told
    # The body is read by what the header says: what is in the query string alone would not be checked.
    chunks = _CHUNKS[claim.algorithm]
    if in_header and told in {sigv4.TRAILER, sigv4.EVENTS, chunks, f"{chunks}-TRAILER"}:
        return told
    raise Refusals.of(kind, Refusals.WRONG, "X-Amz-Content-SHA256 has to be a hash, or one of the words for none")


def check_service(claim: Claim, signing_name: str, kind: str) -> None:
    """Checks for which service a signature is, and for which day."""
    meant = {signing_name, *(ENCODE_ONCE if signing_name in ENCODE_ONCE else ())}
    if claim.service not in meant or claim.day != claim.stamp[:8]:
        raise Refusals.of(kind, Refusals.WRONG, f"the signature has to be for {signing_name}, and for its own day")


def _check_time(claim: Claim, kind: str) -> None:
    now = time.time()
    if not claim.stamp:
        if claim.expires is None or now > claim.expires:
            raise Refusals.of(kind, Refusals.EXPIRED, "Request has expired")
        return
    try:
        made = datetime.strptime(claim.stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Refusals.of(kind, Refusals.MALFORMED, "the date of the signature is none") from None
    if claim.expires is not None and now > made + claim.expires:
        raise Refusals.of(kind, Refusals.EXPIRED, "Request has expired")
    if made > now + _SKEW or (claim.expires is None and made < now - _SKEW):
        reason = "The difference between the request time and the current time is too large."
        raise Refusals.of(kind, Refusals.SKEWED, reason)


def check(request: HttpRequest, claim: Claim, verifier: Verifier, payload: str, path: str, kind: str) -> None:
    """Compares the signature of a request with the one that a secret key makes of it. `payload` stands for the body,
    and `path` begins with the label that the host of the request may have.
    """
    if claim.algorithm == OLD:
        if oldsignatures.is_ambiguous(request):
            raise _wrong(kind)
        # Clients sign that of a bucket with a slash behind it, or as it is.
        bucket = path.rstrip("/")
        paths = {path, bucket, f"{bucket}/"} if "/" not in bucket[1:] else {path}
        if any(
            verifier.has_signed(oldsignatures.text_of(request, each, claim.expires or 0), claim.signature)
            for each in paths
        ):
            return
        raise _wrong(kind)
    check_text(_text_of(request, claim, payload), claim, verifier, kind)


def check_text(text: str, claim: Claim, verifier: Verifier, kind: str) -> None:
    """Compares the signature of a text with the one that a request tells."""
    if not verifier.has_signed(text, claim.signature):
        raise _wrong(kind)


def _wrong(kind: str) -> RequestError:
    return Refusals.of(kind, Refusals.WRONG, "The request signature we calculated does not match the one provided.")


def verifier_of(claim: Claim, secret: str | None, kind: str) -> Verifier:
    """What compares signatures with those of a secret key."""
    if not secret:  # an empty one is none either: anybody could sign with it
        raise Refusals.of(kind, Refusals.UNKNOWN_KEY, "The security token included in the request is invalid.")
    return Verifier(claim, secret)


def _text_of(request: HttpRequest, claim: Claim, payload: str) -> str:
    """What is signed of a request by signatures of version 4 and 4a."""
    names = claim.names.split(";")
    headers = request.headers
    values = dict.fromkeys(names, "") | sigv4.values_of(
        [(name, _text(value)) for name in names for value in headers.get_all(name)], frozenset()
    )
    lines, names_signed = sigv4.lines_of(values, "")
    outgoing = OutgoingRequest(
        method=request.method, scheme="https", host="", path=request.path, query=[], headers=[], body=b""
    )
    query = sigv4.canonical_query(sigv4.encoded(pair for pair in request.query if pair[0] != SIGNATURE))
    canonical = sigv4.canonical_request(outgoing, query, lines, names_signed, payload, claim.scheme)
    return "\n".join([claim.algorithm, claim.stamp, claim.scope, sha256(canonical.encode()).hexdigest()])


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
        """The bytes as they are, which count in the hash."""
        self._found.update(data)
        return data

    def close(self) -> None:
        """Raises `RequestError` for another body than was signed."""
        if not _are_equal(self._found.hexdigest(), self._expected):
            reason = "The provided 'x-amz-content-sha256' header does not match what was computed."
            raise RequestError(reason, code="XAmzContentSHA256Mismatch")


class ChunkSignatureCheck:
    """Checks the signatures of chunks, each of which is made with the one before it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    """

    def __init__(self, claim: Claim, verifier: Verifier, *, has_trailers: bool) -> None:
        self._claim, self._verifier = claim, verifier
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
        self._check("PAYLOAD", hashes, signature)

    def end(self, trailers: list[tuple[str, str]], /) -> None:
        """Raises `RequestError` where the trailers have another signature, or should not be there."""
        if self._has_trailers:
            kept = [f"{name.lower()}:{value}\n" for name, value in trailers if name.lower() != _TRAILER_SIGNATURE]
            signature = {name.lower(): value for name, value in trailers}.get(_TRAILER_SIGNATURE, "")
            self._check("TRAILER", [sha256("".join(kept).encode()).hexdigest()], signature)
        elif trailers:
            raise _wrong_chunk()

    def _check(self, what: str, hashes: list[str], signature: str) -> None:
        claim = self._claim
        signature = signature.rstrip("*")  # those of elliptic curves are of several lengths, and filled up
        text = "\n".join([f"{claim.algorithm}-{what}", claim.stamp, claim.scope, self._before, *hashes])
        if not self._verifier.has_signed(text, signature):
            raise _wrong_chunk()
        self._before = signature


_TRAILER_SIGNATURE = "x-amz-trailer-signature"


def _wrong_chunk() -> RequestError:
    return RequestError("the signature of a chunk is wrong", status=403, code=Refusals.WRONG)


def chunk_check_of(claim: Claim, verifier: Verifier, payload: str) -> ChunkSignatureCheck | None:
    """What checks the chunks of a body, where it has signatures between them."""
    chunks = _CHUNKS.get(claim.algorithm)
    if chunks is None or not payload.startswith(chunks):
        return None
    return ChunkSignatureCheck(claim, verifier, has_trailers=payload != chunks)


def needs_hash(payload: str) -> bool:
    """Whether the body has to have this hash."""
    return _is_hash(payload) is not None
