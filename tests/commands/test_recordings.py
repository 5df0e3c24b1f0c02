"""What `botobind serve` answers from recordings and archives."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from botobind.commands.recordings import Recordings
from botobind.commands.serving import application_of
from botobind.errors import BotobindError, UnknownOperationError
from botobind.http import read_all
from botobind.io import ConnectionFailed
from botobind.testing import fake
from botobind.testing.recording import Recorder
from botobind_codegen import cli_values
from botobind_services import dynamodb, s3, sts

A = dynamodb.AttributeValue
PUT: Any = {"bucket": "box", "key": "b", "sse_customer_algorithm": "AES256"}
EMPTY = {"botobind": 1, "hide": [], "show": []}


def key(text: str) -> Any:
    return {"id": A(s=text)}


def item(text: str) -> Any:
    return dynamodb.GetItemOutput(item={"title": A(s=text)})


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A recording with equal calls, errors, a fault, secrets and streams."""
    answers = iter(["Emma", "Persuasion"])
    aws = fake(dynamodb, {"GetItem": lambda _: item(next(answers))})
    box = fake(
        s3,
        {
            "GetObject": lambda _: s3.GetObjectOutput(body=b"\0text"),
            "PutObject": lambda _: s3.PutObjectOutput(version_id="1"),
        },
    )
    with Recorder(tmp_path / "calls.json") as recorder:
        client = recorder.client(dynamodb.io.Client(transport=aws))
        aws.fail(None, dynamodb.ResourceNotFoundException(message="no such table"))
        client.get_item.result(dynamodb.GetItemInput(table_name="films", key=key("1")))
        for _ in range(2):
            client.get_item(table_name="books", key=key("1"))
        aws.fail(None, ConnectionFailed("cut"))
        with pytest.raises(ConnectionFailed):
            client.get_item(table_name="broken", key=key("1"))
        objects = recorder.client(s3.io.Client(transport=box))
        read_all(objects.get_object(bucket="box", key="a").body)
        objects.put_object(**PUT, body=b"content", sse_customer_key=b"secret")
    return tmp_path / "calls.json"


def client_of(package: Any, application: Any) -> Any:
    return package.io.Client(transport=application.respond)


def answering(package: Any, *files: Path, examples: bool = False) -> Any:
    recordings = Recordings([package])
    for file in files:
        recordings.add(file)
    return client_of(package, application_of([package], recordings, examples=examples))


def test_recorded_calls_are_answered_as_they_were(recorded: Path) -> None:
    client = answering(dynamodb, recorded)
    titles = [client.get_item(table_name="books", key=key("1")).item["title"].s for _ in range(3)]
    assert titles == ["Emma", "Persuasion", "Persuasion"]
    missing = client.get_item.result(dynamodb.GetItemInput(table_name="films", key=key("1")))
    assert isinstance(missing, dynamodb.ResourceNotFoundException)
    assert missing.message == "no such table"
    cut = client.get_item.result(dynamodb.GetItemInput(table_name="broken", key=key("1")))
    assert (cut.code, cut.message) == ("ServiceUnavailable", "the recorded call failed: cut")
    objects = answering(s3, recorded)
    assert [read_all(objects.get_object(bucket="box", key="a").body) for _ in range(2)] == [b"\0text"] * 2
    put = objects.put_object(body=b"content", sse_customer_key=b"another", **PUT)  # what is hidden is not compared
    assert put.version_id == "1"
    other = objects.put_object.result(s3.PutObjectRequest(body=b"others", sse_customer_key=b"secret", **PUT))
    assert other.message == "no such call of PutObject; the nearest one differs in $.Body.$text"


def test_what_clients_add_by_themselves_is_not_compared(recorded: Path) -> None:
    objects = answering(s3, recorded)
    added: Any = {"checksum_algorithm": "CRC32", "checksum_crc32": "/sUwqQ==", "content_length": 7}
    assert objects.put_object(body=b"content", sse_customer_key=b"secret", **PUT, **added).version_id == "1"
    assert read_all(objects.get_object(bucket="box", key="a", checksum_mode="ENABLED").body) == b"\0text"


