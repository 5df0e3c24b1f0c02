"""Bodies that the engine gives are those of all other clients, read by whatever files are read by, and checked."""

from __future__ import annotations

import asyncio
import io
import zlib
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support.engines import Made
from support.fault_server import Server, answer, half

from botobind.errors import BotobindError, ResponseError
from botobind.http import make_response
from botobind.io import ConnectionFailed, TransportError
from botobind.io.engine.downloads import CheckedAsyncRaw, CheckedRaw
from botobind.io.streamed_bodies import AsyncStreamedBody, StreamedBody
from botobind_services import s3

OBJECT = s3.GetObjectRequest(bucket="box", key="a")
TEXT = b"".join(b"%d\r\n" % number for number in range(20_000)) + b"and no end"


async def _lines(body: Any, **options: Any) -> list[bytes]:
    return [line async for line in body.iter_lines(**options)]


async def _chunks(body: Any, size: int) -> list[bytes]:
    return [chunk async for chunk in body.iter_chunks(size)]


async def _into(body: Any) -> tuple[int, bytes]:
    return await body.readinto(buffer := bytearray(7)), bytes(buffer)


Read = Callable[[Any], Any]
READS: dict[str, tuple[Read, Callable[[Any], Awaitable[Any]] | None]] = {
    "read": (lambda body: body.read(), lambda body: body.read()),
    "read all": (lambda body: body.read(-1), lambda body: body.read(-1)),
    "read none": (lambda body: body.read(None), lambda body: body.read(None)),
    "read some": (lambda body: body.read(7), lambda body: body.read(7)),
    "read1": (lambda body: body.read1(1), lambda body: body.read1(1)),
    "chunks": (lambda body: list(body.iter_chunks(9999)), lambda body: _chunks(body, 9999)),
    "lines": (lambda body: list(body.iter_lines()), _lines),
    "short lines": (
        lambda body: list(body.iter_lines(999, keepends=True)),
        lambda body: _lines(body, chunk_size=999, keepends=True),
    ),
    "next": (next, anext),
    "readinto": (lambda body: (body.readinto(buffer := bytearray(7)), bytes(buffer)), _into),
    "readlines": (lambda body: body.readlines(), lambda body: body.readlines()),
    "readline": (lambda body: body.readline(), None),
    "tell": (lambda body: (body.read(7), body.tell()), None),
}


@pytest.mark.parametrize("way", READS)
def test_ways_to_read(server: Server, made: Made, way: str) -> None:
    driver = made(s3)
    read, awaited = READS[way]
    wanted = read(StreamedBody(io.BytesIO(TEXT), "GetObject"))
    if driver.is_async:
        if awaited is None:
            pytest.skip("asynchronous bodies do not have it")
        read = awaited
    server.script = [answer(200, TEXT)]
    body: Any = driver.call(s3.endpoints.GetObject, OBJECT).body
    assert type(body) is (AsyncStreamedBody if driver.is_async else StreamedBody)
    assert driver.run(read(body)) == wanted
    driver.run(body.aclose() if driver.is_async else body.close())


@pytest.mark.parametrize("way", [way for way in READS if way not in ("readline", "tell")])
def test_what_broke_is_not_read_on(server: Server, made: Made, way: str) -> None:
    server.script = [half(TEXT)]
    driver = made(s3)
    body: Any = driver.call(s3.endpoints.GetObject, OBJECT).body
    read = READS[way][driver.is_async]
    assert read is not None

    def read_on() -> None:
        while True:
            driver.run(read(body))

    with pytest.raises(ConnectionFailed, match="GetObject: ") as raised:
        read_on()
    assert raised.value.operation == "GetObject"
    for _ in range(2):
        with pytest.raises(ConnectionFailed, match="GetObject: the body broke before its end"):
            driver.run(body.read())


class Raw:
    """A transport of the program's own, whose body has a few bytes; awaited where it has to be."""

    def __init__(self, data: bytes, *, is_async: bool, headers: dict[str, str]) -> None:
        self._data = io.BytesIO(data)
        self._is_async = is_async
        self._headers = headers
        self.closed = 0

    def send(self, _: Any, **__: Any) -> Any:
        return self._given(make_response(200, list(self._headers.items()), self))  # type: ignore[arg-type]

    def read(self, size: int | None) -> Any:
        return self._given(self._data.read(size))

    def read1(self, size: int) -> Any:
        return self._given(self._data.read(min(size, 3)))

    def close(self) -> Any:
        self.closed += 1
        return self._given(None)

    aclose = close

    def _given(self, found: Any) -> Any:
        async def later() -> Any:
            return found

        return later() if self._is_async else found


