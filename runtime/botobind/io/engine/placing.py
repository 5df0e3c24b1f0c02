"""Where requests go, how they are signed, and what with."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind.attributes import evolve
from botobind.errors import DecodeError, ServiceError
from botobind.io.engine.schemes import chosen
from botobind.io.engine.steps import Fetch
from botobind.io.faults import TransportError, raised

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from botobind.io.engine.coreparts import Parts, Resolver
    from botobind.io.engine.data import AuthScheme, Credentials, Endpoint
    from botobind.io.engine.operationfacts import Facts
    from botobind.io.engine.skew import Clock
    from botobind.io.engine.steps import Step, Steps

__all__ = ["Places"]

_logger = logging.getLogger("botobind.io")

_Place: TypeAlias = "tuple[Resolver, Endpoint, AuthScheme, Any]"
"""What resolves the endpoint, the endpoint, the way to sign, and the credentials; None for those of no signature."""


class Places:
    """Resolves the endpoints of a client's requests, and has the credentials fetched that each of them is signed by."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._parts = parts
        self._clock = clock
        self._resolver = parts.resolvers(None)
        self._provider: Any = parts.credentials

    def of(
        self, call: Callable[..., Steps], facts: Facts, value: Any, region: str | None, until: float | None = None
    ) -> Generator[Step, Any, _Place]:
        """The steps to the place of an input; `region` is that of its bucket, where it is another than the client's.
        `call` makes the steps of another call that this one needs first, which ends by `until`.

        Raises `EndpointUnknown`, what providers raise, and the error that begins no session.
        """
        operation = facts.operation
        resolver = self._resolver if region is None else self._parts.resolvers(region)
        provider = self._provider
        account_id = None
        if resolver.uses_account_id:
            current = provider.current() or (yield Fetch(provider))
            account_id = current.account_id
        endpoint = resolver.of(operation, value, account_id)
        last = facts.last
        if last is not None and last[0] is endpoint:
            scheme = last[1]
        else:
            scheme = chosen(resolver.schemes_of(operation, endpoint), self._parts.preferred_schemes)
            if scheme.name == "sigv4a" and self._parts.sigv4a_region_set:
                scheme = evolve(scheme, region_set=self._parts.sigv4a_region_set)
            facts.last = endpoint, scheme
        if scheme.name == "none":
            return resolver, endpoint, scheme, None
        if scheme.name == "sigv4-s3express":
            session = yield from self._session(call, value, until)
            if session is not None:
                return resolver, endpoint, scheme, session
        if scheme.name == "bearer" and self._parts.tokens is not None:
            provider = self._parts.tokens
        return resolver, endpoint, scheme, provider.current() or (yield Fetch(provider))

    def _session(
        self, call: Callable[..., Steps], value: Any, until: float | None
    ) -> Generator[Step, Any, Credentials | None]:
        """The credentials of a session with a directory bucket; None where it is what is to be begun."""
        buckets = self._parts.buckets
        create = None if buckets is None else buckets.session_call(value)
        if buckets is None or create is None:
            return None
        found = buckets.session(value, self._clock.now())
        if found is None:
            try:
                found = buckets.keep_session(value, raised((yield from call(*create, until=until))))
            except (TransportError, ServiceError, DecodeError) as error:
                found = buckets.session_to_its_end(value, self._clock.now())
                if found is None:
                    raise
                _logger.warning("no new session could be begun (%s): the old one is used on", type(error).__name__)
        return found
