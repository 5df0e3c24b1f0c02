"""What does the steps of calls, awaited: the asynchronous carrier over the engine."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from botobind.io.engine.downloads import CheckedAsyncRaw
from botobind.io.engine.steps import Send, Sleep
from botobind.io.faults import another
from botobind.io.streamed_bodies import AsyncStreamedBody, left_to_caller_awaited

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.carriers import Form
    from botobind.io.engine.core import Core
    from botobind.io.engine.steps import Steps
    from botobind.io.engine.transports import AsyncTransport
    from botobind.operations import Operation


class _Fetches:
    """The fetches of keys and tokens on their way. Many tasks wait for one, in one thread: of a thread for each none
    would be left for whatever else the program has threads for, such as the names of hosts.
    """

    def __init__(self) -> None:
        self._running: dict[int, asyncio.Future[Any]] = {}
        """By the identity of the provider, which its fetch holds: whether it has a hash is its own affair."""

    async def key_of(self, provider: Any) -> Any:
        """What a provider fetches, which goes on where who waits is cancelled: others may wait, too. What is there
        still is good enough while another task fetches. Raises what the provider raises.
        """
        key = id(provider)
        running = self._running.get(key)
        if running is None or running.get_loop() is not asyncio.get_running_loop():
            running = asyncio.ensure_future(asyncio.to_thread(provider.fetch))
            self._running[key] = running
            running.add_done_callback(partial(self._ended, key))
        elif (held := getattr(provider, "held", None)) is not None and (found := held()) is not None:
            return found
        await asyncio.wait([running])
        error = running.exception()
        if isinstance(error, Exception):
            raise another(error)  # all tasks that wait would raise the same
        return running.result()

    def _ended(self, key: int, fetch: asyncio.Future[Any]) -> None:
        if self._running.get(key) is fetch:
            del self._running[key]
        if not fetch.cancelled():
            fetch.exception()  # nobody may be left to see it


class AsyncEngine:
    """Carries messages by itself, awaited."""

    def __init__(self, core: Core, transport: AsyncTransport, pause: Callable[[float], Any] = asyncio.sleep) -> None:
        self._core = core
        self._transport = transport
        self._pause = pause
        self._fetches = _Fetches()
        self.sums_requests = core.sums_requests
        """Whether requests have a checksum wherever one is allowed."""
        self.max_connections: int | None = getattr(transport, "max_connections", None)
        """How many calls can be on their way at the same time; None where only the transport knows."""

    async def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        return await self._drive(self._core.call(operation, value), operation)

    def using(self, use: str) -> Callable[[Operation[Any, Any, Any], Any], Any]:
        """See `Engine.using`."""

        async def carry(operation: Operation[Any, Any, Any], value: Any) -> Any:
            return await self._drive(self._core.call(operation, value, (use,)), operation)

        return carry

    async def presign(self, operation: Operation[Any, Any, Any], value: Any, expires: int, method: str | None) -> str:
        """See `Engine.presign`."""
        url: str = await self._drive(self._core.presign(operation, value, expires, method), operation)
        return url

    async def post(self, form: Form) -> tuple[str, dict[str, str]]:
        """See `Engine.post`."""
        operation, steps = self._core.post(form)
        made: tuple[str, dict[str, str]] = await self._drive(steps, operation)
        return made

    async def disconnect(self) -> None:
        """Ends the connections that nothing is on; those of calls on their way end with them."""
        await self._transport.close()

    async def _drive(self, steps: Steps, operation: Operation[Any, Any, Any]) -> Any:
        send = self._transport.send
        try:
            step: Any = next(steps)
            while True:
                raw: Any = None
                try:
                    if step.__class__ is Send:
                        given: Any = await send(step.request, streams=step.streams, limit=step.limit)
                        if given.body.__class__ is not bytes:
                            raw = given.body
                            checked = CheckedAsyncRaw(raw, given.headers.by_lower_name())
                            body = AsyncStreamedBody(checked, operation.name)
                            given.body = await left_to_caller_awaited(operation, body)
                    elif step.__class__ is Sleep:
                        given = await self._pause(step.seconds)
                    else:
                        given = await self._fetches.key_of(step.provider)
                except Exception as error:  # noqa: BLE001 - the core knows
                    if raw is not None:
                        await raw.aclose()
                    step = steps.throw(error)
                    continue
                try:
                    step = steps.send(given)
                except StopIteration:
                    raise
                except BaseException:
                    if raw is not None:
                        await raw.aclose()
                    raise
                if raw is not None:
                    await raw.aclose()
        except StopIteration as end:
            return end.value
        except BaseException:
            steps.close()  # who was interrupted gives back now what it holds, and not when its traceback is let go
            raise
