"""XML: bodies of the restXml protocol and answers of awsQuery and ec2Query. Trees are lxml elements.

Serializers write text, piece by piece; elements are made of it when a caller asks for a tree. Names of elements are
local names: AWS documents have one default namespace, which tells nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from botobind.errors import DecodeError, EncodeError, MapKey, nested_too_deeply
from botobind.formats import text
from botobind.formats.text import (
    write_blob,
    write_boolean,
    write_double,
    write_epoch,
    write_integer,
)
from botobind.formats.tree import expected
from botobind.timestamps import of_text, to_iso8601, to_rfc822

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lxml.etree import _Element

    from botobind.types import AnyJson, Decoder, XmlElement

__all__ = [
    "NIL",
    "Found",
    "dump",
    "element_of",
    "first",
    "members_of",
    "only_member",
    "parse",
    "read_attribute",
    "read_blob",
    "read_boolean",
    "read_document",
    "read_double",
    "read_flat_list",
    "read_flat_map",
    "read_integer",
    "read_list",
    "read_map",
    "read_sparse_list",
    "read_sparse_map",
    "read_string",
    "read_timestamp",
    "write_attribute",
    "write_blob",
    "write_boolean",
    "write_document",
    "write_double",
    "write_epoch",
    "write_integer",
    "write_iso8601",
    "write_rfc822",
    "write_string",
]

T = TypeVar("T")

Found: TypeAlias = "_Element | list[_Element] | None"
"""The children of one name: none, one, or several."""

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f' xmlns:xsi="{XSI}" xsi:nil="true"'
"""The attributes of an element that stands for a null in a sparse list or map."""

_NIL_NAME = f"{{{XSI}}}nil"
_SPECIAL = re.compile(r"[&<>\"\r\n\t\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\r": "&#13;",
    "\n": "\n",
    "\t": "\t",
}

write_iso8601 = to_iso8601
write_rfc822 = to_rfc822


def _escape(match: re.Match[str]) -> str:
    escaped = _ESCAPES.get(match[0])
    if escaped is None:
        raise EncodeError(f"XML cannot hold the character U+{ord(match[0]):04X}")
    return escaped


def write_string(value: str) -> str:
    """The text, escaped. A carriage return is written as a reference, or parsers would make it a line feed.

    `EncodeError` for characters that XML 1.0 cannot hold: controls, surrogates, U+FFFE and U+FFFF.
    """
    if _SPECIAL.search(value) is None:
        return value
    return _SPECIAL.sub(_escape, value)


def write_attribute(value: str) -> str:
    """The value of an attribute, escaped; line feeds and tabs as references, or parsers would make them spaces."""
    return write_string(value).replace("\n", "&#10;").replace("\t", "&#9;")


def write_document(value: AnyJson) -> str:
    """A document as JSON text. No AWS protocol has documents in XML; botobind's own rule."""
    return write_string(text.write_document(value))


def parse(data: bytes) -> XmlElement:
    """The root element of a document, with local names throughout.

    Raises `DecodeError` for what is malformed, truncated or deeper than 256 levels, and for any document type
    declaration: nothing is expanded, no file and no address is ever opened.
    """
    from lxml import etree

    # One parser for each document: a shared one makes threads wait for each other.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise DecodeError(f"not XML: {_reason(error)}") from None
    except TypeError:
        raise expected("bytes", data) from None
    if root is None:
        raise DecodeError("not XML: no root element")
    if root.getroottree().docinfo.internalDTD is not None:
        raise DecodeError("not acceptable XML: document type declaration")
    _strip_namespaces(root)
    return root


def _reason(error: Exception) -> str:
    # libxml2's messages quote the document, which may be sensitive: the place has to do.
    line, column = getattr(error, "position", None) or (None, None)
    return f"malformed at line {line}, column {column}" if line is not None else "malformed"


def _strip_namespaces(root: XmlElement) -> None:
    for element in list(root.iter("{*}*")):
        tag = element.tag
        if isinstance(tag, str) and tag[0] == "{":
            element.tag = tag.rpartition("}")[2]


def local(element: XmlElement) -> XmlElement:
    """The element with local names throughout and without comments: itself where it is such, else a copy.

    Raises `DecodeError` for what is no element, and for references to entities, which other parsers may leave.
    """
    from copy import deepcopy

    from lxml import etree

    if not etree.iselement(element) or not isinstance(element.tag, str):
        raise expected("element", element)
    # Whenever lxml drops a node, it looks for an ancestor that lives, all the way up. A list keeps all of them alive,
    # and drops its last item first.
    if all(isinstance(node.tag, str) and not node.tag.startswith("{") for node in list(element.iter())):
        return element
    copied = deepcopy(element)
    if next(copied.iter(etree.Entity), None) is not None:
        raise DecodeError("not acceptable XML: entity reference")
    etree.strip_tags(copied, etree.Comment, etree.PI)
    _strip_namespaces(copied)
    return copied


def element_of(pieces: list[str]) -> XmlElement:
    """The element that the pieces of text spell."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring("".join(pieces), parser)
    except (etree.LxmlError, ValueError):
        raise EncodeError("cannot be written as XML") from None


def dump(pieces: list[str]) -> bytes:
    """The document that the pieces of text spell, in UTF-8, without a declaration."""
    try:
        return "".join(pieces).encode()
    except UnicodeError:
        raise EncodeError("text cannot be written in UTF-8") from None


def members_of(element: XmlElement) -> Callable[[str], Any]:
    """The look-up of a structure's children by name."""
    if isinstance(element, list):
        raise DecodeError("expected one element, got several")
    found: dict[str, Any] = {}
    for child in element:
        tag = child.tag
        earlier = found.get(tag)
        if earlier is None:
            found[tag] = child
        elif earlier.__class__ is list:
            earlier.append(child)
        else:
            found[tag] = [earlier, child]
    if not found and element.text and not element.text.isspace():
        raise DecodeError("expected a structure, got text")
    return found.get


