"""Regular expressions as trees that say how long their texts can be and write one of a given
length.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from botobind.cached import cached_property

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = "a1A-b2B_c3C.d4D:e5E/f6F+g7G=h8H@i9I,j0J"
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))

COMMON = _FIRST + "".join(char for char in _PRINTABLE if char not in _FIRST) + " "
"""Printable ASCII, the characters first that most texts are made of, of alternating kinds."""


class Language(Protocol):
    """The texts that match a part of a regular expression. Anchors and lookarounds are left out:
    candidates are tried.

    Sets of lengths are integers whose bit n says that there is a text of n characters.
    """

    @property
    def shortest(self) -> int:
        """The length of the shortest text."""
        ...

    def lengths(self, longest: int) -> int:
        """The lengths up to `longest` that texts have."""
        ...

    def write(self, length: int, writer: Writer) -> str:
        """A text of this length, which must be one of `lengths`."""
        ...


class Writer:
    """What a text is written with: whence choices come, and what groups have held so far.

    Variation 0 always takes the first choice, the next ones go through the choices in turn, the
    rest mix them. Nothing is random: a variation is the same everywhere and always.
    """

    __slots__ = ("_state", "_variation", "groups", "longest")

    _IN_TURN = 3

    def __init__(self, variation: int, longest: int) -> None:
        self._variation = variation
        self._state = variation
        self.longest = longest
        self.groups: dict[int, str] = {}

    def pick(self, count: int) -> int:
        """One of the numbers from 0 below `count`."""
        if self._variation == 0 or count == 1:
            return 0
        if self._variation <= self._IN_TURN:
            self._state += self._variation
            return (self._state - 1) % count
        # https://en.wikipedia.org/wiki/Linear_congruential_generator, with the numbers of POSIX's rand48.
        self._state = (self._state * 0x5DEECE66D + 0xB) % 2**48
        return (self._state >> 17) % count


@frozen(slots=False, eq=False)
class Chars:
    """One character out of some."""

    choices: str
    shortest: int = field(default=1, init=False)

    def lengths(self, longest: int) -> int:
        """One, that is."""
        return _up_to(longest) & 0b10

    def write(self, length: int, writer: Writer) -> str:
        """A character."""
        del length
        return self.choices[writer.pick(len(self.choices))]


@frozen(slots=False, eq=False)
class Sequence:
    """One part after the other; none at all is the empty text."""

    parts: tuple[Language, ...]

    @property
    def shortest(self) -> int:
        """The sum of the parts."""
        return sum(part.shortest for part in self.parts)

    @cached_property
    def _rests(self) -> dict[int, list[int]]:
        return {}

    def _lengths_from(self, longest: int) -> list[int]:
        """The lengths of what follows the part before each index."""
        rests = self._rests.get(longest)
        if rests is None:
            rests = [1]
            for part in reversed(self.parts):
                rests.append(_sums(part.lengths(longest), rests[-1], longest))
            rests.reverse()
            self._rests[longest] = rests
        return rests

    def lengths(self, longest: int) -> int:
        """The sums of the parts' lengths."""
        return self._lengths_from(longest)[0]

    def write(self, length: int, writer: Writer) -> str:
        """A text of each part; in variation 0 the last ones are the longest."""
        rests = self._lengths_from(writer.longest)
        chunks = []
        for part, after in zip(self.parts, rests[1:], strict=True):
            fitting = [
                size
                for size in members(part.lengths(writer.longest))
                if size <= length and after >> (length - size) & 1
            ]
            size = fitting[writer.pick(len(fitting))]
            chunks.append(part.write(size, writer))
            length -= size
        return "".join(chunks)


@frozen(slots=False, eq=False)
class Choice:
    """One of several."""

    branches: tuple[Language, ...]

    @property
    def shortest(self) -> int:
        """The shortest length of all branches."""
        return min(branch.shortest for branch in self.branches)

    def lengths(self, longest: int) -> int:
        """The lengths of all branches."""
        found = 0
        for branch in self.branches:
            found |= branch.lengths(longest)
        return found

    def write(self, length: int, writer: Writer) -> str:
        """A text of a branch that can be so long; in variation 0, the first one."""
        fitting = [branch for branch in self.branches if branch.lengths(writer.longest) >> length & 1]
        return fitting[writer.pick(len(fitting))].write(length, writer)


