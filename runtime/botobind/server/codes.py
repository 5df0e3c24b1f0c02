"""In which codes services refuse requests that are not signed as they should be."""

from __future__ import annotations

from collections.abc import Mapping

from botobind.errors import RequestError
from botobind.http import Headers
from botobind.io.engine.authschemes import ENCODE_ONCE
from botobind.rules.naming import XML_PROTOCOLS

__all__ = ["Refusals", "kind_of_service"]


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


def kind_of_service(signing_name: str, protocols: tuple[str, ...], headers: Headers) -> str:
    """Which codes a service has for a request."""
    if signing_name in ENCODE_ONCE:
        return "s3"
    in_json = "x-amz-target" in headers or "smithy-protocol" in headers
    return "query" if not in_json and not XML_PROTOCOLS.isdisjoint(protocols) else "json"
