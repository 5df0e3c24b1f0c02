"""What a model does not know is passed by or refused by one rule, whatever has been read before.

Rows of odd values, each in a member that no model has, deep in one, and in members of the model.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import cbor2
import pytest
from support.hostile import watchdog

from botobind import DecodeError
from botobind.bodies import parse_body
from botobind.formats import cbor, json
from botobind_services import cloudwatch, dynamodb

DIGITS_5000 = b"1" * 5000

JSON = [
    *(b"1e400", b"-1E400", b"1e99999999999", DIGITS_5000, b"-" + DIGITS_5000, DIGITS_5000 + b".5", b"1e-400", b"-0.0"),
    *(b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\x80"', b'{"\xff":1}', b'"\xc3\xa4"', b'"\\ud800"', b'"\\ud83d\\ude00"'),
    *(b'"\x01"', b'"\\x"', b"01", b"1.", b"NaN", b"Infinity", b"nul", b"[1,]", b'{"a":1,}', b"[" * 5000 + b"]" * 5000),
    *(b'{"a":1,"a":null}', b"[[1],[{}],null]", b'""', b"true", b" 1 "),
]


def _tagged(number: int, value: bytes) -> Iterator[bytes]:
    """A tag around an encoded value, in its short form and in the longer ones."""
    if number < 24:
        yield bytes([0xC0 | number]) + value
    for head, element_pattern in ((0xD8, ">B"), (0xD9, ">H"), (0xDA, ">L"), (0xDB, ">Q")):
        if number < 1 << 8 * struct.calcsize(element_pattern):
            yield bytes([head]) + struct.pack(element_pattern, number) + value


_LONG = cbor2.dumps(1 << 14000)
"""A big integer of 1,750 bytes; no text format has so many digits."""

CBOR = [
    *_tagged(0, b"\x74" + b"2024-01-02T00:00:00Z"),
    *_tagged(0, b"\x61x"),
    *_tagged(1, b"\x1a\x65\x00\x00\x00"),
    *_tagged(1, b"\xfb" + struct.pack(">d", 1e300)),
    *_tagged(2, b"\x41\x05"),
    *_tagged(2, b"\x59\x07\x00" + b"\x01" * 0x700),
    *_tagged(3, b"\x59\x07\x00" + b"\x01" * 0x700),
    *_tagged(4, b"\x82\x20\x0f"),
    *_tagged(4, b"\x82\x20" + _LONG),
    *_tagged(5, b"\x82\x01\x0f"),
    *_tagged(25, b"\x00"),
    *_tagged(28, b"\x81\x01"),
    *_tagged(28, b"\x82\x01\xd8\x1d\x00"),
    *_tagged(28, b"\x82\xd8\x1c\x81\x01\xd8\x1d\x01"),
    *_tagged(29, b"\x00"),
    *_tagged(30, b"\x82\x01\x03"),
    *_tagged(35, b"\x61a"),
    *_tagged(36, b"\x61a"),
    *_tagged(37, b"\x50" + b"\x01" * 16),
    *_tagged(52, b"\x44\x7f\x00\x00\x01"),
    *_tagged(100, b"\x01"),
    *_tagged(256, b"\x82\x63abc\xd8\x19\x00"),
    *_tagged(258, b"\x82\x61a\x61b"),
    *_tagged(260, b"\x44\x7f\x00\x00\x01"),
    *_tagged(1004, b"\x6a2024-01-02"),
    *_tagged(55799, b"\x82\x01\x81\x02"),
    *_tagged(6, b"\x01"),
    *_tagged(1234567, b"\x01"),
    *(
        b"\xf7",
        b"\xe0",
        b"\xf8\x20",
        b"\xf9\x7e\x00",
        b"\xf9\x3c\x00",
        b"\xfa\x7f\x80\x00\x00",
        b"\x61\xff",
        b"\x9f\x01\xff",
    ),
    *(b"\xa1\x01\x02", b"\xa1\x81\x01\x02", b"\xa2\x61a\x01\x61a\x02", b"\x5f\x41a\xff", b"\x7f\x61\xc3\x61\xa4\xff"),
    *(b"\x81" * 500 + b"\x01", b"\x81", b"\xff", b"\x1c", _LONG),
]


def outcomes(cls: type[Any], body_format: str, data: bytes, good: bytes) -> list[str]:
    """What a document gives as a tree, as it comes first, and after others."""
    parse, read = (json.parse, cls.of_json) if body_format == "json" else (cbor.parse, cls.of_cbor)
    readings = [lambda: read(parse(data)), lambda: parse_body(cls, data, body_format)]
    found = [_outcome(each) for each in readings]
    for _ in range(3):
        parse_body(cls, good, body_format)
        found.append(_outcome(readings[1]))
    return found


def _outcome(read: Any) -> str:
    with watchdog():
        try:
            return str(read().reveal())
        except DecodeError as error:
            return f"refused: {error}"


@pytest.mark.parametrize("value", JSON, ids=range(len(JSON)))
@pytest.mark.parametrize("place", [b'{"New":%b}', b'{"New":[{"a":%b}],"Count":1}', b'{"ConsumedCapacity":{"New":%b}}'])
def test_json(place: bytes, value: bytes) -> None:
    found = outcomes(dynamodb.QueryOutput, "json", place % value, b'{"Count":1,"ConsumedCapacity":{"TableName":"a"}}')
    assert len(set(found)) == 1, found


@pytest.mark.parametrize("value", JSON, ids=range(len(JSON)))
@pytest.mark.parametrize("member", [b"Count", b"LastEvaluatedKey", b"Items", b"ConsumedCapacity"])
def test_json_in_members_of_the_model(member: bytes, value: bytes) -> None:
    data = b'{"%b":%b}' % (member, value)
    found = outcomes(dynamodb.QueryOutput, "json", data, b'{"Count":1,"ConsumedCapacity":{"TableName":"a"}}')
    assert len(set(found)) == 1, found


_RESULT = cbor2.dumps({"MetricDataResults": [{"Label": "a", "Values": [1.0], "Messages": [{"Code": "b"}]}]})


@pytest.mark.parametrize("value", CBOR, ids=range(len(CBOR)))
@pytest.mark.parametrize(
    "place",
    [
        b"\xa1cNew%b",
        b"\xa1cNew\x81\xa1aa%b",
        b"\xa1\x71MetricDataResults\x81\xa1cNew%b",
        b"\xa1\x71MetricDataResults%b",
    ],
)
def test_cbor(place: bytes, value: bytes) -> None:
    found = outcomes(cloudwatch.GetMetricDataOutput, "cbor", place % value, _RESULT)
    assert len(set(found)) == 1, found


@pytest.mark.parametrize("value", CBOR, ids=range(len(CBOR)))
@pytest.mark.parametrize(
    "member", [b"eLabel%b", b"fValues\x81%b", b"fValues%b", b"jTimestamps\x82\xc1\x01%b", b"hMessages%b"]
)
def test_cbor_in_members_of_the_model(member: bytes, value: bytes) -> None:
    found = outcomes(
        cloudwatch.MetricDataResult, "cbor", b"\xa1" + member % value, cbor2.dumps({"Label": "a", "Values": [1.0]})
    )
    assert len(set(found)) == 1, found


_DOCUMENTS = {
    "metadata": {"protocol": "json", "protocols": ["json", "smithy-rpc-v2-cbor"]},
    "shapes": {
        "Any": {"type": "structure", "members": {}, "document": True},
        "Anys": {"type": "list", "member": {"shape": "Any"}},
        "Named": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Any"}},
        "Text": {"type": "string"},
        "Holder": {
            "type": "structure",
            "members": {"A": {"shape": "Any"}, "L": {"shape": "Anys"}, "M": {"shape": "Named"}},
        },
    },
}


@pytest.fixture
def holder(generate_once: Any) -> Any:
    return generate_once(_DOCUMENTS).Holder


@pytest.mark.parametrize("value", JSON, ids=range(len(JSON)))
@pytest.mark.parametrize("member", [b'{"A":%b}', b'{"A":{"a":[%b]}}', b'{"L":[1,%b]}', b'{"M":{"a":%b}}'])
def test_json_in_documents(holder: Any, member: bytes, value: bytes) -> None:
    found = outcomes(holder, "json", member % value, b'{"A":1,"L":[2],"M":{"a":3}}')
    assert len(set(found)) == 1, found


@pytest.mark.parametrize("value", CBOR, ids=range(len(CBOR)))
@pytest.mark.parametrize("member", [b"aA%b", b"aA\xa1aa\x81%b", b"aL\x82\x01%b", b"aM\xa1aa%b"])
def test_cbor_in_documents(holder: Any, member: bytes, value: bytes) -> None:
    good = cbor2.dumps({"A": 1, "L": [2], "M": {"a": 3}})
    found = outcomes(holder, "cbor", b"\xa1" + member % value, good)
    assert len(set(found)) == 1, found