@frozen(slots=False, eq=False)
class Repeat:
    """A language several times in a row; `most` is None where there is no bound."""

    item: Language
    least: int
    most: int | None

    @property
    def shortest(self) -> int:
        """The least number of items, all of them short."""
        return self.least * self.item.shortest

    @cached_property
    def _tables(self) -> dict[int, list[int]]:
        return {}

    def _by_count(self, longest: int) -> list[int]:
        """The lengths of so many items, by their count. It ends where more items bring no other
        lengths.
        """
        table = self._tables.get(longest)
        if table is None:
            table = [1]
            # An empty item may stand in for any that are missing to the least count.
            sizes = self.item.lengths(longest)
            filled, known = sizes & ~1, 0
            while self.most is None or len(table) <= self.most:
                if len(table) > self._needed(longest):
                    known |= table[-1]
                following = _sums(filled, table[-1], longest)
                if not following or following & ~known == 0:
                    break
                table.append(following)
            self._tables[longest] = table
        return table

    def _needed(self, longest: int) -> int:
        return 0 if self.item.lengths(longest) & 1 else self.least

    def lengths(self, longest: int) -> int:
        """The lengths of all allowed counts."""
        if isinstance(self.item, Chars):
            most = longest if self.most is None else min(self.most, longest)
            return _up_to(most) >> self.least << self.least
        found = 0
        for lengths in self._by_count(longest)[self._needed(longest) :]:
            found |= lengths
        return found

    def write(self, length: int, writer: Writer) -> str:
        """A text of this length, of as few items as make it."""
        if isinstance(self.item, Chars):
            return "".join([self.item.write(1, writer) for _ in range(length)])
        if length == 0:
            return self.item.write(0, writer) if self.least else ""
        table = self._by_count(writer.longest)
        sizes = [size for size in members(self.item.lengths(writer.longest)) if size]
        needed = self._needed(writer.longest)
        count = next(count for count in range(needed, len(table)) if table[count] >> length & 1)
        chunks = []
        for rest in reversed(table[:count]):
            fitting = [size for size in sizes if size <= length and rest >> (length - size) & 1]
            size = fitting[writer.pick(len(fitting))]
            chunks.append(self.item.write(size, writer))
            length -= size
        return "".join(chunks)


@frozen(slots=False, eq=False)
class Group:
    """A numbered group, which back references repeat."""

    number: int
    inner: Language

    @property
    def shortest(self) -> int:
        """The shortest length of what is inside."""
        return self.inner.shortest

    def lengths(self, longest: int) -> int:
        """The lengths of what is inside."""
        return self.inner.lengths(longest)

    def write(self, length: int, writer: Writer) -> str:
        """A text of what is inside."""
        written = self.inner.write(length, writer)
        writer.groups[self.number] = written
        return written


@frozen(slots=False, eq=False)
class Again:
    """What a group held. Its length is only guessed, since it depends on what was written there."""

    number: int
    group: Callable[[int], Language | None]

    @property
    def shortest(self) -> int:
        """The shortest length of the group; 0 for one that is not closed yet."""
        group = self.group(self.number)
        return group.shortest if group else 0

    def lengths(self, longest: int) -> int:
        """The lengths of the group."""
        group = self.group(self.number)
        return group.lengths(longest) if group else 1

    def write(self, length: int, writer: Writer) -> str:
        """The group's text, whatever its length."""
        del length
        return writer.groups.get(self.number, "")


def members(lengths: int) -> Iterator[int]:
    """The lengths of a set, in ascending order."""
    while lengths:
        lowest = lengths & -lengths
        yield lowest.bit_length() - 1
        lengths ^= lowest


def _up_to(longest: int) -> int:
    return (2 << longest) - 1


def _sums(some: int, others: int, longest: int) -> int:
    if some.bit_count() > others.bit_count():
        some, others = others, some
    found = 0
    for length in members(some):
        found |= others << length
    return found & _up_to(longest)
