"""Scalar examples: one plain value that meets the constraints of a scalar shape."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botobind.constraints import Bounds, Len, Matches
from botobind.testing.patterns import NoExampleError, matching_text, matching_texts
from botobind.validation.matching import matches

if TYPE_CHECKING:
    from botobind.schema import Scalar
    from botobind.types import AnyJson

__all__ = ["fits", "number_bounds", "scalar_example", "size_bounds", "text_examples"]

_TEXT = "text"
_BLOB = b"blob"
_TIMESTAMP = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
_TRIED_FOR_SEVERAL_PATTERNS = 64
# All of them survive single precision.
_FLOATS = (0.5, 1.0, *(2.0**-power for power in range(2, 64)))


def scalar_example(node: Scalar) -> object:
    """A value of a scalar, always the same. Raises `NoExampleError` where the constraints leave
    none.
    """
    match node.kind:
        case "str":
            return text_examples(node, 1)[0]
        case "int":
            return _integer(node)
        case "float":
            return _float(node)
        case "bool":
            return True
        case "datetime":
            return _TIMESTAMP
        case "document":
            return document_example()
        case "bytes" | "stream":
            return _blob(node)


def document_example() -> AnyJson:
    """A new document with a value of each kind in it."""
    return {"key": ["value", 1, 0.5, True, None]}


def size_bounds(constraints: tuple[object, ...]) -> tuple[int, int | None]:
    """The least and the greatest size that all `Len` constraints allow; None means unbounded."""
    least, most = 0, None
    for constraint in constraints:
        if isinstance(constraint, Len):
            least = max(least, constraint.minimum)
            most = _smaller(most, constraint.maximum)
    return least, most


def _smaller(some: int | None, other: int | None) -> int | None:
    return other if some is None else some if other is None else min(some, other)


def number_bounds(node: Scalar) -> tuple[float | None, float | None]:
    """The least and the greatest number that all `Range` constraints allow; None means unbounded."""
    ranges = [constraint for constraint in node.constraints if isinstance(constraint, Bounds)]
    least = [limits.minimum for limits in ranges if limits.minimum is not None]
    greatest = [limits.maximum for limits in ranges if limits.maximum is not None]
    return max(least, default=None), min(greatest, default=None)


def fits(node: Scalar, text: str) -> bool:
    """Whether a text has an allowed length and matches all patterns."""
    least, most = size_bounds(node.constraints)
    return (
        len(text) >= least
        and (most is None or len(text) <= most)
        and all(_matches_in_time(found.pattern, text) for found in _patterns(node))
    )


def _matches_in_time(pattern: str, text: str) -> bool:
    try:
        return matches(pattern, text)
    except TimeoutError:
        return False


def _patterns(node: Scalar) -> list[Matches]:
    return [constraint for constraint in node.constraints if isinstance(constraint, Matches)]


def text_examples(node: Scalar, count: int) -> tuple[str, ...]:
    """Different texts, as many as are asked for: known values of the enum first, empty ones only where nothing else
    is allowed.

    Raises `NoExampleError` where the constraints leave fewer.
    """
    known = [value for value in node.enum or () if fits(node, value)][:count]
    if len(known) == count:
        return tuple(known)
    least, most = size_bounds(node.constraints)
    patterns = _patterns(node)
    if patterns:
        found = _matching(node, patterns[0].pattern, count)
    elif count == 1:
        length = max(least, len(_TEXT) if most is None else min(len(_TEXT), most))
        found = ((_TEXT * length)[:length],)
    else:
        found = matching_texts("[a-z]*", max(least, min(1, most or 1)), most, count)
    texts = tuple(dict.fromkeys([*known, *(text for text in found if fits(node, text))]))[:count]
    if len(texts) < count:
        allowed = ", ".join(map(repr, node.constraints))
        raise NoExampleError(f"found {len(texts)} of {count} texts that meet {allowed}")
    return texts


def _matching(node: Scalar, pattern: str, count: int) -> tuple[str, ...]:
    least, most = size_bounds(node.constraints)
    if most == 0:
        return (matching_text(pattern, 0, 0),)
    if count > 1 or len(_patterns(node)) > 1:
        return matching_texts(pattern, max(least, 1), most, _TRIED_FOR_SEVERAL_PATTERNS)
    try:
        return (matching_text(pattern, max(least, 1), most),)
    except NoExampleError:
        if least:
            raise
        return (matching_text(pattern, 0, 0),)


def _integer(node: Scalar) -> int:
    least, greatest = number_bounds(node)
    number = 1
    if least is not None:
        number = max(number, math.ceil(least))
    if greatest is not None:
        number = min(number, math.floor(greatest))
    if least is not None and number < least:
        raise NoExampleError(f"no integer is at least {least:g} and at most {greatest:g}")
    return number


def _float(node: Scalar) -> float:
    least, greatest = number_bounds(node)
    limits = [float(number) for limit in (least, greatest) if limit is not None for number in (round(limit), limit)]
    for number in (*_FLOATS, *limits):
        if (least is None or number >= least) and (greatest is None or number <= greatest):
            return number
    raise NoExampleError(f"no number is at least {least:g} and at most {greatest:g}")


def _blob(node: Scalar) -> bytes:
    least, most = size_bounds(node.constraints)
    if most is not None and most < least:
        raise NoExampleError(f"no blob has at least {least} and at most {most} bytes")
    length = max(least, len(_BLOB) if most is None else min(len(_BLOB), most))
    return (_BLOB * length)[:length]
