"""Lambda: functions, and the answer of one."""

from __future__ import annotations

import json
from typing import Any

from corpus.materials import Materials, arn

_RUNTIMES = ("python3.12", "nodejs22.x", "java21", "provided.al2023")


def _function(draw: Materials) -> dict[str, Any]:
    name = draw.name(3)
    function: dict[str, Any] = {
        "Architectures": [draw.one_of(["x86_64", "arm64"])],
        "CodeSha256": draw.base64(32),
        "CodeSize": draw.whole(10_000, 50_000_000),
        "Description": draw.words(8) if draw.happens(0.7) else "",
        "EphemeralStorage": {"Size": 512},
        "FunctionArn": arn("lambda", f"function:{name}"),
        "FunctionName": name,
        "Handler": "app.handler",
        "LastModified": f"{draw.second():%Y-%m-%dT%H:%M:%S}.000+0000",
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
        "MemorySize": draw.one_of([128, 256, 1024]),
        "PackageType": "Zip",
        "RevisionId": draw.uuid(),
        "Role": f"arn:aws:iam::123456789012:role/service-role/{name}",
        "Runtime": draw.one_of(_RUNTIMES),
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "Timeout": draw.whole(3, 900),
        "TracingConfig": {"Mode": "PassThrough"},
        "Version": "$LATEST",
        "Environment": {
            "Variables": {f"{draw.name(1).upper().replace('-', '_')}_{key}": draw.name(2) for key in range(6)}
        },
    }
    if draw.happens(0.5):
        function["VpcConfig"] = {
            "SubnetIds": [draw.resource("subnet") for _ in range(3)],
            "SecurityGroupIds": [draw.resource("sg")],
            "VpcId": draw.resource("vpc"),
            "Ipv6AllowedForDualStack": False,
        }
    if draw.happens(0.4):
        layer = arn("lambda", f"layer:{draw.name(1)}:{draw.whole(1, 60)}")
        function["Layers"] = [{"Arn": layer, "CodeSize": draw.whole(1000, 9_000_000)}]
    return function


def list_functions_output(count: int) -> dict[str, Any]:
    """A page of functions."""
    draw = Materials("lambda ListFunctions")
    return {"Functions": [_function(draw) for _ in range(count)], "NextMarker": draw.base64(120)}


def invoke_output(_: int) -> dict[str, Any]:
    """What a function gave: a payload that nobody looks into, and headers."""
    draw = Materials("lambda Invoke")
    answer = {"statusCode": 200, "body": json.dumps({"orders": [draw.uuid() for _ in range(20)]})}
    return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": json.dumps(answer).encode()}


def update_function_configuration_input(_: int) -> dict[str, Any]:
    """A function's new configuration."""
    draw = Materials("lambda UpdateFunctionConfiguration")
    return {
        "FunctionName": draw.name(3),
        "Role": "arn:aws:iam::123456789012:role/service-role/orders",
        "Handler": "app.handler",
        "Description": draw.words(10),
        "Timeout": 30,
        "MemorySize": 1024,
        "VpcConfig": {
            "SubnetIds": [draw.resource("subnet") for _ in range(3)],
            "SecurityGroupIds": [draw.resource("sg")],
            "Ipv6AllowedForDualStack": False,
        },
        "Environment": {"Variables": {f"VARIABLE_{number}": draw.name(2) for number in range(12)}},
        "Runtime": "python3.12",
        "DeadLetterConfig": {"TargetArn": arn("sqs", "dead-letters")},
        "KMSKeyArn": arn("kms", f"key/{draw.uuid()}"),
        "TracingConfig": {"Mode": "Active"},
        "RevisionId": draw.uuid(),
        "Layers": [arn("lambda", f"layer:{draw.name(1)}:7") for _ in range(2)],
        "FileSystemConfigs": [
            {"Arn": arn("elasticfilesystem", f"access-point/{draw.resource('fsap')}"), "LocalMountPath": "/mnt/data"}
        ],
        "EphemeralStorage": {"Size": 2048},
        "SnapStart": {"ApplyOn": "PublishedVersions"},
        "LoggingConfig": {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "INFO",
            "SystemLogLevel": "WARN",
            "LogGroup": "/aws/lambda/orders",
        },
    }
