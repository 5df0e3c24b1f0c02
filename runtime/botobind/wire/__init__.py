"""Bytes and texts to what they are made of, and back: headers, elements, tags, frames. Nothing here knows of shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.wire import (
        blocking,
        cbortags,
        closing,
        elements,
        eventheaders,
        fields,
        httpforms,
        percent,
        segments,
        wholefiles,
        xmlsyntax,
    )

__all__ = [
    "blocking",
    "cbortags",
    "closing",
    "elements",
    "eventheaders",
    "fields",
    "httpforms",
    "percent",
    "segments",
    "wholefiles",
    "xmlsyntax",
]

__getattr__, __dir__ = on_use(__name__, __all__)
