"""What holds for each class and each operation of the packages that the repository has."""

from __future__ import annotations

import copy
import pickle
from importlib import import_module
from typing import Any

import attrs
import pytest

from botobind.shapes import ErrorShape, Shape
from botobind.testing import example
from botobind_services import dynamodb

PACKAGES = [
    import_module(f"botobind_services.{name}")
    for name in ("cloudwatch", "dynamodb", "lambda_", "partnercentral_selling", "s3", "sts")
]
EACH: Any = pytest.mark.parametrize("package", PACKAGES, ids=[package.service for package in PACKAGES])


def classes_of(package: Any) -> list[Any]:
    found = [getattr(package.values, name) for name in dir(package.values)]
    return [cls for cls in found if isinstance(cls, type) and issubclass(cls, Shape) and "SHAPE" in vars(cls)]


@EACH
def test_the_message_of_an_error_can_be_set(package: Any) -> None:
    errors = [cls for cls in classes_of(package) if issubclass(cls, ErrorShape)]
    assert errors
    operation: Any = next(iter(package.router.operations.values()))
    for cls in errors:
        error = example(cls)
        error.message = "no such thing"
        assert str(error) == f"{error.code}: no such thing"
        for copied in (copy.copy(error), pickle.loads(pickle.dumps(error)), error.__replace__()):
            assert (copied, copied.message) == (error, "no such thing")
        for protocol in operation.protocols:
            response = operation.error_to_response(error, protocol=protocol)
            assert (cls, operation.of_response(response, protocol=protocol).message) == (cls, "no such thing")
        error.message = None
        assert str(error) == error.code
        made = cls(message="no such thing")
        assert made.message == "no such thing"
        assert cls.REQUIRED or cls.make(message="no such thing") == made
        assert repr(made) == f"{cls.__name__}(message='no such thing')"
        assert made != cls(message="another")
        assert cls() == cls(message=None)


@EACH
def test_operations_and_classes_lead_to_the_page_of_aws(package: Any) -> None:
    page = "AWS: https://docs.aws.amazon.com/goto/WebAPI/"
    for operation in package.router.operations.values():
        assert page in operation.__doc__, operation.name
    for cls in classes_of(package):
        # AWS has no pages of errors: those of operations have them.
        assert (page in cls.__doc__) != issubclass(cls, ErrorShape), cls.__name__


def test_dicts_in_snake_case_without_what_is_absent() -> None:
    value = dynamodb.PutItemInput(
        table_name="things",
        item={"a": dynamodb.AttributeValue(l=[dynamodb.AttributeValue(s="x"), dynamodb.AttributeValue(null=True)])},
        expected={"a": dynamodb.ExpectedAttributeValue(exists=False)},
    )
    assert attrs.asdict(value, filter=lambda _, member: member is not None) == {
        "table_name": "things",
        "item": {"a": {"l": [{"s": "x"}, {"null": True}]}},
        "expected": {"a": {"exists": False}},
    }
