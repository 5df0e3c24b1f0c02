"""Applications as servers of ASGI and WSGI and AWS Lambda call them, and as they listen."""

from __future__ import annotations

import asyncio
import io
import socket
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Iterator
from http.client import HTTPConnection
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botobind.errors import BotobindError, RequestError
from botobind.http import HttpRequest, HttpResponse, read_all
from botobind.server import Application, Limits, asgi, function, problem, running, wsgi
from botobind.server.chunks import ChunkDecoder
from botobind.testing.fixtures import served
from botobind_services import dynamodb, s3

__all__ = ["served"]  # a fixture

KEY = {"id": dynamodb.AttributeValue(s="1")}
GET = dynamodb.endpoints.GetItem.to_request(dynamodb.GetItemInput(table_name="things", key=KEY))


class Chunks:
    """A body that tells whether it was closed."""

    def __init__(self, *chunks: bytes, breaks: bool = False) -> None:
        self._chunks = iter(chunks)
        self._breaks = breaks
        self.closed = False

    def read(self, _: int = -1, /) -> bytes:
        chunk = next(self._chunks, b"")
        if not chunk and self._breaks:
            raise OSError("the disk is gone")
        return chunk

    def close(self) -> None:
        self.closed = True


def serving(body: Any) -> Application:
    application = Application(s3, {"GetObject": lambda _: s3.GetObjectOutput(body=body)})
    application.serve(dynamodb, {"GetItem": lambda request: dynamodb.GetItemOutput(item=request.key)})
    return application


