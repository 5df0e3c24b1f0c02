"""Bodies and events that another thread or task closes while they are read: who reads is told so at once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support.engines import Driver, Made
from support.fault_server import Act, Connection, Received, Server, answer, eventually

from botobind.eventstream import Message, encode_message
from botobind.io import ConnectionFailed
from botobind.io.engine.transports import TransportOptions
from botobind_services import s3

EVENT = encode_message(
    Message({":message-type": "event", ":event-type": "Records", ":content-type": "application/octet-stream"}, b"abc")
)
OBJECT = s3.GetObjectRequest(bucket="box", key="a")
QUERY = s3.SelectObjectContentRequest(
    bucket="box",
    key="a",
    expression="SELECT *",
    expression_type="SQL",
    input_serialization=s3.InputSerialization(csv=s3.CSVInput()),
    output_serialization=s3.OutputSerialization(csv=s3.CSVOutput()),
)
HEADS = {
    "chunked": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (len(EVENT) + 1),
    "length": b"Content-Length: %d\r\n\r\n" % (len(EVENT) + 1),
    "until closed": b"Connection: close\r\n\r\n",
}


def stall(framing: str) -> Act:
    """The beginning of a body, and nothing after it."""

    def act(connection: Connection, request: Received) -> bool:
        connection.body(request)
        connection.sock.sendall(b"HTTP/1.1 200 OK\r\n" + HEADS[framing] + EVENT)
        connection.over.wait(60)
        return False

    return act


async def _all(events: Any) -> list[Any]:
    return [event async for event in events]


def _events(output: Any) -> Any:
    return output.payload


def _body(output: Any) -> Any:
    return output.body


# the operation, its input, what of the output is closed, and how it is read
WAYS: dict[str, tuple[Any, Any, Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "events": (s3.endpoints.SelectObjectContent, QUERY, _events, list, _all),
    "read": (s3.endpoints.GetObject, OBJECT, _body, lambda body: body.read(), lambda body: body.read()),
    "chunks": (s3.endpoints.GetObject, OBJECT, _body, list, _all),
}


def is_reading(driver: Driver) -> bool:
    """Whether somebody waits for more of a body."""
    transport = driver.engine._transport
    bodies = (
        transport._bodies if driver.is_async else [each for pool in transport._pools.values() for each in pool._bodies]
    )
    return any(body.idle_since is None for body in bodies)


def closed_while_read(driver: Driver, found: Any, read: Callable[[Any], Any]) -> BaseException | None:
    """What who reads comes to."""
    if driver.is_async:

        async def run() -> BaseException | None:
            reading = asyncio.ensure_future(read(found))
            await asyncio.sleep(0.1)
            assert is_reading(driver)
            await found.aclose()
            await asyncio.wait([reading], timeout=10)
            return reading.exception()

        ended: BaseException | None = driver.run(run())
        return ended
    pool = ThreadPoolExecutor(2)
    try:
        reading = pool.submit(read, found)
        assert eventually(lambda: is_reading(driver))
        pool.submit(found.close).result(10)
        return reading.exception(10)
    finally:
        pool.shutdown(wait=False)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("framing", HEADS)
@pytest.mark.parametrize("is_first", [True, False])
def test_bodies(
    server: Server,
    made: Made,
    way: str,
    framing: str,
    is_first: bool,  # noqa: FBT001 - of a table
) -> None:
    operation, value, part_of, read, read_awaited = WAYS[way]
    server.script = [answer(), stall(framing)]
    driver = made(s3, attempts=1, options=TransportOptions(connect_timeout=5, read_timeout=60, proxies={}))
    if is_first:
        server.script.pop(0)
    else:
        driver.run(driver.call(s3.endpoints.GetObject, OBJECT).body.read())  # the next one is sent the short way
    found = part_of(driver.call(operation, value))
    error = closed_while_read(driver, found, read_awaited if driver.is_async else read)
    assert isinstance(error, ConnectionFailed)
    assert str(error) == f"{operation.name}: the body was closed before its end"


OF_A_PARENT = """
import os, sys
from botobind.io import Credentials
from botobind_services import s3
keys = Credentials(access_key="AKID", secret_key="SECRET")
client = s3.io.Client(region="eu-west-1", endpoint_url="http://" + sys.argv[1], credentials=keys)
for _ in range(2):  # the second one is sent the short way
    body = client.get_object(bucket="box", key="a").body
    size = len(body.read(1))
    child = os.fork()
    if not child:
        body.close()
        os._exit(0)
    os.waitpid(child, 0)
    size += len(body.read())
    assert size == 2**22, size
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_child_that_closes_a_body_ends_none_of_its_parent(server: Server) -> None:
    server.script = [answer(200, bytes(2**22))]
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", OF_A_PARENT, server.host]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
