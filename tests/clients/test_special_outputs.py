"""Outputs of which botocore's handlers would make dicts, and packages in boto3's format alone."""

from __future__ import annotations

import base64
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.session import Session
from clients.test_riding import KEYS, Wire

import botobind.io
from botobind import EncodeError
from botobind.http import HttpResponse
from botobind.io.handlers import _POLICIES
from botobind_codegen.pipeline import GenerateOptions, generate_package

POLICY = '{"Version": "2012-10-17"}'


def connected(service: str, body: bytes, status: int = 200) -> Any:
    client = boto3.client(service, **KEYS)
    Wire(client).answer(body, status)
    return client


def test_policies(generate_once: Callable[..., ModuleType]) -> None:
    iam: Any = generate_once("iam", ("GetRole", "ListRoles", "ListUsers"))
    role = f"<AssumeRolePolicyDocument>{quote(POLICY)}</AssumeRolePolicyDocument>"
    client = connected("iam", f"<R><GetRoleResult><Role>{role}</Role></GetRoleResult></R>".encode())
    assert iam.io.Client(client).get_role(role_name="r").role.assume_role_policy_document == POLICY
    client = connected(
        "iam", f"<R><ListRolesResult><Roles><member>{role}</member></Roles></ListRolesResult></R>".encode()
    )
    assert [each.assume_role_policy_document for each in iam.io.Client(client).list_roles().roles] == [POLICY]
    client = connected("iam", b"<R><ListUsersResult><Users/></ListUsersResult></R>")
    assert iam.io.Client(client).list_users().users == []


def test_policies_are_where_botocore_finds_them() -> None:
    model = Session().get_service_model("iam")
    found: dict[str, set[str]] = {}

    def look(operation: str, shape: Any, path: tuple[str, ...], above: tuple[str, ...]) -> None:
        if shape.name in above:
            return
        if shape.type_name == "list":
            look(operation, shape.member, path, above)
        for name, member in getattr(shape, "members", {}).items():
            if member.name == "policyDocumentType":
                found.setdefault(operation, set()).add(".".join([*path, name]))
            look(operation, member, (*path, name), (*above, shape.name))

    for name in model.operation_names:
        if (output := model.operation_model(name).output_shape) is not None:
            look(name, output, (), ())
    # Older versions of botocore have fewer operations.
    assert found.items() <= {name: set(paths) for name, paths in _POLICIES.items()}.items()
    assert len(found) > 15


@pytest.mark.parametrize("text", [base64.b64encode("ü".encode()).decode(), "no base64"])
def test_consoles(generate_once: Callable[..., ModuleType], text: str) -> None:
    ec2: Any = generate_once("ec2", ("GetConsoleOutput", "CopySnapshot"))
    client = connected("ec2", f"<GetConsoleOutputResponse><output>{text}</output></GetConsoleOutputResponse>".encode())
    found = ec2.io.Client(client).get_console_output(instance_id="i-1")
    assert found.output == ("ü" if text.endswith("=") else found.output)


def test_forms_that_are_signed_in_advance(generate_once: Callable[..., ModuleType]) -> None:
    ec2: Any = generate_once("ec2", ("GetConsoleOutput", "CopySnapshot"))
    client = boto3.client("ec2", **KEYS)
    wire = Wire(client).answer(b"<CopySnapshotResponse><snapshotId>s-2</snapshotId></CopySnapshotResponse>")
    found = ec2.io.Client(client).copy_snapshot(source_region="us-east-1", source_snapshot_id="s-1")
    assert found.snapshot_id == "s-2"
    assert "PresignedUrl=https%3A%2F%2Fec2.us-east-1.amazonaws.com%2F%3FAction%3DCopySnapshot" in wire.sent[0].body
    assert "DestinationRegion=eu-west-1" in wire.sent[0].body


@pytest.fixture
def values_alone(tmp_path: Path) -> Any:
    """A package of sts in boto3's format alone."""
    made = generate_package("sts", None, GenerateOptions(("GetCallerIdentity", "AssumeRole"), frozenset({"value"})))
    for path, text in made.files.items():
        (tmp_path / "sts_alone" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sts_alone" / path).write_text(text, encoding="utf-8")
    sys.path.append(str(tmp_path))
    importlib.invalidate_caches()
    yield importlib.import_module("sts_alone")
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "sts_alone"]:
        del sys.modules[name]


def test_a_package_in_boto3s_format_alone(values_alone: Any) -> None:
    """botocore's serializer and parser do what is not there."""
    body = (
        b"<R><AssumeRoleResult><AssumedRoleUser><Arn>arn</Arn></AssumedRoleUser></AssumeRoleResult>"
        b"<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></R>"
    )
    role = {"role_arn": "arn:aws:iam::123456789012:role/r", "role_session_name": "me"}
    ours = values_alone.io.Client(connected("sts", body))
    assert ours.assume_role(**role).assumed_role_user.arn == "arn"
    error = (
        b"<ErrorResponse><Error><Code>MalformedPolicyDocument</Code><Message>odd</Message></Error>"
        b"<RequestId>id-2</RequestId></ErrorResponse>"
    )
    ours = values_alone.io.Client(connected("sts", error, 403))
    with pytest.raises(values_alone.MalformedPolicyDocumentException, match="odd") as raised:
        ours.assume_role(**role)
    assert (raised.value.status, raised.value.request_id, raised.value.attempts) == (403, "id-2", 1)
    below = boto3.client("sts", **KEYS)
    url = values_alone.io.Client(below).assume_role.presign(60, **role)
    assert "RoleSessionName=me" in url
    by_function = values_alone.io.Client(transport=lambda _: HttpResponse())
    with pytest.raises(EncodeError, match="GetCallerIdentity was generated without the formats of its protocols"):
        by_function.get_caller_identity()
    assert botobind.io.send(
        connected("sts", body), values_alone.endpoints.AssumeRole, values_alone.AssumeRoleRequest(**role)
    )
