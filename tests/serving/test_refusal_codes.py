"""What is wrong with a request has the codes that services of its protocol have, and S3 those of its own."""

from __future__ import annotations

from typing import Any

import pytest

from botobind.http import HttpRequest, read_all
from botobind.server import Application, Limits
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

JSON = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
XML = {"Content-Type": "application/xml"}
FUNCTION = "/2015-03-31/functions"
CBOR = {"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
CBOR_PATH = "/service/GraniteServiceVersion20100801/operation"
ROLE = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=me&DurationSeconds="
UNKNOWN, INVALID, UNREADABLE = "UnknownOperationException", "ValidationException", "SerializationException"


def answer(_: Any) -> Any:
    raise AssertionError("this request is to be refused")


@pytest.mark.parametrize(
    ("package", "method", "target", "headers", "body", "status", "code"),
    [
        (dynamodb, "POST", "/", JSON | {"X-Amz-Target": "DynamoDB_20120810.Get"}, b"{}", 404, UNKNOWN),
        (dynamodb, "POST", "/", JSON, b'{"TableName": "", "Key": {}}', 400, INVALID),
        (dynamodb, "POST", "/", JSON, b'{"TableName": ', 400, UNREADABLE),
        (dynamodb, "POST", "/", JSON, b"x" * 2000, 413, "RequestEntityTooLarge"),
        (lambda_, "GET", "/functions", {}, b"", 404, UNKNOWN),
        (lambda_, "DELETE", FUNCTION, {}, b"", 405, UNKNOWN),
        (lambda_, "GET", f"{FUNCTION}?MaxItems=x", {}, b"", 400, UNREADABLE),
        (lambda_, "GET", f"{FUNCTION}?MaxItems=0", {}, b"", 400, INVALID),
        (cloudwatch, "POST", f"{CBOR_PATH}/ListMetric", CBOR, b"\xa0", 404, UNKNOWN),
        (cloudwatch, "POST", f"{CBOR_PATH}/ListMetrics", CBOR, b"\xa1", 400, UNREADABLE),
        (cloudwatch, "POST", f"{CBOR_PATH}/ListMetrics", CBOR, b"\xa1iNamespace`", 400, INVALID),
        (cloudwatch, "POST", "/", FORM, b"Action=ListMetric", 400, "InvalidAction"),
        (cloudwatch, "POST", "/", FORM, b"Action=ListMetrics&Namespace=", 400, "ValidationError"),
        (sts, "POST", "/", FORM, b"Action=AssumeRoles", 400, "InvalidAction"),
        (sts, "POST", "/", FORM, f"{ROLE}x".encode(), 400, "MalformedInput"),
        (sts, "POST", "/", FORM, f"{ROLE}5".encode(), 400, "ValidationError"),
        (sts, "POST", "/", FORM, b"Action=AssumeRole", 400, "ValidationError"),
        ("ec2", "POST", "/", FORM, b"Action=DescribeRegion", 400, "InvalidAction"),
        ("ec2", "POST", "/", FORM, b"Action=DescribeRegions&DryRun=x", 400, "InvalidParameterValue"),
        (s3, "POST", "/", {}, b"", 405, "MethodNotAllowed"),
        (s3, "POST", "/box", {}, b"", 405, "MethodNotAllowed"),
        (s3, "GET", "/box?list-type=2&max-keys=x", {}, b"", 400, "InvalidArgument"),
        (s3, "PUT", "/box/k?partNumber=x&uploadId=1", {}, b"", 400, "InvalidArgument"),
        (s3, "PUT", "/box/k", {"x-amz-acl": "everybody"}, b"", 400, "InvalidArgument"),
        (s3, "POST", "/box?delete", XML, b"<Delete>", 400, "MalformedXML"),
        (s3, "POST", "/box?delete", XML, b"<Delete><Object><Size>x</Size></Object></Delete>", 400, "MalformedXML"),
        (s3, "POST", "/box?delete", XML, b"x" * 2000, 400, "EntityTooLarge"),
    ],
)
def test_codes(  # noqa: PLR0913, PLR0917 - a row
    package: Any,
    method: str,
    target: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
    code: str,
    generate_once: Any,
) -> None:
    if package == "ec2":
        package = generate_once("ec2", ("DescribeRegions", "TerminateInstances"))
    handlers = dict.fromkeys(package.endpoints.OPERATIONS, answer)
    application = Application(package, handlers, limits=Limits(document=1000))
    response = application.respond(HttpRequest.of_target(method, target, headers, body))
    found = read_all(response.body)
    assert (response.status, code.encode() in found) == (status, True), found
    if found.startswith(b"<"):
        assert (found.count(b"essage>"), b"fieldList" in found) == (2, False), found
