"""Generators that close their source in the end, also where nobody has begun them: a `finally` does not run then."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Generator
from types import AsyncGeneratorType, GeneratorType
from typing import Any, Generic, Self, TypeVar

from botobind.errors import BotobindError

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
        """Closes the source; there are no more items. To do it again does nothing.

        Another thread that reads meanwhile comes to the end, or to what its source raises. Raises `BotobindError` where
        the source is a generator that it is in, which cannot be closed then.
        """
        try:
            self._items.close()
        except ValueError as error:
            if not _is_running(error):
                raise
            close(self._source)
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
        """See `Closing.close`; tasks are what threads are there."""
        try:
            await self._items.aclose()
        except RuntimeError as error:
            if not _is_running(error):
                raise
            await close_awaited(self._source)
        if not self._has_begun:
            self._has_begun = True
            await close_awaited(self._source)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _is_running(error: Exception) -> bool:
    """Whether an error of closing a generator says that somebody is in it: it is from no frame of the generator's."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is None


_IN_USE = "what is being read cannot be closed: somebody waits in its generator"


def close(source: Any) -> None:
    """Closes what can be closed. Raises `BotobindError` for a generator that another thread is in."""
    method = getattr(source, "close", None)
    if method is None:
        return
    try:
        method()
    except ValueError as error:
        if isinstance(source, GeneratorType) and _is_running(error):
            raise BotobindError(_IN_USE) from None
        raise


async def close_awaited(source: Any) -> None:
    """Closes what can be closed, and awaits that where it is to be awaited."""
    method = getattr(source, "aclose", None) or getattr(source, "close", None)
    closing = None if method is None else method()
    if not isinstance(closing, Awaitable):
        return
    try:
        await closing
    except RuntimeError as error:
        if isinstance(source, AsyncGeneratorType) and _is_running(error):
            raise BotobindError(_IN_USE) from None
        raise
