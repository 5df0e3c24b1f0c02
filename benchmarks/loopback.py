"""A server for benchmarks of clients, whose responses are made once. `python loopback.py` prints its port; it takes the
path of a document that it answers forms with, and of a folder with `certificate.pem` and `key.pem`, by which it speaks
TLS.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import sys
from pathlib import Path

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *\S+?\.(\S+)\r", re.IGNORECASE)
_ITEM = {
    "pk": {"S": "user#1"},
    "name": {"S": "Ada Lovelace"},
    "age": {"N": "36"},
    "tags": {"SS": ["a", "b"]},
    "active": {"BOOL": True},
    "address": {"M": {"street": {"S": "1 Main St"}, "zip": {"S": "12345"}}},
    "scores": {"L": [{"N": "1"}, {"N": "2.5"}]},
}
_MEGABYTE = 1_000_000
_FORM = b"application/x-www-form-urlencoded"


def _message(body: bytes, media_type: str, *headers: str) -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(body)}",
        "x-amzn-RequestId: 01234567-89ab-cdef-0123-456789abcdef",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _items() -> bytes:
    item = {**_ITEM, "bio": {"S": "x" * 200}}
    count = _MEGABYTE // len(json.dumps(item))
    items = [{**item, "n": {"N": str(number)}} for number in range(count)]
    return json.dumps({"Count": count, "ScannedCount": count, "Items": items}).encode()


def _listing(count: int = 1000) -> bytes:
    objects = "".join(
        f"<Contents><Key>photos/2024/05/{number:06d}.jpg</Key><LastModified>2024-05-01T10:00:00.000Z</LastModified>"
        f"<ETag>&quot;{number:032x}&quot;</ETag><Size>{number}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for number in range(count)
    )
    head = (
        f"<Name>box</Name><Prefix/><KeyCount>{count}</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>"
    )
    namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    prolog = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{prolog}<ListBucketResult {namespace}>{head}{objects}</ListBucketResult>".encode()


_JSON = "application/x-amz-json-1.0"
_BY_TARGET = {
    b"GetItem": _message(json.dumps({"Item": _ITEM}).encode(), _JSON),
    b"Query": _message(_items(), _JSON),
    b"SendMessage": _message(
        json.dumps({"MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592", "MessageId": "m-1"}).encode(), _JSON
    ),
}
_FORMS: dict[str, bytes] = {}
_LIST = _message(_listing(), "application/xml")
_OBJECT = _message(
    b"x" * 1024,
    "application/octet-stream",
    'ETag: "9b2cf535f27731c974343645a3985328"',
    "Last-Modified: Thu, 01 May 2025 10:00:00 GMT",
    "Accept-Ranges: bytes",
    "x-amz-server-side-encryption: AES256",
)


class _Server(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._received = b""
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[: end + 2]
            found = _LENGTH.search(head)
            size = end + 4 + (int(found[1]) if found else 0)
            if len(self._received) < size:
                return
            self._received = self._received[size:]
            target = _TARGET.search(head)
            self._transport.write(_answer(head, target))  # type: ignore[attr-defined] # that of a stream


def _answer(head: bytes, target: re.Match[bytes] | None) -> bytes:
    if target:
        return _BY_TARGET[target[1]]
    if _FORM in head:
        return _FORMS["answer"]
    return _LIST if b"list-type=2" in head.partition(b"\r")[0] else _OBJECT


async def _serve(tls: ssl.SSLContext | None) -> None:
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - that is how it tells
    await server.serve_forever()


if __name__ == "__main__":
    _FORMS["answer"] = _message(Path(sys.argv[1]).read_bytes(), "text/xml;charset=UTF-8")
    _context = None
    if sys.argv[2:]:
        _context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _context.load_cert_chain(Path(sys.argv[2], "certificate.pem"), Path(sys.argv[2], "key.pem"))
    asyncio.run(_serve(_context))
