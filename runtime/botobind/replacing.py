"""Replaces texts inside of values, at paths that rows of data name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botobind.errors import DecodeError
from botobind.markers import is_shape

if TYPE_CHECKING:
    from botobind.shapes import Shape

__all__ = ["attribute_of", "replace_texts"]


def attribute_of(cls: type[Shape], name: str) -> str:
    """The attribute of a member by its name in the model."""
    return next(attribute for attribute, member in cls.MEMBERS.items() if member == name)


def replace_texts(value: Shape, path: Sequence[str], of: Callable[[str], str]) -> None:
    """Replaces the texts at a path of member names by what a function makes of them.

    The value is changed; the lists and structures on the way to the texts are replaced by copies. What is absent stays
    so. A `DecodeError` of the function gets the path.
    """
    from copy import copy

    name, *rest = path
    attribute = attribute_of(type(value), name)
    member = getattr(value, attribute)
    if member is None:
        return
    try:
        if not rest:
            member = of(member)
        elif is_shape(member):
            member = copy(member)
            replace_texts(member, rest, of)
        else:
            member = [copy(item) for item in member]
            for index, item in enumerate(member):
                try:
                    replace_texts(item, rest, of)
                except DecodeError as error:
                    raise error.under(index) from None
    except DecodeError as error:
        raise error.under(name) from None
    setattr(value, attribute, member)
