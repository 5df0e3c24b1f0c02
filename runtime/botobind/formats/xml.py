"""XML: bodies of the restXml protocol and responses of awsQuery and ec2Query.

Serializers write text (`xmlwriting`); elements are made of it when a caller asks for them. Readers take tokens
(`xmltokens`, `xmlreading`). Here are the scalars, and all that generated code calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from botobind.errors import DecodeError
from botobind.formats.jsontexts import parse_document, write_document
from botobind.formats.text import (
    parse_blob,
    parse_boolean,
    parse_double,
    parse_integer,
    write_blob,
    write_boolean,
    write_double,
    write_epoch,
    write_integer,
)
from botobind.formats.xmlreading import (
    NIL,
    XSI,
    check_empty,
    end_union,
    enter,
    first_member,
    leave,
    read_attribute,
    read_entry,
    read_item,
    read_list,
    read_map,
    read_secret_entry,
    read_secret_map,
    read_secret_sparse_map,
    read_sparse_list,
    read_sparse_map,
    read_string,
    several_elements,
    skip,
    skip_all,
)
from botobind.formats.xmlwriting import (
    HOLE,
    content_text,
    dump,
    element_text,
    join,
    write_attribute,
    write_string,
)
from botobind.timestamps import of_text, to_iso8601, to_iso8601_fraction, to_rfc822

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.types import XmlDecoder, XmlTokens

__all__ = [
    "HOLE",
    "NIL",
    "XSI",
    "check_empty",
    "content_text",
    "dump",
    "element_text",
    "end_union",
    "enter",
    "first_member",
    "join",
    "leave",
    "optional_blob",
    "optional_boolean",
    "optional_document",
    "optional_double",
    "optional_integer",
    "optional_timestamp",
    "parse_blob",
    "parse_boolean",
    "parse_document",
    "parse_double",
    "parse_integer",
    "parse_timestamp",
    "read_attribute",
    "read_blob",
    "read_boolean",
    "read_document",
    "read_double",
    "read_entry",
    "read_integer",
    "read_item",
    "read_list",
    "read_map",
    "read_secret_entry",
    "read_secret_map",
    "read_secret_sparse_map",
    "read_sparse_list",
    "read_sparse_map",
    "read_string",
    "read_timestamp",
    "several_elements",
    "skip",
    "skip_all",
    "write_attribute",
    "write_blob",
    "write_boolean",
    "write_document",
    "write_double",
    "write_epoch",
    "write_integer",
    "write_iso8601",
    "write_iso8601_fraction",
    "write_rfc822",
    "write_string",
]

T = TypeVar("T")

_MANY_DIGITS = 19

write_iso8601 = to_iso8601
write_iso8601_fraction = to_iso8601_fraction
write_rfc822 = to_rfc822


def _reader(parse: Callable[[str], T]) -> XmlDecoder[T]:
    """What reads an element from its text."""

    def read(tokens: XmlTokens, end: str, inside: str) -> T:
        tokens.close(f"{end}>")
        return parse(inside)

    return read


parse_timestamp = of_text
read_integer = _reader(parse_integer)
read_double = _reader(parse_double)
read_boolean = _reader(parse_boolean)
read_blob = _reader(parse_blob)
read_timestamp = _reader(parse_timestamp)
read_document = _reader(parse_document)


def _has_text(text: str) -> bool:
    """Whether there is more than blanks. Services that are like AWS write empty elements for numbers, booleans and
    times that are absent.
    """
    return bool(text) and not text.isspace()


def _optional(parse: Callable[[str], T], *, empty: bool = False) -> Callable[[str | None], T | None]:
    """What reads a text, and leaves absent what is: also an empty element, unless `empty` says that it is a value."""

    def read(text: str | None) -> T | None:
        if text is None:
            return None
        try:
            return parse(text)
        except DecodeError:
            if _has_text(text):
                raise
            return None

    return (lambda text: None if text is None else parse(text)) if empty else read


def optional_integer(text: str | None) -> int | None:
    """The integer of a text, as `parse_integer` gives it, with less to do for a plain number of up to 18 digits; None
    is left as it is.
    """
    if text is None:
        return None
    if text.isdecimal() and text.isascii() and len(text) < _MANY_DIGITS:
        return int(text)
    try:
        return parse_integer(text)
    except DecodeError:
        if _has_text(text):
            raise
        return None


def optional_boolean(text: str | None) -> bool | None:
    """The boolean of a text, as `parse_boolean` gives it; None is left as it is."""
    if text is None:
        return None
    try:
        return text == "true" or (text != "false" and parse_boolean(text))
    except DecodeError:
        if _has_text(text):
            raise
        return None


optional_double = _optional(parse_double)
optional_timestamp = _optional(parse_timestamp)
optional_blob = _optional(parse_blob, empty=True)
optional_document = _optional(parse_document, empty=True)
