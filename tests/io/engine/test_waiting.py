"""Waiting for a connection that is free: while something moves, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from io import BytesIO
from threading import Thread
from time import sleep
from typing import Any

import pytest
from support.engines import Driver, Made
from support.fault_server import Connection, Received, Server, answer, eventually, message, trickle

from botobind.io import ClientClosed, TimedOut
from botobind.io.engine import holding
from botobind.io.engine.holding import ALL_IN_USE, Held, patience_left
from botobind.io.engine.transports import TransportOptions
from botobind_services import s3

GET, PUT = s3.endpoints.GetObject, s3.endpoints.PutObject
OBJECT = s3.GetObjectRequest(bucket="box", key="a")
LARGE = bytes(2**21)


def body(since: float | None) -> Held:
    made = Held()
    made.idle_since = since
    return made


@pytest.mark.parametrize(
    ("sinces", "left"),
    [
        ((), 10),
        ((80,), 10),  # the other connection has a call
        ((80, None), 10),  # or is being read
        ((80, 95), 5),
        ((89, 99.5), 9.5),
        ((80, 90), 0),
        ((50, 60), -30),
    ],
)
def test_how_long_to_wait(monkeypatch: pytest.MonkeyPatch, sinces: tuple[float | None, ...], left: float) -> None:
    monkeypatch.setattr(holding, "monotonic", lambda: 100)
    assert patience_left([*map(body, sinces)], 2, 10) == left


def test_where_nothing_is_taken_any_more() -> None:
    """As it is when all were given back, and who waits was not told yet."""
    assert patience_left([], 0, 10) == 10


@pytest.mark.parametrize("made", ["sync"], indirect=True)
def test_bodies_that_are_dropped_while_a_connection_is_taken(
    server: Server, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Garbage is collected at any time, and in a thread that is just asking for a connection, too."""
    server.script = [answer(200, LARGE)]
    driver = impatient(made, 5)
    kept = [get(driver).body]
    (pool,) = driver.engine._transport._pools.values()
    free = pool.pool
    usual = free._get

    def taken() -> Any:
        kept.clear()
        return usual()

    def reads() -> None:
        get(driver).body.read()

    monkeypatch.setattr(free, "_get", taken)
    thread = Thread(target=reads, daemon=True)
    thread.start()
    thread.join(10)
    waits = thread.is_alive()
    if waits:
        free.mutex.release()
        thread.join(10)
    assert not waits
    assert free.qsize() == 2


def impatient(made: Made, seconds: float | None, most: int = 2, **options: Any) -> Driver:
    few = TransportOptions(connect_timeout=seconds, read_timeout=20, max_connections=most, proxies={})
    return made(s3, options=few, attempts=1, **options)


def get(driver: Driver) -> Any:
    return driver.engine.carry(GET, OBJECT)


def put(driver: Driver) -> Any:
    return driver.engine.carry(PUT, s3.PutObjectRequest(bucket="box", key="a", body=BytesIO(LARGE)))


NAMES = {get: "GetObject", put: "PutObject"}


def together(driver: Driver, call: Callable[[Driver], Any], count: int) -> list[Any]:
    """What so many calls give or raise that begin at once."""
    if driver.is_async:

        async def gathered() -> list[Any]:
            return await asyncio.gather(*[call(driver) for _ in range(count)], return_exceptions=True)

        found: list[Any] = driver.run(gathered())
        return found

    def one(_: int) -> Any:
        try:
            return call(driver)
        except TimedOut as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return [*pool.map(one, range(count))]


def close(driver: Driver, body: Any) -> None:
    driver.run(body.aclose() if driver.is_async else body.close())


@pytest.mark.parametrize("call", [get, put])
def test_bodies_that_nobody_reads_keep_nobody_waiting_for_ever(server: Server, made: Made, call: Any) -> None:
    server.script = [answer(200, LARGE)]
    driver = impatient(made, 0.5)
    kept = [driver.run(get(driver)).body for _ in range(2)]
    for _ in range(2):
        with pytest.raises(TimedOut, match=ALL_IN_USE):
            driver.run(call(driver))
    close(driver, kept[0])
    close(driver, driver.run(get(driver)).body)
    driver.run(put(driver))
    close(driver, kept[1])
    assert len(driver.run(driver.run(get(driver)).body.read())) == len(LARGE)
    driver.run(driver.engine.disconnect())
    assert eventually(lambda: server.open == 0)


