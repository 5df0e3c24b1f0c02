"""The project's sessions. `nox -l` lists them; those that take long are off by default."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nox
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["tests", "lint", "types", "docs", "packaging"]

INSTALL = ("-c", "constraints.txt", "-e", ".[dev]")
SELECTION = ("partnercentral-selling", "sts", "s3", "dynamodb", "lambda", "cloudwatch")
"""The services whose packages are committed."""

INTERPRETERS = ("3.11", "3.12", "3.13")
"""Speed on the first of them is what that on the others is compared with."""

NEXT_INTERPRETERS = ("3.14",)
"""What the tests may run on, too; nothing is promised of them yet."""

PEERS_PYTHON = "3.12"
"""The first Python that AWS's own new SDK takes."""

USERS_EXTRAS = (
    "arrow",
    "boto3",
    "codegen",
    "engine",
    "engine-async",
    "hypothesis",
    "io",
    "pydantic",
    "re2",
    "server",
    "sigv4a",
)
OF_AIOHTTP = ("aiohappyeyeballs", "aiosignal", "frozenlist", "multidict", "propcache", "yarl")
"""What aiohttp wants in versions of its own time."""

OF_PYDANTIC = ("pydantic-core", "pydantic-settings")
"""What goes with pydantic's versions: the one that each has, and one that the tests' validator wants."""

BOTOCORES = ("boto3", "botocore", "s3transfer")
"""The packages that clients ride on, of which each session of theirs wants other versions."""

BESIDE_BOTO3 = ("cloudwatch", "dynamodb", "iam", "lambda", "rds", "s3", "s3control", "sqs", "sts", "timestream-query")
"""The services whose requests are compared with boto3's on other versions of it: of each protocol, and what botocore
treats in ways of its own.
"""

PORTABLE = "not (catalogue or differential or packaging or patterns or pinned)"
"""The tests that pass with any versions that pyproject.toml allows."""

QUICK = (
    "tests/answers",
    "tests/codegen/test_naming.py",
    "tests/project",
    "tests/runtime/test_unions.py",
    "tests/test_start_engagement.py",
    "tests/timestamps",
)
"""Folders and files whose cases take milliseconds each, from all floors of the code."""

GENERATED_STYLE = ("--isolated", "--target-version", "py311", "--line-length", "100")
GENERATED_RULES = (
    *GENERATED_STYLE,
    *("--select", "E4,E7,E9,F,I"),
    *("--ignore", "E741"),  # members are called what the model calls them, `l` included
    *("--per-file-ignores", "*.pyi:F403"),  # the stub of a package has all names of that of its values
)


@nox.session(default=False, venv_backend="none")
def quick(session: nox.Session) -> None:
    """Lint and about 900 of the fastest cases, for the time between two edits; in the environment that nox is in."""
    check_style(session, sys.executable, "-m", "ruff")
    check_imports(session, str(Path(sys.executable).with_name("lint-imports")))
    # Workers would take longer to start than these tests take.
    session.run(sys.executable, "-m", "pytest", "-q", "-n", "0", *QUICK, *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """All tests but those of the whole catalogue."""
    session.install(*INSTALL)
    session.run("python", "-m", "pytest", "-q", "-n", "auto", *session.posargs)


@nox.session(default=False, python=(*INTERPRETERS, *NEXT_INTERPRETERS))
def tests_interpreters(session: nox.Session) -> None:
    """All tests but those of the whole catalogue, on each interpreter that is here; the others are skipped."""
    session.install(*INSTALL)
    session.run("python", "-m", "pytest", "-q", "-n", "auto", *session.posargs)


@nox.session(default=False, python=INTERPRETERS[0])
def lowest(session: nox.Session) -> None:
    """The tests with the lowest versions of what users install that pyproject.toml allows.

    The tests' own tools are those of constraints.txt.
    """
    versions = lowest_versions()
    free = {*versions, *OF_AIOHTTP, *OF_PYDANTIC}
    others = [line for line in Path("constraints.txt").read_text().splitlines() if name_of_pin(line) not in free]
    constraints = Path(session.create_tmp()).resolve() / "lowest.txt"
    constraints.write_text("\n".join([*others, *(f"{name}=={version}" for name, version in versions.items())]) + "\n")
    session.install("-c", str(constraints), "-e", ".[dev]")
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "-m", PORTABLE, *session.posargs)


