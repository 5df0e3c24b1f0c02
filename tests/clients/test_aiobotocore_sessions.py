"""Clients that a session of aiobotocore's makes for a package, over a model that is made of the package."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from clients.script_server import Server, step
from clients.test_bad_input import connections
from clients.test_sessions import CREDENTIALS, fixture_opened  # noqa: F401 - a fixture

from botobind.io import ClientClosed, CredentialsMissing, EndpointUnknown, WrongClient
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

aiobotocore = pytest.importorskip(
    "aiobotocore.session", reason="aiobotocore is in the environment of nox -s io_async alone"
)
awsrequest = pytest.importorskip("aiobotocore.awsrequest")

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "eu-west-1"}
ITEM = {"pk": dynamodb.AttributeValue(s="a")}
FOUND = b'{"Item": {"pk": {"S": "a"}}}'


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def run(of: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        return await of()

    return asyncio.run(main())


class _OfAioboto3:
    """What aioboto3's sessions are: they have aiobotocore's within."""

    def __init__(self) -> None:
        self._session = aiobotocore.get_session()


@pytest.mark.parametrize(
    "make", [aiobotocore.get_session, _OfAioboto3, lambda: None], ids=["session", "within", "none"]
)
def test_a_client_of_a_session(server: Server, make: Callable[[], Any], opened: list[str]) -> None:
    server.script = [step(200, FOUND)]
    session = make()
    below = getattr(session, "_session", session)
    before = None if below is None else set(vars(below))

    async def use() -> None:
        opening = dynamodb.io.AsyncClient.of_session(session, endpoint_url=server.url, **KEYS)
        for _ in range(2):
            async with opening as client:
                assert type(client) is dynamodb.io.AsyncClient
                assert (await client.get_item(table_name="books", key=ITEM)).item == ITEM
                assert connections(server) == 1
            assert connections(server) == 0
            with pytest.raises(ClientClosed):
                await client.get_item(table_name="books", key=ITEM)
        alone = await opening
        assert (await alone.get_item(table_name="books", key=ITEM)).item == ITEM
        await alone.close()
        await alone.close()
        assert connections(server) == 0

    run(use)
    assert "Credential=AKID/" in server.heads[0][2]["authorization"]
    assert opened == []
    if below is not None:
        assert set(vars(below)) == before


@pytest.mark.parametrize("package", [cloudwatch, dynamodb, lambda_, s3, sts], ids=lambda package: package.service)
def test_the_names_of_methods(package: Any, opened: list[str]) -> None:
    async def use() -> None:
        async with package.io.AsyncClient.of_session(aiobotocore.get_session(), **KEYS) as client:
            below = client._carrier.below
            assert not opened
            async with aiobotocore.get_session().create_client(package.service, **KEYS) as theirs:
                known = theirs.meta.method_to_api_mapping
                ours = dict(below.meta.method_to_api_mapping)
                # Packages are of another version of botocore.
                shared = known.keys() & ours.keys()
                assert len(shared) > 0.9 * len(known)
                for name in shared:
                    assert ours[name] == known[name]
                    call = getattr(below, name)()
                    assert asyncio.iscoroutine(call)
                    call.close()
            with pytest.raises(AttributeError, match="get_objekt"):
                below.get_objekt  # noqa: B018 - that it raises

    run(use)


def test_what_aiobotocore_calls_itself(opened: list[str]) -> None:
    session = aiobotocore.get_session()
    sent: list[Any] = []

    async def answer(request: Any, **_: Any) -> Any:
        await asyncio.sleep(0)
        sent.append(request)
        found = awsrequest.AioAWSResponse(request.url, 200, {"ETag": '"1"'}, None)
        found._content = CREDENTIALS if request.method == "GET" else b""
        return found

    session.get_component("event_emitter").register("before-send", answer)

    async def use() -> None:
        async with s3.io.AsyncClient.of_session(session, **KEYS) as client:
            assert (await client.put_object(bucket="box--use1-az4--x-s3", key="a", body=b"x")).etag == '"1"'
            assert await client.get_object.presign(60, bucket="box", key="a")
            assert (await client.presign_post("box", "a")).url

    run(use)
    assert [request.url.partition("?")[2] for request in sent] == ["session", ""]
    assert sent[1].headers["x-amz-s3session-token"] == b"token"
    assert opened == []


def test_what_is_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("eu-west-1", object(), boto3.client("sts", **KEYS)):
        with pytest.raises(WrongClient, match="expected a session of aiobotocore's, got"):
            sts.io.AsyncClient.of_session(wrong, **KEYS)
    for wrong in (botocore.session.Session(), boto3.Session()):
        with pytest.raises(WrongClient, match="the session is not asynchronous"):
            sts.io.AsyncClient.of_session(wrong, **KEYS)
    with pytest.raises(WrongClient, match="the session is asynchronous"):
        sts.io.Client.of_session(aiobotocore.get_session(), **KEYS)
    for name in ("DEFAULT_REGION", "REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "PROFILE"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.delenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", raising=False)
    for name, text in (("EC2_METADATA_DISABLED", "true"), ("SHARED_CREDENTIALS_FILE", "/no"), ("CONFIG_FILE", "/no")):
        monkeypatch.setenv(f"AWS_{name}", text)

    async def use() -> None:
        session = aiobotocore.get_session()
        with pytest.raises(EndpointUnknown, match="region"):
            await dynamodb.io.AsyncClient.of_session(session)
        with pytest.raises(TypeError, match="regionname"):
            async with dynamodb.io.AsyncClient.of_session(session, regionname="eu-west-1"):
                pass
        async with dynamodb.io.AsyncClient.of_session(session, region_name="eu-west-1") as client:
            with pytest.raises(CredentialsMissing, match="ListTables: Unable to locate credentials"):
                await client.list_tables()

    run(use)


def test_who_is_cancelled_leaves_nothing_open(server: Server) -> None:
    server.script = [step(-1)]

    async def use() -> None:
        session = aiobotocore.get_session()
        config = Config(retries={"total_max_attempts": 1}, read_timeout=20)

        async def call() -> None:
            opening = dynamodb.io.AsyncClient.of_session(session, endpoint_url=server.url, config=config, **KEYS)
            async with opening as client:
                await client.list_tables()

        calling = asyncio.create_task(call())
        while not server.requests:  # noqa: ASYNC110 - the server is a thread
            await asyncio.sleep(0.01)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert connections(server) == 0

    run(use)
