"""What XML takes for blanks and names, for those who read documents without a parser: never more than a parser takes.

Python knows more blanks than XML, among them U+0085, U+00A0, U+2028 and U+3000: with `str.strip`,
`str.isspace` and what patterns call a space, documents would be taken that are none.
"""

from __future__ import annotations

__all__ = ["BLANK", "BLANKS", "NAME", "is_blank", "name_of_empty"]

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
