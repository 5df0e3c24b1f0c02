"""Hypothesis strategies over the valid values of any class. Hypothesis is loaded on use: nothing
else needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from botobind import schema
from botobind.errors import BotobindError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["Alphabet", "MissingHypothesisError", "strategy"]

T = TypeVar("T")

Alphabet = Literal["xml", "any"]


class MissingHypothesisError(BotobindError, ImportError):
    """Hypothesis is not installed."""


@overload
def strategy(shape: type[T], *, alphabet: Alphabet = "xml") -> SearchStrategy[T]: ...


@overload
def strategy(shape: object, *, alphabet: Alphabet = "xml") -> SearchStrategy[Any]: ...


def strategy(shape: object, *, alphabet: Alphabet = "xml") -> SearchStrategy[Any]:
    """A strategy over valid values of a generated class, or of an annotation such as `list[Tag]`:
    `validate` finds nothing in them.

    `alphabet` says what texts are made of where the model does not: `xml` has the characters that
    XML 1.0 can hold, `any` all that UTF-8 can. Optional members are there or not, nested to a few
    levels; enums have mostly known values; numbers are finite, ints of at most 64 bits; timestamps
    are aware, in UTC, of the years 1 to 9999, with milliseconds where the format allows them;
    streams are bytes, event streams lists.

    Drawing raises `NoExampleError` where the model's constraints leave no value. Raises `TypeError`
    for what is the type of no shape, `MissingHypothesisError` where Hypothesis is not installed.
    """
    try:
        import hypothesis  # noqa: F401
    except ImportError:
        raise MissingHypothesisError("strategies need Hypothesis: pip install 'botobind[hypothesis]'") from None
    from botobind.testing.shapestrategies import values_of

    return values_of(schema.node_of(shape), alphabet)
