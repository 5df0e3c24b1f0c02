"""The command line: what it takes, says, writes and returns, and how it ends when it is told to."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import botocore
import pytest
from attrs import frozen

import botobind_codegen
from botobind.errors import ModelError
from botobind_codegen import cli, completion, generating
from botobind_codegen.pipeline import GeneratedPackage, GenerateOptions, ServiceSummary

HEADER = "# Made by botobind 0.1.0 from a model file, alpha 2020-01-01.\n"
SERVICES = ["alpha", "alpha-beta", "gamma"]
BROKEN: dict[str, Exception] = {}
"""Services that cannot be generated, for one test."""


@frozen
class Model:
    document: dict[str, object]


def generated(name: str, data_path: Path | None = None, options: GenerateOptions | None = None) -> GeneratedPackage:
    if name in BROKEN:
        raise BROKEN[name]
    package = name.replace("-", "_")
    words = {"a": 1, "operations": (options or GenerateOptions()).operations, "data_path": str(data_path)}
    text = "".join(f"{word}={value!r}\n" for word, value in words.items())
    return GeneratedPackage(package, {"__init__.py": HEADER, "values/a.py": text, "py.typed": ""})


def summarized(name: str, data_path: Path | None = None) -> ServiceSummary:
    if name in BROKEN:
        raise BROKEN[name]
    protocols = ("smithy-rpc-v2-cbor", "json") if data_path is None else ("json",)
    return ServiceSummary(name, "json", protocols, "2020-01-01", 3, 40)


def listed(data_path: Path | None = None) -> list[str]:
    if data_path is None:
        return SERVICES
    if data_path.is_dir():
        return ["gamma", "my-own"]
    return [data_path.stem]


@pytest.fixture(autouse=True)
def stages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Stand-ins for the stages before, and a folder of one's own to run in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOTOBIND_CACHE_DIR", str(tmp_path.with_name(f"{tmp_path.name}-cache")))
    monkeypatch.setattr(generating, "generate_package", generated)
    monkeypatch.setattr(cli, "summarize", summarized)
    monkeypatch.setattr(cli, "list_services", listed)
    model = Model({"operations": {"GetThing": {}, "PutThing": {}}})
    monkeypatch.setattr(generating, "load_service", lambda *_: model)
    yield
    BROKEN.clear()


def tree(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*") if file.is_file()}


def run(*words: object) -> int:
    return cli.main([str(word) for word in words])


def generate(*words: object) -> int:
    # Stand-ins do not reach other processes.
    return run("generate", "--jobs", 1, *words)


@pytest.mark.parametrize(
    ("words", "packages"),
    [
        (["alpha"], ["alpha"]),
        (["gamma", "alpha", "gamma"], ["gamma", "alpha"]),
        (["--all"], ["alpha", "alpha_beta", "gamma"]),
        (["--data-path", "models"], ["gamma", "my_own"]),
        (["--data-path", "models", "--all"], ["gamma", "my_own"]),
        (["--data-path", "models", "my-own"], ["my_own"]),
        (["--data-path", "models/mine.json"], ["mine"]),
        (["--data-path", "models/mine.json", "mine"], ["mine"]),
    ],
)
def test_which_services(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], packages: list[str]
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine.json").write_text("{}")
    assert generate(*words) == 0
    lines = capsys.readouterr().out.splitlines()
    models = [f"models: {words[1]}"] if "--data-path" in words else []
    assert lines == [*models, *(f"{package.replace('_', '-')}: 3 files, 3 added" for package in packages)]
    assert {path.name for path in (tmp_path / "botobind_services").iterdir()} == set(packages)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["alpha-betta"], 2, "Error: there is no service 'alpha-betta'; did you mean alpha-beta or alpha?"),
        (["alpha_beta"], 2, "Error: there is no service 'alpha_beta'; did you mean alpha-beta?"),
        (["ALPHA"], 2, "Error: there is no service 'ALPHA'; did you mean alpha?"),
        (
            ["Gama", "alpha", "xyz", "--operation", "A"],
            2,
            (
                "Error: there is no service 'Gama'; did you mean gamma?\nError: there is no service 'xyz'\n"
                "Error: --operation needs exactly one service, not 3"
            ),
        ),
        (["xyz"], 2, "Error: there is no service 'xyz'"),
        ([], 2, "Error: name at least one service, or give --all"),
        (["alpha", "--all"], 2, "Error: give the names of services or --all, not both"),
        (["--all", "--operation", "GetThing"], 2, "Error: --operation needs exactly one service, not 3"),
        (["alpha", "gamma", "--operation", "GetThing"], 2, "Error: --operation needs exactly one service, not 2"),
        (
            ["alpha", "--operation", "GetThink"],
            2,
            "Error: service alpha: there is no operation 'GetThink'; did you mean GetThing or PutThing?",
        ),
        (
            ["alpha", "--operation", "Xyz", "--operation", "getthing"],
            2,
            (
                "Error: service alpha: there is no operation 'Xyz'\n"
                "Error: service alpha: there is no operation 'getthing'; did you mean GetThing?"
            ),
        ),
    ],
)
def test_one_line_tells_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    assert generate(*words) == code
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{message}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["generate", "alpha", "--no-such-option"],
        ["generate", "alpha", "--jobs", "0"],
        ["generate", "alpha", "--jobs", "many"],
        ["generate", "alpha", "--data-path", "missing"],
        ["generate", "alpha", "--out", "file"],
        ["generate", "alpha", "--operation"],
        ["list", "alpha", "--check"],
        ["list", "alphx"],
        ["no-such-command"],
    ],
)
def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run(*words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Error: " in said.err.splitlines()[-1]


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", [[], ["generate"], ["list"], ["diff"]])
def test_help(capsys: pytest.CaptureFixture[str], command: list[str], option: str) -> None:
    assert run(*command, option) == 0
    assert "Usage: botobind" in capsys.readouterr().out


def test_summaries_of_commands_are_whole(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run("-h") == 0
    _, commands = capsys.readouterr().out.split("Commands:\n")
    lines = commands.splitlines()
    names = ["generate", "diff", "call", "encode", "validate", "decode", "serve", "openapi", "schema", "list"]
    assert [line.split()[0] for line in lines] == names
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


def test_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"botobind {botobind_codegen.__version__} (botocore {botocore.__version__})\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("generate al", ["alpha", "alpha-beta"]),
        ("generate alpha al", ["alpha-beta"]),
        ("list g", ["gamma"]),
        ("generate x", []),
        ("generate --data-path models ", ["gamma", "my-own"]),
        ("generate alpha --operation Get", ["GetThing"]),
        ("generate alpha gamma --operation Get", []),
        ("generate broken --operation Get", []),
        ("generate --fo", ["--format", "--force"]),
        ("gen", ["generate"]),
    ],
)
def test_what_a_shell_offers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, offered: list[str]
) -> None:
    Path("models").mkdir()

    def loaded(name: str, _: Path | None) -> Model:
        if name == "broken":
            raise ModelError("not JSON", service=name)
        return Model({"operations": {"GetThing": {}, "PutThing": {}}})

    monkeypatch.setattr(completion, "list_services", listed)
    monkeypatch.setattr(completion, "load_service", loaded)
    monkeypatch.setenv("_BOTOBIND_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"botobind {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(f"botobind {words}".split(" ")) - 1))
    assert run() == 0
    said = capsys.readouterr()
    assert (sorted(said.out.split()), said.err) == (sorted(offered), "")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_words_that_an_encoding_does_not_know(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str, stream: str
) -> None:
    monkeypatch.setattr(sys, stream, io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    name = os.fsdecode(b"\xff\xe6\x97\xa5")
    (tmp_path / name).mkdir()
    assert generate(*([] if stream == "stdout" else [name]), "--data-path", name) == (0 if stream == "stdout" else 2)
    getattr(sys, stream).flush()
    written = getattr(sys, stream).buffer.getvalue().decode(encoding)
    assert "\\udcff" in written
    assert ("日" in written) == (encoding == "utf-8")


def test_options_reach_the_generator(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("{}")
    words = ["--operation", "GetThing", "--operation", "PutThing", "--data-path", "mine.json", "--out", "a/b"]
    assert generate("mine", *words) == 0
    text = (tmp_path / "a" / "b" / "mine" / "values" / "a.py").read_text()
    assert text.partition("\n")[2] == 'a = 1\noperations = ("GetThing", "PutThing")\ndata_path = "mine.json"\n'


@pytest.mark.parametrize(
    ("there", "words", "out"),
    [
        ([], [], "botobind_services"),
        (["generated"], [], "botobind_services"),
        (["generated/botobind_services"], [], "generated/botobind_services"),
        (["generated/botobind_services"], ["--out", "x"], "x"),
    ],
)
def test_where_packages_go(tmp_path: Path, there: list[str], words: list[str], out: str) -> None:
    for folder in there:
        (tmp_path / folder).mkdir(parents=True)
    assert generate("alpha", *words) == 0
    assert [path.name for path in (tmp_path / out).iterdir()] == ["alpha"]


def test_a_second_run_says_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = tmp_path / "botobind_services" / "alpha"
    generate("alpha")
    generate("alpha")
    (package / "values" / "a.py").write_text("")
    (package / "py.typed").unlink()
    (package / "old.py").write_text("")
    assert generate("alpha") == 1
    assert generate("alpha", "--force") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "alpha: 3 files, 3 added",
        "alpha: 3 files, unchanged",
        "replaced: alpha/values/a.py",
        "removed: alpha/old.py",
        "alpha: 3 files, 1 added, 1 changed, 1 removed",
    ]
    assert said.err.splitlines() == [
        (
            "Error: botobind_services/alpha: not written: these files were edited or added by hand and would be lost; "
            "move them away, or give --force"
        ),
        "  extra: alpha/old.py",
        "  edited: alpha/values/a.py",
    ]


def test_check_names_what_differs_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = tmp_path / "botobind_services" / "alpha"
    assert generate("alpha", "gamma", "--check") == 1
    assert list(tmp_path.iterdir()) == []
    generate("alpha", "gamma")
    capsys.readouterr()
    assert generate("alpha", "gamma", "--check") == 0
    assert capsys.readouterr().out == "alpha: 3 files, up to date\ngamma: 3 files, up to date\n"
    (package / "values" / "a.py").write_text("")
    (package / "py.typed").unlink()
    (package / "old.py").write_text("")
    before = tree(tmp_path)
    assert generate("alpha", "gamma", "--check") == 1
    assert tree(tmp_path) == before
    assert capsys.readouterr().out.splitlines() == [
        "missing: alpha/py.typed",
        "edited: alpha/values/a.py",
        "extra: alpha/old.py",
        "why: alpha: the model has changed, or files were added or removed by hand",
        "why: alpha: edited by hand since it was generated",
        "alpha: 3 files, 3 differ",
        "gamma: 3 files, up to date",
    ]


def test_errors_come_at_the_end_and_the_others_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    BROKEN["alpha"] = ModelError("unknown type 'x'", service="alpha", shape="Thing", key="type")
    BROKEN["gamma"] = ModelError("not JSON", file="gamma.json")
    assert generate("--all") == 1
    said = capsys.readouterr()
    assert said.out == "alpha-beta: 3 files, 3 added\n"
    assert said.err.splitlines() == [
        "Error: service alpha, shape Thing, key type: unknown type 'x'",
        "Error: service gamma: file gamma.json: not JSON",
    ]
    assert [path.name for path in (tmp_path / "botobind_services").iterdir()] == ["alpha_beta"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KeyError("x"), "internal error, please report it: KeyError: 'x' (test_cli.py, line "),
        (RecursionError("too deep"), "internal error, please report it: RecursionError: too deep (test_cli.py, line "),
    ],
)
def test_mistakes_of_the_generator(capsys: pytest.CaptureFixture[str], error: Exception, message: str) -> None:
    BROKEN["alpha"] = error
    assert generate("alpha", "gamma") == 1
    said = capsys.readouterr()
    assert said.out == "gamma: 3 files, 3 added\n"
    assert said.err.startswith(f"Error: service alpha: {message}")
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "there"), "there: No space left on device; make room"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device; make room"),
        (OSError(errno.EIO, "Input/output error", "there"), "there: Input/output error"),
        (OSError("odd"), "odd"),
    ],
)
def test_what_the_system_refuses(capsys: pytest.CaptureFixture[str], error: OSError, message: str) -> None:
    BROKEN["alpha"] = error
    assert generate("alpha", "gamma") == 1
    assert capsys.readouterr().err == f"Error: service alpha: {message}\n"


def test_what_is_not_python_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    package = GeneratedPackage("alpha", {"__init__.py": HEADER, "values/a.py": "def f(:\n"})
    monkeypatch.setattr(generating, "generate_package", lambda *_: package)
    assert generate("alpha") == 1
    assert capsys.readouterr().err.startswith("Error: service alpha: internal error: values/a.py is not Python: ")


def test_a_foreign_package_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "botobind_services" / "alpha").mkdir(parents=True)
    (tmp_path / "botobind_services" / "alpha" / "mine.py").write_text("mine")
    assert generate("alpha", "gamma") == 1
    said = capsys.readouterr()
    assert said.out == "gamma: 3 files, 3 added\n"
    assert said.err.startswith("Error: botobind_services/alpha: was not written by botobind")
    assert (tmp_path / "botobind_services" / "alpha" / "mine.py").read_text() == "mine"


def test_models_that_cannot_be_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: Path | None) -> list[str]:
        raise ModelError("holds no service models", file="models")

    monkeypatch.setattr(cli, "list_services", fail)
    assert generate("--all") == 1
    assert capsys.readouterr().err == "Error: file models: holds no service models\n"


def test_list_as_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--jobs", 1) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines() == [
        "service     protocols                 API version  operations  shapes",
        *(f"{name:<10}  json, smithy-rpc-v2-cbor  2020-01-01   3           40" for name in SERVICES),
    ]


def test_list_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.json").write_text("{}")
    assert run("list", "--jobs", 1, "--json", "--data-path", "mine.json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "name": "mine",
            "protocol": "json",
            "protocols": ["json"],
            "api_version": "2020-01-01",
            "operations": 3,
            "shapes": 40,
        }
    ]


def test_list_goes_on_after_errors(capsys: pytest.CaptureFixture[str]) -> None:
    BROKEN["alpha"] = ModelError("unknown type 'x'", service="alpha")
    assert run("list", "--jobs", 1, "gamma", "alpha") == 1
    said = capsys.readouterr()
    assert [line.split()[0] for line in said.out.splitlines()] == ["service", "gamma"]
    assert said.err == "Error: service alpha: unknown type 'x'\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_list_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert run("list", "--jobs", 1) == 0
    assert "│ alpha-beta │" in terminal.getvalue()
