"""The headers of messages in event streams: typed values to bytes and back.

A header is the length of its name in one byte, the name in UTF-8, the type of its value in one byte, and the value.
Byte arrays and strings begin with their length in two bytes; a boolean is its type alone. Numbers are big-endian:
https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from botobind import timestamps
from botobind.errors import DecodeError, EncodeError

_TRUE, _FALSE, _BYTE, _SHORT, _INT, _LONG, _BYTES, _STRING, _TIMESTAMP, _UUID = range(10)


class Byte(int):
    """An integer that travels in one byte."""


class Short(int):
    """An integer that travels in two bytes."""


class Int(int):
    """An integer that travels in four bytes; a plain one takes eight."""


HeaderValue: TypeAlias = bool | int | bytes | str | datetime | UUID
"""What a header may hold. Moments are written to the nearest millisecond; a naive one is in UTC."""

_LENGTH = struct.Struct(">H")
_MILLISECONDS = struct.Struct(">q")
_INTEGERS: dict[int, tuple[struct.Struct, type[int]]] = {
    _BYTE: (struct.Struct(">b"), Byte),
    _SHORT: (struct.Struct(">h"), Short),
    _INT: (struct.Struct(">i"), Int),
    _LONG: (struct.Struct(">q"), int),
}
_TYPES_OF_INTEGERS = {cls: kind for kind, (_, cls) in _INTEGERS.items()}
_UUID_SIZE = 16

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def encode_headers(headers: Mapping[str, HeaderValue]) -> bytes:
    """The bytes of headers, in their order.

    Raises `EncodeError` for a name that is empty or has more than 255 bytes, for a value of another type, for a number
    or moment that is out of range, and for a string or byte array of more than 65,535 bytes.
    """
    return b"".join(_encode_header(name, value) for name, value in headers.items())


def _encode_header(name: str, value: HeaderValue) -> bytes:
    try:
        encoded_name = _to_utf8(name)
        if not 0 < len(encoded_name) <= 0xFF:
            raise EncodeError("the name of a header must have 1 to 255 bytes")
        return bytes([len(encoded_name)]) + encoded_name + _encode_value(value)
    except struct.error:
        raise EncodeError("the value of a header is out of range").under(name) from None
    except EncodeError as error:
        raise error.under(name) from None


def _encode_value(value: object) -> bytes:
    if isinstance(value, bool):
        return bytes([_TRUE if value else _FALSE])
    if isinstance(value, int):
        kind = _TYPES_OF_INTEGERS.get(type(value), _LONG)
        return bytes([kind]) + _INTEGERS[kind][0].pack(value)
    if isinstance(value, str):
        return _sized(_STRING, _to_utf8(value))
    if isinstance(value, bytes):
        return _sized(_BYTES, value)
    if isinstance(value, datetime):
        return bytes([_TIMESTAMP]) + _MILLISECONDS.pack(_to_milliseconds(value))
    if isinstance(value, UUID):
        return bytes([_UUID]) + value.bytes
    raise EncodeError(f"a header cannot hold a {type(value).__name__}")


def _sized(kind: int, data: bytes) -> bytes:
    if len(data) > 0xFFFF:
        raise EncodeError("the value of a header must not be longer than 65535 bytes")
    return bytes([kind]) + _LENGTH.pack(len(data)) + data


def _to_utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    # Not raised from there, as that error holds the text.
    raise EncodeError("text cannot be written in UTF-8")


def _to_milliseconds(moment: datetime) -> int:
    # Making and rounding a decimal are exact in any decimal context that the caller may have set.
    moment = timestamps.of_value(moment)
    if isinstance(moment, timestamps.OutOfRangeDatetime):
        return round(Decimal(f"{moment.epoch}e3"))
    return round(Decimal(f"{(moment - _EPOCH) // _MICROSECOND}e-3"))


def _of_milliseconds(milliseconds: int) -> datetime:
    return timestamps.of_epoch(Decimal(f"{milliseconds}e-3"))


def decode_headers(data: bytes) -> dict[str, HeaderValue]:
    """The headers that these bytes are, in their order; `encode_headers` gives the same bytes again.

    Raises `DecodeError` for a name that is empty or there twice, for an unknown type, for text that is not UTF-8, and
    where the bytes end too early.
    """
    headers: dict[str, HeaderValue] = {}
    at = 0
    while at < len(data):
        name_end = at + 1 + data[at]
        name = _of_utf8(_slice(data, at + 1, name_end))
        if not name:
            raise DecodeError("a header without a name")
        if name in headers:
            raise DecodeError("a header that is there twice")
        kind = _slice(data, name_end, name_end + 1)[0]
        headers[name], at = _decode_value(data, kind, name_end + 1)
    return headers


def _decode_value(data: bytes, kind: int, at: int) -> tuple[HeaderValue, int]:
    """A header's value and where the next header begins."""
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind in _INTEGERS:
        layout, cls = _INTEGERS[kind]
        end = at + layout.size
        return cls(layout.unpack(_slice(data, at, end))[0]), end
    if kind in (_BYTES, _STRING):
        start = at + _LENGTH.size
        end = start + int(_LENGTH.unpack(_slice(data, at, start))[0])
        value = _slice(data, start, end)
        return _of_utf8(value) if kind == _STRING else value, end
    if kind == _TIMESTAMP:
        end = at + _MILLISECONDS.size
        return _of_milliseconds(_MILLISECONDS.unpack(_slice(data, at, end))[0]), end
    if kind == _UUID:
        end = at + _UUID_SIZE
        return UUID(bytes=_slice(data, at, end)), end
    raise DecodeError(f"a header of the unknown type {kind}")


def _slice(data: bytes, start: int, end: int) -> bytes:
    if end > len(data):
        raise DecodeError("the headers of a message end too early")
    return data[start:end]


def _of_utf8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    # Not raised from there, as that error holds the bytes.
    raise DecodeError("a header is not UTF-8")


__all__ = ["Byte", "HeaderValue", "Int", "Short", "decode_headers", "encode_headers"]
