"""Whether a request in XML or in a form is sure to be as the model asks for: most are.

A class's plan is made once, from the codec plan that says how its members are written. It says yes, or nothing: what is
wrong, and where, is found by the checks of `strictbindings`, which are slower by far. So a plan may leave to them what
is seldom: attributes, nulls, texts where there should be none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from botobind import schema
from botobind.formats import query
from botobind.protocols import strict
from botobind.shapes import Union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botobind.protocols.strictbindings import Members
    from botobind.rules.plans import ValuePlan
    from botobind.schema import Node
    from botobind.shapes import Shape
    from botobind.types import QueryNode, XmlElement

__all__ = ["FormPlans", "XmlPlans"]

Check: TypeAlias = "Callable[[Any], bool]"

_MOST_NAMES = 1000
"""Names of elements that are kept for a class: with their namespaces, strangers can think of any number."""


class _Plans(ABC):
    """The plans of classes in a format."""

    around_items: ClassVar[int] = 0
    """What is around the items of flat lists and the entries of flat maps: in forms they have numbers."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._made: dict[tuple[type[Shape], Members], Check] = {}

    def takes(self, cls: type[Shape], structure: Any, outer: Members) -> bool:
        """Whether a message is sure to be right; `outer` has the members that it has itself."""
        return self._of_class(cls, outer)(structure)

    def _of_class(self, cls: type[Shape], members: Members) -> Check:
        key = (cls, members)
        found = self._made.get(key)
        if found is None:
            checks = {name: self._check(*member) for name, member in members(cls).items()}
            found = self._made[key] = self._structure(checks, is_closed=issubclass(cls, Union))
        return found

    def _check(self, node: Node, value: ValuePlan) -> Check | None:
        match node:
            case schema.Scalar():
                fits = strict.text_rule(node, value.time_format)
                return None if fits is None else self._text(fits)
            case schema.Reference(target=target):
                return self._reference(target)
            case schema.ListOf() | schema.MapOf():
                return self._all(node, value)
            case schema.StreamOf():
                return _never

    def _reference(self, target: type[Shape]) -> Check:
        found: Check | None = None

        def check(part: Any) -> bool:
            nonlocal found
            if found is None:
                # Not before it is needed: structures may hold themselves.
                found = self._of_class(target, self._members)
            return found(part)

        return check

    def _all(self, node: schema.ListOf | schema.MapOf, value: ValuePlan) -> Check:
        """The check of what has the name of a list or map."""
        assert value.inner is not None  # noqa: S101 - for type checkers
        if isinstance(node, schema.ListOf):
            check = self._not_null(self._check(node.item, value.inner))
        else:
            inner = self._not_null(self._check(node.value, value.inner))
            check = self._structure({value.value_name: inner}, is_closed=False)
        for _ in range(self.around_items + (not value.is_flat)):
            check = self._inside(check)
        return check

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

    around_items = 1

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
