"""Connections over TLS: whom clients trust, and what they prove themselves with."""

from __future__ import annotations

import asyncio
import io
import ssl
from collections.abc import Iterator
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest
from support.certificates import make_certificate
from support.engines import KINDS
from support.fault_server import Connection, Received, Server, answer

from botobind.io import ConnectionFailed, Credentials
from botobind.io.engine import aiohttp_transport, connections
from botobind.io.engine.chunking import Chunked
from botobind_services import s3

KEYS = Credentials(access_key="AKID", secret_key="SECRET")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("tls")
    make_certificate(found)
    return found


@pytest.fixture
def server(folder: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    if getattr(request, "param", False):
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder / "certificate.pem")
    with Server(context) as running:
        running.script = [answer()]
        yield running


def put(kind: str, server: Server, body: Any, **options: Any) -> None:
    url = f"https://{server.host}"
    made: Any = {"sync": s3.io.Client, "async": s3.io.AsyncClient}[kind]

    async def run() -> None:
        client = made(region="eu-west-1", endpoint_url=url, credentials=KEYS, max_attempts=1, **options)
        try:
            found = client.put_object(bucket="my-box", key="a", body=body)
            if isawaitable(found):
                await found
        finally:
            closed = client.close()
            if closed is not None:
                await closed

    asyncio.run(run())


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_that_is_trusted(server: Server, folder: Path, kind: str) -> None:
    put(kind, server, io.BytesIO(b"hello"), ca_bundle=str(folder / "certificate.pem"), addressing_style="path")
    request = server.requests[0]
    assert request.body == b"".join(Chunked(b"hello", 5, "CRC32"))
    assert request.headers["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_that_is_not(server: Server, kind: str) -> None:
    with pytest.raises(ConnectionFailed, match="CERTIFICATE_VERIFY_FAILED"):
        put(kind, server, b"hello", addressing_style="path")
    assert server.requests == []
    put(kind, server, b"hello", addressing_style="path", verify=False)


@pytest.mark.parametrize("server", [True], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
def test_certificates_of_clients(server: Server, folder: Path, kind: str) -> None:
    options = {"ca_bundle": str(folder / "certificate.pem"), "addressing_style": "path"}
    with pytest.raises(ConnectionFailed):
        put(kind, server, b"hello", **options)
    put(kind, server, b"hello", **options, client_cert=(str(folder / "certificate.pem"), str(folder / "key.pem")))
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_tickets_are_no_word_to_go_on(server: Server, folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS 1.3 sends some after the handshake, and servers need not know `Expect`."""

    def read(connection: Connection, request: Received) -> bool:
        del request.headers["expect"]
        return answer()(connection, request)

    for module in (aiohttp_transport, connections):
        monkeypatch.setattr(module, "PATIENCE", 0.2)
    server.script = [read]
    put(kind, server, b"x" * 2**21, ca_bundle=str(folder / "certificate.pem"), connect_timeout=2)
    assert len(server.requests[0].body or b"") >= 2**21


@pytest.mark.parametrize("kind", KINDS)
def test_certificates_of_the_environment(
    server: Server, folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "certificate.pem"))
    put(kind, server, b"x")
    assert len(server.requests) == 1
