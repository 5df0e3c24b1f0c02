"""boto3's values: dicts keyed by member names, with Python's datetimes, bytes and numbers.

Reading takes what boto3 takes: blobs as bytes or text, timestamps as datetimes, texts or seconds.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from botobind import timestamps
from botobind.formats.text import bytes_of
from botobind.formats.tree import UNKNOWN_UNION_MEMBER, TreeReader, TreeWriter, expected, read_document, unknown_name

if TYPE_CHECKING:
    from datetime import datetime

    from botobind.shapes import Union
    from botobind.types import Readable

__all__ = ["READER", "WRITER", "read_blob", "read_stream", "read_timestamp"]


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


def _as_it_is(member: Any) -> Any:
    return member


def _unknown_member(union: Union) -> dict[str, Any]:
    return {UNKNOWN_UNION_MEMBER: {"name": union.unknown_member}}


READER = TreeReader(
    blob=read_blob,
    stream=read_stream,
    timestamp=read_timestamp,
    located_document=read_document,
    unknown_member=unknown_name,
)
WRITER = TreeWriter(
    double=_as_it_is,
    single=_as_it_is,
    blob=bytes_of,
    stream=_as_it_is,
    epoch=_as_it_is,
    iso8601=_as_it_is,
    rfc822=_as_it_is,
    located_document=_as_it_is,
    unknown_member=_unknown_member,
)
