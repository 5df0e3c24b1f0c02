"""`botobind diff`: what it is asked, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from botobind_codegen.diff.load import diff_service
from botobind_codegen.diff.model import LEVELS, Level
from botobind_codegen.diff.report import FORMATS
from botobind_codegen.load import list_services
from botobind_codegen.reporting import FAILED, misused
from botobind_codegen.suggestions import suggestion

ReportFormat = StrEnum("ReportFormat", ["text", "markdown", "json"])
FailOn = StrEnum("FailOn", ["major", "error", "minor", "patch"])
_LEVELS: Mapping[str, Level] = {
    "major": "breaking",
    "error": "error added",
    "minor": "addition",
    "patch": "no effect",
}


def diff(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Name as botocore has it.", show_default=False)],
    *,
    old: Annotated[
        Path,
        typer.Option("--old", metavar="DIR|FILE", exists=True, help="The model as it was: a folder or one file."),
    ],
    new: Annotated[
        Path | None,
        typer.Option(
            "--new",
            metavar="DIR|FILE",
            exists=True,
            show_default=False,
            help="The model as it is; or else botocore's.",
        ),
    ] = None,
    report: Annotated[ReportFormat, typer.Option("--format", help="For people, for a pull request, for programs.")] = (
        ReportFormat["text"]
    ),
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
) -> None:
    """Say what changed between two models of a service, whom it breaks, and which version that asks for."""
    for path in (old, new):
        _check_service(service, path)
    difference = diff_service(service, old, new)
    typer.echo(FORMATS[report](difference, documentation=documentation), nl=False)
    if fail_on is not None and LEVELS.index(difference.level) >= LEVELS.index(_LEVELS[fail_on.value]):
        raise typer.Exit(FAILED)


def _check_service(service: str, path: Path | None) -> None:
    # A single file is the service's, whatever its name.
    if path is not None and path.is_file():
        return
    available = list_services(path)
    if service not in available:
        where = "" if path is None else f"{path}: "
        misused(f"{where}there is no service {service!r}{suggestion(service, available)}")
