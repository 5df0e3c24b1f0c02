"""Models whose values are of the wrong kind, or have names that nothing can be called."""

from __future__ import annotations

import ast
import builtins
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from fuzzing.models import model

from botobind import ModelError
from botobind.wire.xmlsyntax import element_name, is_xml_name
from botobind_codegen.imported import DECLARED, IMPORTED
from botobind_codegen.pipeline import generate_package
from botobind_codegen.read import read_service

GET, REQUEST, THING = ("operations", "Get"), ("shapes", "GetRequest"), ("shapes", "Thing")


def _error_of(folder: Path, document: object) -> ModelError:
    path = folder / "things.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        generate_package("things", path)
    assert caught.value.file == str(path)
    return caught.value


def _with(protocol: str, *path: str, to: object) -> dict[str, Any]:
    document: dict[str, Any] = model(protocol)
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = copy.deepcopy(to)
    return document


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ((*GET, "errors"), None, "expected a list of objects, got NoneType"),
        (("operations",), [], "expected an object, got list"),
        ((*REQUEST, "required"), None, "expected a list of texts, got NoneType"),
        ((*REQUEST, "required"), "A", "expected a list of texts, got str"),
        (("metadata", "protocols"), 5, "expected a list of texts, got int"),
        (("metadata", "protocols"), "rest-json", "expected a list of texts, got str"),
        (("metadata", "apiVersion"), "1\0", "has the control character U+0000"),
        (("metadata", "apiVersion"), "1\n__import__('os')\n#", "has the control character U+000A"),
        ((*THING, "members", "a\nimport os"), {"shape": "Size"}, "has the control character U+000A"),
        (("metadata", "signingName"), 5, "expected text, got int"),
        (("metadata", "xmlNamespace"), 'urn:a"b', "which no URI has"),
        (("shapes", "Size", "max"), float("inf"), "expected a finite number, got inf"),
        (("shapes", "Size", "max"), 10**400, "a number that a double can hold"),
        (("shapes", "Size", "max"), 5.5, "expected a whole number, got 5.5"),
        (("shapes", "Name", "min"), 0.5, "expected a whole number, got 0.5"),
        (("metadata", "xmlNamespace"), {"uri": "urn:a", "url": 5}, "unknown key in xmlNamespace"),
        (("metadata", "xmlNamespace"), {}, "expected text, got nothing"),
        (("shapes", "Choice", "union"), "false", "expected true or false, got str"),
        (("shapes", "Gone", "error", "httpStatusCode"), "404", "expected a status, got str"),
        (("shapes", "Gone", "retryable" ), {"throttling": "no"}, "throttling: expected true or false"),
        ((*GET, "endpoint"), {"hostPrefix": 5}, "hostPrefix: expected text"),
        ((*GET, "http", "method"), "GET /x", "is no HTTP method"),
        ((*GET, "name"), "", "is empty"),
        ((*GET, "http", "requestUri"), "", "is empty"),
        (("shapes", "Kind", "enum"), ["\ud800"], "half of a surrogate pair"),
        (("shapes", "Name", "pattern"), "a|b)|(c", "not a regular expression"),
        (("shapes", "Name", "pattern"), "(\\p{L}{1000}){1000}", "only texts of more than 20000 characters"),
        ((*REQUEST, "members", "Digest", "locationName"), "a b", "is no name of a header"),
        ((*GET, "input"), {"shape": "Name"}, "expected a structure, Name is a string"),
        ((*GET, "output"), {"shape": "Sparse"}, "expected a structure, Sparse is a list"),
        ((*GET, "errors"), [{"shape": "Gone"}, {"shape": "Labels"}], "expected a structure, Labels is a map"),
        ((*GET, "errors"), [{"shape": "Choice"}], "expected a structure, Choice is a union"),
        ((*GET, "http", "requestUri"), "things/{Id}", "begins with no slash"),
    ],
)  # fmt: skip
def test_wrong_kinds_are_refused_with_their_place(
    tmp_path: Path, path: tuple[str, ...], value: object, reason: str
) -> None:
    error = _error_of(tmp_path, _with("rest-json", *path, to=value))
    assert reason in error.reason
    assert error.key
    if path[0] == "operations" and len(path) > 1:
        assert error.operation == "Get"
    elif path[0] == "shapes":
        assert error.shape


@pytest.mark.parametrize("protocol", ["rest-json", "rest-xml", "query", "ec2"])
def test_two_members_with_one_name_are_refused(tmp_path: Path, protocol: str) -> None:
    error = _error_of(tmp_path, _with(protocol, *THING, "members", "Data", "locationName", to="size"))
    assert "of one name" in error.reason
    assert (error.shape, error.key) == ("Thing", "Data")


@pytest.mark.parametrize(
    ("retryable", "found"),
    [({}, (True, False)), ({"throttling": True}, (True, True)), (True, (True, False)), (False, (False, False))],
)
def test_errors_that_may_be_tried_again(retryable: object, found: tuple[bool, bool]) -> None:
    error = read_service("things", _with("json", "shapes", "Gone", "retryable", to=retryable)).shapes["Gone"].error
    assert error
    assert (error.retryable, error.throttling) == found


