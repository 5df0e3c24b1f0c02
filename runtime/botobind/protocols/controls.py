"""Control characters in XML that a server writes as references, as S3 does, though XML 1.0 has no way to write them.

A value is written with characters of private use in their place, which then become the references. `elements` reads
them in the same way. Which services write so is a row of data, the trait `controlReferences` of the service.
"""

from __future__ import annotations

from copy import copy
from typing import Any, TypeVar

from botobind.errors import EncodeError, UnknownOperationError
from botobind.shapes import Shape
from botobind.wire.elements import STAND_INS

T = TypeVar("T")

_TO_STAND_INS = {code: stand_in for stand_in, code in STAND_INS.items()}
_TO_REFERENCES = {chr(stand_in).encode(): b"&#x%x;" % code for stand_in, code in STAND_INS.items()}
_TO_CONTROLS = {stand_in: chr(code) for stand_in, code in STAND_INS.items()}


def hold(value: T) -> T:
    """A copy of a value with characters of private use in the place of its control characters.

    Raises `EncodeError` for a value that has such characters itself.
    """
    return _held(value)  # type: ignore[no-any-return] # of the same type


def _held(value: Any) -> Any:
    if isinstance(value, str):
        if not value.isascii() and any(map(value.__contains__, map(chr, STAND_INS))):
            raise EncodeError("XML cannot hold control characters beside those that would stand for them")
        return value.translate(_TO_STAND_INS)
    if isinstance(value, list):
        return [_held(item) for item in value]
    if isinstance(value, dict):
        return {_held(key): _held(item) for key, item in value.items()}
    if not isinstance(value, (Shape, UnknownOperationError)):
        return value
    held = copy(value)
    names = value._attributes() if isinstance(value, Shape) else ("members",)  # noqa: SLF001 - the base class's own
    for name in (*names, *(("message",) if isinstance(value, BaseException) else ())):
        if getattr(value, name) is not None:
            setattr(held, name, _held(getattr(value, name)))
    return held


def release(body: bytes) -> bytes:
    """A document with references in the place of the characters that stand for control characters."""
    for stand_in, reference in _TO_REFERENCES.items():
        body = body.replace(stand_in, reference)
    return body


def release_text(text: str) -> str:
    """The text of a header, with its control characters."""
    return text.translate(_TO_CONTROLS)
