"""The headers of event stream messages: names and typed values to bytes and back.

A header is: the length of its name in one byte; the name; the type of its value in one byte; the value, before which
bytes and strings have their length in two. https://smithy.io/2.0/aws/amazon-eventstream.html
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

__all__ = ["Byte", "HeaderValue", "Int", "Short", "decode_headers", "encode_headers"]

_TRUE, _FALSE, _BYTE, _SHORT, _INT, _LONG, _BYTES, _STRING, _TIMESTAMP, _UUID = range(10)
_LENGTH = struct.Struct(">H")
_MILLISECONDS = struct.Struct(">q")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Byte(int):
    """An integer that travels in one byte. It equals a plain one."""


class Short(int):
    """An integer that travels in two bytes. It equals a plain one."""


class Int(int):
    """An integer that travels in four bytes, where a plain one takes eight. It equals a plain one."""


_INTEGERS: dict[int, tuple[struct.Struct, type[int]]] = {
    _BYTE: (struct.Struct(">b"), Byte),
    _SHORT: (struct.Struct(">h"), Short),
    _INT: (struct.Struct(">i"), Int),
    _LONG: (struct.Struct(">q"), int),
}

HeaderValue: TypeAlias = bool | int | bytes | str | datetime | UUID
"""What a header may hold. Times have milliseconds; a naive datetime is in UTC."""


def encode_headers(headers: Mapping[str, HeaderValue]) -> bytes:
    """The bytes of the headers. Raises `EncodeError` for a name or value that has no place in a header."""
    return b"".join(_encode_header(name, value) for name, value in headers.items())


def _encode_header(name: object, value: object) -> bytes:
    encoded = _utf8(name) if isinstance(name, str) else b""
    if encoded is None or not 0 < len(encoded) <= 0xFF:
        raise EncodeError("the name of a header must be a text of 1 to 255 bytes in UTF-8")
    try:
        return bytes([len(encoded)]) + encoded + _encode_value(value)
    except EncodeError as error:
        raise error.under(str(name)) from None


def _encode_value(value: object) -> bytes:
    if isinstance(value, bool):
        return bytes([_TRUE if value else _FALSE])
    if isinstance(value, int):
        kind = next((kind for kind, (_, cls) in _INTEGERS.items() if cls is type(value)), _LONG)
        return bytes([kind]) + _pack(_INTEGERS[kind][0], value)
    if isinstance(value, str):
        text = _utf8(value)
        if text is None:
            raise EncodeError("expected text that has UTF-8, got a lone surrogate")
        return bytes([_STRING]) + _with_length(text)
    if isinstance(value, bytes):
        return bytes([_BYTES]) + _with_length(value)
    if isinstance(value, datetime):
        return bytes([_TIMESTAMP]) + _pack(_MILLISECONDS, _milliseconds_of(value))
    if isinstance(value, UUID):
        return bytes([_UUID]) + value.bytes
    raise EncodeError(f"a header cannot hold a {type(value).__name__}")


def _utf8(text: str) -> bytes | None:
    """None for lone surrogates. An error here would carry the text in the chain of the one that follows."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None


def _with_length(data: bytes) -> bytes:
    if len(data) > 0xFFFF:
        raise EncodeError("the value of a header must not be longer than 65535 bytes")
    return _LENGTH.pack(len(data)) + data


def _pack(layout: struct.Struct, number: int) -> bytes:
    try:
        return layout.pack(number)
    except struct.error:
        raise EncodeError(f"the value of a header is out of range for {layout.size * 8} bits") from None


def _milliseconds_of(moment: datetime) -> int:
    # Floats would lose the milliseconds of what is far away, and decimals obey the caller's context.
    if isinstance(moment, timestamps.OutOfRangeDatetime):
        numerator, denominator = moment.epoch.as_integer_ratio()
        microseconds = numerator * 1_000_000 // denominator
    else:
        since = (moment if moment.utcoffset() is not None else moment.replace(tzinfo=UTC)) - _EPOCH
        microseconds = since // timedelta(microseconds=1)
    return round(microseconds, -3) // 1000


def decode_headers(data: bytes) -> dict[str, HeaderValue]:
    """The headers in order. Raises `DecodeError`, which says nothing of their values, where they are malformed."""
    headers: dict[str, HeaderValue] = {}
    at = 0
    while at < len(data):
        encoded, at = _take(data, at + 1, data[at])
        name = _text(encoded, "the name of a header")
        if not name:
            raise DecodeError("a header without a name")
        if name in headers:
            raise DecodeError("a header that is there twice")
        kind, at = _take(data, at, 1)
        headers[name], at = _decode_value(data, kind[0], at)
    return headers


def _decode_value(data: bytes, kind: int, at: int) -> tuple[HeaderValue, int]:
    """A header's value and where the next header begins."""
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind in _INTEGERS:
        layout, cls = _INTEGERS[kind]
        number, at = _take(data, at, layout.size)
        return cls(layout.unpack(number)[0]), at
    if kind in (_BYTES, _STRING):
        length, at = _take(data, at, _LENGTH.size)
        value, at = _take(data, at, _LENGTH.unpack(length)[0])
        return _text(value, "the value of a header") if kind == _STRING else value, at
    if kind == _TIMESTAMP:
        number, at = _take(data, at, _MILLISECONDS.size)
        # Made from text, the number is exact in every decimal context.
        return timestamps.of_epoch(Decimal(f"{_MILLISECONDS.unpack(number)[0]}e-3")), at
    if kind == _UUID:
        number, at = _take(data, at, 16)
        return UUID(bytes=number), at
    raise DecodeError(f"a header of the unknown type {kind}")


def _take(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    """The next `size` bytes, and where they end."""
    end = at + size
    if end > len(data):
        raise DecodeError("the headers of a message end too early")
    return data[at:end], end


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        # Nothing is raised from here, as the chain of errors would carry the bytes.
        pass
    raise DecodeError(f"{what} is not UTF-8")
