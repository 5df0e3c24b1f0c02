"""Servers read XML documents and forms as strictly as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from attrs import evolve

from botobind import schema
from botobind.errors import RequestError
from botobind.http import HttpRequest
from botobind.protocols import strictbindings
from botobind.testing import example
from botobind_services import s3

_MEMBERS: dict[str, dict[str, Any]] = {
    "Number": {"shape": "Integer"},
    "Big": {"shape": "Long"},
    "Ratio": {"shape": "Double"},
    "Flag": {"shape": "Boolean"},
    "Blob": {"shape": "Blob"},
    "Time": {"shape": "Timestamp"},
    "Epoch": {"shape": "Timestamp", "timestampFormat": "unixTimestamp"},
    "Date": {"shape": "Timestamp", "timestampFormat": "rfc822"},
    "Color": {"shape": "Color"},
    "Numbers": {"shape": "Numbers"},
    "Flat": {"shape": "FlatNumbers"},
    "Nested": {"shape": "NestedNumbers"},
    "Map": {"shape": "Map"},
    "FlatMap": {"shape": "FlatMap"},
    "Inner": {"shape": "Inner"},
    "Inners": {"shape": "Inners"},
    "Sparse": {"shape": "Sparse"},
    "One": {"shape": "One"},
}
_SHAPES: dict[str, dict[str, Any]] = {
    "PutInput": {"type": "structure", "members": _MEMBERS},
    "Integer": {"type": "integer"},
    "Long": {"type": "long"},
    "Double": {"type": "double"},
    "Boolean": {"type": "boolean"},
    "Blob": {"type": "blob"},
    "String": {"type": "string"},
    "Timestamp": {"type": "timestamp"},
    "Color": {"type": "string", "enum": ["red", "green"]},
    "Numbers": {"type": "list", "member": {"shape": "Integer"}},
    "FlatNumbers": {"type": "list", "flattened": True, "member": {"shape": "Integer"}},
    "NestedNumbers": {"type": "list", "member": {"shape": "Numbers"}},
    "Map": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Integer"}},
    "FlatMap": {"type": "map", "flattened": True, "key": {"shape": "String"}, "value": {"shape": "Integer"}},
    "Inner": {"type": "structure", "members": {"Number": {"shape": "Integer"}}},
    "Inners": {"type": "list", "member": {"shape": "Inner"}},
    "Sparse": {"type": "list", "sparse": True, "member": {"shape": "Integer"}},
    "One": {"type": "structure", "union": True, "members": {"Number": {"shape": "Integer"}}},
}


@pytest.fixture
def put(generate_once: Any) -> Any:
    def put(protocol: str) -> Any:
        operation = {
            "name": "Put",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "PutInput", "locationName": "PutInput"},
            "output": {"shape": "PutOutput"},
        }
        shapes = {**_SHAPES, "PutOutput": {"type": "structure", "members": {"Name": {"shape": "String"}}}}
        model = {"metadata": {"protocol": protocol}, "operations": {"Put": operation}, "shapes": shapes}
        return generate_once(model).endpoints.Put

    return put


def _of_xml(content: str, **headers: str) -> HttpRequest:
    body = f"<PutInput>{content}</PutInput>".encode() if content else b""
    return HttpRequest(headers={name.replace("_", "-"): text for name, text in headers.items()}, body=body)


def _of_form(pairs: dict[str, str], **headers: str) -> HttpRequest:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpRequest(headers=named, body=urlencode({"Action": "Put", "Version": "1", **pairs}).encode())


SCALARS = [
    *(("Number", text) for text in (" 1", "1 ", "+1", "1.0", "1.", "1e0", "", "2147483648", "-2147483649", "0x1", "٣")),
    *(("Big", text) for text in ("9223372036854775808", "-9223372036854775809", "+1", "1.0")),
    *(("Ratio", text) for text in ("+1", " 1", ".5", "1.", "Inf", "nan", "")),
    *(("Flag", text) for text in ("1", "True", "TRUE", " true", "")),
    *(("Blob", text) for text in ("YmxvYg=", "YmxvYg", "YmxvYg==\n", "Ym xvYg==", "====")),
    *(("Time", text) for text in ("0", "2001-09-09T01:46:40+00:00", "2001-09-09 01:46:40Z", "2001-09-09")),
    *(("Time", text) for text in ("Sun, 09 Sep 2001 01:46:40 GMT", "2001-09-09t01:46:40z", "")),
    *(("Epoch", text) for text in ("2001-09-09T01:46:40Z", "+1", " 1", "NaN")),
    *(("Date", text) for text in ("0", "2001-09-09T01:46:40Z", "Sunday, 09-Sep-01 01:46:40 GMT")),
    ("Color", "blue"),
]
"""Texts that no protocol takes, whether it is XML or a form."""

IN_XML = [
    ("<Numbers><member>+1</member></Numbers>", "$.Numbers[0]"),
    ("<Numbers><member>1</member><other>1.0</other></Numbers>", "$.Numbers[1]"),
    ('<Numbers><member xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/></Numbers>', "$.Numbers[0]"),
    ("<Flat>1</Flat><Flat>+1</Flat>", "$.Flat[1]"),
    ("<Nested><member><member>1</member></member><member><member>+1</member></member></Nested>", "$.Nested[1][0]"),
    ("<Map><entry><key>a</key><value>+1</value></entry></Map>", "$.Map['a']"),
    ("<FlatMap><key>a</key><value>1</value></FlatMap><FlatMap><key>b</key><value> 1</value></FlatMap>", None),
    ("<Inner><Number>+1</Number></Inner>", "$.Inner.Number"),
    ("<Inners><member/><member><Number>+1</Number></member></Inners>", "$.Inners[1].Number"),
    ("<One><Other>1</Other></One>", "$.One"),
    ("<One><Number>+1</Number></One>", "$.One.Number"),
]

IN_FORM = [
    ({"Map.entry.1.key": "a", "Map.entry.1.value": "+1"}, "$.Map['a']"),
    ({"FlatMap.1.key": "a", "FlatMap.1.value": "+1"}, "$.FlatMap['a']"),
    ({"Numbers.member.1": "1", "Numbers.member.2": "+1"}, "$.Numbers[1]"),
    ({"Flat.1": "+1"}, "$.Flat[0]"),
    ({"Nested.member.1.member.1": "+1"}, "$.Nested[0][0]"),
    ({"Inner.Number": "+1"}, "$.Inner.Number"),
    ({"Inners.member.1.Number": "+1"}, "$.Inners[0].Number"),
    ({"One.Number": "+1"}, "$.One.Number"),
    ({"One.Other": "1"}, "$.One"),
]


def refused(operation: Any, request: HttpRequest) -> RequestError:
    with pytest.raises(RequestError) as caught:
        operation.of_request(request)
    return caught.value


@pytest.mark.parametrize("protocol", ["rest-xml", "query", "ec2"])
def test_scalars_are_spelt_as_the_model_asks(put: Any, protocol: str) -> None:
    for name, text in SCALARS:
        request = _of_xml(f"<{name}>{text}</{name}>") if protocol == "rest-xml" else _of_form({name: text})
        error = refused(put(protocol), request)
        code = "ValidationException" if name == "Color" else "SerializationException"
        assert (error.status, error.code, name) == (400, code, name), (name, text)
        assert error.violations or str(error).startswith(f"$.{name}: "), (name, text)


@pytest.mark.parametrize(("content", "path"), IN_XML)
def test_documents_hold_what_is_spelt_so(put: Any, content: str, path: str | None) -> None:
    assert str(refused(put("rest-xml"), _of_xml(content))).startswith(f"{path or '$'}")


@pytest.mark.parametrize(("pairs", "path"), IN_FORM)
def test_forms_hold_what_is_spelt_so(put: Any, pairs: dict[str, str], path: str) -> None:
    assert str(refused(put("query"), _of_form(pairs))).startswith(path)
    if not any(name in path for name in ("Map", "Flat")):
        in_ec2 = {name.replace(".member.", "."): text for name, text in pairs.items()}
        assert str(refused(put("ec2"), _of_form(in_ec2))).startswith(path)


def test_all_that_is_written_is_taken(put: Any) -> None:
    given = {
        "Number": -(2**31), "Big": 2**63 - 1, "Ratio": float("inf"), "Flag": True, "Blob": b"\0", "Color": "red",
        "Time": 1.5, "Epoch": 1, "Date": 1, "Numbers": [1], "Flat": [1, 2], "Nested": [[1], [2, 3]], "Map": {"a": 1},
        "FlatMap": {"a": 1, "b": 2}, "Inner": {"Number": 1}, "Inners": [{"Number": 1}], "One": {"Number": 1},
    }  # fmt: skip
    for protocol in ("rest-xml", "query", "ec2"):
        operation = put(protocol)
        value = operation.input.of_value(
            {name: item for name, item in given.items() if protocol != "ec2" or "Map" not in name}
        )
        assert operation.of_request(operation.to_request(value)) == value
    operation = put("rest-xml")
    value = operation.input.of_value({"Sparse": [1, None]})
    assert operation.of_request(operation.to_request(value)) == value


@pytest.mark.parametrize(
    ("in_url", "in_form"),
    [
        ("Number=1", "Number=1"),
        ("", "Number=1&Number=2"),
        ("Number=1&Number=1", ""),
        ("Flat.1=1", "Flat.1=2"),
        ("", "Action=Put&Action=Other"),
        ("Action=Put", "Action=Put"),
        ("Version=1", "Version=2&Action=Put"),
        ("X=1", "X=1"),
    ],
)
def test_parameters_come_once(put: Any, in_url: str, in_form: str) -> None:
    for protocol in ("query", "ec2"):
        request = HttpRequest.of_target("POST", f"/?{in_url}", body=in_form.encode())
        assert refused(put(protocol), request).status == 400


def test_a_form_may_go_on_in_the_url(put: Any) -> None:
    request = HttpRequest.of_target("POST", "/?Action=Put&Number=1", body=b"Version=1&Big=2")
    assert put("query").of_request(request) == put("query").input(number=1, big=2)


MEDIA_TYPES = [
    ("rest-xml", {"content_type": "application/json"}, 415),
    ("rest-xml", {"content_type": "application/xml; charset=utf-8"}, None),
    ("rest-xml", {"content_type": "text/xml"}, None),
    ("rest-xml", {"content_type": ""}, None),
    ("rest-xml", {"accept": "application/json"}, 406),
    ("rest-xml", {"accept": "application/json, */*;q=0.1"}, None),
    ("query", {"content_type": "application/json"}, 415),
    ("query", {"content_type": ""}, 415),
    ("query", {"content_type": "Application/X-WWW-form-urlencoded;charset=utf-8"}, None),
    ("query", {"accept": "application/json"}, 406),
    ("query", {"accept": "text/*"}, None),
    ("ec2", {"content_type": "text/xml"}, 415),
    ("ec2", {"accept": "text/xml;q=0"}, 406),
]


@pytest.mark.parametrize(("protocol", "headers", "status"), MEDIA_TYPES)
def test_media_types(put: Any, protocol: str, headers: dict[str, str], status: int | None) -> None:
    request = (_of_xml if protocol == "rest-xml" else _of_form)(
        "<Number>1</Number>" if protocol == "rest-xml" else {"Number": "1"},  # type: ignore[operator] # as each takes
        **headers,
    )
    if status is None:
        assert put(protocol).of_request(request).number == 1
    else:
        error = refused(put(protocol), request)
        assert (error.status, put(protocol).refusal_of(error).status) == (status, status)


@pytest.mark.parametrize("media_type", [None, "application/json", "text/plain"])
def test_policies_of_buckets_are_of_any_type(media_type: str | None) -> None:
    given = HttpRequest.of_target("PUT", "/b?policy", {"Content-Type": media_type} if media_type else {}, b"{}")
    assert s3.endpoints.PutBucketPolicy.of_request(given).policy == "{}"
    wanted = HttpRequest.of_target("GET", "/b?policy", {"Accept": media_type} if media_type else {})
    assert s3.endpoints.GetBucketPolicy.of_request(wanted).bucket == "b"


def test_each_member_is_known_where_it_is_written(put: Any) -> None:
    """A member that is not would be left unchecked."""
    for protocol, find in (("rest-xml", strictbindings.in_xml), ("query", strictbindings.in_form)):
        cls = put(protocol).input
        nodes = {name: node for name, (node, _) in find(cls).items()}
        assert nodes == {member.name: member.node for member in schema.members_of(cls)}


def test_a_name_that_two_members_share_is_that_of_the_list() -> None:
    found = strictbindings.in_xml(s3.QueueConfigurationDeprecated)
    assert isinstance(found["Event"][0], schema.ListOf)
    # An attribute goes by its local name.
    assert isinstance(strictbindings.in_xml(s3.Grantee)["type"][0], schema.Scalar)


@pytest.mark.parametrize("read_before", [0, 3])
@pytest.mark.parametrize(
    ("root", "is_taken"),
    [
        ("<PutInput/>", True),
        ('<PutInput xmlns="http://any.example/"/>', True),
        ('<?xml version="1.0"?>\n<a:PutInput xmlns:a="http://any.example/"><a:Number>1</a:Number></a:PutInput>', True),
        ("<Put/>", False),
        ("<PutInputs><PutInput/></PutInputs>", False),
        ("<putInput><Number>1</Number></putInput>", False),
        ('<a:Put xmlns:a="PutInput"/>', False),
    ],
)
def test_roots(put: Any, root: str, *, is_taken: bool, read_before: int) -> None:
    operation = put("rest-xml")
    for _ in range(read_before):
        operation.of_request(_of_xml("<Number>1</Number>"))
    if is_taken:
        operation.of_request(HttpRequest(body=root.encode()))
        return
    with pytest.raises(RequestError, match="expected PutInput as the root element") as caught:
        operation.of_request(HttpRequest(body=root.encode()))
    assert (caught.value.status, caught.value.code) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("operation", "root", "others"),
    [
        (s3.endpoints.PutBucketCors, "CORSConfiguration", ["CorsConfiguration"]),
        (s3.endpoints.CompleteMultipartUpload, "CompleteMultipartUpload", ["CompletedMultipartUpload"]),
        # By the name of the structure, too, as Smithy has it.
        (s3.endpoints.PutBucketLifecycleConfiguration, "LifecycleConfiguration", ["BucketLifecycleConfiguration"]),
        (s3.endpoints.CreateBucket, "CreateBucketConfiguration", []),
    ],
)
def test_roots_of_payloads(operation: Any, root: str, others: list[str]) -> None:
    request = operation.to_request(example(operation.input))
    assert request.body.startswith(f"<{root} ".encode())
    shape = operation.input.PAYLOAD.shape
    for name in (root, *others, "Other"):
        changed = evolve(request, body=request.body.replace(root.encode(), name.encode()))
        if name in (root, shape):
            operation.of_request(changed)
            continue
        with pytest.raises(RequestError, match=r"expected .* as the root element$"):
            operation.of_request(changed)
