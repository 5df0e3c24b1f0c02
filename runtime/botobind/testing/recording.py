"""Recordings of real calls: JSON for people to read, without what is secret, and transports that answer from it.

What is recorded are the typed requests and what they were answered with, above whatever carries the messages. So any
client can be recorded, a call counts once however often it was tried, and hosts, signatures and credentials, which are
added below, are never near the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterable, Callable, Collection, Iterator
from copy import copy
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from botobind.errors import BotobindError, ServiceError, UnknownOperationError
from botobind.http import read_all, read_all_async
from botobind.io.clients import AsyncClient, BaseClient
from botobind.io.faults import ClientClosed, TransportError
from botobind.operations import check_class
from botobind.protocols.service import service_of
from botobind.testing.messages import Form, RecordedBody, without_signatures
from botobind.testing.replaying import FORMAT, RecordingError, Replay, UnrecordedCallError, services_in

if TYPE_CHECKING:
    from types import TracebackType

    from botobind.operations import Operation

__all__ = ["Recorder", "RecordingError", "Replay", "UnrecordedCallError"]

C = TypeVar("C", bound=BaseClient)

_URL = re.compile(r"(?i)https?://[^\s\"'<>]+")
"""What faults tell of: its host, its path and what signs it say nothing of the service."""

RECORD = "BOTOBIND_RECORD"
"""The variable of the environment that has the fixture record."""


class Recorder:
    """Records what clients are called for, and writes it to a file in the end: `with Recorder(path) as recorder`.

    `calls` has what was recorded so far. `hide` names members that are not written, beside those that the model calls
    sensitive and those of `botobind.testing.messages.SECRET_MEMBERS`; `show` names members that are written although
    they are among these, such as the payloads of Lambda's functions.
    """

    def __init__(self, path: str | Path, *, hide: Collection[str] = (), show: Collection[str] = ()) -> None:
        self.path = Path(path)
        self.calls: list[dict[str, Any]] = []
        self._hide, self._show = sorted(hide), sorted(show)
        self._form = Form(hide, show)

    def client(self, client: C) -> C:
        """A client like this one, whose calls are recorded. Streams and events are read whole before the caller gets
        them.
        """
        below: Any = client._carrier.open("a recorder")  # noqa: SLF001 - of this package
        over = _AsyncRecording if isinstance(client, AsyncClient) else _Recording
        return client._over(over(below, self))  # noqa: SLF001 - likewise

    def hides_alike(self, hide: Collection[str], show: Collection[str]) -> bool:
        """Whether these are what this one hides and shows beyond the usual."""
        return (self._hide, self._show) == (sorted(hide), sorted(show))

    def save(self) -> None:
        """Writes the file; folders above it are made."""
        recorded = {"botobind": FORMAT, "hide": self._hide, "show": self._show, "calls": self.calls}
        text = json.dumps(recorded, indent=2, ensure_ascii=False, allow_nan=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(f"{text}\n", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.save()

    def begin(self, operation: Operation[Any, Any, Any], value: Any) -> dict[str, Any]:
        """What is written of a call before its outcome."""
        request = {} if value is None else self._form.members_of(value)
        return {"service": service_of(operation.values).name, "operation": operation.name, "request": request}

    def end(self, call: dict[str, Any], outcome: Any, breaks: Exception | None = None) -> None:
        """Keeps a call with its outcome: the output, an error, or what was raised instead. `breaks` is where the stream
        of the output ends.
        """
        if isinstance(outcome, ServiceError):
            call["error"] = self._error(outcome)
        elif isinstance(outcome, TransportError):
            call["fault"] = _fault(outcome)
        else:
            call["response"] = None if outcome is None else self._form.members_of(outcome)
        if isinstance(breaks, ServiceError):
            call["breaks"] = {"error": self._error(breaks)}
        elif breaks is not None:
            call["breaks"] = {"fault": _fault(breaks)}
        self.calls.append(call)

    def _error(self, error: ServiceError) -> dict[str, Any]:
        is_known = not isinstance(error, UnknownOperationError)
        members = self._form.members_of(error) if is_known else self._form.plain_members_of(error.members)  # type: ignore[arg-type, attr-defined] # modelled errors are shapes
        message = None if is_known else without_signatures(error.message or "")
        said = {"code": error.code, "message": message, "status": error.status, "request_id": error.request_id}
        return {**{name: text for name, text in said.items() if text is not None}, "members": members}


def _fault(error: Exception) -> dict[str, str]:
    reason = error.reason if isinstance(error, TransportError) else str(error)
    return {"kind": type(error).__name__, "reason": _URL.sub("hidden", reason)}


class _Recording:
    """Carries messages by another carrier, and records them."""

    def __init__(self, carrier: Any, recorder: Recorder) -> None:
        self._carrier = carrier
        self._recorder = recorder

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        taken: Any = operation.input
        check_class(value, taken, operation.name)
        place = _stream_of(taken, value)
        if place is not None:
            stream = getattr(value, place)
            value = _with(value, place, read_all(stream) if taken.EVENTS is None else list(stream))
        try:
            found = self._carrier.carry(operation, value)
        except TransportError as error:
            _end_failed(self._recorder, operation, value, error)
            raise
        # Only now is it known that all of the request can be written.
        call = self._recorder.begin(operation, value)
        place = None if isinstance(found, ServiceError) else _stream_of(operation.output, found)
        if place is None:
            self._recorder.end(call, found)
            return found
        stream, breaks = _read_now(operation.output, getattr(found, place))
        return _ended(self._recorder, call, found, place, (stream, breaks))


class _AsyncRecording:
    """The same, awaited."""

    def __init__(self, carrier: Any, recorder: Recorder) -> None:
        self._carrier = carrier
        self._recorder = recorder

    async def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        taken: Any = operation.input
        check_class(value, taken, operation.name)
        place = _stream_of(taken, value)
        if place is not None:
            stream = getattr(value, place)
            at_hand = await read_all_async(stream) if taken.EVENTS is None else await _listed(stream)
            value = _with(value, place, at_hand)
        try:
            found = await self._carrier.carry(operation, value)
        except TransportError as error:
            _end_failed(self._recorder, operation, value, error)
            raise
        call = self._recorder.begin(operation, value)
        place = None if isinstance(found, ServiceError) else _stream_of(operation.output, found)
        if place is None:
            self._recorder.end(call, found)
            return found
        return _ended(self._recorder, call, found, place, await _read_later(operation.output, getattr(found, place)))


def _end_failed(recorder: Recorder, operation: Operation[Any, Any, Any], value: Any, error: TransportError) -> None:
    if not isinstance(error, ClientClosed):  # which says nothing of the service
        recorder.end(recorder.begin(operation, value), error)


def _ended(recorder: Recorder, call: dict[str, Any], found: Any, place: str, read: tuple[Any, Exception | None]) -> Any:
    """Records an output, and gives it with a stream that can be read once more."""
    stream, breaks = read
    recorder.end(call, _with(found, place, RecordedBody(stream) if isinstance(stream, bytes) else stream), breaks)
    again = RecordedBody(stream, breaks) if isinstance(stream, bytes) else events_until(stream, breaks)
    return _with(found, place, again)


def events_until(events: list[Any], breaks: Exception | None) -> Any:
    """Events, and after them what they broke off with."""
    return events if breaks is None else _breaking(events, breaks)


def _breaking(events: list[Any], breaks: Exception) -> Iterator[Any]:
    yield from events
    raise breaks


def _stream_of(cls: Any, value: Any) -> str | None:
    """The attribute of a value that is yet to be read: a stream, or events that are no list."""
    if value is None:
        return None
    if cls.EVENTS is not None:
        place: str = cls.EVENTS.attribute
        return None if isinstance(getattr(value, place), (list, type(None))) else place
    if cls.PAYLOAD is not None and cls.PAYLOAD.kind == "stream":
        place = cls.PAYLOAD.attribute
        return None if isinstance(getattr(value, place), (bytes, type(None))) else place
    return None


def _read_now(cls: Any, stream: Any) -> tuple[Any, Exception | None]:
    """All of a stream or of events that a service sends, and what they broke off with."""
    read: list[Any] = []
    breaks = None
    try:
        if cls.EVENTS is not None:
            read.extend(stream)
        elif hasattr(stream, "iter_chunks"):
            read.extend(stream.iter_chunks())
        else:
            read.append(read_all(stream))
    except BotobindError as error:
        breaks = error
    if hasattr(stream, "close"):
        stream.close()
    return read if cls.EVENTS is not None else b"".join(read), breaks


async def _read_later(cls: Any, stream: Any) -> tuple[Any, Exception | None]:
    """The same of what may be asynchronous."""
    read: list[Any] = []
    try:
        if cls.EVENTS is None:
            return await read_all_async(stream), None
        if not isinstance(stream, AsyncIterable):
            return _read_now(cls, stream)
        async for event in stream:
            read.append(event)  # noqa: PERF401 - those that came before it breaks are kept
    except BotobindError as error:
        return b"" if cls.EVENTS is None else read, error
    return read, None


async def _listed(events: Any) -> list[Any]:
    return [event async for event in events] if isinstance(events, AsyncIterable) else list(events)


def _with(value: Any, attribute: str, member: Any) -> Any:
    made = copy(value)
    setattr(made, attribute, member)
    return made


def recordings_of_a_test(path: Path, *, records: bool) -> Iterator[Callable[..., BaseClient]]:
    """Makes clients that are recorded in a file, or that are answered from it: what the fixture does. It looks in the
    end whether all calls of the recording were made.
    """
    recorders: list[Recorder] = []
    replays: dict[str, Replay] = {}

    def make(cls: type[C], connect: Callable[[], C], *, hide: Collection[str] = (), show: Collection[str] = ()) -> C:
        if records:
            recorders[:] = recorders or [Recorder(path, hide=hide, show=show)]
            if not recorders[0].hides_alike(hide, show):
                raise RecordingError("all clients of a test's recording hide and show the same members")
            return recorders[0].client(connect())
        if not path.exists():
            raise RecordingError(f"there is no {path} yet: with {RECORD}=1 in the environment it is made")
        if cls.PACKAGE not in replays:
            replays[cls.PACKAGE] = Replay(import_module(cls.PACKAGE), path)
        made: Any = cls
        answered: C = made(transport=replays[cls.PACKAGE])
        return answered

    yield make
    for recorder in recorders:
        recorder.save()
    left = [text for replay in replays.values() for text in replay.left()]
    if replays:
        answered = {replay.package.service for replay in replays.values()}
        left += [f"all of {service}" for service in services_in(path) if service not in answered]
    if left:
        raise AssertionError(f"recorded calls that were not made: {', '.join(left)}")
