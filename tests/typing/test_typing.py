"""User code with deliberate mistakes, and all that mypy --strict and pyright in strict mode say of it.

Each file of `cases` is read by both checkers, never run. Comments below a line tell what they say of that line; where
there are none, they say nothing:

    Tag(key=1)
    # mypy says [arg-type] incompatible type "int"; expected "str | None"
    # pyright says [reportArgumentType] "Literal[1]" is not assignable to "str"
    reveal_type(Tag())
    # reveals Tag

`says` gives the rule and a part of the message. `reveals` gives the whole type, as both checkers write it, or one of
them where its name stands in front. `…` stands for anything. Names are bare, without their modules.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from attrs import frozen
from filelock import FileLock

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.py"))
ROOTS = [str(HERE.parents[1] / root) for root in ("runtime", "generated")]
REVEALS = "reveals"

_COMMENT = re.compile(
    r"# (?:(?P<checker>mypy|pyright) )?(?:says \[(?P<rule>\w[\w-]*)\]|(?P<reveals>reveals)) (?P<text>.+)"
)
_LIKE_COMMENT = re.compile(r"#\W*(mypy|pyright|both|reveals?|says)\b")
_MYPY_REVEALS = re.compile(r'Revealed type is "(.*)"', re.DOTALL)
_PYRIGHT_REVEALS = re.compile(r'Type of ".*" is "(.*)"', re.DOTALL)
_MODULES = re.compile(r"\b(?:[a-z_]\w*\.)+(?=\w)")


@frozen
class Finding:
    """What a checker says of a line: `rule` is the checker's, or `reveals`."""

    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        what = REVEALS if self.rule == REVEALS else f"says [{self.rule}]"
        return f"line {self.line}: {what} {self.text}"

    def is_met_by(self, found: Finding) -> bool:
        """Whether this, as a case expects it, is what was found."""
        if (self.line, self.rule) != (found.line, found.rule):
            return False
        pattern = ".*".join(re.escape(part.strip()) for part in self.text.split("…"))
        match = re.fullmatch if self.rule == REVEALS else re.search
        return match(pattern, found.text) is not None


def expected(case: str, checker: str) -> list[Finding]:
    """What a case says that a checker will say."""
    findings = []
    subject = 0
    for number, line in enumerate(case.splitlines(), 1):
        stripped = line.strip()
        comment = _COMMENT.fullmatch(stripped)
        if comment is None:
            if _LIKE_COMMENT.match(stripped):
                raise ValueError(f"line {number} is no expectation: {stripped}")
            subject = number
        elif comment["checker"] == checker or (comment["checker"] is None and comment[REVEALS]):
            findings.append(Finding(subject, comment["rule"] or REVEALS, comment["text"]))
        elif comment["checker"] is None:
            raise ValueError(f"line {number} does not say which checker: {stripped}")
    return findings


def differences(expectations: Iterable[Finding], findings: Iterable[Finding]) -> list[str]:
    """What was expected and is not there, and what is there and was not expected, by line."""
    missing: list[Finding] = []
    left = list(findings)
    for expectation in expectations:
        met = next((found for found in left if expectation.is_met_by(found)), None)
        if met is None:
            missing.append(expectation)
        else:
            left.remove(met)
    told = [(finding.line, f"missing    {finding}") for finding in missing]
    told += [(finding.line, f"unexpected {finding}") for finding in left]
    return [text for _, text in sorted(told)]


Findings = Mapping[str, Sequence[Finding]]


def run_mypy(folder: Path) -> Iterator[tuple[str, Finding]]:
    """What mypy says of the cases in a folder, each with the name of its file."""
    options = ["--strict", "--python-version=3.11", "--config-file=", f"--cache-dir={os.devnull}"]
    layout = ["--namespace-packages", "--explicit-package-bases", "--follow-imports=silent"]
    output = run(folder, "mypy", *options, *layout, "--output=json", "cases", MYPYPATH=os.pathsep.join(ROOTS))
    for line in output.splitlines():
        said = json.loads(line)
        revealed = _MYPY_REVEALS.fullmatch(said["message"])
        # Other notes belong to an error.
        if revealed or said["severity"] != "note":
            yield Path(said["file"]).name, finding_of(said["line"], said["code"], said["message"], revealed)


def run_pyright(folder: Path) -> Iterator[tuple[str, Finding]]:
    """What pyright says of the cases in a folder, each with the name of its file."""
    settings = {"include": ["cases"], "extraPaths": ROOTS, "pythonVersion": "3.11", "typeCheckingMode": "strict"}
    config = folder / "settings.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    options = ["--project", str(config), "--pythonpath", sys.executable, "--outputjson"]
    # It asks PyPI for its newest version where warnings are not ignored.
    output = run(folder, "pyright", *options, PYRIGHT_PYTHON_IGNORE_WARNINGS="1")
    messages = json.loads(output)["generalDiagnostics"]
    wrong = {place_of(said) for said in messages if not is_of_unknown_type(said)}
    for said in messages:
        # What is wrong has no known type either: that goes without saying.
        if not is_of_unknown_type(said) or place_of(said) not in wrong:
            revealed = _PYRIGHT_REVEALS.fullmatch(said["message"]) if said["severity"] == "information" else None
            file, line = place_of(said)
            yield file, finding_of(line, said.get("rule"), said["message"], revealed)


