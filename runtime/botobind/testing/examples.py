"""One small valid value of any class."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, overload

from attrs import fields_dict, frozen

from botobind import schema
from botobind.shapes import Shape, Union
from botobind.testing.patterns import NoExampleError
from botobind.testing.scalars import document_example, scalar_example, size_bounds, text_examples

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["example", "least_example"]

T = TypeVar("T")

_LEVELS = 4
"""How many levels of structures optional members are filled for; required ones always are."""

STATUS = 200
"""The value of a member that is the status of a response: not every number is one."""


class _Place(NamedTuple):
    """Where a value is built: in values of which classes, and how many more levels of optional
    structures there may be.

    In the least values, no optional member holds a structure, and no class is inside of itself.
    `may_be_empty` says that required lists and maps that cannot have an entry are left empty.
    """

    above: frozenset[type[Shape]]
    levels: int
    least: bool = False
    may_be_empty: bool = True

    def inside(self, cls: type[Shape]) -> _Place:
        return self._replace(above=self.above | {cls}, levels=max(self.levels - 1, 0))


_TOP = _Place(frozenset(), _LEVELS)
_LEAST = _Place(frozenset(), 0, least=True)


@frozen
class _Filling:
    """How a member is filled. `targets` are the classes of the structures in it."""

    argument: str
    make: Callable[[_Place], object]
    empty: Callable[[], object] | None
    needed: bool
    targets: frozenset[type[Shape]]


@overload
def example(shape: type[T]) -> T: ...


@overload
def example(shape: object) -> Any: ...


def example(shape: object) -> Any:
    """A small valid value of a generated class, or of an annotation such as `list[Tag]`; `validate`
    finds nothing in it.

    All members are filled, also optional ones, except where a structure lies several levels deep or
    within its own kind, and for the length of a payload. Lists and maps have one entry, or as many
    as they must; unions have their first member that is possible; enums are their first value. It
    is the same on every call and every machine, but a new object each time.

    Raises `NoExampleError` where the model's constraints leave no value, `TypeError` for what is
    the type of no shape.
    """
    return _maker(schema.node_of(shape))(_TOP)


def least_example(node: schema.Node) -> Any:
    """An example of a node in which no optional member holds a structure."""
    return _maker(node)(_LEAST)


def _structure(cls: type[Shape], place: _Place) -> Shape:
    if cls in place.above:
        if place.least:
            raise NoExampleError(f"{cls.SHAPE} needs itself without end")
        place = _LEAST._replace(may_be_empty=place.may_be_empty)
    inside = place.inside(cls)
    fillings = _fillings(cast("Any", cls))
    if issubclass(cls, Union):
        return _union(cls, fillings, inside)
    members: dict[str, object] = {}
    for filling in fillings:
        if filling.needed:
            members[filling.argument] = _needed(filling, inside)
        elif not filling.targets or (place.levels and inside.above.isdisjoint(filling.targets)):
            _fill(members, filling, inside)
    if not members:
        # An entry of a list that has no members at all is nothing in some formats.
        least = _LEAST.inside(cls) if not place.least else inside
        for filling in fillings:
            if _fill(members, filling, least):
                break
    return cls(**members)


def _needed(filling: _Filling, place: _Place) -> object:
    try:
        return filling.make(place)
    except NoExampleError:
        if filling.empty is None or not place.may_be_empty:
            raise
        return filling.empty()


def _fill(members: dict[str, object], filling: _Filling, place: _Place) -> bool:
    try:
        members[filling.argument] = filling.make(place)
    except NoExampleError:
        return False
    return True


def _union(cls: type[Shape], fillings: tuple[_Filling, ...], place: _Place) -> Shape:
    member: dict[str, object] = {}
    full = place._replace(may_be_empty=False)
    if any(_fill(member, filling, full) for filling in fillings):
        return cls(**member)
    if place.may_be_empty:
        for filling in fillings:
            if filling.empty is not None:
                return cls(**{filling.argument: filling.empty()})
            if _fill(member, filling, place):
                return cls(**member)
    raise NoExampleError(f"no member of the union {cls.SHAPE} is possible")


@cache
def _fillings(cls: Any) -> tuple[_Filling, ...]:
    arguments = {name: attribute.alias or name for name, attribute in fields_dict(cls).items()}
    return tuple(
        _Filling(
            arguments[member.attribute],
            _maker(member.node) if member.attribute != cls.STATUS else lambda _: STATUS,
            _empty(member.node),
            member.required or not member.optional,
            _targets(member.node),
        )
        for member in schema.independent_members_of(cls)
    )


def _targets(node: schema.Node) -> frozenset[type[Shape]]:
    match node:
        case schema.Reference(target=target):
            return frozenset({target})
        case schema.ListOf(item=inner) | schema.MapOf(value=inner) | schema.StreamOf(event=inner):
            return _targets(inner)
        case _:
            return frozenset()


def _empty(node: schema.Node) -> Callable[[], object] | None:
    if isinstance(node, (schema.ListOf, schema.MapOf)) and size_bounds(node.constraints)[0] == 0:
        return list if isinstance(node, schema.ListOf) else dict
    return None


def _maker(node: schema.Node) -> Callable[[_Place], Any]:
    try:
        match node:
            case schema.Scalar(kind="document"):
                return lambda _: document_example()
            case schema.Scalar():
                value = scalar_example(node)
                return lambda _: value
            case schema.Reference(target=target):
                return partial(_structure, target)
            case schema.StreamOf(event=event):
                made = _maker(event)
                return lambda place: [made(place)]
            case schema.ListOf():
                return _list_maker(node)
            case schema.MapOf():
                return _map_maker(node)
    except NoExampleError as error:
        return partial(_fail, str(error))


def _fail(reason: str, place: _Place) -> object:
    del place
    raise NoExampleError(reason)


def _list_maker(node: schema.ListOf) -> Callable[[_Place], list[object]]:
    made = _maker(node.item)
    count = _count(node)
    return lambda place: [made(place) for _ in range(count)]


def _map_maker(node: schema.MapOf) -> Callable[[_Place], dict[object, object]]:
    made = _maker(node.value)
    count = _count(node)
    keys = text_examples(node.key, count) if count else ()
    return lambda place: {key: made(place) for key in keys}


def _count(node: schema.ListOf | schema.MapOf) -> int:
    least, most = size_bounds(node.constraints)
    if most is not None and most < least:
        raise NoExampleError(f"nothing has at least {least} and at most {most} entries")
    return max(least, 1 if most is None else min(most, 1))
