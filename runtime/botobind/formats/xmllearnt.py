"""What has been learnt of each class: the layouts of its elements, and drafts of those that are not known yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from botobind import formats, learning, tables
from botobind.formats.xmllayouts import Layout
from botobind.pace import PACE
from botobind.rules.elements import children_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.formats.xmldrafts import Draft
    from botobind.formats.xmltokens import TextTokens
    from botobind.serializers import XmlFormat
    from botobind.types import XmlDecoder, XmlTokens

__all__ = ["Layouts", "fill", "layouts_of", "leave", "read_items"]

T = TypeVar("T")

_MOST_LAYOUTS = 8
"""Of one class: it is called by so many names, for the most part by one."""


class Layouts(dict[str, Layout]):
    """The layouts of a class by the tags that end its elements, and the drafts of those that are not known yet."""

    def __init__(self, cls: type[XmlFormat]) -> None:
        super().__init__()
        self.cls = cls
        self.children = children_of(cls)
        self.nothing = (None,) * len(self.children)
        self.read_elements: Callable[[XmlFormat, XmlTokens, str, str], None] = cls.elements_reader()
        """Reads what no layout takes. To ask the class each time takes a tenth of the time of a structure."""
        self._met: dict[str, int] = {}
        self._drafts: dict[str, Draft] = {}

    def met(self, text: str, start: int, end: str) -> None:
        """Counts an element that is read token by token, and learns from it when it is time."""
        times = self._met.get(end, 0)
        if times < PACE.structures:
            if times or len(self._met) < _MOST_LAYOUTS:
                self._met[end] = times + 1
            return
        draft = self._drafts.get(end)
        if draft is None:
            draft = self._drafts.setdefault(end, formats.xmldrafts.Draft(self, end[1:]))
        if draft.is_due():
            with learning.alone() as is_alone:
                layout = draft.learn(text, start) if is_alone else None
            if layout is not None:
                self[end] = layout

    def is_learning(self, end: str) -> bool:
        """Whether there will soon be a layout of elements that a tag ends."""
        return self._met.get(end, 0) >= PACE.structures and end not in self

    def draft(self, end: str) -> Draft | None:
        """What is known of elements that a tag ends, where a layout was made of it."""
        return self._drafts.get(end) if end in self else None

    def of(self, cls: type[XmlFormat]) -> Layouts:
        """The layouts of another class."""
        return layouts_of(cls)

    def class_of(self, name: str) -> type[XmlFormat]:
        """A class of the same package."""
        found: type[XmlFormat] = getattr(tables.values_of(self.cls), name)
        return found


def layouts_of(cls: type[XmlFormat]) -> Layouts:
    """The layouts of a class. One that someone derives from another has its own."""
    layouts: Layouts | None = cls.XML_LAYOUTS
    if layouts is None or layouts.cls is not cls:
        # Two threads that come here at once may each make one. What the other of them learns is lost, no more.
        layouts = cls.XML_LAYOUTS = Layouts(cls)
    return layouts


def fill(value: XmlFormat, tokens: TextTokens, start: int, end: str) -> bool:
    """Sets the members of a structure whose element began at a place, and whose start has been taken. If there is no
    layout for it, it is false, and the members are absent.
    """
    layouts = layouts_of(value.__class__)
    layout = layouts.get(end)
    if layout is not None:
        after = layout.fill(value, tokens, start)
        if after >= 0:
            tokens.place = after
            return True
    layouts.met(tokens.text, start, end)
    value.set_xml(layouts.nothing)
    return False


def leave(value: XmlFormat) -> bool:
    """The same where no layout is looked for."""
    value.set_xml(layouts_of(value.__class__).nothing)
    return False


def read_items(decode: XmlDecoder[T], tokens: TextTokens, end: str, items: list[T]) -> None:
    """Adds the structures that come next, where `decode` reads those of a class."""
    cls: Any = getattr(decode, "__self__", None)
    layouts: Layouts | None = getattr(cls, "XML_LAYOUTS", None)
    if layouts is not None and layouts.cls is cls and (layout := layouts.get(end)) is not None:
        tokens.place = layout.fill_items(tokens, tokens.place, items)
