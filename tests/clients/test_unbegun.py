"""Events and bodies that nobody has begun to read: to close them closes what is below."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from clients.test_bodies import EVENT, AwaitedFile, File, awaited, sync
from clients.test_riding import KEYS

from botobind.io import streamed_bodies
from botobind.io.riding_async import AsyncParser
from botobind_services import lambda_, s3

ECHO = {"function_name": "echo"}


class Response:
    """An iterable of chunks that is closed itself, as those of requests are."""

    def __init__(self, _: None, *chunks: bytes) -> None:
        self.left = chunks
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield from self.left

    def close(self) -> None:
        self.closed += 1


class AwaitedResponse(Response):
    __iter__ = None  # type: ignore[assignment]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.left:
            yield chunk

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        self.close()


@pytest.mark.parametrize("make", [File, Response])
def test_over_a_function(make: Any) -> None:
    for has_begun in (False, True):
        body = make(None, EVENT, EVENT)
        events = sync(lambda_, body).invoke_with_response_stream(**ECHO).event_stream
        if has_begun:
            assert next(events).payload_chunk.payload == b"hi"
        assert body.closed == 0
        events.close()
        assert body.closed == 1
        assert list(events) == []
        events.close()
        assert body.closed == 1
    with sync(lambda_, body := make(None, EVENT)).invoke_with_response_stream(**ECHO).event_stream:
        pass
    assert body.closed == 1
    sync(s3, body := make(None, b"hello")).get_object(bucket="box", key="a").body.close()
    assert body.closed == 1


@pytest.mark.parametrize("make", [File, AwaitedFile, Response, AwaitedResponse])
def test_over_an_asynchronous_function(make: Any) -> None:
    async def run() -> None:
        for has_begun in (False, True):
            body = make(None, EVENT, EVENT)
            events = (await awaited(lambda_, body).invoke_with_response_stream(**ECHO)).event_stream
            if has_begun:
                assert (await anext(events)).payload_chunk.payload == b"hi"
            assert body.closed == 0
            await events.aclose()
            assert body.closed == 1
            assert [event async for event in events] == []
            await events.aclose()
            assert body.closed == 1
        async with (await awaited(lambda_, body := make(None, EVENT)).invoke_with_response_stream(**ECHO)).event_stream:
            pass
        assert body.closed == 1
        await (await awaited(s3, body := make(None, b"hello")).get_object(bucket="box", key="a")).body.aclose()
        assert body.closed == 1

    asyncio.run(run())


class Raw(File):
    """What urllib3 gives of a response."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield from self.left


def test_while_riding() -> None:
    raws: list[Raw] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        raws.append(Raw(None, EVENT, EVENT))
        return AWSResponse(request.url, 200, {"content-type": "application/vnd.amazon.eventstream"}, raws[-1])

    below = boto3.client("lambda", **KEYS)
    below.meta.events.register("before-send", answer)
    client = lambda_.io.Client(below)
    for has_begun in (False, True):
        events: Any = client.invoke_with_response_stream(function_name="echo").event_stream
        if has_begun:
            assert next(events).payload_chunk.payload == b"hi"
        assert raws[-1].closed == 0
        events.close()
        assert raws[-1].closed == 1
    below.close()


class AwaitedRaw(AwaitedFile):
    """What httpx gives of a response."""

    async def aiter_raw(self) -> AsyncIterator[bytes]:
        for chunk in self.left:
            yield chunk


def test_while_riding_asynchronously() -> None:
    async def run() -> None:
        operation = lambda_.endpoints.InvokeWithResponseStream
        parser = AsyncParser({operation.name: operation}, "lambda")
        raw = AwaitedRaw(None, EVENT)
        context = {"operation_name": operation.name}
        parsed: Any = await parser.parse({"status_code": 200, "headers": {}, "body": raw, "context": context}, None)
        assert raw.closed == 0
        await parsed.current().event_stream.aclose()
        assert raw.closed == 1

    asyncio.run(run())


@pytest.mark.parametrize(("in_body", "left"), [(("name",), 1), ((), 2)])
def test_in_protocols_of_one_document(in_body: Any, left: int) -> None:
    """There the first message has been read, where the output has members in it: a quiet stream is there at once."""

    async def run() -> None:
        body = streamed_bodies.AsyncStreamedBody(raw := AwaitedFile(None, EVENT, EVENT), "Talk")
        output = type("Output", (), {"IN_BODY": in_body})
        talk: Any = type("Operation", (), {"protocols": ("json",), "output": output})
        begun: Any = await streamed_bodies.begun(talk, streamed_bodies.chunks_awaited(body))
        assert len(raw.left) == left
        await begun.aclose()
        assert raw.closed == 1

    asyncio.run(run())
