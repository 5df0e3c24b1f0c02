"""Bodies of responses over functions: whatever breaks them is an error of ours, and what is not read to its end is
closed.
"""

from __future__ import annotations

import asyncio
import http.client
import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.error import URLError

import boto3
import pytest
import urllib3.exceptions
from botocore.awsrequest import AWSResponse
from clients.test_riding import KEYS

from botobind import BotobindError, DecodeError
from botobind.errors import ResponseError
from botobind.eventstream import Message, encode_message
from botobind.http import HttpRequest, HttpResponse
from botobind.io import ConnectionFailed, TimedOut, TransportError
from botobind.testing import fake
from botobind_services import dynamodb, lambda_, s3

Make = Callable[..., Any]


class _ClientPayloadError(Exception):
    """As aiohttp has it, which is not installed here."""


_ClientPayloadError.__module__ = "aiohttp.client_exceptions"


class _ReadTimeout(Exception):  # noqa: N818 - as httpx calls it
    """As httpx has it."""


class _OddError(Exception):
    """Of a program's own."""


_REFUSED = urllib3.exceptions.NewConnectionError(None, "refused")  # type: ignore[arg-type]
"""Made of an exception for timeouts."""

BREAKS: list[tuple[Exception, type[TransportError]]] = [
    (ConnectionResetError("by peer"), ConnectionFailed),
    (TimeoutError("10 s"), TimedOut),
    (URLError(TimeoutError("10 s")), TimedOut),
    (EOFError(), ConnectionFailed),
    (http.client.IncompleteRead(b"{", 9), ConnectionFailed),
    (urllib3.exceptions.ProtocolError("Connection broken"), ConnectionFailed),
    (urllib3.exceptions.ReadTimeoutError(None, "/", "Read timed out"), TimedOut),  # type: ignore[arg-type]
    (_REFUSED, ConnectionFailed),
    (urllib3.exceptions.MaxRetryError(None, "/", _REFUSED), ConnectionFailed),  # type: ignore[arg-type]
    (urllib3.exceptions.LocationParseError("a b"), TransportError),
    (_ClientPayloadError("not all of it"), ConnectionFailed),
    (_ReadTimeout(), TimedOut),
    (_OddError("odd"), TransportError),
    (KeyError("odd"), TransportError),
]


class File:
    """Gives a beginning and then an exception, as a file."""

    def __init__(self, error: Exception | None, *chunks: bytes) -> None:
        self.error = error
        self.left = list(chunks)
        self.closed = 0

    def read(self, size: int = -1, /) -> bytes:
        if size < 0 and self.error is not None:
            raise self.error
        if not self.left and self.error is not None:
            raise self.error
        if size < 0:
            found, self.left = b"".join(self.left), []
            return found
        return self.left.pop(0) if self.left else b""

    def close(self) -> None:
        self.closed += 1


class AwaitedFile(File):
    """Gives a beginning and then an exception, as an asynchronous file."""

    async def read(self, size: int = -1, /) -> bytes:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().read(size)

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        self.closed += 1


class Chunks:
    """Gives a beginning and then an exception, as an iterable, whose iterator is closed."""

    def __init__(self, error: Exception | None, *chunks: bytes) -> None:
        self.file = File(error, *chunks)

    @property
    def closed(self) -> int:
        return self.file.closed

    def __iter__(self) -> Iterator[bytes]:
        try:
            while chunk := self.file.read(1):
                yield chunk
        finally:
            self.file.close()


class AwaitedChunks(Chunks):
    __iter__ = None  # type: ignore[assignment]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while chunk := self.file.read(1):
                await asyncio.sleep(0)
                yield chunk
        finally:
            self.file.close()


SYNC: list[Make] = [File, Chunks]
ALL: list[Make] = [File, AwaitedFile, Chunks, AwaitedChunks]


def sync(package: Any, body: Any, status: int = 200, **headers: str) -> Any:
    response = HttpResponse(status=status, body=body, headers=headers)
    return package.io.Client(transport=lambda _: response)


