"""The rule that judges a change."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from botobind_codegen.diff.changes import USES, Rule, Use
from botobind_codegen.diff.rules import NO_EFFECT, ONLY_IN, RESTATED, RULES, UNKNOWN

_Key = tuple[str, str, Use | None]


def _index(rules: tuple[Rule, ...]) -> Mapping[_Key, Rule]:
    found: dict[_Key, Rule] = {}
    for rule in rules:
        for subject in rule.subjects:
            for change in rule.changes or ("",):
                for use in rule.uses:
                    found[subject, change, use] = rule
                if rule.uses == set(USES):
                    found[subject, change, None] = rule
    return found


_INDEX = _index(RULES)


def rule_for(subject: str, change: str, use: Use | None, protocols: AbstractSet[str]) -> Rule:
    """The rule for a kind of change: a row for just this change comes before one for any. What no row knows is taken
    to break everybody, so that somebody looks at it.
    """
    if change in RESTATED.changes:
        return RESTATED
    rule = _INDEX.get((subject, change, use)) or _INDEX.get((subject, "", use))
    if rule is None:
        return UNKNOWN
    if subject in ONLY_IN and protocols.isdisjoint(ONLY_IN[subject]):
        return NO_EFFECT
    return rule
