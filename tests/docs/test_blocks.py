"""Every code block of the documentation and the README runs, and what they show is what happens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.blocks import PAGES, ROOT, Block, blocks_of, name_of
from docs.running import Page, compare
from support.moto_server import moto_server

INSTALLS = "it installs what the tests run with; `.ci/run` runs it in a fresh clone"
MINUTES = "it takes more than a minute; `nox -s catalogue` does the same"
FIRST = "the first command prints it: a test of its own compares"
SERVES = "it serves until it is stopped; `tests/peers` runs it under boto3's clients"
INVENTORY = "it is in the clone; `tests/converting/test_inventory.py` runs it"
MOTO = "the tests run moto's server by themselves, and say where it is"
OCAML = "what awso has: there is no OCaml here"

NOT_RUN = {
    ("README.md", "python3 -m venv .venv && "): INSTALLS,
    ("README.md", "partnercentral-selling: … files, unchanged"): FIRST,
    ("README.md", ".venv/bin/pip install -q -c constraints.txt -e '.[dev]'"): INSTALLS,
    ("README.md", "pip install '/path/to/the/clone[codegen,engine]'"): INSTALLS,
    ("README.md", "botobind generate --all "): MINUTES,
    ("docs/index.md", "pip install -c constraints.txt -e '.[codegen]'"): INSTALLS,
    ("docs/start.md", "python3 -m venv .venv"): INSTALLS,
    ("docs/start.md", ".venv/bin/pip install -c constraints.txt -e '.[codegen]'"): INSTALLS,
    ("docs/start.md", "source .venv/bin/activate"): INSTALLS,
    ("docs/serving.md", ".venv/bin/python examples/server.py 4566"): SERVES,
    ("docs/serving.md", "export AWS_ACCESS_KEY_ID"): SERVES,
    ("docs/serving.md", ".venv/bin/python -c "): SERVES,
    ("docs/recipes.md", "pip install 'moto[server]'"): INSTALLS,
    ("docs/recipes.md", "moto_server -p 5000"): MOTO,
    ("docs/recipes.md", "export AWS_ENDPOINT_URL"): MOTO,
    ("docs/tables.md", ".venv/bin/python examples/inventory.py"): INVENTORY,
    ("docs/ocaml.md", "module StartEngagementByAcceptingInvitationTaskResponse : sig"): OCAML,
    ("docs/ocaml.md", "open Awso_partnercentral_selling.Values"): OCAML,
    ("docs/ocaml.md", "let started json ="): OCAML,
    ("docs/ocaml.md", "let described name json ="): OCAML,
}
"""Blocks and commands that do not run, by page and how they begin, with the reason. Blocks of OCaml must be here."""


COUNTS = ("docs/command-line.md", "docs/regeneration.md")
"""Pages with counts of operations and shapes, which are those of one version of botocore."""

RECIPES = [page for page in PAGES if name_of(page).startswith("docs/recipes")]
BEFORE = "Before you begin"
"""What makes the bucket and the table of the recipes."""


def is_run(page: str, line: str) -> bool:
    return not any(page == where and line.startswith(start) for where, start in NOT_RUN)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    page = Page(tmp_path, is_run)
    yield page
    page.close()


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, marks=pytest.mark.pinned if name_of(file) in COUNTS else (), id=name_of(file))
        for file in PAGES
        if file not in RECIPES
    ],
)
def test_every_block_of_a_page_runs(page: Page, file: Path) -> None:
    for block in blocks_of(file):
        page.run(block)


@pytest.fixture
def calling_page(tmp_path: Path) -> Iterator[Page]:
    """A page whose programs call moto's server."""
    keys = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "SECRET"}
    with moto_server() as url:
        page = Page(tmp_path, is_run, variables={"AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": "eu-west-1", **keys})
        yield page
        page.close()


def recipes() -> dict[str, list[Block]]:
    """The blocks of each recipe, by its heading."""
    found: dict[str, list[Block]] = {}
    for file in RECIPES:
        for block in blocks_of(file):
            found.setdefault(block.section, []).append(block)
    return found


@pytest.mark.parametrize("recipe", [recipe for recipe in recipes() if recipe != BEFORE])
def test_each_recipe_runs_by_itself(calling_page: Page, recipe: str) -> None:
    for block in [*recipes()[BEFORE], *recipes()[recipe]]:
        calling_page.run(block)


def test_what_does_not_run_is_still_there() -> None:
    blocks = [block for file in PAGES for block in blocks_of(file)]
    for where, start in NOT_RUN:
        assert [block for block in blocks if block.page == where and f"\n{start}" in f"\n{block.text}"], (where, start)


