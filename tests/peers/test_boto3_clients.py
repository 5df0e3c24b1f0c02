"""boto3's clients, as they are, against `botobind.server` with the examples' services over loopback: at least two
operations of each protocol.
"""

from __future__ import annotations

import importlib
import io
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from zlib import crc32

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.certificates import make_certificate
from werkzeug.serving import WSGIRequestHandler, make_server

from botobind.http import HttpRequest, HttpResponse
from botobind.server import Application, running, wsgi

EXAMPLES = Path(__file__).parents[2] / "examples"
CREDENTIALS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}
Client = Callable[..., Any]


@pytest.fixture(scope="module")
def services() -> Iterator[ModuleType]:
    sys.path.insert(0, str(EXAMPLES))
    try:
        yield importlib.import_module("services")
    finally:
        sys.path.remove(str(EXAMPLES))
        for name in ("services", "buckets"):
            sys.modules.pop(name, None)


@contextmanager
def _run_by_uvicorn(application: Application) -> Iterator[str]:
    with running(application) as url:
        yield url


@contextmanager
def _run_by_werkzeug(application: Application) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, wsgi(application), threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


@pytest.fixture(scope="module", params=[_run_by_uvicorn, _run_by_werkzeug])
def client(
    request: pytest.FixtureRequest, services: ModuleType, generate_once: Callable[..., ModuleType]
) -> Iterator[Client]:
    application = services.build()
    _add_ec2(application, generate_once("ec2", ("DescribeRegions", "TerminateInstances")))
    clients: dict[tuple[str, str | None], Any] = {}

    def connect(service: str, protocol: str | None = None) -> Any:
        if (service, protocol) in clients:
            return clients[service, protocol]
        config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=5)
        session = boto3.Session(**CREDENTIALS)
        if protocol is not None:
            _speak_only(session, service, protocol)
        clients[service, protocol] = session.client(service, endpoint_url=url, config=config)
        return clients[service, protocol]

    with request.param(application) as url:
        try:
            yield connect
        finally:
            for connected in clients.values():
                connected.close()


def _speak_only(session: boto3.Session, service: str, protocol: str) -> None:
    """Lets the session load the model of a service as if it spoke this protocol alone: botocore has no other choice."""
    loader = session._session.get_component("data_loader")
    model = loader.load_service_model(service, "service-2")
    model["metadata"] = {**model["metadata"], "protocol": protocol, "protocols": [protocol]}


def _add_ec2(application: Any, ec2: Any) -> None:
    application.serve(ec2)

    @application.on(ec2.endpoints.DescribeRegions)
    def describe_regions(request: Any) -> Any:
        names = request.region_names or ["eu-west-1", "us-east-1"]
        return ec2.DescribeRegionsResult(regions=[ec2.Region(region_name=name) for name in names])

    @application.on(ec2.endpoints.TerminateInstances)
    def terminate_instances(request: Any) -> Any:
        error = ec2.endpoints.TerminateInstances.error_of_json(
            "InvalidInstanceID.NotFound", {"message": str(request.instance_ids)}
        )
        raise error


def _code(call: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(ClientError) as refused:
        call()
    response = refused.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_rest_xml(client: Client) -> None:
    s3 = client("s3")
    content = b"line\n" * 1000
    s3.create_bucket(Bucket="box")
    written = s3.put_object(
        Bucket="box", Key="a/b c+é.txt", Body=content, ContentType="text/plain", Metadata={"who": "me"}
    )
    read = s3.get_object(Bucket="box", Key="a/b c+é.txt")
    assert read["Body"].read() == content
    assert (read["ContentType"], read["Metadata"], read["ETag"]) == ("text/plain", {"who": "me"}, written["ETag"])
    assert s3.head_object(Bucket="box", Key="a/b c+é.txt")["ContentLength"] == len(content)
    listed = s3.list_objects_v2(Bucket="box", Prefix="a/")
    assert [(found["Key"], found["Size"]) for found in listed["Contents"]] == [("a/b c+é.txt", len(content))]
    s3.delete_object(Bucket="box", Key="a/b c+é.txt")
    assert s3.list_objects_v2(Bucket="box")["KeyCount"] == 0
    with pytest.raises(s3.exceptions.NoSuchKey) as refused:
        s3.get_object(Bucket="box", Key="none")
    assert refused.value.response["Error"]["Message"] == "The specified key does not exist."
    assert refused.value.response["ResponseMetadata"]["RequestId"]
    assert _code(lambda: s3.head_object(Bucket="box", Key="none")) == ("404", 404)


def test_json(client: Client) -> None:
    dynamodb = client("dynamodb")
    item = {
        "Id": {"S": "1"},
        "Data": {"B": b"\x00\xff"},
        "More": {"M": {"Tags": {"SS": ["a", "b"]}, "None": {"NULL": True}}},
    }
    dynamodb.put_item(TableName="Things", Item=item)
    assert dynamodb.get_item(TableName="Things", Key={"Id": {"S": "1"}})["Item"] == item
    assert "Item" not in dynamodb.get_item(TableName="Things", Key={"Id": {"S": "2"}})
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException, match="Table: None not found"):
        dynamodb.get_item(TableName="None", Key={"Id": {"S": "1"}})


