"""What whoever comes from boto3, or guesses, tries first: each mistake is told with what to do instead."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import boto3
import pytest

import botobind.io
from botobind.io import EndpointUnknown, WrongClient
from botobind.io.streamed_bodies import StreamedBody
from botobind.testing import fake
from botobind_services import dynamodb, s3, sts

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
OBJECTS: Any = s3.io.Client(transport=fake(s3))
OBJECTS_AWAITED: Any = s3.io.AsyncClient(transport=fake(s3))
TABLES: Any = dynamodb.io.Client(transport=fake(dynamodb))
TABLES_AWAITED: Any = dynamodb.io.AsyncClient(transport=fake(dynamodb))
REQUEST = s3.GetObjectRequest(bucket="box", key="a")
BY_SEND = "; an input that is there goes to `send` or the like"
BY_LIMITED = "; `limited` of a call sets limits for its loops"
IN_SECONDS = "^a signature is good for a whole number of seconds, not for "

ARGUMENTS: dict[str, tuple[Callable[[], Any], str]] = {
    "a member as boto3 spells it": (
        lambda: OBJECTS.get_object(Bucket="box", Key="a"),
        r"unexpected keyword argument 'Bucket'. Did you mean 'bucket'\?",
    ),
    "one that is not like ours": (
        lambda: OBJECTS.put_object(bucket="box", key="a", ACL="private"),
        r"'ACL'. Did you mean 'acl'\?",
    ),
    "a misspelt one": (lambda: OBJECTS.get_object(bucket="box", kye="a"), r"'kye'. Did you mean 'key'\?"),
    "one of a page": (lambda: TABLES.list_tables.items(Limit=5), r"'Limit'. Did you mean 'limit'\?"),
    "one of a wait": (
        lambda: TABLES.wait.table_exists(TableName="books"),
        r"'TableName'. Did you mean 'table_name'\?",
    ),
    "one of a URL": (lambda: OBJECTS.get_object.presign(60, Bucket="box"), r"'Bucket'. Did you mean 'bucket'\?"),
    "one of an awaited call": (
        lambda: asyncio.run(TABLES_AWAITED.list_tables(Limit=5)),
        r"'Limit'. Did you mean 'limit'\?",
    ),
    "one of `make`": (lambda: dynamodb.Tag.make(Key="a", Value="b"), r"'Key'. Did you mean 'key'\?"),
    "one that nothing is like": (lambda: OBJECTS.get_object(xyzzy="a"), r"'xyzzy'$"),
    "none at all": (lambda: OBJECTS.get_object(bucket="box"), "missing 1 required keyword-only argument: 'key'$"),
    "members without names": (lambda: OBJECTS.get_object("box", "a"), "were given; members have names$"),
    "an input": (lambda: OBJECTS.get_object(REQUEST), f"were given{BY_SEND}$"),
    "an input of a wait": (
        lambda: OBJECTS.wait.object_exists(s3.HeadObjectRequest(bucket="box", key="a")),
        f"were given{BY_SEND}$",
    ),
    "a limit of a loop": (
        lambda: OBJECTS.list_objects_v2.items(bucket="box", max_items=3),
        f"'max_items'.*{BY_LIMITED}$",
    ),
    "limits as boto3 has them": (
        lambda: TABLES_AWAITED.list_tables.pages(PaginationConfig={"MaxItems": 3}),
        f"'PaginationConfig'{BY_LIMITED}$",
    ),
    "limits of a wait as boto3 has them": (
        lambda: TABLES.wait.table_exists(table_name="books", WaiterConfig={"Delay": 1}),
        "'WaiterConfig'; a wait takes `max_wait` and `delay`$",
    ),
    "seconds of a URL as text": (lambda: OBJECTS.get_object.presign("60", bucket="box", key="a"), f"{IN_SECONDS}'60'$"),
    "a time that a URL is good for": (
        lambda: asyncio.run(TABLES_AWAITED.list_tables.presign(timedelta(hours=1))),
        f"{IN_SECONDS}datetime.timedelta",
    ),
    "seconds of a form as text": (lambda: OBJECTS.presign_post("box", "a", expires="60"), f"{IN_SECONDS}'60'$"),
    "those of an awaited one": (
        lambda: asyncio.run(OBJECTS_AWAITED.presign_post("box", "a", expires="60")),
        f"{IN_SECONDS}'60'$",
    ),
}


@pytest.mark.parametrize(("act", "text"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments(act: Callable[[], Any], text: str) -> None:
    with pytest.raises(TypeError, match=text):
        act()


NAMES: dict[str, tuple[Any, str, str]] = {
    "paginators": (OBJECTS, "get_paginator", "the client of s3 has no attribute 'get_paginator': `pages` and `items`"),
    "waiters": (OBJECTS, "get_waiter", "'get_waiter': `wait` has a method"),
    "awaited ones": (TABLES_AWAITED, "get_waiter", "'get_waiter': `wait` has a method"),
    "errors": (TABLES, "exceptions", "'exceptions': errors are classes of the package"),
    "URLs": (OBJECTS, "generate_presigned_url", "'generate_presigned_url': `presign`"),
    "an operation in the API's spelling": (OBJECTS, "GetObject", r"'GetObject'. Did you mean 'get_object'\?"),
    "to paginate": (
        OBJECTS.list_objects_v2,
        "paginate",
        "the call of ListObjectsV2 has no attribute 'paginate': `pages` and `items`",
    ),
    "pages of what has none": (OBJECTS.get_object, "pages", "'pages': the operation gives no pages"),
    "to paginate what has none": (OBJECTS.get_object, "paginate", "'paginate': the operation gives no pages"),
    "an awaited call of what has none": (TABLES_AWAITED.get_item, "items", "'items': the operation gives no pages"),
    "a misspelt method of a call": (OBJECTS.get_object, "sned", r"'sned'. Did you mean 'send'\?"),
    "a client beside its package": (s3, "Client", r"'Client'. Did you mean 'io.Client'\?"),
    "an asynchronous one": (sts, "AsyncClient", r"'AsyncClient'. Did you mean 'io.AsyncClient'\?"),
    "one as boto3 has it": (s3, "client", r"'client'. Did you mean 'io.Client'\?"),
    "text of a body": (
        StreamedBody(BytesIO(), "GetObject"),
        "decode",
        "'StreamedBody' object has no attribute 'decode'$",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("value", "name", "text"), NAMES.values(), ids=NAMES)
def test_names(value: Any, name: str, text: str) -> None:
    with pytest.raises(AttributeError, match=text):
        getattr(value, name)


OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "a region as boto3 has it": ({"region_name": "eu-west-1"}, r"no region_name. Did you mean 'region'\?"),
    "an endpoint": ({"endpoint": "http://localhost"}, r"no endpoint. Did you mean 'endpoint_url'\?"),
    "keys as boto3 has them": (
        {"aws_access_key_id": "A", "aws_secret_access_key": "B"},
        r"no aws_access_key_id, aws_secret_access_key; keys are given as credentials=Credentials\(…\)",
    ),
    "settings as boto3 has them": (
        {"config": None},
        "no config; each setting is an argument of its own, such as read_timeout=…$",
    ),
    "what nothing is like": ({"xyzzy": 1}, "no xyzzy$"),
}


@pytest.mark.parametrize("client", [dynamodb.io.Client, dynamodb.io.AsyncClient])
@pytest.mark.parametrize(("given", "text"), OPTIONS.values(), ids=OPTIONS)
def test_options(client: Any, given: dict[str, Any], text: str) -> None:
    with pytest.raises(TypeError, match=f"^clients take {text}"):
        client(**given)


BELOW: dict[str, tuple[Any, str]] = {
    "a session": (boto3.Session(), r"got Session; `Client.of_session` takes sessions"),
    "a resource": (boto3.resource("sqs", **KEYS), r"got sqs.ServiceResource; a resource is none: `boto3.client`"),
    "a fake": (fake(dynamodb), "got Fake; functions and fakes are given as transport=…"),
    "a function": (lambda request: request, "got function; functions and fakes are given as transport=…"),
    "a region": ("eu-west-1", "got str; a region is given as region=…"),
    "something else": ({}, "got dict$"),
}  # fmt: skip


@pytest.mark.parametrize(("below", "text"), BELOW.values(), ids=BELOW)
@pytest.mark.parametrize(
    ("ride", "whose"),
    [
        (dynamodb.io.Client, "boto3's or botocore's"),
        (dynamodb.io.AsyncClient, "aiobotocore's"),
        (
            lambda below: botobind.io.send(below, dynamodb.endpoints.ListTables, dynamodb.ListTablesInput()),
            "boto3's or botocore's",
        ),
    ],
    ids=["client", "awaited", "send"],
)
def test_what_is_no_client_to_ride_on(ride: Any, whose: str, below: Any, text: str) -> None:
    with pytest.raises(WrongClient, match=f"expected a client of {whose}, {text}"):
        ride(below)


NO_REGION = "no region was given: region=…, AWS_DEFAULT_REGION or a profile names one"


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:9"], ids=["AWS's endpoint", "an endpoint that was given"])
def test_a_region_that_is_missing(monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")  # AWS's other programs read it; botocore and we do not
    keys = botobind.io.Credentials(access_key="AKID", secret_key="SECRET")
    with (
        dynamodb.io.Client(credentials=keys, endpoint_url=url) as client,
        pytest.raises(EndpointUnknown, match=f"ListTables: .*{NO_REGION}"),
    ):
        client.list_tables()


WITHOUT_BOTOCORE = """
import sys
sys.modules["botocore"] = None
from botobind.io import WrongClient, send
from botobind_services import sts
for act in (
    lambda: sts.io.Client(object()),
    lambda: sts.io.AsyncClient(object()),
    lambda: sts.io.Client.of_session(),
    lambda: sts.io.AsyncClient.of_session(),
    lambda: send(object(), sts.endpoints.GetCallerIdentity, sts.GetCallerIdentityRequest()),
):
    try:
        act()
    except WrongClient as error:
        print(error)
"""


def test_to_ride_takes_botocore() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_BOTOCORE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["to ride on a client takes botocore: pip install 'botobind[io]'"] * 5
