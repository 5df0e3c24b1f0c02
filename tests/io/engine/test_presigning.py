"""URLs and forms that the engine signs beforehand, beside boto3's for the same input."""

from __future__ import annotations

import asyncio
import json
import sys
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import boto3
import botocore.auth
import botocore.signers
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from botobind.io import CredentialsMissing, EndpointUnknown
from botobind.io.engine.data import Credentials
from botobind.io.engine.skew import Clock
from botobind_services import lambda_, s3, sts

NOW = datetime(2024, 5, 1, 10)
KEYS = Credentials(access_key="AKID", secret_key="SECRET", session_token="TOKEN/+")
GIVEN = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "aws_session_token": "TOKEN/+"}
ACCESS_POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/ap"
BUCKETS = ("box", "my.box", "UPPER")
REGIONS = ("eu-west-1", "us-east-1", "cn-north-1")


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (botocore.auth, botocore.signers):
        monkeypatch.setattr(module, "get_current_datetime", lambda *_, **__: NOW)
    monkeypatch.setattr(Clock, "now", lambda _: NOW.replace(tzinfo=UTC))
    return iter([None])


def parts(url: str) -> list[str]:
    """A URL, whose parameters are signed in their alphabetical order."""
    place, _, query = url.partition("?")
    return [place, *sorted(query.split("&"))]


SETTINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "none": ({}, {}),
    "virtual": ({"addressing_style": "virtual"}, {"addressing_style": "virtual"}),
    "path": ({"addressing_style": "path"}, {"addressing_style": "path"}),
    "regional": ({"us_east_1_regional_endpoint": "regional"}, {"us_east_1_regional": "regional"}),
    "dual stack": ({"use_dualstack_endpoint": True}, {"use_dualstack": True}),
    "accelerated": ({"use_accelerate_endpoint": True}, {"use_accelerate": True}),
}
URLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_object", {"Key": "a b/ü+", "VersionId": "1", "Range": "bytes=0-9"}),
    ("put_object", {"Key": "a", "ContentType": "text/plain"}),
    ("put_object", {"Key": "a", "ContentLength": 5}),
    ("put_bucket_policy", {"Policy": "{}"}),
    ("upload_part", {"Key": "a", "ContentLength": 0, "PartNumber": 1, "UploadId": "u"}),
    ("list_objects_v2", {"Prefix": "a"}),
    ("get_bucket_location", {}),
)


def outcome(make: Any, *given: Any, **members: Any) -> Any:
    """What is made, or that there is no endpoint."""
    try:
        return make(*given, **members)
    except (EndpointUnknown, BotoCoreError):
        return None


@pytest.mark.parametrize(
    ("region", "url"), [*product(REGIONS, (None, "http://localhost:9000/x")), ("aws-global", None)]
)
@pytest.mark.parametrize(("theirs", "ours"), SETTINGS.values(), ids=SETTINGS)
def test_what_boto3_signs(region: str, theirs: dict[str, Any], ours: dict[str, Any], url: str | None) -> None:
    below = boto3.client(
        "s3", region_name=region, endpoint_url=url, **GIVEN, config=Config(signature_version="s3v4", s3=theirs)
    )
    with s3.io.Client(region=region, endpoint_url=url, credentials=KEYS, **ours) as client:
        for bucket in BUCKETS:
            wanted = outcome(below.generate_presigned_post, bucket, "a")
            post = outcome(client.presign_post, bucket, "a")
            assert (post and {"url": post.url, "fields": post.fields}) == wanted
            for method, members in URLS:
                call = getattr(client, method)
                request = call.operation.input.of_value({"Bucket": bucket, **members})
                their_url = outcome(below.generate_presigned_url, method, {"Bucket": bucket, **members})
                our_url = outcome(call.presign_of, request, expires=3600)
                assert (our_url and parts(our_url)) == (their_url and parts(their_url)), (bucket, method)
        our_url = outcome(client.list_buckets.presign, 60)
        their_url = outcome(below.generate_presigned_url, "list_buckets", ExpiresIn=60)
        assert (our_url and parts(our_url)) == (their_url and parts(their_url))


