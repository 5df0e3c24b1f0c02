"""Bodies are held against what was said of them before their last bytes are handed out: a handler that knows the length
does not read on to the end.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest

from botobind.http import HttpRequest, read_all
from botobind.server import Application
from botobind_services import s3

HELLO = b"hello"
CHUNKED = {"Content-Encoding": "aws-chunked", "X-Amz-Decoded-Content-Length": "5"}
TRAILER = {**CHUNKED, "X-Amz-Trailer": "x-amz-checksum-crc32"}
CRC = b"x-amz-checksum-crc32:NhCmhg==\r\n"
ROWS: dict[str, tuple[dict[str, str], bytes, bytes, str]] = {
    # headers, a body that is right, one that is wrong, and the code of the error
    "a checksum": ({"x-amz-checksum-crc32": "NhCmhg=="}, HELLO, b"hallo", "BadDigest"),
    "MD5": ({"Content-MD5": "XUFAKrxLKna5cZ2REBfFkg=="}, HELLO, b"hallo", "BadDigest"),
    "a checksum behind chunks": (TRAILER, b"5\r\nhello\r\n0\r\n" + CRC + b"\r\n",
                                 b"5\r\nhallo\r\n0\r\n" + CRC + b"\r\n", "BadDigest"),
    "the end of chunks": (CHUNKED, b"5\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n", "IncompleteBody"),
}  # fmt: skip


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 3):
        yield body[start : start + 3]


@pytest.mark.parametrize("is_awaited", [False, True])
@pytest.mark.parametrize(("headers", "right", "wrong", "code"), ROWS.values(), ids=ROWS)
def test_who_reads_as_much_as_there_is(
    headers: dict[str, str],
    right: bytes,
    wrong: bytes,
    code: str,
    is_awaited: bool,  # noqa: FBT001 - a row
) -> None:
    taken: list[bytes] = []

    def put(request: Any) -> Any:
        taken.append(request.body.read(5))
        return s3.PutObjectOutput()

    async def put_later(request: Any) -> Any:
        found = b""
        async for piece in request.body:
            found += piece
            if len(found) == len(HELLO):
                break
        taken.append(found)
        return s3.PutObjectOutput()

    application = Application(s3, {"PutObject": put_later if is_awaited else put})
    for body in (right, wrong):
        source: Any = pieces(body) if is_awaited else io.BytesIO(body)
        request = HttpRequest(method="PUT", path="/box/k", headers=headers, body=source)
        response = asyncio.run(application.respond_awaited(request)) if is_awaited else application.respond(request)
        told = "" if body is right else code
        assert (response.status == 200, told.encode() in read_all(response.body)) == (body is right, True)
    assert taken == [HELLO]
