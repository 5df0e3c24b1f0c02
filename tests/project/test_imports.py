"""Imports: none of ours in functions, but for what needs libraries that not everybody has. No circle in what packages
load when it is first used, which import-linter does not see.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from docs.blocks import ROOT

RUNTIME = ROOT / "runtime"
OURS = ("botobind", "botobind_codegen")
IN_FUNCTIONS = {
    "botobind/io/clients.py": "botocore",
    "botobind/io/engine/connecting.py": "urllib3, aiohttp",
    "botobind/io/s3.py": "botocore",
    "botobind/testing/strategies.py": "hypothesis",
    "botobind_codegen/entry.py": "typer",
    # A program that asks for no pages has none of what they need loaded; `pages` is on the same floor.
    "botobind/operations.py": "",
    # Of a package's own names a shell is told without what looks for models.
    "botobind_codegen/quick_completion.py": "",
}
"""The modules that import ours in functions, and the library without which these cannot be loaded."""
LAZY = ("bodies", "formats", "protocols", "validation", "walker", "wire")


def imports_in_functions(tree: ast.AST) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in OURS:
                    yield f"from {node.module}"
                elif isinstance(node, ast.Import):
                    yield from (each.name for each in node.names if each.name.partition(".")[0] in OURS)


def test_imports_of_ours_stand_outside_of_functions() -> None:
    files = [file for root in (RUNTIME, ROOT / "codegen") for file in sorted(root.rglob("*.py"))]
    found = {
        file.relative_to(root).as_posix()
        for root in (RUNTIME, ROOT / "codegen")
        for file in files
        if file.is_relative_to(root) and [*imports_in_functions(ast.parse(file.read_text(encoding="utf-8")))]
    }
    assert found == IN_FUNCTIONS.keys()


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(RUNTIME).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(file): file for file in (RUNTIME / "botobind").rglob("*.py")}


def runs(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are not for type checkers alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for other in node.orelse:
                yield other
                yield from runs(other)
        else:
            yield node
            yield from runs(node)


def uses(tree: ast.AST) -> Iterator[str]:
    """The modules of the runtime that a module imports, and those that it has loaded by their names in a package."""
    packages: set[str] = set()
    nodes = [*runs(tree)]
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            for name in (f"{node.module}.{each.name}" for each in node.names):
                packages |= {name} & {f"botobind.{package}" for package in LAZY}
                yield name if name in MODULES else str(node.module)
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from (
                {f"botobind.{node.value.id}.{node.attr}"} & MODULES.keys()
                if (f"botobind.{node.value.id}" in packages)
                else ()
            )


def test_what_is_loaded_on_first_use_makes_no_circle() -> None:
    graph = {
        name: {used for used in uses(ast.parse(file.read_text(encoding="utf-8"))) if used in MODULES and used != name}
        for name, file in MODULES.items()
    }
    assert sum(map(len, graph.values())) > 400
    # A package needs none of its modules before they are asked for.
    graph |= {f"botobind.{package}": set() for package in LAZY}
    TopologicalSorter(graph).prepare()  # raises a CycleError that names the circle


@pytest.mark.parametrize("package", LAZY)
def test_a_package_that_loads_on_use_names_all_its_modules(package: str) -> None:
    folder = RUNTIME / "botobind" / package
    [names] = [
        ast.literal_eval(node.value)
        for node in ast.parse((folder / "__init__.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert {file.stem for file in folder.glob("*.py")} - {"__init__"} <= {*names}
