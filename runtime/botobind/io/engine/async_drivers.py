"""What does the steps of calls, awaited: the asynchronous carrier over the engine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from botobind.io.engine.downloads import CheckedAsyncRaw
from botobind.io.engine.steps import Send, Sleep
from botobind.io.streamed_bodies import AsyncStreamedBody, left_to_caller_awaited

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.carriers import Form
    from botobind.io.engine.core import Core, Steps
    from botobind.io.engine.transports import AsyncTransport
    from botobind.operations import Operation


class AsyncEngine:
    """Carries messages by itself, awaited."""

    def __init__(self, core: Core, transport: AsyncTransport, pause: Callable[[float], Any] = asyncio.sleep) -> None:
        self._core = core
        self._transport = transport
        self._pause = pause
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
                        given = await asyncio.to_thread(step.provider.fetch)  # it may wait for a network
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
