"""Where two values of generated classes differ: what pytest shows of a comparison that fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from botobind import schema
from botobind.markers import is_shape_class
from botobind.shapes import ErrorShape

__all__ = ["Difference", "differences", "explained"]

_MOST = 20
"""How many differences are shown."""
_LONGEST = 120
_SECRET = "a sensitive value"  # noqa: S105 - what is shown in its place


class Difference(NamedTuple):
    """A place where two values differ. What is sensitive is not shown."""

    path: str
    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.path}: {self.left} != {self.right}"


def differences(left: Any, right: Any) -> list[Difference]:
    """All places where two values differ, in the order of the model: values of generated classes, lists and maps.

    A path begins with `$`, and has the names of members in the API.
    """
    return list(_found(left, right, "$", None))


def explained(left: Any, right: Any) -> list[str] | None:
    """Lines for a comparison of two values of one generated class; None for others, and for equal ones."""
    if not is_shape_class(type(left)) or type(left) is not type(right):
        return None
    found = differences(left, right)
    if not found:
        return None
    lines = [f"{type(left).__name__} == {type(right).__name__}, but for:", *map(str, found[:_MOST])]
    return lines if len(found) <= _MOST else [*lines, f"and {len(found) - _MOST} more"]


def _found(left: Any, right: Any, path: str, node: schema.Node | None) -> Iterator[Difference]:
    if left is right or (type(left) is type(right) and left == right):
        return
    if node is not None and schema.is_sensitive(node):
        yield Difference(path, _hidden(left), _hidden(right))
    elif is_shape_class(type(left)) and type(left) is type(right):
        for member in schema.members_of(type(left)):
            ours, theirs = (getattr(each, member.attribute, None) for each in (left, right))
            yield from _found(ours, theirs, f"{path}.{member.name}", member.node)
        if isinstance(left, ErrorShape):
            messages = left._own_message(), right._own_message()  # noqa: SLF001 - as they are compared
            yield from _found(*messages, f"{path}.message", None)
            if "code" not in left.MEMBERS:
                yield from _found(left.code, right.code, f"{path}.code", None)
    elif isinstance(left, list) and isinstance(right, list):
        inner = node.item if isinstance(node, schema.ListOf) else None
        for index, (ours, theirs) in enumerate(zip(left, right, strict=False)):
            yield from _found(ours, theirs, f"{path}[{index}]", inner)
        if len(left) != len(right):
            yield Difference(path, f"{len(left)} items", f"{len(right)} items")
    elif isinstance(left, dict) and isinstance(right, dict):
        inner = node.value if isinstance(node, schema.MapOf) else None
        for key in [*left, *(key for key in right if key not in left)]:
            place = f"{path}[{key!r}]"
            if key in left and key in right:
                yield from _found(left[key], right[key], place, inner)
            else:
                ours, theirs = (_shown(each[key]) if key in each else "nothing" for each in (left, right))
                yield Difference(place, ours, theirs)
    else:
        yield Difference(path, _shown(left), _shown(right))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _hidden(value: Any) -> str:
    return "None" if value is None else _SECRET
