"""Forms by which browsers upload an object: fields, and a file behind them, become the request of an operation.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from botobind import formats, wire
from botobind.errors import BotobindError, RequestError
from botobind.http import Body, Headers, HttpRequest, HttpResponse
from botobind.wire.percent import encode

__all__ = ["FormReader", "answer", "is_multipart", "request_of"]

_MULTIPART = "multipart/form-data"
_MOST_BYTES = 20 * 1024
"""Bytes of all fields together, with their names."""
_ANY_NAME = "${filename}"
_AS_HEADERS = frozenset({"cache-control", "content-disposition", "content-encoding", "content-type", "expires"})
_NO_HEADERS = frozenset({"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-copy-source"})
_STATUSES = frozenset({"200", "201", "204"})


def is_multipart(headers: Headers) -> bool:
    """Whether the body of these headers is a form with files in it."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == _MULTIPART


class FormReader:
    """Takes the bytes of a form as they come, and gives those of its file.

    `fields` has what came before the file, by lower-case names; what comes behind it is ignored.
    """

    def __init__(self, headers: Headers) -> None:
        try:
            from python_multipart.exceptions import FormParserError
            from python_multipart.multipart import MultipartParser, parse_options_header
        except ImportError:
            raise BotobindError("python-multipart is missing: pip install 'botobind[server]'") from None
        try:
            boundary = parse_options_header(headers.get("content-type", ""))[1].get(b"boundary", b"")
        except UnicodeError:
            raise _malformed() from None
        if not boundary:
            raise _malformed()
        self.fields: dict[str, str] = {}
        self.has_begun = False
        """Whether the file has."""
        self._options = parse_options_header
        self._wrong: type[Exception] = FormParserError
        self._found: list[bytes] = []
        self._name, self._filename = "", ""
        self._header, self._value, self._disposition = b"", bytearray(), ""
        self._left = _MOST_BYTES
        self._state = "fields"
        try:
            self._parser = MultipartParser(boundary, self._callbacks())  # type: ignore[arg-type] # its own dict
        except FormParserError:  # the boundary is too long
            raise _malformed() from None

    def _callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._take_header,
            "on_header_value": self._take_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._take,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def feed(self, data: bytes, /) -> bytes:
        """The bytes of the file. Raises `RequestError` for what is no such form."""
        if self._state != "ended":
            try:
                self._parser.write(data)
            except self._wrong:
                raise _malformed() from None
        found = b"".join(self._found)
        self._found.clear()
        return found

    def close(self) -> None:
        """Raises `RequestError` where the form breaks off, or has no file."""
        if self._state != "ended":
            raise _malformed()
        if not self.has_begun:
            raise RequestError("POST requires exactly one file upload per request.", code="InvalidArgument")

    def _begin(self) -> None:
        self._disposition = ""
        self._header = b""
        self._value = bytearray()

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            reason = "Your POST request fields preceding the upload file were too large."
            raise RequestError(reason, code="MaxPostPreDataLengthExceeded")

    def _take_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if not self.has_begun:
            self._count(len(self._header) + len(self._value))
        if self._header.lower() == b"content-disposition":
            # Browsers write UTF-8 here.
            self._disposition = self._value.decode("utf-8", "replace")
        self._header, self._value = b"", bytearray()

    def _end_headers(self) -> None:
        if self._state == "file":
            self._state = "behind"
        if self._state == "behind":
            return
        # It writes and reads bytes as Latin-1.
        options = self._options(self._disposition.encode().decode("latin-1"))[1]
        name = options.get(b"name")
        if name is None:
            raise _malformed()
        self._name = name.decode("utf-8", "replace").lower()
        if self._name == "file":
            self.has_begun, self._state = True, "file"
            filename = options.get(b"filename", b"").decode("utf-8", "replace")
            self._filename = filename.replace("\\", "/").rpartition("/")[2]

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._state == "file":
            self._found.append(data[start:end])
        elif self._state == "fields":
            self._count(end - start)
            self._value += data[start:end]

    def _end(self) -> None:
        if self._state != "fields":
            return
        if self._name in self.fields:
            raise RequestError(f"the form has two fields {self._name}", code="InvalidArgument")
        try:
            self.fields[self._name] = self._value.decode()
        except UnicodeDecodeError:
            raise _malformed() from None

    def _finish(self) -> None:
        self._state = "ended"

    def named(self, bucket: str) -> dict[str, str]:
        """The fields as a policy sees them: with the bucket, and the file's name where they have a place for it."""
        found = {
            name: text.replace(_ANY_NAME, self._filename) for name, text in self.fields.items() if name != "policy"
        }
        if not found.get("key"):
            reason = "Bucket POST must contain a field named 'key'."
            raise RequestError(f"{reason} It has to come before the file.", code="InvalidArgument")
        return {**found, "bucket": bucket}


