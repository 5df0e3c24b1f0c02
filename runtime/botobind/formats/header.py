"""Members in HTTP headers: the httpHeader and httpPrefixHeaders bindings of restJson1 and restXml.

https://smithy.io/2.0/spec/http-bindings.html
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from botobind.errors import DecodeError, EncodeError, MapKey
from botobind.formats import exact, jsontexts, text
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
from botobind.timestamps import of_text, to_iso8601, to_rfc822
from botobind.wire import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from botobind.types import AnyJson, Decoder

__all__ = [
    "CONDITIONAL_DATES",
    "parse_blob",
    "parse_boolean",
    "parse_double",
    "parse_integer",
    "parse_json_text",
    "parse_timestamp",
    "read_blob",
    "read_boolean",
    "read_date_or_text",
    "read_dates",
    "read_double",
    "read_encoded",
    "read_http_date",
    "read_integer",
    "read_json_text",
    "read_list",
    "read_prefixed",
    "read_string",
    "read_timestamp",
    "write_blob",
    "write_boolean",
    "write_double",
    "write_encoded",
    "write_epoch",
    "write_integer",
    "write_iso8601",
    "write_json_text",
    "write_key",
    "write_list",
    "write_md5",
    "write_name",
    "write_prefixed",
    "write_rfc822",
    "write_string",
]

T = TypeVar("T")

CONDITIONAL_DATES = frozenset({"if-modified-since", "if-unmodified-since"})
"""The headers, in lower case, that are ignored where they are no dates, by servers, too.

