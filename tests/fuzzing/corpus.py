"""The messages that the fuzzers begin with, written by our own client and server side: values of real operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, TypeAlias, cast

from attrs import evolve, frozen
from hypothesis import HealthCheck, Phase, given, seed, settings

from botobind import idempotency
from botobind.errors import EncodeError, ServiceError, UnknownOperationError
from botobind.http import HttpRequest, HttpResponse
from botobind.operations import Operation
from botobind.protocols.base import FIRST_ERROR_STATUS
from botobind.routing import Router
from botobind.schema import Reference, members_of
from botobind.shapes import Shape
from botobind.testing import example, strategy

AnyOperation: TypeAlias = Operation[Any, Any, Any]
Generate: TypeAlias = Callable[..., Any]

TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - of idempotency

EVENT_STREAMS = {"rest-json": "InvokeWithResponseStream", "rest-xml": "SelectObjectContent"}
"""The operations with event streams, by protocol."""

DRAWN = 5
"""Values of each class besides its example."""

_DYNAMODB = ("BatchWriteItem", "DescribeTable", "ExecuteStatement", "PutItem", "Query", "TransactWriteItems")
_CLOUDWATCH = ("GetMetricData", "ListMetrics", "PutMetricAlarm", "PutMetricData", "DescribeAlarms", "GetDashboard")
_SELLING = ("CreateOpportunity", "GetEngagementInvitation", "ListEngagements", "StartEngagementFromOpportunityTask")
_LAMBDA = (
    *("AddPermission", "CreateFunction", "DeleteFunction", "GetFunction", "GetPolicy", "Invoke", "InvokeAsync"),
    *("InvokeWithResponseStream", "ListFunctions", "PublishLayerVersion", "TagResource", "UpdateFunctionConfiguration"),
)
_S3 = (
    *("CompleteMultipartUpload", "CopyObject", "CreateBucket", "DeleteObjects", "GetBucketAcl", "GetBucketLocation"),
    *("GetObject", "GetObjectAttributes", "HeadObject", "ListObjectsV2", "ListObjectVersions", "ListParts"),
    *("PutBucketLifecycleConfiguration", "PutBucketNotificationConfiguration", "PutBucketPolicy", "PutObject"),
    "SelectObjectContent",
)
_STS = ("AssumeRole", "AssumeRoleWithSAML", "GetCallerIdentity", "GetFederationToken", "GetSessionToken")
_EC2 = ("DescribeInstances", "DescribeRegions", "RunInstances")

OPERATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "json": {"cloudwatch": _CLOUDWATCH, "dynamodb": _DYNAMODB, "partnercentral_selling": _SELLING},
    "rest-json": {"lambda_": _LAMBDA},
    "rest-xml": {"s3": _S3},
    "smithy-rpc-v2-cbor": {"cloudwatch": _CLOUDWATCH},
    "query": {"cloudwatch": _CLOUDWATCH, "sts": _STS},
    "ec2": {"ec2": _EC2},
}
"""The operations of each protocol by package. All but EC2's are of the committed packages."""

PROTOCOLS = tuple(OPERATIONS)


@frozen(eq=False)
class Subject:
    """An operation in one of its protocols, with messages as they are meant to be."""

    operation: AnyOperation
    protocol: str
    router: Router
    package: ModuleType
    requests: tuple[HttpRequest, ...]
    responses: tuple[HttpResponse, ...]


@cache
def subjects(protocol: str, generate: Generate) -> tuple[Subject, ...]:
    """The subjects of a protocol."""
    return tuple(
        _subject(package, package.endpoints.OPERATIONS[name], protocol)
        for package_name, names in OPERATIONS[protocol].items()
        for package in [_package(package_name, names, generate)]
        for name in names
    )


@cache
def streaming(protocol: str, generate: Generate) -> tuple[Subject, ...]:
    """The subject whose responses are event streams of events of every kind, beside such as are drawn."""
    name = EVENT_STREAMS[protocol]
    (subject,) = (subject for subject in subjects(protocol, generate) if subject.operation.name == name)
    package: Any = subject.package
    output: Any = subject.operation.output
    stream = output.EVENTS
    union = getattr(package.values, stream.shape)
    targets = {member.attribute: cast("Reference", member.node).target for member in members_of(union)}
    events = [union(**{attribute: example(target)}) for attribute, target in targets.items()]
    written = [subject.operation.to_response(output(**{stream.attribute: some})) for some in (events, events[:1] * 3)]
    drawn = tuple(response for response in subject.responses if response.status < FIRST_ERROR_STATUS)
    return (evolve(subject, responses=(*written, *drawn)),)


def _package(name: str, operations: tuple[str, ...], generate: Generate) -> Any:
    return generate(name, operations) if name == "ec2" else import_module(f"botobind_services.{name}")


def _subject(package: Any, operation: AnyOperation, protocol: str) -> Subject:
    with idempotency.tokens_from(lambda: TOKEN):
        requests = _written(
            _values(cast("Any", operation.input)), lambda value: operation.to_request(value, protocol=protocol)
        )
    outputs = _written(
        _values(cast("Any", operation.output)),
        lambda value: operation.to_response(value, protocol=protocol, request_id="an-id"),
    )
    errors = _written(
        _errors(operation), lambda error: operation.error_to_response(error, protocol=protocol, request_id="an-id")
    )
    assert requests
    assert outputs
    assert errors
    return Subject(operation, protocol, package.router, package, requests, (*outputs, *errors))


def _written(values: tuple[Any, ...], write: Callable[[Any], Any]) -> tuple[Any, ...]:
    """What can be written: a header or a label may not hold every valid value."""
    messages = []
    for value in values:
        try:
            messages.append(write(value))
        except EncodeError:
            continue
    return tuple(messages)


@cache
def _values(cls: Any) -> tuple[Shape | None, ...]:
    if cls is None:
        return (None,)
    drawn: list[Shape | None] = [example(cls)]

    @seed(0)
    @settings(
        max_examples=DRAWN,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
            HealthCheck.large_base_example,
        ],
    )
    @given(strategy(cls))
    def draw(value: Shape) -> None:
        drawn.append(value)

    draw()
    return tuple(drawn)


def _errors(operation: AnyOperation) -> tuple[ServiceError, ...]:
    unknown = UnknownOperationError("Odd", "not modelled", {"Reason": "none"})
    unknown.status = 503
    return (*_modelled(operation), unknown)


def _modelled(operation: AnyOperation) -> Iterator[ServiceError]:
    for cls in operation.errors:
        error = example(cls)
        error.message = error.message or "what went wrong"
        yield error
