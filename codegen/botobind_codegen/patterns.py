"""Whether a model's pattern can be compiled, on its own and at little cost."""

from __future__ import annotations

import re
import warnings

import regex

from botobind.dialect import compile_pattern

_LONGEST = 20_000
"""Characters that a text must have to match: engines write out what has to be repeated."""

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<least>\d+)(?:,\d*)?\}[?+]?|[()|]|.", re.DOTALL)


def fault_of_pattern(pattern: str) -> str | None:
    """Why the pattern cannot be used; None where it can."""
    if _least_length(pattern) > _LONGEST:
        return f"not a regular expression that can be used: only texts of more than {_LONGEST} characters match"
    try:
        # Alone, too: a bracket that would close the group which is put around it is one too many here.
        _compile(pattern)
        compile_pattern(pattern)
    except RecursionError:
        return "not a regular expression: nested too deeply"
    except Exception as error:  # noqa: BLE001 - the `regex` package raises errors of its own
        return f"not a regular expression: {error}"
    return None


def _compile(pattern: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            re.compile(pattern)
        except re.error:
            regex.compile(pattern)


def _least_length(pattern: str) -> int:
    """About how many characters the shortest text has that matches, alternatives taken together."""
    open_groups: list[int] = []
    total = last = 0
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if text == "(":
            open_groups.append(total)
            total = last = 0
        elif text == ")":
            last = total
            total += open_groups.pop() if open_groups else 0
        elif token["least"]:
            # Once it is counted already, and engines keep it also where it need not be there.
            added = last * (max(int(token["least"][:9]), 1) - 1)
            total, last = total + added, last + added
        else:
            last = 1
            total += 1
    return total
