"""How the tables of rules are written."""

from __future__ import annotations

from botobind_codegen.diff.changes import AUDIENCES, SIDES, USES, Level, Rule


def row(
    subjects: str,
    changes: str,
    breaks: str,
    reason: str,
    *,
    uses: str = "",
    minor: bool = False,
    otherwise: Level = "no effect",
) -> Rule:
    """A rule, its names separated by commas. No changes stand for any that has no row; no uses stand for all.
    `writers` are the callers where a shape is in inputs, and the servers where it is in outputs; `readers` the others.
    What breaks nobody has the level `otherwise`; `minor` stands for "addition".
    """
    used, broken = _names(uses), _names(breaks)
    return Rule(
        subjects=_names(subjects),
        changes=_names(changes),
        uses=frozenset(use for use in USES if not used or use in used),
        breaks=frozenset(name for name in (*AUDIENCES, *SIDES) if name in broken),
        otherwise="addition" if minor else otherwise,
        reason=reason,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
