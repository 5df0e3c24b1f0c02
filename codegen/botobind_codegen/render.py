"""Plan → text. Templates lay out; whatever comes from a model passes through one of the filters here."""

from __future__ import annotations

import re
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from botobind.lazy import MODULES
from botobind.numbers import NUMBER
from botobind_codegen.documentation import docstring_lines, docstring_literal
from botobind_codegen.plan.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from botobind_codegen.plan.package import PackagePlan
    from botobind_codegen.plan.stubs import StubMember
    from botobind_codegen.scope.imports import Imports

WIDTH = 100
"""Columns of generated code."""

_QUOTES = '"""'

_INDEXES = {
    "__init__.py": "package.py.jinja",
    "__init__.pyi": "package.pyi.jinja",
    "values/__init__.py": "values.py.jinja",
    "values/__init__.pyi": "values.pyi.jinja",
    f"values/{MODULES}/__init__.py": "modules.py.jinja",
    "endpoints/__init__.py": "endpoints.py.jinja",
    "endpoints/__init__.pyi": "endpoints.pyi.jinja",
    f"endpoints/{MODULES}/__init__.py": "modules.py.jinja",
    "io/__init__.py": "io.py.jinja",
    "io/__init__.pyi": "io.pyi.jinja",
    "_router.py": "router.py.jinja",
}


def _no_docstring(text: Text | str, indent: int = 4, fallback: str = "") -> str:  # noqa: ARG001 - as the other
    return ""


def _docstring(text: Text | str, indent: int = 4, fallback: str = "") -> str:
    """A literal of documentation that stands behind `indent` columns; `fallback` is for what has none at all."""
    if isinstance(text, str):
        text = Text(text)
    width = WIDTH - indent
    before = wrap(text.before, width - len(_QUOTES), break_long_words=False, break_on_hyphens=False)
    paragraphs = [before, docstring_lines(text.html, width), *([line] for line in text.after)]
    lines: list[str] = []
    for paragraph in filter(None, paragraphs):
        lines += [*([""] if lines else []), *paragraph]
    if not lines and fallback:
        lines = [fallback]
    return docstring_literal(lines, indent) if lines else ""


_PARAGRAPH = 1_000_000
"""More columns than any text has."""
_END_OF_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def _no_parameters(members: Sequence[StubMember]) -> str:  # noqa: ARG001 - as the other
    return ""


def _parameters(members: Sequence[StubMember]) -> str:
    """The docstring of `make`, whose parameters these are: the first sentence of each, as editors tell it where a call
    is written. They take a name for that of the first parameter that begins with it, so that short ones come first.
    """
    found = {member.name: _first_sentence(member.documentation) for member in members}
    lines = [f":param {name}: {found[name]}" for name in sorted(found) if found[name]]
    return docstring_literal(["Builds a value from its members and validates it.", "", *lines], 8) if lines else ""


def _first_sentence(text: Text) -> str:
    lines = docstring_lines(text.html, _PARAGRAPH)
    return _END_OF_SENTENCE.split(lines[0], maxsplit=1)[0] if lines else ""


def _title(text: str) -> str:
    return docstring_literal([f"{text}."], 0)


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)


def _import_block(imports: Imports) -> str:
    return "\n\n".join("\n".join(group) for group in imports.lines())


@cache
def _environment(*, documented: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("botobind_templates", ""),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Python source, whose texts all pass the filters below
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "repr": repr,
        "docstring": _docstring if documented else _no_docstring,
        "docstring_title": _title,
        "parameters": _parameters if documented else _no_parameters,
        "imports": _import_block,
        "indented": _indented,
    }
    return environment


def render_package(package: PackagePlan, origin: str, *, documented: bool = True) -> dict[str, str]:
    """The files of a package by path below its folder, not formatted yet. `origin` is a line of `__init__.py`.

    Without documentation, modules of no class have their titles, and nothing else has a docstring.
    """
    environment = _environment(documented=documented)
    module = environment.get_template("module.py.jinja")
    files: dict[str, str] = {}
    for folder, modules in ((f"values/{MODULES}", package.modules), ("values", package.error_modules)):
        files |= {f"{folder}/{name}.py": module.render(module=each, package=package) for name, each in modules.items()}
    operation = environment.get_template("operation.py.jinja")
    for name, plan in package.operations.items():
        files[f"endpoints/{MODULES}/{name}.py"] = operation.render(operation=plan)
    for path, template in _INDEXES.items():
        files[path] = environment.get_template(template).render(package=package, origin=origin, number=NUMBER)
    if package.endpoint_rules is not None:
        rules = environment.get_template("endpoint_rules.py.jinja")
        files["io/_endpoint_rules.py"] = rules.render(package=package, rules=package.endpoint_rules)
    if package.waiters is not None:
        files["waiters.py"] = environment.get_template("waiters.py.jinja").render(package=package)
    files["py.typed"] = ""
    return files
