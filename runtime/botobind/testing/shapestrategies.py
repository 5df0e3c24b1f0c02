"""Strategies over lists, maps, structures and unions; importing this needs Hypothesis."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from attrs import fields_dict, frozen
from hypothesis import strategies as st

from botobind import schema
from botobind.shapes import Shape, Union
from botobind.testing.examples import STATUS, least_example
from botobind.testing.patterns import NoExampleError
from botobind.testing.scalars import size_bounds
from botobind.testing.scalarstrategies import scalars

if TYPE_CHECKING:
    from botobind.testing.strategies import Alphabet

__all__ = ["values_of"]

_LEVELS = 4
_MOST_OPTIONAL = (2, 3, 5, 8)
"""How many optional members a structure has at most, by the levels that are left: all of a large
one would be too many draws."""
_MOST_ENTRIES = 2


@frozen
class _Filling:
    argument: str
    values: st.SearchStrategy[Any]


def values_of(node: schema.Node, alphabet: Alphabet) -> st.SearchStrategy[Any]:
    """A strategy over the valid values of a node."""
    return _values(node, _LEVELS, alphabet)


def _values(node: schema.Node, levels: int, alphabet: Alphabet) -> st.SearchStrategy[Any]:
    match node:
        case schema.Scalar():
            return scalars(node, alphabet)
        case schema.Reference(target=target):
            return _structures(target, levels - 1, alphabet) if levels else st.builds(least_example, st.just(node))
        case schema.StreamOf(event=event):
            return st.lists(_values(event, levels, alphabet), max_size=2)
        case schema.ListOf(item=item):
            least, most = _entries(node, levels)
            items = _entry(item, levels, alphabet, sparse=node.sparse) if most else st.nothing()
            return st.lists(items, min_size=least, max_size=most)
        case schema.MapOf(key=key, value=value):
            least, most = _entries(node, levels)
            if not most:
                return st.builds(dict)
            entries = _entry(value, levels, alphabet, sparse=node.sparse)
            return st.dictionaries(scalars(key, alphabet), entries, min_size=least, max_size=most)


def _entry(node: schema.Node, levels: int, alphabet: Alphabet, *, sparse: bool) -> st.SearchStrategy[Any]:
    entries = _values(node, levels, alphabet)
    return st.none() | entries if sparse else entries


def _entries(node: schema.ListOf | schema.MapOf, levels: int) -> tuple[int, int]:
    least, most = size_bounds(node.constraints)
    if most is not None and most < least:
        raise NoExampleError(f"nothing has at least {least} and at most {most} entries")
    if levels == 0 and _is_nested(node):
        return least, least
    usual = max(least, _MOST_ENTRIES)
    return least, usual if most is None else min(usual, most)


def _is_nested(node: schema.Node) -> bool:
    match node:
        case schema.Scalar():
            return False
        case schema.ListOf(item=inner) | schema.MapOf(value=inner):
            return _is_nested(inner)
        case _:
            return True


@st.composite
def _structures(draw: st.DrawFn, cls: type[Shape], levels: int, alphabet: Alphabet) -> Shape:
    needed, optional = _fillings(cast("Any", cls), levels, alphabet)
    if not needed and not optional:
        # All of its members are nested too deeply.
        return cast("Shape", least_example(schema.Reference(cls)))
    if issubclass(cls, Union):
        only = draw(st.sampled_from(optional))
        return cls(**{only.argument: draw(only.values)})
    present = list(needed)
    if optional:
        some = st.lists(st.sampled_from(range(len(optional))), unique=True, max_size=_MOST_OPTIONAL[levels])
        present += [optional[index] for index in sorted(draw(some))]
    return cls(**{filling.argument: draw(filling.values) for filling in present})


@cache
def _fillings(cls: Any, levels: int, alphabet: Alphabet) -> tuple[tuple[_Filling, ...], tuple[_Filling, ...]]:
    """The members that must be there and those that need not. The others have no value, or are
    nested too deeply.
    """
    arguments = {name: attribute.alias or name for name, attribute in fields_dict(cls).items()}
    needed, optional = [], []
    for member in schema.independent_members_of(cls):
        argument = arguments[member.attribute]
        if member.attribute == cls.STATUS:
            optional.append(_Filling(argument, st.just(STATUS)))
        elif (member.required or not member.optional) and not issubclass(cls, Union):
            needed.append(_Filling(argument, _values(member.node, levels, alphabet)))
        elif levels or not _is_nested(member.node):
            values = _possible_values(member.node, levels, alphabet)
            optional += [] if values is None else [_Filling(argument, values)]
    return tuple(needed), tuple(optional)


def _possible_values(node: schema.Node, levels: int, alphabet: Alphabet) -> st.SearchStrategy[Any] | None:
    try:
        least_example(node)
        return _values(node, levels, alphabet)
    except NoExampleError:
        return None
