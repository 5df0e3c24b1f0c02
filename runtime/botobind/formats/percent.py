"""Percent-encoding, as URIs and forms have it (RFC 3986; forms write a space as `+`). All but unreserved characters are
encoded, as AWS' signatures want it.
"""

from __future__ import annotations

import re

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
_IN_URI = [chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256)]
_IN_FORM = [*_IN_URI[: ord(" ")], "+", *_IN_URI[ord(" ") + 1 :]]
_find_reserved = re.compile(r"[^A-Za-z0-9\-_.~]").search


def encode(text: str) -> str:
    """The text as a part of a URI. Raises `UnicodeEncodeError` for text that UTF-8 cannot hold."""
    if _find_reserved(text) is None:
        return text
    return "".join([_IN_URI[byte] for byte in text.encode()])


def encode_in_form(text: str) -> str:
    """The text as a name or value of a form. Raises `UnicodeEncodeError` for text that UTF-8 cannot hold."""
    if _find_reserved(text) is None:
        return text
    return "".join([_IN_FORM[byte] for byte in text.encode()])
