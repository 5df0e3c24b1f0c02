"""Requests of the engine beside boto3's: signed, headers, URL and body, for an example of every input."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import botocore.auth
import botocore.handlers
import pytest
from clients.beside import _example_of, _said, by_boto3, client_of, differences
from clients.differences import OPERATIONS

from botobind import BotobindError, idempotency
from botobind.io import Credentials
from botobind.io.engine.data import OutgoingRequest
from botobind.io.engine.skew import Clock
from botobind.testing import NoExampleError
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts

TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - an idempotency token
KEYS = Credentials(access_key="AKID", secret_key="SECRET", session_token="TOKEN")
OTHERWISE = {"amz-sdk-request", "content-length", "expect", "user-agent"}
"""The headers that are others: how often the clients of the two tests try at most, what urllib3 adds, that small bodies
are sent without a question, and who sends.
"""


class _CaughtError(Exception):
    pass


class Caught:
    """A transport that keeps a request and sends none."""

    request: Any = None

    def send(self, request: OutgoingRequest, **_: Any) -> Any:
        body: Any = request.body
        self.request = SimpleNamespace(
            url=f"{request.scheme}://{request.host}{request.target}",
            headers=dict(request.headers),
            method=request.method,
            body=body if isinstance(body, bytes) else b"".join(body),
        )
        raise _CaughtError

    def close(self) -> None:
        """Has nothing to close."""


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: datetime(2024, 5, 1, 10))
    monkeypatch.setattr(Clock, "now", lambda _: datetime(2024, 5, 1, 10, tzinfo=UTC))
    monkeypatch.setattr(botocore.handlers.uuid, "uuid4", lambda: TOKEN)


def found(package: Any) -> Iterator[tuple[str, str]]:
    below, caught = client_of(package.service), Caught()
    ours = package.io.Client(transport=caught, region="us-east-1", credentials=KEYS)
    for name, operation in package.endpoints.OPERATIONS.items():
        if operation.input is not None and operation.input.EVENTS is not None:
            continue
        try:
            value = None if operation.input is None else _example_of(operation.input)
        except NoExampleError:
            continue
        theirs = by_boto3(below, operation, value)
        try:
            ours.call_of(operation).send(value)
        except _CaughtError:
            mine: Any = _said(caught.request)
        except BotobindError as error:
            mine = f"refused: {error}"
        yield from ((name, part) for part in differences(theirs, mine) if part not in OTHERWISE)


def check(package: Any) -> None:
    service: str = package.service
    known = {
        (name, part)
        for (of, name), parts in OPERATIONS.items()
        if of == service
        for part in parts
        if not part.startswith("model: ")
    }
    with idempotency.tokens_from(lambda: TOKEN):
        assert set(found(package)) == known


@pytest.mark.pinned
@pytest.mark.parametrize("package", [s3, sts], ids=lambda package: package.service)
def test_the_same_request(package: ModuleType) -> None:
    check(package)


@pytest.mark.differential
@pytest.mark.parametrize(
    "package", [cloudwatch, dynamodb, lambda_, partnercentral_selling], ids=lambda package: package.service
)
def test_the_same_request_of_others(package: ModuleType) -> None:
    check(package)
