"""What `decode` reads of botocore's log."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from botobind.commands.logs import calls_in_log
from botobind.commands.messages import exchanges_of
from botobind.commands.recordings import Recordings
from botobind.errors import DecodeError
from botobind.http import read_all
from botobind.server import Application, running
from botobind_codegen import cli_values
from botobind_services import cloudwatch, dynamodb, s3, sts

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "eu-west-1"}
ODD = "1, 'context': {\n\"'"
ITEM = {"id": {"S": ODD}}


def fails(_: Any) -> Any:
    raise dynamodb.ResourceNotFoundException(message="no such table")


def calls() -> None:
    """Calls in every protocol."""
    application = Application(dynamodb, {"GetItem": lambda request: dynamodb.GetItemOutput(item=request.key)})
    application.serve(dynamodb, {"PutItem": fails})
    application.serve(sts, {"AssumeRole": lambda _: sts.AssumeRoleResponse(packed_policy_size=5)})
    application.serve(
        s3,
        {
            "PutObject": lambda request: s3.PutObjectOutput(version_id=str(len(read_all(request.body)))),
            "GetObject": lambda _: s3.GetObjectOutput(body=b"content"),
            "ListObjectsV2": lambda _: s3.ListObjectsV2Output(name="box"),
        },
    )
    application.serve(cloudwatch, {"ListMetrics": lambda _: cloudwatch.ListMetricsOutput(next_token="t")})
    with running(application) as url:

        def client(name: str) -> Any:
            made: Any = boto3.client(name, endpoint_url=url, **KEYS)  # type: ignore[call-overload]
            return made

        client("dynamodb").get_item(TableName="t", Key=ITEM)
        with pytest.raises(ClientError):
            client("dynamodb").put_item(TableName="t", Item=ITEM)
        client("sts").assume_role(RoleArn="arn:aws:iam::111122223333:role/r", RoleSessionName="a=b,c")
        client("cloudwatch").list_metrics(Namespace="n")
        objects = client("s3")
        objects.put_object(Bucket="box", Key="a b", Body=io.BytesIO(b"content"))
        objects.get_object(Bucket="box", Key="k")["Body"].read()
        objects.list_objects_v2(Bucket="box", Prefix="a b")


@pytest.fixture(scope="module")
def log() -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s - MainThread - %(name)s - %(levelname)s - %(message)s"))
    loggers = [logging.getLogger(name) for name in ("botocore", "urllib3")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    calls()
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)
    return stream.getvalue()


@pytest.fixture
def decoded(log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[Any]]:
    def decode(service: str, change: Callable[[str], str] = str) -> list[Any]:
        file = tmp_path / "calls.log"
        file.write_text(change(log))
        assert cli_values.main(["decode", service, str(file)]) == 0
        out, err = capsys.readouterr()
        assert re.search(r"of 7 requests are not of \w+\n$", err)
        return [json.loads(each) for each in re.split(r"(?<=\n\})\n", out) if each]

    return decode


def test_calls_of_each_protocol(decoded: Callable[..., list[Any]]) -> None:
    get, put = decoded("dynamodb")
    assert (get["operation"], get["input"], get["output"]) == (
        "GetItem", {"TableName": "t", "Key": ITEM}, {"Item": ITEM},
    )  # fmt: skip
    assert put["error"] == {"code": "ResourceNotFoundException", "message": "no such table"}
    (role,) = decoded("sts")
    assert role["input"] == {"RoleArn": "arn:aws:iam::111122223333:role/r", "RoleSessionName": "a=b,c"}
    assert role["output"] == {"PackedPolicySize": 5}
    (metrics,) = decoded("cloudwatch")
    assert (metrics["input"], metrics["output"]) == ({"Namespace": "n"}, {"NextToken": "t"})
    put, get, listed = decoded("s3")
    assert (put["input"]["Key"], put["output"]["VersionId"]) == ("a b", "7")
    assert (put["lacking"], get["lacking"]) == (["the body of the request"], ["the body of the response"])
    assert (listed["input"]["Prefix"], listed["output"]["Name"]) == ("a b", "box")


def test_without_the_lines_of_urllib3(decoded: Callable[..., list[Any]]) -> None:
    def change(text: str) -> str:
        return "\n".join(line for line in text.split("\n") if "urllib3" not in line)

    get, put = decoded("dynamodb", change)
    assert (get["output"], get["lacking"]) == ({"Item": ITEM}, ["the status"])
    assert put["error"] == {"code": "ResourceNotFoundException", "message": "no such table"}


def test_a_server_answers_from_a_log(log: str, tmp_path: Path) -> None:
    file = tmp_path / "calls.log"
    file.write_text(log)
    recordings = Recordings([dynamodb])
    assert recordings.add(file) == 2
    request = dynamodb.GetItemInput(table_name="t", key={"id": dynamodb.AttributeValue(s=ODD)})
    found = recordings.answer(dynamodb.endpoints.GetItem, request)
    assert found.item == request.key


MAKING = "Making request for OperationModel(name=GetItem) with params: "
PARAMS = {"method": "POST", "url": "https://dynamodb.eu-west-1.amazonaws.com", "headers": {"A": "b"}, "body": b"{}"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (MAKING + "{", "line 1: what botocore's log has there breaks off"),
        (MAKING + "{'a': <object>}", "line 1"),
        (MAKING + "{" * 100_000, "line 1"),
        ("\n" + MAKING + "{'a': '\\d'}", "line 2: no request of botocore's: KeyError: 'url'"),
        (MAKING + str({**PARAMS, "headers": [1]}), "line 1: expected headers"),
        (MAKING + str({**PARAMS, "body": 5}), "line 1: no request of botocore's"),
        (MAKING + str({**PARAMS, "url": 5}), "line 1: no request of botocore's"),
        (MAKING + str({**PARAMS, "context": {}}) + "\nResponse body:\n", "line 3"),
        (MAKING + str(PARAMS) + "\nResponse body:\n'text'", "line 3: expected bytes, got str"),
        (MAKING + str(PARAMS) + "\nResponse body:", "line 3"),
        (MAKING + str(PARAMS) + "\nResponse headers: {'a'}", "line 2: expected headers"),
        (MAKING + str(PARAMS) + "\nResponse headers: {'a'", "line 2"),
    ],
)
def test_lines_that_break_off(text: str, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        list(calls_in_log(text.encode()))
    assert reason in str(caught.value)


def test_retries_are_one_call_and_what_is_before_it_is_passed_by() -> None:
    lines = [
        "Response headers: {}", "Response body:", "b''",
        MAKING + str(PARAMS),
        'https://a:443 "POST / HTTP/1.1" 503 2', "Response headers: {'A': '1'}", "Response body:", "b'no'",
        'https://a:443 "POST / HTTP/1.1" 200 2', "Response headers: {'A': '2'}", "Response body:", r"b'\xff'",
        MAKING + str({**PARAMS, "body": "text"}),
    ]  # fmt: skip
    first, second = calls_in_log("\r\n".join(lines).encode())
    assert first.response is not None
    assert (first.response.status, first.response.headers["a"], first.response.body) == (200, "2", b"\xff")
    assert (first.request.headers["host"], first.lacking) == ("dynamodb.eu-west-1.amazonaws.com", ())
    assert (second.request.body, second.response) == (b"text", None)


def test_messages_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    operation = dynamodb.endpoints.GetItem
    request = operation.to_request(
        dynamodb.GetItemInput(table_name="t", key={"id": dynamodb.AttributeValue(b=b"\xff")})
    )
    response = operation.to_response(dynamodb.GetItemOutput(item={"a": dynamodb.AttributeValue(s="é")}))
    sent, came = request.to_json(), response.to_json()
    both = {"request": sent, "response": came}
    outcomes = []
    for text in (
        json.dumps(both),
        json.dumps(both, indent=1),
        json.dumps(sent),
        f"{json.dumps(both)}\n\n{json.dumps(both)}\n",
    ):
        file = tmp_path / "message.json"
        file.write_text(text)
        assert cli_values.main(["decode", "dynamodb", str(file)]) == 0
        outcomes.append(capsys.readouterr().out)
    found = json.loads(outcomes[0])
    assert (found["input"]["TableName"], found["output"]) == ("t", {"Item": {"a": {"S": "é"}}})
    assert outcomes[1] == outcomes[0]
    assert outcomes[3] == outcomes[0] * 2
    assert "output" not in json.loads(outcomes[2])
    file.write_text(json.dumps(came))
    assert cli_values.main(["decode", "dynamodb", str(file), "--operation", "GetItem"]) == 0
    assert json.loads(capsys.readouterr().out)["output"] == {"Item": {"a": {"S": "é"}}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"request": {"method": 5}}', "$.request.method: expected str, got int"),
        ('{"response": {"headers": 5}}', "$.response.headers: expected list, got int"),
        ('{"status": "x"}', "$.status: expected int, got str"),
        ('{"method": "GET", "x": 1}', "$: there is no member 'x'"),
        ('{"method": "GET"}\n{"response": []}', "$[1].response: expected object, got list"),
        ('{"method": "GET"}\n{', "expected a HAR archive, or messages as `to_json` has them"),
        ("{}", "expected a HAR archive, or messages as `to_json` has them"),
    ],
)
def test_documents_that_are_no_messages(text: str, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        list(exchanges_of(text.encode()))
    assert reason in str(caught.value)
