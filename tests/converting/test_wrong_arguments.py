"""What is given to converters and services in place of what they take: an error of ours with the path, or one that says
what they take. No text has anything of a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from botobind import arrow, embedded, jsonschema
from botobind.dynamodb import AttributeCodec
from botobind.errors import DecodeError
from botobind.openapi import openapi
from botobind.server import Application
from botobind.testing import fake
from botobind_services import dynamodb, sts

A: Any = dynamodb.AttributeValue
CODECS: list[AttributeCodec[Any]] = [AttributeCodec(A), AttributeCodec(A, decimals=True)]
NONE_OR_DICT: tuple[Any, ...] = (None, dict)
WRONG: tuple[Any, ...] = (None, 5, "x", [])
NUMBERS = "expected a list of numbers as texts, got"
SECRET = A(s="secret")
TAG: Any = sts.Tag

ITEMS: list[tuple[Any, str]] = [
    *((item, f"$: expected a mapping of attribute values, got {type(item).__name__}") for item in WRONG),
    ({"a": None}, "$['a']: expected an attribute value, got NoneType"),
    ({"a": {"S": "secret"}}, "$['a']: expected an attribute value, got dict"),
    ({"a": TAG(key="secret", value="v")}, "$['a']: expected an attribute value, got Tag"),
    ({"a": A(m={"b": None})}, "$['a']['b']: expected an attribute value, got NoneType"),
    ({"a": A(l=[SECRET, "secret"])}, "$['a'][1]: expected an attribute value, got str"),
    ({"a": A(m=["secret"])}, "$['a']: expected a mapping, got list"),
    ({"a": A(l=5)}, "$['a']: expected a list, got int"),
    ({"a": A(l=[A(n={})])}, "$['a'][0]: expected a number as text, got dict"),
    ({"a": A(n=[5])}, "$['a']: expected a number as text, got list"),
    ({"a": A(ss=5)}, "$['a']: expected a list of texts, got int"),
    ({"a": A(ss=[["secret"]])}, "$['a']: expected a list of texts, got list"),
    ({"a": A(bs=5)}, "$['a']: expected a list of bytes, got int"),
    ({"a": A(ns=5)}, "$['a']: expected a list of numbers as texts, got int"),
    ({"a": A(ns=[None])}, "$['a']: expected a list of numbers as texts, got list"),
]


@pytest.mark.parametrize("codec", CODECS, ids=["numbers", "decimals"])
@pytest.mark.parametrize(("item", "text"), ITEMS)
def test_items_that_are_none(codec: AttributeCodec[Any], item: Any, text: str) -> None:
    if codec is CODECS[1] and NUMBERS in text:
        text = f"{text.partition(': ')[0]}: expected a number"  # as for texts that are none
    for cls in NONE_OR_DICT:
        with pytest.raises(DecodeError) as caught:
            codec.of_item(item, cls)
        assert str(caught.value) == text
    if isinstance(item, dict):
        with pytest.raises(DecodeError) as caught:
            codec.of_attribute(item["a"])
        assert str(caught.value).removeprefix("$") == text.removeprefix("$['a']")


ARGUMENTS: list[tuple[Callable[[], Any], str]] = [
    *(
        (lambda function=function, cls=cls: function(cls), f"expected a generated class, got {name}")
        for function in (
            jsonschema.json_schema,
            lambda cls: jsonschema.schema_of_class(cls, lambda _: {}),
            lambda cls: [*jsonschema.definitions_of([cls])],
            arrow.schema,
            lambda cls: arrow.batches([], cls),
            lambda cls: arrow.reader([], cls),
            lambda cls: arrow.values([], cls),
        )
        for cls, name in (
            (None, "NoneType"),
            ("Tag", "str"),
            (dict, "<class 'dict'>"),
            (SECRET, "AttributeValue"),
            (dynamodb.BillingMode, "<enum 'BillingMode'>"),
            (dynamodb, "module"),
        )
    ),
    *(
        (lambda cls=cls: AttributeCodec(cls), f"expected the class AttributeValue of a package, got {name}")
        for cls, name in ((None, "NoneType"), (dict, "<class 'dict'>"), (SECRET, "AttributeValue"), (TAG, str(TAG)))
    ),
    *(
        (lambda takes=takes, package=package: takes(package), f"expected the package of a service, got {name}")
        for takes in (openapi, fake, Application().serve)
        for package, name in (
            (None, "NoneType"),
            ("dynamodb", "str"),
            (jsonschema, "botobind.jsonschema"),
            (dynamodb.values, "botobind_services.dynamodb.values"),
        )
    ),
    *(
        (lambda what=what, given=given: openapi(dynamodb, **{what: given}),
         f"{what}: expected an iterable of texts, got {name}")
        for what in ("operations", "servers")
        for given, name in (("GetItem", "str"), (5, "int"), ([5], "list"))
    ),
    (lambda: arrow.batches(5, TAG), "expected an iterable of values, got int"),  # type: ignore[arg-type]
    (lambda: arrow.reader(None, TAG), "expected an iterable of values, got NoneType"),  # type: ignore[arg-type]
    (lambda: arrow.values(None, TAG), "expected a table or record batches, got NoneType"),
    (lambda: [*arrow.values([SECRET], TAG)], "expected record batches, got AttributeValue"),
    (lambda: embedded.parse("[1]", 1.5), "steps are names and places, got float"),  # type: ignore[arg-type]
    (lambda: embedded.parse("{}", None), "steps are names and places, got NoneType"),  # type: ignore[arg-type]
    (lambda: embedded.write_text(None), "expected str, got NoneType"),  # type: ignore[call-overload]
    (lambda: embedded.write_text(b"secret", base64=False), "expected str, got bytes"),  # type: ignore[call-overload]
]  # fmt: skip


@pytest.mark.parametrize(("call", "text"), ARGUMENTS)
def test_arguments_that_are_of_another_type(call: Callable[[], Any], text: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == text
