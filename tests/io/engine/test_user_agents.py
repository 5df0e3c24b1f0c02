"""What requests say of the program that sends them, beside botocore; and what the log says of requests."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.useragent
import pytest
from attrs import evolve
from botocore.config import Config
from botocore.session import Session
from clients.beside import BOTO_KEYS, CaughtError
from clients.engine_beside import KEYS, Caught

from botobind import __version__
from botobind.io import SettingWrong
from botobind.io.engine import requestlog, useragent
from botobind.io.engine.data import OutgoingRequest
from botobind.io.engine.settings import Settings
from botobind.io.engine.useragent import FEATURES, user_agent
from botobind_services import dynamodb


@pytest.mark.parametrize(
    ("environ", "given", "theirs"),
    [
        ({}, {}, {}),
        ({"AWS_EXECUTION_ENV": "AWS Lambda/python"}, {}, {}),
        ({}, {"app_id": "my app#1/ü"}, {"user_agent_appid": "my app#1/ü"}),
        ({}, {"user_agent_extra": "a/1 (b)"}, {"user_agent_extra": "a/1 (b)"}),
        ({}, {"retry_mode": "adaptive"}, {"retries": {"mode": "adaptive"}}),
    ],
)
def test_parts(
    environ: dict[str, str], given: dict[str, str], theirs: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_EXECUTION_ENV", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    config = Config(**{"retries": {"mode": "standard"}, **theirs})
    config._supplied_user_agent = None
    wanted = botocore.useragent.UserAgentString.from_environment().with_client_config(config).to_string()
    product, *found = user_agent(Settings(**given)).split(" ")
    assert product == f"botobind/{__version__}"
    assert [part for part in found if not part.startswith("m/")] == wanted.split(" ")[1:]


@pytest.mark.pinned
def test_features() -> None:
    known = botocore.useragent._USERAGENT_FEATURE_MAPPINGS
    assert {name: known.get(name) for name in FEATURES} == FEATURES
    settings = Settings(
        retry_mode="adaptive", endpoint_url="http://localhost", request_checksum_calculation="when_required"
    )
    assert " m/F,a,b,N " in user_agent(settings)
    assert " m/E,Z,b,B " in user_agent(Settings(), ["WAITER", "WAITER"])


def agent_of(act: Callable[[Any], Any], package: Any = dynamodb, **options: Any) -> set[str]:
    """The signs in the header of what a client sends."""
    caught = Caught()
    with pytest.raises(CaughtError):
        act(package.io.Client(transport=caught, region="eu-west-1", **options))
    return set(re.findall(r" m/(\S+)", dict(caught.request.headers)["User-Agent"])[0].split(","))


ALWAYS = {"E", "Z", "b", "e", "P"}


@pytest.mark.parametrize(
    ("act", "signs"),
    [
        (lambda client: client.list_tables(), set()),
        (lambda client: next(iter(client.list_tables.pages())), {"C"}),
        (lambda client: next(iter(client.list_tables.items())), {"C"}),
        (lambda client: client.wait.table_exists(table_name="t"), {"B"}),
    ],
)
def test_calls_beside_loops(act: Callable[[Any], Any], signs: set[str]) -> None:
    assert agent_of(act, credentials=KEYS) == ALWAYS | signs
    with_account = evolve(KEYS, account_id="111111111111")
    assert agent_of(act, credentials=with_account) == {*ALWAYS, "T"} | signs
    caught: list[str] = []

    def catch(request: Any, **_: Any) -> None:
        caught.append(request.headers["User-Agent"].decode())
        raise CaughtError

    below = Session().create_client("dynamodb", **BOTO_KEYS, region_name="eu-west-1")
    below.meta.events.register("before-send", catch)
    with pytest.raises(CaughtError):
        act(dynamodb.io.Client(below))
    assert {"B", "C"} & set(re.findall(r" m/(\S+)", caught[0])[0].split(",")) == signs


def test_loops_of_asynchronous_clients() -> None:
    agents: list[str] = []

    class Catching:
        async def send(self, request: OutgoingRequest, **_: Any) -> Any:
            agents.append(dict(request.headers)["User-Agent"])
            raise CaughtError

        async def close(self) -> None:
            """Has nothing to close."""

    async def loops() -> None:
        async with dynamodb.io.AsyncClient(transport=Catching(), region="eu-west-1", credentials=KEYS) as client:
            with pytest.raises(CaughtError):
                await client.wait.table_exists(table_name="t")
            with pytest.raises(CaughtError):
                await anext(aiter(client.list_tables.pages()))

    asyncio.run(loops())
    assert [sorted(set("BC") & set(re.findall(r" m/(\S+)", each)[0].split(","))) for each in agents] == [["B"], ["C"]]


@pytest.mark.parametrize(
    ("environ", "signs"),
    [
        ({"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"}, {"g"}),
        ({"AWS_PROFILE": "keys"}, {"n"}),
        ({"AWS_PROFILE": "process"}, {"v", "w"}),
    ],
)
def test_where_keys_are_from(
    environ: dict[str, str], signs: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S"}'
    (tmp_path / "said").write_text(said, encoding="utf-8")
    config = f"""
