"""What requests say of their signatures: in the header `Authorization`, in the query string, or in fields of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from botobind.attributes import field, frozen
from botobind.http import Headers, HttpRequest
from botobind.io.engine import sigv4
from botobind.io.engine.authschemes import ENCODE_ONCE
from botobind.io.engine.data import AuthScheme
from botobind.server.codes import Refusals

__all__ = ["ASYMMETRIC", "OLD", "SIGNATURE", "Claim", "claim_of", "claim_of_fields", "hoisted"]

ASYMMETRIC = "AWS4-ECDSA-P256-SHA256"
"""Signatures that are good in several regions (SigV4a)."""
OLD = "HMAC-SHA1"
"""Signatures of S3's own, by which boto3 signs URLs and forms unless it is told otherwise."""

SIGNATURE = "X-Amz-Signature"
_LONGEST_EXPIRY = 7 * 24 * 3600
_END = "aws4_request"
_PARTS = frozenset({"Credential", "SignedHeaders", "Signature"})
_QUERY = frozenset({"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"})
_OF_SIGNATURES = frozenset(
    {
        *(name.lower() for name in (*_QUERY, SIGNATURE)),
        sigv4.CONTENT_SHA256,
        "x-amz-region-set",
        "x-amz-security-token",
        "x-amz-trailer",
    }
)
"""The parameters of a signed URL that are no headers of what it asks for."""
_OLD_QUERY = frozenset({"AWSAccessKeyId", "Signature", "Expires"})
_FIELDS = frozenset({"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"})
_OLD_FIELDS = frozenset({"awsaccesskeyid", "signature"})
_is_stamp = re.compile(r"\d{8}T\d{6}Z", re.ASCII).fullmatch
_is_second = re.compile(r"\d{1,12}", re.ASCII).fullmatch


@frozen(kw_only=True)
class Claim:
    """What a request says of its signature."""

    algorithm: str
    access_key: str
    signature: str = field(repr=False)
    day: str = ""
    region: str = ""
    service: str = "s3"
    names: str = ""
    """The headers that are signed, with `;` between them."""
    stamp: str = ""
    expires: int | None = None
    """For how many seconds it is good, or until which one of the epoch where there is no stamp; `None` for a header,
    which is good for as long as clocks may differ.
    """

    @property
    def scheme(self) -> AuthScheme:
        """By which scheme it is signed."""
        return AuthScheme(
            name="sigv4",
            signing_name=self.service,
            region=self.region,
            double_encodes=self.service not in ENCODE_ONCE,
        )

    @property
    def scope(self) -> str:
        """For what it is good: a day, a region unless it is good in several, and a service."""
        return "/".join([self.day, *([self.region] if self.region else []), self.service, _END])


def claim_of(request: HttpRequest, kind: str) -> Claim | None:
    """What a request says of its signature; `None` where it has none. Raises `RequestError` for one of another kind, or
    without its parts.
    """
    header = request.headers.get("authorization")
    query = [pair for pair in request.query if pair[0] in _QUERY or pair[0] == SIGNATURE]
    if not query and kind == "s3" and any(name == "AWSAccessKeyId" for name, _ in request.query):
        query = [pair for pair in request.query if pair[0] in _OLD_QUERY]
    if header is not None and query:
        raise Refusals.of(kind, Refusals.MALFORMED, "a request is signed in a header or in its query string, not both")
    if header is not None:
        return _in_header(request, header, kind)
    return _in_query(query, kind) if query else None


def hoisted(request: HttpRequest) -> Headers:
    """The headers of a request, with those that clients of S3 put into the query string of a URL which they sign."""
    headers = request.headers
    if not any(name in {SIGNATURE, "Signature"} for name, _ in request.query):
        return headers
    found = Headers(headers)
    for name, value in request.query:
        lower = name.lower()
        if lower.startswith("x-amz-") and lower not in _OF_SIGNATURES and lower not in headers:
            found.add(lower, value)
    return found


