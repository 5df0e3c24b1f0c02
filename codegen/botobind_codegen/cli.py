"""The command `botobind`: what it is asked, and what it does with each service."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from attrs import asdict, frozen
from rich.console import Console
from rich.table import Table

from botobind.errors import BotobindError, ModelError
from botobind_codegen import naming
from botobind_codegen.cache import OutputCache, inputs_digest
from botobind_codegen.cli_diff import diff
from botobind_codegen.config import Config, find_config
from botobind_codegen.drift import explain
from botobind_codegen.format import memory_folder
from botobind_codegen.load import list_services, load_service
from botobind_codegen.pipeline import (
    GeneratedPackage,
    GenerateOptions,
    ServiceSummary,
    complete_package,
    generate_package,
    summarize,
)
from botobind_codegen.plan.closure import ALL_FORMATS
from botobind_codegen.processes import signals_raise
from botobind_codegen.reporting import FAILED, Outcome, finish, misused, run_all
from botobind_codegen.suggestions import suggestion
from botobind_codegen.write import check_package, recover_packages, write_package

app = typer.Typer(
    help="Typed Python packages for AWS services, generated from botocore's models.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

FormatName = StrEnum("FormatName", ["json", "value", "cbor", "query", "xml"])

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
def generate(  # noqa: PLR0913 - as many as the command has options
    services: Services = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All services.")] = False,
    operations: Annotated[
        list[str] | None,
        typer.Option("--operation", metavar="NAME", help="Only what this operation needs; may be repeated."),
    ] = None,
    formats: Annotated[
        list[FormatName] | None,
        typer.Option("--format", help="Only this format's serializers; may be repeated.", case_sensitive=False),
    ] = None,
    no_docs: Annotated[bool, typer.Option("--no-docs", help="Without the service's documentation.")] = False,
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
    force: Annotated[bool, typer.Option("--force", help="Also what seems unchanged since the last run.")] = False,
) -> None:
    """Write the packages of services, each swapped in whole; without names those of [tool.botobind] in the nearest
    pyproject.toml.
    """
    given = GenerateOptions(tuple(operations or ()), _chosen_formats(formats), not no_docs)
    config = find_config(Path.cwd()) if not everything and data_path is None else None
    if config is not None and (not services or set(services) <= set(config.services)):
        out, data_path = out or config.out, config.data_path
        options = _configured(config, services or [], given)
    else:
        names = _chosen(services or [], data_path, everything=everything)
        options = dict.fromkeys(names, given)
    for name, each in options.items():
        if each.operations:
            _check_operations(each.operations, list(options) if operations else [name], name, data_path)
    _generate(_Job(out or _default_out(), data_path, options, check=check, force=force), jobs)


app.command(name="diff")(diff)


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


# What the command line means.


def _chosen(names: Sequence[str], data_path: Path | None, *, everything: bool) -> list[str]:
    if everything and names:
        misused("give the names of services or --all, not both")
    if not everything and not names and data_path is None:
        misused("name at least one service, or give --all")
    available = list_services(data_path)
    _check_services(names, available)
    return list(dict.fromkeys(names)) or available


def _check_services(names: Sequence[str], available: Sequence[str]) -> None:
    for name in names:
        if name not in available:
            misused(f"there is no service {name!r}{suggestion(name, available)}")


def _configured(config: Config, names: Sequence[str], given: GenerateOptions) -> dict[str, GenerateOptions]:
    if given != GenerateOptions():
        misused(f"{config.file} says what to generate of its services: change it there, or give --data-path or --all")
    if not config.services:
        misused(f"{config.file}: tool.botobind.services names no service")
    _check_services(list(config.services), list_services(config.data_path))
    return {name: config.services[name] for name in dict.fromkeys(names or config.services)}


def _chosen_formats(formats: Sequence[FormatName] | None) -> frozenset[str]:
    return frozenset(found.value for found in formats) if formats else ALL_FORMATS


def _check_operations(operations: Sequence[str], names: Sequence[str], service: str, data_path: Path | None) -> None:
    if len(names) != 1:
        misused(f"--operation needs exactly one service, not {len(names)}")
    modelled = load_service(service, data_path).document.get("operations")
    # What is wrong with a broken model is for the stage that reads it to say.
    available = list(modelled) if isinstance(modelled, Mapping) else operations
    for name in operations:
        if name not in available:
            raise ModelError(f"there is no operation {name!r}{suggestion(name, available)}", service=service)


def _default_out() -> Path:
    committed = Path("generated", "botobind_services")
    return committed if committed.is_dir() else Path(committed.name)


# One service: what runs in a worker process, and what the main process does with its result.


@frozen(kw_only=False)
class _Job:
    out: Path
    data_path: Path | None
    options: Mapping[str, GenerateOptions]
    check: bool
    force: bool


def _generate(job: _Job, jobs: int | None) -> None:
    if not job.check:
        recover_packages(job.out)
    cache = OutputCache(job.out)
    inputs = {name: _inputs(name, job.data_path, options) for name, options in job.options.items()}
    known = {} if job.force else _known(cache, inputs, job)
    with tempfile.TemporaryDirectory(prefix="botobind-", dir=memory_folder(), ignore_cleanup_errors=True) as scratch:
        task = partial(_produce, data_path=job.data_path, options=job.options, scratch=Path(scratch))
        accept = partial(_checked if job.check else _written, job.out, cache, inputs)
        try:
            outcomes = run_all(task, list(job.options), jobs, accept, known)
        finally:
            cache.save()
    finish(outcomes)


def _inputs(name: str, data_path: Path | None, options: GenerateOptions) -> str | None:
    try:
        return inputs_digest(name, data_path, options)
    except (BotobindError, OSError):
        # What is wrong with the model is for the stage that reads it to say.
        return None


def _known(cache: OutputCache, inputs: Mapping[str, str | None], job: _Job) -> dict[str, Outcome]:
    """What is to be said of the services that are as they would be generated."""
    said = "up to date" if job.check else "unchanged"
    counts = {name: cache.unchanged(naming.package_name(name), digest) for name, digest in inputs.items() if digest}
    return {name: Outcome((f"{name}: {count} files, {said}",)) for name, count in counts.items() if count is not None}


def _produce(
    name: str, data_path: Path | None, options: Mapping[str, GenerateOptions], scratch: Path
) -> GeneratedPackage:
    return complete_package(generate_package(name, data_path, options[name]), scratch)


def _written(
    out: Path, cache: OutputCache, inputs: Mapping[str, str | None], name: str, generated: GeneratedPackage
) -> Outcome:
    changes = write_package(out, generated.package, generated.files)
    cache.remember(generated.package, inputs[name], len(generated.files))
    counts = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
    said = ", ".join(f"{len(paths)} {what}" for what, paths in counts.items() if paths)
    return Outcome((f"{name}: {len(generated.files)} files, {said or 'unchanged'}",))


def _checked(
    out: Path, cache: OutputCache, inputs: Mapping[str, str | None], name: str, generated: GeneratedPackage
) -> Outcome:
    changes = check_package(out, generated.package, generated.files)
    if not changes.any:
        cache.remember(generated.package, inputs[name], len(generated.files))
        return Outcome((f"{name}: {len(generated.files)} files, up to date",))
    count = len(changes.added) + len(changes.changed) + len(changes.removed)
    lines = explain(out / generated.package, changes, generated.files)
    return Outcome((*lines, f"{name}: {len(generated.files)} files, {count} differ"), drift=True)


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
