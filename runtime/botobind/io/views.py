"""Typed values as the dicts that botocore's handlers expect: made when somebody looks, with what they change noted.

A handler that reads a member gets what boto3 would give it; one that sets or deletes a member, or changes what is in
it, changes the value that is sent, or that the caller gets. Who looks at nothing costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import datetime
from typing import Any, Self

from botobind.markers import VALUE, class_in_format
from botobind.schema import Scalar, members_of
from botobind.serializers import ValueFormat
from botobind.shapes import Shape, new

_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})
"""What is the same on both sides."""

_MISSING = object()


class MemberView(dict[str, Any]):
    """The members of a value that are there, by their names in the API. `value` is the value itself, and
    `is_presigned` says that a URL is made of it, and nothing sent.
    """

    __slots__ = ("_looked", "is_presigned", "value")

    def __init__(self, value: Any, others: Mapping[str, Any] | None = None) -> None:
        self.value = value
        self.is_presigned = False
        self._looked: set[str] | None = None
        put = super().__setitem__
        if others:
            for name, other in others.items():
                put(name, other)
        if value is not None:
            for attribute, name in value.MEMBERS.items():
                member = getattr(value, attribute)
                if member is not None:
                    put(name, member)

    def current(self) -> Any:
        """The value with what handlers have changed: the same object where that is nothing.

        Raises `DecodeError` where a handler has set what the member cannot be.
        """
        if not self._looked or self.value is None:
            return self.value
        cls = type(self.value)
        own_names = {name: attribute for attribute, name in cls.MEMBERS.items()}
        changed: dict[str, Any] = {}
        for looked in self._looked:
            name = cls.VALUE_NAMES.get(looked, looked)
            attribute = own_names.get(name)
            if attribute is None:
                continue  # of botocore's own, such as `ResponseMetadata`
            now = dict.get(self, looked)
            if now is not (before := getattr(self.value, attribute)) and now != self._shown(attribute, name, before):
                changed[attribute] = now
        return self._with(changed) if changed else self.value

    def _with(self, changed: Mapping[str, Any]) -> Any:
        cls = type(self.value)
        members = {member.attribute: member for member in members_of(cls)}
        if not all(_is_kept(members[attribute].node, now) for attribute, now in changed.items()):
            needed = {attribute: getattr(self.value, attribute) for attribute in cls.REQUIRED}
            given = {cls.MEMBERS[each]: self._shown(each, cls.MEMBERS[each], kept) for each, kept in needed.items()}
            given |= {cls.MEMBERS[attribute]: now for attribute, now in changed.items()}
            read = class_in_format(cls, VALUE).of_value(given)
            changed = {attribute: getattr(read, attribute) for attribute in changed}
        made = copy(self.value)
        for attribute, now in changed.items():
            setattr(made, attribute, now)
        return made

    def _shown(self, attribute: str, name: str, member: Any) -> Any:
        """A member as boto3 has it."""
        if member.__class__ in _PLAIN or not isinstance(member, (str, list, dict, Shape, datetime)):
            return member  # such as streams
        if not isinstance(self.value, ValueFormat):
            return member  # generated without that format
        cls = type(self.value)
        alone = new(cls)
        for each in cls.MEMBERS:
            setattr(alone, each, None)
        setattr(alone, attribute, member)
        return alone.to_value()[name]

    def _look(self, name: str, member: Any) -> Any:
        """What a handler gets of a member; from now on it may change what is in it."""
        if member.__class__ in _PLAIN or (self._looked is not None and name in self._looked):
            return member
        names = {} if self.value is None else self.value.MEMBERS
        attribute = next((own for own, known in names.items() if known == name), None)
        if attribute is None:
            return member
        shown = self._shown(attribute, name, member)
        if shown is not member:
            self._note(name)
            super().__setitem__(name, shown)
        return shown

    def _note(self, name: str) -> None:
        if self._looked is None:
            self._looked = set()
        self._looked.add(name)

    def __getitem__(self, name: str) -> Any:
        return self._look(name, super().__getitem__(name))

    def get(self, name: str, default: Any = None) -> Any:
        """The member of that name, or `default`."""
        return self[name] if name in self else default  # noqa: SIM401 - that is what `get` is made of

    def items(self) -> Any:
        """Names and members."""
        return [(name, self[name]) for name in self]

    def values(self) -> Any:
        """The members."""
        return [self[name] for name in self]

    def __iter__(self) -> Iterator[str]:
        # With an iterator of its own, `dict(view)` asks `__getitem__`.
        return super().__iter__()

    def copy(self) -> dict[str, Any]:
        """A dict with the same members."""
        return dict(self.items())

    def __copy__(self) -> dict[str, Any]:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        from copy import deepcopy

        return deepcopy(self.copy(), memo)

    def __reduce__(self) -> Any:
        return dict, (self.copy(),)

    def __eq__(self, other: object) -> bool:
        return self.copy() == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # dicts are no keys

    def __repr__(self) -> str:
        # Members may be sensitive.
        return f"<members of {type(self.value).__name__}: {', '.join(self)}>"

    def __setitem__(self, name: str, member: Any) -> None:
        self._note(name)
        super().__setitem__(name, member)

    def __delitem__(self, name: str) -> None:
        self._note(name)
        super().__delitem__(name)

    def pop(self, name: str, default: Any = _MISSING) -> Any:
        """Takes a member out."""
        if name not in self:
            if default is _MISSING:
                raise KeyError(name)
            return default
        member = self[name]
        del self[name]
        return member

    def popitem(self) -> tuple[str, Any]:
        """Takes the last member out."""
        name = list(self)[-1]
        return name, self.pop(name)

    def clear(self) -> None:
        """Takes all members out."""
        for name in list(self):
            del self[name]

    def setdefault(self, name: str, default: Any = None) -> Any:
        """The member of that name, which is set where it is not there."""
        if name not in self:
            self[name] = default
        return self[name]

    def update(self, *others: Any, **members: Any) -> None:
        """Sets members."""
        for name, member in dict(*others, **members).items():
            self[name] = member

    def __ior__(self, others: Any) -> Self:  # type: ignore[override] # takes what `update` takes
        self.update(others)
        return self

    def __or__(self, others: Any) -> dict[str, Any]:  # type: ignore[override] # takes what `update` takes
        return {**self.copy(), **others}

    def __ror__(self, others: Any) -> dict[str, Any]:  # type: ignore[override] # takes what `update` takes
        return {**others, **self.copy()}


def _is_kept(node: Any, member: Any) -> bool:
    """Whether a member can be assigned as it is: what is of the member's own type, and streams."""
    if not isinstance(node, Scalar):
        return member is None
    types: dict[str, Callable[[Any], bool]] = {
        "str": lambda given: isinstance(given, str),
        "bytes": lambda given: isinstance(given, bytes),
        "bool": lambda given: isinstance(given, bool),
        "stream": lambda given: isinstance(given, bytes) or hasattr(given, "read"),
    }
    return member is None or (node.kind in types and types[node.kind](member))
