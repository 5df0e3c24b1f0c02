"""How unions keep their member: its name and its value, whatever members a class has.

To type checkers and to attrs a union's members are attributes like those of a structure, each of them None but for one.
Ten attributes of which nine are None would take twice the memory and, to make and to drop, twice the time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from botobind import errors, late_attrs
from botobind.errors import ValidationError, Violation

if TYPE_CHECKING:
    import inspect

__all__ = ["OneMember", "add_properties", "no_single_member", "of_member"]


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
    """The value of the member, or a dict of the values of all members that are there, by attribute."""

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
        self._hold(self._evolved(members) if len(members) > len(self.MEMBERS) else members)

    def __attrs_pre_init__(self) -> None:
        # The constructor that attrs makes for other subclasses sets one member after the other.
        self._hold({})

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        add_properties(cls)
        made: Any = vars(cls).get("__init__")
        if made is not None and not hasattr(made, "__wrapped__"):
            cls.__init__ = _evolving(made)  # type: ignore[method-assign] # that which attrs has made

    @classmethod
    def _attributes(cls) -> tuple[str, ...]:
        """The attributes that are members."""
        raise NotImplementedError

    @classmethod
    def _evolved(cls, members: dict[str, Any]) -> dict[str, Any]:
        """What the constructor is to hold of its arguments: all, but where `attrs.evolve` calls it.

        That gives the changes, and each other member as it is: the member that was there gives way to the one that is
        set. Raises `ValidationError` where several are set.
        """
        attributes = cls._attributes()
        present = [name for name, value in members.items() if value is not None and name in attributes]
        if len(present) < 2 or not members.keys() >= {*attributes}:
            return members
        before = _evolved_value()
        if before is None:
            return members
        held = dict(before.given())
        changed = [name for name in present if name not in held or members[name] is not held[name]]
        if len(changed) > 1:
            raise ValidationError(cls.__name__, (Violation("$", no_single_member(changed)),))
        if not changed:
            return members
        return {name: value for name, value in members.items() if name in changed or name not in attributes}

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


def no_single_member(present: Collection[str]) -> str:
    """What is wrong with a union that has these members."""
    names = f" ({', '.join(present)})" if present else ""
    return f"{errors.no_single_member(len(present)).reason}{names}"


def _evolved_value() -> Any:
    """What `attrs.evolve`, or ours, makes another value of just now; None where neither calls. They tell constructors
    nothing of it.
    """
    frame = sys._getframe(2)  # noqa: SLF001 - nothing else tells who calls
    while frame.f_code.co_name == "__init__" and frame.f_back is not None:  # of subclasses as well
        frame = frame.f_back
    made_by_attrs = getattr(sys.modules.get("attr"), "evolve", late_attrs.evolve)  # where it is loaded at all
    is_evolving = frame.f_code in (late_attrs.evolve.__code__, made_by_attrs.__code__)
    return frame.f_locals.get("inst") if is_evolving else None


def _evolving(made: Callable[..., None]) -> Callable[..., None]:
    """A constructor that attrs has made, for a class that a user derives, with the members that are to be held."""

    @wraps(made)
    def __init__(self: OneMember, *values: Any, **members: Any) -> None:  # noqa: N807 - the name that it has
        made(self, *values, **(members if values else self._evolved(members)))

    return __init__


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
