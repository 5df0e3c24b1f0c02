"""Bodies and events that were recorded: read once, like those that come from a socket, and broken where those broke."""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator, Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from botobind.io.streamed_bodies import AsyncStreamedBody, StreamedBody, begun
from botobind.wire.closing import AsyncClosing, Closing

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from botobind.operations import Operation

T = TypeVar("T")


class _File(io.RawIOBase):
    """What a recorded body is read from."""

    def __init__(self, data: bytes, breaks: Exception | None) -> None:
        super().__init__()
        self._left = memoryview(data)
        self._at = 0
        self._breaks = breaks

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        wanted = memoryview(buffer).cast("B")
        found = self._left[: len(wanted)]
        if wanted and not found and self._breaks is not None:
            raise self._breaks
        wanted[: len(found)] = found
        self._left = self._left[len(found) :]
        self._at += len(found)
        return len(found)

    def tell(self) -> int:
        return self._at

    def set_socket_timeout(self, timeout: float) -> None:
        """Nothing, since there is no socket: botocore's bodies have it."""

    def close(self) -> None:
        """Drops what is left."""
        self._left, self._breaks = memoryview(b""), None
        super().close()


class RecordedBody(StreamedBody):
    """A body that was recorded as a stream. `breaks` is what is raised where it ends. It has what bodies of botocore's
    have.
    """

    def __init__(self, data: bytes, breaks: Exception | None = None) -> None:
        super().__init__(_File(data, breaks), "")


class RecordedEvents(Closing[Any]):
    """Events that came one by one. `breaks` is what is raised after them."""

    __slots__ = ()

    def __init__(self, events: Sequence[Any], breaks: Exception | None = None) -> None:
        super().__init__(until(events, breaks), None)


def until(items: Iterable[T], breaks: Exception | None) -> Generator[T, None, None]:
    """Items, and after them what they broke off with."""
    yield from items
    if breaks is not None:
        raise breaks


def awaited(items: Generator[T, None, None] | Closing[T]) -> AsyncClosing[T]:
    """The items for those who await each."""
    return AsyncClosing(_awaited(items), items)


async def _awaited(items: Generator[T, None, None] | Closing[T]) -> AsyncGenerator[T, None]:
    try:
        for item in items:
            yield item
    finally:
        items.close()


async def awaited_body(operation: Operation[Any, Any, Any], body: Any) -> Any:
    """The body of a response as asynchronous clients have it: events as chunks to come."""
    if isinstance(body, RecordedBody):
        return AsyncStreamedBody(body, operation.name)
    if isinstance(body, bytes):
        return body
    chunks: AsyncIterable[bytes] = awaited(until(body, None))
    return await begun(operation, chunks)
