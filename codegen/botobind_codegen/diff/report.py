"""Differences as text for terminals, as Markdown for a pull request, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import asdict

from botobind_codegen.diff.changes import AUDIENCES, Change, Difference, Level, highest, release_of
from botobind_codegen.diff.groups import Group, code, grouped, place, plain, summary, titles, total, values

SCHEMA_VERSION = 2
"""The version of the JSON. It grows when a key changes its meaning or goes; keys may be added without."""

_SECTIONS: Final[Mapping[str, tuple[Level, ...]]] = {
    "Breaking": ("breaking",),
    "Errors added": ("error added",),
    "Compatible": ("addition", "no effect"),
}

_LONG = 20
"""Changes of one kind beyond these are folded in Markdown."""


def as_text(differences: Sequence[Difference], *, documentation: bool) -> str:
    """The changes of each service by kind, what breaks first. Of several services those are left out that are equal."""
    parts = [_text(each, documentation=documentation) for each in _told(differences)]
    return "\n".join([*parts, f"{len(differences)} services: {total(differences)}\n"] if differences[1:] else parts)


def _told(differences: Sequence[Difference]) -> list[Difference]:
    return [each for each in differences if each.changes or len(differences) == 1]


def _text(difference: Difference, *, documentation: bool) -> str:
    old, new = titles(difference)
    lines = [f"{plain(difference.service)}: {plain(old)} → {plain(new)}", summary(difference)]
    lines += [f"note: {note}" for note in difference.notes]
    for head, groups in _sections(difference, documentation=documentation):
        lines += ["", head]
        for group in groups:
            lines.append(f"  {_head(group)}: {group.reason}")
            lines += [f"    {_line(change)}" for change in group.changes]
    return "\n".join(lines) + "\n"


def _line(change: Change) -> str:
    where, what = plain(place(change.path)), values(change)
    return f"{where}: {what}" if what else where


def _head(group: Group) -> str:
    return f"{group.title} (breaks {', '.join(group.breaks)})" if group.breaks else group.title


def _sections(difference: Difference, *, documentation: bool = False) -> Iterator[tuple[str, list[Group]]]:
    shown = [change for change in difference.changes if documentation or not change.is_documentation]
    for head, levels in _SECTIONS.items():
        groups = grouped(change for change in shown if change.level in levels)
        if groups:
            yield head, groups


def as_markdown(differences: Sequence[Difference], *, documentation: bool) -> str:
    """The report as Markdown for a pull request; long lists are folded."""
    parts = [_markdown(each, documentation=documentation) for each in _told(differences)]
    if differences[1:]:
        parts.insert(0, f"{len(differences)} services: {total(differences)}.\n")
    return "\n".join(parts)


def _markdown(difference: Difference, *, documentation: bool) -> str:
    old, new = titles(difference)
    release, _, figures = summary(difference).partition(": ")
    lines = [f"## {code(difference.service)}: {release}", "", f"{code(old)} → {code(new)}", "", f"{figures}."]
    lines += [f"\nNote: {note}." for note in difference.notes]
    for head, groups in _sections(difference, documentation=documentation):
        lines += ["", f"### {head}"]
        for group in groups:
            breaks = f" (breaks {', '.join(group.breaks)})" if group.breaks else ""
            lines += ["", f"**{group.title}**{breaks}: {group.reason}", ""]
            folded = len(group.changes) > _LONG
            lines += [f"<details><summary>{len(group.changes)} places</summary>", ""] if folded else []
            lines += [f"- {_markdown_line(change)}" for change in group.changes]
            lines += ["", "</details>"] if folded else []
    return "\n".join(lines) + "\n"


def _markdown_line(change: Change) -> str:
    where, what = code(place(change.path)), values(change)
    return f"{where}: {code(what)}" if what else where


def as_json(differences: Sequence[Difference], *, documentation: bool) -> str:
    """The report as JSON for programs; `docs/diff.md` says what each key is."""
    document = {
        "version": SCHEMA_VERSION,
        "level": (level := highest(each.level for each in differences)),
        "release": release_of(level),
        "services": [_json(each, documentation=documentation) for each in differences],
    }
    return json.dumps(document, indent=2) + "\n"


def _json(difference: Difference, *, documentation: bool) -> dict[str, object]:
    shown = [change for change in difference.changes if documentation or not change.is_documentation]
    return {
        "service": difference.service,
        "old": asdict(difference.old),
        "new": asdict(difference.new),
        "level": difference.level,
        "release": difference.release,
        "breaking": {audience: difference.breaking(audience) for audience in AUDIENCES},
        "documentation": difference.documentation,
        "notes": list(difference.notes),
        "changes": [_json_change(change) for change in shown],
    }


def _json_change(change: Change) -> dict[str, object]:
    return {
        "path": list(change.path),
        "subject": change.subject,
        "change": change.change,
        "use": change.use,
        "old": change.old,
        "new": change.new,
        "level": change.level,
        "release": change.release,
        "breaks": [audience for audience in AUDIENCES if audience in change.breaks],
        "reason": change.rule.reason,
    }
