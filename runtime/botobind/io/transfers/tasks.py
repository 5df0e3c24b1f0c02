"""Drives transfers of asynchronous clients: their jobs in tasks. Files are read and written in threads, since they may
block, and what is to be told is told in the event loop.
"""

from __future__ import annotations

import asyncio
from inspect import isawaitable
from threading import get_ident
from typing import TYPE_CHECKING, Any

from botobind.io.faults import raised
from botobind.io.transfers import actions
from botobind.io.transfers.parts import Driver
from botobind.io.transfers.progress import checked_progress
from botobind.wire.blocking import in_thread
from botobind.wire.closing import close_awaited

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.transfers.actions import Actions
    from botobind.io.transfers.parts import Transfer
    from botobind.io.transfers.progress import Progress

__all__ = ["Tasks", "ToldInLoop"]


class Tasks(Driver):
    """Does the actions of one transfer, as `threads.Threads` does."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._ended: asyncio.Queue[tuple[Any, BaseException | None]] = asyncio.Queue()
        self._jobs: set[asyncio.Task[None]] = set()
        self._is_cancelled = False
        self._does: dict[type, Callable[[Any], Any]] = {
            actions.Request: self._request,
            actions.Fetch: self._fetch,
            actions.Write: self._write,
            actions.Read: self._read,
            actions.Verify: lambda _: in_thread(self._place.verify),
            actions.Close: lambda action: close_awaited(action.body),
            actions.Open: lambda _: in_thread(self._place.open),
            actions.Commit: lambda action: in_thread(self._place.commit, action.length),
            actions.Pause: lambda action: asyncio.sleep(action.seconds),
            actions.Start: self._start,
            actions.Wait: lambda _: self._wait(),
            actions.Stop: lambda action: self._stop(sends_on=action.sends_on),
        }

    async def run(self, make: Callable[[Transfer, Any], Actions], place: Callable[[], Any]) -> None:
        """Does a transfer, see `threads.Threads.run`. No task of it is left then, whatever happens."""
        self._place = await _opened(place)
        try:
            await self._drive(make(self._transfer, self._place))
        finally:
            try:
                await self._stop()
            finally:
                await in_thread(self._place.close)

    async def _drive(self, steps: Actions) -> Any:
        try:
            action = next(steps)
            while True:
                try:
                    given = await self._does[action.__class__](action)
                except BaseException as error:  # noqa: BLE001 - to be cancelled ends a transfer in good order, too
                    self._is_cancelled |= isinstance(error, asyncio.CancelledError)
                    action = steps.throw(error)
                else:
                    action = steps.send(given)
        except StopIteration as end:
            return end.value

    async def _request(self, action: actions.Request) -> Any:
        return raised(await self._carry(self._operations[action.operation], action.value))

    async def _fetch(self, action: actions.Fetch) -> bytes:
        found = action.body.read(action.size)
        return (await found) if isawaitable(found) else found  # type: ignore[no-any-return]

    async def _read(self, action: actions.Read) -> bytes:
        place = self._place
        if place.is_async:
            return await place.read(action.size)  # type: ignore[no-any-return]
        return await asyncio.to_thread(place.read, action.size)

    async def _write(self, action: actions.Write) -> None:
        place = self._place
        if place.is_async:
            writing = place.write(action.at, action.data)
        else:
            writing = await in_thread(place.write, action.at, action.data)
        if isawaitable(writing):
            await writing

    async def _start(self, action: actions.Start) -> None:
        job = asyncio.create_task(self._job(action.job))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _job(self, job: Actions) -> None:
        ended: tuple[Any, BaseException | None]
        try:
            ended = await self._drive(job), None
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            ended = None, error
        self._ended.put_nowait(ended)

    async def _wait(self) -> Any:
        found, error = await self._ended.get()
        if error is not None:
            try:
                raise error
            finally:
                del error  # see `raised`
        return found

    async def _stop(self, *, sends_on: bool = False) -> None:
        """Ends all jobs. With `sends_on` they end by themselves first: what was sent may be stored even if nobody hears
        the answer. Who is cancelled waits for nothing.
        """
        self._transfer.switch.stop()
        try:
            while sends_on and self._jobs and not self._is_cancelled:
                await asyncio.wait(self._jobs)
        except asyncio.CancelledError:
            self._is_cancelled = True  # the upload is given up before that is told
        for job in self._jobs:
            job.cancel()
        while self._jobs:
            await asyncio.wait(self._jobs)


async def _opened(place: Callable[[], Any]) -> Any:
    """What is opened in a thread, since pipes wait for the other side. It is closed where nobody waits any more."""
    opening = asyncio.ensure_future(asyncio.to_thread(place))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise


def _close(opening: asyncio.Future[Any]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


class ToldInLoop:
    """Tells of progress in the event loop. What the caller's function raises ends the transfer when it is told more."""

    def __init__(self, progress: Progress) -> None:
        checked_progress(progress)
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._thread = get_ident()
        self.failure: BaseException | None = None

    def __call__(self, count: int) -> None:
        """Tells of so many bytes, in the loop's thread, or later from another."""
        self.check()
        if get_ident() == self._thread:
            self._progress(count)
        else:
            self._loop.call_soon_threadsafe(self._tell, count)

    def check(self) -> None:
        """Raises what the caller's function has raised."""
        if self.failure is not None:
            raise self.failure

    def _tell(self, count: int) -> None:
        try:
            self._progress(count)
        except BaseException as error:  # noqa: BLE001 - raised with what is told next
            self.failure = error
