"""The core of the engine: calls as steps, without input or output.

A call is a generator. It resolves the endpoint, writes the request, signs it anew for each attempt, yields what to do,
reads the response, and decides whether there is another attempt. Drivers do what it yields, awaited or not.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from botobind.errors import DecodeError, ServiceError
from botobind.io.engine import discovery, requestlog
from botobind.io.engine.messages import Message
from botobind.io.engine.observing import Attempt, log_attempt, log_retry
from botobind.io.engine.operationfacts import Facts, facts_of
from botobind.io.engine.placing import Places
from botobind.io.engine.retries import is_retryable
from botobind.io.engine.skew import Clock, end_of_waiting
from botobind.io.engine.steps import Send, Sleep
from botobind.io.engine.urls import Urls
from botobind.io.faults import ClientClosed, TimedOut, TransportError, fault_of, named
from botobind.io.tracing import is_on, note_response

if TYPE_CHECKING:
    from datetime import datetime

    from botobind.http import HttpResponse
    from botobind.io.carriers import Form
    from botobind.io.engine.coreparts import Parts
    from botobind.io.engine.data import AuthScheme, Endpoint, OutgoingRequest
    from botobind.io.engine.pacing import RateLimiter
    from botobind.io.engine.steps import Step, Steps
    from botobind.operations import Operation

Features: TypeAlias = tuple[str, ...]
"""Names of what `User-Agent` tells."""

_NO_HEADERS: Mapping[str, str] = {}


class _NobodysKeys:
    """Stands in for credentials that do not tell where they are from."""

    features: Features = ()


class _Call:
    """A call on its way: what its attempts have in common."""

    __slots__ = (
        "attempt",
        "corrected",
        "cost",
        "facts",
        "failure",
        "in_turn",
        "is_over",
        "message",
        "owed",
        "redirected",
        "region",
        "ttl",
        "until",
        "use",
        "value",
    )

    def __init__(self, facts: Facts, value: Any, message: Message, until: float | None, use: Features) -> None:
        self.facts = facts
        self.value = value
        """The input that is sent."""
        self.message = message
        self.until = until
        self.use = use
        """What `User-Agent` tells of who calls."""
        self.attempt = 0
        """How often the request was sent."""
        self.cost = self.owed = 0
        """What the last other try has cost; and that of one that was not sent yet."""
        self.in_turn = False
        """Whether it is the turn of an attempt that was not sent yet."""
        self.region: str | None = None
        self.ttl = ""
        """Until when the client waits for a response, by the service's clock, as the response before has told it."""
        self.corrected = self.redirected = self.is_over = False
        self.failure: Any = None
        """What went wrong with the last attempt. No name of a frame is for it, see `faults.raised`."""

    def ended(self) -> Any:
        """The failure that the call ends with, of which it keeps nothing."""
        failure, self.failure = self.failure, None
        return failure


def _without_fault(found: Any) -> Any:
    """What a call ends with; raises what is no answer of the service."""
    if isinstance(found, Exception) and not isinstance(found, ServiceError):
        try:
            raise found
        finally:
            del found  # see `faults.raised`
    return found


def _naming(steps: Steps, name: str) -> Steps:
    """The steps, whose errors have a name."""
    try:
        return (yield from steps)
    except TransportError as error:
        raise named(error, name) from error.__cause__


