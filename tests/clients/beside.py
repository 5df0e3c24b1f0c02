"""What boto3's clients send, and what ours send that ride on them, for the same input."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import canonicalize, fromstring, tostring

import cbor2
from attrs import frozen
from botocore.awsrequest import AWSResponse
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
    exact: tuple[bytes, dict[str, str]]
    """The bytes of the body, and the headers but the signature's: where they are the same, so is the signature."""
    signature: str


class CaughtError(Exception):
    """A request was caught and not sent."""


@cache
def client_of(service: str, attempts: int = 1) -> Any:
    """A client that sends nothing, and would try so often in retry mode standard."""
    return Session().create_client(service, **BOTO_KEYS, **_arguments(service, attempts))


def lazy_client_of(package: ModuleType) -> Any:
    """A client that sends nothing, over a model that is made of our package."""
    return sessions.client_of(Session(), package, {**BOTO_KEYS, **_arguments(package.service)})


BOTO_KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "aws_session_token": "TOKEN"}


def url_of(service: str) -> str | None:
    """The endpoint that a client of a service has to be given."""
    return "https://localhost" if service == "cloudsearchdomain" else None


def _arguments(service: str, attempts: int = 1) -> dict[str, Any]:
    config = Config(parameter_validation=False, retries={"mode": "standard", "total_max_attempts": attempts})
    return {"region_name": "us-east-1", "config": config, "endpoint_url": url_of(service)}


DISCOVERED = b'{"Endpoints": [{"Address": "cell.example.com", "CachePeriodInMinutes": 60}]}'
"""What the operation answers by which clients of some services find their endpoint."""


class _Raw(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


@contextmanager
def _catching(client: Any, name: str) -> Iterator[list[Any]]:
    caught: list[Any] = []

    def catch(request: Any, event_name: str, **_: Any) -> Any:
        if event_name.endswith(".DescribeEndpoints") and name != "DescribeEndpoints":
            return AWSResponse(request.url, 200, {}, _Raw(DISCOVERED))
        caught.append(request)
        raise CaughtError

    client.meta.events.register("before-send", catch)
    try:
        yield caught
    finally:
        client.meta.events.unregister("before-send", catch)


def by_boto3(client: Any, operation: Operation[Any, Any, Any], value: Any) -> Sent | str:
    """boto3's request, or that it refuses to make one."""
    return of_boto3(client, operation.name, {} if value is None else value.to_value())


def of_boto3(client: Any, name: str, params: Any) -> Sent | str:
    """boto3's request for parameters as boto3 has them, or that it refuses to make one."""
    with _catching(client, name) as caught:
        try:
            client._make_api_call(name, params)
        except CaughtError:
            return said(caught[0])
        except BotoCoreError as error:
            return f"refused: {error}"
    raise AssertionError


def by_us(client: Any, operation: Operation[Any, Any, Any], value: Any) -> Sent | str:
    """Our request on the same client, or that it refuses to make one."""
    with _catching(client, operation.name) as caught:
        try:
            Rider(client).carry(operation, value)
        except CaughtError:
            return said(caught[0])
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
    found += [name for name in names if theirs.headers.get(name) != mine.get(name)]
    return found or (["signature"] if theirs.exact == ours.exact and theirs.signature != ours.signature else [])


def said(request: Any) -> Sent:
    url = urlsplit(request.url)
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    media_type = headers.get("content-type", "")
    body = _bytes(request.body)
    lasting = {name: text for name, text in headers.items() if name not in _NEW_EACH_TIME}
    shown = {name: _shown(name, text) for name, text in lasting.items()}
    signature = lasting.pop("authorization", "").rpartition("Signature=")[2]
    for name in ("content-length", "user-agent"):
        lasting.pop(name, None)
    # A usual port is not told in the header Host.
    place = url.netloc.removesuffix({"http": ":80", "https": ":443"}[url.scheme])
    return Sent(
        request.method,
        f"{url.scheme}://{place}{url.path or '/'}",
        sorted(parse_qsl(url.query, keep_blank_values=True)),
        shown,
        _body(body, media_type),
        (body, lasting),
        signature,
    )


def _shown(name: str, text: str) -> str:
    if name == "authorization":
        return text.partition(", Signature=")[0]
    return "" if name.startswith(_OF_BYTES) else text


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _bytes(body: Any) -> bytes:
    data = b"" if body is None else body.encode() if isinstance(body, str) else body
    # botocore's wrapper for chunks has it.
    return bytes(data) if isinstance(data, (bytes, bytearray)) else getattr(data, "_raw", data).read()


def _body(data: bytes, media_type: str) -> Any:
    if data[:1] in (b"{", b"["):
        return json.loads(data)
    if data[:1] == b"<":
        root = fromstring(data)  # noqa: S314 - of our own
        # botocore has a token last that it has made itself. Repeated elements stay in their order.
        root[:] = sorted(root, key=lambda element: element.tag)
        return canonicalize(tostring(root, encoding="unicode"), strip_text=True)
    if "cbor" in media_type and data:
        return cbor2.loads(data)
    return _form(data.decode()) if "form" in media_type else data


def _form(text: str) -> list[tuple[str, Any]]:
    """The parameters of a form, and those of a URL that is one of them, in any order."""
    pairs = parse_qsl(text, keep_blank_values=True)
    return sorted((name, _form(value) if "X-Amz-Signature=" in value else value) for name, value in pairs)


def compare(package: ModuleType) -> Iterator[tuple[str, str]]:
    """The operations of a package whose requests differ, each with a part in which they do."""
    client, lazy = client_of(package.service), lazy_client_of(package)
    for name, operation in package.endpoints.OPERATIONS.items():
        if operation.input is not None and operation.input.EVENTS is not None:
            continue  # botocore's clients have no such operations
        try:
            value = None if operation.input is None else example_of(operation.input)
        except NoExampleError:
            continue
        theirs = by_boto3(client, operation, value)
        for each in (client, lazy):
            for part in differences(theirs, by_us(each, operation, value)):
                yield name, part
        # What botocore's own serializer makes of the model.
        for part in differences(theirs, by_boto3(lazy, operation, value)):
            yield name, f"model: {part}"


def example_of(cls: Any) -> Any:
    value = example(cls)
    for traits in cls.MEMBER_TRAITS.values():
        if "md5Member" in traits:
            # With the MD5 beside it, botocore has keys in base64 already.
            setattr(value, attribute_of(cls, traits["md5Member"]), None)
    if getattr(value, "content_length", None) is not None and isinstance(getattr(value, "body", None), bytes):
        value.content_length = len(value.body)
    return value
