"""What shells are told without typer is what typer would tell them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import typer

from botobind_codegen import cli, cli_values, entry, quick_completion
from botobind_codegen.command_words import COMPLETION, VALUE_COMMANDS

GET = "botobind call dynamodb GetItem"
LINES = [
    "botobind ",
    "botobind ca",
    "botobind zzz",
    "botobind call ",
    "botobind call dyn",
    "botobind call lam",
    "botobind decode s",
    "botobind openapi s",
    "botobind schema dyn",
    "botobind schema dynamodb GetI",
    "botobind schema dynamodb get",
    "botobind schema dynamodb GetItemInput Get",
    "botobind schema nothing Get",
    "botobind serve s",
    "botobind serve sts s",
    "botobind call dynamodb ",
    "botobind call dynamodb Get",
    "botobind encode dynamodb get-",
    "botobind validate dynamodb zzz",
    "botobind call nothing Get",
    "botobind call s.3 Get",
    "botobind call lambda Invoke --f",
    "botobind encode sts GetCallerIdentity --",
    f"{GET} -",
    f"{GET} --",
    f"{GET} --re",
    f"{GET} --table-name things --",
    f"{GET} --region x --key=1 --dry-run --",
    f"{GET} --region=x --",
    "botobind call dynamodb zzz --",
    "botobind call zzz GetItem --",
    "botobind generate s3",
    "botobind list sts st",
    "botobind diff zzz",
]
LEFT = [
    "botobind -",
    "botobind call -",
    "botobind call --region x dyn",
    "botobind decode dynamodb fi",
    "botobind call 'dynamodb' Get",
    "botobind openapi dynamodb --operation Get",
    "botobind openapi dynamodb --outfile ",
    f"{GET} things",
    f"{GET} --output ",
    f"{GET} -- --",
    "botobind generate --all ",
    "botobind generate --data-path x s",
    "botobind zzz zzz",
]
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def environment(shell: str, line: str, action: str = "get-args") -> dict[str, str]:
    found = {COMPLETION: f"complete_{shell}", "COLUMNS": "1000"}
    if shell == "bash":
        return {**found, "COMP_WORDS": line.replace(" ", "\n"), "COMP_CWORD": str(line.count(" "))}
    found["_TYPER_COMPLETE_ARGS"] = line
    if shell == "fish":
        found["_TYPER_COMPLETE_FISH_ACTION"] = action
    if "p" in shell:
        found["_TYPER_COMPLETE_WORD_TO_COMPLETE"] = line.rpartition(" ")[2]
    return found


def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> Any:
    """What `entry` says, and what typer says."""
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    code = quick_completion.answered(variables)
    quick = None if code is None else (code, lines(capsys.readouterr().out))
    slow = cli.main(()), lines(capsys.readouterr().out)
    return quick, slow


def lines(text: str) -> list[str]:
    """What is offered, sorted: `--help` and `-h` come in any order of typer's."""
    return sorted(text.removeprefix("_arguments '*: :((").removesuffix("))'\n").strip("\n").split("\n"))


@pytest.mark.parametrize("shell", SHELLS)
def test_typer_says_the_same(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    for line in LINES:
        quick, slow = told(capsys, monkeypatch, environment(shell, line))
        assert (line, quick) == (line, slow)


def test_fish_is_told_whether_there_is_anything(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for line, code in ((f"{GET} --re", 0), ("botobind call zzz", 1)):
        quick, slow = told(capsys, monkeypatch, environment("fish", line, "is-args"))
        assert quick == slow == (code, [""])


def test_a_cursor_between_words(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {COMPLETION: "complete_bash", "COMP_WORDS": "botobind call dyn GetItem", "COMP_CWORD": "2"}
    quick, slow = told(capsys, monkeypatch, variables)
    assert quick == slow == (0, ["dynamodb"])


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_left_to_typer(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    for line in LEFT:
        assert quick_completion.answered(environment(shell, line)) is None, line
    assert quick_completion.answered({COMPLETION: "source_bash"}) is None
    assert quick_completion.answered({COMPLETION: f"complete_{shell}", "COMP_CWORD": "x"}) in (None, 0)
    assert capsys.readouterr().err == ""


def test_what_is_left_to_typer_is_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in LEFT:
        for name, text in environment("bash", line).items():
            monkeypatch.setenv(name, text)
        assert (line, entry.main()) == (line, 0)
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize("line", ["botobind c", "botobind call dyn", f"{GET} --", "botobind generate s3"])
def test_a_shell_does_not_wait_for_what_it_does_not_need(line: str) -> None:
    script = (
        "import sys\nfrom botobind_codegen.entry import main\nassert main() == 0\n"
        "slow = {'typer', 'click', 'attrs', 'botocore', 'rich', 'msgspec', 'lxml', 'cattrs'} & sys.modules.keys()\n"
        "assert not slow, slow\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment("bash", line), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_versions_are_told_without_typer(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["botobind", "--version"])
    assert entry.main() == 0
    quick = capsys.readouterr().out
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == quick


def test_the_console_script_knows_the_commands_that_need_no_generator() -> None:
    app = typer.Typer()
    cli_values.add_to(app)
    commands = {each.callback.__name__ for each in app.registered_commands if each.callback}
    assert commands == set(VALUE_COMMANDS)
