"""What is left alone since it was generated last, and that nothing is left alone that should not be."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from filelock import FileLock
from support.commands import Said, alone, generate, marks, notes, texts, write_model

from botobind_codegen import cache, generating, layouts
from botobind_codegen.cache import OutputCache, inputs_digest, tree_digest
from botobind_codegen.pipeline import GeneratedPackage, GenerateOptions, generate_package

PACKAGE = Path("botobind_services", "notes")
COMMAND = ("notes", "--data-path", "models")
UNCHANGED = "unchanged"


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder to run in: it has a folder of models."""
    folder = alone(monkeypatch, tmp_path)
    write_model(folder / "models" / "notes.json", notes("Text"))
    return folder


@pytest.fixture(autouse=True)
def generated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services that have been generated, one after the other."""
    names: list[str] = []

    def counting(name: str, data_path: Path | None, options: GenerateOptions) -> GeneratedPackage:
        names.append(name)
        return generate_package(name, data_path, options)

    monkeypatch.setattr(generating, "generate_package", counting)
    return names


def said_of(said: Said) -> str:
    """What a command for one service said of it after the number of its files."""
    assert (said.code, said.err, len(said.out)) == (0, [], 1)
    return said.out[0].partition(" files, ")[2]


def expected(*words: object) -> dict[str, str]:
    """What these words give where nothing was before."""
    assert generate(*words, "--out", "expected", "--force").code == 0
    found = texts(Path("expected", "notes"))
    shutil.rmtree("expected")
    return found


def cache_file() -> Path:
    (file,) = Path("..", "cache").glob("*.json")
    return file


# Where nothing has changed.


@pytest.mark.parametrize("words", [(), ("--operation", "GetNote", "--format", "json", "--no-docs"), ("--jobs", 2)])
def test_a_second_run_does_nothing(work: Path, generated: list[str], words: tuple[object, ...]) -> None:
    assert said_of(generate(*COMMAND, *words)).endswith(" added")
    before = marks(work), marks(work.parent / "cache")
    assert said_of(generate(*COMMAND, *words)) == UNCHANGED
    assert generated == ["notes"]
    assert (marks(work), marks(work.parent / "cache")) == before


def test_what_was_checked_is_known_too(generated: list[str]) -> None:
    assert generate(*COMMAND).code == 0
    cache_file().unlink()
    assert [said_of(generate(*COMMAND, "--check")) for _ in range(3)] == ["up to date"] * 3
    assert generated == ["notes"] * 2
    before = marks(PACKAGE)
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert (generated, marks(PACKAGE)) == (["notes"] * 2, before)


def test_each_service_and_each_output_by_itself(work: Path, generated: list[str]) -> None:
    write_model(work / "models" / "other.json", notes("Text"))
    words = ("--all", "--data-path", "models")
    assert generate(*words).code == 0
    assert generate(*words, "--out", "elsewhere").code == 0
    write_model(work / "models" / "other.json", notes("Text", "More"))
    generated.clear()
    said = generate(*words)
    assert [line.partition(" files, ")[2] for line in said.out] == [UNCHANGED, "3 changed"]
    assert generated == ["other"]
    assert "more" not in (work / "elsewhere" / "other" / "values" / "_modules" / "note.py").read_text()
    assert generate(*words, "--out", "elsewhere").code == 0
    assert texts(work / "elsewhere") == texts(work / "botobind_services")
    assert generated == ["other"] * 2


@pytest.mark.parametrize("out", ["botobind_services", "../work/botobind_services", "link", "ABSOLUTE"])
def test_however_the_folder_is_called(work: Path, generated: list[str], out: str) -> None:
    assert generate(*COMMAND).code == 0
    (work / "link").symlink_to("botobind_services")
    assert said_of(generate(*COMMAND, "--out", out.replace("ABSOLUTE", str(work / "botobind_services")))) == UNCHANGED
    assert generated == ["notes"]


def test_a_run_beside_it_forgets_nothing(work: Path) -> None:
    out = work / "out"
    for name in ("a", "b"):
        (out / name).mkdir(parents=True)
        (out / name / "__init__.py").write_text(name)
    first = OutputCache(out)
    first.remember("a", "old", 1)
    first.remember("b", "old", 1)
    first.save()
    one, other = OutputCache(out), OutputCache(out)
    one.remember("a", "new", 2)
    one.save()
    other.remember("b", "new", 3)
    other.save()
    last = OutputCache(out)
    found = {(name, inputs): last.unchanged(name, inputs) for name in ("a", "b") for inputs in ("old", "new")}
    assert found == {("a", "old"): None, ("a", "new"): 2, ("b", "old"): None, ("b", "new"): 3}


# What is generated from.


def more_members(_: pytest.MonkeyPatch) -> None:
    write_model(Path("models", "notes.json"), notes("Text", "More"))


def another_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_generator_digest", lambda: "another")


def nothing(_: pytest.MonkeyPatch) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "words", "said"),
    [
        (nothing, (), UNCHANGED),
        (more_members, (), "3 changed"),
        (another_generator, (), UNCHANGED),
        (nothing, ("--no-docs",), "… changed"),
        (nothing, ("--operation", "GetNote", "--force"), "… changed, … removed"),
        (nothing, ("--format", "json", "--force"), "… changed"),
        (more_members, ("--operation", "GetNote", "--format", "cbor", "--no-docs", "--force"), "… changed, … removed"),
    ],
)
def test_another_model_generator_or_option(
    monkeypatch: pytest.MonkeyPatch,
    generated: list[str],
    change: Callable[[pytest.MonkeyPatch], None],
    words: tuple[str, ...],
    said: str,
) -> None:
    assert generate(*COMMAND).code == 0
    change(monkeypatch)
    generated.clear()
    counts = ["…" if word.isdecimal() and "…" in said else word for word in said_of(generate(*COMMAND, *words)).split()]
    assert " ".join(counts) == said
    assert generated == ([] if change is nothing and not words else ["notes"])
    assert texts(PACKAGE) == expected(*COMMAND, *words)
    # And there and back again.
    before = marks(PACKAGE)
    assert said_of(generate(*COMMAND, *words)) == UNCHANGED
    assert marks(PACKAGE) == before
    assert generate(*COMMAND).code == 0
    assert texts(PACKAGE) == expected(*COMMAND)


def test_the_same_model_from_elsewhere(work: Path) -> None:
    single = work / "models" / "notes" / "2020-01-01" / "service-2.json"
    write_model(single, notes("Text"))
    (work / "models" / "notes.json").unlink()
    assert generate(*COMMAND).code == 0
    assert "a folder of models" in (PACKAGE / "__init__.py").read_text()
    assert said_of(generate("--data-path", single)) == "1 changed"
    assert "a model file" in (PACKAGE / "__init__.py").read_text()


def test_files_beside_a_model_count(work: Path) -> None:
    folder = work / "models" / "notes" / "2020-01-01"
    write_model(folder / "service-2.json", notes("Text"))
    (work / "models" / "notes.json").unlink()
    digests = []

    def digest() -> None:
        layouts.find_models.cache_clear()
        digests.append(inputs_digest("notes", work / "models", GenerateOptions()))

    digest()
    beside = {"paginators-1": "pagination", "waiters-2": "waiters", "service-2.sdk-extras": "merge"}
    for name, key in beside.items():
        (folder / f"{name}.json").write_text(json.dumps({key: {}}))
        digest()
    later = folder.with_name("2021-01-01") / "service-2.json"
    write_model(later, notes("Text"))
    digest()
    # The latest version alone, which has nothing beside it.
    assert digests[-1] == digests[0]
    assert len(set(digests)) == 4


def test_a_broken_model_spoils_nothing(work: Path, generated: list[str]) -> None:
    assert generate(*COMMAND).code == 0
    file = work / "models" / "notes.json"
    good, before = file.read_text(), marks(PACKAGE)
    file.write_text(good[:-9])
    for _ in range(2):
        said = generate(*COMMAND)
        assert (said.code, said.out, len(said.err)) == (1, [], 1)
        assert "notes" in said.err[0]
        assert "not JSON" in said.err[0]
    file.write_text(good)
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert generated == ["notes"] * 3
    assert marks(PACKAGE) == before


@pytest.fixture
def fresh_generator_digest() -> Iterator[None]:
    cache._generator_digest.cache_clear()
    yield
    cache._generator_digest.cache_clear()


@pytest.mark.usefixtures("fresh_generator_digest")
def test_sources_of_the_generator_and_versions_of_its_tools_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = tmp_path / "generators" / "some_generator"
    (root / "below").mkdir(parents=True)
    (root / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(root.parent)
    monkeypatch.setattr(cache, "_PACKAGES", ("some_generator",))
    monkeypatch.setattr(cache, "_TOOLS", ("ruff", "no-such-tool"))

    def digest() -> str:
        cache._generator_digest.cache_clear()
        return cache._generator_digest()

    def write(path: str, text: str) -> str:
        (root / path).write_text(text)
        return digest()

    first = digest()
    found = [
        first,
        write("__init__.py", "a = 1\n"),
        write("below/a.py", "a = 1\n"),
        write("below/b.jinja", "a"),
        write("patches.toml", "a = 1\n"),
        write("patches.toml", "a = 2\n"),
    ]
    monkeypatch.setattr(cache, "version", lambda _: "99")
    found.append(digest())
    assert len(set(found)) == len(found)
    assert digest() == found[-1]
    # What the interpreter leaves there is no source.
    (root / "__pycache__").mkdir(exist_ok=True)
    assert write("__pycache__/a.cpython-311.pyc", "a") == found[-1]


def test_the_generator_is_all_of_these() -> None:
    roots = [Path(str(files(package))) for package in cache._PACKAGES]
    assert {root.name for root in roots} == {"botobind", "botobind_codegen", "botobind_templates"}
    kept = {file.suffix for root in roots for file in root.rglob("*") if file.is_file() and file.name != "py.typed"}
    assert kept - {".pyc"} <= set(cache._SOURCES)


# What is on the disk.


def test_what_the_interpreter_leaves_there_is_nothing(generated: list[str]) -> None:
    assert generate(*COMMAND).code == 0
    (PACKAGE / "values" / "_modules" / "__pycache__").mkdir()
    (PACKAGE / "values" / "_modules" / "__pycache__" / "note.cpython-311.pyc").write_bytes(b"x")
    (PACKAGE / "values" / "_modules" / "old.pyc").write_bytes(b"x")
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert generated == ["notes"]


def test_a_folder_of_someone_else_is_refused_although_it_was_known(work: Path) -> None:
    assert generate(*COMMAND).code == 0
    shutil.rmtree(PACKAGE)
    PACKAGE.mkdir()
    (PACKAGE / "mine.txt").write_text("mine")
    said = generate(*COMMAND)
    assert (said.code, said.out, len(said.err)) == (1, [], 1)
    assert said.err[0].startswith(f"Error: {PACKAGE}: was not written by botobind")
    assert texts(work / PACKAGE) == {"mine.txt": "mine"}


def test_force(generated: list[str]) -> None:
    assert generate(*COMMAND).code == 0
    before = marks(PACKAGE)
    assert said_of(generate(*COMMAND, "--force")) == UNCHANGED
    assert said_of(generate(*COMMAND, "--check", "--force")) == "up to date"
    assert generated == ["notes"] * 3
    assert marks(PACKAGE) == before


def test_a_tree_is_told_from_others(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    digests = [tree_digest(root)]
    for path in ("a", "b/c", "b/d"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")
        digests.append(tree_digest(root))
    (root / "a").chmod(0o755)
    digests.append(tree_digest(root))
    assert len(set(digests)) == len(digests) == 5
    # Wherever it is.
    root.rename(tmp_path / "moved")
    assert tree_digest(tmp_path / "moved") == digests[-1]


# The cache itself.


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\0" * 64, b"\xff\xfe", b"null", b"1", b"[]", b'"text"', b"{}", b"{", b"[" * 100_000),
        *(b'{"notes": null}', b'{"notes": 1}', b'{"notes": []}', b'{"notes": ["a", "b"]}', b'{"notes": "abc"}'),
        *(b'{"notes": ["a", "b", 3]}', b'{"notes": ["a", "b", 3, 4]}', b'{"notes": {}}', b'{"other": ["a", "b", 3]}'),
        *(b'{"notes": [1, 2, 3]}', b'{"notes": [[], {}, null]}'),
    ],
    ids=lambda data: repr(data[:30]),
)
def test_a_cache_that_cannot_be_understood_is_none(generated: list[str], data: bytes) -> None:
    assert generate(*COMMAND).code == 0
    before = marks(PACKAGE)
    cache_file().write_bytes(data)
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert generated == ["notes"] * 2
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert generated == ["notes"] * 2
    assert marks(PACKAGE) == before


def test_a_cache_cut_off_anywhere_is_none(work: Path) -> None:
    assert generate(*COMMAND).code == 0
    inputs = inputs_digest("notes", Path("models"), GenerateOptions())
    out, whole = work / "botobind_services", cache_file().read_bytes()
    assert OutputCache(out).unchanged("notes", inputs) is not None
    for end in range(len(whole)):
        cache_file().write_bytes(whole[:end])
        assert OutputCache(out).unchanged("notes", inputs) is None


def test_an_entry_that_is_wrong_is_no_harm(work: Path) -> None:
    assert generate(*COMMAND).code == 0
    before = texts(PACKAGE)
    (entry,) = json.loads(cache_file().read_text()).values()
    (PACKAGE / "values" / "_modules" / "note.py").unlink()
    for changed in (["0" * 64, *entry[1:]], [entry[0], "0" * 64, entry[2]]):
        cache_file().write_text(json.dumps({"notes": changed}))
        assert generate(*COMMAND, "--check").code == 1
    assert said_of(generate(*COMMAND)) == "1 added"
    assert texts(work / PACKAGE) == before


def a_file(folder: Path) -> None:
    folder.write_text("mine")


def a_file_above(folder: Path) -> None:
    folder.parent.write_text("mine")


def a_folder_in_place_of_each_file(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / OutputCache(Path("botobind_services"), folder)._file.name).mkdir()


def a_folder_in_place_of_the_lock(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / f"{OutputCache(Path('botobind_services'), folder)._file.name}.lock").mkdir()


def a_link_in_circles(folder: Path) -> None:
    folder.symlink_to(folder)


@pytest.mark.parametrize(
    "obstacle",
    [a_file, a_file_above, a_folder_in_place_of_each_file, a_folder_in_place_of_the_lock, a_link_in_circles],
)
def test_a_cache_that_cannot_be_written_costs_time_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, generated: list[str], obstacle: Callable[[Path], None]
) -> None:
    folder = tmp_path / "above" / "cache"
    if obstacle is not a_file_above:
        folder.parent.mkdir()
    monkeypatch.setenv("BOTOBIND_CACHE_DIR", str(folder))
    obstacle(folder)
    assert said_of(generate(*COMMAND)).endswith(" added")
    before = texts(PACKAGE)
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert said_of(generate(*COMMAND, "--check")) == "up to date"
    (PACKAGE / "values" / "_modules" / "note.py").unlink()
    assert said_of(generate(*COMMAND)) == "1 added"
    assert texts(PACKAGE) == before
    assert generated == ["notes"] * 4
    # Nothing is left of the attempts but what stood in the way.
    left = [path for path in tmp_path.rglob("above/**/*") if not path.is_dir() and not path.is_symlink()]
    assert [path.name for path in left if not path.name.endswith(".lock")] == (["cache"] if obstacle is a_file else [])


@pytest.mark.parametrize("error", [PermissionError(13, "denied"), OSError(28, "no space"), OSError(38, "no locks")])
@pytest.mark.parametrize("where", [(cache, "FileLock"), (Path, "write_text"), (Path, "replace")])
def test_a_disk_that_refuses(
    monkeypatch: pytest.MonkeyPatch, work: Path, generated: list[str], error: OSError, where: tuple[object, str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(*where, refuse)
    assert said_of(generate(*COMMAND)).endswith(" added")
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert generated == ["notes"] * 2
    assert [path for path in (work.parent / "cache").iterdir() if path.suffix != ".lock"] == []


def test_a_lock_that_another_holds_costs_time_alone(monkeypatch: pytest.MonkeyPatch, generated: list[str]) -> None:
    assert generate(*COMMAND).code == 0
    monkeypatch.setattr(cache, "LOCK_TIMEOUT", 0.0)
    write_model(Path("models", "notes.json"), notes("Text", "More"))
    with FileLock(f"{cache_file()}.lock"):
        assert said_of(generate(*COMMAND)) == "3 changed"
        assert said_of(generate(*COMMAND)) == UNCHANGED
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert said_of(generate(*COMMAND)) == UNCHANGED
    assert generated == ["notes"] * 4


def test_a_lock_is_not_waited_for_without_end() -> None:
    assert 0 < cache.LOCK_TIMEOUT <= 10


def test_what_a_killed_run_left_is_used_again(work: Path) -> None:
    assert generate(*COMMAND).code == 0
    left = cache_file().with_suffix(".staged")
    left.write_text("{")
    write_model(Path("models", "notes.json"), notes("Text", "More"))
    assert generate(*COMMAND).code == 0
    assert [path.suffix for path in (work.parent / "cache").iterdir() if path.suffix != ".lock"] == [".json"]


def test_without_a_home_there_is_none(monkeypatch: pytest.MonkeyPatch, work: Path, generated: list[str]) -> None:
    monkeypatch.delenv("BOTOBIND_CACHE_DIR")
    # What `expanduser` gives for a user whom the system does not know.
    monkeypatch.setattr(cache, "user_cache_path", lambda name: Path("~", ".cache", name))
    for _ in range(2):
        assert generate(*COMMAND).code == 0
    assert generated == ["notes"] * 2
    assert not (work / "~").exists()


@pytest.mark.parametrize("name", [b"\xff", "é".encode(), b"a b\n"])
def test_any_name_of_an_output_folder(work: Path, generated: list[str], name: bytes) -> None:
    out = work / os.fsdecode(name)
    assert said_of(generate(*COMMAND, "--out", out)).endswith(" added")
    assert said_of(generate(*COMMAND, "--out", out)) == UNCHANGED
    assert generated == ["notes"]


@pytest.mark.parametrize("out", ["loop", "loop/out"])
def test_links_in_circles(work: Path, out: str) -> None:
    (work / "loop").symlink_to("loop")
    said = generate(*COMMAND, "--out", out)
    assert (said.code, said.out, len(said.err)) == (1, [], 1)
    assert said.err[0].endswith("choose another place")


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
    home = work.parent / "home"
    monkeypatch.setattr(cache, "user_cache_path", lambda name: home / name)
    assert generate(*COMMAND).code == 0
    assert not home.exists()
    # A variable that is empty is none.
    monkeypatch.setenv("BOTOBIND_CACHE_DIR", "")
    assert generate(*COMMAND).code == 0
    monkeypatch.delenv("BOTOBIND_CACHE_DIR")
    assert generate(*COMMAND, "--out", "elsewhere").code == 0
    assert {path.parent.name for path in home.rglob("*.json")} == {"botobind"}
    assert len(list(home.rglob("*.json"))) == 2
    # In no case in the output.
    assert not [path for path in work.rglob("*") if path.name.startswith(".")]
