"""Route tables: what is planned of a model, the whole catalogue, and what boto3 sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from support.routed import document_of, plan_of, rest_request, router_of, rpc_request

from botobind.errors import ModelError
from botobind.http import HttpRequest
from botobind.routing import Match, Route
from botobind_codegen.load import list_services, load_service
from botobind_codegen.plan.routes import RouterPlan, plan_router
from botobind_codegen.read import read_service


def planned(operations: Mapping[str, Any], protocol: str = "rest-json") -> RouterPlan:
    model = {
        "metadata": {"protocol": protocol, "targetPrefix": "Model"},
        "operations": operations,
        "shapes": {
            "Text": {"type": "string"},
            "Flag": {"type": "boolean"},
            "Input": {
                "type": "structure",
                "required": ["Name", "Page", "Token", "Body", "Kind"],
                "members": {
                    "Name": {"shape": "Text", "location": "uri", "locationName": "Name"},
                    "Page": {"shape": "Text", "location": "querystring", "locationName": "page-token"},
                    "Kind": {"shape": "Text", "location": "querystring"},
                    "Size": {"shape": "Text", "location": "querystring", "locationName": "size"},
                    "Token": {"shape": "Text", "location": "header", "locationName": "X-Token"},
                    "Range": {"shape": "Text", "location": "header", "locationName": "Range"},
                    "Body": {"shape": "Text"},
                },
            },
        },
    }
    service = read_service("model", model)
    return plan_router(service, service.operations.values())


def operation(name: str = "Get", uri: str = "/{Name}", **more: object) -> dict[str, Any]:
    return {"name": name, "http": {"method": "GET", "requestUri": uri}, **more}


PLANS: list[tuple[dict[str, Any], Route, str]] = [
    (operation(), Route("Get", "GET", "/{Name}"), "('Get', 'GET', '/{Name}')"),
    (
        operation(input={"shape": "Input"}),
        Route("Get", "GET", "/{Name}", ("page-token", "Kind"), ("X-Token",)),
        "('Get', 'GET', '/{Name}', ('page-token', 'Kind'), ('X-Token',))",
    ),
    (
        operation(uri="/a/{Name+}/b?x=y&z", deprecated=True),
        Route("Get", "GET", "/a/{Name+}/b?x=y&z", deprecated=True),
        "('Get', 'GET', '/a/{Name+}/b?x=y&z', (), (), True)",
    ),
    (operation(name="Get2020"), Route("Get", "GET", "/{Name}"), "('Get', 'GET', '/{Name}')"),
    ({"name": "Get", "http": {}}, Route("Get", "POST", "/"), "('Get', 'POST', '/')"),
]


@pytest.mark.parametrize(("raw", "route", "source"), PLANS)
def test_what_is_planned_of_an_operation(raw: dict[str, Any], route: Route, source: str) -> None:
    plan = planned({"Get": raw})
    assert plan.routes == (route,)
    assert plan.route_rows == (source,)
    assert plan.wire_names == {}


def test_routes_are_in_alphabetical_order() -> None:
    plan = planned({"B": operation("B"), "A": operation("A")})
    assert [route.operation for route in plan.routes] == ["A", "B"]


@pytest.mark.parametrize("protocol", ["json", "query", "ec2", "smithy-rpc-v2-cbor"])
def test_protocols_without_paths_need_names_alone(protocol: str) -> None:
    plan = planned({"Get": operation("Get2020", uri="/{Name}{Name}"), "Put": operation("Put")}, protocol)
    assert plan.routes == ()
    assert plan.arguments == (
        ("service", "'model'"),
        ("protocols", f"('{protocol}',)"),
        ("target_prefix", "'Model'"),
        ("wire_names", "{'Get2020': 'Get'}"),
    )


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("/{Name", "a brace that belongs to no label"),
        ("/Name}", "a brace that belongs to no label"),
        ("/{}", "a brace that belongs to no label"),
        ("/a-{Na{me}}", "a brace that belongs to no label"),
        ("/?a={Name}-b", "in which a label is not the whole value"),
        ("/?{Name}=b", "in which a label is not the whole value"),
        ("/?a={Name}{Name}", "in which a label is not the whole value"),
        ("/{Name}?a={Name}", "has the label 'Name' in two places"),
        ("/?a={Name}&b={Name}", "has the label 'Name' in two places"),
        ("/?a={Gone}", "has labels that are not members: Gone"),
        ("/?a={Kind}", "has labels that are not members: Kind"),
    ],
)
def test_uris_that_nobody_can_read(uri: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        planned({"Get": operation(uri=uri, input={"shape": "Input"})})
    assert str(caught.value).startswith("service model, operation Get, key requestUri: ")
    assert uri in str(caught.value)


@pytest.mark.parametrize("uri", ["/{Name+}/{Other+}", "/{Name+}.json", "/a-{Name+}/b", "/{Name+}/{Other}:x"])
def test_paths_that_no_router_can_tell(uri: str) -> None:
    plan = planned({"Get": operation(uri=uri), "Put": operation("Put")})
    assert [route.operation for route in plan.routes] == ["Put"]
    assert plan.unrouted == ("Get",)
    assert ("unrouted", "('Get',)") in plan.arguments


def test_two_operations_with_one_input_have_the_same_labels() -> None:
    both = {
        "Get": operation(uri="/a?name={Name}", input={"shape": "Input"}),
        "Put": operation("Put", uri="/b/{Name}", input={"shape": "Input"}),
    }
    with pytest.raises(ModelError, match="another operation takes Input, too, but with other labels") as caught:
        planned(both)
    assert (caught.value.operation, caught.value.key) == ("Put", "requestUri")


AMBIGUOUS = {
    # Nothing in the request tells these apart: the one that is taken, then the others.
    ("s3", "GetBucketLifecycleConfiguration", "GetBucketLifecycle"),
    ("s3", "GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("s3", "ListBuckets", "ListDirectoryBuckets"),
    ("s3", "PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
    ("s3", "PutBucketNotificationConfiguration", "PutBucketNotification"),
}
"""All groups of operations in the catalogue that share their requests."""

LABELS = (("a", "b/c", False), ("a%2Fb:c", "/d//e%2F", False), ("$x", "arn:x/y", True))
"""Values for labels and greedy labels, and whether members that are not required are there."""


def matches_of(service: str) -> list[tuple[str, str, Match]]:
    """Each operation of a service with each protocol, and where its requests lead."""
    document = load_service(service).document
    router = plan_of(service, document)
    found: list[tuple[str, str, Match]] = []
    for name in document["operations"]:
        for protocol in router.protocols:
            if protocol in ("rest-json", "rest-xml"):
                requests = [rest_request(document, name, *labels[:2], optional=labels[2]) for labels in LABELS]
            else:
                requests = [rpc_request(document, name, protocol)]
            found += [(name, protocol, router.match(request)) for request in requests]
    return found


@pytest.mark.pinned
def test_every_operation_of_the_catalogue() -> None:
    """Some ten seconds: each of the 439 models is read."""
    ambiguous: set[tuple[str, ...]] = set()
    count = 0
    for service in list_services():
        for name, protocol, match in matches_of(service):
            count += 1
            fitting = (match.operation.name, *match.alternatives)
            assert name in fitting, f"{service} {name} leads to {fitting}"
            assert match.protocol == protocol
            if match.alternatives:
                ambiguous.add((service, *fitting))
    print(f"{count} requests, {len(ambiguous)} ambiguous groups")  # noqa: T201 - what the catalogue has
    assert ambiguous == AMBIGUOUS
    assert count > 40_000


class _SentError(Exception):
    """Carries what boto3 would have sent."""

    def __init__(self, request: AWSPreparedRequest) -> None:
        super().__init__()
        self.request = request


def _stop(request: AWSPreparedRequest, **_: object) -> None:
    raise _SentError(request)


def sent(service: str, call: str, arguments: Mapping[str, Any]) -> HttpRequest:
    """What boto3 sends for a call, with the bucket in the path."""
    client = botocore.session.Session().create_client(
        service,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        endpoint_url="http://127.0.0.1:1",
        config=Config(s3={"addressing_style": "path"}, inject_host_prefix=False),
    )
    client.meta.events.register("before-send", _stop)
    with pytest.raises(_SentError) as caught:
        getattr(client, call)(**arguments)
    request = caught.value.request
    url = urlsplit(request.url)
    headers = [(name, value if isinstance(value, str) else value.decode()) for name, value in request.headers.items()]
    body = request.body or b""
    return HttpRequest.of_target(
        request.method, f"{url.path}?{url.query}", headers, body.encode() if isinstance(body, str) else body
    )


OBJECT = {"Bucket": "b", "Key": "a//b c?€/../%2F/"}
PART = {**OBJECT, "UploadId": "u", "PartNumber": 1}
ARN = "arn:aws:workspaces-web:us-east-1:123456789012:portal/0123"
THING = {"thingName": "a/b", "jobId": "j"}
LIFECYCLE = {"Bucket": "b", "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Filter": {}}]}}
CHIME = {"AccountId": "a", "UserId": "u"}

SENT: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("s3", "list_buckets", {}, "ListBuckets", "rest-xml"),
    ("s3", "head_bucket", {"Bucket": "b"}, "HeadBucket", "rest-xml"),
    ("s3", "list_objects", {"Bucket": "b"}, "ListObjects", "rest-xml"),
    ("s3", "list_objects_v2", {"Bucket": "b", "Prefix": "a/"}, "ListObjectsV2", "rest-xml"),
    ("s3", "get_object", OBJECT, "GetObject", "rest-xml"),
    ("s3", "get_object", {"Bucket": "b", "Key": "/"}, "GetObject", "rest-xml"),
    ("s3", "get_object_acl", OBJECT, "GetObjectAcl", "rest-xml"),
    ("s3", "put_object", {**OBJECT, "Body": b"x"}, "PutObject", "rest-xml"),
    ("s3", "copy_object", {**OBJECT, "CopySource": "b/k"}, "CopyObject", "rest-xml"),
    ("s3", "upload_part", {**PART, "Body": b"x"}, "UploadPart", "rest-xml"),
    ("s3", "upload_part_copy", {**PART, "CopySource": "b/k"}, "UploadPartCopy", "rest-xml"),
    ("s3", "list_parts", {**OBJECT, "UploadId": "u"}, "ListParts", "rest-xml"),
    ("s3", "put_bucket_lifecycle_configuration", LIFECYCLE, "PutBucketLifecycleConfiguration", "rest-xml"),
    ("s3", "delete_objects", {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}]}}, "DeleteObjects", "rest-xml"),
    ("lambda", "invoke", {"FunctionName": "a:b"}, "Invoke", "rest-json"),
    ("lambda", "list_provisioned_concurrency_configs", {"FunctionName": "f"}, "ListProvisionedConcurrencyConfigs",
     "rest-json"),
    ("glacier", "add_tags_to_vault", {"vaultName": "v"}, "AddTagsToVault", "rest-json"),
    ("chime", "logout_user", CHIME, "LogoutUser", "rest-json"),
    ("mpa", "list_policies", {}, "ListPolicies", "rest-json"),
    ("iot-jobs-data", "start_next_pending_job_execution", {"thingName": "a/b"}, "StartNextPendingJobExecution",
     "rest-json"),
    ("iot-jobs-data", "describe_job_execution", THING, "DescribeJobExecution", "rest-json"),
    ("apigatewaymanagementapi", "get_connection", {"ConnectionId": "c="}, "GetConnection", "rest-json"),
    ("workspaces-web", "get_portal", {"portalArn": ARN}, "GetPortal", "rest-json"),
    ("workspaces-web", "list_identity_providers", {"portalArn": ARN}, "ListIdentityProviders", "rest-json"),
    ("dynamodb", "list_tables", {}, "ListTables", "json"),
    pytest.param(
        "eventbridgev2", "list_event_buses", {}, "ListEventBuses", "smithy-rpc-v2-cbor", marks=pytest.mark.pinned
    ),
    ("sts", "get_caller_identity", {}, "GetCallerIdentity", "query"),
    ("importexport", "list_jobs", {}, "ListJobs", "query"),
    ("ec2", "describe_regions", {}, "DescribeRegions", "ec2"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "call", "arguments", "operation", "protocol"), SENT)
def test_what_boto3_sends(service: str, call: str, arguments: dict[str, Any], operation: str, protocol: str) -> None:
    assert document_of(service)["operations"][operation]
    match = router_of(service).match(sent(service, call, arguments))
    assert (match.operation.name, match.protocol) == (operation, protocol)
