"""The first documents of classes, read by many threads at once, and by children that are forked meanwhile."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.xmlorders import in_order

from botobind.bodies import dump_body
from botobind.testing import example
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

WORK = Path(__file__).parent / "work.py"

CLASSES: dict[Any, tuple[str, ...]] = {
    dynamodb: (
        "QueryOutput",
        "DescribeTableOutput",
        "TransactWriteItemsInput",
        "BatchGetItemOutput",
        "UpdateTableInput",
    ),
    lambda_: ("ListFunctionsResponse", "GetFunctionResponse"),
    cloudwatch: ("GetMetricDataOutput", "DescribeAlarmsOutput", "PutMetricDataInput"),
    s3: ("ListObjectsV2Output", "BucketLifecycleConfiguration", "GetBucketReplicationOutput"),
    sts: ("AssumeRoleResponse", "AssumeRoleRequest"),
}
FORMATS = {dynamodb: "json", lambda_: "json", cloudwatch: "cbor", s3: "xml", sts: "xml"}

TIMES = int(os.environ.get("BOTOBIND_PROCESSES", "4"))
"""Fresh processes for each way; `nox -s threads` takes 60."""

INTERVALS = ("0.005", "0.00001")
"""Seconds for which a thread keeps the interpreter: those of all programs, and so few that what can go wrong does."""


NEEDS_FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")


@pytest.fixture(scope="module")
def documents() -> str:
    found = []
    for package, names in CLASSES.items():
        for name in names:
            data = dump_body(example(getattr(package, name)), FORMATS[package])
            other = in_order(data, 1) if FORMATS[package] == "xml" else b""
            encoded = (base64.b64encode(each).decode() for each in (data, other))
            found.append((package.__name__.rpartition(".")[2], name, FORMATS[package], *encoded))
    return json.dumps(found)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("number", range(TIMES))
@pytest.mark.parametrize(
    "way",
    [
        "threads",
        pytest.param("forks", marks=NEEDS_FORK),
        pytest.param("engines", marks=NEEDS_FORK),
    ],
)
def test_in_fresh_processes(way: str, number: int, interval: str, documents: str) -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", str(WORK), way, str(number), interval]
    done = subprocess.run(command, input=documents, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
