"""Builds the release of a version, and checks what is built: `python tools/release.py 0.2.0`.

It works in a copy of the tree, so that a dry run, which is what it does unless `--tag` is given, leaves nothing behind.
`--tag` brings the commit and the tag into this repository. Pushing and uploading are for a person.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[1]
VERSION_FILE = "runtime/botobind/__init__.py"
UNRELEASED = "## Unreleased\n"
TESTS_OF_WHEEL = "tests/docs/test_wheel.py"

_VERSION_LINE = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)


class ReleaseError(Exception):
    """Why there can be no release."""


def version_of(text: str) -> str:
    """The version that the runtime's `__init__.py` states."""
    match = _VERSION_LINE.search(text)
    if match is None:
        raise ReleaseError(f"{VERSION_FILE} states no version")
    return match[1]


def with_version(text: str, version: str) -> str:
    """The runtime's `__init__.py` with another version, which must be later than the one that it states.

    Raises `ReleaseError` where it is not, or is not spelt as PEP 440 has it.
    """
    before = version_of(text)
    try:
        new = Version(version)
    except InvalidVersion:
        raise ReleaseError(f"{version!r} is no version") from None
    if str(new) != version:
        raise ReleaseError(f"{version!r} is to be spelt {str(new)!r}")
    if new <= Version(before):
        raise ReleaseError(f"{version} is not later than {before}")
    return _VERSION_LINE.sub(f'__version__ = "{version}"', text)


def with_section(changelog: str, version: str, day: date) -> str:
    """The changelog whose unreleased changes are those of a version, under an empty section for what comes next.

    Raises `ReleaseError` where nothing is unreleased.
    """
    before, heading, after = changelog.partition(UNRELEASED)
    if not heading:
        raise ReleaseError("CHANGELOG.md has no section of unreleased changes")
    if not after.partition("\n## ")[0].strip():
        raise ReleaseError("CHANGELOG.md has no unreleased changes")
    return f"{before}{UNRELEASED}\n## {version} ({day.isoformat()})\n{after}"


def run(*command: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> str:
    """What a command prints. Raises `ReleaseError` where it fails, with all that it said."""
    done = subprocess.run(  # noqa: S603 - the project's own commands
        command, check=False, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise ReleaseError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def module(*words: str, folder: Path) -> str:
    """What `python -m` prints, run on the sources of a folder, with this interpreter and the commands beside it."""
    roots = [str(folder / root) for root in ("runtime", "codegen", "templates", "generated")]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join(roots)}
    return run(sys.executable, "-m", *words, folder=folder, environment=environment)


def check_repository(tag: str) -> None:
    """Raises `ReleaseError` where a change is not committed, or the tag is there."""
    if changed := run("git", "status", "--porcelain"):
        raise ReleaseError(f"these changes are not committed:\n{changed}")
    if run("git", "tag", "--list", tag):
        raise ReleaseError(f"the tag {tag} is there already")


def write_version(folder: Path, version: str) -> None:
    """Writes version and changelog, and the committed packages, each of which names the version that made it."""
    source, changelog = folder / VERSION_FILE, folder / "CHANGELOG.md"
    source.write_text(with_version(source.read_text(encoding="utf-8"), version), encoding="utf-8")
    today = datetime.now(UTC).date()
    changelog.write_text(with_section(changelog.read_text(encoding="utf-8"), version, today), encoding="utf-8")
    module("nox", "--no-venv", "--no-install", "-s", "regenerate", folder=folder)


def build(folder: Path, dist: Path, version: str) -> list[Path]:
    """Builds sdist and wheel, and checks their names, metadata and contents, and the wheel in an empty environment."""
    run(sys.executable, "-m", "build", "--outdir", str(dist), str(folder))
    built = sorted(dist.iterdir())
    expected = [f"botobind-{version}-py3-none-any.whl", f"botobind-{version}.tar.gz"]
    if (names := [file.name for file in built]) != expected:
        raise ReleaseError(f"built {', '.join(names)}, not {', '.join(expected)}")
    run(sys.executable, "-m", "twine", "check", "--strict", *map(str, built))
    with zipfile.ZipFile(built[0]) as wheel:
        stated = version_of(wheel.read("botobind/__init__.py").decode())
    if stated != version:
        raise ReleaseError(f"the wheel states version {stated}, not {version}")
    module("pytest", "-q", "-m", "packaging", TESTS_OF_WHEEL, folder=folder)
    return built


def release(version: str, *, keep: bool) -> None:
    """Makes a release in a copy of the tree, and brings commit and tag into this repository where they are to be kept.

    What is built is then in `dist/`. Raises `ReleaseError` where something is not as it has to be.
    """
    tag = f"v{version}"
    with_version((ROOT / VERSION_FILE).read_text(encoding="utf-8"), version)  # before anything takes long
    check_repository(tag)
    with TemporaryDirectory(prefix="botobind-release-") as scratch:
        folder, dist = Path(scratch, "tree"), Path(scratch, "dist")
        run("git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder))
        for key in ("user.name", "user.email"):
            run("git", "config", key, run("git", "config", key).strip(), folder=folder)
        write_version(folder, version)
        run("git", "commit", "--quiet", "--all", "--message", f"Version {version}", folder=folder)
        run("git", "tag", "--annotate", tag, "--message", f"botobind {version}", folder=folder)
        print(run("git", "show", "--stat=100", "--format=%s", "HEAD", folder=folder))
        built = build(folder, dist, version)
        for file in built:
            print(f"{file.name}: {file.stat().st_size:,} bytes, its metadata, version and contents are right")
        if not keep:
            print(f"dry run: nothing is kept. With --tag, this commit and the tag {tag} are.")
            return
        run("git", "pull", "--quiet", "--ff-only", "--tags", str(folder), "HEAD")
        (ROOT / "dist").mkdir(exist_ok=True)
        for file in built:
            (ROOT / "dist" / file.name).write_bytes(file.read_bytes())
    print(f"tagged {tag}. To publish it:\n  git push --follow-tags\n  twine upload dist/botobind-{version}*")


def main() -> int:
    """Reads the command line; the exit code."""
    parser = argparse.ArgumentParser(description="Builds the release of a version and checks it.")
    parser.add_argument("version", help="the version to release, later than the present one")
    parser.add_argument("--tag", action="store_true", help="keep commit and tag, and what is built in dist/")
    arguments = parser.parse_args()
    try:
        release(arguments.version, keep=arguments.tag)
    except ReleaseError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
