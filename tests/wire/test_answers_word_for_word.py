"""Answers word for word, read as botocore reads them, and what is different on purpose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from wire.against import (
    Generate,
    botocore_answer,
    botocore_body,
    input_class,
    our_answer,
    package_of,
    sample,
    service_model,
)

from botobind.bodies import dump_body

ANSWERS = [
    (
        "sts",
        "query",
        "GetCallerIdentity",
        "<R xmlns='u'><GetCallerIdentityResult><Account> 1 </Account><New/></GetCallerIdentityResult></R>",
    ),
    (
        "sts",
        "query",
        "AssumeRole",
        "<R><AssumeRoleResult><Credentials/><PackedPolicySize>6</PackedPolicySize></AssumeRoleResult></R>",
    ),
    ("iam", "query", "ListUsers", "<R><ListUsersResult><Users/><IsTruncated>false</IsTruncated></ListUsersResult></R>"),
    (
        "iam",
        "query",
        "ListUsers",
        (
            "<R><ListUsersResult>\n<Users>\n<member>\n<UserName>a&amp;b</UserName><CreateDate>2020-02-29T12:00:00.5Z</CreateDate></member>"
            "<member/></Users></ListUsersResult></R>"
        ),
    ),
    (
        "ec2",
        "ec2",
        "DescribeInstances",
        (
            "<R><requestId>r</requestId><reservationSet><item><instancesSet><item><ebsOptimized>true</ebsOptimized><launchTime>"
            "2020-02-29T12:00:00.000Z</launchTime><tagSet/></item></instancesSet></item></reservationSet><nextToken/></R>"
        ),
    ),
    (
        "s3",
        "rest-xml",
        "ListObjectsV2",
        (
            "<?xml version='1.0' encoding='UTF-8'?>\n<R xmlns='http://s3/'><Name>b</Name><Contents><Key>k</Key>"
            "<LastModified>2020-02-29T12:00:00.000Z</LastModified><Size>5</Size><ETag>&quot;e&quot;</ETag></Contents></R>"
        ),
    ),
    (
        "s3",
        "rest-xml",
        "ListObjectsV2",
        "<R><Contents/><Contents><Key/></Contents><CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes></R>",
    ),
    (
        "route53",
        "rest-xml",
        "ListHostedZones",
        "<R><HostedZones><HostedZone><Id>/z</Id></HostedZone></HostedZones><MaxItems>1</MaxItems></R>",
    ),
    (
        "dynamodb",
        "json",
        "GetItem",
        '{"Item": {"a": {"N": "1"}, "b": {"L": [{"NULL": true}, {"M": {}}]}, "c": {"BS": ["AA=="]}, "d": {"New": 1}}}',
    ),
    (
        "dynamodb",
        "json",
        "DescribeTable",
        '{"Table": {"CreationDateTime": 1582977600.123, "ItemCount": 5, "KeySchema": [], "New": [{}]}}',
    ),
    (
        "dynamodb",
        "json",
        "DescribeTable",
        '{"Table": {"CreationDateTime": "2020-02-29T12:00:00Z", "TableName": null}, "__type": "x"}',
    ),
    (
        "partnercentral-selling",
        "json",
        "GetOpportunity",
        '{"Id": "O1", "CreatedDate": "2020-02-29T13:00:00+01:00", "Project": {}, "Marketing": {"Source": "new"}}',
    ),
    (
        "lambda",
        "rest-json",
        "GetFunctionConfiguration",
        '{"MemorySize": 128, "Environment": {"Variables": {"a": ""}}, "VpcConfig": {"SubnetIds": []}}',
    ),
    ("lambda", "rest-json", "ListTags", "{}"),
    ("cloudwatch", "json", "GetMetricStatistics", '{"Datapoints": [{"Sum": 1, "Timestamp": 1.5e9}, {"Average": 0.1}]}'),
    (
        "cloudwatch",
        "smithy-rpc-v2-cbor",
        "GetMetricStatistics",
        "bf 6a 44617461706f696e7473 9f a2 63 53756d f9 3e00 69 54696d657374616d70 c1 fb 41d79694902b645a ff ff",
    ),
]
"""Answers as services or their neighbours may send them."""


@pytest.mark.parametrize(("service", "protocol", "operation", "body"), ANSWERS)
def test_answers_word_for_word(generate_once: Generate, service: str, protocol: str, operation: str, body: str) -> None:
    model = service_model(service).operation_model(operation)
    cls = package_of(generate_once, service).endpoints.OPERATIONS[operation].output
    data = bytes.fromhex(body) if protocol == "smithy-rpc-v2-cbor" else body.encode()
    ours = our_answer(protocol, model, cls, data)
    assert ours == botocore_answer(protocol, model.output_shape, data)
    assert ours or body == "{}"


FRACTION = datetime(2020, 2, 29, 12, 0, 0, 678_000, tzinfo=UTC)
"""Milliseconds, which botocore writes as microseconds."""


class Difference(NamedTuple):
    """A request that differs on purpose: why, and what is in ours and in botocore's alone."""

    reason: str
    service: str
    protocol: str
    operation: str
    params: dict[str, Any]
    ours: str
    theirs: str


DIFFERENCES = (
    Difference(
        "milliseconds have three digits, in forms",
        "cloudwatch",
        "query",
        "GetMetricStatistics",
        {"StartTime": FRACTION},
        "StartTime=2020-02-29T12%3A00%3A00.678Z",
        "2020-02-29T12:00:00.678000Z",
    ),
    Difference(
        "milliseconds have three digits, in XML",
        "s3",
        "rest-xml",
        "PutBucketLifecycleConfiguration",
        {"Bucket": "b", "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Expiration": {"Date": FRACTION}}]}},
        "<Date>2020-02-29T12:00:00.678Z</Date>",
        "<Date>2020-02-29T12:00:00.678000Z</Date>",
    ),
    Difference(
        "a carriage return survives",
        "s3",
        "rest-xml",
        "PutBucketWebsite",
        {"Bucket": "b", "WebsiteConfiguration": {"ErrorDocument": {"Key": "a\rb"}}},
        "<Key>a&#13;b</Key>",
        "<Key>a\rb</Key>",
    ),
    Difference(
        "None does not hide what comes after it",
        "s3",
        "rest-xml",
        "PutBucketWebsite",
        {"Bucket": "b", "WebsiteConfiguration": {"ErrorDocument": None, "IndexDocument": {"Suffix": "s"}}},
        "<IndexDocument><Suffix>s</Suffix></IndexDocument>",
        "<WebsiteConfiguration",
    ),
)


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.reason)
def test_differences(generate_once: Generate, row: Difference) -> None:
    model = service_model(row.service).operation_model(row.operation)
    body = botocore_body(row.protocol, model, row.params)
    theirs = str(body) if isinstance(body, dict) else body.decode()
    cls = input_class(package_of(generate_once, row.service), model)
    value = cls.of_value({**sample(model.input_shape, 0), **row.params})
    document = value if cls.PAYLOAD is None else getattr(value, cls.PAYLOAD.attribute)
    ours = dump_body(document, "query" if row.protocol == "query" else "xml").decode()
    assert (row.ours in ours, row.ours in theirs, row.theirs in theirs) == (True, False, True)
