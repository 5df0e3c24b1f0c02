"""What the parts of the engine hand to each other: endpoints, credentials, and requests on their way."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from botobind.attributes import define, field, frozen
from botobind.http import Body, encode_query


@frozen(kw_only=True)
class AuthScheme:
    """A way to sign requests, as endpoints and models name it, with what signatures are made for."""

    name: str
    """`sigv4`, `sigv4a`, `sigv4-s3express`, `sigv2`, `bearer` or `none`."""
    signing_name: str = ""
    region: str = ""
    region_set: tuple[str, ...] = ()
    """For `sigv4a` the regions that a signature is good for; `*` stands for all."""
    double_encodes: bool = True
    """Whether the path is percent-encoded once more in what is signed: always, but for S3."""
    signs_payload: bool = True
    """Whether the signature is good for one body alone."""


@frozen(kw_only=True)
class Endpoint:
    """Where a request goes."""

    scheme: str
    host: str
    """The host's name, with the port where it is not the usual one."""
    path: str = ""
    """What comes before the request's own path. A request whose path is `/` has this one as it is."""
    headers: tuple[tuple[str, str], ...] = ()
    auth_schemes: tuple[AuthScheme, ...] = ()
    """In the order of preference. Empty where the service's model says how to sign."""
    backend: str = ""
    """`S3Express` for directory buckets, which have sessions."""
    metric_values: tuple[str, ...] = ()
    """What rules have the header `User-Agent` tell of how the endpoint was found."""
    features: tuple[str, ...] = ()
    """Names of what `User-Agent` tells of it, as botocore does."""


@frozen(kw_only=True)
class Credentials:
    """What requests are signed with. `repr` shows the key's id alone."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires: datetime | None = None
    """When they end, in UTC; `None` for those that do not."""
    account_id: str | None = None


@frozen(kw_only=True)
class BearerToken:
    """What requests prove themselves with where no key signs them."""

    token: str = field(repr=False)
    expires: datetime | None = None
    """When it ends, in UTC; `None` for one that does not."""


class CredentialProvider(Protocol):
    """Gives credentials, and new ones before they end. One serves many clients and threads."""

    def current(self) -> Credentials | None:
        """Credentials that are there and good for a while, without waiting; `None` where `fetch` has to be called."""
        ...

    def fetch(self) -> Credentials:
        """Good credentials, from wherever they come: may wait for a network or a process. Of many threads that ask at
        once one fetches, and all get what it got. Raises `CredentialsMissing`.
        """
        ...


@define(kw_only=True)
class OutgoingRequest:
    """A request as it is sent, once: signing adds to its headers. Its `repr` hides what may be sensitive."""

    method: str
    scheme: str
    host: str
    path: str = field(repr=False)
    """Percent-encoded, as on the wire."""
    query: list[tuple[str, str]] = field(repr=False)
    """Decoded."""
    headers: list[tuple[str, str]] = field(repr=False)
    body: Body = field(repr=False)

    @property
    def target(self) -> str:
        """Path and query string, as in the first line of the request."""
        return f"{self.path}?{encode_query(self.query)}" if self.query else self.path
