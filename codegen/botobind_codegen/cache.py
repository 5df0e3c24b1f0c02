"""What was generated last, so that a run in which nothing has changed does nothing.

The cache is beside the user's other caches, never in the output. It holds a digest of all that a package depends on
(the files of its model, the generator, its options) and one of what is on the disk (paths, sizes and times). A package
is left alone while both hold.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from attrs import frozen
from filelock import FileLock
from platformdirs import user_cache_path

from botobind_codegen.leftovers import is_leftover
from botobind_codegen.load import model_files, model_source
from botobind_codegen.pipeline import GenerateOptions

LOCK_TIMEOUT = 5.0
"""Seconds to wait for another run that is saving. After them nothing is saved."""

_PACKAGES = ("botobind", "botobind_codegen", "botobind_templates")
"""Import packages that the output depends on. Names and routes come from the runtime."""
_TOOLS = ("ruff", "jinja2", "botocore")
_SOURCES = (".py", ".pyi", ".toml", ".jinja")


@frozen
class Entry:
    """A package as it was left."""

    inputs: str
    tree: str
    files: int


def cache_folder() -> Path:
    """Where the cache is kept: the user's cache folder, or that in `BOTOBIND_CACHE_DIR`."""
    return Path(os.environ.get("BOTOBIND_CACHE_DIR") or user_cache_path("botobind"))


class OutputCache:
    """The entries of one output folder."""

    def __init__(self, out: Path, folder: Path | None = None) -> None:
        """`folder` is where the cache is kept, if elsewhere than in `cache_folder`."""
        folder = folder or cache_folder()
        # Where nobody knows the user's home it reads as `~`, and a folder of that name would be made here.
        self._usable = folder.parts[:1] != ("~",)
        self._file = folder / f"{sha256(os.fsencode(os.path.realpath(out))).hexdigest()[:24]}.json"
        self._out = out
        self._entries = self._load()
        self._learnt: dict[str, Entry] = {}

    def _load(self) -> dict[str, Entry]:
        try:
            raw = json.loads(self._file.read_text(encoding="utf-8"))
            return {package: Entry(*entry) for package, entry in raw.items()}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            # A cache that cannot be read is as good as none.
            return {}

    def unchanged(self, package: str, inputs: str) -> int | None:
        """The number of files of a package that is as it would be generated; None where that is not known."""
        entry = self._entries.get(package)
        if entry is None or entry.inputs != inputs:
            return None
        return entry.files if entry.tree == tree_digest(self._out / package) else None

    def remember(self, package: str, inputs: str | None, count: int) -> None:
        """Notes that a package on the disk is what these inputs give; nothing where they are not known."""
        if inputs is not None:
            self._learnt[package] = Entry(inputs, tree_digest(self._out / package), count)

    def save(self) -> None:
        """Writes the cache; where that cannot be done, the next run does more work."""
        if not self._learnt or not self._usable:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._file}.lock", timeout=LOCK_TIMEOUT):
                # Not what was read at first: another run may have learnt more since.
                merged = {**self._load(), **self._learnt}
                text = json.dumps({name: [entry.inputs, entry.tree, entry.files] for name, entry in merged.items()})
                # One name, so that a killed run leaves one file at most, for the next to use.
                staged = self._file.with_suffix(".staged")
                try:
                    staged.write_text(text, encoding="utf-8")
                    staged.replace(self._file)
                finally:
                    staged.unlink(missing_ok=True)
        except OSError:  # A lock that others hold too long is such an error, too.
            return


def tree_digest(folder: Path) -> str:
    """A digest of what is below a folder: paths, sizes and times; leftovers of tools aside."""
    digest = sha256()
    pending = [str(folder)]
    start = len(pending[0])
    while pending:
        current = pending.pop()
        try:
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except OSError:
            digest.update(os.fsencode(f"{current[start:]} is not there\n"))
            continue
        for entry in entries:
            if is_leftover(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
                continue
            status = entry.stat(follow_symlinks=False)
            # The last is the time that nobody can set, where there is one: some tools put that of the content back.
            facts = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            digest.update(os.fsencode(f"{entry.path[start:]} {facts}\n"))
    return digest.hexdigest()


def inputs_digest(name: str, data_path: Path | None, options: GenerateOptions) -> str:
    """A digest of all that the package of a service depends on. Raises `ModelError` where there is no such model."""
    sources = [*model_files(name, data_path), *options.model.files]
    digest = sha256(f"{_generator_digest()} {name} {model_source(name, data_path)} {options.fingerprint}\n".encode())
    for file in sources:
        digest.update(os.fsencode(f"{file.name} "))
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@cache
def _generator_digest() -> str:
    digest = sha256()
    for package in _PACKAGES:
        root = Path(str(files(package)))
        for file in sorted(path for path in root.rglob("*") if path.suffix in _SOURCES):
            digest.update(f"{package}/{file.relative_to(root).as_posix()} ".encode())
            digest.update(sha256(file.read_bytes()).digest())
    for tool, found in _versions().items():
        digest.update(f"{tool} {found}\n".encode())
    return digest.hexdigest()


def _versions() -> Mapping[str, str]:
    found = {}
    for tool in _TOOLS:
        try:
            found[tool] = version(tool)
        except PackageNotFoundError:
            found[tool] = "unknown"
    return found
