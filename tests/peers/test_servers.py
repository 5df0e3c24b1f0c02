"""Servers of ASGI and WSGI run applications: bodies in both directions, and clients that wait, or go away."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import boto3
import pytest
from botocore.config import Config
from support.streaming_application import PIECE, application, asgi_app, told, wsgi_app
from werkzeug.serving import WSGIRequestHandler, make_server

from botobind.server import running

SUPPORT = Path(__file__).parents[1] / "support"
SECONDS = 30
"""Far more than anything here takes."""


@contextmanager
def _uvicorn() -> Iterator[int]:
    with running(application) as url:
        yield int(url.rpartition(":")[2])


@contextmanager
def _hypercorn() -> Iterator[int]:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config as Settings

    settings, loop, end = Settings(), asyncio.new_event_loop(), asyncio.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    settings.bind = [f"fd://{os.dup(listening.fileno())}"]
    settings.graceful_timeout = 1

    async def trigger() -> None:
        await end.wait()

    def run() -> None:
        loop.run_until_complete(serve(asgi_app, settings, shutdown_trigger=trigger))
        loop.close()

    thread = Thread(target=run)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(SECONDS)
        listening.close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


@contextmanager
def _werkzeug() -> Iterator[int]:
    server = make_server("127.0.0.1", 0, wsgi_app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(SECONDS)
        server.server_close()


@contextmanager
def _gunicorn() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(SUPPORT), "-b", f"fd://{listening.fileno()}"]
    command += ["-k", "gthread", "--threads", "8", "--graceful-timeout", "1", "--log-level", "warning"]
    command += ["streaming_application:wsgi_app"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(command, pass_fds=[listening.fileno()], env=environment)
    try:
        yield listening.getsockname()[1]
    finally:
        process.terminate()
        process.wait(SECONDS)
        listening.close()


@pytest.fixture(scope="module", params=[_uvicorn, _hypercorn, _werkzeug, _gunicorn])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    told.clear()
    with request.param() as found:
        yield found


def connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=SECONDS)


def happened(port: int) -> list[str]:
    with closing(connect(port)) as connection:
        connection.request("GET", "/box?location")
        body = connection.getresponse().read()
    text = body.decode().partition(">")[2].partition("<")[0]
    return text.split(",")


def wait_for(port: int, check: Callable[[list[str]], bool]) -> None:
    """Waits until what happened is as it should be."""
    end = time.monotonic() + SECONDS
    while not check(happened(port)):
        assert time.monotonic() < end, happened(port)
        time.sleep(0.02)


def test_boto3(port: int) -> None:
    config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, read_timeout=SECONDS)
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="eu-west-1",
        aws_access_key_id="AKID",
        aws_secret_access_key="SECRET",
        config=config,
    )
    with closing(client):
        assert client.put_object(Bucket="box", Key="k", Body=b"x" * 1_000_000)["ETag"] == "1000000"
        assert client.put_object(Bucket="box", Key="k")["ETag"] == "0"
        assert len(client.get_object(Bucket="box", Key="20")["Body"].read()) == 20 * len(PIECE)
        assert client.get_bucket_location(Bucket="box")["ResponseMetadata"]["HostId"]


def test_a_connection_is_kept(port: int, request: pytest.FixtureRequest) -> None:
    if "werkzeug" in request.node.name:
        pytest.skip("werkzeug's server ends each connection")
    with closing(connect(port)) as connection:
        connection.connect()
        first = connection.sock
        for method, path, body, length in [
            ("PUT", "/box/k", b"abc", 0),
            ("HEAD", "/box/1", None, 0),
            ("GET", "/box/3", None, 3 * len(PIECE)),
            ("GET", "/box/0", None, 0),
            ("GET", "/box?location", None, None),
        ]:
            connection.request(method, path, body)
            response = connection.getresponse()
            found = response.read()
            assert length is None or len(found) == length
            assert connection.sock is first, f"the connection ended with {method} {path}"


def test_a_client_may_wait_before_it_sends(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(b"PUT /box/k HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        with connection.makefile("rb") as answer:
            # Some have headers there, and some say it twice.
            assert head(answer)[0].startswith(b"HTTP/1.1 100 ")
            connection.sendall(b"abc")
            while (lines := head(answer))[0].startswith(b"HTTP/1.1 100 "):
                pass
            assert (lines[0][:13], b"etag: 3\r\n" in lines) == (b"http/1.1 200 ", True)


def head(answer: BinaryIO) -> list[bytes]:
    """The lines of the head of a response."""
    return [line if line.startswith(b"HTTP/1.1 1") else line.lower() for line in iter(answer.readline, b"\r\n")]


def test_chunks_come_in(port: int) -> None:
    with closing(connect(port)) as connection:
        connection.request("PUT", "/box/k", iter([b"abc", b"d" * 100_000]), encode_chunked=True)
        response = connection.getresponse()
        response.read()
        assert (response.status, response.headers["etag"]) == (200, "100003")


@pytest.mark.parametrize("framing", [b"Content-Length: 1000", b"Transfer-Encoding: chunked"])
def test_a_client_that_goes_while_it_sends_has_sent_nothing(port: int, framing: bytes) -> None:
    before = happened(port)
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(b"PUT /box/k HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n3\r\nabc\r\n")
    wait_for(port, lambda found: found.count("broken") > before.count("broken"))
    assert [text for text in happened(port) if text.startswith("read")] == [
        text for text in before if text.startswith("read")
    ]


def test_what_is_sent_ends_when_the_client_has_gone(port: int) -> None:
    before = happened(port).count("closed")
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(b"GET /box/endless HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
    wait_for(port, lambda found: found.count("closed") > before)


def test_errors(port: int) -> None:
    with closing(connect(port)) as connection:
        connection.request("DELETE", "/box/k")
        response = connection.getresponse()
        error = response.read()
    assert (response.status, b"<Code>NotImplemented</Code>" in error) == (501, True)
