"""Clients that send requests themselves: what they take, what they give, and how they end."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from threading import Event, Thread
from typing import Any

import pytest
from support.fault_server import Connection, Received, Server, answer, reset, silent

from botobind.errors import WaiterTimedOut
from botobind.http import make_response
from botobind.io import ClientClosed, ConnectionFailed, SettingWrong, WrongClient
from botobind.io.engine.data import Credentials, OutgoingRequest
from botobind.io.engine.observing import Attempt, Hooks
from botobind.io.engine.settings import ROWS, Settings
from botobind.io.options import EngineOptions
from botobind.testing import fake
from botobind_services import dynamodb, s3

KEYS = Credentials(access_key="AKID", secret_key="very-secret", session_token="token-secret")
ITEM = {"pk": dynamodb.AttributeValue(s="classified")}
FOUND = answer(200, b'{"Item": {"pk": {"S": "classified"}}}')


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


def options(server: Server, **more: Any) -> dict[str, Any]:
    return {"region": "eu-west-1", "endpoint_url": f"http://{server.host}", "credentials": KEYS, **more}


def test_calls(server: Server) -> None:
    server.script = [answer(503, b""), FOUND]
    with dynamodb.io.Client(**options(server)) as client:
        assert client.get_item(table_name="books", key=ITEM).item == ITEM
        held = client.get_item
    first, second = server.requests
    assert first.headers["host"] == server.host
    assert "/eu-west-1/dynamodb/aws4_request" in first.headers["authorization"]
    assert first.headers["user-agent"].startswith("botobind/")
    assert second.headers["amz-sdk-request"] == "attempt=2; max=4"
    with pytest.raises(ClientClosed):
        held(table_name="books", key=ITEM)
    client.close()


def test_calls_that_are_awaited(server: Server) -> None:
    async def run() -> None:
        async with dynamodb.io.AsyncClient(**options(server)) as client:
            assert (await client.get_item(table_name="books", key=ITEM)).item == ITEM
            held = client.get_item
        with pytest.raises(ClientClosed):
            await held(table_name="books", key=ITEM)
        await client.close()

    server.script = [reset, FOUND]
    asyncio.run(run())
    assert len(server.requests) == 2


def test_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKID2", "AWS_SECRET_ACCESS_KEY": "s", "AWS_DEFAULT_REGION": "ap-south-1",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://{server.host}", "AWS_MAX_ATTEMPTS": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    server.script = [answer(503, b"")]
    with dynamodb.io.Client() as client:
        found = client.get_item.result(dynamodb.GetItemInput(table_name="books", key=ITEM))
    assert found.attempts == 1  # type: ignore[union-attr] # an error
    assert "AKID2/" in server.requests[0].headers["authorization"]
    assert "/ap-south-1/" in server.requests[0].headers["authorization"]


def test_settings(server: Server) -> None:
    settings = Settings(region="eu-west-1", max_attempts=2, user_agent_extra="mine/1")
    server.script = [answer(503, b"")]
    with dynamodb.io.Client(settings=settings, credentials=KEYS, endpoint_url=f"http://{server.host}") as client:
        found = client.get_item.result(dynamodb.GetItemInput(table_name="books", key=ITEM))
    assert found.attempts == 2  # type: ignore[union-attr] # an error
    assert server.requests[0].headers["user-agent"].endswith(" mine/1")
    with pytest.raises(TypeError):
        dynamodb.io.Client(settings=settings, profile="other")


def test_all_settings_are_options() -> None:
    assert ROWS.keys() <= EngineOptions.__annotations__.keys()
    with pytest.raises(SettingWrong):
        dynamodb.io.Client(retry_mode="often")


def test_hosts_without_prefixes(server: Server) -> None:
    sends = Sends()
    sends.host = "data.example"
    client = dynamodb.io.Client(transport=sends, **options(server, endpoint_url="https://data.example"))
    client.list_tables()
    with s3.io.Client(region="eu-west-1", credentials=KEYS, disable_host_prefix_injection=True) as other:
        url = other.write_get_object_response.presign(60, request_route="route", request_token="t")
    assert url.startswith("https://s3-object-lambda.eu-west-1.amazonaws.com/")


class Sends:
    """A transport of a program's own."""

    host = "dynamodb.eu-west-1.amazonaws.com"

    def __init__(self) -> None:
        self.closed = 0

    def send(self, request: OutgoingRequest, *, streams: bool, limit: float | None) -> Any:
        assert (request.host, streams, limit) == (self.host, False, None)
        return make_response(200, [], b'{"TableNames": ["a"]}')

    def close(self) -> None:
        self.closed += 1


