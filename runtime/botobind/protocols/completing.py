"""What requests have of an input beyond what the caller put there: rows of data say it, as traits of members.

`absentAs` and `lastSegment` stand in `MEMBER_TRAITS` of the input's class, `lastSegments` in the traits of
the operation. The caller's value stays as it is: what is changed is a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind.replacing import replace_texts

if TYPE_CHECKING:
    from botobind.shapes import Shape

_Change: TypeAlias = "Callable[[Shape], Mapping[str, Any]]"
"""The members of an input that are to be others, by attribute."""


def completer_of(cls: type[Shape], traits: Mapping[str, Any]) -> Callable[[Any], Any] | None:
    """What makes of an input the one that its request has; None where that is always the same."""
    changes = tuple(change for attribute in cls.MEMBER_TRAITS for change in _changes_of(cls, attribute))
    paths = tuple(path.split(".") for path in traits.get("lastSegments", ()))
    if not changes and not paths:
        return None

    def complete(value: Shape) -> Shape:
        found = {attribute: member for change in changes for attribute, member in change(value).items()}
        if not found and not paths:
            return value
        completed = copy(value)
        for attribute, member in found.items():
            setattr(completed, attribute, member)
        for path in paths:
            replace_texts(completed, path, _last_segment)
        return completed

    return complete


def _changes_of(cls: type[Shape], attribute: str) -> list[_Change]:
    traits, changes = cls.MEMBER_TRAITS[attribute], []
    if "absentAs" in traits:
        changes.append(_default(attribute, traits["absentAs"]))
    if traits.get("lastSegment"):
        changes.append(_shortened(attribute))
    return changes


def _default(attribute: str, text: str) -> _Change:
    return lambda value: {attribute: text} if getattr(value, attribute) in (None, "") else {}


def _shortened(attribute: str) -> _Change:
    def change(value: Shape) -> Mapping[str, Any]:
        text = getattr(value, attribute)
        return {attribute: _last_segment(text)} if isinstance(text, str) and "/" in text else {}

    return change


def _last_segment(text: str) -> str:
    return text.rpartition("/")[2]
