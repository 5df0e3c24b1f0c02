"""Strategies over scalars; importing this needs Hypothesis."""

from __future__ import annotations

import math
import re
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from botobind.constraints import Matches, WholeSeconds
from botobind.dialect import compile_pattern
from botobind.testing.patterns import NoExampleError, is_slow_to_fail, matching_texts
from botobind.testing.scalars import fits, number_bounds, scalar_example, size_bounds

if TYPE_CHECKING:
    from botobind.schema import Scalar
    from botobind.testing.strategies import Alphabet
    from botobind.types import AnyJson

__all__ = ["scalars"]

_MORE = 20
"""How much longer texts and blobs get than they must."""
_LONG = 64
_SAMPLES = 16
_BEYOND_XML = "".join(map(chr, {*range(0x20)} - {0x09, 0x0A, 0x0D})) + "\ufffe\uffff"
# https://www.w3.org/TR/xml/#charsets; UTF-8 has no surrogates anyway.
_CHARACTERS = {
    "xml": st.characters(codec="utf-8", exclude_characters=_BEYOND_XML),
    "any": st.characters(codec="utf-8"),
}
_LARGEST_SINGLE = (2 - 2.0**-23) * 2.0**127
_INT64 = (-(2**63), 2**63 - 1)
_LAST_MILLISECOND = datetime(9999, 12, 31, 23, 59, 59, 999000)  # noqa: DTZ001 - Hypothesis wants naive bounds
_BEYOND_HYPOTHESIS = re.compile(r"\(\?<?= | \(\?<! | \\[uU] | [^\x00-\x7f]", re.VERBOSE)
"""What texts look ahead for or back at, Hypothesis finds by luck; ranges it lists, and takes
seconds for those of Unicode."""


def scalars(node: Scalar, alphabet: Alphabet) -> st.SearchStrategy[Any]:
    """A strategy over the valid values of a scalar. Raises `NoExampleError` where there are none."""
    match node.kind:
        case "str":
            return _texts(node, alphabet)
        case "int":
            return _integers(node)
        case "float":
            return _floats(node)
        case "bool":
            return st.booleans()
        case "bytes" | "stream":
            return _blobs(node)
        case "datetime":
            return _timestamps(node)
        case "document":
            return _documents(alphabet)


def _sizes(node: Scalar) -> tuple[int, int]:
    scalar_example(node)  # raises where nothing has such a size
    least, most = size_bounds(node.constraints)
    return least, least + _MORE if most is None else min(most, least + _MORE)


def _integers(node: Scalar) -> st.SearchStrategy[int]:
    scalar_example(node)  # raises where no integer is within the bounds
    least, greatest = number_bounds(node)
    half = 1 << (node.bits - 1)
    lowest, highest = -half, half - 1
    smallest = min(lowest, highest if greatest is None else math.floor(greatest)) if least is None else math.ceil(least)
    return st.integers(smallest, max(highest, smallest) if greatest is None else math.floor(greatest))


def _floats(node: Scalar) -> st.SearchStrategy[float]:
    example = scalar_example(node)
    least, greatest = number_bounds(node)
    if not node.single_precision:
        return st.floats(least, greatest, allow_nan=False, allow_infinity=False)
    if all(limit is None or _single(limit) == limit for limit in (least, greatest)):
        return st.floats(least, greatest, allow_nan=False, allow_infinity=False, width=32)

    def rounded(number: float) -> Any:
        single = _single(number)
        inside = (least is None or single >= least) and (greatest is None or single <= greatest)
        return single if inside else example

    return st.floats(
        -_LARGEST_SINGLE if least is None else least,
        _LARGEST_SINGLE if greatest is None else greatest,
    ).map(rounded)


