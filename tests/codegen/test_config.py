"""`[tool.botobind]` in `pyproject.toml`: where it is found, what it may say, and what goes with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import alone, generate, marks, texts, write_model
from support.models import model, operation, structure

from botobind_codegen.config import find_config
from botobind_codegen.pipeline import GenerateOptions
from botobind_codegen.plan.closure import ALL_FORMATS

SERVICES = ("alpha", "alpha-beta", "gamma")
EVERYTHING = GenerateOptions()


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder to run in: it has a folder of models."""
    folder = alone(monkeypatch, tmp_path)
    shapes = {"Thing": {**structure(Text="Text"), "documentation": "<p>A thing to see.</p>"}}
    operations = {name: operation(name, "Thing", "Thing") for name in ("GetThing", "PutThing")}
    for name in SERVICES:
        write_model(folder / "models" / f"{name}.json", model(shapes, operations=operations))
    return folder


def configure(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pyproject.toml"
    file.write_text(text)
    return file


def packages(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


CONFIG = """
[tool.botobind]
out = "src/acme/aws"
data-path = "models"
[tool.botobind.services]
gamma = {}
alpha = { operations = ["GetThing"] }
"""


# Where it is found.


@pytest.mark.parametrize("below", [".", "a", "a/b/c"])
def test_it_is_found_upwards_and_its_paths_are_relative_to_it(
    monkeypatch: pytest.MonkeyPatch, work: Path, below: str
) -> None:
    configure(work, CONFIG)
    (work / below).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(work / below)
    said = generate()
    assert (said.code, said.err) == (0, [])
    # In the order of the file.
    assert [line.partition(":")[0] for line in said.out] == ["gamma", "alpha"]
    assert packages(work / "src" / "acme" / "aws") == {"alpha", "gamma"}
    assert packages(work) == {"models", "src", "pyproject.toml", *({"a"} if below != "." else ())}
    endpoints = work / "src" / "acme" / "aws"
    assert (endpoints / "gamma" / "endpoints" / "_modules" / "put_thing.py").exists()
    assert not (endpoints / "alpha" / "endpoints" / "_modules" / "put_thing.py").exists()


def test_the_nearest_that_says_something_counts(work: Path) -> None:
    outer = configure(work, CONFIG)
    configure(work / "a", "[project]\nname = 'x'\n[tool.other]\n")
    inner = configure(work / "a" / "b", "[tool.botobind.services]\nalpha = {}\n")
    (work / "a" / "b" / "c").mkdir()
    (work / "d" / "pyproject.toml").mkdir(parents=True)
    found = {folder: find_config(work / folder) for folder in (".", "a", "a/b", "a/b/c", "d")}
    assert {folder: config and config.file for folder, config in found.items()} == {
        ".": outer,
        "a": outer,
        "a/b": inner,
        "a/b/c": inner,
        "d": outer,
    }


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "[tool.other]\na = 1\n", "tool = 1\n"])
def test_none_at_all(work: Path, text: str) -> None:
    configure(work, text)
    assert find_config(work) is None
    said = generate()
    assert (said.code, said.out) == (2, [])
    assert said.err == ["Error: name at least one service, or give --all"]


# What it may say.


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("[services]\nsts = {}", {"sts": EVERYTHING}),
        ("[services.sts]", {"sts": EVERYTHING}),
        (
            "[services]\nsts = {operations = ['A', 'B'], formats = ['query', 'xml'], documentation = false}",
            {"sts": GenerateOptions(("A", "B"), frozenset({"query", "xml"}), documentation=False)},
        ),
        (
            (
                "formats = ['json']\ndocumentation = false\n[services]\na = {}\nb = {formats = ['cbor', 'cbor']}\n"
                "c = {documentation = true}\nd = {formats = ['json', 'value', 'cbor', 'query', 'xml']}"
            ),
            {
                "a": GenerateOptions((), frozenset({"json"}), documentation=False),
                "b": GenerateOptions((), frozenset({"cbor"}), documentation=False),
                "c": GenerateOptions((), frozenset({"json"}), documentation=True),
                "d": GenerateOptions((), ALL_FORMATS, documentation=False),
            },
        ),
        ("documentation = true\n[services]\na = {documentation = false}", {"a": GenerateOptions(documentation=False)}),
        ("[services]\na = {operations = []}", {"a": EVERYTHING}),
        ("[services]", {}),
        ("", {}),
    ],
)
def test_defaults_and_what_services_say_themselves(work: Path, text: str, services: dict[str, GenerateOptions]) -> None:
    text = text.replace("[services", "[tool.botobind.services")
    config = find_config(configure(work, f"[tool.botobind]\n{text}\n").parent)
    assert config is not None
    assert config.services == services
    assert list(config.services) == list(services)
    assert (config.out, config.data_path) == (None, None)


