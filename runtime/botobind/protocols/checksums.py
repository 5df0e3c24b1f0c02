"""The checksums that some operations demand of their requests.

https://smithy.io/2.0/aws/aws-core.html#aws-protocols-httpchecksum-trait
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botobind.digests import tree_hash
from botobind.formats.text import write_blob

if TYPE_CHECKING:
    from botobind.http import HttpRequest
    from botobind.shapes import Shape

_PREFIX = "x-amz-checksum-"


def _crc32(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(4, "big")


def _hashed(algorithm: str) -> Callable[[bytes], bytes]:
    def compute(body: bytes) -> bytes:
        import hashlib  # takes as long as all the rest, and few operations need it

        return hashlib.new(algorithm, body, usedforsecurity=False).digest()

    return compute


_ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "CRC32": _crc32,
    "SHA1": _hashed("sha1"),
    "SHA256": _hashed("sha256"),
    "SHA512": _hashed("sha512"),
}
_MD5 = _hashed("md5")


def _tree_hash(body: bytes) -> bytes:
    return tree_hash(body)


DIGESTS: dict[str, Callable[[bytes], bytes]] = {"sha256": _ALGORITHMS["SHA256"], "sha256-tree": _tree_hash}
"""What `bodyDigests` may ask for."""


def are_required(traits: Mapping[str, Any]) -> bool:
    """Whether `add` has anything to do for an operation of these traits."""
    needs_any = traits.get("httpChecksum", {}).get("requestChecksumRequired")
    return bool(needs_any or traits.get("httpChecksumRequired") or "bodyDigests" in traits)


def add(traits: Mapping[str, Any], value: Shape, request: HttpRequest) -> None:
    """Adds the checksums that the operation demands, unless the caller has given them.

    `httpChecksumRequired` wants `Content-MD5`. `httpChecksum` with `requestChecksumRequired` wants a checksum of any
    algorithm: the one that the member for it names, or CRC32, as the AWS SDKs do. Other algorithms than those of
    Python's own library, bodies that are streams, and checksums that are only allowed are for the transport.
    `bodyDigests`, which comes from rows of data, names headers and what they hold in hexadecimal digits.
    """
    if not isinstance(request.body, bytes):
        return
    for name, algorithm in traits.get("bodyDigests", {}).items():
        if name not in request.headers:
            request.headers.add(name, DIGESTS[algorithm](request.body).hex())
    if traits.get("httpChecksumRequired") and "Content-MD5" not in request.headers:
        request.headers.add("Content-MD5", write_blob(_MD5(request.body)))
    flexible = traits.get("httpChecksum", {})
    if not flexible.get("requestChecksumRequired"):
        return
    names = [name.lower() for name in request.headers]
    if "content-md5" in names or any(name.startswith(_PREFIX) for name in names):
        return
    algorithm = _named(value, flexible.get("requestAlgorithmMember")) or "CRC32"
    compute = _ALGORITHMS.get(algorithm)
    if compute is not None:
        # The header that only names the algorithm is the caller's member: it stays as it is.
        request.headers.add(_PREFIX + algorithm.lower(), write_blob(compute(request.body)))


def _named(value: Shape, member: str | None) -> str | None:
    attribute = next((attribute for attribute, name in value.MEMBERS.items() if name == member), None)
    return None if attribute is None else getattr(value, attribute)