def place_of(said: Mapping[str, Any]) -> tuple[str, int]:
    """File and line of a message of pyright, which counts from 0."""
    return Path(said["file"]).name, said["range"]["start"]["line"] + 1


def is_of_unknown_type(said: Mapping[str, Any]) -> bool:
    """Whether pyright has nothing to say but that it does not know a type."""
    return str(said.get("rule", "")).startswith("reportUnknown")


def finding_of(line: int, rule: str | None, message: str, revealed: re.Match[str] | None) -> Finding:
    """A checker's message on one line, with bare names."""
    text = " ".join((revealed[1] if revealed else message).split())
    return Finding(line, REVEALS if revealed else rule or "", _MODULES.sub("", text))


def run(folder: Path, checker: str, *arguments: str, **environment: str) -> str:
    """A checker's standard output. Raises `RuntimeError` where it fails rather than finds mistakes."""
    command = [sys.executable, "-m", checker, *arguments]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode > 1:
        raise RuntimeError(f"{checker} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


RUNS: Mapping[str, Callable[[Path], Iterable[tuple[str, Finding]]]] = {"mypy": run_mypy, "pyright": run_pyright}


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Findings]:
    """All that a checker says, by file. It runs once in a session, however many workers there are."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "typing"
    known: dict[str, Findings] = {}

    def check(checker: str) -> Findings:
        if checker not in known:
            known[checker] = once(checker)
        return known[checker]

    def once(checker: str) -> Findings:
        place = folder / checker
        place.mkdir(parents=True, exist_ok=True)
        kept = place / "findings.json"
        with FileLock(place / "lock"):
            if not kept.exists():
                copytree(HERE / "cases", place / "cases", dirs_exist_ok=True)
                found = [(file, [item.line, item.rule, item.text]) for file, item in RUNS[checker](place)]
                kept.write_text(json.dumps(found), encoding="utf-8")
        by_file: dict[str, list[Finding]] = {}
        for file, item in json.loads(kept.read_text(encoding="utf-8")):
            by_file.setdefault(file, []).append(Finding(*item))
        return by_file

    return check


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
@pytest.mark.parametrize("checker", RUNS)
def test_a_checker_says_what_the_case_tells(checker: str, case: Path, check: Callable[[str], Findings]) -> None:
    expectations = expected(case.read_text(encoding="utf-8"), checker)
    found = check(checker).get(case.name, ())
    assert expectations
    assert found
    told = differences(expectations, found)
    assert not told, "\n".join([case.name, *told])


@pytest.mark.parametrize("checker", RUNS)
def test_a_checker_says_nothing_of_other_files(checker: str, check: Callable[[str], Findings]) -> None:
    assert set(check(checker)) == {case.name for case in CASES}


CASE = """
Tag(key=1)
# mypy says [arg-type] incompatible … "str"
# pyright says [reportArgumentType] not assignable
reveal_type(Tag())
# reveals Tag
"""
WRONG = Finding(2, "arg-type", 'incompatible type "int"; expected "str"')
REVEALED = Finding(5, REVEALS, "Tag")


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([WRONG, REVEALED], []),
        ([REVEALED, WRONG], []),
        ([REVEALED], ['missing    line 2: says [arg-type] incompatible … "str"']),
        ([WRONG], ["missing    line 5: reveals Tag"]),
        ([WRONG, WRONG, REVEALED], [f"unexpected {WRONG}"]),
        ([WRONG, REVEALED, Finding(6, "misc", "odd")], ["unexpected line 6: says [misc] odd"]),
    ],
)
def test_differences_are_told_both_ways(found: list[Finding], told: list[str]) -> None:
    assert differences(expected(CASE, "mypy"), found) == told


@pytest.mark.parametrize(
    "other",
    [
        Finding(3, WRONG.rule, WRONG.text),
        Finding(2, "call-arg", WRONG.text),
        Finding(2, REVEALS, WRONG.text),
        Finding(2, WRONG.rule, 'incompatible type "int"; expected "bytes"'),
        Finding(5, REVEALS, "Tag | None"),
        Finding(5, REVEALS, "type[Tag]"),
        Finding(5, REVEALS, "Any"),
    ],
)
def test_line_rule_and_text_all_count(other: Finding) -> None:
    assert not any(expectation.is_met_by(other) for expectation in expected(CASE, "mypy"))


@pytest.mark.parametrize(
    "comment",
    ["# mypy: [arg-type] wrong", "# mypy says wrong", "# says [arg-type] wrong", "# reveals", "# pyright reveal Tag"],
)
def test_a_comment_that_is_no_expectation_fails(comment: str) -> None:
    with pytest.raises(ValueError, match="line 2 "):
        expected(f"Tag()\n{comment}", "mypy")
