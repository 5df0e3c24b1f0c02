"""`botobind generate --check`: which files differ, why, with what exit code, and that nothing is written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.commands import alone, botobind, generate, marks, notes, texts, write_model
from support.models import Model

from botobind_codegen import pipeline
from botobind_codegen.content_digests import HEADER_START, Origin, add_digests, condition_of
from botobind_codegen.drift import explain
from botobind_codegen.plan.closure import ALL_FORMATS
from botobind_codegen.write import Changes

OUT = Path("botobind_services")
PACKAGE = OUT / "notes"
COMMAND = ("notes", "--data-path", "models")
MODEL = "why: notes: the model has changed"
FILES = "why: notes: files were added or removed by hand"
BY_HAND = "why: notes: edited by hand since it was generated"


def put(model: Model) -> None:
    write_model(Path("models", "notes.json"), model)


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder to run in: it has a package, and the model that it was made from."""
    folder = alone(monkeypatch, tmp_path)
    put(notes("Text"))
    assert generate(*COMMAND).code == 0
    return folder


def checked(*words: object) -> list[str]:
    """What `--check` says of a package that differs, but for the last line, which counts. Nothing is written."""
    before = marks(Path())
    said = generate(*COMMAND, *words, "--check")
    assert marks(Path()) == before
    assert (said.code, said.err) == (1, [])
    *lines, last = said.out
    differing = [line for line in lines if not line.startswith("why: ")]
    assert re.fullmatch(rf"notes: \d+ files, {len(differing)} differ", last)
    # Files first, then reasons.
    assert lines[: len(differing)] == differing
    return lines


def words_of(lines: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in lines}


def reasons(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("why: ")]


def edit(*paths: str) -> None:
    for path in paths:
        with (PACKAGE / path).open("a") as file:
            file.write("# mine\n")


def generator() -> str:
    """The version that made the package, by its own account."""
    origin = Origin.of_text((PACKAGE / "__init__.py").read_text())
    assert origin is not None
    return origin.generator


# A model, a generator and options that are others.


def test_no_difference(work: Path) -> None:
    before = marks(work)
    for words in ((), ("--force",)):
        said = generate(*COMMAND, "--check", *words)
        assert (said.code, said.err) == (0, [])
        assert re.fullmatch(r"notes: \d+ files, up to date", "\n".join(said.out))
    assert marks(work) == before


@pytest.mark.parametrize(
    ("changed", "lines"),
    [
        (
            notes("Text", "More"),
            [
                "stale: notes/__init__.py",
                "stale: notes/values/__init__.pyi",
                "stale: notes/values/_modules/note.py",
                MODEL,
            ],
        ),
        (
            notes("Text", version="2021-01-01"),
            [
                "stale: notes/__init__.py",
                "why: notes: the model was a model file (2020-01-01), is now a model file (2021-01-01)",
            ],
        ),
        (
            notes("Text", operations=("GetNote", "HasNote")),
            [
                "missing: notes/endpoints/_modules/has_note.py",
                "stale: notes/__init__.py",
                "stale: notes/endpoints/__init__.py",
                "stale: notes/endpoints/__init__.pyi",
                "stale: notes/io/__init__.pyi",
                "stale: notes/values/__init__.pyi",
                "stale: notes/values/operation_errors.py",
                "extra: notes/endpoints/_modules/put_note.py",
                MODEL,
            ],
        ),
    ],
)
def test_another_model(changed: Model, lines: list[str]) -> None:
    put(changed)
    assert checked() == lines
    assert generate(*COMMAND).code == 0
    assert generate(*COMMAND, "--check").code == 0


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ((), ("--no-docs",), "everything, are now without documentation"),
        (("--no-docs",), (), "without documentation, are now everything"),
        (("--format", "json"), ("--format", "cbor"), "only the formats json, are now only the formats cbor"),
        (
            ("--operation", "PutNote", "--operation", "GetNote"),
            ("--operation", "GetNote", "--format", "json", "--no-docs"),
            (
                "only the operations GetNote, PutNote, are now "
                "only the operations GetNote; only the formats json; without documentation"
            ),
        ),
    ],
)
def test_other_options(before: tuple[str, ...], after: tuple[str, ...], reason: str) -> None:
    assert generate(*COMMAND, *before, "--force").code == 0
    assert generate(*COMMAND, *before, "--check").code == 0
    lines = checked(*after)
    assert "stale: notes/__init__.py" in lines
    assert "edited" not in words_of(lines)
    assert reasons(lines) == [f"why: notes: the options were {reason}"]


