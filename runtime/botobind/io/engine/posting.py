"""Posts of files from HTML forms to S3 that are signed beforehand: what the form's fields hold.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botobind.io.engine import sigv4
from botobind.io.engine.signing import EXPRESS, keys_of

if TYPE_CHECKING:
    from botobind.io.carriers import Form
    from botobind.io.engine.data import AuthScheme, BearerToken, Credentials

__all__ = ["post_fields"]

_ANY_NAME = "${filename}"


def post_fields(
    form: Form, scheme: AuthScheme, credentials: Credentials | BearerToken | None, at: datetime
) -> dict[str, str]:
    """The fields that come before the file in a form, whose policy is signed at a time in UTC. Raises
    `CredentialsMissing` without keys.
    """
    import json  # few programs have forms made

    keys = keys_of(credentials)
    stamp = sigv4.stamp_of(at)
    credential = f"{keys.access_key}/{sigv4.scope_of(scheme, stamp)}"
    signed = {"x-amz-algorithm": sigv4.ALGORITHM, "x-amz-credential": credential, "x-amz-date": stamp}
    if keys.session_token is not None:
        signed["X-Amz-S3session-Token" if scheme.name == EXPRESS else "x-amz-security-token"] = keys.session_token
    key = form.key
    place: Any = {"key": key}
    if key.endswith(_ANY_NAME):
        place = ["starts-with", "$key", key.removesuffix(_ANY_NAME)]
    policy = {
        "expiration": (at.astimezone(UTC) + timedelta(seconds=form.expires)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [
            *(form.conditions or ()),
            {"bucket": form.bucket},
            place,
            *({name: signed[name]} for name in signed),
        ],
    }
    text = b64encode(json.dumps(policy).encode()).decode()
    signature = sigv4.signature_of_text(text, scheme, keys, stamp)
    return {**(form.fields or {}), "key": key, **signed, "policy": text, "x-amz-signature": signature}
