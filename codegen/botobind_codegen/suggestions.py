"""What a misspelt name may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(name: str, available: Iterable[str]) -> str:
    """The end of a message: the names most like it, if there are any. Case, hyphens and the like make no difference."""
    by_letters: dict[str, list[str]] = {}
    for each in available:
        by_letters.setdefault(_letters(each), []).append(each)
    letters = _letters(name)
    close = by_letters.get(letters) or [
        each for found in get_close_matches(letters, by_letters, n=3) for each in by_letters[found]
    ]
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _letters(name: str) -> str:
    return re.sub(r"[-_. ]+", "", name).casefold()
