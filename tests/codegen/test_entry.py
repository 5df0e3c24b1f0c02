from __future__ import annotations

import sys

import pytest

from botobind_codegen import entry


def test_a_runtime_without_the_generator_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "botobind_codegen.cli", raising=False)
    monkeypatch.setitem(sys.modules, "typer", None)
    assert entry.main() == 1
    assert capsys.readouterr().err == "Error: the generator needs typer: pip install 'botobind[codegen]'\n"


def test_the_command_line_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["botobind", "list", "sts"])
    assert entry.main() == 0
    assert "sts" in capsys.readouterr().out
