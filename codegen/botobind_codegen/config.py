"""The consumer's own configuration: `[tool.botobind]` in the nearest `pyproject.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from botobind.errors import BotobindError
from botobind_codegen.pipeline import GenerateOptions
from botobind_codegen.plan.closure import ALL_FORMATS
from botobind_codegen.suggestions import suggestion


class ConfigError(BotobindError):
    """A configuration that cannot be meant. Its text names the file and the key."""


@frozen
class Config:
    """What to generate, and where to."""

    file: Path
    services: Mapping[str, GenerateOptions] = field(factory=dict)
    out: Path | None = None
    data_path: Path | None = None


def find_config(start: Path) -> Config | None:
    """The configuration of the nearest folder upwards whose `pyproject.toml` has one; None where there is none.

    Paths in it are relative to its folder. Raises `ConfigError` for keys and values that it may not have, and for a
    file that is not TOML.
    """
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            tools = _parse(file).get("tool")
            table = tools.get("botobind") if isinstance(tools, dict) else None
            if table is not None:
                return _Reader(file).config(table)
    return None


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from None


@frozen
class _Reader:
    file: Path

    def error(self, key: str, reason: str) -> ConfigError:
        return ConfigError(f"{self.file}: tool.botobind{key}: {reason}")

    def config(self, table: object) -> Config:
        found = self.table(table, "", ("services", "out", "data-path", "operations", "formats", "documentation"))
        if "operations" in found:
            raise self.error(".operations", "belongs to a service")
        services = self.table(found.get("services", {}), ".services", None)
        defaults = self.options("", found, GenerateOptions())
        return Config(
            self.file,
            {name: self.service(f".services.{name}", each, defaults) for name, each in services.items()},
            self.path(found, "out"),
            self.path(found, "data-path"),
        )

    def service(self, where: str, raw: object, defaults: GenerateOptions) -> GenerateOptions:
        return self.options(where, self.table(raw, where, ("operations", "formats", "documentation")), defaults)

    def options(self, where: str, own: Mapping[str, Any], defaults: GenerateOptions) -> GenerateOptions:
        formats = own.get("formats")
        documentation = own.get("documentation", defaults.documentation)
        if not isinstance(documentation, bool):
            raise self.error(f"{where}.documentation", "expected true or false")
        return GenerateOptions(
            self.texts(own.get("operations", []), f"{where}.operations"),
            defaults.formats if formats is None else self.formats(formats, f"{where}.formats"),
            documentation,
        )

    def formats(self, raw: object, where: str) -> frozenset[str]:
        names = self.texts(raw, where)
        for name in names:
            if name not in ALL_FORMATS:
                raise self.error(where, f"no format is called {name!r}{suggestion(name, sorted(ALL_FORMATS))}")
        if not names:
            raise self.error(where, "expected at least one format")
        return frozenset(names)

    def texts(self, raw: object, where: str) -> tuple[str, ...]:
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise self.error(where, "expected a list of texts")
        return tuple(raw)

    def path(self, table: Mapping[str, Any], key: str) -> Path | None:
        raw = table.get(key)
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise self.error(f".{key}", "expected a path")
        return self.file.parent / raw

    def table(self, raw: object, where: str, known: Sequence[str] | None) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise self.error(where, "expected a table")
        for key in raw:
            if known is not None and key not in known:
                raise self.error(where, f"unknown key {key!r}{suggestion(key, known)}")
        return raw
