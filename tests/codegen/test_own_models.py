"""What a configuration does to models: keys that are passed by, patches and extras, and names that stay. Our patches
are for models of AWS alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.commands import alone, botobind, generate, notes, texts, write_model
from support.models import structure

from botobind import ModelError
from botobind_codegen import layouts
from botobind_codegen.aws_services import SERVICE_IDS, aws_service
from botobind_codegen.load import load_service
from botobind_codegen.model_options import ModelOptions, Pins
from botobind_codegen.patches import apply_patches, load_patches
from botobind_codegen.pipeline import GenerateOptions, generate_package

NOTES = Path("botobind_services", "notes", "values", "_modules")


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    layouts.find_models.cache_clear()
    return alone(monkeypatch, tmp_path)


def configure(text: str) -> None:
    Path("pyproject.toml").write_text(f"[tool.botobind]\ndata-path = 'models'\n{text}", encoding="utf-8")


def put(model: Mapping[str, Any], name: str = "notes") -> None:
    write_model(Path("models", f"{name}.json"), model)


# Keys that nobody classified.


@pytest.mark.parametrize(
    ("where", "ignored"),
    [("", ["colour", "weight"]), ("", ["string.colour", "service.weight"]), (".services.notes", ["colour", "weight"])],
)
def test_keys_that_a_user_has_looked_at(where: str, ignored: list[str]) -> None:
    model = notes("Text")
    put({**model, "weight": 5, "shapes": {**model["shapes"], "Text": {"type": "string", "colour": 1}}})

    def ignoring(keys: list[str]) -> None:
        table = "[tool.botobind.services.notes]\n"
        line = f"ignored-keys = {keys}\n"
        configure(f"{table}{line}" if where else f"{line}{table}")

    ignoring([])
    said = generate("notes")
    assert said.code == 1
    assert "unknown key in service; it has to be classified first, and so have Text.colour" in said.err[0]
    # To say how much there is nothing more need be known.
    assert [line.split()[:2] for line in botobind("list", "--data-path", "models").out[1:]] == [["notes", "json"]]
    ignoring(ignored)
    assert generate("notes").err == []
    # What was generated so is no more up to date where the key is not to be passed by.
    ignoring(ignored[:1])
    assert "unknown key in" in generate("notes", "--check").err[0]
    assert "unknown key in" in generate("notes").err[0]


# Patches of ours.


def test_every_service_with_patches_is_known_by_its_model() -> None:
    patched = {row["service"] for rows in load_patches().values() for row in rows if "service" in row}
    assert patched == SERVICE_IDS.keys()
    for name in ("s3", "sdb", "sqs", "dynamodbstreams", "route53", "connect"):
        document = load_service(name).document
        assert aws_service(document) == name
        metadata = document["metadata"]
        for key in ("serviceId", "uid"):
            less = {**document, "metadata": {inner: value for inner, value in metadata.items() if inner != key}}
            assert aws_service(less) == name


PATCHED: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("connect", "Password", {"type": "string", "pattern": "/a/"}),
    ("sdb", "SelectResult", {"type": "structure", "members": {"Items": {"shape": "Texts"}}}),
    ("dynamodb", "AttributeValue", {"type": "structure", "members": {"S": {"shape": "Text"}}}),
)


@pytest.mark.parametrize(
    "metadata", [{}, {"serviceId": "Mine"}, {"uid": "mine-2020-01-01"}, {"serviceId": "x", "uid": 5}]
)
def test_models_of_a_users_own_stay_as_they_are(metadata: Mapping[str, Any]) -> None:
    for name, shape, given in PATCHED:
        document = {"metadata": metadata, "operations": {"Get": {"name": "Get"}}, "shapes": {shape: given}}
        assert apply_patches(name, document) == document
        # A name alone makes no model of AWS; nor does one of both where the other is somebody else's.
        for own in ({"serviceId": SERVICE_IDS[name], "uid": "mine"}, {"serviceId": "Mine", "uid": name}):
            assert apply_patches(name, {**document, "metadata": own})["shapes"] == document["shapes"]


def test_ec2_of_a_users_own_gets_no_errors_of_ec2() -> None:
    model = notes("Text")
    put(model, "ec2")
    assert not [path for path in generate_package("ec2", Path("models")).files if "request_limit" in path]


@pytest.mark.parametrize(
    "metadata", [{"serviceId": "{id}"}, {"uid": "{uid}-2020-01-01"}, {"serviceId": "{id}", "uid": "{uid}"}]
)
@pytest.mark.parametrize("file", ["same", "another"])
def test_models_of_aws_are_patched_whatever_their_files_are_called(metadata: Mapping[str, str], file: str) -> None:
    for name, shape, given in PATCHED:
        facts = {key: text.format(id=SERVICE_IDS[name], uid=name) for key, text in metadata.items()}
        document = {"metadata": facts, "operations": {}, "shapes": {shape: given}}
        called = name if file == "same" else file
        assert apply_patches(called, document)["shapes"][shape] != given
        assert apply_patches(called, document, builtin=False)["shapes"][shape] == given


def test_older_models_of_aws_lack_what_patches_are_about() -> None:
    for name in SERVICE_IDS:
        bare = {"metadata": {"serviceId": SERVICE_IDS[name]}, "operations": {}, "shapes": {}}
        rows = [row for row in load_patches()["shape"] if row["service"] == name]
        shapes = {row["shape"]: {"type": "structure", "members": {}} for row in rows}
        for document in (bare, {**bare, "shapes": shapes}):
            apply_patches(name, document)


@pytest.mark.parametrize(
    "change",
    [
        {"operations": {"GetBucketAcl": {"output": 5}}},
        {"shapes": {"GetObjectOutput": {"type": "structure", "members": {"Expires": {}}, "payload": "Expires"}}},
        {"shapes": {"ListPartsOutput": {"type": "structure", "members": {"Bucket": {"shape": []}}}}},
    ],
)
def test_models_of_another_form_than_aws_has_them(change: Mapping[str, Any]) -> None:
    operations = {"GetObject": {"name": "GetObject", "output": {"shape": "GetObjectOutput"}}}
    operations["ListParts"] = {"name": "ListParts", "output": {"shape": "ListPartsOutput"}}
    put(
        {"operations": operations, "shapes": {}, **change, "metadata": {"serviceId": "S3", "protocol": "rest-xml"}},
        "s3",
    )
    with pytest.raises(ModelError) as caught:
        generate_package("s3", Path("models"))
    assert caught.value.file == "models/s3.json"


def test_no_patches() -> None:
    words = ("sdb", "--operation", "Select", "--format", "xml", "--no-docs")
    assert generate(*words).err == []
    patched = texts(Path("botobind_services", "sdb"))
    said = generate(*words, "--no-patches", "--check")
    assert said.code == 1
    assert any("the options were" in line and "without patches" in line for line in said.out)
    assert generate(*words, "--no-patches").err == []
    bare = texts(Path("botobind_services", "sdb"))
    assert {path for path in bare if bare[path] != patched[path]} >= {"values/_modules/select_result.py"}
    # Also by the configuration, for which the command line need not say it.
    Path("pyproject.toml").write_text("[tool.botobind]\nbuiltin-patches = false\n")
    assert generate(*words, "--check").code == 0


# Patches and extras of a user's own.

OWN = """
[[shape]]
service = "notes"
shape = "Note"
member = "Text"
set = { locationName = "txt" }

