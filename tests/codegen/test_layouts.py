"""Where models are: botocore's layout as it is, files beside a model, and what is said of what cannot be told."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from support.commands import alone, botobind, generate, notes, write_model

from botobind.errors import ModelError
from botobind_codegen import layouts
from botobind_codegen.load import list_services, load_service, model_files

BUILTIN = Path(Loader.BUILTIN_DATA_PATH)
PAGES = {"pagination": {"GetNote": {"input_token": "Text", "output_token": "Text", "result_key": "Text"}}}
WAITERS = {
    "version": 2,
    "waiters": {"NoteThere": {"operation": "GetNote", "delay": 1, "maxAttempts": 2, "acceptors": []}},
}
EXTRAS = {"version": 1.0, "merge": {"shapes": {"Note": {"members": {"Extra": {"shape": "Text"}}}}}}
PAGE_EXTRAS = {"version": 1.0, "merge": {"pagination": {"GetNote": {"limit_key": "Limit"}}}}
BESIDE: Mapping[str, Any] = {
    "paginators-1": PAGES,
    "paginators-1.sdk-extras": PAGE_EXTRAS,
    "waiters-2": WAITERS,
    "service-2.sdk-extras": EXTRAS,
    "examples-1": {"version": "1.0", "examples": {}},
    "endpoint-rule-set-1": {"version": "1.0", "parameters": {}, "rules": []},
    "endpoint-bdd-1": {"version": "1.0"},
    "completions-1": {},
    "docs-2": {},
}


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    layouts.find_models.cache_clear()
    return alone(monkeypatch, tmp_path)


def put(file: Path, document: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps(document).encode()
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)


def whole(folder: Path, prefix: str = "", end: str = ".json") -> Path:
    """A model with all that may be beside it."""
    model = folder / f"{prefix or 'service-2.'}json"
    write_model(model, notes("Text"))
    if end != ".json":
        put(folder / f"{prefix or 'service-2.'}json.gz", json.loads(model.read_bytes()))
        model.unlink()
        model = folder / f"{prefix or 'service-2.'}json.gz"
    for name, document in BESIDE.items():
        put(folder / f"{prefix}{name}{end}", document)
    return model


def check_is_whole(data_path: Path, name: str) -> None:
    assert list_services(data_path) == [name]
    document = load_service(name, data_path).document
    operation = document["operations"]["GetNote"]
    assert operation["pagination"] == {**PAGES["pagination"]["GetNote"], "limit_key": "Limit"}
    assert list(operation["waiters"]) == ["NoteThere"]
    assert list(document["shapes"]["Note"]["members"]) == ["Text", "Extra"]
    assert document["endpointRuleSet"] == BESIDE["endpoint-rule-set-1"]
    assert len(model_files(name, data_path)) == 6


@pytest.mark.parametrize("end", [".json", ".json.gz"])
def test_a_model_with_all_that_is_beside_it(work: Path, end: str) -> None:
    version = work / "data" / "svc" / "2020-01-01"
    model = whole(version, end=end)
    write_model(work / "data" / "svc" / "2019-01-01" / "service-2.json", notes("Old"))
    for data_path in (work / "data", work / "data" / "svc", version, model):
        check_is_whole(data_path, "svc")
    single = whole(work / "single", "svc.", end)
    check_is_whole(work / "single", "svc")
    check_is_whole(single, "svc")
    named = work / "named"
    shutil.copytree(work / "single", named)
    (named / single.name).rename(named / single.name.replace("svc.", "svc.service-2."))
    check_is_whole(named, "svc")


def test_a_file_beside_others_takes_none_of_theirs(work: Path) -> None:
    whole(work / "single", "svc.")
    write_model(work / "single" / "other.json", notes("Text"))
    assert list_services(work / "single") == ["other", "svc"]
    assert list(load_service("other", work / "single").document["shapes"]["Note"]["members"]) == ["Text"]
    assert len(model_files("other", work / "single")) == 1


def test_the_data_of_botocore_as_it_is(work: Path) -> None:
    data = work / "data"
    for name in ("sts", "codestar-connections", "kinesis"):
        shutil.copytree(BUILTIN / name, data / name)
    for file in BUILTIN.glob("*.json*"):
        shutil.copy(file, data)
    assert len(list(data.iterdir())) >= 7
    assert list_services(data) == ["codestar-connections", "kinesis", "sts"]
    for name in list_services(data):
        assert load_service(name, data).document == load_service(name).document
    said = generate("--data-path", data)
    assert (said.code, said.err) == (0, [])
    # A model of a user's own may be called so, too.
    write_model(data / "partitions.json", notes("Text"))
    layouts.find_models.cache_clear()
    assert list_services(data) == ["codestar-connections", "kinesis", "partitions", "sts"]


def test_all_services_of_botocore_are_found() -> None:
    loader = Loader(extra_search_paths=[str(BUILTIN)], include_default_search_paths=False)
    assert list_services() == sorted(loader.list_available_services("service-2"))
    for name in list_services():
        assert model_files(name)[0].parent.name == loader.determine_latest_version(name, "service-2")


def test_what_cannot_be_read_keeps_nothing_else_from_being_generated(work: Path) -> None:
    data = work / "data"
    for name in ("a", "d", "z"):
        write_model(data / name / "2020-01-01" / "service-2.json", notes("Text"))
    (data / "b" / "2020-01-01").mkdir(parents=True)
    (data / "b" / "2020-01-01" / "service-2.json").write_text("{")
    write_model(data / "c" / "2020-01-01" / "service-2.json", {**notes("Text"), "colour": 1})
    put(data / "d" / "2020-01-01" / "paginators-1.json", {"pagination": []})
    (data / "e.json.gz").write_bytes(b"{}")
    write_model(data / "z.json", notes("Text"))
    said = generate("--data-path", data)
    assert said.code == 1
    assert [line.partition(":")[0] for line in said.out] == ["a"]
    assert [line.partition(",")[0].partition(":")[2].strip() for line in said.err] == [
        "service b",
        "service c",
        "service d",
        "service e",
        f"service z: has more than one model: {data / 'z' / '2020-01-01' / 'service-2.json'}",
    ]
    assert [path.name for path in (work / "botobind_services").iterdir()] == ["a"]
    said = generate("--data-path", data, "--check")
    assert (said.code, len(said.err)) == (1, 5)


@pytest.mark.parametrize(
    "waiters", [{"waiters": []}, {"waiters": {"NoteThere": 5}}, {"waiters": 5}, {"waiters": {"NoteThere": None}}]
)
def test_companions_of_other_kinds(work: Path, waiters: object) -> None:
    file = work / "svc.waiters-2.json"
    write_model(work / "svc.json", notes("Text"))
    put(file, waiters)
    with pytest.raises(ModelError, match="expected an object") as caught:
        load_service("svc", work)
    assert caught.value.file == str(file)


@pytest.mark.parametrize("names", [("a-b", "a_b"), ("a.b", "a-b"), ("A", "a")])
def test_models_with_one_package_are_refused(work: Path, names: tuple[str, str]) -> None:
    for name in names:
        write_model(work / "data" / name / "2020-01-01" / "service-2.json", notes("Text"))
    said = botobind("generate", "--data-path", "data")
    assert (said.code, said.out, len(said.err)) == (2, [], 1)
    first, second = sorted(names)
    assert said.err[0].startswith(f"Error: services {first} and {second} would have the same package ")
    assert not (work / "botobind_services").exists()
    (work / "pyproject.toml").write_text(f"[tool.botobind.services.'{first}']\npackage = 'other'\n")
    said = generate("--data-path", "data")
    assert (said.code, said.err) == (0, [])
    made = {path.name for path in (work / "botobind_services").iterdir()}
    assert made == {"other", names[0].lower().replace("-", "_").replace(".", "_")}