@pytest.mark.parametrize(
    ("options", "model", "lines"),
    [
        ((), notes("Text"), None),
        # what the package does not hold is nothing to it
        (("--operation", "GetNote"), notes("Text", operations=("GetNote", "HasNote")), None),
        (("--no-docs",), {**notes("Text"), "documentation": "<p>Notes.</p>"}, None),
        (("--operation", "GetNote"), notes("Text", "More"), [MODEL]),
        ((), {**notes("Text"), "documentation": "<p>Notes.</p>"}, [MODEL]),
    ],
)
def test_the_model_that_a_package_holds(options: tuple[str, ...], model: Model, lines: list[str] | None) -> None:
    assert generate(*COMMAND, *options, "--force").code == 0
    put(model)
    said = generate(*COMMAND, *options, "--check")
    assert (said.code, reasons(said.out)) == (0 if lines is None else 1, lines or [])


@pytest.mark.parametrize("changed", [False, True])
def test_other_options_do_not_hide_another_model(changed: bool) -> None:  # noqa: FBT001
    if changed:
        put(notes("Text", "More"))
    assert reasons(checked("--operation", "GetNote", "--no-docs")) == [
        *([MODEL] if changed else []),
        "why: notes: the options were everything, are now only the operations GetNote; without documentation",
    ]


def test_another_generator_of_the_same_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "format_files", lambda files, _: {**files, "endpoints/_modules/router.py": "a = 1\n"})
    assert reasons(checked("--force")) == ["why: notes: the generator has changed, but not its version"]


def test_a_package_that_does_not_tell_its_model(work: Path) -> None:
    init = work / PACKAGE / "__init__.py"
    text = re.sub(r", model [0-9a-f]{12}", "", init.read_text().partition("\n")[2])
    init.write_text(add_digests({"__init__.py": text})["__init__.py"])
    assert checked() == [
        "stale: notes/__init__.py",
        "why: notes: the model has changed, or files were added or removed by hand",
    ]


def test_operations_in_another_order_are_the_same() -> None:
    names = ["--operation", "PutNote"], ["--operation", "GetNote"]
    assert generate(*COMMAND, *names[0], *names[1]).code == 0
    said = generate(*COMMAND, *names[1], *names[0], "--check", "--force")
    assert (said.code, said.err) == (0, [])


def test_another_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "__version__", "99.1")
    old = generator()
    assert checked("--force") == [
        "stale: notes/__init__.py",
        f"why: notes: the generator was {old}, is now 99.1",
    ]


def test_a_model_from_elsewhere(work: Path) -> None:
    (work / "models" / "notes.json").unlink()
    write_model(work / "models" / "notes" / "2020-01-01" / "service-2.json", notes("Text"))
    assert checked() == [
        "stale: notes/__init__.py",
        (
            "why: notes: the model was a model file (2020-01-01), is now a folder of models (2020-01-01), "
            "and has not changed"
        ),
    ]


def test_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    edit("values/_modules/note.py", "endpoints/_modules/put_note.py")
    (PACKAGE / "endpoints" / "_modules" / "get_note.py").unlink()
    (PACKAGE / "mine.py").write_text("")
    put(notes("Text", "More", version="2021-01-01"))
    monkeypatch.setattr(pipeline, "__version__", "99.1")
    old = generator()
    assert checked("--format", "json", "--format", "xml", "--force") == [
        "missing: notes/endpoints/_modules/get_note.py",
        "stale: notes/__init__.py",
        "stale: notes/values/__init__.pyi",
        "edited: notes/endpoints/_modules/put_note.py",
        "edited: notes/values/_modules/note.py",
        "extra: notes/mine.py",
        f"why: notes: the generator was {old}, is now 99.1",
        "why: notes: the model was a model file (2020-01-01), is now a model file (2021-01-01)",
        "why: notes: the options were everything, are now only the formats json, xml",
        BY_HAND,
    ]


def test_an_origin_that_is_not_told(work: Path) -> None:
    init = work / PACKAGE / "__init__.py"
    rest = init.read_text().partition("\n")[2].partition("\n")[2]
    init.write_text(add_digests({"__init__.py": rest})["__init__.py"])
    assert checked() == ["stale: notes/__init__.py", "why: notes: made by a generator that did not say from what"]


# A hand.


