"""Clients that a session makes for a package, over a model that is made of the package."""

from __future__ import annotations

import builtins
import gzip
import io
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.session import Session
from botocore.stub import Stubber
from clients.test_riding import _Raw
from moto import mock_aws
from support.temporary import generated

from botobind.io import ClientClosed, EndpointUnknown, WrongClient, sessions
from botobind.io.models import LazyShapes, model_of
from botobind_codegen.pipeline import GenerateOptions
from botobind_services import dynamodb, lambda_, s3, sts

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "eu-west-1"}
ITEM = {"pk": dynamodb.AttributeValue(s="a")}
CREDENTIALS = (
    b"<CreateSessionResult><Credentials><SessionToken>token</SessionToken><SecretAccessKey>secret</SecretAccessKey>"
    b"<AccessKeyId>ASIA</AccessKeyId><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>"
)
MOVED = b"<Error><Code>PermanentRedirect</Code><Bucket>box</Bucket></Error>"

Answer = tuple[int, bytes, dict[str, str]]


def answering(session: Any, *answers: Answer) -> list[Any]:
    """Has a session's clients get these responses; gives what they send."""
    sent: list[Any] = []
    left = list(answers)

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        status, body, headers = left.pop(0)
        return AWSResponse(request.url, status, headers, _Raw(body))

    session.events.register("before-send", answer)
    return sent


@pytest.fixture(name="opened")
def fixture_opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of models that were opened."""
    found: list[str] = []

    def watched(original: Any) -> Any:
        def opens(name: Any, *arguments: Any, **options: Any) -> Any:
            if "service-2" in str(name):
                found.append(str(name))
            return original(name, *arguments, **options)

        return opens

    monkeypatch.setattr(builtins, "open", watched(open))
    monkeypatch.setattr(gzip, "open", watched(gzip.open))
    monkeypatch.setattr("botocore.loaders._JSON_OPEN_METHODS", {".json": builtins.open, ".json.gz": gzip.open})
    return found


@pytest.mark.parametrize("make", [boto3.Session, Session], ids=["boto3", "botocore"])
def test_a_client_of_a_session(make: Any, opened: list[str]) -> None:
    session = make()
    below = getattr(session, "_session", session)
    hooks = SimpleNamespace(events=below.get_component("event_emitter"))
    sent = answering(hooks, (200, b'{"Item": {"pk": {"S": "a"}}}', {}))
    loader, before = below.get_component("data_loader"), set(vars(below))
    with dynamodb.io.Client.of_session(session, **KEYS) as client:
        assert client.get_item(table_name="books", key=ITEM).item == ITEM
    (request,) = sent
    assert request.url == "https://dynamodb.eu-west-1.amazonaws.com/"
    assert request.headers["Authorization"].decode().startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert opened == []
    with pytest.raises(ClientClosed):
        client.get_item(table_name="books", key=ITEM)
    assert below.get_component("data_loader") is loader
    assert set(vars(below)) == before
    assert session.client("sts", **KEYS) if make is boto3.Session else session.create_client("sts", **KEYS)
    assert opened != []


def test_no_operation_is_loaded_that_is_not_called(tmp_path: Path) -> None:
    with generated("sqs", GenerateOptions(), tmp_path) as package:
        client = package.io.Client.of_session(Session(), **KEYS)
        loaded = [name for name in sys.modules if name.startswith(f"{package.__name__}.endpoints.")]
        assert len({name for name in loaded if not name.rpartition(".")[2].startswith("_")}) == 1
        assert not [name for name in sys.modules if name.startswith(f"{package.__name__}.values.")]
        client.close()


def test_what_is_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("eu-west-1", boto3.client("sts", **KEYS), object()):
        with pytest.raises(WrongClient, match="expected a session of boto3's or botocore's, got"):
            sts.io.Client.of_session(wrong, **KEYS)

    class Asynchronous(Session):
        async def get_credentials(self) -> None:
            """What aiobotocore's sessions have."""

    with pytest.raises(WrongClient, match="asynchronous"):
        sts.io.Client.of_session(Asynchronous(), **KEYS)
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(EndpointUnknown, match="region"):
        dynamodb.io.Client.of_session(Session())
    with pytest.raises(TypeError, match="regionname"):
        dynamodb.io.Client.of_session(Session(), regionname="eu-west-1")


def test_what_botocore_calls_itself() -> None:
    """By its own serializer and parser, over the model that is made of the package."""
    session = boto3.Session()
    sent = answering(session, (200, CREDENTIALS, {}), (200, b"", {"ETag": '"1"'}))
    client = s3.io.Client.of_session(session, **KEYS)
    assert client.put_object(bucket="box--use1-az4--x-s3", key="a", body=b"x").etag == '"1"'
    assert [request.url.partition("?")[2] for request in sent] == ["session", ""]
    assert sent[1].headers["x-amz-s3session-token"] == b"token"

    session = boto3.Session()
    found = (200, b"", {"x-amz-bucket-region": "us-west-2"})
    sent = answering(session, (301, MOVED, {}), found, (200, b"hello", {"Content-Length": "5"}))
    client = s3.io.Client.of_session(session, **KEYS)
    assert client.get_object(bucket="box", key="a").body.read() == b"hello"
    assert [request.method for request in sent] == ["GET", "HEAD", "GET"]
    assert sent[2].url == "https://box.s3.us-west-2.amazonaws.com/a"

    session = boto3.Session()
    endpoints = b'{"Endpoints": [{"Address": "elsewhere.example", "CachePeriodInMinutes": 1}]}'
    sent = answering(session, (200, endpoints, {}), (200, b"{}", {}))
    config = Config(endpoint_discovery_enabled=True)
    dynamodb.io.Client.of_session(session, config=config, **KEYS).get_item(table_name="books", key=ITEM)
    assert sent[0].headers["X-Amz-Target"] == b"DynamoDB_20120810.DescribeEndpoints"
    assert sent[1].url == "https://elsewhere.example"