def test_the_example_that_started_it(client: Client) -> None:
    selling = client("partnercentral-selling")
    accept = selling.start_engagement_by_accepting_invitation_task
    task = accept(Catalog="AWS", Identifier="engi-0123456789abc", ClientToken="token")
    assert (task["TaskStatus"], task["EngagementInvitationId"]) == ("COMPLETE", "engi-0123456789abc")
    assert task["StartTime"].isoformat() == "2024-05-01T10:00:00.123000+00:00"
    with pytest.raises(selling.exceptions.ResourceNotFoundException, match="does not exist"):
        accept(Catalog="AWS", Identifier="engi-0123456789ab0")


def test_rest_json_and_an_event_stream(client: Client) -> None:
    functions = client("lambda")
    assert [found["FunctionName"] for found in functions.list_functions()["Functions"]] == ["echo"]
    answer = functions.invoke(FunctionName="echo", Payload=b'{"a": 1}')
    assert (answer["StatusCode"], answer["ExecutedVersion"], answer["Payload"].read()) == (200, "$LATEST", b'{"a": 1}')
    events = list(functions.invoke_with_response_stream(FunctionName="echo", Payload=b"one two")["EventStream"])
    assert events == [
        {"PayloadChunk": {"Payload": b"one"}},
        {"PayloadChunk": {"Payload": b"two"}},
        {"InvokeComplete": {}},
    ]
    with pytest.raises(functions.exceptions.ResourceNotFoundException) as refused:
        functions.invoke(FunctionName="none", Payload=b"")
    assert refused.value.response["Type"] == "User"
    assert _code(functions.get_account_settings) == ("NotImplemented", 501)


def test_query(client: Client) -> None:
    sts = client("sts")
    assert sts.get_caller_identity()["Account"] == "123456789012"
    role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="me", DurationSeconds=900)
    assert role["Credentials"]["SessionToken"] == "token"
    with pytest.raises(sts.exceptions.MalformedPolicyDocumentException, match="is no role"):
        sts.assume_role(RoleArn="this is not a role at all", RoleSessionName="me")


@pytest.mark.parametrize("protocol", ["json", "smithy-rpc-v2-cbor", "query"])
def test_one_service_in_three_protocols(client: Client, protocol: str) -> None:
    cloudwatch = client("cloudwatch", protocol)
    assert cloudwatch.meta.service_model.resolved_protocol == protocol
    namespace = f"In {protocol}"
    dimensions = [{"Name": "Kind", "Value": "é & <b>"}]
    data = [{"MetricName": protocol, "Value": 1.5, "Dimensions": dimensions}]
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
    metrics = cloudwatch.list_metrics(Namespace=namespace)["Metrics"]
    assert metrics == [{"Namespace": namespace, "MetricName": protocol, "Dimensions": dimensions}]
    assert _code(lambda: cloudwatch.get_dashboard(DashboardName="none"))[0] in (
        "ResourceNotFound",
        "DashboardNotFoundError",
    )


def test_ec2(client: Client) -> None:
    ec2 = client("ec2")
    assert [region["RegionName"] for region in ec2.describe_regions()["Regions"]] == ["eu-west-1", "us-east-1"]
    assert [region["RegionName"] for region in ec2.describe_regions(RegionNames=["x"])["Regions"]] == ["x"]
    assert _code(lambda: ec2.terminate_instances(InstanceIds=["i-1"])) == ("InvalidInstanceID.NotFound", 400)


