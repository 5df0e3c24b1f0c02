"""Segments of paths in which labels are but parts, such as `{Id}:extend` and `{Name}.json`.

Both take time that grows with the text alone, whatever it is.
"""

from __future__ import annotations

from collections.abc import Sequence


def fits(literals: Sequence[str], text: str) -> bool:
    """Whether a text is these literals with something in each place between them, where labels are."""
    return _first(literals, text) is not None


def labels_between(literals: Sequence[str], text: str) -> list[str] | None:
    """The texts between the literals; None where it is not such a text, or may be read in more than one way."""
    first = _first(literals, text)
    if first is None or first != _last(literals, text):
        return None
    starts = [len(literals[0]), *(at + len(literal) for at, literal in zip(first, literals[1:-1], strict=True))]
    ends = [*first, len(text) - len(literals[-1])]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _first(literals: Sequence[str], text: str) -> list[int] | None:
    """Where the inner literals are, each as far to the left as can be."""
    start, *inner, end = literals
    if not (text.startswith(start) and text.endswith(end)):
        return None
    found, at = [], len(start)
    for literal in inner:
        place = text.find(literal, at + 1)
        if place < 0:
            return None
        found.append(place)
        at = place + len(literal)
    return found if at < len(text) - len(end) else None


def _last(literals: Sequence[str], text: str) -> list[int]:
    """Where they are, each as far to the right as can be, in a text in which they are."""
    _, *inner, end = literals
    found, at = [], len(text) - len(end)
    for literal in reversed(inner):
        at = text.rfind(literal, 0, at - 1)
        found.append(at)
    return found[::-1]
