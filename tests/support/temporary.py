"""Packages that are there for one block."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from botobind_codegen.pipeline import GenerateOptions, generate_package


@contextmanager
def generated(service: str, options: GenerateOptions, folder: Path) -> Iterator[ModuleType]:
    """The package of a service, under a name of its own, for as long as the block lasts."""
    made = generate_package(service, None, options)
    root = f"compared_{made.package}"
    for path, text in made.files.items():
        (folder / root / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / root / path).write_text(text, encoding="utf-8")
    sys.path.append(str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(root)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name == root or name.startswith(f"{root}.")]:
            del sys.modules[name]
