"""S3: listings, an object's headers, life cycles and uploads in parts."""

from __future__ import annotations

from typing import Any

from corpus.materials import Materials


def list_objects_output(count: int) -> dict[str, Any]:
    """A page of keys."""
    draw = Materials("s3 ListObjectsV2")
    return {
        "Name": "example-data-lake",
        "Prefix": "events/",
        "NextContinuationToken": draw.base64(66),
        "KeyCount": count,
        "MaxKeys": 1000,
        "IsTruncated": True,
        "Contents": [
            {
                "Key": f"events/year=2025/month={draw.whole(1, 12):02}/{draw.name(2)} & more/part-{number:05}.parquet",
                "LastModified": draw.second(),
                "ETag": f'"{draw.hexadecimal(32)}"',
                "ChecksumAlgorithm": ["CRC64NVME"],
                "ChecksumType": "FULL_OBJECT",
                "Size": draw.whole(1000, 500_000_000),
                "StorageClass": draw.one_of(["STANDARD", "STANDARD_IA", "GLACIER"]),
            }
            for number in range(count)
        ],
    }


def head_object_output(_: int) -> dict[str, Any]:
    """An object's headers."""
    draw = Materials("s3 HeadObject")
    return {
        "AcceptRanges": "bytes",
        "LastModified": draw.second(),
        "ContentLength": 7_340_032,
        "ETag": f'"{draw.hexadecimal(32)}-2"',
        "VersionId": draw.base64(24),
        "CacheControl": "max-age=86400",
        "ContentType": "application/vnd.apache.parquet",
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": f"arn:aws:kms:eu-west-1:123456789012:key/{draw.uuid()}",
        "BucketKeyEnabled": True,
        "StorageClass": "STANDARD_IA",
        "ReplicationStatus": "COMPLETED",
        "Metadata": {"owner": "data-platform", "schema-version": "17", "checksum": draw.hexadecimal(64)},
    }


def _rule(draw: Materials, number: int) -> dict[str, Any]:
    by_tag = number % 3 == 0
    prefix = f"logs/{draw.name(1)}/"
    tags = [{"Key": "retention", "Value": draw.name(1)}, {"Key": "team", "Value": draw.name(1)}]
    return {
        "ID": f"rule-{number}-{draw.name(1)}",
        "Filter": {"And": {"Prefix": prefix, "Tags": tags}} if by_tag else {"Prefix": prefix},
        "Status": draw.one_of(["Enabled", "Disabled"]),
        "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 90, "StorageClass": "GLACIER"}],
        "Expiration": {"Date": draw.second()} if number % 7 == 0 else {"Days": draw.whole(365, 3650)},
        "NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "GLACIER"}],
        "NoncurrentVersionExpiration": {"NoncurrentDays": 180, "NewerNoncurrentVersions": 3},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }


def put_lifecycle_input(count: int) -> dict[str, Any]:
    """Rules for what becomes of objects."""
    draw = Materials("s3 PutBucketLifecycleConfiguration")
    rules = [_rule(draw, number) for number in range(count)]
    return {"Bucket": "example-data-lake", "LifecycleConfiguration": {"Rules": rules}}


def complete_multipart_input(count: int) -> dict[str, Any]:
    """The parts of an upload."""
    draw = Materials("s3 CompleteMultipartUpload")
    parts = [
        {"ETag": f'"{draw.hexadecimal(32)}"', "ChecksumCRC32": draw.base64(4), "PartNumber": number}
        for number in range(1, count + 1)
    ]
    return {
        "Bucket": "example-data-lake",
        "Key": "archive/2025/03/dump.tar.zst",
        "UploadId": draw.base64(93).replace("/", "_"),
        "MultipartUpload": {"Parts": parts},
    }