def test_who_waited_before_bodies_were_kept_is_told_too(server: Server, made: Made) -> None:
    server.script = [answer(200, LARGE)]
    driver = impatient(made, 0.5)
    found = together(driver, get, 6)
    kept = [each.body for each in found if not isinstance(each, TimedOut)]
    assert [each.reason for each in found if isinstance(each, TimedOut)] == [ALL_IN_USE] * 4
    for body in kept:
        close(driver, body)
    driver.run(driver.engine.disconnect())
    assert eventually(lambda: server.open == 0)


def slow(connection: Connection, request: Received) -> bool:
    connection.body(request)
    connection.over.wait(0.25)
    connection.sock.sendall(message(200, b"", {}))
    return True


def read(driver: Driver) -> Any:
    """A body that is read bit by bit."""

    async def awaited() -> bytes:
        body = (await get(driver)).body
        return b"".join([chunk async for chunk in body])

    return awaited() if driver.is_async else b"".join(get(driver).body)


@pytest.mark.parametrize(("call", "seconds"), [(put, 0.5), (put, None), (read, 0.5)])
def test_calls_that_queue_have_time(server: Server, made: Made, call: Any, seconds: float | None) -> None:
    """The last waits for longer than anybody would where nothing moves."""
    server.script = [trickle(b"ab", 0.25) if call is read else slow]
    found = together(impatient(made, seconds), call, 8)
    assert [each for each in found if isinstance(each, Exception)] == []


def test_the_limit_of_an_attempt_is_kept_in_the_queue(server: Server, made: Made) -> None:
    server.script = [answer(200, LARGE)]
    for seconds in (20, None):
        driver = impatient(made, seconds, most=1)
        kept = driver.run(get(driver)).body
        driver.limit(attempt=0.2)
        for call in (get, put):
            with pytest.raises(TimedOut):
                driver.run(call(driver))
        close(driver, kept)


def close_while_others_wait(driver: Driver, call: Callable[[Driver], Any], count: int) -> list[Any]:
    """What so many calls come to that wait for a connection when the client is closed, within ten seconds."""
    if driver.is_async:

        async def closed() -> list[Any]:
            waiting = [asyncio.ensure_future(call(driver)) for _ in range(count)]
            await asyncio.sleep(0.1)
            await driver.engine.disconnect()
            await asyncio.sleep(0)
            await driver.engine.disconnect()  # while those who wait are being told
            await asyncio.wait(waiting, timeout=10)
            return [each.exception() if each.done() else each.cancel() for each in waiting]

        found: list[Any] = driver.run(closed())
        return found
    pool = ThreadPoolExecutor(count)
    waiting = [pool.submit(call, driver) for _ in range(count)]
    sleep(0.1)
    driver.engine.disconnect()
    wait(waiting, timeout=10)
    pool.shutdown(wait=False)
    return [each.exception() if each.done() else None for each in waiting]


@pytest.mark.parametrize("call", [get, put])
@pytest.mark.parametrize("seconds", [20, None])
def test_who_waits_is_told_at_once_that_the_client_is_closed(
    server: Server, made: Made, call: Any, seconds: float | None
) -> None:
    server.script = [answer(200, LARGE)]
    driver = impatient(made, seconds, most=1)
    kept = driver.run(get(driver)).body
    found = close_while_others_wait(driver, call, 3)
    assert len(driver.run(kept.read())) == len(LARGE)  # which goes on
    assert [(type(each), str(each)) for each in found] == [(ClientClosed, f"{NAMES[call]}: the client was closed")] * 3
    assert eventually(lambda: server.open == 0)


@pytest.mark.parametrize("made", ["async"], indirect=True)
@pytest.mark.parametrize("call", [get, put])
@pytest.mark.parametrize("seconds", [20, None])
def test_who_is_cancelled_passes_the_connection_on(
    server: Server, made: Made, call: Any, seconds: float | None
) -> None:
    """Also where it was just told that there is one."""
    server.script = [answer(200, LARGE)]
    driver = impatient(made, seconds, most=1)

    async def run() -> None:
        kept = (await get(driver)).body
        waiting = [asyncio.ensure_future(call(driver)) for _ in range(4)]
        await asyncio.sleep(0.05)
        waiting[1].cancel()
        await asyncio.wait([waiting[1]])
        await kept.aclose()
        waiting[0].cancel()
        found = await asyncio.wait_for(waiting[2], 10)
        if call is get:
            waiting[3].cancel()
            await asyncio.wait([waiting[3]])
            await found.body.aclose()
        else:
            await asyncio.wait_for(waiting[3], 10)

    driver.run(run())
    driver.run(driver.engine.disconnect())
    assert eventually(lambda: server.open == 0)
