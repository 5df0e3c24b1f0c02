"""Differences as people read them: changes of one kind together, those that break most first, and each in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from attrs import frozen

from botobind_codegen.diff.changes import (
    AUDIENCES,
    LEVELS,
    Audience,
    Change,
    Difference,
    Level,
    Path,
    Use,
    highest,
    release_of,
)

_LONGEST = 80
_AUDIENCES: dict[Audience, str] = {"callers": "callers", "servers": "servers", "stored": "stored data"}
_TOTALS: dict[Level, str] = {
    "breaking": "breaking",
    "error added": "with errors added",
    "addition": "with additions",
    "no effect": "without effect",
    "nothing": "unchanged",
}
_USES: dict[Use, str] = {"input": " in inputs", "output": " in outputs", "both": " in inputs and outputs"}


@frozen(order=True)
class Group:
    """The changes of one kind: what they are, whom they break, and why. Groups sort as they are to be read."""

    rank: tuple[int, ...]
    title: str
    reason: str
    breaks: tuple[str, ...]
    changes: tuple[Change, ...] = ()


def grouped(changes: Iterable[Change]) -> list[Group]:
    """The changes by kind, in their order within each."""
    found: dict[Group, list[Change]] = {}
    for change in changes:
        found.setdefault(_group_of(change), []).append(change)
    return [Group(group.rank, group.title, group.reason, group.breaks, tuple(found[group])) for group in sorted(found)]


def _group_of(change: Change) -> Group:
    unbroken = tuple(int(audience not in change.breaks) for audience in AUDIENCES)
    rank = (sum(unbroken), *unbroken, -LEVELS.index(change.level))
    title = f"{change.subject} {change.change}{_USES[change.use] if change.rule.by_use and change.use else ''}"
    breaks = tuple(_AUDIENCES[audience] for audience in AUDIENCES if audience in change.breaks)
    return Group(rank, title, change.rule.reason, breaks)


def summary(difference: Difference) -> str:
    """The version that a difference asks for, and the figures behind it."""
    if not difference.changes:
        return "none: the models are equal"
    breaking = [f"{_AUDIENCES[audience]} ({difference.breaking(audience)})" for audience in AUDIENCES]
    errors = difference.at("error added")
    compatible = sum(
        change.level in ("addition", "no effect") and not change.is_documentation for change in difference.changes
    )
    words = [f"breaking for {', '.join(breaking)}"] if difference.level == "breaking" else []
    words += [f"{errors} error{'' if errors == 1 else 's'} added"] if errors else []
    words.append(f"{compatible} compatible change{'' if compatible == 1 else 's'}")
    words.append(f"{difference.documentation} of documentation")
    return f"{difference.release}: {'; '.join(words)}"


def titles(difference: Difference) -> tuple[str, str]:
    """The two models in words, the old one first."""
    first, second = (
        f"{side.source}, API version {side.api_version}" if side.api_version else side.source
        for side in (difference.old, difference.new)
    )
    return first, second


def total(differences: Sequence[Difference]) -> str:
    """The version that several services ask for together, and how many ask for what."""
    counts: dict[Level, int] = {level: sum(each.level == level for each in differences) for level in reversed(LEVELS)}
    words = [f"{count} {_TOTALS[level]}" for level, count in counts.items() if count]
    return f"{release_of(highest(each.level for each in differences))}: {', '.join(words)}"


def place(path: Path) -> str:
    """Where a change is: `Tag.Key`, `TagList[]`, `operation GetThing`, `metadata`."""
    match path:
        case ():
            return "service"
        case ("operations", name, "input" | "output" as key, *rest):
            return f"operation {name} {key}{_below(rest)}"
        case ("operations", name, "errors", error):
            return f"operation {name} error {error}"
        case ("operations", name):
            return f"operation {name}"
        case ("shapes", name, *rest):
            return f"{name}{_below(rest)}"
        case _:
            return " ".join(path)


def _below(path: list[str]) -> str:
    match path:
        case ["members", name, *rest]:
            return f".{name}{_below(rest)}"
        case ["member", *rest]:
            return f"[]{_below(rest)}"
        case ["key" | "value" as key, *rest]:
            return f"{{{key}}}{_below(rest)}"
        case ["enum", name]:
            return f": {json.dumps(name)}"
        case _:
            return ""


def values(change: Change) -> str:
    """What was and what is, as JSON; empty where the place says it."""
    last = change.path[-1] if change.path else ""
    old, new = (None if value is None or value is True or value == last else _shown(value) for value in _sides(change))
    if old is not None and new is not None:
        return f"{old} → {new}"
    if change.change == "renamed":
        return f"→ {new}"
    return old or new or ""


def _sides(change: Change) -> tuple[object, object]:
    return change.old, change.new


def _shown(value: object) -> str:
    # ASCII alone, so that no text of a model does anything to a terminal.
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def plain(text: str) -> str:
    """A name of a model without characters that would do something to a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def code(text: str) -> str:
    """The text as a code span, whatever backticks are in it."""
    text = plain(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"
