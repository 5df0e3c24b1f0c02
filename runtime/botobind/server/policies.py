"""Policies of forms by which browsers upload objects to S3: what fields a form may have, how large its file is, until
when.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botobind.attributes import frozen
from botobind.errors import DecodeError, RequestError
from botobind.timestamps import of_text

__all__ = ["Policy", "SizeCheck", "policy_of"]

_FREE = frozenset({"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"})
"""The fields that no condition has to allow; neither has one to that begins like this:"""
_IGNORED = "x-ignore-"


@frozen(kw_only=True)
class Policy:
    """What a form has to be like."""

    expiration: datetime
    conditions: tuple[tuple[str, str, str], ...]
    """An operator, a field by its lower-case name, and a value."""
    sizes: tuple[tuple[int, int], ...] = ()
    """The least and the greatest number of bytes of the file, each of which counts."""

    def check(self, fields: Mapping[str, str]) -> None:
        """Raises `RequestError` for fields, by lower-case names, that the policy does not allow, and after its end."""
        if self.expiration.timestamp() < time.time():
            raise _denied("Policy expired.")
        for operator, name, value in self.conditions:
            if not _holds(operator, name, fields.get(name), value):
                told = json.dumps([operator, f"${name}", value])
                raise _denied(f"Policy Condition failed: {told}")
        allowed = _FREE | {name for _, name, _ in self.conditions}
        extra = [name for name in fields if name not in allowed and not name.startswith(_IGNORED)]
        if extra:
            raise _denied(f"Extra input fields: {', '.join(sorted(extra))}")


def _holds(operator: str, name: str, given: str | None, value: str) -> bool:
    if operator == "eq":
        return given == value
    if given is None:
        return False
    # A media type may be several, each of which has to be allowed.
    texts = given.split(",") if name == "content-type" else [given]
    return all(text.strip().startswith(value) if len(texts) > 1 else text.startswith(value) for text in texts)


def policy_of(text: str) -> Policy:
    """The policy in the field of a form. Raises `RequestError` for what is none."""
    try:
        found = json.loads(b64decode(text, validate=True))
        expiration = of_text(found["expiration"])
        conditions, sizes = [], []
        for condition in found["conditions"]:
            match condition:
                case dict():
                    conditions += [("eq", _name(name), _text(value)) for name, value in condition.items()]
                case ["content-length-range", least, greatest]:
                    sizes.append((int(least), int(greatest)))
                case [str(operator), str(name), value] if operator.lower() in {"eq", "starts-with"}:
                    conditions.append((operator.lower(), _name(name.removeprefix("$")), _text(value)))
                case _:
                    raise ValueError("no condition")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, DecodeError):
        raise RequestError("Invalid Policy: expected a policy in Base64.", code="InvalidPolicyDocument") from None
    return Policy(expiration=expiration, conditions=tuple(conditions), sizes=tuple(sizes))


def _name(name: str) -> str:
    return name.lower()


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError("no text")
    return str(value)


def _denied(reason: str) -> RequestError:
    return RequestError(f"Invalid according to Policy: {reason}", status=403, code="AccessDenied")


class SizeCheck:
    """A file passes through it, and is as large as a policy wants it."""

    def __init__(self, policy: Policy) -> None:
        self._least = max([least for least, _ in policy.sizes], default=0)
        self._greatest = min([greatest for _, greatest in policy.sizes], default=None)
        self._size = 0

    def feed(self, data: bytes, /) -> bytes:
        """The bytes as they are. Raises `RequestError` as soon as there are too many."""
        self._size += len(data)
        if self._greatest is not None and self._size > self._greatest:
            raise RequestError("Your proposed upload exceeds the maximum allowed size", code="EntityTooLarge")
        return data

    def close(self) -> None:
        """Raises `RequestError` where there are too few."""
        if self._size < self._least:
            raise RequestError("Your proposed upload is smaller than the minimum allowed size", code="EntityTooSmall")