def _single(number: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def _blobs(node: Scalar) -> st.SearchStrategy[bytes]:
    least, most = _sizes(node)
    if least > _LONG:
        return st.binary(min_size=1, max_size=_MORE).map(lambda some: (some * least)[:least])
    return st.binary(min_size=least, max_size=most)


def _timestamps(node: Scalar) -> st.SearchStrategy[datetime]:
    step = (
        timedelta(seconds=1)
        if any(isinstance(mark, WholeSeconds) for mark in node.constraints)
        else timedelta(milliseconds=1)
    )
    times = st.datetimes(max_value=_LAST_MILLISECOND, timezones=st.just(UTC))
    return times.map(lambda time: time - (time - datetime(1, 1, 1, tzinfo=UTC)) % step)


def _documents(alphabet: Alphabet) -> st.SearchStrategy[AnyJson]:
    text = st.text(_CHARACTERS[alphabet], max_size=_MORE)
    scalar: st.SearchStrategy[AnyJson] = (
        st.booleans() | st.integers(*_INT64) | st.floats(allow_nan=False, allow_infinity=False) | text
    )

    def nested(values: st.SearchStrategy[AnyJson]) -> st.SearchStrategy[AnyJson]:
        return st.lists(values, max_size=3) | st.dictionaries(text, values, max_size=3)

    return scalar | nested(st.recursive(st.none() | scalar, nested, max_leaves=5))


def _texts(node: Scalar, alphabet: Alphabet) -> st.SearchStrategy[str]:
    known = [value for value in node.enum or () if fits(node, value)]
    if not known:
        return _free_texts(node, alphabet)
    named = st.sampled_from([*known, *(value.value for value in known)])
    try:
        return st.one_of(named, named, _free_texts(node, alphabet))
    except NoExampleError:
        return named


def _free_texts(node: Scalar, alphabet: Alphabet) -> st.SearchStrategy[str]:
    patterns = [mark.pattern for mark in node.constraints if isinstance(mark, Matches)]
    if patterns:
        return _matching(node, patterns, alphabet)
    least, most = _sizes(node)
    characters = _CHARACTERS[alphabet]
    if least > _LONG:
        return st.text(characters, min_size=1, max_size=_MORE).map(lambda some: (some * least)[:least])
    return st.text(characters, min_size=least, max_size=most)


def _matching(node: Scalar, patterns: list[str], alphabet: Alphabet) -> st.SearchStrategy[str]:
    """Texts that are known to match, those with a few characters changed, and Hypothesis's own
    where these fit.
    """
    least, most = size_bounds(node.constraints)
    found = matching_texts(patterns[0], least, most, _SAMPLES)
    samples = [text for text in found if _holds(text, alphabet) and fits(node, text)]
    if not samples:
        raise NoExampleError(f"found no text that meets {', '.join(map(repr, node.constraints))}")
    known = st.sampled_from(samples)
    choices = [known]
    if not any(map(is_slow_to_fail, patterns)):

        def changed(text: str, start: int, removed: int, added: str) -> str:
            other = text[:start] + added + text[start + removed :]
            return other if fits(node, other) else text

        added = st.text(_CHARACTERS[alphabet], max_size=4)
        choices.append(st.builds(changed, known, st.integers(0, _MORE), st.integers(0, 4), added))
    generated = _generated(patterns[0], alphabet) if least <= _LONG else None
    if generated is not None:
        # Refusing texts of the wrong length would tire Hypothesis.
        choices.append(generated.map(lambda text: text if fits(node, text) else samples[len(text) % len(samples)]))
    return st.one_of(choices)


def _holds(text: str, alphabet: Alphabet) -> bool:
    return alphabet == "any" or not any(character in _BEYOND_XML for character in text)


def _generated(pattern: str, alphabet: Alphabet) -> st.SearchStrategy[str] | None:
    compiled = compile_pattern(pattern)
    if not isinstance(compiled, re.Pattern) or _BEYOND_HYPOTHESIS.search(pattern):
        return None
    texts = st.from_regex(compiled, alphabet=_CHARACTERS[alphabet])
    try:
        texts.validate()
    except HypothesisException:
        return None
    return texts
