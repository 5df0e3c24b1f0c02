"""What a call asks of whoever drives it, one step after the other: to send, to wait, to fetch credentials."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from botobind.io.engine.credentials import TokenProvider
    from botobind.io.engine.data import CredentialProvider, OutgoingRequest


class Send:
    """A request to be sent. The driver gives the response, or throws what a transport raises."""

    __slots__ = ("limit", "request", "streams")

    def __init__(self, request: OutgoingRequest, *, streams: bool, limit: float | None) -> None:
        self.request = request
        self.streams = streams
        """Whether whoever gets the output reads the body of a successful response."""
        self.limit = limit
        """After how many seconds the attempt is given up, the body of its response included."""


class Sleep:
    """A pause."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Fetch:
    """Credentials or a token to be fetched, which may block. The driver gives them, or throws what `fetch` raises."""

    __slots__ = ("provider",)

    def __init__(self, provider: CredentialProvider | TokenProvider) -> None:
        self.provider = provider


Step: TypeAlias = Send | Sleep | Fetch
Steps: TypeAlias = Generator[Step, Any, Any]
