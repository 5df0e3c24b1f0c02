"""JSON: the awsJson1.0, awsJson1.1 and restJson1 protocols. Trees are what msgspec and the standard library give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from botobind import timestamps
from botobind.errors import DecodeError, EncodeError
from botobind.formats import text
from botobind.formats.text import write_blob
from botobind.formats.tree import expected

if TYPE_CHECKING:
    from datetime import datetime

    from botobind.types import AnyJson

__all__ = [
    "dump",
    "parse",
    "read_blob",
    "read_boolean",
    "read_document",
    "read_double",
    "read_integer",
    "read_json_text",
    "read_string",
    "read_timestamp",
    "write_blob",
    "write_double",
    "write_json_text",
]

_SPECIAL_DOUBLES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def parse(data: bytes | str) -> Any:
    """The tree of a JSON document in UTF-8. The last of equal keys wins; NaN and the infinities are no JSON.

    Raises `DecodeError` for anything that is not one whole document, and for one nested deeper than the interpreter can
    follow.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError) as error:
        raise DecodeError(f"not JSON: {_reason(error)}") from None
    except RecursionError:
        raise DecodeError("nested too deeply") from None
    except TypeError:
        raise expected("bytes", data) from None


def _reason(error: Exception) -> str:
    # A UnicodeError's text holds a byte of the document. msgspec's names places alone: the byte, or for numbers out of
    # range a path without names, which tells nothing.
    if isinstance(error, UnicodeError):
        return "invalid UTF-8"
    return str(error).partition(" - at ")[0]


def dump(tree: object) -> bytes:
    """The JSON text of a tree, in UTF-8, without white space."""
    try:
        return msgspec.json.encode(tree)
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise EncodeError(f"cannot be written as JSON: {type(error).__name__}") from None


def read_string(value: object) -> str | None:
    """Text."""
    if type(value) is str or value is None:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    raise expected("str", value)


def read_integer(value: object) -> int | None:
    """An integer; one that was written with a fraction of zeros is read without loss."""
    if type(value) is int or value is None:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    raise expected("int", value)


def read_double(value: object) -> float | None:
    """A number, or one of the texts `NaN`, `Infinity` and `-Infinity`."""
    if type(value) is float or value is None:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise DecodeError("number out of range") from None
    if isinstance(value, str) and value in _SPECIAL_DOUBLES:
        return _SPECIAL_DOUBLES[value]
    raise expected("number", value)


def read_boolean(value: object) -> bool | None:
    """A boolean."""
    if value is None or value is True or value is False:
        return value
    raise expected("bool", value)


def read_blob(value: object) -> bytes | None:
    """Bytes, written as base64."""
    if value is None:
        return None
    if isinstance(value, str):
        return text.parse_blob(value)
    raise expected("str in base64", value)


def read_timestamp(value: object) -> datetime | None:
    """Seconds since 1970, or a text in any of the timestamp formats."""
    if value is None:
        return None
    if isinstance(value, str):
        return timestamps.of_text(value)
    if isinstance(value, int | float):
        return timestamps.of_epoch(value)
    raise expected("timestamp", value)


def read_document(value: object) -> AnyJson:
    """A document, as it is. What JSON does not have is refused at any depth, without a path: keys may be sensitive."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        for item in value:
            read_document(item)
        return value
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise expected("str as key of a document", key)
            read_document(item)
        return value
    raise expected("document", value)


def read_json_text(value: object) -> AnyJson:
    """A document that is written as JSON inside a string (`jsonvalue`)."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise expected("str with JSON", value)
    document: AnyJson = parse(value)
    return document


def write_double(value: float) -> float | str:
    """The number; `NaN`, `Infinity` and `-Infinity` by name, since JSON has no numbers for them."""
    if value - value == 0:
        return value
    return text.special_double(value)


def write_json_text(value: AnyJson) -> str:
    """The document as JSON text."""
    return dump(value).decode()
