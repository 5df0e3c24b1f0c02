"""Bodies of requests beside the length that their head announces, and the time that they have."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from time import sleep
from typing import Any

import pytest
from support.engines import Made
from support.fault_server import Server, answer

from botobind.errors import EncodeError
from botobind.io import TimedOut
from botobind.io.engine.coreparts import Limits
from botobind.io.engine.operationfacts import Habits
from botobind_services import s3

PUT = s3.endpoints.PutObject
UNSUMMED = Habits(sums_when_supported=False)


def put(body: Any, **members: Any) -> s3.PutObjectRequest:
    return s3.PutObjectRequest(bucket="box", key="a", body=body, **members)


LENGTHS = {
    "bytes, more": (lambda: b"0123456789", 5), "bytes, fewer": (lambda: b"012", 5),
    "file, more": (lambda: io.BytesIO(b"0123456789"), 5), "file, fewer": (lambda: io.BytesIO(b"012"), 5),
    "list, more": (lambda: [b"01234", b"5"], 5), "list, fewer": (lambda: [b"01", b"2"], 5),
    "iterator, more": (lambda: iter([b"01234", b"5678"]), 5), "iterator, fewer": (lambda: iter([b"01", b"2"]), 5),
}  # fmt: skip


@pytest.mark.parametrize(("body", "length"), LENGTHS.values(), ids=LENGTHS)
def test_bodies_are_as_long_as_their_head_says(
    server: Server, made: Made, body: Callable[[], Any], length: int
) -> None:
    """What is too long would be the next request of the connection, and its response that of another call."""
    server.script = [answer()]
    driver = made(s3, habits=UNSUMMED)
    with pytest.raises(EncodeError, match="the body "):
        driver.call(PUT, put(body(), content_length=length))
    driver.call(PUT, put(iter([b"01", b"234"]), content_length=length))
    assert [each.body for each in server.requests if each.body is not None] == [b"01234"]
    assert [each.method for each in server.requests] == ["PUT"] * len(server.requests)


def test_files_that_grow_meanwhile(server: Server, made: Made) -> None:
    class Growing(io.BytesIO):
        grown = iter([b"more"])

        def read(self, size: int | None = -1) -> bytes:
            return super().read(size) or next(self.grown, b"")

    server.script = [answer()]
    with pytest.raises(EncodeError, match="longer"):
        made(s3, habits=UNSUMMED).call(PUT, put(Growing(b"0123456789")))


def test_bodies_that_take_too_long(server: Server, made: Made) -> None:
    def slow() -> Iterator[bytes]:
        for _ in range(50):
            sleep(0.02)
            yield b"x"

    server.script = [answer()]
    with pytest.raises(TimedOut):
        made(s3, habits=UNSUMMED, limits=Limits(attempt=0.2)).call(PUT, put(slow()))
    assert [each.body for each in server.requests] in ([], [None])  # the server may be slow to see what was begun
