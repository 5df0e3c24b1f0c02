"""What requests say of the program that sends them, beside botocore; and what the log says of requests."""

from __future__ import annotations

import logging
import re
import sys

import botocore.useragent
import pytest
from botocore.config import Config

from botobind import __version__
from botobind.io import SettingWrong
from botobind.io.engine import requestlog, useragent
from botobind.io.engine.data import OutgoingRequest
from botobind.io.engine.settings import Settings
from botobind.io.engine.useragent import FEATURES, user_agent


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
