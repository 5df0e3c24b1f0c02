"""Requests and responses as JSON, for recordings and logs: what is read of such a document is what was written."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Collection, Mapping
from typing import Any

from botobind.errors import DecodeError, EncodeError, expected

__all__ = ["body_form", "pairs_form", "read_pairs", "read_parts", "read_status", "read_text"]

HIDDEN = "hidden"
"""What stands for a value that is not to be seen."""

Pairs = list[tuple[str, str]]
Hidden = Collection[str]


def pairs_form(pairs: Pairs, hidden: Hidden) -> list[list[str]]:
    """Names and values in order; the values of names that are hidden are not in it, whatever their case."""
    lower = {name.lower() for name in hidden}
    return [[name, HIDDEN if name.lower() in lower else value] for name, value in pairs]


def body_form(body: object) -> dict[str, str]:
    """A body as text, or in base64 where it is not in UTF-8. Raises `EncodeError` for one that is yet to be read."""
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise EncodeError("the body is a stream: read_all reads it").under("body")
    data = bytes(body)
    try:
        return {"body": data.decode()}
    except UnicodeDecodeError:
        return {"body_base64": b2a_base64(data, newline=False).decode()}


def read_parts(document: object, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """What readers make of a document's members, by name; the body is among them. Raises `DecodeError` with path."""
    if not isinstance(document, Mapping):
        raise expected("object", document)
    known = {**readers, "body": _text_body, "body_base64": _base64_body}
    found: dict[str, Any] = {}
    for name, value in document.items():
        if name not in known:
            raise DecodeError(f"there is no member {name!r}; there are {', '.join(known)}")
        try:
            read = known[name](value)
        except DecodeError as error:
            raise error.under(name) from None
        part = "body" if name == "body_base64" else name
        if part in found:
            raise DecodeError("expected one body, got two")
        found[part] = read
    return found


def read_pairs(value: object) -> Pairs:
    """Names and values in order. Raises `DecodeError` with path."""
    if not isinstance(value, list):
        raise expected("list", value)
    found: Pairs = []
    for index, pair in enumerate(value):
        match pair:
            case [str() as name, str() as text]:
                found.append((name, text))
            case _:
                raise DecodeError("expected a name and a value in a list").under(index)
    return found


def read_text(value: object) -> str:
    """A text. Raises `DecodeError`."""
    if not isinstance(value, str):
        raise expected("str", value)
    return value


def read_status(value: object) -> int:
    """A status of three digits. Raises `DecodeError`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise expected("int", value)
    if not 100 <= value <= 999:
        raise DecodeError("expected a status of three digits")
    return value


def _text_body(value: object) -> bytes:
    try:
        return read_text(value).encode()
    except UnicodeEncodeError:
        raise DecodeError("expected text that UTF-8 can hold") from None


def _base64_body(value: object) -> bytes:
    try:
        return a2b_base64(read_text(value), strict_mode=True)
    except ValueError:
        raise DecodeError("expected base64") from None
