"""The bodies of HTTP/1.1 requests as binary files that end where the body does."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

from botobind.errors import UnknownOperationError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LONGEST_LINE = 8 * 1024


class Source(Protocol):
    """What a connection's reading end offers."""

    def readline(self, size: int = -1, /) -> bytes:
        """The next line, or `size` bytes of it."""
        ...

    def readinto1(self, buffer: WriteableBuffer, /) -> int:
        """Fills the buffer with what is there now; gives the number of bytes, 0 at the end."""
        ...


class _Counted(io.RawIOBase):
    """So many bytes of the source."""

    def __init__(self, source: Source, length: int) -> None:
        self._source = source
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer).cast("B") as view:
            wanted = min(len(view), self._left)
            count = self._source.readinto1(view[:wanted]) if wanted else 0
        if wanted and not count:
            raise _refusal("IncompleteBody", "the body ends before it should")
        self._left -= count
        return count


class _Chunked(io.RawIOBase):
    """Chunks, each after a line with its length, up to one of length 0, which trailers may follow."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._chunk = _Counted(source, 0)
        self._state = "first"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self._state == "ended":
            return 0
        count = self._chunk.readinto(buffer)
        if count:
            return count
        if self._state == "later" and self._line():
            raise _refusal("IncompleteBody", "a chunk is longer than it says")
        self._state = "later"
        # What follows the length may be a chunk's signature, which nobody checks here.
        length = self._line().partition(b";")[0].strip()
        if not length or length.strip(b"0123456789abcdefABCDEF"):
            raise _refusal("IncompleteBody", "a chunk does not say how long it is")
        if size := int(length, 16):
            self._chunk = _Counted(self._source, size)
            return self._chunk.readinto(buffer)
        # The trailers are checksums of the body, which nobody checks here.
        while self._line():
            pass
        self._state = "ended"
        return 0

    def _line(self) -> bytes:
        line = self._source.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise _refusal("IncompleteBody", "the body ends before it should")
        return line.rstrip(b"\r\n")


def framed_body(headers: Mapping[str, str], source: Source) -> io.BufferedReader:
    """The body as the headers delimit it. Raises a `ServiceError` where they contradict each other."""
    coding = headers.get("Transfer-Encoding", "").strip().lower()
    length = headers.get("Content-Length")
    if coding and (coding != "chunked" or length is not None):
        # Two readers who understand this differently let requests be smuggled past one of them.
        raise _refusal("InvalidRequest", "a body is either chunked or has a length")
    if coding:
        return io.BufferedReader(_Chunked(source))
    if length is not None and not (length.isascii() and length.isdigit()):
        raise _refusal("InvalidRequest", "Content-Length has to be a number")
    return io.BufferedReader(_Counted(source, int(length or 0)))


def without_aws_chunks(body: io.BufferedReader) -> io.BufferedReader:
    """The body that is inside of one with the content coding `aws-chunked`. Its grammar is that of HTTP's own chunks.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    """
    return io.BufferedReader(_Chunked(cast("Source", body)))


def _refusal(code: str, message: str) -> UnknownOperationError:
    error = UnknownOperationError(code, message)
    error.status = 400
    return error
