"""XML: bodies of the restXml protocol and answers of awsQuery and ec2Query.

Serializers write text; elements are made of it when a caller asks for them. Readers take tokens.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeVar, cast

from botobind.errors import DecodeError, EncodeError, MapKey, nested_too_deeply
from botobind.formats.text import (
    parse_blob,
    parse_boolean,
    parse_document,
    parse_double,
    parse_integer,
    write_blob,
    write_boolean,
    write_document,
    write_double,
    write_epoch,
    write_integer,
)
from botobind.formats.tree import hiding_keys
from botobind.formats.xmltokens import ElementTokens, TextTokens, in_long_form, not_plain
from botobind.timestamps import of_text, to_iso8601, to_iso8601_fraction, to_rfc822
from botobind.wire.xmlsyntax import NAME, is_blank

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.types import XmlDecoder, XmlTokens

__all__ = [
    "NIL",
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

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f' xmlns:xsi="{XSI}" xsi:nil="true"'
"""The attributes of an element that stands for a null in a sparse list or map."""

_MOST_LEVELS = 128
"""In an element that is passed by. With more it takes the parser to tell, which counts them from the root."""
_NIL_NAME = f"{{{XSI}}}nil"
_NAME = re.compile(NAME)

_MANY_DIGITS = 19

_REFUSED = r"\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r"]
HOLE = "\0"
"""In markup: the place of a text. XML has no such character, so that no name or attribute has it."""
_BETWEEN = "\0"
_LONG = 500
"""It takes longer to look for every control in a text that has not so many characters."""
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "\r": "&#13;",
}

write_iso8601 = to_iso8601
write_iso8601_fraction = to_iso8601_fraction
write_rfc822 = to_rfc822


@cache
def _special() -> re.Pattern[str]:
    # Programs that read alone never need it.
    return re.compile(f"[&<>\r{_REFUSED}]")


@cache
def _refused() -> re.Pattern[str]:
    return re.compile(f"[{_REFUSED}]")


def _escape(match: re.Match[str]) -> str:
    escaped = _ESCAPES.get(match[0])
    if escaped is None:
        raise EncodeError(f"XML cannot hold the character U+{ord(match[0]):04X}")
    return escaped


def join(markup: list[str], texts: list[str]) -> str:
    """The text of markup whose holes are filled with texts, which are escaped.

    `EncodeError` for what `write_string` refuses.
    """
    # To look at all texts at once takes a fraction of the time that it takes to look at each.
    escaped = texts if _is_harmless("".join(texts)) else _escape_all(texts)
    between = "".join(markup).split(HOLE)
    if len(between) != len(escaped) + 1:
        raise EncodeError("XML cannot hold the character U+0000")
    pieces = [""] * (len(between) + len(escaped))
    pieces[::2] = between
    pieces[1::2] = escaped
    return "".join(pieces)


def element_text(write: Callable[[list[str], list[str]], None], tag: str, attributes: str) -> str:
    """The text of an element; `write` appends its content to lists of markup and texts."""
    return content_text(write, f"<{tag}{attributes}>", f"</{tag}>")


def content_text(write: Callable[[list[str], list[str]], None], before: str = "", after: str = "") -> str:
    """The text of what `write` appends, between markup."""
    markup = [before]
    texts: list[str] = []
    write(markup, texts)
    markup.append(after)
    return join(markup, texts)


def _is_harmless(value: str) -> bool:
    """Whether nothing is to be escaped or refused: what the pattern would say, in a fraction of the time."""
    return not any(map(value.__contains__, _ESCAPES)) and _can_be_held(value)


def _can_be_held(value: str) -> bool:
    """Whether XML has all the characters, some of them as references."""
    if len(value) > _LONG and value.isascii():
        # Each of the others is looked for by whole words of memory, not character by character.
        return not any(map(value.__contains__, _CONTROLS))
    return value.isprintable() or _refused().search(value) is None


def _escape_all(texts: list[str]) -> list[str]:
    """The texts, each as `write_string` has it."""
    together = _BETWEEN.join(texts)
    for sign, code in _ESCAPES.items():
        if sign in together:
            together = together.replace(sign, code)
    escaped = together.split(_BETWEEN)
    if len(escaped) == len(texts) and _can_be_held("".join(escaped)):
        return escaped
    return [write_string(text) for text in texts]


def write_string(value: str) -> str:
    """The text, escaped. A carriage return is written as a reference, or parsers would make it a line feed.

    `EncodeError` for characters that XML 1.0 cannot hold: controls, surrogates, U+FFFE and U+FFFF.
    """
    return value if _is_harmless(value) else _special().sub(_escape, value)


def write_attribute(value: str) -> str:
    """The value of an attribute, escaped; line feeds and tabs as references, or parsers would make them spaces."""
    return write_string(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def dump(text: str) -> bytes:
    """The document of a text, in UTF-8, without a declaration."""
    try:
        return text.encode()
    except UnicodeError:
        raise EncodeError("text cannot be written in UTF-8") from None


def several_elements() -> DecodeError:
    """What is raised for a member that comes more than once."""
    return DecodeError("expected one element, got several")


# Readers begin where the start of an element has been taken: `end` is the tag that ends it, without the `>`, and
# `inside` the text before its first child. They leave the tokens where the element has ended.


_MOST_REMEMBERED = 5000
_ends: dict[str, str] = {}
"""The end of each tag that is known to be a name: those of lists' items, for the most part, which are few."""


