from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from botobind import ModelError
from botobind_codegen.load import list_services, load_service
from botobind_codegen.model import Namespace, holds_itself
from botobind_codegen.patches import apply_patches, load_patches
from botobind_codegen.pipeline import GenerateOptions, generate_package
from botobind_codegen.read import read_service

MODEL: dict[str, Any] = {
    "version": "2.0",
    "metadata": {"apiVersion": "2020-01-01", "endpointPrefix": "demo", "protocol": "rest-xml", "serviceId": "Demo"},
    "operations": {
        "GetThing": {
            "name": "GetThing",
            "http": {"method": "GET", "requestUri": "/things/{Name}"},
            "input": {"shape": "GetThingRequest"},
            "output": {"shape": "Thing"},
            "errors": [{"shape": "NotFound"}],
        }
    },
    "shapes": {
        "GetThingRequest": {
            "type": "structure",
            "required": ["Name"],
            "members": {"Name": {"shape": "String", "location": "uri", "locationName": "Name"}},
        },
        "Thing": {"type": "structure", "members": {"Parts": {"shape": "Parts", "xmlNamespace": {"uri": "urn:p"}}}},
        "Parts": {"type": "list", "member": {"shape": "Part", "locationName": "Part"}, "flattened": True},
        "Part": {"type": "structure", "members": {"Thing": {"shape": "Thing"}, "Size": {"shape": "Size"}}},
        "Size": {"type": "integer", "min": 1, "max": 9},
        "NotFound": {"type": "structure", "members": {"Message": {"shape": "String"}}},
        "String": {"type": "string"},
    },
}


def changed(*path: str, to: object) -> dict[str, Any]:
    model = copy.deepcopy(MODEL)
    inner: Any = model
    for key in path[:-1]:
        inner = inner[key]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return model


def recursive(model: dict[str, Any]) -> set[str]:
    service = read_service("demo", model)
    return {name for name, shape in service.shapes.items() if holds_itself(service, shape)}


def test_shapes_that_hold_others_of_their_kind() -> None:
    assert recursive(MODEL) == {"Thing", "Parts", "Part"}
    alone = changed("shapes", "Part", "members", to={"Size": {"shape": "Size"}})
    assert recursive(alone) == set()
    itself = changed("shapes", "Part", "members", to={"Part": {"shape": "Part"}})
    assert recursive(itself) == {"Part"}


def test_references_lead_to_shapes_and_take_their_traits() -> None:
    service = read_service("demo", MODEL)
    (parts,) = service.shapes["Thing"].members
    assert parts.reference.flattened
    assert parts.reference.xml_namespace == Namespace("urn:p")
    assert service.shape(parts.reference).name == "Parts"
    error = service.shapes["NotFound"].error
    assert error is not None
    assert error.code == "NotFound"


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (
            changed("shapes", "String", "colour", to="red"),
            ["demo", "shape String", "key colour", "unknown key in string"],
        ),
        (changed("shapes", "Parts", "member", "shape", to="Gone"), ["shape Parts", "missing shape 'Gone'"]),
        (changed("shapes", "Size", "type", to="quaternion"), ["shape Size", "unknown type 'quaternion'"]),
        (changed("shapes", "Size", "type", to=None), ["shape Size", "unknown type None"]),
        (changed("shapes", "Size", "min", to="one"), ["shape Size", "key min", "expected a number, got str"]),
        (changed("shapes", "Size", to=[]), ["shape Size", "expected an object"]),
        (changed("shapes", "Parts", "member", to={"shape": "Parts"}), ["shape Parts", "Parts → Parts"]),
        (changed("shapes", "GetThingRequest", "required", to=["Nom"]), ["GetThingRequest", "missing member 'Nom'"]),
        (changed("shapes", "GetThingRequest", "payload", to="Body"), ["GetThingRequest", "missing member 'Body'"]),
        (changed("shapes", "Parts", "member", to=None), ["shape Parts", "key member", "missing"]),
        (changed("operations", "GetThing", "errors", to=[{"shape": "Gone"}]), ["GetThing", "missing shape 'Gone'"]),
        (changed("operations", "GetThing", "wat", to=1), ["GetThing", "key wat"]),
        (changed("metadata", "protocol", to="soap"), ["none of the protocols ['soap']"]),
        (changed("metadata", "protocol", to=None), ["key protocol", "got nothing"]),
        (changed("shapes", to=None), ["key shapes", "missing"]),
        (changed("shapes", "String", "timestampFormat", to="x"), ["key timestampFormat"]),
        (changed("shapes", "String", "enum", to=[1]), ["shape String", "key enum"]),
    ],
)
def test_wrong_models_are_refused_by_name(model: dict[str, Any], told: list[str]) -> None:
    with pytest.raises(ModelError) as caught:
        read_service("demo", model)
    for words in told:
        assert words in str(caught.value)
    assert "service demo" in str(caught.value)


