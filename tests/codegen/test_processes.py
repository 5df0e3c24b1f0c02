"""The command line in processes of its own: what they show, and how they end when they are told to."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.commands import texts

HEADER = "# Made by botobind 0.1.0 from a model file, alpha 2020-01-01.\n"

SCRIPT = f"""
import os, signal, sys, time
from pathlib import Path
from botobind_codegen import cli, generating
from botobind_codegen.pipeline import GeneratedPackage

def generate_package(name, data_path, options):
    if name == "dies":
        os._exit(9)
    if name.startswith("slow"):
        Path(f"started-{{name}}-{{os.getpid()}}").touch()
        time.sleep(60)
    files = {{f"values/{{name}}{{n}}.py": f"x={{name!r}}\\n" for n in range(20)}}
    return GeneratedPackage(name, {{"__init__.py": {HEADER!r}, **files}})

generating.generate_package = generate_package
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
        results.append(texts(tmp_path / f"out{jobs}"))
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
    before = texts(tmp_path / "out")
    # Twice as many as there are processes, so that some have been handed out and wait.
    slow = [f"slow{each}" for each in range(2 * jobs)]
    with start([*script, *slow, "b", "--jobs", str(jobs)], tmp_path) as process:
        workers = [int(path.name.rpartition("-")[2]) for path in wait_for(tmp_path, "started-*", jobs)]
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # As a terminal does it.
        else:
            process.send_signal(number)
        _, err = process.communicate(timeout=30)  # before the slow ones are done
    assert process.returncode == code
    if number != signal.SIGKILL:
        assert err.strip() == "Interrupted: what was finished is in place, and nothing is half done."
    for _ in range(400):
        if not any(map(is_running, workers)):
            break
        time.sleep(0.05)
    assert not any(map(is_running, workers))
    assert texts(tmp_path / "out") == before
    if number != signal.SIGKILL:
        assert list((tmp_path / "scratch").iterdir()) == []


def read_all(terminal: int) -> str:
    """What is written to a terminal, of which little can wait to be read, until nobody has it open any more."""
    chunks = []
    while select.select([terminal], [], [], 60)[0]:
        try:
            chunks.append(os.read(terminal, 65536))
        except OSError:  # Linux says so at the end.
            break
        if not chunks[-1]:
            break
    os.close(terminal)
    return b"".join(chunks).decode()


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
        os.close(theirs)
        said = read_all(ours)
        out, _ = process.communicate(timeout=60)
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
