"""Event streams that are corrupt or hostile: refused with the offset, whatever they are cut into."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from eventstreams.messages import (
    EMPTY,
    MEBIBYTE,
    SAMPLE,
    SAMPLE_BYTES,
    decode,
    framed,
    gather,
    reason,
    slowly,
    with_headers,
)
from hypothesis import given
from hypothesis import strategies as st
from support.hostile import CANARY, watchdog

from botobind.errors import DecodeError
from botobind.eventstream import (
    Message,
    MessageDecoder,
    encode_message,
    read_messages,
)
from botobind.wire.eventheaders import decode_headers, encode_headers

CORRUPT = [
    (SAMPLE_BYTES[:8] + bytes(4) + SAMPLE_BYTES[12:], "the checksum of a message's lengths is wrong"),
    (SAMPLE_BYTES[:-4] + bytes(4), "the checksum of a message is wrong"),
    (framed(15, 0, b""), "the lengths of a message contradict each other"),
    (framed(0, 0, b""), "the lengths of a message contradict each other"),
    (framed(20, 5, b"\x03abc"), "the lengths of a message contradict each other"),
    (framed(0xFFFFFFFF, 0, b""), "the payload of a message is longer than 24 MiB"),
    (framed(17 + 24 * MEBIBYTE, 0, b""), "the payload of a message is longer than 24 MiB"),
    (framed(0xFFFFFFFF, 128 * 1024 + 1, b""), "the headers of a message are longer than 128 KiB"),
    (framed(16, 0xFFFFFFFF, b""), "the headers of a message are longer than 128 KiB"),
    (with_headers(b"\x00\x00"), "a header without a name"),
    (with_headers(b"\x01a\x00\x01a\x01"), "a header that is there twice"),
    (with_headers(b"\x01a\x0a"), "a header of the unknown type 10"),
    (with_headers(b"\x01a\xff"), "a header of the unknown type 255"),
    (with_headers(b"\x02\xc3\x28\x00"), "a header is not UTF-8"),
    (with_headers(b"\x01a\x07\x00\x07" + CANARY.encode() + b"\xff"), "a header is not UTF-8"),
    (with_headers(b"\x01a\x07\x00\x03\xed\xa0\x80"), "a header is not UTF-8"),
    (with_headers(b"\x05"), "the headers of a message end too early"),
    (with_headers(b"\x05" + CANARY.encode()[:4]), "the headers of a message end too early"),
    (with_headers(b"\x01a"), "the headers of a message end too early"),
    (with_headers(b"\x01a\x02"), "the headers of a message end too early"),
    (with_headers(b"\x01a\x03\x00"), "the headers of a message end too early"),
    (with_headers(b"\x01a\x04" + bytes(3)), "the headers of a message end too early"),
    (with_headers(b"\x01a\x05" + bytes(7)), "the headers of a message end too early"),
    (with_headers(b"\x01a\x06\x00"), "the headers of a message end too early"),
    (with_headers(b"\x01a\x06\x00\x02a"), "the headers of a message end too early"),
    (with_headers(b"\x01a\x07\xff\xff" + CANARY.encode()), "the headers of a message end too early"),
    (with_headers(b"\x01a\x08" + bytes(7)), "the headers of a message end too early"),
    (with_headers(b"\x01a\x09" + bytes(15)), "the headers of a message end too early"),
    # A value must not reach into the payload, even where its length would fit.
    (framed(16 + 9, 5, b"\x01a\x06\x00\x04wxyz"), "the headers of a message end too early"),
    (SAMPLE_BYTES[:11], "the stream ends inside of a message"),
    (SAMPLE_BYTES[:-1], "the stream ends inside of a message"),
    (b"<html>a proxy's page</html>", "the checksum of a message's lengths is wrong"),
]


@pytest.mark.parametrize("after", [b"", EMPTY], ids=["last", "not last"])
@pytest.mark.parametrize(("data", "text"), CORRUPT, ids=[f"{text}, {data[8:24].hex()}" for data, text in CORRUPT])
def test_corrupt_messages(data: bytes, text: str, after: bytes) -> None:
    if after and text == "the stream ends inside of a message":
        # What follows is taken for the missing bytes.
        text = "the checksum of a message" + ("'s lengths" if len(data) < 12 else "") + " is wrong"
    stream = EMPTY + SAMPLE_BYTES + data + after
    for size in (len(stream), 1, 20):
        chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
        read: list[Message] = []
        text_read = reason(lambda: read.extend(read_messages(chunks)))
        assert text_read == f"{text}, at offset {16 + len(SAMPLE_BYTES)}"
        # `extend` keeps what came before the error: messages before a corrupt one are given, however they are cut.
        assert read == [Message(), SAMPLE]


def test_headers_alone() -> None:
    assert decode_headers(encode_headers(SAMPLE.headers)) == SAMPLE.headers
    assert reason(lambda: decode_headers(b"\x01a\x07\x00\x07" + CANARY.encode() + b"\xff")) == "a header is not UTF-8"


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_every_flipped_byte_is_noticed(mask: int) -> None:
    for at in range(len(SAMPLE_BYTES)):
        data = bytearray(SAMPLE_BYTES)
        data[at] ^= mask
        lengths = "'s lengths" if at < 12 else ""
        expected = f"the checksum of a message{lengths} is wrong, at offset 16"
        assert reason(lambda: decode(EMPTY + data + EMPTY)) == expected


def test_every_truncation_is_noticed() -> None:
    assert decode(EMPTY) == [Message()]
    for size in range(1, len(SAMPLE_BYTES)):
        expected = "the stream ends inside of a message, at offset 16"
        assert reason(lambda: decode(EMPTY + SAMPLE_BYTES[:size])) == expected
        chunks = slowly([EMPTY, SAMPLE_BYTES[:size]])
        if size % 16 == 0:
            assert reason(lambda: asyncio.run(gather(chunks))) == expected


def test_nothing_is_read_after_a_corrupt_message() -> None:
    decoder = MessageDecoder()
    assert decoder.feed(EMPTY + EMPTY[:-1] + b"\0" + EMPTY) == [Message()]
    for read in (lambda: decoder.feed(b""), lambda: decoder.feed(EMPTY), decoder.finish):
        assert reason(read) == "the checksum of a message is wrong, at offset 16"


@pytest.mark.parametrize(("total", "headers"), [(0xFFFFFFFF, 0), (0xFFFFFFFF, 0xFFFFFFFF), (16, 0xFFFFFFFF), (0, 0)])
def test_hostile_lengths_are_refused_at_once(total: int, headers: int) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield framed(total, headers, b"")[:12] if taken == 1 else bytes(1024)

    with watchdog():
        assert reason(lambda: list(read_messages(endless()))).endswith(", at offset 0")
    assert taken == 1


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_random_bytes(headers: bytes, after: bytes) -> None:
    for data in (headers, with_headers(headers), with_headers(headers) + after):
        try:
            messages = decode(data)
        except DecodeError as error:
            assert ", at offset " in error.reason
        else:
            assert b"".join(map(encode_message, messages)) == data


# Time

PAYLOAD = bytes(4 * MEBIBYTE)


def test_single_bytes_take_linear_time() -> None:
    data = encode_message(Message({}, PAYLOAD))
    with watchdog(20):
        # A copy of the buffer per byte would take hours.
        [message] = read_messages(data[at : at + 1] for at in range(len(data)))
    assert message.payload == PAYLOAD


def test_many_messages_in_one_chunk_take_linear_time() -> None:
    count = 100_000
    decoder = MessageDecoder()
    with watchdog(20):
        assert len(decoder.feed(EMPTY * count)) == count
    assert decoder.offset == 16 * count


def test_many_headers_take_linear_time() -> None:
    headers = {f"{index:05}": True for index in range(18_000)}
    with watchdog():
        [message] = decode(encode_message(Message(headers)))
    assert message.headers == headers
