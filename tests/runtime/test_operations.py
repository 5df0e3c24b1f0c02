"""Operations where the vectors say nothing: what is beside values, what is filled in, what is refused."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Iterator
from copy import copy
from typing import Any, ClassVar

import pytest
from attrs import define

from botobind import idempotency
from botobind.errors import DecodeError, EncodeError, ResponseError, UnknownOperationError, ValidationError
from botobind.eventstream import Message, encode_message
from botobind.http import Headers, HttpRequest, HttpResponse, make_request, make_response
from botobind.protocols.paths import UriTemplate
from botobind.shapes import Structure
from botobind_services import cloudwatch, dynamodb, s3, sts
from botobind_services import lambda_ as functions
from botobind_services import partnercentral_selling as selling

START = selling.endpoints.StartEngagementByAcceptingInvitationTask
TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105


def test_a_token_is_filled_in_on_a_copy() -> None:
    value = selling.StartEngagementByAcceptingInvitationTaskRequest(catalog="AWS", identifier="engi-0123456789abc")
    with idempotency.tokens_from(lambda: TOKEN):
        sent = START.of_request(START.to_request(value))
    assert sent.client_token == TOKEN
    assert value.client_token is None
    value.client_token = "mine"  # noqa: S105
    assert START.of_request(START.to_request(value)).client_token == "mine"  # noqa: S105


def test_tokens_differ() -> None:
    assert idempotency.new_token() != idempotency.new_token()


# What each protocol makes of a response that none of its services wrote.
OPERATIONS = [
    (START, "json"),
    (functions.endpoints.ListFunctions, "rest-json"),
    (s3.endpoints.ListObjectsV2, "rest-xml"),
    (sts.endpoints.AssumeRole, "query"),
    (cloudwatch.endpoints.ListMetrics, "smithy-rpc-v2-cbor"),
]
PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@pytest.mark.parametrize(("operation", "protocol"), OPERATIONS)
@pytest.mark.parametrize("body", [PAGE, b"", b"\x00", b"[]", b"{", b"<a>", b"<a/>"])
def test_an_error_that_no_service_wrote(operation: Any, protocol: str, body: bytes) -> None:
    error = operation.of_response(
        HttpResponse(status=502, headers={"x-amzn-RequestId": "r"}, body=body), protocol=protocol
    )
    assert isinstance(error, UnknownOperationError)
    assert (error.code, error.message, error.status, error.fault) == ("502", "Bad Gateway", 502, "server")
    assert error.retryable
    assert error.request_id == "r"
    assert (error.body or b"") == body
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.body, again.status) == (error.code, error.body, 502)


@pytest.mark.parametrize(("operation", "protocol"), OPERATIONS)
def test_a_page_instead_of_an_output(operation: Any, protocol: str) -> None:
    response = HttpResponse(status=200, headers={"x-amz-request-id": "r"}, body=PAGE[:-7])
    with pytest.raises(ResponseError) as refused:
        operation.of_response(response, protocol=protocol)
    error = pickle.loads(pickle.dumps(refused.value))
    assert (error.status, error.body, error.request_id) == (200, PAGE[:-7], "r")
    assert str(error) == str(refused.value)


@pytest.mark.parametrize(("operation", "protocol"), OPERATIONS)
def test_an_error_that_is_not_modelled_keeps_its_members(operation: Any, protocol: str) -> None:
    error = UnknownOperationError("Brand.New", "later", {"Hint": "tomorrow"})
    error.status = 409
    read = operation.of_response(operation.error_to_response(error, protocol=protocol), protocol=protocol)
    assert (read.code, read.message, read.status, read.members["Hint"]) == ("Brand.New", "later", 409, "tomorrow")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "ThrottlingException", (True, True, "client")),
        (400, "SlowDown", (True, True, "client")),
        (400, "Other", (False, False, "client")),
        (503, "Other", (False, True, "server")),
        (501, "Other", (False, False, "server")),
    ],
)
def test_hints_for_trying_again(status: int, code: str, expected: tuple[bool, bool, str]) -> None:
    error = START.of_response(HttpResponse(status=status, body=b'{"__type": "%s"}' % code.encode()))
    assert isinstance(error, UnknownOperationError | selling.ThrottlingException)
    assert (error.throttling, error.retryable, error.fault) == expected


def test_metadata_is_beside_the_value() -> None:
    operation = s3.endpoints.ListObjectsV2
    headers = {"x-amz-request-id": "one", "x-amz-id-2": "two", "X-Other": "3"}
    answer = operation.answer_of(
        HttpResponse(headers=headers, body=b"<ListBucketResult><Name>b</Name></ListBucketResult>")
    )
    assert answer.value == s3.ListObjectsV2Output(name="b")
    assert (answer.metadata.status, answer.metadata.request_id, answer.metadata.extended_request_id) == (
        200,
        "one",
        "two",
    )
    assert answer.metadata.headers["x-other"] == "3"


@pytest.mark.parametrize(("operation", "protocol"), OPERATIONS)
def test_the_request_id_of_an_answer(operation: Any, protocol: str) -> None:
    response = operation.to_response(operation.output(), protocol=protocol, request_id="an-id")
    assert operation.answer_of(response, protocol=protocol).metadata.request_id == "an-id"
    error = operation.error_to_response(UnknownOperationError("X"), protocol=protocol, request_id="an-id")
    assert operation.of_response(error, protocol=protocol).request_id == "an-id"


def test_s3_errors() -> None:
    inside_of_200 = (
        b'<?xml version="1.0"?>\n<Error><Code>InternalError</Code><Message>m</Message><RequestId>r</RequestId></Error>'
    )
    error = s3.endpoints.CompleteMultipartUpload.of_response(HttpResponse(status=200, body=inside_of_200))
    assert isinstance(error, UnknownOperationError)
    assert (error.code, error.message, error.request_id, error.status) == ("InternalError", "m", "r", 200)
    # An object that happens to look like an error is an object.
    got = s3.endpoints.GetObject.of_response(HttpResponse(status=200, body=inside_of_200))
    assert isinstance(got, s3.GetObjectOutput)
    assert got.body == inside_of_200
    missing = s3.endpoints.HeadObject.of_response(HttpResponse(status=404))
    assert isinstance(missing, UnknownOperationError)
    assert (missing.code, missing.message) == ("404", "Not Found")
    modelled = s3.endpoints.GetObject.of_response(
        HttpResponse(status=404, body=b"<Error><Code>NoSuchKey</Code><Message>gone</Message><HostId>h</HostId></Error>")
    )
    assert isinstance(modelled, s3.NoSuchKey)
    assert modelled.message == "gone"
    written = s3.endpoints.GetObject.error_to_response(modelled)
    assert written.body == b"<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>"


@pytest.mark.parametrize("region", ["eu-west-1", None])
def test_the_location_of_a_bucket_is_the_root(region: str | None) -> None:
    operation = s3.endpoints.GetBucketLocation
    output = s3.GetBucketLocationOutput(location_constraint=region)
    response = operation.to_response(output)
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    assert response.body == f'<LocationConstraint xmlns="{namespace}">{region or ""}</LocationConstraint>'.encode()
    assert operation.of_response(response) == output
    declared = b'<?xml version="1.0"?><LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">EU</LocationConstraint>'
    assert operation.of_response(HttpResponse(body=declared)) == s3.GetBucketLocationOutput(location_constraint="EU")


def test_codes_of_services_that_once_spoke_query() -> None:
    operation = cloudwatch.endpoints.GetDashboard
    for protocol in ("json", "smithy-rpc-v2-cbor"):
        assert (
            operation.to_request(operation.input(dashboard_name="d"), protocol=protocol).headers["x-amzn-query-mode"]
            == "true"
        )
        response = operation.error_to_response(cloudwatch.DashboardNotFoundError(message="m"), protocol=protocol)
        assert response.headers["x-amzn-query-error"] == f"{cloudwatch.DashboardNotFoundError.code};Sender"
        error = operation.of_response(response, protocol=protocol)
        assert isinstance(error, cloudwatch.DashboardNotFoundError)
        assert error.code == cloudwatch.DashboardNotFoundError.code
        response.headers["x-amzn-query-error"] = "Old.Code;Receiver"
        renamed = operation.of_response(response, protocol=protocol)
        assert isinstance(renamed, cloudwatch.DashboardNotFoundError)
        assert renamed.code == "Old.Code"


@pytest.mark.parametrize(
    ("write", "error", "text"),
    [
        (lambda: START.to_request({"Catalog": "AWS"}), EncodeError, "expected StartEngagement"),  # type: ignore[call-overload]
        (lambda: START.to_request(None), EncodeError, "expected StartEngagement"),  # type: ignore[call-overload]
        (lambda: START.to_request(None, protocol="soap"), EncodeError, "not spoken in 'soap', only in json"),  # type: ignore[call-overload]
        (lambda: START.error_to_response(ValueError("x")), EncodeError, "expected an error of Start"),  # type: ignore[arg-type]
        (
            lambda: s3.endpoints.GetObject.to_request(s3.GetObjectRequest(bucket="b", key="")),
            EncodeError,
            r"\$.Key: required for the URI, and not empty",
        ),
        (
            lambda: s3.endpoints.GetObject.to_request(s3.GetObjectRequest(bucket=5, key="k")),  # type: ignore[arg-type]
            ValidationError,
            r"\$.Bucket: expected str, got int",
        ),
        (
            lambda: s3.endpoints.PutObject.to_request(
                s3.PutObjectRequest(bucket="b", key="k", cache_control="a\r\nb: c")
            ),
            EncodeError,
            "line break",
        ),
        (
            lambda: START.to_response(START.output(start_time="today")),  # type: ignore[misc]
            ValidationError,
            r"\$.StartTime: expected datetime, got str",
        ),
    ],
)
def test_what_cannot_be_written(write: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        write()


TEMPLATES = [
    ("/", {}, "/"),
    ("/{Bucket}", {"Bucket": "a b"}, "/a%20b"),
    ("/{Bucket}/{Key+}?x-id=GetObject", {"Bucket": "b", "Key": "a/é//c d"}, "/b/a/%C3%A9//c%20d"),
    ("/a/{B}/c", {"B": "x/y"}, "/a/x%2Fy/c"),
    ("/a/{B+}/c/{D}", {"B": "x/c/y", "D": "1"}, "/a/x/c/y/c/1"),
]


@pytest.mark.parametrize(("template", "labels", "path"), TEMPLATES)
def test_paths(template: str, labels: dict[str, str], path: str) -> None:
    assert UriTemplate(template).expand(labels) == path
    assert UriTemplate(template).labels_of(path) == labels
    if not template.partition("?")[0].endswith("+}"):
        assert UriTemplate(template).labels_of(f"{path}/") == labels


@pytest.mark.parametrize(
    ("template", "path"), [("/{A}", "/"), ("/{A}", "/a/b"), ("/a/{B}", "/c/d"), ("/a/{B+}/c", "/a/c"), ("/a", "a")]
)
def test_paths_of_other_templates(template: str, path: str) -> None:
    with pytest.raises(DecodeError, match="expected a path like"):
        UriTemplate(template).labels_of(path)


@define
class Located(Structure):
    """Two members, the first of which is a label by the other's name."""

    MEMBERS: ClassVar[dict[str, str]] = {"first": "Second", "second": "First"}

    first: Any = None
    second: Any = None

    def to_labels(self) -> dict[str, str]:
        return {} if self.first is None else {"First": self.first}


