"""Requests of the engine beside boto3's: URL, headers, body and signature, for an example of every input.

Every run has a sample of services: of each protocol, and what botocore treats in ways of its own. `nox -s io` has all.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.auth
import botocore.handlers
import pytest
from clients.differences import ENGINE, OPERATIONS
from clients.engine_beside import found
from support.temporary import generated

from botobind import idempotency
from botobind.io.engine.skew import Clock
from botobind_codegen.load import list_services
from botobind_codegen.pipeline import GenerateOptions
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts

TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - an idempotency token
NOW = datetime(2024, 5, 1, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: NOW.replace(tzinfo=None))
    # Version 2 of signatures has its own clock.
    clock = SimpleNamespace(gmtime=NOW.utctimetuple, strftime=time.strftime, time=time.time)
    monkeypatch.setattr(botocore.auth, "time", clock)
    monkeypatch.setattr(Clock, "now", lambda _: NOW)
    monkeypatch.setattr(botocore.handlers.uuid, "uuid4", lambda: TOKEN)


def check(package: Any, names: tuple[str, ...] = ()) -> None:
    known = {
        (name, part)
        for table in (OPERATIONS, ENGINE)
        for (of, name), parts in table.items()
        if of == package.service and (not names or name in names)
        for part in parts
        if not part.startswith("model: ")
    }
    with idempotency.tokens_from(lambda: TOKEN):
        assert set(found(package, names)) == known


@pytest.mark.pinned
@pytest.mark.parametrize("package", [s3, sts], ids=lambda package: package.service)
def test_the_same_request(package: Any) -> None:
    check(package)


SAMPLE: dict[str, tuple[str, ...]] = {
    "apigateway": ("GetRestApis", "PutRestApi"),
    "autoscaling": ("CreateLaunchConfiguration", "DescribeAutoScalingGroups"),
    "bedrock-runtime": ("Converse", "InvokeModel"),
    "braket": ("CreateSpendingLimit",),
    "cloudfront-keyvaluestore": ("GetKey",),
    "cloudsearchdomain": ("Search", "Suggest"),
    "codecatalyst": ("ListProjects",),
    "cognito-idp": ("InitiateAuth", "ListUserPools"),
    "docdb": ("CopyDBClusterSnapshot", "CreateDBCluster"),
    "dsql": ("GetCluster",),
    "ec2": ("CopySnapshot", "DescribeRegions", "RunInstances"),
    "events": ("PutEvents",),
    "glacier": ("ListVaults", "UploadArchive", "UploadMultipartPart"),
    "importexport": ("CancelJob",),
    "iot-data": ("Publish", "UpdateThingShadow"),
    "kinesis": ("PutRecord", "DescribeStream"),
    "lex-runtime": ("PostContent", "PostText"),
    "logs": ("PutLogEvents", "StartLiveTail"),
    "machinelearning": ("GetMLModel", "Predict"),
    "mediastore-data": ("GetObject", "PutObject"),
    "neptune": ("CopyDBClusterSnapshot", "CreateDBCluster"),
    "opensearch": ("DescribeDomain",),
    "polly": ("SynthesizeSpeech",),
    "rds": ("CopyDBSnapshot", "DescribeDBClusters", "StartDBInstanceAutomatedBackupsReplication"),
    "route53": ("ChangeResourceRecordSets", "GetHostedZone"),
    "s3control": ("CreateAccessPoint", "GetBucket", "ListRegionalBuckets", "PutBucketTagging"),
    "s3outposts": ("CreateEndpoint",),
    "sdb": ("PutAttributes", "Select"),
    "sqs": ("CreateQueue", "SendMessage"),
    "sso": ("GetRoleCredentials",),
    "sso-oidc": ("CreateToken",),
    "timestream-query": ("DescribeEndpoints", "Query"),
    "timestream-write": ("WriteRecords",),
}
"""Operations of services that botocore treats in ways of their own, and of each protocol."""


@pytest.mark.pinned
@pytest.mark.parametrize(("service", "operations"), SAMPLE.items())
def test_the_same_request_of_others(service: str, operations: tuple[str, ...], tmp_path: Path) -> None:
    more = ("DescribeEndpoints",) if service.startswith("timestream") else ()
    with generated(service, GenerateOptions((*operations, *more)), tmp_path) as package:
        check(package, operations)


@pytest.mark.differential
@pytest.mark.parametrize(
    "package", [cloudwatch, dynamodb, lambda_, partnercentral_selling], ids=lambda package: package.service
)
def test_the_same_request_of_what_is_committed(package: Any) -> None:
    check(package)


@pytest.mark.differential
@pytest.mark.parametrize("service", list_services())
def test_the_same_request_of_every_service(service: str, tmp_path: Path) -> None:
    with generated(service, GenerateOptions(), tmp_path) as package:
        check(package)
