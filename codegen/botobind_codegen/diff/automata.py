"""Whether all texts that keep some conditions keep another one: patterns as automata, and lengths.

The conditions are followed together, character by character, until a text is found that breaks the other one or there
is nothing left to try. Characters that no condition tells apart are tried once.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

import regex
from attrs import define, field, frozen

from botobind.testing.reading import tree_of
from botobind_codegen.patterns import fault_of_pattern

_MOST_STATES = 10_000
"""States of one automaton: repetitions are written out."""
_MOST_STEPS = 30_000
"""Steps of a comparison, which take a tenth of a second or two."""
_PLACES_OF_A_STEP = 8
"""Places in a pattern that are looked at take the time of a step."""
_MOST_KINDS = 500_000
"""Questions whether a character is in a set, to find out which of them are told apart."""

_LAST = 0x10FFFF
_START, _END = "start", "end"
_STARTS = ("AT_BEGINNING", "AT_BEGINNING_STRING")
"""What stands for the beginning of a text where the flag `m` is not set."""
_DOT_ALL = re.DOTALL
_HARMLESS = re.UNICODE | re.DOTALL | re.VERBOSE

_Intervals = tuple[tuple[int, int], ...]


class UnreadableError(Exception):
    """A pattern that is no regular language, or has too many states."""


@frozen(eq=False)
class Chars:
    """A set of characters, as intervals in order. Equal sets are one object."""

    intervals: _Intervals

    def has(self, code: int) -> bool:
        """Whether a character is in it."""
        index = bisect_right(self.intervals, (code, _LAST)) - 1
        return index >= 0 and code <= self.intervals[index][1]


@frozen(eq=False)
class Alphabet:
    """Characters that no condition tells apart, as numbers: those of each set, and all."""

    of: Mapping[Chars, Sequence[int]]
    every: Sequence[int]


class Condition(Protocol):
    """What a text has to keep, followed character by character."""

    @property
    def chars(self) -> Iterable[Chars]:
        """The sets of characters that it tells apart."""
        ...

    @property
    def start(self) -> Any:
        """The state before the first character."""
        ...

    def after(self, state: Any, alphabet: Alphabet) -> Mapping[int, Any]:
        """The states after one more character; those of characters that are not there are `NOWHERE`."""
        ...

    def accepts(self, state: Any) -> bool:
        """Whether a text that ends here keeps it."""
        ...

    def settled(self, state: Any) -> bool | None:
        """Whether all texts that go on from here keep it, or none does; None where that is open."""
        ...


NOWHERE: frozenset[int] = frozenset()
"""The state of a pattern that can be found no more."""


@frozen
class Length:
    """How many characters a text has at least and at most."""

    least: int
    most: int | None
    chars: tuple[Chars, ...] = ()
    start: int = 0

    def after(self, state: int, alphabet: Alphabet) -> Mapping[int, int]:
        """One more, as far as that matters."""
        most = self.least if self.most is None else max(self.least, self.most + 1)
        return dict.fromkeys(alphabet.every, min(state + 1, most))

    def accepts(self, state: int) -> bool:
        """Whether so many are right."""
        return state >= self.least and (self.most is None or state <= self.most)

    def settled(self, state: int) -> bool | None:
        """Whether it is too late, or no more can be too many."""
        if self.most is not None:
            return False if state > self.most else None
        return True if state >= self.least else None


def shortest_breaking(texts: Sequence[Condition], other: Condition) -> int | None:
    """The length of the shortest text that keeps some conditions and breaks another one; None where there is none.

    Raises `UnreadableError` where that takes too long to say.
    """
    conditions = (*texts, other)
    alphabet = _alphabet({chars for condition in conditions for chars in condition.chars})
    first = tuple(condition.start for condition in conditions)
    seen, waiting = {first}, deque([(0, first)])
    steps = 0
    while waiting:
        length, states = waiting.popleft()
        is_text = all(each.accepts(state) for each, state in zip(texts, states, strict=False))
        if is_text and not other.accepts(states[-1]):
            return length
        steps += sum(len(state) for state in states if isinstance(state, frozenset)) // _PLACES_OF_A_STEP
        moves = [each.after(state, alphabet) for each, state in zip(conditions, states, strict=True)]
        for letter in moves[0] if isinstance(conditions[0], Automaton) and texts else alphabet.every:
            steps += 1
            if steps > _MOST_STEPS:
                raise UnreadableError("too many steps")
            after = tuple(move.get(letter, NOWHERE) for move in moves)
            if after in seen:
                continue
            seen.add(after)
            if not other.settled(after[-1]) and not _is_lost(texts, after):
                waiting.append((length + 1, after))
    return None


def _is_lost(texts: Sequence[Condition], states: Sequence[Any]) -> bool:
    return any(each.settled(state) is False for each, state in zip(texts, states, strict=False))


def _alphabet(sets: set[Chars]) -> Alphabet:
    edges = {0}
    for chars in sets:
        for first, last in chars.intervals:
            edges |= {first, last + 1}
    if len(edges) * len(sets) > _MOST_KINDS:
        raise UnreadableError("too many characters are told apart")
    kinds = {frozenset(chars for chars in sets if chars.has(edge)) for edge in edges if edge <= _LAST}
    of: dict[Chars, list[int]] = {chars: [] for chars in sets}
    for letter, kind in enumerate(kinds):
        for chars in kind:
            of[chars].append(letter)
    return Alphabet(of, range(len(kinds)))


# Patterns


def conditions_of(pattern: str) -> list[Condition]:
    """A pattern, as `compile_pattern` has it, as conditions that are kept together: what it looks ahead for at the
    start of a text is one of its own.

    Raises `UnreadableError` for what is no regular language.
    """
    tree, flags = _parsed(pattern)
    if flags & ~_HARMLESS:
        raise UnreadableError("flags")
    found: list[Condition] = []
    if tree and str(tree[0][0]) == "AT" and str(tree[0][1]) in _STARTS:
        anchor = tree.pop(0)
        while tree and str(tree[0][0]) in ("ASSERT", "ASSERT_NOT") and tree[0][1][0] > 0:
            operation, (_, ahead) = tree.pop(0)
            automaton = _Builder(flags).automaton([anchor, *_flat(ahead)])
            found.append(_Not(automaton) if str(operation) == "ASSERT_NOT" else automaton)
        tree.insert(0, anchor)
    return [_Builder(flags).automaton(tree), *found]


def same_pattern(one: str, other: str) -> bool:
    """Whether two patterns are the same but for anchors and groups, whatever is in them."""
    try:
        (first, flags), (second, others) = _parsed(one), _parsed(other)
    except UnreadableError:
        return False
    return flags == others and repr(first) == repr(second)


def _parsed(pattern: str) -> tuple[list[Any], int]:
    if fault := fault_of_pattern(pattern):
        raise UnreadableError(fault)
    try:
        tree = tree_of(pattern, _listed)
        items = list(tree) if "GROUPREF" in repr(tree) else _flat(tree)
    except (ImportError, re.error, OverflowError, RecursionError) as error:
        raise UnreadableError(str(error)) from None
    flags = int(tree.state.flags)
    return items if flags & re.MULTILINE else [_anchor(item) for item in items], flags


def _flat(tree: Iterable[Any]) -> list[Any]:
    """The items of a sequence, with those of groups that only hold together what they are."""
    found: list[Any] = []
    for operation, argument in tree:
        if str(operation) == "SUBPATTERN" and not (argument[1] or argument[2]):
            found += _flat(argument[3])
        else:
            found.append((operation, argument))
    return found


def _anchor(item: Any) -> Any:
    # Without the flag `m` both are the start of the text.
    return (item[0], _STARTS[0]) if str(item[0]) == "AT" and str(item[1]) in _STARTS else item


@define
class _Builder:
    """Writes an automaton from the end to the start: each part leads into the state of what comes after it."""

    flags: int
    steps: list[list[tuple[Chars, int]]] = field(factory=list)
    free: list[list[tuple[str, int]]] = field(factory=list)
    sets: dict[int, Chars] = field(factory=dict)

    def automaton(self, tree: Iterable[Any]) -> Automaton:
        try:
            return self._automaton(tree)
        except RecursionError:
            raise UnreadableError("nested too deeply") from None

    def _automaton(self, tree: Iterable[Any]) -> Automaton:
        end = self.state()
        self.steps[end].append((_EVERY, end))
        start = self.state()
        self.steps[start].append((_EVERY, start))
        self.free[start].append(("", self.sequence(tree, end)))
        return Automaton(self.steps, self.free, start, end)

    def state(self, *free: tuple[str, int]) -> int:
        if len(self.steps) >= _MOST_STATES:
            raise UnreadableError("too many states")
        self.steps.append([])
        self.free.append(list(free))
        return len(self.steps) - 1

    def sequence(self, tree: Iterable[Any], after: int) -> int:
        for operation, argument in reversed(list(tree)):
            after = self.item(str(operation), argument, after)
        return after

    def item(self, operation: str, argument: Any, after: int) -> int:
        match operation:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                state = self.state()
                self.steps[state].append((self.chars(operation, argument), after))
                return state
            case "BRANCH":
                return self.state(*(("", self.sequence(branch, after)) for branch in argument[1]))
            case "SUBPATTERN" if not (argument[1] or argument[2]):
                return self.sequence(argument[3], after)
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, item = argument
                return self.repeat(least, most, item, after)
            case "AT" if str(argument) in _STARTS:
                return self.state((_START, after))
            case "AT" if str(argument) == "AT_END_STRING":
                return self.state((_END, after))
            case _:
                raise UnreadableError(operation)

    def repeat(self, least: int, most: Any, item: Any, after: int) -> int:
        if str(most) == "MAXREPEAT":
            state = self.state(("", after))
            self.free[state].append(("", self.sequence(item, state)))
        else:
            state = after
            for _ in range(int(most) - least):
                state = self.state(("", self.sequence(item, state)), ("", after))
        for _ in range(least):
            state = self.sequence(item, state)
        return state

    def chars(self, operation: str, argument: Any) -> Chars:
        match operation:
            case "LITERAL":
                return _chars(((argument, argument),))
            case "NOT_LITERAL":
                return _chars(_others(((argument, argument),)))
            case "ANY":
                return _EVERY if self.flags & _DOT_ALL else _chars(_others(((10, 10),)))
            case _:
                # What is repeated is met again and again.
                known = self.sets.get(id(argument))
                if known is None:
                    known = self.sets[id(argument)] = _chars(_set(argument))
                return known


class Automaton:
    """A pattern, searched for in a text. States are sets of places in the pattern; before the first character they have
    a mark, since anchors hold there alone.
    """

    _FIRST = -1

    def __init__(
        self, steps: list[list[tuple[Chars, int]]], free: list[list[tuple[str, int]]], start: int, end: int
    ) -> None:
        self._steps, self._free, self._end = steps, free, end
        self._alive = self._leading_to(end)
        self._alphabet: Alphabet | None = None
        self._known: dict[frozenset[int], Mapping[int, frozenset[int]]] = {}
        self._together: dict[int, frozenset[int]] = {}
        self._takes_nothing = end in self._closure((start,), (_START, _END))
        self.start = frozenset({self._FIRST, *self._closure((start,), (_START,))})
        self.chars = frozenset(chars for each in steps for chars, _ in each)

    def after(self, state: frozenset[int], alphabet: Alphabet) -> Mapping[int, frozenset[int]]:
        """The places after one more character, but for those that lead nowhere."""
        if alphabet is not self._alphabet:
            self._alphabet, self._known = alphabet, {}
        found = self._known.get(state)
        if found is None:
            places: dict[int, set[int]] = {}
            for place in state:
                for chars, target in self._steps[place] if place >= 0 else ():
                    reached = self._reached(target)
                    for letter in alphabet.of[chars] if reached else ():
                        places.setdefault(letter, set()).update(reached)
            found = self._known[state] = {letter: frozenset(targets) for letter, targets in places.items()}
        return found

    def _reached(self, place: int) -> frozenset[int]:
        """Where one is together with a place, but for what leads nowhere."""
        found = self._together.get(place)
        if found is None:
            found = self._together[place] = frozenset(self._closure((place,), ()) & self._alive)
        return found

    def accepts(self, state: frozenset[int]) -> bool:
        """Whether the pattern has been found."""
        if self._FIRST in state:
            return self._takes_nothing
        return self._end in state or self._end in self._closure(state, (_END,))

    def settled(self, state: frozenset[int]) -> bool | None:
        """Whether it has been found, or cannot be any more."""
        return True if self._end in state else None if state else False

    def _closure(self, places: Iterable[int], guards: tuple[str, ...]) -> set[int]:
        found: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting += [target for guard, target in self._free[place] if not guard or guard in guards]
        return found

    def _leading_to(self, end: int) -> set[int]:
        """The places from which the end can be reached, once a text has begun."""
        before: dict[int, list[int]] = {}
        for place, (steps, free) in enumerate(zip(self._steps, self._free, strict=True)):
            for target in (*(each for _, each in steps), *(each for guard, each in free if guard != _START)):
                before.setdefault(target, []).append(place)
        found: set[int] = set()
        waiting = [end]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting += before.get(place, ())
        return found


@frozen
class _Not:
    """A pattern that must not be found."""

    inner: Automaton

    @property
    def chars(self) -> frozenset[Chars]:
        return self.inner.chars

    @property
    def start(self) -> frozenset[int]:
        return self.inner.start

    def after(self, state: frozenset[int], alphabet: Alphabet) -> Mapping[int, frozenset[int]]:
        return self.inner.after(state, alphabet)

    def accepts(self, state: frozenset[int]) -> bool:
        return not self.inner.accepts(state)

    def settled(self, state: frozenset[int]) -> bool | None:
        settled = self.inner.settled(state)
        return None if settled is None else not settled


# Sets of characters


@cache
def _chars(intervals: _Intervals) -> Chars:
    return Chars(intervals)


_EVERY = _chars(((0, _LAST),))


def _joined(intervals: Iterable[tuple[int, int]]) -> _Intervals:
    found: list[tuple[int, int]] = []
    for first, last in sorted(intervals):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def _others(intervals: _Intervals) -> _Intervals:
    starts = [0, *(last + 1 for _, last in intervals)]
    ends = [*(first - 1 for first, _ in intervals), _LAST]
    return tuple((first, last) for first, last in zip(starts, ends, strict=True) if first <= last)


def _set(items: Iterable[tuple[object, Any]]) -> _Intervals:
    found: list[tuple[int, int]] = []
    negated = False
    for kind, argument in items:
        match str(kind):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found.append((argument, argument))
            case "RANGE":
                found.append((argument[0], argument[1]))
            case _:
                found += _category(str(argument))
    return _others(_joined(found)) if negated else _joined(found)


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


@cache
def _category(name: str) -> _Intervals:
    return _taken(re.compile(f"{_CATEGORIES[name]}+"))


@cache
def _listed(named_class: str) -> str:
    r"""All characters of a class of `regex`, such as `\p{L}`, as the inside of a set."""
    inner = named_class if named_class.startswith("\\") else f"[{named_class}]"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        intervals = _taken(regex.compile(f"{inner}+"))
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in intervals)


def _taken(pattern: re.Pattern[str] | regex.Pattern[str]) -> _Intervals:
    """The characters that a repeated class takes, as the engine itself has them."""
    spans = (found.span() for found in pattern.finditer("".join(map(chr, range(_LAST + 1)))))
    return tuple((start, end - 1) for start, end in spans)
