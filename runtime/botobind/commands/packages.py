"""Packages of services, their operations and the members of inputs, by the names that people use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from botobind.errors import BotobindError
from botobind.lazy import unknown_attribute
from botobind.operations import operation_called

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import Operation

PACKAGES = "botobind_services"


def option_of(attribute: str) -> str:
    """The option of a member, by its attribute."""
    return f"--{attribute.strip('_').replace('_', '-')}"


def package_of(service: str) -> ModuleType:
    """The package of a service, by its name as botocore has it, or as Python does.

    Raises `BotobindError`, which says how to generate it, where it is not there.
    """
    name = service.replace("-", "_")
    failure: ImportError | None = None
    for spelt in (name, f"{name}_") if name.isidentifier() else ():
        try:
            return import_module(f"{PACKAGES}.{spelt}")
        except ImportError as error:
            if error.name not in (PACKAGES, f"{PACKAGES}.{spelt}"):
                raise
            failure = failure or error
    raise BotobindError(f"there is no package of {service}: `botobind generate {service}` writes it") from failure


def operation_of(package: ModuleType, name: str) -> Operation[Any, Any, Any]:
    """An operation by its name in the API, in snake case, or as a command has it (`get-item`). Raises `BotobindError`
    with a name that is like it.
    """
    found = operation_called(package, name.replace("-", "_"))
    if found is None:
        known = package.endpoints.OPERATIONS
        raise BotobindError(str(unknown_attribute(package.service, name, known)).replace("attribute", "operation"))
    return found
