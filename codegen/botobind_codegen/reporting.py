"""What the command line shows: lines in the order of the services, a progress bar, and errors at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import typer
from attrs import frozen
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from botobind.errors import BotobindError
from botobind_codegen.ending import failed
from botobind_codegen.processes import Failure, attempt, run_in_processes

R = TypeVar("R")


@frozen
class Outcome:
    """What there is to say of a service: `lines` at once, in the order of the services; `error` at the end."""

    lines: tuple[str, ...] = ()
    drift: bool = False
    error: str | None = None


def run_all(
    function: Callable[[str], R],
    names: Sequence[str],
    jobs: int | None,
    accept: Callable[[str, R], Outcome],
    known: dict[str, Outcome] | None = None,
) -> list[Outcome]:
    """What `accept` says to the result of each service, or what is `known` of it. Lines are printed in the order of the
    names.
    """
    outcomes: dict[str, Outcome] = dict(known or {})
    unsaid = list(reversed(names))
    waiting = [name for name in names if name not in outcomes]

    def say() -> None:
        while unsaid and unsaid[-1] in outcomes:
            bar.say(outcomes[unsaid.pop()].lines)

    def take(name: str, result: R | Failure) -> None:
        try:
            outcomes[name] = Outcome(error=result.message) if isinstance(result, Failure) else accept(name, result)
        except BotobindError as error:
            outcomes[name] = Outcome(error=str(error))
        say()
        bar.advance()

    with _progress(len(waiting)) as bar:
        say()
        jobs = min(jobs or os.cpu_count() or 1, len(waiting))
        if jobs > 1:
            run_in_processes(function, waiting, jobs, take)
        else:
            for name in waiting:
                take(name, attempt(function, name))
    return [outcomes[name] for name in names]


@frozen
class _Bar:
    say: Callable[[Sequence[str]], None]
    """Prints lines, above the bar where they share a terminal."""
    advance: Callable[[], None]


@contextmanager
def _progress(total: int) -> Iterator[_Bar]:
    console = Console(stderr=True)

    def say(lines: Sequence[str]) -> None:
        for line in lines:
            if console.is_terminal and sys.stdout.isatty():
                console.print(line, markup=False, highlight=False, soft_wrap=True)
            else:
                typer.echo(line)

    columns = (TextColumn("services"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # rich would take what goes to stdout and print it to stderr.
    quiet = total <= 1 or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet, redirect_stdout=False) as progress:
        task = progress.add_task("", total=total)
        yield _Bar(say, lambda: progress.advance(task))


def finish(outcomes: Sequence[Outcome]) -> None:
    """Prints the errors, and ends the command with 1 where there are such, or drift."""
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    if errors or any(outcome.drift for outcome in outcomes):
        failed(*errors)
