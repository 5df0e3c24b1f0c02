"""S3's own signatures (version 2) of URLs and of forms, by which boto3 signs both unless it is told otherwise.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode

from botobind.http import HttpRequest

__all__ = ["is_ambiguous", "signature_of", "text_of"]

_SUBRESOURCES = frozenset(
    [
        "accelerate",
        "acl",
        "analytics",
        "cors",
        "defaultObjectAcl",
        "delete",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "metrics",
        "notification",
        "object-lock",
        "partNumber",
        "policy",
        "replication",
        "requestPayment",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
        "restore",
        "select",
        "select-type",
        "storageClass",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
        "website",
    ]
)
"""The parameters of the query string that are signed."""


_LINES = ("x-amz-", "content-")
"""What names begin with of which values are lines of what is signed."""
_find_parameter = re.compile(rf"&(?:{'|'.join(map(re.escape, sorted(_SUBRESOURCES)))})(?:[=&]|\Z)").search


def is_ambiguous(request: HttpRequest) -> bool:
    """Whether what is signed of a request could be that of another one: values are signed as they are, without quotes,
    and might hold lines, or parameters, that another request has beside them.
    """
    return any(
        (name.lower().startswith(_LINES) and ("\n" in value or "\r" in value))
        or (name in _SUBRESOURCES and _find_parameter(value) is not None)
        for name, value in request.query
    )


def signature_of(text: str, secret: str) -> str:
    """The signature of a text, in Base64."""
    return b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()


def text_of(request: HttpRequest, path: str, expires: int) -> str:
    """What is signed of the request of a URL: `path` begins with the bucket, wherever the request has it."""
    # Headers may be parameters of a URL, and count there as headers: one that is both was not signed so.
    told = dict(request.headers.by_lower_name())
    for name, value in request.query:
        lower = name.lower()
        told[lower] = f"{told[lower]},{value}" if lower in told else value
    custom = [f"{name}:{told[name].strip()}\n" for name in sorted(told) if name.startswith("x-amz-")]
    parameters = sorted(pair for pair in request.query if pair[0] in _SUBRESOURCES)
    query = "&".join(f"{name}={value}" if value else name for name, value in parameters)
    lines = [request.method, told.get("content-md5", ""), told.get("content-type", ""), str(expires)]
    return "\n".join(lines) + "\n" + "".join(custom) + path + ("?" if query else "") + query
