"""Bodies in the content coding `aws-chunked`, in which AWS's SDKs send what a checksum or a signature comes after.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

from typing import Protocol

from botobind.errors import RequestError
from botobind.http import Body, Headers
from botobind.io.engine import sigv4
from botobind.server.checksums import Sums
from botobind.server.sources import through
from botobind.wire.fields import length_told

CODING = "aws-chunked"
_LONGEST_LINE = 8 * 1024
_MOST_TRAILERS = 64
_HEXADECIMAL = b"0123456789abcdefABCDEF"
_SIGNATURE = "chunk-signature="
_LENGTH = "x-amz-decoded-content-length"


class ChunkCheck(Protocol):
    """Checks the signatures that are between chunks, and raises the error to answer with for a wrong one."""

    def update(self, data: bytes, /) -> None:
        """Takes bytes of a chunk."""
        ...

    def end_chunk(self, signature: str, /) -> None:
        """Takes the signature of a chunk that has passed."""
        ...

    def end(self, trailers: list[tuple[str, str]], /) -> None:
        """Takes the headers after the last chunk."""
        ...


class ChunkDecoder:
    """Takes the bytes of a body as they come and gives those that are inside of its chunks.

    `trailers` has the headers after the last chunk. Signatures of chunks are looked at where there is a check of them.
    """

    def __init__(self, check: ChunkCheck | None = None) -> None:
        self.trailers: list[tuple[str, str]] = []
        self._check = check
        self._signature = ""
        self._line = b""
        self._left = 0
        """Bytes of the chunk that have not come yet."""
        self._state = "size"

    def feed(self, data: bytes) -> bytes:
        """What is inside. Raises `RequestError` for what is no such body."""
        found: list[bytes] = []
        # Chunks may be of a byte each: what is left of the data is not copied for each of them.
        start, length = 0, len(data)
        while start < length:
            if self._state == "data":
                piece = data[start : start + self._left]
                start += len(piece)
                self._left -= len(piece)
                found.append(piece)
                if self._check is not None:
                    self._check.update(piece)
                if not self._left:
                    self._state = "end of data"
                continue
            end = data.find(b"\n", start)
            line = self._line + data[start : length if end < 0 else end]
            if len(line) > _LONGEST_LINE:
                raise _incomplete("a line between chunks is too long")
            if end < 0:
                self._line = line
                break
            self._line, start = b"", end + 1
            self._take(line.rstrip(b"\r"))
        return b"".join(found)

    def close(self) -> None:
        """Ends the body. Raises `RequestError` where its end has not come."""
        if self._state != "ended":
            raise _incomplete("the body ends before it should")

    def _take(self, line: bytes) -> None:
        if self._state == "end of data":
            if line:
                raise _incomplete("a chunk is longer than it says")
            self._end_chunk()
            self._state = "size"
        elif self._state == "size":
            size, _, extension = line.partition(b";")
            size = size.strip()
            if not size or size.strip(_HEXADECIMAL):
                raise _incomplete("a chunk does not say how long it is")
            self._left = int(size, 16)
            self._signature = extension.decode("latin-1").strip().removeprefix(_SIGNATURE)
            self._state = "data" if self._left else "trailers"
            if not self._left:
                self._end_chunk()
        elif self._state == "trailers":
            if not line:
                self._state = "ended"
                if self._check is not None:
                    self._check.end(self.trailers)
                return
            if len(self.trailers) >= _MOST_TRAILERS:
                raise _incomplete(f"there are more than {_MOST_TRAILERS} lines after the last chunk")
            name, _, value = line.decode("latin-1").partition(":")
            self.trailers.append((name.strip(), value.strip()))
        elif line:
            raise _incomplete("something comes after the body's end")

    def _end_chunk(self) -> None:
        if self._check is not None:
            self._check.end_chunk(self._signature)


class _Checked:
    """A decoder that compares what was inside of the chunks with what headers and trailers say of it."""

    def __init__(self, headers: Headers, check: ChunkCheck | None) -> None:
        self._decoder = ChunkDecoder(check)
        self._left = length_told(headers.get(_LENGTH))
        if self._left is None and _LENGTH in headers:
            raise RequestError("X-Amz-Decoded-Content-Length has to be a number", code="InvalidRequest")
        self._promised = [name.strip().lower() for name in headers.get("x-amz-trailer", "").split(",") if name.strip()]
        self._sums = Sums(self._promised)

    def feed(self, data: bytes, /) -> bytes:
        found = self._decoder.feed(data)
        if self._left is not None:
            self._left -= len(found)
            if self._left < 0:
                raise _incomplete("the body is longer than X-Amz-Decoded-Content-Length says")
        self._sums.update(found)
        return found

    def close(self) -> None:
        self._decoder.close()
        if self._left:
            raise _incomplete("the body is shorter than X-Amz-Decoded-Content-Length says")
        came = {name.lower(): value for name, value in self._decoder.trailers}
        for name in self._promised:
            if name not in came:
                raise RequestError(f"the trailer {name} was promised and has not come", code="MalformedTrailerError")
        self._sums.check(came)


def check_framing(headers: Headers) -> None:
    """Raises `RequestError` where headers contradict each other about the end of a body: two readers who understand
    them differently let requests be smuggled past one of them.
    """
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None and (coding.strip().lower() != "chunked" or length is not None):
        raise RequestError("a body is either chunked or has a length", code="InvalidRequest")
    if length is not None and length_told(length) is None:
        raise RequestError("Content-Length has to be a number", code="InvalidRequest")


def is_chunked(headers: Headers) -> bool:
    """Whether the body of these headers is in this coding. Some SDKs say so by what stands for the body in what is
    signed alone.
    """
    signed = headers.get(sigv4.CONTENT_SHA256, "")
    return CODING in _codings(headers) or (signed.startswith("STREAMING-") and not signed.endswith("-EVENTS"))


def headers_inside(headers: Headers) -> Headers:
    """The headers of what is inside of the chunks."""
    inner = Headers(headers)
    if "content-encoding" in inner:
        rest = [coding for coding in _codings(headers) if coding.lower() != CODING]
        del inner["content-encoding"]
        if rest:
            inner["Content-Encoding"] = ", ".join(rest)
    inner.pop("Content-Length", None)
    if (length := inner.get(_LENGTH)) is not None:
        inner["Content-Length"] = length
    return inner


def _codings(headers: Headers) -> list[str]:
    found = [coding.strip() for coding in headers.get("content-encoding", "").split(",")]
    return [coding.lower() if coding.lower() == CODING else coding for coding in found if coding]


def body_inside(body: Body, headers: Headers, check: ChunkCheck | None = None) -> Body:
    """What is inside of the chunks of a body, as it comes: bytes of bytes, and a source of a source.

    Its end is where it is compared with the length and the checksums that its headers and trailers have. Raises
    `RequestError`, as reading a source does, for what is no such body or not what they say.
    """
    return through(body, _Checked(headers, check))


def _incomplete(reason: str) -> RequestError:
    return RequestError(reason, code="IncompleteBody")
