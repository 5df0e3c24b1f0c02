"""The client's side against moto's server over loopback: operations whose responses and errors are not of our
making.
"""

from __future__ import annotations

import importlib
import io
import logging
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.credentials import Credentials
from support.moto_server import moto_server

from botobind import ServiceError, UnknownOperationError
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts

EXAMPLES = Path(__file__).parents[2] / "examples"
GENERATED = {
    "sqs": ("CreateQueue", "SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueUrl"),
    "sns": ("CreateTopic", "ListTopics", "Publish", "SetTopicAttributes"),
    "iam": ("CreateRole", "GetRole", "ListRoles"),
    "ec2": ("DescribeRegions", "RunInstances", "DescribeInstances"),
}
"""The services that are not committed, and what is called of them."""

Connect = Callable[..., Any]
Generate = Callable[..., ModuleType]


@pytest.fixture(scope="module")
def connect() -> Iterator[Connect]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it prints every request
    sys.path.insert(0, str(EXAMPLES))
    client_module: Any = importlib.import_module("client")
    client_module.TIMEOUT = 600  # moto takes its time for what it is first asked, and there may be others
    try:
        with moto_server() as url:

            def connect(package: Any, protocol: str | None = None) -> Any:
                return client_module.Client(package, url, Credentials("AKID", "SECRET"), protocol=protocol).call

            yield connect
    finally:
        sys.path.remove(str(EXAMPLES))
        sys.modules.pop("client", None)


@pytest.fixture(scope="module")
def packages(generate_once: Generate) -> dict[str, Any]:
    return {service: generate_once(service, operations) for service, operations in GENERATED.items()}


def test_s3_objects_come_back_as_they_were_stored(connect: Connect) -> None:
    call, ops = connect(s3), s3.endpoints
    call(ops.CreateBucket, s3.CreateBucketRequest(bucket="box"))
    put = s3.PutObjectRequest(
        bucket="box", key="a/b c+é", body=b"hello", content_type="text/plain", metadata={"a": "b"}
    )
    written = call(ops.PutObject, put)
    found = call(ops.GetObject, s3.GetObjectRequest(bucket="box", key="a/b c+é"))
    with found.body:
        assert found.body.read() == b"hello"
    assert (found.etag, found.content_length, found.content_type) == (written.etag, 5, "text/plain")
    assert found.metadata == {"a": "b"}
    head = call(ops.HeadObject, s3.HeadObjectRequest(bucket="box", key="a/b c+é"))
    assert (head.etag, head.last_modified) == (found.etag, found.last_modified)
    listed = call(ops.ListObjectsV2, s3.ListObjectsV2Request(bucket="box", prefix="a/"))
    assert [(entry.key, entry.size) for entry in listed.contents] == [("a/b c+é", 5)]
    call(ops.DeleteObject, s3.DeleteObjectRequest(bucket="box", key="a/b c+é"))
    assert not call(ops.ListObjectsV2, s3.ListObjectsV2Request(bucket="box")).contents


@pytest.mark.parametrize("length", [None, 300_000], ids=["chunked", "with a length"])
def test_s3_takes_an_object_from_a_stream(connect: Connect, length: int | None) -> None:
    call, ops = connect(s3), s3.endpoints
    content = bytes(range(250)) * 1200
    bucket = f"streams-{length}".lower()
    call(ops.CreateBucket, s3.CreateBucketRequest(bucket=bucket))
    put = s3.PutObjectRequest(bucket=bucket, key="big", body=io.BytesIO(content), content_length=length)
    call(ops.PutObject, put)
    found = call(ops.GetObject, s3.GetObjectRequest(bucket=bucket, key="big"))
    with found.body:
        # In chunks, as one reads what does not fit into memory.
        assert b"".join(iter(lambda: found.body.read(70_000), b"")) == content


def test_s3_deletes_many_with_a_checksum(connect: Connect) -> None:
    call, ops = connect(s3), s3.endpoints
    call(ops.CreateBucket, s3.CreateBucketRequest(bucket="many"))
    for key in ("1", "2", "3"):
        call(ops.PutObject, s3.PutObjectRequest(bucket="many", key=key, body=b""))
    delete = s3.Delete(objects=[s3.ObjectIdentifier(key=key) for key in ("1", "3")])
    answer = call(ops.DeleteObjects, s3.DeleteObjectsRequest(bucket="many", delete=delete))
    assert sorted(deleted.key for deleted in answer.deleted) == ["1", "3"]
    listed = call(ops.ListObjectsV2, s3.ListObjectsV2Request(bucket="many"))
    assert [entry.key for entry in listed.contents] == ["2"]


