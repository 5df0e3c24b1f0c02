"""What boto3's clients send, and what we send for the same parameters, in words that both share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import frozen
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.session import Session

from botobind.http import HttpRequest

_OF_SERVICES = (
    "accept", "x-amz-api-version", "x-amz-copy-source", "x-amz-glacier-version", "x-amz-meta-",
    "x-amz-server-side-encryption", "x-amz-sha256-tree-hash",
)  # fmt: skip
"""How the names of the headers begin that have to be the same; the others are for signatures and the transport."""


@frozen
class Sent:
    """A request, but for host and signature."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any


class _CaughtError(Exception):
    pass


@cache
def _client(service: str) -> Any:
    session = Session()
    session.set_credentials("AKID", "SECRET")
    config = Config(
        s3={"addressing_style": "path"}, request_checksum_calculation="when_required", parameter_validation=False
    )
    url = "https://localhost" if service == "cloudsearchdomain" else None
    return session.create_client(service, region_name="us-east-1", config=config, endpoint_url=url)


def sent_by_boto3(service: str, operation: str, params: Mapping[str, Any]) -> Sent:
    """The request of a client. Nothing leaves the process."""
    client = _client(service)
    caught: list[AWSPreparedRequest] = []

    def catch(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        caught.append(request)
        raise _CaughtError

    client.meta.events.register("before-send", catch)
    try:
        client._make_api_call(operation, dict(params))
    except _CaughtError:
        pass
    finally:
        client.meta.events.unregister("before-send", catch)
    (request,) = caught
    url = urlsplit(request.url)
    body = request.body or b""
    headers = {name: value if isinstance(value, str) else value.decode() for name, value in request.headers.items()}
    return _sent(request.method, url.path, parse_qsl(url.query, keep_blank_values=True), headers, body)


def sent_by_us(package: ModuleType, operation: str, params: Mapping[str, Any]) -> Sent:
    """Our request of the same parameters."""
    called = package.endpoints.OPERATIONS[operation]
    return of_ours(called.to_request(called.input.of_value(params)))


def of_ours(request: HttpRequest) -> Sent:
    """A request of ours in the words for botocore's."""
    assert isinstance(request.body, bytes)
    return _sent(request.method, request.path, request.query, dict(request.headers.items()), request.body)


def _sent(method: str, path: str, query: list[tuple[str, str]], headers: Mapping[str, str], body: Any) -> Sent:
    by_lower = {name.lower(): value for name, value in headers.items()}
    kept = {name: value for name, value in by_lower.items() if name.startswith(_OF_SERVICES)}
    return Sent(method, path, sorted(query), kept, _said(body, by_lower.get("content-type", "")))


def _said(body: Any, media_type: str) -> Any:
    """What a body says, however it is spelt."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else body.read()
    if "json" in media_type:
        return json.loads(data)
    return sorted(parse_qsl(data.decode())) if "form" in media_type else data
