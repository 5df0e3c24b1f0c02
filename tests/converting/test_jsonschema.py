"""Schemas of classes take what values are in JSON, and refuse what breaks constraints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import jsonschema
import pytest

from botobind.errors import BotobindError
from botobind.jsonschema import json_schema
from botobind.shapes import ErrorShape, Shape
from botobind.testing import example
from botobind_services import dynamodb, s3, sts
from botobind_services import partnercentral_selling as selling

PACKAGES = ("cloudwatch", "dynamodb", "lambda_", "partnercentral_selling", "s3", "sts")


def classes_of(package: str) -> Iterator[type[Shape]]:
    values = import_module(f"botobind_services.{package}.values")
    for name in values.__all__:
        cls = getattr(values, name)
        if issubclass(cls, Shape) and not issubclass(cls, ErrorShape):
            yield cls


def check(cls: type[Any], document: Any) -> None:
    jsonschema.Draft202012Validator(json_schema(cls)).validate(document)


@pytest.mark.parametrize("package", PACKAGES)
def test_examples_are_valid(package: str) -> None:
    classes = [*classes_of(package)]
    assert len(classes) > 20
    for cls in classes:
        found = json_schema(cls)
        jsonschema.Draft202012Validator.check_schema(found)
        value: Any = example(cls)
        document = json.loads(json.dumps(value.to_json()))
        try:
            jsonschema.Draft202012Validator(found).validate(document)
        except jsonschema.ValidationError as error:
            raise AssertionError(f"{cls.__name__}: {error.message} at {error.json_path}") from None


TABLE = {"TableName": "things", "Key": {"id": {"S": "1"}}}


@pytest.mark.parametrize(
    ("cls", "document", "path"),
    [
        (dynamodb.GetItemInput, {"TableName": "things"}, "$"),
        (dynamodb.GetItemInput, {**TABLE, "TableName": ""}, "$.TableName"),
        (dynamodb.GetItemInput, {**TABLE, "TableName": "x" * 1025}, "$.TableName"),
        (dynamodb.GetItemInput, {**TABLE, "Key": {"id": {"S": "1", "N": "1"}}}, "$.Key.id"),
        (dynamodb.GetItemInput, {**TABLE, "Key": {"id": {"L": [{"BOOL": "yes"}]}}}, "$.Key.id.L[0].BOOL"),
        (dynamodb.GetItemInput, {**TABLE, "Key": {"x" * 65_536: {"S": "1"}}}, "$.Key"),
        (dynamodb.QueryInput, {"TableName": "t", "Limit": 0}, "$.Limit"),
        (dynamodb.QueryInput, {"TableName": "t", "Limit": 1.5}, "$.Limit"),
        (selling.Tag, {"Key": "k"}, "$"),
        (sts.AssumeRoleRequest, {"RoleArn": "arn", "RoleSessionName": "me"}, "$.RoleArn"),
        (s3.CORSConfiguration, {"CORSRules": {}}, "$.CORSRules"),
    ],
)
def test_what_is_wrong_is_told(cls: type[Any], document: Any, path: str) -> None:
    with pytest.raises(jsonschema.ValidationError) as refused:
        check(cls, document)
    assert refused.value.json_path.startswith(path)
    made: Any = cls
    with pytest.raises(BotobindError):
        made.of_json(document).validate()


def test_classes_that_hold_themselves_stand_once() -> None:
    found = json_schema(dynamodb.AttributeValue)
    assert [*found["$defs"]] == ["AttributeValue"]
    assert found["$defs"]["AttributeValue"]["properties"]["L"]["items"] == {"$ref": "#/$defs/AttributeValue"}


def test_references_stand_where_they_are_wanted() -> None:
    found = json_schema(dynamodb.GetItemInput, at="#/components/schemas/")
    assert found["$ref"] == "#/components/schemas/GetItemInput"


def test_secrets_are_written_only() -> None:
    key = json_schema(s3.ServerSideEncryptionByDefault)["$defs"]["ServerSideEncryptionByDefault"]
    assert key["properties"]["KMSMasterKeyID"]["writeOnly"] is True
