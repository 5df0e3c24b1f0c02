"""CBOR: the rpcv2Cbor protocol. Trees hold bytes and aware datetimes; `Single` marks numbers of four bytes."""

from __future__ import annotations

import gc
import re
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botobind import timestamps
from botobind.errors import DecodeError, EncodeError, expected
from botobind.forking import inside_library
from botobind.formats import exact
from botobind.formats.json import read_json_text, write_json_text
from botobind.formats.spellings import read_boolean, read_double, read_integer, read_string
from botobind.formats.text import bytes_of
from botobind.formats.tree import (
    TreeReader,
    TreeWriter,
    read_document,
)
from botobind.markers import unknown_union_member
from botobind.wire import cbortags

if TYPE_CHECKING:
    from cbor2 import CBORDecoder, CBOREncoder

    from botobind.serializers import CborFormat

__all__ = [
    "BODY_WRITER",
    "READER",
    "WRITER",
    "Single",
    "dump",
    "dump_body",
    "dump_value",
    "dump_value_body",
    "has_far_times",
    "is_plain",
    "parse",
    "parse_plain",
    "parse_with_places",
    "read_blob",
    "read_boolean",
    "read_document",
    "read_double",
    "read_integer",
    "read_string",
    "read_timestamp",
    "write_blob",
    "write_single",
]

_DEEPEST = 400
_SINGLE_HEAD = 0xFA
_UNDEFINED = b"\xf7"
has_far_times = re.compile(rb"\xc1\xfb[\x42\xc2]").search
"""How doubles under tag 1 begin that are times after 2242 or before 1697, which `timestamps.of_epoch` rounds otherwise.
"""
_TEXT_TIME_TAG, _EPOCH_TAG, _BIGNUM_TAG, _NEGATIVE_BIGNUM_TAG, _SHARED_TAG, _SELF_DESCRIBED_TAG = 0, 1, 2, 3, 28, 55799
# 4,000 digits, as in the text formats: beyond 4,300 Python would not even print the number.
_LONGEST_BIGNUM = 1661
_PLAIN_TYPES = frozenset({str, bytes, float, bool, type(None), datetime})


@cache
def _library() -> Any:
    """cbor2, with all that it keeps for later in place.

    It looks some things of Python up when it first needs them, each under a lock of its own. A child that was forked
    meanwhile would wait for such a lock for ever, so that no fork happens before they are known.
    """
    import cbor2

    samples = [{"a": [1, -1, 1 << 70, -(1 << 70), 1.5, b"a", "a", True, None]}]
    with inside_library():
        data = cbor2.dumps(samples, encoders=_encoders())
        cbor2.dumps(samples, default=_encode_marked)
        # Two times, a fraction, and bytes that end too early.
        for document in (data, b"\xc1\x01", b"\xc0\x74" + b"2024-01-02T00:00:00Z", b"\xc4\x82\x20\x0f", b"\x81"):
            for decoders in (None, _SEMANTIC_DECODERS):
                with suppress(Exception):  # what is refused has been looked up as well
                    cbor2.CBORDecoder(BytesIO(document), tag_hook=_refuse_tag, semantic_decoders=decoders).decode()
    return cbor2


@cache
def _know_times() -> None:
    """Has cbor2 look up how it writes times itself: it imports `email` for others, which takes 18 ms."""
    cbor2 = _library()
    with inside_library():
        cbor2.dumps(datetime.now(UTC), datetime_as_timestamp=True)


class Single(float):
    """A number that is written in four bytes, as `float` shapes are."""

    __slots__ = ()


def parse(data: bytes) -> Any:
    """The tree of one whole CBOR document; tags 0 and 1 give aware datetimes, out of range ones included.

    Raises `DecodeError` for what is malformed, truncated, deeper than 400 levels, or followed by more bytes.
    """
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise expected("bytes", data)
    cbor2 = _library()
    stream = BytesIO(data)
    decoder = cbor2.CBORDecoder(
        stream,
        semantic_decoders=_SEMANTIC_DECODERS,
        tag_hook=_refuse_tag,
        max_depth=_DEEPEST,
        strict_hashable_types=True,
        read_size=1,
    )
    try:
        tree = decoder.decode()
    except DecodeError:
        raise
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        if isinstance(error.__cause__, DecodeError):
            raise DecodeError(error.__cause__.reason) from None
        raise DecodeError(f"not CBOR: {_reason(error)}") from None
    if stream.read(1):
        raise DecodeError("not CBOR: more bytes after the document")
    return _absent(tree, cbor2.undefined) if _UNDEFINED in bytes(data) else tree


