"""Type checkers over the committed packages and EC2, the largest service. `nox -s types_ec2` runs it, and `scale.py`
measures it.

mypy takes the committed packages first, then EC2: in one run it would hold the former all the while. pyright holds
some five megabytes for each file that it has checked, and is much faster when it need not throw them away: it gets the
files in slices, two at a time. What one module says is like what the others say: both get the stubs, and every tenth
module.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from attrs import frozen

ROOT = Path(__file__).parents[1]
SERVICE = "ec2"
SLICE = 300
"""Files for one run of pyright."""

_MEGABYTES = 6000
"""What a run of pyright may hold; Node.js's own limit is lower."""


_MYPY_SETTINGS = (
    "--strict",
    "--config-file=",
    "--namespace-packages",
    "--explicit-package-bases",
    "--cache-dir=/dev/null",
)


@frozen
class Command:
    """A command line, with what it needs in its environment."""

    words: tuple[str, ...]
    environment: dict[str, str]
    says: str = ""
    """What must be in its output: some commands succeed that found nothing to do."""


def make_tree(tree: Path) -> Path:
    """The committed packages and EC2's in one folder below `tree`."""
    packages = tree / "botobind_services"
    shutil.copytree(ROOT / "generated" / "botobind_services", packages)
    generate = ("botobind", "generate", SERVICE, "--out", str(packages))
    subprocess.run(generate, check=True, cwd=ROOT)  # noqa: S603 - ours
    return packages


def mypy(tree: Path, *packages: str) -> Command:
    """The command of mypy --strict over packages of the tree; over all without any."""
    names = [f"botobind_services.{name}" for name in packages] or ["botobind_services"]
    return _mypy(tree, [word for name in names for word in ("-p", name)])


def mypy_files(tree: Path, files: Sequence[Path]) -> Command:
    """The command of mypy --strict over some files of the tree."""
    return _mypy(tree, [str(file.relative_to(tree)) for file in files])


def _mypy(tree: Path, targets: Sequence[str]) -> Command:
    environment = {"MYPYPATH": f"{ROOT / 'runtime'}{os.pathsep}{tree}"}
    return Command(("mypy", *_MYPY_SETTINGS, *targets), environment)


def pyright(tree: Path, files: Sequence[Path]) -> list[Command]:
    """The commands of pyright over files of the tree, in slices; their configurations are written into the tree."""
    # pyright passes over names that are not relative to the configuration.
    names = [str(file.relative_to(tree)) for file in files]
    slices = [names[start : start + SLICE] for start in range(0, len(names), SLICE)]
    return [_slice(tree, number, each) for number, each in enumerate(slices)]


def _slice(tree: Path, number: int, files: Sequence[str]) -> Command:
    settings = {
        "include": list(files),
        "extraPaths": [str(tree), str(ROOT / "runtime")],
        "pythonVersion": "3.11",
        "typeCheckingMode": "standard",
    }
    configuration = tree / f"slice{number}.json"
    configuration.write_text(json.dumps(settings))
    return Command(
        ("pyright", "--stats", "-p", str(configuration)),
        {"NODE_OPTIONS": f"--max-old-space-size={_MEGABYTES}"},
        f"Total files checked: {len(files)}\n",
    )


def files_of(folder: Path, every: int = 1) -> list[Path]:
    """The stubs and index modules of a package, and of the modules beside them one in `every`."""
    found = sorted(file for suffix in ("py", "pyi") for file in folder.rglob(f"*.{suffix}"))
    chosen = {*[file for file in found if file.stem != "__init__"][::every]}
    return [file for file in found if file.stem == "__init__" or file in chosen]


def check(commands: Sequence[Command], tree: Path) -> bool:
    """Runs commands, two at a time; prints what those say that fail. Whether none did."""

    def run(command: Command) -> bool:
        environment = {**os.environ, **command.environment}
        done = subprocess.run(  # noqa: S603 - ours
            command.words, check=False, cwd=tree, env=environment, capture_output=True, text=True
        )
        if done.returncode or command.says not in done.stdout:
            sys.stdout.write(f"{' '.join(command.words)}\n{done.stdout[-20_000:]}{done.stderr[-2000:]}\n")
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        return all(list(pool.map(run, commands)))


def main(
    checkers: Annotated[list[str] | None, typer.Argument(help="mypy or pyright, or both without any.")] = None,
    every: Annotated[int, typer.Option(help="Of the modules one in so many; 1 for all of them.")] = 10,
) -> None:
    """Checks EC2 alone: the committed packages are checked with the rest of the code."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        files = files_of(make_tree(tree) / SERVICE, every)
        clean = True
        if not checkers or "mypy" in checkers:
            # A stub and what it stands for are one module to mypy.
            modules = [file for file in files if file.suffix == ".pyi" or not file.with_suffix(".pyi").exists()]
            clean = check([mypy_files(tree, modules)], tree)
        if not checkers or "pyright" in checkers:
            clean = check(pyright(tree, files), tree) and clean
    if not clean:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
