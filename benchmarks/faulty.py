"""A server for `soak.py` that fails as servers and networks do. `python faulty.py` prints its port.

It has an item for each key of DynamoDB's, pages of a query, and objects of S3's. One request of eight fails, in one of
the ways that there are here, and now and then each one for a while.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Any, TypeAlias

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect: *100-continue", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *\S+?\.(\S+)\r", re.IGNORECASE)
_FAILING = 1 / 8
_BURST_EVERY, _BURST = 30.0, 1.0
"""Seconds from one burst of errors to the next, and of one."""
_SILENCE = 1.5
"""Seconds without an answer, longer than clients wait."""
_PAGES = 5

Writer: TypeAlias = asyncio.StreamWriter
Fail = Callable[[bytes, Writer], Awaitable[bool]]
"""Answers instead of the response that there would be. Whether the connection goes on."""


def _message(status: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    told = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} Any", f"Content-Length: {told}", "x-amzn-RequestId: 0123", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _error(status: int, code: str, *headers: str) -> Fail:
    of_json = json.dumps({"__type": f"com.amazonaws#{code}", "message": "m"}).encode()
    of_xml = f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode()

    async def fail(answer: bytes, writer: Writer) -> bool:
        writer.write(_message(status, of_json if b"amz-json" in answer else of_xml, *headers))
        return True

    return fail


async def _close(_: bytes, __: Writer) -> bool:
    return False


async def _reset(_: bytes, writer: Writer) -> bool:
    writer.transport.abort()
    return False


async def _half(answer: bytes, writer: Writer) -> bool:
    writer.write(answer[: len(answer) // 2])
    return False


async def _silent(_: bytes, __: Writer) -> bool:
    await asyncio.sleep(_SILENCE)
    return False


async def _slow(answer: bytes, writer: Writer) -> bool:
    size = max(1, len(answer) // 5)
    for start in range(0, len(answer), size):
        writer.write(answer[start : start + size])
        await writer.drain()
        await asyncio.sleep(0.02)
    return True


async def _hints(answer: bytes, writer: Writer) -> bool:
    writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + answer)
    return True


async def _ending(answer: bytes, writer: Writer) -> bool:
    writer.write(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
    return False


async def _no_http(_: bytes, writer: Writer) -> bool:
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    return False


_FAILURES: tuple[Fail, ...] = (
    *(_close, _reset, _half, _silent, _slow, _hints, _ending, _no_http),
    _error(400, "ValidationException"),
    _error(400, "ConditionalCheckFailedException"),
    _error(400, "ExpiredTokenException"),
    _error(400, "RequestTimeTooSkewed", "Date: Wed, 01 Jan 2020 00:00:00 GMT"),
    _error(400, "ThrottlingException"),
    _error(500, "InternalServerError"),
    _error(503, "ServiceUnavailable"),
)


def _of_dynamodb(operation: bytes, body: bytes) -> bytes:
    asked = json.loads(body)
    found: dict[str, Any] = {}
    if operation == b"GetItem":
        found = {"Item": {**asked["Key"], "text": {"S": "x" * 300}}}
    elif operation == b"Query":
        page = int(asked.get("ExclusiveStartKey", {}).get("pk", {}).get("N", 0))
        found = {"Items": [{"pk": {"N": str(page)}}] * 10, "Count": 10, "ScannedCount": 10}
        if page < _PAGES - 1:
            found["LastEvaluatedKey"] = {"pk": {"N": str(page + 1)}}
    return _message(200, json.dumps(found).encode(), "Content-Type: application/x-amz-json-1.0")


def _of_s3(method: bytes, path: bytes) -> bytes:
    if method != b"GET":
        return _message(200, b"", 'ETag: "0"')
    size = int(path.partition(b"?")[0].rpartition(b"/")[2] or 0)
    return _message(200, b"x" * size, 'ETag: "0"', "Content-Type: application/octet-stream")


async def _body_of(head: bytes, reader: asyncio.StreamReader, writer: Writer) -> bytes:
    if _EXPECTS.search(head):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if not _CHUNKED.search(head):
        told = _LENGTH.search(head)
        return await reader.readexactly(int(told[1])) if told else b""
    chunks = []
    while size := int((await reader.readline()).partition(b";")[0], 16):
        chunks.append(await reader.readexactly(size))
        await reader.readline()
    while (await reader.readline()).strip():  # trailers
        pass
    return b"".join(chunks)


async def _answer(reader: asyncio.StreamReader, writer: Writer, chance: random.Random) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    method, path, _ = head.split(b" ", 2)
    if chance.random() < _FAILING / 8:
        return await _reset(b"", writer)  # while the body comes
    body = await _body_of(head, reader, writer)
    target = _TARGET.search(head)
    answer = _of_dynamodb(target[1], body) if target else _of_s3(method, path)
    if monotonic() % _BURST_EVERY < _BURST:
        return await _error(503, "ServiceUnavailable")(answer, writer)
    if chance.random() < _FAILING:
        return await chance.choice(_FAILURES)(answer, writer)
    writer.write(answer)
    return True


async def _serve() -> None:
    chance = random.Random(1)  # the same in each run

    async def connected(reader: asyncio.StreamReader, writer: Writer) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError, asyncio.IncompleteReadError, ValueError):
            while await _answer(reader, writer, chance):
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - that is how it tells
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
