"""The stages in order, for one service: load → model → plan → render → format. Writing is the caller's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from botobind.errors import ModelError
from botobind_codegen import __version__, naming
from botobind_codegen.content_digests import Origin, add_digests
from botobind_codegen.digest import model_digest
from botobind_codegen.format import compile_files, format_files
from botobind_codegen.load import LoadedModel, load_service
from botobind_codegen.model import Service
from botobind_codegen.model_options import ModelOptions, Pins
from botobind_codegen.patterns import fault_of_pattern
from botobind_codegen.plan.closure import ALL_FORMATS, plan_service
from botobind_codegen.plan.package import plan_package
from botobind_codegen.read import read_service
from botobind_codegen.render import render_package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_OPTION_WORDS = {key: re.compile(rf"only the {key} ([^;]+)") for key in ("operations", "formats")}


@frozen
class GenerateOptions:
    """What to emit of a service."""

    operations: tuple[str, ...] = ()
    """Only what these operations need; all where there are none."""
    formats: frozenset[str] = ALL_FORMATS
    documentation: bool = True
    model: ModelOptions = field(factory=ModelOptions)
    """What is done to the model before."""
    pins: Pins = field(factory=Pins)
    """The names that stay."""

    def package_of(self, service: str) -> str:
        """The package of a service."""
        return self.pins.package or naming.package_name(service)

    @property
    def fingerprint(self) -> str:
        """All that they say, in words that are the same on every machine."""
        return f"{self} {self.model.fingerprint} {self.pins.fingerprint}"

    def __str__(self) -> str:
        """What is left out, in words; empty where nothing is."""
        words = []
        if self.operations:
            words.append(f"only the operations {', '.join(sorted(set(self.operations)))}")
        if self.formats != ALL_FORMATS:
            words.append(f"only the formats {', '.join(sorted(self.formats))}")
        if not self.documentation:
            words.append("without documentation")
        if not self.model.builtin_patches:
            words.append("without patches")
        return "; ".join(words)

    @classmethod
    def of_words(cls, words: str) -> GenerateOptions:
        """The options that read so as text."""
        found = {key: _OPTION_WORDS[key].search(words) for key in _OPTION_WORDS}
        operations, formats = (tuple(match[1].split(", ")) if match else () for match in found.values())
        model = ModelOptions(builtin_patches="without patches" not in words)
        return cls(operations, frozenset(formats) or ALL_FORMATS, "without documentation" not in words, model)


@frozen
class GeneratedPackage:
    """The files of a package by path below its folder, not formatted yet."""

    package: str
    files: Mapping[str, str]


@frozen
class ServiceSummary:
    """A line of `botobind list`."""

    name: str
    protocol: str
    protocols: tuple[str, ...]
    api_version: str
    operations: int
    shapes: int


def read_model(
    name: str, data_path: Path | None = None, options: ModelOptions | None = None
) -> tuple[Service, LoadedModel]:
    """The model of a service, as read and as loaded. Raises `ModelError`."""
    options = options or ModelOptions()
    loaded = load_service(name, data_path, options)
    if loaded.faults:
        raise loaded.faults[0]
    service = read_service(name, loaded.document, loaded.file, options.ignored_keys, loaded.companions)
    _check_patterns(service, loaded.file)
    return service, loaded


def _check_patterns(service: Service, file: str | None) -> None:
    for shape in service.shapes.values():
        if shape.pattern is not None and (fault := fault_of_pattern(shape.pattern)):
            raise ModelError(fault, service=service.name, shape=shape.name, key="pattern", file=file)


def generate_package(
    name: str, data_path: Path | None = None, options: GenerateOptions | None = None
) -> GeneratedPackage:
    """The package of a service. Raises `ModelError`; touches no file but to read the model."""
    options = options or GenerateOptions()
    service, loaded = read_model(name, data_path, options.model)
    try:
        package = plan_package(plan_service(service, options.operations, options.formats, options.pins))
    except ModelError as error:
        # Planning knows shapes and operations, but not where they are from.
        error.file = error.file or loaded.file
        raise
    except RecursionError:
        raise ModelError("has shapes that are nested too deeply", service=name, file=loaded.file) from None
    version = service.metadata.get("apiVersion", "without version")
    digest = model_digest(loaded.document, options)
    origin = Origin(__version__, loaded.source, name, version, str(options), digest)
    return GeneratedPackage(package.name, render_package(package, origin.line, documented=options.documentation))


def complete_package(generated: GeneratedPackage, scratch: Path | None = None) -> GeneratedPackage:
    """The package as it goes to the disk: formatted, and every file with its digest. ruff works below `scratch`.

    Raises `FormatError`, which is a fault of ours.
    """
    formatted = format_files(generated.files, scratch)
    compile_files(formatted)
    return evolve(generated, files=add_digests(formatted))


def summarize(name: str, data_path: Path | None = None) -> ServiceSummary:
    """Protocols and counts of a service. Raises `ModelError`."""
    loaded = load_service(name, data_path)
    # Whatever nobody has classified, this much of it is known.
    service = read_service(name, loaded.document, loaded.file, None, loaded.companions)
    return ServiceSummary(
        name,
        service.protocol,
        service.protocols,
        str(service.metadata.get("apiVersion", "")),
        len(service.operations),
        len(service.shapes),
    )