@pytest.mark.parametrize(
    ("out", "data_path"),
    [("src/aws", "../models"), ("/abs/out", "/abs/models.json"), (".", ".")],
)
def test_paths(work: Path, out: str, data_path: str) -> None:
    config = find_config(configure(work, f"[tool.botobind]\nout = '{out}'\ndata-path = '{data_path}'\n").parent)
    assert config is not None
    assert (config.out, config.data_path) == (work / out, work / data_path)


def test_a_path_from_home(monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    config = find_config(configure(work, "[tool.botobind]\nout = '~/aws'\ndata-path = '~/.aws/models'\n").parent)
    assert config is not None
    assert (config.out, config.data_path) == (Path("/home/me/aws"), Path("/home/me/.aws/models"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # Keys.
        ("service = {}", ": unknown key 'service'; did you mean services?"),
        ("data_path = 'x'", ": unknown key 'data_path'; did you mean data-path?"),
        ("Out = 'x'", ": unknown key 'Out'; did you mean out?"),
        ("zzz = 1", ": unknown key 'zzz'"),
        ("operations = ['GetThing']", ".operations: belongs to a service"),
        ("services.alpha.format = []", ".services.alpha: unknown key 'format'; did you mean formats?"),
        ("services.alpha.docs = true", ".services.alpha: unknown key 'docs'"),
        ("services.alpha.out = 'x'", ".services.alpha: unknown key 'out'"),
        # Types.
        ("services = 1", ".services: expected a table"),
        ("services = ['alpha']", ".services: expected a table"),
        ("services.alpha = true", ".services.alpha: expected a table"),
        ("services.alpha = ['GetThing']", ".services.alpha: expected a table"),
        ("out = 1", ".out: expected a path"),
        ("out = ['x']", ".out: expected a path"),
        ("data-path = true", ".data-path: expected a path"),
        ("out = '~nobody-at-all/aws'", ".out: nobody knows whose home that is; give the path in full"),
        (r'out = "a\u0000b"', ".out: expected a path"),
        ("services.alpha.operations = 'GetThing'", ".services.alpha.operations: expected a list of texts"),
        ("services.alpha.operations = [1]", ".services.alpha.operations: expected a list of texts"),
        ("services.alpha.operations = {}", ".services.alpha.operations: expected a list of texts"),
        ("services.alpha.formats = 'json'", ".services.alpha.formats: expected a list of texts"),
        ("services.alpha.formats = ['json', 1]", ".services.alpha.formats: expected a list of texts"),
        ("services.alpha.formats = []", ".services.alpha.formats: expected at least one format"),
        ("services.alpha.documentation = 0", ".services.alpha.documentation: expected true or false"),
        ("services.alpha.documentation = 'no'", ".services.alpha.documentation: expected true or false"),
        # Defaults, also those that no service takes.
        ("formats = 'json'\nservices.alpha = {}", ".formats: expected a list of texts"),
        ("formats = []\nservices.alpha = {}", ".formats: expected at least one format"),
        (
            "formats = ['jsn']\nservices.alpha = {formats = ['json']}",
            ".formats: no format is called 'jsn'; did you mean json?",
        ),
        ("documentation = 1\nservices.alpha = {}", ".documentation: expected true or false"),
        ("documentation = 1\nservices.alpha = {documentation = true}", ".documentation: expected true or false"),
        # Formats.
        ("services.alpha.formats = ['jsn']", ".services.alpha.formats: no format is called 'jsn'; did you mean json?"),
        (
            "services.alpha.formats = ['JSON']",
            ".services.alpha.formats: no format is called 'JSON'; did you mean json?",
        ),
        ("services.alpha.formats = ['yaml']", ".services.alpha.formats: no format is called 'yaml'"),
    ],
)
def test_one_line_tells_what_is_wrong(work: Path, text: str, message: str) -> None:
    file = configure(work, f"[tool.botobind]\n{text}\n")
    before = marks(work)
    said = generate()
    assert (said.code, said.out, said.err) == (2, [], [f"Error: {file}: tool.botobind{message}"])
    assert marks(work) == before


@pytest.mark.parametrize("text", ["1", "'text'", "[]", "true"])
def test_the_table_is_a_table(work: Path, text: str) -> None:
    file = configure(work, f"[tool]\nbotobind = {text}\n")
    said = generate()
    assert (said.code, said.out, said.err) == (2, [], [f"Error: {file}: tool.botobind: expected a table"])


def test_all_that_is_wrong_at_once(work: Path) -> None:
    file = configure(
        work,
        "[tool.botobind]\nou = 'x'\ndata-path = 1\nformats = ['jsn', 'value', 'yaml']\n[tool.botobind.services]\n"
        "alpha = {operations = 'GetThing', docs = true}\ngamma = 1\n",
    )
    said = generate()
    where = f"Error: {file}: tool.botobind"
    assert (said.code, said.out) == (2, [])
    assert said.err == [
        f"{where}: unknown key 'ou'; did you mean out?",
        f"{where}.formats: no format is called 'jsn'; did you mean json?",
        f"{where}.formats: no format is called 'yaml'",
        f"{where}.services.alpha: unknown key 'docs'",
        f"{where}.services.alpha.operations: expected a list of texts",
        f"{where}.services.gamma: expected a table",
        f"{where}.data-path: expected a path",
    ]


@pytest.mark.parametrize("data", [b"[tool", b"a = \n", b"\xff\xfe", b"[tool]\n[tool]\n"])
def test_not_toml(work: Path, data: bytes) -> None:
    (work / "pyproject.toml").write_bytes(data)
    said = generate("alpha")
    assert (said.code, said.out, len(said.err)) == (2, [], 1)
    assert said.err[0].startswith(f"Error: {work / 'pyproject.toml'}: cannot be read: ")


@pytest.mark.parametrize(
    ("services", "messages"),
    [
        ("", ["FILE: tool.botobind.services names no service; name some, or give --all"]),
        ("alpah = {}", ["there is no service 'alpah'; did you mean alpha?"]),
        ("alpha_beta = {}", ["there is no service 'alpha_beta'; did you mean alpha-beta?"]),
        (
            "gamma = {}\nxyz = {}\nAlpha = {}",
            ["there is no service 'xyz'", "there is no service 'Alpha'; did you mean alpha?"],
        ),
        (
            "gamma = {operations = ['putThing']}\nalpha = {operations = ['PutThing', 'GetThink', 'xyz']}",
            [
                "service gamma: there is no operation 'putThing'; did you mean PutThing?",
                "service alpha: there is no operation 'GetThink'; did you mean GetThing or PutThing?",
                "service alpha: there is no operation 'xyz'",
            ],
        ),
    ],
)
def test_names_that_are_nowhere(work: Path, services: str, messages: list[str]) -> None:
    file = configure(work, f"[tool.botobind]\ndata-path = 'models'\nout = 'out'\n[tool.botobind.services]\n{services}")
    said = generate()
    assert (said.code, said.out) == (2, [])
    assert said.err == [f"Error: {message.replace('FILE', str(file))}" for message in messages]
    assert not (work / "out").exists()


def test_models_that_are_nowhere(work: Path) -> None:
    file = configure(work, "[tool.botobind]\ndata-path = 'nowhere'\n[tool.botobind.services]\nalpha = {}\n")
    said = generate()
    assert (said.code, said.out) == (2, [])
    assert said.err == [f"Error: {file}: tool.botobind.data-path: no such file or folder: {work / 'nowhere'}"]


def test_a_name_that_is_nowhere_matters_to_the_others(work: Path) -> None:
    configure(work, f"{CONFIG}alpah = {{}}\n")
    assert generate("gamma").err == ["Error: there is no service 'alpah'; did you mean alpha?"]
    # The names are those of other models.
    assert generate("gamma", "--data-path", "models").code == 0


def test_an_output_that_is_a_file(work: Path) -> None:
    configure(work, CONFIG.replace("src/acme/aws", "out"))
    (work / "out").write_text("mine")
    said = generate()
    assert (said.code, said.out, len(said.err)) == (1, [], 2)
    assert all(line.startswith(f"Error: {work / 'out'}") for line in said.err)
    assert (work / "out").read_text() == "mine"


# What goes with it on the command line.


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ([], ["gamma", "alpha"]),
        (["alpha"], ["alpha"]),
        (["alpha", "gamma"], ["alpha", "gamma"]),
        (["gamma", "alpha", "gamma"], ["gamma", "alpha"]),
    ],
)
def test_names_choose_among_those_of_the_configuration(work: Path, words: list[str], names: list[str]) -> None:
    configure(work, CONFIG)
    said = generate(*words)
    assert (said.code, said.err) == (0, [])
    assert [line.partition(":")[0] for line in said.out] == names
    assert packages(work / "src" / "acme" / "aws") == set(names)
    if "alpha" in names:
        assert not (work / "src" / "acme" / "aws" / "alpha" / "endpoints" / "_modules" / "put_thing.py").exists()