@nox.session(default=False)
def newest(session: nox.Session) -> None:
    """The tests with the newest versions of everything, whatever constraints.txt says."""
    session.install("--upgrade", "--upgrade-strategy", "eager", "-e", ".[dev]")
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "-m", PORTABLE, *session.posargs)


def lowest_versions() -> dict[str, str]:
    """The lower bounds of what users install, by the normalized names of packages."""
    project = nox.project.load_toml("pyproject.toml")["project"]
    extras = project["optional-dependencies"]
    wanted = map(Requirement, [*project["dependencies"], *(line for name in USERS_EXTRAS for line in extras[name])])
    return {canonicalize_name(each.name): next(iter(each.specifier)).version for each in wanted}


def name_of_pin(line: str) -> str:
    """The normalized name of the package that a line of constraints.txt is about."""
    return canonicalize_name(line.partition("==")[0])


@nox.session
def packaging(session: nox.Session) -> None:
    """The wheel in an empty environment without extras: the README's examples run, and nothing is there for nothing."""
    session.install(*INSTALL)
    session.run("python", "-m", "pytest", "-q", "-m", "packaging", "tests/docs/test_wheel.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """ruff: rules and format of what is written by hand; rules of the generated. import-linter: layers, no circle."""
    session.install("-c", "constraints.txt", "ruff", "import-linter")
    check_style(session, "ruff")
    check_imports(session, "lint-imports")


def check_style(session: nox.Session, *ruff: str) -> None:
    """Checks what is written by hand and what is generated by the command for ruff."""
    session.run(*ruff, "check", "-q")
    session.run(*ruff, "format", "-q", "--check")
    session.run(*ruff, "check", "-q", *GENERATED_RULES, "generated")
    session.run(*ruff, "format", "-q", "--check", *GENERATED_STYLE, "generated")


def check_imports(session: nox.Session, linter: str) -> None:
    """Holds imports against the contracts in pyproject.toml. The packages need not be installed."""
    roots = os.pathsep.join(str(Path(folder).resolve()) for folder in ("runtime", "codegen", "benchmarks"))
    session.run(linter, "--no-cache", "--no-logo", env={"PYTHONPATH": roots}, silent=True)


@nox.session
def types(session: nox.Session) -> None:
    """Types by mypy --strict and pyright: over runtime, generator, templates, committed packages and examples."""
    session.install(*INSTALL)
    session.run("mypy")
    session.run("pyright")


@nox.session
def types_ec2(session: nox.Session) -> None:
    """Types of EC2, the largest service, which is generated for it: of the stubs and every tenth module, of all with
    `-- --every 1`.
    """
    session.install(*INSTALL)
    session.run("python", "benchmarks/checkers.py", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation site, below the session's folder; any warning fails."""
    session.install("-c", "constraints.txt", "-e", ".[docs]")
    out = Path(session.create_tmp()).resolve()
    strict = ("-W", "-n", "--keep-going", "-q", "-E")
    session.run("sphinx-build", *strict, "-b", "html", "-d", str(out / "doctrees"), "docs", str(out / "html"))
    session.log(f"open {out / 'html' / 'index.html'}")


@nox.session(default=False)
def regenerate(session: nox.Session) -> None:
    """Writes the committed packages anew, and the tables of model keys, of settings and of `botobind diff`'s rules."""
    session.install(*INSTALL)
    # What git has merged into these packages looks like a hand's work.
    session.run("botobind", "generate", "--force", *SELECTION)
    Path("docs").mkdir(exist_ok=True)
    session.run("python", "-m", "botobind_codegen.keys_table", "docs/model-keys.md")
    session.run("python", "-m", "botobind_codegen.diff.rules_table", "docs/diff-rules.md")
    session.run("python", "tools/settings_page.py")


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Builds the release of a version in a copy of the tree and checks it: `-- 0.2.0`. With `--tag` its commit and tag
    are kept; nothing is pushed and nothing uploaded.
    """
    session.install("-c", "constraints.txt", "-e", ".[dev,release]")
    session.run("python", "tools/release.py", *session.posargs)


@nox.session(default=False)
def catalogue(session: nox.Session) -> None:
    """All 439 services: generated, imported, and an example of every class through all five formats and back."""
    session.install(*INSTALL)
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "-m", "catalogue", *session.posargs)


@nox.session(default=False)
def newest_botocore(session: nox.Session) -> None:
    """What the newest botocore there is changes, and `catalogue` with it: for every night, so that a new key or
    combination is known before users meet it.
    """
    session.install(*INSTALL)
    where = "import botocore, pathlib; print(pathlib.Path(botocore.__file__).parents[1])"
    pinned = str(session.run("python", "-c", where, silent=True)).strip()
    with TemporaryDirectory(prefix="botobind-newest-") as folder:
        # Beside the pinned one, before which it is found.
        session.run("python", "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, "botocore")
        environment = {"PYTHONPATH": folder}
        session.run("botobind", "--version", env=environment)
        # What cannot be read is for the tests to tell.
        changes = ("botobind", "diff", "--all", "--old", pinned, "--format", "changelog")
        session.run(*changes, env=environment, success_codes=[0, 1])
        session.run("python", "-m", "pytest", "-q", "-n", "auto", "-m", "catalogue", *session.posargs, env=environment)


@nox.session(default=False)
def types_catalogue(session: nox.Session) -> None:
    """Style and types of all 439 services: mypy --strict, in batches that fit into 3 GB; of those that are named."""
    session.install(*INSTALL)
    # Not below the session's folder, in which ruff finds no files: it passes by what is called `.nox`.
    with TemporaryDirectory(prefix="botobind-types-") as folder:
        root = Path(folder).resolve()
        out = root / "botobind_services"
        session.run("botobind", "generate", *(session.posargs or ["--all"]), "--out", str(out), silent=True)
        session.run("ruff", "check", *GENERATED_RULES, str(out))
        session.run("ruff", "format", "--check", *GENERATED_STYLE, str(out))
        settings = ("--strict", "--config-file=", "--namespace-packages", "--explicit-package-bases")
        environment = {"MYPYPATH": f"{root}:{Path('runtime').resolve()}"}
        for batch in batches(sorted(out.iterdir())):
            packages = [word for package in batch for word in ("-p", f"botobind_services.{package.name}")]
            # A cache would hold what all batches have in common, and cost more than it saves.
            session.run("mypy", *settings, "--cache-dir=/dev/null", *packages, env=environment)


def batches(folders: list[Path], most: int = 5000) -> list[list[Path]]:
    """The packages in groups of at most so many modules; a larger one is a group of its own."""
    groups: list[list[Path]] = []
    room = 0
    for folder in folders:
        modules = sum(1 for _ in folder.rglob("*.py"))
        if modules > room:
            groups.append([])
            room = most
        groups[-1].append(folder)
        room -= modules
    return groups


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Speed beside botocore and C libraries, every message checked first; writes `benchmarks/results/speed.json`.
    Peers are columns where they are installed: `nox -s bench -- --peers` gets them.
    """
    session.install(*INSTALL)
    arguments = list(session.posargs)
    if "--peers" in arguments:
        arguments.remove("--peers")
        session.install("capo-ec2", "capo-s3")
    session.run("python", "benchmarks/bench.py", *arguments)


@nox.session(default=False, python=INTERPRETERS)
def bench_interpreters(session: nox.Session) -> None:
    """Speed on each interpreter; when all have been measured, writes `benchmarks/results/interpreters.json`."""
    session.install(*INSTALL)
    folder = Path(session.create_tmp()).resolve().parents[1] / "interpreters"
    folder.mkdir(exist_ok=True)
    files = [folder / f"{version}.json" for version in INTERPRETERS]
    session.run("python", "benchmarks/bench.py", "--store", str(folder / f"{session.python}.json"), *session.posargs)
    if all(file.exists() for file in files):
        session.run("python", "benchmarks/interpreters.py", *map(str, files))


@nox.session(default=False)
def bench_scale(session: nox.Session) -> None:
    """What the whole catalogue costs to generate, import and check; writes `benchmarks/results/scale.json`."""
    session.install(*INSTALL)
    session.run("python", "benchmarks/scale.py", *session.posargs)


@nox.session(default=False)
def bench_editors(session: nox.Session) -> None:
    """What a program that uses EC2 costs mypy, pyright and pyright's language server, beside types-boto3's stubs.
    `-- --strict` fails where a figure is beyond what it must be.
    """
    session.install(*INSTALL, "types-boto3[ec2]")
    session.run("python", "benchmarks/editors.py", *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """The fuzzers at full length: 10,000 mutated requests and as many answers in each protocol, 10,000 models, and a
    million documents of XML.
    """
    session.install(*INSTALL)
    command = ("python", "-m", "pytest", "-q", "-n", "auto", "tests/fuzzing", *session.posargs)
    session.run(*command, env={"BOTOBIND_FUZZ_COUNT": "10000", "BOTOBIND_XML_COUNT": "1000000"})


@nox.session(default=False, python=("3.11", "3.13"))
def threads(session: nox.Session) -> None:
    """First documents read by 32 threads at once, and by children forked meanwhile: 60 fresh processes each."""
    session.install(*INSTALL)
    command = ("python", "-m", "pytest", "-q", "-n", "auto", "tests/concurrency", *session.posargs)
    session.run(*command, env={"BOTOBIND_PROCESSES": "60"})


@nox.session(default=False)
def patterns(session: nox.Session) -> None:
    """Every pattern of the catalogue: its worst texts take 50 ms at most, and all engines read it in the same way."""
    session.install(*INSTALL)
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "-m", "patterns", *session.posargs)


@nox.session(default=False)
def differential(session: nox.Session) -> None:
    """All 19,796 operations, in each protocol that they are spoken in, against botocore. What has passed before the run
    was broken off is left out the next time.
    """
    session.install(*INSTALL)
    done = Path(session.create_tmp()) / "differential.txt"
    command = ("python", "-m", "pytest", "-q", "-n", "auto", "-m", "differential", "tests/differential")
    session.run(*command, *session.posargs, env={"BOTOBIND_DIFFERENTIAL": str(done)})
    done.unlink(missing_ok=True)


@nox.session(default=False)
def io(session: nox.Session) -> None:
    """Clients that ride on boto3's, and those that send themselves, beside boto3's own, for each operation there is;
    against moto's server; and the engine's signatures beside botocore's, of random requests by the ten thousand.
    """
    session.install(*INSTALL)
    folders = ("tests/clients", "tests/io")
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "-m", "differential", *folders, *session.posargs)


