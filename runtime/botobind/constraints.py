"""What a model demands of a value beyond its type. Aliases carry these in `Annotated`; `validate` reads them there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from attrs import frozen

if TYPE_CHECKING:
    import re


@frozen
class Len:
    """The number of characters of a string, of bytes of a blob, of items of a list or entries of a map."""

    minimum: int = 0
    maximum: int | None = None


@frozen
class Bounds:
    """The least and the greatest value of a number; None means unbounded."""

    minimum: float | None = None
    maximum: float | None = None


@frozen
class Matches:
    """A regular expression that a string must match; see `compile_pattern`."""

    pattern: str


@frozen
class Sensitive:
    """The value must not appear in any `repr`, log or error text."""


@frozen
class WholeSeconds:
    """A timestamp whose wire format has no fractions of a second."""


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    r"""The compiled pattern, to be used with `search`: what a pattern means. `matching.matches` says the same in time.

    Services match the whole text, and most models leave out the anchors that say so: a pattern with no anchor at either
    end gets both. One that has an anchor is taken at its word, but no `$` takes a line feed at the text's end.

    Models use the dialect of Java; what the standard library does not know of it (``\p{L}``) the `regex` package does.
    The generator has tried every pattern in this way, so none fails here.
    """
    import re
    import warnings

    from botobind import dialect

    whole = dialect.whole(pattern)
    try:
        with warnings.catch_warnings():
            # A future change of meaning inside character sets is announced as a warning: `regex` has today's.
            warnings.simplefilter("error", FutureWarning)
            return re.compile(whole)
    except (re.error, FutureWarning):
        import regex

        return cast("re.Pattern[str]", regex.compile(whole))
