"""Objects of a model: each key must be classified in `keys`, each value must be of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from botobind.errors import ModelError
from botobind_codegen.keys import KEYS
from botobind_codegen.value_kinds import fault_of_name, fault_of_value


class TableReader:
    """Reads objects of one model; holds what its errors name, and the keys that are not classified.

    All methods raise `ModelError`, but for those keys: `refuse_unknown_keys` does it.
    """

    def __init__(self, service: str, file: str | None, ignored: AbstractSet[str] | None) -> None:
        self.service = service
        self.file = file
        self.ignored = ignored
        self.in_operations = False
        self.unknown: dict[tuple[str, str], list[ModelError]] = {}

    def error(self, reason: str, shape: str | None = None, key: str | None = None) -> ModelError:
        """The error of a place."""
        place = {"operation" if self.in_operations else "shape": shape}
        return ModelError(reason, service=self.service, key=key, file=self.file, **place)

    def table(self, value: object, context: str, shape: str | None = None) -> Mapping[str, Any]:
        """The value as an object whose values are of their keys' kinds. Keys that are not classified are told when all
        is read.
        """
        table = self.mapping(value, context, shape)
        known = KEYS[context]
        for key, inner in table.items():
            if key not in known and self.is_ignored(context, key):
                continue
            if key not in known:
                found = self.unknown.setdefault((context, key), [])
                found.append(self.error(f"unknown key in {context}", shape, key))
            elif fault := fault_of_value(key, inner):
                raise self.error(fault, shape, key)
        return table

    def is_ignored(self, context: str, key: str) -> bool:
        """Whether a key that is not classified is passed by."""
        return self.ignored is None or key in self.ignored or f"{context}.{key}" in self.ignored

    def refuse_unknown_keys(self) -> None:
        """Raises the error of the first, which names each of the others by the first place where it is."""
        if not self.unknown:
            return
        (_, (first, *again)), *others = self.unknown.items()
        named = ", ".join(
            f"{found[0].shape or found[0].operation or context}.{key}{_also(found[1:])}"
            for (context, key), found in others
        )
        first.reason += f"{_also(again)}; it has to be classified first{f', and so have {named}' if named else ''}"
        raise first

    def named(self, value: object, what: str, shape: str | None = None) -> Mapping[str, Any]:
        """The value as an object whose keys are names."""
        table = self.mapping(value, what, shape)
        for key in table:
            if fault := fault_of_name(key) if key else "is empty":
                raise self.error(f"a name in {what} {fault}", shape, ascii(key)[1:-1])
        return table

    def mapping(self, value: object, what: str, shape: str | None = None) -> Mapping[str, Any]:
        """The value as an object."""
        if not isinstance(value, Mapping):
            raise self.error(f"expected an object for {what}, got {type(value).__name__}", shape, what)
        return value

    def text(self, table: Mapping[str, Any], key: str, shape: str | None = None, *, default: str | None = None) -> str:
        """The text of a key."""
        value = table.get(key, default)
        if not isinstance(value, str):
            raise self.error(f"expected text, got {type(value).__name__ if key in table else 'nothing'}", shape, key)
        return value

    def optional_text(self, table: Mapping[str, Any], key: str, shape: str | None = None) -> str | None:
        """The text of a key; None where it is missing."""
        return self.text(table, key, shape) if key in table else None

    def data(self, table: Mapping[str, Any], context: str) -> dict[str, Any]:
        """What is kept for others to act on."""
        known = KEYS[context]
        return {key: value for key, value in table.items() if key in known and known[key].use == "data"}


def _also(more: Sequence[ModelError]) -> str:
    """How many places have a key beside the one that is named."""
    return f" (and in {len(more)} more)" if more else ""
