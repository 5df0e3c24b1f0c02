"""Streams that another thread or task closes while they are read: what can end does, else there is our error."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from eventstreams.messages import SAMPLE, SAMPLE_BYTES

from botobind.errors import BotobindError
from botobind.eventstream import read_messages, read_messages_async
from botobind_services import s3

SELECT: Any = s3.endpoints.SelectObjectContent


def written(events: Any) -> Any:
    """Chunks to send that are made of events."""
    return SELECT.to_response(s3.SelectObjectContentOutput(payload=events)).body


def event() -> Any:
    return s3.SelectObjectContentEventStream(cont=s3.ContinuationEvent())


async def gathered(stream: Any) -> list[Any]:
    return [each async for each in stream]


# what is closed, of what it is made, and an item of that
IN_GENERATORS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[], Any]]] = {
    "messages": (read_messages, read_messages_async, lambda: SAMPLE_BYTES),
    "events": (written, written, event),
}


@pytest.mark.parametrize("way", IN_GENERATORS)
def test_generators_that_a_thread_is_in(way: str) -> None:
    """Nothing can end them."""
    make, _, item = IN_GENERATORS[way]
    held, done = threading.Event(), threading.Event()

    def items() -> Iterator[Any]:
        held.set()
        done.wait(20)
        yield item()

    stream = make(items())
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(list, stream)
        held.wait(20)
        try:
            with pytest.raises(BotobindError, match="cannot be closed"):
                stream.close()
        finally:
            done.set()
        assert len(reading.result(20)) == 1
    stream.close()


@pytest.mark.parametrize("way", IN_GENERATORS)
def test_generators_that_a_task_is_in(way: str) -> None:
    _, make, item = IN_GENERATORS[way]

    async def run() -> None:
        held, done = asyncio.Event(), asyncio.Event()

        async def items() -> AsyncIterator[Any]:
            held.set()
            await done.wait()
            yield item()

        stream = make(items())
        reading = asyncio.ensure_future(gathered(stream))
        await asyncio.wait_for(held.wait(), 20)
        try:
            with pytest.raises(BotobindError, match="cannot be closed"):
                await stream.aclose()
        finally:
            done.set()
        assert len(await asyncio.wait_for(reading, 20)) == 1
        await stream.aclose()

    asyncio.run(run())


class Pipe:
    """A source that ends when it is closed."""

    def __init__(self) -> None:
        self.held, self.over = threading.Event(), threading.Event()
        self._left = [SAMPLE_BYTES]

    def __iter__(self) -> Pipe:
        return self

    def __next__(self) -> bytes:
        if self._left:
            return self._left.pop()
        self.held.set()
        self.over.wait(20)
        raise StopIteration

    def close(self) -> None:
        self.over.set()


class AwaitedPipe:
    def __init__(self) -> None:
        self.held, self.over = asyncio.Event(), asyncio.Event()
        self._left = [SAMPLE_BYTES]

    def __aiter__(self) -> AwaitedPipe:
        return self

    async def __anext__(self) -> bytes:
        if self._left:
            return self._left.pop()
        self.held.set()
        await asyncio.wait_for(self.over.wait(), 20)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self.over.set()


def test_sources_that_can_be_closed() -> None:
    pipe = Pipe()
    stream = read_messages(pipe)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(list, stream)
        pipe.held.wait(20)
        try:
            stream.close()
            assert pipe.over.is_set()
        finally:
            pipe.close()
        assert reading.result(20) == [SAMPLE]


def test_sources_that_can_be_closed_awaited() -> None:
    async def run() -> None:
        pipe = AwaitedPipe()
        stream = read_messages_async(pipe)
        reading = asyncio.ensure_future(gathered(stream))
        await asyncio.wait_for(pipe.held.wait(), 20)
        await stream.aclose()
        assert await asyncio.wait_for(reading, 20) == [SAMPLE]

    asyncio.run(run())


def test_errors_of_closing_are_raised_as_they_are() -> None:
    """Also those that Python has for generators in use."""

    class Odd(Pipe):
        def close(self) -> None:
            raise ValueError("odd")

    stream = read_messages(Odd())
    assert next(stream) == SAMPLE
    with pytest.raises(ValueError, match="odd"):
        stream.close()
