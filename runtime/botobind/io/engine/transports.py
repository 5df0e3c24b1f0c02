"""What sends requests: the protocols of transports, and how they connect.

A transport sends a request once, and tries nothing again. It follows no redirects, keeps no cookies and decodes no
contents.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from botobind.attributes import field, frozen

if TYPE_CHECKING:
    from botobind.http import HttpResponse
    from botobind.io.engine.data import OutgoingRequest

__all__ = [
    "FIRST_READ_STATUS",
    "MOST_INTERIM",
    "PATIENCE",
    "SWITCHING",
    "TOO_MANY_INTERIM",
    "AsyncTransport",
    "Transport",
    "TransportOptions",
    "is_interim",
]

FIRST_READ_STATUS = 300
"""From here on bodies are read whole, whatever the operation: they are errors."""

MOST_INTERIM = 20
"""Responses that say that there will be one, before it comes."""
TOO_MANY_INTERIM = "too many responses say that there will be one"

SWITCHING = 101
"""The status of a connection that speaks something else from now on: it carries no other request."""

PATIENCE = 1.0
"""For how many seconds a server is waited for that was asked by `Expect` whether it wants a body."""


def is_interim(status: int) -> bool:
    """Whether another response comes behind one."""
    return status // 100 == 1 and status != SWITCHING


class Transport(Protocol):
    """What sends requests for a client: its connections, and nothing else.

    The body of a request is bytes or an iterator of them, and `Content-Length` is there where it is known. The body of
    a response is bytes; where `streams` says so and the status is below 300, it is a `downloads.Raw`.
    """

    def send(self, request: OutgoingRequest, *, streams: bool, limit: float | None) -> HttpResponse:
        """The response. Raises `TransportError` or `OSError` where there is none, or not all of it, and `TimedOut`
        after so many seconds.
        """
        ...

    def close(self) -> None:
        """Ends the connections that nothing is on. To do it again does nothing."""
        ...


class AsyncTransport(Protocol):
    """`Transport`, awaited. Bodies of requests may be asynchronous iterators, too, and those of responses are bytes or
    `downloads.AsyncRaw`.
    """

    async def send(self, request: OutgoingRequest, *, streams: bool, limit: float | None) -> HttpResponse:
        """See `Transport.send`."""
        ...

    async def close(self) -> None:
        """See `Transport.close`."""
        ...


@frozen(kw_only=True)
class TransportOptions:
    """How transports connect."""

    connect_timeout: float | None = 60.0
    """Seconds; None for no end."""
    read_timeout: float | None = 60.0
    """Seconds without a byte."""
    max_connections: int = 10
    """To one host, and at the same time."""
    proxies: Mapping[str, str] | None = field(default=None, repr=False)
    """URLs of proxies by the scheme of requests; None for those of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. They
    may have passwords.
    """
    ca_bundle: str | None = None
    """A file of certificates that are trusted instead of the usual ones."""
    verify: bool = True
    """Whether certificates are checked."""
    client_cert: str | tuple[str, str] | None = None
    """A file with a certificate and its key, or two files."""
    tcp_keepalive: bool = False

    def proxy_of(self, scheme: str, host: str) -> str | None:
        """The URL of the proxy for a host."""
        if self.proxies is not None:
            found = self.proxies.get(scheme)
        elif not any(name.lower().endswith("_proxy") for name in os.environ):
            return None
        else:
            from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

            found = None if proxy_bypass_environment(host) else getproxies_environment().get(scheme)
        return found if not found or "://" in found else f"http://{found}"

    def tls(self) -> ssl.SSLContext:
        """The context of connections over TLS. Raises `OSError` for files that are not there."""
        context = ssl.create_default_context(cafile=self.ca_bundle or _bundle())
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.client_cert is not None:
            context.load_cert_chain(*((self.client_cert,) if isinstance(self.client_cert, str) else self.client_cert))
        return context


def _bundle() -> str | None:
    """The file of `REQUESTS_CA_BUNDLE`, or certificates of certifi's where that is installed, as botocore has it; else
    those of the system.
    """
    told = os.environ.get("REQUESTS_CA_BUNDLE")
    if told:
        return told
    try:
        import certifi
    except ImportError:
        return None
    found: str = certifi.where()
    return found
