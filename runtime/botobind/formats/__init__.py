"""What generated serializers call, one module per format, the same verbs in each.

`members_of` opens a structure, `read_X` turns a node of the format into a Python value, `write_X` turns it back,
`parse` and `dump` convert between trees and bytes. A `read_X` maps None to None and raises `DecodeError` for what it
cannot accept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.formats import (
        cbor,
        cborchunks,
        elementchildren,
        elementconversions,
        elementorders,
        elementpatterns,
        errors,
        exact,
        header,
        json,
        jsontexts,
        patternbuilders,
        query,
        spellings,
        text,
        tree,
        uri,
        value,
        xml,
        xmllearnt,
        xmlreading,
        xmltokens,
        xmlwriting,
    )

__all__ = [
    "cbor",
    "cborchunks",
    "elementchildren",
    "elementconversions",
    "elementorders",
    "elementpatterns",
    "errors",
    "exact",
    "header",
    "json",
    "jsontexts",
    "patternbuilders",
    "query",
    "spellings",
    "text",
    "tree",
    "uri",
    "value",
    "xml",
    "xmllearnt",
    "xmlreading",
    "xmltokens",
    "xmlwriting",
]

__getattr__, __dir__ = on_use(__name__, __all__)
