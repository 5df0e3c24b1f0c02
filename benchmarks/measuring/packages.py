"""Our packages: the committed ones, and those that are generated for the benchmark, outside the tree."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from corpus import CASES
from platformdirs import user_cache_path

from botobind_codegen.naming import package_name

COMMITTED = Path(__file__).parents[2] / "generated" / "botobind_services"


def folder() -> Path:
    """Where packages are kept from run to run."""
    return user_cache_path("botobind") / "benchmarks"


def is_committed(service: str) -> bool:
    """Whether the package is part of the project."""
    return (COMMITTED / package_name(service)).is_dir()


def operations(service: str) -> tuple[str, ...]:
    """The operations that the cases have of a service."""
    return tuple(sorted({case.operation for case in CASES if case.service == service}))


def make_packages(path: Path, services: Iterable[str], *, whole: bool = False) -> None:
    """Generates below `path` what is not committed, as far as it has changed, and lets it be imported: the operations
    of the cases, or all.
    """
    for service in sorted({service for service in services if not is_committed(service)}):
        chosen = [] if whole else [word for name in operations(service) for word in ("--operation", name)]
        command = [sys.executable, "-m", "botobind_codegen", "generate", service, *chosen, "--out"]
        path.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, str(path / "botobind_services")], cwd=path, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"{service} could not be generated:\n{done.stderr[-4000:]}")
    sys.path.append(str(path))
    importlib.invalidate_caches()


def package(service: str) -> ModuleType:
    """The package of a service."""
    return importlib.import_module(f"botobind_services.{package_name(service)}")
