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
    # Where the package tells its origin all its files were sealed, and those without a seal are somebody else's.
    by_hand = ("edited", "unsealed") if Origin.of_text(on_disk[INIT]) else ("edited",)
    edited = [path for path in changes.changed if condition_of(on_disk[path]) in by_hand]
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
    pairs = [
        ("the generator was {}, is now {}", old.generator, new.generator),
        ("the model was {}, is now {}", _model(old), _model(new)),
        ("the options were {}, are now {}", old.options or "everything", new.options or "everything"),
    ]
    changed = [words.format(before, now) for words, before, now in pairs if before != now]
    return changed or ["the model has changed, or files were added or removed by hand"]


def _model(origin: Origin) -> str:
    return f"{origin.source} ({origin.version})"


def _text(file: Path) -> str:
    """What a file holds, with the ends of lines as they are; nothing for what the generator does not write."""
    try:
        return "" if file.is_symlink() else file.read_bytes().decode()
    except (OSError, ValueError):
        return ""
