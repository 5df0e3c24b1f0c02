"""The fenced blocks of the documentation's pages, and what each of them means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FILE = re.compile(r"`(?P<name>[\w./-]+\.\w+)`:$")


@frozen
class Block:
    """A fenced block. `file` is the file that the sentence before it ends with: that is what the block holds."""

    page: str
    line: int
    """The line of the fence, from 1."""
    language: str
    text: str
    file: str | None = None
    section: str = ""
    """The heading of the second level above it."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def name_of(page: Path, root: Path = ROOT) -> str:
    """A page's path from the root of the project."""
    return page.relative_to(root).as_posix()


def blocks_of(page: Path, root: Path = ROOT) -> list[Block]:
    """The blocks of a page, in order; Sphinx's directives aside."""
    return [block for block in _blocks(page, name_of(page, root)) if not block.language.startswith("{")]


def _blocks(page: Path, name: str) -> Iterator[Block]:
    said = section = ""
    level = ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type in ("heading_open", "paragraph_open"):
            level = token.tag
        elif token.type == "inline":
            said = token.content
            section = said if level == "h2" else section
        elif token.type in ("fence", "code_block"):
            assert token.map is not None
            file = _FILE.search(said)
            language = token.info.strip()
            yield Block(name, token.map[0] + 1, language, token.content, file["name"] if file else None, section)
            said = ""