@nox.session(default=False)
def io_async(session: nox.Session) -> None:
    """Clients that ride on aiobotocore's, in an environment of their own: it takes few versions of botocore."""
    install_aiobotocore(session)
    files = [*sorted(map(str, Path("tests/clients").glob("test_aiobotocore*.py"))), "tests/clients/test_moto.py"]
    session.run("python", "-m", "pytest", "-q", "-n", "auto", *files, *session.posargs)


def install_aiobotocore(session: nox.Session) -> None:
    """Installs the project with aiobotocore, and with the botocore that this takes."""
    constraints = constraints_but_botocore(session, "aiobotocore")
    session.install("-c", constraints, "-e", ".[dev]", "aiobotocore>=3.10", "boto3>=1.43")


@nox.session(default=False)
def io_crt(session: nox.Session) -> None:
    """The engine with awscrt, in an environment of its own: botocore signs by it, too, where it is installed."""
    session.install(*INSTALL, "awscrt>=0.31.2")
    files = [f"tests/io/engine/test_{name}.py" for name in ("awscrt", "chunked_bodies", "signing")]
    session.run("python", "-m", "pytest", "-q", *files, *session.posargs)


@nox.session(default=False)
@nox.parametrize("age", ["oldest", "newest"])
def io_botocores(session: nox.Session, age: str) -> None:
    """Clients on the oldest boto3 that pyproject.toml allows, and on the newest there is: all their tests, and requests
    beside boto3's own by packages of its models. What riding relies on is private: a moved seam is told in a sentence.
    """
    oldest = [f"{name}=={version}" for name, version in lowest_versions().items() if name in BOTOCORES]
    constraints = constraints_but_botocore(session, age, *(oldest if age == "oldest" else []))
    session.install("--upgrade", "-c", constraints, "boto3", "botocore", "-e", ".[dev]")
    run = ("python", "-m", "pytest", "-q", "-n", "auto")
    session.run(*run, "-m", PORTABLE, "tests/clients", *session.posargs)
    test = "tests/clients/test_requests.py::test_the_same_request_of_every_service"
    session.run(*run, "-m", "differential", *(f"{test}[{service}]" for service in BESIDE_BOTO3))


