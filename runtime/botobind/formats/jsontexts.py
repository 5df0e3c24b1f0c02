"""Documents as text in other formats: JSON, whose module is loaded with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind import formats

if TYPE_CHECKING:
    from botobind.types import AnyJson

__all__ = ["parse_document", "write_document"]


def parse_document(text: str | bytes) -> AnyJson:
    """A document from JSON text."""
    return formats.json.parse_document(text)


def write_document(value: AnyJson) -> str:
    """JSON text."""
    return formats.json.write_json_text(value)
