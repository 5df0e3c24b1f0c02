"""Members of wrong types in every format that is written: the right bytes, or an error that says which member it is."""

from __future__ import annotations

import io
from collections import OrderedDict, UserDict, deque
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import ModuleType
from typing import Any

import pytest
from support.hostile import EVERYTHING

from botobind import EncodeError, ValidationError
from botobind.bodies import dump_body
from botobind.formats import exact
from botobind_services import cloudwatch, dynamodb, lambda_, s3


class Name(StrEnum):
    A = "a"


class Number(IntEnum):
    ONE = 1


class Text(str):
    __slots__ = ()


class Float(float):
    __slots__ = ()


NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
WRITERS: dict[str, Callable[[Any], object]] = {
    "to_json": lambda value: value.to_json(),
    "to_value": lambda value: value.to_value(),
    "to_cbor": lambda value: value.to_cbor(),
    "to_query": lambda value: value.to_query(),
    "to_xml": lambda value: value.to_xml(),
    "to_string": lambda value: value.to_string(),
}
GIVEN: dict[str, Any] = {
    "str": "x", "int": 7, "float": 1.5, "bool": True, "bytes": b"x", "list": ["x"], "empty list": [],
    "dict": {"x": "y"},
    "empty dict": {}, "datetime": NOON, "date": date(2020, 1, 1), "time": time(1), "Decimal": Decimal("1.5"),
    "stream": io.BytesIO(b"x"), "object": object(),
}  # fmt: skip
TAKEN = {
    "text": {"str"},
    "integer": {"int"},
    "double": {"int", "float"},
    "single": {"int", "float"},
    "flag": {"bool"},
    "blob": {"bytes"},
    "time": {"datetime"},
    "color": {"str"},
    "texts": {"list", "empty list"},
    "sparse_texts": {"list", "empty list"},
    "map_": {"dict", "empty dict"},
    "sparse_map": {"dict", "empty dict"},
    "thing": set[str](),
    "things": {"empty list"},
    "thing_map": {"empty dict"},
    "choice": set[str](),
    "next_": set[str](),
    "document": {"str", "int", "float", "bool", "list", "empty list", "dict", "empty dict"},
    "json_text": {"str", "int", "float", "bool", "list", "empty list", "dict", "empty dict"},
}
"""What is of the right type, by attribute. All the rest is refused."""


@pytest.fixture(scope="session")
def values(generate_once: Callable[..., Any]) -> ModuleType:
    package: ModuleType = generate_once(EVERYTHING).values
    return package


def attribute_of(cls: Any, name: str) -> str:
    return next(attribute for attribute in cls.MEMBERS if attribute.rstrip("_") == name.rstrip("_"))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("name", TAKEN)
def test_types(values: ModuleType, name: str, given: str, write: str) -> None:
    cls = values.Everything
    attribute = attribute_of(cls, name)
    value = cls(next=cls(**{attribute: GIVEN[given]})) if "next" in cls.MEMBERS else cls(next_=cls())
    if given in TAKEN[name]:
        assert WRITERS[write](value) is not None
        return
    with pytest.raises(ValidationError) as caught:
        WRITERS[write](value)
    (violation,) = caught.value.violations
    assert violation.path.startswith(f"$.Next.{cls.MEMBERS[attribute]}")
    assert violation.reason.startswith("expected ")


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    ("name", "given", "path"),
    [
        ("texts", ["a", None], "$.Texts[1]"),
        ("texts", ["a", 5], "$.Texts[1]"),
        ("texts", "ab", "$.Texts"),
        ("texts", {"a": "b"}, "$.Texts"),
        ("sparse_texts", [None, b"a"], "$.SparseTexts[1]"),
        ("map_", {"a": None}, "$.Map['a']"),
        ("map_", {5: "a"}, "$.Map['5']"),
        ("map_", [("a", "b")], "$.Map"),
        ("sparse_map", {"a": 5}, "$.SparseMap['a']"),
        ("things", [None], "$.Things[0]"),
        ("things", [{"A": "a"}], "$.Things[0]"),
        ("thing_map", {5: None}, "$.ThingMap['5']"),
    ],
)
def test_items(values: ModuleType, name: str, given: object, path: str, write: str) -> None:
    cls = values.Everything
    with pytest.raises(ValidationError) as caught:
        WRITERS[write](cls(**{attribute_of(cls, name): given}))
    assert caught.value.violations[0].path == path


