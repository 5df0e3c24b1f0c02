"""Required members that are missing: every decoder tells all of them at once."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from support.models import PROTOCOLS, Generate, list_of, map_of, model, operation, structure

from botobind import bodies
from botobind.bodies.body_codecs import allocated
from botobind.convert import make_converter
from botobind.errors import DecodeError, MissingError, RequestError, UnknownOperationError
from botobind.http import HttpRequest

REST = ("rest-json", "rest-xml")
REASON = "required member is missing"


def _model(protocol: str) -> Any:
    places: dict[str, dict[str, str]] = {"Mark": {}, "Filter": {}}
    if protocol in REST:
        places = {
            "Mark": {"location": "header", "locationName": "x-mark"},
            "Filter": {"location": "querystring", "locationName": "filter"},
        }
    shapes = {
        "In": structure(
            ("Name", "Mark", "Filter", "Tags"),
            Name="Text",
            Mark={"shape": "Text", **places["Mark"]},
            Filter={"shape": "Text", **places["Filter"]},
            Tags="Tags",
            ByName="ByName",
            Hidden="Hidden",
            Short="Short",
            Shorts="Shorts",
            Other="Shared",
            Grid="Grid",
            Choice="Choice",
        ),
        "Grid": list_of("TagsByName"),
        "TagsByName": map_of("Tags"),
        "Choice": {**structure(One="Tag", Two="Text"), "union": True},
        "Tags": list_of("Tag"),
        "ByName": map_of("Tag"),
        "Secret": {"type": "string", "sensitive": True},
        "Hidden": map_of("Tag", key="Secret"),
        "Tag": structure(("Key", "Value"), Key="Text", Value={"shape": "Text", "locationName": "val"}, Note="Text"),
        "Short": {"type": "string", "max": 2},
        "Shorts": list_of("Short"),
        "Shared": structure(("Id",), Id="Text", Note="Text"),
        "Out": structure(Other="Shared"),
    }
    return model(shapes, protocol, {"Go": operation("Go", "In", "Out")})


@pytest.fixture(params=PROTOCOLS)
def package(request: Any, generate_once: Generate) -> Any:
    return generate_once(_model(request.param))


def _of(cls: Any, **members: Any) -> Any:
    """A value of these members, whichever of the others must be there."""
    value = allocated(cls)
    for name, member in members.items():
        setattr(value, name, member)
    return value


def _whole(package: Any) -> dict[str, Any]:
    return {"name": "n", "mark": "m", "filter": "f", "tags": [package.Tag(key="k", value="v")]}


def _lacking(package: Any, *left_out: str, **members: Any) -> Any:
    return _of(package.In, **{name: it for name, it in _whole(package).items() if name not in left_out}, **members)


def _tag(package: Any, **members: Any) -> Any:
    return _of(package.Tag, note="n", **members)


# The pointer of each member that is missing, in the model's order.
ROWS: list[tuple[Any, list[str]]] = [
    (lambda it: _lacking(it, "name"), ["/Name"]),
    (lambda it: _lacking(it, "mark"), ["/Mark"]),
    (lambda it: _lacking(it, "filter"), ["/Filter"]),
    (lambda it: _lacking(it, by_name={"a": _tag(it, key="k")}), ["/ByName/a/Value"]),
    (lambda it: _lacking(it, hidden={"a": _tag(it, key="k")}), ["/Hidden/…/Value"]),
    (lambda it: _lacking(it, "name", "mark"), ["/Name", "/Mark"]),
    (lambda it: _lacking(it, "name", "mark", "filter", "tags"), ["/Name", "/Mark", "/Filter", "/Tags"]),
    (
        lambda it: _lacking(
            it,
            "filter",
            "tags",
            tags=[it.Tag(key="k", value="v"), _tag(it, key="k"), _tag(it)],
            by_name={"a": _tag(it, value="v")},
            hidden={"a": _tag(it, value="v")},
        ),
        ["/Filter", "/Tags/1/Value", "/Tags/2/Key", "/Tags/2/Value", "/ByName/a/Key", "/Hidden/…/Key"],
    ),
]


def _refused(package: Any, value: Any, *, constraints: bool = True) -> RequestError:
    operation = package.endpoints.Go
    for _ in range(3):  # from the second document on, others read them
        operation.of_request(operation.to_request(package.In(**_whole(package))))
    with pytest.raises(RequestError) as caught:
        operation.of_request(operation.to_request(value), constraints=constraints)
    return caught.value


def _may_be_empty(package: Any, pointer: str) -> bool:
    """Whether a member that is missing is an empty one, as lists are in EC2's forms."""
    return pointer in ("/Tags", "$.Tags") and package.endpoints.Go.protocols[0] == "ec2"


