"""Why a package on the disk is not what would be generated: the model, the generator, the options, or a hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from botobind_codegen.seals import Origin, condition_of
from botobind_codegen.write import Changes

INIT = "__init__.py"


def explain(folder: Path, changes: Changes, files: Mapping[str, str]) -> list[str]:
    """A line for each file of a package that differs, then one for each reason. `files` are those to be."""
    package = folder.name
    on_disk = {path: _text(folder / path) for path in {*changes.changed, INIT}}
    edited = [path for path in changes.changed if condition_of(on_disk[path]) == "edited"]
    words = {
        "missing": changes.added,
        "stale": tuple(path for path in changes.changed if path not in edited),
        "edited": tuple(edited),
        "extra": changes.removed,
    }
    lines = [f"{word}: {package}/{path}" for word, paths in words.items() for path in paths]
    if on_disk[INIT] and (words["missing"] or words["stale"] or words["extra"]):
        lines += [f"why: {package}: {reason}" for reason in _reasons(on_disk[INIT], files[INIT])]
    if edited:
        lines.append(f"why: {package}: edited by hand since it was generated")
    return lines


def _reasons(old_text: str, new_text: str) -> list[str]:
    old, new = Origin.of_text(old_text), Origin.of_text(new_text)
    if old is None or new is None:
        return ["made by a generator that did not say from what"]
    pairs = {
        "the generator": (old.generator, new.generator),
        "the model": (f"{old.source}, {old.version}", f"{new.source}, {new.version}"),
        "the options": (old.options or "everything", new.options or "everything"),
    }
    changed = [f"{what} was {before}, is {now}" for what, (before, now) in pairs.items() if before != now]
    return changed or ["the model has changed, or files were added or removed by hand"]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