@pytest.mark.parametrize("body_format", ["json", "xml", "query", "cbor"])
@pytest.mark.parametrize("name", ["thing", "things", "thing_map", "choice"])
def test_a_structure_of_another_class(values: ModuleType, name: str, body_format: str) -> None:
    cls = values.Everything
    other = values.Headed(count=1)
    given = {"thing": other, "choice": other, "things": [other], "thing_map": {"k": other}}[name]
    value = cls(**{attribute_of(cls, name): given})
    with pytest.raises((AttributeError, EncodeError)):
        dump_body(value, body_format)
    with pytest.raises(ValidationError, match=r"expected (Thing|Choice), got Headed"):
        value.to_string()


@pytest.mark.parametrize("body_format", ["json", "xml", "query", "cbor"])
@pytest.mark.parametrize(
    ("name", "given", "plain"),
    [
        ("text", Name.A, "a"),
        ("text", Text("a"), "a"),
        ("integer", Number.ONE, 1),
        ("double", Float(1.5), 1.5),
        ("double", Number.ONE, 1),
        ("texts", [Name.A, Text("b")], ["a", "b"]),
        ("texts", ("a", "b"), ["a", "b"]),
        ("texts", deque(["a"]), ["a"]),
        ("map_", OrderedDict(a="b"), {"a": "b"}),
        ("map_", UserDict(a="b"), {"a": "b"}),
        ("map_", {Name.A: Text("b")}, {"a": "b"}),
        ("blob", bytearray(b"a"), b"a"),
        ("document", {"a": [Number.ONE, Text("b")]}, {"a": [1, "b"]}),
    ],
    ids=str,
)
def test_subclasses_that_lose_nothing(
    values: ModuleType, name: str, given: object, plain: object, body_format: str
) -> None:
    cls = values.Everything
    attribute = attribute_of(cls, name)
    assert dump_body(cls(**{attribute: given}), body_format) == dump_body(cls(**{attribute: plain}), body_format)


@pytest.mark.parametrize(
    "document", [float("nan"), {"a": float("inf")}, [NOON], {"a": b"x"}, {5: 1}, ["a", {"b": {1}}]]
)
@pytest.mark.parametrize("write", ["to_json", "to_cbor", "to_value", "to_string", "to_query", "to_xml"])
def test_documents(values: ModuleType, document: Any, write: str) -> None:
    with pytest.raises((ValidationError, EncodeError), match=r"\$\.Document: "):
        WRITERS[write](values.Everything(document=document))


D = dynamodb.AttributeValue
REQUESTS: list[tuple[Any, Any, str]] = [
    (
        s3.endpoints.DeleteObject,
        s3.DeleteObjectRequest(bucket="b", key="k", bypass_governance_retention="false"),
        "$.BypassGovernanceRetention: expected bool, got str",
    ),
    (
        s3.endpoints.PutPublicAccessBlock,
        s3.PutPublicAccessBlockRequest(
            bucket="b",
            public_access_block_configuration=s3.PublicAccessBlockConfiguration(block_public_acls="false"),
        ),
        "$.PublicAccessBlockConfiguration.BlockPublicAcls: expected bool, got str",
    ),
    (
        s3.endpoints.PutPublicAccessBlock,
        s3.PutPublicAccessBlockRequest(bucket="b", public_access_block_configuration=s3.Tag(key="k", value="v")),
        "$.PublicAccessBlockConfiguration: expected PublicAccessBlockConfiguration, got Tag",
    ),
    (s3.endpoints.ListObjectsV2, s3.ListObjectsV2Request(bucket="b", max_keys=12.9), "$.MaxKeys: expected int"),
    (s3.endpoints.ListObjectsV2, s3.ListObjectsV2Request(bucket="b", max_keys=True), "$.MaxKeys: expected int"),
    (s3.endpoints.PutObject, s3.PutObjectRequest(bucket="b", key="k", body="text"), "$.Body: expected bytes or reada"),
    (s3.endpoints.PutObject, s3.PutObjectRequest(bucket="b", key="k", body=io.StringIO("x")), "$.Body: expected bytes"),
    (s3.endpoints.PutObject, s3.PutObjectRequest(bucket="b", key="k", metadata=["a"]), "$.Metadata: expected dict"),
    (
        s3.endpoints.PutObject,
        s3.PutObjectRequest(bucket="b", key="k", cache_control=[]),
        "$.CacheControl: expected str",
    ),
    (dynamodb.endpoints.GetItem, dynamodb.GetItemInput(table_name=5, key={}), "$.TableName: expected str, got int"),
    (dynamodb.endpoints.GetItem, dynamodb.GetItemInput(table_name="t", key=[]), "$.Key: expected dict, got list"),
    (
        dynamodb.endpoints.GetItem,
        dynamodb.GetItemInput(table_name="t", key={"a": D(n=5)}),
        "$.Key['a'].N: expected str",
    ),
    (
        dynamodb.endpoints.GetItem,
        dynamodb.GetItemInput(table_name="t", key={"a": D(l=[D(bool_=0)])}),
        "$.Key['a'].L[0].BOOL: expected bool, got int",
    ),
    (
        cloudwatch.endpoints.PutMetricData,
        cloudwatch.PutMetricDataInput(namespace="n", metric_data=[cloudwatch.MetricDatum(metric_name="m", value=True)]),
        "$.MetricData[0].Value: expected float, got bool",
    ),
    (
        lambda_.endpoints.Invoke,
        lambda_.InvocationRequest(function_name="f", payload="text"),
        "$.Payload: expected bytes",
    ),
]


