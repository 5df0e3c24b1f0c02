"""By what the models of AWS are known that `patches.toml` corrects, whatever their files are called. A user's own
`connect.json` or `ec2.json` is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SERVICE_IDS: Mapping[str, str] = {
    "apigateway": "API Gateway",
    "apprunner": "AppRunner",
    "cloudfront": "CloudFront",
    "cloudsearchdomain": "CloudSearch Domain",
    "connect": "Connect",
    "dataexchange": "DataExchange",
    "devops-agent": "DevOps Agent",
    "dms": "Database Migration Service",
    "dynamodb": "DynamoDB",
    "dynamodbstreams": "DynamoDB Streams",
    "ec2": "EC2",
    "glacier": "Glacier",
    "logs": "CloudWatch Logs",
    "osis": "OSIS",
    "qbusiness": "QBusiness",
    "route53": "Route 53",
    "s3": "S3",
    "s3control": "S3 Control",
    "sdb": "SimpleDB",
    "sqs": "SQS",
    "wellarchitected": "WellArchitected",
}
"""The `serviceId` by botocore's name."""

_UIDS = {**dict(zip(SERVICE_IDS, SERVICE_IDS, strict=True)), "dynamodbstreams": "streams-dynamodb"}
"""The `uid` without the version of the API."""

_VERSION = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def aws_service(document: Mapping[str, Any]) -> str | None:
    """The name in botocore of the service that a model is of; None for a service of anybody else, and for those of AWS
    that need no patches.

    Models of before 2018 have no `serviceId`, and some of them no `uid`.
    """
    metadata = document.get("metadata")
    if not isinstance(metadata, Mapping):
        return None
    service_id, uid = metadata.get("serviceId"), metadata.get("uid")
    bare_uid = _VERSION.sub("", uid) if isinstance(uid, str) else None
    if service_id is None and bare_uid is None:
        return None
    for name, known in SERVICE_IDS.items():
        if service_id in (None, known) and bare_uid in (None, _UIDS[name]):
            return name
    return None
