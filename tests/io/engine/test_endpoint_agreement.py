"""`Endpoints` beside botocore's resolver: any settings, any inputs, the same endpoints."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import botocore.session
import pytest
from attrs import evolve
from botocore.exceptions import BotoCoreError
from botocore.hooks import HierarchicalEmitter
from support.endpointcases import endpoint_of

from botobind.io.engine.endpoints import Endpoints
from botobind.io.faults import EndpointUnknown
from botobind_services import dynamodb, lambda_, s3, sts

REGIONS = [
    *("us-east-1", "us-west-2", "eu-west-1", "cn-north-1", "us-gov-west-1", "aws-global", "us-iso-east-1"),
    *("eusc-de-east-1", "local", "xx-moon-1", None),
]
URLS = [
    *("http://localhost:4566", "https://example.com/base", "http://127.0.0.1:9000", "https://[::1]:9000", "http://h/"),
    *("https://dynamodb.us-east-1.amazonaws.com", "https://beta.example.com"),
]
FLAGS = ["AWS::UseFIPS", "AWS::UseDualStack"]
OF_S3 = [
    *("AWS::S3::Accelerate", "AWS::S3::ForcePathStyle", "AWS::S3::UseGlobalEndpoint"),
    *("AWS::S3::DisableMultiRegionAccessPoints", "AWS::S3::DisableS3ExpressSessionAuth"),
]
ACCOUNT = "123456789012"
ARN = f"arn:aws:s3:us-west-2:{ACCOUNT}"
OUTPOST = f"arn:aws:s3-outposts:us-west-2:{ACCOUNT}:outpost/op-01234567890123456"
ALIAS = "test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3"
BUCKETS = [
    *("bucket", "dotted.bucket", "Upper", "a_b", "bu cket/x", "xy", "127.0.0.1", "ключ", "b--use1-az4--x-s3"),
    *("b--use1-az4--xa-s3", "name-long--apne1-az12345--x-s3", f"{ARN}:accesspoint/point", f"{ARN}:accesspoint:point"),
    *(f"arn:aws:s3::{ACCOUNT}:accesspoint:mfzwi23gnjvgw.mrap", f"{ARN}:bucket:x", "arn:aws:s3", "arn:aws:s3:::x"),
    *(f"{OUTPOST}/accesspoint/point", f"{OUTPOST}/bucket/bucket", f"{OUTPOST}", f"{OUTPOST}/accesspoint/p:more"),
    *(f"arn:aws:s3-object-lambda:us-west-2:{ACCOUNT}:accesspoint/point", ALIAS),
    *(f"arn:aws-cn:s3:cn-north-1:{ACCOUNT}:accesspoint:point", f"arn:aws:s3:us west:{ACCOUNT}:accesspoint:point"),
]  # fmt: skip
TABLES = ["table", f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t"]


def buckets(drawn: random.Random) -> Any:
    return {"Bucket": drawn.choice(BUCKETS), "Key": "k"}


def tables(drawn: random.Random) -> Any:
    return {"TableName": drawn.choice(TABLES)}


def requested(drawn: random.Random) -> Any:
    names = drawn.sample(TABLES, drawn.choice((1, 2)))
    return {"RequestItems": {name: {"Keys": []} for name in names}}


def transacted(drawn: random.Random) -> Any:
    def one(kind: str, besides: str) -> Any:
        return {kind: {"TableName": drawn.choice(TABLES), besides: {}}}

    kinds = [("Put", "Item"), ("Delete", "Key")]
    return {"TransactItems": [one(*drawn.choice(kinds)) for _ in range(drawn.choice((1, 2)))]}


def imported(drawn: random.Random) -> Any:
    created = {**tables(drawn), "AttributeDefinitions": [], "KeySchema": []}
    return {"S3BucketSource": {"S3Bucket": "b"}, "InputFormat": "CSV", "TableCreationParameters": created}


def nothing(drawn: random.Random) -> Any:
    del drawn
    return {}


def control(drawn: random.Random) -> Any:
    return {"AccountId": drawn.choice((ACCOUNT, "not valid")), "Bucket": drawn.choice(BUCKETS)}


def points(drawn: random.Random) -> Any:
    return {"AccountId": ACCOUNT, "Name": drawn.choice(BUCKETS)}


OPERATIONS: Mapping[str, Mapping[str, Any]] = {
    "s3": {
        "GetObject": buckets,
        "GetBucketLocation": lambda drawn: {"Bucket": drawn.choice(BUCKETS)},
        "CreateBucket": lambda drawn: {"Bucket": drawn.choice(BUCKETS)},
        "CreateSession": lambda drawn: {"Bucket": drawn.choice(BUCKETS)},
        "ListBuckets": nothing,
        "ListDirectoryBuckets": nothing,
        "CopyObject": lambda drawn: {**buckets(drawn), "CopySource": "a/b"},
        "WriteGetObjectResponse": lambda _: {"RequestRoute": "route", "RequestToken": "t"},
    },
    "s3control": {
        "GetBucket": control,
        "CreateBucket": lambda drawn: {"Bucket": "bucket", "OutpostId": drawn.choice(("op-1", "op.1"))},
        "GetAccessPoint": points,
        "CreateAccessPoint": lambda drawn: {**points(drawn), "Bucket": drawn.choice(BUCKETS)},
        "ListAccessPoints": control,
        "ListRegionalBuckets": lambda drawn: {"AccountId": ACCOUNT, "OutpostId": drawn.choice(("op-1", "op.1"))},
        "TagResource": lambda drawn: {"AccountId": ACCOUNT, "ResourceArn": drawn.choice(BUCKETS), "Tags": []},
    },
    "dynamodb": {
        "GetItem": lambda drawn: {**tables(drawn), "Key": {}},
        "ListTables": nothing,
        "BatchGetItem": requested,
        "TransactWriteItems": transacted,
        "ImportTable": imported,
    },
    "lambda": {"Invoke": lambda _: {"FunctionName": "f"}, "ListFunctions": nothing},
    "sts": {
        "GetCallerIdentity": nothing,
        "AssumeRoleWithSAML": lambda _: {"RoleArn": "r", "PrincipalArn": "p", "SAMLAssertion": "s"},
    },
}
PACKAGES = {"s3": s3, "dynamodb": dynamodb, "lambda": lambda_, "sts": sts}


def settings(drawn: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {
        "AWS::Region": drawn.choice(REGIONS),
        "SDK::Endpoint": drawn.choice(URLS) if drawn.random() < 0.3 else None,
        "AWS::S3::UseArnRegion": drawn.random() < 0.7,
        "AWS::S3Control::UseArnRegion": drawn.random() < 0.7,
        "AWS::STS::UseGlobalEndpoint": drawn.random() < 0.5,
        "AWS::Auth::AccountIdEndpointMode": drawn.choice(("preferred", "disabled", "required")),
        "AWS::Auth::AccountId": drawn.choice((ACCOUNT, None, "no account")),
    }
    return found | {name: drawn.random() < 0.2 for name in (*FLAGS, *OF_S3)}


@pytest.fixture(scope="module")
def session() -> Any:
    found = botocore.session.Session()
    found.set_credentials("AKID", "secret")
    return found


@pytest.fixture(params=OPERATIONS)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def package_of(service: str, generate_once: Any) -> Any:
    return PACKAGES.get(service) or generate_once(service, list(OPERATIONS[service]))


def ours(package: ModuleType, builtins: Any, name: str, parameters: Any) -> Any:
    operation = package.endpoints.OPERATIONS[name]  # type: ignore[attr-defined] # of each package
    value = None if operation.input is None else operation.input.of_value(parameters)
    try:
        # What is told of them is compared with requests.
        return evolve(Endpoints(package, builtins).of(operation, value), features=())
    except EndpointUnknown:
        return None


def theirs(client: Any, builtins: Any, name: str, parameters: Any) -> Any:
    resolver = client._ruleset_resolver
    resolver._builtins = builtins
    context = {"client_config": client.meta.config}
    try:
        found = resolver.construct_endpoint(client.meta.service_model.operation_model(name), parameters, context)
    except BotoCoreError:
        return None
    endpoint = endpoint_of(found.url, found.properties, {key: [value] for key, value in found.headers.items()})
    # A bucket before an address is no host.
    return None if ".[" in endpoint.host else endpoint


@pytest.mark.pinned
def test_endpoints_are_those_of_botocore(service: str, session: Any, generate_once: Any) -> None:
    package = package_of(service, generate_once)
    client = session.create_client(service, region_name="us-east-1")
    if service == "s3control":
        # Its handlers refuse ARNs of which its rules have something to say.
        client._ruleset_resolver._event_emitter = HierarchicalEmitter()
    found, errors = set(), 0
    for number in range(1500 if service.startswith("s3") else 400):
        drawn = random.Random(f"{service} {number}")
        builtins = settings(drawn)
        name = drawn.choice(list(OPERATIONS[service]))
        parameters = OPERATIONS[service][name](drawn)
        expected = theirs(client, builtins, name, parameters)
        given = ours(package, builtins, name, parameters)
        assert given == expected, (name, parameters, builtins)
        errors += given is None
        found.add(given)
    assert len(found) > 20
    assert errors > 20
