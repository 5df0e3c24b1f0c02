"""OpenAPI documents: valid by the specification, and true of what operations write."""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from converting.openapi_messages import Document, references_of
from openapi_spec_validator import OpenAPIV31SpecValidator
from support.models import EMPTY_VALUES, EVERYTHING, PROTOCOLS, VALUES, Generate, model
from support.models import operation as operation_of

from botobind.errors import EncodeError
from botobind.openapi import openapi
from botobind.rules.bindings import bindings_of
from botobind.testing import example
from botobind.timestamps import OutOfRangeDatetime
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

SERVICES = [
    *(("cloudwatch", name) for name in cloudwatch.protocols),
    ("dynamodb", "json"),
    ("lambda_", "rest-json"),
    ("partnercentral_selling", "json"),
    ("s3", "rest-xml"),
    ("sts", "query"),
]


@cache
def document_of(package: str, protocol: str) -> Document:
    return Document(openapi(import_module(f"botobind_services.{package}"), protocol=protocol))


def check(document: dict[str, Any]) -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def sendable(cls: Any, status: int) -> Any:
    """An example, with the status and the length that a message can have."""
    value = None if cls is None else example(cls)
    if value is None:
        return None
    if cls.STATUS is not None:
        setattr(value, cls.STATUS, status)
    if "content_length" in cls.MEMBERS:
        value.content_length = None
    if cls.EVENTS is not None:
        for each in bindings_of(cls, "header"):
            if each.lower_name == "content-type":
                setattr(value, each.attribute, None)
    return value


