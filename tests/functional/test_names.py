"""Odd names of shapes, members, operations and enum values in models of a few lines."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import get_type_hints
from urllib.parse import urlencode

import pytest
from support.models import (
    FORMATS,
    PROTOCOLS,
    Generate,
    classes_of,
    list_of,
    model,
    operation,
    structure,
    there_and_back,
)

from botobind import ValidationError
from botobind.bodies import dump_body
from botobind.wire.xmlsyntax import is_xml_name

ODD_SHAPES = (
    "None",
    "True",
    "bool",
    "int",
    "str",
    "list",
    "type",
    "object",
    "print",
    "self",
    "cls",
    "class",
    "mro",
    "Optional",
    "Union",
    "BaseException",
    "Warning",
    "Any",
    "Self",
    "Mapping",
    "Callable",
    "Annotated",
    "ClassVar",
    "StrEnum",
    "TypeAlias",
    "Values",
    "Shapes",
    "Structure",
    "DecodeError",
    "UnknownOperationError",
    "Operation",
    "QueryPairs",
    "QueryChunks",
    "XmlElement",
    "_Foo",
    "__listOf__",
    "endpoint",
    "Endpoint",
    "ENDPOINT",
    "scope",
    "values",
    "endpoints",
    "scalars",
    "operation_errors",
    "service",
    "protocol",
    "metadata",
    "datetime",
    "json",
    "query",
    "xml",
    "define",
    "load_on_use",
    "reexport",
    "__getattr__",
    "Con",
    "Thing-1",
    "Thing.1",
    "MEMBERS",
    "Ünï",
)

ODD_MEMBERS = (
    "from",
    "lambda",
    "None",
    "make",
    "validate",
    "values",
    "query",
    "json",
    "xml",
    "str",
    "list",
    "datetime",
    "self",
    "cls",
    "data",
    "get",
    "at",
    "pairs",
    "prefix",
    "tag",
    "write",
    "element",
    "node",
    "ID",
    "id",
    "Id",
    "a.b",
    "a-b",
    "a b",
    "ünï",
    "1st",
    "²",
    "-",
    "_private",
    "__type__",
    "__class__",
    "__init__",
    "__slots__",
    "__eq__",
    "code",
    "message",
    "Message",
    "status",
    "args",
    "SHAPE",
    "MEMBERS",
    "Shapes",
    "Structure",
    "error",
    "child",
    "key",
    "item",
    "header",
    "tree",
    "cbor",
    "value",
    "timestamps",
    "Any",
    "type",
    "object",
    "property",
    "classmethod",
    "isinstance",
    "len",
    "enumerate",
    "attributes",
    "unknown_member",
    "pairs_index",
    "to_json",
    "reveal",
    "{brace}",
    '"quote"',
    "back\\slash",
    "x'y",
)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_odd_shape_names(generate: Generate, protocol: str) -> None:
    nexts = [*ODD_SHAPES[1:], ODD_SHAPES[0]]
    shapes = {name: structure(Text="Text", Next=other) for name, other in zip(ODD_SHAPES, nexts, strict=True)}
    package = generate(model(shapes, protocol))
    classes = {cls.SHAPE: cls for cls in classes_of(package)}
    assert sorted(classes) == sorted(ODD_SHAPES)
    for name, other in zip(ODD_SHAPES, nexts, strict=True):
        assert get_type_hints(classes[name])["next"] == classes[other] | None
        value = classes[name](text=name, next=classes[other](text="…"))
        for body_format in ("json", "value", "cbor", "query"):
            assert there_and_back(value, body_format) == value
        assert classes[name].of_xml(value.to_xml("Root")) == value


@pytest.mark.parametrize(
    ("shape", "python_name"),
    [
        ("None", "None_"),
        ("bool", "bool_"),
        ("Optional", "Optional"),
        ("Union", "Union_"),
        ("_Foo", "_Foo"),
        ("endpoint", "endpoint"),
        ("__listOf__", "_listOf__"),
    ],
)
def test_a_class_is_reached_in_values_and_in_the_package(generate: Generate, shape: str, python_name: str) -> None:
    package = generate(model({shape: structure(Text="Text")}))
    assert getattr(package, python_name) is getattr(package.values, python_name)
    assert shape == getattr(package, python_name).SHAPE


def test_a_shape_may_be_called_like_its_module(generate: Generate) -> None:
    package = generate(model({"scope": structure(Text="Text"), "Scope": structure(scope="scope")}))
    assert package.scope(text="a").to_json() == {"Text": "a"}
    assert package.Scope(scope=package.scope(text="a")).to_json() == {"scope": {"Text": "a"}}


def test_names_that_differ_by_case_alone(generate: Generate) -> None:
    package = generate(model({"ARN": structure(A="Text"), "Arn": structure(B="Text"), "arn": structure(C="Text")}))
    assert [package.ARN.MEMBERS, package.Arn.MEMBERS, package.arn.MEMBERS] == [{"a": "A"}, {"b": "B"}, {"c": "C"}]


def test_aliases_of_odd_names(generate: Generate) -> None:
    package = generate(
        model(
            {
                "__listOf__string": list_of("__string", min=1),
                "__string": {"type": "string", "max": 3},
                "Holder": structure(Items="__listOf__string"),
            }
        )
    )
    assert package.Holder.make(items=["abc"]).to_json() == {"Items": ["abc"]}
    with pytest.raises(ValidationError) as caught:
        package.Holder.make(items=["abcd"])
    assert str(caught.value.violations[0]) == "$.Items[0]: 4 characters, more than 3"


def members_of(protocol: str) -> list[str]:
    """The odd names that members may have: in XML they are those of elements, and to EC2 `id` and `Id` are one."""
    is_xml = protocol in ("rest-xml", "query", "ec2")
    names = [name for name in ODD_MEMBERS if not is_xml or is_xml_name(name)]
    return list({name[:1].upper() + name[1:]: name for name in names}.values()) if protocol == "ec2" else names


@pytest.mark.parametrize("kind", ["structure", "union", "exception"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_odd_member_names(generate: Generate, protocol: str, kind: str) -> None:
    targets = ("Text", "Texts", "TextMap", "Time", "Thing")
    names = members_of(protocol)
    shape = structure(**{name: targets[index % 5] for index, name in enumerate(names)})
    everything = shape if kind == "structure" else {**shape, kind: True}
    package = generate(model({"Everything": everything, "Thing": structure(Text="Text")}, protocol))
    cls = package.Everything
    assert list(cls.MEMBERS.values()) == names
    assert get_type_hints(cls).keys() >= cls.MEMBERS.keys()
    samples = ("text", ["a"], {"k": "v"}, datetime(2020, 1, 2, tzinfo=UTC), package.Thing(text="b"))
    members = {attribute: samples[index % 5] for index, attribute in enumerate(cls.MEMBERS)}
    chosen = [{name: value} for name, value in members.items()] if kind == "union" else [members]
    for arguments in chosen:
        value = cls.make(**arguments)
        assert {name: getattr(value, name) for name in arguments} == arguments
        for body_format in ("json", "value", "cbor"):
            assert there_and_back(value, body_format) == value


def test_members_of_queries_and_elements_by_odd_names(generate: Generate) -> None:
    for protocol in PROTOCOLS:
        names = [name for name in members_of(protocol) if name.replace("_", "").isalpha()]
        package = generate(model({"Everything": structure(**dict.fromkeys(names, "Texts"))}, protocol))
        value = package.Everything(**{key: [key] for key in package.Everything.MEMBERS})
        assert there_and_back(value, "query") == value
        assert there_and_back(value, "xml") == value


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_members_of_queries_by_names_that_are_encoded(generate: Generate, protocol: str) -> None:
    names = ["a b", "a+b", "a%20b", "{prefix}", 'a"b', "a\\b", "a=b", "a&b", "\xe9"]
    if protocol in ("rest-xml", "query", "ec2"):
        names = ["a-b", "\xe9"]  # what elements can be called
    cls = generate(model({"Thing": structure(**dict.fromkeys(names, "Text"))}, protocol)).Thing
    value = cls(**dict.fromkeys(cls.MEMBERS, "+&"))
    pairs = value.to_query()
    assert sorted(name for name, _ in pairs) == sorted(
        name[0].upper() + name[1:] if protocol == "ec2" else name for name in names
    )
    assert dump_body(value, "query").decode() == urlencode(pairs)
    assert there_and_back(value, "query") == value


@pytest.mark.parametrize(
    ("members", "attributes"),
    [
        (("ID", "id", "Id"), ["id", "id_3", "id_2"]),
        (("From", "from_"), ["from_", "from_2"]),
        (("a.b", "a-b", "aB"), ["a_b_2", "a_b", "a_b_3"]),
        (("1st", "²", "-"), ["member_1st", "member_2", "member"]),
    ],
)
def test_members_that_fold_together(generate: Generate, members: tuple[str, ...], attributes: list[str]) -> None:
    for order in (1, -1):
        package = generate(model({"Thing": structure(**dict.fromkeys(members[::order], "Text"))}))
        assert list(package.Thing.MEMBERS) == attributes[::order]


def test_operations_of_odd_names(generate: Generate) -> None:
    names = ("Operation", "OPERATIONS", "Shapes", "None", "import", "annotations", "_NAMES", "get", "Get", "GET")
    operations = {name: operation(name, "In", "Out", ("Failure",)) for name in names}
    package = generate(model(IN_AND_OUT, operations=operations))
    assert list(package.endpoints.OPERATIONS) == sorted(names)
    for name in names:
        found = package.endpoints.OPERATIONS[name]
        assert (found.name, found.input, found.output, found.errors) == (
            name,
            package.In,
            package.Out,
            (package.Failure,),
        )


IN_AND_OUT = {
    "In": structure(Text="Text"),
    "Out": structure(Text="Text"),
    "Failure": {**structure(message="Text"), "exception": True},
}


@pytest.mark.parametrize(
    ("values", "members"),
    [
        (["", "1", "a-b"], {"EMPTY": "", "VALUE_1": "1", "A_B": "a-b"}),
        (["A_B", "a.b"], {"A_B": "A_B", "A_B_2": "a.b"}),
        (
            ["None", "mro", "name", "value", "True"],
            {"NONE": "None", "MRO_": "mro", "NAME": "name", "VALUE": "value", "TRUE": "True"},
        ),
        (["on", "on", "ON"], {"ON_2": "on", "ON": "ON"}),
        (["t2.micro", "InProgress", "*"], {"T2_MICRO": "t2.micro", "IN_PROGRESS": "InProgress", "U002A": "*"}),
        (['"', "\\", "\n", "'''", '"""', "{x}"], {"U0022": '"', "U005C": "\\", "U000A": "\n"}),
    ],
)
def test_enum_members(generate: Generate, values: list[str], members: dict[str, str]) -> None:
    package = generate(model({"Odd": {"type": "string", "enum": values}}))
    assert issubclass(package.Odd, StrEnum)
    assert [member.value for member in package.Odd] == list(dict.fromkeys(values))
    found = {member.name: member.value for member in package.Odd}
    assert members.items() <= found.items()


