"""HTTP messages as people have them in files: raw, as `curl -v` and proxies write them, in a HAR archive, in botocore's
log, or as `HttpRequest.to_json` has them.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from botobind.attributes import frozen
from botobind.commands.logs import calls_in_log, is_log
from botobind.errors import DecodeError
from botobind.http import Headers, HttpRequest, HttpResponse, read_all
from botobind.protocols import compression
from botobind.server.chunks import ChunkDecoder, body_inside, headers_inside, is_chunked

if TYPE_CHECKING:
    from botobind.http import Body


M = TypeVar("M", HttpRequest, HttpResponse)

_REQUEST_LINE = re.compile(rb"(?:HTTP/|\S+ \S+ HTTP/)")


@frozen(kw_only=True)
class Exchange:
    """A request, its response, or both."""

    request: HttpRequest | None = None
    response: HttpResponse | None = None
    operation: str | None = None
    """The name of the operation, where the file tells it."""
    lacking: tuple[str, ...] = ()
    """What of the messages the file does not have."""


def exchanges_of(data: bytes) -> Iterator[Exchange]:
    """The messages in a file. Raises `DecodeError` for what is none."""
    if data.lstrip()[:1] == b"{":
        yield from _of_json(data)
        return
    if _REQUEST_LINE.match(data) is None and is_log(data):
        for call in calls_in_log(data):
            yield Exchange(request=call.request, response=call.response, operation=call.operation, lacking=call.lacking)
        return
    yield Exchange(response=_response(data)) if data.startswith(b"HTTP/") else Exchange(request=_request(data))


def text_of(request: HttpRequest, host: str = "") -> str:
    """A request as it stands on the wire, for people to read: what is no text of a body is told by its length."""
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    if host:
        lines.append(f"Host: {request.host_at(host)}")
    lines += [f"{name}: {value}" for name, value in request.headers.pairs()]
    return "\n".join([*lines, "", _shown(request.body)])


def _shown(body: Body) -> str:
    if not isinstance(body, bytes):
        return "(a stream)"
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"({len(body)} bytes)"


def _request(data: bytes) -> HttpRequest:
    line, headers, body = _parts(data)
    words = line.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/"):
        raise DecodeError(
            "expected a HAR, botocore's log, or an HTTP message that begins like `POST / HTTP/1.1` or `HTTP/1.1 200 OK`"
        )
    return HttpRequest.of_target(words[0], _target(words[1]), headers, body)


def _response(data: bytes) -> HttpResponse:
    line, headers, body = _parts(data)
    if headers.get("content-encoding") == "gzip":
        del headers["content-encoding"]
        body = compression.decompressed(body)
    status = line.split(" ")[1:2]
    if not status or not status[0].isdigit():
        raise DecodeError("expected a status, as in `HTTP/1.1 200 OK`")
    return HttpResponse(status=int(status[0]), headers=headers, body=body)


def _parts(data: bytes) -> tuple[str, Headers, bytes]:
    end = min((place for place in (data.find(b"\r\n\r\n"), data.find(b"\n\n")) if place >= 0), default=len(data))
    head = data[:end].decode("latin-1").replace("\r\n", "\n")
    body = data[end:].removeprefix(b"\r\n\r\n").removeprefix(b"\n\n")
    line, *rest = head.split("\n")
    headers = Headers()
    for each in rest:
        name, colon, value = each.partition(":")
        if not colon or not name.strip():
            raise DecodeError(f"expected a header, got {each[:40]!r}")
        headers.add(name.strip(), value.strip())
    return line.strip(), headers, _plain(headers, body)


def _plain(headers: Headers, body: bytes) -> bytes:
    """A body without the codings of its transfer, whose headers go."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        decoder = ChunkDecoder()
        body = decoder.feed(body)
        decoder.close()
        del headers["transfer-encoding"]
    if is_chunked(headers):
        inside, body = headers_inside(headers), read_all(body_inside(body, headers))
        for name in ("content-encoding", "content-length"):
            headers.pop(name, None)
        headers.update(inside)
    return body


def _of_json(data: bytes) -> Iterator[Exchange]:
    """A HAR archive, or what `to_json` made of messages: one document, or one on each line."""
    try:
        documents = [json.loads(data)]
    except ValueError as error:
        lines = [line for line in data.split(b"\n") if line.strip()]
        try:
            documents = [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            raise _no_archive(error) from None
    except RecursionError as error:
        raise _no_archive(error) from None
    for number, document in enumerate(documents):
        try:
            yield from _of_document(document)
        except DecodeError as error:
            raise error.under(number) if len(documents) > 1 else error from None


def _of_document(document: Any) -> Iterator[Exchange]:
    if isinstance(document, dict) and not document.keys().isdisjoint(("request", "response")):
        yield Exchange(
            request=_message(HttpRequest, "request", document), response=_message(HttpResponse, "response", document)
        )
    elif isinstance(document, dict) and "status" in document:
        yield Exchange(response=HttpResponse.of_json(document))
    elif isinstance(document, dict) and "method" in document:
        yield Exchange(request=HttpRequest.of_json(document))
    else:
        yield from _of_archive(document)


def _message(cls: type[M], name: str, document: Mapping[str, Any]) -> M | None:
    if name not in document:
        return None
    try:
        found: M = cls.of_json(document[name])
    except DecodeError as error:
        raise error.under(name) from None
    return found


def _no_archive(error: Exception) -> DecodeError:
    return DecodeError(f"expected a HAR archive, or messages as `to_json` has them: {type(error).__name__}: {error}")


def _of_archive(document: Any) -> Iterator[Exchange]:
    try:
        entries = document["log"]["entries"]
        found = [
            Exchange(request=_archived_request(each["request"]), response=_archived_response(each["response"]))
            for each in entries
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_archive(error) from None
    yield from found


def _archived_request(request: Any) -> HttpRequest:
    data = request.get("postData") or {}
    headers = Headers((each["name"], each["value"]) for each in request["headers"] if not each["name"].startswith(":"))
    body = b64decode(data["text"]) if data.get("encoding") == "base64" else data.get("text", "").encode()
    headers.setdefault("Host", urlsplit(request["url"]).netloc)  # HTTP/2 has no such header
    return HttpRequest.of_target(request["method"], _target(request["url"]), headers, body)


def _archived_response(response: Any) -> HttpResponse:
    content = response.get("content") or {}
    headers = Headers((each["name"], each["value"]) for each in response["headers"] if not each["name"].startswith(":"))
    headers.pop("content-encoding", None)  # archives have bodies as they were read
    text = content.get("text", "")
    body = b64decode(text) if content.get("encoding") == "base64" else text.encode()
    return HttpResponse(status=response["status"], headers=headers, body=body)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
