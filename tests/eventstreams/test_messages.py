"""Event streams: a table of messages for both directions, and botocore's decoder as a witness."""

from __future__ import annotations

import asyncio
import decimal
import struct
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from uuid import UUID

import pytest
from botocore.eventstream import EventStreamBuffer
from eventstreams.messages import EMPTY, ID, MEBIBYTE, SAMPLE, SAMPLE_BYTES, decode, gather, slowly, with_headers
from hypothesis import given
from hypothesis import strategies as st
from support.hostile import CANARY

from botobind.errors import EncodeError
from botobind.eventstream import (
    Byte,
    HeaderValue,
    Int,
    Message,
    MessageDecoder,
    Short,
    encode_message,
    read_messages,
)
from botobind.timestamps import OutOfRangeDatetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Color(IntEnum):
    RED = 1


def typed(message: Message) -> list[tuple[str, type, HeaderValue]]:
    """The headers in order and with their types, as 1, True and Byte(1) are equal."""
    return [(name, type(value), value) for name, value in message.headers.items()]


# Messages, both directions

MESSAGES = [
    (Message(), "00000010 00000000 05c248eb 7d98c8ff"),
    (Message({}, b'{"a":1}'), "00000017 00000000 b7e294fb 7b2261223a317d 7a7ed137"),
    (Message({":event-type": "End"}), "00000022 00000012 2d9ad245 0b3a6576656e742d74797065070003456e64 5102145b"),
    (
        Message({"on": True, "off": False, "id": ID, "at": datetime(2020, 1, 1, tzinfo=UTC)}, b"\x00\xff"),
        (
            "0000003b 00000029 f161ce92 026f6e00 036f666601 02696409 00112233445566778899aabbccddeeff "
            "02617408 0000016f5e66e800 00ff 36b7a7c0"
        ),
    ),
]


@pytest.mark.parametrize(("message", "wire"), MESSAGES)
def test_messages(message: Message, wire: str) -> None:
    assert encode_message(message).hex() == wire.replace(" ", "")
    [read] = decode(bytes.fromhex(wire))
    assert read == message
    assert typed(read) == typed(message)


HEADERS: list[tuple[HeaderValue, str]] = [
    (True, "00"),
    (False, "01"),
    (Byte(127), "02 7f"),
    (Byte(-128), "02 80"),
    (Short(32767), "03 7fff"),
    (Short(-32768), "03 8000"),
    (Int(2**31 - 1), "04 7fffffff"),
    (Int(-(2**31)), "04 80000000"),
    (0, "05 0000000000000000"),
    (2**63 - 1, "05 7fffffffffffffff"),
    (-(2**63), "05 8000000000000000"),
    (b"", "06 0000"),
    (b"\x00\xff", "06 0002 00ff"),
    ("", "07 0000"),
    ("näme", "07 0005 6ec3a46d65"),
    (b"x" * 0xFFFF, "06 ffff" + "78" * 0xFFFF),
    ("x" * 0xFFFF, "07 ffff" + "78" * 0xFFFF),
    (EPOCH, "08 0000000000000000"),
    (EPOCH + timedelta(milliseconds=1), "08 0000000000000001"),
    (EPOCH - timedelta(milliseconds=1), "08 ffffffffffffffff"),
    (datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC), "08 0000e677d21fdbff"),
    (datetime(1, 1, 1, tzinfo=UTC), "08 ffffc77cedd32800"),
    (OutOfRangeDatetime(253_402_300_800), "08 0000e677d21fdc00"),
    (OutOfRangeDatetime(Decimal("9223372036854775.807")), "08 7fffffffffffffff"),
    (OutOfRangeDatetime(Decimal("-9223372036854775.808")), "08 8000000000000000"),
    (ID, "09 00112233445566778899aabbccddeeff"),
]


@pytest.mark.parametrize(("value", "wire"), HEADERS, ids=[wire[:24] for _, wire in HEADERS])
def test_header_values(value: HeaderValue, wire: str) -> None:
    data = with_headers(b"\x01n" + bytes.fromhex(wire))
    assert encode_message(Message({"n": value})) == data
    [read] = decode(data)
    assert typed(read) == [("n", type(value), value)]


NEAREST = [
    (datetime(2020, 1, 1, 0, 0, 0, 499, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)),
    (datetime(2020, 1, 1, 0, 0, 0, 999_501, tzinfo=UTC), datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC)),
    (datetime(2020, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), datetime(2020, 1, 1, tzinfo=UTC)),
    (datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)),
    (Color.RED, 1),
]


@pytest.mark.parametrize(("value", "read"), NEAREST)
def test_values_that_are_read_otherwise(value: HeaderValue, read: HeaderValue) -> None:
    [message] = decode(encode_message(Message({"n": value})))
    assert typed(message) == [("n", type(read), read)]


def test_the_decimal_context_of_the_caller_does_not_matter() -> None:
    moment = datetime(2020, 1, 1, 0, 0, 0, 123_000, tzinfo=UTC)
    with decimal.localcontext() as context:
        context.prec = 3
        context.traps[decimal.Inexact] = context.traps[decimal.Rounded] = True
        [message] = decode(encode_message(Message({"n": moment})))
    assert message.headers == {"n": moment}


