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
from typing import TYPE_CHECKING, Any

from botobind.markers import new

if TYPE_CHECKING:
    from botobind.formats.elementconversions import Conversions, ReadItems
    from botobind.formats.patternbuilders import Step
    from botobind.formats.xmllearnt import ElementPatterns
    from botobind.formats.xmltokens import TextTokens
    from botobind.serializers import XmlFormat

__all__ = ["ElementPattern", "Match", "ReadChild", "after_end"]

Match = Callable[[str, int], "re.Match[str] | None"]
ReadChild = Callable[["TextTokens", int, list[Any]], int]
"""Appends the value of the child that comes next, or None where it is not there, and says where it ends."""


class ElementPattern:
    """The element pattern of a class's elements that have one name."""

    __slots__ = (
        "_element_patterns",
        "_end",
        "_is_whole",
        "_set_members",
        "_size",
        "_steps",
        "fill_items",
        "others",
    )

    def __init__(
        self,
        element_patterns: ElementPatterns,
        end: str,
        steps: Sequence[Step],
        conversions: Conversions,
        *,
        is_whole: bool,
    ) -> None:
        self._element_patterns = element_patterns
        self._end = end
        self._steps = tuple((step.pending, step.match, step.read_child) for step in steps)
        self._size = conversions.size
        self._set_members = conversions.members_setter()
        _, match, read_child = self._steps[0]
        is_one_match = len(steps) == 1 and read_child is None and is_whole
        self.fill_items: ReadItems = (
            conversions.items_reader(match) if match is not None and is_one_match else self._fill_items
        )
        self._is_whole = is_whole
        self.others: tuple[ElementPattern, ...] = ()
        """The patterns of these elements in other orders."""

    def fill(self, value: XmlFormat, tokens: TextTokens, place: int) -> int:
        """Sets the members of a structure whose element begins at a place, and says where the next token begins.

        Says -1, and sets nothing, where no structure of this element pattern begins.
        """
        text = tokens.text
        start = place
        found: list[Any] = []
        for pending, match, read_child in self._steps:
            if match is not None:
                matched = match(text, place)
                if matched is None:
                    if place == start:
                        return self._fill_in_other_order(value, tokens, start) if self.others else -1
                    return self._fill_rest(value, tokens, start, after_end(pending, text, place), found)
                found += matched.groups()
                place = matched.end()
            if read_child is not None:
                place = read_child(tokens, place, found)
        if not self._is_whole:
            return self._fill_rest(value, tokens, start, place, found)
        self._set_members(value, found, tokens.is_marked)
        return place

    def _fill_in_other_order(self, value: XmlFormat, tokens: TextTokens, place: int) -> int:
        """Sets the members by a pattern of another order of elements, which is the first to be tried from then on.
        Says what `fill` says.
        """
        for other in self.others:
            _, match, _ = other._steps[0]  # noqa: SLF001 - of the same class
            if match is not None and match(tokens.text, place) is not None:
                self._element_patterns[self._end] = other
                return other.fill(value, tokens, place)
        return -1

    def _fill_rest(self, value: XmlFormat, tokens: TextTokens, start: int, place: int, found: list[Any]) -> int:
        """Leaves to the reader of tokens what comes at a place."""
        found += [None] * (self._size - len(found))
        self._set_members(value, found, tokens.is_marked)
        tokens.place = place
        self._element_patterns.read_elements(value, tokens, self._end, "")
        if self.others:
            # Too late for another one, which comes first the next time.
            self._element_patterns[self._end] = self.others[0]
        if self._is_whole:
            self._element_patterns.met(tokens.text, start, self._end)
        return tokens.place

    def _fill_items(self, tokens: TextTokens, place: int, items: list[Any]) -> int:
        cls, text = self._element_patterns.cls, tokens.text
        # Where something ends there is no other item: to look takes less than to try.
        while not text.startswith("/", place):
            value = new(cls)
            after = self.fill(value, tokens, place)
            if after < 0:
                break
            items.append(value)
            place = after
        return place


def after_end(pending: str, text: str, place: int) -> int:
    """Where the token after the end of a list begins, where that is what comes next."""
    if not pending or not text.startswith(pending, place):
        return place
    return text.find("<", place) + 1 or len(text) + 1
