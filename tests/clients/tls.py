"""A certificate of a test's own for `https://localhost`, and what a body is that is sent in chunks of AWS's."""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certified(folder: Path) -> tuple[SSLContext, str]:
    """What a server speaks TLS by, and the file by which clients trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "certificate.pem", folder / "key.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, str(trusted)


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
