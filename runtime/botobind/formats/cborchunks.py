"""CBOR that is written without a tree: classes of services that speak it give the chunks of their documents.

A chunk is bytes; names come with their heads from the generator. What is here takes what is common, and raises whatever
Python does for anything else, which `botobind.formats.cbor` then writes from a tree, or refuses.
"""

from __future__ import annotations

from datetime import UTC, datetime
from struct import Struct
from typing import TYPE_CHECKING

from botobind import formats
from botobind.formats import exact
from botobind.formats.text import bytes_of

if TYPE_CHECKING:
    from botobind.types import AnyJson

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP = range(6)
_MOST_IN_HEAD, _MOST_KEPT = 23, 4096
_PACK = {1 << (8 * Struct(layout).size): Struct(f">B{layout}").pack for layout in ("B", "H", "I", "Q")}
"""What packs a head with its number behind, by the smallest number that is too large."""

_EPOCH_TAG, _UINT32_HEAD, _SINGLE_HEAD, _DOUBLE_HEAD = 0xC1, 0x1A, 0xFA, 0xFB
_UINT16_END, _UINT32_END = 1 << 16, 1 << 32
_FALSE, _TRUE, NULL = b"\xf4", b"\xf5", b"\xf6"
_NAN, _INFINITY, _MINUS_INFINITY = b"\xf9\x7e\x00", b"\xf9\x7c\x00", b"\xf9\xfc\x00"
_pack_single = Struct(">Bf").pack
_pack_double = Struct(">Bd").pack
_pack_tagged_seconds = Struct(">BBI").pack
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_OF_DAY = 86_400


def head(major: int, number: int) -> bytes:
    """The head of an item of a major type, in the fewest bytes. `ValueError` for a number of more than 64 bits."""
    first = major << 5
    if number <= _MOST_IN_HEAD:
        return bytes((first | number,))
    for more, (end, pack) in enumerate(_PACK.items(), _MOST_IN_HEAD + 1):
        if number < end:
            return pack(first | more, number)
    raise ValueError("a number of more than 64 bits")


class _Heads(dict[int, bytes]):
    """The heads of the items of a major type, by their numbers. Those of small numbers are kept once they are made."""

    def __init__(self, major: int) -> None:
        super().__init__()
        self._major = major

    def __missing__(self, number: int) -> bytes:
        made = head(self._major, number)
        if number < _MOST_KEPT:
            self[number] = made
        return made


TEXT = _Heads(_TEXT)
"""The heads of texts by their length in bytes."""
LIST = _Heads(_LIST)
"""The heads of lists by the number of their items."""
MAP = _Heads(_MAP)
"""The heads of maps by the number of their entries."""
_integer_heads = _Heads(_UNSIGNED)


def blob(value: object) -> bytes:
    """A byte string with its head. `EncodeError` for a stream."""
    data = bytes_of(value)
    return head(_BYTES, len(data)) + data


def integer(value: int) -> bytes:
    """An integer of at most 64 bits and a sign."""
    if value.__class__ is not int:
        raise TypeError
    if value < 0:
        return head(_NEGATIVE, -1 - value)
    return _integer_heads[value]


def double(value: float) -> bytes:
    """A number in eight bytes; one that is not finite in the fewest, as botocore and cbor2 have it."""
    if value.__class__ is not float and value.__class__ is not int:
        raise TypeError
    if value - value == 0:
        return _pack_double(_DOUBLE_HEAD, value)
    return _NAN if value != value else _INFINITY if value > 0 else _MINUS_INFINITY  # noqa: PLR0124 - true of NaN alone


def single(value: float) -> bytes:
    """A number in four bytes."""
    if value.__class__ is not float and value.__class__ is not int:
        raise TypeError
    return _pack_single(_SINGLE_HEAD, value)


def boolean(value: bool) -> bytes:  # noqa: FBT001 - the value itself
    """True or false."""
    if value is True:
        return _TRUE
    if value is False:
        return _FALSE
    raise TypeError


def timestamp(moment: datetime) -> bytes:
    """Seconds since 1970 under tag 1: an integer where they are whole, else a double."""
    if moment.tzinfo is not UTC or moment.__class__ is not datetime:
        raise TypeError
    # A difference has days and seconds at hand; what `timestamp` calculates takes three times as long.
    since = moment - _EPOCH
    if since.microseconds:
        return _tagged(moment.timestamp())
    whole = since.days * _SECONDS_OF_DAY + since.seconds
    if _UINT16_END <= whole < _UINT32_END:
        return _pack_tagged_seconds(_EPOCH_TAG, _UINT32_HEAD, whole)
    return _tagged(whole)


def _tagged(seconds: float) -> bytes:
    # After thousands of years doubles are too coarse for a fraction.
    written = integer(int(seconds)) if seconds == int(seconds) else double(seconds)
    return b"\xc1" + written


def document(value: AnyJson) -> bytes:
    """A document, as cbor2 writes it."""
    return formats.cbor.dump_body(exact.document(value))
