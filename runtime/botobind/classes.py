"""The decorator of generated classes: slots, and what attrs completes when somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botobind import tables
from botobind.docstrings import class_docstring
from botobind.errors import ServiceError
from botobind.late_attrs import CONSTRUCTOR, DESCRIPTIONS, Completion, attributes_of, slotted
from botobind.unions import OneMember, add_properties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botobind.attributes import define
else:

    def define(**options: Any) -> Callable[[type], type]:
        """The decorator of generated classes, which takes the options of `attrs.define` and does the same, but for what
        can wait. Unions have no slots for their members, and `OneMember`'s constructor; that of an error takes its
        `message`.
        """
        return lambda cls: _with_slots(cls, options)


__all__ = ["define"]

_MESSAGE = {"message": "str | None"}
"""What every error has, whether its model has such a member or not."""


def _with_slots(cls: type, options: dict[str, Any]) -> type:
    names = attributes_of(cls)
    is_union = issubclass(cls, OneMember)
    made = slotted(cls, names, () if is_union else names, _of_table(cls))
    fields = {name: vars(cls)[name] for name in names if name in vars(cls)}
    later = DESCRIPTIONS if is_union else (CONSTRUCTOR, *DESCRIPTIONS)
    inherited = _MESSAGE if issubclass(cls, ServiceError) and "message" not in names else None
    Completion(made, fields, {**options, "slots": False}, _sensitive_names, inherited).later(*later)
    if issubclass(made, OneMember):
        add_properties(made)
    return made


def _of_table(cls: type) -> dict[str, Any]:
    """What a class has because it has a table."""
    own = vars(cls)
    if "SCHEMA" not in own:
        return {}
    service = tables.service_name_of(cls)
    found = {tables.own_name(name, service, cls.__name__): own[name] for name in tables.OWN_NAMES if name in own}
    if "SHAPE" not in own:
        found["SHAPE"] = cls.__name__
    if own.get("__doc__") is None:
        found["__doc__"] = _DocstringOfStub()
    return found


def _sensitive_names(cls: Any) -> Iterable[str]:
    """The attributes that tools which go by attrs' fields must not show either."""
    names: Iterable[str] = cls.MEMBERS if cls.TRAITS.get("sensitive") else cls.SENSITIVE
    return names


class _DocstringOfStub:
    """The docstring of a class that stands in no other place than its package's stub."""

    def __get__(self, value: object, cls: type) -> str | None:
        if vars(cls).get("__doc__") is not self:  # docstrings are not inherited
            return None
        return class_docstring(tables.index_of(cls), cls.__name__)