@pytest.mark.parametrize(
    ("package", "method", "members"),
    [
        (sts, "get_caller_identity", {}),
        (sts, "assume_role", {"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "me"}),
        (lambda_, "get_function", {"FunctionName": "echo", "Qualifier": "1"}),
    ],
)
@pytest.mark.parametrize("http_method", [None, "HEAD"])
def test_urls_of_other_services(package: Any, method: str, members: dict[str, str], http_method: str | None) -> None:
    below = boto3.client(package.service, region_name="eu-west-1", **GIVEN)
    with package.io.Client(region="eu-west-1", credentials=KEYS) as client:
        call = getattr(client, method)
        made = call.presign_of(call.operation.input.of_value(members), expires=60, method=http_method)
    assert parts(made) == parts(below.generate_presigned_url(method, members, 60, http_method))


OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"fields": {"acl": "private"}, "conditions": [{"acl": "private"}, ["content-length-range", 1, 9]], "expires": 60},
    {"fields": {}, "conditions": [], "expires": 10**6},
)


@pytest.mark.pinned
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("key", ["a b/ü", "a/${filename}", ""])
def test_fields_of_forms(options: dict[str, Any], key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    below = boto3.client("s3", region_name="eu-west-1", **GIVEN, config=Config(signature_version="s3v4"))
    their_names = {"fields": "Fields", "conditions": "Conditions", "expires": "ExpiresIn"}
    theirs = below.generate_presigned_post("box", key, **{their_names[name]: options[name] for name in options})
    for name in ("botocore", "botobind.io.riding", "botobind.io.translating"):
        monkeypatch.setitem(sys.modules, name, None)
    with s3.io.Client(region="eu-west-1", credentials=KEYS) as client:
        post = client.presign_post("box", key, **options)
    assert {"url": post.url, "fields": post.fields} == theirs

    async def awaited() -> Any:
        async with s3.io.AsyncClient(region="eu-west-1", credentials=KEYS) as client:
            return await client.presign_post("box", key, **options)

    assert asyncio.run(awaited()) == post


def test_forms_that_boto3_does_not_make() -> None:
    with s3.io.Client(region="eu-west-1", credentials=KEYS) as client:
        post = client.presign_post(ACCESS_POINT, "a")
    assert post.url == "https://ap-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/"
    assert {"bucket": ACCESS_POINT} in json.loads(b64decode(post.fields["policy"]))["conditions"]


def test_nobody_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    for name, text in (("EC2_METADATA_DISABLED", "true"), ("SHARED_CREDENTIALS_FILE", "/no"), ("CONFIG_FILE", "/no")):
        monkeypatch.setenv(f"AWS_{name}", text)
    with s3.io.Client(region="eu-west-1") as client:
        with pytest.raises(CredentialsMissing, match=r"^presign_post: "):
            client.presign_post("box", "a")
        with pytest.raises(CredentialsMissing, match=r"^GetObject: "):
            client.get_object.presign(60, bucket="box", key="a")


@pytest.mark.pinned
@pytest.mark.parametrize(
    ("service", "name", "params"),
    [
        ("polly", "SynthesizeSpeech", {"OutputFormat": "mp3", "Text": "a b", "VoiceId": "Joanna"}),
        ("autoscaling", "CreateLaunchConfiguration", {"LaunchConfigurationName": "a", "UserData": "x y"}),
        ("s3control", "DeleteAccessGrant", {"AccountId": "123456789012", "AccessGrantId": "a"}),
        ("polly", "PutLexicon", {"Name": "a", "Content": "text"}),
        ("apigateway", "GetRestApis", {"limit": 5}),
        ("apigateway", "GetExport", {"restApiId": "a", "stageName": "b", "exportType": "oas30", "accepts": "text/x"}),
        ("sqs", "SendMessage", {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q", "MessageBody": "a"}),
    ],
)
def test_urls_of_customized_operations(service: str, name: str, params: dict[str, Any], generate_once: Any) -> None:
    package = generate_once(service, [name])
    below = boto3.client(service, region_name="eu-west-1", **GIVEN)
    wanted = below.generate_presigned_url(xform_name(name), dict(params), HttpMethod="GET")
    with package.io.Client(region="eu-west-1", credentials=KEYS) as client:
        for each in (client, package.io.Client(below)):
            call = each.call_of(package.endpoints.OPERATIONS[name])
            assert parts(call.presign_of(call.operation.input.of_value(params), method="GET")) == parts(wanted)