def write(folder: Path, model: object, name: str = "demo.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(model if isinstance(model, str) else json.dumps(model), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "not JSON"), ("[]", "expected an object"), ('{"metadata": {}}', "missing"), ("[" * 100_000, "not JSON")],
)
def test_a_file_that_is_no_model(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ModelError, match=told) as caught:
        generate_package("demo", path)
    assert str(path) in str(caught.value)


def test_a_pattern_that_no_engine_reads(tmp_path: Path) -> None:
    path = write(tmp_path, changed("shapes", "String", "pattern", to="[a-"))
    with pytest.raises(ModelError, match=r"shape String, key pattern.*not a regular expression"):
        generate_package("demo", path)


def test_models_from_a_file_a_folder_and_a_folder_of_botocore(tmp_path: Path) -> None:
    bare = write(tmp_path / "bare", MODEL)
    nested = write(tmp_path / "data", MODEL, "demo/2020-01-01/service-2.json")
    write(tmp_path / "data", changed("metadata", "apiVersion", to="2019-01-01"), "demo/2019-01-01/service-2.json")
    for path in (bare, bare.parent, nested, tmp_path / "data"):
        assert list_services(path) == ["demo"]
        loaded = load_service("demo", path)
        assert loaded.document["metadata"]["apiVersion"] == "2020-01-01"
    packages = [generate_package("demo", path).files for path in (bare, bare.parent, nested)]
    assert packages[0] == packages[1] == packages[2]


def test_services_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model"):
        load_service("no-such-service")
    with pytest.raises(ModelError, match="no such file"):
        list_services(tmp_path / "gone")
    with pytest.raises(ModelError, match="holds no service models"):
        list_services(tmp_path)


def test_operations_that_are_not_there() -> None:
    with pytest.raises(ModelError, match="has no operation PutRing"):
        generate_package("sts", None, GenerateOptions(("PutRing",)))


def test_a_closure_has_what_its_operations_need_and_nothing_else() -> None:
    whole = generate_package("sts").files
    part = generate_package("sts", None, GenerateOptions(("GetCallerIdentity",))).files
    shared = {path for path in part if path.startswith("values/_modules/get_caller_identity")}
    assert shared == {
        "values/_modules/get_caller_identity_request.py",
        "values/_modules/get_caller_identity_response.py",
    }
    assert {path: part[path] for path in shared} == {path: whole[path] for path in shared}
    assert not [path for path in part if "assume_role" in path]


def test_extras_of_botocore_are_merged() -> None:
    # rds keeps SourceRegion in service-2.sdk-extras.json.
    members = load_service("rds").document["shapes"]["CopyDBSnapshotMessage"]["members"]
    assert "SourceRegion" in members


def test_every_patch_has_a_reason_and_a_link() -> None:
    rows = [row for rows in load_patches().values() for row in rows]
    assert rows
    for row in rows:
        assert row["reason"].endswith(".")
        assert row["link"].startswith(("https://docs.", "https://smithy.io/", "https://github.com/"))


def test_patches_leave_the_model_given_as_it_is() -> None:
    model = {
        "metadata": {"serviceId": "DynamoDB"},
        "shapes": {"AttributeValue": {"type": "structure", "members": {}}},
        "operations": {},
    }
    before = copy.deepcopy(model)
    patched = apply_patches("dynamodb", model)
    assert patched["shapes"]["AttributeValue"]["union"] is True
    assert model == before


def test_ec2_has_its_documented_errors() -> None:
    service = read_service("ec2", load_service("ec2").document)
    operation = service.operations["DescribeInstances"]
    assert {"UnauthorizedOperation", "RequestLimitExceeded", "DryRunOperation"} <= set(operation.errors)
    error = service.shapes["RequestLimitExceeded"].error
    assert error is not None
    assert (error.fault, error.retryable, error.throttling) == ("server", True, True)
