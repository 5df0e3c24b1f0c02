"""Texts that match the patterns of service models."""

from __future__ import annotations

import re
import warnings
from functools import cache, lru_cache
from itertools import islice
from time import thread_time
from typing import TYPE_CHECKING

from botobind.dialect import compile_pattern
from botobind.errors import BotobindError
from botobind.testing.reading import ANYTHING, languages_of
from botobind.testing.regularlanguages import Sequence, Writer, members

if TYPE_CHECKING:
    from collections.abc import Iterator

    import regex

__all__ = ["NoExampleError", "is_slow_to_fail", "matching_text", "matching_texts"]

_LENGTHS_TRIED = 24
_VARIATIONS = 12
_SLACK = 48
"""How much longer than necessary a text may be, for patterns whose lookarounds refuse the shortest
ones."""

_REPEATED_GROUP = re.compile(r"\)[*+{]")


class NoExampleError(BotobindError):
    """No small valid value was found: the constraints contradict each other, or the pattern is too
    intricate.
    """


def matching_text(pattern: str, minimum: int = 0, maximum: int | None = None) -> str:
    """The smallest text found that matches `pattern`, as `compile_pattern` has it, and has from
    `minimum` to `maximum` characters.

    Printable ASCII wherever the pattern allows it, and always the same. Raises `NoExampleError`
    where none is found, within a bounded number of attempts.
    """
    found = _some_texts(pattern, minimum, maximum, 1)
    if not found:
        most = "" if maximum is None else f" and at most {maximum}"
        raise NoExampleError(f"found no text of at least {minimum}{most} characters that matches {pattern}")
    return found[0]


def matching_texts(pattern: str, minimum: int = 0, maximum: int | None = None, count: int = 16) -> tuple[str, ...]:
    """Up to `count` different texts as `matching_text` gives them, the smallest first."""
    return _some_texts(pattern, minimum, maximum, count)


def is_slow_to_fail(pattern: str) -> bool:
    """Whether a text that does not match may need exponential time to be refused: some group is
    repeated.
    """
    return _REPEATED_GROUP.search(pattern) is not None


@lru_cache(maxsize=8192)
def _some_texts(pattern: str, minimum: int, maximum: int | None, count: int) -> tuple[str, ...]:
    matches = _Trial(pattern)
    found: dict[str, None] = {}
    for candidates in _candidates(pattern, minimum, maximum):
        unusual = []
        for text in candidates:
            if len(text) < minimum or (maximum is not None and len(text) > maximum) or not matches(text):
                continue
            if text.isascii() and text.isprintable():
                found[text] = None
                if len(found) == count:
                    return tuple(found)
            else:
                unusual.append(text)
        found.update(dict.fromkeys(unusual))
        if len(found) >= count or matches.gave_up:
            break
    return tuple(islice(found, count))


class _Trial:
    """Tries whether texts match, in bounded time.

    `regex` can be stopped, unlike `re`, so it goes first where a failure may be slow; it has a
    second of the thread's for all texts, whoever else uses the machine.
    """

    _FREE_FAILURES = 4
    _SHORT = 16
    _SECONDS = 1.0

    def __init__(self, pattern: str) -> None:
        compiled = compile_pattern(pattern)
        self._source = compiled.pattern
        self._search = compiled.search
        self._slow_to_fail = is_slow_to_fail(self._source)
        self._failures = 0
        self._left = self._SECONDS

    @property
    def gave_up(self) -> bool:
        return self._left <= 0

    def __call__(self, text: str) -> bool:
        quick = self._failures < self._FREE_FAILURES and (not self._slow_to_fail or len(text) <= self._SHORT)
        if (quick or self._matches_soon(text)) and self._search(text):
            return True
        self._failures += 1
        return False

    def _matches_soon(self, text: str) -> bool:
        if self.gave_up:
            return False
        began = thread_time()
        try:
            return _stoppable(self._source).search(text, timeout=self._left) is not None
        except TimeoutError:
            return False
        finally:
            self._left -= thread_time() - began


@cache
def _stoppable(pattern: str) -> regex.Pattern[str]:
    import regex

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return regex.compile(pattern)


def _candidates(pattern: str, minimum: int, maximum: int | None) -> Iterator[Iterator[str]]:
    """Texts by length, the shortest first."""
    for language in languages_of(pattern):
        padded = Sequence((ANYTHING, language, ANYTHING))
        for whole in (language, padded):
            longest = max(minimum, whole.shortest) + _SLACK
            if maximum is not None:
                longest = min(longest, maximum)
            lengths = whole.lengths(longest) >> minimum << minimum
            for length in islice(members(lengths), _LENGTHS_TRIED):
                yield (whole.write(length, Writer(variation, longest)) for variation in range(_VARIATIONS))
