"""Models that are not what they should be: each is refused by name, or gives code that compiles and can be imported,
and in which what was text is text.

BOTOBIND_FUZZ_COUNT is the number of mutants.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from fuzzing.models import PROTOCOLS, model, mutated, replaced, strings

from botobind import ModelError
from botobind_codegen.pipeline import generate_package

COUNT = int(os.environ.get("BOTOBIND_FUZZ_COUNT", "180"))
SEED = int(os.environ.get("BOTOBIND_FUZZ_SEED", "0"))

MARKS = (
    "x\nmarked()\n#",
    'x"+marked()+"',
    "x'+marked()+'",
    "x{marked()}",
    'x""" + marked() + """',
    "x\\'+marked()#",
    'x\\"+marked()#',
    "x\u2028marked()",
)


class _Files(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the files of a package that are nowhere but in memory."""

    def __init__(self, package: str, files: Mapping[str, str]) -> None:
        self.package = package
        self.files = files

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        package, *inner = name.split(".")
        if package != self.package:
            return None
        for file in ("/".join([*inner, "__init__.py"]), f"{'/'.join(inner)}.py"):
            if file in self.files:
                return importlib.util.spec_from_loader(name, self, is_package=file.endswith("__init__.py"), origin=file)
        return None

    def exec_module(self, module: ModuleType) -> None:
        origin = module.__spec__.origin if module.__spec__ else None
        exec(compile(self.files[origin or ""], origin or "", "exec", dont_inherit=True), module.__dict__)  # noqa: S102


@contextmanager
def _importable(package: str, files: Mapping[str, str]) -> Iterator[None]:
    finder = _Files(package, files)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[name]


def _generate(folder: Path, document: object, name: str = "things") -> Mapping[str, str]:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return generate_package(name, path).files


def _import_all(files: Mapping[str, str]) -> None:
    with _importable("fuzzed", files):
        package = importlib.import_module("fuzzed")
        for path in files:
            if path.endswith(".py") and not path.endswith("__init__.py"):
                importlib.import_module(f"fuzzed.{path.removesuffix('.py').replace('/', '.')}")
            if path.endswith(".pyi"):
                compile(files[path], path, "exec", dont_inherit=True)
        for name in dir(package.values):
            getattr(package.values, name)
        package.router  # noqa: B018 - made when it is first used


def _check(folder: Path, document: object) -> bool:
    """Whether a model is taken; if so its package can be imported, and else the error says where."""
    try:
        files = _generate(folder, document)
    except ModelError as error:
        assert error.file, error
        assert error.key is not None or "not JSON" in error.reason or "nested too deeply" in error.reason, error
        return False
    _import_all(files)
    return True


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_models_as_they_are(tmp_path: Path, protocol: str) -> None:
    assert _check(tmp_path, model(protocol))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_mutants(tmp_path: Path, protocol: str) -> None:
    first = SEED + PROTOCOLS.index(protocol)
    for seed in range(first, first + COUNT, len(PROTOCOLS)):
        document = mutated(model(protocol), seed)
        try:
            _check(tmp_path, document)
        except Exception as error:  # noqa: BLE001 - whatever escapes is reported with its seed
            pytest.fail(f"seed {seed} in {protocol}: {type(error).__name__}: {error}")


def _calls(files: Mapping[str, str]) -> list[str]:
    """The files in which a mark has become code."""
    return [
        path
        for path, text in files.items()
        if path.endswith((".py", ".pyi"))
        and any(isinstance(node, ast.Name) and node.id == "marked" for node in ast.walk(ast.parse(text)))
    ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("mark", MARKS)
def test_no_text_becomes_code(tmp_path: Path, protocol: str, mark: str) -> None:
    document = model(protocol)
    taken = 0
    for text in sorted(set(strings(document))):
        try:
            files = _generate(tmp_path, replaced(document, text, text + mark))
        except ModelError:
            continue
        taken += 1
        assert not _calls(files), text
    assert taken > 5, "documentation at least is taken"


@pytest.mark.parametrize("mark", [mark for mark in MARKS if "/" not in mark])
def test_no_name_of_a_file_becomes_code(tmp_path: Path, mark: str) -> None:
    try:
        files = _generate(tmp_path, model("rest-json"), mark)
    except ModelError as error:
        assert "control character" in error.reason or "cannot be printed" in error.reason
        return
    assert not _calls(files)
    assert all(line.isprintable() for line in files["__init__.py"].splitlines()[:1])
