"""The cases of the benchmark, and what is to be reached with each.

Values are made by one module per family of services; what a service sends for them is written by `answers`.
"""

from __future__ import annotations

from corpus import buckets, databases, dynamodb, functions, identity, instances, monitoring, queues, selling
from corpus.case import CBOR, EC2, JSON, QUERY, REST_JSON, REST_XML, Case, Direction, Goal

__all__ = ["CASES", "Case", "Direction", "Goal"]

_DECODE, _ENCODE = Direction.DECODE, Direction.ENCODE
_READ, _WRITE = Direction.SERVER_DECODE, Direction.SERVER_ENCODE

_DYNAMODB, _SELLING, _LAMBDA, _SQS = "dynamodb", "partnercentral-selling", "lambda", "sqs"
_S3, _IAM, _RDS, _STS, _EC2, _CLOUDWATCH = "s3", "iam", "rds", "sts", "ec2", "cloudwatch"

_ANSWERS = (
    Case(
        "Query, 1 MB", _DYNAMODB, "Query", JSON, _DECODE, dynamodb.query_output, 855,
        Goal(3.5, 5, 2.9, must_memory=0.5),
    ),
    Case("GetItem", _DYNAMODB, "GetItem", JSON, _DECODE, dynamodb.get_item_output, 1, Goal(6, 8, 4)),
    Case(
        "ListOpportunities, 200", _SELLING, "ListOpportunities", JSON, _DECODE, selling.list_opportunities_output, 200,
        Goal(18, 26, 1.6, 1.35),
    ),
    Case(
        "ListFunctions, 50", _LAMBDA, "ListFunctions", REST_JSON, _DECODE, functions.list_functions_output, 50,
        Goal(8, 11, 1.6, 1.35),
    ),
    Case("Invoke", _LAMBDA, "Invoke", REST_JSON, _DECODE, functions.invoke_output, 1, Goal(9, 12)),
    Case(
        "ListObjectsV2, 1000", _S3, "ListObjectsV2", REST_XML, _DECODE, buckets.list_objects_output, 1000,
        Goal(12, 15, 2.6),
    ),
    Case("HeadObject", _S3, "HeadObject", REST_XML, _DECODE, buckets.head_object_output, 1, Goal(22, 30)),
    Case("ListRoles, 100", _IAM, "ListRoles", QUERY, _DECODE, identity.list_roles_output, 100, Goal(9, 11, 1.7)),
    Case(
        "DescribeDBInstances, 100", _RDS, "DescribeDBInstances", QUERY, _DECODE, databases.describe_instances_output,
        100, Goal(6, 7, 2.0),
    ),
    Case("AssumeRole", _STS, "AssumeRole", QUERY, _DECODE, identity.assume_role_output),
    Case(
        "DescribeInstances, 200", _EC2, "DescribeInstances", EC2, _DECODE, instances.describe_instances_output, 200,
        Goal(5.3, 6.5, 2.3, must_memory=0.5),
    ),
    Case(
        "DescribeRegions", _EC2, "DescribeRegions", EC2, _DECODE, instances.describe_regions_output, 1,
        Goal(3.7, 4.5, 1.8),
    ),
    Case(
        "GetMetricData, 28,800 (CBOR)", _CLOUDWATCH, "GetMetricData", CBOR, _DECODE, monitoring.metric_data_output, 20,
        Goal(30, 41, 1.15),
    ),
    Case(
        "GetMetricData, 28,800 (JSON)", _CLOUDWATCH, "GetMetricData", JSON, _DECODE, monitoring.metric_data_output, 20,
    ),
    Case(
        "DescribeAlarms, 100 (CBOR)", _CLOUDWATCH, "DescribeAlarms", CBOR, _DECODE, monitoring.describe_alarms_output,
        100, Goal(12, 15, 1.5),
    ),
    Case(
        "DescribeAlarms, 100 (JSON)", _CLOUDWATCH, "DescribeAlarms", JSON, _DECODE, monitoring.describe_alarms_output,
        100,
    ),
)  # fmt: skip

_REQUESTS = (
    Case(
        "BatchWriteItem, 25", _DYNAMODB, "BatchWriteItem", JSON, _ENCODE, dynamodb.batch_write_item_input, 25,
        Goal(6, 8, 9),
    ),
    Case("GetItem", _DYNAMODB, "GetItem", JSON, _ENCODE, dynamodb.get_item_input),
    Case(
        "SendMessageBatch, 10", _SQS, "SendMessageBatch", JSON, _ENCODE, queues.send_message_batch_input, 10,
        Goal(7, 10, 5),
    ),
    Case(
        "UpdateFunctionConfiguration", _LAMBDA, "UpdateFunctionConfiguration", REST_JSON, _ENCODE,
        functions.update_function_configuration_input, 1, Goal(12, 16, 4),
    ),
    Case("RunInstances", _EC2, "RunInstances", EC2, _ENCODE, instances.run_instances_input, 1, Goal(5.5, 7, 0.35)),
    Case("CreateRole", _IAM, "CreateRole", QUERY, _ENCODE, identity.create_role_input, 1, Goal(3, 4, 0.55)),
    Case(
        "PutBucketLifecycleConfiguration, 50", _S3, "PutBucketLifecycleConfiguration", REST_XML, _ENCODE,
        buckets.put_lifecycle_input, 50, Goal(15, 18, 1.5),
    ),
    Case(
        "CompleteMultipartUpload, 1000", _S3, "CompleteMultipartUpload", REST_XML, _ENCODE,
        buckets.complete_multipart_input, 1000, Goal(13, 16, 1.5),
    ),
    Case(
        "PutMetricData, 1000", _CLOUDWATCH, "PutMetricData", CBOR, _ENCODE, monitoring.put_metric_data_input, 1000,
        Goal(6, 7, 1.9),
    ),
)  # fmt: skip

_SERVER = (
    Case("BatchWriteItem, 25", _DYNAMODB, "BatchWriteItem", JSON, _READ, dynamodb.batch_write_item_input, 25),
    Case("RunInstances", _EC2, "RunInstances", EC2, _READ, instances.run_instances_input),
    Case(
        "CompleteMultipartUpload, 1000", _S3, "CompleteMultipartUpload", REST_XML, _READ,
        buckets.complete_multipart_input, 1000,
    ),
    Case(
        "ListOpportunities, 200", _SELLING, "ListOpportunities", JSON, _WRITE, selling.list_opportunities_output, 200,
    ),
    Case("ListObjectsV2, 1000", _S3, "ListObjectsV2", REST_XML, _WRITE, buckets.list_objects_output, 1000),
    Case(
        "DescribeInstances, 200", _EC2, "DescribeInstances", EC2, _WRITE, instances.describe_instances_output, 200,
    ),
)  # fmt: skip

CASES = _ANSWERS + _REQUESTS + _SERVER