[profile keys]
aws_access_key_id = A
aws_secret_access_key = S
[profile process]
credential_process = cat {tmp_path / "said"}
"""
    (tmp_path / "config").write_text(config, encoding="utf-8")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"AWS_CONFIG_FILE": str(tmp_path / "config"), **environ}.items():
        monkeypatch.setenv(name, value)
    assert agent_of(lambda client: client.list_tables()) == ALWAYS - {"e"} | signs
    below = Session()
    client = below.create_client("dynamodb", region_name="eu-west-1")
    seen: list[str] = []

    def catch(request: Any, **_: Any) -> None:
        seen.append(request.headers["User-Agent"].decode())
        raise CaughtError

    client.meta.events.register("before-send", catch)
    with pytest.raises(CaughtError):
        client.list_tables()
    assert signs <= set(re.findall(r" m/(\S+)", seen[0])[0].split(","))


def test_systems_that_aws_has_no_name_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "freebsd14")
    useragent._machine.cache_clear()
    assert re.search(r" os/other md/\w+#\S+ md/arch#", user_agent(Settings()))
    useragent._machine.cache_clear()


def test_long_names(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "botobind.io"):
        assert "x" * 51 in user_agent(Settings(app_id="x" * 51))
    assert "more than the 50 characters" in caplog.text
    for text in ("a\r\nX-Injected: b", "ü"):
        with pytest.raises(SettingWrong, match="user_agent_extra: expected printable ASCII"):
            Settings(user_agent_extra=text)


def test_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    request = OutgoingRequest(
        method="PUT",
        scheme="https",
        host="h",
        path="/SECRET-KEY",
        query=[("partNumber", "SECRET-Q")],
        headers=[("Content-Type", "text/plain"), ("Authorization", "SECRET-S"), ("x-amz-meta-a", "SECRET-M")],
        body=b"SECRET-B",
    )
    requestlog.log_request("PutObject", request, 1)
    assert not caplog.text
    with caplog.at_level(logging.DEBUG, "botobind.io"):
        requestlog.log_request("PutObject", request, 1)
        request.body = iter([b"SECRET"])
        requestlog.log_request("PutObject", request, 2)
        requestlog.log_response("PutObject", 503, [("x-amz-request-id", "I"), ("ETag", "SECRET-E")], 2, 0.25)
        requestlog.log_failure("PutObject", OSError("SECRET"), 3, 1.5)
    headers = "Content-Type: text/plain, Authorization, x-amz-meta-a"
    assert caplog.messages == [
        f"PutObject, attempt 1: PUT https://h, query partNumber, headers {headers}, body of 8 bytes",
        f"PutObject, attempt 2: PUT https://h, query partNumber, headers {headers}, body of a stream",
        "PutObject, attempt 2: status 503 after 250 ms, x-amz-request-id I, headers x-amz-request-id, ETag",
        "PutObject, attempt 3: OSError after 1500 ms",
    ]
