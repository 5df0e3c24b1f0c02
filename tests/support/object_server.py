"""A bucket of S3's on loopback, as far as transfers need one, whose requests go wrong as a test has it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from threading import Lock
from urllib.parse import parse_qs, urlsplit

from support.fault_server import Act, Connection, Received, Server, message

Fault = Callable[["Bucket", Connection, Received], bool | None]
"""What goes wrong with a request: it answers as an `Act` does, or gives None, and the bucket answers."""


class Bucket(Server):
    """Keeps objects. `faults` are by a part of what is asked for, such as `PUT partNumber=2`: one for each request, in
    order, until there is none left. `asked` has the same of all requests.
    """

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, bytes] = {}
        self.parts: dict[int, bytes] = {}
        self.uploads = 0
        self.aborted = 0
        self.asked: list[str] = []
        self.faults: dict[str, list[Fault]] = {}
        self._changing = Lock()
        self.script = [self._act]

    def _act(self, connection: Connection, request: Received) -> bool:
        asked = f"{request.method} {request.target} {request.headers.get('range', '')}"
        with self._changing:
            self.asked.append(asked)
            fault = next((left.pop(0) for part, left in self.faults.items() if part in asked and left), None)
        goes_on = None if fault is None else fault(self, connection, request)
        return self._answer_well(connection, request) if goes_on is None else goes_on

    def _answer_well(self, connection: Connection, request: Received) -> bool:
        connection.body(request)
        status, headers, body = self._answer_of(request)
        shown = b"" if request.method == "HEAD" else body
        connection.sock.sendall(message(status, shown, headers, len(body)))
        return True

    def _answer_of(self, request: Received) -> tuple[int, dict[str, str], bytes]:
        parsed = urlsplit(request.target)
        query = {name: values[0] for name, values in parse_qs(parsed.query, keep_blank_values=True).items()}
        key = parsed.path.removeprefix("/box/")
        with self._changing:
            return getattr(self, f"_{request.method.lower()}")(key, query, request)  # type: ignore[no-any-return]

    def _post(self, key: str, query: dict[str, str], request: Received) -> tuple[int, dict[str, str], bytes]:
        if "uploads" in query:
            self.uploads += 1
            return 200, {}, b"<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>"
        numbers = [int(found) for found in re.findall(rb"<PartNumber>(\d+)</PartNumber>", request.body or b"")]
        assert numbers == sorted(numbers)
        self.objects[key] = b"".join(self.parts[number] for number in numbers)
        self.parts.clear()
        return 200, {}, b"<CompleteMultipartUploadResult><ETag>1-2</ETag></CompleteMultipartUploadResult>"

    def _put(self, key: str, query: dict[str, str], request: Received) -> tuple[int, dict[str, str], bytes]:
        body = request.body or b""
        if "partNumber" in query:
            self.parts[int(query["partNumber"])] = body
        else:
            self.objects[key] = body
        sums = {name: text for name, text in request.headers.items() if name.startswith("x-amz-checksum-")}
        return 200, {"ETag": f'"{hashlib.sha256(body).hexdigest()}"', **sums}, b""

    def _delete(self, *_: object) -> tuple[int, dict[str, str], bytes]:
        self.aborted += 1
        self.parts.clear()
        return 204, {}, b""

    def _get(self, key: str, _: dict[str, str], request: Received) -> tuple[int, dict[str, str], bytes]:
        if key not in self.objects:
            return 404, {}, b"<Error><Code>NoSuchKey</Code></Error>"
        whole = self.objects[key]
        etag = f'"{hashlib.sha256(whole).hexdigest()}"'
        if request.headers.get("if-match", etag) != etag:
            return 412, {}, b"<Error><Code>PreconditionFailed</Code></Error>"
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("range", ""))
        if asked is None:
            return 200, {"ETag": etag}, whole
        first, last = int(asked[1]), int(asked[2])
        return 206, {"ETag": etag, "Content-Range": f"bytes {first}-{last}/{len(whole)}"}, whole[first : last + 1]

    _head = _get


def by(act: Act) -> Fault:
    """A fault of the fault server's."""
    return lambda _, connection, request: act(connection, request)
