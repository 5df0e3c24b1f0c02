"""Fakes of services: typed handlers behind the wire format, recorded, slowed down and made to fail."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import sleep
from traceback import walk_tb
from typing import Any

import pytest

from botobind import BotobindError, ServiceError, UnknownOperationError
from botobind.http import HttpRequest
from botobind.io import ConnectionFailed
from botobind.routing import RoutingError
from botobind.testing import Fake, MissingHandlerError, fake, fakes
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

KEY = {"pk": dynamodb.AttributeValue(s="a")}


def get_item(request: dynamodb.GetItemInput) -> dynamodb.GetItemOutput:
    if request.table_name != "books":
        raise dynamodb.ResourceNotFoundException(message="no such table")
    return dynamodb.GetItemOutput(item=request.key)


NAMES = [dynamodb.endpoints.GetItem, "GetItem", "get_item"]


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_a_call_goes_through_a_handler(name: object) -> None:
    service = fake(dynamodb, {name: get_item})
    client = dynamodb.io.Client(transport=service)
    assert client.get_item(table_name="books", key=KEY).item == KEY
    with pytest.raises(dynamodb.ResourceNotFoundException, match="no such table") as raised:
        client.get_item(table_name="films", key=KEY)
    assert (raised.value.status, raised.value.request_id) == (400, "fake-request")


def test_errors_may_be_returned_and_need_not_be_modelled() -> None:
    service = fake(dynamodb)

    @service.on(dynamodb.endpoints.GetItem)
    def answer(_: dynamodb.GetItemInput) -> dynamodb.GetItemOutput | dynamodb.ResourceNotFoundException:
        return dynamodb.ResourceNotFoundException(message="gone")

    client = dynamodb.io.Client(transport=service)
    request = dynamodb.GetItemInput(table_name="books", key=KEY)
    assert client.get_item.result(request) == dynamodb.ResourceNotFoundException(message="gone")
    service.fail("GetItem", UnknownOperationError("AccessDeniedException", "not you"))
    with pytest.raises(ServiceError, match="AccessDeniedException: not you"):
        client.get_item.send(request)


def test_an_input_that_breaks_a_constraint_is_refused() -> None:
    client = dynamodb.io.Client(transport=fake(dynamodb, {"GetItem": get_item}))
    with pytest.raises(UnknownOperationError, match="ValidationException: 1 validation error") as refused:
        client.get_item(table_name="", key=KEY)
    assert refused.value.status == 400
    lenient = dynamodb.io.Client(transport=fake(dynamodb, {"GetItem": get_item}, constraints=False))
    with pytest.raises(dynamodb.ResourceNotFoundException):
        lenient.get_item(table_name="", key=KEY)


def test_the_recording() -> None:
    service = fake(dynamodb, {"GetItem": get_item})
    client = dynamodb.io.Client(transport=service)
    client.get_item(table_name="books", key=KEY)
    failed = client.get_item.result(dynamodb.GetItemInput(table_name="films", key=KEY))
    assert [each.table_name for each in service.requests(dynamodb.endpoints.GetItem)] == ["books", "films"]
    assert service.requests(dynamodb.endpoints.Query) == []
    first, second = service.calls
    assert (first.operation.name, first.outcome) == ("GetItem", dynamodb.GetItemOutput(item=KEY))
    assert second.outcome == failed
    assert first.http_request.headers["X-Amz-Target"] == "DynamoDB_20120810.GetItem"
    assert second.http_response is not None
    assert second.http_response.status == 400
    assert repr(service) == "<fake of dynamodb: GetItem>"


def test_a_handler_that_fails_is_heard() -> None:
    def broken(_: object) -> object:
        raise AssertionError("not so")

    service = fake(dynamodb, {"GetItem": broken})
    with pytest.raises(AssertionError, match="not so"):
        dynamodb.io.Client(transport=service).get_item(table_name="books", key=KEY)
    assert isinstance(service.calls[0].outcome, AssertionError)
    assert service.calls[0].http_response is None
    with pytest.raises(BotobindError, match="expected GetItemOutput for GetItem, got NoneType"):
        dynamodb.io.Client(transport=fake(dynamodb, {"GetItem": lambda _: None})).get_item(table_name="books", key=KEY)


def test_what_a_fake_does_not_have() -> None:
    client = dynamodb.io.Client(transport=fake(dynamodb, {"GetItem": get_item}))
    with pytest.raises(
        MissingHandlerError,
        match=r"the fake of dynamodb has no handler for ListTables; it has: GetItem. Its method `on` adds one",
    ):
        client.list_tables()
    with pytest.raises(BotobindError, match=r"dynamodb has no operation 'GetItm'. Did you mean 'GetItem'"):
        fake(dynamodb, {"GetItm": get_item})
    with pytest.raises(BotobindError, match=r"dynamodb has no operation 'get_itm'. Did you mean 'get_item'"):
        fake(dynamodb, {"get_itm": get_item})
    with pytest.raises(BotobindError, match=r"AssumeRole is no operation of botobind_services.dynamodb"):
        fake(dynamodb, {sts.endpoints.AssumeRole: get_item})
    with pytest.raises(RoutingError):
        sts.io.Client(transport=fake(dynamodb)).get_caller_identity()


def test_planned_failures() -> None:
    service = fake(dynamodb, {"GetItem": get_item})
    client = dynamodb.io.Client(transport=service)
    request = dynamodb.GetItemInput(table_name="books", key=KEY)
    slow = dynamodb.ProvisionedThroughputExceededException(message="slow down")
    service.fail(dynamodb.endpoints.GetItem, slow, times=2)
    service.fail(None, ConnectionFailed("cut"))
    assert service.pending_failures() == [
        "GetItem: ProvisionedThroughputExceededException",
        "any operation: ConnectionFailed",
    ]
    assert [client.get_item.result(request) for _ in range(2)] == [slow, slow]
    with pytest.raises(ConnectionFailed):
        client.get_item.send(request)
    assert client.get_item.send(request).item == KEY
    assert service.pending_failures() == []
    service.fail("GetItem", slow, times=None)
    assert [client.get_item.result(request) for _ in range(3)] == [slow] * 3
    assert service.pending_failures() == []


@pytest.mark.parametrize("error", [ConnectionFailed("cut"), dynamodb.InternalServerError(message="m")], ids=repr)
def test_a_failure_that_comes_again_tells_where_it_came_this_time(error: Exception) -> None:
    service = fake(dynamodb)
    service.fail(None, error, times=None)
    client, lengths = dynamodb.io.Client(transport=service), []
    for _ in range(3):
        with pytest.raises(type(error)) as raised:
            client.get_item(table_name="books", key=KEY)
        lengths.append((len(raised.traceback), len([*walk_tb(error.__traceback__)])))
    assert len(set(lengths)) == 1


def test_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(fakes.time, "sleep", slept.append)
    service = fake(dynamodb, {"GetItem": get_item}, latency=0.25)
    dynamodb.io.Client(transport=service).get_item(table_name="books", key=KEY)
    assert slept == [0.25]


def test_other_protocols_and_streams() -> None:
    role = sts.GetCallerIdentityResponse(account="123456789012")
    assert sts.io.Client(transport=fake(sts, {"GetCallerIdentity": lambda _: role})).get_caller_identity() == role
    metrics = cloudwatch.ListMetricsOutput(metrics=[cloudwatch.Metric(metric_name="m")])
    assert (
        cloudwatch.io.Client(transport=fake(cloudwatch, {"ListMetrics": lambda _: metrics})).list_metrics() == metrics
    )
    invoked = lambda_.InvocationResponse(status_code=200, payload=b"[1]")
    functions = lambda_.io.Client(transport=fake(lambda_, {"Invoke": lambda _: invoked}))
    assert functions.invoke(function_name="echo", payload=b"[1]") == invoked
    stored: dict[str | None, bytes] = {}
    service = fake(s3)

    @service.on(s3.endpoints.PutObject)
    def put(request: s3.PutObjectRequest) -> s3.PutObjectOutput:
        stored[request.key] = request.body if isinstance(request.body, bytes) else b""
        return s3.PutObjectOutput(etag='"1"')

    @service.on(s3.endpoints.GetObject)
    def get(request: s3.GetObjectRequest) -> s3.GetObjectOutput | s3.NoSuchKey:
        if request.key not in stored:
            return s3.NoSuchKey()
        return s3.GetObjectOutput(body=stored[request.key])

    client = s3.io.Client(transport=service)
    assert client.put_object(bucket="box", key="a/ü", body=b"hello").etag == '"1"'
    assert client.get_object(bucket="box", key="a/ü").body == b"hello"
    with pytest.raises(s3.NoSuchKey):
        client.get_object(bucket="box", key="b")


def test_requests_that_fit_two_operations_go_to_the_one_with_a_handler() -> None:
    rules = s3.GetBucketLifecycleConfigurationOutput(rules=[s3.LifecycleRule(id="1", status="Enabled")])
    for name in ("GetBucketLifecycleConfiguration", "GetBucketLifecycle"):
        service = fake(
            s3, {name: lambda _: rules} if name.endswith("n") else {name: lambda _: s3.GetBucketLifecycleOutput()}
        )
        client = s3.io.Client(transport=service)
        client.get_bucket_lifecycle_configuration(bucket="box")
        assert service.calls[0].operation.name == name


def test_the_first_of_two_operations_is_called_unless_a_failure_is_planned_for_the_other() -> None:
    both = {
        "GetBucketLifecycle": lambda _: s3.GetBucketLifecycleOutput(),
        "GetBucketLifecycleConfiguration": lambda _: s3.GetBucketLifecycleConfigurationOutput(),
    }
    names = tuple(both)
    match = s3.router.match(HttpRequest(method="GET", path="/box", query=[("lifecycle", "")]))
    first = match.operation.name
    (second,) = set(names) - {first}
    failing = UnknownOperationError("SlowDown", "later")
    for handlers in (both, dict(reversed(both.items())), {first: both[first]}, {second: both[second]}, {}):
        service = fake(s3, handlers)
        client = s3.io.Client(transport=service)
        called = []
        for planned in (second, first, None, "nothing"):
            if planned != "nothing":
                service.fail(planned, failing)
            with suppress(ServiceError, MissingHandlerError):
                client.get_bucket_lifecycle_configuration(bucket="box")
            called.append(service.calls[-1].operation.name)
        answering = first if first in handlers or not handlers else second
        assert called == [second, first, answering, answering]
        assert service.pending_failures() == []


def test_failures_that_threads_meet_are_counted() -> None:
    class Slow(int):
        """A number that takes a while to go down, so that others would see the old one."""

        def __sub__(self, other: int) -> Slow:
            sleep(0.01)
            return Slow(int(self) - other)

    service = fake(dynamodb, {"GetItem": get_item})
    client = dynamodb.io.Client(transport=service)
    service.fail("GetItem", UnknownOperationError("SlowDown", "later"), times=Slow(3))
    request = dynamodb.GetItemInput(table_name="books", key=KEY)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(client.get_item.result, [request] * 8))
    assert [type(each) for each in found].count(UnknownOperationError) == 3
    assert service.pending_failures() == []


@pytest.fixture(name="made")
def fixture_made() -> Iterator[Callable[..., Fake]]:
    yield from fakes.fakes_of_a_test()


def test_the_fixture_makes_fakes(made: Callable[..., Fake]) -> None:
    service = made(dynamodb, {"GetItem": get_item})
    service.fail("GetItem", ConnectionFailed("cut"))
    with pytest.raises(ConnectionFailed):
        dynamodb.io.Client(transport=service).get_item(table_name="books", key=KEY)


def test_the_fixture_tells_failures_that_did_not_come() -> None:
    steps = fakes.fakes_of_a_test()
    next(steps)(dynamodb).fail("GetItem", ConnectionFailed("cut"), times=2)
    with pytest.raises(AssertionError, match="no call has met: GetItem: ConnectionFailed"):
        next(steps)
    fixtures: Any = importlib.import_module("botobind.testing.fixtures")
    assert callable(fixtures.fakes)


def test_a_request_by_hand() -> None:
    request = HttpRequest(headers={"X-Amz-Target": "DynamoDB_20120810.GetItem"}, body=b'{"TableName": "books"}')
    response = fake(dynamodb, {"GetItem": get_item})(request)
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert b"/Key" in response.body
