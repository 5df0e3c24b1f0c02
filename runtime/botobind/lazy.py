"""Packages whose names are loaded when they are first used (PEP 562). Editors and type checkers read the stub beside
each.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


_MODULES_OF_NO_SHAPE = ("operation_errors", "common_errors")


def load_on_use(package: str, modules: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package whose names are defined in the modules given by name.

    A name that is nowhere fails with `AttributeError`, which suggests one that is like it.
    """
    namespace = sys.modules[package].__dict__

    def load(name: str) -> Any:
        module = modules.get(name)
        if module is None:
            if name in _MODULES_OF_NO_SHAPE:
                return import_module(f"{package}.{name}")
            raise unknown_name(package, name, modules)
        loaded = getattr(import_module(f"{package}.{module}"), name)
        namespace[name] = loaded
        return loaded

    def names() -> list[str]:
        return sorted({*modules, *(name for name in namespace if name.startswith("__"))})

    return load, names


def reexport(
    package: str, submodule: str, *others: str, **elsewhere: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package that has all names of a submodule, besides its own, its other submodules
    and single names, each given with the submodule that defines it.
    """
    namespace = sys.modules[package].__dict__

    def load(name: str) -> Any:
        if name in others:
            return import_module(f"{package}.{name}")
        if name in elsewhere:
            namespace[name] = getattr(import_module(f"{package}.{elsewhere[name]}"), name)
            return namespace[name]
        inner = import_module(f"{package}.{submodule}")
        if name == submodule:
            return inner
        if name.startswith("__"):
            raise unknown_name(package, name, ())
        try:
            loaded = getattr(inner, name)
        except AttributeError:
            raise unknown_name(package, name, dir(inner)) from None
        namespace[name] = loaded
        return loaded

    def names() -> list[str]:
        return sorted({*namespace, *others, *elsewhere, *dir(import_module(f"{package}.{submodule}"))})

    return load, names


def unknown_name(package: str, name: str, names: Iterable[str]) -> AttributeError:
    """The error for a name that a package does not have."""
    close = get_close_matches(name, names, n=1)
    hint = f". Did you mean {close[0]!r}?" if close else ""
    return AttributeError(f"module {package!r} has no attribute {name!r}{hint}")