def test_listings_come_in_pages(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="pages")
    keys = ["a/1", "a/2", "b c/é+", "d", "e"]
    for key in keys:
        s3.put_object(Bucket="pages", Key=key, Body=b"")
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket="pages", PaginationConfig={"PageSize": 2}))
    assert [[found["Key"] for found in page["Contents"]] for page in pages] == [keys[:2], keys[2:4], keys[4:]]
    folded = s3.list_objects_v2(Bucket="pages", Delimiter="/")
    assert [prefix["Prefix"] for prefix in folded["CommonPrefixes"]] == ["a/", "b c/"]
    assert [found["Key"] for found in folded["Contents"]] == ["d", "e"]
    with pytest.raises(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket="pages")
    assert _code(lambda: s3.list_objects_v2(Bucket="none")) == ("NoSuchBucket", 404)


def test_an_object_of_many_chunks(client: Client) -> None:
    s3 = client("s3")
    content = bytes(range(250)) * 4000
    s3.create_bucket(Bucket="streams")
    s3.put_object(Bucket="streams", Key="big", Body=io.BytesIO(content))
    read = s3.get_object(Bucket="streams", Key="big")
    assert b"".join(read["Body"].iter_chunks(70_000)) == content


def test_input_that_breaks_a_constraint_is_refused(client: Client) -> None:
    sts = client("sts")
    role = "arn:aws:iam::123456789012:role/r"
    assert _code(lambda: sts.assume_role(RoleArn=role, RoleSessionName="a b")) == ("ValidationError", 400)


def test_an_operation_that_the_service_does_not_have(client: Client) -> None:
    address = client("sts").meta.endpoint_url.removeprefix("http://")
    scope = "Credential=AKID/20240501/us-east-1/sts/aws4_request"
    connection = HTTPConnection(address, timeout=5)
    with closing(connection):
        form = {"Authorization": scope, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/", b"Action=GetNothing&Version=2011-06-15", form)
        answer = connection.getresponse()
        assert (answer.status, b"<Code>InvalidAction</Code>" in answer.read()) == (400, True)
        connection.request("PUT", "/", b"Action=GetCallerIdentity", {"Authorization": scope})
        answer = connection.getresponse()
        assert (answer.status, b"<ErrorResponse" in answer.read()) == (400, True)


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
        (b"Content-Length: -5\r\n", b""),
        (b"Content-Length: 1\r\nContent-Length: 2\r\n", b"ab"),
        (b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\n", b"-1\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\n", b"2\r\nabc\r\n0\r\n\r\n"),
    ],
)
def test_bodies_whose_end_is_in_doubt_are_refused(
    client: Client, request: pytest.FixtureRequest, framing: bytes, body: bytes
) -> None:
    if framing.count(b"Content-Length") > 1 and "werkzeug" in request.node.name:
        pytest.skip("werkzeug's server believes one of two lengths, and tells nothing of the other")
    host, _, port = client("s3").meta.endpoint_url.removeprefix("http://").partition(":")
    scope = b"Authorization: Credential=AKID/20240501/us-east-1/s3/aws4_request\r\nHost: x\r\n"
    client("s3").create_bucket(Bucket=f"doubt-{crc32(framing + body)}")
    bucket = f"doubt-{crc32(framing + body)}".encode()
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"PUT /" + bucket + b"/key HTTP/1.1\r\n" + scope + framing + b"\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA256"])
def test_objects_in_aws_chunks(services: ModuleType, tls: tuple[Path, Path], algorithm: str) -> None:
    """Over TLS, boto3 sends an object's checksum after it, in chunks of a content coding of their own."""
    certificate, key = tls
    sent: list[str] = []

    class Recording(Application):
        async def respond_awaited(self, request: HttpRequest) -> HttpResponse:
            sent.append(request.headers.get("X-Amz-Trailer", ""))
            return await super().respond_awaited(request)

    application = Recording()
    services.add_s3(application)
    content = bytes(range(250)) * 4000
    config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=5)
    session = boto3.Session(**CREDENTIALS)
    with (
        running(application, ssl_certfile=str(certificate), ssl_keyfile=str(key)) as url,
        closing(session.client("s3", endpoint_url=url, config=config, verify=str(certificate))) as s3,
    ):
        s3.create_bucket(Bucket="box")
        s3.put_object(Bucket="box", Key="big", Body=io.BytesIO(content), ChecksumAlgorithm=algorithm)
        assert s3.get_object(Bucket="box", Key="big")["Body"].read() == content
        assert s3.head_object(Bucket="box", Key="big")["ContentLength"] == len(content)
        assert f"x-amz-checksum-{algorithm.lower()}" in sent


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, which is to be trusted, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    make_certificate(folder)
    return folder / "certificate.pem", folder / "key.pem"
