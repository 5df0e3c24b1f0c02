"""How two values of one subject differ: a constraint is tightened or loosened, a list gains and loses entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from botobind_codegen.diff import meanings
from botobind_codegen.diff.facts import Facts, Stated


@frozen
class Finding:
    """A difference, not yet judged; None where there is nothing on a side."""

    subject: str
    change: str
    old: Any
    new: Any


def compare_facts(old: Facts, new: Facts) -> Iterator[Finding]:
    """The differences between what two models say of a part, by subject."""
    for subject in sorted(old.keys() | new.keys()):
        before, after = old.get(subject), new.get(subject)
        if before != after:
            yield from _compare(subject, before, after)


def _compare(subject: str, old: object, new: object) -> Iterator[Finding]:
    says_old, says_new = _says(old), _says(new)
    means_old, means_new = _means(old), _means(new)
    if subject == "operation.auth" and says_old == says_new:
        return  # Both have the service's, which is compared there.
    if subject == "shape.required" and set(says_old or ()) != set(says_new or ()):
        return  # The members tell.
    found = False
    if means_old != means_new:
        for finding in _WAYS.get(subject, _plain)(subject, means_old, means_new):
            found = True
            yield finding
    if not found and says_old != says_new:
        yield Finding(subject, "restated", says_old, says_new)


def _means(value: object) -> Any:
    means = value.means if isinstance(value, Stated) else value
    return None if means is False else means


def _says(value: object) -> Any:
    return value.says if isinstance(value, Stated) else value


def _plain(subject: str, old: object, new: object) -> Iterator[Finding]:
    yield Finding(subject, "added" if old is None else "removed" if new is None else "changed", old, new)


def _least(subject: str, old: float | None, new: float | None) -> Iterator[Finding]:
    tightened = old is None or (new is not None and new > old)
    yield Finding(subject, "tightened" if tightened else "loosened", old, new)


def _greatest(subject: str, old: float | None, new: float | None) -> Iterator[Finding]:
    tightened = old is None or (new is not None and new < old)
    yield Finding(subject, "tightened" if tightened else "loosened", old, new)


def _pattern(subject: str, old: str | None, new: str | None) -> Iterator[Finding]:
    yield Finding(subject, "tightened" if old is None else "loosened" if new is None else "changed", old, new)


def _entries(entry: str) -> Callable[[str, Any, Any], Iterator[Finding]]:
    """Compares lists as sets whose entries are a subject of their own; the list itself may be reordered."""

    def compare(subject: str, old: Any, new: Any) -> Iterator[Finding]:
        before, after = old or (), new or ()
        if entry and set(before) != set(after):
            yield from (Finding(entry, "removed", each, None) for each in sorted(set(before) - set(after)))
            yield from (Finding(entry, "added", None, each) for each in sorted(set(after) - set(before)))
        elif set(before) == set(after):
            yield Finding(subject, "reordered", old, new)

    return compare


def _enum(subject: str, old: Any, new: Any) -> Iterator[Finding]:
    if old and new:
        yield from _entries("enum value")(subject, old, new)
    elif old or new:
        yield from _plain(subject, old or None, new or None)


def _authentications(subject: str, old: Any, new: Any) -> Iterator[Finding]:
    waived = meanings.needs_no_signature(new)
    for finding in _entries("authentication")(subject, old, new):
        yield evolve(finding, change="waived") if waived and finding.change == "removed" else finding


def _pages(subject: str, old: Any, new: Any) -> Iterator[Finding]:
    both = isinstance(old, Mapping) and isinstance(new, Mapping)
    holds = both and all(_still_there(value, new.get(key)) for key, value in old.items())
    if holds:
        yield Finding(subject, "extended", old, new)
    else:
        yield from _plain(subject, old, new)


def _still_there(old: Any, new: Any) -> bool:
    """Whether what pages are followed by is there as before; several members are given as a list."""
    listed = isinstance(old, list) and isinstance(new, list)
    return old == new or (listed and new[: len(old)] == old)


def _waiters(_: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Finding]:
    before, after = old or {}, new or {}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            change = "added" if name not in before else "removed" if name not in after else "changed"
            yield Finding("waiter", change, *({name: side[name]} if name in side else None for side in (before, after)))


_WAYS: dict[str, Callable[[str, Any, Any], Iterator[Finding]]] = {
    "shape.min": _least,
    "shape.max": _greatest,
    "shape.pattern": _pattern,
    "shape.enum": _enum,
    "shape.required": _entries(""),
    "metadata.protocols": _entries("protocol"),
    "metadata.auth": _authentications,
    "operation.auth": _authentications,
    "operation.pagination": _pages,
    "operation.waiters": _waiters,
}