def call_asgi(application: Application, scope: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
    incoming, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        try:
            return next(incoming)
        except StopIteration:
            await asyncio.sleep(3600)
            raise

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(asgi(application)(scope, receive, send))
    return sent


def http(method: str, path: bytes, headers: dict[str, str] | None = None, query: bytes = b"") -> dict[str, Any]:
    pairs = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    return {"type": "http", "method": method, "raw_path": path, "path": "", "query_string": query, "headers": pairs}


def test_asgi() -> None:
    body = read_all(GET.body)
    half = len(body) // 2
    sent = call_asgi(
        serving(b""),
        http("POST", b"/", dict(GET.headers)),
        {"type": "http.request", "body": body[:half], "more_body": True},
        {"type": "http.request", "body": body[half:]},
    )
    assert sent[0]["status"] == 200
    assert b'{"Item":{"id":{"S":"1"}}}' in b"".join(message["body"] for message in sent[1:])
    assert "more_body" not in sent[-1]


@pytest.mark.parametrize("origin", [b"", b"http://proxied:80"])
def test_asgi_streams_and_closes(origin: bytes) -> None:
    body = Chunks(b"a", b"b")
    sent = call_asgi(serving(body), http("GET", origin + b"/box/k%C3%A9%2Fhttp://y"), {"type": "http.request"})
    assert [message["body"] for message in sent[1:]] == [b"a", b"b", b""]
    assert body.closed


def test_asgi_that_breaks_in_the_response_closes_and_says_so() -> None:
    body = Chunks(b"a", breaks=True)
    with pytest.raises(OSError, match="the disk is gone"):
        call_asgi(serving(body), http("GET", b"/box/key"), {"type": "http.request"})
    assert body.closed


@pytest.mark.parametrize(
    ("scope", "messages", "status"),
    [
        (http("POST", b"/", dict(GET.headers)), [{"type": "http.disconnect"}], 400),
        (http("POST", b"/", dict(GET.headers)), [], 408),
        (http("GET", b"/box/key", query=b"a=%ff"), [{"type": "http.request"}], 400),
    ],
)
def test_asgi_with_bad_requests(scope: dict[str, Any], messages: list[dict[str, Any]], status: int) -> None:
    application = Application(dynamodb, {"GetItem": lambda _: dynamodb.GetItemOutput()}, limits=Limits(seconds=0.05))
    assert call_asgi(application, scope, *messages)[0]["status"] == status


def test_asgi_lives_and_has_no_web_sockets() -> None:
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = call_asgi(serving(b""), {"type": "lifespan"}, *messages)
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    with pytest.raises(NotImplementedError, match="no websocket connections"):
        call_asgi(serving(b""), {"type": "websocket"})


async def endless(made: list[str]) -> AsyncIterator[bytes]:
    try:
        while True:
            await asyncio.sleep(0)
            yield b"x"
    finally:
        made.append("closed")


def endless_in_a_thread(made: list[str]) -> Iterator[bytes]:
    try:
        while True:
            yield b"x"
    finally:
        made.append("closed")


@pytest.mark.parametrize("source", [endless, endless_in_a_thread])
def test_asgi_ends_a_response_whose_client_has_gone(source: Any) -> None:
    made: list[str] = []
    sent = asyncio.run(asyncio.wait_for(streamed_to_one_that_goes(serving(source(made))), 60))
    assert (made, len(sent) > 3, sent[0]["status"]) == (["closed"], True, 200)


async def streamed_to_one_that_goes(application: Application) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    has_begun = asyncio.Event()
    messages = iter([{"type": "http.request", "body": b""}])

    async def receive() -> dict[str, Any]:
        if (message := next(messages, None)) is not None:
            return message
        await has_begun.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if len(sent) > 3:
            has_begun.set()

    await asgi(application)(http("GET", b"/box/key"), receive, send)
    return sent


def not_modified(_: Any) -> Any:
    raise problem("NotModified", "as it was", 304)


BARE: dict[str, Any] = {
    "GetObject": not_modified,
    "HeadObject": lambda _: s3.HeadObjectOutput(),
    "DeleteObject": lambda _: s3.DeleteObjectOutput(),
}


@pytest.mark.parametrize(("method", "status"), [("GET", 304), ("HEAD", 200), ("DELETE", 204)])
def test_what_has_no_body_is_sent_without_one(method: str, status: int) -> None:
    application = Application(s3, BARE)
    sent = call_asgi(application, http(method, b"/box/key"), {"type": "http.request"})
    found = call_wsgi(application, REQUEST_METHOD=method, PATH_INFO="/box/key")
    event = {"version": "1.0", "httpMethod": method, "path": "/box/key"}
    bodies = [
        b"".join(message["body"] for message in sent[1:]),
        found[2],
        b64decode(function(application)(event)["body"]),
    ]
    assert (sent[0]["status"], found[0][:3], bodies) == (status, str(status), [b"", b"", b""])
    names = {name.lower() for name in found[1]} | {name.decode() for name, _ in sent[0]["headers"]}
    assert ("content-length" in names) == (status == 200)


def answer_with(body: Any) -> Application:
    """An application that answers what has no body with one: a service may be modelled so."""
    application = serving(body)
    application.respond = lambda _: HttpResponse(body=body)  # type: ignore[method-assign]
    return application


def test_bodies_are_closed_that_nobody_sends() -> None:
    bodies = [Chunks(b"a"), Chunks(b"a"), Chunks(b"a"), Chunks(b"a", breaks=True)]
    event = {"version": "1.0", "httpMethod": "HEAD", "path": "/box/key"}
    call_wsgi(answer_with(bodies[0]), REQUEST_METHOD="HEAD", PATH_INFO="/box/key")
    function(answer_with(bodies[1]))(event)
    assert b64decode(function(answer_with(bodies[2]))({**event, "httpMethod": "GET"})["body"]) == b"a"
    with pytest.raises(OSError, match="the disk is gone"):
        function(answer_with(bodies[3]))({**event, "httpMethod": "GET"})
    assert [body.closed for body in bodies] == [True] * 4


async def later() -> AsyncIterator[bytes]:
    yield b"x"


def test_what_only_asgi_can_send_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    assert call_wsgi(serving(later()), REQUEST_METHOD="GET", PATH_INFO="/box/key")[0][:3] == "500"
    event = {"version": "1.0", "httpMethod": "GET", "path": "/box/key"}
    assert function(serving(later()))(event)["statusCode"] == 500
    assert "ASGI servers send it" in caplog.text


def test_queries_and_bodies_that_cannot_be_read_are_refused() -> None:
    assert call_wsgi(serving(b""), REQUEST_METHOD="GET", PATH_INFO="/box/key", QUERY_STRING="a=%ff")[0][:3] == "400"
    event = {
        "version": "2.0",
        "rawPath": "/box/key",
        "rawQueryString": "",
        "requestContext": {"http": {"method": "GET"}},
    }
    handle = function(serving(b""))
    assert handle({**event, "rawQueryString": "a=%ff"})["statusCode"] == 400
    assert handle({**event, "body": "a", "isBase64Encoded": True})["statusCode"] == 400


@pytest.mark.parametrize(
    ("event", "prefix"),
    [
        ({"requestContext": {"elb": {}}, "queryStringParameters": {"prefix": "a%2Fb+c"}}, "a/b c"),
        ({"requestContext": {"elb": {}}, "multiValueQueryStringParameters": {"prefix": ["a%2Fb%25"]}}, "a/b%"),
        ({"requestContext": {}, "multiValueQueryStringParameters": {"prefix": ["a%2Fb+c"]}}, "a%2Fb+c"),
        ({"queryStringParameters": {"prefix": "a/b c"}}, "a/b c"),
    ],
)
def test_lambda_behind_a_load_balancer(event: dict[str, Any], prefix: str) -> None:
    application = Application(s3, {"ListObjects": lambda request: s3.ListObjectsOutput(prefix=request.prefix)})
    found = function(application)({"httpMethod": "GET", "path": "/box", "multiValueHeaders": {}, **event})
    assert f"<Prefix>{prefix}</Prefix>" in b64decode(found["body"]).decode()
    assert found["multiValueHeaders"]["content-type"] == ["application/xml"]


def call_wsgi(application: Application, **environ: Any) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    pieces = wsgi(application)(
        {"wsgi.input": io.BytesIO(), "SCRIPT_NAME": "", **environ}, lambda *arguments: told.extend(arguments)
    )
    body = b"".join(pieces)
    getattr(pieces, "close", lambda: None)()
    return told[0], dict(told[1]), body


@pytest.mark.parametrize(
    "path",
    [
        {"PATH_INFO": "/box/http://k\xc3\xa9"},
        {"RAW_URI": "/box/http://k%C3%A9"},
        {"REQUEST_URI": "http://h/box/http://k%C3%A9"},
    ],
)
def test_wsgi(path: dict[str, str]) -> None:
    keys: list[str] = []
    body = Chunks(b"a", b"b")
    application = Application(s3)

    @application.on(s3.endpoints.GetObject)
    def get_object(request: s3.GetObjectRequest) -> s3.GetObjectOutput:
        keys.append(request.key)
        return s3.GetObjectOutput(body=body)

    assert call_wsgi(application, REQUEST_METHOD="GET", **path)[::2] == ("200 OK", b"ab")
    assert keys == ["http://ké"]
    assert body.closed


@pytest.mark.parametrize(
    ("length", "status"),
    [(None, "200 OK"), (-1, "400 Bad Request"), ("x", "400 Bad Request"), (10_000, "400 Bad Request")],
)
def test_wsgi_reads_as_much_as_was_told(length: Any, status: str) -> None:
    body = read_all(GET.body)
    told = {"CONTENT_LENGTH": str(len(body) if length is None else length), "CONTENT_TYPE": GET.headers["content-type"]}
    found = call_wsgi(
        serving(b""),
        REQUEST_METHOD="POST",
        PATH_INFO="/",
        HTTP_X_AMZ_TARGET=GET.headers["x-amz-target"],
        **told,
        **{"wsgi.input": io.BytesIO(body + b"the next request")},
    )
    assert found[0] == status


@pytest.mark.parametrize(("length", "code"), [("7", ""), ("8", "IncompleteBody"), ("", "")])
def test_wsgi_with_servers_that_end_bodies(length: str, code: str) -> None:
    application = Application(s3, {"PutObject": lambda request: s3.PutObjectOutput(etag=request.body.read().decode())})
    environ = {
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": "/box/key",
        "CONTENT_LENGTH": length,
        "wsgi.input_terminated": True,
    }
    status, _, body = call_wsgi(application, **environ, **{"wsgi.input": io.BytesIO(b"content")})
    assert (status[:3], code in body.decode()) == ("400" if code else "200", True)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_lambda(version: str) -> None:
    body = b64encode(read_all(GET.body)).decode()
    event: dict[str, Any] = {"version": version, "headers": dict(GET.headers), "body": body, "isBase64Encoded": True}
    if version == "2.0":
        event |= {"requestContext": {"http": {"method": "POST"}}, "rawPath": "/", "rawQueryString": ""}
    else:
        event |= {"httpMethod": "POST", "path": "/", "multiValueHeaders": {"X-One": ["1", "2"]}}
    found = function(serving(b""))(event, None)
    assert found["statusCode"] == 200
    assert b'"Item"' in b64decode(found["body"])
    event |= {"rawPath": "/box/a b", "path": "/box/a b", "body": None, "isBase64Encoded": False, "headers": {}}
    event |= {"httpMethod": "GET", "queryStringParameters": {"x-id": "GetObject"}, "rawQueryString": "x-id=GetObject"}
    if version == "2.0":
        event["requestContext"]["http"]["method"] = "GET"
    assert b64decode(function(serving(Chunks(b"a", b"b")))(event, None)["body"]) == b"ab"


def test_it_listens_as_long_as_the_block_runs() -> None:
    with running(serving(b"content")) as url:
        connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
        connection.request("HEAD", "/box/key")
        head = connection.getresponse()
        assert (head.status, head.read()) == (501, b"")
        connection.request("GET", "/box/key")
        assert connection.getresponse().read() == b"content"
        connection.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BotobindError, match=f"cannot listen on port {port}"), running(serving(b""), port=port):
            pass