@pytest.mark.parametrize("name", ["plain", "a-b_c.d~1", "a b", "a/b", "é", "%2F", "?"])
def test_the_path_of_a_value_is_that_of_its_labels(name: str) -> None:
    for text in ("/{First}", "/x/{First}/y", "/{First+}", "/x"):
        template = UriTemplate(text)
        value = Located(first=name, second="other")
        assert template.writer(Located)(value) == template.expand(value.to_labels())


@pytest.mark.parametrize("error", [AttributeError, TypeError, ValueError, EncodeError])
def test_the_path_of_a_label_that_is_no_text(error: type[Exception]) -> None:
    @define
    class Counted(Located):
        def to_labels(self) -> dict[str, str]:
            if isinstance(self.second, str):
                raise error("no number")
            return {"First": str(self.second)}

    assert UriTemplate("/{First}").writer(Counted)(Counted(second=5)) == "/5"


@pytest.mark.parametrize("name", [None, "", "\ud800"])
def test_a_path_without_its_label(name: str | None) -> None:
    with pytest.raises(EncodeError):
        UriTemplate("/{First}").writer(Located)(Located(first=name))


def test_a_path_that_is_no_text() -> None:
    with pytest.raises(DecodeError, match="percent-encoded UTF-8"):
        UriTemplate("/{A}").labels_of("/%ff")


