"""Element patterns: how the elements of a structure follow each other, learnt from those that a program has read.

A service writes the members of a structure in one order, and leaves some of them out. After some dozens of structures
that order is known: then a pattern takes all texts of a structure at once, in C, where tokens are taken one by one. Of
what the pattern does not match, nothing is lost: the tokens are read from there on. So an element pattern can be wrong
about what comes next, but never about what a document says.

`patternbuilders` makes the patterns, `xmllearnt` has what is known of each class.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from botobind.formats.xmlreading import not_plain
from botobind.formats.xmlreading import read_list as read_list_of
from botobind.markers import new
from botobind.wire.xmlsyntax import name_of_empty

if TYPE_CHECKING:
    from botobind.formats.patternbuilders import Conversions, ListMatches, Step
    from botobind.formats.xmllearnt import ElementPatterns
    from botobind.formats.xmltokens import TextTokens
    from botobind.serializers import XmlFormat

__all__ = [
    "ElementPattern",
    "ReadChild",
    "picker",
    "read_begun_list",
    "read_flat_items",
    "read_list",
    "read_nested",
]

Match = Callable[[str, int], "re.Match[str] | None"]
Members = Callable[[Any], tuple[Any, ...]]
"""Puts what was found into the order of the members of a class."""
_groups: Members = re.Match.groups
ReadChild = Callable[["TextTokens", int, list[Any]], int]
"""Appends the value of the child that comes next, or None where it is not there, and says where it ends."""


class ElementPattern:
    """The element pattern of a class's elements that have one name."""

    __slots__ = (
        "_conversions",
        "_converts",
        "_element_patterns",
        "_end",
        "_is_whole",
        "_members",
        "_members_of_match",
        "_only",
        "_size",
        "_steps",
        "others",
    )

    def __init__(
        self,
        element_patterns: ElementPatterns,
        end: str,
        steps: Sequence[Step],
        places: Sequence[int],
        *,
        size: int,
        conversions: Conversions,
        is_whole: bool,
    ) -> None:
        self._element_patterns = element_patterns
        self._end = end
        self._steps = tuple((step.pending, step.match, step.read_child) for step in steps)
        self._members = picker(places)
        # What was never seen is the last group, which never matches.
        is_each = [*places] == [*range(1, size)]
        self._members_of_match: Members = _groups if is_each else picker([place or size for place in places])
        self._size = size
        self._conversions = conversions
        self._converts = bool(conversions.lists or conversions.empty or conversions.structures)
        _, only, read_child = self._steps[0]
        self._only = only if len(steps) == 1 and read_child is None and is_whole else None
        self._is_whole = is_whole
        self.others: tuple[ElementPattern, ...] = ()
        """Those of the same elements in other orders."""

    def fill(self, value: XmlFormat, tokens: TextTokens, place: int) -> int:
        """Sets the members of a structure whose element begins at a place, and says where the next token begins.

        Says -1, and sets nothing, where no structure of this element pattern begins.
        """
        text = tokens.text
        start = place
        found: list[Any] = [None]
        for pending, match, read_child in self._steps:
            if match is not None:
                matched = match(text, place)
                if matched is None:
                    if place == start:
                        return self._fill_in_other_order(value, tokens, start) if self.others else -1
                    return self._fill_rest(value, tokens, start, _after(pending, text, place), found)
                found += matched.groups()
                place = matched.end()
            if read_child is not None:
                place = read_child(tokens, place, found)
        if not self._is_whole:
            return self._fill_rest(value, tokens, start, place, found)
        if self._converts or tokens.is_marked:
            self._conversions.apply(found, tokens.is_marked)
        value.set_xml(self._members(found))
        return place

    def _fill_in_other_order(self, value: XmlFormat, tokens: TextTokens, place: int) -> int:
        """The same as `fill` by one of the others, which is the first to be tried from then on."""
        for other in self.others:
            _, match, _ = other._steps[0]  # noqa: SLF001 - of the same class
            if match is not None and match(tokens.text, place) is not None:
                self._element_patterns[self._end] = other
                return other.fill(value, tokens, place)
        return -1

    def _fill_rest(self, value: XmlFormat, tokens: TextTokens, start: int, place: int, found: list[Any]) -> int:
        """Leaves to the reader of tokens what comes at a place."""
        found += [None] * (self._size - len(found))
        if self._converts or tokens.is_marked:
            self._conversions.apply(found, tokens.is_marked)
        value.set_xml(self._members(found))
        tokens.place = place
        self._element_patterns.read_elements(value, tokens, self._end, "")
        if self.others:
            # Too late for another one, which comes first the next time.
            self._element_patterns[self._end] = self.others[0]
        if self._is_whole:
            self._element_patterns.met(tokens.text, start, self._end)
        return tokens.place

    def fill_items(self, tokens: TextTokens, place: int, items: list[Any]) -> int:
        """Adds the structures that come next, one right after the other, and says where the last one ends."""
        cls, text, match = self._element_patterns.cls, tokens.text, self._only
        if match is None or tokens.is_marked:
            # Where something ends there is no other item: to look takes less than to try.
            while not text.startswith("/", place):
                value = new(cls)
                after = self.fill(value, tokens, place)
                if after < 0:
                    break
                items.append(value)
                place = after
            return place
        if self._converts:
            conversions, members = self._conversions, self._members
            while (matched := match(text, place)) is not None:
                found = [None, *matched.groups()]
                conversions.apply(found, False)
                value = new(cls)
                value.set_xml(members(found))
                items.append(value)
                place = matched.end()
            return place
        members_of = self._members_of_match
        while (matched := match(text, place)) is not None:
            value = new(cls)
            value.set_xml(members_of(matched))
            items.append(value)
            place = matched.end()
        return place


