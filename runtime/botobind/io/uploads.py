"""Bodies of requests that are no files, as botocore and aiobotocore can send them: bit by bit, in bounded memory."""

from __future__ import annotations

import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from inspect import isawaitable, iscoroutinefunction
from typing import Any, NoReturn

from botobind.errors import EncodeError
from botobind.io.streamed_bodies import CHUNK, AsyncChunks, Chunks, sizes


class ReadOnceError(io.UnsupportedOperation):
    """A body would have to be read twice, to be signed or for a checksum in a header, and cannot be."""


class _ReadOnce:
    """What files that cannot be rewound say: botocore asks for their length by going to their end."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def seek(self, *_: object) -> NoReturn:
        """Raises `ReadOnceError`."""
        raise ReadOnceError(
            "the body can be read once alone, and would have to be before it is sent; over TLS a checksum can trail it"
        )

    tell = seek


class OneTimeBody(_ReadOnce):
    """A body that is read once: of an iterable of chunks, or of what has `read` and no more."""

    def read(self, size: int | None = None) -> bytes:
        """At most `size` bytes, or all that are left."""
        found: bytes = self._source.read(*sizes(size))
        return found


class AwaitedBody(_ReadOnce):
    """A body that aiobotocore reads once: of an iterable of chunks or of what has `read`, asynchronous or not."""

    async def read(self, size: int | None = None) -> bytes:
        """At most `size` bytes, or all that are left."""
        found: Any = self._source.read(*sizes(size))
        read: bytes = await found if isawaitable(found) else found
        return read

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self.read(CHUNK):
            yield chunk


def body_to_send(body: Any, operation: str) -> Any:
    """A body that botocore can send. Raises `EncodeError` for one that has to be awaited."""
    read = getattr(body, "read", None)
    if isinstance(body, AsyncIterable) or iscoroutinefunction(read):
        raise EncodeError(f"{operation}: the body is asynchronous: an AsyncClient sends it")
    if read is None:
        return OneTimeBody(Chunks(body)) if isinstance(body, Iterable) else body
    return body if hasattr(body, "seek") or hasattr(body, "__len__") else OneTimeBody(body)


def body_to_send_awaited(body: Any, operation: str) -> Any:  # noqa: ARG001 - as the other one has it
    """A body that aiobotocore can send: files stay as they are, and so does what has a length."""
    if hasattr(body, "read"):
        return body if hasattr(body, "seek") or hasattr(body, "__len__") else AwaitedBody(body)
    if isinstance(body, AsyncIterable):
        return AwaitedBody(AsyncChunks(body))
    return AwaitedBody(Chunks(body)) if isinstance(body, Iterable) else body
