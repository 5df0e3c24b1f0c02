"""The types of members as data, read once from the annotations of generated classes.

Whatever looks at values from outside (validation, examples, converters) walks these nodes instead of parsing
annotations itself.
"""

from __future__ import annotations

import types
import typing
from collections.abc import AsyncIterable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, cast, get_args, get_origin, get_type_hints

from botobind.attributes import frozen
from botobind.constraints import Sensitive
from botobind.markers import is_shape_class
from botobind.types import DOCUMENT, SINGLE_PRECISION, STREAMING, Bits

if TYPE_CHECKING:
    from botobind.shapes import Shape

ScalarKind = Literal["str", "int", "float", "bool", "bytes", "datetime", "document", "stream"]

_SCALARS: dict[Any, ScalarKind] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    bytes: "bytes",
    datetime: "datetime",
}


@frozen()
class Scalar:
    """A scalar shape. `constraints` are those of `botobind.constraints`; `enum` has the values that are known."""

    kind: ScalarKind
    constraints: tuple[object, ...] = ()
    enum: type[StrEnum] | None = None
    single_precision: bool = False
    bits: int = 32
    """The size of an integer: 8, 16, 32 or 64."""


@frozen()
class ListOf:
    """A list shape."""

    item: Node
    sparse: bool = False
    """Whether nulls may be among the items."""
    constraints: tuple[object, ...] = ()


@frozen()
class MapOf:
    """A map shape."""

    key: Scalar
    """With the values that are known, where the annotation has an enum beside `str`."""
    value: Node
    sparse: bool = False
    """Whether nulls may be among the values."""
    constraints: tuple[object, ...] = ()


@frozen()
class StreamOf:
    """An event stream; `event` is the union of its events."""

    event: Node
    constraints: tuple[object, ...] = ()


@frozen()
class Reference:
    """A structure, union or error: a class of its own."""

    target: type[Shape]
    constraints: tuple[object, ...] = ()


Node: TypeAlias = "Scalar | ListOf | MapOf | StreamOf | Reference"
"""What the type of a member is made of."""


@frozen()
class Member:
    """A member of a structure. `optional` says that the annotation allows None."""

    attribute: str
    name: str
    """The member's name in the model."""
    node: Node
    required: bool
    """Whether the model demands the member."""
    optional: bool


def members_of(cls: type[Shape]) -> tuple[Member, ...]:
    """The members of a generated class, in the model's order. Loads the classes that they name, not what these name."""
    return _members_of(cast("Any", cls))


def independent_members_of(cls: type[Shape]) -> tuple[Member, ...]:
    """The members that may be given together: all but those that hold what another one cannot (`textMember`), and the
    length of a payload, which follows from it, unless it has to be given.
    """
    dependent = {traits.get("textMember") for traits in cls.MEMBER_TRAITS.values()}
    if cls.PAYLOAD is not None:
        # In all models by one name, as where it is checked.
        dependent |= {cls.MEMBERS[name] for name in cls.HEADERS if name not in cls.REQUIRED} & {"ContentLength"}
    return tuple(member for member in members_of(cls) if member.name not in dependent)


@cache
def _members_of(cls: Any) -> tuple[Member, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(_member(cls, attribute, name, hints[attribute]) for attribute, name in cls.MEMBERS.items())


def _member(cls: type[Shape], attribute: str, name: str, hint: object) -> Member:
    inner, optional = _without_none(hint)
    return Member(attribute, name, node_of(inner), attribute in cls.REQUIRED, optional)


def _without_none(hint: object) -> tuple[object, bool]:
    if not _is_union(hint) or type(None) not in get_args(hint):
        return hint, False
    rest = tuple(arg for arg in get_args(hint) if arg is not type(None))
    return (rest[0] if len(rest) == 1 else typing.Union[rest]), True  # noqa: UP007 - made of a tuple


def _is_union(hint: object) -> bool:
    return get_origin(hint) in (typing.Union, types.UnionType)


def node_of(hint: object) -> Node:
    """The node of an annotation such as `list[Tag]` or an alias of a generated package.

    Raises `TypeError` for types that no shape has.
    """
    if get_origin(hint) is Annotated:
        return _annotated(hint)
    if hint in _SCALARS:
        return Scalar(_SCALARS[hint])
    if is_shape_class(hint):
        return Reference(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Scalar("str", enum=hint)
    if get_origin(hint) is list:
        item, sparse = _without_none(get_args(hint)[0])
        return ListOf(node_of(item), sparse)
    if get_origin(hint) is dict:
        key, (value, sparse) = get_args(hint)[0], _without_none(get_args(hint)[1])
        return MapOf(cast("Scalar", node_of(key)), node_of(value), sparse)
    if _is_union(hint):
        return _union(hint)
    raise TypeError(f"{hint!r} is not the type of any shape")


def _annotated(hint: object) -> Node:
    base, *marks = get_args(hint)
    enum = next((mark for mark in marks if isinstance(mark, type) and issubclass(mark, StrEnum)), None)
    bits = next((mark.bits for mark in marks if isinstance(mark, Bits)), None)
    constraints = tuple(
        mark
        for mark in marks
        if mark not in (DOCUMENT, SINGLE_PRECISION, STREAMING, enum) and not isinstance(mark, Bits)
    )
    if DOCUMENT in marks:
        return Scalar("document", constraints)
    if STREAMING in marks:
        return Scalar("stream", constraints)
    node = node_of(base)
    merged = (*node.constraints, *constraints)
    if isinstance(node, Scalar):
        single = node.single_precision or SINGLE_PRECISION in marks
        return Scalar(node.kind, merged, node.enum or enum, single, bits or node.bits)
    if isinstance(node, ListOf):
        return ListOf(node.item, node.sparse, merged)
    if isinstance(node, MapOf):
        return MapOf(node.key, node.value, node.sparse, merged)
    if isinstance(node, StreamOf):
        return StreamOf(node.event, merged)
    return Reference(node.target, merged)


def _union(hint: object) -> Node:
    arguments = get_args(hint)
    for argument in arguments:
        if get_origin(argument) is AsyncIterable:
            return StreamOf(node_of(get_args(argument)[0]))
    for argument in arguments:
        if isinstance(argument, type) and issubclass(argument, StrEnum):
            return Scalar("str", enum=argument)
    for argument in arguments:
        if get_origin(argument) is Annotated and STREAMING in get_args(argument):
            return node_of(argument)
    raise TypeError(f"{hint!r} is not the type of any shape")


def is_sensitive(node: Node) -> bool:
    """Whether values of the node are sensitive as a whole."""
    return any(isinstance(constraint, Sensitive) for constraint in node.constraints)


__all__ = [
    "ListOf",
    "MapOf",
    "Member",
    "Node",
    "Reference",
    "Scalar",
    "ScalarKind",
    "StreamOf",
    "independent_members_of",
    "is_sensitive",
    "members_of",
    "node_of",
]
