"""What the shell offers for names of services and operations. It is silent about whatever is wrong."""

from __future__ import annotations

from pathlib import Path

import typer

from botobind.errors import BotobindError
from botobind_codegen.load import list_services, load_service
from botobind_codegen.processes import Failure, attempt


def complete_services(context: typer.Context, incomplete: str) -> list[str]:
    """The services that begin so, but for those that are there already."""
    try:
        names = list_services(_path(context))
    except (BotobindError, OSError):
        return []
    named = context.params.get("services") or ()
    return [name for name in names if name.startswith(incomplete) and name not in named]


def complete_operations(context: typer.Context, incomplete: str) -> list[str]:
    """The operations that begin so of the one service that is named."""
    # An option without its value ends the parsing, and leaves the names unassigned.
    services = context.params.get("services") or [word for word in context.args if not word.startswith("-")]
    if len(services) != 1:
        return []
    data_path = _path(context)
    loaded = attempt(lambda name: list(load_service(name, data_path).document["operations"]), services[0])
    return [] if isinstance(loaded, Failure) else [name for name in loaded if name.startswith(incomplete)]


def _path(context: typer.Context) -> Path | None:
    """The models that are named: a text in older versions of typer."""
    found = context.params.get("data_path")
    return None if found is None else Path(found)
