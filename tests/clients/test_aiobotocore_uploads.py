"""Bodies that are sent by clients that ride on aiobotocore's, over loopback, with TLS and without."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from clients.script_server import Server, step
from clients.test_uploads import CONTENT, NEW_EACH_TIME, NO_CHECKSUM, ONCE, REFUSED, TWICE, Reader, pieces
from clients.tls import certified, crc32_of, unchunked

from botobind import EncodeError, ServiceError
from botobind_services import s3

aiobotocore = pytest.importorskip(
    "aiobotocore.session", reason="aiobotocore is in the environment of nox -s io_async alone"
)

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "us-east-1"}


class AwaitedReader(Reader):
    async def read(self, size: int = -1, /) -> bytes:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().read(size)


async def awaited_pieces(content: bytes) -> AsyncIterator[bytes]:
    for piece in pieces(content):
        await asyncio.sleep(0)
        yield piece


AWAITED: dict[str, Callable[[bytes], Any]] = {**ONCE, "awaited reader": AwaitedReader, "awaited": awaited_pieces}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """Makes a body of a kind."""
    (tmp_path / "content").write_bytes(CONTENT)
    with (tmp_path / "content").open("rb") as file:
        kinds = {"bytes": bytes, "bytearray": bytearray, "memory": io.BytesIO, "file": lambda _: file, **AWAITED}
        yield lambda kind: kinds[kind](CONTENT)


def use(folder: Path, of: Callable[[Any, Server], Any], *, tls: bool = True, **options: Any) -> None:
    """Does something with a client of aiobotocore's and its server."""
    context, trusted = certified(folder) if tls else (None, None)
    server = Server(context)
    server.script = [step(200)]
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, read_timeout=20, **options)

    async def main() -> None:
        opening = aiobotocore.get_session().create_client(
            "s3", **KEYS, endpoint_url=server.url, verify=trusted, config=config
        )
        async with opening as below:
            await of(below, server)

    try:
        asyncio.run(main())
    finally:
        server.close()


def told(server: Server) -> dict[str, str]:
    return {name: text for name, text in server.heads[-1][2].items() if name not in NEW_EACH_TIME}


def test_checksums_trail_bodies_over_tls(make: Callable[[str], Any], tmp_path: Path) -> None:
    async def put(below: Any, server: Server) -> None:
        client = s3.io.AsyncClient(below)
        for kind in (*TWICE, *AWAITED):
            await client.put_object(bucket="box", key="a", body=make(kind))
            ours, headers = server.requests[-1][1], told(server)
            assert unchunked(ours) == (CONTENT, {"x-amz-checksum-crc32": crc32_of(CONTENT)})
            assert headers["x-amz-trailer"] == "x-amz-checksum-crc32"
            assert headers.get("x-amz-decoded-content-length") == (None if kind in AWAITED else str(len(CONTENT)))
            if kind in ("bytes", "memory"):
                await below.put_object(Bucket="box", Key="a", Body=make(kind))
                assert (server.requests[-1][1], told(server)) == (ours, headers)

    use(tmp_path, put)


@pytest.mark.parametrize("options", [{"tls": False}, {"tls": False, **NO_CHECKSUM}, NO_CHECKSUM], ids=str)
def test_other_bodies_are_read_before_they_are_sent(
    options: dict[str, Any], make: Callable[[str], Any], tmp_path: Path
) -> None:
    async def put(below: Any, server: Server) -> None:
        client = s3.io.AsyncClient(below)
        for kind in AWAITED:
            body = make(kind)
            with pytest.raises(EncodeError, match="PutObject: the body can be read once alone"):
                await client.put_object(bucket="box", key="a", body=body)
        assert server.requests == []
        for kind in ("bytes", "memory", "file"):  # aiohttp warns of others that are large
            await client.put_object(bucket="box", key="a", body=make(kind))
            assert server.requests[-1][1] == CONTENT

    use(tmp_path, put, **options)


def test_a_server_that_refuses_a_body_beforehand_does_not_get_it(tmp_path: Path) -> None:
    async def put(below: Any, server: Server) -> None:
        server.refuses, server.script, server.headers = True, [step(403, REFUSED)], {"Connection": "close"}
        with pytest.raises(ServiceError, match="AccessDenied: no"):
            await s3.io.AsyncClient(below).put_object(bucket="box", key="a", body=io.BytesIO(CONTENT))
        assert server.heads[-1][2]["expect"] == "100-continue"
        assert await asyncio.to_thread(server.after_refusal.get, timeout=20) == b""

    use(tmp_path, put, tls=False)
