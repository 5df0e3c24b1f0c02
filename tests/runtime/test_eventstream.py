"""Event streams: a table of messages for both directions, botocore's decoder as a witness, and what is refused."""

from __future__ import annotations

import asyncio
import decimal
import io
import struct
import traceback
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import aclosing, closing
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from uuid import UUID
from zlib import crc32

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st
from support.hostile import CANARY, watchdog

from botobind.errors import DecodeError, EncodeError
from botobind.eventstream import (
    AsyncReadable,
    Byte,
    HeaderValue,
    Int,
    Message,
    MessageDecoder,
    Short,
    begin,
    encode_message,
    read_messages,
    read_messages_async,
)
from botobind.formats.eventheaders import decode_headers, encode_headers
from botobind.timestamps import OutOfRangeDatetime
from botobind.types import Readable

MEBIBYTE = 1 << 20
ID = UUID("00112233-4455-6677-8899-aabbccddeeff")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Color(IntEnum):
    RED = 1


def framed(total: int, headers_length: int, content: bytes) -> bytes:
    """A message with these lengths, right or wrong, and the checksums that belong to them."""
    lengths = struct.pack(">II", total, headers_length)
    before = lengths + struct.pack(">I", crc32(lengths)) + content
    return before + struct.pack(">I", crc32(before))


def with_headers(headers: bytes) -> bytes:
    """A message of these bytes as headers, be they right or wrong."""
    return framed(16 + len(headers), len(headers), headers)


def decode(data: bytes) -> list[Message]:
    return list(read_messages(data))


def typed(message: Message) -> list[tuple[str, type, HeaderValue]]:
    """The headers in order and with their types, as 1, True and Byte(1) are equal."""
    return [(name, type(value), value) for name, value in message.headers.items()]


def reason(read: Callable[[], object]) -> str:
    """The reason of the refusal, after a look at all that a traceback would show."""
    with pytest.raises(DecodeError) as caught:
        read()
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    error: BaseException | None = caught.value
    while error is not None:
        assert CANARY not in repr(vars(error)) + repr(error.args)
        assert not isinstance(error, UnicodeError), "it holds the bytes that it is about"
        error = error.__context__
    return caught.value.reason


SAMPLE = Message(
    {":message-type": "event", "on": True, "off": False, "count": Short(-2), "id": ID, "raw": CANARY.encode()},
    CANARY.encode(),
)
SAMPLE_BYTES = encode_message(SAMPLE)
EMPTY = bytes.fromhex("00000010 00000000 05c248eb 7d98c8ff")


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


# Sources

DATA = EMPTY + SAMPLE_BYTES + EMPTY
ALL = [Message(), SAMPLE, Message()]


class Unbuffered:
    """A source with a `read` alone, which gives less than it was asked for."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:
        assert size > 0
        return self._file.read(min(size, 7))


class Available(io.RawIOBase):
    """A source whose `read` would wait for ever, where `read1` gives what there is."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._pieces = [data, b""]

    def read(self, size: int = -1, /) -> bytes:
        raise AssertionError(f"would wait for {size} bytes")

    def read1(self, size: int = -1, /) -> bytes:
        assert size > 0
        return self._pieces.pop(0)


SOURCES: dict[str, Callable[[], bytes | Readable | Iterable[bytes]]] = {
    "bytes": lambda: DATA,
    "bytearray": lambda: bytearray(DATA),  # type: ignore[dict-item, return-value]
    "memoryview": lambda: memoryview(DATA),
    "file": lambda: io.BytesIO(DATA),
    "read": lambda: Unbuffered(DATA),
    "read1": lambda: Available(DATA),
    "list": lambda: [DATA[:20], b"", DATA[20:]],
    "generator": lambda: (DATA[at : at + 3] for at in range(0, len(DATA), 3)),
}


@pytest.mark.parametrize("name", SOURCES)
def test_sources(name: str) -> None:
    assert list(read_messages(SOURCES[name]())) == ALL


async def gather(source: AsyncIterable[bytes] | AsyncReadable) -> list[Message]:
    return [message async for message in read_messages_async(source)]