def test_s3_errors(connect: Connect) -> None:
    call, ops = connect(s3), s3.endpoints
    call(ops.CreateBucket, s3.CreateBucketRequest(bucket="errors"))
    with pytest.raises(s3.NoSuchKey) as refused:
        call(ops.GetObject, s3.GetObjectRequest(bucket="errors", key="none"))
    assert (refused.value.status, refused.value.message) == (404, "The specified key does not exist.")
    assert refused.value.request_id
    with pytest.raises(UnknownOperationError) as no_body:
        call(ops.HeadObject, s3.HeadObjectRequest(bucket="errors", key="none"))
    assert (no_body.value.code, no_body.value.status) == ("404", 404)
    with pytest.raises(ServiceError) as no_bucket:
        call(ops.GetObject, s3.GetObjectRequest(bucket="no-such-bucket", key="none"))
    assert (no_bucket.value.code, no_bucket.value.status) == ("NoSuchBucket", 404)


def test_dynamodb(connect: Connect) -> None:
    call, ops = connect(dynamodb), dynamodb.endpoints
    table = dynamodb.CreateTableInput(
        table_name="Things",
        attribute_definitions=[dynamodb.AttributeDefinition(attribute_name="Id", attribute_type="S")],
        key_schema=[dynamodb.KeySchemaElement(attribute_name="Id", key_type="HASH")],
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
    )
    made = call(ops.CreateTable, table).table_description
    assert (made.table_name, made.table_status, made.item_count) == ("Things", "ACTIVE", 0)
    key = {"Id": dynamodb.AttributeValue(s="1")}
    item = {
        **key,
        "Data": dynamodb.AttributeValue(b=b"\x00\xff"),
        "Tags": dynamodb.AttributeValue(ss=["a", "b"]),
        "More": dynamodb.AttributeValue(m={"None": dynamodb.AttributeValue(null=True)}),
    }
    call(ops.PutItem, dynamodb.PutItemInput(table_name="Things", item=item))
    assert call(ops.GetItem, dynamodb.GetItemInput(table_name="Things", key=key)).item == item
    again = dynamodb.PutItemInput(table_name="Things", item=item, condition_expression="attribute_not_exists(Id)")
    with pytest.raises(dynamodb.ConditionalCheckFailedException):
        call(ops.PutItem, again)
    with pytest.raises(dynamodb.ResourceNotFoundException, match="not found"):
        call(ops.GetItem, dynamodb.GetItemInput(table_name="None", key=key))


def test_sts(connect: Connect) -> None:
    call, ops = connect(sts), sts.endpoints
    assert call(ops.GetCallerIdentity, sts.GetCallerIdentityRequest()).account == "123456789012"
    arn = "arn:aws:iam::123456789012:role/r"
    role = call(ops.AssumeRole, sts.AssumeRoleRequest(role_arn=arn, role_session_name="me", duration_seconds=900))
    assert role.assumed_role_user.arn == "arn:aws:sts::123456789012:assumed-role/r/me"
    assert role.credentials.expiration.tzinfo is not None
    with pytest.raises(ServiceError) as refused:
        call(ops.AssumeRole, sts.AssumeRoleRequest(role_arn=arn, role_session_name="m" * 65))
    assert (refused.value.code, refused.value.status) == ("ValidationError", 400)
    assert "roleSessionName" in str(refused.value)


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_cloudwatch(connect: Connect, protocol: str) -> None:
    """moto does not serve smithy-rpc-v2-cbor."""
    call, ops = connect(cloudwatch, protocol), cloudwatch.endpoints
    dimensions = [cloudwatch.Dimension(name="Kind", value="é & <b>")]
    datum = cloudwatch.MetricDatum(metric_name="Size", value=1.5, dimensions=dimensions)
    namespace = f"In {protocol}"
    call(ops.PutMetricData, cloudwatch.PutMetricDataInput(namespace=namespace, metric_data=[datum]))
    metrics = call(ops.ListMetrics, cloudwatch.ListMetricsInput(namespace=namespace)).metrics
    assert metrics == [cloudwatch.Metric(namespace=namespace, metric_name="Size", dimensions=dimensions)]
    with pytest.raises(cloudwatch.DashboardNotFoundError) as refused:
        call(ops.GetDashboard, cloudwatch.GetDashboardInput(dashboard_name="none"))
    assert refused.value.status == 404


def test_lambda(connect: Connect, packages: dict[str, Any]) -> None:
    iam = packages["iam"]
    trust = iam.CreateRoleRequest(role_name="runs", assume_role_policy_document="{}")
    role = connect(iam)(iam.endpoints.CreateRole, trust).role
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("main.py", "def handler(event, context):\n    return event\n")
    call, ops = connect(lambda_), lambda_.endpoints
    function = lambda_.CreateFunctionRequest(
        function_name="echo",
        runtime="python3.11",
        role=role.arn,
        handler="main.handler",
        code=lambda_.FunctionCode(zip_file=archive.getvalue()),
        memory_size=256,
    )
    made = call(ops.CreateFunction, function)
    assert (made.function_name, made.memory_size, made.code_size) == ("echo", 256, len(archive.getvalue()))
    listed = call(ops.ListFunctions, lambda_.ListFunctionsRequest()).functions
    assert [(found.function_name, found.runtime) for found in listed] == [("echo", "python3.11")]
    with pytest.raises(lambda_.ResourceNotFoundException, match="Function not found") as refused:
        call(ops.GetFunction, lambda_.GetFunctionRequest(function_name="none"))
    assert refused.value.status == 404


