"""Requests of the engine beside boto3's where the input or the settings are special."""

from __future__ import annotations

import gzip
import io
import time
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import botocore.auth
import pytest
from clients.beside import CaughtError
from clients.engine_beside import KEYS, Caught, parts_that_differ
from support.models import model, operation, structure

from botobind import EncodeError
from botobind.io import EndpointUnknown
from botobind.io.engine.settings import Settings
from botobind.io.engine.skew import Clock
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

pytestmark = pytest.mark.pinned  # what botocore sends besides is that of its version

NOW = datetime(2024, 5, 1, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: NOW.replace(tzinfo=None))
    # Version 2 of signatures has its own clock.
    clock = SimpleNamespace(gmtime=NOW.utctimetuple, strftime=time.strftime)
    monkeypatch.setattr(botocore.auth, "time", clock)
    monkeypatch.setattr(Clock, "now", lambda _: NOW)


GET_ITEM = (dynamodb, "GetItem", {"TableName": "t", "Key": {"k": {"S": "v"}}})
CALLS = (
    GET_ITEM,
    (lambda_, "GetFunction", {"FunctionName": "f"}),
    (s3, "GetObject", {"Bucket": "bucket", "Key": "a/b c"}),
    (s3, "ListBuckets", {}),
    (s3, "ListObjectsV2", {"Bucket": "bucket"}),
    (sts, "GetCallerIdentity", {}),
    (cloudwatch, "ListMetrics", {}),
)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:4566",
        "http://localhost:4566/",
        "http://localhost:4566/base",
        "http://localhost/base/",
        "https://h.example.com/a//b/",
        "https://h.example.com:443/x",
        "http://127.0.0.1:80",
        "http://[::1]:4566/p/",
        "https://h.example.com//",
    ],
)
def test_endpoints_that_are_given(url: str) -> None:
    assert [(name, found) for _, name, _, found in compared(url)] == []


def compared(url: str) -> list[tuple[ModuleType, str, Any, list[str]]]:
    found = [(*call, parts_that_differ(*call, url=url)) for call in CALLS]
    return [each for each in found if each[-1]]


LINES = {"Objects": [{"Key": "a\r\nb\tc"}]}


