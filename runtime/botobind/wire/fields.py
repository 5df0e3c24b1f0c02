"""The headers of HTTP messages, by pairs and by name. HTTP calls them fields; members in them are `formats.header`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from botobind.errors import DecodeError

__all__ = ["HeaderPairs", "length_told", "pairs_of", "values_of", "values_of_pairs"]

HeaderPairs: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
"""Header names and values; names compare without regard to case, values of repeated names are joined by commas."""

_NO_PAIRS = "expected headers as pairs of texts"

_MOST_DIGITS = 18
"""Of a length: Python refuses to read some thousands."""

_lower = str.lower


def values_of(headers: HeaderPairs) -> dict[str, str]:
    """The headers by lower-case name. Raises `DecodeError` for what is no pair of texts."""
    return values_of_pairs(pairs_of(headers))


def pairs_of(headers: HeaderPairs) -> list[tuple[str, str]]:
    """The headers in order. Raises `DecodeError` for what has none."""
    try:
        return list(cast("Iterable[tuple[str, str]]", headers.items() if isinstance(headers, Mapping) else headers))
    except (TypeError, ValueError):
        raise DecodeError(_NO_PAIRS) from None


def values_of_pairs(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The headers of a list of pairs by lower-case name. Raises `DecodeError` for what is no pair of texts."""
    try:
        found = {_lower(name): value for name, value in pairs}
        if len(found) < len(pairs):
            return _joined(pairs)
        "".join(found.values())  # What is no text cannot be joined.
    except (TypeError, ValueError):
        raise DecodeError(_NO_PAIRS) from None
    return found


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}


def length_told(text: str | None) -> int | None:
    """The number of bytes that a header such as `Content-Length` tells; None where it is missing or tells none."""
    if text is None or not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        return None
    return int(text)