@pytest.mark.parametrize("constraints", [True, False])
@pytest.mark.parametrize(("make", "pointers"), ROWS)
def test_a_request(package: Any, make: Any, pointers: list[str], *, constraints: bool) -> None:
    error = _refused(package, make(package), constraints=constraints)
    pointers = [pointer for pointer in pointers if not _may_be_empty(package, pointer)]
    assert (error.code, [path for path, _ in error.violations]) == ("ValidationException", pointers)
    assert all(reason.endswith("Member must not be null") for _, reason in error.violations)
    assert pickle.loads(pickle.dumps(error)).violations == error.violations
    if len(pointers) == 1:
        assert error.reason == REASON
        assert str(error).endswith(f": {REASON}")
    else:
        assert f"{len(pointers)} validation errors detected" in str(error)
        assert all(pointer in str(error) for pointer in pointers)
    assert error.path != "$"


@pytest.mark.parametrize(("make", "pointers"), ROWS)
def test_what_the_client_is_told(package: Any, make: Any, pointers: list[str]) -> None:
    operation = package.endpoints.Go
    told = operation.of_response(operation.refusal_of(_refused(package, make(package))))
    pointers = [pointer for pointer in pointers if not _may_be_empty(package, pointer)]
    assert isinstance(told, UnknownOperationError)
    assert told.message is not None
    assert told.message.startswith(f"{len(pointers)} validation error{'s' * (len(pointers) > 1)} detected. ")
    assert all(f"'{pointer}' failed" in told.message for pointer in pointers)
    if "fieldList" in told.members:
        assert [each["path"] for each in told.members["fieldList"]] == pointers


def test_of_many_the_first_are_told(package: Any) -> None:
    """An answer does not have many times the size of a request."""
    tags = [_of(package.Tag, note="n")] * 1000
    for value in (_of(package.In, tags=tags), package.In(**_whole(package), shorts=["long"] * 1000)):
        with pytest.raises(RequestError) as raised:
            package.endpoints.Go.of_request(package.endpoints.Go.to_request(value))
        assert len(raised.value.violations) == 100
        assert len(str(raised.value)) < 20_000


def test_other_constraints_are_told_with_them(package: Any) -> None:
    value = _lacking(package, "name", short="too long", other=package.Shared(note="n"))
    assert [path for path, _ in _refused(package, value).violations] == ["/Name", "/Short", "/Other/Id"]
    assert [path for path, _ in _refused(package, value, constraints=False).violations] == ["/Name", "/Other/Id"]


@pytest.mark.parametrize("protocol", REST)
@pytest.mark.parametrize("body", [b"{", b"<In><Name>", b'{"Short": 1}', b"<In><Short><a/></Short></In>"])
def test_where_the_rest_cannot_be_read_the_first_is_told(generate_once: Generate, protocol: str, body: bytes) -> None:
    go = generate_once(_model(protocol)).endpoints.Go
    with pytest.raises(RequestError) as caught:
        go.of_request(HttpRequest(method="POST", path="/Go", body=body))
    assert (caught.value.path, caught.value.reason) == ("$.x-mark", REASON)
    assert [path for path, _ in caught.value.violations] == ["/Mark"]


def _streaming(**body: Any) -> Any:
    headers = {name: {"shape": "Text", "location": "header", "locationName": f"x-{name}"} for name in ("A", "B")}
    shapes = {
        "In": {**structure(("A", "B"), **headers, Body=body), "payload": "Body"},
        "Data": {"type": "blob", "streaming": True},
        "Events": {**structure(Said="Said"), "eventstream": True},
        "Said": {**structure(Text="Text"), "event": True},
    }
    return model(shapes, "rest-json", {"Go": operation("Go", "In")})