def _end_of(tokens: XmlTokens, tag: str) -> str:
    """The tag that ends the element of another one, whose name is not known beforehand."""
    end = _ends.get(tag)
    if end is None:
        end = f"/{tag}"
        # The names of elements are known to be names.
        if isinstance(tokens, TextTokens):
            if not _NAME.fullmatch(tag):
                raise not_plain()
            if len(_ends) < _MOST_REMEMBERED:
                _ends[tag] = end
    return end


def _is_nil(tokens: XmlTokens) -> bool:
    """Whether the element that has just begun stands for a null."""
    if not isinstance(tokens, ElementTokens):
        return False
    element = tokens.element
    return not len(element) and element.text is None and element.get(_NIL_NAME) == "true"


def skip(tokens: XmlTokens, tag: str, known: str = "") -> None:
    """Passes by an element that has begun with a tag, and all that is in it; one without content is given as two tags.

    Raises `DecodeError` where it has one of the known names: it comes again.
    """
    if in_long_form(tokens, tag):
        return
    if tag in known.split(" "):
        raise several_elements()
    ends = [_end_of(tokens, tag)]
    for token in tokens:
        inner = token.partition(">")[0]
        if inner != ends[-1]:
            if in_long_form(tokens, inner):
                continue
            ends.append(_end_of(tokens, inner))
            if len(ends) > _MOST_LEVELS and isinstance(tokens, TextTokens):
                raise not_plain()
            continue
        ends.pop()
        if not ends:
            return


def enter(tokens: XmlTokens, cls: type) -> None:
    """Tells that a structure has begun. `DecodeError` for one within another of its class, of which there may be any
    number of levels: only a parser, which counts them, tells if these are too many.
    """
    if isinstance(tokens, TextTokens):
        if cls in tokens.open:
            raise not_plain()
        tokens.open.add(cls)


def leave(tokens: XmlTokens, cls: type) -> None:
    """Tells that a structure has ended."""
    if isinstance(tokens, TextTokens):
        tokens.open.discard(cls)


def check_empty(inside: str, kind: str = "structure") -> None:
    """Raises `DecodeError` for text where a structure should be."""
    if not is_blank(inside):
        raise DecodeError(f"expected a {kind}, got text")


def skip_all(tokens: XmlTokens, end: str, inside: str) -> None:
    """Passes by what is in a structure that has no members."""
    tag = ""
    for token in tokens:
        tag = token.partition(">")[0]
        if tag == end:
            break
        skip(tokens, tag)
        inside = ""
    check_empty(inside)


def first_member(tokens: XmlTokens, end: str, inside: str) -> tuple[str, str]:
    """The name and the text of a union's first member, which has just begun."""
    tag, _, text = next(tokens).partition(">")
    if in_long_form(tokens, tag):
        tag, _, text = next(tokens).partition(">")
    if tag == end:
        check_empty(inside)
        raise _no_single_member(0)
    return tag, text


def end_union(tokens: XmlTokens, end: str, name: str) -> None:
    """Takes the end of a union, one of whose members has been read. `DecodeError` for another."""
    others: set[str] = set()
    again = False
    for token in tokens:
        tag = token.partition(">")[0]
        if tag == end:
            break
        if in_long_form(tokens, tag):
            continue
        skip(tokens, tag)
        others.add(tag)
        again = again or tag == name
    if others - {name}:
        raise _no_single_member(len(others | {name}))
    if again:
        raise several_elements().under(name)


def _no_single_member(found: int) -> DecodeError:
    return DecodeError(f"expected exactly one member of the union, got {found}")


def read_string(tokens: XmlTokens, end: str, inside: str) -> str:
    """Text; an empty element is the empty string."""
    tokens.close(f"{end}>")
    return inside


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
    """The same as `parse_integer`, with less to do for a plain number of up to 18 digits; None is left as it is."""
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
    """The same as `parse_boolean`; None is left as it is."""
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


def read_attribute(tokens: XmlTokens, name: str, namespace: str | None) -> str | None:
    """The value of an attribute of the element that has just begun; one without its namespace is read as well."""
    if not isinstance(tokens, ElementTokens):
        return None
    get = tokens.element.get
    if namespace is not None and (value := get(f"{{{namespace}}}{name}")) is not None:
        return value
    return get(name)