async def slowly(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(0)
        yield chunk


class Chunks:
    """An asynchronous iterable whose iterator has no `aclose`."""

    def __init__(self) -> None:
        self._chunks = iter([DATA[:20], b"", DATA[20:]])

    def __aiter__(self) -> Chunks:
        return self

    async def __anext__(self) -> bytes:
        for chunk in self._chunks:
            return chunk
        raise StopAsyncIteration


async def stream_reader(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


def test_asynchronous_sources() -> None:
    async def read() -> list[list[Message]]:
        sources = [slowly([DATA[:20], b"", DATA[20:]]), Chunks(), await stream_reader(DATA)]
        return [await gather(source) for source in sources]

    assert asyncio.run(read()) == [ALL, ALL, ALL]


def test_stream_readers_are_not_read_by_lines() -> None:
    message = Message({}, b"x" * (MEBIBYTE // 4))

    async def read() -> list[Message]:
        # As lines, these would be longer than a reader allows.
        return await gather(await stream_reader(encode_message(message)))

    assert asyncio.run(read()) == [message]


class Source:
    """Chunks as a generator, synchronous or not, that notes how many were taken and whether it was closed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.taken = 0
        self.closed = False

    def chunks(self) -> Generator[bytes, None, None]:
        try:
            for chunk in self._chunks:
                self.taken += 1
                yield chunk
        finally:
            self.closed = True

    async def chunks_async(self) -> AsyncIterator[bytes]:
        with closing(self.chunks()) as chunks:
            for chunk in chunks:
                await asyncio.sleep(0)
                yield chunk


def test_stopping_closes_the_source() -> None:
    source = Source([EMPTY, EMPTY + EMPTY[:3], EMPTY[3:]])
    chunks = source.chunks()
    messages = read_messages(chunks)
    assert next(messages) == Message()
    assert (source.taken, source.closed) == (1, False)
    messages.close()  # type: ignore[attr-defined]
    assert (source.taken, source.closed) == (1, True)
    assert next(chunks, None) is None


def test_stopping_closes_the_asynchronous_source() -> None:
    source = Source([EMPTY, EMPTY + EMPTY[:3], EMPTY[3:]])
    held = source.chunks_async()

    async def first() -> Message:
        async with aclosing(read_messages_async(held)) as messages:
            async for message in messages:
                assert not source.closed
                return message
        raise AssertionError("no message")

    async def run() -> None:
        assert await first() == Message()
        assert (source.taken, source.closed) == (1, True)

    asyncio.run(run())


def test_a_corrupt_message_closes_the_source() -> None:
    # It is refused right after the message before it: nobody has to wait for the next chunk.
    chunks = [EMPTY + EMPTY[:-1] + b"\0", EMPTY]
    source, other = Source(chunks), Source(chunks)
    held, held_too = source.chunks(), other.chunks_async()
    text = "the checksum of a message is wrong, at offset 16"
    assert reason(lambda: list(read_messages(held))) == text
    assert (source.taken, source.closed) == (1, True)
    assert reason(lambda: asyncio.run(gather(held_too))) == text
    assert (other.taken, other.closed) == (1, True)


def test_begun_streams() -> None:
    async def begun(source: AsyncIterable[bytes] | AsyncReadable) -> tuple[Message | None, list[Message]]:
        stream = await begin(source)
        return stream.first, await gather(stream)

    async def from_reader() -> tuple[Message | None, list[Message]]:
        return await begun(await stream_reader(DATA))

    for size in (1, 20, len(DATA)):
        source = Source([DATA[at : at + size] for at in range(0, len(DATA), size)])
        assert asyncio.run(begun(source.chunks_async())) == (Message(), ALL)
        assert source.closed
    assert asyncio.run(from_reader()) == (Message(), ALL)
    assert asyncio.run(begun(slowly([]))) == (None, [])


def test_begun_streams_close_their_source() -> None:
    cut, left = Source([EMPTY[:5]]), Source([EMPTY, EMPTY])
    held, held_too = cut.chunks_async(), left.chunks_async()
    assert reason(lambda: asyncio.run(waited_for(held))) == "the stream ends inside of a message, at offset 0"
    assert cut.closed

    async def first() -> bool:
        async with aclosing(read_messages_async(await begin(held_too))) as messages:
            assert await anext(messages) == Message()
        return left.closed

    assert asyncio.run(first())
    assert left.taken == 1


async def waited_for(source: AsyncIterable[bytes]) -> Message | None:
    return (await begin(source)).first


def test_files_stay_open() -> None:
    file = io.BytesIO(DATA)
    assert list(read_messages(file)) == ALL
    assert not file.closed


# Corruption

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