UNWRITABLE: list[tuple[Message, str]] = [
    (Message({"n": Byte(128)}), "$.n: the value of a header is out of range"),
    (Message({"n": Short(-32769)}), "$.n: the value of a header is out of range"),
    (Message({"n": Int(2**31)}), "$.n: the value of a header is out of range"),
    (Message({"n": 2**63}), "$.n: the value of a header is out of range"),
    (Message({"n": OutOfRangeDatetime(10**16)}), "$.n: the value of a header is out of range"),
    (Message({"n": "x" * 0x10000}), "$.n: the value of a header must not be longer than 65535 bytes"),
    (Message({"n": "ä" * 0x8000}), "$.n: the value of a header must not be longer than 65535 bytes"),
    (Message({"n": b"x" * 0x10000}), "$.n: the value of a header must not be longer than 65535 bytes"),
    (Message({"n": CANARY + "\ud800"}), "$.n: text cannot be written in UTF-8"),
    (Message({"n": 1.5}), "$.n: a header cannot hold a float"),  # type: ignore[dict-item]
    (Message({"n": None}), "$.n: a header cannot hold a NoneType"),  # type: ignore[dict-item]
    (Message({"": True}), "$.: the name of a header must have 1 to 255 bytes"),
    (Message({"ä" * 128: True}), f"$.{'ä' * 128}: the name of a header must have 1 to 255 bytes"),
    (
        Message({str(index): "x" * 0xFFF0 for index in range(3)}),
        "$: the headers of a message must not be longer than 128 KiB",
    ),
    (Message({}, b"x" * (24 * MEBIBYTE + 1)), "$: the payload of a message must not be longer than 24 MiB"),
]


@pytest.mark.parametrize(("message", "text"), UNWRITABLE, ids=[text[:60] for _, text in UNWRITABLE])
def test_unwritable_messages(message: Message, text: str) -> None:
    with pytest.raises(EncodeError) as caught:
        encode_message(message)
    assert str(caught.value) == text
    assert not isinstance(caught.value.__context__, UnicodeError), "it holds the text that it is about"


def test_largest_message() -> None:
    # Two headers make up the 128 KiB to the byte.
    message = Message({"a": b"x" * 0xFFFB, "b": b"x" * 0xFFFB}, b"x" * (24 * MEBIBYTE))
    data = encode_message(message)
    assert len(data) == 16 + 128 * 1024 + 24 * MEBIBYTE
    assert decode(data) == [message]


def test_reprs_hold_no_values() -> None:
    assert repr(SAMPLE) == "Message(headers=[':message-type', 'on', 'off', 'count', 'id', 'raw'], payload=6 bytes)"
    assert CANARY not in repr(MessageDecoder())


# Messages of Hypothesis

MOMENTS = st.integers(-(2**63), 2**63 - 1).map(
    lambda milliseconds: decode(with_headers(b"\x01n\x08" + struct.pack(">q", milliseconds)))[0].headers["n"]
)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**7), 2**7 - 1).map(Byte),
    st.integers(-(2**15), 2**15 - 1).map(Short),
    st.integers(-(2**31), 2**31 - 1).map(Int),
    st.integers(-(2**63), 2**63 - 1),
    st.binary(max_size=300),
    st.text(max_size=100),
    MOMENTS,
    st.uuids(),
)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
MESSAGE_VALUES = st.builds(Message, st.dictionaries(NAMES, VALUES, max_size=6), st.binary(max_size=600))
STREAMS = st.lists(MESSAGE_VALUES, max_size=5)


def as_botocore(value: HeaderValue) -> object:
    """What botocore gives for a value: milliseconds for a moment, bytes for a UUID."""
    if isinstance(value, OutOfRangeDatetime):
        return int(value.epoch * 1000)
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(milliseconds=1)
    return value.bytes if isinstance(value, UUID) else value


@given(STREAMS)
def test_botocore_reads_the_same(messages: list[Message]) -> None:
    data = b"".join(map(encode_message, messages))
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    theirs = [(message.headers, message.payload) for message in buffer]
    ours = decode(data)
    assert ours == messages
    assert [typed(message) for message in ours] == [typed(message) for message in messages]
    assert theirs == [
        ({name: as_botocore(value) for name, value in message.headers.items()}, message.payload) for message in ours
    ]
    assert b"".join(map(encode_message, ours)) == data


@given(STREAMS, st.lists(st.integers(0, 400), max_size=30))
def test_any_chunking(messages: list[Message], sizes: list[int]) -> None:
    data = b"".join(map(encode_message, messages))
    chunks = []
    at = 0
    for size in sizes:
        chunks.append(data[at : at + size])
        at += size
    chunks.append(data[at:])
    assert list(read_messages(chunks)) == messages
    assert list(read_messages(data[at : at + 1] for at in range(len(data)))) == messages
    assert asyncio.run(gather(slowly(chunks))) == messages


def test_offset_and_messages_of_each_chunk() -> None:
    decoder = MessageDecoder()
    assert decoder.feed(EMPTY + SAMPLE_BYTES[:30]) == [Message()]
    assert decoder.offset == 16
    assert decoder.feed(b"") == []
    assert decoder.feed(SAMPLE_BYTES[30:]) == [SAMPLE]
    assert decoder.offset == 16 + len(SAMPLE_BYTES)
    decoder.finish()
