"""Bodies in the content coding `aws-chunked`, in which AWS's SDKs send what a checksum or a signature comes after.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator

from botobind.errors import RequestError
from botobind.http import Body, Headers
from botobind.server.sources import pieces_of, readable

CODING = "aws-chunked"
_LONGEST_LINE = 8 * 1024
_HEXADECIMAL = b"0123456789abcdefABCDEF"


class ChunkDecoder:
    """Takes the bytes of a body as they come and gives those that are inside of its chunks.

    `trailers` has the headers after the last chunk. Signatures of chunks are not looked at.
    """

    def __init__(self) -> None:
        self.trailers: list[tuple[str, str]] = []
        self._line = b""
        self._left = 0
        """Bytes of the chunk that have not come yet."""
        self._state = "size"

    def feed(self, data: bytes) -> bytes:
        """What is inside. Raises `RequestError` for what is no such body."""
        found: list[bytes] = []
        while data:
            if self._state == "data":
                found.append(data[: self._left])
                data = data[self._left :]
                self._left -= len(found[-1])
                if not self._left:
                    self._state = "end of data"
                continue
            line, end, data = data.partition(b"\n")
            self._line += line
            if len(self._line) > _LONGEST_LINE:
                raise _incomplete("a line between chunks is too long")
            if end:
                line, self._line = self._line.rstrip(b"\r"), b""
                self._take(line)
        return b"".join(found)

    def close(self) -> None:
        """Ends the body. Raises `RequestError` where its end has not come."""
        if self._state != "ended":
            raise _incomplete("the body ends before it should")

    def _take(self, line: bytes) -> None:
        if self._state == "end of data":
            if line:
                raise _incomplete("a chunk is longer than it says")
            self._state = "size"
        elif self._state == "size":
            size = line.partition(b";")[0].strip()
            if not size or size.strip(_HEXADECIMAL):
                raise _incomplete("a chunk does not say how long it is")
            self._left = int(size, 16)
            self._state = "data" if self._left else "trailers"
        elif self._state == "trailers":
            if not line:
                self._state = "ended"
                return
            name, _, value = line.decode("latin-1").partition(":")
            self.trailers.append((name.strip(), value.strip()))
        elif line:
            raise _incomplete("something comes after the body's end")


def check_framing(headers: Headers) -> None:
    """Raises `RequestError` where headers contradict each other about the end of a body: two readers who understand
    them differently let requests be smuggled past one of them.
    """
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None and (coding.strip().lower() != "chunked" or length is not None):
        raise RequestError("a body is either chunked or has a length", code="InvalidRequest")
    if length is not None and not (length.isascii() and length.isdigit()):
        raise RequestError("Content-Length has to be a number", code="InvalidRequest")


def is_chunked(headers: Headers) -> bool:
    """Whether the body of these headers is in this coding."""
    return CODING in headers.get("content-encoding", "")


def headers_inside(headers: Headers) -> Headers:
    """The headers of what is inside of the chunks."""
    inner = Headers(headers)
    codings = [coding.strip() for coding in inner.pop("Content-Encoding").split(",")]
    if rest := [coding for coding in codings if coding != CODING]:
        inner["Content-Encoding"] = ", ".join(rest)
    inner.pop("Content-Length", None)
    if (length := inner.get("X-Amz-Decoded-Content-Length")) is not None:
        inner["Content-Length"] = length
    return inner


def body_inside(body: Body) -> Body:
    """What is inside of the chunks of a body, as it comes: bytes of bytes, and a source of a source."""
    if isinstance(body, bytes):
        return b"".join(_inside([body]))
    return _inside_later(body) if isinstance(body, AsyncIterable) else readable(_inside(pieces_of(body)))


def _inside(pieces: Iterable[bytes]) -> Iterator[bytes]:
    decoder = ChunkDecoder()
    for piece in pieces:
        if found := decoder.feed(piece):
            yield found
    decoder.close()


async def _inside_later(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    decoder = ChunkDecoder()
    async for piece in pieces:
        if found := decoder.feed(piece):
            yield found
    decoder.close()


def _incomplete(reason: str) -> RequestError:
    return RequestError(reason, code="IncompleteBody")
