"""Docstrings are plain text with code in backticks: this makes reStructuredText of them, for autodoc.

Code that begins with `botobind.` becomes a reference, so that a docstring which names what is gone fails the build.
Indented paragraphs are code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx

_TOKEN = re.compile(r"(?P<code>``.+?``|`[^`\n]+`)(?P<after>\w?)|(?P<link>https?://\S+)|(?P<special>[\\*_|])")
_OURS = re.compile(r"botobind(\.\w+)+")


def to_rst(lines: Sequence[str]) -> list[str]:
    """The lines of a docstring as those of reStructuredText."""
    return list(_blocks(lines))


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    in_code = False
    above = ""
    for line in lines:
        is_indented = line.startswith("    ")
        if is_indented and not in_code and not above:
            in_code = True
            yield "::"
            yield ""
        elif line and not is_indented:
            in_code = False
        yield line if in_code else _escape(line)
        above = line


def _escape(line: str) -> str:
    # Code may be broken over two lines; a lone backtick is left to whoever reads the warning.
    return _TOKEN.sub(_replace, line)


def _replace(found: re.Match[str]) -> str:
    if found["link"]:
        return found["link"]
    if found["special"]:
        return f"\\{found['special']}"
    code = found["code"].strip("`")
    written = f":py:obj:`{code}`" if _OURS.fullmatch(code) else f"``{code}``"
    # What follows inline markup has to be no letter, unless it is set off.
    return f"{written}\\ {found['after']}" if found["after"] else written


def _process(*arguments: object) -> None:
    lines = arguments[-1]
    assert isinstance(lines, list)  # noqa: S101 - autodoc's contract
    lines[:] = to_rst(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers with Sphinx."""
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True}