def test_what_is_not_recorded_is_told_or_an_example(recorded: Path) -> None:
    client = answering(dynamodb, recorded)
    found = client.get_item.result(dynamodb.GetItemInput(table_name="poems", key=key("2")))
    assert isinstance(found, UnknownOperationError)
    assert (found.code, found.status) == ("UnrecordedCall", 501)
    assert found.message == "no such call of GetItem; the nearest one differs in $.Key.id.S, $.TableName"
    assert client.list_tables.result(dynamodb.ListTablesInput()).code == "NotImplemented"
    client = answering(dynamodb, recorded, examples=True)
    assert isinstance(client.get_item(table_name="poems", key=key("2")), dynamodb.GetItemOutput)
    assert isinstance(client.list_tables(), dynamodb.ListTablesOutput)
    assert client.get_item(table_name="books", key=key("1")).item["title"].s == "Emma"


def entry(body: Any, answer: Any, status: int = 200, target: str = "GetItem") -> Any:
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{target}", "Content-Type": "application/x-amz-json-1.0"}
    pairs = [{"name": name, "value": value} for name, value in headers.items()]
    text = {"text": b64encode(json.dumps(answer).encode()).decode(), "encoding": "base64"}
    return {
        "request": {
            "method": "POST",
            "url": "https://dynamodb.eu-west-1.amazonaws.com/",
            "headers": pairs,
            "postData": {"text": json.dumps(body)},
        },
        "response": {"status": status, "headers": [], "content": text},
    }


def archive(tmp_path: Path, *entries: Any) -> Path:
    file = tmp_path / "calls.har"
    file.write_text(json.dumps({"log": {"entries": list(entries)}}))
    return file


def test_archives(tmp_path: Path) -> None:
    asked = {"TableName": "books", "Key": {"id": {"S": "1"}}}
    page = {
        "request": {"method": "GET", "url": "https://example.org/", "headers": []},
        "response": {"status": 200, "headers": []},
    }
    file = archive(
        tmp_path,
        page,
        entry(asked, {"Item": {"title": {"S": "Emma"}}}),
        entry({**asked, "TableName": "films"}, {"__type": "ResourceNotFoundException", "message": "none"}, 400),
        entry(asked, ["no output"]),
    )  # fmt: skip
    recordings = Recordings([dynamodb])
    assert recordings.add(file) == 2
    client = client_of(dynamodb, application_of([dynamodb], recordings, examples=False))
    assert [client.get_item(table_name="books", key=key("1")).item["title"].s for _ in range(2)] == ["Emma"] * 2
    assert client.get_item.result(dynamodb.GetItemInput(table_name="films", key=key("1"))).message == "none"


def test_several_files_and_services(recorded: Path, tmp_path: Path) -> None:
    recordings = Recordings([dynamodb, s3])
    assert recordings.add(recorded) == 6
    assert recordings.add(archive(tmp_path, entry({"TableName": "new", "Key": {"id": {"S": "1"}}}, {}))) == 1
    assert sorted(operation.name for operation in recordings.operations()) == ["GetItem", "GetObject", "PutObject"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.json", None, "is no recording: No such file"),
        ("a.json", "{", "is no recording"),
        ("a.json", "[" * 50_000, "is no recording"),
        ("a.json", [], "is no recording of version 1"),
        ("a.json", {"botobind": 2}, "is no recording of version 1"),
        ("a.json", {**EMPTY, "calls": []}, "has no calls of sts"),
        ("a.json", {"botobind": 1, "calls": []}, "is no recording: 'hide'"),
        ("a.json", {**EMPTY, "calls": [{"service": "sts", "operation": "Nope"}]}, "has no operation 'Nope'"),
        (
            "a.json",
            {**EMPTY, "calls": [{"service": "sts", "operation": "GetCallerIdentity"}]},
            "has no request or no outcome",
        ),
        ("a.json", {**EMPTY, "calls": [5]}, "is no recording"),
        (
            "a.json",
            {
                **EMPTY,
                "calls": [
                    {"service": "sts", "operation": "GetAccessKeyInfo", "request": {"A": {"$odd": 1}}, "response": {}}
                ],
            },
            "no value is written $odd",
        ),
        ("a.har", {}, "expected a HAR archive"),
        ("a.har", {"log": {"entries": []}}, "has no calls of sts"),
        ("a.har", "HTTP/1.1 200 OK\r\n\r\n", "a message alone"),
    ],
)
def test_files_that_are_no_recordings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: Any, reason: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(BotobindError) as caught:
        Recordings([sts]).add(file)
    assert reason in str(caught.value)
    assert cli_values.main(["serve", "sts", "--recording", str(file)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Error: ")
    assert reason in err
