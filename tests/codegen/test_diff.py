"""Two models, compared: what is found, where, whom it breaks, and the version that it asks for."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from support.models import complete, list_of, map_of, model, operation, structure

from botobind.errors import ModelError
from botobind_codegen.diff.changes import Change, highest, release_of
from botobind_codegen.diff.check import check_document
from botobind_codegen.diff.compare import compare_documents

Model = dict[str, Any]
SHAPES = {
    "Asked": structure(("Text",), Text="Text", Kind="Kind", Limit="Limit", Common="Common"),
    "Given": structure(Text="Text", Parts="Parts", Common="Common"),
    "Part": structure(("Text",), Text="Text", Weight="Count"),
    "Parts": list_of("Part", min=0, max=10),
    "Table": map_of("Part"),
    "Common": structure(Kind="Kind", Table="Table"),
    "Kind": {"type": "string", "enum": ["A", "B"]},
    "Limit": {"type": "integer", "min": 1, "max": 100},
    "Lost": {**structure(Text="Text"), "exception": True, "error": {"code": "Lost", "httpStatusCode": 404}},
}
OPERATIONS = {
    "GetThing": operation("GetThing", "Asked", "Given", ("Lost",)),
    "PutThing": operation("PutThing", "Asked", "Given"),
}


def base(protocol: str = "json") -> Model:
    return copy.deepcopy(complete(model(SHAPES, protocol, OPERATIONS)))


def differences(old: Model, new: Model) -> list[Change]:
    return list(compare_documents(check_document("model", old), check_document("model", new)))


def said(changes: list[Change]) -> set[tuple[str, str, str, str]]:
    """Place, subject, change and whom it breaks: c for callers, s for servers, d for stored data."""
    letters = {"callers": "c", "servers": "s", "stored": "d"}
    return {
        (
            "/".join(change.path),
            change.subject,
            change.change,
            "".join(letters[audience] for audience in ("callers", "servers", "stored") if audience in change.breaks),
        )
        for change in changes
    }


def at(*path: str) -> Callable[[Model], Any]:
    def find(of: Model) -> Any:
        for step in path:
            of = of[step]
        return of

    return find


def put(path: str, value: Any) -> Callable[[Model], None]:
    *steps, last = path.split("/")
    return lambda of: at(*steps)(of).__setitem__(last, value)


def drop(path: str) -> Callable[[Model], None]:
    *steps, last = path.split("/")
    return lambda of: at(*steps)(of).pop(last)


ROWS: list[tuple[str, Callable[[Model], Any], set[tuple[str, str, str, str]], str]] = [
    ("nothing", lambda _: None, set(), "none"),
    (
        "operation",
        put("operations/DropThing", operation("DropThing", "Asked")),
        {("operations/DropThing", "operation", "added", "")},
        "minor",
    ),
    (
        "no operation",
        drop("operations/PutThing"),
        {("operations/PutThing", "operation", "removed", "cs")},
        "major",
    ),
    (
        "member",
        put("shapes/Given/members/More", {"shape": "Text"}),
        {("shapes/Given/members/More", "member", "added", "")},
        "minor",
    ),
    (
        "no member",
        drop("shapes/Given/members/Text"),
        {("shapes/Given/members/Text", "member", "removed", "csd")},
        "major",
    ),
    (
        "required member of an input",
        lambda of: (
            put("shapes/Asked/members/More", {"shape": "Text"})(of),
            of["shapes"]["Asked"]["required"].append("More"),
        ),
        {("shapes/Asked/members/More", "required member", "added", "csd")},
        "major",
    ),
    (
        "member of an input becomes required",
        lambda of: of["shapes"]["Asked"]["required"].append("Kind"),
        {("shapes/Asked/members/Kind", "member.required", "added", "csd")},
        "major",
    ),
    (
        "member of an output is no longer required",
        drop("shapes/Part/required"),
        {("shapes/Part/members/Text", "member.required", "removed", "")},
        "minor",
    ),
    (
        "input's limit tightened",
        put("shapes/Limit/max", 50),
        {("shapes/Limit", "shape.max", "tightened", "c")},
        "major",
    ),
    (
        "input's limit loosened",
        put("shapes/Limit/max", 500),
        {("shapes/Limit", "shape.max", "loosened", "")},
        "minor",
    ),
    ("a minimum of 0 says nothing", drop("shapes/Parts/min"), {("shapes/Parts", "shape.min", "restated", "")}, "patch"),
    (
        "enum value",
        lambda of: of["shapes"]["Kind"]["enum"].append("C"),
        {("shapes/Kind", "enum value", "added", "")},
        "minor",
    ),
    (
        "no enum value",
        lambda of: of["shapes"]["Kind"]["enum"].remove("B"),
        {("shapes/Kind", "enum value", "removed", "cs")},
        "major",
    ),
    (
        "enum values in another order",
        lambda of: of["shapes"]["Kind"]["enum"].reverse(),
        {("shapes/Kind", "shape.enum", "reordered", "")},
        "patch",
    ),
    (
        "error",
        lambda of: of["operations"]["PutThing"].__setitem__("errors", [{"shape": "Lost"}]),
        {("operations/PutThing", "error", "added", "")},
        "minor",
    ),
    (
        "no error",
        drop("operations/GetThing/errors"),
        {("operations/GetThing", "error", "removed", "s")},
        "major",
    ),
    (
        "documentation",
        put("shapes/Part/documentation", "<p>A part.</p>"),
        {("shapes/Part", "shape.documentation", "added", "")},
        "patch",
    ),
    (
        "pages",
        put("operations/GetThing/pagination", {"input_token": "Text", "output_token": "Text"}),
        {("operations/GetThing", "operation.pagination", "added", "")},
        "minor",
    ),
    (
        "an integer becomes a text",
        put("shapes/Count", {"type": "string"}),
        {("shapes/Count", "shape.type", "changed", "csd")},
        "major",
    ),
    (
        "an integer grows",
        put("shapes/Count/type", "long"),
        {("shapes/Count", "shape.type", "widened", "")},
        "minor",
    ),
    (
        "what nobody knows",
        put("shapes/Part/members/Text/unheardOf", 1),
        {("shapes/Part/members/Text", "member.unheardOf", "added", "csd")},
        "major",
    ),
    (
        "what has no effect in JSON",
        put("operations/GetThing/http/requestUri", "/elsewhere"),
        {("operations/GetThing", "http.requestUri", "changed", "")},
        "patch",
    ),
]


@pytest.mark.parametrize(("change", "expected", "release"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_changes(change: Callable[[Model], Any], expected: set[tuple[str, str, str, str]], release: str) -> None:
    new = base()
    change(new)
    found = differences(base(), new)
    assert said(found) == expected
    assert release_of(highest(each.level for each in found)) == release


REVERSED = {"added": "removed", "removed": "added", "tightened": "loosened", "loosened": "tightened"}
REVERSED |= {"widened": "narrowed", "narrowed": "widened"}


@pytest.mark.parametrize("change", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_other_way_round(change: Callable[[Model], Any]) -> None:
    new = base()
    change(new)
    there, back = differences(base(), new), differences(new, base())
    mirrored = {("/".join(each.path), REVERSED.get(each.change, each.change)) for each in there}
    assert {("/".join(each.path), each.change) for each in back} == mirrored


def test_a_uri_matters_in_rest() -> None:
    new = base("rest-json")
    put("operations/GetThing/http/requestUri", "/elsewhere")(new)
    assert said(differences(base("rest-json"), new)) == {("operations/GetThing", "http.requestUri", "changed", "cs")}


def rename(old: str, new: str) -> Callable[[Model], None]:
    """Gives a shape another name, wherever it is named."""

    def change(of: Model) -> None:
        def walk(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: new if key == "shape" and item == old else walk(item) for key, item in value.items()}
            return [walk(item) for item in value] if isinstance(value, list) else value

        shapes = walk(of["shapes"])
        shapes[new] = shapes.pop(old)
        of.update({**walk(of), "shapes": shapes})

    return change


@pytest.mark.parametrize("old", ["Part", "Parts", "Table", "Common", "Kind", "Limit", "Given"])
def test_a_renamed_shape_is_recognised(old: str) -> None:
    new = base()
    rename(old, "Another")(new)
    renamed = [each for each in differences(base(), new) if each.change == "renamed" and each.path[0] == "shapes"]
    assert [(each.old, each.new) for each in renamed] == [(old, "Another")]


def test_a_shape_that_is_not_quite_the_same_is_another() -> None:
    new = base()
    rename("Part", "Another")(new)
    new["shapes"]["Another"]["members"]["Size"] = {"shape": "Count"}
    found = {(each.path[-1], each.change) for each in differences(base(), new) if each.path[:-1] == ("shapes",)}
    assert {("Part", "removed"), ("Another", "added")} <= found
    assert "renamed" not in {change for _, change in found}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (drop("shapes"), "missing"),
        (put("shapes", []), "expected an object, got list"),
        (put("shapes/Parts/member", {"shape": "Gone"}), "refers to the missing shape 'Gone'"),
        (put("shapes/Limit/max", "many"), "expected a number, got str"),
        (put("shapes/Part/required", ["Text", "Gone"]), "shape Part, key required: requires the missing member 'Gone'"),
        (put("operations/GetThing/errors", {}), "operation GetThing, key errors: expected a list"),
    ],
)
def test_wrong_models(change: Callable[[Model], Any], text: str) -> None:
    new = base()
    change(new)
    with pytest.raises(ModelError, match=text):
        differences(base(), new)
