"""What boto3's clients send, and what ours send that ride on them, for the same input."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import canonicalize

import cbor2
from attrs import frozen
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.session import Session
from clients.differences import HEADERS

from botobind import BotobindError
from botobind.io import sessions
from botobind.io.riding import Rider
from botobind.operations import Operation
from botobind.replacing import attribute_of
from botobind.testing import NoExampleError, example

_NEW_EACH_TIME = frozenset({"amz-sdk-invocation-id", "x-amz-date", "date"})
_OF_BYTES = ("content-length", "content-md5", "x-amz-content-sha256", "x-amz-checksum-", "x-amz-decoded-content-length")
"""The headers that depend on how a body is spelt: that they are there is what has to be the same."""


@frozen
class Sent:
    """A signed request, in words that do not depend on how JSON, XML and forms are spelt."""

    method: str
    url: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any


class _CaughtError(Exception):
    pass


@cache
def client_of(service: str) -> Any:
    """A client that sends nothing."""
    return _session().create_client(service, **_arguments(service))


def lazy_client_of(package: ModuleType) -> Any:
    """The same, over a model that is made of our package."""
    return sessions.client_of(_session(), package, _arguments(package.service))


def _session() -> Session:
    session = Session()
    session.set_credentials("AKID", "SECRET", "TOKEN")
    return session


def _arguments(service: str) -> dict[str, Any]:
    url = "https://localhost" if service == "cloudsearchdomain" else None
    config = Config(parameter_validation=False, retries={"max_attempts": 0})
    return {"region_name": "us-east-1", "config": config, "endpoint_url": url}


@contextmanager
def _catching(client: Any) -> Iterator[list[Any]]:
    caught: list[Any] = []

    def catch(request: Any, **_: Any) -> None:
        caught.append(request)
        raise _CaughtError

    client.meta.events.register("before-send", catch)
    try:
        yield caught
    finally:
        client.meta.events.unregister("before-send", catch)


def by_boto3(client: Any, operation: Operation[Any, Any, Any], value: Any) -> Sent | str:
    """boto3's request, or that it refuses to make one."""
    params = {} if value is None else value.to_value()
    with _catching(client) as caught:
        try:
            client._make_api_call(operation.name, params)
        except _CaughtError:
            return _said(caught[0])
        except BotoCoreError as error:
            return f"refused: {error}"
    raise AssertionError


def by_us(client: Any, operation: Operation[Any, Any, Any], value: Any) -> Sent | str:
    """Our request on the same client, or that it refuses to make one."""
    with _catching(client) as caught:
        try:
            Rider(client).carry(operation, value)
        except _CaughtError:
            return _said(caught[0])
        except BotobindError as error:
            return f"refused: {error}".replace(f"{operation.name}: ", "")
    raise AssertionError


def differences(theirs: Sent | str, ours: Sent | str) -> list[str]:
    """What two requests differ in, but for what the table of headers has: parts by their names, and headers."""
    if isinstance(theirs, str) or isinstance(ours, str):
        return [] if theirs == ours else [f"refusal: theirs {theirs}, ours {ours}"]
    mine = dict(ours.headers)
    for row in HEADERS:
        if row.header not in theirs.headers and mine.get(row.header) in row.values:
            del mine[row.header]
            # It is signed, too.
            mine["authorization"] = mine["authorization"].replace(f"{row.header};", "", 1)
    found = [name for name in ("method", "url", "query", "body") if getattr(theirs, name) != getattr(ours, name)]
    names = sorted({*theirs.headers, *mine})
    return found + [name for name in names if theirs.headers.get(name) != mine.get(name)]


def _said(request: Any) -> Sent:
    url = urlsplit(request.url)
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    media_type = headers.get("content-type", "")
    return Sent(
        request.method,
        f"{url.scheme}://{url.netloc}{url.path}",
        sorted(parse_qsl(url.query, keep_blank_values=True)),
        {name: _shown(name, text) for name, text in headers.items() if name not in _NEW_EACH_TIME},
        _body(request.body, media_type),
    )


def _shown(name: str, text: str) -> str:
    if name == "authorization":
        return text.partition(", Signature=")[0]
    return "" if name.startswith(_OF_BYTES) else text


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(body: Any, media_type: str) -> Any:
    data = b"" if body is None else body.encode() if isinstance(body, str) else body
    if not isinstance(data, bytes):
        data = getattr(data, "_raw", data).read()  # botocore's wrapper for chunks has it
    if data[:1] in (b"{", b"["):
        return json.loads(data)
    if data[:1] == b"<":
        return canonicalize(data.decode(), strip_text=True)
    if "cbor" in media_type and data:
        return cbor2.loads(data)
    return sorted(parse_qsl(data.decode(), keep_blank_values=True)) if "form" in media_type else data


def compare(package: ModuleType) -> Iterator[tuple[str, str]]:
    """The operations of a package whose requests differ, each with a part in which they do."""
    client, lazy = client_of(package.service), lazy_client_of(package)
    for name, operation in package.endpoints.OPERATIONS.items():
        if operation.input is not None and operation.input.EVENTS is not None:
            continue  # botocore's clients have no such operations
        try:
            value = None if operation.input is None else _example_of(operation.input)
        except NoExampleError:
            continue
        theirs = by_boto3(client, operation, value)
        for each in (client, lazy):
            for part in differences(theirs, by_us(each, operation, value)):
                yield name, part
        # What botocore's own serializer makes of the model.
        for part in differences(theirs, by_boto3(lazy, operation, value)):
            yield name, f"model: {part}"


def _example_of(cls: Any) -> Any:
    value = example(cls)
    for traits in cls.MEMBER_TRAITS.values():
        if "md5Member" in traits:
            # With the MD5 beside it, botocore has keys in base64 already.
            setattr(value, attribute_of(cls, traits["md5Member"]), None)
    if getattr(value, "content_length", None) is not None and isinstance(getattr(value, "body", None), bytes):
        value.content_length = len(value.body)
    return value
