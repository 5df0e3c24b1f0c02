"""What EC2 costs a checker and an editor: a program of 20 lines in a project of its own, beside the same with the stubs
of types-boto3 where these are installed. `nox -s bench_editors` gets them and prints the figures.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from attrs import frozen
from measuring.language_server import language_server

ROOT = Path(__file__).parents[1]

OURS = '''"""Finds the instances that have no owner."""

from botobind.http import HttpResponse
from botobind_services import ec2


def untagged(response: HttpResponse) -> list[str]:
    found: list[str] = []
    answer = ec2.endpoints.DescribeInstances.of_response(response)
    if isinstance(answer, Exception):
        raise answer
    for reservation in answer.reservations or []:
        for instance in reservation.instances or []:
            tags = {tag.key: tag.value for tag in instance.tags or []}
            if "owner" not in tags and instance.instance_id:
                found.append(instance.instance_id)
    return found


request = ec2.DescribeInstancesRequest.make(filters=[ec2.Filter(name="tag:stage", values=["test"])], max_results=50)
stop = ec2.StopInstancesRequest(instance_ids=["i-1"], dry_run=True)
print(ec2.endpoints.DescribeInstances.to_request(request), ec2.endpoints.StopInstances.to_request(stop))
'''
THEIRS = '''"""Finds the instances that have no owner."""

import boto3

ec2 = boto3.client("ec2")


def untagged() -> list[str]:
    found: list[str] = []
    answer = ec2.describe_instances(Filters=[{"Name": "tag:stage", "Values": ["test"]}], MaxResults=50)
    for reservation in answer.get("Reservations", []):
        for instance in reservation.get("Instances", []):
            tags = {tag.get("Key"): tag.get("Value") for tag in instance.get("Tags", [])}
            identity = instance.get("InstanceId")
            if "owner" not in tags and identity:
                found.append(identity)
    return found


print(untagged())
print(ec2.stop_instances(InstanceIds=["i-1"], DryRun=True))
'''


@frozen
class Figure:
    """What was measured of a program, and what must not be passed; `aim` is what is hoped for."""

    name: str
    unit: str
    ours: float
    theirs: float | None
    must: float
    aim: float


def project(folder: Path, program: str, paths: list[Path]) -> Path:
    """A project with a program, and an interpreter that has the paths among its own; gives the interpreter."""
    folder.mkdir()
    venv.create(folder / ".venv", with_pip=False)
    (folder / "program.py").write_text(program)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    packages = folder / ".venv" / "lib" / version / "site-packages" / "paths.pth"
    packages.write_text("\n".join(map(str, paths)))
    return folder / ".venv" / "bin" / "python"


def checked(folder: Path, *command: str) -> tuple[float, float]:
    """Seconds and megabytes of a command that must find nothing wrong: the least of its runs."""
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(  # noqa: S603 - ours
                [sys.executable, "-m", *command], cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            output.seek(0)
            if status:
                raise SystemExit(f"{' '.join(command)} failed:\n{output.read().decode()[-4000:]}")
        found.append((seconds, used.ru_maxrss / 1000))
    return min(found)


RUNS = 3
_WARM = 15
"""Completions of which the median is told, after as many in which Node.js compiles what it runs most."""


def completed(folder: Path, interpreter: Path, program: str) -> tuple[float, float]:
    """Milliseconds until `ec2.` is completed, by a server that has just begun and by one that knows the program."""
    text = f"{program}\nec2."
    file = folder / "program.py"
    with language_server(folder, interpreter) as server:
        found, cold = server.ask("completion", file, text, len(text))
        if not _names(found):
            raise SystemExit("the language server knows nothing of ec2")
        taken = []
        for count in range(2 * _WARM):
            edited = f"{program}\nx = {count}\nec2."
            taken.append(server.ask("completion", file, edited, len(edited))[1])
    return cold, statistics.median(taken[_WARM:])


def _names(found: Any) -> list[str]:
    return [item["label"] for item in (found["items"] if isinstance(found, dict) else found or [])]


def figures_of(folder: Path, program: str, paths: list[Path]) -> list[float]:
    """Seconds and megabytes of mypy and of pyright, then milliseconds of completion, cold and warm."""
    interpreter = project(folder, program, paths)
    settings = ("--strict", "--config-file=", f"--cache-dir={os.devnull}", f"--python-executable={interpreter}")
    (folder / "pyrightconfig.json").write_text(json.dumps({"include": ["program.py"]}))
    return [
        *checked(folder, "mypy", *settings, "program.py"),
        *checked(folder, "pyright", f"--pythonpath={interpreter}", "--project=pyrightconfig.json"),
        *completed(folder, interpreter, program),
    ]


LIMITS = (
    ("mypy --strict, cold", "s", 5, 3),
    ("mypy --strict, memory", "MB", 400, 300),
    ("pyright", "s", 2.5, 1.6),
    ("pyright, memory", "MB", 500, 400),
    ("completion after `ec2.`, cold", "ms", 2000, 1300),
    ("completion after `ec2.`, warm", "ms", 60, 38),
)


def measured() -> list[Figure]:
    """All figures; those of types-boto3 are None where it is not installed."""
    libraries = Path(sysconfig.get_path("purelib"))
    with tempfile.TemporaryDirectory(prefix="botobind-editors-") as temporary:
        folder = Path(temporary).resolve()
        services = folder / "services"
        generate = ("botobind", "generate", "ec2", "--no-config", "--out", str(services / "botobind_services"))
        subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        ours = figures_of(folder / "ours", OURS, [services, ROOT / "runtime", libraries])
        theirs: list[float] | list[None] = [None] * len(ours)
        if (stubs := find_spec("types_boto3_ec2")) is not None and stubs.origin is not None:
            theirs = figures_of(folder / "theirs", THEIRS, [Path(stubs.origin).parents[1], libraries])
    return [Figure(*row[:2], *pair, *row[2:]) for row, pair in zip(LIMITS, zip(ours, theirs, strict=True), strict=True)]


def main(
    strict: Annotated[bool, typer.Option(help="Fail where a figure is beyond what it must be.")] = False,  # noqa: FBT002 - typer's way
) -> None:
    """Prints the figures beside those of types-boto3."""
    figures = measured()
    typer.echo(f"{'':32}{'botobind':>10}{'types-boto3':>13}{'must':>8}{'aim':>8}")
    for each in figures:
        theirs = "none here" if each.theirs is None else f"{each.theirs:.4g}"
        typer.echo(f"{each.name:30}{each.unit:>2}{each.ours:>10.4g}{theirs:>13}{each.must:>8g}{each.aim:>8g}")
    if strict and any(each.ours > each.must for each in figures):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
