"""A thousand calls at once: none is lost, mixed up with another or sent once too often, and nothing is left open."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from threading import Barrier, Lock, Thread
from time import sleep
from typing import Any

import pytest
from support.engines import KINDS
from support.fault_server import Connection, Received, Server, eventually, message

from botobind.io import Credentials
from botobind_services import dynamodb

KEYS = Credentials(access_key="AKID", secret_key="SECRET")
COUNT, MOST = 1000, 20
FAILURES = {7: message(503, b"", {}), 13: b"", 21: message(200, b'{"It', {}, 100)}
"""How the first attempt is answered of each call whose number ends with the key. The connection is reset then."""


def number_of(request: Received) -> int:
    return int(json.loads(request.body or b"")["Key"]["pk"]["N"])


def key(number: int) -> Any:
    return {"pk": dynamodb.AttributeValue(n=str(number))}


class Echo:
    """Answers with the keys of requests, and counts how many it has at the same time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = self.most = 0

    def __call__(self, connection: Connection, request: Received) -> bool:
        connection.body(request)
        with self._lock:
            self._count += 1
            self.most = max(self.most, self._count)
        number = number_of(request)
        failure = FAILURES.get(number % 100)
        is_first = request.headers["amz-sdk-request"].startswith("attempt=1;")
        found = json.dumps({"Item": {"pk": {"N": str(number)}}}).encode()
        sleep(0.001)
        with self._lock:
            self._count -= 1  # before the client can know
        if failure is not None and is_first:
            connection.sock.sendall(failure)
            connection.reset()
            return False
        connection.sock.sendall(message(200, found, {}))
        return True


def at_once(url: str, kind: str) -> dict[int, Any]:
    """The items of calls that all begin before one of them has ended."""
    found: dict[int, Any] = {}
    options: Any = {"region": "eu-west-1", "max_connections": MOST, "credentials": KEYS, "endpoint_url": url}
    if kind == "sync":
        with dynamodb.io.Client(**options) as client:
            together = Barrier(COUNT)

            def work(number: int) -> None:
                together.wait(30)
                found[number] = client.get_item(table_name="books", key=key(number)).item

            threads = [Thread(target=work, args=(number,)) for number in range(COUNT)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return found

    async def run() -> None:
        async with dynamodb.io.AsyncClient(**options) as client:

            async def call(number: int) -> None:
                found[number] = (await client.get_item(table_name="books", key=key(number))).item

            await asyncio.gather(*map(call, range(COUNT)))

    asyncio.run(run())
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_calls_at_once(server: Server, kind: str) -> None:
    echo = Echo()
    server.script = [echo]
    found = at_once(f"http://{server.host}", kind)
    assert found == {number: key(number) for number in range(COUNT)}
    sent = Counter(map(number_of, server.requests))
    assert sent == {number: 2 if number % 100 in FAILURES else 1 for number in range(COUNT)}
    ids = {(number_of(each), each.headers["amz-sdk-invocation-id"]) for each in server.requests}
    assert len(ids) == len({each for _, each in ids}) == COUNT
    assert 1 < echo.most <= MOST
    assert eventually(lambda: server.open == 0)
