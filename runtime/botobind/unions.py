"""How unions keep their member: its name and its value, whatever members a class has.

To type checkers and to attrs a union's members are attributes like those of a structure, each of them None but for one.
Ten attributes of which nine are None would take twice the memory and, to make and to drop, twice the time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

if TYPE_CHECKING:
    import inspect

__all__ = ["OneMember", "add_properties", "of_member"]


class _SignatureOfFields:
    """Says what the constructor takes, as attrs would have it."""

    def __get__(self, value: object, cls: type[OneMember]) -> inspect.Signature:
        import inspect

        import attrs

        if cls.__init__ is not OneMember.__init__ or not attrs.has(cls):
            raise AttributeError("__signature__")
        return inspect.Signature(
            [
                inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=field.type)
                for field in attrs.fields(cast("Any", cls))
            ]
        )


class OneMember:
    """What holds one of several members."""

    # The names are for generated code, too. No member's name begins with an underscore.
    __slots__ = ("__weakref__", "_member", "_value")

    # Typed as `str | None`, mypy would miss it among the slots that attrs is said to make.
    _member: Any
    """The attribute of the member that is there, or None where there is not exactly one."""
    _value: Any
    """Its value, or a dict of the values of all members that are there, by attribute."""

    MEMBERS: ClassVar[Mapping[str, str]]
    __signature__ = _SignatureOfFields()

    def __init__(self, **members: Any) -> None:
        if len(members) == 1:
            for member, value in members.items():
                if value is not None and member in self.MEMBERS:
                    self._member = member
                    self._value = value
                    return
        unknown = members.keys() - self._attributes()
        if unknown:
            name = type(self).__name__
            raise TypeError(f"{name}.__init__() got an unexpected keyword argument {min(unknown)!r}")
        self._hold(members)

    def __attrs_pre_init__(self) -> None:
        # The constructor that attrs makes for other subclasses sets one member after the other.
        self._hold({})

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        add_properties(cls)

    @classmethod
    def _attributes(cls) -> tuple[str, ...]:
        """The attributes that are members."""
        raise NotImplementedError

    def given(self) -> Collection[tuple[str, Any]]:
        """The members that are there, as pairs of attribute and value: one pair, unless the union is invalid."""
        if self._member is not None:
            return ((self._member, self._value),)
        values: dict[str, Any] = self._value
        return values.items()

    def _hold(self, members: dict[str, Any]) -> None:
        present = {name: value for name, value in members.items() if value is not None}
        if len(present) == 1:
            ((self._member, self._value),) = present.items()
        else:
            self._member, self._value = None, present


U = TypeVar("U", bound=OneMember)


def of_member(cls: type[U], member: str, value: Any) -> U:
    """A union that holds one value, given the attribute of its member; neither is looked at."""
    new: U = object.__new__(cls)
    new._member, new._value = member, value  # noqa: SLF001 - in half the time of the constructor
    return new


def add_properties(cls: type[OneMember]) -> None:
    """Makes attributes of the members that a class adds."""
    for name in cls._attributes():
        if not isinstance(getattr(cls, name, None), property):
            setattr(cls, name, _property(name))


def _property(name: str) -> property:
    def read(self: OneMember) -> Any:
        if self._member == name:
            return self._value
        return None if self._member is not None else self._value.get(name)

    def write(self: OneMember, value: Any) -> None:
        # One that was made by `__new__` alone holds nothing yet.
        members = dict(self.given()) if hasattr(self, "_member") else {}
        self._hold({**members, name: value})

    return property(read, write)
