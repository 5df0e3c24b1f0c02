"""Values for both sides, made from botocore's shapes: everything there, less and other, and the smallest."""

from __future__ import annotations

import re
from typing import Any

from botocore.model import OperationModel, Shape
from wire.against import sample

TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - an idempotency token
VARIANTS = (0, 1)


def parameters(model: OperationModel, variant: int) -> dict[str, Any]:
    """The input of an operation, as boto3 takes it."""
    if model.input_shape is None:
        return {}
    params: dict[str, Any] = _members(model.input_shape, variant)
    for name, member in model.input_shape.members.items():
        if member.serialization.get("hostLabel"):
            params[name] = "a-label"
        if member.metadata.get("idempotencyToken") and name not in params:
            params[name] = TOKEN
        # With the MD5 beside it, botocore has keys in base64 already.
        params.pop(member._shape_model.get("md5Member"), None)
    _fit_length(model.input_shape, params)
    return params


def result(model: OperationModel, variant: int) -> dict[str, Any]:
    """The output of an operation, as boto3 gives it."""
    if model.output_shape is None:
        return {}
    members = _members(model.output_shape, variant)
    for name, member in model.output_shape.members.items():
        if member.serialization.get("location") == "statusCode":
            # Every response has a status, and this is not for errors.
            members[name] = 200
        # That one is there where this one cannot be.
        members.pop(member._shape_model.get("textMember"), None)
    _fit_length(model.output_shape, members)
    return members


def _fit_length(shape: Shape, members: dict[str, Any]) -> None:
    """Makes the length that a member says that of the body."""
    body = members.get(shape.serialization.get("payload"))
    if "ContentLength" in members and isinstance(body, bytes):
        members["ContentLength"] = len(body)


def _members(shape: Shape, variant: int) -> dict[str, Any]:
    members: dict[str, Any] = sample(shape, variant) or {}
    for name, member in shape.members.items():
        if member.serialization.get("eventstream"):
            members[name] = [
                {event: sample(inner, variant) or {}}
                for event, inner in member.members.items()
                if not inner.metadata.get("exception")
            ]
        if member.serialization.get("location") in ("header", "headers") and name in members:
            charset = "ascii" if member._shape_model.get("asciiHeaders") else "latin-1"
            members[name] = _in_charset(members[name], charset)
            if member.serialization["location"] == "headers":
                members[name] = {
                    re.sub(r"[^\w-]", "-", key, flags=re.ASCII): item for key, item in members[name].items()
                }
    return members


def _in_charset(value: Any, charset: str) -> Any:
    """What headers can hold of a value: ours refuse other text, which HTTP clients could not send."""
    if isinstance(value, str):
        return value.encode(charset, "ignore").decode(charset) or "a"
    if isinstance(value, list):
        return [_in_charset(item, charset) for item in value]
    if isinstance(value, dict):
        return {_in_charset(key, charset): _in_charset(item, charset) for key, item in value.items()}
    return value


def error_members(shape: Shape, variant: int, protocol: str) -> dict[str, Any]:
    """The members of an error. One whose place on the wire is that of the error's name cannot say anything else."""
    members = _members(shape, variant)
    for name, member in shape.members.items():
        wire_name = member.serialization.get("name", name)
        if wire_name.lower() == "x-amzn-errortype":
            members[name] = shape.name
        if wire_name == "Code" and protocol in ("query", "ec2", "rest-xml"):
            members[name] = shape.error_code
    return members
