"""What contributors find is so: workflows, `.ci/run` and CONTRIBUTING name sessions and files that are there."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from docs.blocks import PAGES, ROOT, blocks_of, name_of

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NOXFILE = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
SESSIONS = [
    node.name
    for node in NOXFILE.body
    if isinstance(node, ast.FunctionDef) and any("nox.session" in ast.unparse(each) for each in node.decorator_list)
]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CI, NIGHTLY = (
    yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text()) for name in ("ci.yml", "nightly.yml")
)
_MATRIX = re.compile(r"\$\{\{ matrix\.(\w+) \}\}")


def constant(name: str) -> Any:
    """The value of a constant of noxfile.py that is a literal."""
    for node in NOXFILE.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"noxfile.py has no {name}")


def sessions_in(text: str) -> list[str]:
    """The sessions that commands name, without the interpreter after a dash."""
    named = re.findall(r"\bnox(?: --[\w-]+)* -s ((?:\w[\w.-]*\s?)+)", text)
    return [session.partition("-")[0] for names in named for session in names.split()]


def commands_of(job: dict[str, Any]) -> Iterator[str]:
    """The commands of a job, once for each row of its matrix."""
    matrix: dict[str, list[str]] = job.get("strategy", {}).get("matrix", {})
    for values in product(*matrix.values()):
        row = dict(zip(matrix, values, strict=True))
        for step in job["steps"]:
            yield _MATRIX.sub(lambda match, row=row: row[match[1]], step.get("run", ""))  # type: ignore[misc]


def sessions_of(workflow: dict[str, Any]) -> set[str]:
    return {name for job in workflow["jobs"].values() for command in commands_of(job) for name in sessions_in(command)}


def test_ci_runs_what_a_change_has_to_pass() -> None:
    default = {"tests_interpreters" if name == "tests" else name for name in default_sessions()}
    assert sessions_of(CI) == {"quick", *default}


def default_sessions() -> list[str]:
    [match] = re.findall(r"^nox\.options\.sessions = (\[.*\])$", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    return list(ast.literal_eval(match))


def test_ci_runs_the_tests_on_every_interpreter() -> None:
    assert CI["jobs"]["tests"]["strategy"]["matrix"]["python"] == list(constant("INTERPRETERS"))


def test_contributing_has_what_runs_each_night() -> None:
    table = CONTRIBUTING.partition("Each night these run")[2].partition("And these")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sessions_of(NIGHTLY)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_name_sessions_and_versions_that_are_there(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    parsed = yaml.safe_load(text)
    found = sessions_of(parsed)
    assert found
    assert found <= set(SESSIONS)
    # A major version gets fixes, and changes nothing without a change here.
    assert all(
        re.search(r"@v\d+$", step["uses"]) for job in parsed["jobs"].values() for step in job["steps"] if "uses" in step
    )
    assert parsed["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in parsed["jobs"].values())


@pytest.mark.parametrize("session", SESSIONS)
def test_contributing_names_every_session(session: str) -> None:
    assert f"`{session}`" in CONTRIBUTING or f"nox -s {session}" in CONTRIBUTING


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run"], ids=name_of)
def test_sessions_that_pages_name_are_there(page: Path) -> None:
    assert set(sessions_in(page.read_text(encoding="utf-8"))) <= {*SESSIONS, "X"}


def test_contributing_names_files_that_are_there() -> None:
    names = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|\w+\.(?:txt|toml|md))`|\]\(([^)#:]+)(?:#[^)]*)?\)", CONTRIBUTING)
    paths = [path for pair in names for path in pair if path and not path.startswith((".venv/", "dist/"))]
    assert len(paths) > 40
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_tests_can_be_read_in_one_sitting() -> None:
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").rglob("*.py"), ROOT / "noxfile.py"]
    assert [file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > 500] == []


def test_quick_has_files_that_are_there() -> None:
    paths = constant("QUICK")
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_ci_runs_the_commands_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    [function] = re.findall(r"^readme_command\(\) \{.*\}$", script, re.MULTILINE)
    commands = [block.text for block in blocks_of(ROOT / "README.md") if block.language == "sh"][:2]
    for number, command in enumerate(commands, 1):
        said = subprocess.run(
            ["bash", "-c", f"{function}\nreadme_command {number}"],  # noqa: S607 - whichever there is
            check=True, cwd=ROOT, capture_output=True, text=True,
        ).stdout  # fmt: skip
        assert said == command
        assert f'bash -euo pipefail -c "$(readme_command {number})"' in script
    # The layer of set-up is what comes before the tests.
    assert commands[1].count(" && ") == 1


def test_ci_runs_in_layers() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    layers = re.findall(r'^layer ("[\w ]+"|\w+) (?:sessions (\w+))?', script, re.MULTILINE)
    names = [name.strip('"') for name, _ in layers]
    assert names == ["main job", "set up", "quick", "tests", "types", "docs", "packaging"]
    assert {session for _, session in layers if session} == {"quick", *default_sessions()} - {"tests", "lint"}


def test_pre_commit_has_the_ruff_of_the_constraints() -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    wanted = {
        requirement
        for repository in config["repos"]
        for hook in repository["hooks"]
        for requirement in hook["additional_dependencies"]
        if requirement.startswith("ruff")
    }
    assert len(wanted) == 1
    assert wanted <= set(constraints)


@pytest.mark.parametrize("file", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").iterdir()), ids=lambda file: file.name)
def test_issue_forms_have_what_github_asks_for(file: Path) -> None:
    form = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= form.keys()
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert fields
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["type"] in ("input", "textarea") and field["attributes"]["label"] for field in fields)


def test_generated_files_are_marked_for_git() -> None:
    path = "generated/botobind_services/sts/__init__.py"
    said = subprocess.run(
        ["git", "check-attr", "linguist-generated", "merge", "text", "eol", "--", path],  # noqa: S607
        check=False, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if said.returncode:
        pytest.skip("not a clone")
    values = dict(line.removeprefix(f"{path}: ").split(": ") for line in said.stdout.splitlines())
    assert values == {"linguist-generated": "set", "merge": "unset", "text": "auto", "eol": "lf"}
