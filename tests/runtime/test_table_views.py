"""What classes say of themselves beside their tables is worked out of these, for each class by itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from support.roundtrips import classes_of

import botobind_services.lambda_ as awslambda
from botobind.rules.plans import plan_of_body
from botobind.shapes import ErrorShape, Shape, Structure, Union
from botobind.testing import example
from botobind_services import cloudwatch, dynamodb, s3, sts
from botobind_services import partnercentral_selling as selling

GENERATED = Path(sts.__file__).parents[1]


@pytest.mark.parametrize(
    ("cls", "name", "expected"),
    [
        (s3.Tag, "MEMBERS", {"key": "Key", "value": "Value"}),
        (s3.Tag, "REQUIRED", {"key", "value"}),
        (s3.Tag, "IN_BODY", None),
        (s3.Tag, "PAYLOAD", None),
        (s3.Tag, "SHAPE", "Tag"),
        (sts.Credentials, "SENSITIVE", {"secret_access_key"}),
        (sts.Credentials, "HEADERS", ()),
        (sts.Credentials, "BODY", "xml"),
        (sts.AssumeRoleRequest, "BODY", "query"),
        (sts.AssumeRoleRequest, "REQUIRED", {"role_arn", "role_session_name"}),
        (s3.DeleteObjectTaggingOutput, "HEADERS", ("version_id",)),
        (s3.DeleteObjectTaggingOutput, "IN_BODY", ()),
        (s3.ListPartsOutput, "HEADERS", ("abort_date", "abort_rule_id", "request_charged", "version_id")),
        (awslambda.InvocationResponse, "STATUS", "status_code"),
        (awslambda.InvocationResponse, "BODY", "json"),
        (awslambda.Layer, "STATUS", None),
    ],
)
def test_views(cls: Any, name: str, expected: object) -> None:
    assert getattr(cls, name) == expected
    assert getattr(cls, name) is getattr(cls, name)


@pytest.mark.parametrize(
    ("cls", "facts"),
    [
        (
            s3.PutBucketTaggingRequest,
            ("tagging", "structure", "Tagging", "Tagging", ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"', False),
        ),
        (s3.GetObjectOutput, ("body", "stream", None, "", "", False)),
        (s3.RecordsEvent, ("payload", "blob", None, "", "", False)),
        (s3.StatsEvent, ("details", "structure", "Stats", "Stats", "", False)),
        (awslambda.InvocationRequest, ("payload", "blob", None, "", "", False)),
    ],
)
def test_payloads(cls: Any, facts: tuple[object, ...]) -> None:
    found = cls.PAYLOAD
    assert (found.attribute, found.kind, found.shape, found.tag, found.attributes, found.is_union) == facts


@pytest.mark.parametrize("package", [awslambda, cloudwatch, s3, selling], ids=lambda package: package.__name__[18:])
def test_bodies_hold_the_members_that_are_said_to_be_in_them(package: Any) -> None:
    """In all formats: those that the service does not speak have the same members beside the body."""
    for cls in classes_of(package):
        if issubclass(cls, Union) or cls.EVENTS is not None:
            continue
        value: Any = example(cls)
        said = cls.MEMBERS if cls.IN_BODY is None else cls.IN_BODY
        there = {attribute for attribute in said if getattr(value, attribute) is not None}
        for members in (plan_of_body(cls, form).members for form in ("json", "cbor", "xml")):
            assert {member.attribute for member in members} == {*said}, cls
        assert len(value.to_json_body()) == len(value.to_cbor_body()) == len(there), cls
        elements = value.xml_body_text("a")
        assert (elements in ("<a></a>", "<a/>", "<a />")) == (not there), (cls, elements)


def test_events() -> None:
    stream: Any = s3.SelectObjectContentOutput.EVENTS
    assert (stream.attribute, stream.shape) == ("payload", "SelectObjectContentEventStream")


def test_what_was_found_for_one_class_is_not_held_of_others() -> None:
    for base in (Shape, Structure, Union, ErrorShape):
        assert ({}, frozenset(), ()) == (base.MEMBERS, base.REQUIRED, base.HEADERS)
        assert (base.IN_BODY, base.PAYLOAD, base.BODY) == (None, None, "json")

    class Mine(s3.ListPartsOutput):
        """A class of a user's."""

    assert Mine.HEADERS == s3.ListPartsOutput.HEADERS != ()


def test_generated_classes_have_no_constants_but_their_tables() -> None:
    """And whether elements are learnt: that depends on what all other classes hold."""
    found = {
        name
        for file in GENERATED.rglob("values/**/*.py")
        if "StrEnum" not in (text := file.read_text(encoding="utf-8"))
        for name in re.findall(r"^    ([A-Z_]+)(?::.*)? = ", text, re.MULTILINE)
    }
    assert found <= {"BODY", "ERRORS", "MEMBER_TRAITS", "SCHEMA", "SHAPE", "TRAITS", "XML_IS_LEARNT"}


def test_errors_have_methods_of_their_own_names() -> None:
    """What holds an error writes it by such a name: streams of events hold some."""
    own = dynamodb.ResourceNotFoundException._write_json_of_dynamodb_ResourceNotFoundException  # type: ignore[attr-defined,unused-ignore]
    assert own is dynamodb.ResourceNotFoundException.write_json
