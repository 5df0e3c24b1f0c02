"""Scalars as text, the way XML, query strings and headers write them, after Smithy's restXml and awsQuery."""

from __future__ import annotations

import math
import re
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING

from botobind import timestamps
from botobind.errors import DecodeError, EncodeError
from botobind.formats import exact
from botobind.wire.xmlsyntax import BLANKS

if TYPE_CHECKING:
    from datetime import datetime

_INTEGER = r"[+-]?[0-9]{1,4000}(?:\.0*)?"
_DOUBLE = r"[+-]?(?:[0-9]{1,4000}(?:\.[0-9]{0,4000})?|\.[0-9]{1,4000})(?:[eE][+-]?[0-9]{1,9})?"
_MOST_DIGITS = 4000
_SPECIAL_DOUBLES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_digits = int.__repr__
_WITHOUT_BLANKS = dict.fromkeys(map(ord, BLANKS))
_BOOLEANS = {"true": True, "false": False, "True": True, "False": False, "1": True, "0": False}


def parse_integer(text: str) -> int:
    """An integer in decimal digits; a fraction of zeros is read over, since nothing is lost."""
    try:
        if text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS:
            return int(text)
        stripped = text.strip(BLANKS)
        if re.fullmatch(_INTEGER, stripped):
            return int(stripped.partition(".")[0])
    except ValueError:  # the interpreter was told of another limit
        pass
    raise DecodeError("expected an integer")


def parse_double(text: str) -> float:
    """A number, or one of `NaN`, `Infinity` and `-Infinity`."""
    stripped = text.strip(BLANKS)
    if re.fullmatch(_DOUBLE, stripped):
        number = float(stripped)
        if math.isfinite(number):
            return number
        raise DecodeError("number out of range")
    special = _SPECIAL_DOUBLES.get(stripped)
    if special is None:
        raise DecodeError("expected a number")
    return special


def parse_boolean(text: str) -> bool:
    """`true` or `false`; also `1`, `0` and capitalised, which some services write."""
    flag = _BOOLEANS.get(text.strip(BLANKS))
    if flag is None:
        raise DecodeError("expected a boolean")
    return flag


def parse_blob(text: str) -> bytes:
    """Bytes from base64; white space in it is read over."""
    try:
        return a2b_base64(text, strict_mode=True)
    except ValueError:
        pass
    try:
        return a2b_base64(text.translate(_WITHOUT_BLANKS), strict_mode=True)
    except ValueError:
        raise DecodeError("expected base64") from None


def write_integer(value: int) -> str:
    """Decimal digits."""
    try:
        return _digits(value) if value.__class__ is int else _digits(exact.integer(value))
    except ValueError:
        raise EncodeError("integer out of range") from None


def write_double(value: float) -> str:
    """The shortest text that reads back as the same number; `NaN`, `Infinity` and `-Infinity` by name."""
    if value.__class__ is not float:
        value = float(exact.number(value))
    if value - value == 0:
        return repr(value)
    return special_double(value)


def special_double(value: float) -> str:
    """The name that the text formats have for a number that is not finite."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def write_boolean(value: bool) -> str:  # noqa: FBT001 - the value itself
    """`true` or `false`."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise exact.refuse("bool", value)


def write_blob(value: object) -> str:
    """Base64 of the bytes. A stream can only be sent by an operation: here it raises `EncodeError`."""
    data = value if isinstance(value, bytes) else bytes_of(value)
    return b2a_base64(data, newline=False).decode("ascii")


def bytes_of(value: object) -> bytes:
    """The bytes of a blob; `EncodeError` for a stream, which must not be read here."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise EncodeError(f"expected bytes, got {type(value).__name__}")


def write_epoch(moment: datetime) -> str:
    """Seconds since 1970, with a fraction where there is one."""
    return str(timestamps.to_epoch(moment))