def test_the_first_command_of_the_readme_prints_what_it_shows() -> None:
    blocks = blocks_of(ROOT / "README.md")
    command_at = next(index for index, block in enumerate(blocks) if block.language == "sh")
    first = next(block for block in blocks[command_at:] if block.language == "text")
    command = [sys.executable, str(ROOT / "examples" / "start_engagement.py")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # What generates the package has a test in `test_golden.py`.
    compare(first, ["partnercentral-selling: 1 files, unchanged", *printed.splitlines()], first.text.splitlines())


def test_pages_have_blocks() -> None:
    assert sum(len(blocks_of(file)) for file in PAGES) > 60


# What fails, and where it says that it does.

FAILING = {
    "what raises": ("```python\nx = 1\nx.y\n```\n", "page.md:1: ", 'File "page.md", line 3'),
    "what is no Python": ("Text.\n\n```python\nx = = 1\n```\n", "page.md:3: ", 'File "page.md", line 4'),
    "what warns": ("```python\nimport warnings\nwarnings.warn('old')\n```\n", "page.md:1: ", "UserWarning: old"),
    "a value that is another": ("```python\n1 + 1  # 3\n```\n", "page.md:1: ", 'File "page.md", line 2: is 2, not 3'),
    "output that is other": ("```python\nprint(1)\n```\n\n```text\n2\n```\n", "page.md:5: the output is\n1", ""),
    "output that goes on": ("```python\nprint(1, 2)\n```\n\n```text\n1\n```\n", "page.md:5: the output is\n1 2", ""),
    "output of nothing": ("```text\n1\n```\n", "page.md:1: output of what?", ""),
    "output of another block": (
        "```sh\necho 1\n```\n\n```json\n1\n```\n\n```text\n1\n```\n",
        "page.md:9: output of",
        "",
    ),
    "a command that fails": ("```sh\nfalse\n```\n", "page.md:1: exit code 1", ""),
    "the first of two": ("```sh\nfalse\ntrue\n```\n", "page.md:1: exit code 1", ""),
    "one that is not shown to fail": ("```console\n$ false\n$ true\n```\n", "page.md:1: exit code 1 before 'true'", ""),
    "the last one": ("```console\n$ true\n$ false\n```\n", "page.md:1: exit code 1 that is not shown", ""),
    "what a command says": ("```console\n$ echo one\ntwo\n```\n", "page.md:1: the output is\none", ""),
    "what a command hides": ("```console\n$ echo one\n```\n", "page.md:1: the output is\none", ""),
    "no command": ("```console\necho one\n```\n", "page.md:1: begins with no command", ""),
    "what is no JSON": ("```json\n{'a': 1}\n```\n", "page.md:1: ", "Expecting property name"),
    "what is no TOML": ("```toml\na = \n```\n", "page.md:1: ", "Invalid value"),
    "another language": ("```ocaml\nlet x = 1\n```\n", "page.md:1: nothing is known of blocks of ocaml", ""),
    "no language": ("```\nx\n```\n", "page.md:1: nothing is known of blocks of no language", ""),
    "an indented block": ("Text:\n\n    x = 1\n", "page.md:3: nothing is known of blocks of no language", ""),
}


@pytest.mark.parametrize(("text", "start", "part"), FAILING.values(), ids=FAILING)
def test_what_is_not_so_fails_with_page_and_line(page: Page, tmp_path: Path, text: str, start: str, part: str) -> None:
    with pytest.raises(AssertionError) as failure:
        run_all(page, tmp_path, text)
    said = str(failure.value)
    assert said.startswith(start)
    assert part in said


PASSING = {
    "values": "```python\nx = {'a': 1}\nx  # {'a': 1}\nx  # in words\n```\n",
    "output": "```python\nx = 1\n```\n\n```python\nprint(x)\n```\n\n```text\n1\n```\n",
    "parts": "```python\nprint('at 10:51 it was')\n```\n\n```text\nat … it was\n```\n",
    "lines": "```console\n$ printf 'a\\nb\\nc\\nd\\n'\na\n…\nd\n```\n",
    "exit codes": "```console\n$ false\n$ echo $?\n1\n```\n",
    "files": "In `a/b.toml`:\n\n```toml\nx = 1\n```\n\n```console\n$ cat a/b.toml\nx = 1\n```\n",
    "modules": "In `one.py`:\n\n```python\nX = 1\n```\n\n```python\nimport one\none.X  # 1\n```\n",
    "directives": ":::{note}\nText.\n:::\n\n```{eval-rst}\nx\n```\n",
}


@pytest.mark.parametrize("text", PASSING.values(), ids=PASSING)
def test_what_is_so_passes(page: Page, tmp_path: Path, text: str) -> None:
    run_all(page, tmp_path, text)


def run_all(page: Page, folder: Path, text: str) -> list[Block]:
    file = folder / "page.md"
    file.write_text(text, encoding="utf-8")
    blocks = blocks_of(file, folder)
    for block in blocks:
        page.run(block)
    return blocks
