"""Form parameters: the awsQuery and ec2Query protocols. A value becomes a list of (name, text) pairs.

For reading, the dotted names are first folded into a tree of dicts: the text of a name is under the empty key, its
continuations under their next part. A name that goes on alone stays whole, with the place of its next part, so that a
tree takes memory for the names that there are, not for their dots. Lists count from 1; gaps close up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from botobind.errors import DecodeError, EncodeError, MapKey, expected, nested_too_deeply, no_single_member
from botobind.formats import text
from botobind.formats.jsontexts import parse_document, write_document
from botobind.formats.text import (
    write_blob,
    write_boolean,
    write_double,
    write_epoch,
    write_integer,
)
from botobind.formats.tree import hiding_keys
from botobind.timestamps import of_text, to_iso8601, to_rfc822
from botobind.wire.percent import encode_all_in_form, encode_in_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from botobind.types import AnyJson, Decoder, QueryChunks, QueryNode, QueryPairs

__all__ = [
    "dump",
    "join",
    "members_of",
    "only_member",
    "pairs_of",
    "parse",
    "parts_of",
    "read_blob",
    "read_boolean",
    "read_document",
    "read_double",
    "read_integer",
    "read_list",
    "read_map",
    "read_secret_map",
    "read_secret_sparse_map",
    "read_sparse_list",
    "read_sparse_map",
    "read_string",
    "read_timestamp",
    "tree_of",
    "write_blob",
    "write_boolean",
    "write_document",
    "write_double",
    "write_epoch",
    "write_integer",
    "write_iso8601",
    "write_rfc822",
    "write_structure",
]

T = TypeVar("T")

NIL = "nil"
"""The part of a name that marks a null in a sparse list or map. No AWS query service has such; botobind's own rule."""

_LONGEST_INDEX = 9
_DEEPEST = 1000
"""Dots in a name. No shape nests like this, and a tree so deep takes long to build and to drop."""

write_iso8601 = to_iso8601
write_rfc822 = to_rfc822


def parse(data: bytes | str) -> QueryPairs:
    """The parameters of a form body in UTF-8."""
    from urllib.parse import parse_qsl

    if not isinstance(data, (bytes, bytearray, memoryview, str)):
        raise expected("bytes", data)
    try:
        body = data if isinstance(data, str) else bytes(data).decode("ascii")
        return parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body), errors="strict")
    except ValueError:
        raise DecodeError("not a form with UTF-8 names and values") from None


def dump(pairs: QueryPairs) -> bytes:
    """The form body; spaces become `+`."""
    try:
        return join([chunk for name, value in pairs for chunk in (f"&{encode_in_form(name)}=", value)])
    except UnicodeError:
        raise EncodeError("text cannot be written in UTF-8") from None


def join(chunks: QueryChunks) -> bytes:
    """The form body of names and values."""
    try:
        chunks[1::2] = encode_all_in_form(chunks[1::2])
    except UnicodeError:
        raise EncodeError("text cannot be written in UTF-8") from None
    return "".join(chunks)[1:].encode("ascii")


def pairs_of(chunks: QueryChunks) -> QueryPairs:
    """Names and values as pairs."""
    from urllib.parse import unquote_plus

    "".join(chunks)  # what is no text cannot be joined
    names = [name[1:-1] for name in chunks[::2]]
    return [
        (unquote_plus(name) if "%" in name or "+" in name else name, value)
        for name, value in zip(names, chunks[1::2], strict=True)
    ]


def tree_of(pairs: Iterable[tuple[str, str]]) -> QueryNode:
    """The tree of the parameters. The last of equal names wins. Raises `DecodeError` for what is no pair of texts."""
    root: dict[str, QueryNode | str] = {}
    try:
        for name, value in pairs:
            if str.count(name, ".") > _DEEPEST:
                raise nested_too_deeply(name.partition(".")[0])
            _add(root, name, value)
    except (TypeError, ValueError, AttributeError):
        raise DecodeError("expected parameters as pairs of texts") from None
    return root


def _add(root: dict[str, QueryNode | str], name: str, value: str) -> None:
    node, place = root, 0
    while place <= len(name):
        part, place = _part_at(name, place)
        child = node.get(part) if part != _NO_PART else None
        if not child:
            node[part] = (name, place, value)
            return
        node[part] = node = parts_of(cast("QueryNode", child))
    node[""] = value


_NO_PART = "."
"""Stands for a part without characters."""


def _part_at(name: str, place: int) -> tuple[str, int]:
    """The part of a name at a place, and where the next one begins: behind the name's end if there is none."""
    end = name.find(".", place)
    return (name[place:] or _NO_PART, len(name) + 1) if end < 0 else (name[place:end] or _NO_PART, end + 1)


def parts_of(node: QueryNode) -> dict[str, QueryNode | str]:
    """The parts of a node by name, and its text under the empty one."""
    if isinstance(node, dict):
        return node
    name, place, value = node
    if place > len(name):
        return {"": value}
    part, place = _part_at(name, place)
    return {part: (name, place, value)}


def members_of(node: QueryNode) -> Callable[[str], QueryNode | None]:
    """The look-up of a structure's members by name."""
    if node.__class__ not in _NODES:
        raise DecodeError("expected a structure")
    opened = parts_of(node)
    if opened.get(""):
        raise DecodeError("expected a structure, got text")
    return opened.get  # type: ignore[return-value] # only the empty key holds text


_NODES = (dict, tuple)