[[shape]]
service = "another"
shape = "Gone"
set = { union = true }

[[pattern]]
find = '\\\\p\\{Mine\\}'
put = '[mine]'

[[operation]]
service = "notes"
operation = "GetNote"
set = { deprecated = true }

[[service]]
service = "notes"
set = { protocol = "rest-json" }
"""


def test_patches_and_extras_of_a_users_own() -> None:
    model = notes("Text")
    put({**model, "shapes": {**model["shapes"], "Text": {"type": "string", "pattern": "\\p{Mine}+"}}})
    Path("mine.toml").write_text(OWN)
    extras = {"merge": {"shapes": {"Note": {"members": {"Extra": {"shape": "Text"}}}}}}
    Path("extras.json").write_text(json.dumps(extras))
    configure("patches = ['mine.toml']\n[tool.botobind.services]\nnotes = { extras = ['extras.json'] }\n")
    assert generate().err == []
    made = texts(NOTES)
    assert '"txt"' in made["note.py"]
    assert "extra: " in made["note.py"]
    assert 'Matches("[mine]+")' in made["scalars.py"]
    # What the files hold decides what is up to date.
    assert generate("--check").code == 0
    Path("mine.toml").write_text(OWN.replace("txt", "words"))
    assert generate("--check").code == 1
    assert generate().err == []
    extras["merge"]["shapes"]["Note"]["members"]["More"] = {"shape": "Text"}
    Path("extras.json").write_text(json.dumps(extras))
    assert (generate("--check").code, generate().code, generate("--check").code) == (1, 0, 0)
    assert "more: " in texts(NOTES)["note.py"]


ANSWERS = """
[[answers]]
service = "notes"
namespace = "http://notes.example/"
fraction = true

[answers.roots]
GetNote = "Told"

[answers.first]
Note = ["Title"]

[[names]]
service = "notes"

[names.items]
Texts = "item"