@pytest.mark.parametrize("protocol", ["rest-xml", "query", "ec2"])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*THING, "members", "Size", "locationName"), "a b"),
        ((*THING, "members", "Kind", "locationName"), 'x" y="'),
        ((*THING, "members", "2fa"), {"shape": "Size"}),
        (("shapes", "Sparse", "member", "locationName"), "<a>"),
        (("shapes", "Labels", "key", "locationName"), "a>"),
        ((*GET, "output", "resultWrapper"), "a:b:c"),
    ],
)
def test_names_that_are_none_in_xml_are_refused(
    tmp_path: Path, protocol: str, path: tuple[str, ...], value: object
) -> None:
    assert "no name that XML can have" in _error_of(tmp_path, _with(protocol, *path, to=value)).reason


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("Name", "Name"),
        ("naïve.1-a", "naïve.1-a"),
        ("$ref", "_x0024_ref"),
        ("2fa", "_x0032_fa"),
        ("a b", "a_x0020_b"),
        ("a:b", "a_x003A_b"),
        ("-", "_x002D_"),
        ("_x0041_", "_x005F_x0041_"),
        ('<a href="">', "_x003C_a_x0020_href_x003D__x0022__x0022__x003E_"),
        ("\U000f0000", "_xF0000_"),
    ],
)
def test_members_have_elements_also_where_a_service_speaks_no_xml(name: str, element: str) -> None:
    assert element_name(name) == element
    assert is_xml_name(element)


def test_all_unknown_keys_are_told_at_once(tmp_path: Path) -> None:
    document = _with("json", *THING, "colour", to=1)
    document["operations"]["Get"]["weight"] = 2
    error = _error_of(tmp_path, document)
    assert (error.operation, error.key) == ("Get", "weight")
    assert error.reason.endswith("it has to be classified first, and so have Thing.colour")


def _named(protocol: str, names: list[str]) -> dict[str, Any]:
    """A service with a structure, a union, an error and a list of each name, and with a member of each."""
    document: dict[str, Any] = model(protocol)
    inner: Any = document["shapes"]
    for number, name in enumerate(names):
        inner[name] = {
            "type": "structure",
            "members": {
                "At": {"shape": "When"},
                "Text": {"shape": "Data"},
                "Tags": {"shape": "Tags"},
                "Of": {"shape": f"Listed{number}"},
            },
            **([{}, {"union": True}, {"exception": True}][number % 3]),
        }
        inner[f"Listed{number}"] = {"type": "list", "member": {"shape": name}}
    inner["Members"] = {
        "type": "structure",
        "required": ["At", names[0].title()],
        "members": {
            "At": {"shape": "When", "location": "header", "locationName": "at"},
            **{name.title(): {"shape": "Tags"} for name in names},
        },
    }
    return document


@pytest.mark.parametrize(("protocol", "turn"), [("json", 0), ("rest-json", 1), ("rest-xml", 2), ("query", 0)])
def test_no_name_hides_what_generated_code_uses(tmp_path: Path, protocol: str, turn: int) -> None:
    used = {*dir(builtins)}.union(*IMPORTED.values(), *DECLARED.values())
    names = sorted((used | {"self", "cls", "wire_struct", "of", "blanks"}) - {"None"})
    document = _named(protocol, names[turn:] + names[:turn])
    path = tmp_path / "things.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    for file, text in generate_package("things", path).files.items():
        if file.startswith("values/") and file.endswith(".py"):
            tree = ast.parse(text)
            assert not _defined(tree.body) & (_imported(tree) | _builtins_used(tree)), file
            for cls in (node for node in tree.body if isinstance(node, ast.ClassDef)):
                assert not _defined(cls.body) & _names_in_class(cls), file


def _defined(body: list[ast.stmt]) -> set[str]:
    classes = {node.name for node in body if isinstance(node, ast.ClassDef)}
    return classes | {
        node.target.id for node in body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def _imported(tree: ast.Module) -> set[str]:
    return {name.asname or name.name for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names}


def _builtins_used(tree: ast.Module) -> set[str]:
    own = {node.name for node in tree.body if isinstance(node, ast.ClassDef)} & set(dir(builtins))
    # Their own classes name these alone.
    assert own <= {"AttributeError", "EnvironmentError", "ResourceWarning", "Warning"}
    return _loaded(tree) & set(dir(builtins)) - own


def _names_in_class(cls: ast.ClassDef) -> set[str]:
    """The names that are looked up in the body of the class: annotations, values and decorators."""
    found: set[str] = set()
    for node in cls.body:
        if isinstance(node, ast.FunctionDef):
            arguments = [each.annotation for each in node.args.args if each.annotation]
            for part in [*node.decorator_list, *arguments, *([node.returns] if node.returns else [])]:
                found |= _loaded(part)
        elif isinstance(node, ast.AnnAssign):
            found |= _loaded(node.annotation) | (_loaded(node.value) if node.value else set())
    return found


def _loaded(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)}
