"""`--operation`, `--format` and `--no-docs`, and all of them together: what comes out is less, and as good."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import frozen
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from support.commands import alone, generate

from botobind import EncodeError
from botobind.serializers import CborFormat, Format, JsonFormat, QueryFormat, ValueFormat, XmlFormat
from botobind.testing import example

ROOT = Path(__file__).parents[2]
MIXINS: dict[str, type[Format]] = {
    "json": JsonFormat,
    "value": ValueFormat,
    "cbor": CborFormat,
    "query": QueryFormat,
    "xml": XmlFormat,
}


@frozen
class Part:
    """A part of a service, and the formats that its own protocol takes."""

    service: str
    operation: str
    formats: tuple[str, ...]
    documentation: bool

    @property
    def package(self) -> str:
        return f"{self.service}_{'_'.join(self.formats) or 'all'}_{'docs' if self.documentation else 'bare'}".replace(
            "-", "_"
        )

    @property
    def words(self) -> list[str]:
        formats = [word for name in self.formats for word in ("--format", name)]
        return ["--operation", self.operation, *formats, *([] if self.documentation else ["--no-docs"])]


OPERATIONS = {
    "sts": ("AssumeRole", ("query", "xml")),
    "dynamodb": ("PutItem", ("json",)),
    "s3": ("PutBucketLifecycleConfiguration", ("xml",)),
    "cloudwatch": ("PutMetricData", ("cbor", "value")),
    "lambda": ("InvokeWithResponseStream", ("json",)),
}
PARTS = [
    Part(service, operation, formats, documentation)
    for service, (operation, own) in OPERATIONS.items()
    for formats in ((), own, (*own, "value"), ("value",))
    for documentation in (True, False)
    if len(set(formats)) == len(formats)
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All parts, each under a name of its own."""
    folder = tmp_path_factory.mktemp("parts")
    root = folder / "partial_packages"
    with pytest.MonkeyPatch.context() as patch:
        alone(patch, folder)
        for part in PARTS:
            out = folder / "made" / part.package
            assert generate(part.service, *part.words, "--out", out).code == 0
            (made,) = (path for path in out.iterdir() if path.is_dir())
            root.mkdir(exist_ok=True)
            made.rename(root / part.package)
    sys.path.insert(0, str(folder))
    yield root
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "partial_packages"]:
        del sys.modules[name]


def package_of(tree: Path, part: Part) -> ModuleType:
    importlib.invalidate_caches()
    return importlib.import_module(f"{tree.name}.{part.package}")


def closure(part: Part) -> set[str]:
    """The structures that an operation reaches, by botocore's model."""
    model = ServiceModel(Loader().load_service_model(part.service, "service-2"), part.service)
    operation = model.operation_model(part.operation)
    seen: dict[str, Shape] = {}
    waiting = [shape for shape in (operation.input_shape, operation.output_shape, *operation.error_shapes) if shape]
    while waiting:
        shape = waiting.pop()
        if shape.name in seen:
            continue
        seen[shape.name] = shape
        waiting += getattr(shape, "members", {}).values()
        waiting += [getattr(shape, name) for name in ("member", "key", "value") if hasattr(shape, name)]
    return {name for name, shape in seen.items() if shape.type_name == "structure"}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.package)
def test_the_closure_and_nothing_more(tree: Path, part: Part) -> None:
    package = package_of(tree, part)
    classes = {
        cls.SHAPE for name in dir(package.values) if hasattr(cls := getattr(package.values, name), "SHAPE") if cls
    }
    assert classes == closure(part)
    assert list(package.endpoints.OPERATIONS) == [part.operation]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.package)
def test_the_chosen_formats_alone(tree: Path, part: Part) -> None:
    package = package_of(tree, part)
    for name in dir(package.values):
        cls: Any = getattr(package.values, name)
        if not hasattr(cls, "SHAPE"):
            continue
        assert {form for form, mixin in MIXINS.items() if issubclass(cls, mixin)} == set(part.formats or MIXINS)
        value = example(cls)
        for form in part.formats or ("json", "value", "cbor"):
            if form in ("json", "value", "cbor"):
                assert getattr(cls, f"of_{form}")(getattr(value, f"to_{form}")()) == value


@pytest.mark.parametrize("part", [part for part in PARTS if not part.documentation], ids=lambda part: part.package)
def test_no_documentation(tree: Path, part: Part) -> None:
    with_it = next(
        other
        for other in PARTS
        if other.documentation and (other.service, other.formats) == (part.service, part.formats)
    )
    sizes = [sum(file.stat().st_size for file in (tree / each.package).rglob("*.py")) for each in (with_it, part)]
    assert sizes[1] < sizes[0]
    for file in (tree / part.package / "values" / "_modules").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                assert len((ast.get_docstring(node) or "").splitlines()) <= 1, file


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.package)
def test_the_operation_works_or_says_what_is_missing(tree: Path, part: Part) -> None:
    (operation,) = package_of(tree, part).endpoints.OPERATIONS.values()
    own = OPERATIONS[part.service][1]
    value = example(operation.input)
    has_events = operation.input.EVENTS is not None
    if not part.formats or set(own) <= set(part.formats):
        request = operation.to_request(value)
        assert has_events or operation.of_request(request) == value
    elif not has_events:
        with pytest.raises(EncodeError, match=f"{part.operation} was generated without the formats"):
            operation.to_request(value)


def test_types_and_style(tree: Path) -> None:
    settings = (
        "--strict",
        "--config-file=",
        "--namespace-packages",
        "--explicit-package-bases",
        "--cache-dir=/dev/null",
    )
    environment = {**os.environ, "MYPYPATH": os.pathsep.join([str(ROOT / "runtime"), str(tree.parent)])}
    mypy = subprocess.run(
        [sys.executable, "-m", "mypy", *settings, "-p", tree.name],
        check=False, cwd=tree.parent, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert mypy.returncode == 0, mypy.stdout[-3000:]
    style = ("--isolated", "--no-cache", "--target-version", "py311", "--line-length", "100")
    rules = ("--select", "E4,E7,E9,F,I", "--ignore", "E741", "--per-file-ignores", "*.pyi:F403,*.pyi:I001")
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *style, *rules, str(tree)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ruff.returncode == 0, ruff.stdout[-3000:]
