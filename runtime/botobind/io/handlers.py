"""botocore's own handlers while riding: of those that act on parameters, on botocore's model, or on
parsed responses. All others run as they are, and so do handlers of users' own; see `views`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import unquote, unquote_plus

from botobind.replacing import replace_texts

if TYPE_CHECKING:
    from botobind.operations import Operation

Handling = Literal["followed", "redone", "left out"]


class Row(NamedTuple):
    """A handler of botocore's that does not simply run."""

    event: str
    handler: str
    """The handler's name in `botocore.handlers`."""
    handling: Handling
    """Followed: it runs, and our request is written as it wants it. Redone: it does not run, and what it would do to a
    dict is done to the typed value. Left out: it does not run, since nothing is to be done.
    """
    reason: str


ROWS = (
    Row(
        "before-parameter-build.s3",
        "remove_bucket_from_url_paths_from_model",
        "followed",
        "The bucket is in the URL of the endpoint: the path that is written loses its first segment.",
    ),
    Row(
        "before-parameter-build.s3-control",
        "remove_accid_host_prefix_from_model",
        "followed",
        "The account is in the URL of the endpoint: the request has no host prefix.",
    ),
    Row(
        "before-parameter-build.s3.*",
        "sse_md5",
        "left out",
        "Keys are bytes in typed values: base64 and MD5 are written with them.",
    ),
    Row(
        "before-parameter-build.s3.*",
        "copy_source_sse_md5",
        "left out",
        "Keys are bytes in typed values: base64 and MD5 are written with them.",
    ),
    Row(
        "before-parameter-build.s3.*",
        "handle_copy_source_param",
        "left out",
        "The source is percent-encoded when it is written, and must not be twice.",
    ),
    Row(
        "before-call.ec2.CopySnapshot",
        "inject_presigned_url_ec2",
        "followed",
        "It looks into the form as a dict, which this operation gives it.",
    ),
    Row(
        "before-call.rds.*",
        "inject_presigned_url_rds",
        "followed",
        "It looks into the form as a dict, which these operations of rds, neptune and docdb give it.",
    ),
    Row(
        "before-parse.s3.*",
        "_handle_200_error",
        "redone",
        "It parses each document once more. The names of the first and the last tag tell as much.",
    ),
    Row(
        "before-parse.s3.*",
        "handle_expires_header",
        "left out",
        "The header Expires is read as it is: the time, where it is one, and the text beside it.",
    ),
    Row(
        "after-call.s3.ListObjects",
        "decode_list_object",
        "redone",
        "It would make dicts of all keys: those of the typed value are decoded.",
    ),
    Row(
        "after-call.s3.ListObjectsV2",
        "decode_list_object_v2",
        "redone",
        "It would make dicts of all keys: those of the typed value are decoded.",
    ),
    Row(
        "after-call.s3.ListObjectVersions",
        "decode_list_object_versions",
        "redone",
        "It would make dicts of all keys: those of the typed value are decoded.",
    ),
    Row(
        "after-call.s3.GetBucketLocation",
        "parse_get_bucket_location",
        "left out",
        "botocore's parser cannot read this response; ours does.",
    ),
    Row(
        "after-call.ec2.GetConsoleOutput",
        "decode_console_output",
        "redone",
        "The typed value's text is decoded from base64, too.",
    ),
    Row(
        "after-call.iam",
        "json_decode_policies",
        "redone",
        "Policies are percent-decoded. They stay JSON text, as the type of the member says; boto3 makes dicts of them.",
    ),
    Row(
        "after-call.cloudformation.GetTemplate",
        "json_decode_template_body",
        "left out",
        "A template stays text, as the type of the member says; boto3 makes a dict of one that is JSON.",
    ),
)
"""The rows, by event in the order of a call."""

NOT_RUN = frozenset(row.handler for row in ROWS if row.handling != "followed")
"""The names of the handlers that do not run."""

FORMS_AS_DICTS = frozenset(
    {
        ("ec2", "CopySnapshot"),
        ("rds", "CopyDBClusterSnapshot"),
        ("rds", "CopyDBSnapshot"),
        ("rds", "CreateDBCluster"),
        ("rds", "CreateDBInstanceReadReplica"),
        ("rds", "StartDBInstanceAutomatedBackupsReplication"),
        ("neptune", "CopyDBClusterSnapshot"),
        ("neptune", "CreateDBCluster"),
        ("docdb", "CopyDBClusterSnapshot"),
        ("docdb", "CreateDBCluster"),
    }
)
"""The operations whose forms `inject_presigned_url_ec2` and `inject_presigned_url_rds` look into."""

