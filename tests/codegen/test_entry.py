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


def test_ctrl_c_while_it_is_loaded_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupting:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "botobind_codegen.cli":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "botobind_codegen.cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    assert entry.main() == 130
    assert capsys.readouterr().err == "Interrupted: nothing was begun.\n"


def test_the_command_line_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["botobind", "list", "sts"])
    assert entry.main() == 0
    assert "sts" in capsys.readouterr().out
