"""Endpoints that are not those of the rules: a service tells them by an operation of its own, as Timestream does, or
the input has one, as that of Machine Learning.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, Any

from botobind.attributes import evolve
from botobind.errors import DecodeError, ServiceError
from botobind.io.engine import rulefunctions
from botobind.io.engine.remembering import remember
from botobind.io.faults import EndpointUnknown, TransportError, raised
from botobind.markers import is_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable, Mapping

    from botobind.io.engine.data import Endpoint
    from botobind.operations import Operation

__all__ = ["Discovery", "endpoint_at"]

_PAUSE = 60.0
"""Seconds until the next question after one that brought nothing, and until an answer is not waited for any more."""
_MOST = 1000
"""Endpoints, and questions that were in vain, that are remembered."""
_STATUS, _CODE = 421, "InvalidEndpointException"

_logger = logging.getLogger("botobind.io")


def endpoint_at(address: str, endpoint: Endpoint) -> Endpoint:
    """The endpoint at an address instead of another one: a URL, or what comes behind `https://`. Raises
    `EndpointUnknown` for an address to which no request can be sent.
    """
    found = rulefunctions.endpoint(address if "://" in address else f"https://{address}")
    return evolve(endpoint, scheme=found.scheme, host=found.host, path="")


class Discovery:
    """What a client knows of the endpoints that its service tells: until they end, and longer where it tells no new
    ones.

    Only operations that do not go without are asked for, unless it is `enabled`, True or False instead of `auto`. Of
    many threads one asks for new endpoints while the old ones serve.
    """

    def __init__(self, package: Any, enabled: str, clock: Callable[[], float] = monotonic) -> None:
        operations: Mapping[str, Operation[Any, Any, Any]] = package.endpoints.OPERATIONS
        finding, *demanding = package.metadata["endpointDiscovery"]
        self._operation = operations[finding]
        self._always = enabled == "true"
        self._is_on = self._always or (enabled == "auto" and bool(demanding))
        self._clock = clock
        self._known: dict[Hashable, tuple[str, float]] = {}
        """The address of an endpoint, and its end."""
        self._asked: dict[Hashable, float] = {}
        """Until when nobody asks again: since somebody does, or it was in vain."""

    def concerns(self, operation: Operation[Any, Any, Any]) -> bool:
        """Whether an operation's endpoint may be another one than that of the rules."""
        traits = operation.traits.get("endpointdiscovery")
        return traits is not None and (self._always or bool(traits.get("required")))

    def endpoint_of(
        self, call: Callable[[Any, Any], Any], operation: Operation[Any, Any, Any], value: Any, endpoint: Endpoint
    ) -> Generator[Any, Any, Endpoint]:
        """The steps to the endpoint of an operation that this `concerns`; `call` makes those of a call. Where the
        service tells none, it is that of the rules.

        Raises what the question has come to where the operation does not go without, and `EndpointUnknown` where
        settings forbid to ask.
        """
        is_required = bool(operation.traits["endpointdiscovery"].get("required"))
        if not self._is_on:
            raise EndpointUnknown("the service tells where to send this, and endpoint_discovery_enabled forbids to ask")
        key, question = self._question(operation, value)
        found, end = self._known.get(key, (None, 0.0))
        now = self._clock()
        if found is None or end <= now:
            has_other = found is not None or not is_required
            if not has_other or self._asked.get(key, now) <= now:
                if has_other:
                    remember(self._asked, key, now + _PAUSE, _MOST)
                try:
                    found = yield from self._ask(call, key, question)
                except (TransportError, ServiceError, DecodeError) as error:
                    if not has_other:
                        raise
                    _logger.warning("no endpoint of %s was told (%s)", operation.name, type(error).__name__)
                else:
                    self._asked.pop(key, None)  # calls that came together have all asked
        return endpoint if found is None else endpoint_at(found, endpoint)

    def _ask(self, call: Callable[[Any, Any], Any], key: Hashable, question: Any) -> Generator[Any, Any, str]:
        output = raised((yield from call(self._operation, question)))
        told = output.endpoints[0] if output.endpoints else None
        if told is None or not told.address:
            raise EndpointUnknown("the service tells no endpoint")
        end = self._clock() + 60 * (told.cache_period_in_minutes or 0)
        remember(self._known, key, (told.address, end), _MOST)
        address: str = told.address
        return address

    def is_wrong(self, operation: Operation[Any, Any, Any], value: Any, error: ServiceError) -> bool:
        """Whether a service says that it was asked at the wrong endpoint, which is forgotten."""
        if error.status != _STATUS and error.code != _CODE:
            return False
        self._known.pop(self._question(operation, value)[0], None)
        return True

    def _question(self, operation: Operation[Any, Any, Any], value: Any) -> tuple[Hashable, Any]:
        """What endpoints are known by, and the input that asks for one: with the operation and its identifiers where
        these decide.
        """
        cls: Any = self._operation.input
        found = _identifiers(value)
        if cls is None:
            return (), None
        members = {name: attribute for attribute, name in cls.MEMBERS.items()}
        if not found or "Identifiers" not in members:
            return (), cls()
        question = cls(**{members["Operation"]: operation.name, members["Identifiers"]: found})
        return (operation.name, *sorted(found.items())), question


def _identifiers(value: Any) -> dict[str, str]:
    """The members of an input that its endpoint depends on."""
    found: dict[str, str] = {}
    if value is None:
        return found
    cls = type(value)
    for attribute, name in cls.MEMBERS.items():
        member = getattr(value, attribute, None)
        if is_shape(member):
            found |= _identifiers(member)
        elif member is not None and cls.MEMBER_TRAITS.get(attribute, {}).get("endpointdiscoveryid"):
            found[name] = str(member)
    return found
