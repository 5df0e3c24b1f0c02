"""What a comparison gives: changes, each with the rule that judges it, and the version that they ask for together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from attrs import frozen

Audience = Literal["callers", "servers", "stored"]
"""Code that builds requests and reads responses; code that implements the operations; values that are kept as text."""

AUDIENCES: tuple[Audience, ...] = get_args(Audience)

Use = Literal["input", "output", "both"]
"""Whether a shape is reached from inputs alone, from outputs and errors alone, or from both. One that nothing reaches
counts as both.
"""

USES: tuple[Use, ...] = get_args(Use)

Side = Literal["writers", "readers"]
"""The audience by what it does with a value: callers write inputs and read outputs, servers the other way round."""

SIDES: tuple[Side, ...] = get_args(Side)

_AUDIENCE_OF: dict[Side, dict[str, Audience]] = {
    "writers": {"input": "callers", "output": "servers"},
    "readers": {"input": "servers", "output": "callers"},
}

Level = Literal["nothing", "no effect", "addition", "error added", "breaking"]
"""What a change does to those who use the generated code. An error that is added is a level of its own: it breaks but
those who list all errors of an operation, and nearly every new model has some.
"""

LEVELS: tuple[Level, ...] = get_args(Level)
"""The levels, the least first."""

Release = Literal["none", "patch", "minor", "major"]
"""The steps of semantic versions."""

_RELEASES: dict[Level, Release] = {
    "nothing": "none",
    "no effect": "patch",
    "addition": "minor",
    "error added": "minor",
    "breaking": "major",
}


def highest(levels: Iterable[Level]) -> Level:
    """The highest of some levels; "nothing" where there are none."""
    found: list[Level] = [*levels]
    return max(found, key=LEVELS.index) if found else "nothing"


def release_of(level: Level) -> Release:
    """The step of the version that a level asks for."""
    return _RELEASES[level]


Path = tuple[str, ...]
"""Where in the model, as its JSON has it: `("shapes", "Tag", "members", "Key")`."""


@frozen
class Rule:
    """A row of the table of rules: what a kind of change means, by how the shape is used."""

    subjects: tuple[str, ...]
    """What changes: `member`, `member.required`, `shape.max`, …"""
    changes: tuple[str, ...]
    """How: `added`, `changed`, `tightened`, …; empty for whatever way has no row of its own."""
    uses: frozenset[Use]
    """The uses of the shape for which the row holds. What belongs to no shape is judged by rows for all uses."""
    breaks: frozenset[Audience | Side]
    otherwise: Level
    """The level where it breaks nobody."""
    reason: str

    def broken(self, use: Use | None) -> frozenset[Audience]:
        """The audiences that break where the shape is used in this way."""
        sides = [name for side, name in self._by_side() if use is None or use in (side, "both")]
        return frozenset(audience for audience in AUDIENCES if audience in self.breaks or audience in sides)

    @property
    def by_use(self) -> bool:
        """Whether the use of the shape decides."""
        return self.uses != set(USES) or not self.breaks.isdisjoint(SIDES)

    def _by_side(self) -> list[tuple[str, Audience]]:
        return [pair for side, table in _AUDIENCE_OF.items() if side in self.breaks for pair in table.items()]


@frozen
class Change:
    """A difference between two models. `old` and `new` are JSON values, None where there is none."""

    path: Path
    subject: str
    change: str
    use: Use | None
    old: object
    new: object
    rule: Rule

    @property
    def breaks(self) -> frozenset[Audience]:
        """The audiences that it breaks."""
        return self.rule.broken(self.use)

    @property
    def level(self) -> Level:
        """What it does to those who use the generated code."""
        return "breaking" if self.breaks else self.rule.otherwise

    @property
    def release(self) -> Release:
        """The version that it asks for."""
        return release_of(self.level)

    @property
    def is_documentation(self) -> bool:
        """Whether only what people read has changed."""
        return self.subject.endswith((".documentation", ".documentationUrl"))


@frozen
class Origin:
    """One of the two models: where it is from, and the version of the API."""

    source: str
    api_version: str


@frozen
class Difference:
    """All changes from one model of a service to another, in the order of their places."""

    service: str
    old: Origin
    new: Origin
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    """What could not be compared, and why."""

    @property
    def level(self) -> Level:
        """The highest level of a change; "nothing" where there are none."""
        return highest(change.level for change in self.changes)

    @property
    def release(self) -> Release:
        """The version that the changes ask for: major where they break anybody, none where there are none."""
        return release_of(self.level)

    def at(self, level: Level) -> int:
        """How many changes have a level."""
        return sum(change.level == level for change in self.changes)

    def breaking(self, audience: Audience) -> int:
        """How many changes break an audience."""
        return sum(audience in change.breaks for change in self.changes)

    @property
    def documentation(self) -> int:
        """How many texts of documentation have changed."""
        return sum(change.is_documentation for change in self.changes)
