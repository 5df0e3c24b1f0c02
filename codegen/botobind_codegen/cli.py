"""The command `botobind`: the only module that prints, and the one that spreads services over processes."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from attrs import asdict, evolve, frozen
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from botobind.errors import BotobindError, ModelError
from botobind_codegen.format import format_files, memory_folder
from botobind_codegen.load import list_services, load_service
from botobind_codegen.pipeline import GeneratedPackage, GenerateOptions, ServiceSummary, generate_package, summarize
from botobind_codegen.processes import Failure, attempt, run_in_processes, signals_raise
from botobind_codegen.write import check_package, recover_packages, write_package

FAILED, MISUSED = 1, 2
"""Exit codes: drift, or models and folders that cannot be used; a command line that cannot be meant."""

R = TypeVar("R")

app = typer.Typer(
    help="Typed Python packages for AWS services, generated from botocore's models.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Services = Annotated[list[str] | None, typer.Argument(metavar="SERVICE", help="Names as botocore has them.")]
DataPath = Annotated[
    Path | None,
    typer.Option(
        "--data-path", metavar="DIR|FILE", exists=True, help="Models instead of botocore's: a folder or one file."
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, metavar="N", help="Processes; one per processor unless told.", show_default=False),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line (that of the process unless given) and returns its exit code.

    0: done; 1: drift, or a model or folder that cannot be used; 2: usage; 130 and the like: ended by a signal.
    """
    try:
        with signals_raise():
            app(arguments, prog_name="botobind")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED if end.code else 0
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except (BotobindError, OSError) as error:
        typer.echo(f"Error: {error}", err=True)
        return FAILED
    return 0


@app.command()
def generate(
    services: Services = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All services.")] = False,
    operations: Annotated[
        list[str] | None,
        typer.Option("--operation", metavar="NAME", help="Only what this operation needs; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            file_okay=False,
            show_default=False,
            help="Where packages go; generated/botobind_services if that exists, or else botobind_services.",
        ),
    ] = None,
    data_path: DataPath = None,
    jobs: Jobs = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; name the files that differ and exit with 1.")
    ] = False,
) -> None:
    """Write the packages of services, each swapped in whole."""
    names = _chosen(services or [], data_path, everything=everything)
    if operations:
        _check_operations(operations, names, data_path)
    if out is None:
        committed = Path("generated", "botobind_services")
        out = committed if committed.is_dir() else Path(committed.name)
    if not check:
        recover_packages(out)
    with tempfile.TemporaryDirectory(prefix="botobind-", dir=memory_folder(), ignore_cleanup_errors=True) as scratch:
        task = partial(
            _produce, data_path=data_path, options=GenerateOptions(tuple(operations or ())), scratch=Path(scratch)
        )
        report = partial(_checked if check else _written, out)
        _finish(_run(task, names, jobs, report))


@app.command(name="list")
def list_(
    services: Services = None,
    *,
    data_path: DataPath = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    jobs: Jobs = None,
) -> None:
    """Show protocols, API versions, and counts of operations and shapes."""
    names = _chosen(services or [], data_path, everything=not services)
    found: list[ServiceSummary] = []

    def collect(_: str, summary: ServiceSummary) -> _Outcome:
        found.append(summary)
        return _Outcome()

    outcomes = _run(partial(summarize, data_path=data_path), names, jobs, collect)
    found.sort(key=lambda summary: names.index(summary.name))
    if as_json:
        typer.echo(json.dumps([asdict(summary) for summary in found], indent=2))
    else:
        _show(found)
    _finish(outcomes)


# What the command line means.


def _misused(message: str) -> NoReturn:
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(MISUSED)


def _chosen(names: Sequence[str], data_path: Path | None, *, everything: bool) -> list[str]:
    if everything and names:
        _misused("give the names of services or --all, not both")
    if not everything and not names and data_path is None:
        _misused("name at least one service, or give --all")
    available = list_services(data_path)
    for name in names:
        if name not in available:
            _misused(f"there is no service {name!r}{_suggestion(name, available)}")
    return list(dict.fromkeys(names)) or available


