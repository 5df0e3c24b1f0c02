"""Requests and responses through botocore as well: what it writes we write, what it reads we read.

Values are made from the models alone, for every operation of some services (of EC2, for some). Answers are written by
us, so that botocore checks the server's side as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from wire.against import (
    EC2_OPERATIONS,
    Generate,
    answer,
    botocore_answer,
    botocore_body,
    botocore_json,
    forms,
    input_class,
    located,
    our_answer,
    our_json,
    our_xml,
    package_of,
    sample,
    service_model,
    streams,
    tree_of,
)

from botobind.bodies import dump_body

pytestmark = pytest.mark.pinned
"""Newer models have operations that the committed packages lack; botocore 1.43.0 cannot write old times in CBOR."""

PROTOCOLS = (
    ("sts", "query"),
    ("iam", "query"),
    ("cloudwatch", "query"),
    ("cloudwatch", "json"),
    ("cloudwatch", "smithy-rpc-v2-cbor"),
    ("ec2", "ec2"),
    ("dynamodb", "json"),
    ("partnercentral-selling", "json"),
    ("lambda", "rest-json"),
    ("s3", "rest-xml"),
    ("route53", "rest-xml"),
)

WIRE_STRUCTS = (
    "Event and Events are one element: botocore writes both and reads neither; we write the list and read it as both."
)

DIFFERENT_REQUESTS: Mapping[tuple[str, str], str] = {("s3", "PutBucketNotification"): WIRE_STRUCTS}
"""Operations whose requests differ from botocore's on purpose, and why."""

DIFFERENT_ANSWERS: Mapping[tuple[str, str], str] = {("s3", "GetBucketNotification"): WIRE_STRUCTS}
"""Differences of responses, by service and operation."""


def _operations(side: str) -> Iterator[tuple[str, str, str]]:
    for service, protocol in PROTOCOLS:
        for operation in EC2_OPERATIONS if service == "ec2" else service_model(service).operation_names:
            model = service_model(service).operation_model(operation)
            if not streams(model.input_shape if side == "requests" else model.output_shape):
                yield service, protocol, operation


@pytest.mark.parametrize(("service", "protocol", "operation"), list(_operations("requests")))
def test_requests(generate_once: Generate, service: str, protocol: str, operation: str) -> None:
    model = service_model(service).operation_model(operation)
    package = package_of(generate_once, service)
    pairs = []
    for variant in (0, 1):
        params = sample(model.input_shape, variant)
        if protocol in ("json", "rest-json"):
            expected: object = botocore_json(protocol, model, params)
            written: object = our_json(package, model, params)
        elif protocol in ("query", "ec2"):
            expected, written = forms(protocol, package, model, params)
        elif protocol == "rest-xml":
            expected = tree_of(botocore_body(protocol, model, params))
            written = our_xml(package, model, params)
        else:
            expected = botocore_body(protocol, model, params).hex()
            written = dump_body(input_class(package, model).of_value(params), "cbor").hex()
        pairs.append((written, expected))
    _compare(pairs, differ=(service, operation) in DIFFERENT_REQUESTS)


@pytest.mark.parametrize(("service", "protocol", "operation"), list(_operations("answers")))
def test_answers(generate_once: Generate, service: str, protocol: str, operation: str) -> None:
    model = service_model(service).operation_model(operation)
    shape = model.output_shape
    cls = package_of(generate_once, service).endpoints.OPERATIONS[operation].output
    pairs = []
    differ = (service, operation) in DIFFERENT_ANSWERS
    for variant in (0, 1):
        given = {name: item for name, item in sample(shape, variant).items() if name not in located(shape)}
        body = answer(protocol, model, cls.of_value(given))
        theirs = botocore_answer(protocol, shape, body)
        ours = our_answer(protocol, model, cls, body)
        pairs.append((ours, theirs))
        assert differ or ours == given
    _compare(pairs, differ=differ)


def _compare(pairs: list[tuple[Any, Any]], *, differ: bool) -> None:
    if differ:
        # A row that is no longer needed has to go.
        assert any(ours != theirs for ours, theirs in pairs)
    else:
        for ours, theirs in pairs:
            assert ours == theirs
