"""Generators that close their source in the end, also where nobody has begun them: a `finally` does not run then."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Generator
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")


class Closing(Generic[T]):
    """What a generator gives that closes its source when it ends, breaks or is closed. By `close` and `with` the source
    is closed if it has not begun, too.
    """

    __slots__ = ("_has_begun", "_items", "_source")

    def __init__(self, items: Generator[T, None, None], source: object) -> None:
        self._items = items
        self._source = source
        self._has_begun = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        self._has_begun = True
        return next(self._items)

    def begun(self) -> Generator[T, None, None]:
        """The generator itself, for who begins it at once: it takes less time."""
        self._has_begun = True
        return self._items

    def close(self) -> None:
        """Closes the source; there are no more items. To do it again does nothing."""
        self._items.close()
        if not self._has_begun:
            self._has_begun = True
            close(self._source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClosing(Generic[T]):
    """`Closing` of an asynchronous generator, by `aclose` and `async with`."""

    __slots__ = ("_has_begun", "_items", "_source")

    def __init__(self, items: AsyncGenerator[T, None], source: object) -> None:
        self._items = items
        self._source = source
        self._has_begun = False

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Awaitable[T]:
        self._has_begun = True
        return anext(self._items)

    def begun(self) -> AsyncGenerator[T, None]:
        """See `Closing.begun`."""
        self._has_begun = True
        return self._items

    async def aclose(self) -> None:
        """See `Closing.close`."""
        await self._items.aclose()
        if not self._has_begun:
            self._has_begun = True
            await close_awaited(self._source)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def close(source: Any) -> None:
    """Closes what can be closed."""
    method = getattr(source, "close", None)
    if method is not None:
        method()


async def close_awaited(source: Any) -> None:
    """Closes what can be closed, and awaits that where it is to be awaited."""
    method = getattr(source, "aclose", None) or getattr(source, "close", None)
    closing = None if method is None else method()
    if isinstance(closing, Awaitable):
        await closing