def _check_operations(operations: Sequence[str], names: Sequence[str], data_path: Path | None) -> None:
    if len(names) != 1:
        _misused(f"--operation needs exactly one service, not {len(names)}")
    modelled = load_service(names[0], data_path).document.get("operations")
    # What is wrong with a broken model is for the stage that reads it to say.
    available = list(modelled) if isinstance(modelled, Mapping) else operations
    for name in operations:
        if name not in available:
            raise ModelError(f"there is no operation {name!r}{_suggestion(name, available)}", service=names[0])


def _suggestion(name: str, available: Sequence[str]) -> str:
    close = get_close_matches(name, available, n=3)
    return f"; did you mean {' or '.join(close)}?" if close else ""


# One service: what runs in a worker process, and what the main process does with its result.


@frozen
class _Outcome:
    """What there is to say of a service: `lines` at once, in the order of the services; `error` at the end."""

    lines: tuple[str, ...] = ()
    drift: bool = False
    error: str | None = None


def _produce(name: str, data_path: Path | None, options: GenerateOptions, scratch: Path) -> GeneratedPackage:
    generated = generate_package(name, data_path, options)
    return evolve(generated, files=format_files(generated.files, scratch))


def _written(out: Path, name: str, generated: GeneratedPackage) -> _Outcome:
    changes = write_package(out, generated.package, generated.files)
    counts = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
    said = ", ".join(f"{len(paths)} {what}" for what, paths in counts.items() if paths)
    return _Outcome((f"{name}: {len(generated.files)} files, {said or 'unchanged'}",))


def _checked(out: Path, name: str, generated: GeneratedPackage) -> _Outcome:
    changes = check_package(out, generated.package, generated.files)
    words = {"missing": changes.added, "stale": changes.changed, "extra": changes.removed}
    drift = [f"{word}: {generated.package}/{path}" for word, paths in words.items() for path in paths]
    said = f"{len(drift)} differ" if drift else "up to date"
    return _Outcome((*drift, f"{name}: {len(generated.files)} files, {said}"), changes.any)


# All services: order, processes and signals.


def _run(
    function: Callable[[str], R], names: Sequence[str], jobs: int | None, accept: Callable[[str, R], _Outcome]
) -> list[_Outcome]:
    """What `accept` says to the result of each service. Lines are printed in the order of the names."""
    outcomes: dict[str, _Outcome] = {}
    unsaid = list(reversed(names))

    def take(name: str, result: R | Failure) -> None:
        try:
            outcomes[name] = _Outcome(error=result.message) if isinstance(result, Failure) else accept(name, result)
        except BotobindError as error:
            outcomes[name] = _Outcome(error=str(error))
        while unsaid and unsaid[-1] in outcomes:
            bar.say(outcomes[unsaid.pop()].lines)
        bar.advance()

    with _progress(len(names)) as bar:
        jobs = min(jobs or os.cpu_count() or 1, len(names))
        if jobs > 1:
            run_in_processes(function, names, jobs, take)
        else:
            for name in names:
                take(name, attempt(function, name))
    return [outcomes[name] for name in names]


# What is shown.


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
    quiet = total == 1 or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet, redirect_stdout=False) as progress:
        task = progress.add_task("", total=total)
        yield _Bar(say, lambda: progress.advance(task))


def _show(found: Sequence[ServiceSummary]) -> None:
    heads = ("service", "protocols", "API version", "operations", "shapes")
    rows = [
        (each.name, ", ".join(_protocols(each)), each.api_version, str(each.operations), str(each.shapes))
        for each in found
    ]
    if sys.stdout.isatty():
        table = Table()
        for head in heads:
            table.add_column(head, justify="right" if head in ("operations", "shapes") else "left")
        for row in rows:
            table.add_row(*row)
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _protocols(summary: ServiceSummary) -> list[str]:
    """The protocol that botocore chooses, then the others that the service lists."""
    return [summary.protocol, *(protocol for protocol in summary.protocols if protocol != summary.protocol)]


def _finish(outcomes: Sequence[_Outcome]) -> None:
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    for error in errors:
        typer.echo(f"Error: {error}", err=True)
    if errors or any(outcome.drift for outcome in outcomes):
        raise typer.Exit(FAILED)
