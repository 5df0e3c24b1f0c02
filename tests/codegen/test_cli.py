"""The command line: what it takes, says, writes and returns, and how it ends when it is told to."""

from __future__ import annotations

import io
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from botobind.errors import ModelError
from botobind_codegen import cli
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
    monkeypatch.setattr(cli, "generate_package", generated)
    monkeypatch.setattr(cli, "summarize", summarized)
    monkeypatch.setattr(cli, "list_services", listed)
    model = Model({"operations": {"GetThing": {}, "PutThing": {}}})
    monkeypatch.setattr(cli, "load_service", lambda *_: model)
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
    assert lines == [f"{package.replace('_', '-')}: 3 files, 3 added" for package in packages]
    assert {path.name for path in (tmp_path / "botobind_services").iterdir()} == set(packages)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["alpha-betta"], 2, "Error: there is no service 'alpha-betta'; did you mean alpha-beta or alpha?"),
        (["alpha_beta"], 2, "Error: there is no service 'alpha_beta'; did you mean alpha-beta or alpha?"),
        (["xyz"], 2, "Error: there is no service 'xyz'"),
        ([], 2, "Error: name at least one service, or give --all"),
        (["alpha", "--all"], 2, "Error: give the names of services or --all, not both"),
        (["--all", "--operation", "GetThing"], 2, "Error: --operation needs exactly one service, not 3"),
        (["alpha", "gamma", "--operation", "GetThing"], 2, "Error: --operation needs exactly one service, not 2"),
        (
            ["alpha", "--operation", "GetThink"],
            1,
            "Error: service alpha: there is no operation 'GetThink'; did you mean GetThing or PutThing?",
        ),
        (["alpha", "--operation", "Xyz"], 1, "Error: service alpha: there is no operation 'Xyz'"),
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


@pytest.mark.parametrize("words", [["--help"], ["generate", "--help"], ["list", "--help"]])
def test_help(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert run(*words) == 0
    assert "Usage: botobind" in capsys.readouterr().out


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
    generate("alpha")
    assert capsys.readouterr().out.splitlines() == [
        "alpha: 3 files, 3 added",
        "alpha: 3 files, unchanged",
        "alpha: 3 files, 1 added, 1 changed, 1 removed",
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


def test_what_is_not_python_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    package = GeneratedPackage("alpha", {"__init__.py": HEADER, "values/a.py": "def f(:\n"})
    monkeypatch.setattr(cli, "generate_package", lambda *_: package)
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


# Other processes.

SCRIPT = f"""
import os, signal, sys, time
from pathlib import Path
from botobind_codegen import cli
from botobind_codegen.pipeline import GeneratedPackage

def generate_package(name, data_path, options):
    if name == "dies":
        os._exit(9)
    if name.startswith("slow"):
        Path(f"started-{{name}}-{{os.getpid()}}").touch()
        time.sleep(60)
    files = {{f"values/{{name}}{{n}}.py": f"x={{name!r}}\\n" for n in range(20)}}
    return GeneratedPackage(name, {{"__init__.py": {HEADER!r}, **files}})

cli.generate_package = generate_package
cli.list_services = lambda data_path: ["a", "b", "c", "d", "dies", *(f"slow{{n}}" for n in range(4))]
if __name__ == "__main__":
    sys.exit(cli.main())
"""


@pytest.fixture
def script(tmp_path: Path) -> list[str]:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "script.py").write_text(SCRIPT)
    return [sys.executable, str(tmp_path / "script.py"), "generate", "--out", "out"]


def start(
    command: list[str], folder: Path, stderr: int = subprocess.PIPE, stdout: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "TMPDIR": str(folder / "scratch"),
        "BOTOBIND_CACHE_DIR": str(folder.with_name(f"{folder.name}-cache")),
    }
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - the tests start no threads
    )


def heed_interrupts() -> None:
    # A test run in the background may ignore Ctrl-C, and what it starts would inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finished(command: list[str], folder: Path) -> tuple[int, str, str]:
    with start(command, folder) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_output_does_not_depend_on_the_number_of_processes(script: list[str], tmp_path: Path) -> None:
    results = []
    for jobs in ("1", "2", "3"):
        code, out, err = finished([*script, "d", "b", "a", "c", "--jobs", jobs, "--out", f"out{jobs}"], tmp_path)
        assert (code, err) == (0, "")
        assert out.splitlines() == [f"{name}: 21 files, 21 added" for name in "dbac"]
        results.append(tree(tmp_path / f"out{jobs}"))
    assert results[0] == results[1] == results[2]
    assert len(results[0]) == 84


def test_a_worker_that_dies(script: list[str], tmp_path: Path) -> None:
    code, _, err = finished([*script, "dies", "a", "--jobs", "2"], tmp_path)
    assert (code, err) == (1, "Error: a worker process died, perhaps for lack of memory; try fewer --jobs\n")
    assert list((tmp_path / "scratch").iterdir()) == []


def wait_for(folder: Path, pattern: str, count: int) -> list[Path]:
    for _ in range(600):
        if len(found := sorted(folder.glob(pattern))) == count:
            return found
        time.sleep(0.05)
    pytest.fail(f"no {pattern} after 30 s")


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)],
    ids=str,
)
def test_a_run_that_is_told_to_end(
    script: list[str], tmp_path: Path, jobs: int, number: signal.Signals, code: int
) -> None:
    assert finished([*script, "a"], tmp_path)[0] == 0
    before = tree(tmp_path / "out")
    # Twice as many as there are processes, so that some have been handed out and wait.
    slow = [f"slow{each}" for each in range(2 * jobs)]
    with start([*script, *slow, "b", "--jobs", str(jobs)], tmp_path) as process:
        workers = [int(path.name.rpartition("-")[2]) for path in wait_for(tmp_path, "started-*", jobs)]
        began = time.monotonic()
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # As a terminal does it.
        else:
            process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == code
    if number != signal.SIGKILL:
        assert err.strip() == ""
    for _ in range(100):
        if not any(map(is_running, workers)):
            break
        time.sleep(0.05)
    assert not any(map(is_running, workers))
    assert time.monotonic() - began < 20
    assert tree(tmp_path / "out") == before
    if number != signal.SIGKILL:
        assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("words", "shown"), [(["a"], False), (["a", "b"], True)])
@pytest.mark.parametrize("everything", [True, False])
def test_progress_is_shown_on_terminals_alone(
    script: list[str], tmp_path: Path, words: list[str], jobs: str, *, shown: bool, everything: bool
) -> None:
    ours, theirs = os.openpty()
    with start(
        [*script, *words, "--jobs", jobs], tmp_path, theirs, theirs if everything else subprocess.PIPE
    ) as process:
        out, _ = process.communicate(timeout=60)
    said = os.read(ours, 65536).decode() if select.select([ours], [], [], 0)[0] else ""
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 0
    assert ("services" in said) == shown
    lines = [f"{name}: 21 files, 21 added" for name in words]
    if everything:
        # Each begins a line, which is cleared where the bar was.
        for line in lines:
            assert re.search(rf"(^|\n|\x1b\[2K){line}\r\n", said), repr(said)
    else:
        # What goes to a file does not pass through the terminal's bar.
        assert out.splitlines() == lines


def test_output_that_nobody_reads(script: list[str], tmp_path: Path) -> None:
    with start([*script, "a", "b", "--jobs", "1"], tmp_path) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.wait(timeout=60)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert (tmp_path / "out" / "a").is_dir()


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "botobind_codegen", "--help"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.startswith("Usage: botobind ")
