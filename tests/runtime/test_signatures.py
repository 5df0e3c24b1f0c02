"""What interactive work asks of classes and values: signatures, and the names that `dir` lists."""

from __future__ import annotations

import inspect
from typing import Any

import attrs
import pytest

from botobind import ValidationError
from botobind_services import dynamodb, sts


@attrs.define(kw_only=True)
class MyTag(sts.Tag):
    colour: str = "red"


class Louder(sts.Tag):
    @classmethod
    def make(cls, *args: Any, **kwargs: Any) -> Any:
        kwargs["key"] = kwargs["key"].upper()
        return super().make(*args, **kwargs)


@pytest.mark.parametrize(
    ("cls", "text"),
    [
        (sts.Tag, "(*, key: tagKeyType, value: tagValueType) -> Tag"),
        (sts.GetCallerIdentityRequest, "() -> GetCallerIdentityRequest"),
        (dynamodb.ResourceNotFoundException, "(*, message: str | None = None) -> ResourceNotFoundException"),
        (
            dynamodb.KeySchemaElement,
            (
                "(*, attribute_name: KeySchemaAttributeName | None = None, key_type: KeyType | str | None = None)"
                " -> KeySchemaElement"
            ),
        ),
        (MyTag, "(*, key: tagKeyType, value: tagValueType, colour: str = 'red') -> MyTag"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_make_tells_its_parameters(cls: Any, text: str) -> None:
    for _ in range(2):
        assert str(inspect.signature(cls.make)) == text
    assert inspect.getdoc(cls.make) == inspect.getdoc(sts.Credentials.make)


def test_a_union_takes_what_its_constructor_takes() -> None:
    assert list(inspect.signature(dynamodb.AttributeValue.make).parameters) == [
        "unknown_member",
        *dynamodb.AttributeValue.MEMBERS,
    ]


def test_subclasses_make_themselves() -> None:
    assert sts.Tag.make(key="a", value="b") == sts.Tag(key="a", value="b")
    assert MyTag.make(key="a", value="b", colour="blue").colour == "blue"
    for _ in range(2):
        louder = Louder.make(key="a", value="b")
        assert (type(louder), louder.key) == (Louder, "A")
    with pytest.raises(ValidationError):
        sts.Tag(key="a", value="b").make(key="", value="b")


OF_VALUES = {
    *("make", "validate", "reveal", "to_string", "of_string", "to_header", "of_header", "of_header_and_body"),
    *(f"{way}_{name}" for way in ("to", "of") for name in ("json", "value", "cbor", "query", "xml")),
}
OF_ERRORS = {
    *("code", "message", "status", "request_id", "fault", "retryable", "throttling", "attempts"),
    *("args", "add_note", "with_traceback"),
}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (sts.Tag(key="a", value="b"), {"key", "value"}),
        (sts.GetCallerIdentityResponse(), {"user_id", "account", "arn"}),
        (MyTag(key="a", value="b"), {"key", "value", "colour"}),
        (dynamodb.AttributeValue(s="a"), {*dynamodb.AttributeValue.MEMBERS, "unknown_member", "given"}),
        (dynamodb.ConditionalCheckFailedException(), {"item", *OF_ERRORS}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_dir_lists_members_and_what_users_call(value: object, names: set[str]) -> None:
    listed = {name for name in dir(value) if not name.startswith("_")}
    assert listed - {name for name in listed if name.startswith("error_")} == names | OF_VALUES
    assert all(hasattr(value, name) for name in listed)
