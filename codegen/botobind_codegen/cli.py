"""The command `botobind`: what it is asked, and what it does with each service."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from attrs import asdict
from rich.console import Console
from rich.table import Table

from botobind_codegen import cli_values
from botobind_codegen.choosing import Asked, names_asked, options_asked, unknown_services
from botobind_codegen.cli_diff import diff
from botobind_codegen.command_words import COMMANDS
from botobind_codegen.commandline import SETTINGS, run
from botobind_codegen.completion import complete_operations, complete_services
from botobind_codegen.config import find_config
from botobind_codegen.ending import misused
from botobind_codegen.generating import Job, run_job
from botobind_codegen.load import list_services
from botobind_codegen.pipeline import ServiceSummary, summarize
from botobind_codegen.processes import signals_raise
from botobind_codegen.reporting import Outcome, finish, run_all
from botobind_codegen.versions import versions

app = typer.Typer(
    help="Typed Python packages for AWS services, generated from botocore's models.",
    no_args_is_help=True,
    context_settings=SETTINGS,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

FormatName = StrEnum("FormatName", ["json", "value", "cbor", "query", "xml"])

Services = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SERVICE", help="Names as botocore has them.", autocompletion=complete_services, show_default=False
    ),
]
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
    """Runs the command line (that of the process unless given) and returns its exit code: see `commandline.run`."""
    with signals_raise():
        return run(app, arguments)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(versions())
        raise typer.Exit


@app.callback(help="Typed Python packages for AWS services, generated from botocore's models.")
def _botobind(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the versions and exit.")
    ] = False,
) -> None:
    pass


@app.command(short_help=COMMANDS["generate"])
def generate(  # noqa: PLR0913 - as many as the command has options
    services: Services = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All services.")] = False,
    operations: Annotated[
        list[str] | None,
        typer.Option(
            "--operation",
            metavar="NAME",
            help="Only what this operation needs; may be repeated.",
            autocompletion=complete_operations,
        ),
    ] = None,
    formats: Annotated[
        list[FormatName] | None,
        typer.Option("--format", help="Only this format's serializers; may be repeated.", case_sensitive=False),
    ] = None,
    no_docs: Annotated[bool, typer.Option("--no-docs", help="Without the service's documentation.")] = False,
    no_patches: Annotated[
        bool, typer.Option("--no-patches", help="Models as they are, without botobind's corrections of AWS's.")
    ] = False,
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
        bool, typer.Option("--check", help="Write nothing; say which files differ and why, and exit with 1.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Also what seems unchanged, over files that were edited or added by hand, and with fewer operations "
            "and formats than are there.",
        ),
    ] = False,
    no_config: Annotated[bool, typer.Option("--no-config", help="Leave the configuration aside.")] = False,
) -> None:
    """Write the packages of services, each swapped in whole; without names those of [tool.botobind] in the nearest
    pyproject.toml, which also holds for all that it does not name.
    """
    asked = Asked(
        services or [],
        everything,
        tuple(operations or ()),
        frozenset(found.value for found in formats or ()),
        not no_docs,
        not no_patches,
    )
    config = None if no_config else find_config(Path.cwd())
    names = names_asked(asked, config, models=data_path is not None)
    models = data_path or (config.data_path if config else None)
    if config is not None and models is not None and not models.exists():
        misused(f"{config.file}: tool.botobind.data-path: no such file or folder: {models}")
    available = list_services(models)
    # A misspelt name in the configuration says nothing of the service that is meant, whichever are named here.
    mentioned = [*names, *(config.services if config and data_path is None else ())]
    unknown = unknown_services(dict.fromkeys(mentioned), available, models)
    options, problems = options_asked(asked, names or available, config, available)
    if problems := [*unknown, *problems]:
        misused(*problems)
    if config is not None:
        typer.echo(f"configuration: {config.file}")
    if models is not None:
        typer.echo(f"models: {models}")
    place = out or (config.out if config else None) or _default_out()
    run_job(Job(place, models, options, check=check, force=force), jobs)


def _default_out() -> Path:
    committed = Path("generated", "botobind_services")
    return committed if committed.is_dir() else Path(committed.name)


app.command(name="diff", short_help=COMMANDS["diff"])(diff)


cli_values.add_to(app)


@app.command(name="list", short_help=COMMANDS["list"])
def list_(
    services: Services = None,
    *,
    data_path: DataPath = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    jobs: Jobs = None,
) -> None:
    """Show protocols, API versions, and counts of operations and shapes."""
    available = list_services(data_path)
    if unknown := unknown_services(services or (), available, data_path):
        misused(*unknown)
    names = list(dict.fromkeys(services or available))
    found: list[ServiceSummary] = []

    def collect(_: str, summary: ServiceSummary) -> Outcome:
        found.append(summary)
        return Outcome()

    outcomes = run_all(partial(summarize, data_path=data_path), names, jobs, collect)
    found.sort(key=lambda summary: names.index(summary.name))
    if as_json:
        typer.echo(json.dumps([asdict(summary) for summary in found], indent=2))
    else:
        _show(found)
    finish(outcomes)


# What is shown.


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
