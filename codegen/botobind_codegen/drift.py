"""Why a package on the disk is not what would be generated: the model, the generator, the options, or a hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from botobind_codegen.content_digests import Origin, condition_of, text_of
from botobind_codegen.pipeline import GenerateOptions
from botobind_codegen.write import INIT, Changes


def explain(
    folder: Path, changes: Changes, files: Mapping[str, str], digest_for: Callable[[GenerateOptions], str]
) -> list[str]:
    """A line for each file of a package that differs, then one for each reason. `files` are those to be; `digest_for`
    gives the digest that the model has now with other options.
    """
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
        reasons = _reasons(init, files[INIT], digest_for, windows=windows, stale=bool(words["stale"]))
        lines += [f"why: {package}: {reason}" for reason in reasons]
    if changes.edited:
        lines.append(f"why: {package}: edited by hand since it was generated")
    return lines


def _reasons(
    old_text: str, new_text: str, digest_for: Callable[[GenerateOptions], str], *, windows: bool, stale: bool
) -> list[str]:
    old, new = Origin.of_text(old_text), Origin.of_text(new_text)
    if old is None or new is None:
        return ["made by a generator that did not say from what"]
    same = _is_same(old, new, digest_for)
    changed = []
    if old.generator != new.generator:
        changed.append(f"the generator was {old.generator}, is now {new.generator}")
    changed += _of_model(old, new, same=same)
    if old.options != new.options:
        changed.append(f"the options were {old.options or 'everything'}, are now {new.options or 'everything'}")
    if windows:
        changed.append("its lines end as on Windows, perhaps by git: mark it `-text` in your .gitattributes")
    if changed:
        return changed
    if not same:
        return ["the model has changed, or files were added or removed by hand"]
    return ["the generator has changed, but not its version" if stale else "files were added or removed by hand"]


def _is_same(old: Origin, new: Origin, digest_for: Callable[[GenerateOptions], str]) -> bool | None:
    """Whether the model is the one that the package was made from; None where the package does not tell."""
    if not old.model:
        return None
    now = new.model if old.options == new.options else digest_for(GenerateOptions.of_words(old.options))
    return old.model == now


def _of_model(old: Origin, new: Origin, *, same: bool | None) -> list[str]:
    if _model(old) != _model(new):
        words = f"the model was {_model(old)}, is now {_model(new)}"
        return [f"{words}, and has not changed" if same else words]
    return ["the model has changed"] if same is False else []


def _model(origin: Origin) -> str:
    return f"{origin.source} ({origin.version})"