@pytest.mark.parametrize(("shape", "pointers"), [("Data", ["/A", "/B"]), ("Events", ["/A"])])
def test_nothing_is_taken_from_a_stream(generate_once: Generate, shape: str, pointers: list[str]) -> None:
    go = generate_once(_streaming(shape=shape)).endpoints.Go
    body, headers = iter([b"first", b"second"]), {"Content-Type": "application/vnd.amazon.eventstream"}
    with pytest.raises(RequestError) as caught:
        go.of_request(HttpRequest(method="POST", path="/Go", headers=headers, body=body))
    assert [path for path, _ in caught.value.violations] == pointers
    assert list(body) == [b"first", b"second"]


# Boto3's values: dicts, and the paths of what is missing.
TAG = {"Key": "k", "Value": "v"}
WHOLE = {"Name": "n", "Mark": "m", "Filter": "f", "Tags": [TAG]}
VALUES: list[tuple[dict[str, Any], list[str]]] = [
    ({**WHOLE, "Name": None}, ["$.Name"]),
    ({**WHOLE, "Tags": [{"Key": "k"}]}, ["$.Tags[0].Value"]),
    ({}, ["$.Name", "$.Mark", "$.Filter", "$.Tags"]),
    ({**WHOLE, "Tags": [TAG, {}, None, {"Key": "k"}]}, ["$.Tags[1].Key", "$.Tags[1].Value", "$.Tags[3].Value"]),
    ({**WHOLE, "ByName": {"a": {}, "b": TAG}}, ["$.ByName['a'].Key", "$.ByName['a'].Value"]),
    ({**WHOLE, "Hidden": {"a": {}, "b": TAG}}, ["$.Hidden['…'].Key", "$.Hidden['…'].Value"]),
    # What is wrong besides is not what the first one is about.
    ({**WHOLE, "Mark": None, "Short": "too long", "Other": {"Id": None}}, ["$.Mark", "$.Other.Id"]),
    # Of what cannot be read the first thing is told alone.
    ({**WHOLE, "Name": None, "Mark": None, "Short": 1}, ["$.Name"]),
    ({**WHOLE, "Tags": [{}], "Other": []}, ["$.Tags[0].Key"]),
]


@pytest.mark.parametrize(("value", "paths"), VALUES)
def test_boto3s_values(package: Any, value: dict[str, Any], paths: list[str]) -> None:
    with pytest.raises(MissingError) as caught:
        package.In.of_value(value)
    assert caught.value.path == paths[0]
    assert str(caught.value) == "; ".join(f"{path}: {REASON}" for path in paths)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    # Nothing is passed by afterwards.
    with pytest.raises(DecodeError, match=rf": {REASON}$"):
        package.In.of_json({})


# By the names of formats what writes a value and what reads it.
FORMATS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Callable[[Any], Any]]]] = {
    "json": (lambda value: value.to_json(), lambda cls: cls.of_json),
    "value": (lambda value: value.to_value(), lambda cls: cls.of_value),
    "cbor": (lambda value: value.to_cbor(), lambda cls: cls.of_cbor),
    "query": (lambda value: value.to_query(), lambda cls: cls.of_query),
    "xml": (lambda value: value.to_xml(), lambda cls: cls.of_xml),
    "string": (lambda value: value.to_string(), lambda cls: cls.of_string),
    "another string": (
        lambda value: bodies.dump_body(value, "cbor"),
        lambda cls: lambda data: bodies.parse_body(cls, data, "cbor"),
    ),
    "converter": (
        lambda value: value.to_value(),
        lambda cls: lambda data: make_converter("value").copy(detailed_validation=False).structure(data, cls),
    ),
}
FORM = {"json": "json", "cbor": "cbor", "query": "query", "xml": "xml", "another string": "cbor"} | dict.fromkeys(
    ("value", "converter"), "tree"
)
LACKING: list[tuple[Any, list[str]]] = [
    (lambda it: _lacking(it, "name"), ["$.Name"]),
    (lambda it: _lacking(it, "tags", tags=[_tag(it, key="k")]), ["$.Tags[0].Value"]),
    (
        lambda it: _lacking(it, "tags", tags=[it.Tag(key="k", value="v"), _tag(it, key="k"), _tag(it)]),
        ["$.Tags[1].Value", "$.Tags[2].Key", "$.Tags[2].Value"],
    ),
    (lambda it: _lacking(it, by_name={"a": _tag(it)}), ["$.ByName['a'].Key", "$.ByName['a'].Value"]),
    (
        lambda it: _lacking(it, hidden={"s3cret": _tag(it), "t0p": _tag(it, value="v")}),
        ["$.Hidden['…'].Key", "$.Hidden['…'].Value", "$.Hidden['…'].Key"],
    ),
    (
        lambda it: _lacking(it, grid=[{"a": [_tag(it, key="k")]}, {"b": [_tag(it, key="k"), _tag(it)]}]),
        ["$.Grid[0]['a'][0].Value", "$.Grid[1]['b'][0].Value", "$.Grid[1]['b'][1].Key", "$.Grid[1]['b'][1].Value"],
    ),
    (lambda it: _lacking(it, choice=it.Choice(one=_tag(it))), ["$.Choice.One.Key", "$.Choice.One.Value"]),
    (lambda it: _lacking(it, "name", "tags", other=it.Shared(note="n")), ["$.Name", "$.Tags", "$.Other.Id"]),
]
VALUE = {
    ("rest-json", "json"): "val",
    ("rest-xml", "xml"): "val",
    ("query", "query"): "val",
    ("query", "xml"): "val",
    ("ec2", "query"): "Val",
    ("ec2", "xml"): "val",
}
"""What the document of a format calls a member, where that is not `Value`, by protocol and format."""


