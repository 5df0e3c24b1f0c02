"""Where `botobind diff` takes models from, what it says of those that cannot be read, and of several services."""

from __future__ import annotations

import copy
import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore
import pytest
from support.commands import Said, alone, botobind, write_model
from support.models import complete, model, operation, structure

OLD = complete(model({"Note": structure(Text="Text")}, operations={"PutNote": operation("PutNote", "Note", "Note")}))
NEW = copy.deepcopy(OLD)
NEW["shapes"]["Note"]["members"]["Colour"] = {"shape": "Text"}
WITH_ERROR = copy.deepcopy(OLD)
WITH_ERROR["shapes"]["Lost"] = {**structure(), "exception": True}
WITH_ERROR["operations"]["PutNote"]["errors"] = [{"shape": "Lost"}]
WITHOUT = copy.deepcopy(OLD)
del WITHOUT["shapes"]["Note"]["members"]["Text"]


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = alone(monkeypatch, tmp_path)
    monkeypatch.setenv("BOTOBIND_CACHE_DIR", str(folder / "cache"))
    write_model(folder / "new" / "notes.json", NEW)
    return folder


def packed(document: object) -> bytes:
    return gzip.compress(json.dumps(document).encode(), mtime=0)


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def wheel(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


MODELS = {
    "botocore/data/endpoints.json": b"{}",
    "botocore/data/notes/2019-01-01/service-2.json.gz": packed({}),
    "botocore/data/notes/2020-01-01/service-2.json.gz": packed(OLD),
    "botocore/data/notes/2020-01-01/endpoint-rule-set-1.json.gz": packed({"version": "1.0"}),
    "botocore/data/notes/2020-01-01/endpoint-bdd-1.json.gz": b"nobody reads this",
    "botocore/data/../../escaped.json": b"{}",
    "botocore/loaders.py": b"",
}


def unpacked(below: Path) -> Path:
    for name, content in MODELS.items():
        if ".." not in name:
            put(below / name, content)
    return below


SOURCES: dict[str, Callable[[Path], object]] = {
    "old/notes.json": lambda work: write_model(work / "old" / "notes.json", OLD),
    "any.json.gz": lambda work: put(work / "any.json.gz", packed(OLD)),
    "notes": lambda work: put(work / "notes", packed(OLD)),
    "old": lambda work: write_model(work / "old" / "notes.json", OLD),
    "data/notes/2020-01-01/service-2.json.gz": lambda work: put(
        work / "data/notes/2020-01-01/service-2.json.gz", packed(OLD)
    ),
    "old/botocore/data": lambda work: unpacked(work / "old"),
    "old/botocore": lambda work: unpacked(work / "old"),
    "site-packages": lambda work: unpacked(work / "site-packages"),
    "botocore-1.0.0-py3-none-any.whl": lambda work: wheel(work / "botocore-1.0.0-py3-none-any.whl", MODELS),
    "some.download": lambda work: wheel(work / "some.download", MODELS),
    "1.0.0": lambda work: wheel(work / "cache/models/botocore-1.0.0-py3-none-any.whl", MODELS),
    "botocore==1.0.0": lambda work: wheel(work / "cache/models/botocore-1.0.0-py3-none-any.whl", MODELS),
}


@pytest.mark.parametrize("source", SOURCES)
def test_sources(work: Path, source: str) -> None:
    SOURCES[source](work)
    found = botobind("diff", "notes", "--old", source, "--new", "new/notes.json")
    said = f"botocore {source.removeprefix('botocore==')}" if source.endswith("1.0.0") else source
    assert (found.code, found.err) == (0, [])
    assert found.out[:2] == [
        f"notes: {said}, API version 2020-01-01 → new/notes.json, API version 2020-01-01",
        "minor: 1 compatible change; 0 of documentation",
    ]
    assert not (work / "escaped.json").exists()


@pytest.mark.parametrize("source", [botocore.__version__, f"botocore=={botocore.__version__}", None])
def test_the_installed_release(source: str | None) -> None:
    found = botobind("diff", "sts", "--old", botocore.__version__, *(() if source is None else ("--new", source)))
    assert (found.code, found.out[-1]) == (0, "none: the models are equal")
    assert f"→ botocore {botocore.__version__}, " in found.out[0]


WRONG: list[tuple[str, bytes | dict[str, bytes], int, str]] = [
    ("cut.json.gz", packed(OLD)[:-20], 1, "file cut.json.gz: not gzip"),
    ("plain.json.gz", b"{}", 1, "file plain.json.gz: not gzip"),
    ("damaged.json.gz", packed(OLD)[:30] + b"damage" * 9, 1, "file damaged.json.gz: not gzip"),
    ("other.json.gz", gzip.compress(b"{", mtime=0), 1, "file other.json.gz: not JSON"),
    ("other.json", b"", 1, "file other.json: not JSON"),
    ("text.whl", b"no wheel", 1, "file text.whl: not a wheel that can be read"),
    ("cut.whl", b"PK\x03\x04", 1, "file cut.whl: not a wheel that can be read"),
    ("other-1.0.whl", {"other/__init__.py": b""}, 1, "file other-1.0.whl: holds no service models"),
    ("bad.whl", {"botocore/data/notes/1/service-2.json": b"["}, 1, "file bad.whl/notes/1/service-2.json: not JSON"),
    ("worse.whl", {"botocore/data/notes/1/service-2.json.gz": b"["}, 1, "worse.whl/notes/1/service-2.json.gz: not"),
    ("empty.whl", {"botocore/data/notes/1/service-2.json": b"{}"}, 1, "file empty.whl: missing"),
    ("folder/readme.txt", b"", 1, "file folder: holds no service models"),
    ("elsewhere/note.json", b"{}", 2, "there is no service 'notes'; did you mean note?"),
]


@pytest.mark.parametrize(("name", "content", "code", "text"), WRONG, ids=[row[0] for row in WRONG])
def test_what_cannot_be_read(work: Path, name: str, content: bytes | dict[str, bytes], code: int, text: str) -> None:
    if isinstance(content, dict):
        wheel(work / name, content)
    else:
        put(work / name, content)
    source = name if "/" not in name else name.partition("/")[0]
    found = botobind("diff", "notes", "--old", source, "--new", "new/notes.json")
    assert (found.code, found.out, len(found.err)) == (code, [], 1)
    assert text in found.err[0]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("notes", "--old", "nothing"), "nothing: no such file or folder, and no version of botocore"),
        (("notes", "--old", "1.2.3"), "botocore 1.2.3 is neither installed nor downloaded: run pip download"),
        (("notes", "--old", "new", "--new", "botocore==1.2.3"), "botocore 1.2.3 is neither installed nor downloaded"),
        (("--old", "new"), "name at least one service, or give --all"),
        (("notes", "--all", "--old", "new"), "give the names of services or --all, not both"),
        (("notes", "sts", "--old", "new/notes.json"), "new/notes.json is the model of one service: name one, not 2"),
        (("note", "--old", "new", "--new", "new"), "there is no service 'note'; did you mean notes?"),
    ],
)
def test_what_cannot_be_meant(words: tuple[str, ...], text: str) -> None:
    found = botobind("diff", *words)
    assert (found.code, found.out) == (2, [])
    assert text in " ".join(found.err)


