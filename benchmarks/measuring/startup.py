"""What is timed in a fresh interpreter: each probe is a program of its own that prints its figures as JSON."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

RUNTIME = """
import botobind.http, botobind.operations, botobind.lazy, botobind.protocols.query
import botobind.formats.query, botobind.formats.xml, botobind.formats.tree, lxml.etree
"""
"""Everything of the runtime that an EC2 package needs."""

REGIONS = """
operation = ec2.endpoints.DescribeRegions
request = operation.to_request(ec2.DescribeRegionsRequest(all_regions=True))
answer = HttpResponse(body=b"<r><regionInfo><item><regionName>eu-west-1</regionName></item></regionInfo></r>")
assert operation.of_response(answer).regions[0].region_name == "eu-west-1"
"""

INSTANCES = """
operation = ec2.endpoints.DescribeInstances
request = operation.to_request(ec2.DescribeInstancesRequest(instance_ids=["i-1"]))
answer = HttpResponse(body=open(sys.argv[1], "rb").read())
assert operation.of_response(answer).reservations[0].instances
"""

FIRST_ANSWER = """
answer = ec2.endpoints.DescribeInstances.of_response(HttpResponse(body=open(sys.argv[1], "rb").read()))
assert len(answer.reservations) == 10
"""

JSON_SERVICE = """
import botobind
from botobind_services import dynamodb
from botobind.http import HttpResponse
operation = dynamodb.endpoints.GetItem
operation.to_request(dynamodb.GetItemInput(table_name="t", key={}))
assert operation.of_response(HttpResponse(body=b'{"Item": {"a": {"S": "x"}}}')).item
"""

ENGINE_CALL = """
from botobind.io.engine.data import Credentials
from botobind_services import dynamodb
keys = Credentials(access_key="a", secret_key="b")
client = dynamodb.io.Client(region="us-east-1", endpoint_url=sys.argv[2], credentials=keys)
assert client.get_item(table_name="t", key={}).item
"""
BOTO3_SENT_CALL = """
import boto3
keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
client = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=sys.argv[2], **keys)
assert client.get_item(TableName="t", Key={})["Item"]
"""
"""Calls of clients against a server on loopback."""

_PACKAGE = "from botobind_services import ec2\n"
_MESSAGES = "from botobind.http import HttpResponse\n"
_BOTO3 = """
import boto3
boto3.client("ec2", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
"""

_BOTO3_CALL = """
import boto3
from botocore.awsrequest import AWSResponse
client = boto3.client({service!r}, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
def answer(request, **_):
    response = AWSResponse(request.url, 200, {{}}, None)
    response._content = {body}
    return response
client.meta.events.register("before-send", answer)
assert {call}
"""
_BOTO3_INSTANCES = _BOTO3_CALL.format(
    service="ec2",
    body='open(sys.argv[1], "rb").read()',
    call='client.describe_instances(InstanceIds=["i-1"])["Reservations"][0]["Instances"]',
)
_BOTO3_ITEM = _BOTO3_CALL.format(
    service="dynamodb", body="""b'{"Item": {"a": {"S": "x"}}}'""", call='client.get_item(TableName="t", Key={})["Item"]'
)

PROBES: Mapping[str, tuple[str, str]] = {
    "package": (RUNTIME, _PACKAGE),
    "regions": (RUNTIME + _PACKAGE + _MESSAGES, REGIONS),
    "instances": (RUNTIME + _PACKAGE + _MESSAGES, INSTANCES),
    "bare_regions": ("", _PACKAGE + _MESSAGES + REGIONS),
    "bare_regions_request": ("", _PACKAGE + "".join(REGIONS.splitlines(keepends=True)[:3])),
    "bare_instances": ("", _PACKAGE + _MESSAGES + INSTANCES),
    "bare_first_answer": ("", _PACKAGE + _MESSAGES + FIRST_ANSWER),
    "bare": ("", ""),
    "bare_boto3": ("", _BOTO3),
    "bare_boto3_instances": ("", _BOTO3_INSTANCES),
    "bare_boto3_item": ("", _BOTO3_ITEM),
    "bare_attrs": ("", "import attrs\n"),
    "bare_msgspec": ("", "import msgspec\n"),
    "json": ("", JSON_SERVICE),
    "bare_call": ("", ENGINE_CALL),
    "bare_boto3_call": ("", BOTO3_SENT_CALL),
}
"""What is loaded before the clock starts, and what is timed."""

_FRAME = """
import gc, json, os, sys, time
sys.path.insert(0, {path!r})
{before}
def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
memory = resident()
start = time.perf_counter()
{timed}
elapsed = time.perf_counter() - start
figures = {{"ms": elapsed * 1e3, "mb": (resident() - memory) / 1e6, "cpu_ms": time.process_time() * 1e3}}
with open("/proc/self/status") as status:
    (peak,) = [line.split()[1] for line in status if line.startswith("VmHWM")]
print(json.dumps({{**figures, "peak_mb": int(peak) * 1024 / 1e6}}))
"""


def run_probe(name: str, path: Path, document: Path, options: Iterable[str], url: str = "") -> dict[str, float]:
    """Milliseconds and resident megabytes of one run of a probe, and the CPU and the peak of its whole process. `path`
    has the packages, `document` a response; `url` is that of a server, for clients.
    """
    # Whoever lets no bytecode be written wants none in the tree, and the second process to be as fast as any.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, timed = PROBES[name]
    program = _FRAME.format(path=str(path), before=before, timed=timed)
    command = [sys.executable, *options, "-c", program, str(document), url]
    done = subprocess.run(  # noqa: S603 - our own programs
        command, check=True, capture_output=True, text=True, env=environment
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def bytecode_in(folder: Path) -> tuple[str, ...]:
    """The options with which interpreters keep all their bytecode in a folder."""
    return ("-X", f"pycache_prefix={folder}")


def medians(runs: list[dict[str, float]]) -> dict[str, Any]:
    """The median of each figure."""
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}
