"""Where we differ from botocore on purpose: the one table, each row with its reason. What no row speaks of fails."""

from __future__ import annotations

from collections.abc import Mapping

REQUEST_HEADERS_OF_OURS: Mapping[str, str] = {
    "accept": "a row of data: botocore adds it in a handler, not in its serializer",
    "x-amz-api-version": "of operations that tell endpoints: botocore adds it in a handler, not in its serializer",
    "x-amz-content-sha256": "a row of data: botocore adds it in a handler, not in its serializer",
    "x-amz-glacier-version": "a row of data: botocore adds it in a handler, not in its serializer",
    "x-amz-sha256-tree-hash": "a row of data: botocore adds it in a handler, not in its serializer",
    "x-amz-server-side-encryption-customer-key-md5": "a row of data: botocore adds it in a handler",
    "content-md5": "a required checksum: botocore adds it in a handler, not in its serializer",
    "x-amz-checksum-crc32": "a required checksum: botocore adds it in a handler, not in its serializer",
    "x-amz-checksum-sha1": "a required checksum: botocore adds it in a handler, not in its serializer",
    "x-amz-checksum-sha256": "a required checksum: botocore adds it in a handler, not in its serializer",
    "x-amz-sdk-checksum-algorithm": "a required checksum: botocore adds it in a handler, not in its serializer",
}
"""Headers that only our requests have."""

MEDIA_TYPES = (
    "payloads that are no structures, and XML bodies, have the media types of Smithy's vectors; botocore sends none"
)

RESULTS: Mapping[str, str] = {
    "keys in bytes": "botocore encodes the keys of some operations, and leaves those of others to callers",
    "one header, two members": "Expires is a date or, in a member of ours, any other text; botocore reads both",
    "Event and Events": "S3's deprecated notifications: one element for both; we write the list and read it as both",
    "a header of each metadata": "a map of an empty prefix takes in every header, the protocol's own as well",
    "the type of the body": "a member in Content-Type that is absent reads as the type that the protocol gave the body",
}
"""Answers that read as something else than the value that was written, on both sides alike."""

OPERATIONS: Mapping[tuple[str, str], str] = {
    ("s3", "PutBucketNotification"): RESULTS["Event and Events"],
    ("s3", "GetBucketNotification"): RESULTS["Event and Events"],
    ("dataexchange", "SendApiAsset"): RESULTS["a header of each metadata"],
    ("route53", "ChangeResourceRecordSets"): "botocore's clients leave the id of an alias as it is, behind its kind",
    ("s3", "GetObjectAttributes"): RESULTS["keys in bytes"],
    ("s3", "ListParts"): RESULTS["keys in bytes"],
    ("s3", "GetObject"): RESULTS["one header, two members"],
    ("s3", "HeadObject"): RESULTS["one header, two members"],
    ("s3", "GetBucketLocation"): "the output is the root of the document, which botocore reads in a handler",
}
"""Operations whose values do not come back as they were."""
