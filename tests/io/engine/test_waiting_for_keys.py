"""Tasks that wait for keys: for one fetch, in one thread, which goes on whoever is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from support.engines import Driver
from support.fault_server import Server, answer

from botobind.io import CredentialsMissing
from botobind.io.engine.data import Credentials
from botobind.io.engine.refreshing import ADVISORY, Refreshed
from botobind_services import dynamodb

GET_ITEM = dynamodb.endpoints.GetItem
REQUEST = dynamodb.GetItemInput(table_name="books", key={"pk": dynamodb.AttributeValue(s="a")})
WORKERS = 2


class Source:
    """Loads keys when it is let, and tells how often."""

    def __init__(self) -> None:
        self.loads = 0
        self.go = Event()
        self.failure: Exception | None = None
        self.lasts = 3600.0
        self.before: Callable[[], object] = lambda: self.go.wait(20)

    def __call__(self) -> Credentials:
        self.loads += 1
        number = self.loads
        self.before()
        if self.failure is not None:
            raise self.failure
        ends = datetime.now(UTC) + timedelta(seconds=self.lasts)
        return Credentials(access_key=f"AKID{number}", secret_key="SECRET", expires=ends)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def driver(server: Server, source: Source) -> Iterator[Driver]:
    server.script = [answer(200, b"{}")]
    made = Driver("async", dynamodb, server.host, credentials=Refreshed(source))
    yield made
    source.go.set()
    made.close()


def begun(driver: Driver, count: int) -> list[asyncio.Task[Any]]:
    return [asyncio.ensure_future(driver.engine.carry(GET_ITEM, REQUEST)) for _ in range(count)]


async def fetching(source: Source, number: int = 1) -> None:
    while source.loads < number:  # noqa: ASYNC110 - it is a thread that loads
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.02)  # the others wait now


def ran(driver: Driver, act: Awaitable[object]) -> None:
    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(WORKERS))
        await asyncio.wait_for(act, 20)

    driver.run(run())


def test_threads_are_left_for_others(driver: Driver, source: Source) -> None:
    """A fetch may need one itself: those of roles look up names."""

    async def act() -> None:
        loop = asyncio.get_running_loop()

        async def look_up() -> None:
            await asyncio.sleep(0.02)
            await asyncio.to_thread(str)

        source.before = lambda: asyncio.run_coroutine_threadsafe(look_up(), loop).result(5)
        await asyncio.gather(*begun(driver, 20))
        assert source.loads == 1

    ran(driver, act())


@pytest.mark.parametrize("cancelled", [slice(0, 1), slice(0, 9), slice(0, 10)])
def test_who_began_to_fetch_may_be_cancelled(driver: Driver, source: Source, cancelled: slice) -> None:
    async def act() -> None:
        tasks = begun(driver, 10)
        await fetching(source)
        for task in tasks[cancelled]:
            task.cancel()
        await asyncio.sleep(0.02)
        source.go.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        count = len(tasks[cancelled])
        assert [isinstance(each, asyncio.CancelledError) for each in found] == [True] * count + [False] * (10 - count)
        await asyncio.gather(*begun(driver, 3))
        assert source.loads == 1

    ran(driver, act())


@pytest.mark.parametrize(
    ("failure", "text"), [(CredentialsMissing("nowhere"), "GetItem: nowhere"), (ValueError("odd"), "odd")]
)
def test_a_failure_is_that_of_all(driver: Driver, source: Source, failure: Exception, text: str) -> None:
    async def act() -> None:
        source.failure = failure
        failure.__cause__ = OSError("gone")
        tasks = begun(driver, 10)
        await fetching(source)
        source.go.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert {(type(each), str(each), str(each.__cause__)) for each in found} == {(type(failure), text, "gone")}
        assert len({id(each) for each in found}) == 10
        assert source.loads == 1
        source.failure = None
        await asyncio.gather(*begun(driver, 3))
        assert source.loads == 2

    ran(driver, act())


def test_nobody_waits_while_the_old_keys_are_good(driver: Driver, source: Source, server: Server) -> None:
    async def act() -> None:
        source.go.set()
        source.lasts = ADVISORY - 100
        provider = driver.core._parts.credentials
        await asyncio.gather(*begun(driver, 1))
        provider._fresh_until = 0.0
        source.go.clear()
        tasks = begun(driver, 10)
        await fetching(source, 2)
        await asyncio.gather(*tasks[1:])
        assert not tasks[0].done()
        assert {each.headers["authorization"] for each in server.requests} == {"AKID1"}
        source.go.set()
        await tasks[0]
        assert (server.requests[-1].headers["authorization"], source.loads) == ("AKID2", 2)

    ran(driver, act())