@pytest.mark.parametrize(
    ("package", "name", "params", "ours", "theirs"),
    [
        (s3, "DeleteObjects", {"Bucket": "bucket", "Delete": LINES}, {}, {}),
        (*GET_ITEM, {"account_id_endpoint_mode": "disabled"}, {"account_id_endpoint_mode": "disabled"}),
        (*GET_ITEM, {"retry_mode": "adaptive"}, {"retries": {"mode": "adaptive", "total_max_attempts": 4}}),
        (*GET_ITEM, {"app_id": "mine"}, {"user_agent_appid": "mine"}),
        (*GET_ITEM, {"use_fips": True}, {"use_fips_endpoint": True}),
        (
            *(s3, "GetObject", {"Bucket": "bucket", "Key": "k"}),
            {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"},
            {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"},
        ),
        (
            *(s3, "PutBucketTagging", {"Bucket": "bucket", "Tagging": {"TagSet": []}}),
            {"request_checksum_calculation": "when_required"},
            {"request_checksum_calculation": "when_required"},
        ),
        (
            *(s3, "PutBucketTagging", {"Bucket": "bucket", "Tagging": {"TagSet": []}, "ChecksumAlgorithm": "SHA256"}),
            {"use_accelerate": True, "region": "eu-west-1"},
            {"s3": {"use_accelerate_endpoint": True}},
        ),
    ],
)
def test_settings_and_inputs(
    package: ModuleType, name: str, params: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    assert parts_that_differ(package, name, params, ours, theirs) == []


@pytest.mark.parametrize("name", ["AWS_LAMBDA_FUNCTION_NAME", "OTHER"])
def test_functions_of_lambda_tell_who_has_called_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "f")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-a-b;Parent=c ü;Sampled=1")
    assert parts_that_differ(*GET_ITEM) == []
    caught = Caught()
    client = dynamodb.io.Client(transport=caught, region="eu-west-1", credentials=KEYS)
    with pytest.raises(CaughtError):
        client.list_tables()
    assert caught.request.headers.get("X-Amzn-Trace-Id") == (
        "Root=1-a-b;Parent=c%20%C3%BC;Sampled=1" if name != "OTHER" else None
    )
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    assert parts_that_differ(*GET_ITEM) == []


@pytest.mark.parametrize(
    ("token", "preference", "said"),
    [
        (None, "sigv4", None),
        ("TOKEN", None, None),
        ("TOKEN", "sigv4", None),
        ("TOKEN", "sigv4a,httpBearerAuth", None),
        ("TOKEN", "httpBearerAuth", "sigv4"),
        ("TOKEN", None, "sigv4"),
    ],
)
def test_tokens_and_preferences(
    token: str | None, preference: str | None, said: str | None, monkeypatch: pytest.MonkeyPatch, generate_once: Any
) -> None:
    """A token that the environment has for a service counts before its preference for all; what is said in code does
    before both.
    """
    package = generate_once("bedrock-runtime", ["Converse"])
    for name, text in (("AWS_BEARER_TOKEN_BEDROCK", token), ("AWS_AUTH_SCHEME_PREFERENCE", preference)):
        if text is not None:
            monkeypatch.setenv(name, text)
    call = (package, "Converse", {"modelId": "m"})
    theirs = {"auth_scheme_preference": said} if said else {}
    assert parts_that_differ(*call, {"auth_scheme_preference": (said,)} if said else {}, theirs) == []
    if said:
        given = {"settings": Settings(auth_scheme_preference=(said,))}
        assert parts_that_differ(*call, given, theirs) == []


def test_services_that_take_no_token(monkeypatch: pytest.MonkeyPatch, generate_once: Any) -> None:
    """Signatures have the same name for them as for those that take one."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "TOKEN")
    assert parts_that_differ(generate_once("bedrock-agent", ["ListAgents"]), "ListAgents", {}) == []


OUTPOST = "arn:aws:s3-outposts:us-east-1:123456789012:outpost:op-01ac5d28a6a232904"


def test_accounts_of_arns(generate_once: Any) -> None:
    package = generate_once("s3control", ["GetBucket", "GetAccessPoint", "CreateAccessPoint"])
    account, bucket, point = "123456789012", f"{OUTPOST}:bucket:mybucket", f"{OUTPOST}:accesspoint:myaccesspoint"
    for name, params in (
        ("GetBucket", {"Bucket": bucket}),
        ("GetBucket", {"Bucket": bucket, "AccountId": account}),
        ("GetAccessPoint", {"Name": point}),
        ("CreateAccessPoint", {"Name": "myaccesspoint", "Bucket": bucket}),
        ("GetBucket", {"Bucket": "plain", "AccountId": account}),
    ):
        value = package.endpoints.OPERATIONS[name].input.of_value({"AccountId": account, **params})
        value.account_id = params.get("AccountId")
        assert parts_that_differ(package, name, params, value=value) == [], (name, params)
    client = package.io.Client(transport=Caught(), region="us-east-1", credentials=KEYS)
    with pytest.raises(EndpointUnknown, match="accountId specified in the ARN"):
        client.get_bucket(bucket=bucket, account_id="210987654321")
    with pytest.raises(EncodeError, match="AccountId: required"):
        client.get_bucket(bucket="plain", account_id=None)


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1"])
@pytest.mark.parametrize("service", ["importexport", "sdb"])
def test_signatures_of_older_versions(service: str, region: str, generate_once: Any) -> None:
    name, params = {"importexport": ("CancelJob", {"JobId": "a"}), "sdb": ("CreateDomain", {"DomainName": "a"})}[
        service
    ]
    package = generate_once(service, [name])
    assert parts_that_differ(package, name, params, {"region": region}) == []


@pytest.mark.parametrize("text", ["#!/bin/sh\nü", "", None])
def test_user_data_are_encoded(text: str | None, generate_once: Any) -> None:
    package = generate_once("autoscaling", ["CreateLaunchConfiguration"])
    params = {"LaunchConfigurationName": "a", **({} if text is None else {"UserData": text})}
    assert parts_that_differ(package, "CreateLaunchConfiguration", params) == []
    value = package.CreateLaunchConfigurationType(launch_configuration_name="a", user_data=text)
    client = package.io.Client(transport=Caught(), region="us-east-1", credentials=KEYS)
    with pytest.raises(CaughtError):
        client.create_launch_configuration.send(value)
    assert value.user_data == text, "the caller's own value stays as it is"


def test_copies_within_a_region_and_with_urls_of_their_own(generate_once: Any) -> None:
    package = generate_once("rds", ["CopyDBSnapshot"])
    names = {"SourceDBSnapshotIdentifier": "a", "TargetDBSnapshotIdentifier": "b ü&"}
    for more in ({}, {"SourceRegion": "eu-west-1"}, {"SourceRegion": "eu-west-1", "PreSignedUrl": "https://mine"}):
        assert parts_that_differ(package, "CopyDBSnapshot", {**names, **more}) == [], more


SHAPES = {
    "Body": {"type": "blob", "streaming": True},
    "Input": {**structure(Body="Body"), "payload": "Body"},
}
PUT = {**operation("Put", "Input"), "requestcompression": {"encodings": ["gzip"]}}


@pytest.mark.parametrize("size", [10, 20_000])
@pytest.mark.parametrize("kind", ["bytes", "file", "chunks"])
def test_compression_of_bodies_that_may_be_streams(kind: str, size: int, generate_once: Any) -> None:
    package = generate_once(model(SHAPES, "rest-json", {"Put": PUT}))
    caught = Caught()
    client = package.io.Client(transport=caught, region="a-b-1", credentials=KEYS, endpoint_url="https://h")
    data = b"a" * size
    body: Any = {"bytes": data, "file": io.BytesIO(b"xx" + data), "chunks": iter([data[:5], data[5:]])}[kind]
    if kind == "file":
        body.seek(2)
    with pytest.raises(CaughtError):
        client.put(body=body)
    headers = caught.request.headers
    assert headers.get("Content-Encoding") == ("gzip" if kind != "chunks" else None)
    sent = caught.request.body
    assert (gzip.decompress(sent) if kind != "chunks" else sent) == data
    assert (",L" in headers["User-Agent"]) is (kind != "chunks")
