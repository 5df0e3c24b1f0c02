"""What a shell offers for packages, their operations, and members. It is silent about whatever is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botobind.commands.packages import class_names, operation_of, option_of, package_of, service_names
from botobind.errors import BotobindError

if TYPE_CHECKING:
    from collections.abc import Iterable


def packages_offered(begun: str) -> list[str]:
    """The services that begin so, of which there are packages."""
    return sorted(_beginning(service_names(), begun))


def operations_offered(service: str, begun: str) -> list[str]:
    """The operations that begin so, spelt as they begin: as in the API, or as commands have them."""
    try:
        operations = package_of(service).endpoints.OPERATIONS
    except BotobindError:
        return []
    is_api = begun[:1].isupper()
    return _beginning(operations if is_api else [_dashed(name) for name in operations.python_names()], begun)


def classes_offered(service: str, begun: str) -> list[str]:
    """The structures, unions and errors that begin so."""
    try:
        return _beginning(class_names(package_of(service)), begun)
    except BotobindError:
        return []


def members_offered(service: str, operation: str, begun: str) -> list[str]:
    """The options of an operation's members that begin so."""
    if not begun.startswith("-"):
        return []
    try:
        taken: Any = operation_of(package_of(service), operation).input
    except BotobindError:
        return []
    return [] if taken is None else _beginning(map(option_of, taken.MEMBERS), begun)


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _beginning(names: Iterable[str], begun: str) -> list[str]:
    return [name for name in names if name.startswith(begun)]
