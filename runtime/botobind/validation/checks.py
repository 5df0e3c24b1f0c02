"""Whether a value keeps its model's constraints, and no word about which it breaks: the quick way for values that do.

A class's checks are made once, from the nodes of its members. Where they say no, or cannot say, `violations` looks for
each violation and names it; so these checks may refuse what is seldom, such as instances of subclasses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from botobind import schema
from botobind.attributes import field, frozen
from botobind.constraints import Bounds, Len, Matches
from botobind.markers import is_union_class
from botobind.validation.matching import matches

if TYPE_CHECKING:
    from botobind.schema import Node
    from botobind.shapes import Shape, Union

__all__ = ["PYTHON_TYPES", "keeps", "lengths"]

Check = Callable[[Any], bool]

PYTHON_TYPES: dict[schema.ScalarKind, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "bytes": (bytes, bytearray, memoryview),
    "datetime": (datetime,),
    "document": (bool, int, float, str, list, dict, type(None)),
}
"""The types of scalars' values; a truth value is no number."""


def keeps(value: Shape, *, is_decoded: bool = False) -> bool:
    """Whether a value is sure to keep all constraints.

    With `is_decoded`, a reader has made it, so that its types are right; it has no enum values that its model lacks.
    """
    checks = _OF_DECODED if is_decoded else _OF_ANY
    try:
        return checks.of_class(type(value))(value)
    except (RecursionError, TimeoutError, TypeError):
        # Of a type that it should not have is what was changed since it was read.
        return False


@frozen(eq=False)
class _Checks:
    """The checks of classes."""

    is_decoded: bool
    _made: dict[Any, Check] = field(factory=dict, init=False)

    def of_class(self, cls: type[Shape]) -> Check:
        """The check of a class's instances."""
        found = self._made.get(cls)
        if found is None:
            found = self._made[cls] = self._union(cls) if is_union_class(cls) else self._structure(cls)
        return found

    def _structure(self, cls: type[Shape]) -> Check:
        members = [(member, self._node(member.node)) for member in schema.members_of(cls)]
        members = [(member, fits) for member, fits in members if member.required or fits is not None]
        if not members:
            return _fits
        # The first attribute is there twice, as of one alone there would be no tuple.
        members = [members[0], *members]
        values_of = attrgetter(*(member.attribute for member, _ in members))
        checks = tuple((member.required, fits or _fits) for member, fits in members)

        def check(value: Any) -> bool:
            try:
                values = values_of(value)
            except AttributeError:
                return False
            for item, (is_required, fits) in zip(values, checks):  # noqa: B905 - their lengths are the same
                if item is None:
                    if is_required:
                        return False
                elif not fits(item):
                    return False
            return True

        return check

    def _union(self, cls: type[Union]) -> Check:
        checks = {member.attribute: self._node(member.node) or _fits for member in schema.members_of(cls)}
        if not self.is_decoded:
            checks["unknown_member"] = _is_text

        def check(value: Any) -> bool:
            fits = checks.get(value._member)  # noqa: SLF001 - as generated code does
            return fits is not None and fits(value._value)  # noqa: SLF001 - as generated code does

        return check

    def _node(self, node: Node) -> Check | None:
        """The check of a node's values; None where it takes all."""
        match node:
            case schema.Scalar():
                return self._scalar(node)
            case schema.Reference(target=target):
                return self._reference(target)
            case schema.ListOf():
                return self._list(node)
            case schema.MapOf():
                return self._map(node)
            case schema.StreamOf():
                # Its events are for whoever sends them, but for those that are there already.
                return lambda value: not isinstance(value, (list, tuple))

    def _reference(self, target: type[Shape]) -> Check:
        found: Check | None = None

        def check(value: Any) -> bool:
            nonlocal found
            if type(value) is not target:
                return False
            if found is None:
                # Not before it is needed: structures may hold themselves.
                found = self.of_class(target)
            return found(value)

        return check

    def _list(self, node: schema.ListOf) -> Check | None:
        least, most = lengths(node.constraints)
        fits = self._entry(node.item, sparse=node.sparse)
        if fits is None:
            return self._sized(node)

        def check(value: Any) -> bool:
            if type(value) is not list or not least <= len(value) <= most:
                return False
            for item in value:  # noqa: SIM110 - a generator would take twice the time
                if not fits(item):
                    return False
            return True

        return check

    def _map(self, node: schema.MapOf) -> Check | None:
        least, most = lengths(node.constraints)
        key_check, check_of_value = self._scalar(node.key), self._entry(node.value, sparse=node.sparse)
        if key_check is None and check_of_value is None:
            return self._sized(node)
        key_fits, fits = key_check or _fits, check_of_value or _fits

        def check(value: Any) -> bool:
            if not isinstance(value, dict) or not least <= len(value) <= most:
                return False
            for key, item in value.items():  # noqa: SIM110 - a generator would take twice the time
                if not key_fits(key) or not fits(item):
                    return False
            return True

        return check

    def _sized(self, node: schema.ListOf | schema.MapOf | schema.Scalar) -> Check | None:
        """The check of a length."""
        least, most = lengths(node.constraints)
        if not least and most == float("inf"):
            return None
        return lambda value: least <= len(value) <= most

    def _entry(self, node: Node, *, sparse: bool) -> Check | None:
        fits = self._node(node)
        if fits is None:
            # What stands for nothing where nothing may be is for whoever reads.
            return None
        if sparse or (isinstance(node, schema.Scalar) and node.kind == "document"):
            return lambda value: value is None or fits(value)
        return fits

    def _scalar(self, node: schema.Scalar) -> Check | None:
        if node.kind == "stream":
            return lambda value: isinstance(value, (bytes, bytearray, memoryview)) or hasattr(value, "read")
        checks = [*_bounds(node.constraints), *_patterns(node.constraints)]
        if self.is_decoded and node.enum is not None:
            checks.append(frozenset(member.value for member in node.enum).__contains__)
        is_of_type = self._sized(node) if self.is_decoded else _of_type(node)
        if not checks:
            return is_of_type
        first = is_of_type or _fits
        return lambda value: first(value) and all(check(value) for check in checks)


