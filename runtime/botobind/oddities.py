"""What msgspec takes of trees, or passes by, but no reader of trees: fractions for numbers, and whatever is not plain
in members that the model does not have, and in documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, ValuesView
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from botobind.tables import ReferenceSchema

__all__ = ["Looked", "checker", "innermost"]

_CONTAINERS = (list, tuple, ValuesView)


class Looked(NamedTuple):
    """What of a class's members is looked at."""

    names: frozenset[str]
    """The names of all members on the wire: what is in others has to be plain."""
    inside: list[tuple[str, ReferenceSchema, Any]]
    """The members with structures, fractions and documents: name, what it is, and the class of structures."""


def checker(top: Any, classes: Mapping[Any, Looked], is_plain: Callable[[object], bool]) -> Callable[[Any], bool]:
    """Whether a tree of the class `top` has nothing odd."""

    def check(tree: Any) -> bool:
        # All structures of a class that stand in one place of their kind are looked at together.
        pending: list[tuple[Any, list[Any]]] = [(top, [tree])]
        while pending:
            each, nodes = pending.pop()
            structures = [node for node in nodes if isinstance(node, dict)]  # msgspec refuses what is none
            names, inside = classes[each]
            if not all(map(names.issuperset, structures)) and not all(
                is_plain(node) for members in structures for name, node in members.items() if name not in names
            ):
                return False
            for name, reference, inner in inside:
                nodes = [node for members in structures if (node := members.get(name)) is not None]
                found = innermost(reference, nodes)
                if inner is not None:
                    if found:
                        pending.append((inner, found))
                elif not (all(map(is_plain, found)) if reference.innermost.kind == "document" else _are_numbers(found)):
                    return False
        return True

    return check


def innermost(reference: ReferenceSchema, nodes: list[Any], most: int | None = None) -> list[Any]:
    """What lists and maps hold in the end, at most so many of each."""
    if reference.inner is None:
        return nodes
    inner = [each.values() if isinstance(each, dict) else each for each in nodes]
    items = chain.from_iterable(islice(each, most) for each in inner if isinstance(each, _CONTAINERS))
    return innermost(reference.inner, list(items), most)


def _are_numbers(items: list[Any]) -> bool:
    """Whether there are no fractions. Of their sum it is told much faster than of each number."""
    try:
        return type(sum(items)) in (int, float)
    except (ArithmeticError, TypeError):
        return False
