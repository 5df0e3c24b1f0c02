"""What a client remembers so as not to find it out again, in bounds: users and services name as much as they like."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def remember(known: dict[K, V], key: K, value: V, most: int) -> V:
    """Keeps a value by its key, and gives it. Where `most` are kept already, they are forgotten."""
    if len(known) >= most:
        known.clear()
    known[key] = value
    return value
