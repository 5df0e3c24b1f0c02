"""Why a package on the disk is not what would be generated: the model, the generator, the options, or a hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from botobind_codegen.seals import Origin, condition_of, text_of
from botobind_codegen.write import INIT, Changes


def explain(folder: Path, changes: Changes, files: Mapping[str, str]) -> list[str]:
    """A line for each file of a package that differs, then one for each reason. `files` are those to be."""
    package = folder.name
    init = text_of(folder / INIT)
    words = {
        "missing": changes.added,
        "stale": tuple(path for path in changes.changed if path not in changes.edited),
        "edited": changes.edited,
        "extra": changes.removed,
    }
    lines = [f"{word}: {package}/{path}" for word, paths in words.items() for path in paths]
    if init and (words["missing"] or words["stale"] or words["extra"]):
        windows = any(condition_of(text_of(folder / path)) == "line ends" for path in words["stale"])
        lines += [f"why: {package}: {reason}" for reason in _reasons(init, files[INIT], windows=windows)]
    if changes.edited:
        lines.append(f"why: {package}: edited by hand since it was generated")
    return lines


def _reasons(old_text: str, new_text: str, *, windows: bool) -> list[str]:
    old, new = Origin.of_text(old_text), Origin.of_text(new_text)
    if old is None or new is None:
        return ["made by a generator that did not say from what"]
    pairs = [
        ("the generator was {}, is now {}", old.generator, new.generator),
        ("the model was {}, is now {}", _model(old), _model(new)),
        ("the options were {}, are now {}", old.options or "everything", new.options or "everything"),
    ]
    changed = [words.format(before, now) for words, before, now in pairs if before != now]
    if windows:
        changed.append("its lines end as on Windows, perhaps by git: mark it `-text` in your .gitattributes")
    return changed or ["the model has changed, or files were added or removed by hand"]


def _model(origin: Origin) -> str:
    return f"{origin.source} ({origin.version})"
