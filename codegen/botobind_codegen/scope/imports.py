"""Import records: what a planned file uses is recorded where the use is planned, never found by searching text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet

from botobind_codegen.imported import CONTRACT, DECLARED, IMPORTED


class Imports:
    """The imports of one file, so many folders below that of its package.

    What is imported has another name where the file defines something of its own. A module has all that it uses of the
    runtime from `botobind.contract`; a stub has it from where it is.
    """

    def __init__(self, folders: int, defined: AbstractSet[str] = frozenset(), *, is_stub: bool = False) -> None:
        self._folders = folders
        self._defined = defined
        self._is_stub = is_stub
        self._names: dict[str, set[str]] = defaultdict(set)

    def use(self, module: str, name: str) -> str:
        """Records `from module import name` and gives the name that code has to use for it.

        Modules of the file's own package begin with one dot, wherever in it the file is.
        Raises `KeyError` for names that `imported` does not have, which shapes could be called then.
        """
        if module.startswith("botobind") and not self._is_stub:
            imported, dot, rest = CONTRACT[module, name].partition(".")
            return f"{self._bind('botobind.contract', imported)}{dot}{rest}"
        return self._bind(module, name)

    def _bind(self, module: str, name: str) -> str:
        used = name.rpartition(" as ")[2]
        if used not in (DECLARED if self._is_stub else IMPORTED)[module]:
            raise KeyError(used)
        free = used
        while free in self._defined:
            free += "_"
        self._names[module].add(name if free == used else f"{used} as {free}")
        return free

    def use_shapes(self) -> str:
        """Records the import of the package's `values`, and gives its name."""
        return self.use(".", "values as Shapes")

    def lines(self) -> list[list[str]]:
        """The import statements in groups, as import sorters want them: standard library, packages, own package."""
        groups: list[list[str]] = [[], [], []]
        for module in sorted(self._names, key=lambda module: (module.startswith("."), module)):
            renamed = {name for name in self._names[module] if " as " in name}
            plain = sorted(self._names[module] - renamed, key=_order)
            spelt = f"{'.' * self._folders}{module}" if module.startswith(".") else module
            # Sorters want a statement for each name that is renamed.
            for names in [*([", ".join(plain)] if plain else []), *sorted(renamed, key=_order)]:
                groups[_group(module)].append(f"from {spelt} import {names}")
        return [group for group in groups if group]


_STANDARD = frozenset({"collections.abc", "datetime", "enum", "typing"})


def _group(module: str) -> int:
    if module.startswith("."):
        return 2
    return 0 if module in _STANDARD else 1


def _order(name: str) -> tuple[int, str]:
    # Constants, classes, then the rest, as isort's default order has it.
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name
