"""How commands end that cannot do what they were asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

import typer

from botobind.errors import BotobindError

FAILED, MISUSED = 1, 2
"""Exit codes: what was asked was not done, or there is drift; what was asked cannot be meant, whether the command line
or the configuration asks."""


class MisuseError(BotobindError):
    """What was asked cannot be meant. Each line of its text is a problem."""


def misused(*problems: str) -> NoReturn:
    """Ends the command as misused, with a line for each problem."""
    _end(problems, MISUSED)


def failed(*problems: str) -> NoReturn:
    """Ends the command as one that did not do all that was asked, with a line for each problem."""
    _end(problems, FAILED)


def _end(problems: Iterable[str], code: int) -> NoReturn:
    for problem in problems:
        typer.echo(f"Error: {problem}", err=True)
    raise typer.Exit(code)
