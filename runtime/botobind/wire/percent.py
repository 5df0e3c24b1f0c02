"""Percent-encoding, as URIs and forms have it (RFC 3986; forms write a space as `+`). All but unreserved characters are
encoded, as AWS' signatures want it.
"""

from __future__ import annotations

import re

from botobind.errors import DecodeError

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
_IN_URI = [chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256)]
_IN_FORM = [*_IN_URI[: ord(" ")], "+", *_IN_URI[ord(" ") + 1 :]]
_in_form = _IN_FORM.__getitem__
_SIGNS = [(chr(byte), _IN_FORM[byte]) for byte in (*b"%+ ", *b"!\"#$&'()*,/:;<=>?@[\\]^`{|}\n")]
"""All of printable ASCII that is encoded, and the line feed. The first two come before what they stand for."""

_CONTROLS = [chr(code) for code in (*range(1, 32), 127) if code != ord("\n")]
_BETWEEN = "\0"

_LONG, _LONG_TOGETHER = 20, 100
find_reserved = re.compile(r"[^A-Za-z0-9\-_.~]").search
"""The first sign of a text that is encoded in URIs; None where there is none."""


def encode(text: str) -> str:
    """The text as a part of a URI. Raises `UnicodeEncodeError` for text that UTF-8 cannot hold."""
    if find_reserved(text) is None:
        return text
    return "".join([_IN_URI[byte] for byte in text.encode()])


def decode(text: str) -> str:
    """The text of a part of a URI; a plus sign is itself. Raises `DecodeError` for what is no UTF-8."""
    if "%" not in text:
        return text
    from urllib.parse import unquote

    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise DecodeError("expected percent-encoded UTF-8") from None


def encode_in_form(text: str) -> str:
    """The text as a name or value of a form. Raises `UnicodeEncodeError` for text that UTF-8 cannot hold."""
    if text.isascii():
        # Most texts are names and numbers with dashes and dots between.
        if text.replace("-", "").replace(".", "").isalnum():
            return text
        if len(text) > _LONG:
            # A text has few different signs: to look for each, and replace all of it, is faster than byte by byte.
            replaced = text
            for sign, code in _SIGNS:
                if sign in replaced:
                    replaced = replaced.replace(sign, code)
            if replaced.isprintable():
                return replaced
    return "".join(map(_in_form, text.encode()))


def encode_all_in_form(texts: list[str]) -> list[str]:
    """The texts as names or values of a form. Where they are ASCII, each sign is looked for in all of them at once.

    Raises `UnicodeEncodeError` for text that UTF-8 cannot hold.
    """
    together = _BETWEEN.join(texts)
    if len(together) > _LONG_TOGETHER and together.isascii() and not any(map(together.__contains__, _CONTROLS)):
        for sign, code in _SIGNS:
            if sign in together:
                together = together.replace(sign, code)
        encoded = together.split(_BETWEEN)
        if len(encoded) == len(texts):
            return encoded
    return [text if text.isalnum() and text.isascii() else encode_in_form(text) for text in texts]