@pytest.mark.parametrize(
    ("members", "headers"),
    [
        ({}, {"x-amz-checksum-crc32": "jX2vfQ=="}),
        (
            {"checksum_algorithm": "SHA256"},
            {
                "x-amz-sdk-checksum-algorithm": "SHA256",
                "x-amz-checksum-sha256": "oO/a4R0kpDY2wg4rMwUXZ1I0GtmBcL3uNDB8HSO+IEs=",
            },
        ),
        ({"content_md5": "mine"}, {"Content-MD5": "mine"}),
        ({"checksum_algorithm": "CRC64NVME"}, {"x-amz-sdk-checksum-algorithm": "CRC64NVME"}),
    ],
)
def test_checksums_that_are_demanded(members: dict[str, Any], headers: dict[str, str]) -> None:
    value = s3.PutBucketVersioningRequest(
        bucket="b", versioning_configuration=s3.VersioningConfiguration(status="Enabled"), **members
    )
    request = s3.endpoints.PutBucketVersioning.to_request(value)
    found = {name: text for name, text in request.headers.items() if "checksum" in name or "md5" in name.lower()}
    assert found.keys() == headers.keys()
    if "x-amz-checksum-sha256" not in headers and "x-amz-checksum-crc32" not in headers:
        assert found == headers