@pytest.mark.parametrize(("operation", "value", "text"), REQUESTS, ids=[text for _, _, text in REQUESTS])
def test_requests(operation: Any, value: Any, text: str) -> None:
    for protocol in operation.protocols:
        with pytest.raises(ValidationError) as caught:
            operation.to_request(value, protocol=protocol)
        assert text in str(caught.value)


UNWRITABLE: list[tuple[Any, str]] = [
    ({"cache_control": "a\r\nb: c"}, "$.CacheControl: a header cannot hold a line break"),
    ({"cache_control": "a\0"}, "$.CacheControl: a header cannot hold a line break or NUL"),
    ({"cache_control": "a\x7f"}, "$.CacheControl: a header cannot hold a control character"),
    ({"cache_control": "a\x85"}, "$.CacheControl: a header cannot hold a control character"),
    ({"cache_control": "\u20ac"}, "$.CacheControl: a header cannot hold text that Latin-1"),
    ({"cache_control": "\ud800"}, "$.CacheControl: a header cannot hold text that Latin-1"),
    ({"metadata": {"a b": "x"}}, "$.Metadata['a b']: a header cannot have such a name"),
    ({"metadata": {"a:": "x"}}, "$.Metadata['a:']: a header cannot have such a name"),
    ({"metadata": {"a": "x\ny"}}, "$.Metadata['a']: a header cannot hold a line break"),
    ({"bucket": "."}, "$.Bucket: a segment of the URI cannot be a dot or two"),
    ({"bucket": ".."}, "$.Bucket: a segment of the URI cannot be a dot or two"),
    ({"body": b"abc", "content_length": 4}, "$.ContentLength: the body has 3 bytes"),
]


@pytest.mark.parametrize(("members", "text"), UNWRITABLE, ids=[text for _, text in UNWRITABLE])
def test_what_a_message_cannot_hold(members: dict[str, Any], text: str) -> None:
    value = s3.PutObjectRequest(**{"bucket": "b", "key": "k", **members})
    with pytest.raises(EncodeError) as caught:
        s3.endpoints.PutObject.to_request(value)
    assert str(caught.value).startswith(text)


def test_what_a_message_can_hold() -> None:
    value = s3.PutObjectRequest(
        bucket="...", key="a/../.", cache_control="a\tb \xe9", metadata={"A_1~": ""}, body=b"abc", content_length=3
    )
    request = s3.endpoints.PutObject.to_request(value)
    assert request.path == "/.../a/../."
    assert request.headers["cache-control"] == "a\tb \xe9"


@pytest.mark.parametrize("status", [199, 600, "200", 200.0, True])
def test_statuses(status: Any) -> None:
    with pytest.raises((ValidationError, EncodeError), match=r"\$\.StatusCode: "):
        lambda_.endpoints.Invoke.to_response(lambda_.InvocationResponse(status_code=status))


@pytest.mark.parametrize("check", [exact.integer, exact.number, exact.boolean, exact.text, exact.moment, exact.items])
def test_checks_name_types_alone(check: Callable[[Any], object]) -> None:
    class Secret:
        def __repr__(self) -> str:
            return "S3CRET"

    with pytest.raises(EncodeError, match=r"^\$: expected \w+, got Secret$"):
        check(Secret())


def test_lengths_of_answers() -> None:
    get, head = s3.endpoints.GetObject, s3.endpoints.HeadObject
    for body, length in ((b"abc", 4), (b"", 1), (None, 3), (b"abc", 0)):
        with pytest.raises(EncodeError, match=r"\$\.ContentLength: the body has \d bytes"):
            get.to_response(s3.GetObjectOutput(body=body, content_length=length))
    stream = io.BytesIO(b"abc")
    assert get.to_response(s3.GetObjectOutput(body=stream, content_length=3)).body is stream
    assert get.to_response(s3.GetObjectOutput(body=b"abc", content_length=3)).headers["Content-Length"] == "3"
    # The response says how long the object is, and has no body.
    assert head.to_response(s3.HeadObjectOutput(content_length=3)).headers["Content-Length"] == "3"
