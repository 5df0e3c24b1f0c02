"""Where pages and waiters look in a value: paths of attributes, compiled from the model's JMESPath expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import Any

__all__ = ["KEYS", "Path", "Where", "compared", "filtered", "find", "first_at", "replaced", "text_of"]

Path = tuple["str | int | tuple[Path, ...]", ...]
"""Steps from a value to what it holds: the name of an attribute, an index, `[]` for the items of a list, `*` for the
values of a map, and `KEYS` for its keys. Behind these three, steps are taken from each item, and those that are absent
are left out. A step of several paths leads to a list of what each of them does.
"""

Where = Path | Callable[[Any], Any]
"""A path, or an expression that is none: then a function of the value."""

_EACH = "[]"
_VALUES = "*"
KEYS = "keys()"
"""The step to the keys of a map."""
_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def find(value: Any, where: Where) -> Any:
    """What is at a place in a value, as JMESPath has it: None where it is absent, a list behind `[]` and `*`."""
    if callable(where):
        return where(value)
    is_many = False
    for step in where:
        if value is None:
            return None
        if step == _EACH:
            value = _flat(value)
            is_many = True
        elif step == _VALUES:
            value = [each for each in value.values() if each is not None]
            is_many = True
        elif step == KEYS:
            value = [*value]
            is_many = True
        elif is_many:
            value = [found for each in value if (found := _inside(each, step)) is not None]
        else:
            value = _inside(value, step)
    return value


def first_at(value: Any, path: Path) -> Any:
    """The first of what a path leads to: that of a list where it leads to a list, which is not looked for as a whole.
    None where there is nothing.
    """
    for at, step in enumerate(path, 1):
        if value is None:
            return None
        many = None if isinstance(step, tuple) else _MANY.get(step)
        if many is not None:
            return _first(many(value), path[at:])
        if isinstance(step, tuple):
            # Behind several paths `[]` makes one list of what they lead to.
            rest = path[at + 1 :] if path[at : at + 1] == (_EACH,) else path[at:]
            found = (first_at(value, inner + rest) for inner in step)
            return next((each for each in found if each is not None), None)
        value = getattr(value, step) if isinstance(step, str) else _inside(value, step)
    return next(_items(value), None) if isinstance(value, list) else value


def _first(items: Iterable[Any], path: Path) -> Any:
    for item in items:
        found = first_at(item, path)
        if found is not None:
            return found
    return None


def replaced(value: Any, path: Path, by: Any) -> Any:
    """A value with something else at a path of attributes: a copy, as what is on the way."""
    name, *rest = path
    changed = copy(value)
    setattr(changed, str(name), replaced(getattr(value, str(name)), tuple(rest), by) if rest else by)
    return changed


def filtered(items: Any, is_wanted: Callable[[Any], object]) -> Any:
    """The items of a list for which an expression holds; None where there is no list."""
    return [each for each in items if each is not None and is_wanted(each)] if isinstance(items, list | tuple) else None


def compared(left: Any, sign: str, right: Any) -> bool | None:
    """Whether a number or text is before or behind another; None where one of them is absent."""
    return None if left is None or right is None else bool(_SIGNS[sign](left, right))


def text_of(path: Iterable[str | int | tuple[Path, ...]]) -> str:
    """The path as a reader writes it, such as `reservations[].instances[].state`."""
    return "".join(map(_text_of_step, path)).removeprefix(".")


def _text_of_step(step: str | int | tuple[Path, ...]) -> str:
    if isinstance(step, tuple):
        return f".[{', '.join(map(text_of, step))}]"
    return f"[{step}]" if isinstance(step, int) else step if step == _EACH else f".{step}"


def _inside(value: Any, step: str | int | tuple[Path, ...]) -> Any:
    if isinstance(step, str):
        return getattr(value, step)
    if isinstance(step, tuple):
        return [find(value, path) for path in step]
    return value[step] if -len(value) <= step < len(value) else None


def _flat(items: Any) -> list[Any] | None:
    """The items of a list; of those that are lists, their items."""
    return [*_items(items)] if isinstance(items, list | tuple) else None


def _items(items: Any) -> Iterator[Any]:
    for each in items:
        if isinstance(each, list):
            yield from (inner for inner in each if inner is not None)
        elif each is not None:
            yield each


_MANY: Mapping[str | int, Callable[[Any], Iterable[Any]]] = {
    _EACH: _items,
    _VALUES: lambda value: value.values(),
    KEYS: iter,
}
"""The steps from one value to many."""
