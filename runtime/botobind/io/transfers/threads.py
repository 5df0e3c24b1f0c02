"""Drives transfers: their jobs in threads, the rest in the thread that calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from queue import SimpleQueue
from threading import Condition
from typing import TYPE_CHECKING, Any

from botobind.io.faults import raised
from botobind.io.transfers import actions
from botobind.io.transfers.parts import Driver
from botobind.wire.closing import close

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.transfers.actions import Actions
    from botobind.io.transfers.parts import Transfer

__all__ = ["Threads"]


class Threads(Driver):
    """Does the actions of one transfer. Where one job alone may be on its way at a time, it is done in the thread that
    calls.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._switch = self._transfer.switch
        self._most = self._transfer.most
        self._pool: ThreadPoolExecutor | None = None
        self._idle = Condition()
        self._running = 0
        """How many jobs are being done in threads."""
        self._ended: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self._does: dict[type, Callable[[Any], Any]] = {
            actions.Request: self._request,
            actions.Fetch: lambda action: action.body.read(action.size),
            actions.Write: lambda action: self._place.write(action.at, action.data),
            actions.Read: lambda action: self._place.read(action.size),
            actions.Verify: lambda _: self._place.verify(),
            actions.Close: lambda action: close(action.body),
            actions.Open: lambda _: self._place.open(),
            actions.Commit: lambda action: self._place.commit(action.length),
            actions.Pause: lambda action: self._switch.pause(action.seconds),
            actions.Start: self._start,
            actions.Wait: lambda _: self._wait(),
            actions.Stop: lambda _: self._stop(),
        }

    def run(self, make: Callable[[Transfer, Any], Actions], place: Callable[[], Any]) -> None:
        """Does a transfer: `place` opens its source or its target, and `make` makes its actions. No thread of it does
        anything then, whatever happens.
        """
        self._place = place()
        try:
            self._drive(make(self._transfer, self._place), self._do)
        finally:
            try:
                self._stop()
            finally:
                self._place.close()

    def _do(self, action: Any) -> Any:
        return self._does[action.__class__](action)

    def _do_job(self, action: Any) -> Any:
        if action.__class__ is not actions.Close:
            self._switch.check()
        return self._does[action.__class__](action)

    @staticmethod
    def _drive(steps: Actions, do: Callable[[Any], Any]) -> Any:
        try:
            action = next(steps)
            while True:
                try:
                    given = do(action)
                except BaseException as error:  # noqa: BLE001 - an interrupt ends a transfer in good order, too
                    action = steps.throw(error)
                else:
                    action = steps.send(given)
        except StopIteration as end:
            return end.value

    def _request(self, action: actions.Request) -> Any:
        return raised(self._carry(self._operations[action.operation], action.value))

    def _start(self, action: actions.Start) -> None:
        if self._most > 1:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._most, "botobind-transfer")
            self._pool.submit(copy_context().run, self._job_in_thread, action.job)
        else:
            self._job(action.job)

    def _job_in_thread(self, job: Actions) -> None:
        with self._idle:
            self._running += 1
        try:
            self._job(job)
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    def _job(self, job: Actions) -> None:
        ended: tuple[Any, BaseException | None]
        try:
            ended = self._drive(job, self._do_job), None
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            ended = None, error
        self._ended.put(ended)

    def _wait(self) -> Any:
        found, error = self._ended.get()
        if error is not None:
            try:
                raise error
            finally:
                del error  # see `raised`
        return found

    def _stop(self) -> None:
        self._switch.stop()
        if self._pool is not None:
            self._pool.shutdown()
            # An interrupt in `submit` may have come before the pool has noted a thread that it has started.
            with self._idle:
                self._idle.wait_for(lambda: not self._running)
