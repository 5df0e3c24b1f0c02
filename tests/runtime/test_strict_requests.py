"""Servers read requests strictly, and their operations travel by name."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from botobind.errors import RequestError
from botobind.http import HttpRequest

_MODEL = {
    "metadata": {"protocol": "rest-json", "protocols": ["rest-json", "smithy-rpc-v2-cbor"], "targetPrefix": "Model"},
    "operations": {
        "Put": {
            "name": "Put",
            "http": {"method": "POST", "requestUri": "/put/{Count}"},
            "input": {"shape": "PutInput"},
            "output": {"shape": "PutOutput"},
        }
    },
    "shapes": {
        "PutInput": {
            "type": "structure",
            "required": ["Count"],
            "members": {
                "Count": {"shape": "Integer", "location": "uri", "locationName": "Count"},
                "Big": {"shape": "Long", "location": "header", "locationName": "x-big"},
                "At": {"shape": "Timestamp", "location": "querystring", "locationName": "at"},
                "Number": {"shape": "Integer"},
                "Long": {"shape": "Long"},
                "Byte": {"shape": "Byte"},
                "Short": {"shape": "Short"},
                "Small": {"shape": "Short", "location": "header", "locationName": "x-small"},
                "Tiny": {"shape": "Byte", "location": "querystring", "locationName": "tiny"},
                "Blob": {"shape": "Blob"},
                "When": {"shape": "Timestamp"},
                "Date": {"shape": "Timestamp", "timestampFormat": "iso8601"},
                "Color": {"shape": "Color"},
                "Names": {"shape": "Names"},
                "Shares": {"shape": "Shares"},
                "Ratio": {"shape": "Double"},
                "Flag": {"shape": "Boolean"},
                "Since": {"shape": "Timestamp", "location": "header", "locationName": "If-Modified-Since"},
            },
        },
        "PutOutput": {"type": "structure", "members": {"Name": {"shape": "String"}}},
        "Integer": {"type": "integer"},
        "Byte": {"type": "byte"},
        "Short": {"type": "short"},
        "Long": {"type": "long"},
        "Blob": {"type": "blob"},
        "Double": {"type": "double"},
        "Boolean": {"type": "boolean"},
        "String": {"type": "string", "max": 3},
        "Timestamp": {"type": "timestamp"},
        "Color": {"type": "string", "enum": ["red", "green"]},
        "Names": {"type": "list", "member": {"shape": "String"}},
        "Shares": {"type": "map", "min": 1, "key": {"shape": "Color"}, "value": {"shape": "Integer"}},
    },
}


@pytest.fixture
def put(generate: Any) -> Any:
    return generate(_MODEL, name="strictly").endpoints.Put


def read(put: Any, body: bytes = b"", count: str = "1", query: tuple[tuple[str, str], ...] = (), **headers: str) -> Any:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return put.of_request(HttpRequest(method="POST", path=f"/put/{count}", query=[*query], headers=named, body=body))


ROWS = [
    ({"count": "%201"}, 400, "SerializationException"),
    ({"count": "+1"}, 400, "SerializationException"),
    ({"count": "1.0"}, 400, "SerializationException"),
    ({"count": "2147483648"}, 400, "SerializationException"),
    ({"x_big": "9223372036854775808"}, 400, "SerializationException"),
    ({"x_small": "32768"}, 400, "SerializationException"),
    ({"query": (("tiny", "-129"),)}, 400, "SerializationException"),
    ({"body": b'{"Byte": 128}'}, 400, "SerializationException"),
    ({"body": b'{"Short": -32769}'}, 400, "SerializationException"),
    ({"query": (("at", "0"),)}, 400, "SerializationException"),
    ({"query": (("at", "2001-09-09T01:46:40+01:00"),)}, 400, "SerializationException"),
    ({"body": b"null"}, 400, "SerializationException"),
    ({"body": b'{"Number": 1.5}'}, 400, "SerializationException"),
    ({"body": b'{"Number": -2147483649}'}, 400, "SerializationException"),
    ({"body": b'{"Long": 9223372036854775808}'}, 400, "SerializationException"),
    ({"body": b'{"Blob": "YmxvYg="}'}, 400, "SerializationException"),
    ({"body": b'{"When": "2001-09-09T01:46:40Z"}'}, 400, "SerializationException"),
    ({"body": b'{"Date": 0}'}, 400, "SerializationException"),
    ({"body": b'{"Names": [null]}'}, 400, "SerializationException"),
    *(
        ({"body": b"{" + member + b"}"}, 400, "SerializationException")
        for member in (
            b'"Number": "1"',
            b'"Number": 1.0',
            b'"Long": "1"',
            b'"Ratio": "1.5"',
            b'"Flag": "true"',
            b'"Color": 1',
            b'"Names": [1]',
        )
    ),
    ({"x_big": ""}, 400, "SerializationException"),
    ({"body": b'{"Color": "blue"}'}, 400, "ValidationException"),
    ({"body": b'{"Names": ["four"]}'}, 400, "ValidationException"),
    ({"body": b'{"Shares": {"blue": 1}}'}, 400, "ValidationException"),
    ({"body": b"{}", "content_type": "text/json"}, 415, "UnsupportedMediaTypeException"),
    ({"accept": "text/html"}, 406, "NotAcceptableException"),
    ({"accept": "*/*, application/json;q=0"}, 406, "NotAcceptableException"),
]


@pytest.mark.parametrize("read_before", [0, 3])
@pytest.mark.parametrize(("parts", "status", "code"), ROWS)
def test_refused(put: Any, parts: dict[str, Any], status: int, code: str, read_before: int) -> None:
    for _ in range(read_before):
        read(put, body=b"{}")
    with pytest.raises(RequestError) as caught:
        read(put, **parts)
    assert (caught.value.status, caught.value.code) == (status, code)
    answer = put.refusal_of(pickle.loads(pickle.dumps(caught.value)), request_id="7")
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (status, code)


@pytest.mark.parametrize(
    "parts",
    [
        {"count": "-2147483648", "x_big": "9223372036854775807", "query": (("at", "2001-09-09T01:46:40.5Z"),)},
        {"body": b'{"Long": -9223372036854775808, "When": 1.5, "Date": "2001-09-09T01:46:40Z", "Color": null}'},
        {"body": b'{"Ratio": "-Infinity", "Flag": true, "Number": 1, "Names": ["1"], "Shares": {"red": 1}}'},
        {"body": b'{"Byte": -128, "Short": 32767}', "x_small": "-32768", "query": (("tiny", "127"),)},
        {"if_modified_since": "never"},
        {"accept": "text/html, application/*;q=0.5", "content_type": "application/json; charset=utf-8", "body": b"{}"},
    ],
)
def test_taken(put: Any, parts: dict[str, Any]) -> None:
    assert read(put, **parts).count


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("Sun, 09 Sep 2001 01:46:40 GMT", True),
        ("Sunday, 09-Sep-01 01:46:40 GMT", True),
        ("Sun Sep  9 01:46:40 2001", True),
        ("2001-09-09T01:46:40Z", False),
        ("1000000000", False),
        ("Someday", False),
        ("", False),
    ],
)
def test_conditions_that_are_no_dates_of_http_are_ignored(put: Any, text: str, is_date: bool) -> None:  # noqa: FBT001 - a row
    assert (read(put, if_modified_since=text).since is not None) is is_date


def test_constraints_are_a_step_of_their_own(put: Any) -> None:
    request = HttpRequest(method="POST", path="/put/1", body=b'{"Names": ["a", "four"], "Color": "blue"}')
    value = put.of_request(request, constraints=False)
    with pytest.raises(RequestError) as caught:
        put.check(value)
    assert [violation.path for violation in caught.value.violations] == ["/Color", "/Names/1"]
    assert caught.value.reason.startswith("2 validation errors detected. Value at '/Color' failed to satisfy")


@pytest.mark.parametrize(
    ("tree", "is_taken"),
    [
        (b"\xa1fNumber\x1a\x80\x00\x00\x00", False),
        (b"\xa1eNames\x81\xf6", False),
        (b"\xa1eNames\x81\x01", False),
        (b"\xa1dFlagdtrue", False),
        (b"\xa1eRatioc1.5", False),
        (b"\xa1fNumbera5", False),
        (b"\xa1fNumber\x05", True),
        (b"\xa1eRatio\x05", True),
    ],
)
def test_trees_of_cbor(put: Any, tree: bytes, is_taken: bool) -> None:  # noqa: FBT001 - a row
    body = b"\xa2eCount\x01" + tree[1:]
    request = HttpRequest(method="POST", headers={"Content-Type": "application/cbor"}, body=body)
    try:
        put.of_request(request, protocol="smithy-rpc-v2-cbor")
    except RequestError as error:
        assert not is_taken, error
    else:
        assert is_taken


@pytest.mark.parametrize(
    ("accept", "is_taken"), [("application/cbor", True), ("*/*", True), ("application/json", False)]
)
def test_what_is_accepted_in_cbor(put: Any, accept: str, is_taken: bool) -> None:  # noqa: FBT001 - a row
    headers = {"Content-Type": "application/cbor", "Accept": accept}
    request = HttpRequest(method="POST", headers=headers, body=b"\xa1eCount\x01")
    try:
        put.of_request(request, protocol="smithy-rpc-v2-cbor")
    except RequestError as error:
        assert not is_taken
        assert put.refusal_of(error, protocol="smithy-rpc-v2-cbor").status == 406
    else:
        assert is_taken


def test_operations_and_matches_are_pickled_and_copied_by_name(generate: Any) -> None:
    package = generate(_MODEL, name="pickled")
    request = HttpRequest(method="POST", path="/put/1", headers={"a": "b"}, body=iter([b"{}"]))
    match = package.router.match(request)
    assert match.request is request
    assert pickle.loads(pickle.dumps(match)).request == HttpRequest(method="POST", path="/put/1", headers={"a": "b"})
    for value in (package.endpoints.Put, match):
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.copy(value) == copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(match)).operation is package.endpoints.Put


def test_a_member_that_says_what_is_accepted_is_for_the_program(generate: Any) -> None:
    members = {"Accept": {"shape": "String", "location": "header", "locationName": "Accept"}}
    shapes = {**_MODEL["shapes"], "PutInput": {"type": "structure", "members": members}}
    put = {**_MODEL["operations"]["Put"], "http": {"method": "POST", "requestUri": "/put"}}
    package = generate({**_MODEL, "operations": {"Put": put}, "shapes": shapes}, name="accepting")
    request = HttpRequest(method="POST", path="/put", headers={"Accept": "a/b"})
    assert package.endpoints.Put.of_request(request, constraints=False).accept == "a/b"
