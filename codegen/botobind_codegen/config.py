"""The consumer's own configuration: `[tool.botobind]` in the nearest `pyproject.toml`."""

from __future__ import annotations

import keyword
import os
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from botobind_codegen import naming
from botobind_codegen.ending import MisuseError
from botobind_codegen.model_options import ModelOptions, Pins
from botobind_codegen.pipeline import GenerateOptions
from botobind_codegen.plan.closure import ALL_FORMATS
from botobind_codegen.suggestions import suggestion

_OF_SERVICES = ("operations", "extras", "package", "classes", "modules")
_OF_ALL = ("formats", "documentation", "builtin-patches", "patches", "ignored-keys")
"""What holds for all services unless one has its own."""


class ConfigError(MisuseError):
    """A configuration that cannot be meant. Its text has a line for each problem, with the file and the key."""


@frozen
class Config:
    """What to generate, and where to."""

    file: Path
    services: Mapping[str, GenerateOptions] = field(factory=dict)
    out: Path | None = None
    data_path: Path | None = None
    defaults: GenerateOptions = field(factory=GenerateOptions)
    """What holds for services that it does not name."""


def find_config(start: Path) -> Config | None:
    """The configuration of the nearest folder upwards whose `pyproject.toml` has one; None where there is none.

    Paths in it are relative to its folder, and may begin with `~`. Raises `ConfigError` for keys and values that it may
    not have, all at once, and for a file that is not TOML.
    """
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if os.path.isfile(file):  # noqa: PTH113 - the method raises where a folder above may not be entered
            tools = _parse(file).get("tool")
            table = tools.get("botobind") if isinstance(tools, dict) else None
            if table is not None:
                return _read(file, table)
    return None


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from None


def _read(file: Path, table: object) -> Config:
    reader = _Reader(file)
    config = reader.config(table)
    if reader.problems:
        raise ConfigError("\n".join(reader.problems))
    return config


@frozen
class _Reader:
    """Reads on after a problem, with a value in place of the one that cannot be meant."""

    file: Path
    problems: list[str] = field(factory=list)

    def problem(self, key: str, reason: str) -> None:
        self.problems.append(f"{self.file}: tool.botobind{key}: {reason}")

    def config(self, table: object) -> Config:
        found = self.table(table, "", ("services", "out", "data-path", *_OF_ALL, *_OF_SERVICES))
        for key in _OF_SERVICES:
            if key in found:
                self.problem(f".{key}", "belongs to a service")
        services = self.table(found.get("services", {}), ".services", None)
        of_all = {key: value for key, value in found.items() if key in _OF_ALL}
        defaults = self.options("", of_all, GenerateOptions())
        return Config(
            self.file,
            {name: self.service(f".services.{name}", each, defaults) for name, each in services.items()},
            self.path(found, "out"),
            self.path(found, "data-path"),
            defaults,
        )

    def service(self, where: str, raw: object, defaults: GenerateOptions) -> GenerateOptions:
        return self.options(where, self.table(raw, where, (*_OF_SERVICES, *_OF_ALL)), defaults)

    def options(self, where: str, own: Mapping[str, Any], defaults: GenerateOptions) -> GenerateOptions:
        formats = own.get("formats")
        documentation = own.get("documentation", defaults.documentation)
        if not isinstance(documentation, bool):
            self.problem(f"{where}.documentation", "expected true or false")
        return GenerateOptions(
            self.texts(own.get("operations", []), f"{where}.operations"),
            defaults.formats if formats is None else self.formats(formats, f"{where}.formats"),
            documentation is True,
            self.model(where, own, defaults.model),
            self.pins(where, own),
        )

    def model(self, where: str, own: Mapping[str, Any], defaults: ModelOptions) -> ModelOptions:
        builtin = own.get("builtin-patches", defaults.builtin_patches)
        if not isinstance(builtin, bool):
            self.problem(f"{where}.builtin-patches", "expected true or false")
        return ModelOptions(
            builtin is True,
            (*defaults.patches, *self.files(own, where, "patches")),
            self.files(own, where, "extras"),
            defaults.ignored_keys | {*self.texts(own.get("ignored-keys", []), f"{where}.ignored-keys")},
        )

    def files(self, own: Mapping[str, Any], where: str, key: str) -> tuple[Path, ...]:
        names = self.texts(own.get(key, []), f"{where}.{key}")
        found = [path for name in names if (path := self.path({key: name}, key, where)) is not None]
        for path in found:
            if not path.is_file():
                self.problem(f"{where}.{key}", f"no such file: {path}")
        return tuple(found)

    def pins(self, where: str, own: Mapping[str, Any]) -> Pins:
        package = own.get("package")
        if package is not None and (not isinstance(package, str) or naming.package_name(package) != package):
            self.problem(f"{where}.package", "expected the name of a package, in lower case")
            package = None
        return Pins(package, self.names(own, where, "classes"), self.names(own, where, "modules"))

    def names(self, own: Mapping[str, Any], where: str, key: str) -> dict[str, str]:
        found = self.table(own.get(key, {}), f"{where}.{key}", None)
        for shape, name in found.items():
            if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
                self.problem(f"{where}.{key}.{shape}", "expected a name that Python can have")
        for name, count in Counter(
            str(name).lower() if key == "modules" else str(name) for name in found.values()
        ).items():
            if count > 1:
                self.problem(f"{where}.{key}", f"{count} shapes cannot all be called {name}")
        return {shape: str(name) for shape, name in found.items()}

    def formats(self, raw: object, where: str) -> frozenset[str]:
        names = self.texts(raw, where)
        for name in names:
            if name not in ALL_FORMATS:
                self.problem(where, f"no format is called {name!r}{suggestion(name, sorted(ALL_FORMATS))}")
        if raw == []:
            self.problem(where, "expected at least one format")
        return frozenset(names)

    def texts(self, raw: object, where: str) -> tuple[str, ...]:
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            self.problem(where, "expected a list of texts")
            return ()
        return tuple(raw)

    def path(self, table: Mapping[str, Any], key: str, where: str = "") -> Path | None:
        raw = table.get(key)
        if raw is None:
            return None
        if not isinstance(raw, str) or "\0" in raw:
            self.problem(f"{where}.{key}", "expected a path")
            return None
        try:
            os.fsencode(raw)
        except UnicodeEncodeError:
            self.problem(f"{where}.{key}", "has letters that this locale cannot have in a path; set PYTHONUTF8=1")
        path = os.path.expanduser(raw)  # noqa: PTH111 - the method raises for unknown users
        if path.startswith("~"):
            self.problem(f"{where}.{key}", "nobody knows whose home that is; give the path in full")
        return self.file.parent / path

    def table(self, raw: object, where: str, known: Sequence[str] | None) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.problem(where, "expected a table")
            return {}
        for key in raw:
            if known is not None and key not in known:
                self.problem(where, f"unknown key {key!r}{suggestion(key, known)}")
        return raw
