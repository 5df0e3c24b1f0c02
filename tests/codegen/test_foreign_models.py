"""Keys and habits of older botocore releases, of Ruby's models, and of other vendors' models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from codegen.test_hostile_models import GET, REQUEST, THING
from fuzzing.models import model
from support.models import list_of, map_of, operation, structure

from botobind import ModelError
from botobind_codegen.pipeline import GeneratedPackage, generate_package

FOREIGN: tuple[tuple[tuple[str, ...], object], ...] = (
    (("authorizers",), {"create": {"name": "a", "type": "b", "placement": {"location": "header"}}}),
    (("xmlNamespace",), "http://example.org/"),
    (("documentationUrl",), "http://example.org/"),
    (("metadata", "timestampFormat"), "iso8601"),
    (("metadata", "errorNamespace"), "Example"),
    (("metadata", "codeAliases"), {"Gone": ["Lost"]}),
    ((*GET, "alias"), "GetOld"),
    ((*GET, "documentationUrl"), "http://example.org/get"),
    ((*GET, "authorizer"), "create"),
    ((*THING, "name"), "Thing"),
    ((*THING, "documentationUrl"), "http://example.org/thing"),
    ((*THING, "members", "Size", "documentationUrl"), "http://example.org/size"),
    ((*THING, "members", "Size", "min"), 1),
    ((*THING, "members", "Size", "max"), 5),
    ((*REQUEST, "members", "Digest", "pattern"), "[a-z]+"),
    ((*REQUEST, "members", "Digest", "endpointdiscoveryid"), True),
    (("shapes", "Size", "name"), "Size"),
    (("shapes", "Data", "jsonvalue"), True),
    (("shapes", "Gone", "error", "codeAliases"), ["Lost"]),
    (("shapes", "Gone", "error", "errorNamespace"), "Example"),
)


def _generated(folder: Path, document: object, name: str = "things") -> GeneratedPackage:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return generate_package(name, path)


def _put(document: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value


@pytest.mark.parametrize("protocol", ["rest-json", "query"])
def test_keys_of_others_are_known(tmp_path: Path, protocol: str) -> None:
    document = model(protocol)
    expected = _generated(tmp_path, document).files
    for path, value in FOREIGN:
        _put(document, path, value)
    files = dict(_generated(tmp_path, document).files)
    # One is kept for who acts on it; the others leave no trace, but for the digest of the model.
    changed = {path for path in expected if files[path] != expected[path]}
    assert files.keys() == expected.keys()
    assert changed == {"values/_modules/get_request.py", "__init__.py"}
    assert "endpointdiscoveryid" in files["values/_modules/get_request.py"]


@pytest.mark.parametrize(
    ("pattern", "spelt"),
    [
        (r"^\S+{1,256}$", r"^\S{1,}$"),
        ("[a-z]+{2}x", "[a-z]{2,}x"),
        ("(?:ab)+{3,}", "(?:ab){3,}"),
        (r"a\+{1,2}", r"a\+{1,2}"),
        ("[a-z]{2}{1,3}", "(?:[a-z]{2}){1,3}"),
    ],
)
def test_repeats_of_repeats(tmp_path: Path, pattern: str, spelt: str) -> None:
    document = model("json")
    document["shapes"]["Name"]["pattern"] = pattern
    assert f"Matches({spelt!r})" in _generated(tmp_path, document).files["values/_modules/scalars.py"]


def test_unknown_keys_are_told_once_each_with_the_number_of_their_places(tmp_path: Path) -> None:
    document = model("json")
    for shape in document["shapes"].values():
        shape["colour"] = 1
    document["metadata"]["weight"] = document["operations"]["Get"]["colour"] = 2
    with pytest.raises(ModelError) as caught:
        _generated(tmp_path, document)
    error = caught.value
    assert (error.shape, error.operation, error.key) == (None, None, "weight")
    assert error.reason == (
        "unknown key in metadata; it has to be classified first, and so have Get.colour, "
        "GetRequest.colour (and in 7 more), Kind.colour (and in 1 more), Size.colour, Ratio.colour, When.colour, "
        "Data.colour, Flag.colour, Names.colour (and in 2 more), Labels.colour"
    )


BYTES = b'\xff{"a": 1}\x00'


@pytest.mark.parametrize("place", ["payload", "member", "header"])
@pytest.mark.parametrize("on", ["shape", "member"])
def test_a_jsonvalue_on_bytes_leaves_them_as_they_are(generate: Any, place: str, on: str) -> None:
    trait = {"jsonvalue": True}
    shapes: dict[str, Any] = {
        "Body": {"type": "blob", **(trait if on == "shape" else {})},
        "Thing": structure(Data="Body", Name="Text"),
        "Text": {"type": "string"},
    }
    located: dict[str, Any] = {"payload": {}, "member": {}, "header": {"location": "header", "locationName": "x-a"}}
    shapes["Thing"]["members"]["Data"] |= located[place] | (trait if on == "member" else {})
    shapes["Thing"]["members"]["Name"] |= {"location": "header", "locationName": "x-name"}
    if place == "payload":
        shapes["Thing"]["payload"] = "Data"
    metadata = {"protocol": "rest-json", "protocols": ["rest-json"]}
    operations = {"Put": operation("Put", "Thing", "Thing")}
    package = generate({"metadata": metadata, "operations": operations, "shapes": shapes})
    thing = package.Thing(data=BYTES, name="a")
    put = package.endpoints.Put
    request = put.to_request(thing)
    if place == "payload":
        assert request.body == BYTES
    assert put.of_request(request) == thing
    assert put.of_response(put.to_response(thing)) == thing
    assert package.Thing.of_value(thing.to_value()) == thing


@pytest.mark.parametrize("container", [list_of, map_of])
@pytest.mark.parametrize("depth", [16, 17, 21, 300, 3000])
def test_lists_and_maps_in_each_other(tmp_path: Path, container: Any, depth: int) -> None:
    shapes = {f"L{level}": container(f"L{level - 1}" if level else "Text") for level in reversed(range(depth))}
    shapes |= {"Text": {"type": "string"}, "Thing": structure(Nested=f"L{depth - 1}")}
    document = {"metadata": {"protocol": "json"}, "operations": {}, "shapes": shapes}
    if depth > 16:
        with pytest.raises(ModelError, match="has more than 16 lists and maps in each other") as caught:
            _generated(tmp_path, document)
        assert caught.value.shape in shapes
        assert caught.value.key == ("member" if container is list_of else "value")
        return
    for path, text in _generated(tmp_path, document).files.items():
        compile(text, path, "exec")


@pytest.mark.parametrize("protocol", ["json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"])
def test_lists_and_maps_as_deep_as_they_may_be(generate: Any, protocol: str) -> None:
    shapes: dict[str, Any] = {"Inner": structure(A="Text"), "Text": {"type": "string"}, "Time": {"type": "timestamp"}}
    for leaf in ("Time", "Inner"):
        for level in range(16):
            target = f"{leaf}{level - 1}" if level else leaf
            shapes[f"{leaf}{level}"] = (
                map_of(target, sparse=True) if level % 2 else list_of(target, sparse=leaf == "Time")
            )
    shapes["Thing"] = structure(Times="Time15", Inners="Inner15")
    package = generate({"metadata": {"protocol": protocol}, "shapes": shapes})
    time, inner = None, package.Inner(a="b")
    for level in range(16):
        time, inner = ({"k": time}, {"k": inner}) if level % 2 else ([time], [inner])
    thing = package.Thing(times=time, inners=inner)
    thing.validate()
    assert package.Thing.of_json(thing.to_json()) == thing
    assert package.Thing.of_cbor(thing.to_cbor()) == thing
    assert package.Thing.of_value(thing.to_value()) == thing
    assert package.Thing.of_xml(thing.to_xml()) == thing
    assert package.Thing.of_query(thing.to_query()) == thing
    assert package.Thing.of_string(thing.to_string()) == thing
