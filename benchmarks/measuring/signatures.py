"""Signatures beside botocore's, which both sides have to make the same: of a small request, and of a URL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest
from botobind.io.engine.signing import presign, sign

_HEADERS = [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "DynamoDB_20120810.GetItem")]
_BODY = b'{"TableName":"table","Key":{"pk":{"S":"user#1"}}}'
_OBJECT = "https://box.s3.eu-west-1.amazonaws.com/a/b%20c"
_THEIR_KEYS = BotocoreCredentials("AKID", "SECRET", "TOKEN")
_OUR_KEYS = Credentials(access_key="AKID", secret_key="SECRET", session_token="TOKEN")  # noqa: S106 - of nobody

Run = Callable[[], Any]


def small_request() -> tuple[Run, Run]:
    """The header of a signature of a small request: by botocore, and by us."""
    signer = botocore.auth.SigV4Auth(_THEIR_KEYS, "dynamodb", "eu-west-1")
    scheme = AuthScheme(name="sigv4", signing_name="dynamodb", region="eu-west-1")
    ours = _request("POST", "dynamodb.eu-west-1.amazonaws.com", "/", _BODY)

    def sign_theirs() -> str:
        request = AWSRequest("POST", "https://dynamodb.eu-west-1.amazonaws.com/", data=_BODY)
        for name, value in _HEADERS:
            request.headers[name] = value
        signer.add_auth(request)
        return str(request.headers["Authorization"])

    def sign_ours() -> str:
        ours.headers = list(_HEADERS)
        sign(ours, scheme, _OUR_KEYS, datetime.now(UTC))
        return ours.headers[-1][1]

    return sign_theirs, sign_ours


def url_of_an_object() -> tuple[Run, Run]:
    """A URL of an object that is signed beforehand: by botocore, and by us."""
    signer = botocore.auth.S3SigV4QueryAuth(_THEIR_KEYS, "s3", "eu-west-1", 60)
    scheme = AuthScheme(name="sigv4", signing_name="s3", region="eu-west-1", double_encodes=False)
    ours = _request("GET", "box.s3.eu-west-1.amazonaws.com", "/a/b%20c", b"")

    def sign_theirs() -> str:
        request = AWSRequest("GET", _OBJECT)
        signer.add_auth(request)
        return str(request.url)

    return sign_theirs, lambda: presign(ours, scheme, _OUR_KEYS, datetime.now(UTC), 60)


def _request(method: str, host: str, path: str, body: bytes) -> OutgoingRequest:
    return OutgoingRequest(method=method, scheme="https", host=host, path=path, query=[], headers=[], body=body)