def awaited(package: Any, body: Any, status: int = 200, **headers: str) -> Any:
    async def transport(_: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return HttpResponse(status=status, body=body, headers=headers)

    return package.io.AsyncClient(transport=transport)


@pytest.mark.parametrize(("error", "kind"), BREAKS, ids=lambda each: type(each).__name__)
def test_what_breaks_a_body(error: Exception, kind: type[TransportError]) -> None:
    async def read(body: Any) -> None:
        streamed = (await awaited(s3, body).get_object(bucket="box", key="a")).body
        assert await streamed.read(2) == b"he"
        await streamed.read()

    for make in ALL:
        body = make(error, b"{")
        with pytest.raises(TransportError, match=r"^ListTables: ") as raised:
            asyncio.run(awaited(dynamodb, body).list_tables())
        assert (type(raised.value), raised.value.__cause__, raised.value.attempts) == (kind, error, 1)
        assert body.closed
        body = make(error, b"he", b"llo")
        with pytest.raises(TransportError, match=r"^GetObject: ") as raised:
            asyncio.run(read(body))
        assert (type(raised.value), raised.value.__cause__, body.closed) == (kind, error, 1)
    for make in SYNC:
        body = make(error, b"{")
        with pytest.raises(TransportError, match=r"^ListTables: ") as raised:
            sync(dynamodb, body).list_tables()
        assert (type(raised.value), raised.value.__cause__, raised.value.attempts) == (kind, error, 1)
        assert body.closed
        body = make(error, b"he", b"llo")
        streamed = sync(s3, body).get_object(bucket="box", key="a").body
        assert streamed.read(2) == b"he"
        with pytest.raises(TransportError, match=r"^GetObject: ") as raised:
            streamed.read()
        assert (type(raised.value), raised.value.__cause__, body.closed) == (kind, error, 1)


def test_what_a_transport_raises() -> None:
    for error, kind in BREAKS:

        def transport(_: HttpRequest, error: Exception = error) -> HttpResponse:
            raise error

        with pytest.raises(TransportError) as raised:
            dynamodb.io.Client(transport=transport).list_tables()
        assert (type(raised.value), raised.value.__cause__) == (kind, error)


def test_half_a_body_is_not_taken_for_all_of_it() -> None:
    body = File(ConnectionResetError(), b"he", b"llo")
    streamed = sync(s3, body).get_object(bucket="box", key="a").body
    with pytest.raises(ConnectionFailed):
        list(streamed)
    with pytest.raises(ConnectionFailed, match="GetObject: the body broke before its end"):
        streamed.read(2)

    async def read() -> None:
        later = (await awaited(s3, AwaitedChunks(_OddError(), b"he")).get_object(bucket="box", key="a")).body
        with pytest.raises(TransportError, match="GetObject: _OddError"):
            [chunk async for chunk in later]
        with pytest.raises(ConnectionFailed, match="GetObject: the body broke before its end"):
            await later.read()

    asyncio.run(read())


def test_who_is_cancelled_reads_on_but_not_of_a_generator() -> None:
    class Slow(AwaitedFile):
        async def read(self, size: int = -1, /) -> bytes:  # type: ignore[override]
            await asyncio.sleep(0 if self.left else 60)
            return await super().read(size)

    async def generated() -> AsyncIterator[bytes]:
        yield b"he"
        await asyncio.sleep(60)
        yield b"llo"

    async def interrupted(body: Any) -> Any:
        streamed = (await awaited(s3, body).get_object(bucket="box", key="a")).body
        assert await streamed.read(2) == b"he"
        reading = asyncio.create_task(streamed.read(2))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        if isinstance(body, Slow):
            body.left = [b"llo"]
        return await streamed.read(5)

    slow = Slow(None, b"he")
    assert asyncio.run(interrupted(slow)) == b"llo"
    assert slow.closed == 0
    with pytest.raises(ConnectionFailed, match="the body broke"):
        asyncio.run(interrupted(generated()))


def test_bodies_that_are_whole() -> None:
    async def read(make: Make) -> None:
        body = make(None, b'{"TableNames": ', b'["a"]}')
        assert (await awaited(dynamodb, body).list_tables()).table_names == ["a"]
        assert body.closed == 1
        for read in (lambda each: each.read(), _joined):
            body = make(None, b"he", b"llo")
            async with (await awaited(s3, body).get_object(bucket="box", key="a")).body as streamed:
                assert await read(streamed) == b"hello"
                assert await streamed.read(1) == b""
            assert body.closed == 1

    async def _joined(streamed: Any) -> bytes:
        return b"".join([chunk async for chunk in streamed.iter_chunks(1)])

    for make in ALL:
        asyncio.run(read(make))
    for make in SYNC:
        body = make(None, b'{"TableNames": ', b'["a"]}')
        assert sync(dynamodb, body).list_tables().table_names == ["a"]
        assert body.closed == 1
        with sync(s3, make(None, b"he", b"llo")).get_object(bucket="box", key="a").body as streamed:
            assert streamed.read() == b"hello"
            assert streamed.read(1) == b""
    with sync(s3, [b"", b"hello"]).get_object(bucket="box", key="a").body as streamed:
        assert [streamed.read(2), streamed.read(2), streamed.read()] == [b"he", b"ll", b"o"]
    file = io.BytesIO(b"one\ntwo")
    streamed = sync(s3, file).get_object(bucket="box", key="a").body
    assert (streamed.readline(), streamed.tell(), streamed.readlines()) == (b"one\n", 4, [b"two"])
    for text in (bytearray(b"{}"), memoryview(b"{}")):
        assert sync(dynamodb, text).list_tables() == dynamodb.ListTablesOutput()
        assert sync(s3, text).get_object(bucket="box", key="a").body is text


@pytest.mark.parametrize("chunk", ["text", 3, None])
def test_bodies_that_are_no_bytes(chunk: Any) -> None:
    with pytest.raises(DecodeError, match="expected bytes"):
        sync(dynamodb, [b"{", chunk]).list_tables()
    with pytest.raises(DecodeError, match="expected bytes"):
        asyncio.run(awaited(dynamodb, [b"{", chunk]).list_tables())
    streamed = sync(s3, [b"he", chunk]).get_object(bucket="box", key="a").body
    with pytest.raises(DecodeError, match="expected bytes"):
        streamed.read()


def test_the_error_of_a_streamed_operation() -> None:
    answer = b"<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>"
    for make in SYNC:
        body = make(None, answer)
        with pytest.raises(s3.NoSuchKey, match="gone"):
            sync(s3, body, 404).get_object(bucket="box", key="a")
        assert body.closed == 1
    for make in ALL:
        body = make(None, answer)
        with pytest.raises(s3.NoSuchKey, match="gone"):
            asyncio.run(awaited(s3, body, 404).get_object(bucket="box", key="a"))
        assert body.closed == 1
        with pytest.raises(TransportError, match=r"GetObject: _OddError"):
            asyncio.run(awaited(s3, make(_OddError(), b"<"), 404).get_object(bucket="box", key="a"))


def test_a_stream_whose_headers_cannot_be_read_is_closed() -> None:
    headers = {"Content-Length": "many"}
    body = File(None, b"hello")
    with pytest.raises(ResponseError):
        sync(s3, body, **headers).get_object(bucket="box", key="a")
    assert body.closed == 1
    later = AwaitedFile(None, b"hello")
    with pytest.raises(ResponseError):
        asyncio.run(awaited(s3, later, **headers).get_object(bucket="box", key="a"))
    assert later.closed == 1


EVENT = encode_message(
    Message(
        {":message-type": "event", ":event-type": "PayloadChunk", ":content-type": "application/octet-stream"}, b"hi"
    )
)


def test_events_that_break() -> None:
    async def read(body: Any) -> list[Any]:
        found = await awaited(lambda_, body).invoke_with_response_stream(function_name="echo")
        seen = []
        try:
            async for event in found.event_stream:
                seen.append(event)  # noqa: PERF401 - those before it breaks
        except BotobindError as error:
            seen.append(error)
        return seen

    for make in ALL:
        body = make(_OddError("odd"), EVENT, EVENT[:9])
        event, error = asyncio.run(read(body))
        assert event.payload_chunk.payload == b"hi"
        assert (type(error), str(error)) == (TransportError, "InvokeWithResponseStream: _OddError: odd")
        assert body.closed
        body = make(None, EVENT, EVENT)
        assert len(asyncio.run(read(body))) == 2
        assert body.closed
    for make in SYNC:
        body = make(_OddError("odd"), EVENT, EVENT[:9])
        events = iter(sync(lambda_, body).invoke_with_response_stream(function_name="echo").event_stream)
        assert next(events).payload_chunk.payload == b"hi"
        with pytest.raises(TransportError, match="InvokeWithResponseStream: _OddError: odd"):
            next(events)
        assert body.closed


class _Raw:
    """A socket's end below botocore, which breaks."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.closed = False

    def read(self, *_: object) -> Any:
        raise self.error

    readinto = readlines = read

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("error", [ConnectionResetError("by peer"), http.client.IncompleteRead(b"")])
def test_what_breaks_a_body_below_botocore(error: Exception) -> None:
    below = boto3.client("s3", **KEYS)
    raws: list[_Raw] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        raws.append(_Raw(error))
        return AWSResponse(request.url, 200, {}, raws[-1])

    below.meta.events.register("before-send", answer)
    reads: list[Callable[[Any], Any]] = [
        lambda body: body.read(2),
        list,
        lambda body: body.readlines(),
        lambda body: body.readinto(bytearray(2)),
        lambda body: list(body.iter_lines()),
    ]
    for read in reads:
        body: Any = s3.io.Client(below).get_object(bucket="box", key="a").body
        with pytest.raises(ConnectionFailed, match="GetObject: ") as raised:
            read(body)
        assert raised.value.__cause__ is error
        assert raws[-1].closed
    below.close()


def test_bodies_of_this_process_stay_as_they_are() -> None:
    body = File(_OddError(), b"hello")
    service = fake(s3, {"GetObject": lambda _: s3.GetObjectOutput(body=body)})
    assert s3.io.Client(transport=service).get_object(bucket="box", key="a").body is body

    async def get() -> Any:
        return (await s3.io.AsyncClient(transport=service).get_object(bucket="box", key="a")).body

    assert asyncio.run(get()) is body

    def odd(_: HttpRequest) -> HttpResponse:
        return HttpResponse(body=File(ConnectionResetError("own"), b"{"))

    odd.in_process = True  # type: ignore[attr-defined]
    with pytest.raises(ConnectionResetError, match="own"):
        dynamodb.io.Client(transport=odd).list_tables()