@pytest.mark.parametrize("body_format", FORMATS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_values_of_enums_stay_text(generate_once: Generate, protocol: str, body_format: str) -> None:
    package = generate_once(model(ENUM_USERS, protocol))
    given = package.Holder.make(
        state=package.State.ON,
        states=["OFF", package.State.ON, "NEW"],
        by_state={package.State.ON: package.State.OFF, "NEW": "NEW"},
    )
    read = there_and_back(given, body_format)
    assert read == given
    if body_format != "value":
        assert [type(text) for text in (read.state, *read.states, *read.by_state, *read.by_state.values())] == [str] * 8
    assert (read.state == package.State.ON, read.states[0] == package.State.OFF) == (True, True)


ENUM_USERS = {
    "Holder": structure(State="State", States="States", ByState="ByState"),
    "States": list_of("State"),
    "ByState": {"type": "map", "key": {"shape": "State"}, "value": {"shape": "State"}},
}


@pytest.mark.parametrize("protocol", ["rest-json", "rest-xml"])
@pytest.mark.parametrize(
    "place",
    [
        {"location": "uri", "locationName": "http_method"},
        {"location": "header", "locationName": "x-method"},
        {"location": "querystring", "locationName": "?method"},
    ],
    ids=lambda place: place["location"],
)
def test_members_of_bodies_go_before_others_of_their_name(
    generate_once: Generate, protocol: str, place: dict[str, str]
) -> None:
    """As in API Gateway's PutIntegration, whose body calls `integrationHttpMethod` like a label."""
    members = {
        "httpMethod": {"shape": "Text", **place},
        "integrationHttpMethod": {"shape": "Text", "locationName": "httpMethod"},
    }
    put = operation("Put", "Request")
    if place["location"] == "uri":
        put["http"]["requestUri"] = "/{http_method}"
    package = generate_once(model({"Request": structure(("httpMethod",), **members)}, protocol, {"Put": put}))
    for value in (
        package.Request(http_method="GET", integration_http_method="POST"),
        package.Request(http_method="GET"),
    ):
        for body_format in FORMATS:
            assert there_and_back(value, body_format) == value
        request = package.endpoints.Put.to_request(value)
        assert package.endpoints.Put.of_request(request) == value
        assert b"GET" not in request.body
