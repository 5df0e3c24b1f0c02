"""Whether clients that send requests themselves hold on to anything: `nox -s soak` runs it for two hours,
`-- --minutes 5` for less.

Rounds of mixed calls, by threads that share a client and by tasks that share an asynchronous one, against a server that
fails in many ways. After each round nothing is on its way: memory, open files, threads and tasks are to be what they
were. It fails where one of them grows, where a call raises what is no error of botobind's, and where an item is not
that which was asked for.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import io
import os
import random
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from attrs import asdict, fields, frozen
from measuring.servers import started

from botobind.errors import BotobindError
from botobind.io import Credentials
from botobind.io.engine.refreshing import Refreshed
from botobind_services import dynamodb, s3

_THREADS, _TASKS, _CALLS = 6, 30, 40
"""Threads and tasks of a round, and how many calls each of them makes."""
_SIZES = (0, 1, 1000, 70_000, 300_000, 2_000_000)
_LIFE = timedelta(seconds=8)
"""Of credentials, which are fetched anew all the time."""
_LEAST = 12
"""Rounds before which nothing can be said."""
_PAUSE = 10
"""Seconds between samples: what a run keeps and prints of them is memory, too."""


@frozen
class Sample:
    """What the process holds after a round."""

    resident: int
    """Bytes of memory, as the operating system sees it."""
    allocated: int
    """Bytes of Python's own."""
    files: int
    threads: int
    tasks: int


_ALLOWED = Sample(resident=10_000_000, allocated=200_000, files=12, threads=0, tasks=0)
"""How much each of them may differ from the first third of rounds to the last: connections come and go, and the
allocator keeps what it once had.
"""


def _sample(tasks: int) -> Sample:
    gc.collect()
    with suppress(AttributeError):  # of other C libraries than GNU's
        ctypes.CDLL(None).malloc_trim(0)  # what each thread has had is kept for its successors, or is given back now
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    files = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return Sample(resident, tracemalloc.get_traced_memory()[0], files, threading.active_count(), tasks)


