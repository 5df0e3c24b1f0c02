"""What programs do with ten services, once for clients that are awaited and for those that are not.

A story yields calls, and gets their results, or the errors that they raise.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Generator, Mapping
from inspect import isawaitable
from typing import Any

import pytest

Story = Generator[Callable[[], Any], Any, None]


def all_of(loop: Any) -> Any:
    """All that a loop over pages gives."""
    if hasattr(loop, "__aiter__"):

        async def collect() -> list[Any]:
            return [each async for each in loop]

        return collect()
    return list(loop)


def play(story: Story) -> None:
    """Does what a story says."""
    asyncio.run(play_async(story))


async def play_async(story: Story) -> None:
    """Does what a story says, with clients of the loop that runs."""
    call = next(story)
    while True:
        try:
            found = call()
            found = await found if isawaitable(found) else found
        except Exception as error:  # noqa: BLE001 - the story knows
            step = lambda error=error: story.throw(error)  # noqa: E731
        else:
            step = lambda found=found: story.send(found)  # noqa: E731
        try:
            call = step()
        except StopIteration:
            return


def s3(package: Any, client: Any) -> Story:
    yield lambda: client.create_bucket(bucket="box")
    yield lambda: client.wait.bucket_exists(bucket="box", delay=0)
    for key in ("a b+ü", "c/d", "c/e"):
        yield lambda key=key: client.put_object(bucket="box", key=key, body=key.encode(), metadata={"n": "1"})
    found = yield lambda: all_of(client.list_objects_v2.limited(page_size=2).items(bucket="box"))
    assert [each.key for each in found] == ["a b+ü", "c/d", "c/e"]
    got = yield lambda: client.get_object(bucket="box", key="a b+ü")
    assert got.metadata == {"n": "1"}
    assert (yield got.body.read) == "a b+ü".encode()
    yield lambda: client.copy_object(bucket="box", key="f", copy_source="box/a b+ü")
    upload = (yield lambda: client.create_multipart_upload(bucket="box", key="g")).upload_id
    part = yield lambda: client.upload_part(bucket="box", key="g", part_number=1, upload_id=upload, body=b"part")
    parts = package.CompletedMultipartUpload(parts=[package.CompletedPart(etag=part.etag, part_number=1)])
    yield lambda: client.complete_multipart_upload(bucket="box", key="g", upload_id=upload, multipart_upload=parts)
    with pytest.raises(package.NoSuchKey):
        yield lambda: client.get_object(bucket="box", key="none")
    keys = [package.ObjectIdentifier(key=key) for key in ("a b+ü", "c/d", "c/e", "f", "g")]
    gone = yield lambda: client.delete_objects(bucket="box", delete=package.Delete(objects=keys))
    assert len(gone.deleted) == 5
    yield lambda: client.delete_bucket(bucket="box")


def dynamodb(package: Any, client: Any) -> Story:
    key = package.KeySchemaElement(attribute_name="pk", key_type="HASH")
    definition = package.AttributeDefinition(attribute_name="pk", attribute_type="S")
    yield lambda: client.create_table(
        table_name="books", key_schema=[key], attribute_definitions=[definition], billing_mode="PAY_PER_REQUEST"
    )
    yield lambda: client.wait.table_exists(table_name="books", delay=0)
    items = [{"pk": package.AttributeValue(s=str(each)), "b": package.AttributeValue(b=b"\xff")} for each in range(5)]
    for item in items:
        yield lambda item=item: client.put_item(table_name="books", item=item)
    found = yield lambda: all_of(client.scan.limited(page_size=2).items(table_name="books"))
    assert sorted(found, key=lambda item: item["pk"].s) == items
    with pytest.raises(package.ConditionalCheckFailedException):
        yield lambda: client.put_item(
            table_name="books", item=items[0], condition_expression="attribute_not_exists(pk)"
        )
    with pytest.raises(package.ResourceNotFoundException):
        yield lambda: client.get_item(table_name="films", key={"pk": items[0]["pk"]})
    yield lambda: client.delete_table(table_name="books")
    yield lambda: client.wait.table_not_exists(table_name="books", delay=0)


def sts(package: Any, client: Any) -> Story:
    assert (yield client.get_caller_identity).account == "123456789012"
    role = "arn:aws:iam::123456789012:role/r"
    assert (yield lambda: client.assume_role(role_arn=role, role_session_name="me")).credentials.session_token
    assert package.service == "sts"


def lambda_(package: Any, client: Any) -> Story:
    with pytest.raises(package.ResourceNotFoundException):
        yield lambda: client.get_function(function_name="echo")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return event\n")
    layer = yield lambda: client.publish_layer_version(
        layer_name="l", content=package.LayerVersionContentInput(zip_file=data.getvalue())
    )
    assert layer.version == 1
    found = yield lambda: all_of(client.list_layers.items())
    assert [each.layer_name for each in found] == ["l"]


def cloudwatch(package: Any, client: Any) -> Story:
    datum = package.MetricDatum(metric_name="n", value=1.5, unit="Count")
    yield lambda: client.put_metric_data(namespace="ours", metric_data=[datum])
    found = yield lambda: all_of(client.list_metrics.items(namespace="ours"))
    assert [each.metric_name for each in found] == ["n"]
    with pytest.raises(package.DashboardNotFoundError):
        yield lambda: client.get_dashboard(dashboard_name="none")


def sqs(package: Any, client: Any) -> Story:
    url = (yield lambda: client.create_queue(queue_name="q")).queue_url
    attributes = {"n": package.MessageAttributeValue(data_type="Binary", binary_value=b"\xff")}
    yield lambda: client.send_message(queue_url=url, message_body="hello", message_attributes=attributes)
    found = yield lambda: client.receive_message(queue_url=url, message_attribute_names=["All"])
    assert [(each.body, each.message_attributes["n"].binary_value) for each in found.messages] == [("hello", b"\xff")]
    with pytest.raises(package.QueueDoesNotExist):
        yield lambda: client.get_queue_url(queue_name="none")


def sns(package: Any, client: Any) -> Story:
    arn = (yield lambda: client.create_topic(name="t")).topic_arn
    assert (yield lambda: client.publish(topic_arn=arn, message="hello")).message_id
    assert [each.topic_arn for each in (yield lambda: all_of(client.list_topics.items()))] == [arn]
    with pytest.raises(package.NotFoundException):
        yield lambda: client.get_topic_attributes(topic_arn=f"{arn}-none")


def iam(package: Any, client: Any) -> Story:
    policy = '{"Version": "2012-10-17", "Statement": []}'
    made = yield lambda: client.create_role(role_name="r", assume_role_policy_document=policy)
    assert made.role.assume_role_policy_document == policy
    found = yield lambda: all_of(client.list_roles.items())
    assert [each.role_name for each in found] == ["r"]
    with pytest.raises(package.NoSuchEntityException):
        yield lambda: client.get_role(role_name="none")


def ec2(package: Any, client: Any) -> Story:
    wanted = {"image_id": "ami-12345678", "min_count": 2, "max_count": 2}
    made = yield lambda: client.run_instances(**wanted)
    ids = [each.instance_id for each in made.instances]
    yield lambda: client.wait.instance_running(instance_ids=ids, delay=0)
    tag = package.Tag(key="stage", value="test")
    yield lambda: client.create_tags(resources=ids, tags=[tag])
    found = yield lambda: all_of(
        client.describe_instances.items(filters=[package.Filter(name="tag:stage", values=["test"])])
    )
    assert sorted(each.instance_id for reservation in found for each in reservation.instances) == sorted(ids)


def kinesis(package: Any, client: Any) -> Story:
    yield lambda: client.create_stream(stream_name="s", shard_count=1)
    yield lambda: client.wait.stream_exists(stream_name="s", delay=0)
    put = yield lambda: client.put_record(stream_name="s", data=b"\xff", partition_key="k")
    start = yield lambda: client.get_shard_iterator(
        stream_name="s", shard_id=put.shard_id, shard_iterator_type="TRIM_HORIZON"
    )
    found = yield lambda: client.get_records(shard_iterator=start.shard_iterator)
    assert [each.data for each in found.records] == [b"\xff"]
    with pytest.raises(package.ResourceNotFoundException):
        yield lambda: client.describe_stream(stream_name="none")


OF_COMMITTED: Mapping[str, Callable[[Any, Any], Story]] = {
    "cloudwatch": cloudwatch,
    "dynamodb": dynamodb,
    "lambda_": lambda_,
    "s3": s3,
    "sts": sts,
}
OF_OTHERS: Mapping[str, tuple[Callable[[Any, Any], Story], tuple[str, ...]]] = {
    "ec2": (ec2, ("CreateTags", "DescribeInstances", "RunInstances")),
    "iam": (iam, ("CreateRole", "GetRole", "ListRoles")),
    "kinesis": (
        kinesis,
        ("CreateStream", "DescribeStream", "GetRecords", "GetShardIterator", "PutRecord"),
    ),
    "sns": (sns, ("CreateTopic", "GetTopicAttributes", "ListTopics", "Publish")),
    "sqs": (sqs, ("CreateQueue", "GetQueueUrl", "ReceiveMessage", "SendMessage")),
}
"""The stories, with the operations that a package is generated of for them."""