DEFAULTS = """
[tool.botobind]
out = "src/acme/aws"
formats = ["json", "value"]
documentation = false
[tool.botobind.services]
sts = {}
"""


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["gamma"], "only the formats json, value; without documentation"),
        (["gamma", "--format", "cbor"], "only the formats cbor; without documentation"),
        (
            ["gamma", "--operation", "GetThing"],
            "only the operations GetThing; only the formats json, value; without documentation",
        ),
        (["--all"], "only the formats json, value; without documentation"),
        ([], "only the formats json, value; without documentation"),
    ],
)
def test_it_holds_for_services_that_it_does_not_name(work: Path, words: list[str], options: str) -> None:
    file = configure(work, DEFAULTS)
    said = generate("--data-path", "models", *words)
    assert (said.code, said.err) == (0, [])
    assert said.notes == (f"configuration: {file}", "models: models")
    assert packages(work) == {"models", "src", "pyproject.toml"}
    assert packages(work / "src" / "acme" / "aws") == (
        {"gamma"} if "gamma" in words else {"alpha", "alpha_beta", "gamma"}
    )
    assert f"; {options}.\n" in texts(work / "src")["acme/aws/gamma/__init__.py"]


def test_services_that_it_names_and_others_at_once(work: Path) -> None:
    configure(work, CONFIG)
    said = generate("alpha-beta", "alpha")
    assert (said.code, said.err) == (0, [])
    out = work / "src" / "acme" / "aws"
    assert packages(out) == {"alpha", "alpha_beta"}
    assert (out / "alpha_beta" / "endpoints" / "_modules" / "put_thing.py").exists()
    assert not (out / "alpha" / "endpoints" / "_modules" / "put_thing.py").exists()


