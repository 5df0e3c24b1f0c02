"""Scalars in generated code: the expression that writes each kind, and the function that reads it, in each format.

In a template `it` is the value and `kind` what formats of texts call its kind, or the format of a timestamp; all other
names are imported. A `*` stands for the kinds that a format has no row for.
"""

from __future__ import annotations

from collections.abc import Mapping

_JSON = {
    # What is no text cannot be added to one.
    "string": '"" + {it}',
    "integer": "({it} if type({it}) is int else {exact}.integer({it}))",
    "boolean": "({it} if {it} is True or {it} is False else {exact}.boolean({it}))",
    "document": "{exact}.document({it})",
    "jsonvalue": "{json}.write_json_text({it})",
    "timestamp": "{timestamps}.to_{kind}({it})",
    "*": "{json}.write_{kind}({it})",
}
# msgspec writes bytes as base64, and numbers as they are but for three of them.
_BYTES = "({it} if type({it}) is bytes else {json}.write_{kind}({it}))"
_NUMBER = "({it} if type({it}) is float and {it} - {it} == 0 else {json}.write_{kind}({it}))"

WRITTEN: Mapping[str, Mapping[str, str]] = {
    "json": _JSON,
    "wire_struct": {**_JSON, "blob": _BYTES, "stream": _BYTES, "double": _NUMBER, "single": _NUMBER},
    "cbor": {
        "jsonvalue": "{json}.write_json_text({it})",
        "single": "{cborchunks}.single({it})",
        "timestamp": "{cborchunks}.timestamp({it})",
        "*": "{cborchunks}.{kind}({it})",
    },
    "query": {"string": "{it}", "*": "{query}.write_{kind}({it})"},
    # A plain integer is digits in an f-string as it is.
    "xml": {
        "string": "{it}",
        "integer": "{it} if type({it}) is int else {xml}.write_{kind}({it})",
        "*": "{xml}.write_{kind}({it})",
    },
    "header": {"jsonvalue": "{header}.write_json_text({it})", "*": "{header}.write_{kind}({it})"},
    "uri": {"*": "{uri}.write_{kind}({it})"},
}

_OPENLY = "{spellings}.read_{kind}"

READ: Mapping[str, Mapping[str, str]] = {
    "json": {
        **dict.fromkeys(("string", "integer", "double", "single", "boolean"), _OPENLY),
        "document": "{tree}.read_document",
        "jsonvalue": "{json}.read_json_text",
        "*": "{json}.read_{kind}",
    },
    "header": {"jsonvalue": "{header}.read_json_text", "*": "{header}.read_{kind}"},
    "header text": {"jsonvalue": "{header}.parse_json_text", "*": "{header}.parse_{kind}"},
}

KEEPING: Mapping[str, str] = {"stream": "_stream", "document": "_document", "jsonvalue": "_document"}
"""The kinds of which type checkers would lose sight: the functions that refuse their absence are called after them."""
