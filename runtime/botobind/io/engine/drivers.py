"""What does the steps of calls: the carrier over the engine."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Any

from botobind.io.engine.downloads import CheckedRaw
from botobind.io.engine.steps import Send, Sleep
from botobind.io.streamed_bodies import StreamedBody, left_to_caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.carriers import Form
    from botobind.io.engine.core import Core
    from botobind.io.engine.steps import Steps
    from botobind.io.engine.transports import Transport
    from botobind.operations import Operation


class Engine:
    """Carries messages by itself: over a transport, in the thread that calls."""

    def __init__(self, core: Core, transport: Transport, pause: Callable[[float], object] = sleep) -> None:
        self._core = core
        self._transport = transport
        self._pause = pause
        self.sums_requests = core.sums_requests
        """Whether requests have a checksum wherever one is allowed."""
        self.max_connections: int | None = getattr(transport, "max_connections", None)
        """How many calls can be on their way at the same time; None where only the transport knows."""

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        return self._drive(self._core.call(operation, value), operation)

    def using(self, use: str) -> Callable[[Operation[Any, Any, Any], Any], Any]:
        """What carries messages of which `User-Agent` tells more; see `Closable.loop`."""
        call, features = self._core.call, (use,)
        return lambda operation, value: self._drive(call(operation, value, features), operation)

    def presign(self, operation: Operation[Any, Any, Any], value: Any, expires: int, method: str | None) -> str:
        """The URL of a call. Raises what a call raises before it is sent."""
        url: str = self._drive(self._core.presign(operation, value, expires, method), operation)
        return url

    def post(self, form: Form) -> tuple[str, dict[str, str]]:
        """The URL and the fields of a form that posts a file to S3. Raises what `presign` raises."""
        operation, steps = self._core.post(form)
        made: tuple[str, dict[str, str]] = self._drive(steps, operation)
        return made

    def disconnect(self) -> None:
        """Ends the connections that nothing is on."""
        self._transport.close()

    def _drive(self, steps: Steps, operation: Operation[Any, Any, Any]) -> Any:
        send = self._transport.send
        try:
            step: Any = next(steps)
            while True:
                raw = None
                try:
                    if step.__class__ is Send:
                        given: Any = send(step.request, streams=step.streams, limit=step.limit)
                        if given.body.__class__ is not bytes:
                            raw = given.body
                            checked = CheckedRaw(raw, given.headers.by_lower_name())
                            given.body = left_to_caller(operation, StreamedBody(checked, operation.name))
                    elif step.__class__ is Sleep:
                        given = self._pause(step.seconds)
                    else:
                        given = step.provider.fetch()
                except Exception as error:  # noqa: BLE001 - the core knows
                    step = steps.throw(error)
                    continue
                try:
                    step = steps.send(given)
                except StopIteration:
                    raise
                except BaseException:
                    if raw is not None:
                        raw.close()  # nobody gets it
                    raise
                if raw is not None:
                    raw.close()
        except StopIteration as end:
            return end.value
        except BaseException:
            steps.close()  # who was interrupted gives back now what it holds, and not when its traceback is let go
            raise