def test_transports_of_a_programs_own() -> None:
    sends = Sends()
    with dynamodb.io.Client(transport=sends, region="eu-west-1", credentials=KEYS) as client:
        assert client.list_tables().table_names == ["a"]
    assert sends.closed == 1


@pytest.mark.parametrize("client", [dynamodb.io.Client, dynamodb.io.AsyncClient])
def test_what_clients_do_not_take(client: Any) -> None:
    with pytest.raises(WrongClient, match="a transport is"):
        client(transport="https://")
    with pytest.raises(TypeError):
        client(transport=fake(dynamodb), region="eu-west-1")
    with pytest.raises(TypeError):
        client(object(), region="eu-west-1")
    with pytest.raises(TypeError):
        client(regoin="eu-west-1")


@pytest.mark.parametrize("client", [dynamodb.io.Client, dynamodb.io.AsyncClient])
@pytest.mark.parametrize("name", ["attempt_timeout", "call_timeout"])
@pytest.mark.parametrize("given", [0, -1.0, "5", float("nan")])
def test_limits_that_are_no_times(client: Any, name: str, given: Any) -> None:
    with pytest.raises(SettingWrong, match=name):
        client(region="eu-west-1", credentials=KEYS, **{name: given})


def test_pages_and_waiters(server: Server) -> None:
    server.script = [
        answer(200, b'{"Items": [{"pk": {"S": "a"}}], "LastEvaluatedKey": {"pk": {"S": "a"}}}'),
        answer(503, b""),
        answer(200, b'{"Items": [{"pk": {"S": "b"}}]}'),
        answer(400, b'{"__type": "ResourceNotFoundException"}'),
        answer(200, b'{"Table": {"TableStatus": "ACTIVE"}}'),
        answer(400, b'{"__type": "ResourceNotFoundException"}'),
    ]
    with dynamodb.io.Client(**options(server)) as client:
        assert [item["pk"].s for item in client.scan.items(table_name="books")] == ["a", "b"]
        assert client.wait.table_exists(table_name="books", delay=0).table is not None
        with pytest.raises(WaiterTimedOut):
            client.wait.table_exists(table_name="books", delay=0, max_attempts=2)


def test_urls() -> None:
    with s3.io.Client(region="eu-west-1", credentials=KEYS) as client:
        url = client.get_object.presign(60, bucket="my-box", key="a/../b ü")
    assert url.startswith("https://my-box.s3.amazonaws.com/a/../b%20%C3%BC?X-Amz-Algorithm=AWS4-HMAC-SHA256&")
    assert "&X-Amz-Expires=60&" in url

    async def awaited() -> str:
        async with s3.io.AsyncClient(region="eu-west-1", credentials=KEYS) as client:
            return await client.put_object.presign(60, bucket="my-box", key="a")

    assert "&X-Amz-Signature=" in asyncio.run(awaited())


def test_hooks(server: Server) -> None:
    seen: list[Attempt] = []

    def before(attempt: Attempt) -> None:
        attempt.request.headers.append(("x-mine", str(attempt.number)))

    server.script = [answer(503, b""), reset, FOUND]
    hooks = Hooks(before_attempt=before, after_attempt=seen.append)
    with dynamodb.io.Client(**options(server, hooks=hooks)) as client:
        client.get_item(table_name="books", key=ITEM)
    assert [each.headers["x-mine"] for each in server.requests] == ["1", "2", "3"]
    assert all("x-mine" in each.headers["authorization"] for each in server.requests)  # it is signed
    assert [(each.number, each.response and each.response.status) for each in seen] == [(1, 503), (2, None), (3, 200)]
    assert isinstance(seen[1].error, ConnectionFailed)
    assert all(each.seconds is not None for each in seen)


def test_the_log_has_no_secrets(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "botobind.io")
    server.script = [answer(503, b""), reset, FOUND]
    with dynamodb.io.Client(**options(server)) as client:
        client.get_item(table_name="books", key=ITEM)
    lines = [record.getMessage() for record in caplog.records if record.name == "botobind.io.requests"]
    assert any(line.startswith("GetItem, attempt 1: status 503") and "id-1" in line for line in lines)
    assert any(line.startswith("GetItem, attempt 2 failed: ConnectionFailed; another in") for line in lines)
    for secret in ("classified", "very-secret", "token-secret", "AKID", "books"):
        assert secret not in "\n".join(lines)


