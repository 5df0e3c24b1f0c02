"""Clients over functions: what their methods do, what goes wrong, and what closing them means."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

import botobind.io
from botobind import DecodeError, EncodeError, UnknownOperationError
from botobind.http import HttpRequest, HttpResponse
from botobind.io import ClientClosed, ConnectionFailed, TimedOut, TransportError, WrongClient
from botobind_services import dynamodb, s3, sts
from botobind_services import partnercentral_selling as selling

ITEM = {"pk": dynamodb.AttributeValue(s="a")}
REQUEST = dynamodb.GetItemInput(table_name="books", key=ITEM)
NOT_FOUND = b'{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no such table"}'


def answering(body: bytes, status: int = 200, headers: Mapping[str, str] = {}) -> Callable[[HttpRequest], HttpResponse]:
    return lambda _: HttpResponse(status=status, headers=headers, body=body)


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def transport(_: HttpRequest) -> HttpResponse:
        raise error

    return transport


def test_a_call_by_members_and_by_request() -> None:
    sent: list[HttpRequest] = []

    def transport(request: HttpRequest) -> HttpResponse:
        sent.append(request)
        return HttpResponse(body=b'{"Item": {"pk": {"S": "a"}}}')

    client = dynamodb.io.Client(transport=transport)
    found = dynamodb.GetItemOutput(item=ITEM)
    assert client.get_item(table_name="books", key=ITEM) == found
    assert client.get_item.send(REQUEST) == found
    assert client.get_item.result(REQUEST) == found
    assert botobind.io.send(client, dynamodb.endpoints.GetItem, REQUEST) == found
    assert {each.headers["X-Amz-Target"] for each in sent} == {"DynamoDB_20120810.GetItem"}
    assert {each.body for each in sent} == {b'{"TableName":"books","Key":{"pk":{"S":"a"}}}'}
    assert client.get_item is client.get_item


def test_errors_of_the_service_are_raised_or_given() -> None:
    client = dynamodb.io.Client(transport=answering(NOT_FOUND, 400, {"x-amzn-RequestId": "id-1"}))
    with pytest.raises(dynamodb.ResourceNotFoundException, match="no such table") as raised:
        client.get_item(table_name="books", key=ITEM)
    error = raised.value
    assert (error.status, error.request_id, error.retryable, error.attempts) == (400, "id-1", False, 1)
    assert client.get_item.result(REQUEST) == error
    unknown = dynamodb.io.Client(transport=answering(b"<html>", 503)).get_item.result(REQUEST)
    assert isinstance(unknown, UnknownOperationError)
    assert (unknown.status, unknown.retryable, unknown.attempts) == (503, True, 1)


class _OfSomeLibraryError(Exception):
    pass


FAULTS = [
    (ConnectionResetError("by peer"), ConnectionFailed, "GetItem: ConnectionResetError: by peer"),
    (EOFError(), ConnectionFailed, "GetItem: EOFError"),
    (TimeoutError("10 s"), TimedOut, "GetItem: TimeoutError: 10 s"),
    (_OfSomeLibraryError("odd"), TransportError, "GetItem: _OfSomeLibraryError: odd"),
    (ConnectionFailed("cut", "GetItem"), ConnectionFailed, "GetItem: cut"),
]


@pytest.mark.parametrize(("error", "kind", "text"), FAULTS, ids=lambda each: type(each).__name__)
def test_what_a_transport_raises_is_one_family(error: Exception, kind: type[Exception], text: str) -> None:
    client = dynamodb.io.Client(transport=raising(error))
    for call in (client.get_item.send, client.get_item.result):
        with pytest.raises(TransportError) as raised:
            call(REQUEST)
        assert (type(raised.value), str(raised.value)) == (kind, text)
        again = pickle.loads(pickle.dumps(raised.value))
        assert (type(again), str(again), again.operation) == (kind, text, "GetItem")


def test_a_transport_that_gives_something_else() -> None:
    client = dynamodb.io.Client(transport=lambda _: None)  # type: ignore[arg-type,return-value]
    with pytest.raises(TransportError, match="the transport gave NoneType instead of an HttpResponse"):
        client.get_item.send(REQUEST)


def test_a_response_that_cannot_be_read() -> None:
    client = dynamodb.io.Client(transport=answering(b'{"Item": 3}'))
    with pytest.raises(DecodeError, match=r"\$\.Item: expected object"):
        client.get_item.send(REQUEST)


def test_a_body_that_breaks_in_the_middle() -> None:
    class Body:
        def read(self, _: int = -1) -> bytes:
            raise ConnectionResetError("in mid-body")

    client = s3.io.Client(transport=lambda _: HttpResponse(body=Body()))
    found = client.get_object(bucket="box", key="a")
    assert found.body is not None
    with pytest.raises(ConnectionFailed, match="GetObject: ConnectionResetError: in mid-body"):
        found.body.read()  # type: ignore[union-attr] # a stream
    with pytest.raises(ConnectionFailed, match="GetBucketPolicy: ConnectionResetError: in mid-body"):
        client.get_bucket_policy(bucket="box")


def test_an_input_of_another_operation() -> None:
    client = dynamodb.io.Client(transport=answering(b"{}"))
    with pytest.raises(EncodeError, match="expected GetItemInput for GetItem, got PutItemInput"):
        client.get_item.send(dynamodb.PutItemInput(table_name="books", item=ITEM))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="tablename"):
        client.get_item(tablename="books", key=ITEM)  # type: ignore[call-arg]


def test_operations_without_output() -> None:
    client = selling.io.Client(transport=answering(b""))
    contact = selling.AssigneeContact(email="a@b.example", first_name="A", last_name="B", business_title="C")
    assert client.assign_opportunity(catalog="AWS", identifier="O1", assignee=contact) is None


MODEL = {
    "operations": {
        "Ping": {"name": "Ping", "http": {"method": "POST", "requestUri": "/"}},
        "Close": {"name": "Close", "http": {"method": "POST", "requestUri": "/"}},
    },
    "shapes": {},
}


def test_operations_that_take_nothing_and_one_called_as_a_method(generate: Callable[..., ModuleType]) -> None:
    package: Any = generate(MODEL)
    client = package.io.Client(transport=answering(b""))
    assert client.ping() is None
    assert client.ping.send(None) is None
    assert client.close_() is None
    with pytest.raises(TypeError, match="Ping takes nothing"):
        client.ping(a=1)


def test_names() -> None:
    client = sts.io.Client(transport=answering(b""))
    with pytest.raises(
        AttributeError, match=r"the client of sts has no attribute 'asume_role'. Did you mean 'assume_r"
    ):
        client.asume_role  # type: ignore[attr-defined] # noqa: B018
    assert {"assume_role", "get_caller_identity", "close"} <= set(dir(client))
    assert "wait" not in dir(client)  # STS has none
    assert "wait" in dir(dynamodb.io.Client(transport=answering(b"")))
    assert repr(client) == "<client of sts>"
    assert repr(client.assume_role) == "<call of AssumeRole>"
    assert not hasattr(client, "__wrapped__")
    assert copy.copy(client).assume_role.operation is sts.endpoints.AssumeRole


def test_a_closed_client() -> None:
    with dynamodb.io.Client(transport=answering(b"{}")) as client:
        held = client.get_item
        held.send(REQUEST)
    client.close()
    for call in (held, client.get_item):
        with pytest.raises(ClientClosed, match="GetItem: the client was closed"):
            call.send(REQUEST)
    with pytest.raises(ClientClosed, match="ListTables: the client was closed"):
        client.list_tables()


def test_what_a_client_is_made_of() -> None:
    with pytest.raises(TypeError, match="one of the two"):
        dynamodb.io.Client(object(), transport=answering(b""))
    with pytest.raises(WrongClient, match="a transport is a function"):
        dynamodb.io.Client(transport="http://localhost")  # type: ignore[arg-type]
    client = dynamodb.io.Client(transport=answering(b""))
    with pytest.raises(WrongClient, match=r"AssumeRole is no operation of botobind_services.dynamodb"):
        client.call_of(sts.endpoints.AssumeRole)


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("from botobind_services import sts; sts.endpoints.OPERATIONS; sts.router", {"botobind.io", "botocore"}),
        ("from botobind_services import sts; sts.io.Client(transport=print).assume_role", {"botocore", "urllib3"}),
        ("import botobind, botobind.testing, botobind.operations", {"botobind.io", "botocore"}),
    ],
)
def test_nothing_loads_clients_or_botocore_for_nothing(code: str, absent: set[str]) -> None:
    program = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not absent & set(done.stdout.split())
