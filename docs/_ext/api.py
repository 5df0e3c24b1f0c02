"""The directives `api-module` and `api-package`: reference from docstrings, in pages of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from docstrings import to_rst
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

from botobind.operations import Operation
from botobind.shapes import Shape

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class ApiModule(SphinxDirective):
    """`:::{api-module} botobind.errors`: what a module of the runtime has."""

    required_arguments = 1

    def run(self) -> list[Any]:
        """The nodes of the module's description."""
        return self.parse_text_to_nodes(_in_rst([f".. automodule:: {self.arguments[0]}"]))


class ApiPackage(SphinxDirective):
    """`:::{api-package} botobind_services.sts`: every operation, then every class, of a generated package."""

    required_arguments = 1

    def run(self) -> list[Any]:
        """The nodes of the package's description."""
        package = self.arguments[0]
        endpoints = import_module(f"{package}.endpoints")
        values = import_module(f"{package}.values")
        _read_stub(values)
        # Every class takes its own members in `make` as in its constructor, which is shown.
        classes = (f".. autoclass:: {name}\n   :exclude-members: make\n" for name in _classes(values))
        rows = [*_operations(endpoints, package), *classes]
        return self.parse_text_to_nodes(_in_rst(rows))


def _operations(endpoints: ModuleType, package: str) -> Iterator[str]:
    for name, operation in endpoints.OPERATIONS.items():
        documentation = cleandoc(operation.documentation).split("\n")
        lines = [*_summary(operation, f"{package}.values"), "", *to_rst(documentation)]
        yield "\n".join([f".. py:data:: {package}.endpoints.{name}", "", *(f"   {line}" for line in lines), ""])


def _read_stub(values: ModuleType) -> None:
    """Gives autodoc the documentation of members, which stands in the stub of `values`, as if modules had it."""
    stub = ModuleAnalyzer.for_file(str(Path(str(values.__file__)).with_suffix(".pyi")), f"{values.__name__} (stub)")
    documentation = stub.find_attr_docs()
    for name in _classes(values):
        cls = getattr(values, name.rpartition(".")[2])
        of_module = ModuleAnalyzer.for_module(cls.__module__).find_attr_docs()
        of_module.update({place: lines for place, lines in documentation.items() if place[0] == cls.__name__})


def _summary(operation: Operation[Any, Any, Any], values: str) -> Iterator[str]:
    parts = {
        "Input": [operation.input_shape],
        "Output": [operation.output_shape],
        "Errors": [error.SHAPE for error in operation.errors],
    }
    for what, names in parts.items():
        links = ", ".join(f":py:class:`~{values}.{name}`" for name in names if name)
        yield f":{what}: {links or 'none'}"


def _classes(values: ModuleType) -> Iterator[str]:
    for name in dir(values):
        found = getattr(values, name)
        if isinstance(found, type) and issubclass(found, Shape):
            yield f"{values.__name__}.{name}"


def _in_rst(rows: Iterable[str]) -> str:
    return "\n".join(["```{eval-rst}", *rows, "```"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers with Sphinx."""
    app.add_directive("api-module", ApiModule)
    app.add_directive("api-package", ApiPackage)
    return {"parallel_read_safe": True}
