"""What is put into messages to hurt their readers: chunks and whole documents of each format, header values, paths."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Any

from cbor2 import CBORTag
from support.hostile import DEEP, DIGITS, cbor_head, entities

WIDE = 20_000
"""Things beside each other, each of which is looked at."""

_TEXT = (
    *(b"", b"null", b"true", b"0", b"-1", b"1.5", b"1e400", b"-1e-999999999", b"NaN", b"Infinity", b"\x00", b"\r\n"),
    *(b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\ud800", b"\xc3", b"9" * 400, b"A" * 5000),
)

TOKENS: dict[str, tuple[bytes, ...]] = {
    "json": (
        *_TEXT,
        *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"[]", b"{}", b'""', b'"a"', b"[null]", b'{"a":null}', b"\\"),
        *(b'"\\ud800"', b'"\\u0000"', b'"__type":"a#b:c",', b'"message":null,', b'{"a":1,"a":2}', b"/**/", b"'"),
    ),
    "xml": (
        *_TEXT,
        *(b"<", b">", b"/>", b"</", b"<a/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&e;", b"&amp;", b"&#0;"),
        *(b"<!DOCTYPE E>", b"<?x?>", b'<a xmlns="b">', b' xmlns:x="y"', b' xsi:type="z"', b"<Error>", b"<member/>"),
        *(b"&#xD;", b'<?xml version="1.0" encoding="UTF-7"?>'),
    ),
    "form": (
        *_TEXT,
        *(b"&", b"=", b".", b";", b".1", b".member.1", b".entry.1.key", b"%", b"%FF", b"%ZZ", b"%00", b"%C3%28", b"+"),
        *(b"&Action=A", b"&Version=1", b"a=b", b".999999999999", b".-1", b".0", b"&" * 1000),
    ),
    "cbor": (
        *(bytes([major << 5 | argument]) for major in range(8) for argument in (0, 1, 2, 23, 24, 25, 27, 28, 31)),
        *(b"\xf9\x7e\x00", b"\xf9\x7c\x00", b"\xfb" + b"\xff" * 8, b"\x1b" + b"\xff" * 8, b"\x3b" + b"\xff" * 8),
        *(b"\xc2\x49" + b"\x01" * 9, b"\xc3\x58\xff", b"\xc1\xfb" + b"\x7f" * 8, b"\xc4\x82\x1b" + b"\x7f" * 9),
        *(b"\xd8\x1c\xa0", b"\xd8\x1d\x00", b"\xd9\xd9\xf7", b"\xbf\xff", b"\x9f\xff", b"\x7f\x61a\xff", b"\x61\xff"),
    ),
    "raw": _TEXT,
}  # fmt: skip
"""Chunks, which stand between the bytes of a document or in place of some of them."""

_DECLARED = f"<!DOCTYPE E [{entities(9)}]>".encode()
_EXTERNAL = b'<!DOCTYPE E [<!ENTITY e0 SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]>'

BODY_CODECS: dict[str, tuple[bytes, ...]] = {
    "json": (
        *(b"", b"null", b"true", b'"a"', b"1", b"[]", b"{}", b"\xff", b"{}{}", b" " * DEEP, DIGITS.encode()),
        *(b"[" * DEEP, b'{"a":' * DEEP, b'{"Item":' * DEEP + b"{}" + b"}" * DEEP, b"[" * DEEP + b"]" * DEEP),
        *("{}".encode("utf-16"), b'{"a":"' + b"\\u0041" * DEEP + b'"}', b"{" + b'"a":1,' * DEEP + b'"a":1}'),
    ),
    "xml": (
        *(b"", b"a", b"<a/>", b"<a>", b"<Error/>", b"<ErrorResponse><Error/></ErrorResponse>", b"<html>Bad gateway"),
        *(b"<Error><Code/></Error>", b"<Error><Code>A</Code><Code>B</Code></Error>", b"<a b='1' b='2'/>", b"<!-- -->"),
        *(
            _DECLARED + b"<E>&e8;</E>",
            _EXTERNAL + b"<E>&e0;</E>",
            b"<!DOCTYPE E><E/>",
            "<E>\ud7ff</E>".encode("utf-16"),
        ),
        *(b"<a>" * DEEP, b"<a>" * DEEP + b"</a>" * DEEP, b"<E>" + b"<a/>" * WIDE + b"</E>"),
        b"<E " + b" ".join(b'a%d=""' % number for number in range(5000)) + b"/>",
    ),
    "form": (
        *(b"", b"&", b"=", b"a", b"%", b"\xff", b"A=%FF", b"Action", b"Action=", b"Action=A&Action=B", b"&" * DEEP),
        *(
            b"a" + b".member.1" * WIDE + b"=1",
            b"Filter.1." * WIDE,
            b"&".join(b"a.%d=1" % number for number in range(9999)),
        ),
        *(b"Tags.member.9999999999.Key=a", b"%41" * DEEP, b"=" * DEEP, b"Action=" + b"A" * DEEP),
    ),
    "cbor": (
        *(
            b"",
            b"\xf6",
            b"\xf7",
            b"\xf5",
            b"\x00",
            b"\x60",
            b"\x80",
            b"\xa0",
            b"\xbf",
            b"\xff",
            b"\xa0\xa0",
            b"\xbf\xff",
        ),
        *(b"\x81" * DEEP, b"\x9f" * DEEP, b"\xa1\x61a" * DEEP, b"\xc1" * DEEP, b"\x81" * DEEP + b"\x00"),
        *(cbor_head(2, 1 << 40), cbor_head(3, 1 << 62), cbor_head(4, 1 << 40), cbor_head(5, 1 << 62), b"\x7f" * DEEP),
        *(
            b"\xc2" + cbor_head(2, 20_000) + b"\xff" * 20_000,
            b"\xa2\x61a\x01\x61a\x02",
            b"\xa1\xa0\x01",
            b"\xa1\xf6\x01",
        ),
    ),
    "raw": (b"", b"a" * DEEP, b"\xff"),
}
"""Whole bodies."""

ATOMS: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 2**31, 2**63, 2**64, -(2**70), 10**17, -(10**12), 1e300, -0.0, 1e-320, 1e15),
    *("", "a", "1", "1.0", "NaN", "-Infinity", "true", "YQ==", "YQ", "\u20ac\r\n", "\x00", "\U0001f600", "\ufffe"),
    *("2020-02-29T12:00:00.678Z", "Tue, 29 Apr 2014 18:30:38 GMT", "0000-00-00T00:00:00Z", "9999-12-31T23:59:60Z"),
    *(1582977600.678, "1e400", "+1", " 1 ", "1_0", "0x1", "\u0661", "A" * 5000, "QUJD" * 5000, "9" * 5000),
    *([], {}, [None], {"a": None}, [[]], {"__type": "a"}, {"": ""}, [1, "a", None], {"a": {"b": {"c": []}}}),
)
"""What takes the place of a node of a tree."""

CBOR_ATOMS: tuple[Any, ...] = (
    *(b"", b"a", float("nan"), float("inf"), float("-inf"), 2**200, datetime(1, 1, 1, tzinfo=UTC), CBORTag(1, 1e300)),
    *(CBORTag(1, "a"), CBORTag(2, b"\xff" * 2000), CBORTag(4, [10**6, 1]), CBORTag(55799, 1), CBORTag(1, None), {1: 2}),
    *({None: 1}, CBORTag(30, [1, 0]), CBORTag(35, "("), CBORTag(258, [1]), CBORTag(1, 253402300800)),
)
"""Atoms of CBOR besides those of JSON."""

HEADER_VALUES: tuple[str, ...] = (
    *("", " ", ",", ",,,", '"', '"a', 'a"b,c', "a, b", "0", "-1", "1.5", "NaN", "true", "TRUE", "null", "\x00", "\t"),
    *("a\r\nb: c", "\xff", "\u20ac", "\ud800", "\udcff", "%", "%00", "9" * 5000, "A" * DEEP, "a," * 5000, "\\"),
    *("Tue, 29 Apr 2014 18:30:38 GMT", "2020-02-29T12:00:00Z", "1e400", "e30=", "e30", "bnVsbA==", "W10=", "=", "////"),
    *("W1tbW1tb", "=?utf-8?q?a?=", "application/json", "application/cbor", "text/html", "text/xml; charset=utf-16"),
    *("application/x-www-form-urlencoded", "application/vnd.amazon.eventstream", "multipart/form-data", "gzip"),
    *("rpc-v2-cbor", "A.B", "DynamoDB_20120810.", ".", "A" * 200 + ".B", "com.amazonaws#NoSuchKey:http://a/", "#", ":"),
    "W" + "1tb" * 20_000 + "V0=",
)

HEADER_NAMES: tuple[str, ...] = (
    *("Content-Type", "Content-Length", "Transfer-Encoding", "Smithy-Protocol", "X-Amz-Target", "x-amzn-errortype"),
    *(
        "x-amzn-query-error",
        "x-amzn-requestid",
        "x-amz-request-id",
        "x-amz-id-2",
        "x-amz-meta-",
        "x-amz-meta-A",
        "ETag",
    ),
    *("Last-Modified", "x-amz-expiration", "X-Amz-Function-Error", "X-Amz-Log-Result", "", "a b", "\xff", "\ud800"),
)

STATUSES: tuple[int, ...] = (
    0,
    -1,
    99,
    100,
    199,
    200,
    201,
    204,
    206,
    299,
    300,
    304,
    400,
    403,
    404,
    413,
    429,
    500,
    503,
    600,
    9999,
)

METHODS: tuple[str, ...] = ("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "", "get", "A" * 5000, "\ud800")

TARGET_PIECES: tuple[str, ...] = (
    *("%", "%2F", "%2f", "%00", "%FF", "%C3%28", "%ED%A0%80", "%ZZ", "+", "?", "#", "&", "=", ";", "//", "/../", "/./"),
    *(
        "\xff",
        "\u20ac",
        "\ud800",
        " ",
        "\r\n",
        "{Bucket}",
        "?acl",
        "?uploads",
        "&list-type=2",
        "&max-keys=-1",
        "/",
        "//",
    ),
    *(
        "?Action=A",
        "&x=" + "A" * 5000,
        "&a=b" * 2000,
        "/a" * 5000,
        "&versionId",
        "&" * 5000,
        "%41" * 5000,
        ":",
        "@",
        "\x00",
    ),
)

EVENT_HEADERS: tuple[Any, ...] = (
    *("event", "exception", "error", "", "a", "initial-response", "Records", "PayloadChunk", "InvokeComplete", True),
    *(0, -(2**63), b"", b"\xff", datetime(1970, 1, 1, tzinfo=UTC), "application/json", "text/xml", "A" * 60_000),
)
"""Values of the headers of event stream messages."""

RAW_HEADERS: tuple[bytes, ...] = (
    *(b"\x00", b"\x01", b"\x01a", b"\x01a\x0a", b"\x01a\x07\xff\xff", b"\x01a\x09", b"\x01\xff\x00", b"\x01a\x00" * 2),
    b"\x01a\x08" + struct.pack(">q", 2**63 - 1),
    b"\x01a\x08" + struct.pack(">q", -(2**63)),
)
"""Bytes in place of the headers of an event stream message."""