@pytest.mark.parametrize(
    "path", ["values/_modules/note.py", "values/__init__.pyi", "__init__.py", "endpoints/_modules/put_note.py"]
)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: f"{text}# mine\n",
        lambda text: text.partition("\n")[0] + "\n",
        lambda text: text.replace("\n", "\n\n", 1),
        lambda text: re.sub("content [0-9a-f]+", "content 0123456789ab", text),
        # Without a digest nothing but its place tells whose it is.
        lambda text: text.replace("# Generated by botobind, content ", "# Generated by botobind: "),
    ],
)
def test_a_file_that_was_edited(path: str, change: Callable[[str], str]) -> None:
    file = PACKAGE / path
    before = file.read_bytes()
    file.write_bytes(change(before.decode()).encode())
    edited = file.read_bytes()
    assert checked() == [f"edited: notes/{path}", BY_HAND]
    said = generate(*COMMAND)
    assert (said.code, said.out, said.err[1:]) == (1, [], [f"  edited: notes/{path}"])
    assert file.read_bytes() == edited
    said = generate(*COMMAND, "--force")
    assert (said.code, said.out[0], file.read_bytes()) == (0, f"replaced: notes/{path}", before)


@pytest.mark.parametrize("path", ["values/_modules/note.py", "__init__.py"])
@pytest.mark.parametrize("more", [(), ("More",)])
def test_ends_of_lines_are_no_edit(path: str, more: tuple[str, ...]) -> None:
    file = PACKAGE / path
    before = file.read_bytes()
    file.write_bytes(before.replace(b"\n", b"\r\n"))
    put(notes("Text", *more))
    lines = checked()
    assert words_of(lines) == {"stale", "why"}
    assert "its lines end as on Windows" in lines[-1]
    assert generate(*COMMAND).code == 0
    # The package tells which model it is from.
    assert (file.read_bytes() == before) == (not more)
    assert generate(*COMMAND, "--check").code == 0


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("values/_modules/note.py", b""),
        ("values/_modules/note.py", b"\xff\xfe"),
        ("values/_modules/note.py", b"a = 1\n"),
        ("values/__init__.pyi", b"\n"),
        ("py.typed", b"partial\n"),
    ],
)
def test_a_file_that_was_replaced(path: str, data: bytes) -> None:
    (PACKAGE / path).write_bytes(data)
    assert checked() == [f"edited: notes/{path}", BY_HAND]


@pytest.mark.parametrize("target", ["there.py", "nowhere.py", "values"])
def test_a_link_in_place_of_a_file(work: Path, target: str) -> None:
    file = PACKAGE / "values" / "_modules" / "note.py"
    (work / "there.py").write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(work / target if target != "values" else work / PACKAGE / "values")
    assert checked() == ["edited: notes/values/_modules/note.py", BY_HAND]


@pytest.mark.parametrize(
    ("paths", "lines"),
    [
        (["values/_modules/note.py"], ["missing: notes/values/_modules/note.py", FILES]),
        (["py.typed"], ["missing: notes/py.typed", FILES]),
        (
            ["endpoints/_modules/put_note.py", "endpoints/_modules/get_note.py"],
            ["missing: notes/endpoints/_modules/get_note.py", "missing: notes/endpoints/_modules/put_note.py", FILES],
        ),
    ],
)
def test_a_file_that_was_removed(paths: list[str], lines: list[str]) -> None:
    for path in paths:
        (PACKAGE / path).unlink()
    assert checked() == lines


@pytest.mark.parametrize("path", ["mine.py", "values/mine.txt", "mine/deep/a.py", "values/_modules/note.py.orig"])
def test_a_file_that_was_added(path: str) -> None:
    (PACKAGE / path).parent.mkdir(parents=True, exist_ok=True)
    (PACKAGE / path).write_text("mine")
    assert checked() == [f"extra: notes/{path}", FILES]


def test_no_package_at_all(work: Path) -> None:
    paths = sorted(texts(PACKAGE))
    shutil.rmtree(OUT)
    assert checked() == [f"missing: notes/{path}" for path in paths]
    assert not (work / OUT).exists()


def test_what_the_interpreter_leaves_there_is_nothing() -> None:
    (PACKAGE / "__pycache__").mkdir()
    (PACKAGE / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"x")
    assert generate(*COMMAND, "--check", "--force").code == 0


# Exit codes, and several services.


def test_a_folder_of_someone_else() -> None:
    shutil.rmtree(PACKAGE)
    PACKAGE.mkdir()
    (PACKAGE / "mine.txt").write_text("mine")
    said = generate(*COMMAND, "--check")
    assert (said.code, said.out, len(said.err)) == (1, [], 1)
    assert said.err[0].startswith(f"Error: {PACKAGE}: was not written by botobind")


