"""Reads regular expressions, in the dialects of `re` and `regex`, as languages."""

from __future__ import annotations

import re
import warnings
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from botobind.dialect import compile_pattern
from botobind.testing.regularlanguages import COMMON, Again, Chars, Choice, Group, Language, Repeat, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_RARE = "\xe9\u0416\u4e2d\uff21\U0001f600\n\t\xa0\u0301\u2028\u3000\ue000"
_ANY = Chars(COMMON)
ANYTHING = Repeat(_ANY, 0, None)
"""Any text of common characters."""


@cache
def languages_of(pattern: str) -> tuple[Language, ...]:
    """The languages of a pattern: without its anchors and lookarounds, and with what it looks ahead
    for instead of what comes there.

    None at all where the standard library cannot parse the pattern.
    """
    try:
        tree = tuple(_parse(_in_dialect_of_re(pattern)))
        plain = _Reader(follow_lookaheads=False).read(tree)
        return (plain, _Reader(follow_lookaheads=True).read(tree)) if "(?=" in pattern else (plain,)
    except (ImportError, re.error, OverflowError, RecursionError, NotImplementedError):
        return ()


def tree_of(pattern: str, listed: Callable[[str], str]) -> Any:
    """The standard library's parse tree of a pattern as `compile_pattern` has it. `listed` gives the inside of a set
    for a class that `regex` knows in another way or alone.

    Raises `re.error` and the like where the standard library cannot parse it.
    """
    compiled = compile_pattern(pattern)
    if isinstance(compiled, re.Pattern):
        return _parse(compiled.pattern)
    return _parse("".join(_translated(compiled.pattern, listed)))


def _parse(text: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("re._parser").parse(text)


class _Reader:
    """Turns the standard library's parse trees into languages: pairs of an operation and its
    arguments.
    """

    def __init__(self, *, follow_lookaheads: bool) -> None:
        self._follow_lookaheads = follow_lookaheads
        self._groups: dict[int, Language] = {}

    def read(self, tree: Iterable[tuple[object, Any]]) -> Language:
        parts: list[Language] = []
        for operation, argument in tree:
            if self._follow_lookaheads and str(operation) == "ASSERT" and argument[0] > 0:
                parts += self.read(argument[1]), ANYTHING
                break
            part = self._part(str(operation), argument)
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _part(self, operation: str, argument: Any) -> Language | None:
        match operation:
            case "LITERAL":
                return Chars(chr(argument))
            case "NOT_LITERAL" | "ANY" | "IN":
                return _set(operation, argument)
            case "BRANCH":
                return Choice(tuple(self.read(branch) for branch in argument[1]))
            case "SUBPATTERN":
                return self._group(argument[0], argument[3])
            case "ATOMIC_GROUP":
                return self.read(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, item = argument
                return Repeat(self.read(item), int(least), None if str(most) == "MAXREPEAT" else int(most))
            case "GROUPREF":
                return Again(argument, self._groups.get)
            case "GROUPREF_EXISTS":
                number, there, absent = argument
                return self.read(there if number in self._groups else absent or ())
            case "AT" | "ASSERT" | "ASSERT_NOT":
                return None
            case _:
                raise NotImplementedError(operation)

    def _group(self, number: int | None, tree: Iterable[tuple[object, Any]]) -> Language:
        inner = self.read(tree)
        if number is None:
            return inner
        self._groups[number] = Group(number, inner)
        return self._groups[number]


def _set(operation: str, argument: Any) -> Chars:
    match operation:
        case "ANY":
            return _ANY
        case "NOT_LITERAL":
            return _chars_of((("NEGATE", None), ("LITERAL", argument)))
        case _:
            return _chars_of(tuple((str(kind), detail) for kind, detail in argument))


_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_NOT_DIGIT": lambda char: not char.isdecimal(),
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_NOT_SPACE": lambda char: not char.isspace(),
    "CATEGORY_WORD": lambda char: char.isalnum() or char == "_",
    "CATEGORY_NOT_WORD": lambda char: not (char.isalnum() or char == "_"),
}


@cache
def _chars_of(items: tuple[tuple[str, Any], ...]) -> Chars:
    """The common characters of a set, or else the rare ones, or else those that it names."""
    negated = items[0][0] == "NEGATE"
    tests = items[1:] if negated else items
    named = "" if negated else "".join(_first_of(kind, detail) for kind, detail in tests)
    for pool in (COMMON, _RARE, named):
        choices = "".join(char for char in pool if any(_is_in(char, *test) for test in tests) != negated)
        if choices:
            return Chars(choices)
    raise NotImplementedError("an empty set")


def _is_in(char: str, kind: str, detail: Any) -> bool:
    match kind:
        case "LITERAL":
            return ord(char) == int(detail)
        case "RANGE":
            return int(detail[0]) <= ord(char) <= int(detail[1])
        case _:
            return _CATEGORIES[str(detail)](char)


def _first_of(kind: str, detail: Any) -> str:
    match kind:
        case "LITERAL":
            return chr(detail)
        case "RANGE":
            return chr(detail[0])
        case _:
            return ""


# The dialect of the `regex` package

_ASCII_AND_RARE = "".join(map(chr, range(0x80))) + _RARE
_TOKEN = re.compile(
    r"""(?:(?P<property>\\[pP](?:\{\^?[\w=]+\}|\w) | \[:\^?\w+:\]) | (?P<class>\\[wdsWDS]))
    (?P<hyphen>-?) | (?P<end>\\z) | (?P<repeated_anchor>\$\{\d+,\d*\}) | \\. | .
    """,
    re.VERBOSE | re.DOTALL,
)
_KNOWN = ("w", "d", "s", "W", "D", "S")
_FLAGS = re.compile(r"(?<!\A)(?<!\\)\(\?[a-zA-Z]+\)")


def _in_dialect_of_re(pattern: str) -> str:
    """A pattern that `re` parses and whose texts mostly match the given one: classes are cut down
    to a few characters.
    """
    compiled = compile_pattern(pattern)
    if isinstance(compiled, re.Pattern):
        return compiled.pattern
    return "".join(_translated(_FLAGS.sub("", pattern), _listed))


def _translated(pattern: str, listed_by: Callable[[str], str]) -> Iterator[str]:
    in_set = False
    for token in _TOKEN.finditer(pattern):
        if token["end"]:
            yield r"\Z"
        elif token["repeated_anchor"]:
            yield "$"
        elif token["hyphen"] is None:
            in_set = token[0] == "[" or (in_set and token[0] != "]")
            yield token[0]
        else:
            listed = listed_by(token["property"] or token["class"])
            # A hyphen after a class is no range.
            hyphen = token["hyphen"].replace("-", r"\-")
            yield listed + hyphen if in_set else f"[{listed}]{hyphen}"


@cache
def _listed(named_class: str) -> str:
    r"""The few characters of a class such as `\p{L}`, as the inside of a set; those that `re` knows stay classes."""
    if named_class[1:] in _KNOWN:
        return named_class
    import regex

    one = regex.compile(named_class if named_class.startswith("\\") else f"[{named_class}]")
    return "".join(f"\\U{ord(char):08x}" for char in _ASCII_AND_RARE if one.match(char))
