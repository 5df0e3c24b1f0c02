"""Whether texts match patterns, in bounded time: strangers may have written the text."""

from __future__ import annotations

import re
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

from botobind import dialect
from botobind.dialect import compile_pattern
from botobind.forking import inside_library

if TYPE_CHECKING:
    import regex

__all__ = ["SECONDS", "Budget", "longest_harmless", "matches"]

SECONDS = 0.025
"""How long one text may take where no engine is sure to be done in time: hundreds of times what ordinary texts take."""

_MOST_UNCHECKED = 4
_STEPS = 300_000
"""What backtracking engines may need, by estimate: some milliseconds."""

_STEPS_PER_CHARACTER = 8
"""What any engine needs, however long the text is."""

_STATES = 2_500_000
"""At worst RE2 follows every state of its program at every character: so many of them take some 25 ms."""

_MEMORY = 1 << 20
"""What RE2 may take for a pattern. The program of one that needs more would take too many states anyway."""

_SHORTEST = 8
_GROWTH = 4
_LONGEST_ASKED = _SHORTEST * _GROWTH**6


def matches(pattern: str, text: str, seconds: float = SECONDS) -> bool:
    """Whether a text matches a pattern as `compile_pattern` has it.

    Raises `TimeoutError` where that cannot be said in so many seconds.
    """
    return _checker(pattern)(text, seconds)


def longest_harmless(pattern: str) -> int:
    """The length of texts up to which backtracking engines need no more time for a pattern than any engine; 0 where
    there is none, and `_LONGEST_ASKED` where there may be no limit.
    """
    return _checker(pattern).longest_harmless()


class Budget:
    """How many texts of one value may still use up their time: a list has many of them. After these, what may take long
    is not tried any more.
    """

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = _MOST_UNCHECKED

    def matches(self, pattern: str, text: str) -> bool:
        """Whether a text matches. Raises `TimeoutError` where that cannot be said in time."""
        try:
            return matches(pattern, text, SECONDS if self._left > 0 else 0)
        except TimeoutError:
            self._left -= 1
            raise


class _Checker:
    """Asks the engine that is quickest for a text of that length.

    `re` where it cannot take long, else RE2, which takes time in proportion to the length; where RE2 does not know the
    pattern's means (lookarounds, back references) or would need too many states, `regex`, which can be stopped.
    """

    __slots__ = ("_compiled", "_harmful_above", "_harmless_up_to", "_pattern")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._compiled = compile_pattern(pattern)
        self._harmless_up_to = 0
        self._harmful_above = float("inf")

    def __call__(self, text: str, seconds: float) -> bool:
        size = len(text)
        if size <= self._harmless_up_to or (size <= self._harmful_above and self._is_harmless(size)):
            return self._compiled.search(text) is not None
        linear = _linear(self._pattern)
        if linear is not None and linear.programsize * size <= _STATES:
            try:
                with inside_library():
                    return linear.search(text) is not None
            except UnicodeEncodeError:
                # A lone surrogate, which UTF-8 does not have.
                pass
        if seconds <= 0:
            raise TimeoutError
        return _stoppable(self._pattern).search(text, timeout=seconds, concurrent=True) is not None

    def longest_harmless(self) -> int:
        found, size = 0, _SHORTEST
        while size <= _LONGEST_ASKED and self._is_harmless(size):
            found, size = size, size * _GROWTH
        return found

    def _is_harmless(self, size: int) -> bool:
        longest = _SHORTEST
        while longest < size:
            longest *= _GROWTH
        steps = dialect.work(self._compiled.pattern, longest)
        if steps <= max(_STEPS, _STEPS_PER_CHARACTER * longest):
            self._harmless_up_to = max(self._harmless_up_to, longest)
            return True
        self._harmful_above = longest // _GROWTH if longest > _SHORTEST else -1
        return False


_checker = cache(_Checker)


@cache
def _linear(pattern: str) -> Any:
    """The pattern for RE2; None where it cannot read it in the same way, or is not installed."""
    compiled = compile_pattern(pattern)
    translated = dialect.for_re2(compiled.pattern, of_re=isinstance(compiled, re.Pattern))
    if translated is None:
        return None
    try:
        import re2
    except ImportError:
        return None
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = _MEMORY
    try:
        with inside_library():
            return re2.compile(translated, options)
    except re2.error:
        return None


@cache
def _stoppable(pattern: str) -> regex.Pattern[str]:
    import regex

    compiled = compile_pattern(pattern)
    with inside_library(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(compiled, re.Pattern):
            return regex.compile(dialect.for_regex(compiled.pattern))
        return regex.compile(compiled.pattern)
