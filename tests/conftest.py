"""What all tests share: Hypothesis without memory, and packages that are generated for one test or one session."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, configuration, settings
from support.models import complete

from botobind_codegen.pipeline import GenerateOptions, generate_package

# How long it takes to draw values says how busy the machine is: the first text of a process takes seconds.
settings.register_profile(
    "botobind", database=None, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("botobind")
# What Hypothesis stores besides examples must not land in the tree.
configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "botobind-hypothesis")

_COMMITTED = Path(__file__).parents[1] / "generated"


class Workshop:
    """Generates packages below a folder and imports them; `close` forgets them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, ModuleType] = {}
        sys.path.insert(0, str(folder))

    def generate(
        self, model: Mapping[str, Any] | str, operations: Sequence[str] = (), name: str | None = None
    ) -> ModuleType:
        """The package of one of botocore's services, by its name, or of a model given here.

        A model's `metadata` and `operations` may be left out; its package is called `name`, or else by a number.
        """
        path = None
        if isinstance(model, str):
            name = model
        else:
            name = name or f"model{_count()}"
            path = self._write_model(name, model)
        made = generate_package(name, path, GenerateOptions(tuple(operations)))
        # A service of which another part is here already gets a name of its own.
        found = _spec_of(f"botobind_services.{made.package}")
        committed = found is not None and str(found.origin).startswith(str(_COMMITTED))
        taken = found is not None and (operations or not committed)
        package_name = f"{made.package}_{_count()}" if taken else made.package
        folder = self._folder / "botobind_services" / package_name
        for file, text in made.files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        package = importlib.import_module(f"botobind_services.{package_name}")
        self._made[package_name] = package
        return package

    def _write_model(self, name: str, model: Mapping[str, Any]) -> Path:
        path = self._folder / "models" / name / "service-2.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(complete(model)), encoding="utf-8")
        return path

    def close(self) -> None:
        """Takes the packages out of the interpreter's tables."""
        sys.path.remove(str(self._folder))
        for package in self._made:
            root = f"botobind_services.{package}"
            for name in [name for name in sys.modules if name == root or name.startswith(f"{root}.")]:
                del sys.modules[name]
            delattr(sys.modules["botobind_services"], package)
        importlib.invalidate_caches()


def _spec_of(package: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(package)
    except ImportError:
        # botobind says how to generate it.
        return None


_numbers = iter(range(1, sys.maxsize))


def _count() -> int:
    return next(_numbers)


@pytest.fixture
def generate(tmp_path: Path) -> Iterator[Any]:
    """`Workshop.generate`, whose packages live as long as the test."""
    workshop = Workshop(tmp_path)
    yield workshop.generate
    workshop.close()


@pytest.fixture(scope="session")
def generate_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """`Workshop.generate`, whose packages live as long as the session; the same arguments give the same package."""
    workshop = Workshop(tmp_path_factory.mktemp("packages"))
    made: dict[str, ModuleType] = {}

    def generate_once(model: Mapping[str, Any] | str, operations: Sequence[str] = ()) -> ModuleType:
        key = json.dumps([model, list(operations)])
        if key not in made:
            made[key] = workshop.generate(model, operations)
        return made[key]

    yield generate_once
    workshop.close()
