"""Compressed requests, as the trait `requestcompression` allows them: what a server makes of them before it reads them.

https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from attrs import evolve

from botobind.bodies.body_codecs import bytes_of
from botobind.errors import RequestError
from botobind.formats import header
from botobind.http import Headers
from botobind.protocols.mediatypes import UNSUPPORTED_MEDIA_TYPE

if TYPE_CHECKING:
    from botobind.http import HttpRequest

MOST_BYTES = 64 * 1024 * 1024
"""A body that would be larger is refused: a thousandth of that may have come."""

TOO_LARGE = "RequestEntityTooLargeException"

_PIECE = 4096
"""Bytes that are unpacked at once. What comes after a member is copied, and members may have 20 bytes each."""

_CONTENT_ENCODING, _CONTENT_LENGTH = "Content-Encoding", "Content-Length"
_GZIP = ("gzip", "x-gzip")
_WITH_HEADER_OF_GZIP = zlib.MAX_WBITS | 16


def unpacked(request: HttpRequest, *, is_member: bool) -> HttpRequest:
    """The request without the encoding that was applied last, where that is gzip: as if it had not been compressed.

    `is_member` says that another encoding is for the application. Raises `RequestError`: 415 for one that nobody is
    there for, 413 for a body of more than 64 MiB, and 400 for one that is not gzip.
    """
    codings: list[str] = []
    header.read_list(request.headers.get(_CONTENT_ENCODING, ""), codings.append)
    if not codings or codings[-1].lower() not in _GZIP:
        if codings and not is_member and codings != ["identity"]:
            reason = f"expected a {_CONTENT_ENCODING} of {_GZIP[0]}"
            raise RequestError(reason, status=415, code=UNSUPPORTED_MEDIA_TYPE)
        return request
    body = decompressed(bytes_of(request.body))
    headers = Headers(request.headers)
    del headers[_CONTENT_ENCODING]
    if codings[:-1]:
        headers[_CONTENT_ENCODING] = ", ".join(codings[:-1])
    if _CONTENT_LENGTH in headers:
        headers[_CONTENT_LENGTH] = str(len(body))
    return evolve(request, headers=headers, body=body)


def decompressed(data: bytes) -> bytes:
    """The bytes of one or several members of gzip."""
    chunks: list[bytes] = []
    left, start = MOST_BYTES, 0
    unpacker = None
    while start < len(data):
        if unpacker is None:
            unpacker = zlib.decompressobj(_WITH_HEADER_OF_GZIP)
        piece = data[start : start + _PIECE]
        try:
            chunk = unpacker.decompress(piece, left + 1)
        except zlib.error:
            raise RequestError("not gzip") from None
        left -= len(chunk)
        if left < 0:
            raise RequestError(f"more than {MOST_BYTES} bytes", status=413, code=TOO_LARGE)
        chunks.append(chunk)
        start += len(piece)
        if unpacker.eof:
            start -= len(unpacker.unused_data)
            unpacker = None
    if unpacker is not None:
        raise RequestError("not gzip: it breaks off")
    return b"".join(chunks)


__all__ = ["MOST_BYTES", "TOO_LARGE", "decompressed", "unpacked"]