def _missing_of(read: Callable[[Any], Any], document: Any) -> MissingError:
    with pytest.raises(MissingError) as caught:
        read(document)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("make", "paths"), LACKING)
def test_any_format(package: Any, make: Any, paths: list[str], form: str) -> None:
    write, reader_of = FORMATS[form]
    read, whole = reader_of(package.In), write(package.In(**_whole(package)))
    protocol = package.endpoints.Go.protocols[0]
    form = FORM.get(form) or package.In.BODY
    name = VALUE.get((protocol, form), "Value")
    wanted = [path.replace("Value", name) for path in paths if form != "query" or not _may_be_empty(package, path)]
    document = write(make(package))
    for _ in range(3):  # from the second document on, others read them
        error = _missing_of(read, document)
        # Of a structure in XML its elements are read first, then those are missed that were not there.
        assert sorted(str(error).split("; ")) == sorted(f"{path}: {REASON}" for path in wanted)
        assert str(error).startswith(f"{error.path}: {REASON}")
        read(whole)


@pytest.mark.parametrize("form", FORMATS)
def test_of_many_in_any_format_the_first_are_told(package: Any, form: str) -> None:
    write, reader_of = FORMATS[form]
    error = _missing_of(reader_of(package.In), write(_lacking(package, "tags", "name", tags=[_tag(package)] * 1000)))
    assert str(error).count(REASON) == 100
    assert len(set(str(error).split("; "))) == 100
    assert len(str(error)) < 10_000


# What a message in restJson1 lacks, by its headers and its body.
PARTS: list[tuple[list[tuple[str, str]], bytes | None, list[str]]] = [
    ([], None, ["x-mark", "Name", "Tags", "Filter"]),
    ([("X-Mark", "m")], None, ["Name", "Tags", "Filter"]),
    ([("X-Mark", "m")], b'{"Name": "n", "Tags": []}', ["Filter"]),
    ([("X-Mark", "m")], b'{"Tags": [{}]}', ["Name", "Tags[0].Key", "Tags[0].val", "Filter"]),
    ([], b'{"Tags": [{"val": ""}], "Other": {}}', ["x-mark", "Name", "Tags[0].Key", "Other.Id", "Filter"]),
    ([], b"{", ["x-mark"]),
]


@pytest.mark.parametrize(("headers", "body", "paths"), PARTS)
def test_parts_of_messages(
    generate_once: Generate, headers: list[tuple[str, str]], body: bytes | None, paths: list[str]
) -> None:
    cls = generate_once(_model("rest-json")).In

    def read(headers: list[tuple[str, str]]) -> Any:
        given = iter(headers)  # it gives them once
        return cls.of_header(given) if body is None else cls.of_header_and_body(given, body)

    assert str(_missing_of(read, headers)) == "; ".join(f"$.{path}: {REASON}" for path in paths)


def test_values_that_lack_nothing(package: Any) -> None:
    value = package.In(**_whole(package))
    operation = package.endpoints.Go
    assert operation.of_request(operation.to_request(value)) == value
    assert package.In.of_value(value.to_value()) == value
    assert package.In.of_json(value.to_json()) == value


def test_make(package: Any) -> None:
    with pytest.raises(TypeError, match=r"missing 4 required .*: 'name', 'mark', 'filter', and 'tags'"):
        package.In.make()
