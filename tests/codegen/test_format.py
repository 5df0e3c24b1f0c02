"""Formatting: one configuration whatever the surroundings, and everything that is not Python as it is."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from botobind.errors import BotobindError
from botobind_codegen import format as format_module
from botobind_codegen.format import FormatError, format_files

LONG = f"x = f({', '.join(f'argument_{number}' for number in range(6))})\n"
"""A line of 79 columns."""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "x = {'a':1}\n", 'x = {"a": 1}\n'),
        ("a.py", "", ""),
        ("a.py", "x = 'é😀\\u2028'\n", 'x = "é😀\\u2028"\n'),
        ("a.py", "x=1\r\ny=2\r\n", "x = 1\ny = 2\n"),
        ("a.py", LONG, LONG),
        ("a.py", "def f[T](x: T) -> T: return x\n", "def f[T](x: T) -> T:\n    return x\n"),
        ("a.pyi", "class A:\n    ...\nclass B: ...\n", "class A: ...\nclass B: ...\n"),
        ("a.json", "{'a':1}", "{'a':1}"),
        ("py.typed", "", ""),
        # Paths that ruff leaves out unless told.
        ("build/a.py", "x=1\n", "x = 1\n"),
        ("venv/node_modules/a.py", "x=1\n", "x = 1\n"),
        ("../../a.py", "x=1\n", "x = 1\n"),
    ],
)
def test_files(path: str, text: str, expected: str) -> None:
    formatted = format_files({path: text})
    assert formatted == {path: expected}
    assert format_files(formatted) == formatted


def test_order_and_neighbours_do_not_matter() -> None:
    files = {"b.py": "b=1\n", "B.py": "B=1\n", "a/b.pyi": "x:int\n", "c.txt": "c=1\n"}
    formatted = format_files(files)
    assert list(formatted) == list(files)
    assert formatted == {path: format_files({path: text})[path] for path, text in files.items()}
    assert formatted == format_files(dict(reversed(files.items())))


def test_settings_of_the_surroundings_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 20\nformat.quote-style = 'single'\n", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("*.py\n", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "no such format")
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    scratch = tmp_path / "build" / "venv"
    scratch.mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    assert format_files({"a.py": f"{LONG}y='b'\n"}, scratch) == {"a.py": f'{LONG}y = "b"\n'}
    assert all(scratch in path.parents for path in set(tmp_path.rglob("*")) - before)


def test_a_folder_that_is_used_again_does_not_matter(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        format_files({f"{number}.py": "def f(:\n" for number in range(3)}, tmp_path)
    assert format_files({"a.py": "x=1\n"}, tmp_path) == {"a.py": "x = 1\n"}
    assert format_files({"a.pyi": "x:int\n", "b.py": "y=1\n"}, tmp_path) == {"a.pyi": "x: int\n", "b.py": "y = 1\n"}


def test_a_folder_that_is_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(BotobindError) as raised:
        format_files({"a.py": "x=1\n"}, tmp_path)
    where = tmp_path / f"format-{os.getpid()}"
    assert str(raised.value) == f"{where}: No space left on device; make room (TMPDIR chooses it)"


@pytest.mark.parametrize("environment", [{}, {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}])
@pytest.mark.parametrize("path", ["values/_modules/bad.py", "values/bad.pyi"])
def test_what_is_not_python_is_named(
    path: str, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(FormatError) as caught:
        format_files({"__init__.py": "x = 1\n", path: "x = 1\ndef f(:\n", "b.py": ""}, tmp_path)
    assert str(caught.value).startswith(f"internal error: {path} is not Python: ")
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_formatter_that_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_module, "_COMMAND", (sys.executable, "-c", "raise SystemExit('no ruff here')"))
    with pytest.raises(FormatError, match="ruff format failed: no ruff here"):
        format_files({"a.py": ""})


def test_one_process_for_all_and_none_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    run = subprocess.run

    def counted(*arguments: object, **options: object) -> object:
        calls.append(arguments)
        return run(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", counted)
    assert format_files({"a.txt": "x"}) == {"a.txt": "x"}
    assert not calls
    format_files({f"{number}.py": "x=1" for number in range(20)})
    assert len(calls) == 1