def parse_plain(data: bytes) -> Any:
    """The tree of a document in less time than `parse` takes, for documents that have nothing but what AWS sends. Times
    under tag 0 keep their offsets, those that `has_far_times` tells of may be rounded otherwise, and `undefined` and
    what other tags stand for are in the tree as cbor2 gives them: no wire struct takes it.

    Raises `DecodeError`, or whatever else cbor2's decoders of tags do, for what `parse` has to look at.
    """
    return parse_with_places(data)[0]


def parse_with_places(data: bytes) -> tuple[Any, list[int]]:
    """The tree of `parse_plain` with the places of `cbortags`: where there are none, the tree has nothing that
    `is_plain` refuses.
    """
    if data.__class__ is not bytes:
        raise expected("plain CBOR", data)
    places = cbortags.places_of(data)
    if places and cbortags.are_suspicious(data, places):
        raise expected("plain CBOR", data)
    cbor2 = _library()
    decoder = cbor2.CBORDecoder(
        BytesIO(data), tag_hook=_refuse_tag, max_depth=_DEEPEST, strict_hashable_types=True, read_size=len(data)
    )
    try:
        tree = decoder.decode()
    except (cbor2.CBORError, MemoryError):
        raise expected("plain CBOR", data) from None
    if not _is_at_end(decoder):
        raise expected("plain CBOR", data)
    return tree, places


def _is_at_end(decoder: CBORDecoder) -> bool:
    try:
        decoder.read(1)
    except _library().CBORDecodeEOF:
        return True
    return False


def is_plain(tree: object) -> bool:
    """Whether there is nothing in a tree of `parse_plain` that `parse` refuses."""
    pending = [tree]
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is list or kind is dict:
            pending += gc.get_referents(node)
        elif kind is int:
            if node.bit_length() > 8 * _LONGEST_BIGNUM:  # type: ignore[attr-defined] # an int
                return False
        elif kind not in _PLAIN_TYPES:
            return False
    return True


def _absent(tree: Any, undefined: object) -> Any:
    """The tree with null for every `undefined`, which Smithy's protocol tells from null nowhere."""
    if tree is undefined:
        return None
    pending = [tree]
    while pending:
        container = pending.pop()
        if not isinstance(container, (dict, list)):
            continue
        for key, item in container.items() if isinstance(container, dict) else enumerate(container):
            if item is undefined:
                container[key] = None
            else:
                pending.append(item)
    return tree


def _reason(error: BaseException) -> str:
    return str(error) if type(error).__module__.startswith("cbor2") else type(error).__name__


def _read_text_time(text: object, _: bool) -> datetime:  # noqa: FBT001 - cbor2 calls it so
    if isinstance(text, str):
        return timestamps.of_text(text)
    raise expected("str under tag 0", text)


def _read_epoch(seconds: object, _: bool) -> datetime:  # noqa: FBT001 - cbor2 calls it so
    if isinstance(seconds, (int, float, Decimal)):
        return timestamps.of_epoch(seconds)
    raise expected("number under tag 1", seconds)


def _read_bignum(digits: object, _: bool) -> int:  # noqa: FBT001 - cbor2 calls it so
    if not isinstance(digits, bytes):
        raise expected("bytes under the tag of a big integer", digits)
    if len(digits.lstrip(b"\0")) > _LONGEST_BIGNUM:
        raise DecodeError("expected an integer of at most 4000 digits")
    return int.from_bytes(digits, "big")


def _read_negative_bignum(digits: object, immutable: bool) -> int:  # noqa: FBT001 - cbor2 calls it so
    return -1 - _read_bignum(digits, immutable)


def _read_inside(value: object, _: bool) -> object:  # noqa: FBT001 - cbor2 calls it so
    # cbor2's own decoder of self-described documents makes what is inside immutable, and so of other types.
    return value


def _refuse(value: object, _: bool) -> object:  # noqa: FBT001 - cbor2 calls it so
    raise DecodeError(f"a tag that AWS does not use, around {type(value).__name__}")


def _refuse_tag(*_: object) -> object:
    raise DecodeError("a tag that AWS does not use")


_SEMANTIC_DECODERS: dict[int, Callable[[Any, bool], Any]] = {
    # What cbor2 knows beyond AWS' needs (fractions, shared references, patterns, addresses) only opens doors.
    **dict.fromkeys((4, 5, 25, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000), _refuse),
    _TEXT_TIME_TAG: _read_text_time,
    _EPOCH_TAG: _read_epoch,
    _BIGNUM_TAG: _read_bignum,
    _NEGATIVE_BIGNUM_TAG: _read_negative_bignum,
    # What is marked as shared is itself. References to it are refused.
    _SHARED_TAG: _read_inside,
    _SELF_DESCRIBED_TAG: _read_inside,
}


