"""Whether a request in XML or in a form is sure to be as the model asks for: most are.

A class's plan is made once, from the samples that show how its members are written. It says yes, or nothing: what is
wrong, and where, is found by the checks of `strictbindings`, which are slower by far. So a plan may leave to them what
is seldom: attributes, nulls, texts where there should be none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind import schema
from botobind.formats import query
from botobind.protocols import places, strict
from botobind.shapes import Union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botobind.protocols.strictbindings import Part, Sample
    from botobind.schema import Node
    from botobind.shapes import Shape
    from botobind.types import QueryNode, XmlElement

__all__ = ["FormPlans", "XmlPlans", "item_in"]

Samples: TypeAlias = "Callable[[type[Shape]], Mapping[str, Sample]]"
Check: TypeAlias = "Callable[[Any], bool]"

_MOST_NAMES = 1000
"""Names of elements that are kept for a class: with their namespaces, strangers can think of any number."""


class _Plans(ABC):
    """The plans of classes in a format."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._made: dict[tuple[type[Shape], Samples], Check] = {}

    def takes(self, cls: type[Shape], structure: Any, outer: Samples) -> bool:
        """Whether a message is sure to be right; `outer` has the samples of the members that it has itself."""
        return self._of_class(cls, outer)(structure)

    def _of_class(self, cls: type[Shape], samples: Samples) -> Check:
        key = (cls, samples)
        found = self._made.get(key)
        if found is None:
            checks = {name: self._member(sample.node, sample.parts) for name, sample in samples(cls).items()}
            found = self._made[key] = self._structure(checks, is_closed=issubclass(cls, Union))
        return found

    def _member(self, node: Node, written: list[Part]) -> Check | None:
        if isinstance(node, schema.ListOf | schema.MapOf):
            return self._all(node, written)
        return self._single(node, written[0])

    def _single(self, node: Node, written: Part) -> Check | None:
        match node:
            case schema.Scalar():
                fits = strict.text_rule(node, places.format_of(written.text))
                return None if fits is None else self._text(fits)
            case schema.Reference(target=target):
                return self._reference(target)
            case schema.ListOf() | schema.MapOf():
                return self._all(node, [written])
            case schema.StreamOf():
                return _never

    def _reference(self, target: type[Shape]) -> Check:
        found: Check | None = None

        def check(part: Any) -> bool:
            nonlocal found
            if found is None:
                # Not before it is needed: structures may hold themselves.
                found = self._of_class(target, self._samples)
            return found(part)

        return check

    def _all(self, node: schema.ListOf | schema.MapOf, written: list[Part]) -> Check:
        """The check of what has the name of a list or map."""
        item, levels = item_in(written)
        if item is None:
            return _never
        if isinstance(node, schema.ListOf):
            check = self._not_null(self._single(node.item, item))
        else:
            check = self._entry(node, item)
        for _ in levels:
            check = self._inside(check)
        return check

    def _entry(self, node: schema.MapOf, written: Part) -> Check:
        if len(written.parts) != 2:
            return _never
        _, (name, value) = written.parts
        return self._structure({name: self._not_null(self._single(node.value, value))}, is_closed=False)

    @abstractmethod
    def _structure(self, checks: Mapping[str, Check | None], *, is_closed: bool) -> Check:
        """The check of something with parts; with `is_closed` there may be no others."""

    @abstractmethod
    def _text(self, fits: Callable[[str], bool]) -> Check:
        """The check of a text."""

    @abstractmethod
    def _inside(self, check: Check) -> Check:
        """The check of everything in a list or map."""

    @abstractmethod
    def _not_null(self, check: Check | None) -> Check:
        """The check of an item that is sure to be no null: also where there may be some, which are seldom."""


def item_in(written: list[Part]) -> tuple[Part | None, list[Part]]:
    """How an item of a list or map is written, None where there is none, and what is around the items, from the outside
    in: nothing where they stand next to each other; in forms they have numbers.
    """
    levels: list[Part] = []
    while len(written) == 1:
        (level,) = written
        levels.append(level)
        written = [part for _, part in level.parts[: 1 if level.is_numbered else None]]
        if level.is_numbered:
            break
    return (written[0] if written else None), levels


def _never(_: object) -> bool:
    return False


class XmlPlans(_Plans):
    """The plans of documents in XML, whose names are as they come, with namespaces."""

    def _structure(self, checks: Mapping[str, Check | None], *, is_closed: bool) -> Check:
        # By the whole name, once it has been met; False where there is nothing to check.
        known: dict[str, Check | bool] = {}
        of_unknown = _never if is_closed else None

        def meet(tag: str) -> Check | bool:
            found = checks.get(tag.rpartition("}")[2], of_unknown) or False
            if len(known) < _MOST_NAMES:
                known[tag] = found
            return found

        def check(element: XmlElement) -> bool:
            if element.attrib:
                return False
            for child in element:
                tag: Any = child.tag
                fits = known.get(tag)
                if fits is None:
                    fits = meet(tag)
                if fits and not fits(child):  # type: ignore[operator] # it is never True
                    return False
            return True

        return check

    def _text(self, fits: Callable[[str], bool]) -> Check:
        return lambda element: fits(element.text or "")

    def _inside(self, check: Check) -> Check:
        return lambda element: all(check(child) for child in element)

    def _not_null(self, check: Check | None) -> Check:
        return lambda element: not element.attrib and (check is None or check(element))


class FormPlans(_Plans):
    """The plans of forms."""

    def _structure(self, checks: Mapping[str, Check | None], *, is_closed: bool) -> Check:
        def check(node: QueryNode) -> bool:
            for name, child in _parts(node):
                if name not in checks:
                    if is_closed:
                        return False
                    continue
                fits = checks[name]
                if fits is not None and not fits(child):
                    return False
            return True

        return check

    def _text(self, fits: Callable[[str], bool]) -> Check:
        return lambda node: fits(text) if isinstance(text := query.parts_of(node).get("", ""), str) else False

    def _inside(self, check: Check) -> Check:
        return lambda node: all(check(child) for _, child in _parts(node))

    def _not_null(self, check: Check | None) -> Check:
        return lambda node: query.NIL not in query.parts_of(node) and (check is None or check(node))


def _parts(node: QueryNode) -> Iterable[tuple[str, QueryNode]]:
    return ((name, child) for name, child in query.parts_of(node).items() if not isinstance(child, str))
