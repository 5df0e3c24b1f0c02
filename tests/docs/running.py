"""A folder in which the blocks of one page run, in order: Python in one interpreter, commands in bash."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from configparser import ParsingError, RawConfigParser
from pathlib import Path
from types import MappingProxyType

from docs.blocks import Block

INTERPRETER = Path(__file__).with_name("interpreter.py")
PROMPT = "$ "
ANYTHING = "…"
"""What is not compared: a part of a line, or lines where it is alone."""


class Page:
    """Runs the blocks of one page. Whatever they say, and that is not so, is an `AssertionError` with page and line."""

    def __init__(
        self,
        folder: Path,
        is_run: Callable[[str, str], bool],
        python: str = sys.executable,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`is_run` tells, by page and line, of the first line of a block and of each command of `sh`. `python` runs the
        blocks of Python, and the commands beside it are found. `variables` come to those of this process.
        """
        self._is_run = is_run
        self._python_path = python
        self.folder = folder / "page"
        self.folder.mkdir()
        self._environment = {
            **os.environ,
            "PATH": f"{Path(python).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "BOTOBIND_CACHE_DIR": str(folder / "cache"),
            "HOME": str(folder),
            "NO_COLOR": "1",
            "COLUMNS": "120",
            "CI": "1",  # Hypothesis takes the same examples each time, however slow the machine is
            **variables,
        }
        self._printed: str | None = None
        self._interpreter: subprocess.Popen[str] | None = None

    def close(self) -> None:
        """Ends the interpreter."""
        if self._interpreter is not None:
            self._interpreter.communicate()

    def run(self, block: Block) -> None:
        """Runs the next block of the page."""
        # What a block printed is for the next one to show.
        printed, self._printed = self._printed, None
        if not self._is_run(block.page, block.text.partition("\n")[0]):
            return
        if block.language == "text":
            assert printed is not None, f"{block}: output of what?"
            compare(block, printed.splitlines(), block.text.splitlines())
            return
        runs: Mapping[str, Callable[[Block], str | None]] = {
            "python": self._python,
            "sh": self._sh,
            "console": self._console,
            "toml": self._toml,
            "json": self._json,
            "ini": self._ini,
        }
        assert block.language in runs, f"{block}: nothing is known of blocks of {block.language or 'no language'}"
        self._printed = runs[block.language](block)

    def _python(self, block: Block) -> str | None:
        if block.file is not None:
            self._write(block)
            return None
        if self._interpreter is None:
            self._interpreter = subprocess.Popen(
                [self._python_path, "-W", "error", str(INTERPRETER)],
                cwd=self.folder, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        assert self._interpreter.stdin is not None
        assert self._interpreter.stdout is not None
        self._interpreter.stdin.write(json.dumps([block.page, block.line, block.text]) + "\n")
        self._interpreter.stdin.flush()
        printed: str
        printed, failure = json.loads(self._interpreter.stdout.readline())
        assert failure is None, f"{block}: {failure}"
        return printed

    def _sh(self, block: Block) -> str:
        commands = [line for line in block.text.splitlines() if self._is_run(block.page, line)]
        code, printed = self._bash("\n".join(["set -euo pipefail", *commands]))
        assert code == 0, f"{block}: exit code {code}\n{printed}"
        return printed

    def _console(self, block: Block) -> None:
        code = 0
        lines = block.text.splitlines()
        starts = [number for number, line in enumerate(lines) if line.startswith(PROMPT)]
        assert starts[:1] == [0], f"{block}: begins with no command"
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            command = lines[start].removeprefix(PROMPT)
            assert code == 0 or "$?" in command, f"{block}: exit code {code} before {command!r} that is not shown"
            code, printed = self._bash(f"(exit {code}); {command}")
            compare(block, printed.splitlines(), lines[start + 1 : end])
        assert code == 0, f"{block}: exit code {code} that is not shown"

    def _bash(self, script: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", script],  # noqa: S607 - whichever there is
            check=False, cwd=self.folder, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, timeout=1200,
        )  # fmt: skip
        return done.returncode, done.stdout

    def _toml(self, block: Block) -> None:
        self._parsed(block, tomllib.loads)

    def _json(self, block: Block) -> None:
        self._parsed(block, json.loads)

    def _ini(self, block: Block) -> None:
        self._parsed(block, RawConfigParser().read_string)

    def _parsed(self, block: Block, parse: Callable[[str], object]) -> None:
        try:
            parse(block.text)
        except (ValueError, ParsingError) as error:
            raise AssertionError(f"{block}: {error}") from None
        self._write(block)

    def _write(self, block: Block) -> None:
        if block.file is not None:
            file = self.folder / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")


def compare(block: Block, found: list[str], shown: list[str]) -> None:
    """Raises `AssertionError` where the lines that were printed are not those that a block shows."""
    patterns = [_pattern(line) for line in shown]
    whole = "\n".join(found)
    assert re.fullmatch("\n".join(patterns), whole), f"{block}: the output is\n{whole}"


def _pattern(line: str) -> str:
    if line.strip() == ANYTHING:
        return r"(?s:.*)"
    return ".*".join(re.escape(part) for part in line.split(ANYTHING))
