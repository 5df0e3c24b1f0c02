"""Packages whose names are loaded when they are first used (PEP 562). Editors and type checkers read the stub beside
each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    SOURCE_SUFFIXES,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
    SourcelessFileLoader,
)
from typing import TYPE_CHECKING, Any

from botobind import forking, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from types import ModuleType


MODULES = "_modules"
"""The folder of the modules of a package: beside its index, editors would offer them where its names are meant."""

_CLIENTS = ("io.Client", "io.AsyncClient")
"""What is looked for in the package of a service, and is a floor below."""
_MODULES_OF_NO_SHAPE = ("operation_errors", "common_errors")


class ModuleTable(Mapping[str, str]):
    """The module of each name, from lines that have a name, a space and a module each; the first line is empty.

    One text of thousands of lines is loaded in no time, a dict of them is not. A name is searched for in it.
    """

    def __init__(self, lines: str) -> None:
        self._lines = lines

    def __getitem__(self, name: str) -> str:
        start = self._lines.find(f"\n{name} ") if name.isidentifier() else -1
        if start < 0:
            raise KeyError(name)
        start += len(name) + 2
        return self._lines[start : self._lines.index("\n", start)]

    def name_in(self, module: str) -> str | None:
        """The name that a module of its own defines; None where there is no such module."""
        end = self._lines.find(f" {module}\n") if module.isidentifier() else -1
        return None if end < 0 else self._lines[self._lines.rindex("\n", 0, end) + 1 : end]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines.split()[::2])

    def __len__(self) -> int:
        return self._lines.count("\n") - 1


class _KnownModules(FileFinder):
    """Finds the modules of a folder by their names. The ordinary finder would first list the folder, of thousands of
    files.
    """

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        """The source file of that name, or else whatever the ordinary finder finds."""
        file = os.path.join(self.path, f"{fullname.rpartition('.')[2]}{SOURCE_SUFFIXES[0]}")  # noqa: PTH118 - fast
        if not os.path.isfile(file):  # noqa: PTH113 - fast
            return super().find_spec(fullname, target)
        spec = ModuleSpec(fullname, SourceFileLoader(fullname, file), origin=file)
        spec.has_location = True
        return spec


def _skip_listing(package: ModuleType) -> None:
    if package.__spec__ is not None and type(package.__spec__.loader) is SourceFileLoader:
        for path in package.__path__:
            folder = os.path.join(path, MODULES)  # noqa: PTH118 - as the import system spells it
            loaders = ((SourceFileLoader, SOURCE_SUFFIXES), (SourcelessFileLoader, BYTECODE_SUFFIXES))
            sys.path_importer_cache.setdefault(folder, _KnownModules(folder, *loaders))


def load_on_use(
    package: str, modules: Mapping[str, str] | str, inner: str = "\n"
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package whose names are defined in the modules given by name, or by the lines of
    a `ModuleTable`: in its folder of modules. `inner` has such lines of the names that `__all__` leaves out.

    A name that is nowhere fails with `AttributeError`, or with `ImportError` where it was to be imported; both suggest
    one that is like it.
    """
    exported = ModuleTable(modules) if isinstance(modules, str) else modules
    modules = ModuleTable(f"{modules}{inner[1:]}") if isinstance(modules, str) else modules
    _skip_listing(sys.modules[package])
    forking.watch(package)
    namespace = sys.modules[package].__dict__

    def load(name: str) -> Any:
        module = modules.get(name)
        if module is None:
            if name == "__all__":
                namespace[name] = [*exported]
                return namespace[name]
            found = _module_of_no_shape(package, name) if name in _MODULES_OF_NO_SHAPE else None
            if found is None:
                raise _missing(package, name, modules)
            return found
        loaded = getattr(import_module(f"{package}.{MODULES}.{module}"), name)
        namespace[name] = loaded
        return loaded

    def names() -> list[str]:
        return sorted({*modules, *(name for name in namespace if name.startswith("__"))})

    return load, names


def reexport(
    package: str, submodule: str, *others: str, number: int = 0, **elsewhere: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package that has the names in `__all__` of a submodule, besides its own, its
    other submodules and single names, each given with the submodule that defines it.

    Raises `ImportError` for a package of another time than the runtime, which its `number` tells.
    """
    numbers.check(package, number)
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
        if name not in inner.__all__ and name not in _MODULES_OF_NO_SHAPE:
            clients = _CLIENTS if "io" in others else ()
            raise _missing(package, name, {submodule, *others, *elsewhere, *inner.__all__, *clients})
        loaded = getattr(inner, name)
        namespace[name] = loaded
        return loaded

    def names() -> list[str]:
        return sorted({*namespace, *others, *elsewhere, *import_module(f"{package}.{submodule}").__all__})

    return load, names


def on_use(
    package: str, names: Collection[str], **modules: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package of the runtime whose names are loaded when they are first used: modules,
    and what is given with the module that defines it.

    Whoever needs a module in some cases alone imports the package, and says `formats.xml.dump`. That takes a fraction
    of the time of an import in the function, and the layers of imports stay in sight.
    """
    namespace = sys.modules[package].__dict__

    def load(name: str) -> Any:
        if name not in names:
            raise _missing(package, name, names)
        if name not in modules:
            return import_module(f"{package}.{name}")
        namespace[name] = getattr(import_module(f"{package}.{modules[name]}"), name)
        return namespace[name]

    return load, lambda: sorted({*namespace, *names})


def door(name: str) -> Any:
    """A door of the library, which is above all floors: for libraries that ask classes, and these the door."""
    return import_module(f"{__package__}.{name}")


def _module_of_no_shape(package: str, name: str) -> ModuleType | None:
    try:
        return import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        # Not every package has each of them. What is missing inside one of them is another matter.
        if error.name != f"{package}.{name}":
            raise
        return None


def _missing(package: str, name: str, names: Iterable[str]) -> AttributeError | ImportError:
    """The error for a name that was asked of the `__getattr__` which calls this.

    `from package import name` gets an `ImportError`: of an `AttributeError` the interpreter would drop the text, and
    make an `ImportError` without a suggestion.
    """
    from opcode import opmap

    names = () if name.startswith("__") else names
    asking = sys._getframe(1).f_back  # noqa: SLF001 - only the instruction tells an import from `hasattr`
    if asking is None or asking.f_code.co_code[asking.f_lasti] != opmap["IMPORT_FROM"]:
        return unknown_name(package, name, names)
    file = sys.modules[package].__file__
    text = f"cannot import name {name!r} from {package!r} ({file}){hint(name, names)}"
    return ImportError(text, name=package, path=file)


def unknown_name(package: str, name: str, names: Iterable[str]) -> AttributeError:
    """The error for a name that a package does not have."""
    return unknown_attribute(f"module {package!r}", name, names)


def unknown_attribute(what: str, name: str, names: Iterable[str]) -> AttributeError:
    """The error for a name that something does not have, with one that is like it."""
    return AttributeError(f"{what} has no attribute {name!r}{hint(name, names)}")


def hint(name: str, names: Iterable[str]) -> str:
    """What to say behind a name that is not known: one that is like it, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1)
    return f". Did you mean {close[0]!r}?" if close else ""
