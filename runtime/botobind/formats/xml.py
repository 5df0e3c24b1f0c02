"""XML: bodies of the restXml protocol and answers of awsQuery and ec2Query. Trees are lxml elements.

Serializers write text; elements are made of it when a caller asks for a tree. Names of elements are
local names: AWS documents have one default namespace, which tells nothing.
"""

from __future__ import annotations

import re
import threading
from operator import itemgetter
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
from botobind.formats.tree import expected, hiding_keys
from botobind.timestamps import of_text, to_iso8601, to_rfc822

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lxml.etree import XMLParser, _Element

    from botobind.types import AnyJson, Decoder, XmlElement

__all__ = [
    "NIL",
    "Found",
    "Several",
    "check_empty",
    "check_unknown",
    "children",
    "dump",
    "element_of",
    "first",
    "members_of",
    "one_more",
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
    "read_secret_flat_map",
    "read_secret_map",
    "read_secret_sparse_map",
    "read_sparse_list",
    "read_sparse_map",
    "read_string",
    "read_timestamp",
    "several_elements",
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

Found: TypeAlias = "_Element | Several | None"
"""The children of one name: none, one, or several."""

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f' xmlns:xsi="{XSI}" xsi:nil="true"'
"""The attributes of an element that stands for a null in a sparse list or map."""

_MOST_PLACES = 100

_ROOT = re.compile(
    rb"""\s*(?:<\?xml(?:\s+version=["']1\.0["'])?(?:\s+encoding=["'](?i:utf-8|us-ascii)["'])?"""
    rb"""(?:\s+standalone=["'](?:yes|no)["'])?\s*\?>\s*)?<[A-Za-z][\w.-]*"""
    rb"""(?:(\s+xmlns=(?:"[^"<&>]*"|'[^'<&>]*'))|(?!\s+xmlns))[\s/>]"""
)
"""The start of a document whose bytes are what they seem to be: its root, and the namespace of that if it has one."""

_DIGITS_OF_A_LONG = 19
_NIL_NAME = f"{{{XSI}}}nil"
_SPECIAL = re.compile(r"[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "\r": "&#13;",
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
    # Most texts are told to be harmless by these, in a fraction of the time that a pattern takes.
    if value.isalnum() or (value.isprintable() and "&" not in value and "<" not in value and ">" not in value):
        return value
    return _SPECIAL.sub(_escape, value)


def write_attribute(value: str) -> str:
    """The value of an attribute, escaped; line feeds and tabs as references, or parsers would make them spaces."""
    return write_string(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def write_document(value: AnyJson) -> str:
    """A document as JSON text. No AWS protocol has documents in XML; botobind's own rule."""
    return write_string(text.write_document(value))


def parse(data: bytes) -> XmlElement:
    """The root element of a document, with local names throughout.

    Raises `DecodeError` for what is malformed, truncated or deeper than 256 levels, and for any document type
    declaration: nothing is expanded, no file and no address is ever opened.
    """
    from lxml import etree

    local_names = _with_local_names(data)
    # Without a `<!`, there is no document type declaration either.
    has_tags_alone = local_names is not None and not _has_more_than_tags(data)
    # Where there is more, blanks between tags may be of matter.
    parser = _parser(without_blanks=has_tags_alone)
    try:
        root = etree.fromstring(data if local_names is None else local_names, parser)
    except (etree.LxmlError, ValueError) as error:
        raise DecodeError(f"not XML: {_reason(error)}") from None
    except TypeError:
        raise expected("bytes", data) from None
    if root is None:
        raise DecodeError("not XML: no root element")
    if not has_tags_alone and root.getroottree().docinfo.internalDTD is not None:
        raise DecodeError("not acceptable XML: document type declaration")
    if local_names is None:
        _strip_namespaces(root)
    return root


class _Parsers(threading.local):
    """The parsers of a thread: those that threads share make them wait for each other."""

    def __init__(self) -> None:
        self.by_blanks: dict[bool, XMLParser] = {}


_parsers = _Parsers()


def _parser(*, without_blanks: bool) -> XMLParser:
    parser = _parsers.by_blanks.get(without_blanks)
    if parser is not None:
        return parser
    from lxml import etree

    parser = _parsers.by_blanks[without_blanks] = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=without_blanks,
        collect_ids=False,
    )
    return parser


def _with_local_names(data: bytes) -> bytes | None:
    """The document with spaces for the namespace of its root, where there is no other; None where there may be.

    To rename every element of a parsed document takes longer than to parse it.
    """
    if data.__class__ is not bytes:
        return None
    root = _ROOT.match(data)
    if root is None or _has_namespace(data, root.end()):
        return None
    start, end = root.span(1)
    return data if start == -1 else b"".join((data[:start], b" " * (end - start), data[end:]))


# Single bytes are found many times faster than words.


def _has_namespace(data: bytes, start: int) -> bool:
    """Whether a tag from there on declares a namespace."""
    places = _places(data, b"=", start)
    if places is None:
        return data.find(b"xmlns", start) != -1
    return any(b"xmlns" in data[data.rfind(b"<", 0, place) : place] for place in places)


def _has_more_than_tags(data: bytes) -> bool:
    """Whether there are comments, processing instructions or sections of character data."""
    marks, declarations = _places(data, b"!", 0), _places(data, b"?", 2)
    if marks is None or declarations is None:
        return b"<!" in data or data.find(b"<?", 1) != -1
    return any(data[place - 1 : place] == b"<" for place in (*marks, *declarations))


def _places(data: bytes, byte: bytes, start: int) -> list[int] | None:
    """Where a byte is; None where these are too many places to look at."""
    places: list[int] = []
    while (start := data.find(byte, start)) >= 0:
        if len(places) == _MOST_PLACES:
            return None
        places.append(start)
        start += 1
    return places


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


def element_of(text: str) -> XmlElement:
    """The element that a text spells."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(text, parser)
    except (etree.LxmlError, ValueError):
        raise EncodeError("cannot be written as XML") from None


def dump(text: str) -> bytes:
    """The document of a text, in UTF-8, without a declaration."""
    try:
        return text.encode()
    except UnicodeError:
        raise EncodeError("text cannot be written in UTF-8") from None


class Several:
    """Children of one name. Whatever expects one of them, and visits its children or takes its text, fails."""

    __slots__ = ("elements",)

    def __init__(self, elements: list[_Element]) -> None:
        self.elements = elements

    def __getitem__(self, _: slice) -> list[_Element]:
        raise several_elements()

    def __len__(self) -> int:
        raise several_elements()


def one_more(found: Found, element: _Element) -> Found:
    """The children of a name that have been met, and another."""
    if found is None:
        return element
    if isinstance(found, Several):
        found.elements.append(element)
        return found
    return Several([found, element])


def check_unknown(tag: str, known: str) -> None:
    """Raises `DecodeError` where an element that no comparison took has one of the known names: it comes again."""
    if tag in known.split(" "):
        raise several_elements()


def several_elements() -> DecodeError:
    """What is raised for a member that comes more than once."""
    return DecodeError("expected one element, got several")


children: Callable[[XmlElement | Several], list[XmlElement]] = itemgetter(slice(None))
"""The children of an element. A slice is quicker than an iterator of lxml's."""


def members_of(element: XmlElement) -> Callable[[str], Any]:
    """The look-up of a structure's children by name: an element, or `Several`."""
    inside = children(element)
    found: dict[Any, Any] = {child.tag: child for child in inside}
    if len(found) != len(inside):
        groups: dict[Any, list[_Element]] = {}
        for child in inside:
            groups.setdefault(child.tag, []).append(child)
        found.update((tag, Several(same)) for tag, same in groups.items() if len(same) > 1)
    elif not inside:
        check_empty(element)
    return found.get


def check_empty(element: XmlElement) -> None:
    """Raises `DecodeError` for text where a structure should be."""
    if element.text and not element.text.isspace():
        raise DecodeError("expected a structure, got text")


def only_member(element: XmlElement) -> tuple[str, Any]:
    """The name and the element (or elements) of a union's only member."""
    get = members_of(element)
    names = list(dict.fromkeys(str(child.tag) for child in element))
    if len(names) != 1:
        raise DecodeError(f"expected exactly one member of the union, got {len(names)}")
    return names[0], get(names[0])


def _text_of(found: _Element | Several) -> str:
    if len(found):
        raise DecodeError("expected text, got elements")
    return found.text or ""  # type: ignore[union-attr] # `Several` has no length


def first(found: Found) -> Found:
    """The first of several elements, for members that share their name with a list."""
    return found.elements[0] if isinstance(found, Several) else found


def read_string(found: Found) -> str | None:
    """Text; an empty element is the empty string."""
    if found is None:
        return None
    if len(found):
        raise DecodeError("expected text, got elements")
    return found.text or ""  # type: ignore[union-attr] # `Several` has no length


def read_integer(found: Found) -> int | None:
    """An integer in decimal digits."""
    if found is None:
        return None
    if not len(found):
        digits = found.text  # type: ignore[union-attr] # `Several` has no length
        if digits and len(digits) < _DIGITS_OF_A_LONG and digits.isdecimal() and digits.isascii():
            return int(digits)
    return text.parse_integer(_text_of(found))


def read_double(found: Found) -> float | None:
    """A number, `NaN`, `Infinity` or `-Infinity`."""
    return None if found is None else text.parse_double(_text_of(found))


def read_boolean(found: Found) -> bool | None:
    """`true` or `false`."""
    if found is None:
        return None
    if not len(found):
        word = found.text  # type: ignore[union-attr] # `Several` has no length
        if word == "true":
            return True
        if word == "false":
            return False
    return text.parse_boolean(_text_of(found))


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
    return None if found is None else _read_dense(children(found) or _none_in(found, "list"), decode)


def read_sparse_list(found: Found, decode: Decoder[T]) -> list[T | None] | None:
    """A list in which `xsi:nil` marks a null."""
    return None if found is None else _read_sparse(children(found) or _none_in(found, "list"), decode)


def read_flat_list(found: Found, decode: Decoder[T], also: Found = None) -> list[T] | None:
    """A flattened list: the elements of its name, and those of the name that its items have (`also`)."""
    if also is None:
        return None if found is None else _read_dense(_all(found), decode)
    elements = [element for group in (found, also) if group is not None for element in _all(group)]
    return _read_dense(elements, decode)


def _all(found: _Element | Several) -> list[_Element]:
    return found.elements if isinstance(found, Several) else [found]


def _none_in(found: _Element | Several, kind: str) -> list[_Element]:
    """The children of a list or a map without any."""
    if found.text and not found.text.isspace():  # type: ignore[union-attr] # `Several` has no slice
        raise DecodeError(f"expected a {kind}, got text")
    return []


def _is_nil(element: _Element) -> bool:
    return not len(element) and element.text is None and element.get(_NIL_NAME) == "true"


def _read_dense(elements: list[_Element], decode: Decoder[T]) -> list[T]:
    items: list[T] = []
    place = 0
    try:
        for element in elements:
            # Children are quicker to count than attributes to find.
            if len(element) or element.text is not None or element.get(_NIL_NAME) != "true":
                items.append(decode(element))  # type: ignore[arg-type] # an element is something
            place += 1
    except DecodeError as error:
        raise error.under(place) from None
    except RecursionError:
        raise nested_too_deeply(place) from None
    return items


def _read_sparse(elements: list[_Element], decode: Decoder[T]) -> list[T | None]:
    items: list[T | None] = []
    try:
        for element in elements:
            items.append(None if _is_nil(element) else decode(element))  # noqa: PERF401 - its length is a place
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
    return _read_entries(children(found) or _none_in(found, "map"), decode, key_name, value_name)


def read_flat_map(
    found: Found, decode: Decoder[T], key_name: str = "key", value_name: str = "value"
) -> dict[str, T] | None:
    """A flattened map: each element of its name is an entry."""
    if found is None:
        return None
    entries = _read_entries(_all(found), decode, key_name, value_name)
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
            entries[key] = None if value_element is None or _is_nil(value_element) else decode(value_element)
        except DecodeError as error:
            raise error.under(MapKey(key)) from None
        except RecursionError:
            raise nested_too_deeply(MapKey(key)) from None
    return entries


read_secret_map = hiding_keys(read_map)
read_secret_sparse_map = hiding_keys(read_sparse_map)
read_secret_flat_map = hiding_keys(read_flat_map)
