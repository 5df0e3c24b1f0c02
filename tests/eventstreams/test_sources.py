"""Where event streams are read from: whatever gives bytes is read as they come, and closed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable
from contextlib import aclosing, closing

import pytest
from eventstreams.messages import EMPTY, MEBIBYTE, SAMPLE, SAMPLE_BYTES, gather, reason, slowly

from botobind.eventstream import (
    AsyncReadable,
    Message,
    begin,
    encode_message,
    read_messages,
    read_messages_async,
)
from botobind.types import Readable

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
        self._chunks = [data, b""]

    def read(self, size: int = -1, /) -> bytes:
        raise AssertionError(f"would wait for {size} bytes")

    def read1(self, size: int = -1, /) -> bytes:
        assert size > 0
        return self._chunks.pop(0)


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
    messages.close()
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


def test_what_has_not_begun_closes_its_source() -> None:
    class Held(Chunks):
        closed = 0

        def __iter__(self) -> Held:
            return self

        def __next__(self) -> bytes:
            raise AssertionError("nobody reads")

        def close(self) -> None:
            self.closed += 1

        async def aclose(self) -> None:
            self.closed += 1

    held = [Held() for _ in range(5)]
    with read_messages(held[0]):
        pass
    with closing(read_messages(read_messages(held[1]))):  # type: ignore[arg-type] # an iterator with a `close`
        pass

    async def run() -> None:
        async with read_messages_async(held[2]):
            pass
        async with aclosing(read_messages_async(await begin(held[3]))):
            pass
        await (await begin(held[4])).aclose()

    asyncio.run(run())
    assert [each.closed for each in held] == [1] * 5


def test_files_stay_open() -> None:
    file = io.BytesIO(DATA)
    assert list(read_messages(file)) == ALL
    assert not file.closed
