"""What a misspelt name may have meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


def suggestion(name: str, available: Sequence[str]) -> str:
    """The end of a message: the names most like it, if there are any."""
    close = get_close_matches(name, available, n=3)
    return f"; did you mean {' or '.join(close)}?" if close else ""
