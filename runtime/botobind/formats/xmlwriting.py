"""XML written: a template filled with texts, which are escaped."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from botobind.errors import EncodeError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HOLE", "content_text", "dump", "element_text", "join", "write_attribute", "write_string"]

_REFUSED = r"\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r"]
HOLE = "\0"
"""In a template: the place of a text. XML has no such character, so that no name or attribute has it."""
_BETWEEN = "\0"
_LONG = 500
"""A text of fewer characters is escaped sooner than it is looked through for every control."""
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "\r": "&#13;",
}


@cache
def _special() -> re.Pattern[str]:
    # Programs that read alone never need it.
    return re.compile(f"[&<>\r{_REFUSED}]")


@cache
def _refused() -> re.Pattern[str]:
    return re.compile(f"[{_REFUSED}]")


def _escape(match: re.Match[str]) -> str:
    escaped = _ESCAPES.get(match[0])
    if escaped is None:
        raise EncodeError(f"XML cannot hold the character U+{ord(match[0]):04X}")
    return escaped


def join(template: list[str], texts: list[str]) -> str:
    """The text of a template filled with texts, which are escaped.

    `EncodeError` for what `write_string` refuses.
    """
    # To look at all texts at once takes a fraction of the time that it takes to look at each.
    escaped = texts if _is_harmless("".join(texts)) else _escape_all(texts)
    between = "".join(template).split(HOLE)
    if len(between) != len(escaped) + 1:
        raise EncodeError("XML cannot hold the character U+0000")
    chunks = [""] * (len(between) + len(escaped))
    chunks[::2] = between
    chunks[1::2] = escaped
    return "".join(chunks)


def element_text(write: Callable[[list[str], list[str]], None], tag: str, attributes: str) -> str:
    """The text of an element; `write` appends its content to lists of templates and texts."""
    return content_text(write, f"<{tag}{attributes}>", f"</{tag}>")


def content_text(write: Callable[[list[str], list[str]], None], before: str = "", after: str = "") -> str:
    """The text of what `write` appends, between two tags."""
    template = [before]
    texts: list[str] = []
    write(template, texts)
    template.append(after)
    return join(template, texts)


def _is_harmless(value: str) -> bool:
    """Whether nothing is to be escaped or refused: what the pattern would say, in a fraction of the time."""
    return not any(map(value.__contains__, _ESCAPES)) and _can_be_held(value)


def _can_be_held(value: str) -> bool:
    """Whether XML has all the characters, some of them as references."""
    if len(value) > _LONG and value.isascii():
        # Each of the others is looked for by whole words of memory, not character by character.
        return not any(map(value.__contains__, _CONTROLS))
    return value.isprintable() or _refused().search(value) is None


def _escape_all(texts: list[str]) -> list[str]:
    """The texts, each as `write_string` has it."""
    together = _BETWEEN.join(texts)
    for sign, code in _ESCAPES.items():
        if sign in together:
            together = together.replace(sign, code)
    escaped = together.split(_BETWEEN)
    if len(escaped) == len(texts) and _can_be_held("".join(escaped)):
        return escaped
    return [write_string(text) for text in texts]


def write_string(value: str) -> str:
    """The text, escaped. A carriage return is written as a reference, or parsers would make it a line feed.

    `EncodeError` for characters that XML 1.0 cannot hold: controls, surrogates, U+FFFE and U+FFFF.
    """
    return value if _is_harmless(value) else _special().sub(_escape, value)


def write_attribute(value: str) -> str:
    """The value of an attribute, escaped; line feeds and tabs as references, or parsers would make them spaces."""
    return write_string(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def dump(text: str) -> bytes:
    """The document of a text, in UTF-8, without a declaration."""
    try:
        return text.encode()
    except UnicodeError:
        raise EncodeError("text cannot be written in UTF-8") from None