def _in_header(request: HttpRequest, header: str, kind: str) -> Claim:
    algorithm, _, rest = header.strip().partition(" ")
    given = [part.strip().partition("=") for part in rest.split(",")]
    parts = {name: value for name, _, value in given}
    if parts.keys() != _PARTS or len(given) != len(_PARTS):
        raise _malformed(kind)
    return _claim(
        kind,
        algorithm,
        credential=parts["Credential"],
        stamp=_told(request),
        signature=parts["Signature"],
        names=parts["SignedHeaders"],
    )


def _in_query(query: list[tuple[str, str]], kind: str) -> Claim:
    parts = dict(query)
    if len(query) == len(parts):
        if parts.keys() == _OLD_QUERY and _is_second(parts["Expires"]):
            return Claim(
                algorithm=OLD,
                access_key=parts["AWSAccessKeyId"],
                signature=parts["Signature"],
                expires=int(parts["Expires"]),
            )
        expires = parts.get("X-Amz-Expires", "")
        if parts.keys() == {*_QUERY, SIGNATURE} and _is_second(expires) and 1 <= int(expires) <= _LONGEST_EXPIRY:
            return _claim(
                kind,
                parts["X-Amz-Algorithm"],
                credential=parts["X-Amz-Credential"],
                stamp=parts["X-Amz-Date"],
                signature=parts[SIGNATURE],
                names=parts["X-Amz-SignedHeaders"],
                expires=int(expires),
            )
    raise _malformed(kind)


def claim_of_fields(fields: Mapping[str, str], kind: str) -> Claim | None:
    """What the fields of a form say of the signature of its policy, by lower-case names; `None` where they say nothing.
    Raises `RequestError` as `claim_of` does.
    """
    given = {name for name in (*_FIELDS, *_OLD_FIELDS) if name in fields}
    if not given:
        return None
    if given == _OLD_FIELDS:
        return Claim(algorithm=OLD, access_key=fields["awsaccesskeyid"], signature=fields["signature"])
    if given != _FIELDS or fields["x-amz-algorithm"] != sigv4.ALGORITHM:
        raise _malformed(kind)
    return _claim(
        kind,
        sigv4.ALGORITHM,
        credential=fields["x-amz-credential"],
        stamp=fields["x-amz-date"],
        signature=fields["x-amz-signature"],
    )


def _told(request: HttpRequest) -> str:
    """When a request says that it was signed."""
    if (stamp := request.headers.get("x-amz-date")) is not None:
        return stamp
    try:
        return sigv4.stamp_of(parsedate_to_datetime(request.headers.get("date", "")))
    except (ValueError, OverflowError):
        return ""


def _claim(
    kind: str,
    algorithm: str,
    *,
    credential: str,
    stamp: str,
    signature: str,
    names: str = "",
    expires: int | None = None,
) -> Claim:
    if algorithm not in {sigv4.ALGORITHM, ASYMMETRIC}:
        raise _malformed(kind)
    parts = credential.split("/")
    if algorithm == ASYMMETRIC:
        parts[2:2] = [""]  # several regions are in a header, or a parameter
    if len(parts) != 5 or parts[4] != _END or "" in (parts[0], parts[3]) or not _is_stamp(stamp):
        raise Refusals.of(kind, Refusals.MALFORMED, "expected a scope KEY/DAY/REGION/SERVICE/aws4_request and a date")
    if bool(parts[2]) == (algorithm == ASYMMETRIC):
        raise _malformed(kind)
    key, day, region, service, _ = parts
    return Claim(
        algorithm=algorithm,
        access_key=key,
        day=day,
        region=region,
        service=service,
        names=names,
        signature=signature,
        stamp=stamp,
        expires=expires,
    )


def _malformed(kind: str) -> Exception:
    reason = f"expected a signature by {sigv4.ALGORITHM} or {ASYMMETRIC} with all of its parts"
    return Refusals.of(kind, Refusals.MALFORMED, reason)