def several(work: Path, *words: object, **models: dict[str, Any] | None) -> Said:
    for name, found in models.items():
        write_model(work / "old" / f"{name}.json", OLD)
        if found is not None:
            write_model(work / "new" / f"{name}.json", found)
    return botobind("diff", "--old", "old", "--new", "new", "--jobs", 1, *words)


def test_all_services(work: Path) -> None:
    said = several(work, "--all", same=OLD, failing=WITH_ERROR, less=WITHOUT, gone=None)
    assert said.code == 0
    assert said.out[-1] == "5 services: major: 2 breaking, 1 with errors added, 1 with additions, 1 unchanged"
    heads = [line for line in said.out if " → " in line]
    assert [head.partition(":")[0] for head in heads] == ["failing", "gone", "less", "notes"]
    assert "  service removed (breaks callers, servers, stored data): its package is gone" in said.out


def test_what_else_botocore_has_in_its_folder_is_no_service(work: Path) -> None:
    unpacked(work / "site-packages")
    for source in ("site-packages", "site-packages/botocore", "site-packages/botocore/data"):
        said = botobind("diff", "--all", "--old", source, "--new", "new", "--format", "json", "--jobs", 1)
        assert [each["service"] for each in json.loads("\n".join(said.out))["services"]] == ["notes"]


def test_some_services(work: Path) -> None:
    whole = json.loads(
        "\n".join(several(work, "same", "failing", "--format", "json", same=OLD, failing=WITH_ERROR).out)
    )
    assert [(each["service"], each["level"]) for each in whole["services"]] == [
        ("same", "nothing"),
        ("failing", "error added"),
    ]
    assert (whole["level"], whole["release"]) == ("error added", "minor")


def test_one_that_cannot_be_read_keeps_none_from_being_compared(work: Path) -> None:
    said = several(work, "--all", failing={"metadata": {}})
    assert (said.code, len(said.err)) == (1, 1)
    assert "service failing" in said.err[0]
    assert "notes: old → new" in said.out


@pytest.mark.parametrize(
    ("new", "limit", "code"),
    [(WITH_ERROR, "major", 0), (WITH_ERROR, "error", 1), (NEW, "error", 0), (NEW, "minor", 1), (WITHOUT, "error", 1)],
)
def test_an_added_error_has_a_level(work: Path, new: dict[str, Any], limit: str, code: int) -> None:
    assert several(work, "one", "--fail-on", limit, one=new).code == code


def test_a_changelog(work: Path) -> None:
    said = several(work, "--all", "--format", "changelog", same=OLD, failing=WITH_ERROR, less=WITHOUT)
    assert said.out == [
        "### `failing` (minor)",
        "",
        "`old` → `new`",
        "",
        "- error added: `operation PutNote error Lost`",
        "- shape added: 1",
        "",
        "### `less` (major)",
        "",
        "`old` → `new`",
        "",
        "- Breaking: member removed (breaks callers, servers, stored data): `Note.Text`",
        "",
        "### `notes` (minor)",
        "",
        "`old` → `new`",
        "",
        "- service added",
        "",
        "1 service without changes that matter.",
    ]
