"""XML as lxml has it: bytes to elements, and text to elements.

Names of elements are local names: AWS documents have one default namespace, which tells nothing.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from botobind.errors import DecodeError, EncodeError, expected

if TYPE_CHECKING:
    from lxml.etree import XMLParser

    from botobind.types import XmlElement

__all__ = ["STAND_INS", "element_of", "local", "parse", "parse_as_it_is"]

_BLANKS = b" \t\r\n"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def parse(data: bytes) -> XmlElement:
    """The root element of a document, with local names throughout.

    Raises `DecodeError` for what is malformed, truncated or deeper than 256 levels, and for any document type
    declaration: nothing is expanded, no file and no address is ever opened.
    """
    from lxml import etree

    try:
        root = etree.fromstring(_without_blanks(data), _parser())
    except (etree.LxmlError, ValueError) as error:
        held = _with_stand_ins(data)
        if held is not None:
            return _parse_with_stand_ins(held)
        raise DecodeError(f"not XML: {_reason(error)}") from None
    except TypeError:
        raise expected("bytes", data) from None
    if root is None:
        raise DecodeError("not XML: no root element")
    if root.getroottree().docinfo.internalDTD is not None:
        raise DecodeError("not acceptable XML: document type declaration")
    _strip_namespaces(root)
    return root


def _without_blanks(data: bytes) -> bytes:
    """The document without what stands before its declaration, which has to come first. Services send blanks there to
    keep a connection open.
    """
    if not isinstance(data, bytes) or data[:1] == b"<":
        return data
    rest = data.removeprefix(_BYTE_ORDER_MARK).lstrip(_BLANKS)
    return rest if rest.startswith(b"<") else data


_CONTROL = re.compile(rb"&#(?:x0*([0-9a-fA-F]{1,4})|0*([0-9]{1,5}));")
_FIRST_STAND_IN = 0x10F000
_may_stand_in = re.compile(rb"\xf4\x8f|&#(?:x0*10f|0*11[01][0-9]{4};)", re.IGNORECASE).search
"""What is, or may be, a character of the private use area that stands for another one."""
_CONTROLS = frozenset((*range(1, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
STAND_INS = {_FIRST_STAND_IN + code: code for code in sorted(_CONTROLS)}
"""The control characters by what stands for them."""


def _with_stand_ins(data: bytes) -> bytes | None:
    """The document with references to characters of private use in the place of those to control characters.

    S3 writes the latter where keys have such characters, though XML 1.0 has no way to write them. None where there are
    none, or where they could be something else.
    """
    if not isinstance(data, bytes) or b"&#" not in data or b"<![CDATA[" in data or _may_stand_in(data):
        return None

    def stand_in(found: re.Match[bytes]) -> bytes:
        code = int(found[1], 16) if found[1] else int(found[2])
        return b"&#%d;" % (_FIRST_STAND_IN + code) if code in _CONTROLS else found[0]

    held = _CONTROL.sub(stand_in, data)
    return None if held == data else held


def _parse_with_stand_ins(data: bytes) -> XmlElement:
    from lxml import etree

    parser = _new_parser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=_restoring_class()))
    try:
        root = etree.fromstring(_without_blanks(data), parser)
    except (etree.LxmlError, ValueError) as error:
        raise DecodeError(f"not XML: {_reason(error)}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DecodeError("not acceptable XML: document type declaration")
    _strip_namespaces(root)
    return root


@cache
def _restoring_class() -> type[Any]:
    from lxml import etree

    given: Any = etree.ElementBase.text

    class Restoring(etree.ElementBase):
        """An element whose text has control characters instead of what stands for them."""

        @property
        def text(self) -> str | None:  # type: ignore[override] # nobody sets it
            held: str | None = given.__get__(self)
            return held if held is None or held.isascii() else held.translate(STAND_INS)

    return Restoring


_of_thread = threading.local()


def _parser() -> XMLParser:
    # Parsers that threads share make them wait for each other.
    parser: XMLParser | None = getattr(_of_thread, "parser", None)
    if parser is not None:
        return parser
    parser = _of_thread.parser = _new_parser()
    return parser


def _new_parser() -> XMLParser:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _reason(error: Exception) -> str:
    # libxml2's messages quote the document, which may be sensitive: the place has to do.
    line, column = getattr(error, "position", None) or (None, None)
    return f"malformed at line {line}, column {column}" if line is not None else "malformed"


def parse_as_it_is(data: bytes) -> XmlElement | None:
    """The root element of a document, with its namespaces; None for what `parse` has to see to."""
    from lxml import etree

    try:
        root = etree.fromstring(data, _parser())
    except (etree.LxmlError, ValueError, TypeError):
        return None
    return root if root.getroottree().docinfo.internalDTD is None else None


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
