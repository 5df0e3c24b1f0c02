"""The spellings of an XML document: other bytes, in which every reader has to find what was there before.

Most of them are plain, as services write: those are read without a parser.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

SPACES = (" ", "\n", "\t", "\n    ", " \t\n")
STRAYS = ("text", "\x85", "\xa0", "\u2028\u3000", "&amp;", "&lt;a/&gt;", "?!]]", "\U0001f600")
"""Texts between elements, which tell nothing."""

DECLARATIONS = (
    *('<?xml version="1.0"?>', "<?xml version='1.0'?>", '<?xml version="1.0" ?>', "<?xml\nversion='1.0'\n?>"),
    *('<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0' encoding='utf-8' standalone='yes'?>"),
    *('<?xml version="1.0" standalone="no"?>', '<?xml version = "1.0" encoding = "Utf-8" ?>'),
)
NAMESPACES = (
    *(
        "http://s3.amazonaws.com/doc/2006-03-01/",
        "https://sts.amazonaws.com/doc/2011-06-15/",
        "http://a",
        "https://a-b/c",
    ),
    *("", "a", "urn:a", "http://a/b?c#d", "http://a:80/~b/", "http://a/%20;b", "a&amp;b"),
)
"""Of roots and others. All of them are taken by libxml2."""

_NO_REFERENCES = re.compile(r"<[^>]*[^\x00-\x7f]")
"""Where a reference cannot stand for a character: in tags, sections and comments."""
_CODES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
_MUST = {"&": "&amp;", "<": "&lt;", "\r": "&#13;"}


def spelled(root: Any, random: Random) -> bytes:
    """One of the spellings of a document with this root."""
    is_plain = random.random() < 0.6
    return _Speller(random, oddness=0.0 if is_plain else random.choice((0.02, 0.1, 0.4))).document(root)


class _Speller:
    def __init__(self, random: Random, oddness: float) -> None:
        self._random = random
        self._oddness = oddness
        self._looseness = random.choice((0.0, 0.0, 0.05, 0.3, 1.0))
        self._strayness = random.choice((0.0, 0.0, 0.0, 0.02))
        self._entities = random.choice((0.0, 0.1, 1.0))

    def _odd(self) -> bool:
        return self._random.random() < self._oddness

    def document(self, root: Any) -> bytes:
        random = self._random
        declaration = random.choice(("", "", *DECLARATIONS))
        text = self._around() + self._element(root, is_root=True) + self._around()
        if not self._odd():
            return (declaration + (text if declaration else text.lstrip())).encode()
        encoding = random.choice(("utf-8", "utf-16", "us-ascii", "iso-8859-1", "bom"))
        if encoding == "bom":
            return b"\xef\xbb\xbf" + (declaration + text).encode()
        if not text.isascii() and _NO_REFERENCES.search(text):
            encoding = "utf-8"
        declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'
        return declared.encode(encoding, errors="xmlcharrefreplace")

    def _around(self) -> str:
        return self._space() + (self._aside() if self._odd() else "") + self._space()

    def _space(self) -> str:
        if self._random.random() >= self._looseness:
            return ""
        return "\r\n" if self._odd() else self._random.choice(SPACES)

    def _aside(self) -> str:
        return self._random.choice(("<!-- a -->", "<!---->", "<?a b?>", "<!-- <Key>k</Key> -->", "<?a?>"))

    def _between(self, *, is_root: bool) -> str:
        # A root may have nothing but an id of the request, which is none of the result's elements.
        is_stray = not is_root and self._random.random() < self._strayness
        stray = self._random.choice(STRAYS) if is_stray else ""
        return self._space() + (self._aside() if self._odd() else "") + stray

    def _element(self, element: Any, *, is_root: bool = False) -> str:
        if not isinstance(element.tag, str):
            return str(etree.tostring(element, with_tail=False, encoding="unicode"))
        name, attributes = self._tag(element, is_root=is_root)
        children = list(element)
        if not children and not element.text:
            if self._random.random() < 0.5:
                return f"<{name}{attributes}{self._space()}/>"
            return f"<{name}{attributes}></{name}{self._space() if self._odd() else ''}>"
        before = self._chars(element.text or "")
        if children and not before:
            before = self._between(is_root=is_root)
        inner = "".join(
            self._element(child) + (self._chars(child.tail) if child.tail else self._between(is_root=is_root))
            for child in children
        )
        return f"<{name}{attributes}>{before}{inner}</{name}{self._space() if self._odd() else ''}>"

    def _tag(self, element: Any, *, is_root: bool) -> tuple[str, str]:
        random = self._random
        name = etree.QName(element).localname
        attributes = "".join(
            f' n{number}:{etree.QName(key).localname}={quoteattr(value)} xmlns:n{number}="{etree.QName(key).namespace}"'
            if key.startswith("{")
            else f" {key}={quoteattr(value)}"
            for number, (key, value) in enumerate(element.attrib.items())
        )
        if is_root and random.random() < 0.7:
            namespaces = NAMESPACES if self._oddness else NAMESPACES[:4]
            mark = random.choice("\"'")
            attributes += f" xmlns={mark}{random.choice(namespaces)}{mark}"
        elif self._odd() and self._odd():
            attributes += f' xmlns="{random.choice(NAMESPACES)}"'
        if self._odd():
            attributes += random.choice((' odd="b"', " odd=''", '\nodd="&lt;&#10;"', ' xml:lang="en"', ' xmlns:q="q"'))
        if self._odd() and self._odd():
            name, attributes = f"p:{name}", f'{attributes} xmlns:p="http://p/"'
        return name, attributes + (self._space() if self._odd() else "")

    def _chars(self, text: str) -> str:
        """The text of an element, in which some characters are references or in sections, with comments between."""
        chunks = []
        for character in text:
            if character in _CODES and (character == ">" or self._random.random() < self._entities):
                chunks.append(_CODES[character])
            elif self._oddness and self._odd():
                chunks.append(self._odd_character(character))
            else:
                chunks.append(_MUST.get(character, character))
        return "".join(chunks)

    def _odd_character(self, character: str) -> str:
        code = ord(character)
        choices = [f"&#{code};", f"&#x{code:X};", f"&#x0{code:x};", self._aside() + f"&#{code};"]
        if character != "\r":
            choices += [f"<![CDATA[{character}]]>", f"<![CDATA[]]><![CDATA[{character}]]>"]
        return self._random.choice(choices)