def test_what_is_on_its_way_goes_on(server: Server) -> None:
    asked, goes_on = Event(), Event()

    def slow(connection: Connection, request: Received) -> bool:
        asked.set()
        goes_on.wait(10)
        return FOUND(connection, request)

    server.script = [slow]
    client = dynamodb.io.Client(**options(server))
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(client.get_item(table_name="books", key=ITEM)))
    thread.start()
    asked.wait(10)
    client.close()
    goes_on.set()
    thread.join()
    assert found[0].item == ITEM

    async def run() -> None:
        asked.clear()
        goes_on.clear()
        awaited = dynamodb.io.AsyncClient(**options(server))
        task = asyncio.create_task(awaited.get_item.send(dynamodb.GetItemInput(table_name="books", key=ITEM)))
        await asyncio.to_thread(asked.wait, 10)
        await awaited.close()
        goes_on.set()
        assert (await task).item == ITEM

    asyncio.run(run())


def test_a_call_that_is_cancelled(server: Server) -> None:
    async def run() -> None:
        async with dynamodb.io.AsyncClient(**options(server)) as client:
            task = asyncio.create_task(client.get_item.send(dynamodb.GetItemInput(table_name="books", key=ITEM)))
            await asyncio.to_thread(asked.wait, 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            server.script = [FOUND]
            assert (await client.get_item(table_name="books", key=ITEM)).item == ITEM

    asked = Event()

    def ask(connection: Connection, request: Received) -> bool:
        asked.set()
        return silent(connection, request)

    server.script = [ask]
    asyncio.run(run())


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # of the sockets of the loop that is over
def test_one_loop_after_the_other(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.script = [FOUND]
    client = dynamodb.io.AsyncClient(**options(server))

    async def run() -> None:
        assert (await client.get_item(table_name="books", key=ITEM)).item == ITEM

    for _ in range(3):
        asyncio.run(run())
        gc.collect()
    asyncio.run(client.close())
    gc.collect()
    assert "Unclosed" not in caplog.text
    assert server.connections == 3


def test_bodies_outlive_their_client(server: Server) -> None:
    server.script = [answer(200, b"x" * 500_000)]
    settings = options(server)
    with s3.io.Client(**settings) as client:
        body: Any = client.get_object(bucket="box", key="a").body
    assert len(body.read()) == 500_000

    async def run() -> None:
        async with s3.io.AsyncClient(**settings) as client:
            streamed: Any = (await client.get_object(bucket="box", key="a")).body
        chunks: AsyncIterator[bytes] = streamed.iter_chunks()
        assert sum([len(chunk) async for chunk in chunks]) == 500_000

    asyncio.run(run())


def test_fakes_do_without_the_engine() -> None:
    program = """
import sys
from botobind.testing import fake
from botobind_services import dynamodb
dynamodb.io.Client(transport=fake(dynamodb)).close()
print([name for name in sys.modules if name.startswith(("botobind.io.engine", "urllib3", "aiohttp"))])
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


NOT_OF_A_FIRST_CALL = ("botocore", "aiohttp", "asyncio", "jinja2", "attr", "attrs", "cattrs", "difflib", "lxml")


def test_the_engine_does_without_botocore(server: Server) -> None:
    server.script = [FOUND]
    program = f"""
import sys
from botobind.io.engine.data import Credentials
from botobind_services import dynamodb
keys = Credentials(access_key="AKID", secret_key="s")
with dynamodb.io.Client(region="eu-west-1", endpoint_url="http://{server.host}", credentials=keys) as client:
    client.get_item(table_name="books", key={{}})
print([name for name in sys.modules if name.partition(".")[0] in {NOT_OF_A_FIRST_CALL}])
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(("client", "module", "extra"), [
    (dynamodb.io.Client, "urllib3_transport", "engine"), (dynamodb.io.AsyncClient, "aiohttp_transport", "engine-async"),
])  # fmt: skip
def test_what_has_to_be_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, client: Any, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, f"botobind.io.engine.{module}", None)
    with pytest.raises(WrongClient, match=rf"pip install 'botobind\[{extra}\]'"):
        client(region="eu-west-1", credentials=KEYS)
