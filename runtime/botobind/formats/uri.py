"""Members in URIs: the httpLabel, httpQuery and httpQueryParams bindings of restJson1 and restXml.

Texts are decoded here; percent-encoding them is for whoever puts the path together.
https://smithy.io/2.0/spec/http-bindings.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from botobind.errors import DecodeError, EncodeError
from botobind.formats import exact
from botobind.formats.header import read_blob, read_boolean, read_double, read_integer, read_string, read_timestamp
from botobind.formats.text import write_blob, write_boolean, write_double, write_epoch, write_integer
from botobind.timestamps import to_iso8601, to_rfc822

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botobind.types import Decoder

__all__ = [
    "add_map",
    "only",
    "read_blob",
    "read_boolean",
    "read_double",
    "read_integer",
    "read_list",
    "read_lists",
    "read_map",
    "read_string",
    "read_timestamp",
    "write_blob",
    "write_boolean",
    "write_double",
    "write_epoch",
    "write_integer",
    "write_iso8601",
    "write_rfc822",
    "write_string",
]

T = TypeVar("T")

write_iso8601 = to_iso8601
write_rfc822 = to_rfc822


def write_string(value: str) -> str:
    """The text. Raises `EncodeError` for what is none, or for what UTF-8 cannot hold: it will be percent-encoded."""
    if not isinstance(value, str):
        raise exact.refuse("str", value)
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise EncodeError("text cannot be written in UTF-8") from None
    return "" + value


def add_map(pairs: list[tuple[str, str]], entries: Mapping[str, str] | Mapping[str, list[str]]) -> None:
    """Appends the entries of a map, each value of a list by itself.

    A name that is there already keeps its value: a member with a parameter of its own wins (Smithy's httpQueryParams).
    """
    taken = {name for name, _ in pairs}
    for name, value in exact.entries(entries).items():
        if name not in taken:
            values = [value] if isinstance(value, str) else exact.items(value)
            pairs += [(write_string(name), write_string(item)) for item in values]


def only(values: list[str] | None) -> str | None:
    """The value of a parameter that must not repeat."""
    if values is None:
        return None
    if len(values) != 1:
        raise DecodeError(f"expected one value, got {len(values)}")
    return values[0]


def read_list(values: list[str] | None, read: Decoder[T]) -> list[T] | None:
    """A list, whose parameter repeats."""
    if values is None:
        return None
    items: list[T] = []
    for index, value in enumerate(values):
        try:
            item = read(value)
        except DecodeError as error:
            raise error.under(index) from None
        if item is not None:
            items.append(item)
    return items


def read_lists(parameters: Mapping[str, list[str]]) -> dict[str, list[str]] | None:
    """All parameters with all their values, those of other members as well; None where there are none.

    So Smithy has it: https://smithy.io/2.0/spec/http-bindings.html#httpqueryparams-trait
    """
    return dict(parameters) or None


def read_map(parameters: Mapping[str, list[str]]) -> dict[str, str] | None:
    """The parameters of a query string as a map where each has one value: of a repeated parameter the first counts."""
    return {name: values[0] for name, values in parameters.items()} or None
