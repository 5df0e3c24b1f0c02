"""What boto3's clients send, and what the engine sends, for the same input."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from copy import copy
from types import SimpleNamespace
from typing import Any

from attrs import NOTHING, evolve, fields
from botocore.config import Config
from botocore.session import Session
from clients.beside import (
    BOTO_KEYS,
    DISCOVERED,
    CaughtError,
    Sent,
    by_boto3,
    client_of,
    differences,
    example_of,
    of_boto3,
    said,
    url_of,
)
from clients.differences import INPUTS, REFUSALS

from botobind import BotobindError
from botobind.http import Headers, HttpResponse
from botobind.io import Credentials
from botobind.io.engine.data import OutgoingRequest
from botobind.operations import Operation
from botobind.replacing import attribute_of
from botobind.testing import NoExampleError

KEYS = Credentials(access_key="AKID", secret_key="SECRET", session_token="TOKEN")
ATTEMPTS = 4
RETRIES = {"mode": "standard", "total_max_attempts": ATTEMPTS}
OTHERWISE = {"content-length", "expect"}
"""The headers that are others: what urllib3 adds, and that small bodies are sent without a question."""


class Caught:
    """A transport that keeps a request and sends none."""

    request: Any = None
    name = ""
    """The operation that is called."""

    def send(self, request: OutgoingRequest, **_: Any) -> Any:
        body: Any = request.body
        headers = dict(Headers(request.headers))  # one that is there twice has both values
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
        for value in _inputs_of(package.service, operation.input):
            theirs = by_boto3(below, operation, value)
            mine = _by_engine(ours, caught, operation, value)
            yield from ((name, part) for part in _differences(theirs, mine) if part not in OTHERWISE)


def parts_that_differ(
    package: Any,
    name: str,
    params: dict[str, Any],
    ours: dict[str, Any] | None = None,
    theirs: dict[str, Any] | None = None,
    *,
    url: str | None = None,
    value: Any = None,
) -> list[str]:
    """What differs in a call with parameters as boto3 has them, and with that value or one of them, by clients with
    settings, each in its own words.
    """
    operation = package.endpoints.OPERATIONS[name]
    config = Config(**{"parameter_validation": False, "retries": RETRIES, **(theirs or {})})
    region = (ours or {}).get("region", "us-east-1")
    below = Session().create_client(package.service, **BOTO_KEYS, region_name=region, config=config, endpoint_url=url)
    caught = Caught()
    settings = {"region": region, "max_attempts": ATTEMPTS, "endpoint_url": url, **(ours or {})}
    client = package.io.Client(transport=caught, credentials=KEYS, **settings)
    if value is None and operation.input is not None:
        value = operation.input.of_value(params)
    found = _differences(of_boto3(below, name, params), _by_engine(client, caught, operation, value))
    return [part for part in found if part not in OTHERWISE]


def _inputs_of(service: str, cls: Any) -> Iterator[Any]:
    """An input with all members, and one with those alone that are required."""
    if cls is None:
        yield None
        return
    try:
        value = example_of(cls)
    except NoExampleError:
        return
    value = _with_inputs(service, cls, value)
    yield value
    least = copy(value)
    for each in fields(cls):
        if each.default is not NOTHING:
            setattr(least, each.name, None)
    if least != value:
        yield least


def _with_inputs(service: str, cls: Any, value: Any) -> Any:
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
    if theirs.body == b"" and _is_empty(ours.body):
        ours = evolve(ours, body=b"")
    return differences(*(evolve(each, headers=_with_agent(each.headers)) for each in (theirs, ours)))


def _is_empty(body: object) -> bool:
    """Whether a body is an element with nothing in it: Smithy's restXml has one where members are for the body and none
    of them is there, and botocore has no body.
    """
    return isinstance(body, str) and re.fullmatch(r"<([^\s>]+)( xmlns[^>]*)?></\1>", body) is not None


def _with_agent(headers: dict[str, str]) -> dict[str, str]:
    """The headers, with what the agent's says of the call and of settings alone."""
    parts = re.findall(r" ((?:m|cfg|app|exec-env)/\S+)", headers["user-agent"])
    sorted_parts = [",".join(sorted(part.removeprefix("m/").split(","))) for part in parts]
    return {**headers, "user-agent": " ".join(sorted(sorted_parts))}
