"""Our requests beside boto3's on the same client: signed, headers, URL and body, for an example of every input.

Every run has the committed services; `nox -s io` has all of them.
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace

import botocore.auth
import botocore.handlers
import pytest
from clients.beside import compare
from clients.differences import OPERATIONS
from support.temporary import generated

from botobind import idempotency
from botobind_codegen.load import list_services
from botobind_codegen.pipeline import GenerateOptions
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts

TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - an idempotency token
NOW = time.gmtime(1_714_557_600)
COMMITTED = [cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts]


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: datetime(2024, 5, 1, 10))
    # Version 2 of signatures has its own clock.
    monkeypatch.setattr(
        botocore.auth, "time", SimpleNamespace(gmtime=lambda: NOW, strftime=time.strftime, time=time.time)
    )
    monkeypatch.setattr(botocore.handlers.uuid, "uuid4", lambda: TOKEN)


def check(package: ModuleType) -> None:
    with idempotency.tokens_from(lambda: TOKEN):
        found = set(compare(package))
    known = {
        (name, part) for (service, name), parts in OPERATIONS.items() if service == package.service for part in parts
    }
    assert found == known


@pytest.mark.pinned
@pytest.mark.parametrize("package", COMMITTED, ids=lambda package: package.service)
def test_the_same_request(package: ModuleType) -> None:
    check(package)


SAMPLE = {
    "braket": ("CreateSpendingLimit",),
    "eventbridgev2": ("ListEventSources", "UntagResource"),
    "glacier": ("ListVaults", "UploadArchive"),
    "neptune": ("CopyDBClusterSnapshot", "DescribeDBClusters"),
    "route53": ("ChangeResourceRecordSets", "GetHostedZone"),
    "s3control": ("CreateAccessPoint", "ListJobs", "PutBucketTagging"),
    "sdb": ("PutAttributes", "Select"),
    "sqs": ("CreateQueue", "SendMessage"),
}
"""Operations of services that botocore treats in ways of their own; one speaks CBOR, one signs in version 2."""


@pytest.mark.parametrize(("service", "operations"), SAMPLE.items())
def test_the_same_request_of_others(service: str, operations: tuple[str, ...], tmp_path: Path) -> None:
    if service not in list_services():
        pytest.skip("this botocore has no such service")
    with generated(service, GenerateOptions(operations), tmp_path) as package:
        check(package)


@pytest.mark.differential
@pytest.mark.parametrize("service", list_services())
def test_the_same_request_of_every_service(service: str, tmp_path: Path) -> None:
    with generated(service, GenerateOptions(), tmp_path) as package:
        check(package)
