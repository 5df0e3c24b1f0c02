"""What hands have done in packages, and fewer operations or formats: nothing goes that somebody may want to keep."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.commands import Said, alone, generate, marks, notes, texts, write_model

from botobind_codegen import cli, generating
from botobind_codegen.leftovers import is_leftover
from botobind_codegen.pipeline import GenerateOptions
from botobind_codegen.plan.closure import ALL_FORMATS

PACKAGE = Path("botobind_services", "notes")
COMMAND = ("notes", "--data-path", "models")
UNCHANGED = "unchanged"
LEFTOVERS = (".note.py.swp", "note.py~", "#note.py#", ".DS_Store", "._note.py", "Thumbs.db", "desktop.ini", ".nfs0001")
OPERATIONS = ("GetNote", "HasNote", "ListNotes", "PutNote", "TagNote")


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder to run in: it has a folder of models."""
    folder = alone(monkeypatch, tmp_path)
    write_model(folder / "models" / "notes.json", notes("Text", operations=OPERATIONS))
    return folder


def edit(package: Path) -> None:
    with (package / "values" / "_modules" / "note.py").open("a") as file:
        file.write("# mine\n")


def edit_unseen(package: Path) -> None:
    """Neither the size nor the time of the file tells, and the line with the digest is nobody's work."""
    file = package / "values" / "_modules" / "note.py"
    status, text = file.stat(), file.read_text()
    file.write_text(text.replace("Fix the generator", "Mix the generator"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size


def replace_by_a_link(package: Path) -> None:
    file = package / "values" / "_modules" / "note.py"
    file.rename(package.parent / "moved.py")
    file.symlink_to(package.parent / "moved.py")


def add(package: Path) -> None:
    (package / "values" / "_modules" / "extra.py").write_text("")


def add_a_folder(package: Path) -> None:
    (package / "extra").mkdir()
    (package / "extra" / "a.txt").write_text("")


def replace_by_a_pipe(package: Path) -> None:
    file = package / "values" / "_modules" / "note.py"
    file.unlink()
    os.mkfifo(file)


def add_what_is_no_utf_8(package: Path) -> None:
    Path(os.fsdecode(os.fsencode(package / "values" / "_modules") + b"/\xff.py")).write_text("")


def leave(package: Path) -> None:
    """What tools leave is neither work nor drift."""
    for name in LEFTOVERS:
        (package / "values" / "_modules" / name).write_bytes(b"x")
    (package / "values" / "_modules" / ".#note.py").symlink_to("somebody@somewhere.1")
    (package / ".mypy_cache").mkdir()
    (package / ".mypy_cache" / "a.json").write_text("{}")


def empty(package: Path) -> None:
    shutil.rmtree(package)
    package.mkdir()


def rename(package: Path) -> None:
    (package / "values" / "_modules" / "note.py").rename(package / "values" / "_modules" / "nota.py")


@pytest.mark.parametrize(
    ("change", "said", "lost"),
    [
        (edit, "1 changed", "edited: notes/values/_modules/note.py"),
        (edit_unseen, "1 changed", None),
        (replace_by_a_link, "1 changed", "edited: notes/values/_modules/note.py"),
        (replace_by_a_pipe, "1 changed", "edited: notes/values/_modules/note.py"),
        (
            lambda package: (package / "values" / "_modules" / "note.py").write_bytes(b""),
            "1 changed",
            "edited: notes/values/_modules/note.py",
        ),
        (lambda package: (package / "py.typed").write_text("partial\n"), "1 changed", "edited: notes/py.typed"),
        (add, "1 removed", "extra: notes/values/_modules/extra.py"),
        (add_a_folder, "1 removed", "extra: notes/extra/a.txt"),
        (add_what_is_no_utf_8, "1 removed", "extra: notes/values/_modules/\udcff.py"),
        (lambda package: (package / "values" / "_modules" / "note.py").unlink(), "1 added", None),
        (lambda package: (package / "py.typed").unlink(), "1 added", None),
        (lambda package: shutil.rmtree(package / "endpoints"), "… added", None),
        (shutil.rmtree, "… added", None),
        (empty, "… added", None),
        (rename, "1 added, 1 removed", None),
        (leave, UNCHANGED, None),
        (lambda package: os.utime(package / "values" / "_modules" / "note.py"), UNCHANGED, None),
    ],
)
@pytest.mark.parametrize("words", [(), ("--force",)])
def test_a_hand_in_the_output(
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    said: str,
    lost: str | None,
    words: tuple[str, ...],
) -> None:
    assert generate(*COMMAND).code == 0
    before = texts(PACKAGE)
    change(PACKAGE)
    assert generate(*COMMAND, "--check").code == (said != UNCHANGED)
    if lost and not words:
        touched = marks(PACKAGE)
        for _ in range(2):
            refused = generate(*COMMAND)
            assert (refused.code, refused.out) == (1, [])
            assert refused.err[0].startswith(f"Error: {PACKAGE}: not written: ")
            assert refused.err[0].endswith("; move them away, or give --force")
            assert refused.err[1:] == [f"  {lost}"]
            assert marks(PACKAGE) == touched
    found = generate(*COMMAND, "--force") if lost else generate(*COMMAND, *words)
    *named, last = found.out
    assert (found.code, found.err) == (0, [])
    assert named == ([lost.replace("edited:", "replaced:").replace("extra:", "removed:")] if lost else [])
    counts = last.partition(" files, ")[2].split()
    assert " ".join("…" if word.isdecimal() and "…" in said else word for word in counts) == said
    after = texts(PACKAGE)
    assert {path: after[path] for path in after if not any(map(is_leftover, path.split("/")))} == before
    assert not any(path.is_symlink() and not is_leftover(path.name) for path in PACKAGE.rglob("*"))
    # And that is known.
    monkeypatch.setattr(generating, "generate_package", None)
    assert generate(*COMMAND).out[-1].endswith(UNCHANGED)


def test_long_lists_are_cut(work: Path) -> None:
    assert generate(*COMMAND).code == 0
    for number in range(25):
        (PACKAGE / f"extra{number:02}.txt").write_text("mine")
    said = generate(*COMMAND)
    assert said.code == 1
    assert said.err[1:] == [
        *(f"  extra: notes/extra{number:02}.txt" for number in range(20)),
        "  and 5 more, which --check names",
    ]
    assert len([line for line in generate(*COMMAND, "--check").out if line.startswith("extra: ")]) == 25
    assert len(list((work / PACKAGE).glob("*.txt"))) == 25


def test_a_new_model_goes_over_what_is_ours_and_stops_at_what_is_not(work: Path) -> None:
    assert generate(*COMMAND).code == 0
    write_model(work / "models" / "notes.json", notes("Text", "More", operations=("GetNote", "NewNote")))
    (PACKAGE / "values" / "_modules" / "mine.py").write_text("mine = 1\n")
    before = marks(PACKAGE)
    said = generate(*COMMAND)
    assert (said.code, said.err[1:]) == (1, ["  extra: notes/values/_modules/mine.py"])
    assert marks(PACKAGE) == before
    (PACKAGE / "values" / "_modules" / "mine.py").unlink()
    assert generate(*COMMAND).code == 0
    assert not (PACKAGE / "endpoints" / "put_note.py").exists()


# Fewer operations or formats.


def would_go(what: str) -> str:
    return f"{PACKAGE}: {what} would go"


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ([], ["GetNote"], "4 operations (HasNote, ListNotes, PutNote, …)"),
        ([], ["GetNote", "TagNote", "PutNote", "ListNotes"], "1 operation (HasNote)"),
        (["GetNote"], ["PutNote"], "1 operation (GetNote)"),
        (["GetNote", "PutNote"], ["PutNote"], "1 operation (GetNote)"),
        ([], ["json"], "the formats cbor, query, value, xml"),
        (["json", "xml"], ["xml", "cbor"], "the format json"),
        (["GetNote", "json"], ["PutNote", "xml"], "1 operation (GetNote) and the format json"),
        (["--no-docs"], ["GetNote"], "4 operations (HasNote, ListNotes, PutNote, …)"),
        # Nothing goes.
        ([], [], None),
        ([], OPERATIONS, None),
        ([], sorted(ALL_FORMATS), None),
        ([], ["--no-docs"], None),
        (["--no-docs"], [], None),
        (["GetNote", "json"], ["PutNote", "GetNote", "json", "xml", "--no-docs"], None),
        (["GetNote", "json"], [], None),
    ],
)
def test_what_would_go_is_said_and_stays(before: list[str], after: list[str], what: str | None) -> None:
    assert generate(*COMMAND, *options(before)).code == 0
    there = texts(PACKAGE), marks(PACKAGE)
    said = generate(*COMMAND, *options(after))
    if what is not None:
        advice = "; give --force, or keep both by another --out"
        assert said == Said(1, [], [f"Error: {would_go(what)}{advice}"], said.notes)
        assert (texts(PACKAGE), marks(PACKAGE)) == there
        said = generate(*COMMAND, *options(after), "--force")
    assert (said.code, said.err) == (0, [])
    assert generate(*COMMAND, *options(after), "--check").code == 0


