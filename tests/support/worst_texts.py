"""Texts that are hard to refuse, or easy to read in different ways, made from a pattern's own matches."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from botobind.testing import NoExampleError
from botobind.testing.patterns import matching_texts

LONGEST = 10_000
"""Where a shape has no limit."""

KILLERS = ("\0", "!", "\n")
ODD = (
    *"\0\n\r\t\v\x1c\x85\xa0 -_.:/@!$aZ09",
    *("\xe9", "\xb2", "\xaa", "\u0130", "\u0131", "\u017f", "\u212a", "\u0301", "\u0416", "\u0663", "\u2028", "\u3000"),
    *("\u4e2d", "\uff21", "\ue000", "\ud800", "\U0001f600", "\U00010400"),
)
_SAMPLE = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\[wdsS]|[a-zA-Z0-9:/.@-]")


def known_texts(pattern: str, least: int, most: int | None, count: int = 4) -> tuple[str, ...]:
    """Texts that match; the empty one where none is found."""
    try:
        return matching_texts(pattern, least, most, count)
    except (NoExampleError, OverflowError, RecursionError):
        return ("",)


def alphabet(pattern: str) -> list[str]:
    """One character of each set and class, and the literals, the most frequent first."""
    found: dict[str, int] = {}
    for token in _SAMPLE.findall(pattern):
        for char in "a-0.:/_ ," if len(token) > 1 else token:
            if re.match(token, char) if len(token) > 1 and _is_read(token) else len(token) == 1:
                found[char] = found.get(char, 0) + 1
                break
    return sorted(found, key=lambda char: -found[char])[:5] or ["a"]


def _is_read(token: str) -> bool:
    try:
        re.compile(token)
    except re.error:
        return False
    return "[[" not in token


def worst_texts(pattern: str, least: int, most: int | None, count: int) -> Iterator[str]:
    """Fragments of matching texts and of the alphabet, repeated up to the limit, before what does not match; so many of
    them, the same ones each time.
    """
    size = LONGEST if most is None else most
    chance = random.Random(pattern)
    texts = known_texts(pattern, least, most)
    chars = alphabet(pattern)
    pumps = [chars[0], *chars[1:3], "".join(chars[:2])]
    for _ in range(count):
        text = chance.choice(texts)
        at = chance.randint(0, len(text))
        start = chance.choice(("", text[:at], text))
        width = chance.choice((1, 1, 1, 2, 3, 5, 8))
        pump = chance.choice((text[max(0, at - width) : at] or chars[0], *pumps))
        room = max(0, size - len(start) - 1)
        end = chance.choice((*KILLERS, text[at : at + room // 2]))
        yield (start + pump * (room // len(pump) + 1))[: max(0, size - len(end))] + end


def other_texts(pattern: str, least: int, most: int | None, count: int) -> Iterator[str]:
    """Matching texts and such as differ from them in a few characters, mostly odd ones."""
    chance = random.Random(pattern)
    texts = known_texts(pattern, least, most, 6)
    yield from texts
    yield from (text + "\n" for text in texts[:2])
    for _ in range(count):
        chars = list(chance.choice(texts)[:200])
        for _ in range(chance.choice((1, 1, 2))):
            at = chance.randint(0, len(chars))
            chars[at : at + chance.randint(0, 1)] = chance.choice((*ODD, *chars[:1]))
        yield "".join(chars)