class Unreadable:
    """A stream that must be passed on as it is."""

    def read(self, size: int = -1, /) -> bytes:
        raise AssertionError(size)


def test_streams_pass_through_unread() -> None:
    stream = Unreadable()
    put = s3.endpoints.PutObject.to_request(s3.PutObjectRequest(bucket="b", key="k", body=stream))
    assert put.body is stream
    assert s3.endpoints.PutObject.of_request(put).body is stream
    got = s3.endpoints.GetObject.to_response(s3.GetObjectOutput(body=stream))
    assert got.body is stream
    read = s3.endpoints.GetObject.of_response(got)
    assert isinstance(read, s3.GetObjectOutput)
    assert read.body is stream


INVOKE = functions.endpoints.InvokeWithResponseStream
Event = functions.InvokeWithResponseStreamResponseEvent
EVENTS = [
    Event(payload_chunk=functions.InvokeResponseStreamUpdate(payload=b"one")),
    Event(payload_chunk=functions.InvokeResponseStreamUpdate(payload=b"")),
    Event(invoke_complete=functions.InvokeWithResponseStreamCompleteEvent(error_code="e")),
]


def _events_in(response: HttpResponse) -> Any:
    output = INVOKE.of_response(response)
    assert isinstance(output, functions.InvokeWithResponseStreamResponse)
    return output.event_stream


def _output(events: Any) -> functions.InvokeWithResponseStreamResponse:
    return functions.InvokeWithResponseStreamResponse(event_stream=events)


def test_events_in_every_form() -> None:
    whole = INVOKE.to_response(_output(EVENTS)).body
    assert isinstance(whole, bytes)
    assert _events_in(HttpResponse(body=whole)) == EVENTS
    chunks = INVOKE.to_response(_output(iter(EVENTS))).body
    assert isinstance(chunks, Iterator)
    assert b"".join(chunks) == whole
    arriving = _events_in(HttpResponse(body=(whole[at : at + 1] for at in range(len(whole)))))
    assert isinstance(arriving, Iterator)
    assert list(arriving) == EVENTS


def test_events_that_arrive_asynchronously() -> None:
    async def one_by_one() -> AsyncIterator[Any]:
        for event in EVENTS:
            yield event

    async def there_and_back() -> list[Any]:
        body = INVOKE.to_response(_output(one_by_one())).body
        return [event async for event in _events_in(HttpResponse(body=body))]

    assert asyncio.run(there_and_back()) == EVENTS


def _frame(**headers: str) -> bytes:
    return encode_message(Message({f":{name.replace('_', '-')}": text for name, text in headers.items()}))