def only_member(element: XmlElement) -> tuple[str, Any]:
    """The name and the element (or elements) of a union's only member."""
    get = members_of(element)
    names = list(dict.fromkeys(str(child.tag) for child in element))
    if len(names) != 1:
        raise DecodeError(f"expected exactly one member of the union, got {len(names)}")
    return names[0], get(names[0])


def _text_of(found: _Element | list[_Element]) -> str:
    if isinstance(found, list):
        raise DecodeError("expected one element, got several")
    if len(found):
        raise DecodeError("expected text, got elements")
    return found.text or ""


def first(found: Found) -> Found:
    """The first of several elements, for members that share their name with a list."""
    return found[0] if isinstance(found, list) else found


def read_string(found: Found) -> str | None:
    """Text; an empty element is the empty string."""
    return None if found is None else _text_of(found)


def read_integer(found: Found) -> int | None:
    """An integer in decimal digits."""
    return None if found is None else text.parse_integer(_text_of(found))


def read_double(found: Found) -> float | None:
    """A number, `NaN`, `Infinity` or `-Infinity`."""
    return None if found is None else text.parse_double(_text_of(found))


def read_boolean(found: Found) -> bool | None:
    """`true` or `false`."""
    return None if found is None else text.parse_boolean(_text_of(found))


def read_blob(found: Found) -> bytes | None:
    """Bytes from base64."""
    return None if found is None else text.parse_blob(_text_of(found))


def read_timestamp(found: Found) -> datetime | None:
    """A time in any of the timestamp formats."""
    return None if found is None else of_text(_text_of(found))


def read_document(found: Found) -> AnyJson:
    """A document, written as JSON text."""
    if found is None:
        return None
    return text.parse_document(_text_of(found))


def read_attribute(element: XmlElement, name: str, namespace: str | None) -> str | None:
    """The value of an attribute; one without its namespace is read as well."""
    if namespace is not None and (value := element.get(f"{{{namespace}}}{name}")) is not None:
        return value
    return element.get(name)


def read_list(found: Found, decode: Decoder[T]) -> list[T] | None:
    """A list with an element around its items, whatever these are called."""
    sparse = read_sparse_list(found, decode)
    return None if sparse is None else [item for item in sparse if item is not None]


def read_sparse_list(found: Found, decode: Decoder[T]) -> list[T | None] | None:
    """A list in which `xsi:nil` marks a null."""
    if found is None:
        return None
    if isinstance(found, list):
        raise DecodeError("expected one element, got several")
    if not len(found) and found.text and not found.text.isspace():
        raise DecodeError("expected a list, got text")
    return _read_items(list(found), decode)


def read_flat_list(found: Found, decode: Decoder[T], also: Found = None) -> list[T] | None:
    """A flattened list: the elements of its name, and those of the name that its items have (`also`)."""
    if found is None and also is None:
        return None
    elements = [
        element
        for group in (found, also)
        if group is not None
        for element in (group if isinstance(group, list) else [group])
    ]
    return [item for item in _read_items(elements, decode) if item is not None]


def _read_items(elements: list[_Element], decode: Decoder[T]) -> list[T | None]:
    items: list[T | None] = []
    try:
        for element in elements:
            nil = element.attrib and element.get(_NIL_NAME) == "true"
            items.append(None if nil else decode(element))
    except DecodeError as error:
        raise error.under(len(items)) from None
    except RecursionError:
        raise nested_too_deeply(len(items)) from None
    return items


def read_map(found: Found, decode: Decoder[T], key_name: str = "key", value_name: str = "value") -> dict[str, T] | None:
    """A map with an element around its entries."""
    sparse = read_sparse_map(found, decode, key_name, value_name)
    return None if sparse is None else {k: v for k, v in sparse.items() if v is not None}


def read_sparse_map(
    found: Found, decode: Decoder[T], key_name: str = "key", value_name: str = "value"
) -> dict[str, T | None] | None:
    """A map in which `xsi:nil` marks a null."""
    if found is None:
        return None
    if isinstance(found, list):
        raise DecodeError("expected one element, got several")
    if not len(found) and found.text and not found.text.isspace():
        raise DecodeError("expected a map, got text")
    return _read_entries(list(found), decode, key_name, value_name)


def read_flat_map(
    found: Found, decode: Decoder[T], key_name: str = "key", value_name: str = "value"
) -> dict[str, T] | None:
    """A flattened map: each element of its name is an entry."""
    if found is None:
        return None
    elements = found if isinstance(found, list) else [found]
    entries = _read_entries(elements, decode, key_name, value_name)
    return {key: value for key, value in entries.items() if value is not None}


def _read_entries(elements: list[_Element], decode: Decoder[T], key_name: str, value_name: str) -> dict[str, T | None]:
    entries: dict[str, T | None] = {}
    for index, element in enumerate(elements):
        try:
            get = members_of(element)
            key_element, value_element = get(key_name), get(value_name)
            if key_element is None:
                raise DecodeError("expected an entry with a key")
            key = _text_of(key_element)
        except DecodeError as error:
            raise error.under(index) from None
        try:
            if isinstance(value_element, list):
                raise DecodeError("expected one element, got several")
            nil = value_element is None or value_element.get(_NIL_NAME) == "true"
            entries[key] = None if nil else decode(value_element)
        except DecodeError as error:
            raise error.under(MapKey(key)) from None
        except RecursionError:
            raise nested_too_deeply(MapKey(key)) from None
    return entries
