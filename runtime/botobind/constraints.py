"""What a model demands of a value beyond its type. Aliases carry these in `Annotated`; `validate` reads them there."""

from __future__ import annotations

from botobind.attributes import frozen


@frozen()
class Len:
    """The number of characters of a string, of bytes of a blob, of items of a list or entries of a map."""

    minimum: int = 0
    maximum: int | None = None


@frozen()
class Bounds:
    """The least and the greatest value of a number; None means unbounded."""

    minimum: float | None = None
    maximum: float | None = None


@frozen()
class Matches:
    """A regular expression that a string must match; see `dialect.compile_pattern`."""

    pattern: str


@frozen()
class Sensitive:
    """The value must not appear in any `repr`, log or error text."""


@frozen()
class WholeSeconds:
    """A timestamp whose wire format has no fractions of a second."""