def _after(pending: str, text: str, place: int) -> int:
    """Where the token after the end of a list begins, where that is what comes next."""
    if not pending or not text.startswith(pending, place):
        return place
    return text.find("<", place) + 1 or len(text) + 1


def picker(places: Sequence[int]) -> Members:
    """What puts members that were found into their order."""
    if len(places) == 1:
        (only,) = places
        return lambda found: (found[only],)
    get: Members = itemgetter(*places)
    return get


# What an element pattern reads with elements of their own. Where such have no element pattern yet, they are read token
# by token.


def read_nested(
    cls: type[XmlFormat], element_patterns: ElementPatterns, name: str, tokens: TextTokens, place: int, found: list[Any]
) -> int:
    """A structure."""
    end = f"/{name}"
    element_pattern = element_patterns.get(end)
    if element_pattern is not None:
        value = new(cls)
        after = element_pattern.fill(value, tokens, place)
        if after >= 0:
            found.append(value)
            return after
    inside = _begin(tokens, place, name)
    if inside is None:
        found.append(None)
        return place
    found.append(cls._read_xml(tokens, end, inside))
    return tokens.place


def read_flat_items(
    cls: type[XmlFormat], element_patterns: ElementPatterns, name: str, tokens: TextTokens, place: int, found: list[Any]
) -> int:
    """The structures of a list without an element around them."""
    end = f"/{name}"
    items: list[Any] = []
    while True:
        if (element_pattern := element_patterns.get(end)) is not None:
            place = element_pattern.fill_items(tokens, place, items)
        inside = _begin(tokens, place, name)
        if inside is None:
            break
        items.append(cls._read_xml(tokens, end, inside))
        place = tokens.place
    found.append(items or None)
    return place


def read_list(
    cls: type[XmlFormat],
    element_patterns: ElementPatterns,
    name: str,
    bounds: ListMatches,
    tokens: TextTokens,
    place: int,
    found: list[Any],
) -> int:
    """The structures of a list with an element around them."""
    matched = bounds.match_start(tokens.text, place)
    if matched is not None:
        place = read_begun_list(cls, element_patterns, name, bounds, tokens, matched.end(), found)
        return _after(bounds.end, tokens.text, place)
    inside = _begin(tokens, place, name)
    if inside is None:
        found.append(None)
        return place
    found.append(read_list_of(tokens, f"/{name}", inside, cls._read_xml))
    return tokens.place


def read_begun_list(
    cls: type[XmlFormat],
    element_patterns: ElementPatterns,
    name: str,
    bounds: ListMatches,
    tokens: TextTokens,
    place: int,
    found: list[Any],
) -> int:
    """Reads a list, as `read_list` does, that was begun with what precedes it. Its end is left to what follows, unless
    it had to be read token by token.
    """
    items: list[Any] = []
    found.append(items)
    if (element_pattern := element_patterns.get(bounds.item_end)) is not None:
        place = element_pattern.fill_items(tokens, place, items)
    if tokens.text.startswith(bounds.end, place):
        return place
    tokens.place = place
    items += read_list_of(tokens, f"/{name}", "", cls._read_xml)
    if tokens.text.startswith(bounds.end, tokens.place):
        raise not_plain()  # what follows would take it for the end of this list
    return tokens.place


def _begin(tokens: TextTokens, place: int, name: str) -> str | None:
    """The text before the first child of an element that begins at a place; None where none of that name does."""
    if not tokens.text.startswith(name, place):
        return None
    tokens.place = place
    tag, _, inside = next(tokens).partition(">")
    if tag == name:
        return inside
    if tag.endswith("/") and name_of_empty(tag) == name:
        tokens.wait(f"/{name}>")
        return ""
    tokens.place = place
    return None
