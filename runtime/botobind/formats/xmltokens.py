"""XML as readers take it: tokens, which are what stands between one `<` and the next.

`<a>text</a>` is the tokens `a>text` and `/a>`. A plain document (tags without attributes, text, and XML's own five
entities) is taken apart as it is; whatever has more than that is parsed by lxml, whose elements give the same tokens.
So does a plain document with which something is wrong: it takes a parser to tell whether that is XML at all.

Structures of a plain document that look like others before them are not read token by token: see `elementpatterns`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from functools import cache
from typing import TYPE_CHECKING, ClassVar, TypeVar

from botobind.errors import DecodeError
from botobind.formats import xmllearnt
from botobind.formats.xmlreading import GREATER, LESS, NIL_NAME, not_plain, not_text, resolved
from botobind.wire import elements
from botobind.wire.xmlsyntax import BLANK, NAME, is_blank, name_of_empty

if TYPE_CHECKING:
    from botobind.serializers import XmlFormat
    from botobind.types import XmlDecoder, XmlElement

__all__ = ["ElementTokens", "TextTokens", "plain", "read", "read_element"]

T = TypeVar("T")

_MOST_BYTES = 10_000_000
"""No text of a document may be longer, as libxml2 has it. Whether one is, is asked where it can be."""

_MOST_COPIED = 100_000
_MOST_PLACES = 100

_URI = r"https?://(?!www\.w3\.org/)[A-Za-z0-9.-]{1,100}(?:/[A-Za-z0-9._~/-]{0,200})?"
"""A namespace that every parser takes. Of others it depends: libxml2 looks into them, and XML's own ones are not for
all to have.
"""
_PROLOG = re.compile(
    (
        rf"""(?:<\?xml{BLANK}+version=(?:"1\.0"|'1\.0')(?:{BLANK}+encoding=(?:"(?i:utf-8)"|'(?i:utf-8)'))?"""
        rf"""(?:{BLANK}+standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?{BLANK}*\?>)?"""
        rf"""{BLANK}*<({NAME})(?:{BLANK}+xmlns=(?:"{_URI}"|'{_URI}'))?{BLANK}*(/?)>"""
    ).encode()
)
"""The start of a document whose bytes are what they seem to be: declaration and root, with no namespace but its own.
All of it is ASCII.
"""

_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": LESS, "gt": GREATER}
_QUOTE = "&quot;"
_REFERENCE = re.compile("&([a-z]{2,4});")

# https://www.w3.org/TR/xml/#charsets. A carriage return is allowed, but stands for a line feed.
_CONTROLS = frozenset((*range(0x09), *range(0x0B, 0x20)))
_OF_NO_MATTER = bytes(byte for byte in range(0x100) if byte not in _CONTROLS and byte not in b"<>")


class TextTokens:
    """The tokens of a plain document, after the start of its root; before them the text that precedes the root's first
    child.
    """

    __slots__ = ("_remaining", "_waiting", "end", "is_marked", "open", "place", "text")

    is_plain: ClassVar[bool] = True

    def __init__(self, text: str, place: int, end: str, *, is_marked: bool) -> None:
        self.text = text
        """The document."""
        self.end = end
        """The tag that ends the root."""
        self.is_marked = is_marked
        """Whether there are signs in it that stand for others."""
        self.place = place
        """Where the next token begins, behind its `<`."""
        self.open: set[type] = set()
        """The classes of the structures that the walker is reading."""
        self._waiting: list[str] = []
        self._remaining: Generator[str] | None = None

    def __iter__(self) -> Iterator[str]:
        # A generator is left and entered in less time than a method.
        remaining = self._remaining
        if remaining is None:
            remaining = self._remaining = self._take()
        return remaining

    def __next__(self) -> str:
        start = self.place
        after = self.text.find("<", start)
        if after < 0 or self.is_marked or self._waiting:
            return next(self._remaining or iter(self))
        self.place = after + 1
        return self.text[start:after]

    def _take(self) -> Generator[str]:
        text, find, is_marked = self.text, self.text.find, self.is_marked
        while self.place <= len(text):
            if self._waiting:
                yield self._waiting.pop()
                continue
            start = self.place
            after = find("<", start)
            if after < 0:
                after = len(text)
            self.place = after + 1
            yield _resolved(text[start:after]) if is_marked else text[start:after]
        # What asks for more than there is finds no tag.
        self.place += 1
        yield ""

    def drop(self) -> None:
        """Makes the tokens forget each other, so that they are freed at once."""
        if self._remaining is not None:
            self._remaining.close()

    @property
    def is_at_end(self) -> bool:
        """Whether all tokens have been taken."""
        return 0 <= self.place - len(self.text) <= 1 and not self._waiting

    def close(self, end: str) -> None:
        """Takes the end of an element that has text alone: `end` is the tag, with its `>`. `DecodeError` for others."""
        text, place = self.text, self.place
        if not self._waiting and text.startswith(end, place):
            after = text.find("<", place)
            self.place = (after if after >= 0 else len(text)) + 1
        elif next(self) != end:
            raise not_text()

    def text_at_edge(self, tag: str) -> str | None:
        """The text of the first element that is called so, if it is the root's first child, or its last one and no
        element before that has the name, in whichever form. The start of the root has been taken.
        """
        text = self.text
        first, last = _at_edges(tag)
        matched = first(text, self.place)
        if matched is None and (begun := text.find(f"<{tag}", self.place - 1)) >= 0:
            matched = last(text, begun)
        return None if matched is None else resolved(matched[1])

    def may_have(self, tag: str) -> bool:
        """Whether there may be an element that is called so, anywhere."""
        return f"<{tag}" in self.text

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """Takes several tokens that match a pattern as a whole, and gives its group; None where they don't."""
        matched = pattern.match(self.text, self.place)
        if matched is None or self._waiting:
            return None
        self.place = matched.end()
        return resolved(matched[1])

    def wait(self, *tokens: str) -> None:
        """Puts tokens before those that are left."""
        self._waiting += reversed(tokens)

    def take_apart(self, tag: str) -> bool:
        """Puts two tags in the place of one with a slash at its end."""
        if tag[0] == "/":
            # `</a/>` is no tag. Whoever waits for the end of an element would take the first of both tags for it.
            raise not_plain()
        name = name_of_empty(tag)
        self.wait(f"{name}>", f"/{name}>")
        return True

    def is_nil(self) -> bool:
        """No: that takes an attribute."""
        return False

    def attribute(self, name: str, namespace: str | None) -> str | None:  # noqa: ARG002 - there is none
        """None: there are no attributes."""
        return None

    def fill(self, value: XmlFormat, end: str, inside: str) -> bool:
        """Sets the members of a structure that has begun, all of them where its element pattern is known."""
        if self._waiting:
            return xmllearnt.leave(value)
        return xmllearnt.fill(value, self, self.place - len(inside) - len(end) - 1, end)

    def read_items(self, decode: XmlDecoder[T], end: str, items: list[T]) -> None:
        """Adds the structures of a list that come next, as far as their element pattern is known."""
        if not self._waiting:
            xmllearnt.read_items(decode, self, end, items)


_Match = Callable[[str, int], "re.Match[str] | None"]


@cache
def _at_edges(tag: str) -> tuple[_Match, _Match]:
    child = f"{tag}>([^<]*)</{tag}>"
    return re.compile(child).match, re.compile(rf"<{child}{BLANK}*</[^<]*\Z").match


class ElementTokens:
    """The tokens of an lxml element with local names, up to its end."""

    is_plain: ClassVar[bool] = False

    def __init__(self, root: XmlElement) -> None:
        self.element = root
        """The element whose start was the last to be given."""
        self.open: set[type] = set()
        self._tokens = self._tokens_in(root)

    def __iter__(self) -> Iterator[str]:
        return self._tokens

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

    def close(self, end: str) -> None:
        """Takes the end of an element that has text alone. `DecodeError` for others."""
        if next(self._tokens) != end:
            raise not_text()

    def take_apart(self, tag: str) -> bool:  # noqa: ARG002 - see TextTokens
        """No: elements have two tags each."""
        return False

    def is_nil(self) -> bool:
        """Whether the element has `xsi:nil`, and nothing else."""
        element = self.element
        return not len(element) and element.text is None and element.get(NIL_NAME) == "true"

    def attribute(self, name: str, namespace: str | None) -> str | None:
        """The value of an attribute of the element, by its name in the namespace or else by its name alone."""
        get = self.element.get
        if namespace is not None and (value := get(f"{{{namespace}}}{name}")) is not None:
            return value
        return get(name)

    def fill(self, value: XmlFormat, end: str, inside: str) -> bool:  # noqa: ARG002 - of others it is asked
        """Sets the members of a structure that has begun as absent: nothing is read without a look at each element."""
        return xmllearnt.leave(value)

    def read_items(self, decode: XmlDecoder[T], end: str, items: list[T]) -> None:
        """Nothing is read here without a look at each element."""


def read(data: bytes, decode: XmlDecoder[T]) -> T:
    """The value of a document, whatever its root is called. `DecodeError` says where and why there is none."""
    tokens = plain(data)
    if tokens is not None:
        try:
            inside = next(tokens)
            value = decode(tokens, tokens.end, inside)
            if tokens.is_at_end:
                return value
        except (DecodeError, RecursionError):
            # The same reader says the same of the elements, unless the parser has another word to say.
            pass
        finally:
            tokens.drop()
    return read_element(elements.parse(data), decode)


def read_element(element: XmlElement, decode: XmlDecoder[T]) -> T:
    """The value of an lxml element with local names."""
    return decode(ElementTokens(element), f"/{element.tag}", element.text or "")


def plain(data: bytes) -> TextTokens | None:
    """The tokens of a plain document; None where it is not one.

    Whether tags match is left to those who read them.
    """
    if data.__class__ is not bytes or len(data) > _MOST_BYTES or (prolog := _PROLOG.match(data)) is None:
        return None
    marks = data.translate(None, _OF_NO_MATTER)
    if marks != b"<>" * (len(marks) // 2) or _has_more_than_tags(data, prolog.start(1)):
        return None
    root, is_empty = prolog.groups()
    place = prolog.end()
    if is_empty or len(data) <= _MOST_COPIED:
        # Without its declaration the root begins as all elements do, and may have an element pattern.
        data, place = b"%b>%b" % (root, (b"</%b>" % root if is_empty else b"") + data[place:]), len(root) + 1
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if not text.isascii() and ("\ufffe" in text or "\uffff" in text):
        return None
    whole = text if "&" not in text else _with_characters(text)
    if whole is None or not is_blank(whole[whole.rfind(">") + 1 :]):
        return None
    is_marked = whole is not text and (LESS in whole or GREATER in whole)
    return TextTokens(whole, place, f"/{root.decode()}", is_marked=is_marked)


def _with_characters(text: str) -> str | None:
    """The text with characters instead of references to them; None where there are others than XML's own entities."""
    if text.startswith(_QUOTE, text.find("&")):
        # Where S3 lists objects these are all, two in each: to split at a text takes half the time.
        text = '"'.join(text.split(_QUOTE))
        if "&" not in text:
            return text
    chunks = _REFERENCE.split(text)
    if len(chunks) // 2 != text.count("&"):
        return None
    try:
        chunks[1::2] = map(_ENTITIES.__getitem__, chunks[1::2])
    except LookupError:
        return None
    return "".join(chunks)


def _resolved(token: str) -> str:
    # A tag with such a sign in it is none.
    tag, mark, text = token.partition(">")
    return f"{tag}{mark}{resolved(text)}"


def _has_more_than_tags(data: bytes, start: int) -> bool:
    """Whether there are declarations, comments, processing instructions or sections of character data. An end of such
    a section elsewhere has a sign of its own, which is not that of a tag.
    """
    return (b"!" in data and _has(data, start, b"!", b"<!")) or (b"?" in data and _has(data, start, b"?", b"<?"))


def _has(data: bytes, start: int, sign: bytes, word: bytes) -> bool:
    """Whether a word of two bytes is there, the second of which is `sign`."""
    # Single bytes are found many times faster than words.
    place = start
    for _ in range(_MOST_PLACES):
        place = data.find(sign, place + 1)
        if place < 0:
            return False
        if data.startswith(word, place - 1):
            return True
    return data.find(word, place) >= 0
