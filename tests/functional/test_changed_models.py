"""A model that changes: what is written anew is what the change touches, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from support.commands import alone, generate, marks, texts, write_model
from support.models import list_of, model, operation, structure

Model = dict[str, Any]
SHAPES = {
    "Thing": structure(Text="Text", Kind="Kind", Parts="Parts"),
    "Part": structure(Text="Text"),
    "Parts": list_of("Part"),
    "Kind": {"type": "string", "enum": ["A", "B"]},
    "Other": structure(Part="Part"),
    "Lost": {**structure(Text="Text"), "exception": True},
}
OPERATIONS = {
    "GetThing": operation("GetThing", "Other", "Thing", ("Lost",)),
    "PutThing": operation("PutThing", "Thing", "Other"),
}
OWN = model(SHAPES, operations=OPERATIONS)


def add_member(of: Model) -> None:
    of["shapes"]["Part"]["members"]["Weight"] = {"shape": "Count"}


def add_member_of_a_class(of: Model) -> None:
    of["shapes"]["Other"]["members"]["Thing"] = {"shape": "Thing"}


def document_a_member(of: Model) -> None:
    of["shapes"]["Part"]["members"]["Text"]["documentation"] = "<p>What it says.</p>"


def add_enum_value(of: Model) -> None:
    of["shapes"]["Kind"]["enum"].append("C")


def document_an_operation(of: Model) -> None:
    of["operations"]["GetThing"]["documentation"] = "<p>Gets it.</p>"


def add_operation(of: Model) -> None:
    of["operations"]["DropThing"] = operation("DropThing", "Other")


def remove_operation(of: Model) -> None:
    del of["operations"]["PutThing"]


def remove_shape(of: Model) -> None:
    del of["shapes"]["Thing"]["members"]["Parts"]
    of["shapes"]["Thing"]["members"]["Part"] = {"shape": "Part"}
    del of["shapes"]["Other"]["members"]["Part"]
    of["operations"]["GetThing"]["errors"] = []
    del of["shapes"]["Lost"]


PACKAGE = "__init__.py"
CLIENTS = "io/__init__.pyi"
"""Tells the digest of the model, whatever has changed in it."""
STUB = "values/__init__.pyi"
INDEXES = {"values/__init__.py", STUB, "__init__.pyi"}
ENDPOINTS = {"endpoints/__init__.py", "endpoints/__init__.pyi"}
CHANGES: list[tuple[Callable[[Model], None], set[str]]] = [
    (add_member, {"values/_modules/part.py", STUB}),
    (add_member_of_a_class, {"values/_modules/other.py", STUB}),
    (document_a_member, {STUB}),
    (add_enum_value, {"values/_modules/kind.py", STUB}),
    (document_an_operation, {"endpoints/__init__.pyi"}),
    # The docstring of a request names its operations.
    (
        add_operation,
        {"endpoints/_modules/drop_thing.py", "values/operation_errors.py", STUB, *ENDPOINTS, CLIENTS},
    ),
    # What was its output decodes no errors any more.
    (
        remove_operation,
        {
            "endpoints/_modules/put_thing.py",
            "values/operation_errors.py",
            STUB,
            *ENDPOINTS,
            CLIENTS,
        },
    ),
    (
        remove_shape,
        {
            "values/_modules/thing.py",
            "values/_modules/other.py",
            "values/_modules/lost.py",
            "values/operation_errors.py",
            *INDEXES,
        }
        - {"__init__.pyi"},
    ),
]


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


@pytest.mark.parametrize(("change", "files"), CHANGES, ids=lambda value: getattr(value, "__name__", ""))
def test_only_what_the_change_touches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: Callable[[Model], None], files: set[str]
) -> None:
    work = alone(monkeypatch, tmp_path)
    file, package = work / "thing.json", work / "botobind_services" / "thing"
    words = ("thing", "--data-path", file)
    write_model(file, OWN)
    assert generate(*words).code == 0
    before, marks_before = texts(package), marks(package)
    new = copy.deepcopy(OWN)
    change(new)
    write_model(file, new)
    assert generate(*words).code == 0
    assert changed(before, texts(package)) == {PACKAGE, *files}
    untouched = before.keys() - {PACKAGE, *files}
    assert {path: marks(package)[path] for path in untouched} == {path: marks_before[path] for path in untouched}


@pytest.mark.parametrize(
    ("service", "shape", "module"),
    [
        ("sts", "Credentials", "credentials"),
        ("dynamodb", "TableDescription", "table_description"),
        ("s3", "Object", "object"),
        ("cloudwatch", "MetricAlarm", "metric_alarm"),
    ],
)
def test_a_member_of_a_real_shape(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: str, shape: str, module: str
) -> None:
    work = alone(monkeypatch, tmp_path)
    loader = Loader()
    version = loader.determine_latest_version(service, "service-2")
    folder = work / "models" / service / version
    folder.mkdir(parents=True)
    loaded = loader.load_service_model(service, "service-2")
    (folder / "service-2.json").write_text(json.dumps(loaded))
    package = work / "botobind_services" / service
    assert generate(service, "--data-path", "models").code == 0
    before = texts(package)
    new = copy.deepcopy(loaded)
    text = next(name for name, each in new["shapes"].items() if each["type"] == "string" and "enum" not in each)
    new["shapes"][shape]["members"]["BrandNew"] = {"shape": text}
    (folder / "service-2.json").write_text(json.dumps(new))
    assert generate(service, "--data-path", "models").code == 0
    after = texts(package)
    assert changed(before, after) == {PACKAGE, f"values/_modules/{module}.py", STUB}
    assert "brand_new: " in after[f"values/_modules/{module}.py"]
    assert "brand_new: " in after[STUB]
