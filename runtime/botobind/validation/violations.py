"""Checks of a model's constraints: everything that is wrong with a value, at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from botobind import schema
from botobind.constraints import Bounds, Len, Matches
from botobind.errors import MapKey, Step, ValidationError, Violation, format_path
from botobind.markers import is_union
from botobind.types import AnyJson, AnyShape
from botobind.unions import no_single_member
from botobind.validation.checks import PYTHON_TYPES, keeps
from botobind.validation.matching import Budget

if TYPE_CHECKING:
    from botobind.schema import Node
    from botobind.shapes import Shape, Union

_LONGEST_SHOWN = 60

Kind = Literal["missing", "type", "too_short", "too_long", "less", "greater", "pattern", "union"]
"""What sort of constraint is broken."""

Found: TypeAlias = Iterator[tuple[tuple[Step, ...], str, Kind]]
"""Of each violation the path, the reason and its sort."""


def validate(value: AnyShape) -> None:
    """Raises `ValidationError` with every violation of the value's constraints, or does nothing."""
    found = violations_of(value)
    if found:
        raise ValidationError(cast("Shape", value).SHAPE, found)


def violations_of(value: AnyShape) -> tuple[Violation, ...]:
    """Every violation of the value's constraints, in the order of its members.

    Values of enums are not checked: a service may know more of them than its model. Sensitive values are not shown.
    A text that is too long is not held against its pattern. Where it cannot be said in time whether a text matches
    its pattern, that is a violation of its own.
    """
    shape: Any = value
    if keeps(shape):
        return ()
    try:
        return tuple(Violation(format_path(path), why) for path, why, _ in found_in(shape))
    except RecursionError:
        return (Violation("$", "nested too deeply"),)


def found_in(value: Shape) -> Found:
    """The violations of a value, as they are found. `RecursionError` for one that is nested too deeply."""
    return _structure(value, (), Budget())


def found_at(node: Node, value: Any, *, hidden: bool) -> Found:
    """The violations of a value that a node describes. A value that is `hidden` is not shown."""
    return _node(node, value, (), Budget(), hidden=hidden)


def _structure(value: Shape, path: tuple[Step, ...], budget: Budget) -> Found:
    if is_union(value):
        yield from _only_one(value, path)
    for member in schema.members_of(value.__class__):
        item = getattr(value, member.attribute, None)
        below = (*path, member.name)
        if item is None:
            if member.required:
                yield below, "required member is missing", "missing"
        else:
            hidden = member.attribute in value.SENSITIVE or bool(value.TRAITS.get("sensitive"))
            yield from _node(member.node, item, below, budget, hidden=hidden)


def _only_one(value: Union, path: tuple[Step, ...]) -> Found:
    present = [name for name, _ in value.given()]
    if len(present) != 1:
        yield path, no_single_member(present), "union"


def _node(node: Node, value: Any, path: tuple[Step, ...], budget: Budget, *, hidden: bool) -> Found:
    hidden = hidden or schema.is_sensitive(node)
    match node:
        case schema.Scalar():
            yield from _scalar(node, value, path, budget, hidden=hidden)
        case schema.Reference(target=target):
            if isinstance(value, target):
                yield from _structure(value, path, budget)
            else:
                yield path, _wrong_type(target.__name__, value), "type"
        case schema.ListOf(item=item):
            if not isinstance(value, (list, tuple)):
                yield path, _wrong_type("list", value), "type"
                return
            yield from _sizes(node.constraints, len(value), "items", path)
            for index, entry in enumerate(value):
                yield from _entry(item, entry, (*path, index), budget, sparse=node.sparse, hidden=hidden)
        case schema.MapOf(key=key_node, value=value_node):
            if not isinstance(value, dict):
                yield path, _wrong_type("dict", value), "type"
                return
            yield from _sizes(node.constraints, len(value), "entries", path)
            hidden_key = hidden or schema.is_sensitive(key_node)
            for key, entry in value.items():
                below = (*path, MapKey("…" if hidden_key else str(key)))
                yield from _node(key_node, key, below, budget, hidden=hidden_key)
                yield from _entry(value_node, entry, below, budget, sparse=node.sparse, hidden=hidden)
        case schema.StreamOf(event=event):
            # An iterator can be read once only: its events are for whoever sends them.
            if isinstance(value, (list, tuple)):
                for index, entry in enumerate(value):
                    yield from _entry(event, entry, (*path, index), budget, sparse=False, hidden=hidden)


def _entry(node: Node, entry: Any, path: tuple[Step, ...], budget: Budget, *, sparse: bool, hidden: bool) -> Found:
    if entry is not None:
        yield from _node(node, entry, path, budget, hidden=hidden)
    elif not sparse and not (isinstance(node, schema.Scalar) and node.kind == "document"):
        yield path, "expected a value, got None", "type"


def _scalar(node: schema.Scalar, value: Any, path: tuple[Step, ...], budget: Budget, *, hidden: bool) -> Found:
    if node.kind == "stream":
        if not isinstance(value, (bytes, bytearray, memoryview)) and not hasattr(value, "read"):
            yield path, _wrong_type("bytes or readable", value), "type"
        return
    if not _is_of(node.kind, value):
        yield path, _wrong_type(node.kind, value), "type"
        return
    too_long = False
    for constraint in node.constraints:
        match constraint:
            case Len():
                unit = "bytes" if node.kind == "bytes" else "characters"
                too_long = constraint.maximum is not None and len(value) > constraint.maximum
                yield from _sizes((constraint,), len(value), unit, path)
            case Bounds(minimum=least, maximum=greatest):
                shown = "value" if hidden else repr(value)
                if least is not None and value < least:
                    yield path, f"{shown} is less than {least:g}", "less"
                if greatest is not None and value > greatest:
                    yield path, f"{shown} is greater than {greatest:g}", "greater"
            case Matches(pattern=pattern) if not too_long:
                why = _mismatch(pattern, value, budget)
                if why is not None:
                    yield path, f"{_shown(value, hidden=hidden)} {why}", "pattern"


def _mismatch(pattern: str, text: str, budget: Budget) -> str | None:
    try:
        return None if budget.matches(pattern, text) else f"does not match {pattern}"
    except TimeoutError:
        return f"cannot be checked against {pattern} in time"


def _is_of(kind: schema.ScalarKind, value: object) -> bool:
    if isinstance(value, bool) and kind in ("int", "float"):
        return False
    return isinstance(value, PYTHON_TYPES[kind])


def _sizes(constraints: tuple[object, ...], size: int, unit: str, path: tuple[Step, ...]) -> Found:
    for constraint in constraints:
        if isinstance(constraint, Len):
            if size < constraint.minimum:
                yield path, f"{size} {unit}, fewer than {constraint.minimum}", "too_short"
            if constraint.maximum is not None and size > constraint.maximum:
                yield path, f"{size} {unit}, more than {constraint.maximum}", "too_long"


def _shown(value: AnyJson, *, hidden: bool) -> str:
    if hidden:
        return "value"
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _wrong_type(wanted: str, value: object) -> str:
    return f"expected {wanted}, got {type(value).__name__}"