def options(words: list[str]) -> list[str]:
    kinds = {**dict.fromkeys(OPERATIONS, "--operation"), **dict.fromkeys(ALL_FORMATS, "--format")}
    return [option for word in words for option in ([kinds[word], word] if word in kinds else [word])]


def test_all_that_would_go_at_once(work: Path) -> None:
    write_model(work / "models" / "other.json", notes("Text"))
    words = ("--all", "--data-path", "models")
    assert generate(*words).code == 0
    before = marks(work)
    said = generate(*words, "--format", "json")
    assert said.code == 1
    assert [line.partition(":")[2].partition(":")[0] for line in said.err] == [
        " botobind_services/notes",
        " botobind_services/other",
    ]
    assert marks(work) == before
    # To compare loses nothing.
    assert generate(*words, "--format", "json", "--check").err == []


def test_a_configuration_is_asked_too(work: Path) -> None:
    (work / "pyproject.toml").write_text("[tool.botobind]\ndata-path = 'models'\nservices.notes = {}\n")
    assert generate().code == 0
    (work / "pyproject.toml").write_text(
        "[tool.botobind]\ndata-path = 'models'\nservices.notes = {operations = ['GetNote', 'HasNote', 'TagNote']}\n"
    )
    said = generate()
    assert (said.code, said.out) == (1, [])
    assert "2 operations (ListNotes, PutNote) would go" in said.err[0]
    assert generate("--force").code == 0