def only_member(node: QueryNode) -> tuple[str, QueryNode]:
    """The name and the node of a union's only member."""
    members_of(node)
    present = [(name, child) for name, child in parts_of(node).items() if not isinstance(child, str)]
    if len(present) != 1:
        raise no_single_member(len(present))
    return present[0]


class _Writable(Protocol):
    def write_query(self, chunks: QueryChunks, prefix: str) -> None: ...


def write_structure(chunks: QueryChunks, name: str, value: _Writable) -> None:
    """Appends the parameters of a structure; an empty one is its bare name. Its `name` comes as in chunks, without `=`.

    In the AWS protocols an empty structure leaves no trace: this is botobind's own rule for services without forms.
    """
    before = len(chunks)
    value.write_query(chunks, f"{name}.")
    if len(chunks) == before:
        chunks += (f"{name}=", "")


def _text_of(node: QueryNode) -> str:
    opened = parts_of(node)
    value = opened.get("") if len(opened) == 1 else None
    if not isinstance(value, str):
        raise DecodeError("expected text, got a structure")
    return value


def read_string(node: QueryNode | None) -> str | None:
    """Text."""
    return None if node is None else _text_of(node)


def read_integer(node: QueryNode | None) -> int | None:
    """An integer in decimal digits."""
    return None if node is None else text.parse_integer(_text_of(node))


def read_double(node: QueryNode | None) -> float | None:
    """A number, `NaN`, `Infinity` or `-Infinity`."""
    return None if node is None else text.parse_double(_text_of(node))


def read_boolean(node: QueryNode | None) -> bool | None:
    """`true` or `false`."""
    return None if node is None else text.parse_boolean(_text_of(node))


def read_blob(node: QueryNode | None) -> bytes | None:
    """Bytes from base64."""
    return None if node is None else text.parse_blob(_text_of(node))


def read_timestamp(node: QueryNode | None) -> datetime | None:
    """A time in any of the timestamp formats."""
    return None if node is None else of_text(_text_of(node))


def read_document(node: QueryNode | None) -> AnyJson:
    """A document, written as JSON text."""
    if node is None:
        return None
    return parse_document(_text_of(node))


def _item_nodes(node: QueryNode, item_name: str | None) -> list[tuple[int, QueryNode]]:
    opened = parts_of(node)
    if opened.get(""):
        raise DecodeError("expected a list, got text")
    if item_name is not None:
        inner = opened.get(item_name)
        if inner is None:
            if opened.keys() - {""}:
                raise DecodeError(f"expected list items named {item_name!r}")
            return []
        if isinstance(inner, str):
            raise DecodeError("expected a list")
        opened = parts_of(inner)
    items: list[tuple[int, QueryNode]] = []
    for part, child in opened.items():
        if isinstance(child, str):
            if child:
                raise DecodeError("expected a list, got text")
            continue
        if not (part.isascii() and part.isdigit() and len(part) <= _LONGEST_INDEX):
            raise DecodeError("expected a number that counts list items")
        items.append((int(part), child))
    items.sort(key=lambda item: item[0])
    return items


def read_list(node: QueryNode | None, decode: Decoder[T], item_name: str | None = None) -> list[T] | None:
    """A list, whose items have `item_name` and a number in their name, or just a number where it is flat (None)."""
    sparse = read_sparse_list(node, decode, item_name)
    return None if sparse is None else [item for item in sparse if item is not None]


def read_sparse_list(node: QueryNode | None, decode: Decoder[T], item_name: str | None = None) -> list[T | None] | None:
    """A list in which an item may be marked as null."""
    if node is None:
        return None
    items: list[T | None] = []
    nodes = _item_nodes(node, item_name)
    try:
        for _, child in nodes:
            items.append(None if NIL in parts_of(child) else decode(child))
    except DecodeError as error:
        raise error.under(len(items)) from None
    except RecursionError:
        raise nested_too_deeply(len(items)) from None
    return items


def read_map(
    node: QueryNode | None,
    decode: Decoder[T],
    entry_name: str | None = "entry",
    key_name: str = "key",
    value_name: str = "value",
) -> dict[str, T] | None:
    """A map, whose entries are numbered under `entry_name`, or just numbered where it is flattened (None)."""
    sparse = read_sparse_map(node, decode, entry_name, key_name, value_name)
    return None if sparse is None else {k: v for k, v in sparse.items() if v is not None}


def read_sparse_map(
    node: QueryNode | None,
    decode: Decoder[T],
    entry_name: str | None = "entry",
    key_name: str = "key",
    value_name: str = "value",
) -> dict[str, T | None] | None:
    """A map in which a value may be marked as null."""
    if node is None:
        return None
    entries: dict[str, T | None] = {}
    for index, (_, child) in enumerate(_item_nodes(node, entry_name)):
        entry = parts_of(child)
        key_node, value_node = entry.get(key_name), entry.get(value_name, {})
        if key_node is None or isinstance(key_node, str) or isinstance(value_node, str):
            raise DecodeError("expected an entry with key and value").under(index)
        try:
            key = _text_of(key_node)
        except DecodeError as error:
            raise error.under(index) from None
        try:
            entries[key] = None if NIL in parts_of(value_node) else decode(value_node)
        except DecodeError as error:
            raise error.under(MapKey(key)) from None
        except RecursionError:
            raise nested_too_deeply(MapKey(key)) from None
    return entries


read_secret_map = hiding_keys(read_map)
read_secret_sparse_map = hiding_keys(read_sparse_map)
