"""XML as emitted readers take it: tokens, which are what stands between one `<` and the next.

`<a>text</a>` is the tokens `a>text` and `/a>`. A plain document (tags without attributes, text, and XML's own five
entities) is split into tokens as it is; whatever has more than that is parsed by lxml, whose elements give the same
tokens. So does a plain document with which something is wrong: it takes a parser to tell whether that is XML at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from botobind.errors import DecodeError
from botobind.formats import elements

if TYPE_CHECKING:
    from botobind.types import XmlDecoder, XmlElement, XmlTokens

__all__ = [
    "ElementTokens",
    "Plain",
    "forget",
    "in_long_form",
    "is_plain",
    "plain",
    "read",
    "read_element",
    "text_at_edge",
]

T = TypeVar("T")

_MOST_BYTES = 10_000_000
"""No text of a document may be longer, as libxml2 has it. Whether one is, is asked where it can be."""

_BYTES_AT_ONCE = 100_000
_MOST_PLACES = 100

_PROLOG = re.compile(
    rb"""(?:<\?xml\s+version=(?:"1\.0"|'1\.0')(?:\s+encoding=(?:"(?i:utf-8)"|'(?i:utf-8)'))?"""
    rb"""(?:\s+standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>)?"""
    rb"""\s*<([A-Za-z_][\w.-]*)(?:\s+xmlns=(?:"[^"<&]*"|'[^'<&]*'))?\s*(/?)>"""
)
"""The start of a document whose bytes are what they seem to be: declaration and root, with no namespace but its own."""

_LESS, _GREATER = "\0", "\1"
"""No document has these. They stand for signs by which tokens are told."""

_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": _LESS, "gt": _GREATER}
_REFERENCE = re.compile("&([a-z]{2,4});")

# https://www.w3.org/TR/xml/#charsets. A carriage return is allowed, but stands for a line feed.
_CONTROLS = frozenset((*range(0x09), *range(0x0B, 0x20)))
_OF_NO_MATTER = bytes(byte for byte in range(0x100) if byte not in _CONTROLS and byte not in b"<>")


class Plain(NamedTuple):
    """The tokens of a plain document's root, up to its end; before them the text that precedes its first child, after
    them an empty one.
    """

    tokens: list[str]
    end: str


_WORTH_WHILE = 8
_MOST_REMEMBERED = 1000
_TOKENS_AFTER_LAST_START = 4
"""The start of the root's last child, its end, the root's, and an empty one."""

_ListIterator: Any = type(iter([""]))


class ElementTokens(Iterator[str]):
    """The tokens of an lxml element with local names, up to its end."""

    def __init__(self, root: XmlElement) -> None:
        self.element = root
        """The element whose start was the last to be given."""
        self._tokens = self._tokens_in(root)

    def __next__(self) -> str:
        return next(self._tokens)

    def _tokens_in(self, root: XmlElement) -> Iterator[str]:
        open_elements = [(root, iter(root))]
        while open_elements:
            element, children = open_elements[-1]
            child = next(children, None)
            if child is None:
                open_elements.pop()
                yield f"/{element.tag}>"
            else:
                self.element = child
                open_elements.append((child, iter(child)))
                yield f"{child.tag}>{child.text or ''}"


def read(data: bytes, decode: XmlDecoder[T]) -> T:
    """The value of a document, whatever its root is called. `DecodeError` says where and why there is none."""
    found = plain(data)
    if found is not None:
        tokens = iter(found.tokens)
        try:
            value = decode(tokens, found.end, next(tokens))
            if next(tokens) == "":
                return value
        except DecodeError:
            # The same reader says the same of the elements, unless the parser has another word to say.
            pass
    return read_element(elements.parse(data), decode)


def read_element(element: XmlElement, decode: XmlDecoder[T]) -> T:
    """The value of an lxml element with local names."""
    return decode(ElementTokens(element), f"/{element.tag}", element.text or "")


def is_plain(tokens: XmlTokens) -> bool:
    """Whether these are the tokens of a plain document. No element of it has an attribute."""
    return tokens.__class__ is _ListIterator


def text_at_edge(tokens: Any, tag: str) -> str | None:
    """The text of the first or the last child of a plain document's root, which has begun, if that is its tag."""
    _, (items,), place = tokens.__reduce__()
    for at in (place, len(items) - _TOKENS_AFTER_LAST_START):
        found, _, text = items[at].partition(">")
        if found == tag and items[at + 1].partition(">")[0] == f"/{tag}":
            return str(text)
    return None


def forget(tokens: Any) -> None:
    """Frees the tokens of a plain document that have been taken, where it is worth while."""
    if not is_plain(tokens):
        return
    _, (items,), place = tokens.__reduce__()
    # What is left moves to the front, which must not be done over and over.
    if place * _WORTH_WHILE > len(items):
        # One that has been taken may be needed for an element without content.
        del items[: place - 1]
        tokens.__setstate__(1)


class _LongForms(dict[str, tuple[str, str]]):
    """The two tokens in the stead of a tag without content. They are few, and say nothing of what is read."""

    def __missing__(self, tag: str) -> tuple[str, str]:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        name = tag[:-1].rstrip()
        found = self[tag] = (f"{name}>", f"/{name}>")
        return found


_long_forms = _LongForms()


def in_long_form(tokens: Any, tag: str) -> bool:
    """Whether a tag that was just taken is an element without content (`<a />`) in a plain document.

    If so, two tags in its stead are the next tokens. There are so few of them that to look for them beforehand, in all
    of the document, takes longer.
    """
    if tag[-1:] != "/" or tokens.__class__ is not _ListIterator:
        return False
    # An iterator over a list tells what it needs to be made again.
    _, (items,), place = tokens.__reduce__()
    # The token before this one, which is taken as well, gives its place.
    items[place - 2 : place] = _long_forms[tag]
    tokens.__setstate__(place - 2)
    return True


def plain(data: bytes) -> Plain | None:
    """The tokens of a plain document; None where it is not one.

    Whether tags match is left to those who read them.
    """
    if data.__class__ is not bytes or len(data) > _MOST_BYTES or (prolog := _PROLOG.match(data)) is None:
        return None
    marks = data.translate(None, _OF_NO_MATTER)
    if marks != b"<>" * (len(marks) // 2) or _has_more_than_tags(data, prolog.start(1)):
        return None
    root, is_empty = prolog.groups()
    end = f"/{root.decode()}"
    tokens = ["", f"{end}>"] if is_empty else []
    # By and by, so that the text is not in memory as a whole.
    start = prolog.end()
    while start >= 0:
        after = data.find(b"<", start + _BYTES_AT_ONCE)
        found = _tokens_of(data[start:after] if after >= 0 else data[start:])
        if found is None:
            return None
        tokens += found
        start = after + 1 if after >= 0 else -1
    if is_empty:
        # What came was the text after the root.
        tokens[1] += tokens.pop(2)
    if tokens[-1].partition(">")[2].strip():
        return None
    tokens.append("")
    return Plain(tokens, end)


def _tokens_of(data: bytes) -> list[str] | None:
    """The tokens of a part of a document; None for what XML does not allow, and for references to other characters."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if not text.isascii() and ("\ufffe" in text or "\uffff" in text):
        return None
    return text.split("<") if "&" not in text else _with_references(text)


def _with_references(text: str) -> list[str] | None:
    """The tokens of a text with references to characters; None where there are others than XML's own entities."""
    pieces = _REFERENCE.split(text)
    if len(pieces) // 2 != text.count("&"):
        return None
    try:
        pieces[1::2] = map(_ENTITIES.__getitem__, pieces[1::2])
    except LookupError:
        return None
    joined = "".join(pieces)
    tokens = joined.split("<")
    if _LESS not in joined and _GREATER not in joined:
        return tokens
    return [_resolved(token) if _LESS in token or _GREATER in token else token for token in tokens]


def _resolved(token: str) -> str:
    # A tag with such a sign in it is none.
    tag, mark, text = token.partition(">")
    return f"{tag}{mark}{text.replace(_LESS, '<').replace(_GREATER, '>')}"


def _has_more_than_tags(data: bytes, start: int) -> bool:
    """Whether there are declarations, comments, processing instructions, sections of character data or ends of such."""
    return any(_has(data, start, *words) for words in ((b"!", b"<", b"<!"), (b"?", b"<", b"<?"), (b"]", b"", b"]]>")))


def _has(data: bytes, start: int, sign: bytes, before: bytes, word: bytes) -> bool:
    """Whether a word is there, of which `sign` is a byte that `before` comes before."""
    # Single bytes are found many times faster than words.
    place = start
    for _ in range(_MOST_PLACES):
        place = data.find(sign, place + 1)
        if place < 0:
            return False
        if data.startswith(word, place - len(before)):
            return True
    return data.find(word, place) >= 0