Afterwards = Callable[[Any], None]
"""What changes an output in place."""


def _decode_keys(members: tuple[str, ...], items: tuple[tuple[str, str], ...]) -> Afterwards:
    def decode(value: Any) -> None:
        if value.encoding_type != "url":
            return
        for attribute in members:
            if text := getattr(value, attribute):
                setattr(value, attribute, unquote_plus(text))
        for attribute, inner in items:
            for item in getattr(value, attribute) or ():
                text = getattr(item, inner)
                if text and ("%" in text or "+" in text):
                    setattr(item, inner, unquote_plus(text))

    return decode


_PREFIXES = ("common_prefixes", "prefix")

KEYS: Mapping[str, Afterwards] = {
    "ListObjects": _decode_keys(("delimiter", "marker", "next_marker"), (("contents", "key"), _PREFIXES)),
    "ListObjectsV2": _decode_keys(("delimiter", "prefix", "start_after"), (("contents", "key"), _PREFIXES)),
    "ListObjectVersions": _decode_keys(
        ("key_marker", "next_key_marker", "prefix", "delimiter"),
        (("versions", "key"), ("delete_markers", "key"), _PREFIXES),
    ),
}
"""Decodes the keys of S3's listings. Only where botocore has asked for encoded ones: what the caller has asked for
itself is what the caller gets.
"""


def _decode_console_output(value: Any) -> None:
    if value.output is not None:
        try:
            value.output = base64.b64decode(value.output.encode("latin-1")).decode("utf-8", "replace")
        except ValueError:
            return  # botocore leaves it as it is, too


_ROLE = "AssumeRolePolicyDocument"
_POLICIES: Mapping[str, tuple[str, ...]] = {
    "AcquireRole": (f"Role.{_ROLE}",),
    "CreateInstanceProfile": (f"InstanceProfile.Roles.{_ROLE}",),
    "CreatePolicyVersion": ("PolicyVersion.Document",),
    "CreateRole": (f"Role.{_ROLE}",),
    "CreateServiceLinkedRole": (f"Role.{_ROLE}",),
    "GetAccountAuthorizationDetails": (
        "UserDetailList.UserPolicyList.PolicyDocument",
        "GroupDetailList.GroupPolicyList.PolicyDocument",
        f"RoleDetailList.{_ROLE}",
        f"RoleDetailList.InstanceProfileList.Roles.{_ROLE}",
        "RoleDetailList.RolePolicyList.PolicyDocument",
        "Policies.PolicyVersionList.Document",
    ),
    "GetGroupPolicy": ("PolicyDocument",),
    "GetInstanceProfile": (f"InstanceProfile.Roles.{_ROLE}",),
    "GetPolicyVersion": ("PolicyVersion.Document",),
    "GetRole": (f"Role.{_ROLE}",),
    "GetRolePolicy": ("PolicyDocument",),
    "GetRoleTemplateVersion": (
        "RoleTemplateVersion.AssumeRolePolicyDocumentTemplate",
        "RoleTemplateVersion.InlinePolicyTemplates.PolicyDocument",
    ),
    "GetUserPolicy": ("PolicyDocument",),
    "ListInstanceProfiles": (f"InstanceProfiles.Roles.{_ROLE}",),
    "ListInstanceProfilesForRole": (f"InstanceProfiles.Roles.{_ROLE}",),
    "ListPolicyVersions": ("Versions.Document",),
    "ListRoles": (f"Roles.{_ROLE}",),
    "UpdateRoleDescription": (f"Role.{_ROLE}",),
}
"""Where IAM's responses have policies: what botocore finds by the name of their shape, `policyDocumentType`."""


def _decode_policies(paths: tuple[str, ...]) -> Afterwards:
    def decode(value: Any) -> None:
        for path in paths:
            replace_texts(value, path.split("."), unquote)

    return decode


def afterwards(service: str, operation: Operation[Any, Any, Any]) -> Afterwards | None:
    """What is done to the outputs of an operation; None for nothing."""
    if service == "iam" and operation.name in _POLICIES:
        return _decode_policies(_POLICIES[operation.name])
    if (service, operation.name) == ("ec2", "GetConsoleOutput"):
        return _decode_console_output
    return None