SUM = b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
WRONG = {"Content-Length": "5", "x-amz-checksum-crc32": "AAAAAA=="}
ENDS: dict[str, tuple[dict[str, str], type[BotobindError] | None]] = {
    "nothing said": ({}, None),
    "as long as said": ({"Content-Length": "5"}, None),
    "shorter": ({"Content-Length": "6"}, ConnectionFailed),
    "longer": ({"Content-Length": "4"}, ConnectionFailed),
    "in chunks": ({"Content-Length": "6", "Transfer-Encoding": "chunked"}, None),
    "with a checksum": ({"Content-Length": "5", "x-amz-checksum-crc32": SUM}, None),
    "with a wrong one": (WRONG, ResponseError),
    "with a wrong one and no length": ({"x-amz-checksum-crc32": "AAAAAA=="}, ResponseError),
}


@pytest.mark.parametrize(("headers", "fault"), ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("size", [None, 1, 2, 5, 100])
def test_ends_of_bodies(made: Made, headers: dict[str, str], fault: type[BotobindError] | None, size: int) -> None:
    driver = made(s3)
    raw = driver.engine._transport = Raw(b"hello", is_async=driver.is_async, headers=headers)
    body = driver.call(s3.endpoints.GetObject, OBJECT).body
    found = b""

    def read() -> None:
        nonlocal found
        while chunk := driver.run(body.read(size)):
            found += chunk

    if fault is None:
        read()
        assert found == b"hello"
        return
    with pytest.raises(fault):
        read()
    assert raw.closed
    with pytest.raises(ConnectionFailed, match="the body broke before its end"):
        driver.run(body.read())


def test_a_wrong_checksum_is_told_with_the_last_bytes(made: Made) -> None:
    driver = made(s3)
    driver.engine._transport = Raw(b"hello", is_async=driver.is_async, headers=WRONG)
    body = driver.call(s3.endpoints.GetObject, OBJECT).body
    assert driver.run(body.read(2)) == b"he"
    with pytest.raises(ResponseError, match="x-amz-checksum-crc32"):
        driver.run(body.read(3))


def test_a_length_that_python_refuses_to_read(made: Made) -> None:
    driver = made(s3)
    raw = driver.engine._transport = Raw(b"", is_async=driver.is_async, headers={"Content-Length": "9" * 5000})
    with pytest.raises(ResponseError, match="content-length: expected an integer"):
        driver.call(s3.endpoints.GetObject, OBJECT)
    assert raw.closed


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "40"}])
def test_closed_bodies_do_not_seem_to_end(server: Server, made: Made, headers: dict[str, str]) -> None:
    del server
    driver = made(s3)
    driver.engine._transport = Raw(b"", is_async=driver.is_async, headers=headers)
    body = driver.call(s3.endpoints.GetObject, OBJECT).body
    driver.run(body.aclose() if driver.is_async else body.close())
    with pytest.raises(TransportError, match="GetObject: the body was closed before its end"):
        driver.run(body.read())


def test_what_was_read_before_a_cancellation_is_not_lost() -> None:
    class Slow:
        left = (b"he", None, b"l", b"l", b"o", b"")

        async def read1(self, size: int) -> bytes:
            found, *self.left = self.left  # type: ignore[assignment]
            if found is None:
                await asyncio.Event().wait()
            assert found is not None
            assert len(found) <= size
            return found

        async def aclose(self) -> None:
            """Has nothing to close."""

    async def read() -> list[bytes]:
        body = AsyncStreamedBody(CheckedAsyncRaw(Slow(), {"content-length": "5"}), "GetObject")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(body.read(), 0.01)
        return [await body.read(1), await body.read1(), await body.read(2), await body.read()]

    assert asyncio.run(read()) == [b"h", b"e", b"ll", b"o"]


def test_files_of_bodies() -> None:
    raw = CheckedRaw(Raw(b"h\xc3\xa9\nyou", is_async=False, headers={}), {"content-length": "7"})
    body: Any = StreamedBody(raw, "GetObject")
    with io.TextIOWrapper(body, "utf-8") as text:
        assert list(text) == ["hé\n", "you"]
    assert raw.closed
