"""What boto3's clients send, and what the engine sends, for the same input."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from types import SimpleNamespace
from typing import Any

from attrs import evolve
from clients.beside import (
    DISCOVERED,
    CaughtError,
    Sent,
    by_boto3,
    client_of,
    differences,
    example_of,
    said,
    url_of,
)
from clients.differences import INPUTS, REFUSALS

from botobind import BotobindError
from botobind.http import HttpResponse
from botobind.io import Credentials
from botobind.io.engine.data import OutgoingRequest
from botobind.operations import Operation
from botobind.replacing import attribute_of
from botobind.testing import NoExampleError

KEYS = Credentials(access_key="AKID", secret_key="SECRET", session_token="TOKEN")
ATTEMPTS = 4
OTHERWISE = {"content-length", "expect"}
"""The headers that are others: what urllib3 adds, and that small bodies are sent without a question."""


class Caught:
    """A transport that keeps a request and sends none."""

    request: Any = None
    name = ""
    """The operation that is called."""

    def send(self, request: OutgoingRequest, **_: Any) -> Any:
        body: Any = request.body
        headers = dict(request.headers)
        if headers.get("X-Amz-Target", "").endswith(".DescribeEndpoints") and self.name != "DescribeEndpoints":
            return HttpResponse(status=200, body=DISCOVERED)
        self.request = SimpleNamespace(
            url=f"{request.scheme}://{request.host}{request.target}",
            headers=headers,
            method=request.method,
            body=body if isinstance(body, bytes) else b"".join(body),
        )
        raise CaughtError

    def close(self) -> None:
        """Has nothing to close."""


def found(package: Any, names: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """The operations of a package whose requests differ, all or those of these names, each with a part in which they
    do.
    """
    # Those that take tokens alone; with one for the others, that would be taken.
    first = (package.metadata.get("auth") or [package.signature_version])[0]
    if first in ("smithy.api#httpBearerAuth", "bearer"):
        os.environ[f"AWS_BEARER_TOKEN_{package.signing_name.replace('-', '_').upper()}"] = "TOKEN"
    below, caught = client_of(package.service, ATTEMPTS), Caught()
    ours = package.io.Client(
        transport=caught,
        region="us-east-1",
        credentials=KEYS,
        endpoint_url=url_of(package.service),
        max_attempts=ATTEMPTS,
    )
    for name, operation in package.endpoints.OPERATIONS.items():
        if operation.input is not None and operation.input.EVENTS is not None:
            continue  # botocore's clients have no such operations
        if names and name not in names:
            continue
        try:
            value = None if operation.input is None else _input_of(package.service, operation.input)
        except NoExampleError:
            continue
        theirs = by_boto3(below, operation, value)
        mine = _by_engine(ours, caught, operation, value)
        yield from ((name, part) for part in _differences(theirs, mine) if part not in OTHERWISE)


def _input_of(service: str, cls: Any) -> Any:
    value = example_of(cls)
    for (of, member), text in INPUTS.items():
        attribute = attribute_of(cls, member) if of == service and member in cls.MEMBERS.values() else None
        if attribute is not None and getattr(value, attribute) is not None:
            setattr(value, attribute, text)
    return value


def _by_engine(client: Any, caught: Caught, operation: Operation[Any, Any, Any], value: Any) -> Sent | str:
    caught.name = operation.name
    try:
        client.call_of(operation).send(value)
    except CaughtError:
        return said(caught.request)
    except BotobindError as error:
        return f"refused: {error}".replace(f"{operation.name}: ", "")
    raise AssertionError


def _differences(theirs: Sent | str, ours: Sent | str) -> list[str]:
    if isinstance(theirs, str) or isinstance(ours, str):
        both = [str(each).removeprefix("refused: ") for each in (theirs, ours)]
        if any(row.theirs in both[0] and row.ours in both[1] for row in REFUSALS):
            return []
        return differences(theirs, ours)
    return differences(*(evolve(each, headers=_with_agent(each.headers)) for each in (theirs, ours)))


def _with_agent(headers: dict[str, str]) -> dict[str, str]:
    """The headers, with what the agent's says of the call and of settings alone."""
    parts = re.findall(r" ((?:m|cfg|app|exec-env)/\S+)", headers["user-agent"])
    sorted_parts = [",".join(sorted(part.removeprefix("m/").split(","))) for part in parts]
    return {**headers, "user-agent": " ".join(sorted(sorted_parts))}
