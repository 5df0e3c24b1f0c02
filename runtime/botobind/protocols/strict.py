"""What a server demands of a request beyond what all readers do: the very spellings that the model asks for.

Readers are open, as clients need them. Here the texts and trees of a request are held against the members of the
input: integers without blanks, signs and fractions and in the range of their shape, timestamps in the member's own
format and in UTC, whole base64, no nulls where the model has none, no members of unions that it does not know. What a
member is called in a message, and in which format its timestamps are, is learnt from what its class writes.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botobind import schema
from botobind.errors import DecodeError, MapKey, expected
from botobind.formats import header
from botobind.formats.spellings import STRICT
from botobind.protocols import places
from botobind.shapes import Union

if TYPE_CHECKING:
    from botobind.protocols.places import Place
    from botobind.rules.naming import TimestampFormat
    from botobind.schema import Node, Scalar
    from botobind.shapes import Shape

_INTEGER = re.compile(r"-?[0-9]{1,40}")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SPECIAL_NUMBERS = ("NaN", "Infinity", "-Infinity")
_TIMESTAMPS: Mapping[TimestampFormat, re.Pattern[str]] = {
    "epoch": _NUMBER,
    "iso8601": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z"),
    "rfc822": re.compile(
        r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} "
        r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)? GMT"
    ),
}
_STRICT_READERS: Mapping[str, Callable[[object], Any]] = {
    "str": STRICT["string"],
    "float": STRICT["double"],
    "bool": STRICT["boolean"],
}


def check_headers(cls: type[Shape], headers: Mapping[str, str]) -> None:
    """Raises `DecodeError` for members in headers, by lower-case name, that are not written as they should be. Dates
    that condition a request are left aside: HTTP has those that are none ignored.
    """
    for place in places.in_headers(cls):
        name = place.name.lower()
        text = None if name in header.CONDITIONAL_DATES else headers.get(name)
        if text is not None and not isinstance(place.node, schema.MapOf):
            texts = _items(text, place) if isinstance(place.node, schema.ListOf) else [text]
            _check_texts(place, texts, in_header=True)


def _items(text: str, place: Place) -> list[str]:
    items: list[str] = []
    header.read_list(text, items.append)
    if isinstance(place.node, schema.ListOf) and _is_date(place.node.item) and place.timestamps == "rfc822":
        # Each date has one comma of its own.
        return [", ".join(items[at : at + 2]) for at in range(0, len(items), 2)]
    return items


def _is_date(node: Node) -> bool:
    return isinstance(node, schema.Scalar) and node.kind == "datetime"


def check_query_string(cls: type[Shape], parameters: Mapping[str, list[str]]) -> None:
    """Refuses what no client writes of parameters in the query string."""
    for place in places.in_query_string(cls):
        if place.name in parameters and not isinstance(place.node, schema.MapOf):
            _check_texts(place, parameters[place.name], in_header=False)


def check_labels(cls: type[Shape], labels: Mapping[str, str]) -> None:
    """Refuses what no client writes of decoded labels in the path."""
    for place in places.in_labels(cls):
        if place.name in labels:
            _check_texts(place, [labels[place.name]], in_header=False)


def _check_texts(place: Place, texts: list[str], *, in_header: bool) -> None:
    node = place.node.item if isinstance(place.node, schema.ListOf) else place.node
    if not isinstance(node, schema.Scalar):
        return
    for text in texts:
        try:
            check_text(node, text, place.timestamps, in_header=in_header)
        except DecodeError as error:
            raise error.under(place.name) from None


def check_text(node: Scalar, text: str, timestamps: TimestampFormat, *, in_header: bool = False) -> None:
    """Raises `DecodeError` for the text of a scalar that is not written as it should be."""
    if node.kind == "document" and in_header:
        _check_base64(text)
    fits = text_rule(node, timestamps)
    if fits is None or fits(text):
        return
    if node.kind == "int" and _INTEGER.fullmatch(text):
        raise _out_of_range(node)
    if node.kind == "datetime":
        raise DecodeError(f"expected a timestamp in the format {timestamps}")
    raise DecodeError(f"expected {_WANTED[node.kind]}")


_WANTED = {"int": "an integer", "float": "a number", "bool": "true or false", "bytes": "base64"}


def text_rule(node: Scalar, timestamps: TimestampFormat) -> Callable[[str], bool] | None:
    """What says whether the text of a scalar is written as it should be; None where any is."""
    match node.kind:
        case "int":
            least, greatest = range_of(node)
            return lambda text: _INTEGER.fullmatch(text) is not None and least <= int(text) <= greatest
        case "float":
            return lambda text: _NUMBER.fullmatch(text) is not None or text in _SPECIAL_NUMBERS
        case "bool":
            return ("true", "false").__contains__
        case "datetime":
            pattern = _TIMESTAMPS[timestamps]
            return lambda text: pattern.fullmatch(text) is not None
        case "bytes":
            return _is_base64
        case _:
            return None


def _is_base64(text: str) -> bool:
    try:
        a2b_base64(text, strict_mode=True)
    except ValueError:
        return False
    return True


def _check_base64(text: str) -> None:
    if not _is_base64(text):
        raise DecodeError(f"expected {_WANTED['bytes']}")


def range_of(node: Scalar) -> tuple[int, int]:
    """The least and the greatest number that the shape of an integer has."""
    half = 1 << (node.bits - 1)
    return -half, half - 1


def _out_of_range(node: Scalar) -> DecodeError:
    return DecodeError(f"expected an integer of {node.bits} bits")


def whole_pattern_of(timestamps: TimestampFormat) -> str:
    """The pattern of a text that is a timestamp, to be searched for."""
    return rf"\A(?:{_TIMESTAMPS[timestamps].pattern})\Z"


def check_tree(cls: type[Shape], tree: object, *, is_json: bool, is_body: bool = False) -> None:
    """Refuses what no client writes of a structure in a tree of JSON or CBOR; with `is_body`, of its members in the
    body alone.
    """
    if not isinstance(tree, dict):
        raise expected("object", tree)
    known_places = places.in_body(cls) if is_body else places.in_tree(cls)
    if issubclass(cls, Union):
        known = {place.name for place in known_places}
        for name, item in tree.items():
            if item is not None and name not in known and name != "__type":
                raise DecodeError("a member of the union that is not known")
    for place in known_places:
        item = tree.get(place.name)
        if item is not None:
            try:
                _check_node(place.node, item, place.timestamps, is_json=is_json)
            except DecodeError as error:
                raise error.under(place.name) from None


def _check_node(node: Node, item: Any, timestamps: TimestampFormat, *, is_json: bool) -> None:
    match node:
        case schema.Scalar():
            _check_scalar(node, item, timestamps, is_json=is_json)
        case schema.Reference(target=target):
            check_tree(target, item, is_json=is_json)
        case schema.ListOf(item=inner, sparse=sparse) if isinstance(item, list):
            for index, entry in enumerate(item):
                try:
                    _check_entry(inner, entry, timestamps, sparse=sparse, is_json=is_json)
                except DecodeError as error:
                    raise error.under(index) from None
        case schema.MapOf(value=inner, sparse=sparse) if isinstance(item, dict):
            hidden = schema.is_sensitive(node.key) or schema.is_sensitive(node)
            for key, entry in item.items():
                try:
                    _check_entry(inner, entry, timestamps, sparse=sparse, is_json=is_json)
                except DecodeError as error:
                    raise error.under(MapKey("…" if hidden else str(key))) from None


def _check_entry(node: Node, entry: Any, timestamps: TimestampFormat, *, sparse: bool, is_json: bool) -> None:
    if entry is not None:
        _check_node(node, entry, timestamps, is_json=is_json)
    elif not sparse and not (isinstance(node, schema.Scalar) and node.kind == "document"):
        raise DecodeError("expected a value, got null")


def _check_scalar(node: Scalar, item: Any, timestamps: TimestampFormat, *, is_json: bool) -> None:
    if node.kind == "int":
        # CBOR has its own numbers for what is whole; JSON has them by their spelling.
        is_whole = isinstance(item, int) or (not is_json and isinstance(item, float) and item.is_integer())
        if not is_whole:
            raise DecodeError("expected an integer")
        least, greatest = range_of(node)
        if not least <= item <= greatest:
            raise _out_of_range(node)
    elif node.kind in _STRICT_READERS:
        _STRICT_READERS[node.kind](item)
    elif is_json and node.kind == "bytes" and isinstance(item, str):
        _check_base64(item)
    elif is_json and node.kind == "datetime":
        if (timestamps == "epoch") is isinstance(item, str):
            raise DecodeError(f"expected a timestamp in the format {timestamps}")
        if isinstance(item, str) and not _TIMESTAMPS[timestamps].fullmatch(item):
            raise DecodeError(f"expected a timestamp in the format {timestamps}")


__all__ = [
    "check_headers",
    "check_labels",
    "check_query_string",
    "check_text",
    "check_tree",
    "range_of",
    "text_rule",
    "whole_pattern_of",
]
