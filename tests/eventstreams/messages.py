"""What the tests of event streams share: messages, right and wrong, and what is read of them."""

from __future__ import annotations

import asyncio
import struct
import traceback
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from uuid import UUID
from zlib import crc32

import pytest
from support.hostile import CANARY

from botobind.errors import DecodeError
from botobind.eventstream import (
    AsyncReadable,
    Message,
    Short,
    encode_message,
    read_messages,
    read_messages_async,
)

MEBIBYTE = 1 << 20
ID = UUID("00112233-4455-6677-8899-aabbccddeeff")


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


async def gather(source: AsyncIterable[bytes] | AsyncReadable) -> list[Message]:
    return [message async for message in read_messages_async(source)]


async def slowly(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(0)
        yield chunk
