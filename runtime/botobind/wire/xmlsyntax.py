"""What XML takes for blanks and names, for those who read documents without a parser: never more than a parser takes.

Python knows more blanks than XML, among them U+0085, U+00A0, U+2028 and U+3000: with `str.strip`,
`str.isspace` and what patterns call a space, documents would be taken that are none.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["BLANK", "BLANKS", "NAME", "element_name", "is_blank", "is_xml_name", "name_of_empty"]

BLANKS = " \t\r\n"
"""All blanks that XML has. https://www.w3.org/TR/xml/#sec-common-syn"""
BLANK = f"[{BLANKS}]"
"""One of them, in a pattern."""
NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,99}"
"""In a pattern, the name of an element of a plain document. XML has more of them, and longer ones."""


def name_of_empty(tag: str) -> str:
    """The name in the tag of an element without content, without its `>`: `a` of `a /`."""
    return tag[:-1].rstrip(BLANKS)


def is_blank(text: str) -> bool:
    """Whether a text has nothing but blanks."""
    return not text.strip(BLANKS)


_NAME_START = (
    r":A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_ESCAPED = r"_x[0-9A-Fa-f]{4,6}_"
"""What would be taken for a character in digits."""


@cache
def _any_name() -> re.Pattern[str]:
    # Only what turns models or shapes without XML into documents needs it.
    return re.compile(rf"[{_NAME_START}][{_NAME_START}\-.0-9\xb7\u0300-\u036f\u203f\u2040]*")


def is_xml_name(name: str) -> bool:
    """Whether elements and attributes of XML can have the name, with a prefix or without."""
    parts = name.split(":")
    return len(parts) <= 2 and all(_any_name().fullmatch(part) for part in parts)


def element_name(name: str) -> str:
    """The element of a member in a service that speaks no XML, so that its members may be called as they like.

    What an element's name cannot have is there in digits, as .NET, Excel and SQL have it: `$ref` is `_x0024_ref`.
    """
    if name.isascii() and name.isidentifier() and "_x" not in name:
        return name  # as nearly all do, without patterns
    if is_xml_name(name) and ":" not in name and not re.search(_ESCAPED, name):
        return name
    escaped = re.sub(_ESCAPED, lambda match: f"_x005F_{match[0][1:]}", name)
    characters = [
        character if is_xml_name(f"_{character}") and character != ":" else _digits(character) for character in escaped
    ]
    if characters and not is_xml_name(characters[0]):
        characters[0] = _digits(characters[0])
    return "".join(characters)


def _digits(character: str) -> str:
    return f"_x{ord(character):04X}_"
