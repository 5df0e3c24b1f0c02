"""The commands that use packages, as they are run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from botobind.server import Application, problem, running
from botobind_codegen import cli_values, entry
from botobind_services import dynamodb, s3, sts

KEY = '{"id": {"S": "1"}}'
GET = ["dynamodb", "GetItem", "--table-name", "things", "--key", KEY]
WRITTEN = '{"TableName":"things","Key":{"id":{"S":"1"}}'


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli_values.main(words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (GET, WRITTEN + "}"),
        (["dynamodb", "get-item", *GET[2:]], WRITTEN + "}"),
        (["dynamodb", "get_item", *GET[2:], "--consistent-read"], WRITTEN + ',"ConsistentRead":true}'),
        ([*GET, "--no-consistent-read"], WRITTEN + ',"ConsistentRead":false}'),
        ([*GET, "--consistent-read", "false"], WRITTEN + ',"ConsistentRead":false}'),
        ([*GET, "--attributes-to-get", "a", "--attributes-to-get=b"], WRITTEN + ',"AttributesToGet":["a","b"]}'),
        ([*GET, "--attributes-to-get", '["a", "b"]'], WRITTEN + ',"AttributesToGet":["a","b"]}'),
        ([*GET, "--", "--projection-expression", "--odd"], WRITTEN + ',"ProjectionExpression":"--odd"}'),
        (["lambda", "Invoke", "--function-name", "f", "--payload", "aGk="], "hi"),
        (["cloudwatch", "PutMetricData", "--namespace", "n", "--metric-data",
          '[{"MetricName": "m", "Timestamp": "2024-05-01T10:00:00Z", "Value": 1}]', "--protocol", "query"],
         ("Action=PutMetricData&Version=2010-08-01&Namespace=n&MetricData.member.1.MetricName=m"
          "&MetricData.member.1.Timestamp=2024-05-01T10%3A00%3A00Z&MetricData.member.1.Value=1.0")),
    ],
)  # fmt: skip
def test_options_are_members(capsys: pytest.CaptureFixture[str], words: list[str], body: str) -> None:
    code, out, _ = run(capsys, "encode", *words)
    assert (code, out.rpartition("\n\n")[2].strip()) == (0, body)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["dynamo-db", "GetItem"], "`botobind generate dynamo-db` writes it. Did you mean 'dynamodb'?"),
        (["dynamodb", "GetItm"], "Did you mean 'GetItem'?"),
        (["dinamodb", "GetItem"], "`botobind generate dinamodb` writes it"),
        (["dynamodb", "GetItem", "--tabel-name", "x"], "no option '--tabel-name'. Did you mean '--table-name'?"),
        ([*GET, "--table-name", "y"], "--table-name is given twice"),
        ([*GET, "things"], "'things' belongs to no option"),
        ([*GET, "--projection-expression"], "--projection-expression has no value"),
        (["dynamodb", "GetItem", "--key", "{"], "--key: expected JSON"),
        (["dynamodb", "GetItem", "--key", '{"id": {"T": "1"}}'], "$.Key['id']: AttributeValue has no member 'T'"),
        (["dynamodb", "GetItem", "--key", '{"id": {"B": "?"}}'], "$.Key['id'].B: expected base64"),
        (["dynamodb", "Query", "--table-name", "x", "--limit", "many"], "--limit: expected a number"),
        (["dynamodb", "Query", "--table-name", "x", "--limit", "0"], "$.Limit"),
        (["dynamodb", "GetItem", "--table-name", "x"], "$.Key: required member is missing"),
        (["dynamodb", "GetItem", "--key", "[" * 50_000], "--key: nested too deeply"),
        (["dynamodb", "GetItem", "--key", "file:///nothing/there"], "cannot read file:///nothing/there: No such file"),
        (["cloudwatch", "PutMetricData", "--namespace", "n", "--metric-data", '[{"Timestamp": "soon"}]'],
         "$.MetricData[0].Timestamp: expected a time in ISO 8601"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["encode", "validate", "call"])
def test_wrong_options_are_told(
    capsys: pytest.CaptureFixture[str], command: str, words: list[str], reason: str
) -> None:
    code, out, err = run(capsys, command, *words)
    assert code in (1, 2)
    assert reason in err
    assert out == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 50_000, "the document is nested too deeply"),
        ("- " * 3_000 + "a", "the document is nested too deeply"),
        ("Key:\n  id: &a {L: [*a]}", "nested too deeply"),
        ("1: 2", "GetItemInput has no member 1"),
    ],
)
def test_wrong_documents_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "input"
    file.write_text(text)
    code, out, err = run(capsys, "validate", "dynamodb", "GetItem", "--input", str(file))
    assert (code, out) == (2, "")
    assert reason in err


@pytest.mark.parametrize("end", ["", "\n{}"])
def test_archives_that_are_nested_too_deeply_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, end: str
) -> None:
    file = tmp_path / "calls.har"
    file.write_text('{"log":' + "[" * 50_000 + end)
    code, _, err = run(capsys, "decode", "dynamodb", str(file))
    assert (code, "expected a HAR archive" in err) == (1, True)


def test_all_violations_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("validate", "dynamodb", "Query", "--table-name", "", "--limit", "0")
    code, _, err = run(capsys, *words)
    assert code != 0
    assert "$.TableName" in err
    assert "$.Limit" in err
    assert run(capsys, "validate", *GET)[:2] == (0, "valid\n")


@pytest.mark.parametrize(
    "text", ['{"TableName": "things", "Key": {"id": {"S": "1"}}}', "TableName: things\nKey: {id: {S: '1'}}\n"]
)
def test_an_input_comes_from_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str) -> None:
    file = tmp_path / "input"
    file.write_text(text)
    assert WRITTEN in run(capsys, "encode", "dynamodb", "GetItem", "--input", str(file))[1]
    out = run(capsys, "encode", "dynamodb", "GetItem", "--input", str(file), "--table-name", "others")[1]
    assert '"TableName":"others"' in out
    file.write_text("[1, 2")
    code, _, err = run(capsys, "encode", "dynamodb", "GetItem", "--input", str(file))
    assert (code, "neither JSON nor YAML" in err) == (2, True)


RAW = (
    f"POST / HTTP/1.1\nX-Amz-Target: DynamoDB_20120810.GetItem\nContent-Type: application/x-amz-json-1.0\n\n{WRITTEN}}}"
)
INPUT = {"TableName": "things", "Key": {"id": {"S": "1"}}}
ANSWER = '{"Item":{"id":{"S":"1"},"data":{"B":"aGk="}}}'
OUTPUT = {"Item": {"id": {"S": "1"}, "data": {"B": "aGk="}}}
ERROR = '{"__type":"ResourceNotFoundException","message":"no table"}'
ARCHIVE = {
    "log": {
        "entries": [
            {
                "request": {
                    "method": "POST",
                    "url": "https://dynamodb.eu-west-1.amazonaws.com/",
                    "headers": [{"name": "X-Amz-Target", "value": "DynamoDB_20120810.GetItem"},
                                {"name": ":authority", "value": "x"}],
                    "postData": {"text": WRITTEN + "}"},
                },
                "response": {
                    "status": 200,
                    "headers": [],
                    "content": {"text": b64encode(ANSWER.encode()).decode(), "encoding": "base64"},
                },
            }
        ]
    }
}  # fmt: skip
CHUNKED = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{len(ANSWER):x}\r\n{ANSWER}\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("text", "options", "found"),
    [
        (RAW, [], {"operation": "GetItem", "protocol": "json", "input": INPUT}),
        (RAW.replace("\n", "\r\n"), [], {"operation": "GetItem", "protocol": "json", "input": INPUT}),
        (f"HTTP/1.1 200 OK\n\n{ANSWER}", ["--operation", "get-item"], {"operation": "GetItem", "output": OUTPUT}),
        (CHUNKED, ["--operation", "GetItem"], {"operation": "GetItem", "output": OUTPUT}),
        (f"HTTP/1.1 400 Bad\n\n{ERROR}", ["--operation", "GetItem"],
         {"operation": "GetItem",
          "error": {"code": "ResourceNotFoundException", "message": "no table"}}),
        (json.dumps(ARCHIVE), [], {"operation": "GetItem", "protocol": "json", "input": INPUT, "output": OUTPUT}),
    ],
)  # fmt: skip
def test_messages_are_decoded(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, options: list[str], found: Any
) -> None:
    file = tmp_path / "message"
    file.write_bytes(text.encode())
    code, out, err = run(capsys, "decode", "dynamodb", str(file), *options)
    assert (code, err) == (0, "")
    assert json.loads(out) == found
    assert "GetItem" in run(capsys, "decode", "dynamodb", str(file), *options, "--output", "yaml")[1]
    assert "GetItem" in run(capsys, "decode", "dynamodb", str(file), *options, "--output", "table")[1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected a HAR, botocore's log, or an HTTP message"),
        ("hello", "expected a HAR, botocore's log, or an HTTP message"),
        ("HTTP/1.1 OK\n\n", "expected a status"),
        ("POST / HTTP/1.1\nno header\n\n", "expected a header"),
        ("{}", "expected a HAR archive"),
        ('{"log": {"entries": [{}]}}', "expected a HAR archive"),
        ("HTTP/1.1 200 OK\n\n{}", "--operation does"),
        ("POST / HTTP/1.1\nX-Amz-Target: DynamoDB_20120810.Get\n\n{}", "dynamodb has no operation"),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nab", "the body ends before it should"),
    ],
)
def test_wrong_messages_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "message"
    file.write_text(text)
    code, _, err = run(capsys, "decode", "dynamodb", str(file))
    assert code in (1, 2)
    assert reason in err
    assert "Traceback" not in err


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No such file" in run(capsys, "decode", "dynamodb", "/nothing/there")[2]


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRET")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("credentials")
def test_calls(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def scan(request: dynamodb.ScanInput) -> dynamodb.ScanOutput:
        start = request.exclusive_start_key
        item = {"n": dynamodb.AttributeValue(n="2" if start else "1")}
        return dynamodb.ScanOutput(items=[item], last_evaluated_key=None if start else item)

    def get_item(_: Any) -> Any:
        raise problem("AccessDenied", "not you", 403)

    application = Application(dynamodb, {"Scan": scan, "GetItem": get_item})
    application.serve(s3, {"GetObject": lambda _: s3.GetObjectOutput(body=b"\x00content", content_type="a/b")})
    with running(application) as url:
        place = ("--region", "eu-west-1", "--endpoint-url", url)
        code, out, _ = run(capsys, "call", "dynamodb", "Scan", "--table-name", "things", *place)
        assert (code, json.loads(out)) == (0, {"Items": [{"n": {"N": "1"}}], "LastEvaluatedKey": {"n": {"N": "1"}}})
        out = run(capsys, "call", "dynamodb", "Scan", "--table-name", "things", "--pages", *place)[1]
        assert out.count('"Items"') == 2
        code, out, err = run(capsys, "call", *GET, *place)
        assert (code, out, err) == (1, "", "Error: AccessDenied: not you\n")
        file = tmp_path / "object"
        words = ("call", "s3", "GetObject", "--bucket", "box", "--key", "k", "--outfile", str(file), *place)
        code, out, _ = run(capsys, *words)
        assert (code, json.loads(out)["ContentType"], file.read_bytes()) == (0, "a/b", b"\x00content")
    assert run(capsys, "call", "dynamodb", "GetItem", "--pages", *GET[2:])[0] == 2
    code, out, _ = run(capsys, "call", *GET, "--dry-run")
    assert (code, WRITTEN in out) == (0, True)


def test_examples_are_served() -> None:
    from botobind.commands.serving import application_of

    request = dynamodb.endpoints.DescribeTable.to_request(dynamodb.DescribeTableInput(table_name="things"))
    response = application_of([dynamodb]).respond(request)
    assert isinstance(dynamodb.endpoints.DescribeTable.of_response(response), dynamodb.DescribeTableOutput)


@pytest.mark.parametrize(
    ("words", "offered", "not_offered"),
    [
        ("botobind call dyn", "dynamodb", "sts"),
        ("botobind call lam", "lambda", "sts"),
        ("botobind call dynamodb Get", "GetItem", "PutItem"),
        ("botobind call dynamodb get-", "get-item", "put-item"),
        ("botobind encode dynamodb GetItem --t", "--table-name", "--key"),
        ("botobind call dynamodb GetItem --re", "--region", "--key"),
        ("botobind call nothing Get", "", "GetItem"),
    ],
)
def test_what_a_shell_offers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str, offered: str, not_offered: str
) -> None:
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    monkeypatch.setenv("_BOTOBIND_COMPLETE", "complete_bash")
    monkeypatch.setattr("sys.argv", ["botobind"])
    assert entry.main() == 0
    found = capsys.readouterr().out.split()
    assert not offered or offered in found
    assert not_offered not in found


@pytest.mark.parametrize(
    ("words", "completing", "expected"),
    [
        (["encode", "mine", "GetCallerIdentity"], {}, "Action=GetCallerIdentity"),
        ([], {"_BOTOBIND_COMPLETE": "complete_bash", "COMP_WORDS": "botobind encode mi", "COMP_CWORD": "2"}, "mine"),
    ],
    ids=["to run", "to complete"],
)
def test_packages_in_the_folder_are_found(
    tmp_path: Path, words: list[str], completing: dict[str, str], expected: str
) -> None:
    copytree(Path(sts.__path__[0]), tmp_path / "project" / "botobind_services" / "mine")
    # As a console script: Python puts the folder of the script on the path, and not the one that it is run in.
    script = tmp_path / "botobind"
    script.write_text("import sys\nfrom botobind_codegen.entry import main\nsys.exit(main())\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, script, *words], check=False, capture_output=True, text=True,
        cwd=tmp_path / "project", env=environment | completing,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert expected in done.stdout
