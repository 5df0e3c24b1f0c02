"""Generated classes as fields of pydantic's models: what they take, what is wrong with it, what they give."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.json_schema import models_json_schema
from pydantic_core import PydanticSerializationError
from support.models import EMPTY_VALUES, PROTOCOLS, VALUES, Generate, everything

from botobind.constraints import Len, Matches, Sensitive
from botobind.jsonschema import json_schema
from botobind.pydantic.trees import Collector
from botobind.testing import example, strategy
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts
from botobind_services import partnercentral_selling as selling

SECRET = "hunter2-hunter2-hunter2"  # noqa: S105 - none
TAG = {"Key": "team", "Value": "north"}
MOMENT = datetime(2024, 5, 1, 10, tzinfo=UTC)


class Job(BaseModel):
    tags: list[selling.Tag]
    item: dict[str, dynamodb.AttributeValue] = {}
    credentials: sts.Credentials | None = None
    table: dynamodb.values.TableName = "things"
    runtime: lambda_.values.Runtime | str = "python3.13"


def of(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {"S": "end"}
    for _ in range(levels):
        found = {"L": [found]}
    return found


ROUND_TRIPS = [
    (dynamodb.AttributeValue, dynamodb.AttributeValue(b=b"\x00\xff"), {"B": "AP8="}),
    (dynamodb.AttributeValue, dynamodb.AttributeValue.of_json(deep(20)), deep(20)),
    (
        list[dynamodb.AttributeValue | None],
        [None, dynamodb.AttributeValue(m={"a": dynamodb.AttributeValue(null=True)})],
        [None, {"M": {"a": {"NULL": True}}}],
    ),
    (dict[str, selling.Tag], {"x": selling.Tag(key="k", value="v")}, {"x": {"Key": "k", "Value": "v"}}),
    (
        sts.Credentials,
        sts.Credentials(access_key_id="A" * 16, secret_access_key=SECRET, session_token="t", expiration=MOMENT),
        {"AccessKeyId": "A" * 16, "SecretAccessKey": SECRET, "SessionToken": "t", "Expiration": 1714557600},
    ),
    (
        cloudwatch.Datapoint,
        cloudwatch.Datapoint(maximum=math.inf, average=2.0),
        {"Maximum": "Infinity", "Average": 2.0},
    ),
    (dynamodb.ResourceNotFoundException, dynamodb.ResourceNotFoundException(message="no"), {"message": "no"}),
    (s3.AbortMultipartUploadOutput, s3.AbortMultipartUploadOutput(), {}),
]


@pytest.mark.parametrize(("annotation", "value", "document"), ROUND_TRIPS)
def test_values_go_there_and_back(annotation: Any, value: Any, document: Any) -> None:
    adapter = of(annotation)
    assert adapter.dump_python(value, mode="json") == document
    assert json.loads(adapter.dump_json(value)) == document
    for found in (
        adapter.validate_python(document),
        adapter.validate_json(json.dumps(document)),
        adapter.validate_python(adapter.dump_python(value)),
        adapter.validate_python(value),
    ):
        assert found == value
        assert type(found) is type(value)


def test_python_has_bytes_and_datetimes() -> None:
    found = of(sts.Credentials).dump_python(ROUND_TRIPS[4][1])
    assert found["Expiration"] == MOMENT
    assert of(dynamodb.AttributeValue).dump_python(dynamodb.AttributeValue(bs=[b"\xff"])) == {"BS": [b"\xff"]}


def test_instances_stay_what_they_are() -> None:
    tag = selling.Tag(key="k", value="v")
    assert Job(tags=[tag]).tags[0] is tag
    inside = of(dynamodb.AttributeValue).validate_python({"L": [dynamodb.AttributeValue(s="a"), {"S": "b"}]})
    assert [each.s for each in inside.l] == ["a", "b"]


def test_members_that_are_unknown_are_read_and_not_written() -> None:
    adapter = of(dynamodb.AttributeValue)
    found = adapter.validate_python({"LATER": 1})
    assert found.unknown_member == "LATER"
    with pytest.raises(PydanticSerializationError, match="AttributeValue holds the unknown member 'LATER'"):
        adapter.dump_json(found)
    assert of(selling.Tag).validate_python({**TAG, "Later": 1}) == selling.Tag(key="team", value="north")


@pytest.mark.parametrize(
    "cls",
    [dynamodb.AttributeValue, cloudwatch.PutMetricDataInput, selling.CreateOpportunityRequest, s3.CORSConfiguration],
)
def test_the_slow_reader_reads_what_the_decoders_read(cls: Any) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy(cls))
    def check(value: Any) -> None:
        collector = Collector()
        assert collector.structure(cls, value.to_json(), ()) == value
        assert collector.problems == []
        adapter = of(cls)
        assert adapter.validate_python(adapter.dump_python(value)) == value
        assert adapter.validate_json(adapter.dump_json(value)) == value

    check()


WRONG: list[tuple[Any, Any, list[tuple[tuple[Any, ...], str, str]]]] = [
    (selling.Tag, {"Key": "k"}, [(("Value",), "missing", "required member is missing")]),
    (selling.Tag, selling.Tag(key="k"), [(("Value",), "missing", "required member is missing")]),
    (selling.Tag, None, [((), "model_type", "expected object, got null")]),
    (
        list[selling.Tag],
        [TAG, {"Key": 5, "Value": None}, "x"],
        [
            ((1, "Key"), "string_type", "expected str, got int"),
            ((1, "Value"), "missing", "required member is missing"),
            ((2,), "model_type", "expected object, got str"),
        ],
    ),
    (
        dynamodb.AttributeValue,
        {"L": [{"S": 1}, {"S": "a", "N": "1"}, {"M": {"x": {"BOOL": "yes"}, "y": []}}, {"B": "%"}, {"SS": {}}]},
        [
            (("L", 0, "S"), "string_type", "expected str, got int"),
            (("L", 1), "union", "expected exactly one member of the union, got 2"),
            (("L", 2, "M", "x", "BOOL"), "bool_type", "expected bool, got str"),
            (("L", 2, "M", "y"), "model_type", "expected object, got list"),
            (("L", 3, "B"), "bytes_type", "expected base64"),
            (("L", 4, "SS"), "list_type", "expected list, got object"),
        ],
    ),
    (dynamodb.AttributeValue, {"M": {3: {"S": "a"}}}, [(("M", "3"), "string_type", "expected str as key, got int")]),
    (
        dynamodb.QueryInput,
        {"TableName": "", "Limit": 0, "ExclusiveStartKey": [], "AttributesToGet": []},
        [
            (("ExclusiveStartKey",), "dict_type", "expected object, got list"),
            (("TableName",), "string_too_short", "0 characters, fewer than 1"),
            (("AttributesToGet",), "too_short", "0 items, fewer than 1"),
            (("Limit",), "greater_than_equal", "0 is less than 1"),
        ],
    ),
    (
        sts.AssumeRoleRequest,
        {"RoleArn": "arn:aws:iam::123456789012:role/x", "RoleSessionName": "a b", "DurationSeconds": 1e9},
        [
            (("RoleSessionName",), "string_pattern_mismatch", r"'a b' does not match [\w+=,.@-]*"),
            (("DurationSeconds",), "less_than_equal", "1000000000 is greater than 43200"),
        ],
    ),
    (
        cloudwatch.Datapoint,
        {"Timestamp": "soon", "Maximum": "much"},
        [
            (("Timestamp",), "datetime_type", "expected a timestamp"),
            (("Maximum",), "float_type", "expected number, got str"),
        ],
    ),
    (dynamodb.values.TableName, "", [((), "string_too_short", "0 characters, fewer than 3")]),
    (dynamodb.values.KeyList, [], [((), "too_short", "0 items, fewer than 1")]),
    (lambda_.values.Weight, 1.5, [((), "less_than_equal", "value is greater than 1")]),
    (lambda_.values.Method, "x" * 7, [((), "string_too_long", "7 characters, more than 6")]),
    (dynamodb.AttributeValue, deep(5000), [((), "recursion_loop", "nested too deeply")]),
]


@pytest.mark.parametrize(("annotation", "given", "problems"), WRONG)
def test_all_that_is_wrong_is_told(annotation: Any, given: Any, problems: list[Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        of(annotation).validate_python(given)
    found = [(each["loc"], each["type"], each["msg"]) for each in refused.value.errors()]
    assert [(place, code) for place, code, _ in found] == [(place, code) for place, code, _ in problems]
    for (_, _, message), (_, _, wanted) in zip(found, problems, strict=True):
        assert message.startswith(wanted)
    assert json.loads(refused.value.json())


def test_places_go_on_from_those_of_models() -> None:
    with pytest.raises(ValidationError) as refused:
        Job.model_validate_json('{"tags": [{"Key": "k"}], "item": {"a": {"S": 1}}, "table": "", "runtime": 3}')
    places = [each["loc"] for each in refused.value.errors()]
    assert places[:3] == [("tags", 0, "Value"), ("item", "a", "S"), ("table",)]


def test_a_tree_that_holds_itself_is_refused() -> None:
    tree: dict[str, Any] = {}
    tree["L"] = [tree]
    with pytest.raises(ValidationError, match="nested too deeply"):
        of(dynamodb.AttributeValue).validate_python(tree)
    text = '{"L":[' * 5000 + "{}" + "]}" * 5000
    with pytest.raises(ValidationError, match="recursion limit"):
        of(dynamodb.AttributeValue).validate_json(text)


@pytest.mark.parametrize(
    ("annotation", "given"),
    [
        (sts.Credentials, {"SecretAccessKey": [SECRET]}),
        (sts.Credentials, {"AccessKeyId": 5, "SecretAccessKey": SECRET}),
        (sts.Credentials, SECRET),
        (sts.AssumeRoleResponse, {"Credentials": SECRET}),
        (sts.AssumeRoleResponse, {"Credentials": [SECRET]}),
        (sts.AssumeRoleResponse, sts.AssumeRoleResponse(credentials=SECRET)),
        (sts.Credentials, sts.Credentials(secret_access_key=SECRET.encode())),
        (s3.SSEKMS, {"KeyId": {SECRET: SECRET}}),
        (lambda_.values.Blob, SECRET.split("-")),
        (lambda_.values.BinaryOperationPayload, SECRET.encode() * 50_000),
        (lambda_.values.EnvironmentVariables, {SECRET: SECRET}),
        (Annotated[str, Sensitive(), Len(0, 3)], SECRET),
        (Annotated[str, Sensitive(), Len(0, 99), Matches("[a-z]")], SECRET),
        (lambda_.Environment, {"Variables": {SECRET: SECRET}}),
        (lambda_.Environment, {"Variables": {"A": [SECRET]}}),
        (lambda_.CreateFunctionRequest, {"Code": {"ZipFile": SECRET}}),
    ],
)
def test_what_is_sensitive_is_never_told(annotation: Any, given: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        of(annotation).validate_python(given)
    told = f"{refused.value}{refused.value!r}{refused.value.errors()}{refused.value.json()}"
    assert "hunter2" not in told


def test_values_of_models_that_fail_elsewhere_are_hidden_where_the_model_says_so() -> None:
    class Login(BaseModel):
        model_config = ConfigDict(hide_input_in_errors=True)
        credentials: sts.Credentials
        region: str

    with pytest.raises(ValidationError, match="Field required") as refused:
        Login.model_validate({"credentials": {"SecretAccessKey": SECRET}})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize(
    "cls", [selling.Tag, dynamodb.AttributeValue, dynamodb.TransactWriteItemsInput, lambda_.CreateFunctionRequest]
)
def test_the_schema_is_that_of_the_class(cls: Any, mode: Any) -> None:
    found = of(cls).json_schema(mode=mode)
    ours = json_schema(cls)
    names = {*ours["$defs"]}
    inner = found.pop("$defs", {})
    # pydantic writes a schema that nothing refers to where it stands.
    if not {"$ref", "allOf"} & found.keys():
        inner[cls.__name__] = found
    assert inner.keys() == names
    assert inner == ours["$defs"]
    assert of(cls).json_schema(ref_template="#/components/schemas/{model}")


def test_models_are_described_in_both_directions() -> None:
    _, found = models_json_schema([(Job, "validation"), (Job, "serialization")], ref_template="#/x/{model}")
    assert {"Tag", "AttributeValue-Input", "Credentials"} <= {*found["$defs"]}
    items = found["$defs"]["AttributeValue-Output"]["properties"]["L"]["items"]
    assert items == {"$ref": "#/x/AttributeValue-Output"}


def test_classes_of_one_name_are_told_apart() -> None:
    class Both(BaseModel):
        one: selling.Tag
        other: dynamodb.Tag

    found = Both.model_json_schema()
    assert {name.rpartition("services__")[2] for name in found["$defs"]} == {
        "dynamodb__values__Tag",
        "partnercentral_selling__values__Tag",
    }
    assert found["properties"]["one"] != found["properties"]["other"]


def test_documents_of_models_are_valid_by_their_schema() -> None:
    job = Job(
        tags=[selling.Tag(key="k", value="v")],
        item={"a": dynamodb.AttributeValue(b=b"x")},
        credentials=example(sts.Credentials),
    )
    jsonschema.Draft202012Validator(Job.model_json_schema()).validate(json.loads(job.model_dump_json()))
    assert Job.model_validate_json(job.model_dump_json()) == job


@pytest.mark.parametrize(
    ("annotation", "keywords"),
    [
        (dynamodb.values.TableName, {"type": "string", "minLength": 3, "maxLength": 255}),
        (lambda_.values.Weight, {"type": "number", "minimum": 0.0, "maximum": 1.0}),
        (dynamodb.values.KeyList, {"type": "array", "minItems": 1, "maxItems": 100}),
        (lambda_.values.BinaryOperationPayload, {"type": "string", "format": "binary", "writeOnly": True}),
        (sts.values.userNameType, {"type": "string", "minLength": 2, "maxLength": 32}),
    ],
)
def test_aliases_have_their_constraints_in_schemas(annotation: Any, keywords: Mapping[str, Any]) -> None:
    found = of(annotation).json_schema()
    assert {name: found.get(name) for name in keywords} == keywords


def test_streams_stay_what_they_are() -> None:
    from botobind.types import StreamingBlob

    with open(__file__, "rb") as file:  # noqa: PTH123 - a stream
        assert of(StreamingBlob).validate_python(file) is file
    assert of(StreamingBlob).validate_python(b"x") == b"x"
    with pytest.raises(ValidationError):
        of(StreamingBlob).validate_python(5)


def test_nothing_of_pydantic_is_loaded_before_pydantic_asks() -> None:
    code = (
        "import sys\nfrom botobind_services import sts\nsts.Tag.make(key='k', value='v').to_json()\n"
        "assert not [name for name in sys.modules if 'pydantic' in name]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_kind_of_value_comes_back(generate_once: Generate, protocol: str) -> None:
    package = everything(generate_once, protocol)
    adapter = of(package.Everything)
    schema = jsonschema.Draft202012Validator(adapter.json_schema())
    attributes = {member: attribute for attribute, member in package.Everything.MEMBERS.items()}
    for name, build in VALUES + EMPTY_VALUES:
        value = package.Everything(**{attributes[name]: build(package)})
        document = adapter.dump_python(value, mode="json")
        schema.validate(document)
        assert document == value.to_json()
        assert adapter.validate_json(adapter.dump_json(value)) == value, name
        assert adapter.validate_python(document) == value, name
        assert adapter.validate_python(adapter.dump_python(value)) == value, name
        collector = Collector()
        assert collector.structure(package.Everything, document, ()) == value, name
