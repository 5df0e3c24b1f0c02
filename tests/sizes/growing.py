"""Input of any size, by format and by what there is much of: a name, and what makes the reading of so many bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import cbor2

from botobind import DecodeError, ValidationError
from botobind.bodies import parse_body
from botobind.eventstream import Message, MessageDecoder, encode_message
from botobind.http import Headers, HttpRequest, HttpResponse
from botobind.routing import RoutingError
from botobind_services import cloudwatch, dynamodb, s3, sts

Read = Callable[[], object]
Row = tuple[str, Callable[[int], Read]]


def _body(
    cls: Any, body_format: str, before: bytes, one: bytes | Callable[[int], bytes], after: bytes
) -> Callable[[int], Read]:
    """The reading of a document with so many bytes of the same, or of what a number makes."""

    def make(size: int) -> Read:
        if isinstance(one, bytes):
            data = before + one * (size // len(one)) + after
        else:
            data = before + b"".join(map(one, range(size // len(one(10_000))))) + after
        return lambda: parse_body(cls, data, body_format)

    return make


def _cbor(of_number: Callable[[int], bytes]) -> Callable[[int], Read]:
    """The reading of an unknown member whose value is what a size makes."""

    def make(size: int) -> Read:
        data = b"\xa1cNew" + of_number(size)
        return lambda: parse_body(cloudwatch.MetricDataResult, data, "cbor")

    return make


def _array(size: int, one: bytes) -> bytes:
    count = size // len(one)
    return struct.pack(">BL", 0x9A, count) + one * count


def _shared_array(size: int) -> bytes:
    count = size // 3
    return b"\x82\xd8\x1c" + _array(count, b"\x01") + _array(count * 3, b"\xd8\x1d\x00")


def _fraction(size: int) -> bytes:
    return b"\xc4\x82\x20\xc2" + struct.pack(">BL", 0x5A, size) + b"\x01" * size


def _router(path: str) -> Callable[[int], Read]:
    def make(size: int) -> Read:
        request = HttpRequest(method="GET", path=path * (size // len(path)))
        return lambda: s3.router.match(request)

    return make


def _query_string(pair: tuple[str, str]) -> Callable[[int], Read]:
    def make(size: int) -> Read:
        request = HttpRequest(method="GET", path="/b", query=[pair] * (size // 8))
        operation = s3.endpoints.ListObjectsV2
        return lambda: operation.of_request(request)

    return make


def _headers(of_number: Callable[[int], tuple[str, str]]) -> Callable[[int], Read]:
    def make(size: int) -> Read:
        headers = [of_number(number) for number in range(size // 20)]
        return lambda: s3.endpoints.HeadObject.of_response(HttpResponse(headers=headers))

    return make


def _mapping(read: Callable[[Headers], object]) -> Callable[[int], Read]:
    def make(size: int) -> Read:
        pairs = [(f"x-new-{number}", "1") for number in range(size // 12)]
        return lambda: read(Headers(pairs))

    return make


def _assigned(headers: Headers) -> None:
    for name in list(headers):
        headers[f"{name}-more"] = headers[name]


def _frames(chunk: int) -> Callable[[int], Read]:
    def make(size: int) -> Read:
        data = encode_message(Message({"a": "b"}, b"c")) * (size // 20)

        def read() -> None:
            decoder = MessageDecoder()
            for place in range(0, len(data), chunk):
                decoder.feed(data[place : place + chunk])

        return read

    return make


def _one_frame(size: int) -> Read:
    data = encode_message(Message({}, b"c" * size))

    def read() -> None:
        decoder = MessageDecoder()
        for place in range(0, len(data), 1000):
            decoder.feed(data[place : place + 1000])

    return read


def _validation(item: Any) -> Callable[[int], Read]:
    def make(size: int) -> Read:
        value = dynamodb.BatchGetItemInput(
            request_items={"table": dynamodb.KeysAndAttributes(keys=[item] * (size // 50))}
        )
        return value.validate

    return make


J, C, X, Q = dynamodb.QueryOutput, cloudwatch.MetricDataResult, s3.ListObjectsV2Output, sts.AssumeRoleRequest
_NS = b'<R xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'

ROWS: list[Row] = [
    ("JSON, unknown members", _body(J, "json", b"{", lambda n: b'"New%d":1,' % n, b'"a":1}')),
    ("JSON, one key again and again", _body(J, "json", b"{", b'"Count":1,', b'"a":1}')),
    ("JSON, unknown items", _body(J, "json", b'{"New":[', b"[{}],", b"1]}")),
    ("JSON, items", _body(J, "json", b'{"Items":[', b'{"a":{"S":"b"}},', b"{}]}")),
    ("JSON, wrong items", _body(J, "json", b'{"Items":[', b'{"a":{"S":"b"}},', b"1]}")),
    ("JSON, escapes", _body(J, "json", b'{"New":"', b"\\u0061", b'"}')),
    ("JSON, characters beyond ASCII", _body(J, "json", b'{"New":"', b"\xc3\xa4", b'"}')),
    ("JSON, digits of an unknown number", _body(J, "json", b'{"New":', b"1", b"}")),
    ("JSON, digits of a number", _body(J, "json", b'{"Count":', b"1", b"}")),
    ("JSON, large numbers", _body(J, "json", b'{"New":[', b"1e400,", b"1]}")),
    ("JSON, quotes beside a large number", _body(J, "json", b'{"Big":1e400,"New":"', b'\\"', b'"}')),
    ("JSON, blanks", _body(J, "json", b"{", b" ", b"}")),
    ("JSON, no end", _body(J, "json", b'{"New":', b'{"a":', b"")),
    ("CBOR, unknown items", _cbor(lambda size: _array(size, b"\x81\x01"))),
    ("CBOR, values", _body(C, "cbor", b"\xa1fValues\x9f", cbor2.dumps(1.5), b"\xff")),
    ("CBOR, random doubles", _body(C, "cbor", b"\xa1fValues\x9f", lambda n: cbor2.dumps(1 / (n + 1.1)), b"\xff")),
    ("CBOR, times", _body(C, "cbor", b"\xa1jTimestamps\x9f", b"\xc1\x1a\x65\x00\x00\x00", b"\xff")),
    ("CBOR, chunks of a text", _cbor(lambda size: b"\x7f" + b"\x61a" * (size // 2) + b"\xff")),
    ("CBOR, marks of what is shared", _cbor(lambda size: _array(size, b"\xd8\x1c\x81\x01"))),
    ("CBOR, one array referred to", _cbor(_shared_array)),
    ("CBOR, references", _cbor(lambda size: _array(size, b"\xd8\x1d\x00"))),
    ("CBOR, a fraction", _cbor(_fraction)),
    ("CBOR, a big integer", _cbor(lambda size: b"\xc2" + struct.pack(">BL", 0x5A, size) + b"\x01" * size)),
    ("CBOR, a length that is a lie", _cbor(lambda size: b"\x9a\x7f\xff\xff\xff" + b"\x01" * size)),
    ("XML, unknown elements", _body(X, "xml", b"<R>", b"<New>1</New>", b"</R>")),
    ("XML, unknown names", _body(X, "xml", b"<R>", lambda n: b"<New%d/>" % n, b"</R>")),
    ("XML, items", _body(X, "xml", b"<R>", b"<Contents><Key>a</Key></Contents>", b"</R>")),
    ("XML, one element again and again", _body(X, "xml", b"<R>", b"<KeyCount>1</KeyCount>", b"</R>")),
    ("XML, references", _body(X, "xml", b"<R><Name>", b"&amp;", b"</Name></R>")),
    ("XML, references by number", _body(X, "xml", b"<R><Name>", b"&#97;", b"</Name></R>")),
    ("XML, comments", _body(X, "xml", b"<R>", b"<!-- -->", b"</R>")),
    ("XML, sections", _body(X, "xml", b"<R><Name>", b"<![CDATA[a]]>", b"</Name></R>")),
    ("XML, attributes", _body(X, "xml", b"<R><New ", lambda n: b'a%d="" ' % n, b"/></R>")),
    ("XML, a long name", _body(X, "xml", b"<R><", b"a", b"/></R>")),
    ("XML, namespaces", _body(X, "xml", _NS, b'<New xmlns="http://a.example/"/>', b"</R>")),
    ("XML, no end", _body(X, "xml", b"<R>", b"<New>", b"")),
    ("XML, blanks", _body(X, "xml", b"<R>", b" \n", b"</R>")),
    ("form, dots", _body(Q, "query", b"Action=AssumeRole&", b".", b"=1")),
    ("form, names of dots", _body(Q, "query", b"Action=AssumeRole", lambda n: b"&%d%s=1" % (n, b"." * 900), b"")),
    ("form, names of many parts", _body(Q, "query", b"A=a", lambda n: b"&%d%s=1" % (n, b".a" * 900), b"")),
    ("form, parameters", _body(Q, "query", b"Action=AssumeRole", lambda n: b"&New%d=1" % n, b"")),
    ("form, items", _body(Q, "query", b"RoleArn=a", lambda n: b"&TransitiveTagKeys.member.%d=a" % (n + 1), b"")),
    ("form, items in turn", _body(Q, "query", b"A=a", lambda n: b"&TransitiveTagKeys.member.%d=a" % (10**7 - n), b"")),
    ("form, one name again and again", _body(Q, "query", b"RoleArn=a", b"&RoleArn=b", b"")),
    ("form, percent signs", _body(Q, "query", b"RoleArn=", b"%41", b"")),
    ("routes, parts of a path", _router("/a")),
    ("routes, slashes", _router("/")),
    ("routes, escapes", _router("/%41")),
    ("query string, parameters", _query_string(("new", "1"))),
    ("query string, one again and again", _query_string(("max-keys", "1"))),
    ("headers", _headers(lambda n: (f"x-new-{n}", "1"))),
    ("headers of a map", _headers(lambda n: (f"x-amz-meta-{n}", "1"))),
    ("headers, one again and again", _headers(lambda _: ("x-amz-meta-a", "1"))),
    ("headers as a dict", _mapping(dict)),
    ("items of headers", _mapping(lambda headers: list(headers.items()))),
    ("equal headers", _mapping(lambda headers: headers == Headers(headers))),
    ("headers that are assigned", _mapping(_assigned)),
    ("events, in chunks of a byte", _frames(1)),
    ("events, in chunks of 7 bytes", _frames(7)),
    ("events, all at once", _frames(1 << 30)),
    ("events, one in many chunks", _one_frame),
    ("validation, items", _validation({"a": dynamodb.AttributeValue(s="b")})),
    ("validation, wrong items", _validation({"a": dynamodb.AttributeValue()})),
]  # fmt: skip

REFUSED = (DecodeError, ValidationError, RoutingError)
