"""The rules for the documentation: `python -m botobind_codegen.diff.rules_table FILE` writes their table."""

from __future__ import annotations

import sys
from pathlib import Path

from botobind_codegen.diff.changes import AUDIENCES, SIDES, USES, Rule
from botobind_codegen.diff.rules import ONLY_IN, RESTATED, RULES, UNKNOWN

_HEAD = """# What each change of a model means

The rules of `botobind diff`. *Breaks* names the audiences, or those who write or read the values of a shape: callers
write inputs and read outputs, servers the other way round. A change that breaks nobody has the level *addition*, *error
added* or *no effect*; the first two ask for a minor version, the last for a patch. This page is generated from
`codegen/botobind_codegen/diff/rules`.

| subject | change | used in | breaks | level | why |
| --- | --- | --- | --- | --- | --- |
"""


def table() -> str:
    """The page as Markdown."""
    rows = [_row(rule) for rule in (RESTATED, *RULES, UNKNOWN)]
    limits = [f"| `{subject}` | {', '.join(sorted(protocols))} |" for subject, protocols in sorted(ONLY_IN.items())]
    only = ["", "Some subjects have an effect in some protocols only:", "", "| subject | protocols |", "| --- | --- |"]
    return _HEAD + "\n".join([*rows, *only, *limits, ""])


def _row(rule: Rule) -> str:
    subjects = ", ".join(f"`{subject}`" for subject in rule.subjects)
    used = "" if rule.uses == set(USES) else ", ".join(use for use in USES if use in rule.uses)
    breaks = ", ".join(name for name in (*AUDIENCES, *SIDES) if name in rule.breaks)
    otherwise = "breaking" if breaks else rule.otherwise
    cells = (subjects, ", ".join(rule.changes) or "any other", used, breaks, otherwise, rule.reason.replace("|", "\\|"))
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(table(), encoding="utf-8")
