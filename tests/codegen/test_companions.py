"""Paginators and waiters of a model: strictly read, compiled, and part of what a package is made from."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jmespath
import pytest
from support.commands import alone, botobind, generate, write_model
from support.models import list_of, map_of, model, operation, structure

from botobind import memberpaths
from botobind.contract import codec
from botobind.errors import ModelError
from botobind_codegen.layouts import find_models
from botobind_codegen.model_options import ModelOptions
from botobind_codegen.pipeline import generate_package, read_model
from botobind_codegen.plan.closure import plan_service
from botobind_codegen.plan.paths import PathCompiler, PathError
from botobind_codegen.read import read_service

SHAPES = {
    "ListThings": structure(Token="Text", Limit="Small", Named="Flag"),
    "Things": structure(
        Token="Text",
        Items="Items",
        Rows="Rows",
        ByName="ByName",
        More="Flag",
        Total="Count",
        When="Time",
        First="Item",
        Names="Texts",
    ),
    "Item": structure(Name="Text", State="State", Size="Count", Rank="Tiny", Tags="Texts", Parts="Items", Ready="Flag"),
    "Small": {"type": "short"},
    "Tiny": {"type": "byte"},
    "Items": list_of("Item"),
    "Rows": list_of("Items"),
    "ByName": map_of("Item"),
}
MODEL = model(SHAPES, operations={"ListThings": operation("ListThings", "ListThings", "Things")})
PAGES: Mapping[str, Any] = {
    "input_token": "Token",
    "output_token": "Token",
    "limit_key": "Limit",
    "result_key": "Items",
}
ACCEPTOR: Mapping[str, Any] = {"state": "success", "matcher": "path", "argument": "First.State", "expected": "ON"}
WAITER: Mapping[str, Any] = {"operation": "ListThings", "delay": 5, "maxAttempts": 3, "acceptors": [ACCEPTOR]}


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    work = alone(monkeypatch, tmp_path)
    write_model(work / "things.json", MODEL)
    return work


def put(work: Path, beside: str, document: object) -> Path:
    file = work / f"things.{beside}.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    find_models.cache_clear()
    return file


def paginated(changes: Mapping[str, Any], *without: str) -> dict[str, Any]:
    kept = {key: value for key, value in PAGES.items() if key not in without}
    return {"pagination": {"ListThings": {**kept, **changes}}}


def waited(changes: Mapping[str, Any], *without: str) -> dict[str, Any]:
    kept = {key: value for key, value in WAITER.items() if key not in without}
    return {"version": 2, "waiters": {"ThingsThere": {**kept, **changes}}}


def accepted(changes: Mapping[str, Any], *without: str) -> dict[str, Any]:
    kept = {key: value for key, value in ACCEPTOR.items() if key not in without}
    return waited({"acceptors": [{**kept, **changes}]})


P, W = "paginators-1", "waiters-2"
IN_PAGES, IN_WAITER = "operation ListThings, ", "operation ListThings.ThingsThere, "
FAULTS = [
    (P, {"pagination": {}, "colour": 1}, "key colour", "unknown key in paginators-1; it has to be classified first"),
    (W, {"waiters": {}, "colour": 1}, "key colour", "unknown key in waiters-2; it has to be classified first"),
    (W, {"version": 1, "waiters": {}}, "key version", "expected the version 2 of waiters, got 1"),
    (P, {"pagination": {"Lost": PAGES}}, "key Lost", "speaks of the missing operation 'Lost'"),
    (W, waited({"operation": "Lost"}), "key ThingsThere", "speaks of the missing operation 'Lost'"),
    (W, waited({}, "operation"), "key ThingsThere", "speaks of the missing operation None"),
    (P, paginated({"colour": 1}), f"{IN_PAGES}key colour", "unknown key in pagination; it has to be classified first"),
    (P, paginated({}, "input_token"), f"{IN_PAGES}key input_token", "missing"),
    (P, paginated({"output_token": []}), f"{IN_PAGES}key output_token", "is empty"),
    (P, paginated({"output_token": 5}), f"{IN_PAGES}key output_token", "expected a list of texts, got int"),
    (
        P,
        paginated({"output_token": ["Token", "Total"]}),
        f"{IN_PAGES}key output_token",
        "expected as many as input_token has, which is 1",
    ),
    (P, paginated({"input_token": "Lost"}), f"{IN_PAGES}key input_token", "the input has no member 'Lost'"),
    (
        P,
        paginated({"output_token": "Total"}),
        f"{IN_PAGES}key output_token",
        "'Total' is an integer, not a string as Token of the input",
    ),
    (
        P,
        paginated({"input_token": "Named", "output_token": "More"}),
        f"{IN_PAGES}key output_token",
        "'More' is a boolean, which is no token",
    ),
    (
        P,
        paginated({"more_results": "First"}),
        f"{IN_PAGES}key more_results",
        "'First' is a structure, not true or false",
    ),
    (P, paginated({"limit_key": "Named"}), f"{IN_PAGES}key limit_key", "Named is a boolean, not a number"),
    (P, paginated({"limit_key": ["Limit"]}), f"{IN_PAGES}key limit_key", "expected text, got list"),
    (
        P,
        paginated({"result_key": "Lost"}),
        f"{IN_PAGES}key result_key",
        "'Lost' leads nowhere: Things has no member Lost",
    ),
    (P, paginated({"result_key": "Items || Names"}), f"{IN_PAGES}key result_key", "'Items || Names' is no path"),
    (P, paginated({"more_results": "More["}), f"{IN_PAGES}key more_results", "'More[' is no JMESPath: "),
    (W, waited({"colour": 1}), f"{IN_WAITER}key colour", "unknown key in waiter; it has to be classified first"),
    (W, waited({}, "delay"), f"{IN_WAITER}key delay", "missing"),
    (W, waited({"delay": -1}), f"{IN_WAITER}key delay", "expected no less than 0, got -1"),
    (W, waited({"delay": "5"}), f"{IN_WAITER}key delay", "expected a number, got str"),
    (W, waited({"maxAttempts": 0.5}), f"{IN_WAITER}key maxAttempts", "expected a whole number above 0, got 0.5"),
    (W, waited({"acceptors": {}}), f"{IN_WAITER}key acceptors", "expected a list of objects, got dict"),
    (W, accepted({"colour": 1}), f"{IN_WAITER}key colour", "unknown key in acceptor; it has to be classified first"),
    (W, accepted({}, "expected"), f"{IN_WAITER}key expected", "missing"),
    (W, accepted({"expected": None}), f"{IN_WAITER}key expected", "expected a text, a number, true or false, got"),
    (W, accepted({}, "argument"), f"{IN_WAITER}key argument", "expected text, got nothing"),
    (W, accepted({"state": "won"}), f"{IN_WAITER}key state", "expected one of success, failure, retry, got 'won'"),
    (W, accepted({"matcher": "all"}), f"{IN_WAITER}key matcher", "expected one of path, pathAll, pathAny, status, er"),
    (W, accepted({"argument": "Lost"}), f"{IN_WAITER}key argument", "'Lost' leads nowhere: Things has no member Lost"),
]


@pytest.mark.parametrize(("beside", "document", "place", "reason"), FAULTS)
def test_what_is_wrong_is_told_with_its_place(
    work: Path, beside: str, document: object, place: str, reason: str
) -> None:
    file = put(work, beside, document)
    with pytest.raises(ModelError) as caught:
        generate_package("things", work)
    assert str(caught.value).startswith(f"service things, {place}, file {file}: {reason}")


@pytest.mark.parametrize(
    ("beside", "document", "key"),
    [(P, {"pagination": {}, "colour": 1}, "paginators-1.colour"), (W, accepted({"colour": 1}), "acceptor.colour")],
)
def test_unknown_keys_can_be_passed_by(work: Path, beside: str, document: object, key: str) -> None:
    put(work, beside, document)
    for name in (key, "colour"):
        assert read_model("things", work, ModelOptions(ignored_keys=frozenset({name})))


def test_a_model_can_be_listed_and_compared_all_the_same(work: Path) -> None:
    put(work, P, {"pagination": {"Lost": PAGES}, "colour": 1})
    assert botobind("list", "things", "--data-path", work).code == 0
    assert botobind("diff", "--old", work / "things.json", "--new", work / "things.json").code == 0


def test_a_package_is_made_from_them_too(work: Path) -> None:
    put(work, P, paginated({}))
    assert generate("--data-path", work).code == 0
    assert generate("--data-path", work, "--check").code == 0
    for beside, document in ((P, paginated({}, "limit_key")), (P, paginated({})), (W, waited({}))):
        put(work, beside, document)
        assert generate("--data-path", work, "--check").code == (document != paginated({}))


def test_a_part_of_a_service_has_the_waiters_of_its_operations(work: Path) -> None:
    operations = {name: operation(name, "ListThings", "Things") for name in ("ListThings", "GetThings")}
    write_model(work / "things.json", {**MODEL, "operations": operations})
    two = {**WAITER, "operation": "GetThings"}
    put(work, W, {"version": 2, "waiters": {"Ready": WAITER, "READY": two, "Acceptor": two}})
    put(work, P, paginated({}))

    def found(*words: str) -> list[str]:
        assert generate("--data-path", work, "--force", *words).code == 0
        file = work / "botobind_services" / "things" / "waiters.py"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [line.split('"')[1] for line in lines if line.strip().startswith('name="')]

    assert found() == ["acceptor", "ready", "ready_2"]
    assert found("--operation", "ListThings") == ["ready_2"]
    (work / "things.waiters-2.json").unlink()
    assert found("--operation", "GetThings") == []


EXPRESSIONS = {
    "Token": "('token',)",
    "First.State": "('first', 'state')",
    "Items[].Name": "('items', '[]', 'name')",
    "Items[*].Name": "('items', '[]', 'name')",
    "Items[].Tags[]": "('items', '[]', 'tags', '[]')",
    "Items[].Parts[].Tags[]": "('items', '[]', 'parts', '[]', 'tags', '[]')",
    "Items[].Parts[0].Name": "('items', '[]', 'parts', 0, 'name')",
    "Items[-1].Name": "('items', -1, 'name')",
    "Rows[].Name": "('rows', '[]', 'name')",
    "Rows[][].Name": "('rows', '[]', '[]', 'name')",
    "Rows[0][].Name": "('rows', 0, '[]', 'name')",
    "ByName.*.State": "('by_name', '*', 'state')",
    "ByName.*.Tags[]": "('by_name', '*', 'tags', '[]')",
    "Items[].Name | [0]": "lambda output: codec.find(codec.find(output, ('items', '[]', 'name')), (0,))",
    "First.Name || Token": "lambda output: codec.find(output, ('first', 'name')) or codec.find(output, ('token',))",
    "length(Items) == `0`": "lambda output: len(codec.find(output, ('items',))) == 0",
    "length(Names || Items[].Name)": None,
    "Total > `1`": "lambda output: codec.compared(codec.find(output, ('total',)), '>', 1)",
    "!(Total >= `1` && (More || First.Ready)) || Total == First.Size": None,
    "Token != 'a' && Token != `null`": None,
    "Items[?State == 'ON'].Name": None,
    "Items[?!(length(Tags) == `1` && Size == `0`)]": None,
    "Items[?Ready && Size < `2`].Tags[]": None,
    "Items[?Parts[?Ready]].Name": None,
    "First.Rank < Total && First.Rank != Total": None,
    "@.First.Name": "('first', 'name')",
    "More == `true`": None,
    "Names": "('names',)",
    "Items[*].[Name, State, Parts[0].Name][]": ("('items', '[]', (('name',), ('state',), ('parts', 0, 'name')), '[]')"),
    "[Token, First.Name]": "((('token',), ('first', 'name')),)",
}


@pytest.fixture
def things(generate_once: Any) -> Any:
    return generate_once(MODEL)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions_find_what_jmespath_finds(things: Any, expression: str) -> None:
    service = read_service("things", {**MODEL, "metadata": {"protocol": "json"}})
    source = PathCompiler(service, plan_service(service).names).compile(expression, "Things").source
    assert EXPRESSIONS[expression] in (None, source)
    where = eval(source, {"codec": codec})  # noqa: S307 - the subject
    compiled = jmespath.compile(expression)
    drawn = random.Random(expression)
    found = set()
    for _ in range(60):
        output = things.Things.of_value(_drawn("Things", drawn, 3))
        try:
            expected = compiled.search(output.to_value())
        except jmespath.exceptions.JMESPathTypeError:
            with pytest.raises(TypeError):
                memberpaths.find(output, where)
            continue
        assert _plain(memberpaths.find(output, where)) == expected
        found.add(json.dumps(expected))
    assert len(found) > 1


def test_keys_of_a_map_that_is_not_there_are_none(things: Any) -> None:
    service = read_service("things", {**MODEL, "metadata": {"protocol": "json"}})
    found = PathCompiler(service, plan_service(service).names).compile("keys(ByName)", "Things", "input")
    assert found.path == ("by_name", memberpaths.KEYS)
    assert memberpaths.find(things.Things(by_name={"a": things.Item(), "b": None}), found.path) == ["a", "b"]
    assert memberpaths.find(things.Things(), found.path) is None
    assert memberpaths.text_of(("rows", memberpaths.KEYS, (("a", 0), ("b",)))) == "rows.keys().[a[0], b]"


def _drawn(shape: str, drawn: random.Random, levels: int) -> Any:
    raw = MODEL["shapes"][shape]
    match raw["type"]:
        case "structure":
            members = {name: member["shape"] for name, member in raw["members"].items() if name != "When"}
            kept = [name for name in members if levels and drawn.random() < 0.8]
            return {name: _drawn(members[name], drawn, levels - 1) for name in kept}
        case "list":
            return [_drawn(raw["member"]["shape"], drawn, levels) for _ in range(drawn.choice((0, 1, 1, 2)))]
        case "map":
            return {key: _drawn(raw["value"]["shape"], drawn, levels) for key in "ab"[: drawn.choice((0, 1, 2))]}
        case "boolean":
            return drawn.random() < 0.5
        case "integer" | "short" | "byte":
            return drawn.choice((0, 1, 2))
        case _:
            return drawn.choice(("", "a", "ON"))


def _plain(found: Any) -> Any:
    if isinstance(found, list):
        return [_plain(each) for each in found]
    return found.to_value() if hasattr(found, "to_value") else found


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("Total.Name", "asks an integer for Name"),
        ("ByName.key", "asks a map for key"),
        ("First[0]", "has an index behind a structure"),
        ("Names.*", "has * behind a list"),
        ("Total[]", "has [] behind an integer"),
        ("ByName[]", "has [] behind a map"),
        ("Rows[*].Name", "has [*] behind a list of lists"),
        ("Items[].Parts[*].Name", "has [*] within a projection"),
        ("Items[].Parts[?Ready]", "has a filter within a projection"),
        ("Items[].[Name, Size]", "has a list of what are no paths to values of one kind"),
        ("Items[].[Parts[].Name]", "has a list of what are no paths to values of one kind"),
        ("Items[].{N: Name}", "has a multi select dict, which is not understood"),
        ("keys(Items)", "asks a list for its keys"),
        ("Items[0:1]", "has a slice, which is not understood"),
        ("sum(Items[].Size)", "has the function sum, which is not understood"),
        ("length(First)", "asks a structure for its length"),
        ("Total == Token", "compares an integer with a string"),
        ("When > `1`", "compares a timestamp with an integer"),
        ("First || First", "takes a structure for true or false"),
        ("Total && Total", "takes an integer for true or false"),
        ("Token || Names", "gives a string or a list"),
        ("Token == `[1]`", "has the literal [1], which is not understood"),
    ],
)
def test_what_would_find_something_else_is_refused(expression: str, reason: str) -> None:
    service = read_service("things", {**MODEL, "metadata": {"protocol": "json"}})
    compiler = PathCompiler(service, plan_service(service).names)
    with pytest.raises(PathError) as caught:
        compiler.compile(expression, "Things")
    assert str(caught.value) == f"{expression!r} {reason}"
    with pytest.raises(PathError, match="leads nowhere: the operation has no output"):
        compiler.compile(expression, None)
