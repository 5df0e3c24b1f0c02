"""Required members that are missing: requests and boto3's values tell all of them at once."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from support.models import PROTOCOLS, Generate, list_of, map_of, model, operation, structure

from botobind.bodies.body_codecs import allocated
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
        ),
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
    return pointer == "/Tags" and package.endpoints.Go.protocols[0] == "ec2"


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


def test_values_that_lack_nothing(package: Any) -> None:
    value = package.In(**_whole(package))
    operation = package.endpoints.Go
    assert operation.of_request(operation.to_request(value)) == value
    assert package.In.of_value(value.to_value()) == value


def test_make(package: Any) -> None:
    with pytest.raises(TypeError, match=r"missing 4 required .*: 'name', 'mark', 'filter', and 'tags'"):
        package.In.make()