def request_of(posted: HttpRequest, fields: Mapping[str, str], file: Body) -> HttpRequest:
    """The request of an object's upload that a form is, with its bucket in its path."""
    headers = Headers()
    for name, text in fields.items():
        if name in _AS_HEADERS or (name.startswith("x-amz-") and name not in _NO_HEADERS):
            if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
                raise RequestError(f"the field {name} has controls in it", code="InvalidArgument")
            headers.add(name, text)
    if (acl := fields.get("acl")) is not None:
        headers.add("x-amz-acl", acl)
    if (tagging := fields.get("tagging")) is not None:
        headers.add("x-amz-tagging", _tags(tagging))
    key = "/".join(encode(part) for part in fields["key"].split("/"))
    return HttpRequest(method="PUT", path=f"{posted.path.rstrip('/')}/{key}", headers=headers, body=file)


def _tags(document: str) -> str:
    """Tags in a document of XML as they are in a header."""
    try:
        root: Any = wire.elements.parse(document.encode())
    except BotobindError:
        raise RequestError("The XML you provided was not well-formed", code="MalformedXML") from None
    return urlencode([(tag.findtext("Key") or "", tag.findtext("Value") or "") for tag in root.iter("Tag")])


def answer(response: HttpResponse, fields: Mapping[str, str], address: str) -> HttpResponse:
    """The response to a form whose upload has this one: as its fields want it. `address` is that of the object."""
    if response.status >= 300:
        return response
    etag = response.headers.get("etag", "")
    response.headers["Location"] = address
    redirect = fields.get("success_action_redirect") or fields.get("redirect") or ""
    if (target := _redirect(redirect, {"bucket": fields["bucket"], "key": fields["key"], "etag": etag})) is not None:
        response.status, response.headers["Location"] = 303, target
        return response
    status = fields.get("success_action_status", "")
    response.status = int(status) if status in _STATUSES else 204
    response.headers.pop("Content-Type", None)
    if response.status == 201:
        told = {"Location": address, "Bucket": fields["bucket"], "Key": fields["key"], "ETag": etag}
        response.body = _document(told)
        response.headers["Content-Type"] = "application/xml"
    return response


def _document(told: Mapping[str, str]) -> bytes:
    inner = [f"<{name}>{formats.xml.write_string(text)}</{name}>" for name, text in told.items()]
    return formats.xml.dump(f"<PostResponse>{''.join(inner)}</PostResponse>")


def _redirect(target: str, told: Mapping[str, Any]) -> str | None:
    """Where a browser goes after an upload; `None` for nowhere, or where the field is no URL."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc or not target.isascii() or not target.isprintable():
        return None
    query = f"{parts.query}&{urlencode(told)}" if parts.query else urlencode(told)
    return parts._replace(query=query).geturl()


def _malformed() -> RequestError:
    reason = "The body of your POST request is not well-formed multipart/form-data."
    return RequestError(reason, code="MalformedPOSTRequest")
