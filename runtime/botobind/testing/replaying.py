"""A transport that answers from a recording, and from nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

import botobind.io.faults
from botobind.errors import BotobindError, DecodeError, RequestError, ServiceError, UnknownOperationError
from botobind.forking import WithLock
from botobind.http import HttpRequest, HttpResponse, read_all
from botobind.io.faults import TransportError
from botobind.testing.messageforms import Form, value_of
from botobind.testing.recordedstreams import RecordedBody, awaited_body, until

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import Operation

FORMAT = 1
"""The number that recordings have."""

_OUTCOMES = frozenset({"response", "error", "fault"})


class RecordingError(BotobindError):
    """A file is no recording, or one of another version, or no recording of this service."""


class UnrecordedCallError(BotobindError):
    """A call is not in the recording, or was made more often than there."""


class RecordedCall:
    """A call of a recording."""

    __slots__ = ("asked", "call", "is_left", "operation")

    def __init__(self, operation: Operation[Any, Any, Any], call: Mapping[str, Any]) -> None:
        self.operation = operation
        self.call = call
        self.is_left = True
        self.asked: Any = None
        """The call's request as the server's side reads it, made when the operation is first called."""

    def request(self, protocol: str | None = None) -> HttpRequest:
        """What was sent."""
        taken: Any = self.operation.input
        return self.operation.to_request(
            None if taken is None else value_of(taken, self.call["request"]), protocol=protocol
        )

    def outcome(self) -> Any:
        """The output, or the error of the service or the `TransportError`. What breaks a stream is in `breaks`."""
        call, operation = self.call, self.operation
        if "fault" in call:
            return _fault_of(call["fault"], operation.name)
        if "error" in call:
            return _error_of(operation, call["error"])
        given: Any = operation.output
        return None if given is None else value_of(given, call["response"])

    def breaks(self) -> Exception | None:
        """What the stream of the output ends in."""
        breaks = self.call.get("breaks")
        if breaks is None:
            return None
        name = self.operation.name
        return _fault_of(breaks["fault"], name) if "fault" in breaks else _error_of(self.operation, breaks["error"])


class Replay(WithLock):
    """Answers from a recording: a transport for `io.Client` and `io.AsyncClient`.

    A call is answered by the first one in the recording that has the same operation and the same request and was not
    asked for yet; what is hidden in the recording is not compared, nor are idempotency tokens. A few requests fit two
    operations of S3: the first of them is meant that has such a call. All else raises `UnrecordedCallError`. Raises
    `RecordingError` for a file that is no recording of the service.
    """

    in_process = True
    latency = 0.0

    def __init__(self, package: ModuleType, path: str | Path) -> None:
        super().__init__()
        self.package = package
        self.path = Path(path)
        self._router: Any = package.router
        self.form, found = calls_in(self.path, package)
        self._calls: dict[str, list[RecordedCall]] = {}
        for call in found:
            self._calls.setdefault(call.operation.name, []).append(call)
        if not self._calls:
            raise RecordingError(f"{self.path} has no calls of {package.service}")

    def left(self) -> list[str]:
        """The operations of recorded calls that nobody has made, each with how often."""
        counts = Counter(name for name, calls in self._calls.items() for call in calls if call.is_left)
        return [f"{count} of {name}" if count > 1 else name for name, count in counts.items()]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response that was recorded for a request. Raises `UnrecordedCallError`, and the `TransportError` that was
        recorded.
        """
        return self.respond(request)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """See `__call__`."""
        found, protocol = self._found(request)
        return self._response(found, protocol)

    async def respond_awaited(self, request: HttpRequest) -> HttpResponse:
        """See `__call__`. Bodies are asynchronous."""
        found, protocol = self._found(request)
        response = self._response(found, protocol)
        response.body = await awaited_body(found.operation, response.body)
        return response

    def _found(self, request: HttpRequest) -> tuple[RecordedCall, str]:
        """The recorded call that a request makes, and its protocol."""
        match = self._router.match(request)
        protocol = match.protocol
        fitting = (match.operation.name, *match.alternatives)
        names = [name for name in fitting if name in self._calls] or fitting[:1]
        sent = match.request
        if not isinstance(sent.body, bytes):
            sent = evolve(sent, body=read_all(sent.body))
        asked = {name: self._asked(self._router.operations[name], sent, protocol) for name in names}
        with self._lock:
            for name in names:
                for call in self._calls.get(name, ()):
                    if call.is_left and self._asked_of(call, protocol) == asked[name]:
                        call.is_left = False
                        return call, protocol
            name = names[0]
            raise self._unrecorded(name, asked[name], self._calls.get(name, []), protocol)

    def _asked(self, operation: Operation[Any, Any, Any], request: HttpRequest, protocol: str) -> Any:
        """What tells whether two requests are the same."""
        try:
            value = operation.of_request(request, protocol=protocol, constraints=False)
        except RequestError:
            return request.method, request.target, request.body  # which a server refuses; this one may have, too
        return {} if value is None else self.form.compared(value)

    def _asked_of(self, recorded: RecordedCall, protocol: str) -> Any:
        if recorded.asked is None:
            match = self._router.match(recorded.request(protocol))
            recorded.asked = self._asked(recorded.operation, match.request, protocol)
        return recorded.asked

    def _response(self, recorded: RecordedCall, protocol: str) -> HttpResponse:
        operation, outcome = recorded.operation, recorded.outcome()
        if isinstance(outcome, TransportError):
            raise outcome
        if isinstance(outcome, ServiceError):
            made = operation.error_to_response(outcome, protocol=protocol, request_id=outcome.request_id)
            return made if outcome.status is None else _with_status(made, outcome.status)
        response: HttpResponse = operation.to_response(outcome, protocol=protocol)
        if (breaks := recorded.breaks()) is not None:
            response.body = _broken(response.body, breaks)
        return response

    def _unrecorded(self, name: str, asked: Any, calls: list[RecordedCall], protocol: str) -> UnrecordedCallError:
        where = f"{self.path.name} has"
        if same := sum(self._asked_of(call, protocol) == asked for call in calls):
            times = "once" if same == 1 else f"{same} times"
            return UnrecordedCallError(f"{where} this call of {name} {times}, and it was made once more")
        if not calls:
            return UnrecordedCallError(f"{where} no call of {name}; it has: {', '.join(sorted(self._calls))}")
        return UnrecordedCallError(f"{where} no such call of {name}; {nearest((call.asked for call in calls), asked)}")

    def __repr__(self) -> str:
        return f"<replay of {self.package.service}: {self.path.name}>"


