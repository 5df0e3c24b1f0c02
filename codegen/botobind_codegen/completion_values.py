"""What typer offers for packages, their operations, and members, where `quick_completion` leaves it to typer."""

from __future__ import annotations

from typing import Any

import typer
from typer import core

from botobind.commands.offering import classes_offered, members_offered, operations_offered, packages_offered

complete_packages = packages_offered


def complete_package_operations(context: typer.Context, incomplete: str) -> list[str]:
    """The operations of the service that is named."""
    return operations_offered(context.params.get("service") or "", incomplete)


def complete_package_classes(context: typer.Context, incomplete: str) -> list[str]:
    """The classes of the service that is named."""
    return classes_offered(context.params.get("service") or "", incomplete)


class MembersCommand(core.TyperCommand):
    """A command that has the members of an operation's input as options, beside its own."""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What a shell offers for a word that begins so."""
        found: list[Any] = super().shell_complete(ctx, incomplete)
        service, operation = (ctx.params.get(name) or "" for name in ("service", "operation"))
        # typer has its own copy of click, or click, by its version.
        item: Any = vars(core)["CompletionItem"]
        return [*found, *(item(name) for name in members_offered(service, operation, incomplete))]
