"""A certificate of a test's own for `https://localhost`, and what a body is that is sent in chunks of AWS's."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from ssl import SSLContext

from support.certificates import make_certificate


def certified(folder: Path) -> tuple[SSLContext, str]:
    """What a server speaks TLS by, and the file by which clients trust it."""
    return make_certificate(folder), str(folder / "certificate.pem")


def unchunked(body: bytes) -> tuple[bytes, dict[str, str]]:
    """The bytes of a body in AWS's chunks, and what trails them."""
    found, left = b"", body
    while True:
        size, _, left = left.partition(b"\r\n")
        if int(size, 16) == 0:
            break
        found += left[: int(size, 16)]
        assert left[int(size, 16) :].startswith(b"\r\n")
        left = left[int(size, 16) + 2 :]
    assert left.endswith(b"\r\n\r\n")
    trailers = dict(line.split(":", 1) for line in left.decode().split("\r\n") if line)
    return found, trailers


def crc32_of(content: bytes) -> str:
    """The checksum, as headers and trailers have it."""
    return base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