https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3 and 13.1.4
"""

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - what HTTP calls a token
_NO_VALUE = r"[^\t\x20-\x7e\xa0-\xff]"
_LATIN_1_END = 0x100
_NUMBER = r"\s*[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*"
_LIST_ITEM = r'\s*(?:"((?:[^"\\]|\\.)*)"\s*|([^,]*))(,|$)'

parse_timestamp = of_text
write_iso8601 = to_iso8601
write_rfc822 = to_rfc822


def read_string(value: str | None) -> str | None:
    """Text."""
    return value


def read_encoded(value: str | None, before: str) -> str | None:
    """Text that is percent-encoded up to where `before` stands. `DecodeError` for what is no UTF-8."""
    if value is None:
        return None
    encoded, mark, rest = value.partition(before)
    return percent.decode(encoded) + mark + rest


def read_integer(value: str | None) -> int | None:
    """An integer in decimal digits."""
    return text.parse_integer(value) if value else None


def read_double(value: str | None) -> float | None:
    """A number, `NaN`, `Infinity` or `-Infinity`."""
    return text.parse_double(value) if value else None


def read_boolean(value: str | None) -> bool | None:
    """`true` or `false`."""
    return text.parse_boolean(value) if value else None


def read_blob(value: str | None) -> bytes | None:
    """Bytes from base64."""
    return None if value is None else text.parse_blob(value)


def read_timestamp(value: str | None) -> datetime | None:
    """A time in any of the timestamp formats."""
    return of_text(value) if value else None


def read_http_date(value: str | None) -> datetime | None:
    """A date of HTTP, which begins with a weekday; None for what is none, as HTTP has it of conditions (RFC
    9110, 13.1.3).
    """
    return read_date_or_text(value)[0] if value and value[:1].isalpha() else None


def read_date_or_text(value: str) -> tuple[datetime | None, str | None]:
    """A date, or the text that is none (RFC 9111, 5.3). A number is none."""
    if not re.fullmatch(_NUMBER, value):
        try:
            return of_text(value), None
        except DecodeError:
            pass
    return None, value


def read_json_text(value: str | None) -> AnyJson:
    """A `jsonvalue`: JSON in base64; JSON without base64 is read as well, as some services write it."""
    return None if value is None else parse_json_text(value)


def parse_json_text(value: str) -> AnyJson:
    """The value of the JSON text in a header that is there."""
    try:
        return jsontexts.parse_document(binascii.a2b_base64(value.strip(), strict_mode=True))
    except (ValueError, DecodeError):
        # Some JSON, such as `true`, looks like base64.
        return jsontexts.parse_document(value)


def read_list(value: str | None, decode: Decoder[T]) -> list[T] | None:
    """The items between commas; one with a comma or a quote in it is in double quotes."""
    return None if value is None else _read_items(_split(value), decode)


def _split(value: str) -> list[str]:
    items: list[str] = []
    if not value.strip():
        return items
    at = 0
    list_item = re.compile(_LIST_ITEM)  # kept by `re`
    while True:
        found = list_item.match(value, at)
        if found is None:
            raise DecodeError("expected list items between commas")
        quoted, plain, end = found.groups()
        items.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain.strip())
        at = found.end()
        if not end:
            return items


def read_dates(value: str | None) -> list[datetime] | None:
    """A list of HTTP dates, each of which has one comma of its own."""
    if value is None:
        return None
    parts = _split(value)
    paired = len(parts) % 2 == 0 and not any(part[:1].isdigit() for part in parts[::2])
    dates = [", ".join(parts[at : at + 2]) for at in range(0, len(parts), 2)] if paired else parts
    return _read_items(dates, of_text)


def _read_items(parts: list[str], decode: Callable[[str], T | None]) -> list[T]:
    items: list[T] = []
    for index, part in enumerate(parts):
        try:
            item = decode(part)
        except DecodeError as error:
            raise error.under(index) from None
        if item is not None:
            items.append(item)
    return items


def read_prefixed(
    values: Mapping[str, str], prefix: str, pairs: Sequence[tuple[str, str]] | None = None
) -> dict[str, str]:
    """The headers whose names begin with `prefix`, in lower case, by the rest of their names; all for an empty one.

    `values` has them by lower-case name. `pairs` has them as they came: where it is given, so are the keys.
    """
    if pairs is None:
        pairs = list(values.items())
    elif len(pairs) != len(values):
        # Of names that are repeated the first spelling counts.
        first = {name.lower(): name for name, _ in reversed(pairs)}
        pairs = [(first[name], value) for name, value in values.items()]
    found: dict[str, str] = {}
    size, place = len(prefix), 0
    # Counting is faster than pairs of all names and headers, of which few are looked at; the first of the conditions
    # is the faster one.
    for name in values:
        if prefix in name and name.startswith(prefix):
            found[pairs[place][0][size:]] = pairs[place][1]
        place += 1  # noqa: SIM113 - counting is faster
    return found


def write_string(value: str) -> str:
    """The text. `EncodeError` for line breaks, which would begin another header, for other controls but tabs, and for
    what Latin-1 does not have (RFC 9110, 5.5).
    """
    if not isinstance(value, str):
        raise exact.refuse("str", value)
    value = "" + value
    if not (value.isascii() and value.isprintable()):
        found = re.search(_NO_VALUE, value)
        if found is not None:
            raise EncodeError(f"a header cannot hold {_what_is_wrong(found[0])}")
    return value


def _what_is_wrong(sign: str) -> str:
    if sign in "\r\n\0":
        return "a line break or NUL"
    return "a control character" if ord(sign) < _LATIN_1_END else "text that Latin-1 does not have"


def part_at(text: str, mark: str) -> tuple[str, str]:
    """What stands before and behind a mark, where it is last in a text, if there is a word behind it."""
    plain, found, rest = text.rpartition(mark)
    return (plain, rest) if found and rest.split() == [rest] else (text, "")


def write_encoded(value: str, before: str) -> str:
    """The text percent-encoded, but for slashes, up to the mark of `part_at`."""
    plain, rest = part_at(exact.text(value), before)
    try:
        return write_string("/".join(map(percent.encode, plain.split("/"))) + (before + rest if rest else ""))
    except UnicodeEncodeError:
        raise EncodeError("text cannot be written in UTF-8") from None


def write_md5(value: bytes) -> str:
    """The MD5 of bytes, in base64."""
    return text.write_blob(_md5(text.bytes_of(value)))


def write_key(value: bytes, md5: str | None) -> str:
    """A key in base64. One with an MD5 which is not its own, but that of the bytes which it is in base64, is these
    bytes: so boto3 has the keys of callers who give both.
    """
    key = text.bytes_of(value)
    if md5 is not None and md5 != write_md5(key):
        try:
            decoded = binascii.a2b_base64(key, strict_mode=True)
        except ValueError:
            return text.write_blob(key)
        if md5 == write_md5(decoded):
            key = decoded
    return text.write_blob(key)


def _md5(data: bytes) -> bytes:
    import hashlib  # takes as long as all the rest, and few headers need it

    return hashlib.md5(data, usedforsecurity=False).digest()


def write_prefixed(
    entries: Mapping[str, str],
    prefix: str,
    member: str,
    *,
    hidden: bool = False,
    ascii_only: bool = False,
    beside: Sequence[tuple[str, str]] = (),
) -> list[tuple[str, str]]:
    """The headers of a map, whose names begin with a prefix. `EncodeError`, with the path of the entry, for what no
    header can be called or hold; `hidden` keeps its key out of the path, and `ascii_only` refuses all other text.

    Those that members of their own have written, which are `beside` it, are left out: what these say counts.
    https://smithy.io/2.0/spec/http-bindings.html#httpprefixheaders-trait
    """
    taken = {name.lower() for name, _ in beside}
    pairs: list[tuple[str, str]] = []
    for key, item in entries.items():
        try:
            name, text = write_name(prefix + key), write_string(item)
            if ascii_only and not text.isascii():
                raise EncodeError("the service takes ASCII alone; botobind.encodings.encode_words makes it of any text")
            if name.lower() not in taken:
                pairs.append((name, text))
        except EncodeError as error:
            raise error.under(MapKey("…" if hidden else key)).under(member) from None
    return pairs


def write_name(name: str) -> str:
    """The name of a header. `EncodeError` for what is no token (RFC 9110, 5.6.2)."""
    name = write_string(name)
    if re.fullmatch(_TOKEN, name) is None:
        raise EncodeError("a header cannot have such a name")
    return name


def write_json_text(value: AnyJson) -> str:
    """JSON in base64."""
    return text.write_blob(jsontexts.write_document(value).encode())


def write_list(items: Iterable[str]) -> str:
    """The items between commas; one with a comma or a quote in double quotes."""
    return ",".join(_quote(item) if _needs_quotes(item) else item for item in items)


def _needs_quotes(item: str) -> bool:
    return not item or item != item.strip() or "," in item or '"' in item or "\\" in item


def _quote(item: str) -> str:
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
