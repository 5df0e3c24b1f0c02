"""What blocks, done in a thread for whoever awaits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """What a function gives that waits. Who is cancelled gets away when it has ended, since what it works on is closed
    then: a generator cannot be while it runs.
    """
    running = asyncio.ensure_future(asyncio.to_thread(called, function, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        if not running.cancelled():
            running.exception()  # nobody else asks for it, and the loop would say so
        raise


def called(function: Callable[..., T], *arguments: Any) -> T:
    """What a function gives, in a thread that is awaited."""
    try:
        return function(*arguments)
    except StopIteration as error:  # no future can hold it: whoever awaits would wait for ever
        raise RuntimeError("a function raised StopIteration") from error
