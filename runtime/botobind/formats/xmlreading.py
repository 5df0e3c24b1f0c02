"""XML read: what is in an element that has begun. Lists, maps and unions; what is passed by, what must not be there.

Readers begin where the start of an element has been taken: `end` is the tag that ends it, without the `>`, and
`inside` the text before its first child. They leave the tokens where the element has ended.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar, cast

from botobind.errors import DecodeError, MapKey, nested_too_deeply, no_single_member
from botobind.formats.tree import hiding_keys
from botobind.wire.xmlsyntax import NAME, is_blank

if TYPE_CHECKING:
    from botobind.types import XmlDecoder, XmlTokens

__all__ = [
    "GREATER",
    "LESS",
    "NIL",
    "NIL_NAME",
    "XSI",
    "check_empty",
    "end_union",
    "enter",
    "first_member",
    "in_long_form",
    "leave",
    "not_plain",
    "not_text",
    "read_attribute",
    "read_entry",
    "read_item",
    "read_list",
    "read_map",
    "read_secret_entry",
    "read_secret_map",
    "read_secret_sparse_map",
    "read_sparse_list",
    "read_sparse_map",
    "read_string",
    "resolved",
    "several_elements",
    "skip",
    "skip_all",
]

T = TypeVar("T")

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f' xmlns:xsi="{XSI}" xsi:nil="true"'
"""The attributes of an element that stands for a null in a sparse list or map."""
NIL_NAME = f"{{{XSI}}}nil"

_MOST_LEVELS = 128
"""In an element that is passed by. With more it takes the parser to tell, which counts them from the root."""
_NAME = re.compile(NAME)

LESS, GREATER = "\0", "\1"
"""No document has these. They stand for signs by which tokens are told."""


def resolved(text: str) -> str:
    """A text with the signs in it that marks stand for."""
    if LESS not in text and GREATER not in text:
        return text
    return text.replace(LESS, "<").replace(GREATER, ">")


def not_text() -> DecodeError:
    """What is raised where an element should have text alone."""
    return DecodeError("expected text, got elements")


def not_plain() -> DecodeError:
    """What is raised where it takes a parser to tell what is there."""
    return DecodeError("not plain XML")


def in_long_form(tokens: XmlTokens, tag: str) -> bool:
    """Whether a tag that was just taken is an element without content (`<a />`) in a plain document.

    If so, two tags take its place as the next tokens. There are so few of them that to look for them beforehand, in all
    of the document, takes longer.
    """
    return tag[-1:] == "/" and tokens.take_apart(tag)


def several_elements() -> DecodeError:
    """What is raised for a member that comes more than once."""
    return DecodeError("expected one element, got several")


_MOST_REMEMBERED = 5000
_ends: dict[str, str] = {}
"""The end of each tag that is known to be a name: those of lists' items, for the most part, which are few."""


def _end_of(tokens: XmlTokens, tag: str) -> str:
    """The tag that ends the element of another one, whose name is not known beforehand."""
    end = _ends.get(tag)
    if end is None:
        end = f"/{tag}"
        # The names of elements are known to be names.
        if tokens.is_plain:
            if not _NAME.fullmatch(tag):
                raise not_plain()
            if len(_ends) < _MOST_REMEMBERED:
                _ends[tag] = end
    return end


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
            if len(ends) > _MOST_LEVELS and tokens.is_plain:
                raise not_plain()
            continue
        ends.pop()
        if not ends:
            return


def enter(tokens: XmlTokens, cls: type) -> None:
    """Tells that a structure has begun. `DecodeError` for one within another of its class, of which there may be any
    number of levels: only a parser, which counts them, tells if these are too many.
    """
    if tokens.is_plain:
        if cls in tokens.open:
            raise not_plain()
        tokens.open.add(cls)


def leave(tokens: XmlTokens, cls: type) -> None:
    """Tells that a structure has ended."""
    if tokens.is_plain:
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
        raise no_single_member(0)
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
        raise no_single_member(len(others | {name}))
    if again:
        raise several_elements().under(name)


def read_string(tokens: XmlTokens, end: str, inside: str) -> str:
    """Text; an empty element is the empty string."""
    tokens.close(f"{end}>")
    return inside


def read_attribute(tokens: XmlTokens, name: str, namespace: str | None) -> str | None:
    """The value of an attribute of the element that has just begun; one without its namespace is read as well."""
    return tokens.attribute(name, namespace)


def read_list(tokens: XmlTokens, end: str, inside: str, decode: XmlDecoder[T], *, nulls: int = 0) -> list[T]:
    """A list with an element around its items, whatever these are called.

    `xsi:nil` marks a null, in whose place there are so many as `nulls` says.
    """
    items: list[T] = []
    name: str | None = None
    item_end = ""
    may_have_nulls = not tokens.is_plain
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
            if may_have_nulls and tokens.is_nil():
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
    if tokens.is_nil():
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
            elif tokens.is_nil():
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
