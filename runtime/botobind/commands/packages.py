"""Packages of services, their operations and the members of inputs, by the names that people use."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from botobind.errors import BotobindError
from botobind.lazy import hint, unknown_attribute
from botobind.markers import is_shape_class
from botobind.operations import operation_called

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import Operation
    from botobind.shapes import Shape

PACKAGES = "botobind_services"


def option_of(attribute: str) -> str:
    """The option of a member, by its attribute."""
    return f"--{attribute.strip('_').replace('_', '-')}"


def package_of(service: str) -> ModuleType:
    """The package of a service, by its name as botocore has it, or as Python does.

    Raises `BotobindError` where it is not there, which says how to generate it, and a name that is like it.
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
    writes_it = f"`botobind generate {service}` writes it{hint(service, service_names())}"
    raise BotobindError(f"there is no package of {service}: {writes_it}") from failure


def service_names() -> set[str]:
    """The services of which there are packages."""
    try:
        found = import_module(PACKAGES)
    except ImportError:
        return set()
    return {module.name.strip("_").replace("_", "-") for module in iter_modules(found.__path__)}


def operation_of(package: ModuleType, name: str) -> Operation[Any, Any, Any]:
    """An operation by its name in the API, in snake case, or as a command has it (`get-item`). Raises `BotobindError`
    with a name that is like it.
    """
    return operation_called(package, name.replace("-", "_"))


def class_names(package: ModuleType) -> list[str]:
    """The names of a package's classes, enums among them; none of them is loaded."""
    values = {*dir(package.values)}
    return [name for name in dir(package) if name[:1].isupper() and name in values]


def class_of(package: ModuleType, name: str) -> type[Shape]:
    """The class of a structure, a union or an error, by its name. Raises `BotobindError`, with one that is like it."""
    known = class_names(package)
    if name not in known:
        raise BotobindError(str(unknown_attribute(package.service, name, known)).replace("attribute", "class"))
    found: object = getattr(package.values, name)
    if not is_shape_class(found):
        raise BotobindError(f"{name} of {package.service} is an enum, and has no members")
    return found