@pytest.mark.parametrize("words", [("nots", "--data-path", "models"), ("--check", "--all", "notes"), ("--chek",)])
def test_a_command_that_cannot_be_meant(work: Path, words: tuple[str, ...]) -> None:
    before = marks(work)
    said = generate("--check", *words)
    assert (said.code, said.out) == (2, [])
    assert marks(work) == before


def test_a_model_that_cannot_be_used(work: Path) -> None:
    (work / "models" / "notes.json").write_text("{")
    said = generate(*COMMAND, "--check")
    assert (said.code, said.out, len(said.err)) == (1, [], 1)
    assert "not JSON" in said.err[0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_service_has_its_say(work: Path, jobs: int) -> None:
    for name in ("alpha", "omega", "broken"):
        write_model(work / "models" / f"{name}.json", notes("Text"))
    assert generate("--all", "--data-path", "models").code == 0
    write_model(work / "models" / "alpha.json", notes("Text", "More"))
    write_model(work / "models" / "omega.json", notes("Text", version="2021-01-01"))
    (work / "models" / "broken.json").write_text("{")
    before = marks(work)
    said = botobind("generate", "--all", "--data-path", "models", "--check", "--jobs", jobs)
    assert marks(work) == before
    assert (said.code, len(said.err)) == (1, 1)
    assert "broken" in said.err[0]
    assert [re.sub(r"\d+ files", "… files", line) for line in said.out] == [
        "stale: alpha/__init__.py",
        "stale: alpha/values/__init__.pyi",
        "stale: alpha/values/_modules/note.py",
        MODEL.replace("notes", "alpha"),
        "alpha: … files, 3 differ",
        "notes: … files, up to date",
        "stale: omega/__init__.py",
        "why: omega: the model was a model file (2020-01-01), is now a model file (2021-01-01)",
        "omega: … files, 1 differ",
    ]


# What files say of themselves.

names = st.from_regex(r"[a-z0-9.-]{1,9}", fullmatch=True)
options = st.builds(
    pipeline.GenerateOptions,
    st.lists(st.from_regex(r"[A-Z][A-Za-z0-9]{0,5}", fullmatch=True), max_size=3).map(tuple),
    st.sampled_from([frozenset({"json"}), frozenset({"query", "xml"}), ALL_FORMATS]),
    st.booleans(),
)


@given(
    names,
    names.map("botocore {}".format) | st.sampled_from(["a model file", "a folder of models"]),
    names,
    names | st.just("without version"),
    options.map(str),
    st.from_regex(r"([0-9a-f]{12})?", fullmatch=True),
)
def test_an_origin_is_read_as_it_was_written(
    generator: str, source: str, service: str, version: str, left_out: str, digest: str
) -> None:
    origin = Origin(generator, source, service, version, left_out, digest)
    text = f"{origin.line}a = 1\n"
    digested = add_digests({"__init__.py": text})["__init__.py"]
    assert Origin.of_text(digested) == Origin.of_text(text) == origin
    assert condition_of(digested) == "whole"
    assert condition_of(digested + " ") == "edited"
    assert condition_of(text) == "undigested"


@pytest.mark.parametrize("text", ["", "a = 1\n", "# Made by botobind\n", "# Made by botobind 1 from x.\n", "\n" * 3000])
def test_no_origin(text: str) -> None:
    assert Origin.of_text(text) is None


def test_what_is_sealed() -> None:
    files = {"a.py": "a = 1\n", "b/c.pyi": "a: int\n", "py.typed": "", "a.txt": "a"}
    digested = add_digests(files)
    assert {path: text for path, text in digested.items() if condition_of(text) == "undigested"} == {
        "py.typed": "",
        "a.txt": "a",
    }
    assert digested["a.py"].splitlines()[1:] == ["a = 1"]
    assert sha256(b"a = 1\n").hexdigest().startswith(re.findall(r"content (\w+)\.", digested["a.py"])[0])
    assert add_digests(files) == digested
    assert digested["b/c.pyi"].startswith(HEADER_START)


def test_explaining_reads_and_writes_nothing_else(tmp_path: Path) -> None:
    assert explain(tmp_path / "nowhere", Changes(added=("__init__.py", "a.py")), {"__init__.py": ""}, lambda _: "") == [
        "missing: nowhere/__init__.py",
        "missing: nowhere/a.py",
    ]
    assert not (tmp_path / "nowhere").exists()
