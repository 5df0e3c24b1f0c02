"""Whether a shape takes all the texts that it took: its limits and its pattern are looked at together.

A pattern that bounds the length already makes a new limit one that refuses nothing more, and a limit may stand in for a
pattern that is gone. What cannot be decided is judged by the constraint alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from botobind_codegen.diff.automata import (
    Condition,
    Length,
    UnreadableError,
    conditions_of,
    same_pattern,
    shortest_breaking,
)
from botobind_codegen.diff.document import Json
from botobind_codegen.diff.values import Finding

_KEYS = {"shape.min": "min", "shape.max": "max", "shape.pattern": "pattern"}


def reviewed(findings: Iterable[Finding], old: Json, new: Json) -> Iterator[Finding]:
    """The findings on a shape. Those on constraints of texts are tightened where a text is refused that was taken,
    loosened where one is taken that was refused, and restated where neither is.
    """
    for finding in findings:
        key = _KEYS.get(finding.subject)
        if key is None or old["type"] != "string" or new["type"] != "string":
            yield finding
        else:
            yield evolve(finding, change=_change(key, finding.change, old, new))


def _change(key: str, change: str, old: Json, new: Json) -> str:
    before, after = _constraints(old), _constraints(new)
    was, now = before.get(key), after.get(key)
    if was is None and now is None:
        return "restated"
    refuses = not _keep(before, key, now)
    if not refuses:
        return "restated" if _keep(after, key, was) else "loosened"
    if key == "pattern":
        return "tightened" if _keep(after, key, was) else "changed"
    return change


def _constraints(shape: Json) -> dict[str, int | str]:
    """The constraints that count: enums are open, and a length is never less than 0."""
    if shape.get("enum"):
        return {}
    found: dict[str, int | str] = {key: int(shape[key]) for key in ("min", "max") if shape.get(key) is not None}
    if isinstance(shape.get("pattern"), str):
        found["pattern"] = shape["pattern"]
    return {key: value for key, value in found.items() if (key, value) != ("min", 0)}


def _keep(constraints: dict[str, int | str], key: str, other: int | str | None) -> bool:
    """Whether all texts that keep the constraints are sure to keep another one of this key."""
    own = constraints.get(key)
    if other is None or own == other:
        return True
    if isinstance(own, str) and isinstance(other, str) and same_pattern(own, other):
        return True
    try:
        wanted = _conditions(key, other)
    except UnreadableError:
        return False
    # Without a condition that cannot be read there are more texts: if even those keep it, all do.
    known = [condition for each, value in constraints.items() for condition in _readable(each, value)]
    return all(_is_included(known, condition) for condition in wanted)


def _is_included(known: Sequence[Condition], condition: Condition) -> bool:
    # Most of what can be said is said without lengths, at little cost.
    lengths = [each for each in known if isinstance(each, Length)]
    patterns = [each for each in known if not isinstance(each, Length)]
    try:
        length = shortest_breaking(patterns, condition)
        if length is None or all(each.accepts(length) for each in lengths):
            return length is None
        return shortest_breaking([*patterns, *lengths], condition) is None
    except UnreadableError:
        return False


def _readable(key: str, value: int | str) -> Sequence[Condition]:
    try:
        return _conditions(key, value)
    except UnreadableError:
        return ()


def _conditions(key: str, value: int | str) -> Sequence[Condition]:
    if isinstance(value, str):
        return conditions_of(value)
    return [Length(value, None) if key == "min" else Length(0, value)]