class Core:
    """Makes calls of the operations of a service. One serves any number of threads and tasks."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._facts: dict[Operation[Any, Any, Any], Facts] = {}
        self._clock = Clock()
        self._places = Places(parts, self._clock)
        self._urls = Urls(parts, self._clock, self._places)
        self._retries = parts.retries
        self._limiter = parts.retries.limiter
        self._limits = parts.limits
        self._user_agent = parts.user_agent
        self._trace = parts.trace
        self._discovery = parts.discovery
        self._used_keys: Any = parts.credentials if hasattr(parts.credentials, "features") else _NobodysKeys
        self._watched = parts.hooks.before_attempt is not None or parts.hooks.after_attempt is not None

    @property
    def sums_requests(self) -> bool:
        """Whether requests have a checksum wherever one is allowed."""
        return self._parts.habits.sums_when_supported

    def facts(self, operation: Operation[Any, Any, Any]) -> Facts:
        """What there is to know of an operation."""
        found = self._facts.get(operation)
        if found is None:
            found = self._facts[operation] = facts_of(operation, self._parts.package, self._parts.habits)
            if self._discovery is not None and self._discovery.concerns(operation):
                found.is_discovered = found.has_more = True
        return found

    def call(
        self, operation: Operation[Any, Any, Any], value: Any, use: Features = (), until: float | None = None
    ) -> Steps:
        """The steps to the output, or to the error that the service answers with, which is given as well. `use` names
        what `User-Agent` tells of who calls, such as a waiter. `until` is when another call ends that this one is for.

        Raises `TransportError` where there is no response, `EncodeError` and `ValidationError` for an input that cannot
        be written, and `DecodeError` for a response that cannot be read.
        """
        facts = self._facts.get(operation) or self.facts(operation)
        call = self._begun(facts, value, use, until)
        try:
            return _without_fault((yield from self._attempts(call, value)))
        except BaseException as error:
            # What was to be sent and is not is another's: the call has no time, no credentials, or was cancelled.
            if call.owed:
                self._retries.quota.give(call.owed)
            if call.in_turn and self._limiter is not None:
                self._limiter.give_back()
            if isinstance(error, TransportError):
                raise named(error, operation.name, call.attempt) from error.__cause__
            raise

    def presign(self, operation: Operation[Any, Any, Any], value: Any, expires: int, method: str | None) -> Steps:
        """The steps to the URL of a call, good for so many seconds. Nothing is sent, but for credentials."""
        steps = self._urls.of_call(self.call, self.facts(operation), value, expires, method)
        return _naming(steps, operation.name)

    def post(self, form: Form) -> tuple[Operation[Any, Any, Any], Steps]:
        """The operation of S3 that a form takes the place of, and the steps to the URL and the fields of the form."""
        package: Any = self._parts.package
        operation = package.endpoints.OPERATIONS["PutObject"]
        return operation, _naming(self._urls.of_form(self.call, self.facts(operation), form), "presign_post")

    def _begun(self, facts: Facts, given: Any, use: Features, until: float | None) -> _Call:
        limit = self._limits.call
        value = given if facts.change_input is None else facts.change_input(given)
        if until is None and limit is not None:
            until = monotonic() + limit
        call = _Call(facts, value, Message(facts, value), until, use)
        if self._parts.buckets is not None:
            call.region = self._parts.buckets.region_of(value)
        return call

    def _attempts(self, call: _Call, given: Any) -> Steps:
        facts, message, operation = call.facts, call.message, call.facts.operation
        invocation = ("amz-sdk-invocation-id", str(uuid4()))
        while True:
            if self._limiter is not None:
                yield from self._turn(call, self._limiter)
            place = yield from self._places.of(self.call, facts, call.value, call.region, call.until)
            resolver, endpoint, scheme, credentials = place
            if facts.has_more:
                endpoint = yield from self._prepare(call, endpoint, scheme)
            number = call.attempt + 1
            host, path = resolver.place_of(operation, endpoint, message.request)
            request = message.outgoing(endpoint.scheme, host, path, endpoint.headers)
            signed = self._clock.now()
            if self._watched:
                self._before(call, number, request)
            self._parts.sign(
                request,
                scheme,
                credentials,
                signed,
                unsigned=not scheme.signs_payload,
                streams=facts.uploads,
                signs_payload=self._parts.signs_payload,
            )
            # As in botocore, what tells of the program and of attempts is not signed: who is on the way may change it.
            request.headers += (
                ("User-Agent", self._agent(call, endpoint, scheme)),
                invocation,
                ("amz-sdk-request", f"{call.ttl}attempt={number}; max={self._retries.attempts}"),
            )
            if self._trace is not None:
                request.headers += self._trace()
            message.load(request)
            response: HttpResponse | None = None
            limit = self._left(call)
            call.attempt, call.owed, call.in_turn = number, 0, False
            started = monotonic()
            try:
                answer: HttpResponse = yield Send(request, streams=facts.streams, limit=limit)
                response = answer
                facts.check(answer)
                if is_on():
                    note_response(answer.status, answer.headers, call.attempt - 1)
                found = operation.of_response(answer)
            except (OSError, TransportError, DecodeError) as error:
                call.failure = self._fault(error, call)
            else:
                if not isinstance(found, ServiceError):
                    if facts.lists_keys or facts.change is not None:
                        facts.finish(found, given)
                    self._after(call, request, started, response, None)
                    self._retries.succeeded(call.cost)
                    return found
                found.attempts = call.attempt
                call.failure = found
            self._after(call, request, started, response, call.failure)
            headers = _NO_HEADERS if response is None else response.headers.by_lower_name()
            if isinstance(call.failure, ServiceError):
                yield from self._look_for_bucket(call, call.failure, headers)
            pause = self._next(call, call.failure, headers, signed)
            if pause:
                yield Sleep(pause)
            if pause is None or call.is_over:
                return call.ended()

    def _look_for_bucket(
        self, call: _Call, failure: ServiceError, headers: Mapping[str, str]
    ) -> Generator[Step, Any, None]:
        """Has the region of a bucket asked for that is elsewhere, as long as the call can follow."""
        buckets = self._parts.buckets
        if buckets is None or call.redirected or not call.message.is_repeatable:
            return
        asks = buckets.question(call.value, failure, headers)
        if asks is not None:
            with suppress(TransportError, DecodeError):  # the caller knows of the first failure alone
                yield from self.call(*asks, until=call.until)

    def _turn(self, call: _Call, limiter: RateLimiter) -> Generator[Step, Any, None]:
        """Waits until it is the turn of an attempt."""
        wait = limiter.wait()
        call.in_turn = wait is not None
        if wait:
            yield Sleep(self._within(call, wait))

    def _prepare(self, call: _Call, endpoint: Endpoint, scheme: AuthScheme) -> Generator[Step, Any, Endpoint]:
        """Has all done that few operations want of their requests, and gives the endpoint to send them to."""
        facts = call.facts
        if facts.is_elsewhere:
            endpoint = yield from self._elsewhere(call, endpoint)
        if call.attempt == 0:
            if facts.copies:
                yield from self._urls.sign_copy(self.call, facts, call.value, call.message.request, scheme.region)
            call.message.prepare(is_secure=endpoint.scheme == "https")
        return endpoint

    def _elsewhere(self, call: _Call, endpoint: Endpoint) -> Generator[Step, Any, Endpoint]:
        """The endpoint that the service tells, or the input, instead of that of the rules."""
        facts, value = call.facts, call.value
        if facts.endpoint_attribute is not None:
            address = getattr(value, facts.endpoint_attribute)
            return discovery.endpoint_at(address, endpoint) if address else endpoint
        if self._discovery is None:
            return endpoint
        ask = partial(self.call, until=call.until)
        return (yield from self._discovery.endpoint_of(ask, facts.operation, value, endpoint))

    def _agent(self, call: _Call, endpoint: Endpoint, scheme: AuthScheme) -> str:
        """The header of an attempt that tells of the program."""
        features = call.message.features + endpoint.features + call.use
        if scheme.name == "sigv4a":
            features += ("SIGV4A_SIGNING",)
        if call.region is not None:
            features += ("S3_REGION_REDIRECT",)
        return self._user_agent(features + self._used_keys.features)

    def _left(self, call: _Call) -> float | None:
        """The seconds that an attempt may take. Raises `TimedOut` where the call has none left."""
        limit = self._limits.attempt
        if call.until is None:
            return limit
        left = call.until - monotonic()
        if left <= 0:
            raise self._too_long()
        return left if limit is None else min(left, limit)

    def _within(self, call: _Call, wait: float) -> float:
        """The seconds to wait. Raises `TimedOut` at once where the call would have none left then."""
        if call.until is not None and monotonic() + wait >= call.until:
            raise self._too_long()
        return wait

    def _too_long(self) -> TimedOut:
        return TimedOut(f"the call took longer than {self._limits.call:g} s")

    def _fault(self, error: Exception, call: _Call) -> Exception:
        """What went wrong with an attempt, as callers get it."""
        name = call.facts.operation.name
        if isinstance(error, DecodeError):
            return error
        kind = type(error) if isinstance(error, TransportError) else type(fault_of(error, name))
        reason = error.reason if isinstance(error, TransportError) else fault_of(error, name).reason
        made: TransportError = kind(reason, name, call.attempt)
        made.__cause__ = error.__cause__ if isinstance(error, TransportError) and error.__cause__ else error
        return made

    def _next(self, call: _Call, failure: Exception, headers: Mapping[str, str], signed: datetime) -> float | None:
        """The seconds until another attempt; None where there is none."""
        if not call.facts.uploads and (end := end_of_waiting(headers.get("date", ""), self._parts.read_timeout)):
            call.ttl = f"ttl={end}; "
        retries = self._retries
        retries.failed(failure)
        if isinstance(failure, ClientClosed) or not call.message.is_repeatable:
            return None
        if isinstance(failure, ServiceError):
            if not call.redirected and self._is_elsewhere(call, failure, headers):
                call.redirected = True
                return 0.0
            if call.facts.is_discovered and self._is_wrong_endpoint(call, failure):
                return 0.0
            if not call.corrected and self._clock.corrected(failure, headers.get("date", ""), signed):
                call.corrected = True
                return 0.0
        operation = call.facts.operation
        sent = call.attempt - call.redirected - call.corrected
        if sent >= retries.attempts or not is_retryable(failure, operation.method):
            return None
        pause = retries.pause(failure, sent, headers)
        if call.until is not None and monotonic() + pause >= call.until:
            return None
        call.cost = call.owed = retries.cost_of(failure)
        if not call.cost:
            call.is_over = True
            return pause if retries.pauses_anyway(operation) else None
        log_retry(operation, call.attempt, failure, pause)
        return pause

    def _is_wrong_endpoint(self, call: _Call, failure: ServiceError) -> bool:
        told = self._discovery
        is_last = call.attempt >= self._retries.attempts
        return told is not None and told.is_wrong(call.facts.operation, call.value, failure) and not is_last

    def _is_elsewhere(self, call: _Call, failure: ServiceError, headers: Mapping[str, str]) -> bool:
        buckets = self._parts.buckets
        region = None if buckets is None else buckets.redirected(call.value, failure, headers, call.region)
        call.region = region or call.region
        return region is not None

    def _before(self, call: _Call, number: int, request: OutgoingRequest) -> None:
        before = self._parts.hooks.before_attempt
        if before is not None:
            before(Attempt(operation=call.facts.operation, number=number, request=request))

    def _after(
        self,
        call: _Call,
        request: OutgoingRequest,
        started: float,
        response: HttpResponse | None,
        error: Exception | None,
    ) -> None:
        after = self._parts.hooks.after_attempt
        if after is None and not requestlog.is_on():
            return
        attempt = Attempt(
            operation=call.facts.operation,
            number=call.attempt,
            request=request,
            response=response,
            error=error if response is None else None,
            seconds=monotonic() - started,
        )
        log_attempt(attempt)
        if after is not None:
            after(attempt)