def test_the_fixture(served: Any) -> None:
    connection = HTTPConnection(served(serving(b"content")).removeprefix("http://"), timeout=10)
    connection.request("GET", "/box/key")
    assert connection.getresponse().read() == b"content"
    connection.close()


CHUNKED = b"3;chunk-signature=ab\r\nabc\r\nA\r\n0123456789\r\n0\r\nx-amz-checksum-crc32: AAAA\r\n\r\n"


@given(st.lists(st.integers(0, len(CHUNKED)), max_size=8))
def test_chunks_may_be_cut_anywhere(cuts: list[int]) -> None:
    decoder, places = ChunkDecoder(), [0, *sorted(cuts), len(CHUNKED)]
    found = b"".join(decoder.feed(CHUNKED[start:end]) for start, end in pairwise(places))
    decoder.close()
    assert (found, decoder.trailers) == (b"abc0123456789", [("x-amz-checksum-crc32", "AAAA")])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (CHUNKED[:-2], "the body ends before it should"),
        (b"", "the body ends before it should"),
        (b"2\r\nabc\r\n0\r\n\r\n", "a chunk is longer than it says"),
        (b"-1\r\n", "does not say how long it is"),
        (b"\r\n", "does not say how long it is"),
        (b"1_0\r\n", "does not say how long it is"),
        (b"f" * 9000, "a line between chunks is too long"),
        (CHUNKED + b"GET / HTTP/1.1\r\n", "something comes after the body's end"),
    ],
)
def test_bad_chunks_are_refused(body: bytes, reason: str) -> None:
    def decode() -> None:
        decoder = ChunkDecoder()
        decoder.feed(body)
        decoder.close()

    with pytest.raises(RequestError, match=reason) as refused:
        decode()
    assert (refused.value.status, refused.value.code) == (400, "IncompleteBody")


def test_a_request_of_ours_comes_through() -> None:
    request = HttpRequest.of_target("GET", "/box/key?x-id=GetObject")
    assert serving(b"x").respond(request).body == b"x"
