"""What pickle and copy make of values: a call with the members that are there, of what knows their names.

All values of a class that have the same members share that: a pickle has it once, and of each value no names and
nothing of what is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import compress, repeat
from operator import attrgetter, is_not
from typing import Any, TypeAlias

from botobind.cached import cached_by_class
from botobind.markers import new
from botobind.unions import OneMember, of_member

__all__ = ["maker_of", "reducer_of"]

_MOST_SETS = 1_000
"""How many sets of members of a class are remembered: of 60 members there are more than there is room for."""

_MANY = 30
"""How many values of the same members are made before a function is compiled, which takes as long as 50 of them."""

Reduced: TypeAlias = "tuple[Maker, tuple[Any, ...]]"
"""What `__reduce__` gives."""


@cached_by_class
def reducer_of(cls: Any) -> Callable[[Any], Reduced] | None:
    """What makes of a structure or a union of a class what `__reduce__` gives; None for a class that was not generated,
    such as one that derives from a generated one, whose values may have more to keep.
    """
    if "SCHEMA" not in vars(cls):
        return None
    members = _members_of(cls)
    return members.of_union if issubclass(cls, OneMember) else members.of_structure


class Maker:
    """Makes values of a class of members by name, and is pickled as that. Names that the class does not have are passed
    over, since a pickle may be of another time's model.
    """

    __slots__ = ("_attributes", "_calls", "_cls", "_names", "make")

    make: Callable[..., Any] | None
    """Makes a value of members in order: a compiled function, once it is worth it to compile one."""

    def __init__(self, cls: Any, names: tuple[str, ...]) -> None:
        self._cls = cls
        self._attributes: tuple[str, ...] = cls._attributes()
        self._names = names
        self._calls = 0
        self.make = None

    def __call__(self, *members: Any) -> Any:
        if self.make is not None:
            return self.make(*members)
        self._calls += 1
        if self._calls == _MANY:
            self.make = _compiled(self._cls, self._names)
        return self._made(dict(zip(self._names, members, strict=True)))

    def _made(self, given: Mapping[str, Any]) -> Any:
        value = new(self._cls)
        for name in self._attributes:
            setattr(value, name, given.get(name))
        return value

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return maker_of, (self._cls, self._names)


class UnionMaker(Maker):
    """Makes values of a union, which has no attribute per member. A name that the class does not have is kept as that
    of an unknown member.
    """

    __slots__ = ()

    def __call__(self, *members: Any) -> Any:
        names, attributes = self._names, self._attributes
        if len(names) == 1 and names[0] in attributes:
            return of_member(self._cls, *names, *members)
        unknown = next((name for name in names if name not in attributes), None)
        if unknown is not None:
            return self._cls(unknown_member=unknown)
        return self._cls(**dict(zip(names, members, strict=True)))


def _compiled(cls: Any, names: tuple[str, ...]) -> Callable[..., Any]:
    """A function that sets all members: a statement of each takes a fifth of what `setattr` does."""
    places = {name: f"m{place}" for place, name in enumerate(names)}
    lines = [f" value.{name} = {places.get(name)}\n" for name in cls._attributes()]
    source = f"def make({', '.join(places.values())}):\n value = new(cls)\n{''.join(lines)} return value\n"
    namespace: dict[str, Any] = {"new": new, "cls": cls}
    exec(source, namespace)  # noqa: S102 - of names that a class declares
    made: Callable[..., Any] = namespace["make"]
    return made


class _Members:
    """The members of a class, and what makes its values, by which of them are there."""

    def __init__(self, cls: Any) -> None:
        self._cls = cls
        self._names: tuple[str, ...] = cls._attributes()
        # Of one name alone `attrgetter` gives no tuple.
        self._read = attrgetter(*self._names) if len(self._names) > 1 else self._read_each
        self._makers: dict[tuple[str, ...], Maker] = {}
        self._by_mask: dict[tuple[bool, ...], Maker] = {}

    def maker(self, names: tuple[str, ...]) -> Maker:
        """What makes values of members of these names."""
        found = self._makers.get(names)
        if found is None:
            made = UnionMaker(self._cls, names) if issubclass(self._cls, OneMember) else Maker(self._cls, names)
            found = self._makers.setdefault(names, made) if len(self._makers) < _MOST_SETS else made
        return found

    def of_structure(self, value: Any) -> Reduced:
        try:
            members = self._read(value)
        except AttributeError:  # a value that somebody is making
            members = self._read_each(value)
        there = (*map(is_not, members, repeat(None)),)
        maker = self._by_mask.get(there)
        if maker is None:
            maker = self.maker((*compress(self._names, there),))
            if len(self._by_mask) < _MOST_SETS:
                self._by_mask[there] = maker
        return maker, (*compress(members, there),)

    def of_union(self, value: OneMember) -> Reduced:
        given = value.given()
        return self.maker((*(name for name, _ in given),)), (*(member for _, member in given),)

    def _read_each(self, value: Any) -> tuple[Any, ...]:
        return (*(getattr(value, name, None) for name in self._names),)


@cached_by_class
def _members_of(cls: Any) -> _Members:
    return _Members(cls)


def maker_of(cls: type[Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """What makes values of a class of members of these names. Pickles call it."""
    maker = _members_of(cls).maker(names)
    return maker.make or maker