@pytest.mark.parametrize(("package", "protocol"), SERVICES)
def test_some_operations_of_each_service_are_valid(package: str, protocol: str) -> None:
    module = import_module(f"botobind_services.{package}")
    names = [*module.endpoints.OPERATIONS][:: len(module.endpoints.OPERATIONS) // 4]
    check(openapi(module, protocol=protocol, operations=names))


@pytest.mark.catalogue
@pytest.mark.parametrize(("package", "protocol"), SERVICES)
def test_whole_services_are_valid(package: str, protocol: str) -> None:
    check(document_of(package, protocol).document)


@pytest.mark.parametrize(("package", "protocol"), SERVICES)
def test_nothing_is_missing(package: str, protocol: str) -> None:
    found = document_of(package, protocol)
    operations = import_module(f"botobind_services.{package}").endpoints.OPERATIONS
    assert found.operations.keys() == {*operations}
    schemas = found.document["components"]["schemas"]
    named = {each.rpartition("/")[2] for each in references_of(found.document)}
    assert named == {*schemas}
    assert json.loads(json.dumps(found.document)) == found.document


@pytest.mark.parametrize(("package", "protocol"), SERVICES)
def test_messages_are_what_the_document_says(package: str, protocol: str) -> None:
    found = document_of(package, protocol)
    for name, operation in import_module(f"botobind_services.{package}").endpoints.OPERATIONS.items():
        try:
            value = sendable(operation.input, 0)
            found.check_request(name, operation.to_request(value, protocol=protocol))
            output = sendable(operation.output, operation.status)
            found.check_response(name, operation.to_response(output, protocol=protocol))
            for error in operation.errors:
                found.check_response(name, operation.error_to_response(example(error), protocol=protocol))
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


@pytest.mark.parametrize(
    ("document", "name", "where"),
    [
        (("dynamodb", "json"), "GetItem", ("/#X-Amz-Target=DynamoDB_20120810.GetItem", "post")),
        (("sts", "query"), "AssumeRole", ("/#Action=AssumeRole", "post")),
        (
            ("cloudwatch", "smithy-rpc-v2-cbor"),
            "PutMetricData",
            ("/service/GraniteServiceVersion20100801/operation/PutMetricData", "post"),
        ),
        (("lambda_", "rest-json"), "Invoke", ("/2015-03-31/functions/{FunctionName}/invocations", "post")),
        (("s3", "rest-xml"), "GetObject", ("/{Bucket}/{Key}", "get")),
        (("s3", "rest-xml"), "ListParts", ("/{Bucket}/{Key}#uploadId", "get")),
        (("s3", "rest-xml"), "GetBucketAcl", ("/{Bucket}#acl", "get")),
        (("s3", "rest-xml"), "ListObjectsV2", ("/{Bucket}#list-type=2", "get")),
        (("s3", "rest-xml"), "UploadPart", ("/{Bucket}/{Key}#partNumber&uploadId", "put")),
        (("s3", "rest-xml"), "CopyObject", ("/{Bucket}/{Key}#x-amz-copy-source", "put")),
        (("s3", "rest-xml"), "PutBucketLifecycle", ("/{Bucket}#lifecycle&PutBucketLifecycle", "put")),
    ],
)
def test_where_operations_are(document: tuple[str, str], name: str, where: tuple[str, str]) -> None:
    assert document_of(*document).operations[name][:2] == where


def test_paths_are_no_two_times_the_same() -> None:
    found = document_of("lambda_", "rest-json").document["paths"]
    bare = {path.partition("#")[0] for path in found}
    assert len({"/".join("{}" if "{" in each else each for each in path.split("/")) for path in bare}) == len(bare)


def test_what_rest_has_beside_bodies() -> None:
    put = document_of("s3", "rest-xml").operations["PutObject"][2]
    parameters = {each["name"]: each for each in put["parameters"]}
    assert parameters["Key"] == {
        "name": "Key",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
        "x-greedy": True,
        "description": "May have slashes.",
    }
    assert parameters["x-amz-meta-*"]["x-prefix"] is True
    assert put["requestBody"]["content"] == {
        "*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
    }
    assert put["responses"]["200"]["headers"]["ETag"]["schema"] == {"type": "string"}
    assert {"400", "403", "404", "default"} & put["responses"].keys() > {"default"}


def test_event_streams_say_what_they_hold() -> None:
    select = document_of("s3", "rest-xml").operations["SelectObjectContent"][2]
    [schema] = [each["schema"] for each in select["responses"]["200"]["content"].values()]
    assert schema["contentMediaType"] == "application/vnd.amazon.eventstream"
    assert schema["contentSchema"]["items"] == {"$ref": "#/components/schemas/SelectObjectContentEventStream"}


def test_who_signs_and_where() -> None:
    found = document_of("sts", "query")
    assert found.operations["AssumeRoleWithWebIdentity"][2]["security"] == [{}]
    assert found.operations["AssumeRole"][2]["security"] == [{"sigv4": []}, {"sigv4a": []}]
    assert found.document["components"]["securitySchemes"]["sigv4"]["x-amazon-apigateway-authtype"] == "awsSigv4"
    assert [each["url"] for each in found.document["servers"]] == [
        "https://sts.amazonaws.com",
        "https://sts.{region}.amazonaws.com",
        "https://sts.{region}.amazonaws.com.cn",
    ]
    routed = document_of("s3", "rest-xml").operations["WriteGetObjectResponse"][2]["servers"][-1]
    assert routed["url"] == "https://{RequestRoute}.s3.{region}.amazonaws.com.cn"
    assert routed["variables"].keys() == {"RequestRoute", "region"}


def test_own_servers_and_operations() -> None:
    found = openapi(dynamodb, operations=["GetItem"], servers=["http://localhost:8000"])
    assert found["servers"] == [{"url": "http://localhost:8000"}]
    assert len(found["paths"]) == 1
    assert "PutItemInput" not in found["components"]["schemas"]


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(EncodeError, match="not spoken in 'rest-xml', only in json"):
        openapi(dynamodb, protocol="rest-xml")
    with pytest.raises(KeyError):
        openapi(lambda_, operations=["Sing"])
    assert openapi(s3, operations=[])["paths"] == {}
    assert openapi(sts, operations=["GetCallerIdentity"])["components"]["schemas"].keys() == {
        "GetCallerIdentityResponse"
    }


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_kind_of_value_is_what_the_document_says(generate_once: Generate, protocol: str) -> None:
    operations = {"Do": operation_of("Do", "Everything", "Everything")}
    package = generate_once(model(EVERYTHING, protocol, operations))
    document = openapi(package)
    check(document)
    found = Document(document)
    attributes = {member: attribute for attribute, member in package.Everything.MEMBERS.items()}
    for name, build in VALUES + EMPTY_VALUES:
        value = package.Everything(**{attributes[name]: build(package)})
        if protocol == "smithy-rpc-v2-cbor" and isinstance(value.time, OutOfRangeDatetime):
            continue  # no library has such datetimes
        try:
            found.check_request("Do", package.endpoints.Do.to_request(value))
            found.check_response("Do", package.endpoints.Do.to_response(value))
        except AssertionError as error:
            raise AssertionError(f"{value}: {error}") from error
