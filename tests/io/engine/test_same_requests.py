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


@pytest.mark.differential
@pytest.mark.parametrize(
    "package", [cloudwatch, dynamodb, lambda_, partnercentral_selling], ids=lambda package: package.service
)
def test_the_same_request_of_others(package: Any) -> None:
    check(package)


@pytest.mark.differential
@pytest.mark.parametrize("service", list_services())
def test_the_same_request_of_every_service(service: str, tmp_path: Path) -> None:
    with generated(service, GenerateOptions(), tmp_path) as package:
        check(package)
