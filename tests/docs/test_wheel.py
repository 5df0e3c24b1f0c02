"""The wheel in an empty environment without extras: what is in it, and that the README's examples run with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from docs.blocks import ROOT, blocks_of
from docs.running import Page

pytestmark = pytest.mark.packaging

README = ROOT / "README.md"
USED = "partnercentral_selling"
"""The package that the README's examples import: a user has it generated, and brings it along."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of an environment with nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    python = folder / "bin" / "python"
    # The pip from 22.3 on that runs the tests installs for another interpreter.
    pip("--python", str(python), "install", "-c", str(ROOT / "constraints.txt"), str(wheel))
    return str(python)


def pip(*arguments: str) -> None:
    run(sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments)


def run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def page(python: str, tmp_path: Path) -> Iterator[Page]:
    # What the first command prints needs the generator.
    page = Page(tmp_path, lambda _, line: not line.startswith("partnercentral-selling: "), python)
    yield page
    page.close()


def test_the_examples_of_the_readme_run(page: Page) -> None:
    target = page.folder / "botobind_services" / USED
    shutil.copytree(
        ROOT / "generated" / "botobind_services" / USED, target, ignore=shutil.ignore_patterns("__pycache__")
    )
    ran = [block for block in blocks_of(README) if block.language == "python"]
    assert len(ran) > 5
    for block in blocks_of(README):
        if block.language in ("python", "text"):
            page.run(block)


def test_the_command_says_what_it_needs(python: str) -> None:
    command = Path(python).with_name("botobind")
    done = subprocess.run([command, "generate", "sts"], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: the generator needs ")
    assert done.stderr.endswith(": pip install 'botobind[codegen]'\n")


def test_the_wheel_has_runtime_and_generator_and_no_services(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {
        "botobind", "botobind_codegen", "botobind_templates",
    }  # fmt: skip
    for package in ("botobind", "botobind_codegen"):
        assert f"{package}/py.typed" in names
    source = {path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.jinja")}
    assert source <= set(names)


def test_the_page_of_a_package_index_has_no_link_into_the_project(wheel: Path) -> None:
    metadata = metadata_of(wheel)
    text = str(metadata.get_payload())
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert text.startswith("# botobind")
    links = [part.partition(")")[0] for part in text.split("](")[1:]]
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_without_extras_little_is_needed(wheel: Path) -> None:
    wanted = metadata_of(wheel).get_all("Requires-Dist", [])
    always = {line.partition(">")[0] for line in wanted if "extra ==" not in line}
    assert always == {"attrs", "cattrs", "cbor2", "lxml", "msgspec", "regex"}


def metadata_of(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as files:
        (name,) = (name for name in files.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(files.read(name))
