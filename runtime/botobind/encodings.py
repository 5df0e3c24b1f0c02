"""Outputs whose texts come percent-encoded where the caller asks for it: S3's listings, by `EncodingType`.

Keys of objects may have characters that XML cannot hold. With `EncodingType=url` the service writes keys, prefixes,
delimiters and markers percent-encoded, with `+` for blanks. Which members these are is a row of data, the trait
`encodedMembers` of the operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_plus

from botobind.errors import DecodeError, EncodeError
from botobind.replacing import attribute_of, replace_texts
from botobind.shapes import Shape

if TYPE_CHECKING:
    from botobind.operations import Operation

__all__ = ["decode_texts", "with_encoded_texts"]

T = TypeVar("T", bound=Shape)

_ENCODED = "url"


def with_encoded_texts(operation: Operation[Any, Any, Any], value: T) -> T:
    """A copy of an operation's input that asks for percent-encoded texts: pass it to `to_request`.

    Raises `EncodeError` for an operation that has no such thing.
    """
    asking = copy(value)
    setattr(asking, attribute_of(type(value), str(_rule(operation)["switch"])), _ENCODED)
    return asking


def decode_texts(operation: Operation[Any, Any, Any], output: T) -> T:
    """A copy of an operation's output with its texts decoded; the output itself where the service did not encode them.

    The copy no longer says that it is encoded. Raises `EncodeError` for an operation that has no such thing, and
    `DecodeError` with the path for a text that is no UTF-8 when it is decoded.
    """
    rule = _rule(operation)
    switch = attribute_of(type(output), str(rule["switch"]))
    if getattr(output, switch) != _ENCODED:
        return output
    decoded = copy(output)
    for path in rule["members"]:
        replace_texts(decoded, path.split("."), _decoded)
    setattr(decoded, switch, None)
    return decoded


def _rule(operation: Operation[Any, Any, Any]) -> Mapping[str, Any]:
    rule: Mapping[str, Any] | None = operation.traits.get("encodedMembers")
    if rule is None:
        raise EncodeError(f"{operation.name} has no texts that are encoded")
    return rule


def _decoded(text: str) -> str:
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise DecodeError("expected percent-encoded UTF-8") from None
