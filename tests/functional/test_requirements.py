"""What has to be there: required members of requests and responses, and constraints."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from support.models import FORMATS, PROTOCOLS, Generate, list_of, map_of, model, operation, structure, there_and_back

from botobind import DecodeError, ModelError, ValidationError

REQUIRING: dict[str, Any] = {
    "In": structure(("Name", "Token", "Tag", "Both"), Name="Text", Tag="Tag", Both="Both", Note="Text"),
    "Tag": structure(("Key",), Key="Text", Value="Text"),
    "Both": structure(("Id",), Id="Text"),
    "Out": structure(("Name", "Both"), Name="Text", Both="Both"),
}
REQUIRING["In"]["members"]["Token"] = {"shape": "Text", "idempotencyToken": True}


def _requiring(generate_once: Generate, protocol: str = "json") -> Any:
    return generate_once(model(REQUIRING, protocol, {"Go": operation("Go", "In", "Out")}))


def test_constructors_demand_what_requests_must_have(generate_once: Generate) -> None:
    package = _requiring(generate_once)
    with pytest.raises(TypeError, match="missing 3 required keyword-only arguments: 'name', 'tag', and 'both'"):
        package.In()
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'key'"):
        package.Tag(value="a")
    value = package.In.make(name="a", tag=package.Tag(key="k"), both=package.Both(id="b"))
    assert (value.token, value.note) == (None, None)


def test_hints_say_what_may_be_absent(generate_once: Generate) -> None:
    package = _requiring(generate_once)
    hints = get_type_hints(package.In)
    assert hints["name"] is str
    assert hints["tag"] is package.Tag
    assert hints["token"] == str | None
    assert hints["note"] == str | None
    assert get_type_hints(package.Out)["name"] == str | None
    assert get_type_hints(package.Both)["id"] == str | None


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_a_service_leaves_out_is_none(generate_once: Generate, protocol: str) -> None:
    package = _requiring(generate_once, protocol)
    empty = package.Out()
    for body_format in ("json", "value", "cbor", "xml"):
        assert there_and_back(empty, body_format) == empty
    assert package.Out.of_json({"Both": {}}) == package.Out(both=package.Both())
    with pytest.raises(ValidationError, match=r"\$\.Name: required member is missing"):
        empty.validate()


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("json", "path"),
    [
        ({"Tag": {"Key": "k"}, "Both": {}}, "$.Name"),
        ({"Name": "n", "Both": {}}, "$.Tag"),
        ({"Name": "n", "Tag": {"Value": "v"}, "Both": {}}, "$.Tag.Key"),
    ],
)
def test_a_request_that_lacks_a_member_is_not_read(
    generate_once: Generate, protocol: str, json: dict[str, Any], path: str
) -> None:
    package = _requiring(generate_once, protocol)
    for decode in (package.In.of_json, package.In.of_value, package.In.of_cbor):
        with pytest.raises(DecodeError) as caught:
            decode(json)
        # What boto3's values lack besides, as the `Id` of what responses have as well, is told after it.
        first = caught.value.reason.partition("; ")[0]
        assert (caught.value.path, first) == (path, "required member is missing")


FORM = [("Name", "n"), ("Tag.Key", "k"), ("Both.Id", "b")]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("missing", "path"), [("Name", "$.Name"), ("Tag.Key", "$.Tag"), ("Both.Id", "$.Both")])
def test_a_form_that_lacks_a_member(generate_once: Generate, protocol: str, missing: str, path: str) -> None:
    package = _requiring(generate_once, protocol)
    pairs = [pair for pair in FORM if pair[0] != missing]
    # In the forms of AWS, structures with nothing in them leave no trace, so what is absent may be empty.
    forms = protocol in ("query", "ec2")
    if forms and missing == "Both.Id":
        assert package.In.of_query(pairs).both == package.Both()
        return
    with pytest.raises(DecodeError) as caught:
        package.In.of_query(pairs)
    assert caught.value.path == ("$.Tag.Key" if forms and missing == "Tag.Key" else path)
    assert caught.value.reason == "required member is missing"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_empty_values_that_must_be_there_come_back(generate_once: Generate, protocol: str) -> None:
    names = ("Texts", "TextMap", "Nothing", "FlatTexts", "FlatMap")
    shapes = {
        "In": structure(names, **{name: name for name in names}),
        "Nothing": structure(),
        "FlatTexts": list_of("Text", flattened=True),
        "FlatMap": map_of("Text", flattened=True),
    }
    package = generate_once(model(shapes, protocol, {"Go": operation("Go", "In")}))
    value = package.In.make(texts=[], text_map={}, nothing=package.Nothing(), flat_texts=[], flat_map={})
    for body_format in FORMATS:
        assert there_and_back(value, body_format) == value


def test_make_reports_every_violation(generate: Generate) -> None:
    package = generate(
        model(
            {
                "Name": {"type": "string", "min": 2, "max": 5, "pattern": "^[a-z]*$"},
                "Age": {"type": "integer", "min": 0, "max": 150},
                "Names": list_of("Name", max=2),
                "ByName": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Age"}},
                "Secret": {"type": "string", "max": 3, "sensitive": True},
                "Person": structure(
                    ("Id",),
                    Id="Text",
                    Name="Name",
                    Age="Age",
                    Friends="People",
                    Aliases="Names",
                    Ages="ByName",
                    Pin="Secret",
                ),
                "People": list_of("Person"),
            }
        )
    )
    with pytest.raises(ValidationError) as caught:
        package.Person.make(
            name="X",
            age=200,
            friends=[package.Person(id="a"), package.Person(age=-1, id=7)],
            aliases=["ab", "cd", "toolong"],
            ages={"B1": 151},
            pin="12345",
        )
    assert [violation.path for violation in caught.value.violations] == [
        "$.Id",
        "$.Name",
        "$.Name",
        "$.Age",
        "$.Friends[1].Id",
        "$.Friends[1].Age",
        "$.Aliases",
        "$.Aliases[2]",
        "$.Ages['B1']",
        "$.Ages['B1']",
        "$.Pin",
    ]
    assert "12345" not in str(caught.value)
    assert str(caught.value).startswith("Person has 11 violations:\n  $.Id: required member is missing\n")


def test_a_required_member_may_recur(generate: Generate) -> None:
    """No finite value satisfies it, but classes, hints and decoders have to cope."""
    package = generate(
        model(
            {"Loop": structure(("Loop",), Loop="Loop"), "In": structure(("Loop",), Loop="Loop")},
            operations={"Go": operation("Go", "In")},
        )
    )
    with pytest.raises(DecodeError, match=r"^\$\.Loop\.Loop\.Loop: required member is missing$"):
        package.In.of_json({"Loop": {"Loop": {}}})
    assert get_type_hints(package.Loop)["loop"] is package.Loop


def test_an_alias_that_never_ends_is_refused(generate: Generate) -> None:
    with pytest.raises(ModelError, match=r"shape A, .*: contains itself through A → B → A"):
        generate(model({"A": list_of("B"), "B": list_of("A")}))
