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


class Refusal(NamedTuple):
    """What botocore and the engine say where both of them refuse an input, each in its own words, and why they do."""

    theirs: str
    ours: str
    reason: str


REFUSALS = (
    Refusal(
        "Missing Dependency",
        "requests are signed by sigv4a, which needs awscrt",
        "Signatures that are good in several regions take awscrt, which is not installed here: `nox -s io_crt` has it.",
    ),
)

_KINESIS = "arn:aws:kinesis:us-east-1:111111111111:"
INPUTS: Mapping[tuple[str, str], str | None] = {
    ("cloudfront-keyvaluestore", "KvsARN"): "arn:aws:cloudfront::111111111111:key-value-store/a",
    ("kinesis", "ChannelARN"): f"{_KINESIS}channel/a",
    ("kinesis", "DeadLetterQueueARN"): f"{_KINESIS}queue/a",
    ("kinesis", "QueueARN"): f"{_KINESIS}queue/a",
    # With them signatures have to be good in several regions.
    ("events", "EndpointId"): None,
    ("sesv2", "EndpointId"): None,
    # In their place botocore has URLs signed.
    ("ec2", "PresignedUrl"): None,
    ("docdb", "PreSignedUrl"): None,
    ("neptune", "PreSignedUrl"): None,
    ("rds", "PreSignedUrl"): None,
}
"""Values of members that decide where requests go, or whether more is done than to write them, by service and
member.
"""

_UNSIGNED = "The model says that nobody signs it. botocore does, since the rules of its endpoint name a signature."

_AT_HAND = "All of the body is at hand, and its checksum is a header; botocore has each body for a stream."
_OF_STREAMS = (
    *("authorization", "content-encoding", "transfer-encoding"),
    *("x-amz-checksum-crc32", "x-amz-decoded-content-length", "x-amz-trailer"),
)

ENGINE: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("s3", "PutObject"): dict.fromkeys(_OF_STREAMS, _AT_HAND),
    ("s3", "PutObjectAnnotation"): dict.fromkeys(_OF_STREAMS, _AT_HAND),
    ("s3", "UploadPart"): dict.fromkeys(_OF_STREAMS, _AT_HAND),
    ("signin", "CreateOAuth2TokenWithTokenExchange"): dict.fromkeys(
        ("authorization", "x-amz-security-token"), _UNSIGNED
    ),
}
"""The parts in which requests of the engine differ from boto3's, beside those of `OPERATIONS`."""

HOST_REGIONS: Mapping[str, str] = dict.fromkeys(
    ("billingconductor", "chime", "health", "importexport", "savingsplans", "shield", "waf"),
    "Wherever a request goes, botocore signs for the region of the service's endpoint for all regions. The rules of "
    "endpoints name a host with the client's region in it, which botocore's older list does not have, and say nothing "
    "of signatures: there the engine signs for that region, whose hosts take no others.",
)
"""The services of which some requests are signed for another region than by botocore: that in the host's name."""

STANDING_FOR_ALL = (
    "Nobody takes a signature for a region that stands for all, such as `aws-global`. Where rules of endpoints name no "
    "region, botocore signs for it nevertheless, or for that of the service's endpoint for all regions; the engine for "
    "the one that AWS names for the partition (`implicitGlobalRegion`)."
)
"""Why a client with such a region signs for another one than botocore's, whichever the service."""
