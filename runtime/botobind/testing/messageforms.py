"""Typed values as JSON for people to read and to compare, without what is secret; and back.

Members go by the model's names, in the model's order. What JSON does not have is an object with one key:
`{"$time": "2024-05-01T10:00:00Z"}`, `{"$text": "bytes that are text"}`, `{"$base64": "AAE="}`, `{"$number": "NaN"}`,
`{"$stream": …}` around bytes that were read bit by bit or events that came one by one, and `{"$hidden": "text"}` for
what is not written.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from botobind import timestamps
from botobind.errors import DecodeError
from botobind.formats.tree import UNKNOWN_UNION_MEMBER
from botobind.http import read_all
from botobind.markers import VALUE, class_in_format
from botobind.shapes import Shape
from botobind.testing.recordedstreams import RecordedBody, RecordedEvents

SECRET_MEMBERS = frozenset(
    {
        *("accesskey", "accesstoken", "apikey", "authkey", "authtoken", "authorizationtoken", "clientsecret"),
        *("domainjoinserviceaccountsecret", "idtoken", "secret"),
        *("privatekey", "refreshtoken", "secretaccesskey", "secretkey", "secretstring", "secretbinary", "sessiontoken"),
        *("copysourcessecustomerkey", "copysourcessecustomerkeymd5", "ssecustomerkey", "ssecustomerkeymd5"),
        *("presignedurl", "securitytoken", "webidentitytoken", "samlassertion"),
        # Errors of S3 repeat what they refuse.
        *("token0", "canonicalrequestbytes"),
    }
)
"""Members that are hidden whatever the model says of them, in lower case: not every model marks its secrets. So are all
whose names end in `password`.
"""

_SIGNATURE = re.compile(
    r"(?i)\b((?:(?:X-Amz-(?:Signature|Credential)|AWSAccessKeyId|Signature)=|X-Amz-(?:Security|S3session)-Token[=:]))"
    r"[^&\s\"'<>]+"
)
"""What signs a URL, and the token among the headers that a service says it has signed."""

_HIDDEN_VALUES: Mapping[str, Any] = {
    "text": "hidden",
    "bytes": b"hidden",
    "time": datetime(1970, 1, 1, tzinfo=UTC),
    "number": 0,
    "flag": False,
    "map": {},
}
"""What stands for hidden members where a value is made."""


_NOTHING: Any = object()
"""What is left of a value that is hidden wholly."""


class Form:
    """How values are written. `hide` names members that are hidden beside those that the model calls sensitive and
    those of `SECRET_MEMBERS`, and `show` those of them that are not.
    """

    def __init__(self, hide: Iterable[str] = (), show: Iterable[str] = ()) -> None:
        self._shown = frozenset(map(_folded, show))
        self._secret = SECRET_MEMBERS | set(map(_folded, hide))

    def hides_alike(self, hide: Iterable[str], show: Iterable[str]) -> bool:
        """Whether a form that hides and shows these writes the same."""
        other = Form(hide, show)
        return (self._secret, self._shown) == (other._secret, other._shown)

    def compared(self, value: Shape) -> dict[str, Any]:
        """What tells whether two values are the same: their members, but for what is hidden, and idempotency tokens,
        which are new with each call.
        """
        found = _without_hidden(self.members_of(value, without_tokens=True))
        return {} if found is _NOTHING else found

    def members_of(self, value: Shape, *, hides: bool = False, without_tokens: bool = False) -> dict[str, Any]:
        """The members of a value that are there. `hides` hides what all of them are, as in a structure that is
        sensitive. `without_tokens` leaves out idempotency tokens.

        Streams and events must be at hand.
        """
        cls = type(value)
        hides = hides or bool(cls.TRAITS.get("sensitive"))
        found: dict[str, Any] = {}
        for attribute, name in cls.MEMBERS.items():
            member = getattr(value, attribute, None)
            traits = cls.MEMBER_TRAITS.get(attribute, {})
            if member is None or (without_tokens and traits.get("idempotencyToken")):
                continue
            is_hidden = hides or attribute in cls.SENSITIVE or self._is_secret(name)
            is_hidden = is_hidden and _folded(name) not in self._shown
            found[name] = self._written(member, hides=is_hidden, without_tokens=without_tokens)
        unknown = getattr(value, "unknown_member", None)
        if unknown is not None:
            found[UNKNOWN_UNION_MEMBER] = {"name": unknown}
        return found

    def plain_members_of(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Members that no class tells of, as those of an error that is not modelled. Names tell which are secret."""
        found: dict[str, Any] = self._written(members, hides=False, without_tokens=False)
        return found

    def _is_secret(self, name: str) -> bool:
        folded = _folded(name)
        return folded not in self._shown and (folded in self._secret or folded.endswith("password"))

    def _written(self, value: Any, *, hides: bool, without_tokens: bool) -> Any:
        if isinstance(value, Shape):
            return self.members_of(value, hides=hides, without_tokens=without_tokens)
        if isinstance(value, list):
            return [self._written(item, hides=hides, without_tokens=without_tokens) for item in value]
        if isinstance(value, RecordedEvents):
            return {"$stream": self._written(list(value), hides=hides, without_tokens=without_tokens)}
        if isinstance(value, Mapping):
            if hides:
                return {"$hidden": "map"}
            return {
                f"${key}" if key.startswith("$") else key: self._written(
                    item, hides=self._is_secret(key), without_tokens=without_tokens
                )
                for key, item in value.items()
            }
        kind, written = _scalar(value)
        return {"$hidden": kind} if hides and value is not None else written


