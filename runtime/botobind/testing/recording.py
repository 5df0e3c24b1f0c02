"""Recordings of real calls: JSON for people to read, without what is secret, and transports that answer from it.

What is recorded are the typed requests and what they were answered with, above whatever carries the messages. So any
client can be recorded, a call counts once however often it was tried, and hosts, signatures and credentials, which are
added below, are never near the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterable, Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import ExitStack
from copy import copy
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from botobind.errors import BotobindError, ServiceError, UnknownOperationError
from botobind.http import read_all, read_all_async
from botobind.io.clients import AsyncClient, BaseClient
from botobind.io.faults import ClientClosed, TransportError
from botobind.io.streamed_bodies import AsyncStreamedBody, StreamedBody, has_events
from botobind.operations import check_class
from botobind.protocols.service import service_of
from botobind.testing.messageforms import Form, without_signatures
from botobind.testing.recordedstreams import RecordedBody, RecordedEvents, awaited
from botobind.testing.replaying import FORMAT, RecordingError, Replay, UnrecordedCallError, services_in
from botobind.wire.closing import close, close_awaited
from botobind.wire.wholefiles import whole_file

if TYPE_CHECKING:
    from types import TracebackType

    from botobind.operations import Operation

__all__ = ["Recorder", "RecordingError", "Replay", "UnrecordedCallError"]

C = TypeVar("C", bound=BaseClient)

_URL = re.compile(r"(?i)https?://[^\s\"'<>]+")
"""What faults tell of: its host, its path and what signs it say nothing of the service."""

_PLAIN = re.compile(r"\w+", re.ASCII)
_UNFIT = re.compile(r"[^\w.]+", re.ASCII)
_LONGEST_NAME = 120

RECORD = "BOTOBIND_RECORD"
"""The variable of the environment that has the fixture record."""


class Recorder:
    """Records what clients are called for, and writes it to a file in the end: `with Recorder(path) as recorder`.

    `calls` has what was recorded so far. `hide` names members that are not written, beside those that the model calls
    sensitive and those of `botobind.testing.messageforms.SECRET_MEMBERS`; `show` names members that are written
    although they are among these, such as the payloads of Lambda's functions.
    """

    def __init__(self, path: str | Path, *, hide: Collection[str] = (), show: Collection[str] = ()) -> None:
        self.path = Path(path)
        self.calls: list[dict[str, Any]] = []
        self._hide, self._show = sorted(hide), sorted(show)
        self.form = Form(hide, show)

    def client(self, client: C) -> C:
        """A client like this one, whose calls are recorded. Streams and events are read whole before the caller gets
        them.

        It presigns as the client below does, which is no call and not recorded. It refuses S3's transfers of files.
        """
        below: Any = client._carrier.open("a recorder")  # noqa: SLF001 - of this package
        over = _AsyncRecording if isinstance(client, AsyncClient) else _Recording
        return client._over(over(below, self))  # noqa: SLF001 - of this package

    def save(self) -> None:
        """Writes the file; folders above it are made. Raises `OSError`."""
        recorded = {"botobind": FORMAT, "hide": self._hide, "show": self._show, "calls": self.calls}
        text = json.dumps(recorded, indent=2, ensure_ascii=False, allow_nan=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(self.path) as file:
            file.write(f"{text}\n".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.save()

    def begin(self, operation: Operation[Any, Any, Any], value: Any) -> dict[str, Any]:
        """What is written of a call before its outcome."""
        request = {} if value is None else self.form.members_of(value)
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
            call["response"] = None if outcome is None else self.form.members_of(outcome)
        if isinstance(breaks, ServiceError):
            call["breaks"] = {"error": self._error(breaks)}
        elif breaks is not None:
            call["breaks"] = {"fault": _fault(breaks)}
        self.calls.append(call)

    def _error(self, error: ServiceError) -> dict[str, Any]:
        is_known = not isinstance(error, UnknownOperationError)
        members = self.form.members_of(error) if is_known else self.form.plain_members_of(error.members)  # type: ignore[arg-type, attr-defined] # modelled errors are shapes
        message = None if is_known else without_signatures(error.message or "")
        said = {"code": error.code, "message": message, "status": error.status, "request_id": error.request_id}
        return {**{name: text for name, text in said.items() if text is not None}, "members": members}


def _fault(error: Exception) -> dict[str, str]:
    reason = error.reason if isinstance(error, TransportError) else str(error)
    return {"kind": type(error).__name__, "reason": _URL.sub("hidden", reason)}


class _Over:
    """What stands over another carrier and records what is carried. It signs as that one does."""

    def __init__(self, carrier: Any, recorder: Recorder) -> None:
        self._carrier = carrier
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        if name in ("max_connections", "post", "presign", "sums_requests"):
            return getattr(self._carrier, name)
        raise AttributeError(name)

    def _ended(
        self, call: dict[str, Any], found: Any, place: str, read: list[Any], breaks: Exception | None
    ) -> RecordedBody | RecordedEvents:
        """Records an output, and gives its stream, which can be read once more."""
        came_as_events = has_events(found)
        at_hand: Any = read if came_as_events else b"".join(read)
        kind: Any = RecordedEvents if came_as_events else RecordedBody
        self._recorder.end(call, _with(found, place, kind(at_hand)), breaks)
        again: RecordedBody | RecordedEvents = kind(at_hand, breaks)
        return again


class _Recording(_Over):
    """Carries messages by another carrier, and records them."""

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        taken: Any = operation.input
        check_class(value, taken, operation.name)
        value = at_hand(taken, value)
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
        read, breaks = _read_now(operation, getattr(found, place))
        return _with(found, place, self._ended(call, found, place, read, breaks))


class _AsyncRecording(_Over):
    """Carries messages by another asynchronous carrier, and records them."""

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
        read, breaks = await _read_later(operation, getattr(found, place))
        again = self._ended(call, found, place, read, breaks)
        if isinstance(again, RecordedBody):
            return _with(found, place, AsyncStreamedBody(again, operation.name))
        return _with(found, place, awaited(again))


def _end_failed(recorder: Recorder, operation: Operation[Any, Any, Any], value: Any, error: TransportError) -> None:
    if not isinstance(error, ClientClosed):  # which says nothing of the service
        recorder.end(recorder.begin(operation, value), error)


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


def at_hand(cls: Any, value: Any) -> Any:
    """A value of a class whose stream, if it has one, has been read."""
    place = _stream_of(cls, value)
    if place is None:
        return value
    stream = getattr(value, place)
    return _with(value, place, read_all(stream) if cls.EVENTS is None else list(stream))


def _read_now(operation: Operation[Any, Any, Any], stream: Any) -> tuple[list[Any], Exception | None]:
    """All chunks of a stream, or all events, that a service sends, and what they broke off with."""
    read: list[Any] = []
    try:
        for item in stream if has_events(operation.output) else StreamedBody(stream, operation.name, _raise):
            read.append(item)  # noqa: PERF402 - those that came before it breaks are kept
    except BotobindError as error:
        return read, error
    finally:
        close(stream)
    return read, None


async def _read_later(operation: Operation[Any, Any, Any], stream: Any) -> tuple[list[Any], Exception | None]:
    """All chunks or events of a stream that may be asynchronous, and what they broke off with."""
    read: list[Any] = []
    try:
        items = stream
        if not has_events(operation.output):
            items = AsyncStreamedBody(stream, operation.name, _raise).iter_chunks()
        if not isinstance(items, AsyncIterable):
            return _read_now(operation, stream)
        async for item in items:
            read.append(item)  # noqa: PERF401 - those that came before it breaks are kept
    except BotobindError as error:
        return read, error
    finally:
        await close_awaited(stream)
    return read, None


def _raise(error: Exception, _: str) -> NoReturn:
    raise error


async def _listed(events: Any) -> list[Any]:
    return [event async for event in events] if isinstance(events, AsyncIterable) else list(events)


def _with(value: Any, attribute: str, member: Any) -> Any:
    made = copy(value)
    setattr(made, attribute, member)
    return made


def name_of_a_test(file: str, names: Sequence[str]) -> str:
    """What the recording of a test is called, by its file without suffix and the names in its id: of classes around it,
    of the function and of its parameters. Where that is not fit for a file, a digest of it tells tests apart.
    """
    whole = ".".join((file, *names))
    if len(whole) < _LONGEST_NAME and all(_PLAIN.fullmatch(name) for name in (file, *names)):
        return whole
    digest = hashlib.sha256("::".join((file, *names)).encode()).hexdigest()
    return f"{_UNFIT.sub('-', whole)[:_LONGEST_NAME].strip('-')}-{digest[:8]}"


def _close(client: Any) -> None:
    closing = client.close()
    if isinstance(closing, Coroutine):
        import asyncio  # takes longer to load than all that others need

        asyncio.run(closing)


def recordings_of_a_test(path: Path, *, records: bool) -> Iterator[Callable[..., BaseClient]]:
    """Makes clients that are recorded in a file, or that are answered from it: what the fixture does. In the end it
    closes them, and looks whether all calls of the recording were made.
    """
    recorders: list[Recorder] = []
    replays: dict[str, Replay] = {}
    clients = ExitStack()

    def kept(client: C) -> C:
        clients.callback(_close, client)
        return client

    def make(cls: type[C], connect: Callable[[], C], *, hide: Collection[str] = (), show: Collection[str] = ()) -> C:
        if records:
            recorders[:] = recorders or [Recorder(path, hide=hide, show=show)]
            if not recorders[0].form.hides_alike(hide, show):
                raise RecordingError("all clients of a test's recording hide and show the same members")
            return kept(recorders[0].client(connect()))
        if not path.exists():
            raise RecordingError(f"there is no {path} yet: with {RECORD}=1 in the environment it is made")
        if cls.PACKAGE not in replays:
            replays[cls.PACKAGE] = Replay(import_module(cls.PACKAGE), path)
        if not replays[cls.PACKAGE].form.hides_alike(hide, show):
            raise RecordingError(f"{path} was recorded with other members to hide or to show: {RECORD}=1 makes it anew")
        made: Any = cls
        answered: C = made(transport=replays[cls.PACKAGE])
        return kept(answered)

    with clients:
        yield make
        for recorder in recorders:
            recorder.save()
    left = [text for replay in replays.values() for text in replay.left()]
    if replays:
        answered = {replay.package.service for replay in replays.values()}
        left += [f"all of {service}" for service in services_in(path) if service not in answered]
    if left:
        raise AssertionError(f"recorded calls that were not made: {', '.join(left)}")
