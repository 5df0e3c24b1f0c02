"""boto3's values: dicts keyed by member names, with Python's datetimes, bytes and numbers.

Reading takes what boto3 takes: blobs as bytes or text, timestamps as datetimes, texts or seconds.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from botobind import timestamps
from botobind.errors import DecodeError, expected
from botobind.formats import exact, tree
from botobind.formats.text import bytes_of
from botobind.formats.tree import UNKNOWN_UNION_MEMBER, TreeReader, TreeWriter, read_document, unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from botobind.shapes import Union
    from botobind.types import Readable

__all__ = ["READER", "WRITER", "read_blob", "read_stream", "read_timestamp", "with_own_names"]


def read_blob(value: object) -> bytes | None:
    """Bytes; text is taken as UTF-8, as boto3 does."""
    if type(value) is bytes or value is None:
        return value
    if isinstance(value, str):
        try:
            return value.encode()
        except UnicodeError:
            raise expected("text in UTF-8", value) from None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise expected("bytes", value)


def read_stream(value: object) -> bytes | Readable | None:
    """Bytes, or an object with `read`, which is kept as it is."""
    if callable(getattr(value, "read", None)):
        return cast("Readable", value)
    return read_blob(value)


def read_timestamp(value: object) -> datetime | None:
    """A datetime (without a zone it is in UTC), a date, a text in any timestamp format, or seconds since 1970."""
    if value is None:
        return None
    if isinstance(value, (date, str, int, float)):
        return timestamps.of_value(value)
    raise expected("timestamp", value)


def with_own_names(names: Mapping[str, str], data: object) -> object:
    """The dict with members by their own names instead of those that boto3 has for them, which are the keys of `names`.

    Raises `DecodeError` for a member that has both.
    """
    if not isinstance(data, dict):
        return data
    found = dict(data)
    for other, name in names.items():
        if other in found:
            if name in found:
                raise DecodeError(f"given twice, as {other}, too").under(name)
            found[name] = found.pop(other)
    return found


def _unknown_member(union: Union) -> dict[str, Any]:
    return {UNKNOWN_UNION_MEMBER: {"name": union.unknown_member}}


READER = TreeReader(
    string=tree.read_string,
    integer=tree.read_integer,
    double=tree.read_double,
    boolean=tree.read_boolean,
    blob=read_blob,
    stream=read_stream,
    timestamp=read_timestamp,
    located_document=read_document,
    unknown_member=unknown_name,
)
WRITER = TreeWriter(
    double=exact.number,
    single=exact.number,
    blob=bytes_of,
    stream=exact.stream,
    epoch=exact.moment,
    iso8601=exact.moment,
    rfc822=exact.moment,
    located_document=exact.document,
    unknown_member=_unknown_member,
)
