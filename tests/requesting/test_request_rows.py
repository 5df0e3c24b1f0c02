"""What is peculiar to a service's requests: rows of data, and what they make of inputs, as boto3's clients do."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from requesting.clients import sent_by_boto3, sent_by_us
from support.models import model, operation

from botobind.errors import DecodeError, ModelError, ValidationError
from botobind.http import HttpRequest
from botobind_services import dynamodb, s3

Generate = Callable[..., Any]

KEY, MD5 = bytes(range(224, 256)), "b6HZMWQBEvN0pcqEiES6uw=="
OBJECT = {"Bucket": "box", "Key": "a key"}
COPY = {**OBJECT, "CopySource": "box/k"}
ZONE = {"Name": "a.", "CallerReference": "r", "DelegationSetId": "/delegationset/N1"}
ARCHIVE = {"vaultName": "v", "body": b"hello world"}
PART = {**ARCHIVE, "accountId": "7", "uploadId": "u", "range": "bytes 0-10/*"}
EXPORT = {"logGroupName": "g", "to": 2, "destination": "d"}

SENT: list[tuple[str, str, Mapping[str, Any]]] = [
    ("route53", "GetHostedZone", {"Id": "/hostedzone/Z1"}),
    ("route53", "GetHostedZone", {"Id": "Z1"}),
    ("route53", "GetChange", {"Id": "/change/C1"}),
    ("route53", "GetReusableDelegationSet", {"Id": "/delegationset/N1"}),
    ("route53", "ListHostedZones", {"DelegationSetId": "/delegationset/N1"}),
    ("route53", "CreateHostedZone", ZONE),
    ("route53", "ListTagsForResource", {"ResourceType": "hostedzone", "ResourceId": "Z1"}),
    ("glacier", "ListVaults", {}),
    ("glacier", "ListVaults", {"accountId": "7"}),
    ("glacier", "UploadArchive", ARCHIVE),
    ("glacier", "UploadArchive", {**ARCHIVE, "body": b""}),
    ("glacier", "UploadArchive", {**ARCHIVE, "body": b"x" * (5 * 2**20 + 1)}),
    ("glacier", "UploadArchive", {**ARCHIVE, "checksum": "one of the caller's"}),
    ("glacier", "UploadMultipartPart", PART),
    ("apigateway", "GetRestApis", {}),
    ("apigateway", "GetRestApi", {"restApiId": "r"}),
    ("apigateway", "GetExport", {"restApiId": "r", "stageName": "s", "exportType": "swagger", "accepts": "text/yaml"}),
    ("dynamodb", "DescribeEndpoints", {}),
    ("dynamodb", "ListTables", {}),
    ("logs", "CreateExportTask", {**EXPORT, "fromTime": 1}),
    ("logs", "CreateExportTask", {**EXPORT, "from": 1}),
    ("ec2", "DescribeHosts", {"Filters": [{"Name": "n", "Values": ["v"]}]}),
    ("ec2", "DescribeHosts", {"Filter": [{"Name": "n", "Values": ["v"]}]}),
    ("s3", "PutObject", {**OBJECT, "SSECustomerKey": KEY, "SSECustomerAlgorithm": "AES256"}),
    ("s3", "PutObject", {**OBJECT, "SSECustomerKey": "k" * 32}),
    ("s3", "GetObject", {**OBJECT, "SSECustomerKey": base64.b64encode(KEY).decode(), "SSECustomerKeyMD5": MD5}),
    ("s3", "HeadObject", {**OBJECT, "SSECustomerKey": KEY}),
    ("s3", "CopyObject", {**COPY, "CopySourceSSECustomerKey": KEY, "SSECustomerKey": KEY[::-1]}),
    ("s3", "UploadPartCopy", {**COPY, "UploadId": "u", "PartNumber": 1, "CopySourceSSECustomerKey": KEY}),
    *(
        ("s3", "CopyObject", {**OBJECT, "CopySource": source})
        for source in (
            "box/a b+c%20é/日/../x~_.-",
            "/box/k",
            "box/k?versionId=3/L4kq+o==",
            "box/what?versionIs=1",
            "box/k?versionId=",
            "box/a?versionId=1 2",
            "arn:aws:s3:us-west-2:111122223333:accesspoint/my-point/object/a b",
        )
    ),
    ("s3", "PutObject", {**OBJECT, "Metadata": {"a": "b", "C": "=?UTF-8?B?w6k=?="}}),
    *(
        ("s3", "HeadObject", {"Bucket": "box", "Key": key})
        for key in (".", "..", "../a/./b//../c", "/a", "a/", "é ?#%")
    ),
]
OPERATIONS: dict[str, tuple[str, ...]] = {
    service: tuple(dict.fromkeys(name for other, name, _ in SENT if other == service))
    for service in ("apigateway", "ec2", "glacier", "logs", "route53")
}
OPERATIONS["route53"] += ("ChangeResourceRecordSets",)


def package_of(generate_once: Generate, service: str) -> Any:
    committed = {"dynamodb": dynamodb, "s3": s3}
    return committed.get(service) or generate_once(service, OPERATIONS[service])


@pytest.mark.parametrize(("service", "name", "params"), SENT)
def test_requests_are_those_of_boto3(
    generate_once: Generate, service: str, name: str, params: Mapping[str, Any]
) -> None:
    ours = sent_by_us(package_of(generate_once, service), name, params)
    theirs = sent_by_boto3(service, name, deepcopy(dict(params)))
    if isinstance(ours.body, bytes) and ours.body[:1] == b"<":
        # How XML is spelt is for others to compare.
        assert (b"/delegationset/" in ours.body) == (b"/delegationset/" in theirs.body)
        return
    assert ours == theirs


def test_texts_inside_of_a_batch_have_their_last_segment(generate_once: Generate) -> None:
    route53 = package_of(generate_once, "route53")
    changes = [
        {"Action": "CREATE", "ResourceRecordSet": {"Name": "a.", "Type": "A", **alias}}
        for alias in (
            {"AliasTarget": {"HostedZoneId": "/hostedzone/Z2", "DNSName": "b.", "EvaluateTargetHealth": False}},
            {},
        )
    ]
    called = route53.endpoints.ChangeResourceRecordSets
    given = called.input.of_value({"HostedZoneId": "/hostedzone/Z1", "ChangeBatch": {"Changes": changes}})
    kept = deepcopy(given)
    request = called.to_request(given)
    assert request.path == "/2013-04-01/hostedzone/Z1/rrset/"
    assert b"<HostedZoneId>Z2</HostedZoneId>" in request.body
    assert given == kept
    read = called.of_request(request)
    assert read.change_batch.changes[0].resource_record_set.alias_target.hosted_zone_id == "Z2"
    broken = called.input.of_value({"HostedZoneId": "Z1", "ChangeBatch": {"Changes": []}})
    broken.change_batch.changes = ["no change"]
    with pytest.raises(ValidationError, match=r"\$\.ChangeBatch\.Changes\[0\]: expected Change, got str"):
        called.to_request(broken)


def test_ids_as_they_come_are_valid(generate_once: Generate) -> None:
    route53 = package_of(generate_once, "route53")
    route53.GetHostedZoneRequest.make(id="/hostedzone/Z0123456789ABCDEFGHIJ")
    route53.GetReusableDelegationSetRequest.make(id="/delegationset/" + "N" * 32)
    with pytest.raises(ValidationError):
        route53.GetHostedZoneRequest.make(id="Z" * 48)


def test_the_account_may_be_left_out(generate_once: Generate) -> None:
    glacier = package_of(generate_once, "glacier")
    called = glacier.endpoints.ListVaults
    request = called.to_request(glacier.ListVaultsInput.make())
    assert (request.path, called.of_request(request)) == ("/-/vaults", glacier.ListVaultsInput(account_id="-"))
    assert called.to_request(glacier.ListVaultsInput(account_id="")).path == "/-/vaults"


def test_digests_are_for_bodies_that_are_at_hand(generate_once: Generate) -> None:
    glacier = package_of(generate_once, "glacier")
    body = BytesIO(b"hello world")
    request = glacier.endpoints.UploadArchive.to_request(glacier.UploadArchiveInput(vault_name="v", body=body))
    assert request.body is body
    assert "x-amz-sha256-tree-hash" not in request.headers


def test_the_source_of_a_copy_is_read_as_it_was_given() -> None:
    called = s3.endpoints.CopyObject
    for source in ("b/a b+%20é", "b/k?versionId=1+2%20", "b/x?versionId=1/y?versionId=2", "/b/k"):
        value = s3.CopyObjectRequest(bucket="b", key="k", copy_source=source)
        assert called.of_request(called.to_request(value)).copy_source == source
    wrong = HttpRequest(method="PUT", path="/b/k", headers={"x-amz-copy-source": "b/%ff"})
    with pytest.raises(DecodeError, match="expected percent-encoded UTF-8"):
        called.of_request(wrong)


def test_keys_of_customers() -> None:
    called = s3.endpoints.GetObject
    value = s3.GetObjectRequest(bucket="b", key="k", sse_customer_key=KEY)
    read = called.of_request(called.to_request(value))
    assert (read.sse_customer_key, read.sse_customer_key_md5) == (KEY, MD5)
    assert value.sse_customer_key_md5 is None
    assert KEY.hex()[:8] not in repr(value)
    other = s3.GetObjectRequest(bucket="b", key="k", sse_customer_key=KEY, sse_customer_key_md5="of the caller's")
    assert called.of_request(called.to_request(other)) == other
    with pytest.raises(ValidationError, match=r"\$\.SSECustomerKey: expected bytes, got str"):
        called.to_request(s3.GetObjectRequest(bucket="b", key="k", sse_customer_key="text"))  # type: ignore[arg-type]


def test_a_member_by_two_names(generate_once: Generate) -> None:
    logs = package_of(generate_once, "logs")
    given = {**EXPORT, "fromTime": 1}
    value = logs.CreateExportTaskRequest.of_value(given)
    assert value.to_value() == {**EXPORT, "from": 1}
    assert given == {**EXPORT, "fromTime": 1}
    with pytest.raises(DecodeError, match=r"\$\.from: given twice, as fromTime, too"):
        logs.CreateExportTaskRequest.of_value({**given, "from": 1})
    # The name is boto3's alone.
    with pytest.raises(DecodeError, match=r"\$\.from: required member is missing"):
        logs.CreateExportTaskRequest.of_json(given)


ROWS = {
    "Holder": {
        "type": "structure",
        "required": ["Id"],
        "members": {
            "Id": {"shape": "Id"},
            "Owner": {"shape": "Text", "absentAs": "me", "valueName": "OwnerName"},
            "Text": {"shape": "Text"},
        },
    },
    "Id": {"type": "string", "lastSegment": True},
}
SECRET = {"type": "blob", "md5Member": "SecretMD5", "sensitive": True}
IN_HEADER = {"location": "header"}


@pytest.mark.parametrize("protocol", ["json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"])
def test_any_service_may_have_such_rows(generate_once: Generate, protocol: str) -> None:
    described = model(ROWS, protocol, {"Put": {**operation("Put", "Holder"), "endpointoperation": True}})
    metadata = {**described["metadata"], "requestHeaders": {"x-of-all": "1", "X-Other": "2"}}
    package = generate_once({**described, "metadata": metadata})
    called = package.endpoints.Put
    given = package.Holder(id="/kind/1/2", text="s")
    request = called.to_request(given)
    names = ("x-of-all", "x-other", "x-amz-api-version")
    assert [request.headers[name] for name in names] == ["1", "2", "2020-01-01"]
    wanted = package.Holder(id="2", owner="me", text="s")
    assert called.of_request(request) == wanted
    assert given == package.Holder(id="/kind/1/2", text="s")
    assert called.of_request(called.to_request(wanted)) == wanted
    assert package.Holder.of_value({"Id": "1", "OwnerName": "x"}).owner == "x"


@pytest.mark.parametrize(
    ("traits", "metadata", "reason"),
    [
        ({"bodyDigests": {"x-digest": "md4"}}, {}, "asks for the unknown digest 'md4'"),
        ({"bodyDigests": {"x digest": "sha256"}}, {}, "'x digest' is no name of a header"),
        ({"bodyDigests": ["sha256"]}, {}, "expected an object, got list"),
        ({"lastSegments": ["Holder.Id"]}, {}, "has no text at 'Holder.Id'"),
        ({"lastSegments": ["Ids"]}, {}, "has no text at 'Ids'"),
        ({"lastSegments": ["Id.Id"]}, {}, "has no text at 'Id.Id'"),
        ({}, {"requestHeaders": {"x-a": "1\r\nx-b: 2"}}, "x-a: has the control character"),
        ({}, {"requestHeaders": {"x-a": 1}}, "x-a: expected text, got int"),
        ({}, {"requestHeaders": {"": "a"}}, "'' is no name of a header"),
    ],
)
def test_rows_of_operations_that_cannot_be(
    generate: Generate, traits: Mapping[str, Any], metadata: Mapping[str, Any], reason: str
) -> None:
    shapes = {"Holder": {"type": "structure", "members": {"Id": {"shape": "Text"}, "Ids": {"shape": "Texts"}}}}
    described = model(shapes, "rest-json", {"Put": {**operation("Put", "Holder"), **traits}})
    with pytest.raises(ModelError, match=re.escape(reason)):
        generate({**described, "metadata": {**described["metadata"], **metadata}})


@pytest.mark.parametrize("protocol", ["rest-json", "rest-xml"])
def test_any_key_may_have_its_md5(generate_once: Generate, protocol: str) -> None:
    members = {"Secret": {"shape": "Secret", **IN_HEADER}, "SecretMD5": {"shape": "Text", **IN_HEADER}}
    shapes = {"Holder": {"type": "structure", "members": members}, "Secret": SECRET}
    package = generate_once(model(shapes, protocol, {"Put": operation("Put", "Holder")}))
    headers = [("Secret", "cw=="), ("SecretMD5", "A8fArOOV2AGC2weuLDDwNA==")]
    for secret, md5 in ((b"s", None), (b"s", headers[1][1]), (b"cw==", headers[1][1])):
        assert package.Holder(secret=secret, secret_md5=md5).to_header() == headers
    assert package.Holder(secret=b"s", secret_md5="x").to_header() == [headers[0], ("SecretMD5", "x")]
    assert package.Holder(secret_md5="x").to_header() == [("SecretMD5", "x")]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"Secret": {"shape": "Secret", **IN_HEADER}}, "names the missing member 'SecretMD5'"),
        (
            {"Secret": {"shape": "Secret", **IN_HEADER}, "SecretMD5": {"shape": "Text"}},
            "the MD5 of a blob in a header is in another one",
        ),
        ({"A": {"shape": "Text", "valueName": "B"}, "B": {"shape": "Text"}}, "is the name of the member 'B'"),
        ({"A": {"shape": "Text", "valueName": []}}, "expected text, got list"),
        ({"A": {"shape": [], "valueName": "B"}}, "expected text, got list"),
    ],
)
def test_rows_that_cannot_be(generate: Generate, members: Mapping[str, Any], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        generate(model({"Holder": {"type": "structure", "members": members}, "Secret": SECRET}, "rest-json"))
