"""Signatures of version 2: parameters of the form, or of the query string. SimpleDB alone takes no others."""

from __future__ import annotations

import hmac
from base64 import b64encode
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from botobind.http import encode_query

if TYPE_CHECKING:
    from datetime import datetime

    from botobind.io.engine.data import Credentials, OutgoingRequest

__all__ = ["NAME", "sign"]

NAME = "sigv2"
_OWN = frozenset({"AWSAccessKeyId", "SecurityToken", "Signature", "SignatureMethod", "SignatureVersion", "Timestamp"})


def sign(request: OutgoingRequest, keys: Credentials, at: datetime) -> str:
    """Adds the parameters of a signature that is made at a time in UTC, in place of others that are there, and gives
    the signature.
    """
    is_form = bool(request.body)
    text = request.body.decode() if isinstance(request.body, bytes) else ""
    given = parse_qsl(text, keep_blank_values=True) if is_form else request.query
    pairs = [pair for pair in given if pair[0] not in _OWN]
    pairs += [
        ("AWSAccessKeyId", keys.access_key),
        ("SignatureVersion", "2"),
        ("SignatureMethod", "HmacSHA256"),
        ("Timestamp", f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
    ]
    if keys.session_token is not None:
        pairs.append(("SecurityToken", keys.session_token))
    lines = (request.method, request.host, request.path, encode_query(sorted(pairs)))
    digest = hmac.new(keys.secret_key.encode(), "\n".join(lines).encode(), sha256).digest()
    signature = b64encode(digest).decode()
    pairs.append(("Signature", signature))
    if is_form:
        request.body = encode_query(pairs).encode()
    else:
        request.query = pairs
    return signature
