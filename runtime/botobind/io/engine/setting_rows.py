"""What a row of the table of settings has: where a value comes from, and which it may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from botobind.attributes import field, frozen
from botobind.io.faults import SettingWrong
from botobind.late_attrs import Field

__all__ = [
    "Kind",
    "Row",
    "flag",
    "listed",
    "matching",
    "one_of",
    "rows_of",
    "seconds",
    "setting",
    "switch",
    "text",
    "whole",
]


@frozen(kw_only=True)
class Kind:
    """The values that a setting may have."""

    expected: str
    """What to write, as a message says it."""
    read: Callable[[Any], Any]
    """The value of what was given, or of a text; raises `ValueError` or `TypeError`."""
    shows: bool = True
    """Whether messages may tell what was got: URLs may have a password in them."""


@frozen(kw_only=True)
class Row:
    """A setting: it is what was given, or else what a variable of the environment says, or a file, or its default."""

    name: str
    kind: Kind
    note: str
    variables: tuple[str, ...]
    keys: tuple[str, ...]
    """Where files have it: a name, or `s3.name` in the section of S3."""
    default: Any

    def value_of(self, given: object, place: str) -> Any:
        """The value of what was found at a place. Raises `SettingWrong` for what it cannot be."""
        try:
            return self.kind.read(given)
        except (ValueError, TypeError):
            # No more of a value is told than it takes to see the mistake.
            shown = given if isinstance(given, (bool, int, float)) else str(given)[:40]
            got = f", got {shown!r}" if self.kind.shows else ""
            raise SettingWrong(f"{self.name}: expected {self.kind.expected}{got} ({place})") from None

    def found(self, environ: Mapping[str, str], values: Mapping[str, Any], place: str) -> Any:
        """The value that the environment or a profile has; `None` where none has any. An empty text is no value."""
        for variable in self.variables:
            if environ.get(variable):
                return self.value_of(environ[variable], f"variable {variable}")
        for key in self.keys:
            section, _, name = key.rpartition(".")
            inner = values.get(section, {}) if section else values
            value = inner.get(name) if isinstance(inner, Mapping) else None
            if value:
                return self.value_of(value, f"{key} in {place}")
        return None


def setting(kind: Kind, default: Any, note: str, *, variables: tuple[str, ...] = (), keys: tuple[str, ...] = ()) -> Any:
    """An attribute of a class of settings, with all of its row but the name."""
    return field(default=default, repr=kind.shows, converter=_Given(kind, default, note, variables, keys))


class _Given:
    """Takes what was given for a setting; None stands for its default. The class tells it the name."""

    def __init__(self, kind: Kind, default: Any, note: str, variables: tuple[str, ...], keys: tuple[str, ...]) -> None:
        self._described = {"kind": kind, "default": default, "note": note, "variables": variables, "keys": keys}
        self.row: Row

    def name(self, name: str) -> Row:
        """Completes the row."""
        self.row = Row(name=name, **self._described)
        return self.row

    def __call__(self, value: Any) -> Any:
        return self.row.default if value is None else self.row.value_of(value, "as given")


def rows_of(cls: type) -> dict[str, Row]:
    """The rows of a class of settings by their names, before attrs makes it one of its own."""
    fields: Mapping[str, Any] = vars(cls)
    given = {name: each.options.get("converter") for name, each in fields.items() if isinstance(each, Field)}
    return {name: each.name(name) for name, each in given.items() if isinstance(each, _Given)}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    lower = _text(value).lower()
    return lower == "true" if lower in {"true", "false"} else _refuse()


def _refuse() -> Any:
    raise ValueError


text = Kind(expected="a text", read=_text)
flag = Kind(expected="true or false", read=_flag)


def matching(pattern: str, expected: str, *, shows: bool = True) -> Kind:
    """Texts of a pattern."""
    matches = re.compile(pattern).fullmatch
    return Kind(expected=expected, read=lambda value: value if matches(_text(value)) else _refuse(), shows=shows)


def one_of(*values: str, stands_for: Mapping[str, str] | None = None) -> Kind:
    """One of these texts, without regard to case; others may stand for one of them."""
    known = {**{value: value for value in values}, **(stands_for or {})}

    def read(value: Any) -> str:
        return known.get(_text(value).lower()) or _refuse()

    return Kind(expected=f"{', '.join(values[:-1])} or {values[-1]}", read=read)


def switch(*others: str) -> Kind:
    """The texts `true` and `false`, also as truth values, and others."""
    known = one_of("true", "false", *others)
    return Kind(
        expected=known.expected, read=lambda value: known.read(str(value) if isinstance(value, bool) else value)
    )


def whole(least: int, most: int | None = None) -> Kind:
    """Whole numbers from one on."""

    def read(value: Any) -> int:
        number = int(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError
        return number if least <= number and (most is None or number <= most) else _refuse()

    end = "on" if most is None else f"to {most}"
    return Kind(expected=f"a whole number from {least} {end}", read=read)


def _seconds(value: Any) -> float:
    number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _refuse()
    return number if 0 < number < float("inf") else _refuse()


seconds = Kind(expected="a number of seconds above 0", read=_seconds)


def _listed(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part for part in (_text(each).strip() for each in parts if each) if part)


listed = Kind(expected="texts with commas between, or a list of them", read=_listed)
