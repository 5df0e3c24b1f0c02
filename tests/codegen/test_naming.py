from __future__ import annotations

import keyword

import pytest

from botobind_codegen import naming


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("TaskId", "task_id"),
        ("HTTPMethod", "http_method"),
        ("DBInstanceIdentifier", "db_instance_identifier"),
        ("SAMLAssertion", "saml_assertion"),
        ("providerARNs", "provider_arns"),
        ("ACLs", "acls"),
        ("VpcSecurityGroupIds", "vpc_security_group_ids"),
        ("s3Location", "s3_location"),
        # What botocore's xform_name splits badly.
        ("ETag", "etag"),
        ("OAuthScopes", "oauth_scopes"),
        ("MemoryGiBPerVCpu", "memory_gib_per_vcpu"),
        ("IPv6Addresses", "ipv6_addresses"),
        ("MLflowVersion", "mlflow_version"),
        ("TTPsObservedDetail", "ttps_observed_detail"),
    ],
)
def test_snake_case(name: str, snake: str) -> None:
    assert naming.snake_case(name) == snake


@pytest.mark.parametrize(
    ("members", "attributes"),
    [
        (["From", "lambda", "None"], ["from_", "lambda_", "none"]),
        (["Make", "ToJson", "Validate"], ["make_", "to_json_", "validate_"]),
        (["Str", "List", "Datetime"], ["str_", "list_", "datetime_"]),
        (["id", "ID", "Id"], ["id_3", "id", "id_2"]),
        (["a.b", "a-b"], ["a_b_2", "a_b"]),
        (["2fa", "", "Value"], ["member_2fa", "member", "value"]),
    ],
)
def test_attribute_names(members: list[str], attributes: list[str]) -> None:
    assert list(naming.attribute_names(members).values()) == attributes


def test_attributes_of_errors_keep_clear_of_ours() -> None:
    names = naming.attribute_names(["Code", "Message", "RequestId"], exception=True)
    assert names == {"Code": "code_", "Message": "message", "RequestId": "request_id_"}
    assert naming.attribute_names(["Code"]) == {"Code": "code"}


@pytest.mark.parametrize(
    ("shape", "class_name"),
    [
        ("Tag", "Tag"),
        ("None", "None_"),
        ("bool", "bool_"),
        ("Optional", "Optional"),
        ("BaseException", "BaseException_"),
        ("Union", "Union_"),
        ("endpoint", "endpoint"),
        ("service", "service_"),
        ("__listOf__string", "_listOf__string"),
        ("_Foo", "_Foo"),
    ],
)
def test_class_names(shape: str, class_name: str) -> None:
    assert naming.class_names([shape]) == {shape: class_name}


def test_names_do_not_depend_on_order() -> None:
    names = ["RoleArn", "RoleARN", "Boolean", "boolean", "Tag"]
    assert naming.module_names(names, ()) == naming.module_names(reversed(names), ())
    assert naming.module_names(names, ())["RoleARN"] == "role_arn"
    assert naming.module_names(names, ())["RoleArn"] == "role_arn_2"


@pytest.mark.parametrize("shape", ["Con", "AUX", "Nul", "PRN", "Com1", "LPT9", "COM0", "Com¹"])
def test_no_module_has_a_name_that_windows_keeps_for_itself(shape: str) -> None:
    module = naming.module_names([shape], ())[shape]
    assert module.endswith("_")
    assert naming.module_names([shape, module], ())[shape] != naming.module_names([shape, module], ())[module]


def test_a_module_is_never_called_like_a_class() -> None:
    assert naming.module_names(["scope"], ["scope"]) == {"scope": "scope_"}


@pytest.mark.parametrize(
    ("value", "member"),
    [
        ("PENDING", "PENDING"),
        ("t2.micro", "T2_MICRO"),
        ("InProgress", "IN_PROGRESS"),
        ("3des", "VALUE_3DES"),
        ("", "EMPTY"),
        ("mro", "MRO_"),
        ("*", "U002A"),
    ],
)
def test_enum_member_names(value: str, member: str) -> None:
    assert naming.enum_member_names([value]) == {value: member}


def test_enum_members_that_fold_together_stay_apart() -> None:
    assert naming.enum_member_names(["a.b", "a-b", "a-b"]) == {"a.b": "A_B_2", "a-b": "A_B"}


@pytest.mark.parametrize(
    ("service", "package"),
    [
        ("partnercentral-selling", "partnercentral_selling"),
        ("lambda", "lambda_"),
        # Windows has no folders of these names.
        *((name, f"{name.lower()}_") for name in ("con", "AUX", "nul", "prn", "com1", "LPT9", "com0")),
        ("com¹", "com1_"),
        ("com10", "com10"),
        ("console", "console"),
    ],
)
def test_package_names(service: str, package: str) -> None:
    assert naming.package_name(service) == package


def test_every_reserved_word_is_avoided() -> None:
    for word in keyword.kwlist:
        assert not keyword.iskeyword(naming.attribute_names([word])[word])
        assert not keyword.iskeyword(naming.class_names([word])[word])
