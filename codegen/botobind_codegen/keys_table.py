"""The table of model keys for the documentation: `python -m botobind_codegen.keys_table FILE` writes it."""

from __future__ import annotations

import sys
from pathlib import Path

from botobind_codegen.keys import KEYS

_HEAD = """# What becomes of each key of a service model

Reading is strict: a key that is not in these tables stops generation, with service, shape and key. *Used* means that
the generator acts on it, *data* that it is kept on the class or operation that carries it, *ignored* that it is left
out, for the reason given. This page is generated from `codegen/botobind_codegen/keys.py`.
"""


def table() -> str:
    """The page as Markdown."""
    sections = [_HEAD]
    for context, keys in KEYS.items():
        rows = [f"| `{name}` | {key.use} | {key.note} |" for name, key in keys.items()]
        sections.append("\n".join([f"## {context}", "", "| key | | |", "| --- | --- | --- |", *rows, ""]))
    return "\n".join(sections)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(table(), encoding="utf-8")
