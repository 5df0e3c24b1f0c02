"""AWS's own test cases for the rules of endpoints: what compiled rules give, and what inputs of operations lead to."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from support.endpointcases import Json, compiled, conformance, expected

from botobind.io.engine.endpoints import Endpoints
from botobind.io.faults import EndpointUnknown
from botobind_codegen.load import load_service
from botobind_codegen.read_endpoints import KEY

OPERATIONS = {
    "dynamodb": ["BatchGetItem", "DescribeTable", "ListTables", "SearchVectors"],
    "events": ["PutEvents"],
    "kinesis": ["GetShardIterator", "ListShards"],
    "s3": [
        *("CreateBucket", "GetObject", "ListBuckets", "ListDirectoryBuckets", "ListObjects", "WriteGetObjectResponse"),
    ],
    "s3control": [
        *("CreateAccessPoint", "CreateBucket", "DeleteAccessPoint", "DeleteAccessPointPolicy"),
        *("DeleteAccessPointScope", "GetAccessPoint", "GetAccessPointPolicy", "GetAccessPointPolicyStatus"),
        *("GetAccessPointScope", "GetBucket", "GetBucketVersioning", "ListAccessPointsForDirectoryBuckets"),
        *("ListRegionalBuckets", "ListTagsForResource", "PutAccessPointPolicy", "PutAccessPointScope"),
        *("PutBucketVersioning", "TagResource", "UntagResource"),
    ],
    "sts": ["GetCallerIdentity"],
}
"""The operations of which cases have inputs, by service."""
PATH_STYLE = "Path-style addressing cannot be used with ARN buckets"
"""What rules say of an ARN where a client's buckets are in paths: there they are in the host's name, as in botocore."""


def test_rules_say_what_the_cases_expect() -> None:
    rule_sets, tests = conformance("rule-sets"), conformance("tests")
    wrong, count = [], 0
    for service, said in tests.items():
        resolve = compiled(rule_sets[service], service)
        for case in said["testCases"]:
            found = resolve(case.get("params", {}))
            count += 1
            if found != expected(case["expect"]):
                wrong.append((service, case["documentation"], found))
    assert not wrong, (len(wrong), wrong[:5])
    assert count > 14_000


def cases(service: str) -> Iterator[tuple[Json, Json]]:
    for case in conformance("tests")[service]["testCases"]:
        for given in case.get("operationInputs", ()):
            yield case, given


def outcome(package: ModuleType, given: Json) -> Any:
    operation = package.endpoints.OPERATIONS[given["operationName"]]  # type: ignore[attr-defined] # of each package
    value = None if operation.input is None else operation.input.of_value(given.get("operationParams", {}))
    settings = {**given.get("builtInParams", {}), **given.get("clientParams", {})}
    try:
        return evolve(Endpoints(package, settings).of(operation, value), features=())
    except EndpointUnknown as error:
        assert error.operation == operation.name
        return error.reason


@pytest.mark.pinned
@pytest.mark.parametrize("service", OPERATIONS)
def test_inputs_lead_to_what_the_cases_expect(service: str, generate_once: Any) -> None:
    # Those of botocore may be of another day than the cases.
    model = {**load_service(service).document, KEY: conformance("rule-sets")[service]}
    package = generate_once(model, OPERATIONS[service])
    wrong, count = [], 0
    for case, given in cases(service):
        found, wanted = outcome(package, given), expected(case["expect"])
        count += 1
        if wanted not in (found, PATH_STYLE):
            wrong.append((case["documentation"], given, wanted, found))
    assert not wrong, (len(wrong), wrong[:3])
    assert count
