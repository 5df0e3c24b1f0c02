"""Posts of files from HTML forms to S3 that are signed beforehand: what the form's fields hold.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botobind.io.engine import sigv4
from botobind.io.engine.signing import EXPRESS, keys_of

if TYPE_CHECKING:
    from botobind.io.engine.data import AuthScheme, BearerToken, Credentials

__all__ = ["post_fields"]

_ANY_NAME = "${filename}"


def post_fields(  # noqa: PLR0913 - as many as boto3's clients take
    bucket: str,
    key: str,
    scheme: AuthScheme,
    credentials: Credentials | BearerToken | None,
    at: datetime,
    *,
    fields: Mapping[str, str] | None = None,
    conditions: Sequence[Any] | None = None,
    expires: int = 3600,
) -> dict[str, str]:
    """The fields that come before the file in a form, whose policy is signed at a time in UTC and good for so many
    seconds. A key that ends in `${filename}` has any name there. Raises `CredentialsMissing` without keys.
    """
    keys = keys_of(credentials)
    stamp = sigv4.stamp_of(at)
    credential = f"{keys.access_key}/{sigv4.scope_of(scheme, stamp)}"
    signed = {"x-amz-algorithm": sigv4.ALGORITHM, "x-amz-credential": credential, "x-amz-date": stamp}
    if keys.session_token is not None:
        signed["X-Amz-S3session-Token" if scheme.name == EXPRESS else "x-amz-security-token"] = keys.session_token
    place: Any = {"key": key}
    if key.endswith(_ANY_NAME):
        place = ["starts-with", "$key", key.removesuffix(_ANY_NAME)]
    policy = {
        "expiration": (at.astimezone(UTC) + timedelta(seconds=expires)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [*(conditions or ()), {"bucket": bucket}, place, *({name: signed[name]} for name in signed)],
    }
    text = b64encode(json.dumps(policy).encode()).decode()
    signature = sigv4.signature_of_text(text, scheme, keys, stamp)
    return {**(fields or {}), "key": key, **signed, "policy": text, "x-amz-signature": signature}