def grown(samples: Sequence[Sample]) -> list[str]:
    """A sentence for each figure that has grown by more than it may, from the first third of samples to the last. A
    fourth of them comes before that, for caches to fill.
    """
    samples = samples[len(samples) // 4 :]
    third = len(samples) // 3
    if not third:
        return []
    said = []
    for field in fields(Sample):
        first, last = (
            median(getattr(each, field.name) for each in part) for part in (samples[:third], samples[-third:])
        )
        if last - first > getattr(_ALLOWED, field.name):
            said.append(f"{field.name} grew from {first:,.0f} to {last:,.0f}")
    return said


class WrongError(Exception):
    """A response of another call."""


def _load() -> Credentials:
    return Credentials(access_key="AKID", secret_key="SECRET", expires=datetime.now(UTC) + _LIFE)  # noqa: S106 - none


def _options(url: str) -> Any:
    return {
        "region": "eu-west-1", "endpoint_url": url, "credentials": Refreshed(_load), "addressing_style": "path",
        "connect_timeout": 2, "read_timeout": 0.5, "call_timeout": 5, "max_connections": 10,
        "retry_mode": "standard", "max_attempts": 3, "proxies": {}, "payload_signing": False,
    }  # fmt: skip


def _body(size: int, chance: random.Random) -> Any:
    content = b"x" * size
    return chance.choice((content, io.BytesIO(content), iter([content[: size // 2], content[size // 2 :]])))


class _Calls:
    """Calls of each kind, by clients that are shared."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.tables = dynamodb.io.Client(**_options(url))
        self.boxes = s3.io.Client(**_options(url))

    def get_item(self, chance: random.Random) -> None:
        key = _key(chance)
        _check(self.tables.get_item(table_name="t", key=key).item, key)

    def put_item(self, chance: random.Random) -> None:
        self.tables.put_item(table_name="t", item=_key(chance))

    def query(self, chance: random.Random) -> None:
        for _ in self.tables.query.limited(max_items=chance.choice((5, 25, 100))).items(table_name="t"):
            pass

    def put_object(self, chance: random.Random) -> None:
        self.boxes.put_object(bucket="box", key="k", body=_body(chance.choice(_SIZES), chance))

    def get_object(self, chance: random.Random) -> None:
        body: Any = self.boxes.get_object(bucket="box", key=str(chance.choice(_SIZES))).body
        match chance.randrange(4):
            case 0:
                body.read()
            case 1:
                body.read(100)
                body.close()
            case 2:
                for _ in body.iter_chunks():
                    pass
            case _:
                pass  # and nobody closes it

    def own_client(self, chance: random.Random) -> None:
        with dynamodb.io.Client(**_options(self._url)) as client:
            client.get_item(table_name="t", key=_key(chance))

    def no_host(self, _: random.Random) -> None:
        with dynamodb.io.Client(**_options("http://nowhere.invalid") | {"max_attempts": 1}) as client:
            client.list_tables()

    def close(self) -> None:
        self.tables.close()
        self.boxes.close()


class _AsyncCalls:
    """The calls of asynchronous clients, by name."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.tables = dynamodb.io.AsyncClient(**_options(url))
        self.boxes = s3.io.AsyncClient(**_options(url))

    async def get_item(self, chance: random.Random) -> None:
        key = _key(chance)
        _check((await self.tables.get_item(table_name="t", key=key)).item, key)

    async def put_item(self, chance: random.Random) -> None:
        await self.tables.put_item(table_name="t", item=_key(chance))

    async def query(self, chance: random.Random) -> None:
        async for _ in self.tables.query.limited(max_items=chance.choice((5, 25, 100))).items(table_name="t"):
            pass

    async def put_object(self, chance: random.Random) -> None:
        await self.boxes.put_object(bucket="box", key="k", body=_body(chance.choice(_SIZES), chance))

    async def get_object(self, chance: random.Random) -> None:
        body: Any = (await self.boxes.get_object(bucket="box", key=str(chance.choice(_SIZES)))).body
        match chance.randrange(4):
            case 0:
                await body.read()
            case 1:
                await body.read(100)
                await body.aclose()
            case 2:
                async for _ in body.iter_chunks():
                    pass
            case _:
                pass

    async def cancelled(self, chance: random.Random) -> None:
        call = chance.choice((self.get_item, self.put_object, self.get_object))
        with suppress(TimeoutError):
            await asyncio.wait_for(call(chance), chance.random() * 0.02)

    async def own_client(self, chance: random.Random) -> None:
        async with dynamodb.io.AsyncClient(**_options(self._url)) as client:
            await client.get_item(table_name="t", key=_key(chance))

    async def no_host(self, _: random.Random) -> None:
        async with dynamodb.io.AsyncClient(**_options("http://nowhere.invalid") | {"max_attempts": 1}) as client:
            await client.list_tables()

    async def close(self) -> None:
        await self.tables.close()
        await self.boxes.close()


def _key(chance: random.Random) -> Any:
    return {"pk": dynamodb.AttributeValue(n=str(chance.randrange(10**9)))}


def _check(item: Any, key: Any) -> None:
    if item["pk"] != key["pk"]:
        raise WrongError(f"asked for {key}, got {item}")


_SHARED = ("get_item", "get_item", "get_item", "put_item", "query", "put_object", "get_object", "get_object")
_NAMES = (*_SHARED * 4, "own_client", "own_client", "no_host")
_AWAITED = (*_NAMES, "cancelled", "cancelled")


def _threads(calls: _Calls, number: int, outcomes: Counter[str]) -> None:
    """A round of threads."""

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(_CALLS):
            name = chance.choice(_NAMES)
            try:
                getattr(calls, name)(chance)
            except BotobindError as error:
                outcomes[type(error).__name__] += 1
            else:
                outcomes["success"] += 1

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(work, range(number * _THREADS, (number + 1) * _THREADS)))


async def _tasks(calls: _AsyncCalls, number: int, outcomes: Counter[str]) -> int:
    """A round of tasks, and how many there are besides when all of them are over."""

    async def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(_CALLS // 4):
            name = chance.choice(_AWAITED)
            try:
                await getattr(calls, name)(chance)
            except BotobindError as error:
                outcomes[type(error).__name__] += 1
            else:
                outcomes["success"] += 1

    await asyncio.gather(*map(work, range(number * _TASKS, (number + 1) * _TASKS)))
    gc.collect()
    await asyncio.sleep(0.05)  # what was dropped is closed by the loop
    return len(asyncio.all_tasks()) - 1


def _shown(number: int, sample: Sample) -> str:
    figures = ", ".join(f"{name} {value:,}" for name, value in asdict(sample).items())
    return f"round {number}: {figures}"


def soak(seconds: float, least: int = _LEAST, say: Callable[[str], object] = typer.echo) -> list[str]:
    """What is wrong after so many seconds of rounds, and at least so many rounds; nothing where all is well."""
    until = time.monotonic() + seconds
    samples: list[Sample] = []
    outcomes: Counter[str] = Counter()
    tracemalloc.start()
    with started("faulty.py") as place, asyncio.Runner() as runner:
        url = f"http://{place}"
        before = _sample(0)
        calls, awaited = _Calls(url), runner.run(_opened(url))
        snapshot: Any = None
        rounds, said = 0, time.monotonic()
        while time.monotonic() < until or len(samples) < least:
            _threads(calls, rounds, outcomes)
            left = runner.run(_tasks(awaited, rounds, outcomes))
            rounds += 1
            if rounds > least and time.monotonic() - said < _PAUSE:
                continue
            said = time.monotonic()
            samples.append(_sample(left))
            say(_shown(rounds, samples[-1]))
            if snapshot is None and said > until - seconds * 2 / 3:
                snapshot = tracemalloc.take_snapshot()
        found = grown(samples)
        if found and snapshot is not None:
            for each in tracemalloc.take_snapshot().compare_to(snapshot, "lineno")[:15]:
                say(str(each))
        calls.close()
        runner.run(awaited.close())
        runner.run(asyncio.sleep(0.1))
        after = _sample(0)
    tracemalloc.stop()
    # The loop's threads for what blocks, and its own files, are there until it ends.
    if after.files > before.files:
        found.append(f"{after.files - before.files} files are open that were not")
    say(f"{rounds} rounds; {dict(outcomes.most_common())}")
    return found


async def _opened(url: str) -> _AsyncCalls:
    await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.02) for _ in range(40)))  # all the threads that a loop has
    return _AsyncCalls(url)


def main(minutes: Annotated[float, typer.Option(help="How long to go on.")] = 120) -> None:
    """Runs rounds, and fails where something grows."""
    found = soak(minutes * 60)
    for sentence in found:
        typer.secho(sentence, fg="red")
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    typer.run(main)
