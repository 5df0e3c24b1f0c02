"""Recorded calls that a server answers from: recordings of `botobind.testing.recording`, HAR archives,
and botocore's logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botobind.commands.messages import exchanges_of
from botobind.errors import BotobindError
from botobind.forking import WithLock
from botobind.http import read_all
from botobind.io.faults import TransportError
from botobind.rules.bindings import bindings_of
from botobind.server import problem
from botobind.server.choosing import Services
from botobind.testing.messageforms import Form
from botobind.testing.recordedstreams import RecordedBody, RecordedEvents
from botobind.testing.recording import at_hand
from botobind.testing.replaying import RecordedCall, RecordingError, UnrecordedCallError, calls_in, nearest

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import Operation


_ARCHIVES = (".har", ".log")


_OF_CARRIERS = re.compile(
    r"(?i)content-length|content-md5|x-amz-checksum-.*|x-amz-sdk-checksum-algorithm|encoding-type"
)
"""Headers and parameters that clients add by themselves, each in its own way: they say nothing of what is asked for."""


class _Call:
    """A call that was recorded. `answer` gives its outcome anew."""

    __slots__ = ("answer", "asked", "form", "is_left")

    def __init__(self, form: Form, asked: Any, answer: Callable[[], Any]) -> None:
        self.form, self.asked, self.answer = form, asked, answer
        self.is_left = True


class Recordings(WithLock):
    """The calls of services that files have."""

    def __init__(self, packages: Sequence[ModuleType]) -> None:
        super().__init__()
        self._packages = packages
        self._calls: dict[Operation[Any, Any, Any], list[_Call]] = {}
        self._services = Services()
        for package in packages:
            self._services.add(package, None)

    def add(self, path: Path) -> int:
        """Adds the calls of a file, and says how many they are. Raises `RecordingError` where there are none of these
        services, or the file is neither a recording nor, by the end of its name, a HAR archive or a log.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RecordingError(f"{path} is no recording: {error.strerror}") from None
        count = 0
        for operation, call in self._archived(path, data) if path.suffix in _ARCHIVES else self._recorded(path):
            self._calls.setdefault(operation, []).append(call)
            count += 1
        if not count:
            names = ", ".join(package.service for package in self._packages)
            raise RecordingError(f"{path} has no calls of {names}")
        return count

    def operations(self) -> Iterable[Operation[Any, Any, Any]]:
        """The operations that were called."""
        return self._calls.keys()

    def answer(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """What a call was answered with: of equal calls one after the other, and then the last of them again: the
        output, or an error of the service.

        Raises `UnrecordedCallError`, which tells where the nearest call differs, where none was like this one.
        """
        value = at_hand(operation.input, value)
        calls = self._calls[operation]
        with self._lock:
            asked = {call.form: _asked(call.form, value) for call in calls}
            fitting = [call for call in calls if call.asked == asked[call.form]]
            if not fitting:
                form = calls[0].form
                same_form = (call.asked for call in calls if call.form is form)
                raise UnrecordedCallError(f"no such call of {operation.name}; {nearest(same_form, asked[form])}")
            call = next((each for each in fitting if each.is_left), fitting[-1])
            call.is_left = False
        outcome = call.answer()
        if isinstance(outcome, TransportError):
            raise problem("ServiceUnavailable", f"the recorded call failed: {outcome.reason}", 503)
        return outcome

    def _recorded(self, path: Path) -> Iterator[tuple[Operation[Any, Any, Any], _Call]]:
        for package in self._packages:
            form, calls = calls_in(path, package)
            for recorded in calls:
                operation = recorded.operation
                try:
                    match = package.router.match(recorded.request())
                    value = operation.of_request(match.request, protocol=match.protocol, constraints=False)
                except BotobindError as error:
                    raise RecordingError(f"{path}: a call of {operation.name}: {error}") from None
                yield operation, _Call(form, _asked(form, at_hand(operation.input, value)), partial(_outcome, recorded))

    def _archived(self, path: Path, data: bytes) -> Iterator[tuple[Operation[Any, Any, Any], _Call]]:
        """What of an archive is of these services: browsers ask for other things, too."""
        form = Form()
        for exchange in exchanges_of(data):
            request, response = exchange.request, exchange.response
            if exchange.operation is None and (request is None or response is None):
                raise RecordingError(f"{path} has a message alone, and is no HAR archive and no log")
            if request is None or response is None or exchange.lacking:
                continue
            _, match = self._services.meant(request).match(request)
            if isinstance(match, BotobindError) or exchange.operation not in (None, match.operation.name):
                continue
            try:
                value = match.operation.of_request(match.request, protocol=match.protocol, constraints=False)
                answer = partial(match.operation.of_response, response, protocol=match.protocol)
                answer()
            except BotobindError:
                continue
            yield match.operation, _Call(form, _asked(form, at_hand(match.operation.input, value)), answer)


def _asked(form: Form, value: Any) -> Any:
    """What tells whether two calls are the same, whichever clients made them."""
    if value is None:
        return {}
    asked = form.compared(value)
    for binding in bindings_of(type(value), "header", "querystring"):
        if _OF_CARRIERS.fullmatch(binding.name):
            asked.pop(binding.member, None)
    return asked


def _outcome(recorded: RecordedCall) -> Any:
    """The outcome of a call, with a stream that breaks where it broke."""
    outcome, breaks = recorded.outcome(), recorded.breaks()
    if breaks is None:
        return outcome
    cls: Any = recorded.operation.output
    is_body = cls.EVENTS is None
    place = (cls.PAYLOAD if is_body else cls.EVENTS).attribute
    stream = getattr(outcome, place)
    broken = RecordedBody(read_all(stream), breaks) if is_body else RecordedEvents(list(stream), breaks)
    setattr(outcome, place, broken)
    return outcome
