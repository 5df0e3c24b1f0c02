"""What is wrong with a value as pydantic's errors have it: where, by which code, and without what is sensitive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from botobind import schema, validation
from botobind.errors import DecodeError, MapKey, Step
from botobind.pydantic.trees import (
    Collector,
    Place,
    Problem,
    code_of_type,
    is_hidden,
    item_of,
    kind_of,
    read_tree,
    shown,
)
from botobind.rules.plans import plan_of
from botobind.shapes import REDACTED

if TYPE_CHECKING:
    from botobind.schema import Node
    from botobind.shapes import Shape
    from botobind.validation.violations import Kind

__all__ = ["as_pydantic", "problems_of_constraint", "read", "without_inputs"]

_TOO_DEEP = Problem((), "recursion_loop", "nested too deeply", None)
_CODES: dict[Kind, str] = {
    "missing": "missing",
    "too_short": "too_short",
    "too_long": "too_long",
    "less": "greater_than_equal",
    "greater": "less_than_equal",
    "pattern": "string_pattern_mismatch",
    "union": "union",
}


def read(cls: type[Shape], item: Any) -> Any:
    """The value of an instance, a dict or a document of JSON. Raises pydantic's `ValidationError` with all that is
    wrong with it.
    """
    try:
        value, problems = _read(cls, item)
        problems = [*problems, *_violations(value, problems)]
    except RecursionError:
        value, problems = None, [_TOO_DEEP]
    if problems:
        raise as_pydantic(cls.__name__, problems)
    return value


def _read(cls: Any, item: Any) -> tuple[Any, list[Problem]]:
    if isinstance(item, cls):
        return item, []
    try:
        return read_tree(cls, item), []
    except DecodeError:
        # Instances in trees are read as well, and all that is wrong is found.
        collector = Collector()
        value = collector.structure(cls, item, ())
        return value, collector.problems


def _violations(value: Any, problems: list[Problem]) -> Iterator[Problem]:
    """The constraints that a value breaks, but for those that it breaks since something in it could not be read."""
    if value is None or validation.checks.keeps(value):
        return
    unread = {place for each in problems for place in accumulate(((step,) for step in each.place), initial=())}
    for steps, reason, kind in validation.violations.found_in(value):
        place, node, item, hidden = _followed(value, steps)
        if kind not in ("missing", "type") or place not in unread:
            is_scalar = isinstance(node, schema.Scalar)
            yield Problem(place, _code(kind, node), reason, shown(item, hidden=hidden) if is_scalar else kind_of(item))


def _followed(value: Any, steps: tuple[Step, ...]) -> tuple[Place, Node, Any, bool]:
    """Where steps lead to in a value: the place by JSON's names, what belongs there and what is, and whether it is
    sensitive.
    """
    node: Any = schema.Reference(type(value))
    place: list[str | int] = []
    hidden = False
    for step in steps:
        match node:
            case schema.Reference(target=target):
                member = next(each for each in schema.members_of(target) if each.name == step)
                plan = next(each for each in plan_of(target, "json").members if each.attribute == member.attribute)
                place.append(plan.name)
                node, value = member.node, getattr(value, member.attribute, None)
                hidden = is_hidden(target, member.attribute)
            case schema.MapOf():
                key = step.key if isinstance(step, MapKey) else step
                place.append(key)
                node, value = node.value, value.get(key)
            case _:
                place.append(cast("int", step))
                node, value = item_of(node), value[step]
        hidden = hidden or schema.is_sensitive(node)
    return tuple(place), node, value, hidden


def _code(kind: Kind, node: Node) -> str:
    if kind == "type":
        return code_of_type(node)
    is_text = isinstance(node, schema.Scalar) and node.kind == "str"
    return f"string_{kind}" if is_text and kind in ("too_short", "too_long") else _CODES[kind]


def problems_of_constraint(constraint: object, node: Node, *, hidden: bool) -> Callable[[Any], Iterator[Problem]]:
    """What finds the constraint broken by values of a node, by itself: what lists and maps hold is not looked at.
    Values that are to be hidden are not shown.
    """
    anything = schema.Scalar("document")
    if isinstance(node, schema.Scalar):
        alone: Node = schema.Scalar(node.kind, (constraint,))
    elif isinstance(node, schema.MapOf):
        alone = schema.MapOf(schema.Scalar("str"), anything, sparse=True, constraints=(constraint,))
    else:
        alone = schema.ListOf(anything, sparse=True, constraints=(constraint,))

    def find(value: Any) -> Iterator[Problem]:
        # Whether something around it is sensitive is not known here: the reasons don't show it.
        for steps, reason, kind in validation.violations.found_at(alone, value, hidden=True):
            if not steps:
                yield Problem((), _code(kind, alone), reason, shown(value, hidden=hidden))

    return find


def as_pydantic(title: str, problems: Iterable[Problem]) -> ValidationError:
    """Pydantic's error of problems."""
    details = [
        InitErrorDetails(type=_error(each.code, each.reason), loc=each.place, input=each.shown) for each in problems
    ]
    return ValidationError.from_exception_data(title, details)


def without_inputs(error: ValidationError) -> ValidationError:
    """An error of a sensitive value: without what was given, and without the keys of maps."""
    details = [
        InitErrorDetails(
            type=_error(each["type"], each["msg"]),
            loc=tuple(step if isinstance(step, int) else "…" for step in each["loc"]),
            input=REDACTED,
        )
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return ValidationError.from_exception_data(error.title, details)


def _error(code: Any, reason: Any) -> PydanticCustomError:
    # pydantic asks for literal texts, since it formats them: not without a context.
    return PydanticCustomError(code, reason)
