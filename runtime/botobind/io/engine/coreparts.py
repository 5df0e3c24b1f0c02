"""What a core is made of, so that tests can put something else into each place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from botobind.attributes import frozen
from botobind.io.engine.observing import Hooks
from botobind.io.engine.operationfacts import Habits

if TYPE_CHECKING:
    from datetime import datetime
    from types import ModuleType

    from botobind.http import HttpRequest
    from botobind.io.engine.buckets import Buckets
    from botobind.io.engine.credentials import TokenProvider
    from botobind.io.engine.data import AuthScheme, CredentialProvider, Endpoint, OutgoingRequest
    from botobind.io.engine.discovery import Discovery
    from botobind.io.engine.retries import Retries
    from botobind.operations import Operation


class Resolver(Protocol):
    """What resolves endpoints: `endpoints.Endpoints`."""

    @property
    def uses_account_id(self) -> bool:
        """Whether endpoints may depend on the account of the credentials."""
        ...

    def of(self, operation: Operation[Any, Any, Any], value: Any, account_id: str | None = None) -> Endpoint:
        """The endpoint for an input. Raises `EndpointUnknown`."""
        ...

    def schemes_of(self, operation: Operation[Any, Any, Any], endpoint: Endpoint) -> tuple[AuthScheme, ...]:
        """The ways to sign a request, in the order of preference."""
        ...

    def place_of(
        self, operation: Operation[Any, Any, Any], endpoint: Endpoint, request: HttpRequest
    ) -> tuple[str, str]:
        """The host and the path that a request is sent to."""
        ...


class Signer(Protocol):
    """What signs requests: `signing.sign`."""

    def __call__(
        self,
        request: OutgoingRequest,
        scheme: AuthScheme,
        credentials: Any,
        at: datetime,
        /,
        *,
        unsigned: bool,
        streams: bool,
        signs_payload: bool | None,
    ) -> object:
        """Adds the headers of a signature."""
        ...


class Presigner(Protocol):
    """What signs URLs: `signing.presign`."""

    def __call__(
        self,
        request: OutgoingRequest,
        scheme: AuthScheme,
        credentials: Any,
        at: datetime,
        expires: int,
        /,
        *,
        unsigned: bool,
    ) -> str:
        """The URL of a request, good for so many seconds."""
        ...


@frozen(kw_only=True)
class Limits:
    """How long calls take at most, in seconds; None for no end."""

    attempt: float | None = None
    """An attempt, with the body of its response where that is not streamed."""
    call: float | None = None
    """All attempts and the pauses between them."""


@frozen(kw_only=True, eq=False)
class Parts:
    """What a core is made of."""

    package: ModuleType
    """The package of the service."""
    resolvers: Callable[[str | None], Resolver]
    """What resolves the endpoints of another region than that of the settings, or of that for None."""
    credentials: CredentialProvider
    tokens: TokenProvider | None = None
    """What gives bearer tokens."""
    sign: Signer
    presign: Presigner
    retries: Retries
    buckets: Buckets | None = None
    """What is known of S3's buckets; None for other services."""
    habits: Habits = Habits()
    limits: Limits = Limits()
    read_timeout: float = 60.0
    """How many seconds are waited for the bytes of a response, which services are told."""
    hooks: Hooks = Hooks()
    user_agent: Callable[[tuple[str, ...]], str] = lambda _: "botobind"
    """The header of a call that has used features of these names."""
    trace: Callable[[], tuple[tuple[str, str], ...]] | None = None
    """The headers by which calls of one program that call it again are known; None where nobody asks."""
    discovery: Discovery | None = None
    """What knows the endpoints that the service itself tells; None where none are asked for."""
    signs_payload: bool | None = None
    """Whether S3's bodies are signed, whatever else keeps them as they are."""
    preferred_schemes: tuple[str, ...] = ()
    sigv4a_region_set: tuple[str, ...] = ()
    """Regions that signatures by SigV4a are good for, instead of those of the endpoint."""
