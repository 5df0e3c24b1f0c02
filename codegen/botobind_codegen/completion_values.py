"""What the shell offers for packages, their operations, and members. It is silent about whatever is wrong."""

from __future__ import annotations

from pkgutil import iter_modules
from typing import Any

import typer
from typer import core

from botobind.commands.options import options_of
from botobind.commands.packages import operation_of, package_of
from botobind.errors import BotobindError


def complete_packages(incomplete: str) -> list[str]:
    """The services that begin so, of which there are packages."""
    try:
        import botobind_services
    except ImportError:
        return []
    found = {module.name.strip("_").replace("_", "-") for module in iter_modules(botobind_services.__path__)}
    return sorted(name for name in found if name.startswith(incomplete))


def complete_package_operations(context: typer.Context, incomplete: str) -> list[str]:
    """The operations that begin so, spelt as they begin: as in the API, or as commands have them."""
    try:
        operations = package_of(context.params["service"]).endpoints.OPERATIONS
    except (BotobindError, KeyError):
        return []
    is_api = incomplete[:1].isupper()
    names = operations if is_api else [name.replace("_", "-") for name in operations.python_names()]
    return [name for name in names if name.startswith(incomplete)]


class MembersCommand(core.TyperCommand):
    """A command that has the members of an operation's input as options, beside its own."""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What a shell offers for a word that begins so."""
        found: list[Any] = super().shell_complete(ctx, incomplete)
        try:
            operation = operation_of(package_of(ctx.params["service"]), ctx.params["operation"])
        except (BotobindError, KeyError):
            return found
        names = options_of(operation) if incomplete.startswith("-") else ()
        # typer has its own copy of click, or click, by its version.
        item: Any = vars(core)["CompletionItem"]
        return [*found, *(item(name) for name in names if name.startswith(incomplete))]
