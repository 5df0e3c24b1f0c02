"""The table of rules: complete, without contradictions, and on its page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from botobind_codegen.diff.changes import USES, Use
from botobind_codegen.diff.classify import rule_for
from botobind_codegen.diff.facts import known_keys, subject_of
from botobind_codegen.diff.rules import ONLY_IN, RULES, UNKNOWN
from botobind_codegen.diff.rules_table import table
from botobind_codegen.model import PROTOCOL_ORDER

PAGE = Path(__file__).parents[2] / "docs" / "diff-rules.md"
CHANGES = (
    "added",
    "removed",
    "changed",
    "renamed",
    "tightened",
    "loosened",
    "widened",
    "narrowed",
    "extended",
    "waived",
)
ENTRIES = {
    "metadata.auth": "authentication",
    "operation.auth": "authentication",
    "metadata.protocols": "protocol",
    "shape.enum": "enum value",
    "operation.waiters": "waiter",
}
"""Lists are compared entry by entry."""
ALL = frozenset(PROTOCOL_ORDER)


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == table()


def test_every_row_has_a_reason_and_none_says_what_another_does() -> None:
    assert all(rule.reason for rule in RULES)
    keys = Counter(
        (subject, change, use)
        for rule in RULES
        for subject in rule.subjects
        for change in rule.changes or ("",)
        for use in rule.uses
    )
    assert not [key for key, times in keys.items() if times > 1]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.subjects[0]}-{'-'.join(rule.changes)}")
def test_every_row_is_reached(rule: object) -> None:
    found = {
        id(rule_for(subject, change, use, ALL))
        for each in RULES
        if each is rule
        for subject in each.subjects
        for change in each.changes or ("something else",)
        for use in each.uses
    }
    assert found == {id(rule)}


@pytest.mark.parametrize("use", [*USES, None])
def test_every_key_of_a_model_has_a_rule(use: Use | None) -> None:
    of_the_whole = ("service", "metadata", "operation", "http", "errors", "waiter")
    unknown = set()
    for context, key in known_keys():
        subject = subject_of(context, key)
        subject = ENTRIES.get(subject, subject)
        if use is None and not subject.startswith(of_the_whole):
            continue  # belongs to a shape, which has a use
        if all(rule_for(subject, change, use, ALL) is UNKNOWN for change in CHANGES):
            unknown.add(subject)
    assert not unknown


def test_what_has_no_effect_in_a_protocol() -> None:
    assert ONLY_IN["http.requestUri"] == {"rest-json", "rest-xml"}
    assert rule_for("http.requestUri", "changed", None, frozenset({"rest-xml"})).broken(None) == {"callers", "servers"}
    assert not rule_for("http.requestUri", "changed", None, frozenset({"json"})).broken(None)
    assert rule_for("nobody knows this", "added", "both", ALL) is UNKNOWN
