"""What an editor shows: pyright's language server is asked at places of a program."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from measuring.language_server import LanguageServer, language_server

PROGRAM = """
from botobind_services import sts

request = sts.AssumeRoleRequest(role_arn="arn", role_session_name="shop")
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LanguageServer, Path]]:
    folder = tmp_path_factory.mktemp("editor")
    with language_server(folder, Path(sys.executable)) as running:
        yield running, folder / "program.py"


def ask(server: tuple[LanguageServer, Path], what: str, line: str) -> Any:
    """What the server says of the place that `|` marks in a line."""
    text = PROGRAM + line.replace("|", "")
    found, _ = server[0].ask(what, server[1], text, len(PROGRAM) + line.index("|"))
    return found


PAGE = "AWS: https://docs.aws.amazon.com/goto/WebAPI/sts-2011-06-15/AssumeRole"
HOVER = [
    ("sts.endpoints.Assume|Role", ["AssumeRoleRequest, AssumeRoleResponse", "Returns a set of temporary", PAGE]),
    ("sts.Assume|RoleRequest", ["role_arn: str,", "The request of `AssumeRole`.", PAGE]),
    ("sts.Assume|RoleResponse", ["The response of `AssumeRole`.", PAGE]),
    ("sts.Cred|entials", ["Amazon Web Services credentials", "sts-2011-06-15/Credentials"]),
    ("request.duration|_seconds", ["duration_seconds: int | None", "The duration, in seconds", "900 to 43,200."]),
    ("sts.Tag(ke|y='a', value='b')", ["key: str", "The key for a session tag.", "1 to 128 characters"]),
    ("request.transitive|_tag_keys", ["list[str] | None", "At most 50 items; items of 1 to 128 characters, matching"]),
    ("sts.values.role|SessionNameType", ["roleSessionNameType = str", "2 to 64 characters; matching"]),
    ("request.to_|json", ["to_json() -> JsonObject", "The value as a JSON object"]),
    ("sts.AssumeRoleResponse.error_of_|xml", ["error_of_xml(", "from the XML of a response"]),
    ("sts.Tag.ma|ke", ["key: str,", "value: str", "-> Tag"]),
]


@pytest.mark.parametrize(("line", "texts"), HOVER, ids=lambda value: value if isinstance(value, str) else "")
def test_hovering_shows(server: tuple[LanguageServer, Path], line: str, texts: list[str]) -> None:
    shown = " ".join(ask(server, "hover", line)["contents"]["value"].split())
    assert [text for text in texts if text not in shown] == []


COMPLETION = [
    ("sts.|", "AssumeRoleRequest"),
    ("sts.values.|", "Tag"),
    ("sts.endpoints.|", "AssumeRole"),
    ("from botobind_services.sts import |", "AssumeRoleRequest"),
    ("from botobind_services.sts.values import |", "Tag"),
    ("from botobind_services.sts.endpoints import |", "AssumeRole"),
]


@pytest.mark.parametrize(("line", "present"), COMPLETION)
def test_completion_lists_no_modules(server: tuple[LanguageServer, Path], line: str, present: str) -> None:
    names = {item["label"] for item in ask(server, "completion", line)["items"]}
    assert present in names
    assert {"assume_role", "assume_role_request", "tag", "scalars"}.isdisjoint(names)


SERIALIZERS = {
    "MEMBERS",
    "SHAPE",
    "WIRE_STRUCT",
    "to_wire_struct",
    "write_json",
    "write_tree",
    "write_xml",
    "read_header",
    "read_wire_struct",
    "read_tree",
    "read_query",
    "read_xml",
    "to_wire_structs",
    "xml_attributes",
}


def test_completion_on_a_value_lists_what_users_call(server: tuple[LanguageServer, Path]) -> None:
    for line in ("request.|", "sts.Tag.|"):
        names = {item["label"] for item in ask(server, "completion", line)["items"]}
        assert {"make", "validate", "to_json", "of_xml", "reveal"} <= names
        assert SERIALIZERS.isdisjoint(names)
        assert len([name for name in names if not name.startswith("_")]) < 40


def test_signature_help_tells_the_parameters_of_make(server: tuple[LanguageServer, Path]) -> None:
    (signature,) = ask(server, "signatureHelp", "sts.Tag.make(|)")["signatures"]
    assert [each["label"] for each in signature["parameters"]] == ["*", "key: str", "value: str"]


@pytest.mark.parametrize("client", ["Client", "AsyncClient"])
def test_clients_have_methods_with_the_parameters_of_inputs(server: tuple[LanguageServer, Path], client: str) -> None:
    made = f"sts.io.{client}(transport=None)"
    names = {item["label"] for item in ask(server, "completion", f"{made}.|")["items"]}
    assert {"assume_role", "get_caller_identity"} <= names
    (signature,) = ask(server, "signatureHelp", f"{made}.assume_role(|)")["signatures"]
    assert [each["label"] for each in signature["parameters"]][:3] == ["*", "role_arn: str", "role_session_name: str"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("sts.Tag.make(key=|)", "key: The key for a session tag."),
        ("sts.AssumeRoleRequest.make(policy=|)", "policy: An IAM policy in JSON format"),
        ("sts.AssumeRoleRequest.make(policy_arns=|)", "policy_arns: The Amazon Resource Names"),
    ],
)
def test_signature_help_documents_the_parameter(server: tuple[LanguageServer, Path], line: str, text: str) -> None:
    (signature,) = ask(server, "signatureHelp", line)["signatures"]
    shown = signature["parameters"][signature["activeParameter"]]["documentation"]["value"]
    assert shown.strip().startswith(text)


@pytest.mark.parametrize(
    ("line", "file", "declared"),
    [
        ("sts.T|ag", "values", "class Tag("),
        ("request.duration|_seconds", "values", "duration_seconds:"),
        ("sts.endpoints.Assume|Role", "endpoints", "AssumeRole:"),
    ],
)
def test_go_to_definition_leads_to_the_declaration(
    server: tuple[LanguageServer, Path], line: str, file: str, declared: str
) -> None:
    found = ask(server, "definition", line)[0]
    place = Path(found["uri"].removeprefix("file://"))
    assert place.parts[-3:] == ("sts", file, "__init__.pyi")
    assert declared in place.read_text(encoding="utf-8").splitlines()[found["range"]["start"]["line"]]
