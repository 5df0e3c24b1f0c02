"""Errors are in no cycle, and what a call had is let go without the collector: frames, requests, connections."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from support.engines import Driver, Made
from support.fault_server import Act, Server, answer, half, half_head, hang_up, reset, silent

from botobind.errors import BotobindError
from botobind.io.calls import AsyncCall, Call
from botobind.io.engine.transports import TransportOptions
from botobind_services import s3

GET, LIST = s3.endpoints.GetObject, s3.endpoints.ListObjectsV2
OBJECT, KEYS = s3.GetObjectRequest(bucket="box", key="a"), s3.ListObjectsV2Request(bucket="box")
OPTIONS = TransportOptions(connect_timeout=1, read_timeout=0.3, max_connections=2, proxies={})


@pytest.fixture(autouse=True)
def _uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Held:
    """What a caller's frame holds."""


def call(driver: Driver, operation: Any, value: Any) -> Any:
    kind: Any = AsyncCall if driver.is_async else Call
    return kind(operation, driver.engine).send(value)


def frame_of_failed(driver: Driver, operation: Any, value: Any) -> weakref.ref[Held]:
    """What was held by a frame that has called in vain."""
    found = []

    def fail() -> None:
        held = Held()
        found.append(weakref.ref(held))
        with suppress(BotobindError):
            call(driver, operation, value).body.read()

    async def fail_awaited() -> None:
        held = Held()
        found.append(weakref.ref(held))
        with suppress(BotobindError):
            await (await call(driver, operation, value)).body.read()

    driver.run(fail_awaited()) if driver.is_async else fail()
    return found[0]


FAULTS: dict[str, Act] = {
    "reset": reset,
    "closed": hang_up,
    "half a head": half_head,
    "half a body": half(b"<ListBucketResult></ListBucketResult>"),
    "silence": silent,
    "503": answer(503, b""),
    "404": answer(404, b"<Error><Code>NoSuchKey</Code></Error>"),
    "no XML": answer(200, b"<a", Content_Length="9"),
}


CUT = frozenset({"half a body", "no XML"})
"""The faults of which the body ends before its length."""


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("operation", "value"), [(GET, OBJECT), (LIST, KEYS)], ids=["streams", "whole"])
def test_frames_of_callers_are_let_go(server: Server, made: Made, operation: Any, value: Any, fault: str) -> None:
    server.script = [FAULTS[fault]]
    driver = made(s3, options=OPTIONS)
    if driver.is_async and fault in CUT and sys.version_info >= (3, 13):
        pytest.skip("aiohttp's stream keeps the exception that it raises, whose frames keep the stream")
    assert frame_of_failed(driver, operation, value)() is None


@pytest.mark.parametrize("fault", [None, reset, hang_up, half_head, silent, answer(503, b"")])
def test_bodies_that_nobody_has_give_their_connection_back(server: Server, made: Made, fault: Act | None) -> None:
    server.script = [*([fault] if fault else []), answer(200, bytes(2**21))] * 5
    driver = made(s3, options=OPTIONS)
    for _ in range(5):
        driver.call(GET, OBJECT)


def test_frames_are_let_go_before_anything_is_sent(made: Made) -> None:
    assert frame_of_failed(made(s3, options=OPTIONS), GET, s3.GetObjectRequest(bucket="", key=""))() is None
