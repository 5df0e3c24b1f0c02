"""Where models are from, and what is said of those that cannot be used."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from botocore.loaders import Loader
from support.commands import alone, botobind, generate, notes, texts, write_model

from botobind.errors import ModelError
from botobind_codegen.load import list_services, load_service

PACKAGE = Path("botobind_services", "sts")


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder to run in, with an empty home beside it."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path / "home" / ".aws" / "models"))
    monkeypatch.delenv("AWS_DATA_PATH", raising=False)
    return alone(monkeypatch, tmp_path)


def put(folder: Path, *services: str) -> Path:
    for service in services:
        write_model(folder / service / "2020-01-01" / "service-2.json", notes("Text"))
    return folder


# Models of a user's own.


@pytest.mark.parametrize("variable", [None, "AWS_DATA_PATH"])
def test_models_of_other_tools_change_nothing(
    monkeypatch: pytest.MonkeyPatch, work: Path, variable: str | None
) -> None:
    words = ("sts", "--operation", "GetCallerIdentity", "--format", "query")
    assert generate(*words).code == 0
    before = texts(PACKAGE)
    folder = put(work.parent / "home" / ".aws" / "models" if variable is None else work / "elsewhere", "sts", "mine")
    if variable is not None:
        monkeypatch.setenv(variable, f"nowhere{os.pathsep}{folder}")
    said = generate(*words, "--force")
    assert (said.code, said.notes) == (0, ())
    assert texts(PACKAGE) == before
    assert "mine" not in list_services()
    # They are offered where botocore has none of the name.
    missing = f"Error: there is no service 'mine'; {folder} has a model of it: give --data-path {folder}"
    for command in ("generate", "list"):
        said = botobind(command, "mine")
        assert (said.code, said.out, said.err) == (2, [], [missing])
    # And named where they are asked for.
    said = generate("mine", "--data-path", folder)
    assert (said.code, said.err, said.notes) == (0, [], (f"models: {folder}",))


def test_models_of_other_tools_by_the_configuration(work: Path) -> None:
    folder = put(work.parent / "home" / ".aws" / "models", "mine")
    (work / "pyproject.toml").write_text("[tool.botobind]\ndata-path = '~/.aws/models'\nservices.mine = {}\n")
    said = generate()
    assert (said.code, said.err) == (0, [])
    assert said.notes == (f"configuration: {work / 'pyproject.toml'}", f"models: {folder}")


def test_a_home_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert botobind("list", "xyzxyz").err == ["Error: there is no service 'xyzxyz'"]


# Files that cannot be used.

DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("file", "data", "reason"),
    [
        ("svc.json", b"{", "not JSON: Expecting property name"),
        ("svc.json", b"", "not JSON: Expecting value"),
        ("svc.json", b"\xff", "not JSON: 'utf-8' codec"),
        ("svc.json", DEEP, "not JSON: "),
        ("svc.json", b"[]", "not a service model: expected an object"),
        ("svc/2020-01-01/service-2.json", b"{", "not JSON: Expecting property name"),
        ("svc/2020-01-01/service-2.json", b"\xff", "not JSON: 'utf-8' codec"),
        ("svc/2020-01-01/service-2.json", DEEP, "not JSON: "),
        ("svc/2020-01-01/service-2.json", b"[]", "not a service model: expected an object"),
        ("svc/2020-01-01/service-2.json.gz", b"{}", "not gzip: "),
        ("svc/2020-01-01/service-2.json.gz", b"\x1f\x8b\x08\x00", "not gzip: "),
    ],
)
def test_what_is_no_model_is_called_that(work: Path, file: str, data: bytes, reason: str) -> None:
    path = work / "models" / file
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    with pytest.raises(ModelError) as raised:
        load_service("svc", work / "models")
    assert str(raised.value).startswith(f"service svc, file {path}: {reason}")
    for command in ("generate", "list"):
        said = botobind(command, "svc", "--data-path", work / "models", "--jobs", 1)
        assert (said.code, said.err) == (1, [f"Error: {raised.value}"])
    assert not (work / "botobind_services").exists()


@pytest.mark.parametrize(
    "text", ['{"operations": []}', '{"operations": 1, "shapes": {"A": 1}}', '{"shapes": {"PutObjectRequest": 1}}']
)
def test_a_broken_model_is_for_the_reader_to_complain_of(work: Path, text: str) -> None:
    # Patches of s3 rely on the form of its model.
    (work / "models").mkdir()
    (work / "models" / "s3.json").write_text(text)
    said = botobind("generate", "--data-path", "models", "--operation", "PutObject", "--jobs", 1)
    assert (said.code, said.out, len(said.err)) == (1, [], 1)
    assert said.err[0].startswith("Error: service s3")


@pytest.mark.parametrize(
    ("beside", "data"),
    [
        *((beside, data) for beside in ("paginators-1", "waiters-2") for data in ("{", "[]", "1")),
        *(("service-2.sdk-extras", data) for data in ("{", "1")),
    ],
)
def test_what_is_beside_a_model_must_be_json_too(work: Path, beside: str, data: str) -> None:
    folder = put(work / "models", "svc") / "svc" / "2020-01-01"
    (folder / f"{beside}.json").write_text(data)
    with pytest.raises(ModelError) as raised:
        load_service("svc", work / "models")
    assert f"{folder}" in str(raised.value)
    assert "not JSON" in str(raised.value) or "expected an object" in str(raised.value)


@pytest.mark.parametrize("key", [{}, {"other": {}}, {"version": 1.0}])
def test_companions_that_say_nothing_are_none(work: Path, key: dict[str, object]) -> None:
    folder = put(work / "models", "svc") / "svc" / "2020-01-01"
    (folder / "paginators-1.json").write_text(json.dumps(key))
    assert load_service("svc", work / "models").document["operations"]


@pytest.mark.parametrize("name", [b"\xff", b"a\nb", b"a\x1bb", b"\xe2\x80\xae"])
def test_names_that_cannot_be_printed(work: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(work / "models") + b"/" + name + b".json"))
    write_model(path, notes("Text"))
    write_model(work / "models" / "fine.json", notes("Text"))
    unusable = repr(os.fsdecode(name))
    message = f"Error: service {unusable}: its name has characters that cannot be printed; rename the file or folder"
    said = generate("--data-path", "models")
    assert (said.code, len(said.out), said.err) == (1, 1, [message])
    assert said.out[0].startswith("fine: ")
    assert [path.name for path in (work / "botobind_services").iterdir()] == ["fine"]


@pytest.mark.parametrize("name", ["é", "my service", "日本"])
def test_names_that_are_not_ascii(work: Path, name: str) -> None:
    write_model(work / "models" / f"{name}.json", notes("Text"))
    assert generate("--data-path", "models").code == 0
    assert generate("--data-path", "models", "--check").code == 0
