"""Requests that clients of other makers have sent are served, to the letter: the AWS CLI, and the SDKs for Go and for
JavaScript. `recorded_clients.jsonl` has them as they came, signed with keys that nobody else has.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from botobind.errors import ServiceError
from botobind.http import HttpRequest, read_all
from botobind.io.streamed_bodies import has_events
from botobind.server import Application
from botobind.testing.examples import example
from botobind_services import dynamodb, lambda_, s3, sts

ROWS = [json.loads(line) for line in Path(__file__).with_name("recorded_clients.jsonl").read_text("utf-8").splitlines()]
Row = dict[str, Any]
OF_SQS = ("CreateQueue", "ReceiveMessage", "SendMessage")


class Served:
    """An application that answers whatever it is asked, by examples, and keeps what it was asked."""

    def __init__(self, secret: str, *packages: Any) -> None:
        self.asked: list[tuple[Any, Any]] = []
        self.application = Application(credentials={"AKID": secret})
        for package in packages:
            operations = package.endpoints.OPERATIONS
            self.application.serve(package, {name: self._handler(operations[name]) for name in operations})

    def _handler(self, operation: Any) -> Any:
        def handle(request: Any) -> Any:
            body: Any = getattr(request, "body", None)
            if hasattr(body, "read"):
                request = attrs.evolve(request, body=body.read())
            self.asked.append((operation, request))
            return _output(operation)

        return handle


def _output(operation: Any) -> Any:
    """An answer of an operation: an example whose length and status are those of a response."""
    if operation.output is None or has_events(operation.output):
        return operation.output and operation.output()
    found = example(operation.output)
    for name, right in (("content_length", None), (found.STATUS, 200)):
        if hasattr(found, name or ""):
            setattr(found, name, right)
    return found


@pytest.fixture(scope="module")
def served(generate_once: Any) -> Served:
    return Served("SECRET", s3, dynamodb, sts, lambda_, generate_once("sqs", OF_SQS))


@pytest.fixture(scope="module")
def refusing(generate_once: Any) -> Served:
    return Served("OTHER", s3, dynamodb, sts, lambda_, generate_once("sqs", OF_SQS))


def texts(value: Any) -> Any:
    """A value of JSON, in which bytes are texts."""
    match value:
        case bytes():
            return value.decode()
        case dict():
            return {name: texts(item) for name, item in value.items()}
        case list():
            return [texts(item) for item in value]
    return value


def signed_at(row: Row) -> float:
    """When a client signed a request."""
    stamp = row["headers"].get("x-amz-date") or row["target"].partition("X-Amz-Date=")[2][:16]
    stamp = stamp or row["body"].partition('name="X-Amz-Date"')[2].strip()[:16]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()


def request_of(row: Row) -> HttpRequest:
    return HttpRequest.of_target(row["method"], row["target"], row["headers"], row["body"].encode())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['client']} {row['operation']}")
def test_requests(row: Row, served: Served, refusing: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: signed_at(row))
    served.asked.clear()
    response = served.application.respond(request_of(row))
    assert response.status < 300, read_all(response.body)
    ((operation, value),) = served.asked
    assert (operation.name, texts(value.to_value())) == (row["operation"], row["input"])
    if not (has_events(operation.output) or response.status == 204):
        protocol = "query" if row["body"].startswith("Action=") else None
        assert not isinstance(operation.of_response(response, protocol=protocol), ServiceError)
    assert refusing.application.respond(request_of(row)).status == 403
