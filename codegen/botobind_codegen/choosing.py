"""What the command line and the configuration mean together: which services, each with which options."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from botobind_codegen.config import Config
from botobind_codegen.ending import misused
from botobind_codegen.load import own_models
from botobind_codegen.pipeline import GenerateOptions
from botobind_codegen.suggestions import suggestion


@frozen
class Asked:
    """What the command line says of services; what it does not say is empty."""

    names: Sequence[str]
    everything: bool
    operations: tuple[str, ...]
    formats: frozenset[str]
    documentation: bool
    patches: bool = True

    @property
    def says_how(self) -> bool:
        """Whether it says anything but which services."""
        return bool(self.operations or self.formats or not self.documentation or not self.patches)

    def over(self, defaults: GenerateOptions) -> GenerateOptions:
        """The options of a service of which the configuration has nothing but these defaults."""
        return evolve(
            defaults,
            operations=self.operations,
            formats=self.formats or defaults.formats,
            documentation=self.documentation and defaults.documentation,
            model=evolve(defaults.model, builtin_patches=self.patches and defaults.model.builtin_patches),
        )


def names_asked(asked: Asked, config: Config | None, *, models: bool) -> list[str]:
    """The names to generate; none where all are meant. `models` tells whether the command line names models.

    Ends the command where no service is named at all.
    """
    if asked.everything and asked.names:
        misused("give the names of services or --all, not both")
    if asked.names or asked.everything or models:
        return list(dict.fromkeys(asked.names))
    if config is None:
        misused("name at least one service, or give --all")
    if not config.services:
        misused(f"{config.file}: tool.botobind.services names no service; name some, or give --all")
    return list(config.services)


def options_asked(
    asked: Asked, names: Sequence[str], config: Config | None, available: Collection[str]
) -> tuple[dict[str, GenerateOptions], list[str]]:
    """The options of each of the services, and what is wrong with them, in lines."""
    defaults = config.defaults if config else GenerateOptions()
    configured = config.services if config else {}
    problems = []
    both = [name for name in names if name in configured]
    if config and both and asked.says_how:
        what = ", ".join(both)
        problems.append(f"{config.file} says what to generate of {what}: change it there, or give --no-config")
    if asked.operations and len(names) != 1:
        problems.append(f"--operation needs exactly one service, not {len(names)}")
    known = [name for name in names if name in available]
    options = {name: configured.get(name) or asked.over(defaults) for name in known}
    return options, [*problems, *_shared(options)]


def unknown_services(names: Iterable[str], available: Collection[str], data_path: Path | None) -> list[str]:
    """A line for each name that no model has, with what may be meant."""
    lines = []
    for name in names:
        if name not in available:
            folder = own_models(name) if data_path is None else None
            hint = f"; {folder} has a model of it: give --data-path {folder}" if folder else suggestion(name, available)
            lines.append(f"there is no service {name!r}{hint}")
    return lines


def unknown_operations(service: str, names: Iterable[str], available: Collection[str]) -> list[str]:
    """A line for each operation that the model of a service does not have, with what may be meant."""
    return [
        f"service {service}: there is no operation {name!r}{suggestion(name, available)}"
        for name in names
        if name not in available
    ]


def _shared(options: Mapping[str, GenerateOptions]) -> list[str]:
    by_package = defaultdict(list)
    for name, chosen in options.items():
        by_package[chosen.package_of(name)].append(name)
    return [
        f"services {' and '.join(sharing)} would have the same package {package}: generate one of them to another "
        "--out, or give it another `package` in the configuration"
        for package, sharing in by_package.items()
        if len(sharing) > 1
    ]
