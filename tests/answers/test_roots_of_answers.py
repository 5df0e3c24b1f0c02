"""What our server writes for S3 looks as clients of S3 expect it: roots, namespace, order and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from botobind_codegen.patches import load_patches
from botobind_services import s3

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_TIME = datetime(2009, 10, 12, 17, 50, 30, tzinfo=UTC)
_OBJECT = {"Key": "k", "LastModified": _TIME, "Size": 1}

WRITTEN = [
    (
        "ListObjects",
        {"IsTruncated": False, "Contents": [_OBJECT], "Name": "b", "MaxKeys": 1},
        (
            "<ListBucketResult{}><Name>b</Name><MaxKeys>1</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>k</Key>"
            "<LastModified>2009-10-12T17:50:30.000Z</LastModified><Size>1</Size></Contents></ListBucketResult>"
        ),
    ),
    (
        "ListObjectsV2",
        {"Contents": [{"LastModified": _TIME + timedelta(microseconds=1500)}], "Name": "b", "KeyCount": 1},
        (
            "<ListBucketResult{}><Name>b</Name><KeyCount>1</KeyCount><Contents>"
            "<LastModified>2009-10-12T17:50:30.001500Z</LastModified></Contents></ListBucketResult>"
        ),
    ),
    (
        "ListBuckets",
        {"Buckets": [{"Name": "b", "CreationDate": _TIME}], "Owner": {"ID": "i"}},
        (
            "<ListAllMyBucketsResult{}><Owner><ID>i</ID></Owner><Buckets><Bucket><Name>b</Name>"
            "<CreationDate>2009-10-12T17:50:30.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>"
        ),
    ),
    (
        "CopyObject",
        {"CopyObjectResult": {"LastModified": _TIME}},
        "<CopyObjectResult{}><LastModified>2009-10-12T17:50:30.000Z</LastModified></CopyObjectResult>",
    ),
    (
        "CopyObject",
        {"CopyObjectResult": {"ETag": '"e"', "LastModified": _TIME}},
        '<CopyObjectResult{}><LastModified>2009-10-12T17:50:30.000Z</LastModified><ETag>"e"</ETag></CopyObjectResult>',
    ),
    (
        "ListObjectVersions",
        {
            "Versions": [{"ETag": "e", **_OBJECT, "VersionId": "1", "IsLatest": True, "Owner": {"ID": "i"}}],
            "DeleteMarkers": [{"Owner": {"ID": "i"}, "Key": "k", "VersionId": "2"}],
        },
        (
            "<ListVersionsResult{}><Version><Key>k</Key><VersionId>1</VersionId><IsLatest>true</IsLatest>"
            "<LastModified>2009-10-12T17:50:30.000Z</LastModified><ETag>e</ETag><Size>1</Size><Owner><ID>i</ID></Owner></Version>"
            "<DeleteMarker><Key>k</Key><VersionId>2</VersionId><Owner><ID>i</ID></Owner></DeleteMarker></ListVersionsResult>"
        ),
    ),
    (
        "ListMultipartUploads",
        {"Bucket": "b", "Uploads": [{"UploadId": "u", "Key": "k", "Initiated": _TIME, "StorageClass": "STANDARD"}]},
        (
            "<ListMultipartUploadsResult{}><Bucket>b</Bucket><Upload><Key>k</Key><UploadId>u</UploadId>"
            "<StorageClass>STANDARD</StorageClass><Initiated>2009-10-12T17:50:30.000Z</Initiated></Upload>"
            "</ListMultipartUploadsResult>"
        ),
    ),
    (
        "ListParts",
        {
            "Bucket": "b",
            "Key": "k",
            "UploadId": "u",
            "Parts": [{"PartNumber": 1}],
            "MaxParts": 1,
            "StorageClass": "GLACIER",
        },
        (
            "<ListPartsResult{}><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId><StorageClass>GLACIER</StorageClass>"
            "<MaxParts>1</MaxParts><Part><PartNumber>1</PartNumber></Part></ListPartsResult>"
        ),
    ),
    (
        "GetBucketLocation",
        {"LocationConstraint": "eu-west-1"},
        "<LocationConstraint{}>eu-west-1</LocationConstraint>",
    ),
    (
        "CreateMultipartUpload",
        {"Key": "k"},
        "<InitiateMultipartUploadResult{}><Key>k</Key></InitiateMultipartUploadResult>",
    ),
    ("GetBucketAcl", {"Owner": {"ID": "i"}}, "<AccessControlPolicy{}><Owner><ID>i</ID></Owner></AccessControlPolicy>"),
    ("DeleteObjects", {"Deleted": [{"Key": "k"}]}, "<DeleteResult{}><Deleted><Key>k</Key></Deleted></DeleteResult>"),
]


@pytest.mark.parametrize(("name", "value", "document"), WRITTEN)
def test_answers_of_s3(name: str, value: dict[str, Any], document: str) -> None:
    operation = s3.endpoints.OPERATIONS[name]
    output = operation.output.of_value(value)
    response = operation.to_response(output)
    assert response.body == document.format(f' xmlns="{_NAMESPACE}"').encode()
    assert operation.of_response(response) == output


def test_requests_stay_as_they_are() -> None:
    rule = s3.LifecycleRule(status="Enabled", expiration=s3.LifecycleExpiration(date=_TIME))
    written = s3.endpoints.PutBucketLifecycleConfiguration.to_request(
        s3.PutBucketLifecycleConfigurationRequest(
            bucket="b", lifecycle_configuration=s3.BucketLifecycleConfiguration(rules=[rule])
        )
    )
    assert b"<Date>2009-10-12T17:50:30Z</Date>" in bytes(written.body)  # type: ignore[arg-type] # bytes


@pytest.mark.parametrize(
    ("service", "name", "value", "document"),
    [
        (
            "route53",
            "ListHostedZones",
            {"MaxItems": "1"},
            (
                '<ListHostedZonesResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><MaxItems>1</MaxItems>'
                "</ListHostedZonesResponse>"
            ),
        ),
        (
            "cloudfront",
            "GetDistribution",
            {"Distribution": {"Id": "i"}},
            '<Distribution xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>i</Id></Distribution>',
        ),
    ],
)
def test_namespaces_of_others(
    generate_once: Any, service: str, name: str, value: dict[str, Any], document: str
) -> None:
    operation = generate_once(service, [name]).endpoints.OPERATIONS[name]
    assert operation.to_response(operation.output.of_value(value)).body == document.encode()


def test_rows_speak_of_operations_and_members_that_there_are() -> None:
    row = next(row for row in load_patches()["answers"] if row["service"] == "s3")
    assert row["roots"].keys() <= set(s3.endpoints.OPERATIONS)
    for shape, names in row["first"].items():
        assert set(names) <= set(getattr(s3, shape).MEMBERS.values())


@pytest.mark.parametrize("name", ["GetObject", "HeadObject"])
@pytest.mark.parametrize(("content_range", "status"), [(None, 200), ("bytes 0-1/9", 206)])
def test_parts_of_objects_have_the_status_of_parts(name: str, content_range: str | None, status: int) -> None:
    operation = s3.endpoints.OPERATIONS[name]
    response = operation.to_response(operation.output(content_range=content_range))
    assert response.status == status
    assert operation.of_response(response).content_range == content_range
