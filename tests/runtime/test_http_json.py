"""Headers, requests and responses as JSON: what is read is what was written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from botobind.errors import DecodeError, EncodeError
from botobind.http import SECRETS, Headers, HttpRequest, HttpResponse
from botobind_services import dynamodb, s3

PAIRS = [("Content-Type", "a/b"), ("x-amz-meta-A", "1"), ("X-Amz-Meta-a", "é, 2"), ("Empty", ""), ("SET-cookie", "a=b")]
BODIES = [b"", b"text", "é\0\r\n\u2028".encode(), b"\xff\x00", b'{"a": 1}', "😀".encode()]


def again(document: Any) -> Any:
    return json.loads(json.dumps(document))


def test_headers() -> None:
    headers = Headers(PAIRS)
    assert headers.to_json() == [list(pair) for pair in PAIRS]
    assert Headers.of_json(again(headers.to_json())).pairs() == PAIRS
    assert Headers.of_json([]).to_json() == []


@pytest.mark.parametrize("body", BODIES)
def test_requests_and_responses(body: bytes) -> None:
    query = [("a", "1"), ("a", "2&é"), ("list", "")]
    request = HttpRequest(
        method="PUT", path="/a%20b", query=query, headers=Headers(PAIRS), body=body, host_prefix="data."
    )
    found = HttpRequest.of_json(again(request.to_json()))
    assert found == request
    assert found.headers.pairs() == PAIRS
    assert found.query == query
    response = HttpResponse(status=404, headers=Headers(PAIRS), body=body)
    read = HttpResponse.of_json(again(response.to_json()))
    assert read == response
    assert read.headers.pairs() == PAIRS


def test_what_they_look_like() -> None:
    request = HttpRequest(headers={"A": "b"}, body=b"{}")
    assert request.to_json() == {"method": "POST", "path": "/", "headers": [["A", "b"]], "body": "{}"}
    assert HttpResponse(body=memoryview(b"\xff")).to_json() == {"status": 200, "headers": [], "body_base64": "/w=="}
    assert HttpRequest.of_json({}) == HttpRequest()
    assert HttpResponse.of_json({"headers": [], "body_base64": ""}) == HttpResponse()


def test_messages_of_operations() -> None:
    key = {"id": dynamodb.AttributeValue(b=b"\xff")}
    value = dynamodb.GetItemInput(table_name="t", key=key)
    operation = dynamodb.endpoints.GetItem
    request = HttpRequest.of_json(again(operation.to_request(value).to_json()))
    assert operation.of_request(request) == value
    put = s3.endpoints.PutObject
    sent = put.to_request(s3.PutObjectRequest(bucket="box", key="a b", body=b"\xff", metadata={"k": "v"}))
    assert HttpRequest.of_json(again(sent.to_json())) == sent


def test_what_is_secret_is_hidden_on_demand() -> None:
    signed = {
        "Authorization": "AWS4 secret",
        "X-Amz-Security-Token": "secret",
        "X-Amz-S3session-Token": "secret",
        "X-Amz-Server-Side-Encryption-Customer-Key": "secret",
        "Host": "a",
    }
    request = HttpRequest(headers=signed, query=[("X-Amz-Signature", "secret"), ("x-id", "GetObject")])
    assert "secret" in json.dumps(request.to_json())
    hidden = request.to_json(hide=SECRETS)
    assert "secret" not in json.dumps(hidden)
    assert hidden["query"] == [["X-Amz-Signature", "hidden"], ["x-id", "GetObject"]]
    assert dict(hidden["headers"])["Host"] == "a"
    assert HttpRequest.of_json(hidden).headers["authorization"] == "hidden"
    assert HttpResponse(headers={"SET-COOKIE": "secret"}).to_json(hide=["set-Cookie"])["headers"] == [
        ["SET-COOKIE", "hidden"]
    ]
    assert request.headers.to_json(hide=["HOST"])[-1] == ["Host", "hidden"]


@pytest.mark.parametrize("body", [iter([b"a"]), None, "text"])
def test_streams_are_read_first(body: Any) -> None:
    for message in (HttpRequest(body=body), HttpResponse(body=body)):
        with pytest.raises(EncodeError, match=r"^\$\.body: the body is a stream"):
            message.to_json()


BAD: list[tuple[Any, str]] = [
    ([], "$: expected object, got list"),
    (None, "$: expected object, got null"),
    (
        {"metod": "GET"},
        "$: there is no member 'metod'; there are method, path, host_prefix, query, headers, body, body_base64",
    ),
    ({"method": 5}, "$.method: expected str, got int"),
    ({"headers": {}}, "$.headers: expected list, got object"),
    ({"headers": [["a"]]}, "$.headers[0]: expected a name and a value in a list"),
    ({"headers": [["a", "b"], ["a", 5]]}, "$.headers[1]: expected a name and a value in a list"),
    ({"headers": ["ab"]}, "$.headers[0]: expected a name and a value in a list"),
    ({"query": [None]}, "$.query[0]: expected a name and a value in a list"),
    ({"body": {}}, "$.body: expected str, got object"),
    ({"body": "\ud800"}, "$.body: expected text that UTF-8 can hold"),
    ({"body_base64": "a"}, "$.body_base64: expected base64"),
    ({"body_base64": "/w==x"}, "$.body_base64: expected base64"),
    ({"body_base64": "é"}, "$.body_base64: expected base64"),
    ({"body": "", "body_base64": ""}, "$: expected one body, got two"),
    ({1: 2}, "$: there is no member 1"),
]


@pytest.mark.parametrize(("document", "reason"), BAD, ids=range(len(BAD)))
def test_what_is_no_request(document: Any, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        HttpRequest.of_json(document)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"status": "200"}, "$.status: expected int, got str"),
        ({"status": True}, "$.status: expected int, got bool"),
        ({"status": 99}, "$.status: expected a status of three digits"),
        ({"method": "GET"}, "$: there is no member 'method'; there are status, headers, body, body_base64"),
    ],
)
def test_what_is_no_response(document: Any, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        HttpResponse.of_json(document)
    assert str(caught.value) == reason
    with pytest.raises(DecodeError, match=r"^\$: expected list"):
        Headers.of_json(document)