def dump(tree: object) -> bytes:
    """The CBOR document of a tree: definite lengths, doubles in eight bytes, datetimes under tag 1."""
    return _dump(tree, encoders=_encoders())


def dump_body(tree: object) -> bytes:
    """The CBOR of a tree of `BODY_WRITER`, in half the time of `dump`: cbor2 does not ask at each item who is to encode
    it.
    """
    _know_times()
    return _dump(tree, default=_encode_marked)


def dump_value(value: CborFormat) -> bytes:
    """The CBOR document of a value."""
    return _dump_chunks(value.write_cbor) or dump_body(value.write_tree(BODY_WRITER))


def dump_value_body(value: CborFormat) -> bytes:
    """The CBOR document of the members that are in the body."""
    return _dump_chunks(value.write_cbor_body) or dump(value.to_cbor_body())


def _dump_chunks(write: Callable[[list[bytes]], None]) -> bytes | None:
    chunks: list[bytes] = []
    try:
        write(chunks)
        return b"".join(chunks)
    except Exception:  # noqa: BLE001 - whatever it was, the tree is written or tells
        return None


def _dump(tree: object, **settings: Any) -> bytes:
    cbor2 = _library()
    try:
        data: bytes = cbor2.dumps(tree, datetime_as_timestamp=True, timezone=UTC, **settings)
    except (cbor2.CBORError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise EncodeError(f"cannot be written as CBOR: {type(error).__name__}") from None
    return data


@cache
def _encoders() -> dict[type, Callable[[CBOREncoder, Any], None]]:
    return {Single: _encode_single, timestamps.OutOfRangeDatetime: _encode_epoch, datetime: _encode_epoch}


class _Marked:
    """What cbor2 would write as something else: a `Single` as a double, a moment out of range as the nearest one."""

    __slots__ = ("value",)

    def __init__(self, value: Single | timestamps.OutOfRangeDatetime) -> None:
        self.value = value


def _encode_marked(encoder: CBOREncoder, marked: object) -> None:
    if not isinstance(marked, _Marked):
        raise TypeError
    _encoders()[type(marked.value)](encoder, marked.value)


def _encode_single(encoder: CBOREncoder, value: Single) -> None:
    encoder.write(struct.pack(">Bf", _SINGLE_HEAD, value))


def _encode_epoch(encoder: CBOREncoder, moment: datetime) -> None:
    encoder.write(b"\xc1")
    encoder.encode(timestamps.to_epoch(moment))


def read_blob(value: object) -> bytes | None:
    """Bytes."""
    if type(value) is bytes or value is None:
        return value
    raise expected("bytes", value)


def read_timestamp(value: object) -> datetime | None:
    """A datetime under tag 1; a bare number or text is read as in every other format."""
    if value is None:
        return None
    if isinstance(value, (datetime, str, int, float)):
        return timestamps.of_value(value)
    raise expected("timestamp", value)


def write_blob(value: object) -> bytes:
    """The bytes; `EncodeError` for a stream."""
    return bytes_of(value)


def write_single(value: float) -> Single:
    """The number, marked to be written in four bytes; `EncodeError` where it does not fit."""
    value = exact.number(value)
    try:
        struct.pack(">f", value)
    except OverflowError:
        raise EncodeError("number out of range for single precision") from None
    return Single(value)


def _mark_single(value: float) -> _Marked:
    return _Marked(write_single(value))


def _mark_unusual(moment: datetime) -> datetime | _Marked:
    if moment.tzinfo is UTC and moment.__class__ is datetime:
        return moment
    moment = timestamps.in_utc(moment)
    return _Marked(moment) if isinstance(moment, timestamps.OutOfRangeDatetime) else moment


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
    double=exact.number,
    single=write_single,
    blob=write_blob,
    stream=write_blob,
    epoch=exact.moment,
    iso8601=exact.moment,
    rfc822=exact.moment,
    located_document=write_json_text,
    unknown_member=unknown_union_member,
)
BODY_WRITER = TreeWriter(
    double=WRITER.double,
    single=_mark_single,
    blob=WRITER.blob,
    stream=WRITER.stream,
    epoch=_mark_unusual,
    iso8601=_mark_unusual,
    rfc822=_mark_unusual,
    located_document=WRITER.located_document,
    unknown_member=WRITER.unknown_member,
)
"""For trees that are written at once, by `dump_body`, and seen by nobody."""
