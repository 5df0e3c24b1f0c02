"""CloudWatch: points, alarms and metrics."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from corpus.materials import SPRING, Materials, arn

POINTS = 1440
"""Of each metric: a day of minutes."""


def metric_data_output(metrics: int) -> dict[str, Any]:
    """The points of a day, minute by minute, the newest first."""
    draw = Materials("cloudwatch GetMetricData")
    minutes = [SPRING + timedelta(days=1, minutes=-number) for number in range(POINTS)]
    return {
        "MetricDataResults": [
            {
                "Id": f"m{number}",
                "Label": f"{draw.resource('i')} CPUUtilization",
                "Timestamps": minutes,
                "Values": [draw.number(0, 100) for _ in minutes],
                "StatusCode": "Complete",
            }
            for number in range(metrics)
        ],
        "Messages": [],
    }


def _alarm(draw: Materials) -> dict[str, Any]:
    name = draw.name(3)
    updated = draw.millisecond()
    topic = arn("sns", "on-call")
    reason = {
        "version": "1.0",
        "queryDate": f"{updated:%Y-%m-%dT%H:%M:%S}.000+0000",
        "statistic": "Average",
        "period": 300,
        "recentDatapoints": [draw.number(0, 100, 6) for _ in range(3)],
        "threshold": 80.0,
    }
    return {
        "AlarmName": name,
        "AlarmArn": arn("cloudwatch", f"alarm:{name}"),
        "AlarmDescription": draw.words(10),
        "AlarmConfigurationUpdatedTimestamp": draw.millisecond(),
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [topic],
        "InsufficientDataActions": [],
        "StateValue": draw.one_of(["OK", "ALARM", "INSUFFICIENT_DATA"]),
        "StateReason": "Threshold Crossed: 3 datapoints were greater than or equal to the threshold (80.0).",
        "StateReasonData": json.dumps(reason, separators=(",", ":")),
        "StateUpdatedTimestamp": updated,
        "MetricName": "CPUUtilization",
        "Namespace": "AWS/EC2",
        "Statistic": "Average",
        "Dimensions": [
            {"Name": "InstanceId", "Value": draw.resource("i")},
            {"Name": "AutoScalingGroupName", "Value": draw.name(2)},
        ],
        "Period": 300,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 3,
        "Threshold": 80.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "missing",
        "StateTransitionedTimestamp": updated,
    }


def describe_alarms_output(count: int) -> dict[str, Any]:
    """A page of alarms."""
    draw = Materials("cloudwatch DescribeAlarms")
    return {
        "CompositeAlarms": [],
        "MetricAlarms": [_alarm(draw) for _ in range(count)],
        "NextToken": draw.base64(120),
    }


def put_metric_data_input(count: int) -> dict[str, Any]:
    """Measurements, one in four of them a summary of many."""
    draw = Materials("cloudwatch PutMetricData")
    data: list[dict[str, Any]] = []
    for number in range(count):
        measured: dict[str, Any] = {
            "MetricName": draw.one_of(["Latency", "Requests", "Errors"]),
            "Dimensions": [
                {"Name": "Service", "Value": draw.name(1)},
                {"Name": "Environment", "Value": "production"},
            ],
            "Timestamp": SPRING + timedelta(seconds=number),
            "Unit": draw.one_of(["Milliseconds", "Count"]),
            "StorageResolution": 60,
        }
        if number % 4:
            measured["Value"] = draw.number(0, 500, 3)
        else:
            measured["StatisticValues"] = {
                "SampleCount": 60.0,
                "Sum": draw.number(100, 9000, 3),
                "Minimum": draw.number(0, 1, 3),
                "Maximum": draw.number(100, 500, 3),
            }
        data.append(measured)
    return {"Namespace": "Example/Orders", "MetricData": data}