def read_list(tokens: XmlTokens, end: str, inside: str, decode: XmlDecoder[T], *, nulls: int = 0) -> list[T]:
    """A list with an element around its items, whatever these are called.

    `xsi:nil` marks a null, in whose place there are so many as `nulls` says.
    """
    items: list[T] = []
    name: str | None = None
    item_end = ""
    may_have_nulls = isinstance(tokens, ElementTokens)
    dropped = 0
    try:
        for token in tokens:
            tag, _, inner = token.partition(">")
            if tag == end:
                break
            if tag != name:
                found = _ends.get(tag)
                if found is None:
                    if in_long_form(tokens, tag):
                        continue
                    found = _end_of(tokens, tag)
                name, item_end = tag, found
            if may_have_nulls and _is_nil(tokens):
                tokens.close(f"{item_end}>")
                items += cast("list[T]", [None] * nulls)
                dropped += 1 - nulls
            else:
                items.append(decode(tokens, item_end, inner))
                tokens.read_items(decode, item_end, items)
    except DecodeError as error:
        raise error.under(len(items) + dropped) from None
    except RecursionError:
        raise nested_too_deeply(len(items) + dropped) from None
    if not name:
        check_empty(inside, "list")
    return items


def read_sparse_list(tokens: XmlTokens, end: str, inside: str, decode: XmlDecoder[T]) -> list[T | None]:
    """A list in which `xsi:nil` marks a null."""
    return cast("list[T | None]", read_list(tokens, end, inside, decode, nulls=1))


def read_item(tokens: XmlTokens, end: str, inside: str, decode: XmlDecoder[T], items: list[T] | None) -> list[T]:
    """The items of a flattened list that have been read, and the one which has just begun. A null is dropped."""
    if items is None:
        items = []
    if _is_nil(tokens):
        tokens.close(f"{end}>")
        return items
    try:
        items.append(decode(tokens, end, inside))
        tokens.read_items(decode, end, items)
    except DecodeError as error:
        raise error.under(len(items)) from None
    except RecursionError:
        raise nested_too_deeply(len(items)) from None
    return items


def read_map(
    tokens: XmlTokens,
    end: str,
    inside: str,
    decode: XmlDecoder[T],
    key_name: str = "key",
    value_name: str = "value",
) -> dict[str, T]:
    """A map with an element around its entries. An entry whose value is null is dropped."""
    return _present(read_sparse_map(tokens, end, inside, decode, key_name, value_name))


def _present(entries: dict[str, T | None]) -> dict[str, T]:
    return {key: value for key, value in entries.items() if value is not None}


def read_sparse_map(
    tokens: XmlTokens,
    end: str,
    inside: str,
    decode: XmlDecoder[T],
    key_name: str = "key",
    value_name: str = "value",
) -> dict[str, T | None]:
    """A map in which `xsi:nil` marks a null."""
    entries: dict[str, T | None] = {}
    index = 0
    for token in tokens:
        tag, _, inner = token.partition(">")
        if tag == end:
            break
        if in_long_form(tokens, tag):
            continue
        key, value = _read_entry(tokens, _end_of(tokens, tag), inner, decode, key_name, value_name, index)
        entries[key] = value
        index += 1
    if not index:
        check_empty(inside, "map")
    return entries


def read_entry(
    tokens: XmlTokens,
    end: str,
    inside: str,
    decode: XmlDecoder[T],
    entries: dict[str, T] | None,
    key_name: str = "key",
    value_name: str = "value",
) -> dict[str, T]:
    """The entries of a flattened map that have been read, and the one which has just begun."""
    if entries is None:
        entries = {}
    key, value = _read_entry(tokens, end, inside, decode, key_name, value_name, len(entries))
    if value is not None:
        entries[key] = value
    return entries


def _read_entry(
    tokens: XmlTokens, end: str, inside: str, decode: XmlDecoder[T], key_name: str, value_name: str, index: int
) -> tuple[str, T | None]:
    key: str | None = None
    value: T | None = None
    met: set[str] = set()
    step: int | MapKey = index
    try:
        for token in tokens:
            tag, _, inner = token.partition(">")
            if tag == end:
                break
            if tag in met:
                step = index if tag == key_name else step
                raise several_elements()
            if tag == key_name:
                key = read_string(tokens, f"/{tag}", inner)
                step = MapKey(key)
            elif tag != value_name:
                skip(tokens, tag)
                continue
            elif _is_nil(tokens):
                tokens.close(f"/{tag}>")
            else:
                value = decode(tokens, f"/{tag}", inner)
            met.add(tag)
        if key is None:
            check_empty("" if met else inside)
            raise DecodeError("expected an entry with a key")
    except DecodeError as error:
        raise error.under(step) from None
    except RecursionError:
        raise nested_too_deeply(step) from None
    return key, value


read_secret_map = hiding_keys(read_map)
read_secret_sparse_map = hiding_keys(read_sparse_map)
read_secret_entry = hiding_keys(read_entry)