@pytest.mark.parametrize(
    ("names", "both"),
    [
        ([], "gamma, alpha"),
        (["alpha"], "alpha"),
        (["alpha", "alpha-beta"], "alpha"),
        (["--all"], "alpha, gamma"),
        (["--data-path", "models", "gamma"], "gamma"),
    ],
)
@pytest.mark.parametrize("words", [["--operation", "GetThing"], ["--format", "json"], ["--no-docs"]])
def test_options_beside_it_are_refused(work: Path, names: list[str], both: str, words: list[str]) -> None:
    file = configure(work, CONFIG)
    said = generate(*names, *words)
    assert (said.code, said.out) == (2, [])
    assert said.err[0] == f"Error: {file} says what to generate of {both}: change it there, or give --no-config"
    assert not (work / "src").exists()


def test_options_that_say_how_go_with_it(work: Path) -> None:
    configure(work, CONFIG)
    assert generate("--out", "elsewhere", "--force").code == 0
    assert packages(work / "elsewhere") == {"alpha", "gamma"}
    assert not (work / "src").exists()


@pytest.mark.parametrize("text", [CONFIG, "[tool.botobind]\nzzz = 1\n", "[tool"])
@pytest.mark.parametrize("words", [["alpha", "--operation", "PutThing"], ["--all", "--no-docs"], ["--format", "xml"]])
def test_it_can_be_left_aside(work: Path, text: str, words: list[str]) -> None:
    configure(work, text)
    said = generate("--no-config", "--data-path", "models", *words)
    assert (said.code, said.err, said.notes) == (0, [], ("models: models",))
    assert packages(work / "botobind_services") == ({"alpha"} if "alpha" in words else {"alpha", "alpha_beta", "gamma"})
    assert not (work / "src").exists()