@pytest.mark.parametrize(
    ("frame", "error", "text"),
    [
        (b"\x00", DecodeError, "the stream ends inside of a message, at offset 0"),
        (_frame(message_type="event"), DecodeError, r"\$.EventStream\[0\]: a message that does not say"),
        (_frame(message_type="error", error_code="Broken", error_message="m"), UnknownOperationError, "Broken: m"),
        (_frame(message_type="exception", exception_type="New"), UnknownOperationError, "New"),
    ],
)
def test_streams_that_fail(frame: bytes, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        list(_events_in(HttpResponse(body=iter([frame]))))


def test_an_event_of_a_newer_service_is_kept_by_name() -> None:
    frame = _frame(message_type="event", event_type="Future")
    assert _events_in(HttpResponse(body=frame)) == [Event(unknown_member="Future")]


def test_headers_are_a_multi_mapping() -> None:
    headers = Headers([("A", "1"), ("b", "2"), ("a", "3")])
    assert headers["a"] == "1, 3"
    assert headers.get_all("A") == ["1", "3"]
    assert dict(headers) == {"A": "1, 3", "b": "2"}
    assert len(headers) == 2
    assert headers == Headers({"B": "2", "a": "1, 3"})
    headers["A"] = "4"
    assert headers.pairs() == [("b", "2"), ("A", "4")]
    del headers["B"]
    assert "b" not in headers
    assert 1 not in headers
    with pytest.raises(KeyError):
        del headers["b"]
    assert "4" not in repr(headers)


def test_headers_by_lower_name_follow_changes() -> None:
    headers = Headers([("A", "1"), ("b", "2"), ("a", "3")])
    assert headers.by_lower_name() == {"a": "1, 3", "b": "2"}
    copied, given = copy(headers), HttpResponse(headers=headers)
    headers.add("B", "4")
    assert headers.by_lower_name() == {"a": "1, 3", "b": "2, 4"}
    headers["A"] = "5"
    assert headers.by_lower_name() == {"a": "5", "b": "2, 4"}
    del headers["b"]
    assert headers.by_lower_name() == {"a": "5"}
    assert copied.by_lower_name() == given.headers.by_lower_name() == {"a": "1, 3", "b": "2"}


@pytest.mark.parametrize("pairs", [[("a", 1)], [(1, "a")], [("a", "1"), ("A", 1)], [(b"a", "1")]])
def test_headers_that_are_no_texts(pairs: Any) -> None:
    with pytest.raises(ResponseError, match="expected headers as pairs of texts"):
        s3.endpoints.HeadObject.of_response(HttpResponse(headers=pairs))


def test_made_messages_are_those_of_the_constructors() -> None:
    pairs, query = [("a", "1")], [("q", "2")]
    request = make_request("PUT", "/p", query, pairs, b"x", "data.")
    assert request == HttpRequest(method="PUT", path="/p", query=query, headers=pairs, body=b"x", host_prefix="data.")
    response = make_response(201, pairs, b"x")
    assert response == HttpResponse(status=201, headers=pairs, body=b"x")
    later: Any = response
    later.headers = {"B": "3"}
    assert response.headers.by_lower_name() == {"b": "3"}


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a%20b", "/a%20b", []),
        ("/?a=1&a=2&b", "/", [("a", "1"), ("a", "2"), ("b", "")]),
        ("?a=%C3%A9+x", "/", [("a", "é x")]),
    ],
)
def test_targets(target: str, path: str, query: list[tuple[str, str]]) -> None:
    request = HttpRequest.of_target("GET", target)
    assert (request.path, request.query) == (path, query)
    assert HttpRequest.of_target("GET", request.target).query == query


def test_a_target_that_is_no_text() -> None:
    with pytest.raises(DecodeError):
        HttpRequest.of_target("GET", "/?a=%ff")


def test_the_operations_carry_what_transports_need() -> None:
    traits = s3.endpoints.ListObjectsV2.traits
    assert traits["pagination"]["input_token"] == "ContinuationToken"  # noqa: S105
    assert s3.endpoints.HeadBucket.traits["waiters"]["BucketExists"]["delay"] == 5
    assert dynamodb.endpoints.Query.traits["pagination"]["result_key"]