[names.members]
"Note.Text" = "words"
"""


def test_what_a_service_is_known_to_answer() -> None:
    model = notes("Text", "Title")
    shapes = {**model["shapes"], "Texts": {"type": "list", "member": {"shape": "Text"}}}
    shapes["Note"] = {**shapes["Note"], "members": {**shapes["Note"]["members"], "Tags": {"shape": "Texts"}}}
    put({**model, "shapes": shapes, "metadata": {**model["metadata"], "protocol": "rest-xml"}})
    Path("mine.toml").write_text(ANSWERS)
    configure("patches = ['mine.toml']\n[tool.botobind.services.notes]\n")
    assert generate().err == []
    operation = texts(NOTES.parent.parent)["endpoints/_modules/get_note.py"]
    assert "'Told'" in operation.replace('"', "'")
    assert "http://notes.example/" in operation
    made = texts(NOTES)["note.py"]
    assert made.index('"title": ("Title"') < made.index('"text": ("Text"')
    assert "<words>" in made
    assert "<item>" in made


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            "[[answers]]\nservice='notes'\nnamespace='n'\nroots={Get='Told'}\n",
            "a patch names the missing operation 'Get'; did you mean GetNote",
        ),
        ("[[answers]]\nservice='notes'\nnamespace='n'\nfirst={Gone=[]}\n", "the missing shape 'Gone'"),
        ("[[answers]]\nservice='notes'\nnamespace='n'\nfirst={Note=['Txt']}\n", "the missing member 'Txt' of Note"),
        ("[[answers]]\nservice='notes'\n", "a row of answers lacks 'namespace'"),
        ("[[answers]]\nservice='notes'\nnamespace='n'\nroots={GetNote=5}\n", "a dict[str, str] for 'roots'"),
        ("[[names]]\nservice='notes'\nitems={Gone='item'}\n", "the missing shape 'Gone'"),
        ("[[names]]\nservice='notes'\nmembers={'Note.Txt'='txt'}\n", "the missing member 'Txt' of Note"),
        ("[[names]]\nservice='notes'\nentries={Note=['key']}\n", "not the name of a key and that of a value"),
        ("[[errors]]\nservice='notes'\ncodes={Gone=5}\n", "a dict[str, str] for 'codes'"),
        (
            "[[shape]]\nservice='notes'\nshape='Notes'\n",
            "a patch names the missing shape 'Notes'; did you mean Note or Texts?",
        ),
        ("[[shape]]\nservice='notes'\nshape='Note'\nmember='Txt'\n", "the missing member 'Txt' of Note; did you mean"),
        ("[[operation]]\nservice='notes'\noperation='Get'\nset={}\n", "a patch names the missing operation 'Get'"),
        ("[[member]]\nservice='notes'\nmember='Gone'\nset={}\n", "a patch names the missing member 'Gone'"),
        ("[[codes]]\nservice='notes'\ncodes={Gone='x'}\n", "a patch names the missing shape 'Gone'"),
        ("[[shapes]]\nservice='notes'\n", "key shapes, file {file}: no patch is called so; did you mean shape?"),
        ("[[shape]]\nservice='notes'\n", "a row of shape lacks 'shape'"),
        ("[[shape]]\nservice='notes'\nshape='Note'\nput={}\n", "a row of shape has the unknown key 'put'"),
        ("[[shape]]\nservice=5\nshape='Note'\n", "another value than a str for 'service'"),
        ("[shape]\nservice='notes'\n", "expected rows, each under [[shape]]"),
        ("shape = 5\n", "expected rows, each under [[shape]]"),
        ("[[pattern]]\nfind='('\nput=''\n", "a row of pattern has a pattern that cannot be used"),
        ("[[pattern]]\nfind='a'\nput='\\2'\ntemplate=true\n", "a row of pattern has a pattern that cannot be used"),
        ("[[shape]\n", "not TOML: "),
        ("[[shape]]\nservice='notes'\nshape='Note'\nset={union='yes'}\n", "shape Note, key union"),
    ],
)
def test_patches_that_hit_nothing(rows: str, reason: str) -> None:
    put(notes("Text"))
    Path("mine.toml").write_text(rows)
    configure("patches = ['mine.toml']\n[tool.botobind.services.notes]\n")
    said = generate()
    assert (said.code, len(said.err)) == (1, 1)
    assert reason.format(file=Path("mine.toml").absolute()) in said.err[0]


def test_other_options_are_no_other_model() -> None:
    put(notes("Text"))
    Path("mine.toml").write_text("[[shape]]\nservice = 'notes'\nshape = 'Note'\nset = { deprecated = true }\n")
    for more, reason in (
        ("", None),
        ("documentation = false\n", "the options were everything, are now without documentation"),
        ("builtin-patches = false\n", "the options were without documentation, are now without patches"),
    ):
        configure(f"patches = ['mine.toml']\n{more}[tool.botobind.services]\nnotes = {{}}\n")
        if reason is not None:
            why = [line for line in generate("--check").out if line.startswith("why: ")]
            assert why == [f"why: notes: {reason}"]
        assert generate().err == []


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"merge": 5}'])
def test_extras_that_are_none(text: str) -> None:
    put(notes("Text"))
    Path("extras.json").write_text(text)
    configure("[tool.botobind.services.notes]\nextras = ['extras.json']\n")
    said = generate()
    assert (said.code, len(said.err)) == (1, 1)
    assert str(Path("extras.json").absolute()) in said.err[0]


# Names that stay.

FOLDING = {"IPSet": "ip_set", "IpSet": "ip_set_2"}


def _shapes(*names: str) -> dict[str, Any]:
    return {
        "metadata": {"protocol": "json"},
        "shapes": {"Text": {"type": "string"}, **{n: structure(A="Text") for n in names}},
    }


def test_names_that_are_pinned_stay() -> None:
    put(_shapes("IpSet"))
    configure("[tool.botobind.services.notes]\n")
    assert generate().err == []
    before = texts(NOTES)
    assert "ip_set.py" in before
    put(_shapes("IpSet", "IPSet"))
    package = generate_package("notes", Path("models")).files
    assert {f"values/_modules/{module}.py" for module in FOLDING.values()} <= package.keys()
    configure(
        "[tool.botobind.services.notes]\npackage = 'my_notes'\n"
        "modules = { IpSet = 'ip_set' }\nclasses = { IpSet = 'IpSet', IPSet = 'OtherSet' }\n"
    )
    assert generate().err == []
    after = texts(Path("botobind_services", "my_notes", "values", "_modules"))
    assert after["ip_set.py"] == before["ip_set.py"]
    assert "class OtherSet(" in after["ip_set_2.py"]
    assert generate("--check").out == [
        "notes: " + re.search(r"\d+ files", generate("--check").out[0])[0] + ", up to date"
    ]
    # Fewer operations would be noticed there, too.
    assert generate("--force").err == []


@pytest.mark.parametrize(
    ("pins", "reason"),
    [
        (Pins(classes={"Gone": "A"}), "shape Gone: the configuration names the class of a shape that has none"),
        (Pins(modules={"Text": "a"}), "shape Text: the configuration names the module of a shape that has none"),
        (Pins(classes={"IpSet": "str"}), "shape IpSet: no class can be called str"),
        (Pins(classes={"IpSet": "Structure"}), "shape IpSet: no class can be called Structure"),
        (Pins(modules={"IpSet": "scalars"}), "shape IpSet: no module can be called scalars"),
        (Pins(modules={"IpSet": "service"}), "shape IpSet: no module can be called service"),
    ],
)
def test_names_that_cannot_be_pinned(pins: Pins, reason: str) -> None:
    put(_shapes("IpSet"))
    with pytest.raises(ModelError, match=reason.partition(": ")[2]) as caught:
        generate_package("notes", Path("models"), GenerateOptions(pins=pins))
    assert f"shape {caught.value.shape}: {caught.value.reason}".startswith(reason)
    assert caught.value.file


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("extras = ['a.json']\n", ".extras: belongs to a service"),
        ("classes = {}\n", ".classes: belongs to a service"),
        ("patches = ['gone.toml']\n", ".patches: no such file: "),
        ("patches = 'gone.toml'\n", ".patches: expected a list of texts"),
        ("builtin-patches = 'no'\n", ".builtin-patches: expected true or false"),
        ("ignored-keys = [5]\n", ".ignored-keys: expected a list of texts"),
        ("[tool.botobind.services.notes]\nextras = ['~nobody-at-all/a']\n", ".services.notes.extras: nobody knows"),
        ("[tool.botobind.services.notes]\npackage = 'My-Notes'\n", ".services.notes.package: expected the name of"),
        ("[tool.botobind.services.notes]\npackage = 5\n", ".services.notes.package: expected the name of"),
        ("[tool.botobind.services.notes]\nclasses = {A = 'class'}\n", ".classes.A: expected a name that Python can"),
        ("[tool.botobind.services.notes]\nclasses = {A = 5}\n", ".classes.A: expected a name that Python can have"),
        ("[tool.botobind.services.notes]\nmodules = {A = 'x', B = 'X'}\n", ".modules: 2 shapes cannot all be called x"),
        ("[tool.botobind.services.notes]\nclasses = []\n", ".services.notes.classes: expected a table"),
    ],
)
def test_what_the_configuration_cannot_mean(text: str, problem: str) -> None:
    put(notes("Text"))
    configure(text)
    said = generate("notes")
    assert said.code == 2
    assert any(problem in line for line in said.err), said.err


def test_options_say_all_of_themselves_in_the_same_words() -> None:
    options = GenerateOptions(
        model=ModelOptions(False, (), (), frozenset({"b", "a"})), pins=Pins("p", {"B": "b", "A": "a"}, {})
    )
    assert options.fingerprint == "without patches False 0 ['a', 'b'] p [('A', 'a'), ('B', 'b')] []"
