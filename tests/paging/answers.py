"""Outputs that are like examples, but for the members that pages and waiters look at: these are there or not, empty or
full, and hold what is looked for or something else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator
from typing import Any

from botobind.testing import example

_FIELD = re.compile(r"[A-Za-z_]\w*")
_NUMBERS = (0, 101, 102, 103)


def fields_of(*expressions: str | None) -> frozenset[str]:
    """The members that expressions name; literals aside, of which members may be called so, too."""
    return frozenset(name for expression in expressions if expression for name in _FIELD.findall(expression))


class Answers:
    """Outputs of a class. `fields` vary, and texts below them are of `texts`."""

    def __init__(self, output: Any, fields: Collection[str], texts: Collection[str], seed: str) -> None:
        self._output = output
        self._example = example(output).to_value()
        # botocore takes a member of this name for an error of the service (GetJob of Amazon Location).
        self._example.pop("Error", None)
        self._fields = fields
        self._texts = sorted(texts)
        self._random = random.Random(seed)

    def some(self, most: int) -> Iterator[Any]:
        """One or more outputs."""
        for _ in range(self._random.randint(1, most)):
            yield self.one()

    def one(self) -> Any:
        """An output."""
        return self._output.of_value(self._varied(self._example, within=False))

    def last(self) -> Any:
        """The output without any of the fields, behind which there is no page."""
        return self._output.of_value({key: value for key, value in self._example.items() if key not in self._fields})

    def pick(self, *choices: Any) -> Any:
        """One of several things."""
        return self._random.choice(choices)

    def _varied(self, value: Any, *, within: bool) -> Any:
        if isinstance(value, dict):
            named = {key for key in value if key in self._fields}
            if within and not named and self._random.random() < 0.2:
                return value if len(value) == 1 else {}
            gone = {key for key in named if self._random.random() < 0.2}
            return {
                key: self._varied(inner, within=within or key in named)
                for key, inner in value.items()
                if key not in gone
            }
        if isinstance(value, list):
            count = self._random.choice((0, 1, 1, 2, 3)) if within else len(value)
            return [self._varied(each, within=within) for each in value for _ in range(count)]
        if not within or is_document(value):
            return value
        if isinstance(value, bool):
            return self._random.random() < 0.7
        if isinstance(value, str):
            return self._random.choice(self._texts)
        return self._random.choice(_NUMBERS) if type(value) is int else value


def is_document(value: Any) -> bool:
    """Whether it is JSON in a text, of which not every text is."""
    return isinstance(value, str) and value.startswith(("{", "[", '"'))
