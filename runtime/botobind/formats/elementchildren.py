"""What an element pattern reads with elements of their own: structures, and lists of them. Where such have no element
pattern yet, they are read token by token.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botobind.formats.elementpatterns import after_end
from botobind.formats.xmlreading import not_plain, read_list
from botobind.markers import new
from botobind.wire.xmlsyntax import name_of_empty

if TYPE_CHECKING:
    from botobind.formats.xmllearnt import ElementPatterns
    from botobind.formats.xmltokens import TextTokens
    from botobind.serializers import XmlFormat

__all__ = ["BegunList", "FlatItems", "NestedList", "NestedStructure"]


class _Child:
    """A child of a class, by the name of its element. Each has a method `read`, which is a `ReadChild`."""

    # Methods of one class are called in less time than partial functions.
    __slots__ = ("_cls", "_element_patterns", "_item_end", "_name")

    def __init__(self, element_patterns: ElementPatterns, name: str, item: str) -> None:
        self._cls: type[XmlFormat] = element_patterns.cls
        self._element_patterns = element_patterns
        self._name = name
        self._item_end = f"/{item}"
        """The tag that ends a structure."""


class NestedStructure(_Child):
    """A structure."""

    __slots__ = ()

    def read(self, tokens: TextTokens, place: int, found: list[Any]) -> int:
        """See `ReadChild`."""
        end = self._item_end
        element_pattern = self._element_patterns.get(end)
        if element_pattern is not None:
            value = new(self._cls)
            after = element_pattern.fill(value, tokens, place)
            if after >= 0:
                found.append(value)
                return after
        inside = _begin(tokens, place, self._name)
        if inside is None:
            found.append(None)
            return place
        found.append(self._cls._read_xml(tokens, end, inside))  # noqa: SLF001 - for readers of elements
        return tokens.place


class FlatItems(_Child):
    """The structures of a list without an element around them."""

    __slots__ = ()

    def read(self, tokens: TextTokens, place: int, found: list[Any]) -> int:
        """See `ReadChild`."""
        end = self._item_end
        items: list[Any] = []
        while True:
            if (element_pattern := self._element_patterns.get(end)) is not None:
                place = element_pattern.fill_items(tokens, place, items)
            inside = _begin(tokens, place, self._name)
            if inside is None:
                break
            items.append(self._cls._read_xml(tokens, end, inside))  # noqa: SLF001 - for readers of elements
            place = tokens.place
        found.append(items or None)
        return place


class BegunList(_Child):
    """The structures of a list that was begun with what precedes it. Its end is left to what follows, unless it had to
    be read token by token.
    """

    __slots__ = ("_end",)

    def __init__(self, element_patterns: ElementPatterns, name: str, item: str) -> None:
        super().__init__(element_patterns, name, item)
        self._end = f"/{name}>"

    def read(self, tokens: TextTokens, place: int, found: list[Any]) -> int:
        """See `ReadChild`."""
        items: list[Any] = []
        found.append(items)
        if (element_pattern := self._element_patterns.get(self._item_end)) is not None:
            place = element_pattern.fill_items(tokens, place, items)
        if tokens.text.startswith(self._end, place):
            return place
        tokens.place = place
        items += read_list(tokens, f"/{self._name}", "", self._cls._read_xml)  # noqa: SLF001 - for readers of elements
        if tokens.text.startswith(self._end, tokens.place):
            raise not_plain()  # what follows would take it for the end of this list
        return tokens.place


class NestedList(BegunList):
    """The structures of a list with an element around them. `start` is the pattern of what comes before its items."""

    __slots__ = ("_match_start",)

    def __init__(self, element_patterns: ElementPatterns, name: str, item: str, start: re.Pattern[str]) -> None:
        super().__init__(element_patterns, name, item)
        self._match_start = start.match

    def read(self, tokens: TextTokens, place: int, found: list[Any]) -> int:
        """See `ReadChild`."""
        matched = self._match_start(tokens.text, place)
        if matched is not None:
            return after_end(self._end, tokens.text, super().read(tokens, matched.end(), found))
        inside = _begin(tokens, place, self._name)
        if inside is None:
            found.append(None)
            return place
        found.append(read_list(tokens, f"/{self._name}", inside, self._cls._read_xml))  # noqa: SLF001 - for readers of elements
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
