"""The directive `modules`: a table of the modules below a folder, each with what its docstring says first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]


class Modules(SphinxDirective):
    """`:::{modules} runtime/botobind`: the modules of a package, subpackages included."""

    required_arguments = 1

    def run(self) -> list[Any]:
        """The nodes of the table."""
        return self.parse_text_to_nodes(table(ROOT / self.arguments[0]))


def table(folder: Path) -> str:
    """The modules below a folder as a table of Markdown, those of a subpackage after its own line."""
    rows = [f"| `{name}` | {summary} |" for name, summary in summaries(folder)]
    return "\n".join(["| module | |", "| --- | --- |", *rows])


def summaries(folder: Path) -> Iterator[tuple[str, str]]:
    """The path of each module from the folder on, and the first sentences of its docstring.

    The `__init__.py` of a subpackage stands for it. Raises `ValueError` for a module without a docstring.
    """
    for file in sorted(folder.rglob("*.py"), key=lambda file: file.relative_to(folder).with_suffix("").parts):
        name = file.relative_to(folder).as_posix().removesuffix("__init__.py")
        if name:
            yield name, summary_of(file)


def summary_of(file: Path) -> str:
    """The first paragraph of a module's docstring on one line, as a cell of a table."""
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    if not docstring:
        raise ValueError(f"{file} has no docstring")
    return " ".join(docstring.split("\n\n")[0].split()).replace("|", "\\|").replace("*", "\\*")


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers with Sphinx."""
    app.add_directive("modules", Modules)
    return {"parallel_read_safe": True}
