"""`botobind diff`: what it is asked, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from botobind_codegen.completion import complete_services
from botobind_codegen.diff.changelog import as_changelog
from botobind_codegen.diff.changes import LEVELS, Difference, Level, highest
from botobind_codegen.diff.origins import diff_service
from botobind_codegen.diff.report import as_json, as_markdown, as_text
from botobind_codegen.diff.sources import Source, UnknownSourceError, opened
from botobind_codegen.ending import FAILED, misused
from botobind_codegen.reporting import Outcome, finish, run_all
from botobind_codegen.suggestions import suggestion

_FORMATS = {"text": as_text, "markdown": as_markdown, "changelog": as_changelog, "json": as_json}
ReportFormat = StrEnum("ReportFormat", ["text", "markdown", "changelog", "json"])
FailOn = StrEnum("FailOn", ["major", "error", "minor", "patch"])
_LEVELS: Mapping[str, Level] = {
    "major": "breaking",
    "error": "error added",
    "minor": "addition",
    "patch": "no effect",
}
_SOURCE = "a file (also .gz), a folder, a wheel of botocore, or a version that is installed or downloaded."


def diff(  # noqa: PLR0913 - as many as the command has options
    services: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SERVICE", help="Names as botocore has them.", autocompletion=complete_services, show_default=False
        ),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All services of either side.")] = False,
    old: Annotated[str, typer.Option("--old", metavar="SOURCE", help=f"The models as they were: {_SOURCE}")],
    new: Annotated[
        str | None,
        typer.Option(
            "--new",
            metavar="SOURCE",
            show_default=False,
            help="The models as they are; or else the installed botocore's.",
        ),
    ] = None,
    report: Annotated[
        ReportFormat, typer.Option("--format", help="For people, for a pull request, for a changelog, for programs.")
    ] = ReportFormat["text"],
    documentation: Annotated[
        bool, typer.Option("--documentation", help="Also each text of documentation, not only their number.")
    ] = False,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on",
            show_default=False,
            help="Exit with 1 from this kind of version on; `error`: also where an error was added.",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", min=1, metavar="N", help="Processes; one per processor unless told.", show_default=False
        ),
    ] = None,
) -> None:
    """Say what changed between two models of a service, whom it breaks, and which version that asks for."""
    names = list(dict.fromkeys(services or ()))
    if everything and names:
        misused("give the names of services or --all, not both")
    try:
        with opened(old, names) as before, opened(new, names) as after:
            compared, outcomes = _compare(_names(names, before, after, everything=everything), before, after, jobs)
    except UnknownSourceError as error:
        misused(str(error))
    if compared:
        typer.echo(_FORMATS[report](compared, documentation=documentation), nl=False)
    finish(outcomes)
    level = highest(each.level for each in compared)
    if fail_on is not None and LEVELS.index(level) >= LEVELS.index(_LEVELS[fail_on.name]):
        raise typer.Exit(FAILED)


def _names(names: Sequence[str], old: Source, new: Source, *, everything: bool) -> Sequence[str]:
    """The services to compare. Ends the command where none is meant, or one that neither side has."""
    files = [side for side in (new, old) if side.is_file]
    if files and not names:
        names = [*files[0].services]
    if everything and not files:
        return sorted(old.services | new.services)
    if not names:
        misused("name at least one service, or give --all")
    if files and names[1:]:
        misused(f"{files[0].said} is the model of one service: name one, not {len(names)}")
    # A single file is the service's, whatever its name, so that the other side has to have it.
    enough = all if files else any
    if unknown := [name for name in names if not enough(side.has(name) for side in (old, new))]:
        misused(*(_unknown(name, [side for side in (old, new) if not side.has(name)]) for name in unknown))
    return names


def _unknown(name: str, lacking: Sequence[Source]) -> str:
    places = ", ".join(dict.fromkeys(side.said for side in lacking))
    available = sorted(frozenset().union(*(side.services for side in lacking)))
    return f"{places}: there is no service {name!r}{suggestion(name, available)}"


def _compare(
    names: Sequence[str], old: Source, new: Source, jobs: int | None
) -> tuple[list[Difference], list[Outcome]]:
    found: dict[str, Difference] = {}

    def keep(name: str, difference: Difference) -> Outcome:
        found[name] = difference
        return Outcome()

    outcomes = run_all(partial(diff_service, old=old, new=new), names, jobs, keep)
    return [found[name] for name in names if name in found], outcomes
