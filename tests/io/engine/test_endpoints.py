"""`Endpoints`: parameters of settings and inputs, what is kept, how requests are joined with them, and how signed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from support.models import list_of, model, operation, structure

from botobind.errors import EncodeError, ValidationError
from botobind.io.engine import endpoints as subject
from botobind.io.engine.data import AuthScheme, Endpoint
from botobind.io.engine.endpoints import Endpoints
from botobind.io.faults import EndpointUnknown
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

REGION = {"AWS::Region": "eu-west-1"}
KEY: dict[str, Any] = {}
ARN = "arn:aws:s3:us-west-2:123456789012:accesspoint/point"


def object_in(bucket: Any) -> Any:
    return s3.GetObjectRequest(bucket=bucket, key="a/b c")


@pytest.mark.parametrize(
    ("package", "settings", "host"),
    [
        (lambda_, {}, "lambda.eu-west-1.amazonaws.com"),
        (cloudwatch, {}, "monitoring.eu-west-1.amazonaws.com"),
        (lambda_, {"AWS::UseFIPS": True}, "lambda-fips.eu-west-1.amazonaws.com"),
        (lambda_, {"AWS::UseDualStack": True}, "lambda.eu-west-1.api.aws"),
        (lambda_, {"AWS::Region": "cn-north-1"}, "lambda.cn-north-1.amazonaws.com.cn"),
        (lambda_, {"SDK::Endpoint": "http://localhost:4566/base/"}, "localhost:4566"),
        (lambda_, {"AWS::UseFIPS": None, "AWS::Region": "moon"}, "lambda.moon.amazonaws.com"),
    ],
)
def test_settings_lead_to_hosts(package: Any, settings: Any, host: str) -> None:
    name = next(iter(package.endpoints.OPERATIONS))
    endpoints = Endpoints(package, REGION | settings)
    found = endpoints.of(package.endpoints.OPERATIONS[name])
    assert found.host == host
    assert endpoints.of(package.endpoints.OPERATIONS[name]) is found


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"AWS::Region": "a.b/c"}, "'a.b/c' is no name of a region"),
        ({"AWS::Region": "x" * 64}, "is no name of a region"),
        ({**REGION, "AWS::UseFIPS": "true"}, "expected true or false for AWS::UseFIPS, got str"),
        ({**REGION, "SDK::Endpoint": True}, "expected text for SDK::Endpoint, got bool"),
        ({}, "Missing Region"),
        ({**REGION, "SDK::Endpoint": "http://a", "AWS::UseFIPS": True}, "FIPS and custom endpoint are not supported"),
        ({**REGION, "SDK::Endpoint": "localhost:8000"}, "expected the URL of an endpoint"),
    ],
)
def test_settings_that_lead_nowhere(settings: Any, reason: str) -> None:
    with pytest.raises(EndpointUnknown) as caught:
        Endpoints(lambda_, settings).of(lambda_.endpoints.ListFunctions)
    assert reason in caught.value.reason


def test_errors_name_the_operation() -> None:
    endpoints = Endpoints(s3, {**REGION, "AWS::UseFIPS": True, "AWS::S3::Accelerate": True})
    for _ in range(2):
        with pytest.raises(EndpointUnknown, match=r"^GetObject: Accelerate cannot be used with FIPS$"):
            endpoints.of(s3.endpoints.GetObject, object_in("b"))


@pytest.mark.parametrize(
    ("operation", "value", "error"),
    [
        (s3.endpoints.GetObject, None, EncodeError),
        (s3.endpoints.GetObject, s3.ListBucketsRequest(), EncodeError),
        (s3.endpoints.GetObject, object_in(5), ValidationError),
        (s3.endpoints.GetObject, object_in(["b"]), ValidationError),
        (s3.endpoints.GetObject, object_in(b"b"), ValidationError),
    ],
)
def test_inputs_that_are_none(operation: Any, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Endpoints(s3, REGION).of(operation, value)


def test_the_members_of_lists_are_looked_at_as_botocore_does() -> None:
    endpoints = Endpoints(dynamodb, {**REGION, "AWS::Auth::AccountIdEndpointMode": "preferred"})
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/t"
    first = dynamodb.TransactWriteItem(delete=dynamodb.Delete(key=KEY, table_name=arn))
    found = endpoints.of(
        dynamodb.endpoints.TransactWriteItems, dynamodb.TransactWriteItemsInput(transact_items=[first])
    )
    assert (found.host, found.metric_values) == ("123456789012.ddb.eu-west-1.amazonaws.com", ("O",))
    empty = dynamodb.TransactWriteItemsInput(transact_items=[])
    assert endpoints.of(dynamodb.endpoints.TransactWriteItems, empty).host == "dynamodb.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("mode", "used", "host"),
    [
        ("preferred", True, "123456789012.ddb.eu-west-1.amazonaws.com"),
        ("required", True, "123456789012.ddb.eu-west-1.amazonaws.com"),
        ("disabled", False, "dynamodb.eu-west-1.amazonaws.com"),
    ],
)
def test_the_account_of_the_credentials_is_asked_for_each_call(mode: str, used: object, host: str) -> None:
    endpoints = Endpoints(dynamodb, {**REGION, "AWS::Auth::AccountIdEndpointMode": mode})
    assert endpoints.uses_account_id is used
    assert not Endpoints(lambda_, REGION).uses_account_id
    value = dynamodb.GetItemInput(table_name="t", key=KEY)
    assert endpoints.of(dynamodb.endpoints.GetItem, value, "123456789012").host == host
    if mode == "preferred":
        assert endpoints.of(dynamodb.endpoints.GetItem, value).host == "dynamodb.eu-west-1.amazonaws.com"
        assert endpoints.of(dynamodb.endpoints.ListTables, None or dynamodb.ListTablesInput(), "210987654321").host == (
            "210987654321.ddb.eu-west-1.amazonaws.com"
        )


def test_what_was_found_is_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_MOST", 10)
    endpoints, count = Endpoints(s3, REGION), []
    resolve = endpoints._resolved
    monkeypatch.setattr(endpoints, "_resolved", lambda values: count.append(1) or resolve(values))
    for _ in range(3):
        found = [endpoints.of(s3.endpoints.GetObject, object_in("bucket")) for _ in range(3)]
        assert found[0] is found[1] is found[2]
    head = s3.HeadObjectRequest(bucket="bucket", key="k")
    assert endpoints.of(s3.endpoints.HeadObject, head) is found[0]
    assert len(count) == 1
    for number in range(100):
        endpoints.of(s3.endpoints.GetObject, object_in(f"bucket{number}"))
    assert len(count) == 101
    assert all(0 < len(group.found) <= 10 for group in endpoints._groups.values())


def test_many_threads_may_ask() -> None:
    endpoints, wrong = Endpoints(s3, REGION), []

    def ask(number: int) -> None:
        for at in range(200):
            bucket = f"bucket-{(at * number) % 50}"
            if endpoints.of(s3.endpoints.GetObject, object_in(bucket)).host.partition(".")[0] != bucket:
                wrong.append(bucket)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("operation", "bucket", "settings", "place"),
    [
        ("GetObject", "bucket", {}, ("bucket.s3.eu-west-1.amazonaws.com", "/a/b%20c")),
        ("GetObject", "dotted.b", {}, ("s3.eu-west-1.amazonaws.com", "/dotted.b/a/b%20c")),
        ("GetObject", "bucket", {"AWS::S3::ForcePathStyle": True}, ("s3.eu-west-1.amazonaws.com", "/bucket/a/b%20c")),
        ("GetObject", ARN, {}, ("point-123456789012.s3-accesspoint.us-west-2.amazonaws.com", "/a/b%20c")),
        (
            "GetObject",
            ARN,
            {"AWS::S3::ForcePathStyle": True},
            ("point-123456789012.s3-accesspoint.us-west-2.amazonaws.com", "/a/b%20c"),
        ),
        ("GetObject", "bucket", {"SDK::Endpoint": "http://127.0.0.1:9000"}, ("127.0.0.1:9000", "/bucket/a/b%20c")),
        ("GetObject", "bucket", {"SDK::Endpoint": "https://h/x/"}, ("bucket.h", "/x/a/b%20c")),
        ("GetObject", "bucket", {"AWS::S3::Accelerate": True}, ("bucket.s3-accelerate.amazonaws.com", "/a/b%20c")),
        ("HeadBucket", "bucket", {}, ("bucket.s3.eu-west-1.amazonaws.com", "/")),
        ("HeadBucket", "Upper", {}, ("s3.eu-west-1.amazonaws.com", "/Upper")),
        ("GetBucketLocation", "bucket", {}, ("s3.eu-west-1.amazonaws.com", "/bucket")),
        ("ListBuckets", None, {}, ("s3.eu-west-1.amazonaws.com", "/")),
    ],
)
def test_the_bucket_is_once_in_host_or_path(operation: str, bucket: Any, settings: Any, place: Any) -> None:
    asked: Any = s3.endpoints.OPERATIONS[operation]
    value = asked.input(
        **({} if bucket is None else {"bucket": bucket}), **({"key": "a/b c"} if "Ob" in operation else {})
    )
    endpoints = Endpoints(s3, REGION | settings)
    assert endpoints.place_of(asked, endpoints.of(asked, value), asked.to_request(value)) == place


def test_directory_buckets_have_sessions() -> None:
    endpoints = Endpoints(s3, REGION)
    found = endpoints.of(s3.endpoints.GetObject, object_in("b--euw1-az1--x-s3"))
    assert found.backend == "S3Express"
    assert found.auth_schemes[0].name == "sigv4-s3express"


def test_prefixes_of_hosts_are_before_endpoints() -> None:
    asked = s3.endpoints.WriteGetObjectResponse
    value = s3.WriteGetObjectResponseRequest(request_route="route", request_token="t")
    endpoints = Endpoints(s3, REGION)
    host, path = endpoints.place_of(asked, endpoints.of(asked, value), asked.to_request(value))
    assert (host, path) == ("route.s3-object-lambda.eu-west-1.amazonaws.com", "/WriteGetObjectResponse")


def test_endpoints_with_a_path_have_it_before_that_of_requests() -> None:
    endpoints = Endpoints(dynamodb, {**REGION, "SDK::Endpoint": "http://proxy/db/"})
    asked, value = dynamodb.endpoints.ListTables, dynamodb.ListTablesInput()
    assert endpoints.place_of(asked, endpoints.of(asked, value), asked.to_request(value)) == ("proxy", "/db/")
    endpoints = Endpoints(lambda_, {**REGION, "SDK::Endpoint": "http://proxy/x"})
    invoke, given = lambda_.endpoints.Invoke, lambda_.InvocationRequest(function_name="f")
    place = endpoints.place_of(invoke, endpoints.of(invoke, given), invoke.to_request(given))
    assert place == ("proxy", "/x/2015-03-31/functions/f/invocations")


V4 = {"name": "sigv4", "region": "eu-west-1"}


@pytest.mark.parametrize(
    ("package", "operation", "schemes"),
    [
        (lambda_, "Invoke", [V4 | {"signing_name": "lambda"}]),
        (
            sts,
            "GetCallerIdentity",
            [V4 | {"signing_name": "sts"}, {"name": "sigv4a", "signing_name": "sts", "region_set": ("eu-west-1",)}],
        ),
        (sts, "AssumeRoleWithSAML", [{"name": "none"}]),
        (s3, "GetObject", [V4 | {"signing_name": "s3", "double_encodes": False}]),
        (s3, "WriteGetObjectResponse", [V4 | {"signing_name": "s3", "double_encodes": False, "signs_payload": False}]),
    ],
)
def test_models_say_how_requests_are_signed(package: Any, operation: str, schemes: Any) -> None:
    nowhere = Endpoint(scheme="https", host="h")
    found = Endpoints(package, REGION).schemes_of(package.endpoints.OPERATIONS[operation], nowhere)
    assert found[: len(schemes)] == tuple(AuthScheme(**each) for each in schemes)


def test_endpoints_say_it_before_models_do() -> None:
    named = AuthScheme(name="sigv4", signing_name="other", region="us-east-1")
    endpoint = Endpoint(scheme="https", host="h", auth_schemes=(named, AuthScheme(name="sigv4a")))
    endpoints = Endpoints(sts, REGION)
    found = endpoints.schemes_of(sts.endpoints.GetCallerIdentity, endpoint)
    assert found == (named, AuthScheme(name="sigv4a", signing_name="sts", region_set=("eu-west-1",)))
    assert endpoints.schemes_of(sts.endpoints.AssumeRoleWithSAML, endpoint) == (AuthScheme(name="none"),)
    unsigned = Endpoints(s3, REGION).schemes_of(s3.endpoints.WriteGetObjectResponse, endpoint)
    assert [each.signs_payload for each in unsigned] == [False, False]


OPERATIONS = {"Get": operation("Get", "In"), "List": operation("List")}
SHAPES = {
    "In": structure(
        A={"shape": "Text", "contextParam": {"name": "A"}}, B={"shape": "Texts", "contextParam": {"name": "B"}}
    )
}


def rules(*each: Any) -> dict[str, Any]:
    parameters = {
        "A": {"type": "string"},
        "B": {"type": "stringArray"},
        "C": {"type": "string", "default": "c", "required": True},
        "D": {"type": "string", "required": True},
    }
    return {"version": "1.0", "parameters": parameters, "rules": [*each]}


def to(url: str, *names: str) -> dict[str, Any]:
    conditions = [{"fn": "isSet", "argv": [{"ref": name}]} for name in names]
    return {"type": "endpoint", "conditions": conditions, "endpoint": {"url": url}}


FIRST = {"fn": "getAttr", "argv": [{"ref": "B"}, "[0]"], "assign": "b"}


@pytest.mark.parametrize(
    ("settings", "given", "host"),
    [
        ({"D": "d"}, {"a": "a"}, "a.c.d"),
        ({"D": "d", "C": "of-client"}, {"a": "a"}, "a.of-client.d"),
        ({"D": "d"}, {"b": ["x", "y"]}, "x.d"),
        ({"D": "d", "A": "of-client"}, {}, "of-client.c.d"),
        ({"D": "d"}, {"b": []}, None),
        ({"D": "d"}, {}, None),
        ({}, {"a": "a"}, "D is missing"),
        ({"D": "d"}, {"a": "a b"}, "expected the URL of an endpoint"),
        ({"D": "d"}, {"a": "other.host/b"}, "a text of the input cannot be a part"),
    ],
)
def test_parameters_come_from_inputs_then_settings_then_defaults(
    generate_once: Any, settings: Any, given: Any, host: str | None
) -> None:
    by_item = {**to("https://{b}.{D}", "B"), "conditions": [{"fn": "isSet", "argv": [{"ref": "B"}]}, FIRST]}
    used = rules(to("https://{A}.{C}.{D}", "A"), by_item)
    package = generate_once({**model(SHAPES, operations=OPERATIONS), "endpointRuleSet": used})
    endpoints = Endpoints(package, settings)
    if host is not None and "." in host and " " not in host:
        assert endpoints.of(package.endpoints.Get, package.In(**given)).host == host
        return
    with pytest.raises(EndpointUnknown, match=host or "no rule of the service's endpoints") as caught:
        endpoints.of(package.endpoints.Get, package.In(**given))
    assert caught.value.operation == "Get"


def test_packages_without_rules_have_the_endpoint_that_is_given(generate_once: Any) -> None:
    package = generate_once(model({"In": structure(L="L"), "L": list_of("Text")}, operations=OPERATIONS))
    found = Endpoints(package, {"SDK::Endpoint": "http://localhost:1/x"}).of(package.endpoints.Get, package.In())
    assert (found.host, found.path) == ("localhost:1", "/x")
    with pytest.raises(EndpointUnknown, match="the model has no rules for endpoints"):
        Endpoints(package, REGION).of(package.endpoints.List)
