"""Exact types: what writers make of members that are not of the one class that is common.

Generated code compares classes where it stands, which costs next to nothing, and comes here with all others. Subclasses
that lose nothing are taken for what they are: members of a `StrEnum`, an `IntEnum`, a `defaultdict`. Whatever else has
a text, a number or a truth value is refused, since it may not be what the caller means: `bool("false")` is true. Texts
are checked by adding them to an empty one: that gives the text itself, and a plain one of a subclass.

Each function raises `EncodeError` for a value of a wrong type, without a path: `validation.explain` finds it.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterable, Iterable, Mapping
from datetime import datetime
from io import TextIOBase
from typing import TYPE_CHECKING, Any, TypeVar

from botobind.errors import EncodeError

if TYPE_CHECKING:
    from botobind.types import AnyJson

__all__ = [
    "UNWRITABLE",
    "boolean",
    "chunks",
    "document",
    "entries",
    "integer",
    "items",
    "moment",
    "number",
    "refuse",
    "stream",
    "structure",
    "text",
    "text_map",
    "texts",
]

T = TypeVar("T")

UNWRITABLE = (TypeError, ValueError, AttributeError, KeyError, ArithmeticError, EncodeError, RecursionError)
"""What writing a value may end in."""

_BYTES = (bytes, bytearray, memoryview)


def refuse(wanted: str, value: object) -> EncodeError:
    """The error for a value of a wrong type. It names types alone, since values may be sensitive."""
    return EncodeError(f"expected {wanted}, got {type(value).__name__}")


def structure(value: T, cls: type) -> T:
    """A value of the class or of a subclass."""
    if isinstance(value, cls):
        return value
    raise refuse(cls.__name__, value)


def items(value: Any) -> Any:
    """A list, or what can be gone through as one, untouched: neither text nor bytes nor a map, nor a file."""
    is_other = isinstance(value, (str, *_BYTES, Mapping)) or hasattr(value, "read")
    if isinstance(value, Iterable) and not is_other:
        return value
    raise refuse("list", value)


def entries(value: Any) -> Any:
    """A map."""
    if isinstance(value, Mapping):
        return value
    raise refuse("dict", value)


def text(value: Any) -> str:
    """A text."""
    if isinstance(value, str):
        return "" + value
    raise refuse("str", value)


def texts(value: Any) -> list[str]:
    """A list of texts: the list itself where it is one."""
    if value.__class__ is not list:
        value = list(items(value))
    "".join(value)
    return value  # type: ignore[no-any-return] # what is no text cannot be joined


def text_map(value: Any) -> dict[str, str]:
    """A dict of texts by texts: the dict itself where it is one."""
    if value.__class__ is not dict:
        value = dict(entries(value))
    "".join(value)
    "".join(value.values())
    return value  # type: ignore[no-any-return] # what is no text cannot be joined


def integer(value: Any) -> int:
    """An integer, which a boolean is not."""
    if isinstance(value, int) and value is not True and value is not False:
        return int(value)
    raise refuse("int", value)


def number(value: Any) -> float:
    """A number: a float, or an integer, which stays one."""
    if value.__class__ is float:
        return value
    return float(value) if isinstance(value, float) else _integer_as_number(value)


def _integer_as_number(value: Any) -> int:
    if isinstance(value, int) and value is not True and value is not False:
        return int(value)
    raise refuse("float", value)


def boolean(value: Any) -> bool:
    """`True` or `False`."""
    if value is True or value is False:
        return value
    raise refuse("bool", value)


def moment(value: Any) -> datetime:
    """A datetime, with a zone or without."""
    if isinstance(value, datetime):
        return value
    raise refuse("datetime", value)


def stream(value: Any) -> Any:
    """A streaming payload: bytes, or an object that can be read, though not as text."""
    if isinstance(value, _BYTES) or (callable(getattr(value, "read", None)) and not isinstance(value, TextIOBase)):
        return value
    raise refuse("bytes or readable", value)


def chunks(value: Any) -> Any:
    """A streaming payload, or whatever else gives bytes one after the other."""
    if isinstance(value, AsyncIterable):
        return value
    is_text = isinstance(value, (str, Mapping)) or hasattr(value, "read")
    return value if isinstance(value, Iterable) and not is_text else stream(value)


def document(value: AnyJson) -> AnyJson:
    """A document of plain types. What JSON does not have is refused at any depth."""
    cls = value.__class__
    if value is None or cls is str or cls is bool or cls is int:
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        raise EncodeError("a document cannot hold a number that is not finite")
    if isinstance(value, str):
        return "" + value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, list):
        return [document(item) for item in value]
    if isinstance(value, dict):
        return {"" + key: document(item) for key, item in value.items()}
    raise refuse("document", value)