def constraints_but_botocore(session: nox.Session, name: str, *more: str) -> str:
    """A file of the session with all constraints but those of boto3 and what it needs, and with others."""
    lines = Path("constraints.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if name_of_pin(line) not in BOTOCORES]
    file = Path(session.create_tmp()).resolve() / f"{name}.txt"
    file.write_text("".join(f"{line}\n" for line in (*kept, *more)), encoding="utf-8")
    return str(file)


@nox.session(default=False)
def bench_io(session: nox.Session) -> None:
    """What a call costs the client's process, boto3's clients and ours on them; writes `benchmarks/results/io.json`.
    `bench_io_async` runs after it.
    """
    session.install(*INSTALL)
    session.run("python", "benchmarks/bench_io.py", *session.posargs)
    session.notify("bench_io_async")


@nox.session(default=False)
def bench_items(session: nox.Session) -> None:
    """Items of DynamoDB beside boto3's serializer; writes `benchmarks/results/items.json`."""
    session.install(*INSTALL)
    session.run("python", "benchmarks/bench_items.py", *session.posargs)


@nox.session(default=False)
def bench_tables(session: nox.Session) -> None:
    """Tables and pickles of values, beside those of botocore's dicts; writes `benchmarks/results/tables.json`."""
    session.install(*INSTALL)
    session.run("python", "benchmarks/bench_tables.py", *session.posargs)


@nox.session(default=False)
def bench_io_async(session: nox.Session) -> None:
    """What a call costs one of aiobotocore's clients, and ours on it; writes `benchmarks/results/io-async.json`."""
    install_aiobotocore(session)
    session.run("python", "benchmarks/bench_io_async.py", *session.posargs)


@nox.session(default=False, python=PEERS_PYTHON)
def bench_io_peers(session: nox.Session) -> None:
    """Calls of other SDKs beside ours: capo's, and AWS's new one; writes `benchmarks/results/io-peers.json`."""
    session.install(*INSTALL, "aws-sdk-dynamodb", "capo-dynamodb", "capo-ec2", "capo-s3")
    session.run("python", "benchmarks/bench_io_peers.py", *session.posargs)


@nox.session(default=False)
def soak(session: nox.Session) -> None:
    """Mixed calls of clients that send requests themselves, for two hours, against a server that fails in many ways:
    memory, open files, threads and tasks stay what they are. `-- --minutes 5` for less.
    """
    session.install(*INSTALL)
    session.run("python", "benchmarks/soak.py", *session.posargs)