def _without_hidden(written: Any) -> Any:
    """What is written of a value without what is hidden; `_NOTHING` where that is all."""
    if not isinstance(written, dict | list) or not written:
        return written
    if isinstance(written, list):
        return [found for item in written if (found := _without_hidden(item)) is not _NOTHING] or _NOTHING
    members = ((name, _without_hidden(member)) for name, member in written.items() if name != "$hidden")
    return {name: found for name, found in members if found is not _NOTHING} or _NOTHING


def without_signatures(text: str) -> str:
    """A text in which nothing signs a URL any more, and no header has a token."""
    return _SIGNATURE.sub(r"\1hidden", text)


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _scalar(value: Any) -> tuple[str, Any]:
    """The kind of a scalar, and what is written of it."""
    if isinstance(value, str):
        return "text", without_signatures(str(value))
    if value is None or isinstance(value, bool):
        return "flag", value
    if isinstance(value, (int, float)):
        return "number", value if isfinite(value) else {"$number": str(value)}
    if isinstance(value, Decimal):
        return "number", {"$number": str(value)}
    if isinstance(value, datetime):
        return "time", {"$time": timestamps.to_iso8601(value)}
    if isinstance(value, RecordedBody):
        return "stream", {"$stream": _bytes(value.read())}
    return "bytes", _bytes(read_all(value))


def _bytes(data: bytes) -> dict[str, str]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"$base64": base64.b64encode(data).decode()}
    if all(letter.isprintable() or letter in "\n\t" for letter in text):
        return {"$text": without_signatures(text)}
    return {"$base64": base64.b64encode(data).decode()}


def value_of(cls: type[Shape], members: Mapping[str, Any]) -> Any:
    """The value of recorded members; what is hidden is `"hidden"` or the like. Raises `DecodeError` for what is no
    value of the class.
    """
    found = {name: _read(member) for name, member in members.items()}
    arrived = {name for name, member in found.items() if isinstance(member, RecordedEvents)}
    value = class_in_format(cls, VALUE).of_value(
        {name: list(member) if name in arrived else member for name, member in found.items()}
    )
    if arrived and cls.EVENTS is not None:
        place = cls.EVENTS.attribute
        setattr(value, place, RecordedEvents(getattr(value, place)))
    return value


def _read(written: Any) -> Any:
    if isinstance(written, list):
        return [_read(item) for item in written]
    if not isinstance(written, dict):
        return written
    if len(written) == 1:
        ((key, inner),) = written.items()
        if key.startswith("$") and not key.startswith("$$"):
            return _read_marked(key, inner)
    return {key.removeprefix("$") if key.startswith("$$") else key: _read(item) for key, item in written.items()}


def _read_marked(key: str, inner: Any) -> Any:
    match key:
        case "$hidden" if inner == "stream":
            return RecordedBody(b"hidden")
        case "$hidden" if inner in _HIDDEN_VALUES:
            return _HIDDEN_VALUES[inner]
        case "$time":
            return timestamps.of_text(inner)
        case "$number":
            return float(inner) if inner.lower() in ("nan", "inf", "-inf") else Decimal(inner)
        case "$text":
            return inner.encode()
        case "$base64":
            return base64.b64decode(inner)
        case "$stream":
            read = _read(inner)
            return RecordedEvents(read) if isinstance(read, list) else RecordedBody(read)
    raise DecodeError(f"no value is written {key}")
