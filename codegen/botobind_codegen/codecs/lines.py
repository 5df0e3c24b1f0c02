"""Lines of generated code."""

from __future__ import annotations

from collections.abc import Iterable


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    """Lines, further to the right."""
    return [f"{'    ' * levels}{line}" for line in lines]
