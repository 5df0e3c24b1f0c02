"""Asynchronous clients: over functions that are awaited, and over fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from botobind import BotobindError
from botobind.http import HttpRequest, HttpResponse
from botobind.io import ClientClosed, ConnectionFailed, TimedOut, TransportError, WrongClient
from botobind.testing import MissingHandlerError, fake
from botobind_services import dynamodb, s3, sts

ITEM = {"pk": dynamodb.AttributeValue(s="a")}
REQUEST = dynamodb.GetItemInput(table_name="books", key=ITEM)


def get_item(request: dynamodb.GetItemInput) -> dynamodb.GetItemOutput:
    if request.table_name != "books":
        raise dynamodb.ResourceNotFoundException(message="no such table")
    return dynamodb.GetItemOutput(item=request.key)


def test_a_fake_is_awaited() -> None:
    async def run() -> None:
        async with dynamodb.io.AsyncClient(transport=fake(dynamodb, {"GetItem": get_item})) as client:
            assert (await client.get_item(table_name="books", key=ITEM)).item == ITEM
            assert (await client.get_item.send(REQUEST)).item == ITEM
            lost = dynamodb.GetItemInput(table_name="films", key=ITEM)
            assert isinstance(await client.get_item.result(lost), dynamodb.ResourceNotFoundException)
            with pytest.raises(dynamodb.ResourceNotFoundException) as raised:
                await client.get_item.send(lost)
            assert raised.value.attempts == 1
            with pytest.raises(MissingHandlerError):
                await client.list_tables()
            held = client.get_item
        with pytest.raises(ClientClosed, match="GetItem: the client was closed"):
            await held.send(REQUEST)
        with pytest.raises(ClientClosed):
            await client.call_of(dynamodb.endpoints.GetItem).send(REQUEST)
        await client.close()

    asyncio.run(run())


def test_handlers_are_awaited_and_bodies_are_read() -> None:
    service = fake(s3)
    entered = asyncio.Event()

    @service.on(s3.endpoints.PutObject)
    async def put(request: s3.PutObjectRequest) -> s3.PutObjectOutput:
        await asyncio.sleep(0)
        if request.key == "late":
            entered.set()
            await asyncio.Event().wait()
        if request.key == "odd":
            raise ValueError(request.key)
        if request.key == "full":
            raise s3.InvalidWriteOffset
        return s3.PutObjectOutput(etag=str(len(request.body)))

    async def body() -> AsyncIterator[bytes]:
        yield b"he"
        yield b"llo"

    async def run() -> None:
        client = s3.io.AsyncClient(transport=service)
        assert (await client.put_object(bucket="box", key="a", body=body())).etag == "5"
        with pytest.raises(s3.InvalidWriteOffset):
            await client.put_object(bucket="box", key="full")
        with pytest.raises(ValueError, match="odd"):
            await client.put_object(bucket="box", key="odd")
        call = asyncio.create_task(client.put_object.send(s3.PutObjectRequest(bucket="box", key="late")))
        await entered.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(run())
    assert [each.key for each in service.requests(s3.endpoints.PutObject)] == ["a", "full", "odd"]
    assert service.responses(s3.endpoints.PutObject) == [s3.PutObjectOutput(etag="5"), s3.InvalidWriteOffset()]
    with pytest.raises(BotobindError, match="asynchronous"):
        s3.io.Client(transport=service).put_object(bucket="box", key="a")


def test_latency_holds_up_nobody_and_calls_can_be_cancelled() -> None:
    async def run() -> None:
        service = fake(dynamodb, {"GetItem": get_item}, latency=60)
        client = dynamodb.io.AsyncClient(transport=service)
        calls = [asyncio.create_task(client.get_item.send(REQUEST)) for _ in range(3)]
        await asyncio.sleep(0)
        service.latency = 0
        assert (await client.get_item.send(REQUEST)).item == ITEM
        for call in calls:
            call.cancel()
        assert all(
            isinstance(each, asyncio.CancelledError) for each in await asyncio.gather(*calls, return_exceptions=True)
        )
        assert len(service.calls) == 1

    asyncio.run(run())


def answering(response: HttpResponse | Exception) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    async def transport(_: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        if isinstance(response, Exception):
            raise response
        return response

    return transport


class _Body:
    def __init__(self, *chunks: bytes | Exception) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk


def test_functions() -> None:
    async def found(response: HttpResponse | Exception) -> Any:
        return await dynamodb.io.AsyncClient(transport=answering(response)).get_item.send(REQUEST)

    assert asyncio.run(found(HttpResponse(body=_Body(b'{"Item": ', b'{"pk": {"S": "a"}}}')))).item == ITEM
    faults: list[tuple[Any, type[TransportError]]] = [
        (ConnectionResetError("by peer"), ConnectionFailed),
        (TimeoutError(), TimedOut),
        (KeyError("odd"), TransportError),
        (None, TransportError),
        (HttpResponse(body=_Body(b"{", ConnectionResetError("in mid-body"))), ConnectionFailed),
    ]
    for response, kind in faults:
        with pytest.raises(TransportError, match=r"^GetItem: ") as raised:
            asyncio.run(found(response))
        assert type(raised.value) is kind


def test_streams_are_passed_on() -> None:
    async def run() -> None:
        body = _Body(b"he", b"llo")
        found = await s3.io.AsyncClient(transport=answering(HttpResponse(body=body))).get_object(bucket="box", key="a")
        assert [chunk async for chunk in found.body] == [b"he", b"llo"]  # type: ignore[union-attr] # as it came

    asyncio.run(run())


def test_what_an_asynchronous_client_is_made_of() -> None:
    with pytest.raises(WrongClient, match="a transport is a function"):
        sts.io.AsyncClient(transport=3)  # type: ignore[arg-type]
    client = sts.io.AsyncClient(transport=answering(HttpResponse()))
    assert repr(client) == "<client of sts>"
    assert "assume_role" in dir(client)
    with pytest.raises(WrongClient, match=r"GetItem is no operation of botobind_services\.sts"):
        client.call_of(dynamodb.endpoints.GetItem)
