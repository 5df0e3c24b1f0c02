"""The command line, run in this process as if in a new one, with models and folders of a test's own."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from support.models import Model, complete, model, operation, structure

from botobind_codegen import cli, layouts


@frozen
class Said:
    """The exit code of a command and the lines that it printed; those that name what decided are in `notes`."""

    code: int
    out: list[str]
    err: list[str]
    notes: tuple[str, ...] = ()


def botobind(*words: object) -> Said:
    """Runs the command. What an earlier run in this process has read is forgotten."""
    layouts.find_models.cache_clear()
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = cli.main([str(word) for word in words])
    lines = out.getvalue().splitlines()
    notes = tuple(line for line in lines if line.startswith(("configuration: ", "models: ")))
    return Said(code, lines[len(notes) :], err.getvalue().splitlines(), notes)


def generate(*words: object) -> Said:
    """Runs `generate` in this process alone, so that stand-ins reach it."""
    return botobind("generate", "--jobs", 1, *words)


def alone(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Makes a folder to run in, with the cache beside it."""
    work = folder / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("BOTOBIND_CACHE_DIR", str(folder / "cache"))
    return work


def notes(*members: str, version: str = "2020-01-01", operations: tuple[str, ...] = ("GetNote", "PutNote")) -> Model:
    """A model with one structure of these members, which its operations take and give."""
    shapes = {"Note": {**structure(**dict.fromkeys(members, "Text")), "documentation": "<p>A note.</p>"}}
    made = model(shapes, operations={name: operation(name, "Note", "Note") for name in operations})
    return {**made, "metadata": {**made["metadata"], "apiVersion": version}}


def write_model(file: Path, model: Mapping[str, Any]) -> None:
    """Writes a model, whose metadata and operations may be left out."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(complete(model)), encoding="utf-8")


def texts(folder: Path) -> dict[str, str]:
    """What the files below a folder hold, by path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


def marks(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of what is below a folder, folders included, by path: whatever writes changes one of them."""
    found = {path.relative_to(folder).as_posix(): path.lstat() for path in folder.rglob("*")}
    return {path: (status.st_ino, status.st_mtime_ns) for path, status in found.items()}