def test_sqs(connect: Connect, packages: dict[str, Any]) -> None:
    sqs = packages["sqs"]
    call, ops = connect(sqs), sqs.endpoints
    url = call(ops.CreateQueue, sqs.CreateQueueRequest(queue_name="jobs", attributes={"DelaySeconds": "0"})).queue_url
    attributes = {"Kind": sqs.MessageAttributeValue(data_type="Binary", binary_value=b"\x00\xff")}
    message = sqs.SendMessageRequest(queue_url=url, message_body="é & <b>", message_attributes=attributes)
    sent = call(ops.SendMessage, message)
    wanted = sqs.ReceiveMessageRequest(queue_url=url, message_attribute_names=["All"])
    (received,) = call(ops.ReceiveMessage, wanted).messages
    assert (received.message_id, received.body) == (sent.message_id, "é & <b>")
    assert received.message_attributes == attributes
    call(ops.DeleteMessage, sqs.DeleteMessageRequest(queue_url=url, receipt_handle=received.receipt_handle))
    assert not call(ops.ReceiveMessage, wanted).messages
    with pytest.raises(sqs.QueueDoesNotExist) as refused:
        call(ops.GetQueueUrl, sqs.GetQueueUrlRequest(queue_name="none"))
    # The code is of the time when SQS spoke query; x-amzn-query-error keeps it.
    assert (refused.value.code, refused.value.status) == ("AWS.SimpleQueueService.NonExistentQueue", 400)


def test_sns(connect: Connect, packages: dict[str, Any]) -> None:
    sns = packages["sns"]
    call, ops = connect(sns), sns.endpoints
    arn = call(ops.CreateTopic, sns.CreateTopicInput(name="news", tags=[sns.Tag(key="k", value="v")])).topic_arn
    assert call(ops.ListTopics, sns.ListTopicsInput()).topics == [sns.Topic(topic_arn=arn)]
    assert call(ops.Publish, sns.PublishInput(topic_arn=arn, message="é & <b>")).message_id
    unknown = sns.SetTopicAttributesInput(topic_arn=f"{arn}-none", attribute_name="DisplayName", attribute_value="x")
    with pytest.raises(sns.NotFoundException) as refused:
        call(ops.SetTopicAttributes, unknown)
    assert (refused.value.code, refused.value.status, bool(refused.value.request_id)) == ("NotFound", 404, True)


def test_iam(connect: Connect, packages: dict[str, Any]) -> None:
    iam = packages["iam"]
    call, ops = connect(iam), iam.endpoints
    document = '{"Version": "2012-10-17", "Statement": []}'
    tags = [iam.Tag(key="k", value="é & <b>")]
    made = iam.CreateRoleRequest(role_name="reader", assume_role_policy_document=document, path="/p/", tags=tags)
    role = call(ops.CreateRole, made).role
    assert role.arn == "arn:aws:iam::123456789012:role/p/reader"
    found = call(ops.GetRole, iam.GetRoleRequest(role_name="reader")).role
    assert (found.role_id, found.tags, found.create_date.tzinfo is not None) == (role.role_id, tags, True)
    listed = call(ops.ListRoles, iam.ListRolesRequest(path_prefix="/p/"))
    assert [entry.role_name for entry in listed.roles] == ["reader"]
    with pytest.raises(iam.NoSuchEntityException, match="none") as refused:
        call(ops.GetRole, iam.GetRoleRequest(role_name="none"))
    assert (refused.value.code, refused.value.status) == ("NoSuchEntity", 404)


def test_ec2(connect: Connect, packages: dict[str, Any]) -> None:
    ec2 = packages["ec2"]
    call, ops = connect(ec2), ec2.endpoints
    regions = call(ops.DescribeRegions, ec2.DescribeRegionsRequest(region_names=["eu-west-1", "us-east-1"])).regions
    assert sorted(region.region_name for region in regions) == ["eu-west-1", "us-east-1"]
    tags = [ec2.TagSpecification(resource_type="instance", tags=[ec2.Tag(key="Name", value="é & <b>")])]
    run = ec2.RunInstancesRequest(image_id="ami-12c6146b", min_count=2, max_count=2, tag_specifications=tags)
    ids = [instance.instance_id for instance in call(ops.RunInstances, run).instances]
    wanted = ec2.DescribeInstancesRequest(filters=[ec2.Filter(name="tag:Name", values=["é & <b>"])])
    (reservation,) = call(ops.DescribeInstances, wanted).reservations
    assert sorted(instance.instance_id for instance in reservation.instances) == sorted(ids)
    assert [instance.tags for instance in reservation.instances] == [tags[0].tags] * 2
    with pytest.raises(UnknownOperationError) as refused:
        call(ops.DescribeInstances, ec2.DescribeInstancesRequest(instance_ids=["i-0123456789abcdef0"]))
    assert (refused.value.code, refused.value.status) == ("InvalidInstanceID.NotFound", 400)
    assert refused.value.request_id