def test_what_decided_is_named(work: Path) -> None:
    file = configure(work, CONFIG)
    for words in ((), (), ("--check",), ("alpha",)):
        said = generate(*words)
        assert (said.code, said.notes) == (0, (f"configuration: {file}", f"models: {work / 'models'}"))


def test_check(work: Path) -> None:
    configure(work, CONFIG)
    missing = generate("--check")
    assert (missing.code, missing.err) == (1, [])
    assert not (work / "src").exists()
    assert generate().code == 0
    said = generate("--check")
    assert (said.code, [line.partition(",")[2] for line in said.out]) == (0, [" up to date"] * 2)
    configure(work, CONFIG.replace("{}", "{ documentation = false }"))
    before = marks(work)
    said = generate("--check")
    assert said.code == 1
    assert [line for line in said.out if line.startswith("why")] == [
        "why: gamma: the options were everything, are now without documentation"
    ]
    assert generate("--check", "alpha").code == 0
    assert marks(work) == before
    assert generate().code == generate("--check").code == 0


@pytest.mark.parametrize(
    ("locale", "code", "said"),
    [
        ({"LC_ALL": "C"}, 0, ""),
        ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, 0, ""),
        (
            {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            2,
            ": tool.botobind.out: has letters that this locale cannot have in a path; set PYTHONUTF8=1\n",
        ),
    ],
)
def test_letters_of_paths_that_a_locale_may_not_have(work: Path, locale: dict[str, str], code: int, said: str) -> None:
    file = configure(work / "日", CONFIG.replace("src/acme/aws", "é").replace('"models"', '"../models"'))
    command = [sys.executable, "-m", "botobind_codegen", "generate", "--jobs", "1"]
    environment = {**os.environ, **locale}
    done = subprocess.run(command, check=False, capture_output=True, cwd=file.parent, env=environment)
    assert (done.returncode, done.stderr.decode().partition("pyproject.toml")[2]) == (code, said)
    assert packages(file.parent / "é") == ({"alpha", "gamma"} if code == 0 else set())


# What it is for.

CONSUMER = """
import sys
from acme.aws import dynamodb, sts
from acme.aws.sts.values import GetCallerIdentityResponse

assert sts.__name__ == "acme.aws.sts" and GetCallerIdentityResponse.__module__.startswith("acme.aws.sts.values.")
request = sts.endpoints.GetCallerIdentity.to_request(sts.GetCallerIdentityRequest())
assert request.body == b"Action=GetCallerIdentity&Version=2011-06-15", request.body
assert sts.router.match(request).operation is sts.endpoints.GetCallerIdentity
answer = sts.GetCallerIdentityResponse(account="1", arn="2", user_id="3")
assert sts.endpoints.GetCallerIdentity.of_response(sts.endpoints.GetCallerIdentity.to_response(answer)) == answer
item = dynamodb.GetItemInput(table_name="t", key={"a": dynamodb.AttributeValue(s="b")})
request = dynamodb.endpoints.GetItem.to_request(item)
assert dynamodb.endpoints.GetItem.of_request(request) == item
assert not hasattr(item, "to_xml") and not hasattr(answer, "to_json")
assert not [name for name in sys.modules if name.startswith(("botobind_services", "botobind_codegen", "botocore"))]
"""


def test_a_package_of_packages_of_ones_own(work: Path) -> None:
    (work / "src" / "acme").mkdir(parents=True)
    (work / "src" / "acme" / "__init__.py").write_text('"""Mine."""\n')
    configure(
        work,
        "[project]\nname = 'acme'\n[tool.botobind]\nout = 'src/acme/aws'\ndocumentation = false\n"
        "[tool.botobind.services]\n"
        "sts = { operations = ['GetCallerIdentity'], formats = ['query', 'xml'] }\n"
        "dynamodb = { operations = ['GetItem'], formats = ['json'] }\n",
    )
    assert generate().code == 0
    assert packages(work / "src" / "acme" / "aws") == {"sts", "dynamodb"}
    assert (work / "src" / "acme" / "__init__.py").read_text() == '"""Mine."""\n'
    environment = {**os.environ, "PYTHONPATH": str(work / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", "-c", CONSUMER]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    # What the interpreter would have left there does not count either.
    (work / "src" / "acme" / "aws" / "sts" / "__pycache__").mkdir()
    assert generate("--check").code == 0
