"""Services of the catalogue: generated, every module imported, an example of every class through all five formats and
back.
"""

from __future__ import annotations

import importlib
import sys
import typing
from pathlib import Path

import pytest
from support.roundtrips import FORMATS, UNREADABLE, classes_of, expected, through, through_headers, told_apart

from botobind.testing import example
from botobind_codegen.load import list_services
from botobind_codegen.pipeline import generate_package

ODDEST = (
    # Shapes and members with odd names.
    "apigatewayv2", "iot", "redshift-data", "signer", "opensearch", "sns", "lightsail", "health", "quicksight",
    "cloudformation", "connect", "customer-profiles", "backup", "storagegateway", "ssm", "glue", "frauddetector",
    "iotwireless", "guardduty", "kinesis-video-signaling", "iottwinmaker", "lexv2-runtime", "macie2",
    # Recursive clusters, large unions, deep structures.
    "wafv2", "emr", "ce", "mediaconvert", "bedrock-runtime", "bedrock-agent-runtime", "bedrock-agentcore-control",
    "lexv2-models", "securityhub", "appmesh", "application-signals", "qbusiness", "dynamodbstreams",
    # Event streams, documents, jsonvalues, sparse lists and maps.
    "kinesis", "logs", "sagemaker-runtime", "iotsitewise", "networkflowmonitor", "rds-data",
    "connectcases", "lex-runtime", "pinpoint",
    # XML and forms: flattened, namespaces, wrappers, no errors, extras.
    "ec2", "route53", "cloudfront", "s3control", "sqs", "iam", "rds", "elasticache", "autoscaling", "sdb", "ses", "elb",
    "elasticbeanstalk", "importexport", "neptune", "docdb", "cloudsearch", "redshift",
    # REST with headers of all kinds, streaming, CBOR alone.
    "glacier", "mediastore-data", "dataexchange", "codeartifact", "polly", "workmailmessageflow", "apigateway", "ebs",
)  # fmt: skip
"""At least sixty services, those with the oddest shapes among them."""


def test_the_sample_is_large_enough() -> None:
    assert len(set(ODDEST)) == len(ODDEST) >= 60


def check(service: str, folder: Path) -> None:
    generated = generate_package(service)
    root = folder / "botobind_services" / generated.package
    for path, text in generated.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    name = f"botobind_services.{generated.package}"
    sys.path.append(str(folder))
    # A committed package of the same name must not stand in for the one just generated.
    shadowed = {key: sys.modules.pop(key) for key in list(sys.modules) if f"{key}.".startswith(f"{name}.")}
    namespace = importlib.import_module("botobind_services")
    # The object itself, since it follows sys.path; a list would not.
    before = namespace.__path__
    namespace.__path__ = [str(folder / "botobind_services")]
    try:
        for path in generated.files:
            if path.endswith(".py") and not path.endswith("__init__.py"):
                importlib.import_module(f"{name}.{path.removesuffix('.py').replace('/', '.')}")
        check_classes(service, importlib.import_module(name))
    finally:
        for key in [key for key in sys.modules if f"{key}.".startswith(f"{name}.")]:
            del sys.modules[key]
        sys.modules.update(shadowed)
        namespace.__path__ = before
        sys.path.remove(str(folder))


def check_classes(service: str, package: typing.Any) -> None:
    count = 0
    for cls in classes_of(package):
        typing.get_type_hints(cls)
        value = example(cls)
        value.validate()
        value = told_apart(value)
        for body_format in FORMATS:
            if body_format == "xml" and (service, cls.SHAPE) in UNREADABLE:
                continue
            assert through(value, body_format) == expected(package, value, body_format), f"{cls} in {body_format}"
        for attribute, member in through_headers(value).items():
            kept = getattr(value, attribute)
            if isinstance(member, dict):
                # Names of headers don't tell upper from lower case, and a prefix may take in others.
                assert {key.lower(): item for key, item in kept.items()}.items() <= member.items()
            else:
                assert member == kept, f"{cls}.{attribute} in a header"
        count += 1
    assert count
    assert len(package.endpoints.OPERATIONS) > 0
    for operation in package.endpoints.OPERATIONS.values():
        assert operation.error_of_json("NoSuchError", {}).code == "NoSuchError"


@pytest.mark.parametrize("service", ODDEST)
def test_the_services_with_the_oddest_shapes(service: str, tmp_path: Path) -> None:
    check(service, tmp_path)


@pytest.mark.catalogue
@pytest.mark.parametrize("service", list_services())
def test_every_service(service: str, tmp_path: Path) -> None:
    check(service, tmp_path)