_OF_ANY, _OF_DECODED = _Checks(is_decoded=False), _Checks(is_decoded=True)


def _fits(_: object) -> bool:
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _of_type(node: schema.Scalar) -> Check:
    """The check of a scalar's type and length."""
    least, most = lengths(node.constraints)
    first, *others = PYTHON_TYPES[node.kind]
    # A type alone is found quicker than among several.
    types: Any = (first, *others) if others else first
    if least or most != float("inf"):
        return lambda value: isinstance(value, types) and least <= len(value) <= most
    if node.kind in ("int", "float"):
        return lambda value: isinstance(value, types) and not isinstance(value, bool)
    return lambda value: isinstance(value, types)


def lengths(constraints: tuple[object, ...]) -> tuple[int, float]:
    """The least and the greatest length that constraints allow."""
    lengths = [constraint for constraint in constraints if isinstance(constraint, Len)]
    least = max((length.minimum for length in lengths), default=0)
    most = min((length.maximum for length in lengths if length.maximum is not None), default=float("inf"))
    return least, most


def _bounds(constraints: tuple[object, ...]) -> Iterator[Check]:
    for constraint in constraints:
        if isinstance(constraint, Bounds):
            least = float("-inf") if constraint.minimum is None else constraint.minimum
            greatest = float("inf") if constraint.maximum is None else constraint.maximum
            yield partial(_is_between, least, greatest)


def _is_between(least: float, greatest: float, value: float) -> bool:
    return least <= value <= greatest


def _patterns(constraints: tuple[object, ...]) -> Iterator[Check]:
    return (partial(matches, constraint.pattern) for constraint in constraints if isinstance(constraint, Matches))
