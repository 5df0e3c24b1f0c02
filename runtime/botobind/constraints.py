"""What a model demands of a value beyond its type. Aliases carry these in `Annotated`; `validate` reads them there."""

from __future__ import annotations

from typing import Any

from botobind.attributes import frozen
from botobind.lazy import door


class _Constraint:
    """What constraints have in common: pydantic asks them what they mean."""

    __slots__ = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """What pydantic asks what stands in `Annotated`."""
        return door("pydantic").schema_of_constraint(self, source, handler)


@frozen()
class Len(_Constraint):
    """The number of characters of a string, of bytes of a blob, of items of a list or entries of a map: from `minimum`
    to `maximum`, both included; None means unbounded. Characters are code points, as Smithy counts them.

    https://smithy.io/2.0/spec/constraint-traits.html#length-trait
    """

    minimum: int = 0
    maximum: int | None = None


@frozen()
class Bounds(_Constraint):
    """The least and the greatest value of a number, both included; None means unbounded."""

    minimum: float | None = None
    maximum: float | None = None


@frozen()
class Matches(_Constraint):
    """A regular expression that a string must match; see `dialect.compile_pattern`."""

    pattern: str


@frozen()
class Sensitive(_Constraint):
    """The value must not appear in any `repr`, log or error text."""


@frozen()
class WholeSeconds:
    """A timestamp whose wire format has no fractions of a second."""
