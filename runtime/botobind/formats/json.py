"""JSON: the awsJson1.0, awsJson1.1 and restJson1 protocols. Trees are what msgspec and the standard library give."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import TYPE_CHECKING, Any

import msgspec

from botobind import timestamps
from botobind.errors import DecodeError, EncodeError, expected
from botobind.formats import exact, text
from botobind.formats.spellings import read_boolean, read_double, read_integer, read_string
from botobind.formats.text import write_blob
from botobind.formats.tree import (
    TreeReader,
    TreeWriter,
    read_document,
)
from botobind.markers import unknown_union_member
from botobind.rules.structs import wire_names

if TYPE_CHECKING:
    from datetime import datetime

    from botobind.serializers import JsonFormat
    from botobind.types import AnyJson

__all__ = [
    "READER",
    "WRITER",
    "dump",
    "dump_document",
    "dump_value",
    "dump_value_body",
    "parse",
    "parse_document",
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
    "written_struct",
]


def parse(data: bytes | str) -> Any:
    """The tree of a JSON document in UTF-8. The last of equal keys wins; NaN and the infinities are no JSON.

    A number that Python has no float for, or of more than 4,300 digits, is a `Decimal`, which no member takes.

    Raises `DecodeError` for anything that is not one whole document, and for one nested deeper than the interpreter can
    follow.
    """
    try:
        return msgspec.json.decode(data)
    except msgspec.ValidationError:
        return _parse_large_numbers(data)
    except _NO_JSON as error:
        raise _no_json(error, data) from None


def parse_document(data: bytes | str) -> AnyJson:
    """A document from JSON text in UTF-8. Raises `DecodeError` as `parse`, and for numbers out of range."""
    try:
        document: AnyJson = msgspec.json.decode(data)
    except _NO_JSON as error:
        raise _no_json(error, data) from None
    return document


_NO_JSON = (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError, TypeError)


def _no_json(error: Exception, data: object) -> DecodeError:
    match error:
        case UnicodeError():
            # Its text holds a byte of the document.
            return DecodeError("not JSON: invalid UTF-8")
        case RecursionError():
            return DecodeError("nested too deeply")
        case TypeError():
            return expected("bytes", data)
    # msgspec names places alone: the byte, or for numbers out of range a path without names, which tells nothing.
    return DecodeError(f"not JSON: {str(error).partition(' - at ')[0]}")


_MOST_DIGITS = 4300
"""Of integers: as many as msgspec reads, and as the interpreter does unless it is told otherwise."""

_STRING = r'"(?:[^"\\]|\\.)*+"?'
"""One without an end goes on to the end of the text: from each quote in it, there would be so much to look at again."""

_STRING_OR_NUMBER = rf"{_STRING}|(?<![-+.\w])-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?(?![-+.\w])"


def _parse_large_numbers(data: bytes | str) -> Any:
    """The tree of a document with numbers that msgspec has no type for."""
    import json
    import re

    try:
        text = data if isinstance(data, str) else str(data, "utf-8")
        # msgspec tells whether all else is JSON: the standard library takes more than that.
        msgspec.json.decode(re.sub(_STRING_OR_NUMBER, lambda found: found[0] if found[0][0] == '"' else "0", text))
        return json.loads(text, parse_float=_read_float, parse_int=_read_int)
    except (*_NO_JSON, json.JSONDecodeError) as error:
        raise _no_json(error, data) from None


def _read_float(text: str) -> float | Decimal:
    number = float(text)
    return number if isfinite(number) else _decimal(text)


def _read_int(text: str) -> int | Decimal:
    try:
        return int(text) if len(text.lstrip("-")) <= _MOST_DIGITS else _decimal(text)
    except ValueError:  # the interpreter was told of another limit
        return _decimal(text)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # of exponents that are themselves out of range
        return Decimal("Infinity")


def _plain(value: object) -> str:
    """The text of a subclass, which msgspec does not know."""
    if isinstance(value, str):
        return "" + value
    raise TypeError(type(value).__name__)


_encode = msgspec.json.Encoder(enc_hook=_plain).encode


_UNWRITABLE = (TypeError, ValueError, ArithmeticError, RecursionError, msgspec.MsgspecError)


def written_struct(cls: type[JsonFormat]) -> type:
    """The wire struct from which JSON is written: its members are of any type, and those that are None are left out."""
    names = wire_names(cls)
    members = [(name, object, None) for name in names]
    return msgspec.defstruct(cls.__name__, members, rename=names, omit_defaults=True, gc=False)


def dump(tree: object) -> bytes:
    """The JSON text of a tree or a wire struct, in UTF-8, without white space."""
    try:
        return _encode(tree)
    except _UNWRITABLE as error:
        raise _unwritable(error) from None


def dump_value(value: JsonFormat) -> bytes:
    """The JSON text of a value."""
    # `dump` is not called, here and below: a call counts where the whole takes three microseconds.
    wire_struct = value.to_wire_struct()
    try:
        return _encode(wire_struct)
    except _UNWRITABLE as error:
        raise _unwritable(error) from None


def dump_value_body(value: JsonFormat) -> bytes:
    """The JSON text of the members that are in the body."""
    wire_struct = value.to_wire_struct_body()
    try:
        return _encode(wire_struct)
    except _UNWRITABLE as error:
        raise _unwritable(error) from None


def _unwritable(error: Exception) -> EncodeError:
    return EncodeError(f"cannot be written as JSON: {type(error).__name__}")


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
    if isinstance(value, (int, float)):
        return timestamps.of_epoch(value)
    raise expected("timestamp", value)


def read_json_text(value: object) -> AnyJson:
    """A document that is written as JSON inside a string (`jsonvalue`)."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise expected("str with JSON", value)
    return parse_document(value)


def write_double(value: float) -> float | str:
    """The number; `NaN`, `Infinity` and `-Infinity` by name, since JSON has no numbers for them."""
    if value.__class__ is not float and (value := exact.number(value)).__class__ is int:
        return value
    return value if value - value == 0 else text.special_double(value)


def dump_document(value: AnyJson) -> bytes:
    """The JSON text of a document, in UTF-8. `EncodeError` for what JSON does not have, at any depth."""
    return dump(exact.document(value))


def write_json_text(value: AnyJson) -> str:
    """The document as JSON text."""
    return dump_document(value).decode()


READER = TreeReader(
    string=read_string,
    integer=read_integer,
    double=read_double,
    boolean=read_boolean,
    blob=read_blob,
    stream=read_blob,
    timestamp=read_timestamp,
    located_document=read_json_text,
    unknown_member=lambda name, _: name,
)
WRITER = TreeWriter(
    double=write_double,
    single=write_double,
    blob=write_blob,
    stream=write_blob,
    epoch=timestamps.to_epoch,
    iso8601=timestamps.to_iso8601,
    rfc822=timestamps.to_rfc822,
    located_document=write_json_text,
    unknown_member=unknown_union_member,
)
