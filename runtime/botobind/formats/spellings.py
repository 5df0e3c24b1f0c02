"""The spellings that are a client's alone: what no protocol writes, but services send, and what is read without loss.

Clients read openly: one odd member must not cost the whole of a response. Servers take what the protocol says.
Generated readers are those of clients, and serve both sides; a server's own check looks at the raw document by
`STRICT`, which knows nothing of the spellings in `SPELLINGS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from botobind.errors import DecodeError, expected
from botobind.formats import text, tree

__all__ = ["SPELLINGS", "STRICT", "Spelling", "read_boolean", "read_double", "read_integer", "read_string"]

N = TypeVar("N", int, float)

_BOOLEANS = {"true": True, "false": False, "True": True, "False": False}


class Spelling(NamedTuple):
    """A way to write a scalar that clients alone read."""

    kind: str
    """`string`, `integer`, `double`, `boolean` or `timestamp`."""
    where: str
    """`tree` for JSON and CBOR, `element` for XML, `header` for HTTP."""
    written: str
    read: str


SPELLINGS = (
    Spelling("string", "tree", "a number", "its decimal text (wickr's networkId, guardduty's euid)"),
    Spelling("integer", "tree", "a text that is an integer", "the integer"),
    Spelling("integer", "tree", "a number with a fraction of zeros", "the integer"),
    Spelling("double", "tree", "a text that is a number", "the number"),
    Spelling("boolean", "tree", '"true" or "false"', "the boolean"),
    Spelling("timestamp", "tree", "another of the three formats than the model's", "the moment"),
    *(
        Spelling(kind, where, "nothing", "absent")
        for where in ("element", "header")
        for kind in ("integer", "double", "boolean", "timestamp")
    ),
    Spelling("boolean", "element", "`1`, `0`, `True` or `False`", "the boolean"),
    Spelling("boolean", "header", "`1`, `0`, `True` or `False`", "the boolean"),
)
"""All of them. Each has its place in the readers; this is what they come to."""

STRICT: Mapping[str, Callable[[object], Any]] = {
    "string": tree.read_string,
    "integer": tree.read_integer,
    "double": tree.read_double,
    "boolean": tree.read_boolean,
}
"""The readers of scalars in trees that know none of these spellings but a fraction of zeros."""


def read_string(value: object) -> str | None:
    """Text; a number in its place reads as its decimal digits."""
    if type(value) is str or value is None:
        return value
    if type(value) is int:
        try:
            return str(value)
        except ValueError:  # more digits than Python prints
            raise expected("str", value) from None
    if type(value) is float and value - value == 0:
        return repr(value)
    return tree.read_string(value)


def read_integer(value: object) -> int | None:
    """An integer, also in a text."""
    if type(value) is int or value is None:
        return value
    if isinstance(value, str):
        return _of_text(value, text.parse_integer, "int")
    return tree.read_integer(value)


def read_double(value: object) -> float | None:
    """A number, also in a text."""
    if type(value) is float or value is None:
        return value
    if isinstance(value, str):
        return _of_text(value, text.parse_double, "number")
    return tree.read_double(value)


def _of_text(value: str, parse: Callable[[str], N], kind: str) -> N:
    try:
        return parse(value)
    except DecodeError:
        raise expected(kind, value) from None


def read_boolean(value: object) -> bool | None:
    """A boolean, also in a text."""
    if value is None or value is True or value is False:
        return value
    return _BOOLEANS[value] if isinstance(value, str) and value in _BOOLEANS else tree.read_boolean(value)
