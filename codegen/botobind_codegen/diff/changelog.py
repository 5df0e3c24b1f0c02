"""Differences as a section of a changelog: what matters to the users of packages, in few lines of Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from botobind_codegen.diff.changes import Change, Difference, Level
from botobind_codegen.diff.groups import Group, code, grouped, place, values

_FEW = 5
"""Places of one kind that are named."""

_HEADS: dict[str, tuple[Level, ...]] = {"Breaking: ": ("breaking",), "": ("error added", "addition")}
_FIRST = ("service", "operation", "error", "member", "enum value")
"""What people look for; the rest comes in the order of the alphabet."""
_COUNTED = ("shape", "enum", "alias")
"""Names that come with what uses them."""
_ENTRIES = {"error": "errors", "enum value": "enum"}
"""Changes of entries, by the key of the list."""


def as_changelog(differences: Sequence[Difference], *, documentation: bool) -> str:
    """A heading for each service in which something matters, and a line for each kind of change."""
    told = [each for each in differences if each.level not in ("nothing", "no effect")]
    lines = []
    for each in told:
        lines += [f"### {code(each.service)} ({each.release})", ""]
        lines += [f"{code(each.old.source)} → {code(each.new.source)}", ""]
        for head, levels in _HEADS.items():
            groups = grouped(change for change in each.changes if change.level in levels)
            lines += [f"- {head}{_line(group)}" for group in sorted(groups, key=_order)]
        if documentation and each.documentation:
            lines.append(f"- texts of documentation: {each.documentation}")
        lines.append("")
    if quiet := len(differences) - len(told):
        lines.append(f"{quiet} service{'' if quiet == 1 else 's'} without changes that matter.")
    return "\n".join(lines).rstrip() + "\n"


def _order(group: Group) -> tuple[int, str]:
    subject = group.changes[0].subject
    return _FIRST.index(subject) if subject in _FIRST else len(_FIRST), group.title


def _line(group: Group) -> str:
    breaks = f" (breaks {', '.join(group.breaks)})" if group.breaks else ""
    if group.changes[0].subject in _COUNTED and not breaks:
        return f"{group.title}: {len(group.changes)}"
    places = [text for change in group.changes if (text := _place(change))]
    more = f" and {len(places) - _FEW} more" if places[_FEW:] else ""
    return f"{group.title}{breaks}{': ' if places else ''}{', '.join(places[:_FEW])}{more}"


def _place(change: Change) -> str:
    where, what = change.path, values(change)
    if change.subject == "service":
        return ""
    if change.subject == "operation":
        return code(where[-1])
    if change.subject in _ENTRIES:
        key, entry = _ENTRIES[change.subject], change.old if change.new is None else change.new
        return code(place(where if key in where else (*where, key, str(entry))))
    return f"{code(place(where))} ({code(what)})" if what else code(place(where))
