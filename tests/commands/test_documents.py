"""The commands that write documents of a service: `openapi` and `schema`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from botobind.jsonschema import json_schema
from botobind.openapi import openapi
from botobind_codegen import cli_values
from botobind_services import cloudwatch, dynamodb, lambda_

DOCUMENTS = [
    (["openapi", "dynamodb", "--operation", "get-item"], openapi(dynamodb, operations=["GetItem"])),
    (["openapi", "dynamodb", "--operation", "GetItem", "--operation=put_item"],
     openapi(dynamodb, operations=["GetItem", "PutItem"])),
    (["openapi", "cloudwatch", "--protocol", "query", "--operation", "PutMetricData", "--server", "http://a"],
     openapi(cloudwatch, protocol="query", operations=["PutMetricData"], servers=["http://a"])),
    (["openapi", "lambda", "--operation", "invoke"], openapi(lambda_, operations=["Invoke"])),
    (["schema", "dynamodb", "AttributeValue"], json_schema(dynamodb.AttributeValue)),
    (["schema", "dynamodb", "ResourceNotFoundException"], json_schema(dynamodb.ResourceNotFoundException)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "document"), DOCUMENTS, ids=lambda part: " ".join(part) if isinstance(part, list) else ""
)
def test_documents_are_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], document: object
) -> None:
    for more in ([], ["-o", "-"], ["--output", "json", "--outfile", "-"]):
        assert cli_values.main([*words, *more]) == 0
        assert json.loads(capsys.readouterr().out) == document
    assert cli_values.main([*words, "--output", "yaml"]) == 0
    text = capsys.readouterr().out
    assert yaml.safe_load(text) == document
    assert not [line for line in text.splitlines() if line.strip().partition(": ")[2].startswith(("&", "*"))]
    for name, more, read in (
        ("a.json", [], json.loads),
        ("a.YAML", [], yaml.safe_load),
        ("a.yml", [], yaml.safe_load),
        ("a.yaml", ["--output", "json"], json.loads),
        ("a", ["--output", "yaml"], yaml.safe_load),
    ):
        file = tmp_path / name
        assert cli_values.main([*words, "--outfile", str(file), *more]) == 0
        assert (capsys.readouterr().out, read(file.read_text("utf-8"))) == ("", document)


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["openapi", "dinamodb"], 1, "`botobind generate dinamodb` writes it"),
        (["openapi", "dynamodb", "--operation", "GetItm"], 1, "no operation 'GetItm'. Did you mean 'GetItem'?"),
        (["openapi", "dynamodb", "--protocol", "query"], 2, "dynamodb speaks json, not query"),
        (["openapi", "dynamodb", "--outfile", "/nothing/there"], 1, "/nothing/there: No such file"),
        (["schema", "dinamodb", "Key"], 1, "`botobind generate dinamodb` writes it"),
        (["schema", "dynamodb", "GetItm"], 1, "dynamodb has no class 'GetItm'. Did you mean 'Get"),
        (["schema", "dynamodb", "__doc__"], 1, "dynamodb has no class '__doc__'"),
        (["schema", "dynamodb", "AttributeMap"], 1, "dynamodb has no class 'AttributeMap'"),
        (["schema", "dynamodb", "BillingMode"], 1, "BillingMode of dynamodb is an enum, and has no members"),
    ],
)
def test_what_is_not_there_is_told(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, reason: str
) -> None:
    assert cli_values.main(words) == code
    captured = capsys.readouterr()
    assert (captured.out, reason in captured.err) == ("", True), captured.err