def calls_in(path: Path, package: ModuleType) -> tuple[Form, list[RecordedCall]]:
    """The calls of a service that a recording has, and the form in which they are written. Raises `RecordingError`."""
    found = _loaded(path)
    operations: Any = package.endpoints.OPERATIONS
    try:
        calls = [each for each in found["calls"] if each["service"] == package.service]
        for call in calls:
            if call["operation"] not in operations:
                raise RecordingError(f"{path}: {package.service} has no operation {call['operation']!r}")
            if "request" not in call or _OUTCOMES.isdisjoint(call):
                raise RecordingError(f"{path}: a call of {call['operation']} has no request or no outcome")
        return Form(found["hide"], found["show"]), [RecordedCall(operations[each["operation"]], each) for each in calls]
    except (KeyError, TypeError) as error:
        raise RecordingError(f"{path} is no recording: {error}") from None


def nearest(recorded: Iterable[Any], asked: Any) -> str:
    """In which places the recorded request that is most like another one differs from it."""
    places = min((sorted(_differences(each, asked)) for each in recorded), key=len)
    return f"the nearest one differs in {', '.join(places)}"


def _loaded(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RecordingError(f"{path} is no recording: {error}") from None
    if not isinstance(found, dict) or found.get("botobind") != FORMAT:
        raise RecordingError(f"{path} is no recording of version {FORMAT}")
    return found


def services_in(path: Path) -> list[str]:
    """The services that a recording has calls of. Raises `RecordingError`."""
    return list(dict.fromkeys(call["service"] for call in _loaded(path)["calls"]))


def _fault_of(fault: Mapping[str, str], operation: str) -> Exception:
    kind = getattr(botobind.io.faults, fault["kind"], None)
    if isinstance(kind, type) and issubclass(kind, TransportError):
        return kind(fault["reason"], operation, 1)
    return DecodeError(fault["reason"])


def _error_of(operation: Operation[Any, Any, Any], said: Mapping[str, Any]) -> ServiceError:
    cls: Any = operation.error_class(said["code"]) if "message" not in said else None
    error: ServiceError
    if cls is None:
        error = UnknownOperationError(said["code"], said.get("message", ""), said["members"])
    else:
        error = value_of(cls, said["members"])
    error.status = said.get("status", error.status)
    error.request_id = said.get("request_id")
    return error


def _with_status(response: HttpResponse, status: int) -> HttpResponse:
    response.status = status
    return response


def _broken(body: Any, error: Exception) -> Any:
    """A body that ends in an error."""
    if isinstance(body, RecordedBody):
        return RecordedBody(body.read(), error)
    return until((body,) if isinstance(body, bytes) else body, error)


def _differences(first: Any, second: Any, path: str = "$") -> Iterator[str]:
    """The places in which two requests differ: no values, since they may be secret."""
    if isinstance(first, dict) and isinstance(second, dict):
        for name in {**first, **second}:
            if name not in first or name not in second:
                yield f"{path}.{name}"
            else:
                yield from _differences(first[name], second[name], f"{path}.{name}")
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for index, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]")
    elif first != second:
        yield path
