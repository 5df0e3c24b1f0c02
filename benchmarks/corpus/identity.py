"""IAM and STS: roles, and credentials."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from corpus.materials import ACCOUNT, Materials


def _trust(draw: Materials) -> str:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": draw.one_of(["lambda.amazonaws.com", "ec2.amazonaws.com"])},
        "Action": "sts:AssumeRole",
    }
    if draw.happens(0.5):
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": ACCOUNT, "sts:ExternalId": draw.uuid()}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _role(draw: Materials) -> dict[str, Any]:
    name = draw.name(3)
    role: dict[str, Any] = {
        "Path": "/service-role/",
        # IAM answers with documents in percent-encoding, which botocore undoes after its parser.
        "AssumeRolePolicyDocument": quote(_trust(draw), safe=""),
        "MaxSessionDuration": 3600,
        "RoleId": draw.unique("AROA"),
        "RoleName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/service-role/{name}",
        "CreateDate": draw.second(),
    }
    if draw.happens(0.7):
        role["Description"] = draw.words(8)
    return role


def list_roles_output(count: int) -> dict[str, Any]:
    """A page of roles."""
    draw = Materials("iam ListRoles")
    return {"IsTruncated": True, "Marker": draw.base64(150), "Roles": [_role(draw) for _ in range(count)]}


def create_role_input(_: int) -> dict[str, Any]:
    """A role with its trust policy."""
    draw = Materials("iam CreateRole")
    return {
        "Path": "/service-role/",
        "RoleName": draw.name(3),
        "AssumeRolePolicyDocument": json.dumps(json.loads(_trust(draw)), indent=2),
        "Description": draw.words(10),
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/developer-boundary",
        "Tags": draw.tags(5),
    }


def assume_role_output(_: int) -> dict[str, Any]:
    """Credentials for an hour."""
    draw = Materials("sts AssumeRole")
    session = "orders-batch-2025"
    return {
        "AssumedRoleUser": {
            "AssumedRoleId": f"{draw.unique('AROA')}:{session}",
            "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/{session}",
        },
        "Credentials": {
            "AccessKeyId": draw.unique("ASIA"),
            "SecretAccessKey": draw.base64(30),
            "SessionToken": draw.base64(540),
            "Expiration": draw.second(),
        },
        "PackedPolicySize": 6,
    }
