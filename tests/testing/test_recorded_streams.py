"""Bodies and events of recorded and replayed clients: read as those that come from AWS, awaited where those are; and
what goes past a recording.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from inspect import isawaitable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from clients.test_bodies import AwaitedChunks, AwaitedFile, Chunks, File, awaited, sync
from clients.test_riding import KEYS
from functional.test_initial_messages import MODEL

from botobind.http import read_all
from botobind.io import ConnectionFailed, WrongClient
from botobind.io.streamed_bodies import AsyncStreamedBody, StreamedBody
from botobind.io.transfers import TransferConfig
from botobind.testing import fake
from botobind.testing.messageforms import value_of
from botobind.testing.recordedstreams import RecordedBody
from botobind.testing.recording import Recorder, Replay
from botobind_services import lambda_, s3

BOX = {"bucket": "box", "key": "a"}
ECHO = {"function_name": "echo"}
EVENTS = [
    lambda_.InvokeWithResponseStreamResponseEvent(payload_chunk=lambda_.InvokeResponseStreamUpdate(payload=payload))
    for payload in (b"one", b"two")
]
STREAM = read_all(
    lambda_.endpoints.InvokeWithResponseStream.to_response(
        lambda_.InvokeWithResponseStreamResponse(event_stream=EVENTS)
    ).body
)
FIRST = STREAM[: len(STREAM) // 2]
TEXT = b"one\r\ntwo\n\nthree\r" + b"x" * 1500 + b"\rend"


async def body_of(client: Any) -> Any:
    found = client.get_object(**BOX)
    return (await found if isawaitable(found) else found).body


async def events_of(client: Any) -> Any:
    found = client.invoke_with_response_stream(**ECHO)
    return (await found if isawaitable(found) else found).event_stream


async def whole(events: Any) -> list[Any]:
    return [event async for event in events] if hasattr(events, "__aiter__") else list(events)


@pytest.mark.parametrize("make", [AwaitedFile, AwaitedChunks, File, Chunks])
def test_asynchronous_clients(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"

    async def replayed() -> None:
        async with await body_of(s3.io.AsyncClient(transport=Replay(s3, path))) as body:
            assert await body.read(2) == b"he"
            assert [chunk async for chunk in body] == [b"llo"]
        client = lambda_.io.AsyncClient(transport=Replay(lambda_, path))
        assert await whole(await events_of(client)) == EVENTS
        events = await events_of(client)
        assert await anext(events) == EVENTS[0]
        await events.aclose()
        assert await whole(events) == []

    async def both() -> None:
        with Recorder(path, show=("Payload",)) as recorder:
            for package, chunks in ((s3, (b"he", b"llo")), (lambda_, (STREAM,)), (lambda_, (STREAM,))):
                below = make(None, *chunks)
                client = recorder.client(awaited(package, below))
                found = await (body_of if package is s3 else events_of)(client)
                assert below.closed
                assert hasattr(found, "aclose")
                again = await found.read() if package is s3 else await whole(found)
                assert again == (b"hello" if package is s3 else EVENTS)
        await replayed()

    asyncio.run(both())


@pytest.mark.parametrize("make", [File, Chunks])
def test_synchronous_clients(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    with Recorder(path, show=("Payload",)) as recorder:
        found = recorder.client(sync(lambda_, below := make(None, STREAM))).invoke_with_response_stream(**ECHO)
        assert below.closed
        with found.event_stream as events:
            assert next(events) == EVENTS[0]
        assert list(found.event_stream) == []
        assert recorder.client(sync(s3, below := make(None, b"he", b"llo"))).get_object(**BOX).body.read() == b"hello"
        assert below.closed
    marked = {"$stream": [{"PayloadChunk": {"Payload": {"$text": text}}} for text in ("one", "two")]}
    assert recorder.calls[0]["response"]["EventStream"] == marked
    again = lambda_.io.Client(transport=Replay(lambda_, path)).invoke_with_response_stream(**ECHO).event_stream
    assert next(again) == EVENTS[0]
    assert list(again) == EVENTS[1:]


@pytest.mark.parametrize("is_async", [True, False])
def test_what_came_before_a_break_is_kept(is_async: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a row
    path = tmp_path / "calls.json"
    make, over = (AwaitedFile, awaited) if is_async else (File, sync)
    client_of = (lambda package: package.io.AsyncClient) if is_async else (lambda package: package.io.Client)

    async def check(client: Any, package: Any) -> None:
        if package is lambda_:
            events = await events_of(client)
            assert (await anext(events) if is_async else next(events)) == EVENTS[0]
            with pytest.raises(ConnectionFailed):
                await whole(events)
            return
        body = await body_of(client)
        found = body.read(2)
        assert (await found if is_async else found) == b"he"
        with pytest.raises(ConnectionFailed):
            _ = await body.read(2) if is_async else body.read(2)

    async def run() -> None:
        with Recorder(path, show=("Payload",)) as recorder:
            for package, chunk in ((s3, b"he"), (lambda_, FIRST)):
                below = make(ConnectionResetError("cut"), chunk)
                await check(recorder.client(over(package, below)), package)
                assert below.closed
        for package in (s3, lambda_):
            await check(client_of(package)(transport=Replay(package, path)), package)

    asyncio.run(run())


def theirs(data: bytes) -> Any:
    return StreamingBody(io.BytesIO(data), len(data))


BODIES: dict[str, Callable[[bytes], Any]] = {
    "ridden on": lambda data: StreamedBody(theirs(data), "GetObject"),
    "a file": lambda data: StreamedBody(io.BytesIO(data), "GetObject"),
    "chunks": lambda data: StreamedBody([data[at : at + 7] for at in range(0, len(data), 7)], "GetObject"),
    "recorded": RecordedBody,
}
READS: dict[str, Callable[[Any], Any]] = {
    "all": lambda body: [body.read(), body.read()],
    "amt": lambda body: b"".join([body.read(amt=3), body.read(4), body.read(amt=None)]),
    "chunks": lambda body: b"".join(body.iter_chunks(chunk_size=5)),
    "iter": b"".join,
    "next": lambda body: next(body)[:3],
    "next method": lambda body: body.next()[:3],
    "lines": lambda body: list(body.iter_lines()),
    "short chunks": lambda body: list(body.iter_lines(3)),
    "ends": lambda body: list(body.iter_lines(chunk_size=1, keepends=True)),
    "closed": lambda body: body.close(),
}
OF_FILES: dict[str, Callable[[Any], Any]] = {
    "readinto": lambda body: [body.readinto(room := bytearray(5)), bytes(room), body.tell()],
    "readlines": lambda body: [line.rstrip(b"\r\n")[:2] for line in body.readlines()],
    "readable": lambda body: body.readable(),
    "tell": lambda body: [body.tell(), len(body.read(4)), body.tell()],
    "text": lambda body: io.TextIOWrapper(body, encoding="utf-8").read(7),
    "buffered": lambda body: io.BufferedReader(body).read(7),
}


@pytest.mark.parametrize("kind", BODIES)
def test_the_surface_of_bodies(kind: str) -> None:
    for data in (TEXT, b"", b"\n", b"a\r\n\r\nb\n"):
        for name, read in (READS if kind == "chunks" else {**READS, **OF_FILES}).items():
            expected, found = (outcome(read, make(data)) for make in (theirs, BODIES[kind]))
            assert found == expected, name


def outcome(read: Callable[[Any], Any], body: Any) -> Any:
    try:
        return read(body)
    except StopIteration:
        return "the end"


def test_the_surface_of_asynchronous_bodies() -> None:
    async def slowly(data: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(data), 7):
            yield data[at : at + 7]

    async def read(make: Callable[[bytes], Any]) -> list[Any]:
        room = bytearray(5)
        return [
            await make(TEXT).read(amt=3),
            [line async for line in make(TEXT).iter_lines()],
            [line async for line in make(TEXT).iter_lines(chunk_size=3, keepends=True)],
            b"".join([chunk async for chunk in make(TEXT).iter_chunks(chunk_size=5)]),
            (await anext(make(TEXT)))[:3],
            [line[:9] for line in await make(TEXT).readlines()],
            [await make(TEXT).readinto(room), bytes(room)],
            await anext(make(b""), None),
        ]

    expected = [
        b"one",
        TEXT.splitlines(),
        TEXT.splitlines(keepends=True),
        TEXT,
        b"one",
        [line[:9] for line in TEXT.splitlines(keepends=True)],
        [5, b"one\r\n"],
        None,
    ]
    for make in (RecordedBody, io.BytesIO, slowly):
        found = asyncio.run(read(lambda data, make=make: AsyncStreamedBody(make(data), "GetObject")))  # type: ignore[misc]
        assert found == expected


def test_a_hidden_body_is_read_as_a_stream() -> None:
    found = value_of(s3.GetObjectOutput, {"Body": {"$hidden": "stream"}})
    assert found.body.read() == b"hidden"


def test_recorded_bodies_have_no_socket() -> None:
    body = RecordedBody(b"hello")
    body.set_socket_timeout(3)
    with body:
        assert (body.closed, body.read(2)) == (False, b"he")
    assert (body.closed, body.read()) == (True, b"")


def test_requests_whose_events_come_one_by_one(tmp_path: Path, generate_once: Any) -> None:
    talk = generate_once(MODEL)
    said = [talk.Events(said=talk.Said(text=text, count=1)) for text in "ab"]

    def answer(request: Any) -> Any:
        return talk.Reply(name=request.name, events=iter(list(request.events)))

    def call(client: Any) -> list[Any]:
        return list(client.talk(name="me", events=iter(said)).events)

    path = tmp_path / "calls.json"
    service = fake(talk, {"Talk": answer})
    with Recorder(path, show=("Payload",)) as recorder:
        assert call(recorder.client(talk.io.Client(transport=service))) == said
    assert call(talk.io.Client(transport=Replay(talk, path))) == said

    async def arriving() -> AsyncIterator[Any]:
        for event in said:
            yield event

    async def later(client: Any) -> list[Any]:
        found = await client.talk(name="me", events=arriving())
        assert found.name == "me"
        return [event async for event in found.events]

    assert asyncio.run(later(talk.io.AsyncClient(transport=Replay(talk, path)))) == said


def test_what_goes_past_a_recording(tmp_path: Path) -> None:
    below = boto3.client("s3", **KEYS)
    path = tmp_path / "calls.json"
    bare = s3.io.Client(below)
    with Recorder(path, show=("Payload",)) as recorder:
        client = recorder.client(bare)
        url = client.get_object.presign(60, **BOX)
        assert url.partition("?")[0] == bare.get_object.presign(60, **BOX).partition("?")[0]
        assert client.presign_post("box", "a").url == bare.presign_post("box", "a").url
        over_function = recorder.client(s3.io.Client(transport=fake(s3)))
        with pytest.raises(WrongClient, match="GetObject: a URL is signed by a client that rides"):
            over_function.get_object.presign(60, **BOX)
    assert recorder.calls == []
    below.close()


def test_transfers_are_recorded_as_their_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botobind.io.transfers.config.SMALLEST_PART", 1)
    config = TransferConfig(multipart_threshold=1000, multipart_chunksize=1000, max_concurrency=3)
    handlers: dict[str, Callable[[Any], Any]] = {
        "CreateMultipartUpload": lambda _: s3.CreateMultipartUploadOutput(upload_id="u"),
        "UploadPart": lambda request: s3.UploadPartOutput(etag=str(len(read_all(request.body)))),
        "CompleteMultipartUpload": lambda _: s3.CompleteMultipartUploadOutput(),
        "GetObject": lambda _: s3.GetObjectOutput(body=b"hello", content_length=5),
    }

    async def transfer(client: Any) -> bytes:
        found = io.BytesIO()
        for done in (
            client.upload_fileobj(b"x" * 4500, s3.PutObjectRequest(**BOX), config=config),
            client.download_fileobj(s3.GetObjectRequest(**BOX), found, config=config),
        ):
            await done if isawaitable(done) else None
        return found.getvalue()

    path = tmp_path / "calls.json"
    for client in (s3.io.Client, s3.io.AsyncClient):
        with Recorder(path) as recorder:
            assert asyncio.run(transfer(recorder.client(client(transport=fake(s3, handlers))))) == b"hello"
        names = [call["operation"] for call in recorder.calls]
        assert names[0] == "CreateMultipartUpload"
        assert names[1:] == [*["UploadPart"] * 5, "CompleteMultipartUpload", "GetObject"]
        assert asyncio.run(transfer(client(transport=Replay(s3, path)))) == b"hello"


def test_an_asynchronous_client_presigns_while_it_is_recorded(tmp_path: Path) -> None:
    class Signs:
        async def presign(self, operation: Any, value: Any, expires: int, method: str | None) -> str:
            return f"{operation.name} {value.key} {expires} {method}"

        async def post(self, form: Any) -> Any:
            return form.key, {}

        async def carry(self, operation: Any, value: Any) -> Any:
            raise NotImplementedError

    client = s3.io.AsyncClient(transport=fake(s3))._over(Signs())
    recorded = Recorder(tmp_path / "calls.json").client(client)
    assert asyncio.run(recorded.get_object.presign(60, **BOX)) == "GetObject a 60 None"
    assert asyncio.run(recorded.presign_post("box", "a")).url == "a"
