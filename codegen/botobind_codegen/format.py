"""Text → formatted text: one run of `ruff format` over a whole package, whatever the user's own settings say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from botobind.errors import BotobindError
from botobind_codegen.system_errors import reason_of

_SOURCES = (".py", ".pyi")
_COMMAND = (
    *(sys.executable, "-m", "ruff", "format"),
    *("--isolated", "--no-cache", "--no-respect-gitignore"),
    *("--line-length", "100", "--target-version", "py311"),
    *("--config", 'format.line-ending = "lf"'),
)
_AT_ONCE = 2000
"""Files for one run of ruff: command lines are limited."""

_FAILED = re.compile(r"Failed to \w+ (?P<number>\d+)\.pyi?:?\s*(?P<reason>.*)")


class FormatError(BotobindError):
    """What the templates gave is not Python, or ruff could not run: a mistake of the generator, not of its input."""


def format_files(files: Mapping[str, str], scratch: Path | None = None) -> dict[str, str]:
    """Files by path with their Python sources (`.py` and `.pyi`) formatted; all others as they are.

    ruff works on a temporary folder; below `scratch`, where that is given, each process has one that it uses again:
    making a file takes some file systems ten times as long as writing one. Raises `FormatError`, which names the file
    that is not Python.
    """
    if scratch is None:
        with tempfile.TemporaryDirectory(prefix="botobind-format-", ignore_cleanup_errors=True) as temporary:
            return _format_in(Path(temporary), files)
    folder = scratch / f"format-{os.getpid()}"
    try:
        folder.mkdir(exist_ok=True)
        return _format_in(folder, files)
    except OSError as error:
        # What cannot be written in whole does not say where.
        raise BotobindError(f"{reason_of(error, folder)} (TMPDIR chooses it)") from None


def compile_files(files: Mapping[str, str]) -> None:
    """Compiles the modules by path, which ruff's parser has taken: the interpreter refuses more than its grammar does,
    such as blocks that are nested too deeply. Raises `FormatError`, which names the file.
    """
    for path, text in files.items():
        if path.endswith(_SOURCES):
            try:
                compile(text, path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise FormatError(f"internal error: {path} cannot be compiled: {error}") from None


def _format_in(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    # Numbers for names: no path can lead out of the folder, clash on a case-blind disk or be one that ruff skips.
    sources = [path for path in files if path.endswith(_SOURCES)]
    numbered = {path: folder / f"{number}{Path(path).suffix}" for number, path in enumerate(sources)}
    for path, file in numbered.items():
        file.write_bytes(files[path].encode())
    names = [file.name for file in numbered.values()]
    for start in range(0, len(names), _AT_ONCE):
        _run(folder, names[start : start + _AT_ONCE], sources)
    return {path: numbered[path].read_bytes().decode() if path in numbered else text for path, text in files.items()}


def _run(folder: Path, names: Sequence[str], sources: Sequence[str]) -> None:
    # Variables of the environment are settings too: RUFF_* of ruff itself, the others colour its messages.
    settings = ("RUFF_", "FORCE_COLOR", "CLICOLOR_FORCE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    done = subprocess.run(  # noqa: S603 - no input of a user's
        [*_COMMAND, *names],
        cwd=folder,
        env={**environment, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise FormatError(_reason(done.stderr.strip(), sources))


def _reason(message: str, sources: Sequence[str]) -> str:
    """The first complaint of ruff on one line, with the file's own path for its number."""
    found = _FAILED.search(message)
    if found is None:
        return f"ruff format failed: {message or 'it said nothing'}"
    return f"internal error: {sources[int(found['number'])]} is not Python: {found['reason']}"