def test_endpoints_that_must_be_discovered(tmp_path: Path) -> None:
    with generated("timestream-query", GenerateOptions(), tmp_path) as package:
        assert package.metadata["endpointDiscovery"] == ("DescribeEndpoints", "CancelQuery")
        session = boto3.Session()
        endpoints = b'{"Endpoints": [{"Address": "cell1.example", "CachePeriodInMinutes": 1}]}'
        sent = answering(session, (200, endpoints, {}), (200, b'{"QueryId": "1"}', {}))
        package.io.Client.of_session(session, **KEYS).query(query_string="SELECT 1")
        assert [request.url for request in sent] == [
            "https://query.timestream.eu-west-1.amazonaws.com/",
            "https://cell1.example",
        ]


@pytest.mark.parametrize(
    ("service", "options"),
    [
        ("sqs", GenerateOptions(("SendMessage",), formats=frozenset({"value"}))),
        ("timestream-query", GenerateOptions(("Query",))),
        ("s3", GenerateOptions(("GetObject",))),
    ],
    ids=["formats", "discovery", "redirects"],
)
def test_packages_that_lack_what_botocore_needs(
    service: str, options: GenerateOptions, tmp_path: Path, opened: list[str]
) -> None:
    with generated(service, options, tmp_path) as package:
        client = sessions.client_of(Session(), package, dict(KEYS))
        assert hasattr(client, "can_paginate")
        assert opened != []


@pytest.mark.parametrize("package", [dynamodb, lambda_, s3, sts], ids=lambda package: package.service)
def test_the_metadata(package: ModuleType) -> None:
    theirs = Session().get_component("data_loader").load_service_model(package.service, "service-2")
    ours = model_of(package)
    assert {key: value for key, value in ours["metadata"].items() if key in theirs["metadata"]} == theirs["metadata"]
    assert ours["clientContextParams"] == theirs.get("clientContextParams", {})


@pytest.mark.pinned
@pytest.mark.parametrize("package", [dynamodb, lambda_, s3, sts], ids=lambda package: package.service)
def test_the_names_of_methods(package: ModuleType) -> None:
    session = Session()
    theirs = session.create_client(package.service, **KEYS)
    ours = sessions.client_of(session, package, dict(KEYS))
    mapping = ours.meta.method_to_api_mapping
    assert dict(mapping) == theirs.meta.method_to_api_mapping
    assert len(mapping) == len(theirs.meta.method_to_api_mapping)
    for name, in_api in theirs.meta.method_to_api_mapping.items():
        assert name in mapping
        assert mapping.get(name) == in_api
    for name in ("get_objekt", "meta", "", None, 3):
        assert name not in mapping
        assert mapping.get(name, "none") == "none"


@pytest.mark.pinned
def test_names_that_are_not_ours(tmp_path: Path) -> None:
    """quicksight's CreateOAuthClientApplication is another method of botocore's than of our clients."""
    name = "CreateOAuthClientApplication"
    with generated("quicksight", GenerateOptions((name,)), tmp_path) as package:
        client = sessions.client_of(Session(), package, dict(KEYS))
        assert client.meta.method_to_api_mapping.get("create_o_auth_client_application") == name
        assert "create_oauth_client_application" not in client.meta.method_to_api_mapping
        assert callable(client.create_o_auth_client_application)
        assert callable(package.io.Client(client).create_oauth_client_application.presign_of)


def test_what_others_do_with_a_clients_names() -> None:
    client = sessions.client_of(boto3.Session(), s3, dict(KEYS))
    with Stubber(client) as stubber:
        stubber.add_response("head_object", {"ContentLength": 3}, {"Bucket": "box", "Key": "a"})
        stubber.add_client_error("get_object", "NoSuchKey", "gone", 404)
        ours = s3.io.Client(client)
        assert ours.head_object(bucket="box", key="a").content_length == 3
        with pytest.raises(s3.NoSuchKey):
            ours.get_object(bucket="box", key="a")


@mock_aws
def test_transfers_with_a_client_of_a_session(tmp_path: Path) -> None:
    session = boto3.Session()
    content = bytes(range(256)) * 40_000
    with s3.io.Client.of_session(session, **KEYS) as client:
        place = s3.CreateBucketConfiguration(location_constraint="eu-west-1")
        client.create_bucket(bucket="box", create_bucket_configuration=place)
        client.upload_fileobj(io.BytesIO(content), s3.PutObjectRequest(bucket="box", key="a"))
        client.copy(s3.CopyObjectRequest(bucket="box", key="b", copy_source="box/a"))
        client.download_file(s3.GetObjectRequest(bucket="box", key="b"), tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == content


def test_names_that_botocore_looks_for() -> None:
    client = sessions.client_of(Session(), s3, dict(KEYS))
    assert client.generate_presigned_url("get_object", Params={"Bucket": "box", "Key": "a"}, ExpiresIn=60)
    assert client.can_paginate("list_objects_v2")
    assert client.meta.service_model.operation_model("GetObject").has_streaming_output
    with pytest.raises(AttributeError, match="get_objekt"):
        client.get_objekt  # noqa: B018 - that it raises
    shapes = LazyShapes(s3)
    for name in ("NoSuchShape", "1.2"):
        assert name not in shapes
        with pytest.raises(KeyError):
            shapes[name]
