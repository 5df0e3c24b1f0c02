"""`botobind diff` as it is called: its reports, its exit codes, and what it says of what is no model."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from support.commands import Said, alone, botobind, write_model
from support.models import model, operation, structure

OLD = model({"Note": structure(Text="Text")}, operations={"PutNote": operation("PutNote", "Note", "Note")})


def new_model() -> dict[str, Any]:
    new = copy.deepcopy(dict(OLD))
    new["shapes"]["Note"]["members"]["Colour"] = {"shape": "Text"}
    return new


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = alone(monkeypatch, tmp_path)
    write_model(folder / "old" / "notes.json", OLD)
    write_model(folder / "new" / "notes.json", new_model())
    return folder


def diff(*words: object, old: str = "old/notes.json", new: str = "new/notes.json") -> Said:
    return botobind("diff", "notes", "--old", old, "--new", new, *words)


def test_text() -> None:
    assert diff() == Said(
        0,
        [
            "notes: old/notes.json, API version 2020-01-01 → new/notes.json, API version 2020-01-01",
            "minor: 1 compatible change; 0 of documentation",
            "",
            "Compatible",
            "  member added: one more attribute, None unless told; older packages leave it out",
            "    Note.Colour",
        ],
        [],
    )


def test_markdown() -> None:
    said = diff("--format", "markdown")
    assert said.out[0] == "## `notes`: minor"
    assert "- `Note.Colour`" in said.out


def test_json() -> None:
    whole = json.loads("\n".join(diff("--format", "json").out))
    assert (whole["version"], whole["level"], whole["release"]) == (2, "addition", "minor")
    [document] = whole["services"]
    assert (document["service"], document["release"]) == ("notes", "minor")
    assert document["breaking"] == {"callers": 0, "servers": 0, "stored": 0}
    assert document["changes"] == [
        {
            "path": ["shapes", "Note", "members", "Colour"],
            "subject": "member",
            "change": "added",
            "use": "both",
            "old": None,
            "new": "Colour",
            "level": "addition",
            "release": "minor",
            "breaks": [],
            "reason": "one more attribute, None unless told; older packages leave it out",
        }
    ]


@pytest.mark.parametrize(
    ("old", "new", "limit", "code"),
    [
        ("old", "new", "major", 0),
        ("old", "new", "minor", 1),
        ("old", "new", "patch", 1),
        ("new", "old", "major", 1),
        ("old", "old", "patch", 0),
    ],
)
def test_fail_on(old: str, new: str, limit: str, code: int) -> None:
    assert diff("--fail-on", limit, old=f"{old}/notes.json", new=f"{new}/notes.json").code == code


def test_folders_and_the_installed_models(work: Path) -> None:
    assert diff(old="old", new="new").out[1] == "minor: 1 compatible change; 0 of documentation"
    loaded = Loader().load_service_model("sts", "service-2")
    del loaded["shapes"]["GetCallerIdentityResponse"]["members"]["Arn"]
    folder = work / "models" / "sts" / "2011-06-15"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(loaded))
    said = botobind("diff", "sts", "--old", "models", "--fail-on", "major")
    assert said.code == 0
    assert "    GetCallerIdentityResponse.Arn" in said.out
    equal = botobind("diff", "dynamodb", "--old", Path(Loader().search_paths[-1]))
    assert (equal.code, equal.out[1:]) == (0, ["none: the models are equal"])


def test_a_name_does_nothing_to_terminals_and_markdown(work: Path) -> None:
    new = new_model()
    new["shapes"]["Note"]["members"]["a`b\x1b[31m\nc"] = {"shape": "Text"}
    write_model(work / "new" / "notes.json", new)
    for form in ("text", "markdown"):
        said = "\n".join(diff("--format", form).out)
        assert "\x1b" not in said
        assert "a`b\\x1b[31m\\nc" in said
    assert any("``a`b" in line or "`` a`b" in line or "``Note.a`b" in line for line in diff("--format", "markdown").out)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "expected an object"),
        ("{}", "missing"),
        ('{"metadata": {}, "operations": {}, "shapes": {"A": 1}}', "expected an object, got int"),
    ],
)
def test_what_is_no_model(work: Path, text: str, said: str) -> None:
    (work / "new" / "notes.json").write_text(text)
    found = diff()
    assert (found.code, found.out) == (1, [])
    assert said in "".join(found.err)
    assert len(found.err) == 1


def test_a_service_that_is_not_there() -> None:
    found = botobind("diff", "note", "--old", "old", "--new", "new")
    assert (found.code, found.out) == (2, [])
    assert "there is no service 'note'; did you mean notes?" in "".join(found.err)