def test_the_package_of_another_service(work: Path) -> None:
    for name in ("a-b", "a_b"):
        write_model(work / "models" / f"{name}.json", notes("Text"))
    both = generate("a_b", "a-b", "--data-path", "models")
    shared = (
        "Error: services a_b and a-b would have the same package a_b: generate one of them to another --out, or give "
        "it another `package` in the configuration"
    )
    assert (both.code, both.out, both.err) == (2, [], [shared])
    assert generate("a-b", "--data-path", "models").code == 0
    said = generate("a_b", "--data-path", "models")
    assert said.code == 1
    assert "all of service a-b, whose package has the same name, would go" in said.err[0]
    assert generate("a_b", "--data-path", "models", "--force").code == 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("Yes\n", 0), ("\n", 1), ("n\n", 1), ("", 1)])
def test_on_a_terminal_it_asks(monkeypatch: pytest.MonkeyPatch, answer: str, code: int) -> None:
    assert generate(*COMMAND).code == 0
    before = marks(PACKAGE)
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert cli.main(["generate", *COMMAND, "--operation", "GetNote"]) == code
    asked = f"{would_go('4 operations (HasNote, ListNotes, PutNote, …)')}\nGo on? [y/N]: "
    assert sys.stderr.getvalue() == (f"{asked}Error: nothing was written\n" if code else asked)
    assert (marks(PACKAGE) == before) == bool(code)


class Interrupting(Terminal):
    def readline(self, _: int | None = -1, /) -> str:
        raise KeyboardInterrupt


def test_ctrl_c_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert generate(*COMMAND).code == 0
    before = marks(PACKAGE)
    monkeypatch.setattr(sys, "stdin", Interrupting())
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert cli.main(["generate", *COMMAND, "--operation", "GetNote"]) == 130
    assert sys.stderr.getvalue().endswith("Interrupted: what was finished is in place, and nothing is half done.\n")
    assert marks(PACKAGE) == before


@pytest.mark.parametrize("operations", [(), ("A",), ("A", "B-c")])
@pytest.mark.parametrize("formats", [ALL_FORMATS, frozenset({"json"}), frozenset({"xml", "query"})])
@pytest.mark.parametrize("documentation", [True, False])
def test_options_are_read_as_they_were_written(
    operations: tuple[str, ...], formats: frozenset[str], *, documentation: bool
) -> None:
    given = GenerateOptions(operations, formats, documentation)
    assert GenerateOptions.of_words(str(given)) == given
