"""What has been learnt of each class: the element patterns of its elements, and pattern builders of those that are not
known yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from botobind import formats, learning, tables
from botobind.formats.elementpatterns import ElementPattern
from botobind.markers import new
from botobind.pace import PACE
from botobind.rules.elementplans import children_of
from botobind.rules.plans import plan_of_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.formats.patternbuilders import PatternBuilder
    from botobind.formats.xmltokens import TextTokens
    from botobind.serializers import XmlFormat
    from botobind.types import XmlDecoder, XmlTokens

__all__ = ["ElementPatterns", "element_patterns_of", "fill", "leave", "read_items"]

T = TypeVar("T")

_MOST_ELEMENT_PATTERNS = 8
"""Of one class: it is called by so many names, for the most part by one."""


class ElementPatterns(dict[str, ElementPattern]):
    """The element patterns of a class by the tags that end its elements, and the pattern builders of those that are not
    known yet.
    """

    def __init__(self, cls: type[XmlFormat]) -> None:
        super().__init__()
        self.cls = cls
        self.children = children_of(cls)
        self._attributes = [member.attribute for member in plan_of_body(cls, "xml").members]
        self.read_elements: Callable[[XmlFormat, XmlTokens, str, str], None] = cls.elements_reader()
        """Reads what no element pattern takes. To ask the class each time takes a tenth of the time of a structure."""
        self._met: dict[str, int] = {}
        self._pattern_builders: dict[str, PatternBuilder] = {}

    def set_absent(self, value: XmlFormat) -> None:
        """Sets as absent what elements, and attributes of elements, would set."""
        for attribute in self._attributes:
            setattr(value, attribute, None)

    def blank(self) -> XmlFormat:
        """The value of an element without content."""
        value = new(self.cls)
        self.set_absent(value)
        return value

    def met(self, text: str, start: int, end: str) -> None:
        """Counts an element that is read token by token, and learns from it when it is time."""
        times = self._met.get(end, 0)
        if times < PACE.structures:
            if times or len(self._met) < _MOST_ELEMENT_PATTERNS:
                self._met[end] = times + 1
            return
        pattern_builder = self._pattern_builders.get(end)
        if pattern_builder is None:
            pattern_builder = self._pattern_builders.setdefault(
                end, formats.patternbuilders.PatternBuilder(self, end[1:])
            )
        if pattern_builder.is_due():
            with learning.alone() as is_alone:
                element_pattern = pattern_builder.learn(text, start) if is_alone else None
            if element_pattern is not None:
                self[end] = element_pattern

    def is_learning(self, end: str) -> bool:
        """Whether there will soon be an element pattern of elements that a tag ends."""
        return self._met.get(end, 0) >= PACE.structures and end not in self

    def pattern_builder(self, end: str) -> PatternBuilder | None:
        """What is known of elements that a tag ends, where an element pattern was made of it."""
        return self._pattern_builders.get(end) if end in self else None

    def of(self, cls: type[XmlFormat]) -> ElementPatterns:
        """The element patterns of another class."""
        return element_patterns_of(cls)

    def class_of(self, name: str) -> type[XmlFormat]:
        """A class of the same package."""
        found: type[XmlFormat] = getattr(tables.values_of(self.cls), name)
        return found


def element_patterns_of(cls: type[XmlFormat]) -> ElementPatterns:
    """The element patterns of a class. One that someone derives from another has its own."""
    element_patterns: ElementPatterns | None = cls.XML_ELEMENT_PATTERNS
    if element_patterns is None or element_patterns.cls is not cls:
        # Two threads that come here at once may each make one. What the other of them learns is lost, no more.
        element_patterns = cls.XML_ELEMENT_PATTERNS = ElementPatterns(cls)
    return element_patterns


def fill(value: XmlFormat, tokens: TextTokens, start: int, end: str) -> bool:
    """Sets the members of a structure whose element began at a place, and whose start has been taken. If there is no
    element pattern for it, it is false, and the members are absent.
    """
    element_patterns = element_patterns_of(value.__class__)
    element_pattern = element_patterns.get(end)
    if element_pattern is not None:
        after = element_pattern.fill(value, tokens, start)
        if after >= 0:
            tokens.place = after
            return True
    element_patterns.met(tokens.text, start, end)
    element_patterns.set_absent(value)
    return False


def leave(value: XmlFormat) -> bool:
    """Makes the members of a structure absent, and is false, as `fill` is where it has no element pattern."""
    element_patterns_of(value.__class__).set_absent(value)
    return False


def read_items(decode: XmlDecoder[T], tokens: TextTokens, end: str, items: list[T]) -> None:
    """Adds the structures that come next, where `decode` reads those of a class."""
    cls: Any = getattr(decode, "__self__", None)
    element_patterns: ElementPatterns | None = getattr(cls, "XML_ELEMENT_PATTERNS", None)
    if (
        element_patterns is not None
        and element_patterns.cls is cls
        and cls.IN_BODY is None  # what is known otherwise is of bodies alone
        and (element_pattern := element_patterns.get(end)) is not None
    ):
        tokens.place = element_pattern.fill_items(tokens, tokens.place, items)
