"""Texts that are encoded in messages: metadata that are not ASCII, and the keys in S3's listings.

S3 takes ASCII alone for metadata. `encode_words` makes it of any text, by RFC 2047, which is also how S3 gives other
text back; `decode_words` reads it.

Keys of objects may have characters that XML cannot hold. With `EncodingType=url` the service writes keys, prefixes,
delimiters and markers percent-encoded, with `+` for blanks. Which members these are is a row of data, the trait
`encodedMembers` of the operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import unquote_plus

from botobind.errors import DecodeError, EncodeError
from botobind.formats.text import write_blob
from botobind.replacing import attribute_of, replace_texts

if TYPE_CHECKING:
    from botobind.operations import Operation
    from botobind.types import AnyShape

__all__ = ["decode_texts", "decode_words", "encode_words", "with_encoded_texts"]

T = TypeVar("T", bound="AnyShape")

_ENCODED = "url"
_BEGIN_OF_WORD = "=?"
_LONGEST_IN_WORD = 45
"""The bytes in a word, which has 75 signs at most; it ends with a whole sign of the text."""


def encode_words(text: str) -> str:
    """The text as encoded words of RFC 2047; a text that is printable ASCII, and would not be taken for such, as it is.

    Raises `EncodeError` for text that UTF-8 cannot hold.
    """
    if text.isascii() and text.isprintable() and _BEGIN_OF_WORD not in text:
        return text
    words = [bytearray()]
    try:
        for sign in map(str.encode, text):
            if len(words[-1]) + len(sign) > _LONGEST_IN_WORD:
                words.append(bytearray())
            words[-1] += sign
    except UnicodeEncodeError:
        raise EncodeError("text cannot be written in UTF-8") from None
    return " ".join(f"=?UTF-8?B?{write_blob(bytes(word))}?=" for word in words)


def decode_words(text: str) -> str:
    """The text of encoded words of RFC 2047; text without such as it is. Raises `DecodeError` for words that hold
    nothing in their charset, or name one that is not known.
    """
    if _BEGIN_OF_WORD not in text:
        return text
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, UnicodeError):
        raise DecodeError("expected encoded words of RFC 2047") from None


def with_encoded_texts(operation: Operation[Any, Any, Any], value: T) -> T:
    """A copy of an operation's input that asks for percent-encoded texts: pass it to `to_request`.

    Raises `EncodeError` for an operation that has no such thing.
    """
    asking = copy(value)
    setattr(asking, attribute_of(cast("Any", type(value)), str(_rule(operation)["switch"])), _ENCODED)
    return asking


def decode_texts(operation: Operation[Any, Any, Any], output: T) -> T:
    """A copy of an operation's output with its texts decoded; the output itself where the service did not encode them.

    The copy no longer says that it is encoded. Raises `EncodeError` for an operation that has no such thing, and
    `DecodeError` with the path for a text that is no UTF-8 when it is decoded.
    """
    rule = _rule(operation)
    switch = attribute_of(cast("Any", type(output)), str(rule["switch"]))
    if getattr(output, switch) != _ENCODED:
        return output
    decoded = copy(output)
    for path in rule["members"]:
        replace_texts(cast("Any", decoded), path.split("."), _decoded)
    setattr(decoded, switch, None)
    return decoded


def _rule(operation: Operation[Any, Any, Any]) -> Mapping[str, Any]:
    rule: Mapping[str, Any] | None = operation.traits.get("encodedMembers")
    if rule is None:
        raise EncodeError(f"{operation.name} has no texts that are encoded")
    return rule


def _decoded(text: str) -> str:
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise DecodeError("expected percent-encoded UTF-8") from None
