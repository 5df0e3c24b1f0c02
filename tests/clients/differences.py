"""In what requests of ours differ from boto3's on the same client: each kind with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Row(NamedTuple):
    """A header that we send and boto3 does not, by its value, and why."""

    header: str
    values: tuple[str, ...]
    reason: str


HEADERS = (
    Row(
        "content-type",
        ("application/xml", "application/octet-stream", "text/plain", "application/json"),
        "Smithy's protocols have the media type of the payload; botocore leaves it out of REST services' requests.",
    ),
)

_KEYS = "botocore encodes keys and adds their MD5 in some operations alone; here it is a rule of the member."
_PARTS_OF_KEYS = (
    "authorization",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-server-side-encryption-customer-key-md5",
)

OPERATIONS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("s3", "GetObjectAttributes"): dict.fromkeys(_PARTS_OF_KEYS, _KEYS),
    ("s3", "ListParts"): dict.fromkeys(_PARTS_OF_KEYS, _KEYS),
    ("s3", "PutBucketNotification"): {
        "body": "Event and Events are one element in XML: what both of them hold is written once.",
    },
}
"""The parts that differ in a single operation, each with its reason."""
